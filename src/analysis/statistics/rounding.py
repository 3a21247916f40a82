"""Rounding as printed statistics are rounded: half up, not half to even."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.arguments import Floats, StatisticsError, numbers

# A half that was computed lies a few units in the 16th digit off the half: 2.675 is stored as
# 2.67499999999999982. A ratio of two counts that is not a half differs from it by more than 1 part in 10^12
# as long as base * 10^decimals < 10^11.
HALF_TOLERANCE = 1e-12
# From 2^52 on a double has no fractional part, and adding a half would change the integer.
WHOLE_FROM = 2.0**52


@overload
def round_half_up(value: float, decimals: int = 0) -> float: ...
@overload
def round_half_up(value: ArrayLike, decimals: int = 0) -> Floats: ...
def round_half_up(value: ArrayLike, decimals: int = 0) -> float | Floats:
    """Return `value` rounded to `decimals` places, a half away from zero: 96.25 -> 96.3, 2.675 -> 2.68, -0.5 -> -1.

    A number gives a float, anything else a new array of the same shape. Missing stays NaN and infinity infinite. Values within 1
    part in 10^12 below a half count as the half, since a decimal half is seldom a binary one. Negative `decimals` round to tens,
    hundreds and so on. Python's round() and format() and numpy.round are half to even, and unfit for a printed figure.

    Raises StatisticsError if `value` is not numeric or `decimals` is not an integer.

    >>> round_half_up(96.25, 1), round_half_up([0.5, 1.5]).tolist()
    (96.3, [1.0, 2.0])
    """
    if isinstance(decimals, bool) or not isinstance(decimals, int | np.integer):
        raise StatisticsError(f"decimals must be a whole number, got {decimals!r}.")
    array = numbers("value", value, infinite=True)
    size = np.abs(array)
    unit = 10.0 ** abs(int(decimals))
    scaled = size * unit if decimals >= 0 else size / unit
    with np.errstate(invalid="ignore"):
        whole = np.floor(scaled + 0.5 + np.minimum(scaled * HALF_TOLERANCE, 1e-6))
    rounded = whole / unit if decimals >= 0 else whole * unit
    # Adding zero turns the -0.0 of a rounded -0.2 into the 0.0 that is printed.
    signed = np.where(scaled >= WHOLE_FROM, array, np.copysign(rounded, array)) + 0.0
    return float(signed) if signed.ndim == 0 else signed
