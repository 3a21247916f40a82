"""The periods of the figures in an official file: canonical periods from the years that publishers write."""

from __future__ import annotations

import pandas as pd

from analysis.catalogue import periods
from analysis.clean.official.layouts import Layout
from analysis.errors import DataError, UnknownNameError
from analysis.store.raw_files import Release


def years(frame: pd.DataFrame, layout: Layout, release: Release, name: str) -> pd.Series:
    """Return the calendar year of each row: the one in which its financial year ends, or that of its mid-year estimate.

    Raises DataError naming the row for a cell that isn't a year, and for a file without years whose release isn't named by one.
    """
    year_of_file = layout.of_file("year") or layout.of_file("mid_year") or layout.of_file("date")[:4]
    if (layout.rows["role"] == "year_of_release").any():
        year_of_file = _year_of_release(release, name)
    if year_of_file:
        return pd.Series(int(year_of_file), index=frame.index)
    column = layout.column("year_ending") or layout.column("mid_year")
    is_invalid = ~frame[column].str.fullmatch(r"(?:19|20)[0-9]{2}")
    if is_invalid.any():
        row = int(is_invalid.idxmax())
        raise DataError(name, row=row, column=column, found=repr(frame.at[row, column]), expected="a year such as 2024")
    return frame[column].astype(int)


def _year_of_release(release: Release, name: str) -> str:
    """Return the calendar year in which the financial year of a release's name ends, for files without a year of their own."""
    try:
        return periods.year_end(periods.parse(release.release))[:4]
    except UnknownNameError:
        expected = "a financial year such as 2022-23: give it with --release"
        raise DataError(name, found=f"the release {release.release!r}", expected=expected) from None


def day(year: pd.Series, layout: Layout) -> pd.Series:
    """Return the day on which an authority must exist: that of the file, or 31 March of the year or after its middle."""
    if layout.of_file("day"):
        return year.astype(str) + f"-{layout.of_file('day')}"
    return (year + layout.is_mid_year).astype(str) + "-03-31"


def period(year: pd.Series, kinds: pd.Series, layout: Layout) -> pd.Series:
    """Return the canonical periods: the financial year of a flow, 30 June of an estimate, else the file's day or 31 March."""
    if layout.of_file("date"):
        return pd.Series(layout.of_file("date"), index=year.index)
    if layout.is_mid_year:
        return year.astype(str) + "-06-30"
    financial = (year - 1).astype(str) + "-" + (year % 100).astype(str).str.zfill(2)
    return financial.where(kinds == "flow", day(year, layout))
