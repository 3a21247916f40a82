"""Times the start of the library and of the command, each as a whole process."""

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
    """Return and print {command: median seconds}; the rounds are interleaved, and the first doesn't count."""
    times: dict[str, list[float]] = {name: [] for name in _COMMANDS}
    for _ in range(ROUNDS + 1):
        for name, command in _COMMANDS.items():
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            times[name].append(time.perf_counter() - started)
    medians = {name: round(statistics.median(seconds[1:]), 3) for name, seconds in times.items()}
    for name, seconds in medians.items():
        print(f"{seconds:6.3f} s  {name}")
    return medians
