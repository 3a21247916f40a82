"""Figures that are sums of cells of an official file, such as single years of age: of cells in one row, or in one column."""

from __future__ import annotations

import pandas as pd

from analysis.clean.official.layouts import ANY_ROW, Layout
from analysis.errors import DataError

CELL_IN_USE = ("area", "level", "year", "row", "place", "column", "heading", "text", "role", "reference", "detail")
_NUMBER = r"[0-9]+(?:\.0)?"


def of_columns(frame: pd.DataFrame, rows_with_area: pd.DataFrame, layout: Layout, name: str) -> pd.DataFrame:
    """Return one row for each figure that is a sum of adjacent cells of a row; its place is their range."""
    entries = _entries(layout)
    entries = entries[entries["where"] == ""]
    number_of = {column: number for number, column in enumerate(frame.columns, start=1)}
    columns = entries["column"].unique().tolist()
    for column in columns:
        _check_numbers(frame[column], f"{number_of[column]} ({column})", name)
    values = frame[columns].astype(float)
    parts = []
    for reference, summands in _summands(entries, "column").items():
        first, last, rows = number_of[summands[0]], number_of[summands[-1]], frame.index.astype(str)
        place = rows + f",{first}" + (("-" + rows + f",{last}") if last > first else "")
        text = values[summands].sum(axis=1).map("{:.0f}".format)
        cells = rows_with_area[["area", "level", "year"]].assign(
            row=frame.index, place=place, column=first, heading=summands[0], text=text
        )
        parts.append(cells.assign(role="figure", reference=reference, detail=""))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(CELL_IN_USE))


def of_rows(frame: pd.DataFrame, rows_with_key: pd.DataFrame, layout: Layout, name: str) -> tuple[pd.DataFrame, set[int]]:
    """Return one row for each figure that is a sum of cells in the rows of one area and year, and the rows that they stand in.

    Its place is the range from the first to the last of them. Raises DataError for an area with some of these rows and not all;
    one with none of them has no such figure.
    """
    entries = _entries(layout)
    entries = entries[~entries["where"].isin(("", ANY_ROW))]
    number_of = {column: number for number, column in enumerate(frame.columns, start=1)}
    parts, rows_read = [], set()
    for reference, keys in _summands(entries, "where").items():
        group = rows_with_key[rows_with_key["key"].isin(keys)]
        if group.empty:
            continue
        heading = entries.loc[entries["where"] == keys[0], "column"].iloc[0]
        column = number_of[heading]
        _check_complete(group, keys, name)
        text = frame.loc[group.index, heading]
        _check_numbers(text, f"{column} ({heading})", name)
        sums = group.assign(row=group.index, value=text.astype(float)).groupby(["area", "level", "year"], sort=False)
        cells = sums.agg(row=("row", "min"), last=("row", "max"), value=("value", "sum")).reset_index()
        place = cells["row"].astype(str) + f",{column}-" + cells["last"].astype(str) + f",{column}"
        cells = cells.assign(place=place, column=column, heading=heading, text=cells["value"].map("{:.0f}".format))
        parts.append(cells.drop(columns=["last", "value"]).assign(role="figure", reference=reference, detail=""))
        rows_read |= set(group.index)
    return (pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(CELL_IN_USE))), rows_read


def without_printed(summed: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of rows without those whose figure is printed for the same area and year."""
    if summed.empty:
        return summed
    key = ["reference", "area", "year"]
    known = set(printed.loc[printed["role"] == "figure", key].itertuples(index=False, name=None))
    return summed[[place not in known for place in summed[key].itertuples(index=False, name=None)]]


def _entries(layout: Layout) -> pd.DataFrame:
    return layout.rows[layout.rows["role"] == "sum"]


def _summands(entries: pd.DataFrame, of: str) -> dict[str, list[str]]:
    """Return {figure: columns, or keys of rows, that it is the sum of} in the order of the table."""
    summands: dict[str, list[str]] = {}
    for text, part in zip(entries["reference"], entries[of], strict=True):
        for reference in text.split("|"):
            summands.setdefault(reference, []).append(part)
    return summands


def _check_complete(group: pd.DataFrame, keys: list[str], name: str) -> None:
    counts = group.groupby(["area", "year"])["key"].nunique()
    incomplete = counts[counts < len(keys)]
    if len(incomplete):
        area, year = incomplete.index[0]
        rows = group[(group["area"] == area) & (group["year"] == year)]
        missing = next(key for key in keys if key not in set(rows["key"]))
        found = f"no row {missing!r} for {year} near it"
        raise DataError(name, row=int(rows.index[-1]), found=found, expected=f"each from {keys[0]!r} to {keys[-1]!r}, or none")


def _check_numbers(cells: pd.Series, column: str, name: str) -> None:
    is_invalid = ~cells.str.fullmatch(_NUMBER)
    if is_invalid.any():
        row = int(is_invalid.idxmax())
        raise DataError(name, row=row, column=column, found=repr(cells[row]), expected="a whole number")
