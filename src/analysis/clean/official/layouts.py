"""The layouts of official files: rows of `official_layouts.csv`, and what later releases changed, rows of `official_changes.csv`.

A table that its publisher changes stays one layout. Each release with changes makes a variant of it: some columns have another
heading, some may be missing, some are new.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property

import pandas as pd

from analysis.catalogue import tables
from analysis.errors import DataError

ANY_ROW = "*"
KEY_JOINT = " | "
_CHANGES = "official_changes.csv"


@dataclass(frozen=True)
class Layout:
    """One layout of one source: its rows of `official_layouts.csv`, with the headings of one release.

    `since` is the release that a variant begins with, empty for the layout as the table has it; `optional` are the columns that
    may be missing from then on.
    """

    source: str
    name: str
    rows: pd.DataFrame
    since: str = ""
    optional: frozenset[str] = frozenset()

    @cached_property
    def header(self) -> list[str]:
        """The names of the columns, in their order; blank columns of the file are at the end, with empty names."""
        names = list(dict.fromkeys(self.rows.loc[self.rows["column"] != "", "column"]))
        return names + [""] * int(self.of_file("blank") or 0)

    def of_header(self, header: list[str]) -> Layout | None:
        """Return the layout without the optional columns that a header lacks; None unless the two are then the same."""
        missing = self.optional - set(header)
        layout = replace(self, rows=self.rows[~self.rows["column"].isin(missing)]) if missing else self
        return layout if layout.header == header else None

    def own_name(self, heading: str) -> str:
        """Return the name that `official_layouts.csv` has for a column: its heading before all changes."""
        row = self.rows.index[self.rows["column"] == heading][0]
        return str(tables.read("official_layouts").at[row, "column"])

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
def layouts(source: str) -> tuple[Layout, ...]:
    """Return the known layouts of a source, each followed by its variants, the oldest first."""
    table = tables.read("official_layouts")
    changes = tables.read("official_changes")
    of_source, changes_of_source = table[table["source"] == source], changes[changes["source"] == source]
    unknown = set(changes_of_source["layout"]) - set(of_source["layout"])
    if unknown:
        expected = f"a layout of {source} in official_layouts.csv"
        raise DataError(_CHANGES, column="layout", found=repr(min(unknown)), expected=expected)
    return tuple(
        variant
        for name, rows in of_source.groupby("layout", sort=False)
        for variant in _variants(Layout(source, str(name), rows), changes_of_source[changes_of_source["layout"] == name])
    )


def _variants(layout: Layout, changes: pd.DataFrame) -> Iterator[Layout]:
    """Yield the layout before all changes, and as it is from each release with a change on."""
    new = changes[changes["change"] == "new"]
    known = set(layout.header)
    unknown = [name for name in changes["column"] if name not in known]
    if unknown:
        expected = f"a column of the layout {layout.name!r} in official_layouts.csv"
        raise DataError(_CHANGES, column="column", found=repr(unknown[0]), expected=expected)
    yield replace(layout, rows=layout.rows[~layout.rows["column"].isin(new["column"])])
    for since in sorted(changes["from"].unique()):
        past = changes[changes["from"] <= since].sort_values("from", kind="stable")
        rows = layout.rows[~layout.rows["column"].isin(set(new["column"]) - set(past["column"]))]
        renamed = past[past["change"] == "renamed"]
        headings = dict(zip(renamed["column"], renamed["heading"], strict=True))
        rows = rows.assign(column=rows["column"].replace(headings))
        for each in past[past["change"] == "new"].itertuples(index=False):
            rows = _moved(rows, headings.get(each.column, each.column), headings.get(each.after, each.after), layout.name)
        last = past.drop_duplicates("column", keep="last")
        dropped = last.loc[last["change"] == "dropped", "column"].replace(headings)
        yield replace(layout, rows=rows, since=str(since), optional=frozenset(dropped))


def _moved(rows: pd.DataFrame, column: str, after: str, layout: str) -> pd.DataFrame:
    """Return the rows in another order: those of a column behind the last of the column that it stands after."""
    is_moved = rows["column"] == column
    others, moved = rows[~is_moved], rows[is_moved]
    places = (others["column"] == after).to_numpy().nonzero()[0]
    if not len(places):
        raise DataError(_CHANGES, column="after", found=repr(after), expected=f"another column of the layout {layout!r}")
    at = int(places.max()) + 1
    return pd.concat([others.iloc[:at], moved, others.iloc[at:]])
