"""Checks of arithmetic: every printed total against its parts, every printed percentage against its numerator and base.

A difference doesn't stop a run: it is a finding. Each check is one row with its rule, the figure, the printed cell, the computed
value, the difference and the arithmetic in one line. The rules are columns of `series.csv`, so a new series is checked without
new code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods, tables
from analysis.clean.printed.statements import FILE as STATEMENTS
from analysis.statistics import round_half_up
from analysis.store import CHECK_COLUMNS, WITH_VALUE

# The name of each rule and what it compares; the data-quality page shows these words.
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
    """One printed figure with the fields that a check needs."""

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
    """The printed figures by key: of several prints the one with the best precedence, then the one of the same file."""

    def __init__(self, observations: pd.DataFrame) -> None:
        with_value = observations[observations["status"].isin(WITH_VALUE)]
        fields = with_value[["series", *_PLACE, "value", "source"]].itertuples(index=False, name=None)
        self.printed = [_Figure(*row) for row in fields]
        self._by_key: dict[tuple[str, ...], list[_Figure]] = {}
        self._of_area: dict[tuple[str, ...], list[_Figure]] = {}
        for figure in self.printed:
            self._by_key.setdefault((figure.series, figure.area, figure.period, figure.category), []).append(figure)
            self._of_area.setdefault((figure.series, figure.area), []).append(figure)

    def get(self, series: str, area: str, period: str, category: str, near: _Figure) -> _Figure | None:
        prints = self._by_key.get((series, area, period, category), [])
        return min(prints, key=lambda figure: (catalogue.precedence(figure.source), figure.file != near.file), default=None)

    def total(self, reference: str, at: _Figure) -> tuple[float, str] | None:
        """Return (sum, "a + b") of a reference for the area and period of a figure; None when one of its terms isn't printed."""
        total, words = 0.0, []
        for term in catalogue.terms(reference):
            category = at.category if term.category == catalogue.SAME_CATEGORY else term.category
            figure = self.get(term.series, at.area, at.period, category, at)
            if figure is None:
                return None
            total += term.sign * figure.value
            words.append(f"{'−' if term.sign < 0 else '+'} {_number_text(figure.value)}")
        return (total, " ".join(words).removeprefix("+ ")) if words else None

    def of_area(self, series: str, area: str) -> list[_Figure]:
        """Return the figures of a series that are printed for an area, of every period."""
        return self._of_area.get((series, area), [])

    def counts_beside(self, near: _Figure) -> Iterator[_Figure]:
        """Yield the counts printed in the same file for the same area and period."""
        for figure in self.printed:
            beside = (figure.area, figure.period) == (near.area, near.period) and figure.file == near.file
            if beside and _definitions()[figure.series]["unit"] == "count":
                yield figure


