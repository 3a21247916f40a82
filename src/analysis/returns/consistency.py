"""Whether a return is consistent: with itself (parts, totals, stages) and with what the agency reported before."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue import periods, tables
from analysis.catalogue.framework import return_form
from analysis.returns.parsing import Return
from analysis.returns.remarks import ASKED, NOTED, REFUSED, Remark
from analysis.returns.template import whole_of
from analysis.statistics import CHART_FROM, rate_ratio, xmr
from analysis.store import WITH_VALUE

# {key of a figure: {period: value}}, as `framework.asked` names figures.
History = dict[str, dict[str, float]]
# Two quarters alone: a step is asked about that chance makes once in a thousand, and that is a third of the figure at least,
# because real figures move more than chance does.
_RARE, _STEP = 0.001, 1.5
# A return that is year to date: four figures or more, of five cases or more before, four fifths of them that high.
_FLOWS, _CASES, _SHARE = 4, 5, 0.8


def history(current: pd.DataFrame) -> History:
    """Return what is held of each figure before: {key: {period: value}}, from the current observations (`measures.current`)."""
    held = current[current["status"].isin(WITH_VALUE)]
    found: History = {}
    for series, category, area, period, value in held[["series", "category", "area", "period", "value"]].itertuples(index=False):
        found.setdefault(f"{series}:{category}@{area}", {})[period] = value
    return found


def check(mine: Return, before: History) -> list[Remark]:
    """Return remarks on parts and totals, on figures beyond their usual range, on changed definitions, and on years to date."""
    return [*_wholes(mine), *_totals(mine), *_unusual(mine, before), *_definitions(mine, before), *_to_date(mine, before)]


def _place(row: object) -> dict[str, str]:
    return {
        "sheet": row.sheet,  # type: ignore[attr-defined]
        "cell": return_form.address(int(row.row), int(row.column)),  # type: ignore[attr-defined]
        "figure": row.label,  # type: ignore[attr-defined]
    }


def _given(mine: Return) -> pd.DataFrame:
    figures = mine.figures.assign(label=return_form.labels(mine.figures)[return_form.FIGURE])
    return figures[figures["value"].notna()]


def _wholes(mine: Return) -> list[Remark]:
    """A part is not more than its whole; where the two may be of different cases, a word on it is enough."""
    given = _given(mine)
    values, names = (dict(zip(given["key"], given[column], strict=True)) for column in ("value", "label"))
    remarks = []
    for row in given.itertuples(index=False):
        whole = whole_of(row.key)
        if whole in values and row.value > values[whole]:
            soft = row.series in _may_exceed()
            if soft and row.remark:
                continue
            found = f"{row.value:.0f}, which is more than the {values[whole]:.0f} of “{names[whole]}”"
            todo = f"{_may_exceed()[row.series]} If so, say it under Remark." if soft else "One of the two can't be right."
            remarks.append(Remark(ASKED if soft else REFUSED, found, todo, **_place(row)))
    return remarks


def _totals(mine: Return) -> list[Remark]:
    """Parts that exclude each other add up to their whole."""
    given, known = _given(mine), catalogue.series()
    asked = mine.figures.groupby(["series", "area"])["key"].count()
    remarks = []
    for (series, area), parts in given.groupby(["series", "area"], sort=False):
        whole = given[(given["series"] == known.at[series, "parts_of"]) & (given["area"] == area)]
        if known.at[series, "exclusive"] != "yes" or whole.empty or len(parts) < asked[series, area]:
            continue
        total, sum_ = next(whole.itertuples(index=False)), parts["value"].sum()
        if sum_ != total.value:
            words = " + ".join(f"{value:.0f}" for value in parts["value"])
            found = f"{total.value:.0f}, but its parts add up to {sum_:.0f} ({words}; {known.at[series, 'title'].lower()})"
            remarks.append(Remark(REFUSED, found, "Total and parts have to agree.", **_place(total)))
    return remarks


def _unusual(mine: Return, before: History) -> list[Remark]:
    """A figure beyond the limits of its series, or (below five quarters) far from the last one: a word on it is asked for."""
    rows = [row for row in _given(mine).itertuples(index=False) if periods.kind(row.period) == "quarter" and not row.remark]
    pairs = [(row, _past(row, before)) for row in rows]
    remarks = []
    short = [(row, past[-1]) for row, past in pairs if past and len(past) < CHART_FROM]
    if short:
        now, last = (np.array(each, dtype=float) for each in ([row.value for row, _ in short], [past for _, past in short]))
        chance = np.asarray(rate_ratio(now, np.ones_like(now), last, np.ones_like(last)).p_value)
        far = (chance < _RARE) & (np.maximum(now, last) >= _STEP * np.minimum(now, last))
        for (row, figure), is_far in zip(short, far, strict=True):
            if is_far:
                remarks.append(_ask(row, f"{row.value:.0f}, after {figure:.0f} in the quarter before"))
    for row, past in pairs:
        if len(past) >= CHART_FROM:
            chart = xmr(past, kind="flow")
            lower, upper = chart.lower[-1], chart.upper[-1]
            if not np.isnan(lower) and not lower <= row.value <= upper:
                remarks.append(_ask(row, f"{row.value:.0f}, outside the usual {lower:.0f} to {upper:.0f}"))
    return remarks


def _ask(row: object, found: str) -> Remark:
    return Remark(ASKED, found, "If it is right, say under Remark what is behind it; else send the right figure.", **_place(row))


def _past(row: object, before: History) -> list[float]:
    """Return the quarters before, without a gap up to the last one, and since the definition last changed."""
    held, values = before.get(row.key, {}), []  # type: ignore[attr-defined]
    at = periods.previous(row.period)  # type: ignore[attr-defined]
    while at in held and not _changed(row.series, at, row.period):  # type: ignore[attr-defined]
        values.append(held[at])
        at = periods.previous(at)
    return values[::-1]


def _definitions(mine: Return, before: History) -> list[Remark]:
    remarks = []
    for row in _given(mine).itertuples(index=False):
        last = periods.previous(row.period)
        reason = _changed(row.series, last, row.period) if last in before.get(row.key, {}) else ""
        if reason:
            remarks.append(
                Remark(
                    NOTED, "a figure whose meaning has changed", f"{reason} It is not compared with those before.", **_place(row)
                )
            )
    return remarks


def _changed(series: str, earlier: str, later: str) -> str:
    """Return why the figures of two periods are not one series; empty where they are."""
    return catalogue.break_of_series(series, periods.end(earlier), periods.end(later))


def _to_date(mine: Return, before: History) -> list[Remark]:
    """Figures that run from April on: nearly all of them as high as the quarters before and one more together."""
    number = int(mine.period[-1])
    if number == 1 or mine.span == return_form.SPANS[1]:
        return []
    earlier = periods.quarters(mine.period)[: number - 1]
    high = []
    for row in _given(mine).itertuples(index=False):
        held = before.get(row.key, {})
        sum_ = sum(held.get(quarter, np.nan) for quarter in earlier)
        if row.period == mine.period and catalogue.series().at[row.series, "kind"] == "flow" and sum_ >= _CASES:
            # Half way between what a quarter like those before would be, and what a year to date would.
            high.append(row.value >= sum_ * (number + 1) / (2 * (number - 1)))
    if len(high) < _FLOWS or np.mean(high) < _SHARE:
        return []
    found = f"{sum(high)} of {len(high)} figures as high as if they ran from April to date"
    todo = f"Give the figures of the quarter only. If they are, choose “{return_form.SPANS[1]}” on the cover."
    return [Remark(REFUSED, found, todo)]


@cache
def _may_exceed() -> dict[str, str]:
    table = tables.read("return_rules")
    return dict(zip(table["series"], table["reason"], strict=True))
