"""Identifies the figure in each cell of a page's tables from the words around it, as a reader does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from analysis import catalogue
from analysis.catalogue import areas, periods, tables
from analysis.disclosure.audit.pages import Shown

_VALUE_COLUMNS = ("Number", "Percentage", "Pounds", "Figure", "Before", "Now")
_SIDE_OF_COLUMN = {"Numerator": "numerator", "Base": "denominator"}
_UNITS = {"percent": "percentage", "count": "number", "pounds": "pounds"}  # of a heading; others are rates
_TEXT_WITH_DATE = re.compile(r"(.*) \(([^()]+)\)")
_FOOTNOTE_MARK = re.compile(r" \[(?:r|p|note \d+)\]")
_PART = re.compile(r"\((.*)\)(?:, [^()]*)?")  # "(in the community), 2012/13"
_NUMBERED = re.compile(r"Figure \d{1,2}: (.*?) by .*")  # as the report captions its figures: "Figure 5: DoLS referrals by body"
_NUMBER = re.compile(r"[−-]?£?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure as printed: its indicator, area, period and category, and whether it is the value or a side of a ratio."""

    indicator: str
    area: str
    period: str
    category: str
    side: str
    text: str
    place: str
    column: str = ""


def cells(shown: Iterable[Shown]) -> list[Cell]:
    """Return every figure in the tables shown whose row, caption and heading say what it is."""
    return [cell for exhibit in shown for row in exhibit.rows for cell in cells_of_row(exhibit, row)]


def number(text: str) -> float | None:
    """Return the number in a printed cell, or None if there is none."""
    match = _NUMBER.match(text.replace("+", ""))
    return float(match[0].replace("−", "-").replace(",", "").replace("£", "")) if match else None


def cells_of_row(exhibit: Shown, row: list[str]) -> list[Cell]:
    """Return the figures in a row of an exhibit's table whose row, caption and heading say what they are."""
    texts = dict(zip(exhibit.columns, row, strict=False))
    named = (texts.get(column, "") for column in ("Area", "When", "Indicator"))
    words = [*(_FOOTNOTE_MARK.sub("", word) for word in (*row[:1], *named)), _NUMBERED.sub(r"\1", exhibit.caption)]
    indicator, category = _indicator(words, row, exhibit)
    if _is_comparator(row[0]):
        return []
    # The name of a member, such as "Lay member, Rutland", is no area.
    is_part = bool(indicator) and _is_by_part(indicator) and words[0] in _category_by_label()
    area = _first_known(words[1:] if is_part else words, _areas())
    period = _first_known(words, _periods())
    category = category or (_category(_FOOTNOTE_MARK.sub("", row[0]), indicator) if indicator else "")
    place = f"{exhibit.identity}, row {row[0]!r}"
    cells = []
    for column, text in list(texts.items())[1:]:
        if not text:
            continue
        plain = _FOOTNOTE_MARK.sub("", text)
        if heading_indicator := _measured().get(column):
            # The heading says which figure it is; where or when, a reader may be told elsewhere than in the table.
            part = _category(texts.get("Of", _FOOTNOTE_MARK.sub("", row[0])), heading_indicator)
            cells.append(Cell(heading_indicator, area, _first_known(words, _periods()), part, "value", plain, place, column))
            continue
        if indicator and (column in _areas() or column in _periods()):
            where, when = _areas().get(column, area), _periods().get(column) or _first_known(words, _periods())
            if where and when:
                cells.append(Cell(indicator, where, when, category, "value", plain, place, column))
            continue
        side = _SIDE_OF_COLUMN.get(column) or ("value" if column in _VALUE_COLUMNS or column.startswith("Per ") else "")
        dated = _TEXT_WITH_DATE.fullmatch(text)
        when = _periods().get(dated[2], "") if dated else ""
        own = when if when and side == "value" else period
        # Of a partnership's members, or of what was asked once, a reader is told elsewhere where it was.
        if side and indicator and own and (area or is_part):
            shown = _FOOTNOTE_MARK.sub("", dated[1] if dated else text)
            cells.append(Cell(indicator, area, own, category, side, shown, place, column))
    return cells


def _indicator(words: list[str], row: list[str], exhibit: Shown) -> tuple[str, str]:
    """Return the indicator (and its category, if the words name one) with which a row's words or its caption begin."""
    for text in (words[3], words[0], words[-1]):
        titled = _indicator_titled(text)
        if titled is not None:
            return _by_unit(titled[0], row, exhibit.columns, exhibit.caption), titled[1]
    return "", ""


