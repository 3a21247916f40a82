"""Findings on whole series: slopes and control charts, their words by verdict from `phrases.csv`."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings.finding import Finding
from analysis.analyses.findings.places import value_words
from analysis.analyses.findings.sentence import percent_change, phrases, rarity_words, signed, title
from analysis.analyses.findings.verdicts import STANDS_OUT, judgement
from analysis.catalogue import areas, periods
from analysis.statistics.arguments import TOO_FEW_POINTS

_ICON_JUDGEMENT = {"improvement": "better", "concern": "worse"}


def findings_of_slopes(slopes: pd.DataFrame) -> list[Finding]:
    """Return a Finding for each series of `trend.slopes`, in its order.

    >>> from analysis.analyses import trend
    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2023-24", areas=["Leicestershire"])
    >>> rows = trend.slopes(here.official_measures, here.official_year)
    >>> findings_of_slopes(rows[rows["indicator"] == "plans_in_force_per_10k"])[0].verdict
    'usual'
    """
    return [_of_slope(row) for row in slopes.itertuples(index=False)]


def _of_slope(row: Any) -> Finding:
    share = catalogue.indicators().at[row.indicator, "kind"] == "percentage"
    words = [_slope_words(getattr(row, side), share) for side in ("slope", "lower", "upper")]
    rarity = rarity_words(row.rarity)
    stands_out = row.verdict in STANDS_OUT
    steps = row.rises + row.falls
    headline = phrases()[f"slope_{row.direction}"].format(
        title=title(row.indicator),
        area=areas.label(row.area),
        first=value_words(row.indicator, row.first_value),
        first_when=periods.phrase(row.first_period),
        last=value_words(row.indicator, row.last_value),
        last_when=periods.phrase(row.last_period),
        length=_length(row),
        rarity=rarity,
        assumed=phrases()["said_assumed"] if row.assumed else "",
        verdict=phrases()[f"verdict_{row.verdict.replace(' ', '_')}"],
        net=phrases()["slope_net"] if row.net else "",
        steady=_steady(row) if stands_out and steps else "",
        restated=_restated(row),
    )
    drawn = [100 * (getattr(row, side) - 1) if not share else getattr(row, side) for side in ("slope", "lower", "upper")]
    return Finding(
        method="slope",
        verdict=row.verdict,
        judgement=judgement(catalogue.indicators().at[row.indicator, "polarity"], row.direction) if stands_out else "",
        indicator=row.indicator,
        area=row.area,
        category=catalogue.TOTAL,
        title=title(row.indicator),
        headline=headline,
        direction=row.direction,
        rarity=row.rarity,
        before_words=f"{value_words(row.indicator, row.first_value)} ({periods.label(row.first_period)})",
        now_words=f"{value_words(row.indicator, row.last_value)} ({periods.label(row.last_period)})",
        change_words=f"{words[0]} a year",
        usual_words=f"{words[1]} to {words[2]}",
        rarity_words=f"{rarity}, assumed" if row.assumed else rarity,
        verdict_words=phrases()[f"verdict_{row.verdict.replace(' ', '_')}"],
        next_words=_next_words(row),
        estimate=drawn[0] if math.isfinite(drawn[0]) else math.nan,
        lower=drawn[1],
        upper=drawn[2],
    )


def _next_words(row: Any) -> str:
    """Return where the next year's figure lies four times in five; empty where that isn't worked out or has no upper end."""
    if not (math.isfinite(row.next_lower) and math.isfinite(row.next_upper)):
        return ""
    return f"{value_words(row.indicator, row.next_lower)} to {value_words(row.indicator, row.next_upper)}"


def _slope_words(value: float, share: bool) -> str:
    return f"{signed(value, 1)} points" if share else f"{percent_change(value, 1)}%"


def _length(row: Any) -> str:
    """Return over how many years or quarters a series runs, and of how many of them there is a figure."""
    whole = len(periods.through(row.first_period, row.last_period)) if row.spans == "quarters" else _years(row)
    phrase = "slope_whole" if whole == row.points else "slope_gaps"
    return phrases()[phrase].format(points=row.points, spans=row.spans, whole=whole)


def _years(row: Any) -> int:
    first, last = (int(periods.year_of(each)[:4]) for each in (row.first_period, row.last_period))
    return last - first + 1


def _steady(row: Any) -> str:
    steps, most = row.rises + row.falls, max(row.rises, row.falls)
    return phrases()["slope_steady"].format(verb="rose" if row.rises >= row.falls else "fell", most=most, steps=steps)


def _restated(row: Any) -> str:
    """Return what a reader must know of the vintages of a series: how many of its points were restated since."""
    if not 0 < row.restated < row.points:
        return ""
    return phrases()["slope_restated"].format(restated=row.restated, rest=row.points - row.restated)


def finding_of_chart(chart: pd.DataFrame) -> Finding:
    """Return what the control chart of one series says of its latest quarter (the rows of one series of `trend.control`).

    >>> from analysis.analyses import trend
    >>> counts = [20.0, 22, 19, 21, 20, 23, 21, 20, 22, 21, 19, 20, 45]
    >>> quarters = periods.through("2010-11-Q1", "2013-14-Q1")
    >>> series = {"indicator": "contacts", "area": "E10000018", "category": "all", "period": quarters, "status": "final"}
    >>> chart = trend.control(pd.DataFrame(series | {"value": counts}), "2013-14-Q1")
    >>> finding_of_chart(chart).verdict
    'neutral high'
    """
    latest_phase = chart[chart["phase"] == chart["phase"].iloc[-1]]
    last = latest_phase.iloc[-1]
    words = {
        "title": title(last["indicator"]),
        "area": areas.label(last["area"]),
        "points": str(latest_phase["value"].notna().sum()),
        "value": value_words(last["indicator"], last["value"]),
        "when": periods.phrase(last["period"]),
        "centre": value_words(last["indicator"], last["centre"]),
        # Not the icon's word: where points move one way and nothing else speaks, that is the way they move.
        "side": "high" if last["value"] > last["centre"] else "low",
    }
    at_a_level = last["beyond_limit"] or last["run"] or last["two_of_three"]
    if not last["icon"]:
        key = "control_too_few" if last["status"] == TOO_FEW_POINTS else "control_trial"
    else:
        key = "control_none" if last["icon"] == "common cause" else "control_signal" if at_a_level else "control_moving"
    return Finding(
        method="control",
        verdict=last["icon"],
        judgement=_ICON_JUDGEMENT.get(last["icon"].partition(" ")[0], ""),
        indicator=last["indicator"],
        area=last["area"],
        category=catalogue.TOTAL,
        title=words["title"],
        headline=phrases()[key].format(**words),
        before_words=words["centre"],
        now_words=words["value"],
    )
