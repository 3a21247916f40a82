"""The workbook that an agency fills in: a sheet for each subject, definitions beside the cells, previous figures to compare."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from analysis import catalogue
from analysis.catalogue import framework, periods, wording
from analysis.catalogue.framework import return_form

EMPTY_ACTIONS = 40
_INK, _QUIET, _HEAD, _INPUT_FILL = "1D1D1D", "595959", "12436D", "FFF7D6"
_WIDTHS = {
    return_form.FIGURE: 40, return_form.AREA: 18, return_form.OF: 14, return_form.UNIT: 13, return_form.DEFINITION: 44,
    return_form.HOW: 60, return_form.LAST: 13, return_form.YOURS: 14, return_form.REMARK: 36, return_form.REF: 30,
}  # fmt: skip
_ACTION_WIDTHS = {return_form.ACTION: 60, return_form.EVIDENCE: 40}
_LINE = 15  # points
_GUIDANCE = (
    "Fill in the cells of the column “Your figure”, on every sheet. All other cells are locked.",
    "Write 0 where you counted and there were none. Write x where you can't give the figure, and say why under “Remark”. "
    "Write z where no such figure can exist.",
    "Give the figures of this quarter only, never from April to date.",
    "Whole numbers without words, per cent signs or dates. Figures may be pasted as values.",
    "Where a figure is far from the last one, say why under “Remark”: then nobody has to ask.",
    "Name no person anywhere, in remarks neither.",
    "If a figure changes after you have sent it, make the change in the workbook, say why on the cover, and send it again.",
    "Save as an Excel workbook (.xlsx) or an OpenDocument spreadsheet (.ods), without macros or password. Add no sheets, "
    "comments or pictures.",
    "Count as the column “How it is counted” says. Where you can't, say under “Remark” how you counted.",
)


@dataclass(frozen=True)
class PreviousReturn:
    """The agency's previous return: {key: figure}, and the rows of its action plan (texts in the order of ACTION_COLUMNS)."""

    figures: dict[str, float] = field(default_factory=dict)
    actions: tuple[tuple[str, ...], ...] = ()


def workbook(agency: str, period: str, previous: PreviousReturn, made_up: bool = False) -> Workbook:
    """Return the empty workbook of an agency for a quarter. Raises UnknownNameError for an unknown agency or period."""
    requested = framework.asked(agency, period)
    book = Workbook()
    book.properties.title, book.properties.language = title(agency, period), "en-GB"
    book.properties.creator = catalogue.names()["sender"]
    # The date is that of the period, not of today, so that the same template made twice is the same file.
    book.properties.created = book.properties.modified = datetime.fromisoformat(periods.end(period))
    subjects = list(dict.fromkeys(requested["subject"]))
    _cover(book.active, agency, period, subjects)
    _guidance(book.create_sheet(return_form.GUIDANCE))
    for subject, requested_of_sheet in requested.groupby("subject", sort=False):
        sheet = book.create_sheet(str(subject))
        if (requested_of_sheet["form"] == "list").all():
            _actions(sheet, str(subject), previous.actions)
        else:
            _figures(sheet, str(subject), requested_of_sheet.reset_index(drop=True), previous.figures)
    _machine(book.create_sheet(return_form.MACHINE), agency, period, made_up)
    return book


def as_csv(agency: str, period: str, previous: PreviousReturn, made_up: bool = False) -> str:
    """Return the same form as CSV text: the rows of the machine sheet, then a table of all figures, then the actions."""
    requested = framework.asked(agency, period)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows(
        [
            *_machine_rows(agency, period, made_up),
            (return_form.SENDER, ""),
            (return_form.SPAN, return_form.SPANS[0]),
            (return_form.REASON, ""),
        ]
    )
    figures = requested[requested["form"] == "figures"]
    table = return_form.labels(figures)
    table[return_form.LAST] = [_previous_text(previous.figures, key) for key in figures["key"]]
    writer.writerows([(), return_form.COLUMNS])
    table = table.assign(**{return_form.YOURS: "", return_form.REMARK: ""})[list(return_form.COLUMNS)]
    writer.writerows(table.itertuples(index=False, name=None))
    if (requested["form"] == "list").any():
        writer.writerows([(), return_form.ACTION_COLUMNS, *previous.actions])
    return buffer.getvalue()


def _machine_rows(agency: str, period: str, made_up: bool) -> list[tuple[str, str]]:
    values = (return_form.FORMAT, return_form.VERSION, agency, period, framework.digest(agency, period))
    return [*zip(return_form.MACHINE_KEYS, values, strict=True), *([(return_form.MADE_UP_KEY, "yes")] if made_up else [])]