@lru_cache(maxsize=1 << 14)  # cached, because the caption is looked up again for every row of its table
def _indicator_titled(text: str) -> tuple[str, str] | None:
    """Return the indicator whose title a text begins with, and its category where the text names one."""
    for title, (name, category) in _titles().items():
        if text == title or text.startswith((f"{title}, ", f"{title}: ")):
            return name, category
        if text.startswith(f"{title} (") and (bracket := _PART.fullmatch(text.removeprefix(f"{title} "))):
            return name, _category_by_folded_label().get(bracket[1].casefold(), category)
    return None


def _by_unit(name: str, row: list[str], columns: list[str], caption: str) -> str:
    """Return which of the indicators with one title it is, by the unit in the heading, the caption or the figures."""
    indicators_of_title = _indicators_titled_like(name)
    if len(indicators_of_title) == 1:
        return name
    headings = {"percent": "Percentage", "count": "Number", "pounds": "Pounds"}
    for indicator, unit in indicators_of_title:
        heading = headings.get(unit, "Per ")
        if any(column.startswith(heading) for column in columns) or f", {heading.lower()}" in caption:
            return indicator
    has_value = (*_VALUE_COLUMNS, *_areas())  # under the name of an area stands its figure
    has_percent_sign = any("%" in text for column, text in zip(columns, row, strict=False) if column in has_value)
    return next((indicator for indicator, unit in indicators_of_title if (unit == "percent") == has_percent_sign), name)


@cache
def _indicators_titled_like(name: str) -> tuple[tuple[str, str], ...]:
    """Return (indicator, unit) for each indicator with the same title as this one."""
    indicators = catalogue.indicators()
    same_title = indicators[indicators["title"] == indicators.at[name, "title"]]
    return tuple(zip(same_title.index, same_title["unit"], strict=True))


def _is_comparator(heading: str) -> bool:
    """Return whether a row is about a comparator: many areas together, and not a figure of one area."""
    _, _, description = heading.partition(": ")
    return any(re.fullmatch(pattern, description) for pattern in _comparators())


@cache
def _comparators() -> tuple[str, ...]:
    return tuple(re.sub(r"\\{\w+\\}", ".+", re.escape(title)) for title in tables.read("comparators")["title"])


def _category(text: str, indicator: str) -> str:
    if not _is_by_part(indicator):
        return catalogue.TOTAL
    # A label may hold a comma itself, and begins with a small letter after the name of an area.
    parts = text.split(", ")
    spans = [", ".join(parts[first:last]) for first in range(len(parts)) for last in range(len(parts), first, -1)]
    found = [labels[word] for labels, words in _labels(text, tuple(spans)) for word in words if word in labels]
    return found[0] if found else catalogue.TOTAL


def _labels(text: str, spans: tuple[str, ...]) -> list[tuple[dict[str, str], list[str]]]:
    """Return the labels of categories with the words to look up among them: as they are written first, then in small letters."""
    return [(_category_by_label(), [text, *spans]), (_category_by_folded_label(), [span.casefold() for span in spans])]


@cache
def _is_by_part(indicator: str) -> bool:
    entry = catalogue.indicators().loc[indicator]
    return f":{catalogue.SAME_CATEGORY}" in entry["numerator"] + entry["printed"]


@cache
def _category_by_label() -> dict[str, str]:
    return {label: category for category, label in catalogue.categories().items()}


def _first_known(words: list[str], value_of_word: dict[str, str]) -> str:
    for text in words:
        for word in (text, *re.split(r", |: ", text)):
            if word in value_of_word:
                return value_of_word[word]
    return ""


@cache
def _titles() -> dict[str, tuple[str, str]]:
    """Return {title: (indicator, category)}, the longest first, because a title may be the beginning of another."""
    by_title = {entry["title"]: (str(name), "") for name, entry in catalogue.indicators().iloc[::-1].iterrows()}
    return dict(sorted(by_title.items(), key=lambda item: -len(item[0])))


@cache
def _measured() -> dict[str, str]:
    """Return {heading: indicator} of the columns of a wide table, which are headed by a title that has its unit, or by both."""
    known = catalogue.indicators()
    units = known["unit"].map(_UNITS).fillna("per " + known["per"].map("{:,.0f}".format))
    headings = known["title"].where(
        [unit in title for unit, title in zip(units, known["title"], strict=True)], known["title"] + ", " + units
    )
    return {heading: str(name) for name, heading in headings.items()}


@cache
def _category_by_folded_label() -> dict[str, str]:
    return {label.casefold(): category for category, label in catalogue.categories().items()}


@cache
def _areas() -> dict[str, str]:
    return {areas.label(code): code for code in tables.read("areas")["code"]}


@cache
def _periods() -> dict[str, str]:
    years = [f"{year}-{(year + 1) % 100:02d}" for year in range(2000, 2060)]
    all_periods = [period for year in years for period in (year, *periods.quarters(year), periods.year_end(year))]
    return {periods.label(period): period for period in (*all_periods, "2011-03-27")}
