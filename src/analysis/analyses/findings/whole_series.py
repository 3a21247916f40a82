"""Findings on whole series and on many areas: trends, control charts and funnels, their words by verdict from `phrases.csv`."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings.finding import Finding
from analysis.analyses.findings.sentence import SMALL_BASE, percent_change, phrases, title
from analysis.analyses.findings.verdicts import judgement
from analysis.catalogue import areas, periods, wording
from analysis.statistics.arguments import TOO_FEW_POINTS

FOURS = "last four quarters against the four before"  # a trend's method, told with it

_ORDER = ("worse", "better", "")
_TREND = {"up": "trend_up", "down": "trend_down", "no clear trend": "trend_none"}
_FUNNEL = {"up": "funnel_high", "down": "funnel_low", "within": "funnel_within"}
_ICON_JUDGEMENT = {"improvement": "better", "concern": "worse"}
# The methods of `trend.tested`, as rows of methods.csv.
_METHODS = {
    FOURS: "trend_fours",
    "exact": "trend_exact",
    "exact, few points": "trend_exact",
    "quasi-Poisson": "trend_regression",
    "quasi-Poisson with quarters": "trend_regression",
}


def findings_of_trends(tested: pd.DataFrame) -> list[Finding]:
    """Return a Finding for each series of `trend.tested`: clear trends first, and of these what got worse before the rest.

    >>> from analysis.analyses import trend
    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2023-24", areas=["Leicestershire"])
    >>> found = findings_of_trends(trend.tested(here.official_measures, here.official_year))
    >>> found[0].verdict, found[0].change_words
    ('down', '−1.9% a year')
    """
    findings = [_of_trend(row) for row in tested.itertuples(index=False)]
    return sorted(findings, key=lambda each: (not each.sure, _ORDER.index(each.judgement)))


def _length(row: Any) -> str:
    """Return how long a series is, and of how many of its periods there is a figure."""
    whole = len(periods.through(row.first_period, row.last_period))
    phrase = "trend_whole" if row.method == FOURS or whole == row.points else "trend_gaps"
    return phrases()[phrase].format(points=row.points, spans=row.spans, whole=whole)


def _ends_say_otherwise(row: Any) -> bool:
    """Return whether the last figure lies above the first of a falling series, or below that of a rising one."""
    moved = row.last_value - row.first_value
    return row.method != FOURS and ((row.verdict == "up" and moved < 0) or (row.verdict == "down" and moved > 0))


def _of_trend(row: Any) -> Finding:
    words = {part: percent_change(getattr(row, part), 1) for part in ("change", "lower", "upper")} if _has_size(row) else {}
    headline = phrases()[_TREND[row.verdict]].format(
        title=title(row.indicator),
        area=areas.label(row.area),
        length=_length(row),
        against=phrases()["trend_against"].format(spans=row.spans) if _ends_say_otherwise(row) else "",
        first=_value(row.indicator, row.first_value),
        first_when=periods.phrase(row.first_period),
        last=_value(row.indicator, row.last_value),
        last_when=periods.phrase(row.last_period),
        size=phrases()["trend_size"].format(**words) if words else phrases()["size_small"],
        how=phrases()["trend_fours"] if row.method == FOURS else "",
        strength=phrases()["trend_indicative"] if row.indicative else "",
        restated=_restated(row),
        ranks=_ranks(row),
    )
    drawn = [100 * (getattr(row, part) - 1) for part in words] or [math.nan] * 3
    return Finding(
        method=_METHODS[row.method],
        verdict=row.verdict,
        judgement=judgement(catalogue.indicators().at[row.indicator, "polarity"], row.verdict),
        stands=bool(row.stands),
        indicator=row.indicator,
        area=row.area,
        category=catalogue.TOTAL,
        title=title(row.indicator),
        headline=headline,
        before_words=f"{_value(row.indicator, row.first_value)} ({periods.label(row.first_period)})",
        now_words=f"{_value(row.indicator, row.last_value)} ({periods.label(row.last_period)})",
        change_words=f"{words['change']}% a year" if words else "",
        interval_words=f"{words['lower']}% to {words['upper']}%" if words else "",
        estimate=drawn[0],
        lower=drawn[1],
        upper=drawn[2],
    )


def _has_size(row: Any) -> bool:
    """Whether the change a year may be put as a percentage: not of a first year with few events, nor without a limit."""
    return bool(row.base_count >= SMALL_BASE and math.isfinite(row.upper))


def _ranks(row: Any) -> str:
    """Return whether the order of the quarters alone says the same; empty where it was not tested or both see no trend."""
    if not row.by_ranks or row.by_ranks == row.verdict == "no clear trend":
        return ""
    return phrases()["trend_ranks_agree" if row.by_ranks == row.verdict else "trend_ranks_differ"]


def _restated(row: Any) -> str:
    """Return what a reader must know of the vintages of a series: how many of its points were restated since."""
    if not 0 < row.restated < row.points:
        return ""
    return phrases()["trend_restated"].format(restated=row.restated, rest=row.points - row.restated)


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
        "value": _value(last["indicator"], last["value"]),
        "when": periods.phrase(last["period"]),
        "centre": _value(last["indicator"], last["centre"]),
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
        stands=False,  # one chart at a time: how often charts cry out by chance stands in docs/methods-evidence.md
        indicator=last["indicator"],
        area=last["area"],
        category=catalogue.TOTAL,
        title=words["title"],
        headline=phrases()[key].format(**words),
        before_words=words["centre"],
        now_words=words["value"],
    )


def finding_of_funnel(row: pd.Series) -> Finding:
    """Return what the funnel says of one area (a row of `benchmark.funnel`).

    >>> from analysis.analyses import benchmark
    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2023-24")
    >>> rows = benchmark.funnel(here.official, here.official_year)
    >>> finding_of_funnel(rows[rows["area"] == "E10000018"].iloc[0]).verdict
    'within'
    """
    verdict = "up" if row["flag"] > 0 else "down" if row["flag"] < 0 else "within"
    value, target = _value(row["indicator"], row["value"]), _value(row["indicator"], row["target"])
    return Finding(
        method="funnel",
        verdict=verdict,
        judgement=judgement(catalogue.indicators().at[row["indicator"], "polarity"], verdict),
        stands=False,  # the 99.8 % line is the allowance for many areas: the label says which line was passed
        indicator=row["indicator"],
        area=row["area"],
        category=catalogue.TOTAL,
        title=title(row["indicator"]),
        headline=phrases()[_FUNNEL[verdict]].format(
            title=title(row["indicator"]), area=areas.label(row["area"]), value=value, areas=row["areas"], target=target
        ),
        before_words=target,
        now_words=value,
    )


def _value(indicator: str, figure: float) -> str:
    entry = catalogue.indicators().loc[indicator]
    return wording.value(figure, entry["unit"], int(entry["decimals"]))
