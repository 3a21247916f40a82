"""Rows of one's own: tables in `tables/` of the data folder, which add rows to the package's or take the place of some.

One data folder is in use at a time. It is the one that a command or `store.read` was given, else the one found as for figures
(`data_folders.find`).
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from analysis.catalogue.tables import rows, schema
from analysis.catalogue.tables.rows import Rows
from analysis.errors import DataError
from analysis.files import data_folders

FOLDER = "tables"
_CACHED = type(cache(lambda: None))


@dataclass(frozen=True)
class Merged:
    """The rows of a table with one's own among them: how many were added, and how many replaced."""

    rows: Rows
    added: int
    replaced: int


@dataclass(frozen=True)
class _InUse:
    files: tuple[tuple[str, bytes], ...]  # in the folder of one's own tables: name and content


_in_use: _InUse | None = None


def use(data: Path | None) -> None:
    """Read tables with the rows of one's own of this data folder from now on; None for those of none.

    Whatever was worked out of other rows is forgotten.
    """
    global _in_use
    folder = data / FOLDER if data is not None else Path()
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")) if data else []
    now = _InUse(tuple((path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths))
    if _in_use is not None and _in_use != now:
        forget()
    _in_use = now


def look_again() -> None:
    """Find the data folder anew: what a process forked from another was told comes after what that one has read."""
    if _in_use is not None:
        use(data_folders.find())


def inputs() -> dict[str, str]:
    """Return {file: sha256} of the tables of one's own, as records name them: `tables/agencies.csv`."""
    return {f"{FOLDER}/{name}": hashlib.sha256(content).hexdigest() for name, content in _now().files}


def places() -> dict[str, str]:
    """Return {table: file} of one's own tables, as messages name it."""
    return {Path(name).stem: f"{FOLDER}/{name}" for name, _ in _now().files if f"{FOLDER}/{name}" not in misplaced()}


@cache
def misplaced() -> dict[str, DataError]:
    """Return {file: what is wrong} of the files that lie where one's own tables do, and are none."""
    found: dict[str, DataError] = {}
    seen: dict[str, str] = {}
    for name, _ in _now().files:
        place, stem = f"{FOLDER}/{name}", Path(name).stem
        if not name.endswith(".csv"):
            mistake = DataError(place, found="a file that is no CSV", expected="tables as CSV UTF-8, and nothing else")
        elif stem not in schema.known_tables():
            near = rows.nearest(stem, schema.known_tables())
            mistake = DataError(
                place, found=f"the name {stem!r}", expected=f"that of a table: `safeguarding tables` lists them{near}"
            )
        elif stem in seen:
            mistake = DataError(place, found="the same table once more", expected=f"one file: {FOLDER}/{seen[stem]} is there")
        elif schema.known_tables()[stem].change == schema.FIXED:
            expected = "no such file: this table belongs to what protects people, and is the package's alone"
            mistake = DataError(place, found=f"rows of your own for {stem}.csv", expected=expected)
        else:
            seen[stem] = name
            continue
        found[place] = mistake
    return found


@cache
def check_names() -> None:
    """Raise DataError for a file among one's own tables that can't be one."""
    for mistake in misplaced().values():
        raise mistake


@cache
def merged(name: str) -> Merged:
    """Return the rows of a table, one's own among them: in the place of those with their key, or behind the others.

    Raises DataError for a file that can't be read, a key that stands twice among one's own, and one that may not be replaced.
    """
    if name not in schema.known_tables():
        raise DataError(f"{name}.csv", found="a table that schema.csv doesn't describe", expected="its columns there")
    table = schema.known_tables()[name]
    shipped = rows.of_package(name, table.names)
    place = places().get(name)
    if place is None:
        return Merged(shipped, 0, 0)
    content = dict(_now().files)[place.removeprefix(f"{FOLDER}/")]
    return _merged(table, shipped, rows.of_file(content, place, table.names))


def _merged(table: schema.Table, shipped: Rows, mine: Rows) -> Merged:
    cells, places = list(shipped.cells), list(shipped.places)
    at = {tuple(row[column] for column in table.key): number for number, row in enumerate(cells)}
    replaced, taken = 0, set[tuple[str, ...]]()
    for row, where in zip(mine.cells, mine.places, strict=True):
        key = tuple(row[column] for column in table.key)
        if key not in at or key in taken:  # a key that stands twice among one's own is told as in any table
            cells.append(row)
            places.append(where)
            continue
        if table.change == schema.ADD:
            names, shown = ", ".join(table.names[each] for each in table.key), ", ".join(map(repr, key))
            expected = f"another: rows of {table.name}.csv may be added, not replaced"
            raise DataError(where[0], row=where[1], column=names, found=f"{shown}, which the package has", expected=expected)
        taken.add(key)
        cells[at[key]], places[at[key]] = row, where
        replaced += 1
    return Merged(Rows(cells, places), len(cells) - len(shipped.cells), replaced)


@cache
def values(table: str, column: str) -> frozenset[str]:
    """Return what stands in a column of a table; a table that can't be read raises DataError, as reading it would."""
    at = schema.known_tables()[table].names.index(column)
    return frozenset(cells[at] for cells in merged(table).rows.cells) - {""}


def _now() -> _InUse:
    if _in_use is None:
        use(data_folders.find())
    assert _in_use is not None
    return _in_use


def forget() -> None:
    """Clear every cache of the package: most of them hold what was made of tables, and the others fill again."""
    modules = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] == "analysis"]
    for module in modules:
        for kept in _caches(module):
            kept.cache_clear()


def _caches(module: ModuleType) -> list:
    return [each for each in vars(module).values() if isinstance(each, _CACHED)]
