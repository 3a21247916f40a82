"""Finds things on a sheet: tables by the names in their heading row, and labels with the text beside them."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.utils import range_boundaries

from analysis.catalogue.framework import return_form
from analysis.returns.sandbox import Sheet

CSV = "CSV"  # the name of the one sheet that a CSV file is


@dataclass(frozen=True)
class Table:
    """The heading row of a table, and {name: column} of the names in it."""

    row: int
    columns: dict[str, int]


def find_table(sheet: Sheet, wanted_names: tuple[str, ...]) -> Table | None:
    """Return the first heading row that holds all the wanted names; None if there is none."""
    by_row: dict[int, dict[str, int]] = {}
    for (row, column), cell in sheet.cells.items():
        name = cell.text.strip()
        if name in return_form.COLUMNS or name in return_form.ACTION_COLUMNS:
            by_row.setdefault(row, {}).setdefault(name, column)
    return next((Table(row, names) for row, names in sorted(by_row.items()) if all(name in names for name in wanted_names)), None)


def text_grid(sheet: Sheet) -> list[list[str]]:
    """Return the sheet as rows of text, with each cell where it stands."""
    height, width = (max(place[axis] for place in sheet.cells) for axis in (0, 1))
    rows = [[""] * width for _ in range(height)]
    for (row, column), cell in sheet.cells.items():
        rows[row - 1][column - 1] = cell.text
    return rows


def text_at(sheet: Sheet, row: int, column: int) -> str:
    """Return the text of a cell without blanks around it; empty if there is no cell."""
    cell = sheet.cells.get((row, column))
    return cell.text.strip() if cell else ""


def label_values(sheet: Sheet) -> dict[str, str]:
    """Return {text in the first column: text beside it}, the first of each."""
    rows = sorted({row for row, _ in sheet.cells})
    return {label: text_at(sheet, row, 2) for row in reversed(rows) if (label := text_at(sheet, row, 1))}


def covers(merged: str, row: int, column: int) -> bool:
    """Return whether a merged range, such as "B2:C3", covers a cell."""
    left, top, right, bottom = range_boundaries(merged)
    return bool(left <= column <= right and top <= row <= bottom)