def _previous_text(previous_figures: dict[str, float], key: str) -> str:
    return f"{previous_figures[key]:.0f}" if key in previous_figures else ""


def title(agency: str, period: str) -> str:
    """Return what a template is called."""
    return f"Safeguarding return: {framework.title(agency)}, {periods.label(period)}"


def due_line(agency: str, period: str) -> str:
    """Return the line of the cover with the day by which to send it; empty if no day is fixed."""
    due = framework.due(agency, period)
    return f"Please send it by {due.day} {due:%B %Y}." if due else ""


def _cover(sheet: Worksheet, agency: str, period: str, subjects: list[str]) -> None:
    sheet.title = return_form.COVER
    _sheet_title(sheet, title(agency, period))
    sheet["A2"] = due_line(agency, period)
    rows = [
        (return_form.AGENCY_NAME, framework.title(agency), False),
        (return_form.PERIOD_NAME, periods.label(period), False),
        (return_form.SENDER, "", True),
        (return_form.SPAN, return_form.SPANS[0], True),
        (return_form.REASON, "", True),
    ]
    for number, (label, text, is_input) in enumerate(rows, start=4):
        sheet.cell(number, 1, label).font = _font(bold=True, color=_INK)
        _style_cell(sheet.cell(number, 2, text), is_input=is_input)
    spans = DataValidation(type="list", formula1=f'"{",".join(return_form.SPANS)}"')
    spans.error, spans.showErrorMessage = "Choose one of the two.", True
    sheet.add_data_validation(spans)
    spans.add("B7")
    sheet["A10"], sheet["A10"].font = "Sheets to fill in", _font(bold=True, color=_INK)
    for number, subject in enumerate(subjects, start=11):
        cell = sheet.cell(number, 1, subject)
        cell.hyperlink = f"#'{subject}'!A1"
        cell.font = _font(underline="single", color=_HEAD)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 70
    _finish(sheet)


def _guidance(sheet: Worksheet) -> None:
    _sheet_title(sheet, "How to fill it in")
    for number, text in enumerate(_GUIDANCE, start=1):
        cell = sheet.cell(number + 2, 1, f"{number}. {text}")
        _grow_row(sheet, number + 2, text, 100)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 100
    _finish(sheet)


def _figures(sheet: Worksheet, subject: str, requested: pd.DataFrame, previous_figures: dict[str, float]) -> None:
    _sheet_title(sheet, subject)
    sheet["A2"] = "Fill in the column “Your figure”. 0 is none; x: can't be given, and why; z: can't exist."
    _heading_row(sheet, return_form.COLUMNS, _WIDTHS)
    table = return_form.labels(requested)
    table[return_form.LAST], table[return_form.YOURS], table[return_form.REMARK] = (
        [previous_figures.get(key) for key in requested["key"]],
        None,
        None,
    )
    rows = {key: number for number, key in enumerate(requested["key"], start=5)}
    for number, values in enumerate(table[list(return_form.COLUMNS)].itertuples(index=False, name=None), start=5):
        for column, (name, value) in enumerate(zip(return_form.COLUMNS, values, strict=True), start=1):
            cell = sheet.cell(number, column, None if pd.isna(value) else value)
            _style_cell(
                cell,
                is_input=name in (return_form.YOURS, return_form.REMARK),
                is_quiet=name in (return_form.LAST, return_form.REF),
                align_right=name in (return_form.LAST, return_form.YOURS),
            )
            if name == return_form.YOURS:
                cell.number_format = "#,##0"
            if name in (return_form.DEFINITION, return_form.HOW):
                _grow_row(sheet, number, str(value), _WIDTHS[name])
    _validate(sheet, requested, rows)
    sheet.freeze_panes = "B5"
    sheet.print_title_rows = "4:4"
    _finish(sheet)


def _validate(sheet: Worksheet, requested: pd.DataFrame, rows: dict[str, int]) -> None:
    """Let spreadsheet programs refuse what is no whole number, x or z, and a part that exceeds its whole on the same sheet."""
    column = return_form.address(1, return_form.COLUMNS.index(return_form.YOURS) + 1)[:-1]
    for item in requested.itertuples(index=False):
        address = f"{column}{rows[item.key]}"
        whole_key = whole_of(item.key)
        limit = f",{address}<={column}{rows[whole_key]}" if whole_key in rows else ""
        limit = f",OR(NOT(ISNUMBER({column}{rows[whole_key]})){limit})" if limit else ""
        rule = DataValidation(
            type="custom",
            formula1=f'OR({address}="x",{address}="z",AND(ISNUMBER({address}),{address}>=0,{address}=INT({address}){limit}))',
            allow_blank=True,
            showErrorMessage=True,
            errorTitle="This can't be right",
            error="A whole number of at least 0, x or z"
            + (", and not more than the whole that it is a part of." if limit else "."),
        )
        sheet.add_data_validation(rule)
        rule.add(address)


