"""Checks of arithmetic: every printed total against its parts, every printed percentage against its numerator and base.

A difference doesn't stop a run: it is a finding. Each check is a row: which, of which figure, printed at which cell, what the
arithmetic gives, the difference, and the arithmetic itself in one line. The rules are columns of `series.csv`, so a new
series is checked by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods
from analysis.clean.printed.statements import FILE as STATEMENTS
from analysis.statistics import round_half_up
from analysis.store import CHECK_COLUMNS, WITH_VALUE

# One name for each rule, and what it compares; the data-quality page shows these words.
RULES = {
    "quarters_to_year": "The four quarters add up to the year",
    "parts_to_whole": "The parts add up to the whole",
    "members_to_total": "The areas add up to their total",
    "formula": "The total is what its items give",
    "percentage": "The percentage is its numerator over its base",
    "subset": "A part is no larger than the whole",
}
_PLACE = ["area", "period", "category"]


@dataclass(frozen=True)
class _Figure:
    """One printed figure as a check sees it."""

    series: str
    area: str
    period: str
    category: str
    value: float
    source: str

    @property
    def file(self) -> str:
        return self.source.partition("#")[0]


class _Figures:
    """Look-up of printed figures: of several prints of one figure the one that takes precedence, the same file first."""

    def __init__(self, observations: pd.DataFrame) -> None:
        kept = observations[observations["status"].isin(WITH_VALUE)]
        fields = kept[["series", *_PLACE, "value", "source"]].itertuples(index=False, name=None)
        self.all = [_Figure(*row) for row in fields]
        self._by_key: dict[tuple[str, ...], list[_Figure]] = {}
        for figure in self.all:
            self._by_key.setdefault((figure.series, figure.area, figure.period, figure.category), []).append(figure)

    def get(self, series: str, area: str, period: str, category: str, near: _Figure) -> _Figure | None:
        found = self._by_key.get((series, area, period, category), [])
        return min(found, key=lambda figure: (catalogue.precedence(figure.source), figure.file != near.file), default=None)

    def total(self, reference: str, at: _Figure) -> tuple[float, str] | None:
        """Return (sum, "a + b") of a reference at the place of a figure, or None when one of its terms isn't printed."""
        values, words = 0.0, []
        for term in catalogue.terms(reference):
            category = at.category if term.category == catalogue.SAME_CATEGORY else term.category
            figure = self.get(term.series, at.area, at.period, category, at)
            if figure is None:
                return None
            values += term.sign * figure.value
            words.append(f"{'−' if term.sign < 0 else '+'} {_number(figure.value)}")
        return (values, " ".join(words).removeprefix("+ ")) if words else None

    def at(self, near: _Figure) -> Iterator[_Figure]:
        """Yield the counts printed in the same file for the same area and period."""
        units = catalogue.series()["unit"]
        for figure in self.all:
            beside = (figure.file, figure.area, figure.period) == (near.file, near.area, near.period)
            if beside and units[figure.series] == "count":
                yield figure


