"""The list of actions in a return: each row is one action, with its dates read day first."""

from __future__ import annotations

from datetime import date

from analysis.catalogue.framework import return_form
from analysis.returns.remarks import REFUSED, Remark, brief
from analysis.returns.sandbox import Sheet
from analysis.returns.sheet_tables import Table, text_at

_DATES = (return_form.DUE, return_form.DONE, return_form.AUDITED)


def read_actions(sheet: Sheet, table: Table, text_rows: list[list[str]]) -> tuple[list[tuple[str, ...]], list[Remark]]:
    """Return (actions, remarks): the valid rows of the list, in the order of ACTION_COLUMNS, and what is wrong with the others.

    In `text_rows` the dates are replaced by ISO dates.
    """
    missing = [name for name in return_form.ACTION_COLUMNS if name not in table.columns]
    if missing:
        return [], [Remark(REFUSED, f"no column {missing[0]!r}", "Put the heading row back as it was.", sheet.name)]
    actions, remarks = [], []
    for row in sorted({row for row, _ in sheet.cells if row > table.row}):
        entries = {name: text_at(sheet, row, table.columns[name]) for name in return_form.ACTION_COLUMNS}
        if not any(entries.values()):
            continue
        advice = _advice_by_column(entries)
        for name, todo in advice.items():
            finding = brief(entries[name]) if entries[name] else "nothing"
            remarks.append(Remark(REFUSED, finding, todo, sheet.name, return_form.address(row, table.columns[name]), name))
        if not advice:
            entries |= {name: _iso_date(entries[name]) or "" for name in _DATES}
            for name in _DATES:
                text_rows[row - 1][table.columns[name] - 1] = entries[name]
            actions.append(tuple(entries.values()))
    return actions, remarks


def _advice_by_column(entries: dict[str, str]) -> dict[str, str]:
    """Return {column: what to do} for each entry of one action that can't be right."""
    advice = {name: "Fill it in." for name in (return_form.ACTION, return_form.OWNER, return_form.DUE) if not entries[name]}
    advice |= {name: "Write a date such as 31/03/2014." for name in _DATES if entries[name] and _iso_date(entries[name]) is None}
    if entries[return_form.REVIEW] not in return_form.REVIEWS:
        advice[return_form.REVIEW] = f"Choose one of {', '.join(return_form.REVIEWS)}."
    effect, audited = entries[return_form.EFFECT], entries[return_form.AUDITED]
    if effect not in ("", *return_form.EFFECTS) or bool(audited) != bool(effect):
        choices = ", ".join(return_form.EFFECTS)
        advice[return_form.EFFECT] = f"Choose one of {choices} where it was audited; leave it blank elsewhere."
    if audited and not entries[return_form.DONE]:
        advice[return_form.DONE] = "An action that was audited was done on some day: fill it in."
    return advice


def _iso_date(text: str) -> str | None:
    """Return a date as ISO, read with the day before the month; None for anything else."""
    parts = text.split("/")
    try:
        return (date(int(parts[2]), int(parts[1]), int(parts[0])) if len(parts) == 3 else date.fromisoformat(text)).isoformat()
    except ValueError:
        return None
