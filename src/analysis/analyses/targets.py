"""Figures against the targets that the Boards have set: met, missed by no more than chance alone can move them, or missed."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.errors import SafeguardingError

MET, NEAR, MISSED, NO_TARGET = "met", "near", "missed", ""
# {side that is good: lowest and highest figure that meet a number}
_SIDES: dict[str, Callable[[float], tuple[float, float]]] = {
    "high_is_good": lambda number: (number, np.inf),
    "low_is_good": lambda number: (-np.inf, number),
}
_BAND = re.compile(r"(\d+(?:\.\d+)?) to (\d+(?:\.\d+)?)")


def aims(indicators: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and the highest figure that meet the target of each indicator, in its unit; both NaN without a target.

    A target is a number, on the good side of which every figure meets it, or a band ("10 to 15"). Raises SafeguardingError for a
    text that is neither, and for a number where neither side is good.

    >>> lowest, highest = aims(pd.Series(["contacts"]))
    >>> bool(np.isnan(lowest[0]) and np.isnan(highest[0]))
    True
    """
    known = catalogue.indicators()
    pairs = [_aim(name, known.at[name, "target"], known.at[name, "polarity"]) for name in indicators]
    lowest, highest = np.array(pairs, dtype=float).reshape(-1, 2).T
    return lowest, highest


def against(indicators: pd.Series, value: pd.Series, lower: pd.Series, upper: pd.Series) -> np.ndarray:
    """Return MET, NEAR, MISSED or NO_TARGET for each figure, in the indicators' units; `lower` and `upper` are its 95% limits.

    A figure that misses its target is near it where its interval reaches the target: chance alone could account for the miss. One
    without limits is on its target or has missed it. A figure that is NaN has none to be held against.

    >>> none = pd.Series([np.nan])
    >>> against(pd.Series(["contacts"]), pd.Series([14741.0]), none, none).tolist()
    ['']
    """
    lowest, highest = aims(indicators)
    figure = value.to_numpy(float)
    has_target = ~np.isnan(lowest) & ~np.isnan(figure)
    met = (figure >= lowest) & (figure <= highest)
    near = (upper.fillna(value).to_numpy(float) >= lowest) & (lower.fillna(value).to_numpy(float) <= highest)
    return np.select([~has_target, met, near], [NO_TARGET, MET, NEAR], MISSED)


def _aim(name: str, target: str, polarity: str) -> tuple[float, float]:
    if not target:
        return np.nan, np.nan
    band = _BAND.fullmatch(target)
    if band:
        return float(band[1]), float(band[2])
    try:
        number = float(target)
    except ValueError:
        raise SafeguardingError(f'A target in indicators.csv is {target!r}: it must be a number, or "10 to 15".') from None
    sides = {"high_is_good": (number, np.inf), "low_is_good": (-np.inf, number)}
    if polarity not in sides:
        expected = 'set a band such as "10 to 15"'
        raise SafeguardingError(f"The target {target} of {name} in indicators.csv has no good side: {expected}.")
    return sides[polarity]
