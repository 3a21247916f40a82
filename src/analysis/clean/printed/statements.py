"""Statements in the prose of a report: each row of `claims.csv` that states the level of a series becomes an observation.

A level that is stated only through a change becomes one with a range and without a value (`implied_levels`).
"""

from __future__ import annotations

import re
from itertools import zip_longest

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods, tables
from analysis.clean.printed.implied_levels import CHANGES, implied_levels
from analysis.errors import DataError, UnknownNameError
from analysis.store import CELL_COLUMNS, COLUMNS
from analysis.store.raw_files import Release

FILE = "claims.csv"
HEADER = ("id", "section", "domain", "area", "period", "quote", "stated", "unit", "series", "category", "asserts")
# Levels printed as words: "all" is 100 %, "none" is 0.
_SMALL_NUMBERS = "one two three four five six seven eight nine ten eleven twelve"
_LEVEL_WORDS = {
    "count": {"none": 0.0} | {word: float(number) for number, word in enumerate(_SMALL_NUMBERS.split(), start=1)},
    "percent": {"none": 0.0, "all": 100.0},
}
# A bound is not a level: "less than 0.5%" has no value, and its note quotes what was printed.
_BOUND_WORDS = ("less than ", "more than ", "fewer than ")
# How a level of each unit is printed; a number with a percent sign is never a count.
_LEVEL_PATTERNS = {
    "count": re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"),
    "percent": re.compile(r"([0-9]+(?:\.[0-9]+)?)(?: ?%| ?per ?cent)"),
    "pounds": re.compile(r"£([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"),
    # A rate is no level of a series; a statement may assert it with a formula.
    "rate": re.compile(r"((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)"),
}


