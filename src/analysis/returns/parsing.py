"""A file that was read becomes a return: whose it is, of which quarter, every figure asked for, and the actions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from analysis.catalogue import framework, periods
from analysis.catalogue.framework import return_form
from analysis.errors import UnknownNameError
from analysis.returns import belonging
from analysis.returns.actions import read_actions
from analysis.returns.remarks import REFUSED, Remark
from analysis.returns.rows import FIGURE_COLUMNS, read_rows
from analysis.returns.sandbox import Book, Sheet
from analysis.returns.sheets import CSV, find_table, pairs, texts

_MAKE_NEW = "Make a new template with `safeguarding returns template`, and copy the figures into it."


@dataclass(frozen=True)
class Return:
    """What a file says. `figures` is the frame of `framework.asked` with FIGURE_COLUMNS; `actions` are texts by ACTION_COLUMNS.

    `kept` is {sheet: its rows of text}: what was read, cell by cell where it stood, with figures as digits.
    """

    agency: str
    period: str
    sender: str = ""
    span: str = ""
    reason: str = ""
    made_up: bool = False
    figures: pd.DataFrame = field(default_factory=pd.DataFrame)
    actions: tuple[tuple[str, ...], ...] = ()
    kept: dict[str, list[list[str]]] = field(default_factory=dict)


def identify(book: Book) -> tuple[Return | None, list[Remark]]:
    """Return whose return the file is, and remarks; None with the reason where it isn't one that can be read."""
    if book.refused:
        return None, [Remark(REFUSED, "a file that can't be read", book.refused)]
    machine, cover = _named(book, return_form.MACHINE), _named(book, return_form.COVER)
    if machine is None:
        found = "no sheet Machine" if len(book.sheets) > 1 or not _is_csv(book) else "no line that says Format"
        return None, [Remark(REFUSED, found, f"It is not the template. {_MAKE_NEW}")]
    said, shown = pairs(machine), pairs(cover) if cover else {}
    missing = [key for key in return_form.MACHINE_KEYS if key not in said]
    if missing or said[return_form.FORMAT_KEY] != return_form.FORMAT or said[return_form.VERSION_KEY] != return_form.VERSION:
        return None, [Remark(REFUSED, "another version of the template, or a changed one", _MAKE_NEW, machine.name)]
    agency, period = said[return_form.AGENCY_KEY], said[return_form.PERIOD_KEY]
    try:
        expected = framework.digest(agency, period)
    except UnknownNameError:
        return None, [Remark(REFUSED, "an agency or period that isn't known", _MAKE_NEW, machine.name)]
    mine = Return(
        agency,
        period,
        sender=_line(shown.get(return_form.SENDER, "")),
        span=shown.get(return_form.SPAN, ""),
        reason=_line(shown.get(return_form.REASON, "")),
        made_up=said.get(return_form.MADE_UP_KEY) == "yes",
    )
    return mine, _check_identity(mine, shown, said[return_form.AGREEMENT_KEY] == expected, cover)


def _check_identity(mine: Return, shown: dict[str, str], same_agreement: bool, cover: Sheet | None) -> list[Remark]:
    remarks = []
    names = {return_form.AGENCY_NAME: framework.title(mine.agency), return_form.PERIOD_NAME: periods.label(mine.period)}
    if cover is not None and cover.name == return_form.COVER:
        for label, name in names.items():
            if shown.get(label) != name:
                found = f"another {label.lower()} than {name!r}, for which the template was made"
                remarks.append(Remark(REFUSED, found, f"One template serves one agency and one quarter. {_MAKE_NEW}", cover.name))
    if framework.asked(mine.agency, mine.period).empty:
        remarks.append(Remark(REFUSED, f"a quarter for which {names[return_form.AGENCY_NAME]} has no agreement", _MAKE_NEW))
    elif not same_agreement:
        remarks.append(Remark(REFUSED, "a template of an earlier agreement: other figures are asked for now", _MAKE_NEW))
    return remarks


def parse(book: Book, mine: Return) -> tuple[Return, list[Remark]]:
    """Return the return with its figures and actions, and remarks on what can't be read, is missing or not of the template."""
    asked = framework.asked(mine.agency, mine.period)
    listed = asked[asked["form"] == "list"]
    book, remarks = belonging.name_sheets(book, mine.agency, mine.period)
    remarks += belonging.check(book, mine.agency, mine.period)
    figures: dict[str, dict[str, object]] = {}
    actions: list[tuple[str, ...]] = []
    kept: dict[str, list[list[str]]] = {}
    lists = 0
    for sheet in book.sheets:
        table = find_table(sheet, (return_form.REF, return_form.YOURS))
        plan = find_table(sheet, (return_form.ACTION, return_form.DUE)) if not listed.empty else None
        if table is None and plan is None:
            remarks += _without_table(sheet, set(asked["subject"]))
            continue
        kept[sheet.name] = texts(sheet)
        if table is not None:
            until = plan.row if plan is not None else max(row for row, _ in sheet.cells) + 1
            remarks += read_rows(sheet, table, until, asked, figures, kept[sheet.name])
        if plan is not None:
            found, said = read_actions(sheet, plan, kept[sheet.name])
            actions, remarks, lists = actions + found, remarks + said, lists + 1
    wanted = asked[asked["form"] == "figures"].reset_index(drop=True)
    remarks += _missing(wanted, figures)
    if not listed.empty and lists != 1:
        todo = "Put the sheet of actions back as it was in the template."
        remarks.append(Remark(REFUSED, f"{lists} lists of actions", todo, str(listed["subject"].iloc[0])))
    read = [figures.get(key, dict.fromkeys(FIGURE_COLUMNS)) for key in wanted["key"]]
    frame = pd.concat([wanted, pd.DataFrame(read, columns=list(FIGURE_COLUMNS))], axis=1)
    return replace(mine, figures=frame, actions=tuple(actions), kept=kept), remarks


def _without_table(sheet: Sheet, subjects: set[str]) -> list[Remark]:
    if sheet.name not in subjects or not sheet.cells:
        return []
    todo = "Put the heading row back, or copy the figures into a new template."
    return [Remark(REFUSED, "a sheet without its heading row", todo, sheet.name)]


def _missing(wanted: pd.DataFrame, figures: dict[str, dict[str, object]]) -> list[Remark]:
    gone = wanted[~wanted["key"].isin(list(figures))]
    names = return_form.labels(gone)[return_form.FIGURE] if not gone.empty else []
    todo = "Put the row back as it was in the template, with its figure."
    return [
        Remark(REFUSED, "no row for it", todo, sheet, figure=name) for sheet, name in zip(gone["subject"], names, strict=True)
    ]


def _named(book: Book, name: str) -> Sheet | None:
    if _is_csv(book):
        sheet = book.sheets[0]
        return sheet if return_form.FORMAT_KEY in pairs(sheet) else None
    return next((sheet for sheet in book.sheets if sheet.name == name), None)


def _line(text: str) -> str:
    """Return text as one line without characters that don't print: it goes into the record of the return."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _is_csv(book: Book) -> bool:
    return len(book.sheets) == 1 and book.sheets[0].name == CSV
