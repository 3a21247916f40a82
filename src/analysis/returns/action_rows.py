"""The list of actions in a return: one row an action, its dates read as this country writes them."""

from __future__ import annotations

from datetime import date

from analysis.catalogue.framework import return_form
from analysis.returns.remarks import REFUSED, Remark, brief
from analysis.returns.sandbox import Sheet
from analysis.returns.sheets import Table, text_at

_DATES = (return_form.DUE, return_form.DONE, return_form.AUDITED)


def read_actions(sheet: Sheet, table: Table, kept: list[list[str]]) -> tuple[list[tuple[str, ...]], list[Remark]]:
    """Return (actions, remarks): the rows of the list in the order of ACTION_COLUMNS, and what is wrong with others.

    In `kept` the dates are put as ISO dates.
    """
    missing = [name for name in return_form.ACTION_COLUMNS if name not in table.columns]
    if missing:
        return [], [Remark(REFUSED, f"no column {missing[0]!r}", "Put the heading row back as it was.", sheet.name)]
    actions, remarks = [], []
    for row in sorted({row for row, _ in sheet.cells if row > table.row}):
        said = {name: text_at(sheet, row, table.columns[name]) for name in return_form.ACTION_COLUMNS}
        if not any(said.values()):
            continue
        wrong = _wrong(said)
        for name, todo in wrong.items():
            found = brief(said[name]) if said[name] else "nothing"
            remarks.append(Remark(REFUSED, found, todo, sheet.name, return_form.address(row, table.columns[name]), name))
        if not wrong:
            said |= {name: _iso(said[name]) or "" for name in _DATES}
            for name in _DATES:
                kept[row - 1][table.columns[name] - 1] = said[name]
            actions.append(tuple(said.values()))
    return actions, remarks


def _wrong(said: dict[str, str]) -> dict[str, str]:
    """Return {column: what to do} for what can't be right in one action."""
    wrong = {name: "Fill it in." for name in (return_form.ACTION, return_form.OWNER, return_form.DUE) if not said[name]}
    wrong |= {name: "Write a date such as 31/03/2014." for name in _DATES if said[name] and _iso(said[name]) is None}
    if said[return_form.REVIEW] not in return_form.REVIEWS:
        wrong[return_form.REVIEW] = f"Choose one of {', '.join(return_form.REVIEWS)}."
    if said[return_form.EFFECT] not in ("", *return_form.EFFECTS) or bool(said[return_form.AUDITED]) != bool(
        said[return_form.EFFECT]
    ):
        wrong[return_form.EFFECT] = (
            f"Choose one of {', '.join(return_form.EFFECTS)} where it was audited; leave it blank elsewhere."
        )
    if said[return_form.AUDITED] and not said[return_form.DONE]:
        wrong[return_form.DONE] = "An action that was audited was done on some day: fill it in."
    return wrong


def _iso(text: str) -> str | None:
    """Return a date as ISO; a day before a month, as this country writes it. None for anything else."""
    parts = text.split("/")
    try:
        return (date(int(parts[2]), int(parts[1]), int(parts[0])) if len(parts) == 3 else date.fromisoformat(text)).isoformat()
    except ValueError:
        return None
