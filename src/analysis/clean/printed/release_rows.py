"""The rows that define how a printed release is read: those of the package, and those in `layouts/` of the data folder.

A release that the package doesn't have has a folder `layouts/<source>/<release>/` beside `raw/`, with `layouts.csv`, `noise.csv`
and `footnotes.csv` in the package's columns without source and release. Analysts edit these files; raw files are never edited.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from analysis import catalogue
from analysis.catalogue import periods, tables
from analysis.clean.printed.cell_formats import FORMATS
from analysis.errors import DataError, UnknownNameError
from analysis.files.csv_cells import cells_of
from analysis.store import raw_files

FOLDER = "layouts"
Row = dict[str, str]
COLUMNS = {
    "layouts": ("file", "block", "label", "role", "columns", "format", "series", "category", "area", "occurs"),
    "noise": ("file", "block", "column", "text", "kind", "reason"),
    "footnotes": ("file", "marker", "text"),
}
ROLES = ("title", "header", "block", "label", "data", "footnote")
_NOISE_KINDS = ("noise", "label")
_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_STATUSES = ("", "revised", "provisional")


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


def packaged(table: str, source: str, release: str) -> list[Row]:
    """Return the package's rows of a table for a release, without the columns source and release."""
    table_rows = tables.read(table)
    of_release = table_rows[(table_rows["source"] == source) & (table_rows["release"] == release)]
    records: list[Row] = of_release[list(COLUMNS[table])].to_dict("records")
    return records


def read(folder: Path, table: str) -> list[Row]:
    """Return the checked rows of a table in a folder; none if there is no such file."""
    path = folder / f"{table}.csv"
    if not path.is_file():
        return []
    name = "/".join((FOLDER, *path.parts[-3:]))
    header, *rows = cells_of(path.read_bytes(), name)
    if tuple(header) != COLUMNS[table]:
        raise DataError(name, row=1, found=",".join(header), expected=",".join(COLUMNS[table]))
    checked = []
    for number, cells in enumerate(rows, start=2):
        if not any(cells):
            continue
        if len(cells) != len(header):
            raise DataError(name, row=number, found=f"{len(cells)} cells", expected=f"{len(header)}, as in the header")
        row = dict(zip(header, cells, strict=True))
        for column, (fits, expected) in _CHECKS[table].items():
            if not fits(row):
                raise DataError(name, row=number, column=column, found=repr(row[column]), expected=expected)
        checked.append(row)
    return checked


def inputs(releases: Iterable[raw_files.Release]) -> dict[str, str]:
    """Return {file: sha256} of the files in the data folder by which these releases are read."""
    folders = {release.id: folder_of(release.data, release.source, release.release) for release in releases}
    return {
        f"{FOLDER}/{name}/{table}.csv": hashlib.sha256(path.read_bytes()).hexdigest()
        for name, folder in folders.items()
        for table in COLUMNS
        if folder is not None and (path := folder / f"{table}.csv").is_file()
    }


def _are_specs(row: Row) -> bool:
    return all(_is_spec(spec) for spec in row["columns"].split("|"))


def _is_spec(spec: str) -> bool:
    heading, _, status = spec.partition(" ")
    period, slash, category = heading.partition("/")
    if not status and not slash and period in ("", "label", "sign"):
        return True
    try:
        periods.kind(period)
    except UnknownNameError:
        return False
    return status in _STATUSES and (not slash or category in catalogue.categories())


def _is_area(code: str) -> bool:
    return code in set(tables.read("areas")["code"])


def _if_data(fits: Callable[[Row], bool]) -> Callable[[Row], bool]:
    return lambda row: row["role"] != "data" or fits(row)


def _all_in(column: str, known_names: Callable[[], Iterable[str]]) -> Callable[[Row], bool]:
    return lambda row: all(name in set(known_names()) for name in row[column].split("|"))


_CHECKS: dict[str, dict[str, tuple[Callable[[Row], bool], str]]] = {
    "layouts": {
        "role": (lambda row: row["role"] in ROLES, f"one of {', '.join(ROLES)}"),
        "occurs": (lambda row: row["occurs"].isdigit() and row["occurs"] != "0", "how many times the row stands in the file"),
        "columns": (_are_specs, "label, sign, nothing, or a period such as 2013-14-Q1 for each column, joined by bars"),
        "format": (_if_data(lambda row: row["format"] in FORMATS), f"one of {', '.join(FORMATS)}"),
        "series": (_if_data(_all_in("series", lambda: catalogue.series().index)), "a series that is known"),
        "category": (_if_data(_all_in("category", lambda: (*catalogue.categories(), ""))), "a category that is known"),
        "area": (_if_data(lambda row: _is_area(row["area"])), "the code of an area: `safeguarding areas` lists them"),
    },
    "noise": {
        "column": (lambda row: row["column"].isdigit(), "the number of the column, counted from 1"),
        "kind": (lambda row: row["kind"] in _NOISE_KINDS, f"one of {', '.join(_NOISE_KINDS)}"),
        "reason": (lambda row: row["reason"] != "", "why it says nothing"),
    },
    "footnotes": {"text": (lambda row: row["text"] != "", "what is printed at the marker")},
}
