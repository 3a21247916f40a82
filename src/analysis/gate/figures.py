"""Whether a pack shows the figures that disclosure control let through, and no other: in table, download, description, chart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from analysis import catalogue, wording
from analysis.audit.cells import Cell, number
from analysis.audit.pages import Shown
from analysis.gate.rules import Broken

_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ADDRESS = re.compile(r" row \d+, column \d+")
_PLACE = ["indicator", "area", "period", "category"]


def tokens(texts: Iterable[str]) -> set[float]:
    """Return the numbers that stand in texts, whatever stands around them."""
    return {float(found.replace(",", "")) for text in texts for found in _TOKEN.findall(text)}


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
        said = tokens([cell for row in table for cell in row] + [exhibit.caption, exhibit.subtitle])
        # A sentence computed beside the figures stands in headline and description alike.
        if tokens(exhibit.descriptions) - said - tokens([exhibit.headline]) - _withheld(exhibit):
            yield Broken("figure-in-alt", file, place)
        if tokens(exhibit.values) - said:
            yield Broken("figure-in-chart", file, place)


def allowed(measures: pd.DataFrame) -> dict[tuple[str, ...], set[str]]:
    """Return {(title, *at, side): the texts that may stand there}, from the protected measures.

    A place may show any of the values of the indicators with one title: a count and a share can have the same.
    """
    known = catalogue.indicators()[["title", "unit", "decimals"]]
    printed = {name: (title, unit, int(decimals)) for name, title, unit, decimals in known.itertuples(name=None)}
    found: dict[tuple[str, ...], set[str]] = {}
    columns = [*_PLACE, "value", "status", "numerator", "denominator"]
    for name, *at, value, status, numerator, denominator in measures[columns].itertuples(index=False, name=None):
        title, unit, decimals = printed[name]
        texts = {wording.value(value, each, decimals, status) for each in (unit, "count")}
        found.setdefault((title, *at, "value"), set()).update(texts)
        for side, figure in (("numerator", numerator), ("denominator", denominator)):
            said = "" if pd.isna(figure) else wording.number(figure)
            found.setdefault((title, *at, side), set()).add(said)
    return found


def let_through(file: str, cells: Iterable[Cell], texts: Mapping[tuple[str, ...], set[str]]) -> Iterator[Broken]:
    """Yield the cells whose text is none of those that may stand there (see `allowed`)."""
    titles = catalogue.indicators()["title"]
    for cell in cells:
        known = texts.get((titles[cell.indicator], cell.area, cell.period, cell.category, cell.side))
        if known is not None and _bare(cell.text) not in known:
            yield Broken("figure-in-page", file, cell.place)


def small(file: str, cells: Iterable[Cell], people: Mapping[str, int]) -> Iterator[Broken]:
    """Yield the counts of people from 1 to 4; `people` has the threshold of each domain that counts people."""
    known = catalogue.indicators()
    for cell in cells:
        counts = cell.side != "value" or known.at[cell.indicator, "unit"] == "count"
        value = number(cell.text)
        if counts and value is not None and 0 < value < people.get(str(known.at[cell.indicator, "domain"]), 0):
            yield Broken("small-number", file, cell.place)


def by_word(shown: Iterable[Shown]) -> dict[str, list[set[float]]]:
    """Return {word: the numbers of each row of a page's table in which it stands}."""
    pages: dict[str, list[set[float]]] = {}
    for exhibit in shown:
        for row in exhibit.rows:
            # What a row is called, and where it was printed, holds numbers that are no figures.
            numbers_of_row = tokens(cell for cell in row[1:] if not _ADDRESS.search(cell))
            for word in row:
                pages.setdefault(_bare(word), []).append(numbers_of_row)
    return pages


def in_file(file: str, rows: Sequence[Sequence[object]], pages: Mapping[str, Sequence[set[float]]]) -> Iterator[Broken]:
    """Yield the rows of a data file whose numbers no row of that heading on a page (`by_word`) has."""
    for line, cells in enumerate(rows, start=1):
        words = [_bare(str(cell)) for cell in cells if isinstance(cell, str)]
        numbers = {abs(float(cell)) for cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)}
        numbers |= {value for value in map(_whole, words) if value is not None}
        known = [pages[word] for word in words if word in pages and _whole(word) is None]
        if numbers and known and not any(numbers <= values for rows_of_page in known for values in rows_of_page):
            yield Broken("figure-in-file", file, f"row {line}")


def _whole(text: str) -> float | None:
    return abs(number(text) or 0.0) if re.fullmatch(r"[−-]?£?\d[\d,]*(\.\d+)?%?", text) else None


def _plain(rows: list[list[str]]) -> list[list[str]]:
    return [[_bare(cell) for cell in row] for row in rows]


def _bare(text: str) -> str:
    """Return a cell without the marks that a page or a spreadsheet puts to it."""
    return re.sub(r" \[(?:r|p|note \d+)\]", "", text).removeprefix("'").strip()


def _withheld(exhibit: Shown) -> set[float]:
    """Return the number of withheld figures, which a description gives."""
    return {float(sum(cell == "[c]" for row in exhibit.rows for cell in row))}
