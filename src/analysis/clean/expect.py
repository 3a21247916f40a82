"""The checks on the way out that stop a run: a figure that breaks one can't be what the source means."""

from __future__ import annotations

import pandas as pd

from analysis import catalogue
from analysis.errors import DataError


def of_domain(observations: pd.DataFrame, domain: str) -> pd.DataFrame:
    """Return the observations whose series belong to the domain; raises DataError when a source has none of them."""
    known = catalogue.series()
    mine = observations[observations["series"].map(known["domain"]) == domain]
    if mine.empty:
        raise DataError("raw data", found=f"no figure for the domain {domain!r}", expected="at least one")
    return mine


def all_rows(observations: pd.DataFrame, holds: pd.Series, expected: str) -> None:
    """Raise DataError naming the first source cell for which `holds` is false; `expected` says what was."""
    broken = observations[~holds & observations["value"].notna()]
    if not broken.empty:
        row = broken.iloc[0]
        figure = f"{row['value']:g} for {row['series']}, {row['category']}, {row['period']}"
        raise DataError(str(row["source"]), found=figure, expected=expected)


def every(observations: pd.DataFrame, series: str, dimension: str, wanted: set[str]) -> None:
    """Raise DataError unless the series has a row for each of the `wanted` values of a column."""
    missing = wanted - set(observations.loc[observations["series"] == series, dimension])
    if missing:
        found = f"no row of {series} for the {dimension} {', '.join(sorted(missing))}"
        raise DataError("raw data", found=found, expected="one each")


def units(observations: pd.DataFrame) -> pd.Series:
    """Return the unit of each observation's series, aligned with it."""
    return observations["series"].map(catalogue.series()["unit"])
