"""Deletes the files that agencies sent after a retention time, and records it; the figures read from them stay."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from analysis.catalogue import periods
from analysis.clean.returns import receipts
from analysis.errors import UnknownNameError
from analysis.files import folders
from analysis.store import raw_files, returns_folder

_REMARKS_PAGES = ("remarks.html", "remarks.txt")  # what was sent back to the agency; the record of the refusal stays


def forget(data: Path, before: str, on: date) -> list[str]:
    """Delete the files received for quarters before `before`, and return their names, relative to the data folder.

    Files as received are deleted, of withdrawn returns too, and the pages of refusals. The cells read, the records and the
    register stay. The deletion is recorded first, so that the next call finishes one that was interrupted. A refusal of no known
    quarter counts by the day on which it came. Raises UnknownNameError where `before` is no quarter.
    """
    if periods.kind(before) != "quarter":
        raise UnknownNameError(f"Name the first quarter whose files stay, such as 2014-15-Q1, not {before!r}.")
    deleted = []
    with returns_folder.lock(data):
        returns_folder.finish(data)
        for folder in _versions(data, before):
            already_forgotten = raw_files.forgotten(folder)
            received_files = [path for path in sorted(folder.iterdir()) if path.name.startswith(raw_files.AS_RECEIVED)]
            deleted += _delete(data, folder, received_files, already_forgotten, on)
        for refusal in receipts.refusals(data):
            if _is_before(refusal.record, before):
                folder = (data / refusal.name).parent
                deleted += _delete(data, folder, [path for name in _REMARKS_PAGES if (path := folder / name).exists()], {}, on)
    return deleted


def _versions(data: Path, before: str) -> list[Path]:
    quarter_folders = sorted(path for path in (data / "raw" / returns_folder.SOURCE).glob("*/*") if path.is_dir())
    earlier = [path for path in quarter_folders if periods.order(path.name) < periods.order(before)]
    return [folder for path in earlier for folder in returns_folder.versions(data, path.parent.name, path.name)]


def _is_before(record: dict[str, str], before: str) -> bool:
    if record["period"]:
        return periods.order(record["period"]) < periods.order(before)
    return record["received"] <= periods.end(periods.previous(before))


def _delete(data: Path, folder: Path, files: list[Path], already_forgotten: dict[str, str], on: date) -> list[str]:
    """Record that files of a folder are deleted, unless it is recorded already, then delete them and return their names."""
    newly_forgotten = {path.name: raw_files.digest(path) for path in files if path.name not in already_forgotten}
    if newly_forgotten:
        lines = [f"forgotten = {json.dumps(on.isoformat())}", "", "[files]"]
        lines += [
            f"{json.dumps(name)} = {json.dumps(digest)}" for name, digest in sorted((already_forgotten | newly_forgotten).items())
        ]
        folders.write_whole(folder / raw_files.FORGOTTEN, ("\n".join(lines) + "\n").encode())
    for path in files:
        path.unlink()
    return [path.relative_to(data).as_posix() for path in files]
