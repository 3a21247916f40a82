"""Checks that a file holds only what belongs to the template; anything else, and anything that names a person, is refused.

What is refused is never repeated: remarks say where it stands and what kind of thing it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
from openpyxl.utils import range_boundaries

from analysis.catalogue import framework, personal_data
from analysis.catalogue.framework import return_form
from analysis.returns.remarks import NOTED, REFUSED, Remark
from analysis.returns.sandbox import Book, Cell, Sheet
from analysis.returns.sheet_tables import CSV, Table, find_table, text_at
from analysis.returns.template_texts import is_printed

_SHEETS_OF_TEMPLATE = (return_form.COVER, return_form.GUIDANCE, return_form.MACHINE)
_WRITTEN_BY_AGENCY_ON_COVER = (return_form.SENDER, return_form.SPAN, return_form.REASON)
# Names that programs give to sheets by themselves.
_DEFAULT = r"(?:sheet|table|tabelle)[ _]?\d+"
_DATE = re.compile(r"\d{1,2}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{2,4}|\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"[\d,.]*")
_MOST_REMARKS = 10  # remarks on cells of one sheet; any more are only counted
_TAKE_OUT = "Take it out and save it again; nothing of it was kept."
_NO_PERSON = "Take it out: a return names no person, only roles and numbers. Nothing of it was kept."


def name_sheets(book: Book, agency: str, period: str) -> tuple[Book, list[Remark]]:
    """Return the file with each sheet under its name in the template, or its number, and remarks on sheets of no template.

    A sheet with a program's own name (Sheet1) is identified by its rows. A sheet that is not of the template is left out, unless
    its rows are: then it is kept under its number, for the remarks on them.
    """
    requested = framework.asked(agency, period)
    subject_of_key = dict(zip(requested["key"], requested["subject"], strict=True))
    remarks, sheets = [], []
    names_taken = {sheet.name for sheet in book.sheets}
    for sheet in book.sheets:
        if sheet.name in (*_SHEETS_OF_TEMPLATE, *subject_of_key.values()) or (sheet.name == CSV and book.suffix == ".csv"):
            sheets.append(sheet)
            continue
        subject, number = _subject(sheet, requested), f"no. {sheet.number}"
        is_default_name = re.fullmatch(rf"{_DEFAULT}|{re.escape(subject)}[ _]?\(?\d*\)?", sheet.name, re.IGNORECASE) is not None
        if is_default_name and subject and subject not in names_taken:
            names_taken.add(subject)
            sheets.append(replace(sheet, name=subject))
        elif is_default_name and not subject and not sheet.cells:
            remarks.append(Remark(NOTED, "an empty sheet that is not of the template", "It was left out.", number))
        else:
            remarks.append(Remark(REFUSED, "a sheet that is not of the template", _TAKE_OUT, number))
            if subject:
                sheets.append(replace(sheet, name=number))
    return replace(book, sheets=tuple(sheets)), remarks


def check(book: Book, agency: str, period: str) -> list[Remark]:
    """Return remarks on everything that isn't in the template, is hidden or names a person; `book` comes from `name_sheets`."""
    names = {sheet.number: sheet.name for sheet in book.sheets}
    remarks = [
        Remark(REFUSED, foreign_content, _TAKE_OUT, names.get(number, f"no. {number}") if number else "")
        for number, foreign_content in book.foreign
    ]
    for number, text in book.margins:
        if kind := personal_data.kind_of(text):
            remarks.append(Remark(REFUSED, f"{kind} in a header or footer", _NO_PERSON, names.get(number, "")))
    keys = set(framework.asked(agency, period)["key"])
    for sheet in book.sheets:
        remarks += _remarks_on_hidden(sheet)
        cell_remarks = list(_remarks_on_cells(sheet, keys, agency, period))
        remarks += cell_remarks[:_MOST_REMARKS]
        if len(cell_remarks) > _MOST_REMARKS:
            finding = f"{len(cell_remarks) - _MOST_REMARKS} more such cells"
            remarks.append(Remark(REFUSED, finding, "Send the template as it was, with figures and remarks only.", sheet.name))
    return remarks


