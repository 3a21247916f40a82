"""Times the analyses on made-up figures: 60 indicators and 48 quarters for 20, 77 and 153 areas, to see how the time grows."""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import pandas as pd

from analysis import catalogue, measures
from analysis.analyses import benchmark, change, trend
from analysis.catalogue import periods, tables
from analysis.store import COLUMNS

AREAS, INDICATORS, QUARTERS = (20, 77, 153), 60, 48
_LAST = "2012-13-Q4"
_POPULATIONS = ("population", "population_mid_year")


def run() -> dict[str, float]:
    """Return {number of areas and step: seconds}, with the peak memory in MB, and print each total as it is measured."""
    timings: dict[str, float] = {}
    for areas in AREAS:
        observations, names, codes = make(areas)
        steps = _steps(observations, names, codes)
        total = 0.0
        for step, action in steps:
            started = time.perf_counter()
            action()
            seconds = time.perf_counter() - started
            total += seconds
            timings[f"{areas} areas: {step}"] = round(seconds, 2)
        timings[f"{areas} areas: all"] = round(total, 2)
        print(f"{areas:4d} areas: {len(observations):7,d} figures, {total:5.1f} s")
    timings["peak memory, MB"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(f"peak memory {timings['peak memory, MB']} MB")
    return timings


def make(areas: int) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Return made-up observations of the first `areas` authorities, the 60 indicators over them, and the areas' codes."""
    indicators = catalogue.indicators()
    chosen_indicators = indicators[
        (indicators["breakdown"] == "") & (indicators["domain"] != "governance") & (indicators["numerator"] != "")
    ]
    names = chosen_indicators.index[:INDICATORS].tolist()
    series = sorted(
        {term.series for name in names for side in ("numerator", "denominator") for term in _terms(chosen_indicators, name, side)}
    )
    areas_table = tables.read("areas")
    codes = areas_table.loc[
        areas_table["type"].isin(("county", "unitary authority", "metropolitan district", "London borough")), "code"
    ]
    chosen_codes = codes.tolist()[:areas]
    quarters = [_LAST]
    while len(quarters) < QUARTERS:
        quarters.append(periods.previous(quarters[-1]))
    index = pd.MultiIndex.from_product([series, chosen_codes, quarters[::-1]], names=["series", "area", "period"])
    generator = np.random.default_rng(0)
    frame = index.to_frame(index=False)
    # Denominators are large and numerators small, so that a numerator is at most its denominator.
    bases = {term.series for name in names for term in _terms(chosen_indicators, name, "denominator")}
    means = np.where(frame["series"].isin(bases), 800, 60)
    row_numbers = np.arange(len(frame)) + 2
    frame = frame.assign(
        category="all", value=generator.poisson(means).astype(float), status="final", release="annual-report/made-up",
        source="annual-report/made-up/figure-1.csv#cell=" + pd.Series(row_numbers).astype(str) + ",2", note="",
    )  # fmt: skip
    population = pd.DataFrame(
        [
            (series, area, period, category, 100_000.0)
            for area in chosen_codes
            for series, period in (
                ("population", "2011-03-27"),
                *(("population_mid_year", f"{year}-06-30") for year in range(2001, 2013)),
            )
            for category in ("all", "0_17", "18_and_over")
        ],
        columns=["series", "area", "period", "category", "value"],
    ).assign(status="final", release="census-2011/2011", source="census-2011/2011/population.csv#cell=2,2", note="")
    return pd.concat([frame, population], ignore_index=True)[list(COLUMNS)], names, chosen_codes


def _terms(indicators: pd.DataFrame, name: str, side: str) -> tuple[catalogue.Term, ...]:
    return tuple(term for term in catalogue.terms(indicators.loc[name, side]) if term.series not in _POPULATIONS)


def _steps(observations: pd.DataFrame, names: list[str], codes: list[str]):
    results: dict[str, pd.DataFrame] = {}

    def measured() -> None:
        results["measures"] = measures.measure(observations, names)

    return [
        ("measures", measured),
        ("change", lambda: (change.year_on_year(results["measures"], _LAST), change.same_quarter(results["measures"], _LAST))),
        ("benchmark", lambda: [benchmark.funnel(results["measures"], year, codes) for year in ("2011-12", "2012-13")]),
        ("trend", lambda: trend.slopes(results["measures"], _LAST)),
        ("control", lambda: trend.control(results["measures"], _LAST)),
    ]


if __name__ == "__main__":
    sys.exit(0 if run() else 1)
