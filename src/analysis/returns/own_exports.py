"""An agency's own export read as if it were the template, by its layout; what the layout doesn't map is not kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.catalogue import framework
from analysis.catalogue.framework import return_form
from analysis.returns import export_layouts
from analysis.returns.export_layouts import IGNORE, LABEL, VALUE, Layout
from analysis.returns.remarks import NOTED, REFUSED, Remark, brief
from analysis.returns.sandbox import Book, Cell, Sheet
from analysis.returns.sheets import CSV, text_at
from analysis.returns.template import Last, as_csv


@dataclass(frozen=True)
class Own:
    """Whose export a file is, of which quarter, and why it is sent again if it is."""

    agency: str
    period: str
    reason: str = ""


@dataclass(frozen=True)
class Translated:
    """An export as the template would say it: the book, where each of its cells stands in the export, what is kept, remarks."""

    book: Book
    places: dict[str, str]
    content: bytes
    remarks: tuple[Remark, ...]

    def theirs(self, remarks: list[Remark]) -> list[Remark]:
        """Return remarks on the book with the cells of the export."""
        return [replace(each, cell=self.places.get(each.cell, "")) if each.sheet == CSV else each for each in remarks]


def translate(data: Path, book: Book, own: Own) -> Translated:
    """Return an export as a book like the template, read by the agency's layout, with remarks on what is not as the layout says.

    Raises SafeguardingError where there is no layout, DataError for one that can't be read.
    """
    export_layouts.check_figures_only(own.agency, own.period)
    layout = export_layouts.read(data, own.agency)
    if book.refused or [sheet.name for sheet in book.sheets] != [CSV] or not book.sheets[0].cells:
        why = book.refused or "It is no table of text. Save the export as CSV and send that."
        return Translated(Book(refused=why), {}, b"", ())
    sheet = book.sheets[0]
    asked = set(framework.asked(own.agency, own.period)["key"])
    cells, remarks = _figures(sheet, layout, asked)
    todo = f"Name it as before; if the export has changed for good, the layout {export_layouts.place(own.agency)} has to say so."
    drift = [Remark(weight, found, todo if weight == REFUSED else "", CSV, cell) for weight, found, cell in remarks]
    for key in sorted(asked - set(layout.columns.values()) - set(layout.labels.values()) - set(layout.absent)):
        found = f"no row of the layout for {key}"
        drift.append(Remark(REFUSED, found, f"Add it to {export_layouts.place(own.agency)}, or say there why it is not given."))
    filled, places = _filled(own, layout, cells)
    return Translated(filled, places, _stripped(sheet, layout, asked), tuple(drift))


def _figures(sheet: Sheet, layout: Layout, asked: set[str]) -> tuple[dict[str, Cell], list[tuple[str, str, str]]]:
    """Return {reference: its cell} and (weight, what was found, cell) for all that is not as the layout says."""
    top = min(row for row, _ in sheet.cells)
    below = sorted({row for row, _ in sheet.cells if row > top})
    headings = [
        (return_form.address(top, column), text_at(sheet, top, column))
        for column in sorted({column for _, column in sheet.cells})
    ]
    remarks = list(_drift("column", headings, layout.columns, asked))
    columns = {text_at(sheet, top, column): column for _, column in sorted(sheet.cells, reverse=True)}
    if layout.is_long:
        parts = {part: columns.get(name, 0) for name, part in layout.columns.items() if part in (LABEL, VALUE)}
        labels = [(return_form.address(row, parts[LABEL]), text_at(sheet, row, parts[LABEL])) for row in below if parts[LABEL]]
        remarks += _drift("label", labels, layout.labels, asked) if parts[LABEL] else ()
        at = {text_at(sheet, row, parts[LABEL]): (row, parts[VALUE]) for row in reversed(below)}
        named = layout.labels
    else:
        if len(below) != 1:
            remarks.append((REFUSED, f"{len(below)} rows under the headings, where one row of figures is expected", ""))
        at = {name: (below[0] if below else 0, column) for name, column in columns.items()}
        named = layout.columns
    mine = {ours: at[name] for name, ours in named.items() if name in at and ours in asked}
    return {ours: sheet.cells.get(place, Cell(*place, "text", "")) for ours, place in mine.items()}, remarks


def _drift(kind: str, there: list[tuple[str, str]], named: dict[str, str], asked: set[str]) -> Iterator[tuple[str, str, str]]:
    """Yield what is not as the layout says. A name that it doesn't know may be a person's: it is told by its cell."""
    seen: set[str] = set()
    for cell, name in there:
        if not name:
            yield REFUSED, f"a {'column without a heading' if kind == 'column' else 'row without a label'}", cell
        elif name not in named:
            yield REFUSED, f"a {kind} that the layout doesn't have ({brief(name)})", cell
        elif name in seen:
            yield REFUSED, f"the {kind} {name!r} a second time", cell
        elif "@" in named[name] and named[name] not in asked:
            yield NOTED, f"the {kind} {name!r}, which is not asked for in this quarter and was not kept", cell
        seen.add(name)
    for name, ours in named.items():
        if name not in seen and not ("@" in ours and ours not in asked):
            yield REFUSED, f"no {kind} {name!r}", ""


def _filled(own: Own, layout: Layout, cells: dict[str, Cell]) -> tuple[Book, dict[str, str]]:
    """Return the agency's template as CSV with these cells in it, and {cell of the template: cell of the export}."""
    rows = list(csv.reader(io.StringIO(as_csv(own.agency, own.period, Last()))))
    found: dict[tuple[int, int], Cell] = {}
    places: dict[str, str] = {}
    columns: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        if return_form.REF in row:
            columns = {name: index + 1 for index, name in enumerate(row)}
        elif row and row[0] == return_form.REASON:
            row[1] = own.reason
        found |= {(number, at): Cell(number, at, "text", text) for at, text in enumerate(row, start=1) if text}
        key = row[columns[return_form.REF] - 1] if columns and len(row) >= columns[return_form.REF] else ""
        yours = (number, columns.get(return_form.YOURS, 0))
        if key in layout.absent:
            remark = (number, columns[return_form.REMARK])
            found |= {yours: Cell(*yours, "text", return_form.NOT_AVAILABLE), remark: Cell(*remark, "text", layout.absent[key])}
        elif key in cells:
            found[yours] = replace(cells[key], row=yours[0], column=yours[1])
            places[return_form.address(*yours)] = return_form.address(cells[key].row, cells[key].column)
    return Book((Sheet(CSV, 1, found),), suffix=".csv"), places


def _stripped(sheet: Sheet, layout: Layout, asked: set[str]) -> bytes:
    """Return the export with what is mapped alone, every cell where it stood."""
    top = min(row for row, _ in sheet.cells)
    heading = {column: text_at(sheet, top, column) for _, column in sheet.cells}
    wanted = {name for name, ours in layout.columns.items() if ours != IGNORE and ("@" not in ours or ours in asked)}
    columns = {column for column, name in heading.items() if name in wanted}
    label = next((column for column, name in heading.items() if layout.columns.get(name) == LABEL), 0)
    rows = {row for row, _ in sheet.cells if row == top or not label or layout.labels.get(text_at(sheet, row, label)) in asked}
    grid = [[""] * max(columns, default=1) for _ in range(max(rows))]
    for (row, column), cell in sheet.cells.items():
        if row in rows and column in columns:
            grid[row - 1][column - 1] = cell.text
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(grid)
    return text.getvalue().encode()
