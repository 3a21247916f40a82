"""Which figure each cell of a table is, by the words around it, and what it says of counts: ranges, and ties between them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from knowledge import OPEN, Knowledge
from tables_of_pack import Table

from analysis import catalogue
from analysis.catalogue import areas, periods
from analysis.catalogue import tables as catalogue_tables
from analysis.errors import UnknownNameError

Count = tuple[str, str, str, str]  # series, area, period, category
_NUMBER = re.compile(r"[-−+]?£?(\d[\d,]*(?:\.\d+)?)%?")
_MARKS = re.compile(r"\s*\[(?:r|p|note \d+)\]")
_FROM = re.compile(r"from (\S+?)[%;,]?(?:;| |$)")
_PARTNERSHIP = "LR"
_SIDES = {"Numerator": "numerator", "Base": "base", "Before": "value", "Now": "value"}
_DERIVED = re.compile(r"interval|limits|change|usual|mean|expected", re.I)


@dataclass(frozen=True)
class Figure:
    """A cell that says something of counts: which indicator, where, when, of which category, which side of it, and its text."""

    indicator: str
    area: str
    period: str
    category: str
    side: str
    text: str
    file: str


def figures(tables: Iterable[Table]) -> Iterator[Figure]:
    """Yield the figures in tables whose words say what they are."""
    for table in tables:
        of_shown = _is_mean_of_shown(table)
        for row in table.rows:
            for each in _of_row(table, dict(zip(table.columns, row, strict=False)), row[0] if row else ""):
                if not (of_shown and re.match("derived (?:Mean|Limits)", each.side)):
                    yield each


def learn(known: Knowledge, found: Iterable[Figure], rounding: int) -> tuple[set[Count], list[Figure]]:
    """Add what figures say to what is known; return (the counts that are withheld somewhere, figures beside a withheld one).

    `rounding` is what the pack says counts are rounded to. What is printed beside a withheld value but is made of it (an interval,
    a limit, a change) is returned: any of it is a leak.
    """
    withheld, leaks, rows = set[Count](), list[Figure](), dict[tuple[str, ...], dict[str, list[Figure]]]()
    for each in found:
        if each.side.startswith("derived"):
            leaks.append(each)
            continue
        rows.setdefault((each.indicator, each.area, each.period, each.category), {}).setdefault(each.side, []).append(each)
    for place, sides in rows.items():
        _learn_of(known, place, {side: {each.text for each in cells} for side, cells in sides.items()}, rounding, withheld)
    return withheld, leaks


def _learn_of(known: Knowledge, place: tuple[str, ...], sides: dict[str, set[str]], rounding: int, withheld: set[Count]) -> None:
    entry = _indicators()[place[0]]
    above, below = _counts(entry["numerator"], place), _counts(entry["denominator"], place)
    of_side = {"numerator": above, "base": below}
    if entry["unit"] == "count":
        of_side["value"] = above
    for side, counts in of_side.items():
        for text in sides.get(side, ()):
            if text == "[c]" and len(counts) == 1:
                withheld.add(count := next(iter(counts)))
                known.ranges.setdefault(count, (0.0, OPEN))
            elif (number := _number(text)) is not None and counts:
                low, high = _range(number, rounding if _is_of_people(counts) else 1)
                _say(known, counts, low, high)
    if entry["unit"] == "count" or not (above and below):
        return
    for text in sides.get("value", ()):
        if (number := _number(text)) is not None:
            _say_share(known, above, below, number, _step(text), 100.0 if entry["unit"] == "percent" else float(entry["per"]),
                       rounding)  # fmt: skip


def _say(known: Knowledge, counts: dict[Count, float], low: float, high: float) -> None:
    if len(counts) == 1:
        known.see(next(iter(counts)), low, high)
    else:
        known.tie(counts, low, high)


def _say_share(
    known: Knowledge, above: dict[Count, float], below: dict[Count, float], value: float, step: float, per: float, rounding: int
) -> None:
    """Say that per · above ÷ below prints as `value`; where counts are rounded first, of the rounded ones."""
    if rounding > 1:
        above, below = _as_rounded(known, above, rounding), _as_rounded(known, below, rounding)
    slack = step / 2 + 1e-9
    known.tie({k: per * v for k, v in above.items()} | {k: -(value - slack) * v for k, v in below.items()}, 0.0, math.inf)
    known.tie({k: per * v for k, v in above.items()} | {k: -(value + slack) * v for k, v in below.items()}, -math.inf, 0.0)


def _as_rounded(known: Knowledge, counts: dict[Count, float], rounding: int) -> dict[Any, float]:
    """Return the counts' sum rounded, as a number of its own: a multiple of the base, no farther than half of it."""
    if not _is_of_people(counts):
        return dict(counts)
    multiple = ("rounded", tuple(sorted(counts)))
    known.tie({**counts, multiple: -float(rounding)}, -(rounding // 2), rounding // 2)
    return {multiple: float(rounding)}


def _is_mean_of_shown(table: Table) -> bool:
    """Return whether the mean of a control chart is that of the figures shown, so that it holds nothing of withheld ones.

    That of percentages is weighted by bases which the table doesn't have: it must lie among the figures shown.
    """
    rows = [dict(zip(table.columns, [_MARKS.sub("", text) for text in row], strict=False)) for row in table.rows]
    shares = "Percentage" in table.columns
    shown = [number for row in rows if (number := _number(row.get("Percentage" if shares else "Number", ""))) is not None]
    means = {(number, _step(text)) for row in rows if (number := _number(text := row.get("Mean", ""))) is not None}
    if not shown:
        return False
    mean = sum(shown) / len(shown)
    return all(min(shown) <= each <= max(shown) if shares else abs(each - mean) <= step / 2 + 1e-9 for each, step in means)


def _of_row(table: Table, cells: dict[str, str], name: str) -> Iterator[Figure]:
    title = re.sub(r"^Figure \d+: ", "", table.title)
    words = [_MARKS.sub("", text) for text in (cells.get("Indicator", ""), name, title) if text]
    named = next(((ids, rest) for text in words if (ids := _titled(text)[0]) for rest in [_titled(text)[1]]), None)
    if named is None:
        return
    # The name of a member, such as "Rutland adult social care", is no area: what they give is of the partnership.
    where = " , ".join([cells.get("Area", ""), "" if name.casefold() in _categories() else name, table.title])
    value_withheld = any(
        cells.get(column) == "[c]" for column in ("Number", "Percentage", "Before", "Now", "Numerator", "Figure")
    )
    category_words = [named[1], name, *re.split(r", | \(|\)", name)]
    for column, raw in cells.items():
        text = _MARKS.sub("", raw).strip()
        heading = re.sub(r", %$", "", column)
        area = _area(heading) or _area(where) or _PARTNERSHIP
        period = _period(heading) or _period(cells.get(f"{column.removesuffix(', %')}, of", "")) or _period(cells.get("When", ""))
        period = period or _period(name) or _period(cells.get("Indicator", "")) or _period(table.title)
        if not text or not area or not period:
            continue
        side = _SIDES.get(heading) or ("value" if _is_value(heading) else "")
        if "on the year before" in heading and (match := _FROM.search(text)) and period[4:5] == "-":
            side, text, period = "value", match[1], _year_before(period)
            column = "%" if match[0].rstrip("; ").endswith("%") else column
        elif value_withheld and _DERIVED.search(heading) and re.search(r"\d", text) and not side:
            side = "derived " + heading
        if not side:
            continue
        indicator = _of_unit(
            named[0], "%" in column or "%" in text or heading == "Percentage" or "percentage" in table.title, side
        )
        yield Figure(indicator, area, period, _category(indicator, category_words), side, text, table.file)


def _is_value(heading: str) -> bool:
    return (
        heading in ("Number", "Percentage", "Figure")
        or heading.startswith("Per ")
        or bool(_area(heading, whole=True) or _period(heading, whole=True))
    )


def _year_before(period: str) -> str:
    start = int(period[:4]) - 1
    return f"{start}-{(start + 1) % 100:02d}{period[7:]}"


@cache
def _indicators() -> dict[str, dict[str, str]]:
    return {str(name): {k: str(v) for k, v in row.items()} for name, row in catalogue.indicators().to_dict("index").items()}


@cache
def _titled(text: str) -> tuple[tuple[str, ...], str]:
    """Return (the indicators with whose title a text begins, the text after it)."""
    for title, names in _titles():
        if text == title or (text.startswith(title) and text[len(title) :].lstrip(" ")[:1] in (",", "(", ":")):
            return names, text[len(title) :].strip(" ,:")
    return (), ""


@cache
def _titles() -> list[tuple[str, tuple[str, ...]]]:
    by_title: dict[str, list[str]] = {}
    for name, entry in _indicators().items():
        by_title.setdefault(entry["title"], []).append(name)
    return sorted(((title, tuple(names)) for title, names in by_title.items()), key=lambda pair: -len(pair[0]))


def _of_unit(names: tuple[str, ...], is_share: bool, side: str) -> str:
    is_share |= side in ("numerator", "base")
    return next((name for name in names if (_indicators()[name]["unit"] != "count") == is_share), names[0])


def _category(indicator: str, words: list[str]) -> str:
    if ":*" not in _indicators()[indicator]["numerator"]:
        return catalogue.TOTAL
    for text in words:
        for spelling in (text, text.strip("()"), *re.findall(r"\(([^()]*)\)", text)):
            if spelling.casefold() in _categories():
                return _categories()[spelling.casefold()]
    return catalogue.TOTAL


@cache
def _categories() -> dict[str, str]:
    return {label.casefold(): category for category, label in catalogue.categories().items()}


@cache
def _areas() -> tuple[dict[str, str], re.Pattern[str]]:
    names = {areas.label(code): code for code in catalogue_tables.read("areas")["code"]}
    return names, re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, sorted(names, key=len, reverse=True))) + r")(?![\w-])")


