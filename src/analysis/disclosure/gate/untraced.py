"""Which numbers of a table are traced to no figure: neither named by their row and heading, nor in a column that is declared.

What the gate can't recognise doesn't pass. `untraced_columns.csv` declares the columns whose numbers are no counts of people, or
are worked out from figures that are traced beside them, each with the reason. In a report of their own an analyst declares them
(`own_columns.csv`), which tells nothing of any other table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from analysis import catalogue
from analysis.catalogue import tables
from analysis.disclosure.audit.cells import cells_of_row
from analysis.disclosure.audit.pages import Shown
from analysis.disclosure.gate import visible_text
from analysis.disclosure.gate.rules import Broken

OWN = "own-"  # as the names of an analyst's exhibits begin
_DIGIT = re.compile(r"\d")


def within(file: str, shown: Iterable[Shown]) -> Iterator[Broken]:
    """Yield each column of a table with a number that is traced to no figure and in no declared column."""
    for exhibit in shown:
        undeclared = [
            place for place, heading in enumerate(exhibit.columns) if place > 0 and not is_declared(exhibit.identity, heading)
        ]
        found = dict.fromkeys(heading for row in exhibit.rows for heading in _untraced(exhibit, row, undeclared))
        for heading in found:
            yield Broken("untraced-figure", file, f"exhibit {exhibit.identity!r}, column {exhibit.columns.index(heading) + 1}")


def _untraced(exhibit: Shown, row: list[str], undeclared: list[int]) -> Iterator[str]:
    numbers = [
        place
        for place in undeclared
        if place < len(row) and _DIGIT.search(visible_text.plain(row[place])) and row[place] not in _names()
    ]
    if len(row) > len(exhibit.columns):  # a cell without a heading
        yield exhibit.columns[-1]
    if not numbers:
        return
    traced = {cell.column for cell in cells_of_row(exhibit, row)}
    yield from (exhibit.columns[place] for place in numbers if exhibit.columns[place] not in traced)


@cache
def is_declared(identity: str, heading: str) -> bool:
    """Return whether the numbers of a column are declared to need no figure (`untraced_columns.csv`, `own_columns.csv`).

    >>> is_declared("quarter-contacts", "95% interval"), is_declared("quarter-contacts", "Children")
    (True, False)
    """
    if identity.startswith(OWN) and heading in set(tables.read("own_columns")["column"]):
        return True
    return any(exhibit.fullmatch(identity) and column.fullmatch(heading) for exhibit, column in _declared())


@cache
def _names() -> frozenset[str]:
    """Return what figures and their parts are called: "Referrals per 10,000 children" and "Aged 65 to 74" give no figure."""
    return frozenset({*catalogue.indicators()["title"], *catalogue.categories().values()})


@cache
def _declared() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    rows = tables.read("untraced_columns")
    return [(_pattern(row.exhibit), _pattern(row.column)) for row in rows.itertuples(index=False)]


def _pattern(text: str) -> re.Pattern[str]:
    """Return what a text with stars fits, each of them any letters."""
    return re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL)
