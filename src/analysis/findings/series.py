"""The sentences of whole series and of many areas: trends, control charts and funnels, by verdict from `phrases.csv`."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis import areas, catalogue, periods, wording
from analysis.findings.sentence import SMALL_BASE, percent_change, phrases, title
from analysis.statistics.arguments import TOO_FEW_POINTS

FOURS = "last four quarters against the four before"  # a trend's method, told with it

_ORDER = {"up": 0, "down": 0, "no clear trend": 1}
_TREND = {"up": "trend_up", "down": "trend_down", "no clear trend": "trend_none"}


def trend_sentences(tested: pd.DataFrame, *, sure_only: bool = False) -> list[str]:
    """Return a sentence for each series of `trend.tested`, clear trends first; with `sure_only` no others."""
    order = tested.assign(_order=tested["verdict"].map(_ORDER)).sort_values("_order", kind="stable")
    rows = order[order["verdict"] != "no clear trend"] if sure_only else order
    return [
        phrases()[_TREND[row.verdict]].format(
            title=title(row.indicator),
            area=areas.label(row.area),
            points=row.points,
            spans=row.spans,
            first=_value(row.indicator, row.first_value),
            first_when=periods.phrase(row.first_period),
            last=_value(row.indicator, row.last_value),
            last_when=periods.phrase(row.last_period),
            size=_size(row),
            how=phrases()["trend_fours"] if row.method == FOURS else "",
            strength=phrases()["trend_indicative"] if row.indicative else "",
        )
        for row in rows.itertuples(index=False)
    ]


def _size(row: Any) -> str:
    """Return the change a year; no percentage of a first year with few events, nor one without a limit."""
    if row.base_count < SMALL_BASE or not math.isfinite(row.upper):
        return phrases()["size_small"]
    parts = {part: percent_change(getattr(row, part), 1) for part in ("change", "lower", "upper")}
    return phrases()["trend_size"].format(**parts)


def control_sentence(chart: pd.DataFrame) -> str:
    """Return what the control chart of one series says of its latest quarter (the rows of one series of `trend.control`)."""
    held = chart[chart["phase"] == chart["phase"].iloc[-1]]
    last = held.iloc[-1]
    words = {
        "title": title(last["indicator"]),
        "area": areas.label(last["area"]),
        "points": int(held["value"].notna().sum()),
        "value": _value(last["indicator"], last["value"]),
        "when": periods.phrase(last["period"]),
        "centre": _value(last["indicator"], last["centre"]),
        # Not the icon's word: where points move one way and nothing else speaks, that is the way they move.
        "side": "high" if last["value"] > last["centre"] else "low",
    }
    if not last["icon"]:
        return phrases()["control_too_few" if last["status"] == TOO_FEW_POINTS else "control_trial"].format(**words)
    at_a_level = last["beyond_limit"] or last["run"] or last["two_of_three"]
    key = "control_none" if last["icon"] == "common cause" else "control_signal" if at_a_level else "control_moving"
    return phrases()[key].format(**words)


def funnel_sentence(row: pd.Series) -> str:
    """Return what the funnel says of one area (a row of `benchmark.funnel`)."""
    key = "funnel_high" if row["flag"] > 0 else "funnel_low" if row["flag"] < 0 else "funnel_within"
    return phrases()[key].format(
        title=title(row["indicator"]),
        area=areas.label(row["area"]),
        value=_value(row["indicator"], row["value"]),
        areas=row["areas"],
        target=_value(row["indicator"], row["target"]),
    )


def _value(indicator: str, figure: float) -> str:
    entry = catalogue.indicators().loc[indicator]
    return wording.value(figure, entry["unit"], int(entry["decimals"]))