def check(observations: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return one row a check, in CHECK_COLUMNS, ordered by rule and source.

    `outcome` is agrees, agrees_at_rounding or differs. `cells` gives the printed text, whose digits say how far rounding
    reaches. Percentages are compared as printed, rounded half up.
    """
    figures = _Figures(observations)
    text = dict(zip(cells["source"], cells["text"], strict=True))
    rows = [row for rule in _CHECKS for figure in figures.all for row in rule(figure, figures, text)]
    frame = pd.DataFrame(rows, columns=list(CHECK_COLUMNS)).drop_duplicates()
    return frame.sort_values(["check", "source", "series", "category"], ignore_index=True)


def _quarters(figure: _Figure, figures: _Figures, _text: dict[str, str]) -> Iterator[dict[str, object]]:
    known = catalogue.series().loc[figure.series]
    if periods.kind(figure.period) != "year" or known["kind"] != "flow" or known["unit"] == "percent":
        return
    found = [
        figures.get(figure.series, figure.area, quarter, figure.category, figure) for quarter in periods.quarters(figure.period)
    ]
    quarters = [quarter for quarter in found if quarter is not None and quarter.file == figure.file]
    if len(quarters) == 4:
        words = " + ".join(_number(quarter.value) for quarter in quarters)
        yield _row("quarters_to_year", figure, sum(quarter.value for quarter in quarters), words)


def _parts(figure: _Figure, figures: _Figures, _text: dict[str, str]) -> Iterator[dict[str, object]]:
    if figure.category != catalogue.TOTAL:
        return
    known = catalogue.series()
    for part in known.index[(known["parts_of"] == figure.series) & (known["exclusive"] == "yes")]:
        parts = [
            other
            for other in figures.all
            if (other.series, other.area, other.period) == (part, figure.area, figure.period)
            and other.category != catalogue.TOTAL
        ]
        # Parts and whole of one printed table: prose names a part or two of a breakdown, and adds up to nothing.
        parts = [other for other in parts if other.file == figure.file]
        if len(parts) > 1 and not figure.file.endswith(STATEMENTS):
            words = " + ".join(_number(other.value) for other in parts)
            yield _row("parts_to_whole", figure, sum(other.value for other in parts), f"{part}: {words}")


def _members(figure: _Figure, figures: _Figures, _text: dict[str, str]) -> Iterator[dict[str, object]]:
    found = [figures.get(figure.series, member, figure.period, figure.category, figure) for member in areas.members(figure.area)]
    members = [member for member in found if member is not None]
    if members and len(members) == len(found):
        words = " + ".join(_number(member.value) for member in members)
        yield _row("members_to_total", figure, sum(member.value for member in members), words)


def _formula(figure: _Figure, figures: _Figures, _text: dict[str, str]) -> Iterator[dict[str, object]]:
    total = figures.total(catalogue.series().at[figure.series, "equals"], figure)
    if total is not None and figure.category == catalogue.TOTAL:
        yield _row("formula", figure, total[0], total[1])


def _subset(figure: _Figure, figures: _Figures, _text: dict[str, str]) -> Iterator[dict[str, object]]:
    whole = figures.total(catalogue.series().at[figure.series, "subset_of"], figure)
    if whole is not None:
        larger = max(figure.value - whole[0], 0.0)
        outcome = "differs" if larger else "agrees"
        words = f"{_number(figure.value)} of {_number(whole[0])}"
        yield _row("subset", figure, whole[0], words) | {"difference": larger, "outcome": outcome}


def _percentage(figure: _Figure, figures: _Figures, text: dict[str, str]) -> Iterator[dict[str, object]]:
    known = catalogue.series().loc[figure.series]
    by_category = f":{catalogue.SAME_CATEGORY}" in known["numerator"]
    if figure.category != catalogue.TOTAL and not by_category:
        return  # the ratio is of the whole series; what this category's is made of is not printed
    numerator, base = (figures.total(known[side], figure) for side in ("numerator", "denominator"))
    if numerator is None or base is None or base[0] <= 0:
        return
    printed = text[figure.source]
    decimals = len(printed.split(" ")[0].strip("*%").partition(".")[2])
    computed = 100 * numerator[0] / base[0]
    words = f"{_over(numerator[1])} / {_over(base[1])} = {_percent(computed, max(decimals, 1))}"
    row = _row("percentage", figure, computed, words)
    if round_half_up(computed, decimals) == figure.value:
        yield row | {"outcome": "agrees" if computed == figure.value else "agrees_at_rounding"}
        return
    other = _other_base(numerator[0], figure, figures, decimals)
    yield row | {"arithmetic": words + (f"; {other}" if other else "")}


def _other_base(numerator: float, figure: _Figure, figures: _Figures, decimals: int) -> str:
    """Return the words for a base printed beside this percentage that would give it, if there is one."""
    titles = catalogue.series()["title"]
    for other in figures.at(figure):
        if other.value >= numerator > 0 and round_half_up(100 * numerator / other.value, decimals) == figure.value:
            printed = _percent(figure.value, decimals)
            title = titles[other.series][0].lower() + titles[other.series][1:]
            return f"{_number(numerator)} / {_number(other.value)} ({title}) would give the {printed} that is printed"
    return ""


def _row(rule: str, figure: _Figure, computed: float, words: str) -> dict[str, object]:
    difference = figure.value - computed
    return {
        "check": rule,
        "series": figure.series,
        "area": figure.area,
        "period": figure.period,
        "category": figure.category,
        "source": figure.source,
        "printed": figure.value,
        "computed": computed,
        "difference": difference,
        "outcome": "differs" if difference else "agrees",
        "arithmetic": words,
    }


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _percent(value: float, decimals: int) -> str:
    return f"{float(round_half_up(value, decimals)):.{decimals}f} %"


def _over(words: str) -> str:
    return f"({words})" if " " in words else words


_Check = Callable[[_Figure, _Figures, dict[str, str]], Iterator[dict[str, object]]]
_CHECKS: tuple[_Check, ...] = (_quarters, _parts, _members, _formula, _percentage, _subset)
