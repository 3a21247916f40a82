"""A nation of published figures through the analyses: every authority of the imported official statistics, twelve years.

Needs OPEN_DATA_DIR, the folder of the files as they were published.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from analysis import areas, benchmark, change, continuity, measures, store, trend
from analysis.importing.receive import receive

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
        data = Path(made)
        for pattern in _SOURCES:
            files = sorted(Path(folder).glob(pattern))
            _timed(f"import {pattern.partition('/')[0]}", lambda files=files: receive(data, files[0].parent.name, files), found)
        found["peak memory of the import, MB"] = _peak()
        print(f"peak memory of the import {_peak():.0f} MB")
        held = store.load(data)
    total = time.process_time()
    official = _timed("measures", lambda: continuity.joined_across_reorganisations(measures.official(held.observations)), found)
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
