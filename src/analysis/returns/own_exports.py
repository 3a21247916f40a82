"""An agency's own export, read by its layout as if it were our template; columns that the layout doesn't map are not kept.

Open it when an export of an agency's system is refused, or when the rules of reading one change.
"""

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
from analysis.returns.sheet_tables import CSV, text_at
from analysis.returns.template import PreviousReturn, as_csv


@dataclass(frozen=True)
class OwnExport:
    """The agency whose export a file is, its quarter, and the reason if it is sent again."""

    agency: str
    period: str
    reason: str = ""


@dataclass(frozen=True)
class TranslatedExport:
    """An export in the form of the template.

    `places` is {cell of the template: cell of the export}. `content` is the part of the export that is kept. `remarks` say where
    the export differs from its layout.
    """

    book: Book
    places: dict[str, str]
    content: bytes
    remarks: tuple[Remark, ...]

    def remarks_at_export_cells(self, remarks: list[Remark]) -> list[Remark]:
        """Return remarks on the template with the addresses of the export's cells instead."""
        return [replace(remark, cell=self.places.get(remark.cell, "")) if remark.sheet == CSV else remark for remark in remarks]


def translate(data: Path, book: Book, own_export: OwnExport) -> TranslatedExport:
    """Return an export in the form of the template, read by the agency's layout, with remarks where it differs from the layout.

    Raises SafeguardingError where there is no layout, and DataError for a layout that can't be read.
    """
    export_layouts.check_figures_only(own_export.agency, own_export.period)
    layout = export_layouts.read(data, own_export.agency)
    if book.refused or [sheet.name for sheet in book.sheets] != [CSV] or not book.sheets[0].cells:
        why = book.refused or "It is no table of text. Save the export as CSV and send that."
        return TranslatedExport(Book(refused=why), {}, b"", ())
    sheet = book.sheets[0]
    requested_keys = set(framework.asked(own_export.agency, own_export.period)["key"])
    cells, remarks = _figures(sheet, layout, requested_keys)
    layout_path = export_layouts.layout_path(own_export.agency)
    todo = f"Name it as before; if the export has changed for good, the layout {layout_path} has to say so."
    differences = [Remark(weight, finding, todo if weight == REFUSED else "", CSV, cell) for weight, finding, cell in remarks]
    for key in sorted(requested_keys - set(layout.columns.values()) - set(layout.labels.values()) - set(layout.absent)):
        finding = f"no row of the layout for {key}"
        differences.append(Remark(REFUSED, finding, f"Add it to {layout_path}, or say there why it is not given."))
    filled, places = _filled_template(own_export, layout, cells)
    return TranslatedExport(filled, places, _mapped_cells_only(sheet, layout, requested_keys), tuple(differences))


def _figures(sheet: Sheet, layout: Layout, requested_keys: set[str]) -> tuple[dict[str, Cell], list[tuple[str, str, str]]]:
    """Return {reference: its cell}, and (weight, finding, cell) for each difference from the layout."""
    heading_row = min(row for row, _ in sheet.cells)
    data_rows = sorted({row for row, _ in sheet.cells if row > heading_row})
    headings = [
        (return_form.address(heading_row, column), text_at(sheet, heading_row, column))
        for column in sorted({column for _, column in sheet.cells})
    ]
    remarks = list(_differences("column", headings, layout.columns, requested_keys))
    columns = {text_at(sheet, heading_row, column): column for _, column in sorted(sheet.cells, reverse=True)}
    if layout.is_long:
        name_of_part = {part: name for name, part in layout.columns.items()}
        label_column, value_column = (columns.get(name_of_part[part], 0) for part in (LABEL, VALUE))
        if label_column:
            labels = [(return_form.address(row, label_column), text_at(sheet, row, label_column)) for row in data_rows]
            remarks += _differences("label", labels, layout.labels, requested_keys)
        place_of_name = {text_at(sheet, row, label_column): (row, value_column) for row in reversed(data_rows)}
        reference_of_name = layout.labels
    else:
        if len(data_rows) != 1:
            remarks.append((REFUSED, f"{len(data_rows)} rows under the headings, where one row of figures is expected", ""))
        place_of_name = {name: (data_rows[0] if data_rows else 0, column) for name, column in columns.items()}
        reference_of_name = layout.columns
    cells = {}
    for name, reference in reference_of_name.items():
        if name in place_of_name and reference in requested_keys:
            place = place_of_name[name]
            cells[reference] = sheet.cells.get(place, Cell(*place, "text", ""))
    return cells, remarks