def _subject(sheet: Sheet, requested: pd.DataFrame) -> str:
    """Return the subject of the template to which the rows of a sheet belong; empty if they belong to none."""
    subject_of_key = dict(zip(requested["key"], requested["subject"], strict=True))
    table = find_table(sheet, (return_form.REF, return_form.YOURS))
    if table is not None:
        rows = sorted({row for row, _ in sheet.cells if row > table.row})
        references = (text_at(sheet, row, table.columns[return_form.REF]) for row in rows)
        return next((subject_of_key[reference] for reference in references if reference in subject_of_key), "")
    if find_table(sheet, (return_form.ACTION, return_form.DUE)) is None:
        return ""
    return next(iter(requested.loc[requested["form"] == "list", "subject"]), "")


def _remarks_on_hidden(sheet: Sheet) -> Iterator[Remark]:
    todo = "Show it: what is sent is to be seen."
    if sheet.hidden:
        yield Remark(REFUSED, "a hidden sheet", todo, sheet.name)
    for row in sorted(sheet.hidden_rows & {row for row, _ in sheet.cells}):
        yield Remark(REFUSED, "a hidden row with something in it", todo, sheet.name, return_form.address(row, 1))
    for column in sorted(sheet.hidden_columns & {column for _, column in sheet.cells}):
        yield Remark(REFUSED, "a hidden column with something in it", todo, sheet.name, return_form.address(1, column))
    table = find_table(sheet, (return_form.REF, return_form.YOURS))
    for merged in sheet.merged:
        left, top, right, bottom = range_boundaries(merged)
        # Where merged cells cover figures, each figure gets its own remark when it is read.
        if table is None or bottom <= table.row or not left <= table.columns[return_form.YOURS] <= right:
            yield Remark(REFUSED, f"merged cells ({merged})", "Undo the merging.", sheet.name, return_form.address(top, left))


def _remarks_on_cells(sheet: Sheet, keys: set[str], agency: str, period: str) -> Iterator[Remark]:
    """Yield a remark for each cell that isn't in the template, and for each of the agency's own cells that names a person."""
    table = find_table(sheet, (return_form.REF, return_form.YOURS))
    action_table = find_table(sheet, (return_form.ACTION, return_form.DUE))
    for (row, column), cell in sorted(sheet.cells.items()):
        if not cell.text.strip():
            continue
        match _allowed_content(sheet, table, action_table, row, column, keys):
            case "figure":
                continue
            case "yours":
                if kind := personal_data.kind_of(cell.text):
                    yield Remark(REFUSED, kind, _NO_PERSON, sheet.name, return_form.address(row, column))
                    continue
            case allowed_content:
                if not _is_of_template(cell, allowed_content, agency, period):
                    finding = "something that is not of the template"
                    todo = "Clear the cell, or put back what stood there; nothing of it was kept."
                    yield Remark(REFUSED, finding, todo, sheet.name, return_form.address(row, column))
                    continue
        if cell.formula:
            todo = "Paste it as a value: only figures may be formulas."
            yield Remark(REFUSED, "a formula", todo, sheet.name, return_form.address(row, column))


def _allowed_content(sheet: Sheet, table: Table | None, action_table: Table | None, row: int, column: int, keys: set[str]) -> str:
    """Return what a cell may hold: a figure, the agency's own text ("yours"), or what the template prints, by column."""
    if action_table is not None and row > action_table.row:
        return "yours" if column in action_table.columns.values() else "printed"
    if table is not None and row > table.row:
        name = next((name for name, column_of_name in table.columns.items() if column_of_name == column), "printed")
        if name in (return_form.YOURS, return_form.REF):
            return "figure"  # both are checked when rows are read
        return "yours" if name == return_form.REMARK and text_at(sheet, row, table.columns[return_form.REF]) in keys else name
    on_cover = sheet.name in (return_form.COVER, CSV) and column == 2
    return "yours" if on_cover and text_at(sheet, row, 1) in _WRITTEN_BY_AGENCY_ON_COVER else "printed"


def _is_of_template(cell: Cell, allowed_content: str, agency: str, period: str) -> bool:
    if allowed_content == return_form.LAST and _NUMBER.fullmatch(cell.text.strip()):
        return True
    # Spreadsheet programs turn "30 June 2013" of a CSV file into a date.
    if allowed_content == return_form.OF and (cell.kind == "date" or _DATE.fullmatch(cell.text.strip())):
        return True
    return is_printed(cell.text, agency, period)