def whole_of(key: str) -> str:
    """Return the key of the figure that this one is a part of and can't exceed; empty if the catalogue names none or several."""
    series, _, rest = key.partition(":")
    category, _, area = rest.partition("@")
    terms = catalogue.terms(catalogue.series().at[series, "subset_of"])
    if len(terms) != 1:
        return ""
    return f"{terms[0].series}:{category if terms[0].category == catalogue.SAME_CATEGORY else terms[0].category}@{area}"


def _actions(sheet: Worksheet, subject: str, actions: tuple[tuple[str, ...], ...]) -> None:
    _sheet_title(sheet, subject)
    sheet["A2"] = (
        "The master action plan: every action that a review recommended, one a row. Bring it up to date and add new ones."
    )
    _heading_row(sheet, return_form.ACTION_COLUMNS, _ACTION_WIDTHS)
    blank = ("",) * len(return_form.ACTION_COLUMNS)
    for number, values in enumerate([*actions, *[blank] * EMPTY_ACTIONS], start=5):
        for column, text in enumerate(values, start=1):
            is_date = return_form.ACTION_COLUMNS[column - 1] in (return_form.DUE, return_form.DONE, return_form.AUDITED) and text
            cell = sheet.cell(number, column, datetime.fromisoformat(text) if is_date else text or None)
            _style_cell(cell, is_input=True)
            if return_form.ACTION_COLUMNS[column - 1] in (return_form.DUE, return_form.DONE, return_form.AUDITED):
                cell.number_format = "dd/mm/yyyy"
    last_row = len(actions) + EMPTY_ACTIONS + 4
    for name, choices in ((return_form.REVIEW, return_form.REVIEWS), (return_form.EFFECT, return_form.EFFECTS)):
        letter = return_form.address(1, return_form.ACTION_COLUMNS.index(name) + 1)[:-1]
        rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', showErrorMessage=True)
        rule.error = f"One of {wording.listing(list(choices))}."
        sheet.add_data_validation(rule)
        rule.add(f"{letter}5:{letter}{last_row}")
    sheet.freeze_panes = "B5"
    sheet.print_title_rows = "4:4"
    _finish(sheet)


def _machine(sheet: Worksheet, agency: str, period: str, made_up: bool) -> None:
    for number, (key, text) in enumerate(_machine_rows(agency, period, made_up), start=1):
        sheet.cell(number, 1, key)
        sheet.cell(number, 2, text)
    sheet["A8"] = "This sheet tells the computer what the workbook is. Please leave it as it is."
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 30
    _finish(sheet)


def _font(**more: object) -> Font:
    return Font(name="Calibri", **{"size": 11} | more)


def _grow_row(sheet: Worksheet, row: int, text: str, width: int) -> None:
    """Make a row tall enough for its longest wrapped text, because not every program does it by itself."""
    so_far = sheet.row_dimensions[row].height or _LINE
    sheet.row_dimensions[row].height = max(so_far, _LINE * -(-len(text) * 11 // (10 * width)))


def _sheet_title(sheet: Worksheet, text: str) -> None:
    sheet["A1"], sheet["A1"].font = text, _font(size=16, bold=True, color=_HEAD)


def _heading_row(sheet: Worksheet, columns: tuple[str, ...], widths: dict[str, int]) -> None:
    for column, name in enumerate(columns, start=1):
        cell = sheet.cell(4, column, name)
        cell.font, cell.fill = _font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=_HEAD)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[return_form.address(1, column)[:-1]].width = widths.get(name, 16)


def _style_cell(cell: Any, *, is_input: bool = False, is_quiet: bool = False, align_right: bool = False) -> None:
    cell.font = _font(color=_QUIET if is_quiet else _INK)
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="right" if align_right else None)
    if is_input:
        line = Side(style="thin", color=_QUIET)
        cell.fill = PatternFill("solid", fgColor=_INPUT_FILL)
        cell.border = Border(line, line, line, line)
        cell.protection = Protection(locked=False)


def _finish(sheet: Worksheet) -> None:
    """Lock the cells that are not to be filled in, without a password, and print the sheet on pages as wide as the table."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
