"""Whether a return is consistent with itself (parts, totals, stages) and with the agency's earlier figures."""

from __future__ import annotations

from functools import cache
from typing import Any

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
# With too few quarters for a chart we ask about a step from the last one if chance would make it less than once in a thousand
# times, and if it is by half at least, because real figures move more than chance does.
_RARE, _STEP = 0.001, 1.5
# A return looks like year to date if it has four figures or more with five earlier cases, and four fifths are that high.
_FLOWS, _CASES, _SHARE = 4, 5, 0.8


def history(current: pd.DataFrame) -> History:
    """Return the earlier values of each figure, {key: {period: value}}, from the current observations (`measures.current`)."""
    with_value = current[current["status"].isin(WITH_VALUE)]
    by_figure: History = {}
    columns = ["series", "category", "area", "period", "value"]
    for series, category, area, period, value in with_value[columns].itertuples(index=False):
        by_figure.setdefault(f"{series}:{category}@{area}", {})[period] = value
    return by_figure


def check(agency_return: Return, earlier: History) -> list[Remark]:
    """Return remarks on parts and totals, figures outside their usual range, changed definitions, and figures to date."""
    return [
        *_wholes(agency_return),
        *_totals(agency_return),
        *_unusual(agency_return, earlier),
        *_definitions(agency_return, earlier),
        *_to_date(agency_return, earlier),
    ]


def _place_of(row: Any) -> dict[str, str]:
    return {
        "sheet": row.sheet,
        "cell": return_form.address(int(row.row), int(row.column)),
        "figure": row.label,
    }


def _figures_with_value(agency_return: Return) -> pd.DataFrame:
    figures = agency_return.figures.assign(label=return_form.labels(agency_return.figures)[return_form.FIGURE])
    return figures[figures["value"].notna()]


def _wholes(agency_return: Return) -> list[Remark]:
    """Return remarks on parts larger than their whole; where the two may count different cases, an explanation is enough."""
    figures = _figures_with_value(agency_return)
    value_of_key, labels = (dict(zip(figures["key"], figures[column], strict=True)) for column in ("value", "label"))
    remarks = []
    for row in figures.itertuples(index=False):
        whole = whole_of(row.key)
        if whole in value_of_key and row.value > value_of_key[whole]:
            may_exceed = row.series in _may_exceed()
            if may_exceed and row.remark:
                continue
            finding = f"{row.value:.0f}, which is more than the {value_of_key[whole]:.0f} of “{labels[whole]}”"
            todo = f"{_may_exceed()[row.series]} If so, say it under Remark." if may_exceed else "One of the two can't be right."
            remarks.append(Remark(ASKED if may_exceed else REFUSED, finding, todo, **_place_of(row)))
    return remarks


def _totals(agency_return: Return) -> list[Remark]:
    """Return remarks on totals that differ from the sum of their parts, where the parts exclude each other."""
    figures, known_series = _figures_with_value(agency_return), catalogue.series()
    number_requested = agency_return.figures.groupby(["series", "area"])["key"].count()
    remarks = []
    for (series, area), parts in figures.groupby(["series", "area"], sort=False):
        whole = figures[(figures["series"] == known_series.at[series, "parts_of"]) & (figures["area"] == area)]
        if known_series.at[series, "exclusive"] != "yes" or whole.empty or len(parts) < number_requested[series, area]:
            continue
        total, sum_of_parts = next(whole.itertuples(index=False)), parts["value"].sum()
        if sum_of_parts != total.value:
            addends = " + ".join(f"{value:.0f}" for value in parts["value"])
            title = known_series.at[series, "title"].lower()
            finding = f"{total.value:.0f}, but its parts add up to {sum_of_parts:.0f} ({addends}; {title})"
            remarks.append(Remark(REFUSED, finding, "Total and parts have to agree.", **_place_of(total)))
    return remarks


