"""Verdicts on changes: the fact, how rare it is by the usual movement of authorities, and what may be said of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.analyses import movement
from analysis.analyses.findings.breaks import break_of
from analysis.store.kept_frames import kept

# What a frame of pairs has: one figure, the earlier one that it is held against, and what the change is set against.
# `other_values` are the values that other returns or prints give for the figure, separated by spaces.
PAIR_COLUMNS = (
    "indicator", "area", "category", "period", "value", "numerator", "denominator", "england_numerator", "england_denominator",
    "repeat_share", "other_values", "reference_period", "reference", "reference_numerator", "reference_denominator",
    "reference_england_numerator", "reference_england_denominator", "reference_low", "reference_high",
)  # fmt: skip
CHANCE, USUAL, UNUSUAL, VERY_UNUSUAL, NOT_JUDGED = "chance", "usual", "unusual", "very unusual", "not judged"
STANDS_OUT = (UNUSUAL, VERY_UNUSUAL)
JUDGED = (CHANCE, USUAL, *STANDS_OUT)
# "better" or "worse" by polarity and direction; a neutral indicator and a band have neither.
_JUDGEMENT = {
    ("high_is_good", "up"): "better",
    ("high_is_good", "down"): "worse",
    ("low_is_good", "up"): "worse",
    ("low_is_good", "down"): "better",
}
# Unusual and worse first, then the other unusual changes; what can't be judged comes after what is usual.
_ORDER = {verdict: place for place, verdict in enumerate((*STANDS_OUT[::-1], USUAL, CHANCE, NOT_JUDGED, "few"), start=1)}
_ORDER["missing"] = len(_ORDER) + 2
_OTHERS = len(_ORDER)


def judge(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs with verdicts, the most unusual first; frame in, new frame out.

    Added are the columns of `movement.rarities` (`rarity`: as large a change is seen in so many of 100 authorities of that size;
    `usual_lower` to `usual_upper_80`: where this year's figure would have been usual), `direction` (up, down or level), and
    `verdict`: "chance" (counting alone could have made it), "usual", "unusual" (fewer than 5 in 100), "very unusual" (fewer than
    0.2, never where the movement is assumed), "not judged", "few" (fewer than ten events in both years), "values only" (what is
    counted in full, or money), "not comparable" (a break lies between), "no events" or "missing"; `reason` says why nothing was
    judged: a key of `phrases.csv`, or the words of a break in `breaks.csv`. `judgement` is "better" or "worse" for an unusual
    change of an indicator that has a good side. Where a base isn't printed, a level is given as a range, or two returns differ,
    the verdict is the one that holds for all possibilities.

    Sources: `statistics.usual_change`; docs/methods.md.

    >>> figures = {"indicator": "contacts", "area": "E10000018", "category": "all", "period": "2012-13", "value": 120.0}
    >>> figures |= {"numerator": 120.0, "reference_period": "2011-12", "reference": 90.0, "reference_numerator": 90.0}
    >>> judged = judge(pd.DataFrame([figures]).reindex(columns=list(PAIR_COLUMNS)))
    >>> judged[["direction", "verdict", "assumed"]].values.tolist()
    [['up', 'usual', True]]
    """
    return kept("verdicts", pairs, [], lambda: _judged(pairs))


