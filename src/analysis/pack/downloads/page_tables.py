"""The tables of a pack as its notebooks hand them on beside their pages, and the same as columns of data, one unit a column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.catalogue import wording
from analysis.disclosure import gate
from analysis.pack.pages.arrangement import tables_in_order

SYMBOLS = tuple(wording.SYMBOLS.values())
_Cell = float | int | str | None


@dataclass(frozen=True)
class PageTable:
    """One table of a page: where it stands, what is said above and below it, its columns and its rows (see `typed_table`)."""

    page: str
    identity: str
    headline: str
    subtitle: str
    caption: str
    source: str
    footnotes: tuple[str, ...]
    columns: tuple[Mapping[str, Any], ...]
    rows: tuple[list[Any], ...]

    @classmethod
    def of(cls, page: str, typed: Mapping[str, Any]) -> PageTable:
        """Return the table that an exhibit of a page hands on."""
        said = {name: typed[name] for name in ("headline", "subtitle", "caption", "source")}
        footnotes, columns, rows = (tuple(typed[name]) for name in ("footnotes", "columns", "rows"))
        return cls(page=page, identity=typed["id"], **said, footnotes=footnotes, columns=columns, rows=rows)

    @property
    def name(self) -> str:
        """The name of its data file, without an ending."""
        return f"{self.page}--{self.identity}"


@dataclass(frozen=True)
class Column:
    """One column of data: its heading with its unit, and its cells: numbers, texts, or None where there is nothing."""

    heading: str
    cells: tuple[_Cell, ...]
    decimals: int | None  # of its numbers; None where the column is text

    @property
    def numeric(self) -> bool:
        """Whether every cell is a number, a symbol or nothing."""
        return self.decimals is not None


def tables_in(folder: Path, pages: Iterable[str]) -> Iterator[PageTable]:
    """Yield the tables of these pages of a pack in their order, as their executed notebooks in it hand them on."""
    for page in pages:
        # Of one that can't be read the gate says so, and holds the pack back.
        notebooks = gate.outputs(folder / gate.NOTEBOOKS, page)
        typed = tables_in_order([each.tables for each in notebooks]) if notebooks else []
        yield from (PageTable.of(page, each) for each in typed)


def as_data(table: PageTable) -> list[Column]:
    """Return the table's columns as data.

    An interval becomes two columns, a figure with its period or its marks ([r], [note 1]) two; the unit stands in the heading.
    """
    taken: set[str] = set()
    columns = zip(table.columns, zip(*table.rows, strict=True) if table.rows else [()] * len(table.columns), strict=True)
    return [_unique(column, taken) for described, cells in columns for column in _columns(described, cells)]


def _unique(column: Column, taken: set[str]) -> Column:
    heading, number = column.heading, 2
    while heading.casefold() in taken:
        heading, number = f"{column.heading} ({number})", number + 1
    taken.add(heading.casefold())
    return Column(heading, column.cells, column.decimals)


def _columns(described: Mapping[str, Any], cells: tuple[Any, ...]) -> Iterator[Column]:
    heading, decimals = described["heading"], described["decimals"]
    unit = f", {described['unit']}" if described["unit"] else ""
    sides = {"low": ", lower", "high": ", upper"} if _has("low", cells) else {"value": ""}
    for side, words in sides.items():
        yield Column(f"{heading}{words}{unit}", tuple(_plain(cell, side) for cell in cells), decimals)
    for name in ("of", "marks"):
        if _has(name, cells):
            more = (cell.get(name) if isinstance(cell, Mapping) else None for cell in cells)
            yield Column(f"{heading}, {name}", tuple(more), None)


def _has(name: str, cells: tuple[Any, ...]) -> bool:
    return any(isinstance(cell, Mapping) and name in cell for cell in cells)


def _plain(cell: Any, side: str) -> _Cell:
    """Return what a cell holds: its number (that of the side of an interval), else its words or its symbol."""
    if not isinstance(cell, Mapping):
        return cell
    held = cell.get(side, cell.get("value"))
    return cell.get("text", cell.get("status")) if held is None else held
