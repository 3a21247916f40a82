"""A control chart in a word: the variation of its latest point, and whether it will meet its target."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np

from analysis.statistics.arguments import Flags, Floats, StatisticsError
from analysis.statistics.chart_rules import side

Polarity: TypeAlias = Literal["high_is_good", "low_is_good", "neutral", "band"]

# The side that is good: above, below, or neither.
GOOD_SIDE = {"high_is_good": 1, "low_is_good": -1, "neutral": 0, "band": 0}


def check_polarity(polarity: str) -> None:
    """Raise StatisticsError for a polarity that is not one of the four."""
    if polarity not in GOOD_SIDE:
        raise StatisticsError(f"polarity must be one of {', '.join(get_args(Polarity))}, got {polarity!r}.")


def variation_icon(values: Floats, centre: Floats, rules: dict[str, Flags], polarity: Polarity) -> str:
    """Return "common cause" if no rule marks the latest point, else the kind of change and its direction.

    The side of the centre gives the direction, the way of the trend only where nothing but the trend speaks. A change is an
    "improvement" or a "concern" by the polarity, "neutral" where neither side is good.
    """
    at_a_level = any(rules[rule][-1] for rule in ("beyond_limit", "run", "two_of_three"))
    if not at_a_level and not rules["trend"][-1]:
        return "common cause"
    direction = (side(values, centre) if at_a_level else side(values[1:], values[:-1]))[-1]
    meaning = {1: "improvement", -1: "concern", 0: "neutral"}[int(direction) * GOOD_SIDE[polarity]]
    return f"{meaning} {'high' if direction > 0 else 'low'}"


def assurance(lower: float, upper: float, target: float | None, polarity: Polarity) -> str | None:
    """Return "passes" if the whole band lies on the good side of the target, "fails" if on the other, else "hit or miss".

    A limit on the target is not beyond it; only a constant that equals its target meets it every time. None without a target, and
    where neither side is good.
    """
    good = GOOD_SIDE[polarity]
    if target is None or np.isnan(target) or good == 0:
        return None
    if lower == upper == target:
        return "passes"
    worst, best = (lower, upper) if good > 0 else (upper, lower)
    if (worst - target) * good > 0:
        return "passes"
    return "fails" if (best - target) * good < 0 else "hit or miss"
