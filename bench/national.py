"""A nation of published figures through the analyses: every authority of the imported official statistics, twelve years.

Needs OPEN_DATA_DIR, the folder of the files as they were published. A pack is made of each of ten authorities, by lot, or of
as many as BENCH_AUTHORITIES says (`all` for the whole nation).
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

from analysis import measures, store
from analysis.analyses import benchmark, change, trend
from analysis.catalogue import areas
from analysis.clean.official.file_import import receive
from analysis.measures import reorganisations

_ROOT = Path(__file__).resolve().parents[1]
_YEAR = "2023-24"
_SOURCES = ("dfe-cin/*.csv", "dfe-cla/*.csv", "neighbours/*2025.xlsx")


def run() -> dict[str, float]:
    """Return seconds (wall and of the processor) by step, and the peak memory in MB; print them as they come."""
    folder = os.environ.get("OPEN_DATA_DIR")
    if folder is None:
        print("OPEN_DATA_DIR names no folder of published files: nothing is timed.")
        return {}
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as made:
        data = Path(made) / "data"
        data.mkdir()
        for pattern in _SOURCES:
            files = sorted(Path(folder).glob(pattern))
            _timed(f"import {pattern.partition('/')[0]}", lambda files=files: receive(data, files[0].parent.name, files), found)
        found["peak memory of the import, MB"] = _peak()
        print(f"peak memory of the import {_peak():.0f} MB")
        held = store.load(data)
        shutil.copytree(_ROOT / "notebooks", data.parent / "notebooks")
        counted = held.observations[(held.observations["period"] == _YEAR) & held.observations["value"].notna()]
        found |= _packs(data, areas.authorities(counted["area"]))
    total = time.process_time()
    official = _timed(
        "measures", lambda: reorganisations.joined_across_reorganisations(measures.official(held.observations)), found
    )
    authorities = areas.authorities(official["area"])
    local = official[official["area"].isin(authorities)]
    _timed("change", lambda: change.year_on_year(local, _YEAR), found)
    _timed("trend", lambda: trend.tested(local, _YEAR), found)
    _timed("funnels", lambda: benchmark.funnel(official, _YEAR), found)
    _timed("comparators", lambda: _comparators(official, held.observations), found)
    found["all analyses"] = round(time.process_time() - total, 2)
    found["peak memory, MB"] = _peak()
    print(f"{len(authorities)} authorities, {len(official):,} measures: {found['all analyses']:.1f} s, peak {_peak():.0f} MB")
    return found


def _packs(data: Path, authorities: list[str]) -> dict[str, float]:
    """Return how many packs one run makes, one of each authority drawn, and its seconds by the clock, in all and a pack."""
    asked = os.environ.get("BENCH_AUTHORITIES", "10")
    drawn = [] if asked == "all" else random.Random(2024).sample(sorted(authorities), int(asked))  # noqa: S311 (a lot, no secret)
    words = ["run", "--each", "--period", _YEAR, "--data", str(data), "--out", str(data.parent / "packs"), "--force"]
    words += [word for code in drawn for word in ("--area", code)]
    started = time.perf_counter()
    done = subprocess.run([Path(sys.executable).with_name("safeguarding"), *words], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    count = len(re.findall(r"(?m)^Pack \d+ of \d+", done.stdout))
    print(f"{count} packs in one run: {seconds:.0f} s, {seconds / count:.1f} s a pack")
    return {"packs": count, "packs in one run, s": round(seconds, 1), "a pack, s": round(seconds / count, 2)}


def _comparators(official: pd.DataFrame, observations: pd.DataFrame) -> None:
    sets = observations[observations["series"] == "statistical_neighbour"]
    local = areas.authorities(official.loc[official["period"] == _YEAR, "area"])
    benchmark.compared(official[official["area"].isin(local)], benchmark.references(official, sets, local, _YEAR), _YEAR)


def _timed(step: str, action, found: dict[str, float]):
    wall, processor = time.perf_counter(), time.process_time()
    result = action()
    found[step] = round(time.process_time() - processor, 2)
    print(f"{step:24s} {found[step]:6.1f} s of the processor, {time.perf_counter() - wall:6.1f} s by the clock")
    return result


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2))
