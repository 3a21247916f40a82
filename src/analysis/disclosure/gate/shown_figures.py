"""Whether a pack shows the figures that disclosure control let through, and no other: in table, download, description, chart."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, wording
from analysis.disclosure.audit.cells import Cell, number
from analysis.disclosure.audit.pages import Shown
from analysis.disclosure.gate.rules import Broken
from analysis.store import IMPLIED, RANGE

_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")  # as other countries write a thousand
# A number in words, which says as much as one in digits.
_IN_WORDS = re.compile(
    r"\b(?:zero|nil|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|thousand|dozen)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^Figure \d{1,2}: ")  # as the report numbers its figures
_ADDRESS = re.compile(r" row \d+, column \d+")
_NUMBER = re.compile(r"[−-]?£?\d[\d,]*(\.\d+)?%?")
# What a data file counts for itself: its notes, and headings that would be the same.
_COUNTED = re.compile(r"^Note \d+: | \(\d+\)$")
_SIGNS = ("+", "−", "-")
_PLACE = ["indicator", "area", "period", "category"]


def tokens(texts: Iterable[str]) -> set[float]:
    """Return the numbers that stand in texts, whatever stands around them; both that "1.000" is read as.

    >>> sorted(tokens(["1,341 of 12.5", "1.000"]))
    [1.0, 12.5, 1000.0, 1341.0]
    """
    found = [
        number for text in texts for number in _TOKEN.findall(text if text.isascii() else unicodedata.normalize("NFKC", text))
    ]
    thousands = [number.replace(".", "") for number in found if _THOUSANDS.fullmatch(number)]
    return {float(number.replace(",", "")) for number in (*found, *thousands)}


def within(file: str, shown: Iterable[Shown]) -> Iterator[Broken]:
    """Yield what an exhibit says elsewhere than in its table and not in it: in its download, its descriptions, its charts."""
    for exhibit in shown:
        place = f"exhibit {exhibit.identity!r}"
        table = [exhibit.columns, *exhibit.rows]
        if exhibit.charts > len(exhibit.descriptions) or not all(exhibit.descriptions):
            yield Broken("placeholder-alt", file, place)
        if not exhibit.rows or not exhibit.columns:
            yield Broken("missing-table", file, place)
        if exhibit.csv is None or _plain(exhibit.csv) != _plain(table):
            yield Broken("figure-in-csv", file, place)
        # A caption that repeats the headline is no place where its figures are shown.
        caption = exhibit.caption.replace(exhibit.headline, "") if exhibit.headline else exhibit.caption
        said = tokens([cell for row in table for cell in row] + [caption, exhibit.subtitle])
        words = [_named().sub("", _NUMBERED.sub("", text)) for text in (exhibit.headline, *exhibit.sentences)]
        if tokens(words) - said - tokens(exhibit.notes) - _worked_out(exhibit):
            yield Broken("figure-in-words", file, place)
        # A sentence computed beside the figures stands in headline and description alike.
        if tokens(exhibit.descriptions) - said - tokens([exhibit.headline]) - _withheld(exhibit):
            yield Broken("figure-in-alt", file, place)
        if tokens(exhibit.values) - said:
            yield Broken("figure-in-chart", file, place)


def allowed(measures: pd.DataFrame, cells: Iterable[Cell]) -> dict[tuple[str, ...], set[str]]:
    """Return {(title, *at, side): the texts that may stand there} of the places of these cells, from the protected measures.

    A place may show any of the values of the indicators with one title: a count and a share can have the same.
    """
    known = catalogue.indicators()[["title", "unit", "decimals"]]
    printed = {name: (title, unit, int(decimals)) for name, title, unit, decimals in known.itertuples(name=None)}
    places = {(printed[cell.indicator][0], cell.area, cell.period, cell.category) for cell in cells}
    # A page names an area, and no code: an authority and the one before it may have one name.
    as_named = {code: cell.area for cell in cells if cell.area for code in areas.namesakes(cell.area)}
    found: dict[tuple[str, ...], set[str]] = {}
    columns = [*_PLACE, "value", "status", "numerator", "denominator", *RANGE]
    for name, *at, value, status, numerator, denominator, low, high in measures[columns].itertuples(index=False, name=None):
        title, unit, decimals = printed[name]
        keys = _keys((title, *at), as_named) & places
        if not keys:
            continue
        texts = {wording.value(value, each, decimals, status) for each in (unit, "count")}
        if status == IMPLIED:
            texts |= {wording.level_range(low, high, each, decimals) for each in (unit, "count")}
        sides = {"numerator": numerator, "denominator": denominator}
        said = {side: {"" if pd.isna(figure) else wording.number(figure)} for side, figure in sides.items()} | {"value": texts}
        for key in keys:
            for side, words in said.items():
                found.setdefault((*key, side), set()).update(words)
    return found


def _keys(place: tuple[str, ...], as_named: Mapping[str, str]) -> set[tuple[str, ...]]:
    """Return the places that show a measure: its own, a namesake's, and one without its area or its period."""
    title, area, period, category = place
    areas_shown, periods_shown = {area, as_named.get(area, area), ""}, {period, ""}
    return {(title, each, when, category) for each in areas_shown for when in periods_shown}


