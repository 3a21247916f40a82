"""How long the library and the command take to start: medians of whole processes."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 7
_COMMANDS = {
    "import analysis": [sys.executable, "-c", "import analysis"],
    "import analysis, what a notebook needs": [sys.executable, "-c", "from analysis import exhibits, trend, change, scope"],
    "safeguarding --help": [str(Path(sys.executable).with_name("safeguarding")), "--help"],
}


def run() -> dict[str, float]:
    """Return the median seconds of each command, and print them; the rounds are interleaved, after one to warm up."""
    times: dict[str, list[float]] = {name: [] for name in _COMMANDS}
    for _ in range(ROUNDS + 1):
        for name, command in _COMMANDS.items():
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            times[name].append(time.perf_counter() - started)
    found = {name: round(statistics.median(seconds[1:]), 3) for name, seconds in times.items()}
    for name, seconds in found.items():
        print(f"{seconds:6.3f} s  {name}")
    return found
