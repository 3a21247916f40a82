"""The rows that define how a printed release is read: those of the package, and those in `layouts/` of the data folder.

A release that the package doesn't have has a folder `layouts/<source>/<release>/` beside `raw/`, with `layouts.csv`, `noise.csv`
and `footnotes.csv` in the package's columns without source and release. Analysts edit these files; raw files are never edited.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from analysis.catalogue import tables
from analysis.store import raw_files

FOLDER = "layouts"
Row = dict[str, str]
TABLES = ("layouts", "noise", "footnotes")
_OF_FOLDER = ("source", "release")  # columns of the package's tables that the name of the folder says
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def folder_of(data: Path, source: str, release: str) -> Path | None:
    """Return the folder of a release's own rows, whether it exists or not; None for names that can't be folders."""
    safe = all(_SAFE_NAME.fullmatch(name) for name in (source, release))
    return data / FOLDER / source / release if safe else None


def place_of(release: raw_files.Release, table: str) -> str:
    """Return the name, for messages, of the file with a release's own rows of a table."""
    return f"{FOLDER}/{release.id}/{table}.csv"


def of_file(release: raw_files.Release, table: str, file: str) -> list[Row]:
    """Return the rows of `table` for one file of a release, in their order.

    Layouts in the data folder replace the package's for that file; noise and footnotes are added to them. Raises DataError
    naming file, row and column for a row that isn't valid.
    """
    packaged_rows = [row for row in packaged(table, release.source, release.release) if row["file"] == file]
    own_folder = folder_of(release.data, release.source, release.release)
    own_rows = [row for row in read(own_folder, table) if row["file"] == file] if own_folder else []
    return own_rows or packaged_rows if table == "layouts" else [*packaged_rows, *own_rows]


def columns(table: str) -> tuple[str, ...]:
    """Return the columns of a release's own rows of a table: the package's without source and release."""
    return tables.columns(table, _OF_FOLDER)


def packaged(table: str, source: str, release: str) -> list[Row]:
    """Return the package's rows of a table for a release, without the columns source and release."""
    table_rows = tables.read(table)
    of_release = table_rows[(table_rows["source"] == source) & (table_rows["release"] == release)]
    records: list[Row] = of_release[list(columns(table))].to_dict("records")
    return records


def read(folder: Path, table: str) -> list[Row]:
    """Return the rows of a table in a folder, checked as the package's are; none if there is no such file."""
    path = folder / f"{table}.csv"
    if not path.is_file():
        return []
    return tables.rows_of(path.read_bytes(), "/".join((FOLDER, *path.parts[-3:])), table, _OF_FOLDER)


def inputs(releases: Iterable[raw_files.Release]) -> dict[str, str]:
    """Return {file: sha256} of the files in the data folder by which these releases are read."""
    folders = {release.id: folder_of(release.data, release.source, release.release) for release in releases}
    return {
        f"{FOLDER}/{name}/{table}.csv": hashlib.sha256(path.read_bytes()).hexdigest()
        for name, folder in folders.items()
        for table in TABLES
        if folder is not None and (path := folder / f"{table}.csv").is_file()
    }
