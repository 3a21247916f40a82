"""Withdraws a return: its figures leave the pages, its files stay, and the next return counts as a first one."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from analysis.catalogue import framework, periods, personal_data
from analysis.errors import SafeguardingError
from analysis.returns import version_files
from analysis.store import raw_files, returns_folder


def withdraw(data: Path, agency: str, period: str, reason: str, on: date) -> str:
    """Record that an agency takes back its return for a quarter, and return a sentence that says so.

    The record is a version of its own beside those that it withdraws. Raises UnknownNameError for an unknown agency or period,
    and SafeguardingError where no return stands or no reason is given.
    """
    name_of_return = f"the return of {framework.title(agency)} for {periods.label(period)}"
    reason = " ".join(reason.split())
    if not reason:
        raise SafeguardingError("Say with --reason why the return is withdrawn.")
    if kind := personal_data.kind_of(reason):
        raise SafeguardingError(f"The reason holds {kind}: name the role instead, because the reason stands on the pages.")
    framework.asked(agency, period)  # refuses an unknown agency, or a period that is no quarter
    with returns_folder.lock(data):
        returns_folder.finish(data)
        standing_versions, all_versions = (
            returns_folder.standing(data, agency, period),
            returns_folder.versions(data, agency, period),
        )
        if not all_versions:
            raise SafeguardingError(f"There is nothing to withdraw: {name_of_return} has not been received.")
        last_record = tomllib.loads((all_versions[-1] / raw_files.ORIGIN).read_text(encoding="utf-8"))
        if not standing_versions:
            raise SafeguardingError(f"There is nothing to withdraw: {name_of_return} was withdrawn on {last_record['date']}.")
        number = returns_folder.next_number(data, agency, period)
        record = version_files.of_withdrawal(agency, period, number, on, reason, made_up=last_record["made_up"])
        returns_folder.keep(data, {(agency, period, number): record})
    start = name_of_return[0].upper() + name_of_return[1:]
    return f"{start} is withdrawn: its figures leave the pages with the next run, its files stay."
