"""The rows of figures on a sheet, each identified by its reference, so that a row that was moved is read all the same."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.catalogue.framework import return_form
from analysis.returns.cell_values import UnreadableError, read_figure
from analysis.returns.remarks import ASKED, NOTED, REFUSED, Remark
from analysis.returns.sandbox import Sheet
from analysis.returns.sheet_tables import CSV, Table, covers, text_at

FIGURE_COLUMNS = ("text", "value", "remark", "sheet", "row", "column")


def read_rows(
    sheet: Sheet,
    table: Table,
    end_of_table: int,
    requested: pd.DataFrame,
    figures: dict[str, dict[str, object]],
    text_rows: list[list[str]],
) -> list[Remark]:
    """Return the remarks on the rows of a table, which ends before the row `end_of_table`.

    Adds to `figures` what the rows hold, {key: FIGURE_COLUMNS}, and to `text_rows` the figures as digits.
    """
    unit_of_key = dict(zip(requested["key"], requested["unit"], strict=True))
    label_of_key = dict(zip(requested["key"], return_form.labels(requested)[return_form.FIGURE], strict=True))
    figure_column = table.columns[return_form.YOURS]
    remarks: list[Remark] = []
    for row in sorted({row for row, _ in sheet.cells if table.row < row < end_of_table}):
        key, place = text_at(sheet, row, table.columns[return_form.REF]), return_form.address(row, figure_column)
        if key in unit_of_key and key not in figures:
            remark = text_at(sheet, row, table.columns.get(return_form.REMARK, 0))
            position = {"sheet": sheet.name, "row": row, "column": figure_column}
            figures[key] = {"text": None, "value": None, "remark": remark} | position
            for weight, finding, todo in _read(sheet, row, figure_column, unit_of_key[key], figures[key]):
                remarks.append(Remark(weight, finding, todo, sheet.name, place, label_of_key[key]))
            text_rows[row - 1][figure_column - 1] = str(figures[key]["text"] or "")
        elif key or text_at(sheet, row, figure_column) or text_at(sheet, row, table.columns.get(return_form.FIGURE, 0)):
            remarks.append(_unknown(sheet.name, place, key, key in figures))
    return remarks


def _unknown(sheet: str, place: str, key: str, is_repeated: bool) -> Remark:
    if not key:
        return Remark(REFUSED, "a row without its reference (Ref)", "Don't add rows or clear that column.", sheet, place)
    finding = "a row for a second time" if is_repeated else "a row that is not of this agency's template for this quarter"
    return Remark(REFUSED, finding, "Use the template as it was made for you, each row once.", sheet, place)


def _read(sheet: Sheet, row: int, column: int, unit: str, figure_row: dict[str, object]) -> Iterator[tuple[str, str, str]]:
    """Read one figure into its row; yield (weight, finding, what to do)."""
    merged = [merged_range for merged_range in sheet.merged if covers(merged_range, row, column)]
    if merged:
        yield REFUSED, f"merged cells ({merged[0]})", "Undo the merging: each figure has a cell of its own."
        return
    try:
        figure = read_figure(sheet.cells.get((row, column)), unit, typed=sheet.name != CSV)
    except UnreadableError as error:
        yield REFUSED, error.finding, error.todo
        return
    figure_row |= {"text": figure.text, "value": figure.value}
    if figure.note:
        yield NOTED, figure.note, ""
    if figure.value is None and not figure_row["remark"]:
        yield ASKED, f"{figure.text!r} without a remark", "Say why there is no figure."
