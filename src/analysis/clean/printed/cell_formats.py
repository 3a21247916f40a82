"""What one printed cell says: each format turns the text of a cell into figures, or refuses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from analysis.catalogue import tables

_COUNT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+")
_SUBSET = re.compile(r"([0-9]+) \(([0-9]+)\)")
# None is 0 of anything: a bare 0 among percentages needs no sign, any other number does.
_PERCENT = re.compile(r"(0|[0-9]+(?:\.[0-9]+)?(?=%))%?(\**)")
# How the printed budget signs its pounds; the last is the underlined sign of a total, as the text of the report has it.
_SIGNS = {"£": 1, "-£": -1, "- <u>£</u>": -1}


@dataclass(frozen=True)
class Figure:
    """One figure read from a cell: the value (None where there is none), its status, and the marker printed at it."""

    value: float | None
    status: str = "final"
    marker: str = ""


class UnreadableError(Exception):
    """The cell is not of its format; the text says what was expected."""


def read_cell(kind: str, text: str, names: int, publisher: str, sign: str = "") -> list[Figure]:
    """Return the figures in a cell of format `kind`, as many as the `names` it has to serve.

    A symbol that `markers.csv` lists for the publisher (a blank among them) gives every name that status and no value.
    `sign` is the text of the cell that carries the currency sign. Raises UnreadableError with what was expected.
    """
    status = _marker_status(publisher, text)
    if status is not None:
        return [Figure(None, status)] * names
    figures = FORMATS[kind](text, sign)
    if len(figures) != names:
        raise UnreadableError(f"{names} figures" if names > 1 else "one figure")
    return figures


def _marker_status(publisher: str, text: str) -> str | None:
    return _markers().get((publisher, text.strip()))


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
