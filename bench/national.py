"""Times the analyses on published figures of a nation: every authority of the imported official statistics, twelve years.

Needs OPEN_DATA_DIR, the folder of the files as they were published. Packs are made of ten authorities drawn at random, or of as
many as BENCH_AUTHORITIES says (`all` for all of them).
"""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from analysis import measures
from analysis.analyses import benchmark, change, trend
from analysis.catalogue import areas
from analysis.clean.official.file_import import receive
from analysis.measures import reorganisations
from analysis.store import load

_ROOT = Path(__file__).resolve().parents[1]
_YEAR = "2023-24"
_SOURCES = ("dfe-cin/*.csv", "dfe-cla/*.csv", "neighbours/*2025.xlsx")


def run() -> dict[str, float]:
    """Return {step: processor seconds}, with the peak memory in MB, and print each as it is measured."""
    open_data = os.environ.get("OPEN_DATA_DIR")
    if open_data is None:
        print("OPEN_DATA_DIR names no folder of published files: nothing is timed.")
        return {}
    timings: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as temporary:
        data = Path(temporary) / "data"
        import_files(data, Path(open_data), timings)
        timings["peak memory of the import, MB"] = _peak()
        print(f"peak memory of the import {_peak():.0f} MB")
        store = load(data)
        shutil.copytree(_ROOT / "notebooks", data.parent / "notebooks")
        rows_of_year = store.observations[(store.observations["period"] == _YEAR) & store.observations["value"].notna()]
        timings |= _packs(data, areas.authorities(rows_of_year["area"]))
    started = time.process_time()
    official = _timed(
        "measures", lambda: reorganisations.joined_across_reorganisations(measures.official(store.observations)), timings
    )
    authorities = areas.authorities(official["area"])
    local = official[official["area"].isin(authorities)]
    _timed("change", lambda: change.year_on_year(local, _YEAR), timings)
    _timed("trend", lambda: trend.slopes(local, _YEAR), timings)
    _timed("funnels", lambda: benchmark.funnel(official, _YEAR), timings)
    _timed("comparators", lambda: _comparators(official, store.observations), timings)
    timings["all analyses"] = round(time.process_time() - started, 2)
    timings["peak memory, MB"] = _peak()
    print(f"{len(authorities)} authorities, {len(official):,} measures: {timings['all analyses']:.1f} s, peak {_peak():.0f} MB")
    return timings


def import_files(data: Path, open_data: Path, timings: dict[str, float]) -> None:
    """Make a data folder of the published files in a folder, and add the seconds that each source takes to `timings`."""
    data.mkdir()
    for pattern in _SOURCES:
        files = sorted(open_data.glob(pattern))
        _timed(f"import {pattern.partition('/')[0]}", lambda files=files: receive(data, files[0].parent.name, files), timings)


def _packs(data: Path, authorities: list[str]) -> dict[str, float]:
    """Return the number of packs of one run, its seconds by the clock, and its seconds for each pack."""
    number = os.environ.get("BENCH_AUTHORITIES", "10")
    drawn = [] if number == "all" else random.Random(2024).sample(sorted(authorities), int(number))  # noqa: S311 (a lot, no secret)
    arguments = ["run", "--each", "--period", _YEAR, "--data", str(data), "--out", str(data.parent / "packs"), "--force"]
    arguments += [word for code in drawn for word in ("--area", code)]
    started = time.perf_counter()
    process = subprocess.run(
        [Path(sys.executable).with_name("safeguarding"), *arguments], capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(process.stdout[-2000:] + process.stderr[-2000:])
    count = len(re.findall(r"(?m)^Pack \d+ of \d+", process.stdout))
    print(f"{count} packs in one run: {seconds:.0f} s, {seconds / count:.1f} s a pack")
    return {"packs": count, "packs in one run, s": round(seconds, 1), "a pack, s": round(seconds / count, 2)}


def _comparators(official: pd.DataFrame, observations: pd.DataFrame) -> None:
    sets = observations[observations["series"] == "statistical_neighbour"]
    local = areas.authorities(official.loc[official["period"] == _YEAR, "area"])
    benchmark.compared(official[official["area"].isin(local)], benchmark.references(official, sets, local, _YEAR), _YEAR)


def _timed(step: str, action, timings: dict[str, float]):
    wall_start, processor_start = time.perf_counter(), time.process_time()
    result = action()
    timings[step] = round(time.process_time() - processor_start, 2)
    print(f"{step:24s} {timings[step]:6.1f} s of the processor, {time.perf_counter() - wall_start:6.1f} s by the clock")
    return result


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2))
