"""When the figures of an official file are of: years as their publishers write them become canonical periods."""

from __future__ import annotations

import pandas as pd

from analysis.catalogue import periods
from analysis.clean.official.layouts import Layout
from analysis.errors import DataError, UnknownNameError
from analysis.store.raw_files import Release


def years(frame: pd.DataFrame, layout: Layout, release: Release, name: str) -> pd.Series:
    """Return the calendar year that each row is of: the one in which its financial year ends, or that of its mid-year.

    Raises DataError naming the row for a cell that is no year, and for a file whose year only its release can say and doesn't.
    """
    fixed = layout.of_file("year") or layout.of_file("mid_year") or layout.of_file("date")[:4]
    if (layout.rows["role"] == "year_of_release").any():
        fixed = _end_of(release, name)
    if fixed:
        return pd.Series(int(fixed), index=frame.index)
    column = layout.column("year_ending") or layout.column("mid_year")
    broken = ~frame[column].str.fullmatch(r"(?:19|20)[0-9]{2}")
    if broken.any():
        row = int(broken.idxmax())
        raise DataError(name, row=row, column=column, found=repr(frame.at[row, column]), expected="a year such as 2024")
    return frame[column].astype(int)


def _end_of(release: Release, name: str) -> str:
    """Return the calendar year in which the financial year ends that a release is named by: the file itself doesn't say it."""
    try:
        return periods.year_end(periods.parse(release.release))[:4]
    except UnknownNameError:
        expected = "a financial year such as 2022-23: give it with --release"
        raise DataError(name, found=f"the release {release.release!r}", expected=expected) from None


def day(year: pd.Series, layout: Layout) -> pd.Series:
    """Return the day on which an authority must exist: the 31 March that ends the year, or the one after a mid-year."""
    return (year + layout.is_mid_year).astype(str) + "-03-31"


def period(year: pd.Series, kinds: pd.Series, layout: Layout) -> pd.Series:
    """Return the canonical period: the financial year of a flow, the 31 March of a snapshot, 30 June of an estimate."""
    if layout.of_file("date"):
        return pd.Series(layout.of_file("date"), index=year.index)
    if layout.is_mid_year:
        return year.astype(str) + "-06-30"
    financial = (year - 1).astype(str) + "-" + (year % 100).astype(str).str.zfill(2)
    return financial.where(kinds == "flow", year.astype(str) + "-03-31")
