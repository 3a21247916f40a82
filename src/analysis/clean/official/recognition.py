"""The layout of an official file, found by comparing its header with those in `official_layouts.csv`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from itertools import zip_longest

import pandas as pd

from analysis.catalogue import tables
from analysis.errors import DataError
from analysis.store.raw_files import Release

FOLDER = "official"
ANY_ROW = "*"
KEY_JOINT = " | "


@dataclass(frozen=True)
class Layout:
    """One layout of one source: its rows of `official_layouts.csv`."""

    source: str
    name: str
    rows: pd.DataFrame

    @cached_property
    def header(self) -> list[str]:
        """The names of the columns, in their order; blank columns of the file are at the end, with empty names."""
        names = list(dict.fromkeys(self.rows.loc[self.rows["column"] != "", "column"]))
        return names + [""] * int(self.of_file("blank") or 0)

    @cached_property
    def keys(self) -> list[str]:
        """The columns whose values are the key of a row, in their order."""
        return self.rows.loc[self.rows["role"] == "key", "column"].tolist()

    @cached_property
    def figures(self) -> pd.DataFrame:
        """The rows of the table that define the columns of figures, for all rows of the file or for those with one key."""
        return self.rows[self.rows["role"].isin(("figure", "sum", "rate", "percent", "left"))]

    @cached_property
    def is_mid_year(self) -> bool:
        """Whether the file holds estimates for 30 June of its years."""
        return bool((self.rows["role"] == "mid_year").any())

    def of_file(self, role: str) -> str:
        """Return what the table says about the whole file in this role; empty if it says nothing."""
        references = self.rows.loc[self.rows["role"] == role, "reference"]
        return str(references.iloc[0]) if len(references) else ""

    def knows(self, cells: dict[str, str]) -> bool:
        """Return whether the layout has the row's key and constants."""
        constants = self.rows[self.rows["role"] == "same"]
        constants_match = all(
            cells.get(column) == text for column, text in zip(constants["column"], constants["reference"], strict=True)
        )
        key = KEY_JOINT.join(cells.get(column, "") for column in self.keys)
        return constants_match and (not self.keys or key in set(self.figures["where"]) or bool(self.of_file("other_keys")))

    def absent(self) -> set[str]:
        """Return the codes of authorities for which files of this layout have no row; the table has the reasons."""
        return set(self.rows.loc[self.rows["role"] == "absent", "reference"])

    def column(self, role: str) -> str:
        """Return the name of the column in this role; empty if there is none."""
        columns = self.rows.loc[(self.rows["role"] == role) & (self.rows["column"] != ""), "column"]
        return str(columns.iloc[0]) if len(columns) else ""


@cache
def sources() -> list[str]:
    """Return the sources of official statistics that can be imported."""
    return list(tables.read("official_sources")["source"])


def is_official(release: Release) -> bool:
    """Return whether a release is of official statistics: its folder is `raw/official/<source>/<release>`."""
    return release.folder.parent.parent.name == FOLDER


@cache
def layouts(source: str) -> tuple[Layout, ...]:
    """Return the known layouts of a source."""
    table = tables.read("official_layouts")
    of_source = table[table["source"] == source]
    return tuple(Layout(source, str(name), rows) for name, rows in of_source.groupby("layout", sort=False))


def recognise(source: str, header: list[str], first_row: list[str], file: str) -> Layout:
    """Return the layout with exactly this header; of several with one header, the one whose keys include those of `first_row`.

    Raises DataError naming the nearest layout and the column that is missing, new, renamed or moved.
    """
    all_layouts = layouts(source)
    matching = [layout for layout in all_layouts if header == layout.header]
    if matching:
        cells = dict(zip(header, first_row, strict=False))
        return next((layout for layout in matching if layout.knows(cells)), matching[0])
    if not all_layouts:
        raise DataError(file, found=f"the source {source!r}", expected="one that official_layouts.csv knows")
    nearest = max(all_layouts, key=lambda layout: len(set(layout.header) & set(header)) / len({*layout.header, *header}))
    raise _refusal(nearest, header, file)


def _refusal(nearest: Layout, header: list[str], file: str) -> DataError:
    layout = f"of the layout {nearest.name!r}"
    twice = next((name for at, name in enumerate(header) if name and name in header[:at]), None)
    if twice is not None:
        column = len(header) - header[::-1].index(twice)
        return DataError(file, row=1, column=column, found=f"the column {twice!r} once more", expected=f"the columns {layout}")
    missing = [name for name in nearest.header if name not in header]
    new = [name for name in header if name not in nearest.header]
    if missing and not new:
        return DataError(file, row=1, found=f"no column {missing[0]!r}", expected=f"the columns {layout}")
    if new and not missing:
        column = header.index(new[0]) + 1
        return DataError(file, row=1, column=column, found=f"the new column {new[0]!r}", expected=f"the columns {layout}")
    pairs = enumerate(zip_longest(header, nearest.header, fillvalue=""), start=1)
    column, (found, wanted) = next(pair for pair in pairs if pair[1][0] != pair[1][1])
    return DataError(file, row=1, column=column, found=repr(found), expected=f"{wanted!r} {layout}")