def _differences(
    kind: str, cells_and_names: list[tuple[str, str]], reference_of_name: dict[str, str], requested_keys: set[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield each difference from the layout. An unknown name may be a person's, so its cell is given and not the name."""
    seen_names: set[str] = set()
    for cell, name in cells_and_names:
        if not name:
            yield REFUSED, f"a {'column without a heading' if kind == 'column' else 'row without a label'}", cell
        elif name not in reference_of_name:
            yield REFUSED, f"a {kind} that the layout doesn't have ({brief(name)})", cell
        elif name in seen_names:
            yield REFUSED, f"the {kind} {name!r} a second time", cell
        elif "@" in reference_of_name[name] and reference_of_name[name] not in requested_keys:
            yield NOTED, f"the {kind} {name!r}, which is not asked for in this quarter and was not kept", cell
        seen_names.add(name)
    for name, reference in reference_of_name.items():
        if name not in seen_names and not ("@" in reference and reference not in requested_keys):
            yield REFUSED, f"no {kind} {name!r}", ""


def _filled_template(own_export: OwnExport, layout: Layout, cells: dict[str, Cell]) -> tuple[Book, dict[str, str]]:
    """Return the agency's template as CSV with these cells in it, and {cell of the template: cell of the export}."""
    rows = list(csv.reader(io.StringIO(as_csv(own_export.agency, own_export.period, PreviousReturn()))))
    filled_cells: dict[tuple[int, int], Cell] = {}
    export_cells: dict[str, str] = {}
    column_of_name: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        if return_form.REF in row:
            column_of_name = {name: index + 1 for index, name in enumerate(row)}
        elif row and row[0] == return_form.REASON:
            row[1] = own_export.reason
        filled_cells |= {(number, column): Cell(number, column, "text", text) for column, text in enumerate(row, start=1) if text}
        reference_column = column_of_name.get(return_form.REF, 0)
        reference = row[reference_column - 1] if 0 < reference_column <= len(row) else ""
        figure_cell = (number, column_of_name.get(return_form.YOURS, 0))
        if reference in layout.absent:
            remark_cell = (number, column_of_name[return_form.REMARK])
            filled_cells |= {
                figure_cell: Cell(*figure_cell, "text", return_form.NOT_AVAILABLE),
                remark_cell: Cell(*remark_cell, "text", layout.absent[reference]),
            }
        elif reference in cells:
            filled_cells[figure_cell] = replace(cells[reference], row=figure_cell[0], column=figure_cell[1])
            export_cells[return_form.address(*figure_cell)] = return_form.address(cells[reference].row, cells[reference].column)
    return Book((Sheet(CSV, 1, filled_cells),), suffix=".csv"), export_cells


def _mapped_cells_only(sheet: Sheet, layout: Layout, requested_keys: set[str]) -> bytes:
    """Return the export with only the cells that the layout maps, each where it stood."""
    heading_row = min(row for row, _ in sheet.cells)
    name_of_column = {column: text_at(sheet, heading_row, column) for _, column in sheet.cells}
    mapped_names = {
        name for name, ours in layout.columns.items() if ours != IGNORE and ("@" not in ours or ours in requested_keys)
    }
    mapped_columns = {column for column, name in name_of_column.items() if name in mapped_names}
    label_column = next((column for column, name in name_of_column.items() if layout.columns.get(name) == LABEL), 0)
    mapped_rows = {
        row
        for row, _ in sheet.cells
        if row == heading_row or not label_column or layout.labels.get(text_at(sheet, row, label_column)) in requested_keys
    }
    grid = [[""] * max(mapped_columns, default=1) for _ in range(max(mapped_rows))]
    for (row, column), cell in sheet.cells.items():
        if row in mapped_rows and column in mapped_columns:
            grid[row - 1][column - 1] = cell.text
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(grid)
    return text.getvalue().encode()
