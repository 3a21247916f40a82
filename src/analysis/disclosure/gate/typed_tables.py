"""Whether the tables that a notebook hands on as numbers are those of its page: cell by cell, and nothing besides.

Written apart from what makes them: what a reader sees is read as a reader reads it, and a number must be the one that is printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analysis import catalogue
from analysis.catalogue import wording
from analysis.disclosure.audit.pages import Shown
from analysis.disclosure.gate.rules import Broken

_RULE = "differs-from-table"
_TABLE = {"id", "headline", "subtitle", "caption", "source", "footnotes", "about", "rows_about", "columns", "rows"}
_COLUMN = {"heading", "unit", "decimals"}
_ENDS = {"": "", "%": "%", "points": " points", "pounds": ""}
_HELD = ({"value"}, {"value", "status"}, {"text"}, {"low", "high"})  # what a cell is; `of` and `marks` may stand beside it
_SIGNED = re.compile(r"([−+]?)£?(\d[\d,]*(?:\.(\d+))?)")


def differ(file: str, shown: Sequence[Shown], tables: Sequence[Any]) -> Iterator[Broken]:
    """Yield the exhibits of a page whose table its notebook hands on with another number or word than the page shows.

    A notebook that hands on none is of an earlier version; its data files are held against the page in any case.
    """
    if tables and len(tables) != len(shown):
        yield Broken(_RULE, file, "the number of tables that its notebook hands on")
    # Exhibits of several notebooks stand on a page in another order than in these.
    by_id = {table.get("id"): table for table in tables if isinstance(table, Mapping)}
    for exhibit in shown if tables else ():
        try:
            same = _same(exhibit, by_id[exhibit.identity])
        except (TypeError, ValueError, KeyError, AttributeError, IndexError):  # of another form than ours
            same = False
        if not same:
            yield Broken(_RULE, file, f"exhibit {exhibit.identity!r}")


def _same(exhibit: Shown, table: Mapping[str, Any]) -> bool:
    seen = (exhibit.identity, exhibit.headline, exhibit.subtitle, exhibit.caption)
    said = tuple(_words(table[name]) for name in ("id", "headline", "subtitle", "caption"))
    source = {_words(table["source"]), _words(f"Source: {table['source']}")}  # so it stood beneath a table in earlier versions
    columns, rows = table["columns"], table["rows"]
    return bool(
        set(table) == _TABLE
        and {table["about"], *table["rows_about"]} <= {"", *catalogue.indicators().index}
        and said == seen
        and source & set(exhibit.notes)
        and set(map(_words, table["footnotes"])) <= set(exhibit.notes)
        and [_words(column["heading"]) for column in columns] == exhibit.columns
        and [len(row) for row in rows] == [len(row) for row in exhibit.rows]
        and all(
            _same_column(column, [row[place] for row in rows], [row[place] for row in exhibit.rows])
            for place, column in enumerate(columns)
        )
    )


def _same_column(column: Mapping[str, Any], cells: Sequence[Any], printed: Sequence[str]) -> bool:
    end = _ENDS[column["unit"]]
    numbers = [(cell, text) for cell, text in zip(cells, printed, strict=True) if _is_number(cell)]
    places = {len(match[3] or "") for _, text in numbers for match in _numbers(text)}
    pounds = any("£" in text for cell, text in numbers if _is_number(cell, "value"))
    return (
        set(column) == _COLUMN
        and column["decimals"] == (max(places) if places else None)
        and pounds == (column["unit"] == "pounds")
        and bool(places or not column["unit"])
        and all(_same_cell(cell, text, end) for cell, text in zip(cells, printed, strict=True))
    )


def _same_cell(cell: Any, printed: str, end: str) -> bool:
    """Return whether a cell says what is printed, whole: its figure or words, the period it is of, the marks beside it."""
    said = cell if isinstance(cell, Mapping) else {"text": cell} if isinstance(cell, str) else {"value": cell}
    held = {name: value for name, value in said.items() if name not in ("of", "marks")}
    behind = (f" ({_words(said['of'])})" if "of" in said else "") + (f" {_words(said['marks'])}" if "marks" in said else "")
    if set(held) not in _HELD or not printed.endswith(behind):
        return False
    text = printed.removesuffix(behind)
    if "text" in held:
        return _words(held["text"]) == text
    if "status" in held:
        return held["value"] is None and held["status"] == text and text in wording.SYMBOLS.values()
    if "low" in held:
        low, to, high = text.partition(" to ")
        return bool(to) and _is(held["low"], low, end) and _is(held["high"], high, end)
    return text == "" if held["value"] is None else _is(held["value"], text, end)


def _is(value: Any, printed: str, end: str) -> bool:
    """Return whether a printed figure is this number and no other."""
    match = _SIGNED.fullmatch(printed.removesuffix(end)) if printed.endswith(end) else None
    if match is None or isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value == float(match[2].replace(",", "")) * (-1 if match[1] == "−" else 1)


def _numbers(printed: str) -> Iterator[re.Match[str]]:
    return _SIGNED.finditer(re.sub(r" \(.*| \[.*", "", printed))


def _is_number(cell: Any, *names: str) -> bool:
    held = {name: cell.get(name) for name in names or ("value", "low")} if isinstance(cell, Mapping) else {"": cell}
    return any(isinstance(value, int | float) for value in held.values())


def _words(text: str) -> str:
    return " ".join(text.split())
