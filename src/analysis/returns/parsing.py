"""Turns a file that was read into a return: its agency, its quarter, every figure requested, and the actions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from analysis.catalogue import framework, periods
from analysis.catalogue.framework import return_form
from analysis.errors import UnknownNameError
from analysis.returns import belonging
from analysis.returns.action_rows import read_actions
from analysis.returns.figure_rows import FIGURE_COLUMNS, read_rows
from analysis.returns.remarks import REFUSED, Remark
from analysis.returns.sandbox import Book, Sheet
from analysis.returns.sheet_tables import CSV, find_table, label_values, text_grid

_MAKE_NEW = "Make a new template with `safeguarding returns template`, and copy the figures into it."


@dataclass(frozen=True)
class Return:
    """The content of a return.

    `figures` is the frame of `framework.asked` with FIGURE_COLUMNS; `actions` has texts by ACTION_COLUMNS. `rows_by_sheet` is
    {sheet: its rows of text}: the cells as read, each where it stood, with figures as digits.
    """

    agency: str
    period: str
    sender: str = ""
    span: str = ""
    reason: str = ""
    made_up: bool = False
    figures: pd.DataFrame = field(default_factory=pd.DataFrame)
    actions: tuple[tuple[str, ...], ...] = ()
    rows_by_sheet: dict[str, list[list[str]]] = field(default_factory=dict)


def identify(book: Book) -> tuple[Return | None, list[Remark]]:
    """Return whose return a file is, with remarks; or None, with the reason, if it isn't a return that can be read."""
    if book.refused:
        return None, [Remark(REFUSED, "a file that can't be read", book.refused)]
    machine, cover = _sheet_named(book, return_form.MACHINE), _sheet_named(book, return_form.COVER)
    if machine is None:
        finding = "no sheet Machine" if len(book.sheets) > 1 or not _is_csv(book) else "no line that says Format"
        return None, [Remark(REFUSED, finding, f"It is not the template. {_MAKE_NEW}")]
    machine_entries, cover_entries = label_values(machine), label_values(cover) if cover else {}
    missing = [key for key in return_form.MACHINE_KEYS if key not in machine_entries]
    if (
        missing
        or machine_entries[return_form.FORMAT_KEY] != return_form.FORMAT
        or machine_entries[return_form.VERSION_KEY] != return_form.VERSION
    ):
        return None, [Remark(REFUSED, "another version of the template, or a changed one", _MAKE_NEW, machine.name)]
    agency, period = machine_entries[return_form.AGENCY_KEY], machine_entries[return_form.PERIOD_KEY]
    try:
        agreement_digest = framework.digest(agency, period)
    except UnknownNameError:
        return None, [Remark(REFUSED, "an agency or period that isn't known", _MAKE_NEW, machine.name)]
    agency_return = Return(
        agency,
        period,
        sender=_one_line(cover_entries.get(return_form.SENDER, "")),
        span=cover_entries.get(return_form.SPAN, ""),
        reason=_one_line(cover_entries.get(return_form.REASON, "")),
        made_up=machine_entries.get(return_form.MADE_UP_KEY) == "yes",
    )
    return agency_return, _check_identity(
        agency_return, cover_entries, machine_entries[return_form.AGREEMENT_KEY] == agreement_digest, cover
    )


def _check_identity(
    agency_return: Return, cover_entries: dict[str, str], same_agreement: bool, cover: Sheet | None
) -> list[Remark]:
    remarks = []
    names_on_cover = {
        return_form.AGENCY_NAME: framework.title(agency_return.agency),
        return_form.PERIOD_NAME: periods.label(agency_return.period),
    }
    if cover is not None and cover.name == return_form.COVER:
        for label, name in names_on_cover.items():
            if cover_entries.get(label) != name:
                finding = f"another {label.lower()} than {name!r}, for which the template was made"
                remarks.append(
                    Remark(REFUSED, finding, f"One template serves one agency and one quarter. {_MAKE_NEW}", cover.name)
                )
    if framework.asked(agency_return.agency, agency_return.period).empty:
        remarks.append(
            Remark(REFUSED, f"a quarter for which {names_on_cover[return_form.AGENCY_NAME]} has no agreement", _MAKE_NEW)
        )
    elif not same_agreement:
        remarks.append(Remark(REFUSED, "a template of an earlier agreement: other figures are asked for now", _MAKE_NEW))
    return remarks