def check(observations: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each check, in CHECK_COLUMNS, ordered by rule and source.

    `outcome` is agrees, agrees_at_rounding or differs. `cells` has the printed text, whose decimals say how it was
    rounded. Percentages are compared as printed, rounded half up.
    """
    figures = _Figures(observations)
    printed_texts = dict(zip(cells["source"], cells["text"], strict=True))
    rows = [row for rule in _CHECKS for figure in figures.printed for row in rule(figure, figures, printed_texts)]
    frame = pd.DataFrame(rows, columns=list(CHECK_COLUMNS)).drop_duplicates()
    return frame.sort_values(["check", "source", "series", "category"], ignore_index=True)


def _check_quarters(figure: _Figure, figures: _Figures, _printed_texts: dict[str, str]) -> Iterator[dict[str, object]]:
    definition = _definitions()[figure.series]
    if definition["kind"] != "flow" or definition["unit"] == "percent" or periods.kind(figure.period) != "year":
        return
    figures_of_quarters = [
        figures.get(figure.series, figure.area, quarter, figure.category, figure) for quarter in periods.quarters(figure.period)
    ]
    quarters = [quarter for quarter in figures_of_quarters if quarter is not None and quarter.file == figure.file]
    if len(quarters) == 4:
        words = " + ".join(_number_text(quarter.value) for quarter in quarters)
        yield _check_row("quarters_to_year", figure, sum(quarter.value for quarter in quarters), words)


def _check_parts(figure: _Figure, figures: _Figures, _printed_texts: dict[str, str]) -> Iterator[dict[str, object]]:
    if figure.category != catalogue.TOTAL:
        return
    for part in _parts_of().get(figure.series, ()):
        parts = [
            other
            for other in figures.of_area(part, figure.area)
            if other.period == figure.period and other.category != catalogue.TOTAL
        ]
        # Compare parts and whole of one printed table only: prose names one or two parts of a breakdown, not all.
        parts = [other for other in parts if other.file == figure.file]
        if len(parts) > 1 and not figure.file.endswith(STATEMENTS):
            words = " + ".join(_number_text(other.value) for other in parts)
            total = sum(other.value for other in parts)
            row = _check_row("parts_to_whole", figure, total, f"{part}: {words}")
            needs_not_cover = part in _incomplete() and total <= figure.value
            yield row | ({"difference": 0.0, "outcome": "agrees"} if needs_not_cover else {})


def _check_members(figure: _Figure, figures: _Figures, _printed_texts: dict[str, str]) -> Iterator[dict[str, object]]:
    figures_of_members = [
        figures.get(figure.series, member, figure.period, figure.category, figure) for member in areas.members(figure.area)
    ]
    members = [member for member in figures_of_members if member is not None]
    if members and len(members) == len(figures_of_members):
        words = " + ".join(_number_text(member.value) for member in members)
        yield _check_row("members_to_total", figure, sum(member.value for member in members), words)


def _check_formula(figure: _Figure, figures: _Figures, _printed_texts: dict[str, str]) -> Iterator[dict[str, object]]:
    total = figures.total(_definitions()[figure.series]["equals"], figure)
    if total is not None and figure.category == catalogue.TOTAL:
        yield _check_row("formula", figure, total[0], total[1])


def _check_subset(figure: _Figure, figures: _Figures, _printed_texts: dict[str, str]) -> Iterator[dict[str, object]]:
    reference = _definitions()[figure.series]["subset_of"]
    whole = figures.total(reference, figure)
    if whole is not None and not (figure.value > whole[0] and _is_of_another_base(figure, figure.series, reference, figures)):
        excess = max(figure.value - whole[0], 0.0)
        outcome = "differs" if excess else "agrees"
        words = f"{_number_text(figure.value)} of {_number_text(whole[0])}"
        yield _check_row("subset", figure, whole[0], words) | {"difference": excess, "outcome": outcome}


def _check_percentage(figure: _Figure, figures: _Figures, printed_texts: dict[str, str]) -> Iterator[dict[str, object]]:
    definition = _definitions()[figure.series]
    by_category = f":{catalogue.SAME_CATEGORY}" in definition["numerator"]
    if figure.category != catalogue.TOTAL and not by_category:
        return  # the numerator and base are of the whole series; those of this category are not printed
    numerator, base = (figures.total(definition[side], figure) for side in ("numerator", "denominator"))
    if numerator is None or base is None or base[0] <= 0:
        return
    above = numerator[0] > base[0] and figure.value <= 100
    if above and _is_of_another_base(figure, definition["numerator"], definition["denominator"], figures):
        return
    printed = printed_texts[figure.source]
    decimals = len(printed.split(" ")[0].strip("*%").partition(".")[2])
    computed = 100 * numerator[0] / base[0]
    words = f"{_in_brackets(numerator[1])} / {_in_brackets(base[1])} = {_percent_text(computed, max(decimals, 1))}"
    row = _check_row("percentage", figure, computed, words)
    if round_half_up(computed, decimals) == figure.value:
        yield row | {"outcome": "agrees" if computed == figure.value else "agrees_at_rounding"}
        return
    explanation = _other_base(numerator[0], figure, figures, decimals)
    yield row | {"arithmetic": words + (f"; {explanation}" if explanation else "")}


def _other_base(numerator: float, figure: _Figure, figures: _Figures, decimals: int) -> str:
    """Return a sentence on a base in the same file that would give the printed percentage; empty if there is none."""
    for other in figures.counts_beside(figure):
        if other.value >= numerator > 0 and round_half_up(100 * numerator / other.value, decimals) == figure.value:
            printed = _percent_text(figure.value, decimals)
            title = _definitions()[other.series]["title"]
            title = title[0].lower() + title[1:]
            return f"{_number_text(numerator)} / {_number_text(other.value)} ({title}) would give the {printed} that is printed"
    return ""


def _is_of_another_base(near: _Figure, numerator: str, denominator: str, figures: _Figures) -> bool:
    """Whether shares of a count are printed for an area, and a base gives none of them: it is not what was divided by."""
    all_series = catalogue.series()
    of_both = (all_series["unit"] == "percent") & (all_series["numerator"] == numerator)
    shares = [share for name in all_series.index[of_both & (all_series["denominator"] == denominator)]
              for share in figures.of_area(name, near.area)]  # fmt: skip
    given = [_gives(share, numerator, denominator, figures) for share in shares]
    return len([each for each in given if each is not None]) > 1 and not any(given)


def _gives(share: _Figure, numerator: str, denominator: str, figures: _Figures) -> bool | None:
    """Return whether two counts give a printed share to within one percentage point; None where one of them isn't printed."""
    top, base = figures.total(numerator, share), figures.total(denominator, share)
    return None if top is None or base is None or base[0] <= 0 else abs(100 * top[0] / base[0] - share.value) <= 1


@cache
def _definitions() -> dict[str, dict[str, str]]:
    """Return {series: its row of `series.csv`}: a thousand figures ask for theirs."""
    return {str(name): row for name, row in catalogue.series().to_dict("index").items()}


@cache
def _parts_of() -> dict[str, list[str]]:
    """Return {whole: the breakdowns whose parts add up to it}."""
    found: dict[str, list[str]] = {}
    for name, row in _definitions().items():
        if row["exclusive"] == "yes":
            found.setdefault(row["parts_of"], []).append(name)
    return found


def _incomplete() -> frozenset[str]:
    """Return the breakdowns whose parts needn't cover the whole."""
    return frozenset(tables.read("incomplete_breakdowns")["series"])


def _check_row(rule: str, figure: _Figure, computed: float, words: str) -> dict[str, object]:
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


def _number_text(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _percent_text(value: float, decimals: int) -> str:
    return f"{float(round_half_up(value, decimals)):.{decimals}f} %"


def _in_brackets(words: str) -> str:
    return f"({words})" if " " in words else words


_Check = Callable[[_Figure, _Figures, dict[str, str]], Iterator[dict[str, object]]]
_CHECKS: tuple[_Check, ...] = (_check_quarters, _check_parts, _check_members, _check_formula, _check_percentage, _check_subset)
