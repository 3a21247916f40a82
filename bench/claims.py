"""How long the whole ledger takes to judge: the command as a process of its own, from cold, on processed figures."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

ROUNDS = 3
LIMIT = 5.0  # seconds of processor time, start of the process included


def run() -> dict[str, float]:
    """Return the least processor seconds of `safeguarding claims`, and print them; raises if that is over the limit."""
    safeguarding = str(Path(sys.executable).with_name("safeguarding"))
    subprocess.run([safeguarding, "clean"], check=True, capture_output=True)
    command = [safeguarding, "claims", "--format", "csv"]
    times = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    found = round(min(times), 3)
    print(f"{found:6.3f} s  safeguarding claims (limit {LIMIT:.0f})")
    if found > LIMIT:
        raise SystemExit(f"safeguarding claims took {found} s of processor time: more than {LIMIT}.")
    return {"safeguarding claims": found}