def let_through(file: str, cells: Iterable[Cell], texts: Mapping[tuple[str, ...], set[str]]) -> Iterator[Broken]:
    """Yield the cells whose text is none of those that may stand there (see `allowed`), and those without any figure behind."""
    titles = catalogue.indicators()["title"].to_dict()
    for cell in cells:
        known = texts.get((titles[cell.indicator], cell.area, cell.period, cell.category, cell.side))
        if not (cell.area and cell.period) and not tokens([cell.text]):
            continue  # a sign for no figure may stand wherever nobody is told of which place it is
        if known is not None and _bare(cell.text) not in known:
            yield Broken("figure-in-page", file, cell.place)
        elif known is None and tokens([cell.text]):
            yield Broken("untraced-figure", file, cell.place)


def small(file: str, cells: Iterable[Cell], people: Mapping[str, int]) -> Iterator[Broken]:
    """Yield the counts of people from 1 to 4; `people` has the threshold of each domain that counts people."""
    known = catalogue.indicators()
    units, domains = known["unit"].to_dict(), known["domain"].to_dict()
    for cell in cells:
        counts = cell.side != "value" or units[cell.indicator] == "count"
        value = number(cell.text)
        if counts and value is not None and 0 < value < people.get(str(domains[cell.indicator]), 0):
            yield Broken("small-number", file, cell.place)


def in_file(file: str, rows: Sequence[Sequence[object]], exhibit: Shown, above: int | None = None) -> Iterator[Broken]:
    """Yield the rows of a data file that hold a number which the row of the page's table, or what stands around it, has not.

    The rows of the table are the last ones; above them stand its headings and what is said of it, in `above` rows where that is
    known. A number in words is a number.
    """
    table = [row for row in exhibit.rows if any(row)]
    around = [exhibit.page, exhibit.headline, exhibit.subtitle, exhibit.caption, *exhibit.notes, *exhibit.columns]
    told, told_in_words = tokens(around), _in_words(around)
    first = len(rows) - len(table)
    if first < 1 or (above is not None and first > above):
        yield Broken("figure-in-file", file, "its rows, which are not those of the page")
        return
    for line, row in enumerate(rows[:first], start=1):
        if tokens(_COUNTED.sub("", str(cell)) for cell in row) - told or _in_words(row) - told_in_words:
            yield Broken("figure-in-file", file, f"row {line}")
    for line, (row, shown) in enumerate(zip(rows[first:], table, strict=True), start=first + 1):
        figures = {value for cell in row if (value := _figure(cell)) is not None}
        # What a row is called, and where it was printed, holds numbers that are no figures.
        known = tokens(cell for cell in shown[1:] if not _ADDRESS.search(cell))
        words = tokens(cell for cell in row if isinstance(cell, str) and _figure(cell) is None)
        if figures - known or words - tokens(shown) or _in_words(row) - _in_words(shown) - told_in_words:
            yield Broken("figure-in-file", file, f"row {line}")


def _in_words(cells: Iterable[object]) -> set[str]:
    return {found.lower() for cell in cells if isinstance(cell, str) for found in _IN_WORDS.findall(cell)}


def _figure(cell: object) -> float | None:
    """Return the number that a cell is, whatever its sign and unit; None where it is words or nothing."""
    if isinstance(cell, str):
        text = _bare(cell)
        return abs(number(text) or 0.0) if _NUMBER.fullmatch(text) else None
    return abs(float(cell)) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _plain(rows: list[list[str]]) -> list[list[str]]:
    return [[_bare(cell) for cell in row] for row in rows]


def _bare(text: str) -> str:
    """Return a cell without the marks that a page or a spreadsheet puts to it."""
    return re.sub(r" \[(?:r|p|note \d+)\]", "", text).removeprefix("'").strip()


@cache
def _named() -> re.Pattern[str]:
    """Return what finds the names of figures that hold a number, which is none of theirs: "lasted 2 years or more"."""
    titles = sorted((title for title in catalogue.indicators()["title"] if _TOKEN.search(title)), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, titles)), re.IGNORECASE)


def _worked_out(exhibit: Shown) -> set[float]:
    """Return what can be counted or added up in a table: rows, those of a column with one text or one sign, its sum."""
    rows = [row for row in exhibit.rows if any(row)]
    found = {float(len(rows)), float(len(rows) - 1)} | _withheld(exhibit)  # an area is none of the others
    for column in zip(*rows, strict=False):
        found |= {float(times) for times in Counter(column).values()} | {float(len(set(column)))}
        found |= {float(times) for times in Counter(cell[:1] for cell in column if cell[:1] in _SIGNS).values()}  # how many rose
        held = [value for cell in column if (value := _figure(cell)) is not None]
        # A quarter without a figure is a row, and none of those that have one.
        found |= {float(len(held)), round(sum(held), 6)}
    return found


def _withheld(exhibit: Shown) -> set[float]:
    """Return the number of withheld figures, which a description gives."""
    return {float(sum(cell == wording.WITHHELD for row in exhibit.rows for cell in row))}
