"""The area of each row of an official file: code, number, name and level must agree."""

from __future__ import annotations

import difflib
import re
from functools import cache

import pandas as pd

from analysis.catalogue import areas, tables
from analysis.clean.official.layouts import Layout
from analysis.errors import DataError, UnknownNameError

_PARTS = ("level", "country_code", "country_name", "region_code", "region_name", "area_code", "area_name", "area_number")
_JOINT = " / "  # between the authorities of one row


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
    level = levels.get(parts["level"], "") if column_of["level"] else _level_of(parts["area_code"])
    if not level:
        expected = " or ".join(repr(word) for word in levels)
        raise DataError(file, row=row, column=column_of["level"], found=repr(parts["level"]), expected=expected)
    if column_of["country_code"] and (parts["country_code"], parts["country_name"].casefold()) != (areas.ENGLAND, "england"):
        found = f"{parts['country_code']!r}, {parts['country_name']!r}"
        raise DataError(file, row=row, column=column_of["country_code"], found=found, expected=f"{areas.ENGLAND!r}, 'England'")
    if column_of["region_code"] or not column_of["area_code"]:
        return _nested_area(parts, column_of, level, row, file), level
    if _JOINT in parts["area_code"]:
        return _joint_area(parts, column_of, "", row, file), level
    code = _exceptions().get((parts["area_code"], parts["area_name"])) or _code("area", level, parts, column_of, row, file)
    _check_area(code, level, parts, column_of, row, file)
    return code, level


def _level_of(code: str) -> str:
    """Return the level of an area in a file that has no column of levels: an authority, unless its code is of an area above."""
    kind = str(tables.read("areas").set_index("code")["type"].get(code, ""))
    return kind if kind in ("country", "region") else "authority"


def _nested_area(parts: dict[str, str], column_of: dict[str, str], level: str, row: int, file: str) -> str:
    """Return the area of a row with separate columns for country, region and authority; columns below its level must be blank."""
    allowed = {"country": (), "region": ("region_code", "region_name"), "authority": _PARTS[3:]}[level]
    for part in _PARTS[3:]:
        if part not in allowed and parts[part]:
            raise DataError(
                file, row=row, column=column_of[part], found=repr(parts[part]), expected=f"a blank in a row of a {level}"
            )
    if level == "country":
        return areas.ENGLAND
    region = _code("region", "region", parts, column_of, row, file)
    _check_level(region, "region", column_of["region_code"], row, file)
    _check_name(region, parts["region_name"], column_of["region_name"], row, file)
    if level == "region":
        return region
    if _JOINT in parts["area_code"]:
        return _joint_area(parts, column_of, region, row, file)
    return _authority(parts, column_of, region, row, file)


def _authority(parts: dict[str, str], column_of: dict[str, str], region: str, row: int, file: str) -> str:
    """Return the authority of a row, after checking that it lies in a region, if one is given."""
    code = _code("area", "authority", parts, column_of, row, file)
    _check_area(code, "authority", parts, column_of, row, file)
    if region and region not in _regions_of(code):
        expected = f"{areas.region(code)!r}, the region of {areas.label(code)}"
        raise DataError(file, row=row, column=column_of["region_code"], found=repr(parts["region_code"]), expected=expected)
    return code


def _joint_area(parts: dict[str, str], column_of: dict[str, str], region: str, row: int, file: str) -> str:
    """Return the joint area of a row of several authorities; never one of them."""
    columns = [part for part in ("area_code", "area_name", "area_number") if column_of[part]]
    split = {part: parts[part].split(_JOINT) for part in columns}
    count = len(split["area_code"])
    uneven = next((part for part in columns if len(split[part]) != count), "")
    if uneven:
        expected = f"{count} authorities, as in {column_of['area_code']}"
        raise DataError(file, row=row, column=column_of[uneven], found=repr(parts[uneven]), expected=expected)
    rows = [parts | {part: split[part][at] for part in columns} for at in range(count)]
    members = [_authority(each, column_of, region, row, file) for each in rows]
    code = areas.joint(members)
    if not code:
        found = f"a row of {' and '.join(map(areas.label, members))} together"
        expected = "authorities that area_members.csv has as one area of areas.csv"
        raise DataError(file, row=row, column=column_of["area_code"], found=found, expected=expected)
    return code


def _check_area(code: str, level: str, parts: dict[str, str], column_of: dict[str, str], row: int, file: str) -> None:
    _check_level(code, level, column_of["area_code"], row, file)
    _check_name(code, parts["area_name"], column_of["area_name"], row, file)
    if level == "authority" and column_of["area_number"]:
        _check_number(code, parts["area_number"], column_of["area_number"], row, file)


def _code(of: str, level: str, parts: dict[str, str], column_of: dict[str, str], row: int, file: str) -> str:
    """Return the code in the columns of an `area` or of its `region`; raises DataError with the area that is probably meant."""
    text = parts[f"{of}_code"]
    try:
        code = areas.resolve(text)
    except UnknownNameError:
        code = ""
    # A name in the column of codes means that the columns have moved.
    if not code or not re.fullmatch("E[0-9]{8}", text):
        name = parts[f"{of}_name"] if column_of[f"{of}_name"] else ""
        expected = "a code of areas.csv" + _suggestion(text, name, level)
        raise DataError(file, row=row, column=column_of[f"{of}_code"], found=repr(text), expected=expected)
    return code


def _suggestion(text: str, name: str, level: str) -> str:
    """Return words on the area that an unknown code may mean: the one of its name, else of a name, else of a code like it.

    Areas of the same level and kind of code come first. Empty where none is like it.
    """
    table = tables.read("areas").sort_values("valid_from", ascending=False)
    kinds = table["type"].where(table["type"].isin(("country", "region")), "authority")
    table = table[(kinds == level) & table["code"].str.match("E[0-9]")]
    alike = table[table["code"].str[:3] == text[:3]]
    for candidates in (alike, table):
        named = next((code for code in candidates["code"] if name and areas.is_called(code, name)), "")
        if named:
            return f": {named!r} is that of {areas.label(named)}; a new code is a row of areas.csv and area_continued.csv"
    for column, wanted in (("name", name), ("code", text)):
        for candidates in (alike, table):
            known = dict(zip(candidates[column], candidates["code"], strict=True))
            matches = difflib.get_close_matches(wanted[:200], known, n=1, cutoff=0.75)
            if matches:
                return f", such as {known[matches[0]]!r} ({areas.label(known[matches[0]])})"
    return ""


def _check_level(code: str, level: str, column: str, row: int, file: str) -> None:
    kind = areas.kind(code)
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
