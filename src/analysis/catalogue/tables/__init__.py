"""The tables: what the figures are, where they stand and what may be said of them; each is checked when it is read.

`schema.csv` says what every column of every table holds. Rows of an analyst's own lie in `tables/` of the data folder: they are
added to the package's, or take the place of those with the same key.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from analysis.catalogue.tables import own, rows
from analysis.catalogue.tables.checks import check
from analysis.catalogue.tables.own import FOLDER, inputs, look_again, use
from analysis.catalogue.tables.schema import known_tables
from analysis.errors import DataError

__all__ = ["FOLDER", "Standing", "check_own", "columns", "inputs", "look_again", "read", "rows_of", "survey", "use"]


@dataclass(frozen=True)
class Standing:
    """How one table stands: how many rows it has, how many of them are one's own, and what is wrong with it, if anything."""

    name: str
    rows: int
    added: int
    replaced: int
    mistake: str

    def line(self) -> str:
        """Return the line that says so."""
        if self.mistake:
            return f"{self.name:<20}  {self.mistake}"
        place = own.places().get(self.name)
        came = f"package and {place}: {self.added} added, {self.replaced} replaced" if place else "package"
        return f"{self.name:<20}  ok  {self.rows:>5} rows  {came}"


@cache
def read(name: str) -> pd.DataFrame:
    """Return the table `name` (without `.csv`): every cell a string, an empty cell the empty string.

    The frame is shared by all callers, who take what they need from it and never change it. Raises DataError naming table, row
    and column for the first cell that is not what `schema.csv` says.
    """
    own.check_names()
    merged = own.merged(name)
    check(known_tables()[name], merged.rows, own.values)
    return pd.DataFrame(merged.rows.cells, columns=list(known_tables()[name].names), dtype="str")


def columns(name: str, without: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the columns of a table in their order, without some of them."""
    return known_tables()[name].without(without).names


def rows_of(content: bytes, place: str, name: str, without: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """Return the rows of a file that holds rows of the table `name` without some of its columns; `place` names it in messages.

    They are checked as those of the package are. Raises DataError naming file, row and column.
    """
    table = known_tables()[name].without(without)
    found = rows.of_file(content, place, table.names)
    check(table, found, own.values)
    return [dict(zip(table.names, cells, strict=True)) for cells in found.cells]


def check_own() -> None:
    """Raise DataError for the first mistake in a table of one's own; return nothing where there is none."""
    own.check_names()
    for name in own.places():
        read(name)


def survey() -> list[Standing]:
    """Return how each table stands, in the order of their names; files that are no tables come last, each with its mistake."""
    stands = [_standing(name) for name in sorted({*known_tables(), *rows.packaged()})]
    return [*stands, *(Standing(place, 0, 0, 0, str(mistake)) for place, mistake in own.misplaced().items())]


def _standing(name: str) -> Standing:
    try:
        merged = own.merged(name)
        check(known_tables()[name], merged.rows, own.values)
    except DataError as mistake:
        return Standing(name, 0, 0, 0, str(mistake))
    return Standing(name, len(merged.rows.cells), merged.added, merged.replaced, "")
