"""Withdrawing a return: its figures leave the pages, its files stay, and the next return is a first one again."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from analysis.catalogue import framework, periods, personal_data
from analysis.errors import SafeguardingError
from analysis.returns import records
from analysis.store import raw_files, returns_folder


def withdraw(data: Path, agency: str, period: str, reason: str, on: date) -> str:
    """Record that an agency takes back its return for a quarter, and return a sentence that says so.

    The record is a version of its own beside those that it withdraws. Raises UnknownNameError for an unknown agency or period,
    SafeguardingError where no return stands or no reason is given.
    """
    whose = f"the return of {framework.title(agency)} for {periods.label(period)}"
    reason = " ".join(reason.split())
    if not reason:
        raise SafeguardingError("Say with --reason why the return is withdrawn.")
    if kind := personal_data.kind_of(reason):
        raise SafeguardingError(f"The reason holds {kind}: name the role instead, because the reason stands on the pages.")
    framework.asked(agency, period)  # an unknown agency, or a period that is no quarter, is refused by name
    with returns_folder.lock(data):
        returns_folder.finish(data)
        standing, there = returns_folder.standing(data, agency, period), returns_folder.versions(data, agency, period)
        if not there:
            raise SafeguardingError(f"There is nothing to withdraw: {whose} has not been received.")
        last = tomllib.loads((there[-1] / raw_files.ORIGIN).read_text(encoding="utf-8"))
        if not standing:
            raise SafeguardingError(f"There is nothing to withdraw: {whose} was withdrawn on {last['date']}.")
        number = returns_folder.next_number(data, agency, period)
        record = records.of_withdrawal(agency, period, number, on, reason, made_up=last["made_up"])
        returns_folder.keep(data, {(agency, period, number): record})
    return f"{whose[0].upper()}{whose[1:]} is withdrawn: its figures leave the pages with the next run, its files stay."