def read_statements(release: Release) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return (observations, cells) of a release's statements, corrected where `corrections.csv` says so.

    A statement without a series gives no observation, but its cells are recorded. Of the column `asserts`, which `claims` judges,
    only changes are read here. Raises DataError for an id that occurs twice, an area, period, unit, series or figure that can't
    be read, or a correction whose printed text is no longer in the file.
    """
    name = f"{release.id}/{FILE}"
    header, *rows = release.rows(FILE)
    if tuple(header) != HEADER:
        pairs = enumerate(zip_longest(header, HEADER), start=1)
        column = next(position for position, (printed_name, expected_name) in pairs if printed_name != expected_name)
        raise DataError(name, row=1, column=column, found=",".join(header), expected=",".join(HEADER))
    observations: list[dict[str, object]] = []
    cells: list[dict[str, str]] = []
    changes: list[dict[str, str]] = []
    ids: set[str] = set()
    corrections = _corrections(release)
    for number, row in enumerate(rows, start=2):
        if len(row) != len(HEADER):
            column = min(len(row), len(HEADER)) + 1
            expected = f"{len(HEADER)}, as in the header"
            raise DataError(name, row=number, column=column, found=f"{len(row)} cells", expected=expected)
        statement = dict(zip(HEADER, row, strict=True))
        if statement["id"] in ids:
            raise DataError(name, row=number, column="id", found=f"{statement['id']!r} once more", expected="a new id")
        ids.add(statement["id"])
        corrected, note = _corrected(name, number, statement, corrections)
        if statement["series"]:
            observations.append(_observation(release, name, number, corrected, note))
        elif corrected["asserts"].startswith(CHANGES):
            place = _place(name, number, corrected)
            changes.append(corrected | place | {"source": f"{name}#cell={number},{HEADER.index('stated') + 1}"})
        fate = "observation" if statement["series"] else "statement"
        for column, text in enumerate(row, start=1):
            cells.append({"source": f"{name}#cell={number},{column}", "text": text, "fate": fate, "reason": ""})
    for correction in corrections:
        if correction["row"] not in ids:
            raise DataError(
                name, found=f"no statement {correction['row']!r}", expected=f"the one that correction {correction['id']} names"
            )
    header_cells = [
        {"source": f"{name}#cell=1,{column}", "text": text, "fate": "header", "reason": ""}
        for column, text in enumerate(header, start=1)
    ]
    frame = pd.DataFrame(observations, columns=list(COLUMNS)).astype({"value": float})
    implied = implied_levels(frame, changes)
    return (
        frame if implied.empty else pd.concat([frame, implied], ignore_index=True),
        pd.DataFrame([*header_cells, *cells], columns=list(CELL_COLUMNS)),
    )


def _observation(release: Release, name: str, number: int, statement: dict[str, str], note: str) -> dict[str, object]:
    column = HEADER.index("stated") + 1
    location = f"Section {statement['section']}, statement {statement['id']}."
    all_series = catalogue.series()
    if statement["series"] not in all_series.index:
        raise DataError(name, row=number, column="series", found=repr(statement["series"]), expected="a catalogued series")
    for field in ("domain", "unit"):
        if statement[field] != all_series.at[statement["series"], field]:
            expected = f"{all_series.at[statement['series'], field]!r}, as series.csv has it"
            raise DataError(name, row=number, column=field, found=repr(statement[field]), expected=expected)
    if statement["category"] not in catalogue.categories():
        raise DataError(name, row=number, column="category", found=repr(statement["category"]), expected="a catalogued category")
    bound_words = next((words for words in _BOUND_WORDS if statement["stated"].casefold().startswith(words)), "")
    is_bound = bound_words != ""
    level = level_of(statement["stated"][len(bound_words) :], statement["unit"])
    if level is None or (statement["unit"] == "percent" and level > 100):
        expected = f"a level in the unit {statement['unit']}, in figures or in words"
        raise DataError(name, row=number, column=column, found=repr(statement["stated"]), expected=expected)
    value = None if is_bound else level
    return {
        "series": statement["series"],
        **_place(name, number, statement),
        "category": statement["category"],
        "value": value,
        "status": "not_available" if is_bound else "final",
        "release": release.id,
        "source": f"{name}#cell={number},{column}",
        "note": " ".join(part for part in (location, f"Printed as a bound: {statement['stated']}." * is_bound, note) if part),
    }


def _place(name: str, number: int, statement: dict[str, str]) -> dict[str, str]:
    """Return the area and the period of a statement as codes."""
    try:
        area = areas.resolve(statement["area"])
    except UnknownNameError as error:
        raise DataError(name, row=number, column="area", found=str(error).rstrip(".?"), expected="a known area") from None
    try:
        period = periods.parse(statement["period"])
    except UnknownNameError as error:
        raise DataError(name, row=number, column="period", found=str(error).rstrip("."), expected="a known period") from None
    return {"area": area, "period": period}


def level_of(stated: str, unit: str) -> float | None:
    """Return the level that printed words state in a unit ("6,165", "57.2%", "none"); None if they state no level."""
    text = stated.strip().casefold()
    if text in _LEVEL_WORDS.get(unit, {}):
        return _LEVEL_WORDS[unit][text]
    match = _LEVEL_PATTERNS[unit].fullmatch(text) if unit in _LEVEL_PATTERNS else None
    return float(match[1].replace(",", "")) if match else None


def _corrections(release: Release) -> list[dict[str, str]]:
    table = tables.read("corrections")
    is_of_release = (table["source"] == release.source) & (table["release"] == release.release) & (table["file"] == FILE)
    return table[is_of_release].to_dict("records")


def _corrected(
    name: str, number: int, statement: dict[str, str], corrections: list[dict[str, str]]
) -> tuple[dict[str, str], str]:
    """Return the statement with its known errors corrected, and a note on each; the raw file stays as printed."""
    corrected, notes = dict(statement), []
    for correction in corrections:
        if correction["row"] != statement["id"]:
            continue
        printed = statement[correction["column"]]
        if printed != correction["printed"]:
            # Either the source has been corrected, or the correction names the wrong row.
            raise DataError(
                name, row=number, column=correction["column"], found=repr(printed), expected=f"{correction['printed']!r}, which "
                f"correction {correction['id']} corrects; if the source has been mended, remove the correction"
            )  # fmt: skip
        corrected[correction["column"]] = correction["corrected"]
        notes.append(f"Printed {correction['column']} {printed!r}, read as {correction['corrected']!r}: {correction['reason']}")
    return corrected, " ".join(notes)
