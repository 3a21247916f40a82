"""The area of each row of an official file: code, number, name and level must agree, and every area must have every year."""

from __future__ import annotations

import difflib
import re
from functools import cache

import pandas as pd

from analysis.catalogue import areas, tables
from analysis.clean.official.layouts import Layout
from analysis.errors import DataError, UnknownNameError

_PARTS = ("level", "country_code", "country_name", "region_code", "region_name", "area_code", "area_name", "area_number")
COUNTRY = "E92000001"
_LONDON, _PARTS_OF_LONDON = "E12000007", {"E13000001", "E13000002"}


def resolve(frame: pd.DataFrame, layout: Layout, file: str) -> pd.DataFrame:
    """Return the columns `area` (code) and `level` (country, region, authority) of each row of a file.

    `frame` has the file's columns by name and its rows by number. Raises DataError naming the row if a level, a code or a name is
    unknown, or if they don't agree.
    """
    column_of = {part: layout.column(part) for part in _PARTS}
    columns = [column for column in column_of.values() if column]
    distinct = frame[columns].drop_duplicates()
    places = []
    for row in distinct.itertuples():
        cells = dict(zip(columns, row[1:], strict=True))
        parts = {part: cells[column] if column else "" for part, column in column_of.items()}
        places.append(_area(parts, column_of, int(row.Index), file))
    resolved = distinct.assign(area=[area for area, _ in places], level=[level for _, level in places])
    joined = frame[columns].merge(resolved, on=columns, how="left")
    return joined[["area", "level"]].set_axis(frame.index)


def _area(parts: dict[str, str], column_of: dict[str, str], row: int, file: str) -> tuple[str, str]:
    levels = _levels()
    level = levels.get(parts["level"], "") if column_of["level"] else "authority"
    if not level:
        expected = " or ".join(repr(word) for word in levels)
        raise DataError(file, row=row, column=column_of["level"], found=repr(parts["level"]), expected=expected)
    if column_of["country_code"] and (parts["country_code"], parts["country_name"].casefold()) != (COUNTRY, "england"):
        found = f"{parts['country_code']!r}, {parts['country_name']!r}"
        raise DataError(file, row=row, column=column_of["country_code"], found=found, expected=f"{COUNTRY!r}, 'England'")
    if column_of["region_code"] or not column_of["area_code"]:
        return _nested_area(parts, column_of, level, row, file), level
    code = _exceptions().get((parts["area_code"], parts["area_name"])) or _code(
        parts["area_code"], column_of["area_code"], row, file
    )
    _check_level(code, level, column_of["area_code"], row, file)
    _check_name(code, parts["area_name"], column_of["area_name"], row, file)
    if level == "authority" and column_of["area_number"]:
        _check_number(code, parts["area_number"], column_of["area_number"], row, file)
    return code, level


def _nested_area(parts: dict[str, str], column_of: dict[str, str], level: str, row: int, file: str) -> str:
    """Return the area of a row with separate columns for country, region and authority; columns below its level must be blank."""
    allowed = {"country": (), "region": ("region_code", "region_name"), "authority": _PARTS[3:]}[level]
    for part in _PARTS[3:]:
        if part not in allowed and parts[part]:
            raise DataError(
                file, row=row, column=column_of[part], found=repr(parts[part]), expected=f"a blank in a row of a {level}"
            )
    if level == "country":
        return COUNTRY
    region = _code(parts["region_code"], column_of["region_code"], row, file)
    _check_level(region, "region", column_of["region_code"], row, file)
    _check_name(region, parts["region_name"], column_of["region_name"], row, file)
    if level == "region":
        return region
    code = _code(parts["area_code"], column_of["area_code"], row, file)
    _check_level(code, "authority", column_of["area_code"], row, file)
    _check_name(code, parts["area_name"], column_of["area_name"], row, file)
    if column_of["area_number"]:
        _check_number(code, parts["area_number"], column_of["area_number"], row, file)
    if region not in _regions_of(code):
        expected = f"{areas.region(code)!r}, the region of {areas.label(code)}"
        raise DataError(file, row=row, column=column_of["region_code"], found=repr(parts["region_code"]), expected=expected)
    return code


def _code(text: str, column: str, row: int, file: str) -> str:
    try:
        code = areas.resolve(text)
    except UnknownNameError:
        code = ""
    # A name in the column of codes means that the columns have moved.
    if not code or not re.fullmatch("E[0-9]{8}", text):
        matches = difflib.get_close_matches(text, tables.read("areas")["code"], n=1, cutoff=0.6)
        expected = (
            f"a code of areas.csv, such as {matches[0]!r} ({areas.label(matches[0])})" if matches else "a code of areas.csv"
        )
        raise DataError(file, row=row, column=column, found=repr(text), expected=expected)
    return code


