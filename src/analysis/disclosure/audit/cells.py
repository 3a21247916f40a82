"""Which figure each cell of a page's table is: told from the words around it, as a reader tells it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from analysis import catalogue
from analysis.catalogue import areas, periods, tables
from analysis.disclosure.audit.pages import Shown

_VALUE = ("Number", "Percentage", "Pounds", "Figure", "Before", "Now")
_SIDES = {"Numerator": "numerator", "Base": "denominator"}
_UNITS = {"percent": "percentage", "count": "number", "pounds": "pounds"}  # of a heading; others are rates
_DATED = re.compile(r"(.*) \(([^()]+)\)")
_MARK = re.compile(r" \[(?:r|p|note \d+)\]")
_NUMBER = re.compile(r"[−-]?£?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure as printed: which indicator, where, when and of which part; whether it is the value or a side of a ratio."""

    indicator: str
    area: str
    period: str
    category: str
    side: str
    text: str
    place: str
    column: str = ""


def cells(page: str, shown: Iterable[Shown]) -> list[Cell]:
    """Return every figure of a page's tables whose place can be told from its row, caption and heading."""
    return [cell for exhibit in shown for row in exhibit.rows for cell in _row(page, exhibit, row)]


def number(text: str) -> float | None:
    """Return the number that a printed cell gives, or None where it gives none."""
    match = _NUMBER.match(text.replace("+", ""))
    return float(match[0].replace("−", "-").replace(",", "").replace("£", "")) if match else None


def _row(page: str, exhibit: Shown, row: list[str]) -> list[Cell]:
    texts = dict(zip(exhibit.columns, row, strict=False))
    words = [_MARK.sub("", word) for word in (*row[:1], texts.get("Area", ""), texts.get("When", ""), texts.get("Indicator", ""))]
    words.append(exhibit.caption)
    indicator, category = _indicator(words, row, exhibit)
    if _is_of_others(row[0]):
        return []
    area = _first(words, _areas())
    period = _first(words, _periods()) if area else ""
    category = category or (_category(_MARK.sub("", row[0]), indicator) if indicator else "")
    place = f"{exhibit.identity}, row {row[0]!r}"
    found = []
    for column, text in list(texts.items())[1:]:
        if not text:
            continue
        plain = _MARK.sub("", text)
        if named := _measured().get(column):
            # The heading says which figure it is; where or when, a reader may be told elsewhere than in the table.
            part = _category(texts.get("Of", _MARK.sub("", row[0])), named)
            found.append(Cell(named, area, _first(words, _periods()), part, "value", plain, place, column))
            continue
        if indicator and (column in _areas() or column in _periods()):
            where, when = _areas().get(column, area), _periods().get(column) or _first(words, _periods())
            if where and when:
                found.append(Cell(indicator, where, when, category, "value", plain, place, column))
            continue
        side = _SIDES.get(column) or ("value" if column in _VALUE or column.startswith("Per ") else "")
        dated = _DATED.fullmatch(text)
        when = _periods().get(dated[2], "") if dated else ""
        if side and indicator and area and (period or when):
            own = when if when and side == "value" else period
            if own:
                found.append(
                    Cell(indicator, area, own, category, side, _MARK.sub("", dated[1] if dated else text), place, column)
                )
    return found


def _indicator(words: list[str], row: list[str], exhibit: Shown) -> tuple[str, str]:
    """Return the indicator (and its category, where the words have it) that a row's words or its caption begin with."""
    for text in (words[3], words[0], words[-1]):
        found = _titled(text)
        if found is not None:
            return _by_unit(found[0], row, exhibit.columns, exhibit.caption), found[1]
    return "", ""


@lru_cache(maxsize=1 << 14)  # every row of a table has the caption among its words
def _titled(text: str) -> tuple[str, str] | None:
    """Return the indicator whose title a text begins with, and its category where the text names one."""
    for title, (name, category) in _titles().items():
        if text == title or text.startswith((f"{title}, ", f"{title}: ")):
            return name, category
        if text.startswith(f"{title} (") and text.endswith(")"):
            part = text.removeprefix(f"{title} (").removesuffix(")")
            return name, _parts().get(part.casefold(), category)
    return None


def _by_unit(name: str, row: list[str], columns: list[str], caption: str) -> str:
    """Return, of the indicators with one title, the one whose unit the heading, the caption or the figures say."""
    same = _of_one_title(name)
    if len(same) == 1:
        return name
    headings = {"percent": "Percentage", "count": "Number", "pounds": "Pounds"}
    for each, unit in same:
        heading = headings.get(unit, "Per ")
        if any(column.startswith(heading) for column in columns) or f", {heading.lower()}" in caption:
            return each
    percent = any("%" in text for column, text in zip(columns, row, strict=False) if column in _VALUE)
    return next((each for each, unit in same if (unit == "percent") == percent), name)


@cache
def _of_one_title(name: str) -> tuple[tuple[str, str], ...]:
    """Return (indicator, unit) of each indicator with the title of this one."""
    known = catalogue.indicators()
    same = known[known["title"] == known.at[name, "title"]]
    return tuple(zip(same.index, same["unit"], strict=True))


def _is_of_others(heading: str) -> bool:
    """Return whether a row is of what an area is compared with: many areas pooled, and no figure of the area's own."""
    _, _, what = heading.partition(": ")
    return any(re.fullmatch(pattern, what) for pattern in _comparators())


@cache
def _comparators() -> tuple[str, ...]:
    return tuple(re.sub(r"\\{\w+\\}", ".+", re.escape(title)) for title in tables.read("comparators")["title"])


def _category(text: str, indicator: str) -> str:
    if not _is_by_part(indicator):
        return catalogue.TOTAL
    labels = _categories()
    return next((labels[word] for word in (text, *text.split(", ")) if word in labels), catalogue.TOTAL)


@cache
def _is_by_part(indicator: str) -> bool:
    entry = catalogue.indicators().loc[indicator]
    return f":{catalogue.SAME_CATEGORY}" in entry["numerator"] + entry["printed"]


@cache
def _categories() -> dict[str, str]:
    return {label: category for category, label in catalogue.categories().items()}


def _first(words: list[str], known: dict[str, str]) -> str:
    for text in words:
        for word in (text, *re.split(r", |: ", text)):
            if word in known:
                return known[word]
    return ""


@cache
def _titles() -> dict[str, tuple[str, str]]:
    """Return {title: (indicator, category)}, the longest first: a title may be the beginning of another."""
    found = {entry["title"]: (str(name), "") for name, entry in catalogue.indicators().iloc[::-1].iterrows()}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


@cache
def _measured() -> dict[str, str]:
    """Return {heading: indicator} of the columns of a wide table, which are headed by title and unit."""
    known = catalogue.indicators()
    units = known["unit"].map(_UNITS).fillna("per " + known["per"].map("{:,.0f}".format))
    return {f"{title}, {unit}": str(name) for name, title, unit in zip(known.index, known["title"], units, strict=True)}


@cache
def _parts() -> dict[str, str]:
    return {label.casefold(): category for category, label in catalogue.categories().items()}


@cache
def _areas() -> dict[str, str]:
    return {areas.label(code): code for code in tables.read("areas")["code"]}


@cache
def _periods() -> dict[str, str]:
    years = [f"{year}-{(year + 1) % 100:02d}" for year in range(2000, 2060)]
    every = [each for year in years for each in (year, *periods.quarters(year), periods.year_end(year))]
    return {periods.label(period): period for period in (*every, "2011-03-27")}
