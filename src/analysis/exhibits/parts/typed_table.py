"""A table as numbers: what an exhibit hands on beside its HTML, so that nobody has to read figures out of a page.

A cell is a number in the unit of its column, a text, or None where nothing stands. One of which more is to be said is a mapping:
`value` or `text`, or `low` and `high` of an interval; `status`, the symbol that stands where there is no figure; `of`, the period
that a figure is of; `marks` beside it ([r], [note 1]). A number is as exact as it is printed: nobody learns more from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from analysis.catalogue import wording

Cell = float | int | str | dict[str, Any] | None

_NUMBER = r"[−+]?£?\d[\d,]*(?:\.\d+)?"
_PLAIN = re.compile(rf"({_NUMBER})")
_UNITS = {"": _PLAIN, "%": re.compile(rf"({_NUMBER})%"), "points": re.compile(rf"({_NUMBER}) points")}
_RANGE = re.compile(rf"({_NUMBER})(%?) to ({_NUMBER})(%?)")
_DATED = re.compile(rf"({_NUMBER}%?) \(([^()−+][^()]*)\)")  # the period, not a change in other units
_MARKED = re.compile(r"(.*?)((?: \[(?:r|p|note \d+)\])+)")
_SYMBOLS = frozenset(wording.SYMBOLS.values())


def typed(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return the columns of a printed table, each with heading, unit and decimals (None where it is words), and its rows.

    A column that mixes units is words.
    """
    columns = [_column([row[place] for row in rows]) for place in range(len(headings))]
    described = [{"heading": heading} | kind for heading, (kind, _) in zip(headings, columns, strict=True)]
    return {"columns": described, "rows": [list(row) for row in zip(*(cells for _, cells in columns), strict=True)]}


def number_of(text: str) -> float | int:
    """Return the number that a printed one stands for: "−1,204.5" is -1204.5, "£61,193" is 61193."""
    plain = text.replace("−", "-").replace(",", "").replace("£", "").replace("+", "")
    return float(plain) if "." in plain else int(plain)


def _column(printed: list[str]) -> tuple[dict[str, Any], list[Cell]]:
    """Return what a column is, and its cells."""
    texts, marks = _apart(_MARKED, printed)
    figures = [text for text in texts if text and text not in _SYMBOLS]
    dated = figures and all(_DATED.fullmatch(text) for text in figures)
    texts, of = _apart(_DATED, texts) if dated else (texts, [""] * len(texts))
    unit, cells, decimals = _figures(texts)
    more = zip(of, marks, strict=True)
    return {"unit": unit, "decimals": decimals}, [
        _with(cell, {"of": period, "marks": mark}) for cell, (period, mark) in zip(cells, more, strict=True)
    ]


def _apart(pattern: re.Pattern[str], texts: list[str]) -> tuple[list[str], list[str]]:
    """Return the texts without what the pattern finds behind them, and that; empty where it finds nothing."""
    found = [pattern.fullmatch(text) for text in texts]
    before = [match[1] if match else text for match, text in zip(found, texts, strict=True)]
    return before, [match[2].strip() if match else "" for match in found]


def _figures(texts: list[str]) -> tuple[str, list[Cell], int | None]:
    """Return the unit that all figures among the texts share, the cells, and the decimals; words where they share none."""
    figures = [text for text in texts if text and text not in _SYMBOLS]
    for unit, pattern in _UNITS.items():
        if figures and all(pattern.fullmatch(text) for text in figures):
            pounds = any("£" in text for text in figures)
            return unit or ("pounds" if pounds else ""), [_cell(text, pattern) for text in texts], _decimals(figures)
    ranges = [match for text in figures if (match := _RANGE.fullmatch(text))]
    units = {match[side] for match in ranges for side in (2, 4)}
    if figures and len(ranges) == len(figures) and len(units) == 1:
        unit = units.pop()
        return unit, [_cell(text, _RANGE) for text in texts], _decimals([match[side] for match in ranges for side in (1, 3)])
    return "", [_cell(text) for text in texts], None


def _cell(text: str, pattern: re.Pattern[str] | None = None) -> Cell:
    if text in _SYMBOLS:
        return {"value": None, "status": text}
    match = pattern.fullmatch(text) if pattern else None
    if match is None:
        return text or None
    return {"low": number_of(match[1]), "high": number_of(match[3])} if pattern is _RANGE else number_of(match[1])


def _decimals(numbers: Sequence[str]) -> int:
    return max(len(text.partition(".")[2].rstrip("% points")) for text in numbers)


def _with(cell: Cell, more: dict[str, str]) -> Cell:
    """Return the cell with what is said beside it, as a mapping if anything is."""
    said = {name: text for name, text in more.items() if text}
    if not said:
        return cell
    return (cell if isinstance(cell, dict) else {"text" if isinstance(cell, str) else "value": cell}) | said
