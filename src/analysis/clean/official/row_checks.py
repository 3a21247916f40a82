"""The rows of an official file: the texts that must stand in them, their keys, and that each is there once."""

from __future__ import annotations

import difflib

import pandas as pd

from analysis.clean.official.layouts import ANY_ROW, KEY_JOINT, Layout
from analysis.errors import DataError


def check_constants(frame: pd.DataFrame, layout: Layout, name: str) -> None:
    """Raise DataError unless the columns that say the same in every row of the layout say it."""
    blank_columns = {column: "" for column in frame.columns if column.startswith("(blank ")}
    rows = layout.rows[layout.rows["role"] == "same"]
    for column, expected in (dict(zip(rows["column"], rows["reference"], strict=True)) | blank_columns).items():
        differs = frame[column] != expected
        if differs.any():
            row = int(differs.idxmax())
            raise DataError(name, row=row, column=column, found=repr(frame.at[row, column]), expected=repr(expected))


def keys(frame: pd.DataFrame, layout: Layout, name: str) -> pd.Series:
    """Return the key of each row; raises DataError for one that the layout doesn't know."""
    if not layout.keys:
        return pd.Series("", index=frame.index)
    key = joined_keys(frame, layout)
    known_keys = sorted(set(layout.figures["where"]) - {ANY_ROW})
    is_unknown = ~key.isin(known_keys)
    if is_unknown.any():
        row = int(is_unknown.idxmax())
        matches = difflib.get_close_matches(str(key[row]), known_keys, n=1, cutoff=0.3)
        expected = "a value of the layout" + (f" such as {matches[0]!r}" if matches else "")
        raise DataError(name, row=row, column=layout.keys[-1], found=repr(key[row]), expected=expected)
    return key


def joined_keys(frame: pd.DataFrame, layout: Layout) -> pd.Series:
    """Return the cells of the key columns of each row as one text."""
    return frame[layout.keys[0]].str.cat([frame[column] for column in layout.keys[1:]], sep=KEY_JOINT)


def check_once(rows_with_key: pd.DataFrame, name: str) -> None:
    """Raise DataError for a second row of one area, year and key."""
    is_repeated = rows_with_key.duplicated(["area", "year", "key"])
    if is_repeated.any():
        row = int(is_repeated.idxmax())
        is_same = (rows_with_key[["area", "year", "key"]] == rows_with_key.loc[row, ["area", "year", "key"]]).all(axis=1)
        found = f"the area and year of row {int(is_same.idxmax())} once more"
        raise DataError(name, row=row, found=found, expected="one row for each")


def check_keys(rows_with_key: pd.DataFrame, layout: Layout, name: str) -> None:
    """Raise DataError unless every area has a row for each key of the layout in each of its years."""
    if not layout.keys or layout.of_file("other_keys"):
        return
    keys = sorted(set(layout.figures["where"]) - {ANY_ROW})
    counts = rows_with_key.groupby(["area", "year"])["key"].nunique()
    incomplete = counts[counts < len(keys)]
    if len(incomplete):
        area, year = incomplete.index[0]
        present = set(rows_with_key.loc[(rows_with_key["area"] == area) & (rows_with_key["year"] == year), "key"])
        missing = next(key for key in keys if key not in present)
        row = int(rows_with_key.index[(rows_with_key["area"] == area) & (rows_with_key["year"] == year)][-1])
        raise DataError(
            name, row=row, found=f"no row {missing!r} for {year} near it", expected="each once for every area and year"
        )
