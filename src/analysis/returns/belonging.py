"""Whether all that a file holds is of the template: what is not, and what names a person, is refused and never repeated."""

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
from analysis.returns.sheets import CSV, Table, find_table, text_at
from analysis.returns.template_texts import is_printed

_OWN = (return_form.COVER, return_form.GUIDANCE, return_form.MACHINE)
_YOURS_ON_COVER = (return_form.SENDER, return_form.SPAN, return_form.REASON)
# What programs call sheets by themselves: such a name says nothing of anybody.
_DEFAULT = r"(?:sheet|table|tabelle)[ _]?\d+"
_DATE = re.compile(r"\d{1,2}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{2,4}|\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"[\d,.]*")
_MOST = 10  # remarks on cells of one sheet; the others are counted
_TAKE_OUT = "Take it out and save it again; nothing of it was kept."
_NO_PERSON = "Take it out: a return names no person, only roles and numbers. Nothing of it was kept."


def name_sheets(book: Book, agency: str, period: str) -> tuple[Book, list[Remark]]:
    """Return the file with every sheet under the template's name for it, or its number, and remarks on sheets that are not of it.

    A sheet that a program named (Sheet1) is known by its rows. What is of no template and without a table is left out.
    """
    asked = framework.asked(agency, period)
    subjects = dict(zip(asked["key"], asked["subject"], strict=True))
    remarks, sheets = [], []
    taken = {sheet.name for sheet in book.sheets}
    for sheet in book.sheets:
        if sheet.name in (*_OWN, *subjects.values()) or (sheet.name == CSV and book.suffix == ".csv"):
            sheets.append(sheet)
            continue
        subject, number = _subject(sheet, asked), f"no. {sheet.number}"
        known = re.fullmatch(rf"{_DEFAULT}|{re.escape(subject)}[ _]?\(?\d*\)?", sheet.name, re.IGNORECASE) is not None
        if known and subject and subject not in taken:
            taken.add(subject)
            sheets.append(replace(sheet, name=subject))
        elif known and not subject and not sheet.cells:
            remarks.append(Remark(NOTED, "an empty sheet that is not of the template", "It was left out.", number))
        else:
            remarks.append(Remark(REFUSED, "a sheet that is not of the template", _TAKE_OUT, number))
            if subject:
                sheets.append(replace(sheet, name=number))
    return replace(book, sheets=tuple(sheets)), remarks


def check(book: Book, agency: str, period: str) -> list[Remark]:
    """Return remarks on all that is not of the template, or hidden, or names a person; `book` is as `name_sheets` returns it."""
    names = {sheet.number: sheet.name for sheet in book.sheets}
    remarks = [
        Remark(REFUSED, what, _TAKE_OUT, names.get(number, f"no. {number}") if number else "") for number, what in book.foreign
    ]
    for number, text in book.margins:
        if kind := personal_data.kind_of(text):
            remarks.append(Remark(REFUSED, f"{kind} in a header or footer", _NO_PERSON, names.get(number, "")))
    keys = set(framework.asked(agency, period)["key"])
    for sheet in book.sheets:
        remarks += _hidden(sheet)
        found = list(_cells(sheet, keys, agency, period))
        remarks += found[:_MOST]
        if len(found) > _MOST:
            more = f"{len(found) - _MOST} more such cells"
            remarks.append(Remark(REFUSED, more, "Send the template as it was, with figures and remarks only.", sheet.name))
    return remarks


def _subject(sheet: Sheet, asked: pd.DataFrame) -> str:
    """Return the subject of the template that the rows of a sheet are of; empty where they are of none."""
    subjects = dict(zip(asked["key"], asked["subject"], strict=True))
    table = find_table(sheet, (return_form.REF, return_form.YOURS))
    if table is not None:
        refs = (
            text_at(sheet, row, table.columns[return_form.REF])
            for row in sorted({row for row, _ in sheet.cells if row > table.row})
        )
        return next((subjects[ref] for ref in refs if ref in subjects), "")
    listed = asked[asked["form"] == "list"]["subject"]
    return str(listed.iloc[0]) if len(listed) and find_table(sheet, (return_form.ACTION, return_form.DUE)) is not None else ""


def _hidden(sheet: Sheet) -> Iterator[Remark]:
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
        # Over figures it is said at each of them, as they are read.
        if table is None or bottom <= table.row or not left <= table.columns[return_form.YOURS] <= right:
            yield Remark(REFUSED, f"merged cells ({merged})", "Undo the merging.", sheet.name, return_form.address(top, left))


def _cells(sheet: Sheet, keys: set[str], agency: str, period: str) -> Iterator[Remark]:
    """Yield a remark for every cell that is not of the template, and for those of the agency that name a person."""
    table, plan = (
        find_table(sheet, (return_form.REF, return_form.YOURS)),
        find_table(sheet, (return_form.ACTION, return_form.DUE)),
    )
    for (row, column), cell in sorted(sheet.cells.items()):
        if not cell.text.strip():
            continue
        match _fate(sheet, table, plan, row, column, keys):
            case "figure":
                continue
            case "yours":
                if kind := personal_data.kind_of(cell.text):
                    yield Remark(REFUSED, kind, _NO_PERSON, sheet.name, return_form.address(row, column))
                    continue
            case fate:
                if not _is_of_template(cell, fate, agency, period):
                    found = "something that is not of the template"
                    todo = "Clear the cell, or put back what stood there; nothing of it was kept."
                    yield Remark(REFUSED, found, todo, sheet.name, return_form.address(row, column))
                    continue
        if cell.formula:
            todo = "Paste it as a value: only figures may be formulas."
            yield Remark(REFUSED, "a formula", todo, sheet.name, return_form.address(row, column))


def _fate(sheet: Sheet, table: Table | None, plan: Table | None, row: int, column: int, keys: set[str]) -> str:
    """Return what may stand in a cell: a figure, what the agency writes (yours), or what the template prints, by column."""
    if plan is not None and row > plan.row:
        return "yours" if column in plan.columns.values() else "printed"
    if table is not None and row > table.row:
        name = next((name for name, at in table.columns.items() if at == column), "printed")
        if name in (return_form.YOURS, return_form.REF):
            return "figure"  # both are judged where rows are read
        return "yours" if name == return_form.REMARK and text_at(sheet, row, table.columns[return_form.REF]) in keys else name
    on_cover = sheet.name in (return_form.COVER, CSV) and column == 2
    return "yours" if on_cover and text_at(sheet, row, 1) in _YOURS_ON_COVER else "printed"


def _is_of_template(cell: Cell, fate: str, agency: str, period: str) -> bool:
    if fate == return_form.LAST and _NUMBER.fullmatch(cell.text.strip()):
        return True
    # Spreadsheet programs turn "30 June 2013" of a CSV file into a date.
    if fate == return_form.OF and (cell.kind == "date" or _DATE.fullmatch(cell.text.strip())):
        return True
    return is_printed(cell.text, agency, period)