def _unusual(agency_return: Return, earlier: History) -> list[Remark]:
    """Return remarks on figures outside the limits of their series or, with too few quarters for them, far from the last one."""
    figures = _figures_with_value(agency_return)
    unexplained = figures[(figures["period"].map(periods.kind) == "quarter") & (figures["remark"] == "")]
    rows_with_past = [(row, _past(row, earlier)) for row in unexplained.itertuples(index=False)]
    remarks = []
    short_series = [(row, past[-1]) for row, past in rows_with_past if past and len(past) < CHART_FROM]
    if short_series:
        current, last = np.array([(row.value, last_value) for row, last_value in short_series], dtype=float).T
        p_value = np.asarray(rate_ratio(current, np.ones_like(current), last, np.ones_like(last)).p_value)
        is_far_from_last = (p_value < _RARE) & (np.maximum(current, last) >= _STEP * np.minimum(current, last))
        for (row, last_value), is_far in zip(short_series, is_far_from_last, strict=True):
            if is_far:
                remarks.append(_ask(row, f"{row.value:.0f}, after {last_value:.0f} in the quarter before"))
    for row, past in rows_with_past:
        if len(past) >= CHART_FROM:
            chart = xmr(past, kind="flow")
            lower, upper = chart.lower[-1], chart.upper[-1]
            if not np.isnan(lower) and not lower <= row.value <= upper:
                remarks.append(_ask(row, f"{row.value:.0f}, outside the usual {lower:.0f} to {upper:.0f}"))
    return remarks


def _ask(row: Any, finding: str) -> Remark:
    return Remark(
        ASKED, finding, "If it is right, say under Remark what is behind it; else send the right figure.", **_place_of(row)
    )


def _past(row: Any, earlier: History) -> list[float]:
    """Return the values of the quarters before, back to the first gap or change of definition, the earliest first."""
    by_period, values = earlier.get(row.key, {}), []
    period = periods.previous(row.period)
    while period in by_period and not _changed(row.series, period, row.period):
        values.append(by_period[period])
        period = periods.previous(period)
    return values[::-1]


def _definitions(agency_return: Return, earlier: History) -> list[Remark]:
    remarks = []
    for row in _figures_with_value(agency_return).itertuples(index=False):
        last = periods.previous(row.period)
        reason = _changed(row.series, last, row.period) if last in earlier.get(row.key, {}) else ""
        if reason:
            remarks.append(
                Remark(
                    NOTED,
                    "a figure whose meaning has changed",
                    f"{reason} It is not compared with those before.",
                    **_place_of(row),
                )
            )
    return remarks


def _changed(series: str, earlier: str, later: str) -> str:
    """Return why the figures of two periods are not one series; empty where they are."""
    return catalogue.break_of_series(series, periods.end(earlier), periods.end(later))


def _to_date(agency_return: Return, earlier: History) -> list[Remark]:
    """Return a remark if the figures seem to run from April to date: nearly all are as high as the earlier quarters' sum."""
    number = int(agency_return.period[-1])
    if number == 1 or agency_return.span == return_form.SPANS[1]:
        return []
    earlier_quarters = periods.quarters(agency_return.period)[: number - 1]
    is_high = []
    for row in _figures_with_value(agency_return).itertuples(index=False):
        by_period = earlier.get(row.key, {})
        sum_to_date = sum(by_period.get(quarter, np.nan) for quarter in earlier_quarters)
        is_flow = catalogue.series().at[row.series, "kind"] == "flow"
        if row.period == agency_return.period and is_flow and sum_to_date >= _CASES:
            # Half way between what one quarter like the earlier ones would be, and what the year to date would be.
            is_high.append(row.value >= sum_to_date * (number + 1) / (2 * (number - 1)))
    if len(is_high) < _FLOWS or np.mean(is_high) < _SHARE:
        return []
    finding = f"{sum(is_high)} of {len(is_high)} figures as high as if they ran from April to date"
    todo = f"Give the figures of the quarter only. If they are, choose “{return_form.SPANS[1]}” on the cover."
    return [Remark(REFUSED, finding, todo)]


@cache
def _may_exceed() -> dict[str, str]:
    table = tables.read("return_rules")
    return dict(zip(table["series"], table["reason"], strict=True))
