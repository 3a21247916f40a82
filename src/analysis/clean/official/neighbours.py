"""Statistical neighbours: for each authority the ten most similar authorities, in order, from the Department's workbook.

The Department revises them from time to time. A set becomes observations like other figures: series `statistical_neighbour`, the
neighbour's code as category, its rank (1 is the nearest) as value, and the first day of the set's month as period.
"""

from __future__ import annotations

import re
from functools import cache

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, tables
from analysis.clean.official import file_rows
from analysis.clean.official.column_reader import Reading
from analysis.errors import DataError
from analysis.store import CELL_COLUMNS, COLUMNS
from analysis.store.raw_files import Release

SOURCE = "neighbours"
_NEIGHBOURS_EACH = 10
_HEADER = [
    "LA num",
    "LA Name",
    "LA number",
    "GOInd",
    "GOReg",
    *(name for n in range(1, _NEIGHBOURS_EACH + 1) for name in (f"SN{n}", "SNP")),
]
_MOST_ABOVE = 10  # rows of titles above the header
_NO_NEIGHBOUR = "-"
_BEFORE_REORGANISATION = " (Pre LG)"
_CLOSENESS = {"not close", "somewhat close", "close", "very close", "extremely close"}


def read_neighbours(release: Release, file: str) -> Reading:
    """Return the neighbours of each authority in a workbook, or in our CSV extract of one.

    Raises DataError for another header, a number or name that is unknown or doesn't match, a neighbour that occurs twice or is
    the authority itself, and a release that isn't a month such as 2021-04.
    """
    name = f"{release.id}/{file}"
    month = re.match(r"(\d{4}-\d{2})(?:-|$)", release.release)
    if month is None:
        raise DataError(name, found=f"the release {release.release!r}", expected="the month of the set, such as 2021-04")
    all_rows = rows_of_sheet(release, file)
    header_row = _header_row(all_rows, name)
    observations, skipped = [], {}
    row_of_area: dict[str, int] = {}
    for number, file_row in enumerate(all_rows[header_row:], start=header_row + 1):
        cells = [*file_row, *[""] * (len(_HEADER) - len(file_row))]  # a row that is too short is refused at its first empty cell
        if not any(cells) or (cells[1] and not any(cells[2 : len(_HEADER)])):
            skipped[number] = "A heading or an empty row."
            continue
        area = _authority_code(cells[0], cells[1], number, name)
        if area in row_of_area:
            raise DataError(
                name,
                row=number,
                column=1,
                found=f"{areas.label(area)} once more",
                expected=f"once, as in row {row_of_area[area]}",
            )
        row_of_area[area] = number
        if set(cells[5 : len(_HEADER)]) == {_NO_NEIGHBOUR}:
            skipped[number] = f"The set gives {areas.label(area)} no neighbours."
            continue
        observations += _neighbour_rows(area, cells, number, f"{month[1]}-01", release, name)
    frame = pd.DataFrame(observations, columns=list(COLUMNS)).astype({"value": float})
    fates = [(f"{name}#col={at}", text, "official column", "") for at, text in enumerate(_HEADER, start=1)]
    fates += [(f"{name}#row={row}", "", "official row left", reason) for row, reason in skipped.items()]
    count = len(all_rows) - header_row
    return Reading(
        frame, pd.DataFrame(fates, columns=list(CELL_COLUMNS)), rows=count, rows_read=count - len(skipped), left=skipped
    )


def _header_row(all_rows: list[list[str]], name: str) -> int:
    """Return the number of the row with the header; raises DataError naming the wrong heading of the row nearest to it."""
    headers = [cells[: len(_HEADER)] for cells in all_rows[: _MOST_ABOVE + 1]]
    for number, header in enumerate(headers, start=1):
        if header == _HEADER:
            return number
    number, header = max(enumerate(headers, start=1), key=lambda each: (len(set(each[1]) & set(_HEADER)), -each[0]))
    if not set(header) & set(_HEADER):
        raise DataError(
            name, row=number, found="no heading of a set of neighbours", expected=f"{_HEADER[0]!r} and what follows it"
        )
    pairs = enumerate(zip([*header, *[""] * len(_HEADER)], _HEADER, strict=False), start=1)
    column, (printed, expected) = next(pair for pair in pairs if pair[1][0] != pair[1][1])
    raise DataError(name, row=number, column=column, found=repr(printed), expected=repr(expected))


def rows_of_sheet(release: Release, file: str) -> list[list[str]]:
    """Return the cells of a workbook's first sheet, or of a CSV file, row by row."""
    return next(rows for _, rows in file_rows.sheets(release, file))


def _neighbour_rows(
    area: str, cells: list[str], number: int, period: str, release: Release, name: str
) -> list[tuple[str, str, str, str, float, str, str, str, str]]:
    rows: list[tuple[str, str, str, str, float, str, str, str, str]] = []
    for place in range(_NEIGHBOURS_EACH):
        index = 5 + 2 * place
        code = _code_of_number(cells[index], number, index + 1, name)
        if code == area or code in [row[3] for row in rows]:
            expected = "ten others, each once"
            raise DataError(
                name, row=number, column=index + 1, found=f"{areas.label(code)} among its own neighbours", expected=expected
            )
        if cells[index + 1].casefold() not in _CLOSENESS:
            raise DataError(
                name, row=number, column=index + 2, found=repr(cells[index + 1]), expected="how close it is, such as 'Close'"
            )
        source = f"{name}#cell={number},{index + 1}"
        rows.append((catalogue.NEIGHBOUR, area, period, code, place + 1.0, "final", release.id, source, cells[index + 1]))
    return rows


def _authority_code(number: str, printed: str, row: int, name: str) -> str:
    code = _code_of_number(number, row, 1, name)
    plain_name = printed.removesuffix(_BEFORE_REORGANISATION)
    if not areas.is_called(code, plain_name):
        expected = f"{areas.label(code)!r}, as its number {number} says"
        raise DataError(name, row=row, column=2, found=repr(printed), expected=expected)
    return code


def _code_of_number(number: str, row: int, column: int, name: str) -> str:
    code = _codes().get(number)
    if code is None:
        raise DataError(name, row=row, column=column, found=repr(number), expected="a number of area_numbers.csv")
    return code


@cache
def _codes() -> dict[str, str]:
    # Where one number has two codes (Somerset, before and after its reorganisation), the later code is used.
    table = tables.read("area_numbers")
    return dict(sorted(zip(table["number"], table["code"], strict=True), key=lambda pair: areas.valid_from(pair[1])))
