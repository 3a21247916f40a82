"""The files of a version of a return: the file as received, its cells as read, the remarks, and a record with the checksums."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date

from analysis import catalogue
from analysis.catalogue import framework, periods
from analysis.catalogue.framework import return_form
from analysis.clean.returns.received import RESULT
from analysis.returns.anonymising import without_names
from analysis.returns.parsing import Return
from analysis.returns.remarks import Remark
from analysis.store import raw_files, returns_folder

_LICENCE = "Not published: for the Boards and their groups"


def of_return(
    agency_return: Return, content: bytes, suffix: str, remarks: Iterable[Remark], number: int, ordinal: int, on: date
) -> dict[str, bytes]:
    """Return {name: content} of the files of a version: as received, the cells as read, the remarks, and the origin record.

    The file is kept without the names of its sender's user or machine (`anonymising`); the record has the checksum of the file as
    it was sent. `number` is that of its folder. `ordinal` counts the versions that stand: 1 for a first return, and again after
    a withdrawal.
    """
    files = {f"{raw_files.AS_RECEIVED}{suffix}": without_names(content, catalogue.names()["sender"])} | _sheet_files(
        agency_return
    )
    files[RESULT] = (json.dumps(as_rows(remarks), indent=1, ensure_ascii=False) + "\n").encode()
    version = f", version {ordinal}" if ordinal > 1 else ""
    return files | {
        raw_files.ORIGIN: _origin(
            agency_return.agency,
            agency_return.period,
            number,
            f"Return for {periods.label(agency_return.period)}{version}",
            on,
            {"sender": agency_return.sender, "reason": agency_return.reason, "sent": hashlib.sha256(content).hexdigest()},
            {"made_up": agency_return.made_up},
            files,
        )
    }


def of_withdrawal(agency: str, period: str, number: int, on: date, reason: str, made_up: bool) -> dict[str, bytes]:
    """Return the files of a version that withdraws the earlier ones: only its record."""
    title = f"Withdrawal of the return for {periods.label(period)}"
    return {
        raw_files.ORIGIN: _origin(
            agency, period, number, title, on, {"reason": reason}, {"made_up": made_up, "withdrawn": True}, {}
        )
    }


def as_rows(remarks: Iterable[Remark]) -> list[dict[str, str]]:
    """Return remarks in the form in which they are recorded."""
    return [
        {"weight": remark.weight, "place": remark.place, "figure": remark.figure, "found": remark.found, "todo": remark.todo}
        for remark in remarks
    ]


def _origin(
    agency: str,
    period: str,
    number: int,
    title: str,
    on: date,
    texts: dict[str, str],
    flags: dict[str, bool],
    files: Mapping[str, bytes],
) -> bytes:
    entries = {
        "source": returns_folder.SOURCE,
        "release": f"{agency}/{period}/{number}",
        "producer": framework.title(agency),
        "title": title + (" (made up)" if flags["made_up"] else ""),
        "date": on.isoformat(),
        "licence": _LICENCE,
    } | texts
    lines = [f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in entries.items()]
    lines += [f"{key} = {str(flag).lower()}" for key, flag in ({"published": False} | flags).items()]
    lines += ["", "[files]"]
    lines += [
        f"{json.dumps(name)} = {json.dumps(hashlib.sha256(content).hexdigest())}" for name, content in sorted(files.items())
    ]
    return ("\n".join(lines) + "\n").encode()


def _sheet_files(agency_return: Return) -> dict[str, bytes]:
    files = {}
    for name, rows in agency_return.rows_by_sheet.items():
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        files[return_form.sheet_file(name)] = text.getvalue().encode()
    return files
