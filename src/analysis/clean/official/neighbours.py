"""Statistical neighbours: of each authority the ten that resemble it most, in order, from the Department's workbook.

A set belongs to its vintage. It becomes observations like any other figure: series `statistical_neighbour`, the neighbour's code
as category, its place (1 is the nearest) as value, the first day of the month of the set as period.
"""

from __future__ import annotations

import re
from functools import cache

import pandas as pd

from analysis.catalogue import areas, tables
from analysis.clean.official.reading import Reading
from analysis.clean.official.workbook import sheet
from analysis.errors import DataError
from analysis.store import CELL_COLUMNS, COLUMNS
from analysis.store.raw_files import Release

SOURCE = "neighbours"
SERIES = "statistical_neighbour"
_HOW_MANY = 10
_HEADER = [
    "LA num",
    "LA Name",
    "LA number",
    "GOInd",
    "GOReg",
    *(name for n in range(1, _HOW_MANY + 1) for name in (f"SN{n}", "SNP")),
]
_HEADER_ROW = 3
_NONE = "-"
_BEFORE_REORGANISATION = " (Pre LG)"
_WORDS = {"not close", "somewhat close", "close", "very close", "extremely close"}


def read_neighbours(release: Release, file: str) -> Reading:
    """Return the neighbours of each authority that a workbook, or our extract of one as CSV, gives.

    Raises DataError for another header, a number or name that no table knows or that don't belong together, a neighbour that
    stands twice or is the authority itself, and a release that is no month such as 2021-04.
    """
    name = f"{release.id}/{file}"
    vintage = re.match(r"(\d{4}-\d{2})(?:-|$)", release.release)
    if vintage is None:
        raise DataError(name, found=f"the release {release.release!r}", expected="the month of the set, such as 2021-04")
    cells_of_file = rows(release, file)
    header = cells_of_file[_HEADER_ROW - 1][: len(_HEADER)] if len(cells_of_file) >= _HEADER_ROW else []
    if header != _HEADER:
        pairs = enumerate(zip([*header, *[""] * len(_HEADER)], _HEADER, strict=False), start=1)
        column, (found, wanted) = next(pair for pair in pairs if pair[1][0] != pair[1][1])
        raise DataError(name, row=_HEADER_ROW, column=column, found=repr(found), expected=repr(wanted))
    observations, left = [], {}
    seen: dict[str, int] = {}
    for number, given in enumerate(cells_of_file[_HEADER_ROW:], start=_HEADER_ROW + 1):
        cells = [*given, *[""] * (len(_HEADER) - len(given))]  # a row that breaks off is refused at its first empty cell
        if not any(cells) or (cells[1] and not any(cells[2 : len(_HEADER)])):
            left[number] = "A heading or an empty row."
            continue
        area = _authority(cells[0], cells[1], number, name)
        if area in seen:
            raise DataError(
                name, row=number, column=1, found=f"{areas.label(area)} once more", expected=f"once, as in row {seen[area]}"
            )
        seen[area] = number
        if set(cells[5 : len(_HEADER)]) == {_NONE}:
            left[number] = f"The set gives {areas.label(area)} no neighbours."
            continue
        observations += _neighbours(area, cells, number, f"{vintage[1]}-01", release, name)
    frame = pd.DataFrame(observations, columns=list(COLUMNS)).astype({"value": float})
    fates = [(f"{name}#col={at}", text, "official column", "") for at, text in enumerate(_HEADER, start=1)]
    fates += [(f"{name}#row={row}", "", "official row left", reason) for row, reason in left.items()]
    count = len(cells_of_file) - _HEADER_ROW
    return Reading(frame, pd.DataFrame(fates, columns=list(CELL_COLUMNS)), rows=count, rows_read=count - len(left), left=left)


def rows(release: Release, file: str) -> list[list[str]]:
    """Return the cells of a workbook's first sheet, or of our extract of one, row by row."""
    return release.rows(file) if file.endswith(".csv") else sheet(release.folder / file, f"{release.id}/{file}")


def _neighbours(
    area: str, cells: list[str], number: int, period: str, release: Release, name: str
) -> list[tuple[str, str, str, str, float, str, str, str, str]]:
    found: list[tuple[str, str, str, str, float, str, str, str, str]] = []
    for place in range(_HOW_MANY):
        at = 5 + 2 * place
        code = _by_number(cells[at], number, at + 1, name)
        if code == area or code in [row[3] for row in found]:
            expected = "ten others, each once"
            raise DataError(
                name, row=number, column=at + 1, found=f"{areas.label(code)} among its own neighbours", expected=expected
            )
        if cells[at + 1].casefold() not in _WORDS:
            raise DataError(
                name, row=number, column=at + 2, found=repr(cells[at + 1]), expected="how close it is, such as 'Close'"
            )
        source = f"{name}#cell={number},{at + 1}"
        found.append((SERIES, area, period, code, place + 1.0, "final", release.id, source, cells[at + 1]))
    return found


def _authority(number: str, printed: str, row: int, name: str) -> str:
    code = _by_number(number, row, 1, name)
    called = printed.removesuffix(_BEFORE_REORGANISATION)
    if not areas.is_called(code, called):
        expected = f"{areas.label(code)!r}, as its number {number} says"
        raise DataError(name, row=row, column=2, found=repr(printed), expected=expected)
    return code


def _by_number(number: str, row: int, column: int, name: str) -> str:
    code = _codes().get(number)
    if code is None:
        raise DataError(name, row=row, column=column, found=repr(number), expected="a number of area_numbers.csv")
    return code


@cache
def _codes() -> dict[str, str]:
    # Of two codes of one number (Somerset, before and after) the set means the authority: the later code stands for it.
    table = tables.read("area_numbers")
    return dict(sorted(zip(table["number"], table["code"], strict=True), key=lambda pair: areas.valid_from(pair[1])))
