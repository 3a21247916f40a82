"""The schema: what every table and each of its columns holds, read from `schema.csv`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property

from analysis.catalogue.tables import kinds, rows
from analysis.errors import DataError, SafeguardingError

NAME = "schema"
COLUMNS = ("table", "column", "meaning", "kind", "required", "key")
ADD, FIXED = "table:add", "table:fixed"  # rows may be added and not replaced; no rows of one's own at all
_CHANGES = ("table", ADD, FIXED)


@dataclass(frozen=True)
class Column:
    """One column: what it means, what may stand in it, when it may not be empty, and its place in the key (0: none)."""

    name: str
    meaning: str
    kind: kinds.Kind
    required: str
    key: int


@dataclass(frozen=True)
class Table:
    """One table: its columns in their order, and whether rows of one's own may be added to it or replaced in it."""

    name: str
    meaning: str
    change: str
    columns: tuple[Column, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(each.name for each in self.columns)

    def without(self, names: tuple[str, ...]) -> Table:
        """Return the table without some of its columns."""
        return replace(self, columns=tuple(each for each in self.columns if each.name not in names))

    @cached_property
    def key(self) -> tuple[int, ...]:
        """Where the columns stand that tell one row from all others."""
        ordered = sorted((each.key, at) for at, each in enumerate(self.columns) if each.key)
        return tuple(at for _, at in ordered)


@cache
def known_tables() -> dict[str, Table]:
    """Return {name: table} of all tables; raises DataError for a schema that can't be read."""
    found: dict[str, Table] = {}
    read = rows.of_package(NAME, COLUMNS)
    for cells, (place, row) in zip(read.cells, read.places, strict=True):
        table, column, meaning, kind, required, key = cells
        if (column == "") != (table not in found):
            raise DataError(place, row=row, column="column", found=repr(column), expected="a table's own row before its columns")
        if not column:
            if kind not in _CHANGES:
                raise DataError(place, row=row, column="kind", found=repr(kind), expected=f"one of {', '.join(_CHANGES)}")
            found[table] = Table(table, meaning, kind, ())
            continue
        try:
            made = Column(column, meaning, kinds.parse(kind), required, int(key or 0))
        except (SafeguardingError, ValueError) as error:
            raise DataError(place, row=row, column="kind", found=repr(kind), expected=f"a kind: {error}") from None
        before = found[table]
        found[table] = Table(table, before.meaning, before.change, (*before.columns, made))
    return found
