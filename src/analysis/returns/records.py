"""The files of a version of a return: what came, the cells as they were read, the remarks, and the record that seals them."""

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
    mine: Return, content: bytes, suffix: str, remarks: Iterable[Remark], number: int, ordinal: int, on: date
) -> dict[str, bytes]:
    """Return the files of a version: as received, the cells as they were read, the remarks, and the origin record.

    What came is kept without what names its sender's user or machine (`unnamed`); the record has the checksum of what was sent.
    `number` is that of its folder, `ordinal` how many versions stand with it: 1 for a first return, after a withdrawal too.
    """
    files = {f"{raw_files.AS_RECEIVED}{suffix}": without_names(content, catalogue.names()["sender"])} | _sheets(mine)
    files[RESULT] = (json.dumps(as_rows(remarks), indent=1, ensure_ascii=False) + "\n").encode()
    version = f", version {ordinal}" if ordinal > 1 else ""
    return files | {
        raw_files.ORIGIN: _origin(
            mine.agency,
            mine.period,
            number,
            f"Return for {periods.label(mine.period)}{version}",
            on,
            {"sender": mine.sender, "reason": mine.reason, "sent": hashlib.sha256(content).hexdigest()},
            {"made_up": mine.made_up},
            files,
        )
    }


def of_withdrawal(agency: str, period: str, number: int, on: date, reason: str, made_up: bool) -> dict[str, bytes]:
    """Return the files of a version that withdraws those before it: its record alone."""
    title = f"Withdrawal of the return for {periods.label(period)}"
    return {
        raw_files.ORIGIN: _origin(
            agency, period, number, title, on, {"reason": reason}, {"made_up": made_up, "withdrawn": True}, {}
        )
    }


def as_rows(remarks: Iterable[Remark]) -> list[dict[str, str]]:
    """Return remarks as they are recorded."""
    return [
        {"weight": each.weight, "place": each.place, "figure": each.figure, "found": each.found, "todo": each.todo}
        for each in remarks
    ]


def _origin(
    agency: str,
    period: str,
    number: int,
    title: str,
    on: date,
    words: dict[str, str],
    marks: dict[str, bool],
    files: Mapping[str, bytes],
) -> bytes:
    entries = {
        "source": returns_folder.SOURCE,
        "release": f"{agency}/{period}/{number}",
        "producer": framework.title(agency),
        "title": title + (" (made up, as an example)" if marks["made_up"] else ""),
        "date": on.isoformat(),
        "licence": _LICENCE,
    } | words
    lines = [f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in entries.items()]
    lines += [f"{key} = {str(mark).lower()}" for key, mark in ({"published": False} | marks).items()]
    lines += ["", "[files]"]
    lines += [f"{json.dumps(name)} = {json.dumps(hashlib.sha256(held).hexdigest())}" for name, held in sorted(files.items())]
    return ("\n".join(lines) + "\n").encode()


def _sheets(mine: Return) -> dict[str, bytes]:
    found = {}
    for name, rows in mine.kept.items():
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        found[return_form.sheet_file(name)] = text.getvalue().encode()
    return found