def _check_level(code: str, level: str, column: str, row: int, file: str) -> None:
    kind = tables.read("areas").set_index("code")["type"][code]
    actual = kind if kind in ("country", "region") else "authority"
    if actual != level:
        raise DataError(
            file, row=row, column=column, found=f"{areas.label(code)}, a {kind}", expected=f"a {level}, as its level says"
        )


def _check_name(code: str, name: str, column: str, row: int, file: str) -> None:
    if not areas.is_called(code, name):
        raise DataError(
            file, row=row, column=column, found=repr(name), expected=f"{areas.label(code)!r}, as its code {code} says"
        )


def _check_number(code: str, number: str, column: str, row: int, file: str) -> None:
    if (number, code) not in _numbers():
        numbers = sorted(known_number for known_number, known_code in _numbers() if known_code == code)
        expected = f"{' or '.join(numbers) or 'none'}, the number of {areas.label(code)}"
        raise DataError(file, row=row, column=column, found=repr(number), expected=expected)


def _regions_of(code: str) -> set[str]:
    region = areas.region(code)
    return {region, areas.region(region)} if region else set()


@cache
def _levels() -> dict[str, str]:
    table = tables.read("geographic_levels")
    return dict(zip(table["word"], table["level"], strict=True))


@cache
def _numbers() -> set[tuple[str, str]]:
    table = tables.read("area_numbers")
    return set(zip(table["number"], table["code"], strict=True))


@cache
def _exceptions() -> dict[tuple[str, str], str]:
    table = tables.read("area_exceptions")
    return {(code, name): area for code, name, area, _ in table.itertuples(index=False, name=None)}


def check_coverage(rows_with_area: pd.DataFrame, layout: Layout, file: str) -> None:
    """Raise DataError unless every year from the first is present, and has a row of every area that existed then.

    The frame has `area`, `level`, `year` (of the file) and `on` (the day on which an authority must exist). Files that list the
    authorities of one day for all years (`listed`) must have each of them in every year; an extract may have any areas.
    """
    if layout.of_file("coverage") == "extract":
        return
    years = sorted(rows_with_area["year"].unique())
    first = int(layout.of_file("first"))
    missing = sorted(set(range(first, years[-1] + 1)) - set(years))
    if missing:
        raise DataError(file, found=f"no row for {missing[0]}", expected=f"every year from {first} to {years[-1]}")
    if set(rows_with_area["level"]) == {"country"}:
        return
    _check_levels(rows_with_area, years, file)
    above_authorities = rows_with_area[rows_with_area["level"] != "authority"]
    authorities = rows_with_area[rows_with_area["level"] == "authority"]
    listed = set(authorities["area"])
    for (year, on), group in authorities.groupby(["year", "on"]):
        required = listed if layout.of_file("coverage") == "listed" else _authorities_on(str(on)) - layout.absent()
        _check_areas(required, set(group["area"]), int(year), file)
        _check_areas(
            set(above_authorities["area"]), set(above_authorities.loc[above_authorities["year"] == year, "area"]), int(year), file
        )


def _check_levels(rows_with_area: pd.DataFrame, years: list[int], file: str) -> None:
    """Raise DataError unless every year has authorities, and a file with regions has all of them, and the country above them."""
    for year in years:
        present = rows_with_area[rows_with_area["year"] == year]
        if not (present["level"] == "authority").any():
            raise DataError(file, found=f"no row of an authority for {year}", expected="a row of every authority in every year")
    regions = set(rows_with_area.loc[rows_with_area["level"] == "region", "area"])
    if not regions:
        return
    # Some files have inner and outer London in the place of London.
    missing = sorted(set(_regions()) - regions - ({_LONDON} if regions & _PARTS_OF_LONDON else set()))
    if missing:
        raise DataError(file, found=f"no row of {areas.label(missing[0])}", expected="a row of every region in every year")
    if not (rows_with_area["level"] == "country").any():
        raise DataError(
            file, found=f"no row of {areas.label(COUNTRY)}", expected="one in every year, as there are of its regions"
        )


def _check_areas(required: set[str], present: set[str], year: int, file: str) -> None:
    if required - present:
        name = areas.label(min(required - present))
        raise DataError(file, found=f"no row of {name} for {year}", expected="one of every area in every year")
    if present - required:
        code = min(present - required)
        raise DataError(file, found=f"a row of {areas.label(code)} ({code}) for {year}", expected="areas that existed then")


@cache
def _regions() -> tuple[str, ...]:
    table = tables.read("areas")
    is_region = (table["type"] == "region") & (table["region"] == COUNTRY) & ~table["code"].isin(_PARTS_OF_LONDON)
    return tuple(table.loc[is_region, "code"])


@cache
def _authorities_on(on: str) -> set[str]:
    table = tables.read("areas")
    is_authority = table["code"].str.match(r"E(06|08|09|10)")
    has_begun = (table["valid_from"] == "") | (table["valid_from"] <= on)
    has_not_ended = (table["valid_to"] == "") | (table["valid_to"] >= on)
    return set(table.loc[is_authority & has_begun & has_not_ended, "code"])
