"""Statements whose area, period or category is a known error of the report, by `corrections.csv`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from analysis import catalogue
from analysis.catalogue import periods, tables
from analysis.clean.printed.statements import FILE

_LABELS: dict[str, Callable[[str], str]] = {
    "area": str,
    "period": periods.label,
    "category": catalogue.category_label,
}


@dataclass(frozen=True)
class KnownError:
    """What is wrong of a statement, what is right for it in words, and the column with what is printed and what is right."""

    cause: str
    right: str
    column: str
    printed: str
    corrected: str


def known_error(row: dict[str, str]) -> KnownError | None:
    """Return the known error of a statement, or None; a statement whose place or category is right has none."""
    error = _known_errors().get(f"{row['source'].partition('#')[0]} {row['id']}")
    return error if error is not None and row[error.column] == error.printed else None


@cache
def _known_errors() -> dict[str, KnownError]:
    table = tables.read("corrections")
    of_statements = table[table["file"] == FILE]
    return {
        f"{row.source}/{row.release}/{row.file} {row.row}": KnownError(
            f"The wrong {row.column} is named: {row.reason}",
            f"{_LABELS[row.column](row.corrected)} in place of {_LABELS[row.column](row.printed)}",
            row.column,
            row.printed,
            row.corrected,
        )
        for row in of_statements.itertuples(index=False)
    }
