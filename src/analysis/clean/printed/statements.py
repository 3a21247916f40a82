"""Statements made in prose: each row of a `claims.csv` that gives the level of something becomes an observation."""

from __future__ import annotations

import re
from itertools import zip_longest

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods, tables
from analysis.errors import DataError, UnknownNameError
from analysis.store import CELL_COLUMNS, COLUMNS
from analysis.store.raw_files import Release

FILE = "claims.csv"
HEADER = ("id", "section", "domain", "area", "period", "quote", "stated", "unit", "series", "category", "asserts")
# Levels that are printed as words: all of something is 100 % of it, none of it is 0.
_SMALL_NUMBERS = "one two three four five six seven eight nine ten eleven twelve"
_WORDS = {
    "count": {"none": 0.0} | {word: float(number) for number, word in enumerate(_SMALL_NUMBERS.split(), start=1)},
    "percent": {"none": 0.0, "all": 100.0},
}
# A bound is not a level: "less than 0.5%" stays without a value, and its note says what was printed.
_BOUNDS = ("less than ", "more than ", "fewer than ")
# How the level of each unit is printed. A percentage is not a count, whatever number stands before its sign.
_UNITS = {
    "count": re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"),
    "percent": re.compile(r"([0-9]+(?:\.[0-9]+)?)%"),
    "pounds": re.compile(r"£([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"),
}


def read_statements(release: Release) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return (observations, cells) of a release's statements, corrected where `corrections.csv` says so.

    A statement without a series asserts no level: its cells are accounted for, and it gives no observation. What `asserts` says
    is for those who judge the statement. Raises DataError
    for an id that occurs twice, an area, period, unit, series or figure that can't be read, or a correction whose printed
    text is no longer there.
    """
    name = f"{release.id}/{FILE}"
    header, *rows = release.rows(FILE)
    if tuple(header) != HEADER:
        pairs = enumerate(zip_longest(header, HEADER), start=1)
        column = next(at for at, (found, wanted) in pairs if found != wanted)
        raise DataError(name, row=1, column=column, found=",".join(header), expected=",".join(HEADER))
    observations: list[dict[str, object]] = []
    cells: list[dict[str, str]] = []
    seen: set[str] = set()
    corrections = _corrections(release)
    for number, row in enumerate(rows, start=2):
        if len(row) != len(HEADER):
            column = min(len(row), len(HEADER)) + 1
            expected = f"{len(HEADER)}, as in the header"
            raise DataError(name, row=number, column=column, found=f"{len(row)} cells", expected=expected)
        statement = dict(zip(HEADER, row, strict=True))
        if statement["id"] in seen:
            raise DataError(name, row=number, column="id", found=f"{statement['id']!r} once more", expected="a new id")
        seen.add(statement["id"])
        corrected, note = _correct(name, number, statement, corrections)
        if statement["series"]:
            observations.append(_observation(release, name, number, corrected, note))
        fate = "observation" if statement["series"] else "statement"
        for column, text in enumerate(row, start=1):
            cells.append({"source": f"{name}#cell={number},{column}", "text": text, "fate": fate, "reason": ""})
    for fix in corrections:
        if fix["row"] not in seen:
            raise DataError(name, found=f"no statement {fix['row']!r}", expected=f"the one that correction {fix['id']} names")
    heading = [
        {"source": f"{name}#cell=1,{column}", "text": text, "fate": "header", "reason": ""}
        for column, text in enumerate(header, start=1)
    ]
    return (
        pd.DataFrame(observations, columns=list(COLUMNS)).astype({"value": float}),
        pd.DataFrame([*heading, *cells], columns=list(CELL_COLUMNS)),
    )


def _observation(release: Release, name: str, number: int, statement: dict[str, str], note: str) -> dict[str, object]:
    column = HEADER.index("stated") + 1
    where = f"Section {statement['section']}, statement {statement['id']}."
    known = catalogue.series()
    if statement["series"] not in known.index:
        raise DataError(name, row=number, column="series", found=repr(statement["series"]), expected="a catalogued series")
    for field in ("domain", "unit"):
        if statement[field] != known.at[statement["series"], field]:
            expected = f"{known.at[statement['series'], field]!r}, as series.csv has it"
            raise DataError(name, row=number, column=field, found=repr(statement[field]), expected=expected)
    if statement["category"] not in catalogue.categories():
        raise DataError(name, row=number, column="category", found=repr(statement["category"]), expected="a catalogued category")
    limit = next((words for words in _BOUNDS if statement["stated"].casefold().startswith(words)), "")
    bound = limit != ""
    level = level_of(statement["stated"][len(limit) :], statement["unit"])
    if level is None or (statement["unit"] == "percent" and level > 100):
        expected = f"a level in the unit {statement['unit']}, in figures or in words"
        raise DataError(name, row=number, column=column, found=repr(statement["stated"]), expected=expected)
    value = None if bound else level
    try:
        area = areas.resolve(statement["area"])
    except UnknownNameError as error:
        raise DataError(name, row=number, column="area", found=str(error).rstrip(".?"), expected="a known area") from None
    try:
        period = periods.parse(statement["period"])
    except UnknownNameError as error:
        raise DataError(name, row=number, column="period", found=str(error).rstrip("."), expected="a known period") from None
    return {
        "series": statement["series"],
        "area": area,
        "period": period,
        "category": statement["category"],
        "value": value,
        "status": "not_available" if bound else "final",
        "release": release.id,
        "source": f"{name}#cell={number},{column}",
        "note": " ".join(part for part in (where, f"Printed as a bound: {statement['stated']}." * bound, note) if part),
    }


def level_of(stated: str, unit: str) -> float | None:
    """Return the level that the printed words of a unit state ("6,165", "57.2%", "none"), or None where they state none."""
    word = stated.strip().casefold()
    if word in _WORDS.get(unit, {}):
        return _WORDS[unit][word]
    match = _UNITS[unit].fullmatch(word) if unit in _UNITS else None
    return float(match[1].replace(",", "")) if match else None


def _corrections(release: Release) -> list[dict[str, str]]:
    table = tables.read("corrections")
    mine = (table["source"] == release.source) & (table["release"] == release.release) & (table["file"] == FILE)
    return table[mine].to_dict("records")


def _correct(name: str, number: int, statement: dict[str, str], corrections: list[dict[str, str]]) -> tuple[dict[str, str], str]:
    """Return the statement with its known errors corrected, and a note of each; the raw file keeps what was printed."""
    corrected, notes = dict(statement), []
    for fix in corrections:
        if fix["row"] != statement["id"]:
            continue
        printed = statement[fix["column"]]
        if printed != fix["printed"]:
            # The expectation that trips: the source has been mended, or the correction names the wrong row.
            raise DataError(
                name, row=number, column=fix["column"], found=repr(printed), expected=f"{fix['printed']!r}, which "
                f"correction {fix['id']} corrects; if the source has been mended, remove the correction"
            )  # fmt: skip
        corrected[fix["column"]] = fix["corrected"]
        notes.append(f"Printed {fix['column']} {printed!r}, read as {fix['corrected']!r}: {fix['reason']}")
    return corrected, " ".join(notes)
