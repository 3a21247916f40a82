"""The formats of printed cells: each turns the text of a cell into figures, or refuses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from analysis.catalogue import tables

_COUNT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+")
_SUBSET = re.compile(r"([0-9]+) \(([0-9]+)\)")
# A percentage needs its sign, except 0: zero is zero in any unit.
_PERCENT = re.compile(r"(0|[0-9]+(?:\.[0-9]+)?(?=%))%?(\**)")
# The signs before pounds in the printed budget; the last is the underlined sign of a total, as in the report's text.
_SIGNS = {"£": 1, "-£": -1, "- <u>£</u>": -1}


@dataclass(frozen=True)
class Figure:
    """One figure read from a cell: the value (None where there is none), its status, and the marker printed at it."""

    value: float | None
    status: str = "final"
    marker: str = ""


class UnreadableError(Exception):
    """The cell doesn't have its format; the message says what was expected."""


def read_cell(cell_format: str, text: str, count: int, publisher: str, sign: str = "") -> list[Figure]:
    """Return the `count` figures in a cell of the given format.

    If `markers.csv` lists the text (it may be blank) as a symbol of the publisher, every figure has that status and no value.
    `sign` is the text of the cell with the currency sign. Raises UnreadableError with what was expected.
    """
    status = _markers().get((publisher, text.strip()))
    if status is not None:
        return [Figure(None, status)] * count
    figures = FORMATS[cell_format](text, sign)
    if len(figures) != count:
        raise UnreadableError(f"{count} figures" if count > 1 else "one figure")
    return figures


@cache
def _markers() -> dict[tuple[str, str], str]:
    table = tables.read("markers")
    return {(publisher, symbol): status for publisher, symbol, status, _ in table.itertuples(index=False, name=None)}


def _count(text: str, _sign: str) -> list[Figure]:
    if not _COUNT.fullmatch(text):
        raise UnreadableError("a whole number")
    return [Figure(float(text.replace(",", "")))]


def _percent(text: str, _sign: str) -> list[Figure]:
    parts = [_PERCENT.fullmatch(part) for part in text.split(" ")]
    figures = [Figure(float(part[1]), marker=part[2]) for part in parts if part]
    if len(figures) != len(parts) or any(figure.value is not None and figure.value > 100 for figure in figures):
        raise UnreadableError("a percentage between 0% and 100%")
    return figures


def _subset(text: str, _sign: str) -> list[Figure]:
    match = _SUBSET.fullmatch(text)
    if match is None or int(match[2]) > int(match[1]):
        raise UnreadableError("a whole number and, in brackets, how many of them")
    return [Figure(float(match[1])), Figure(float(match[2]))]


def _money(text: str, sign: str) -> list[Figure]:
    if sign not in _SIGNS:
        raise UnreadableError(f"one of the signs {', '.join(_SIGNS)} before it, not {sign!r}")
    return [Figure(_SIGNS[sign] * figure.value) for figure in _count(text, sign) if figure.value is not None]


FORMATS: dict[str, Callable[[str, str], list[Figure]]] = {
    "count": _count,
    "percent": _percent,
    "subset": _subset,
    "money": _money,
}
