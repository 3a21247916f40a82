"""The rows of one CSV file of a table, with where each stands: nothing of what they mean is known here."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.errors import DataError
from analysis.files.csv_cells import SAVE, cells_of, separators


@dataclass(frozen=True)
class Rows:
    """Rows in the order of the table's columns, and file and row in which each stands (the heading is row 1)."""

    cells: list[list[str]]
    places: list[tuple[str, int]]


@cache
def packaged() -> dict[str, Path]:
    """Return where each table of the package lies: they are in folders by subject, and no two have one name."""
    return {path.stem: path for path in sorted(Path(__file__).parent.rglob("*.csv"))}


def of_package(name: str, columns: tuple[str, ...]) -> Rows:
    """Return the rows of a table of the package; raises DataError for one that isn't there or can't be read."""
    place = f"{name}.csv"
    if name not in packaged():
        raise DataError(place, found="no such file", expected="the table that schema.csv describes")
    return of_file(packaged()[name].read_bytes(), place, columns)


def of_file(content: bytes, place: str, columns: tuple[str, ...]) -> Rows:
    """Return the rows of a file, its cells put in the order of `columns`.

    A byte order mark is no mistake: a spreadsheet program writes one. Raises DataError for what is no CSV in UTF-8, a heading
    that is not `columns`, and a row with more or fewer cells than the heading.
    """
    header, *lines = cells_of(content, place)
    order = _order(header, columns, place)
    cells, places = [], []
    for number, line in enumerate(lines, start=2):
        if not line:
            continue
        if len(line) != len(columns):
            raise _width(line, header, place, number)
        if "\n" in (joined := "".join(line)) or "\r" in joined:
            broken = next(name for name, cell in zip(header, line, strict=True) if "\n" in cell or "\r" in cell)
            expected = "a cell of one line: a quotation mark may be missing"
            raise DataError(place, row=number, column=broken, found="a line break", expected=expected)
        cells.append([line[at] for at in order])
        places.append((place, number))
    return Rows(cells, places)


def nearest(given: str, known: Iterable[str]) -> str:
    """Return words that tell the known name that is nearest to one given; empty where none is near."""
    near = difflib.get_close_matches(given[:200], list(known), n=1, cutoff=0.6)
    return f"; the nearest is {near[0]!r}" if near else ""


def _order(header: list[str], columns: tuple[str, ...], place: str) -> list[int]:
    """Return where each of the columns stands in a file's heading; raises DataError for a heading that has others."""
    if sign := separators(header):
        raise DataError(place, row=1, found=f"cells separated by {sign}", expected=SAVE)
    for at, name in enumerate(header):
        expected = f"the columns {', '.join(columns)}"
        if name in header[:at]:
            raise DataError(place, row=1, column=at + 1, found=f"the column {name!r} once more", expected=expected)
        if name not in columns:
            missing = [each for each in columns if each not in header]
            raise DataError(
                place, row=1, column=at + 1, found=f"the heading {name!r}", expected=expected + nearest(name, missing or columns)
            )
    missing = [name for name in columns if name not in header]
    if missing:
        raise DataError(place, row=1, column=missing[0], found="no such column", expected=f"the columns {', '.join(columns)}")
    return [header.index(name) for name in columns]


def _width(line: list[str], header: list[str], place: str, number: int) -> DataError:
    expected = f"{len(header)} as in the heading"
    if len(line) > len(header):
        expected += ": a text with a comma stands in quotation marks"
        return DataError(place, row=number, column=len(header) + 1, found=f"{len(line)} cells", expected=expected)
    return DataError(place, row=number, column=header[len(line)], found=f"{len(line)} cells", expected=expected)