def _judged(pairs: pd.DataFrame) -> pd.DataFrame:
    other_values = pairs["other_values"].astype(object)  # floats, where all are missing
    pairs = pairs.assign(other_values=other_values.where(other_values.notna(), "")).reset_index(drop=True)
    indicators = catalogue.indicators()
    kind, unit = pairs["indicator"].map(indicators["kind"]), pairs["indicator"].map(indicators["unit"])
    breaks = _breaks(pairs)
    is_range = pairs["reference_low"].notna() & pairs["reference_high"].notna()
    both_given = pairs["value"].notna() & (pairs["reference"].notna() | is_range)
    comparable = both_given & (breaks == "")
    share = kind == "percentage"
    rare = movement.rarities(pairs[comparable], share[comparable])
    result = pairs.join(rare)
    result = result.astype(dict.fromkeys(movement.NUMERIC, float)).fillna(dict.fromkeys(movement.FLAGS, False))
    result = result.astype(dict.fromkeys(movement.FLAGS, bool))
    is_judged = result["rarity"].notna()
    moved = pairs["value"] - pairs["reference"].where(~is_range, pairs["reference_high"])
    result["direction"] = np.select([moved > 0, moved < 0, moved == 0], ["up", "down", "level"], "")
    by_repeats = is_judged & ~result["chance"] & _could_be_repeats(pairs)
    undecided = (result["least_rarity"] < movement.RARE) & (result["most_rarity"] >= movement.RARE)
    result["verdict"] = np.select(
        [
            ~both_given,
            ~comparable,
            ~is_judged,
            (pairs["numerator"] == 0) & (pairs["reference_numerator"] == 0) & ~share,
            result["few"],
            by_repeats | undecided,
            (result["most_rarity"] < movement.VERY_RARE) & ~result["assumed"],
            result["most_rarity"] < movement.RARE,
            result["chance"],
        ],
        ["missing", "not comparable", "values only", "no events", "few", NOT_JUDGED, VERY_UNUSUAL, UNUSUAL, CHANCE],
        USUAL,
    )
    result["reason"] = np.select(
        [
            ~both_given,
            ~comparable,
            by_repeats,
            undecided & (pairs["other_values"] != ""),
            undecided & is_range,
            undecided,
        ],
        ["reason_missing", breaks, "reason_repeats", "reason_two_values", "reason_implied", "reason_base"],
        "",
    )
    result.loc[~both_given | (result["verdict"] == "values only") & (unit != "percent"), "reason"] = ""
    polarity = pairs["indicator"].map(indicators["polarity"])
    stands_out = result["verdict"].isin(STANDS_OUT)
    sides = [judgement(*key) for key in zip(polarity, result["direction"], strict=True)]
    result["judgement"] = np.where(stands_out, sides, "")
    return _ordered(result)


def judgement(polarity: str, direction: str) -> str:
    """Return "better" or "worse" for a direction of an indicator that has a good side, else the empty string.

    >>> judgement("high_is_good", "down"), judgement("low_is_good", "down"), judgement("neutral", "down")
    ('worse', 'better', '')
    """
    return _JUDGEMENT.get((polarity, direction), "")


def _could_be_repeats(pairs: pd.DataFrame) -> pd.Series:
    """Return whether repeats of the same people could have made the change by themselves."""
    repeats = pairs["repeat_share"].astype(float) / 100 * pairs["numerator"]
    return (pairs["numerator"] - pairs["reference_numerator"]).abs() <= repeats


def _breaks(pairs: pd.DataFrame) -> pd.Series:
    """Return for each pair why the two are not one series: a break of definition, base or collection lies between them."""
    keys = pairs[["indicator", "reference_period", "period"]].drop_duplicates()
    reasons = [break_of(row.indicator, row.reference_period, row.period) for row in keys.itertuples(index=False)]
    matched = pairs[list(keys)].merge(keys.assign(reason=reasons), how="left", on=list(keys))["reason"]
    return matched.set_axis(pairs.index).fillna("")


def _ordered(result: pd.DataFrame) -> pd.DataFrame:
    rank = result["verdict"].map(_ORDER).fillna(_OTHERS).where(result["judgement"] != "worse", 0)
    position = result["indicator"].map({name: number for number, name in enumerate(catalogue.indicators().index)})
    keys = result.assign(_rank=rank, _position=position)
    by = ["_rank", "_position", "category", "area"]
    return keys.sort_values(by, kind="stable").drop(columns=["_rank", "_position"]).reset_index(drop=True)
