"""The rows that say how a printed release is read: the package's own, and those that lie in `layouts/` of the data folder.

A release that the package doesn't know has a folder `layouts/<source>/<release>/` beside `raw/`, with `layouts.csv`, `noise.csv`
and `footnotes.csv` in the package's columns without source and release. An analyst edits them; raw files are never edited.
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
_KINDS = ("noise", "label")
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_STATUSES = ("", "revised", "provisional")


def folder_of(data: Path, source: str, release: str) -> Path | None:
    """Return where a release's own rows lie or would lie; None for names that can be no folder."""
    safe = all(_SAFE.fullmatch(name) for name in (source, release))
    return data / FOLDER / source / release if safe else None


def place_of(release: raw_files.Release, table: str) -> str:
    """Return the file that holds a release's own rows of a table, as messages name it."""
    return f"{FOLDER}/{release.id}/{table}.csv"


def of_file(release: raw_files.Release, table: str, file: str) -> list[Row]:
    """Return the rows of `table` for one file of a release, in their order.

    Layouts of the data folder take the place of the package's for that file; noise and footnotes come on top. Raises DataError
    naming file, row and column for a row that can't be what it should.
    """
    shipped = [row for row in packaged(table, release.source, release.release) if row["file"] == file]
    here = folder_of(release.data, release.source, release.release)
    own = [row for row in read(here, table) if row["file"] == file] if here else []
    return own or shipped if table == "layouts" else [*shipped, *own]


def packaged(table: str, source: str, release: str) -> list[Row]:
    """Return the package's rows of a table for a release, without the names of both."""
    rows = tables.read(table)
    mine = rows[(rows["source"] == source) & (rows["release"] == release)]
    found: list[Row] = mine[list(COLUMNS[table])].to_dict("records")
    return found


def read(folder: Path, table: str) -> list[Row]:
    """Return the checked rows of a table in a folder; none where there is no such file."""
    path = folder / f"{table}.csv"
    if not path.is_file():
        return []
    name = "/".join((FOLDER, *path.parts[-3:]))
    header, *rows = cells_of(path.read_bytes(), name)
    if tuple(header) != COLUMNS[table]:
        raise DataError(name, row=1, found=",".join(header), expected=",".join(COLUMNS[table]))
    found = []
    for number, cells in enumerate(rows, start=2):
        if not any(cells):
            continue
        if len(cells) != len(header):
            raise DataError(name, row=number, found=f"{len(cells)} cells", expected=f"{len(header)}, as in the header")
        row = dict(zip(header, cells, strict=True))
        for column, (fits, expected) in _CHECKS[table].items():
            if not fits(row):
                raise DataError(name, row=number, column=column, found=repr(row[column]), expected=expected)
        found.append(row)
    return found


def inputs(releases: Iterable[raw_files.Release]) -> dict[str, str]:
    """Return {file: sha256} of the rows in the data folder that these releases are read by."""
    folders = {each.id: folder_of(each.data, each.source, each.release) for each in releases}
    return {
        f"{FOLDER}/{name}/{table}.csv": hashlib.sha256(path.read_bytes()).hexdigest()
        for name, folder in folders.items()
        for table in COLUMNS
        if folder is not None and (path := folder / f"{table}.csv").is_file()
    }


def _is_specs(row: Row) -> bool:
    return all(_is_spec(spec) for spec in row["columns"].split("|"))


def _is_spec(spec: str) -> bool:
    place, _, status = spec.partition(" ")
    period, slash, category = place.partition("/")
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


def _all_in(column: str, known: Callable[[], Iterable[str]]) -> Callable[[Row], bool]:
    return lambda row: all(each in set(known()) for each in row[column].split("|"))


_CHECKS: dict[str, dict[str, tuple[Callable[[Row], bool], str]]] = {
    "layouts": {
        "role": (lambda row: row["role"] in ROLES, f"one of {', '.join(ROLES)}"),
        "occurs": (lambda row: row["occurs"].isdigit() and row["occurs"] != "0", "how many times the row stands in the file"),
        "columns": (_is_specs, "label, sign, nothing, or a period such as 2013-14-Q1 for each column, joined by bars"),
        "format": (_if_data(lambda row: row["format"] in FORMATS), f"one of {', '.join(FORMATS)}"),
        "series": (_if_data(_all_in("series", lambda: catalogue.series().index)), "a series that is known"),
        "category": (_if_data(_all_in("category", lambda: (*catalogue.categories(), ""))), "a category that is known"),
        "area": (_if_data(lambda row: _is_area(row["area"])), "the code of an area: `safeguarding areas` lists them"),
    },
    "noise": {
        "column": (lambda row: row["column"].isdigit(), "the number of the column, counted from 1"),
        "kind": (lambda row: row["kind"] in _KINDS, f"one of {', '.join(_KINDS)}"),
        "reason": (lambda row: row["reason"] != "", "why it says nothing"),
    },
    "footnotes": {"text": (lambda row: row["text"] != "", "what is printed at the marker")},
}
