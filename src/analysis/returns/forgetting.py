"""Forgetting: after a retention time the files that agencies sent are deleted, and a record says so; the figures in them stay."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from analysis.catalogue import periods
from analysis.clean.returns import receipts
from analysis.errors import UnknownNameError
from analysis.files import folders
from analysis.store import raw_files, returns_folder

_PAGES = ("remarks.html", "remarks.txt")  # what went back to the agency; the record of the refusal beside them stays


def forget(data: Path, before: str, on: date) -> list[str]:
    """Delete what came for quarters before `before`, and return the names of the files deleted, below the data folder.

    Files as received go, of returns that were withdrawn too, and the pages of refusals; the cells that were read, the records and
    the register stay. What is deleted is recorded first, so that a call that dies is finished by the next. A refusal of no known
    quarter counts by the day on which it came. Raises UnknownNameError where `before` is no quarter.
    """
    if periods.kind(before) != "quarter":
        raise UnknownNameError(f"Name the first quarter whose files stay, such as 2014-15-Q1, not {before!r}.")
    deleted = []
    with returns_folder.lock(data):
        returns_folder.finish(data)
        for folder in _versions(data, before):
            known = raw_files.forgotten(folder)
            there = [path for path in sorted(folder.iterdir()) if path.name.startswith(raw_files.AS_RECEIVED)]
            deleted += _delete(data, folder, there, known, on)
        for refusal in receipts.refusals(data):
            if _is_before(refusal.record, before):
                folder = (data / refusal.name).parent
                deleted += _delete(data, folder, [path for name in _PAGES if (path := folder / name).exists()], {}, on)
    return deleted


def _versions(data: Path, before: str) -> list[Path]:
    folders_of = sorted(path for path in (data / "raw" / returns_folder.SOURCE).glob("*/*") if path.is_dir())
    earlier = [path for path in folders_of if periods.order(path.name) < periods.order(before)]
    return [folder for path in earlier for folder in returns_folder.versions(data, path.parent.name, path.name)]


def _is_before(record: dict[str, str], before: str) -> bool:
    if record["period"]:
        return periods.order(record["period"]) < periods.order(before)
    return record["received"] <= periods.end(periods.previous(before))


def _delete(data: Path, folder: Path, files: list[Path], known: dict[str, str], on: date) -> list[str]:
    """Record that files of a folder are deleted, unless that is recorded already, and delete them."""
    new = {path.name: raw_files.digest(path) for path in files if path.name not in known}
    if new:
        lines = [f"forgotten = {json.dumps(on.isoformat())}", "", "[files]"]
        lines += [f"{json.dumps(name)} = {json.dumps(digest)}" for name, digest in sorted((known | new).items())]
        folders.write_whole(folder / raw_files.FORGOTTEN, ("\n".join(lines) + "\n").encode())
    for path in files:
        path.unlink()
    return [path.relative_to(data).as_posix() for path in files]
