"""Which area each row is of: code, number, name and level must say the same, and every area must be there in every year."""

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


def resolve(frame: pd.DataFrame, layout: Layout, file: str) -> pd.DataFrame:
    """Return the columns `area` (code) and `level` (country, region, authority) of each row of a file.

    `frame` has the file's columns by name and its rows by number. Raises DataError naming the row where a level, a code or a
    name is unknown, or where they don't belong together.
    """
    named = {part: layout.column(part) for part in _PARTS}
    present = [column for column in named.values() if column]
    distinct = frame[present].drop_duplicates()
    found = []
    for row in distinct.itertuples():
        cells = dict(zip(present, row[1:], strict=True))
        place = {part: cells[column] if column else "" for part, column in named.items()}
        found.append(_area(place, named, int(row.Index), file))
    known = distinct.assign(area=[area for area, _ in found], level=[level for _, level in found])
    joined = frame[present].merge(known, on=present, how="left")
    return joined[["area", "level"]].set_axis(frame.index)


def _area(place: dict[str, str], named: dict[str, str], row: int, file: str) -> tuple[str, str]:
    levels = _levels()
    level = levels.get(place["level"], "") if named["level"] else "authority"
    if not level:
        expected = " or ".join(repr(word) for word in levels)
        raise DataError(file, row=row, column=named["level"], found=repr(place["level"]), expected=expected)
    if named["country_code"] and (place["country_code"], place["country_name"].casefold()) != (COUNTRY, "england"):
        found = f"{place['country_code']!r}, {place['country_name']!r}"
        raise DataError(file, row=row, column=named["country_code"], found=found, expected=f"{COUNTRY!r}, 'England'")
    if named["region_code"] or not named["area_code"]:
        return _nested(place, named, level, row, file), level
    code = _exception(place["area_code"], place["area_name"]) or _code(place["area_code"], named["area_code"], row, file)
    _check_level(code, level, named["area_code"], row, file)
    _check_name(code, place["area_name"], named["area_name"], row, file)
    if level == "authority" and named["area_number"]:
        _check_number(code, place["area_number"], named["area_number"], row, file)
    return code, level


def _nested(place: dict[str, str], named: dict[str, str], level: str, row: int, file: str) -> str:
    """Return the area of a row that names country, region and authority in columns of their own; those below it are empty."""
    inner = {"country": (), "region": ("region_code", "region_name"), "authority": _PARTS[3:]}[level]
    for part in _PARTS[3:]:
        if part not in inner and place[part]:
            raise DataError(file, row=row, column=named[part], found=repr(place[part]), expected=f"a blank in a row of a {level}")
    if level == "country":
        return COUNTRY
    region = _code(place["region_code"], named["region_code"], row, file)
    _check_level(region, "region", named["region_code"], row, file)
    _check_name(region, place["region_name"], named["region_name"], row, file)
    if level == "region":
        return region
    code = _code(place["area_code"], named["area_code"], row, file)
    _check_level(code, "authority", named["area_code"], row, file)
    _check_name(code, place["area_name"], named["area_name"], row, file)
    if named["area_number"]:
        _check_number(code, place["area_number"], named["area_number"], row, file)
    if region not in _regions_of(code):
        expected = f"{areas.region(code)!r}, the region of {areas.label(code)}"
        raise DataError(file, row=row, column=named["region_code"], found=repr(place["region_code"]), expected=expected)
    return code


def _code(text: str, column: str, row: int, file: str) -> str:
    try:
        code = areas.resolve(text)
    except UnknownNameError:
        code = ""
    # A name in the column of codes is a column that has moved.
    if not code or not re.fullmatch("E[0-9]{8}", text):
        near = difflib.get_close_matches(text, tables.read("areas")["code"], n=1, cutoff=0.6)
        hint = f"a code of areas.csv, such as {near[0]!r} ({areas.label(near[0])})" if near else "a code of areas.csv"
        raise DataError(file, row=row, column=column, found=repr(text), expected=hint)
    return code


def _check_level(code: str, level: str, column: str, row: int, file: str) -> None:
    kind = tables.read("areas").set_index("code")["type"][code]
    found = kind if kind in ("country", "region") else "authority"
    if found != level:
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
        known = sorted(each for each, of in _numbers() if of == code)
        expected = f"{' or '.join(known) or 'none'}, the number of {areas.label(code)}"
        raise DataError(file, row=row, column=column, found=repr(number), expected=expected)


def _exception(code: str, name: str) -> str:
    return _exceptions().get((code, name), "")


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


def check_coverage(placed: pd.DataFrame, layout: Layout, file: str) -> None:
    """Raise DataError unless every area that existed has its row in every year, and every year from the first is there.

    `placed` has `area`, `level`, `year` (of the file) and `on` (the day by which an authority must exist). Files that list the
    authorities of one day for all years (`listed`) must have each of them in every year; an extract may have any.
    """
    if layout.of_file("coverage") == "extract":
        return
    years = sorted(placed["year"].unique())
    first = int(layout.of_file("first"))
    gone = sorted(set(range(first, years[-1] + 1)) - set(years))
    if gone:
        raise DataError(file, found=f"no row for {gone[0]}", expected=f"every year from {first} to {years[-1]}")
    if set(placed["level"]) == {"country"}:
        return
    upper = placed[placed["level"] != "authority"]
    local = placed[placed["level"] == "authority"]
    listed = set(local["area"])
    for (year, on), rows in local.groupby(["year", "on"]):
        wanted = listed if layout.of_file("coverage") == "listed" else _existing(str(on)) - layout.absent()
        _compare(wanted, set(rows["area"]), int(year), file)
        _compare(set(upper["area"]), set(upper.loc[upper["year"] == year, "area"]), int(year), file)


def _compare(wanted: set[str], found: set[str], year: int, file: str) -> None:
    if wanted - found:
        name = areas.label(min(wanted - found))
        raise DataError(file, found=f"no row of {name} for {year}", expected="one of every area in every year")
    if found - wanted:
        code = min(found - wanted)
        raise DataError(file, found=f"a row of {areas.label(code)} ({code}) for {year}", expected="areas that existed then")


@cache
def _existing(on: str) -> set[str]:
    table = tables.read("areas")
    authority = table["code"].str.match(r"E(06|08|09|10)")
    begun = (table["valid_from"] == "") | (table["valid_from"] <= on)
    going = (table["valid_to"] == "") | (table["valid_to"] >= on)
    return set(table.loc[authority & begun & going, "code"])
