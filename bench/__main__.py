"""Run the timings named, or all, and keep them as `bench/results/<date>.json`."""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

NAMES = ("start", "statistics", "national", "claims", "calibration", "reports")


def main() -> None:
    """Run the benches and write one file of their figures."""
    timings = {name: importlib.import_module(f"bench.{name}").run() for name in sys.argv[1:] or NAMES}
    machine = {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    versions = {name: version(name) for name in ("pandas", "numpy", "scipy", "papermill")}
    folder = Path(__file__).with_name("results")
    folder.mkdir(exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(json.dumps({"machine": machine, "versions": versions, "found": timings}, indent=1) + "\n", encoding="utf-8")
    print(f"Written to {path.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