def parse(book: Book, agency_return: Return) -> tuple[Return, list[Remark]]:
    """Return the return with its figures and actions, and remarks on what can't be read, is missing or isn't in the template."""
    requested = framework.asked(agency_return.agency, agency_return.period)
    requested_lists = requested[requested["form"] == "list"]
    book, remarks = belonging.name_sheets(book, agency_return.agency, agency_return.period)
    remarks += belonging.check(book, agency_return.agency, agency_return.period)
    figures: dict[str, dict[str, object]] = {}
    actions: list[tuple[str, ...]] = []
    rows_by_sheet: dict[str, list[list[str]]] = {}
    number_of_lists = 0
    for sheet in book.sheets:
        table = find_table(sheet, (return_form.REF, return_form.YOURS))
        action_table = find_table(sheet, (return_form.ACTION, return_form.DUE)) if not requested_lists.empty else None
        if table is None and action_table is None:
            remarks += _without_table(sheet, set(requested["subject"]))
            continue
        rows_by_sheet[sheet.name] = text_grid(sheet)
        if table is not None:
            end_of_table = action_table.row if action_table is not None else max(row for row, _ in sheet.cells) + 1
            remarks += read_rows(sheet, table, end_of_table, requested, figures, rows_by_sheet[sheet.name])
        if action_table is not None:
            sheet_actions, action_remarks = read_actions(sheet, action_table, rows_by_sheet[sheet.name])
            actions, remarks, number_of_lists = actions + sheet_actions, remarks + action_remarks, number_of_lists + 1
    requested_figures = requested[requested["form"] == "figures"].reset_index(drop=True)
    remarks += _missing(requested_figures, figures)
    if not requested_lists.empty and number_of_lists != 1:
        todo = "Put the sheet of actions back as it was in the template."
        remarks.append(Remark(REFUSED, f"{number_of_lists} lists of actions", todo, str(requested_lists["subject"].iloc[0])))
    rows_of_figures = [figures.get(key, dict.fromkeys(FIGURE_COLUMNS)) for key in requested_figures["key"]]
    frame = pd.concat([requested_figures, pd.DataFrame(rows_of_figures, columns=list(FIGURE_COLUMNS))], axis=1)
    return replace(agency_return, figures=frame, actions=tuple(actions), rows_by_sheet=rows_by_sheet), remarks


def _without_table(sheet: Sheet, subjects: set[str]) -> list[Remark]:
    if sheet.name not in subjects or not sheet.cells:
        return []
    todo = "Put the heading row back, or copy the figures into a new template."
    return [Remark(REFUSED, "a sheet without its heading row", todo, sheet.name)]


def _missing(requested_figures: pd.DataFrame, figures: dict[str, dict[str, object]]) -> list[Remark]:
    missing_figures = requested_figures[~requested_figures["key"].isin(list(figures))]
    names = return_form.labels(missing_figures)[return_form.FIGURE] if not missing_figures.empty else []
    todo = "Put the row back as it was in the template, with its figure."
    return [
        Remark(REFUSED, "no row for it", todo, sheet, figure=name)
        for sheet, name in zip(missing_figures["subject"], names, strict=True)
    ]


def _sheet_named(book: Book, name: str) -> Sheet | None:
    if _is_csv(book):
        sheet = book.sheets[0]
        return sheet if return_form.FORMAT_KEY in label_values(sheet) else None
    return next((sheet for sheet in book.sheets if sheet.name == name), None)


def _one_line(text: str) -> str:
    """Return text as one line of printable characters, because it goes into the record of the return."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _is_csv(book: Book) -> bool:
    return len(book.sheets) == 1 and book.sheets[0].name == CSV
