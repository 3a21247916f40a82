"""Statements made in prose: each row of a `claims.csv` that gives the level of something becomes an observation."""

from __future__ import annotations

import re

import pandas as pd

from analysis import areas, catalogue, periods, tables
from analysis.errors import DataError, UnknownNameError
from analysis.raw import Release
from analysis.store import CELL_COLUMNS, COLUMNS

FILE = "claims.csv"
HEADER = ("id", "section", "domain", "area", "period", "quote", "stated", "unit", "series", "category")
_NUMBER = re.compile(r"£?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?%?")
# Levels that are printed as words: all of something is 100 % of it, none of it is 0.
_SMALL_NUMBERS = "one two three four five six seven eight nine ten eleven twelve"
_WORDS = {"all": 100.0, "none": 0.0} | {word: float(number) for number, word in enumerate(_SMALL_NUMBERS.split(), start=1)}
# A bound is not a level: "less than 0.5%" stays without a value, and its note says what was printed.
_BOUNDS = ("less than ", "more than ", "fewer than ")
_UNITS = ("count", "percent", "pounds")


def read_statements(release: Release) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return (observations, cells) of a release's statements, corrected where `corrections.csv` says so.

    A statement without a series asserts no level: its cells are accounted for, and it gives no observation. Raises DataError
    for an id that occurs twice, an area, period, unit, series or figure that can't be read, or a correction whose printed
    text is no longer there.
    """
    name = f"{release.id}/{FILE}"
    header, *rows = release.rows(FILE)
    if tuple(header) != HEADER:
        raise DataError(name, row=1, found=",".join(header), expected=",".join(HEADER))
    observations: list[dict[str, object]] = []
    cells: list[dict[str, str]] = []
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        if len(row) != len(HEADER):
            raise DataError(name, row=number, found=f"{len(row)} cells", expected=f"{len(HEADER)}, as in the header")
        statement = dict(zip(HEADER, row, strict=True))
        if statement["id"] in seen:
            raise DataError(name, row=number, column="id", found=f"{statement['id']!r} once more", expected="a new id")
        seen.add(statement["id"])
        corrected, note = _correct(name, number, statement)
        if statement["series"]:
            observations.append(_observation(release, name, number, corrected, note))
        fate = "observation" if statement["series"] else "statement"
        for column, text in enumerate(row, start=1):
            cells.append({"source": f"{name}#cell={number},{column}", "text": text, "fate": fate, "reason": ""})
    missing = _corrections(release)[~_corrections(release)["row"].isin(seen)]
    if not missing.empty:
        raise DataError(name, found=f"no statement {missing['row'].iloc[0]!r}", expected="the one that a correction names")
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
    bound = statement["stated"].casefold().startswith(_BOUNDS)
    value = None if bound else _value(statement["stated"])
    if value is None and not bound:
        raise DataError(
            name,
            row=number,
            column=column,
            found=repr(statement["stated"]),
            expected="a number, a number in words, all or none",
        )
    if statement["unit"] not in _UNITS or (statement["unit"] == "percent" and (value or 0) > 100):
        found = f"{statement['stated']!r} with the unit {statement['unit']!r}"
        raise DataError(name, row=number, column=column, found=found, expected=f"a level in one of {', '.join(_UNITS)}")
    if statement["series"] not in catalogue.series().index:
        raise DataError(name, row=number, column="series", found=repr(statement["series"]), expected="a catalogued series")
    try:
        area, period = areas.resolve(statement["area"]), periods.parse(statement["period"])
    except UnknownNameError as error:
        raise DataError(name, row=number, found=str(error).rstrip("."), expected="a known area and period") from None
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


def _value(stated: str) -> float | None:
    word = stated.strip().casefold()
    if word in _WORDS:
        return _WORDS[word]
    match = _NUMBER.fullmatch(word)
    return float(match[1].replace(",", "") + (match[2] or "")) if match else None


def _corrections(release: Release) -> pd.DataFrame:
    table = tables.read("corrections")
    mine = (table["source"] == release.source) & (table["release"] == release.release) & (table["file"] == FILE)
    return table[mine]


def _correct(name: str, number: int, statement: dict[str, str]) -> tuple[dict[str, str], str]:
    """Return the statement with its known errors corrected, and a note of each; the raw file keeps what was printed."""
    corrected, notes = dict(statement), []
    table = tables.read("corrections")
    for _, fix in table[(table["file"] == FILE) & (table["row"] == statement["id"])].iterrows():
        if not name.startswith(f"{fix['source']}/{fix['release']}/"):
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
