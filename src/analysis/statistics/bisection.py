"""Bisection, many at a time: where a condition that stays true once it is true begins to be."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.statistics.arguments import Flags, Floats

# Each step halves the bracket; 100 of them close any bracket of doubles.
STEPS = 100


def smallest_whole(holds: Callable[[Floats], Flags], low: Floats, high: Floats) -> Floats:
    """Return the smallest whole number in [low, high] for which `holds` is true, of a condition that stays true once it is.

    NaN where it is not even true at `high`. All arrays of one shape; halves the bracket until it closes.
    """
    true_at_end = holds(high)
    low, high = low.copy(), high.copy()
    while (low < high).any():
        middle = np.floor((low + high) / 2)
        true_there = holds(middle)
        still_open = low < high
        high = np.where(still_open & true_there, middle, high)
        low = np.where(still_open & ~true_there, middle + 1, low)
    return np.where(true_at_end, high, np.nan)


def crossing(holds: Callable[[Floats], Flags], start: Floats, end: Floats) -> Floats:
    """Return the point between `start` and `end` (either way round) from which on `holds` is true.

    `start` where it is true there already, NaN where it is not even true at `end`. All arrays of one shape.
    """
    true_at_end, true_at_start = holds(end), holds(start)
    outside, inside = start.copy(), end.copy()
    for _ in range(STEPS):
        middle = (outside + inside) / 2
        if ((middle == inside) | (middle == outside) | true_at_start | ~true_at_end).all():
            break
        true_there = holds(middle)
        inside = np.where(true_there, middle, inside)
        outside = np.where(true_there, outside, middle)
    return np.select([true_at_start, true_at_end], [start, inside], np.nan)
