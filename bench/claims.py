"""Times the judging of the whole ledger: the command as a process of its own, on processed figures."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

ROUNDS = 3
LIMIT = 5.0  # seconds of processor time, start of the process included


def run() -> dict[str, float]:
    """Return and print the least processor seconds of `safeguarding claims`; raises SystemExit if they are over the limit."""
    safeguarding = str(Path(sys.executable).with_name("safeguarding"))
    subprocess.run([safeguarding, "clean"], check=True, capture_output=True)
    command = [safeguarding, "claims", "--format", "csv"]
    times = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    seconds = round(min(times), 3)
    print(f"{seconds:6.3f} s  safeguarding claims (limit {LIMIT:.0f})")
    if seconds > LIMIT:
        raise SystemExit(f"safeguarding claims took {seconds} s of processor time: more than {LIMIT}.")
    return {"safeguarding claims": seconds}