@cache
def _area(text: str, *, whole: bool = False) -> str:
    names, pattern = _areas()
    if whole:
        return names.get(text, "")
    found = pattern.findall(text)
    return names[found[0]] if found else ""


@cache
def _period(text: str, *, whole: bool = False) -> str:
    pattern = r"(?:Q[1-4] )?\d{4}/\d\d(?!\d)|\d{1,2} [A-Z][a-z]+ \d{4}"
    match = re.fullmatch(pattern, text) if whole else re.search(pattern, text)
    try:
        return periods.parse(match[0]) if match else ""
    except UnknownNameError:  # "2012/19" has the form of a year and is none
        return ""


def _counts(reference: str, place: tuple[str, ...]) -> dict[Count, float]:
    _, area, period, category = place
    terms = catalogue.terms(reference) if reference else ()
    return {
        (term.series, area, period, category if term.category == catalogue.SAME_CATEGORY else term.category): float(term.sign)
        for term in terms
    }


def _is_of_people(counts: Iterable[Count]) -> bool:
    domains = catalogue.series()["domain"]
    boards = ("lscb_meetings", "lscb_attendance", "sab_meetings", "sab_attendance", "schools", "training_places", "plan_actions")
    return all(domains[series] not in ("census", "governance") and not series.startswith(boards) for series, *_ in counts)


def _number(text: str) -> float | None:
    match = _NUMBER.fullmatch(text.replace("−", "-").split(" (")[0])
    return float(match[1].replace(",", "")) if match else None


def _step(text: str) -> float:
    match = _NUMBER.match(text)
    decimals = len(match[1].partition(".")[2]) if match else 0
    return 10.0**-decimals


def _range(number: float, rounding: int) -> tuple[float, float]:
    if rounding == 1 or number % rounding:
        return number, number
    return (0.0, 0.0) if number == 0 else (max(number - rounding // 2, 5.0), number + rounding // 2)
