"""Verdicts: two figures of one indicator compared, with the interval of their difference and what could have been seen."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.analyses.findings.breaks import break_of
from analysis.statistics import (
    benjamini_hochberg,
    detectable_difference,
    detectable_ratio,
    proportion_difference,
    rate_ratio,
)

# What a frame of pairs has: one figure, and the reference that it is held against (the earlier one, or the others').
PAIR_COLUMNS = (
    "indicator", "area", "category", "period", "value", "numerator", "denominator",
    "reference_name", "reference_period", "reference", "reference_numerator", "reference_denominator",
)  # fmt: skip
_UP, _DOWN, _SAME = "up", "down", "no clear change"
# "better" or "worse" by polarity and direction; a neutral indicator and a band have neither.
_JUDGEMENT = {
    ("high_is_good", _UP): "better",
    ("high_is_good", _DOWN): "worse",
    ("low_is_good", _UP): "worse",
    ("low_is_good", _DOWN): "better",
}
# Worse and sure first, then better and sure, then sure without a judgement, then what could not be tested or seen.
_ORDER = {
    "worse": 0,
    "better": 1,
    _UP: 2,
    _DOWN: 2,
    "not comparable": 3,
    "not tested": 3,
    "values only": 4,
    _SAME: 5,
    "no events": 6,
    "missing": 7,
}


def judge(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs with verdicts, ordered by importance; frame in, new frame out.

    Added: `method` (ratio, points or none), `estimate`, `lower`, `upper` (ratio of the figure to its reference, or percentage
    points), `p_value`, `detectable_up`, `detectable_down` (power 80 %), `verdict`, `reason` (where nothing could be tested: a
    key of `phrases.csv`, or the words of a break in `breaks.csv`), `judgement` (better, worse or empty) and `stands` (still a
    change once the number of comparisons is allowed for, Benjamini and Hochberg at 5 %).

    A census counts everybody: its shares are set side by side without a test. Events and rates: conditional exact
    ratio. Shares: Newcombe's difference. A verdict is up or down only where the interval excludes no change; without both
    bases nothing is tested, whatever the percentages look like.

    >>> figures = ["contacts", "E10000018", "all", "2012-13", 120.0, 120.0, float("nan"), "", "2011-12", 90.0, 90.0, float("nan")]
    >>> judged = judge(pd.DataFrame([figures], columns=list(PAIR_COLUMNS)))
    >>> judged[["method", "verdict", "judgement"]].values.tolist(), float(round(judged.at[0, "lower"], 2))
    ([['ratio', 'up', '']], 1.01)
    """
    indicators = catalogue.indicators()
    uncertainty = pairs["indicator"].map(indicators["uncertainty"])
    unit = pairs["indicator"].map(indicators["unit"])
    breaks = _breaks(pairs)
    both_given = pairs["value"].notna() & pairs["reference"].notna()
    comparable = both_given & (breaks == "")
    poisson = comparable & (uncertainty == "poisson") & pairs["numerator"].notna() & pairs["reference_numerator"].notna()
    binomial = comparable & (uncertainty == "binomial") & pairs["denominator"].notna() & pairs["reference_denominator"].notna()
    ratio = _ratios(pairs, poisson)
    points = _points(pairs, binomial)
    result = pairs.assign(
        method=np.select([poisson, binomial], ["ratio", "points"], "none"),
        **{column: np.where(poisson, ratio[column], points[column]) for column in ratio},
    )
    no_change = np.where(poisson, 1.0, 0.0)
    result["verdict"] = np.select(
        [
            ~both_given,
            ~comparable,
            poisson & (pairs["numerator"] == 0) & (pairs["reference_numerator"] == 0),
            (poisson | binomial) & (result["lower"] > no_change),
            (poisson | binomial) & (result["upper"] < no_change),
            poisson | binomial,
            (unit != "percent") | (uncertainty == "census"),
        ],
        ["missing", "not comparable", "no events", _UP, _DOWN, _SAME, "values only"],
        "not tested",
    )
    counted = pairs["numerator"].notna() | pairs["reference_numerator"].notna()
    result["reason"] = np.select(
        [~both_given, ~comparable, result["verdict"] != "not tested", uncertainty == "binomial", counted],
        ["reason_missing", breaks, "", "reason_base", "reason_flows"],
        "reason_printed",
    )
    polarity = pairs["indicator"].map(indicators["polarity"])
    result["judgement"] = [judgement(*key) for key in zip(polarity, result["verdict"], strict=True)]
    result["stands"] = benjamini_hochberg(result["p_value"].to_numpy(float)).flags
    return _ordered(result)


def judgement(polarity: str, verdict: str) -> str:
    """Return "better" or "worse" for a direction of an indicator that has a good side, else the empty string."""
    return _JUDGEMENT.get((polarity, verdict), "")


def _breaks(pairs: pd.DataFrame) -> pd.Series:
    """Return for each pair why the two are not one series: a break of definition, base or collection lies between them."""
    keys = pairs[["indicator", "reference_period", "period"]].drop_duplicates()
    reasons = [break_of(row.indicator, row.reference_period, row.period) for row in keys.itertuples(index=False)]
    matched = pairs[list(keys)].merge(keys.assign(reason=reasons), how="left", on=list(keys))["reason"]
    return matched.set_axis(pairs.index).fillna("")


def _ordered(result: pd.DataFrame) -> pd.DataFrame:
    rank = result["judgement"].where(result["judgement"] != "", result["verdict"]).map(_ORDER)
    position = result["indicator"].map({name: number for number, name in enumerate(catalogue.indicators().index)})
    keys = result.assign(_rank=rank, _stands=~result["stands"], _position=position)
    by = ["_rank", "_stands", "_position", "category", "area"]
    return keys.sort_values(by, kind="stable").drop(columns=["_rank", "_stands", "_position"]).reset_index(drop=True)


def _ratios(pairs: pd.DataFrame, rows: pd.Series) -> dict[str, np.ndarray]:
    x1, x2 = (pairs[column].where(rows).to_numpy(float) for column in ("numerator", "reference_numerator"))
    n1, n2 = (
        pairs[column].where(rows & pairs[column].notna(), 1.0).to_numpy(float)
        for column in ("denominator", "reference_denominator")
    )
    ratio, detectable = rate_ratio(x1, n1, x2, n2), detectable_ratio(x2, n1=n1, n2=n2)
    return {
        "estimate": np.asarray(ratio.value, float),
        "lower": np.asarray(ratio.lower, float),
        "upper": np.asarray(ratio.upper, float),
        "p_value": np.asarray(ratio.p_value, float),
        "detectable_up": np.asarray(detectable.rise, float),
        "detectable_down": np.asarray(detectable.fall, float),
    }


def _points(pairs: pd.DataFrame, rows: pd.Series) -> dict[str, np.ndarray]:
    x1, n1, x2, n2 = (
        pairs[column].where(rows).to_numpy(float)
        for column in ("numerator", "denominator", "reference_numerator", "reference_denominator")
    )
    difference, detectable = proportion_difference(x1, n1, x2, n2), detectable_difference(x2, n2, n1=n1)
    return {
        "estimate": 100 * np.asarray(difference.value, float),
        "lower": 100 * np.asarray(difference.lower, float),
        "upper": 100 * np.asarray(difference.upper, float),
        "p_value": np.asarray(difference.p_value, float),
        "detectable_up": np.asarray(detectable.rise_points, float),
        "detectable_down": np.asarray(detectable.fall_points, float),
    }
