"""The rows of figures on a sheet, each known by its reference: a row that was moved is read all the same."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.catalogue.framework import return_form
from analysis.returns.cell_values import UnreadableError, read_figure
from analysis.returns.remarks import ASKED, NOTED, REFUSED, Remark
from analysis.returns.sandbox import Sheet
from analysis.returns.sheets import CSV, Table, covers, text_at

FIGURE_COLUMNS = ("text", "value", "remark", "sheet", "row", "column")


def read_rows(
    sheet: Sheet, table: Table, until: int, asked: pd.DataFrame, figures: dict[str, dict[str, object]], kept: list[list[str]]
) -> list[Remark]:
    """Add to `figures` what the rows of a table say, {key: FIGURE_COLUMNS}, and to `kept` the figures as digits.

    Returns the remarks. `until` is the row at which the table ends.
    """
    units = dict(zip(asked["key"], asked["unit"], strict=True))
    names = dict(zip(asked["key"], return_form.labels(asked)[return_form.FIGURE], strict=True))
    yours = table.columns[return_form.YOURS]
    remarks: list[Remark] = []
    for row in sorted({row for row, _ in sheet.cells if table.row < row < until}):
        key, place = text_at(sheet, row, table.columns[return_form.REF]), return_form.address(row, yours)
        if key in units and key not in figures:
            remark = text_at(sheet, row, table.columns.get(return_form.REMARK, 0))
            figures[key] = {"text": None, "value": None, "remark": remark, "sheet": sheet.name, "row": row, "column": yours}
            for weight, found, todo in _read(sheet, row, yours, units[key], figures[key]):
                remarks.append(Remark(weight, found, todo, sheet.name, place, names[key]))
            kept[row - 1][yours - 1] = str(figures[key]["text"] or "")
        elif key or text_at(sheet, row, yours) or text_at(sheet, row, table.columns.get(return_form.FIGURE, 0)):
            remarks.append(_unknown(sheet.name, place, key, key in figures))
    return remarks


def _unknown(sheet: str, place: str, key: str, again: bool) -> Remark:
    if not key:
        return Remark(REFUSED, "a row without its reference (Ref)", "Don't add rows or clear that column.", sheet, place)
    found = "a row for a second time" if again else "a row that is not of this agency's template for this quarter"
    return Remark(REFUSED, found, "Use the template as it was made for you, each row once.", sheet, place)


def _read(sheet: Sheet, row: int, column: int, unit: str, into: dict[str, object]) -> Iterator[tuple[str, str, str]]:
    """Read one figure; yield (weight, what was found, what to do)."""
    merged = [area for area in sheet.merged if covers(area, row, column)]
    if merged:
        yield REFUSED, f"merged cells ({merged[0]})", "Undo the merging: each figure has a cell of its own."
        return
    try:
        figure = read_figure(sheet.cells.get((row, column)), unit, typed=sheet.name != CSV)
    except UnreadableError as error:
        yield REFUSED, error.found, error.todo
        return
    into |= {"text": figure.text, "value": figure.value}
    if figure.note:
        yield NOTED, figure.note, ""
    if figure.value is None and not into["remark"]:
        yield ASKED, f"{figure.text!r} without a remark", "Say why there is no figure."
