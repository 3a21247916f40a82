"""Whether the rows of a table are what the schema says: the first mistake is one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from analysis.catalogue.references import terms
from analysis.catalogue.tables import kinds
from analysis.catalogue.tables.rows import Rows, nearest
from analysis.catalogue.tables.schema import Column, Table
from analysis.errors import DataError

Mistake = tuple[int, str, str, str]  # index of the row, column, found, expected


def check(table: Table, rows: Rows, values: kinds.Values) -> None:
    """Raise DataError for the first mistake in the rows of a table; `values` gives what stands in a column of any table."""
    for look in (_cells, _spans, _keys, _all, _circles):
        first = min(look(table, rows, values), default=None)
        if first is not None:
            number, column, found, expected = first
            place, row = rows.places[number] if number < len(rows.places) else (f"{table.name}.csv", None)
            raise DataError(place, row=row, column=column, found=found, expected=expected)


def _cells(table: Table, rows: Rows, values: kinds.Values) -> Iterator[Mistake]:
    """Yield the first cell of each column that is empty where it may not be, or not of its kind."""
    for at, column in enumerate(table.columns):
        needed, meant = _needed(table, column), _meant(table, column)
        wrong: dict[str, str | None] = {}  # each text is looked at once: a column of thousands of rows has few
        for number, cells in enumerate(rows.cells):
            cell = cells[at]
            if not cell and needed(cells):
                yield number, column.name, "an empty cell", kinds.described(column.kind)
                break
            if not cell or not meant(cells):
                continue
            if cell not in wrong:
                wrong[cell] = _wrong_part(column, cell, values)
            part = wrong[cell]
            if part is not None:
                found, known = kinds.blamed(column.kind, part, values)
                yield number, column.name, repr(found), kinds.described(column.kind) + nearest(found, known)
                break


def _wrong_part(column: Column, cell: str, values: kinds.Values) -> str | None:
    """Return the first part of a cell that is not of the column's kind; None where the cell is."""
    return next((part for part in column.kind.parts(cell) if not kinds.fits(column.kind, part, values)), None)


def _needed(table: Table, column: Column) -> Callable[[list[str]], bool]:
    """Return what says of a row whether a cell of the column may not be empty in it."""
    word, _, condition = column.required.partition(" ")
    if word not in ("if", "unless"):
        return lambda _: word == "yes"
    name, _, wanted = condition.partition("=")
    at, options = table.names.index(name), wanted.split("|")
    return lambda cells: ((cells[at] in options) if wanted else cells[at] != "") == (word == "if")


def _meant(table: Table, column: Column) -> Callable[[list[str]], bool]:
    if column.kind.is_any_text:
        return lambda _: False
    if column.kind.when is None:
        return lambda _: True
    name, options = column.kind.when
    at = table.names.index(name)
    return lambda cells: cells[at] in options


def _spans(table: Table, rows: Rows, _: kinds.Values) -> Iterator[Mistake]:
    """Yield the first row whose end lies before its beginning."""
    for at, column in enumerate(table.columns):
        if not column.kind.beginning:
            continue
        start = table.names.index(column.kind.beginning)
        for number, cells in enumerate(rows.cells):
            if cells[at] and cells[at] < cells[start]:  # dates and quarters as they are written stand in their order
                found = f"{cells[at]!r}, before {table.names[start]} {cells[start]!r}"
                yield number, column.name, found, kinds.described(column.kind)
                break


def _keys(table: Table, rows: Rows, _: kinds.Values) -> Iterator[Mistake]:
    """Yield the first row whose key another row has before it."""
    first: dict[tuple[str, ...], int] = {}
    for number, cells in enumerate(rows.cells):
        key = tuple(cells[at] for at in table.key)
        if key in first:
            names = ", ".join(table.names[at] for at in table.key)
            shown = ", ".join(map(repr, key))
            yield number, names, f"{shown} once more", f"it once: row {rows.places[first[key]][1]} has it"
            return
        first[key] = number


def _all(table: Table, rows: Rows, _: kinds.Values) -> Iterator[Mistake]:
    """Yield the first name that the program asks for and the table hasn't."""
    for at, column in enumerate(table.columns):
        form = column.kind.forms[0]
        if form.name == "all":
            missing = [each for each in form.options if each not in {cells[at] for cells in rows.cells}]
            if missing:
                yield len(rows.cells), column.name, f"no row {missing[0]!r}", "one row for each name that the program asks for"


def _circles(table: Table, rows: Rows, _: kinds.Values) -> Iterator[Mistake]:
    """Yield the first row that refers to itself, by itself or over other rows, where the schema says that nothing may."""
    names = [cells[table.key[0]] for cells in rows.cells] if table.key else []
    for at, column in enumerate(table.columns):
        if not any(each.name in ("tree", "terms tree") for each in column.kind.forms):
            continue
        leads = {name: _referred(column, cells[at]) for name, cells in zip(names, rows.cells, strict=True)}
        for number, name in enumerate(names):
            if _comes_back(name, leads):
                yield number, column.name, f"{rows.cells[number][at]!r}, which leads back to {name!r}", "no circle"
                break


def _referred(column: Column, cell: str) -> list[str]:
    if column.kind.forms[0].name == "terms tree":
        return [term.series for term in terms(cell)]
    return column.kind.parts(cell)


def _comes_back(name: str, leads: dict[str, list[str]]) -> bool:
    seen, ahead = set[str](), list(leads[name])
    while ahead:
        at = ahead.pop()
        if at == name:
            return True
        if at not in seen:
            seen.add(at)
            ahead += leads.get(at, [])
    return False
