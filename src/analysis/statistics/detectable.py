"""What could have been seen: the smallest change that numbers of this size show with a stated power."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from analysis.statistics.arguments import (
    MISSING,
    NO_BASE,
    NO_EVENTS,
    OK,
    Flags,
    Floats,
    Scalars,
    between_0_and_1,
    normal_deviate,
    not_negative,
    numbers,
    plain,
    together,
)
from analysis.statistics.bisection import crossing
from analysis.statistics.intervals import parts_of_wholes

# No indicator rises a million million times; a root further out is reported as not detectable.
LARGEST_LOG_RATIO = np.log(1e12)


@dataclass(frozen=True)
class DetectableRatio:
    """The smallest rise and fall that would have been seen, as ratios to the reference: `rise` > 1, `fall` < 1.

    `fall` is NaN where even a fall to nothing would be missed. `status` is "ok", "missing", "no base" or "no events". Each field
    is a plain value if every argument was one number, else an array.
    """

    rise: Scalars
    fall: Scalars
    status: Scalars


@dataclass(frozen=True)
class DetectableDifference:
    """The smallest rise (above 0) and fall (below 0) that would have been seen, in percentage points.

    NaN where even a rise to 100 % or a fall to 0 % would be missed. `status` is "ok", "missing" or "no base". Each field is a
    plain value if every argument was one number, else an array.
    """

    rise_points: Scalars
    fall_points: Scalars
    status: Scalars


def detectable_ratio(
    x2: ArrayLike, *, n1: ArrayLike = 1, n2: ArrayLike = 1, power: float = 0.8, confidence: float = 0.95
) -> DetectableRatio:
    """Return the smallest ratio up and down that `rate_ratio` would have called a change, where `x2` events are expected in the
    reference base `n2` and the later period or area of interest has the base `n1`.

    Arguments broadcast; `n1` and `n2` are by keyword, since exchanging them goes unnoticed. The continuity-corrected normal
    approximation to the conditional binomial test, with the variance under the ratio sought. Against the exact test the power is
    within 0.04 of that asked for from 20 events on; where few events would be left after a fall it is above, so that no more is
    promised than is held.

    Raises StatisticsError for a negative or infinite `x2`, or a power or confidence outside (0, 1).

    Source: Przyborowski J, Wilenski H (1940), Biometrika 31, 313-323; sample size after Fleiss JL, Levin B, Paik MC (2003),
    Statistical Methods for Rates and Proportions, 3rd edition, chapter 4, with events in place of persons.

    >>> result = detectable_ratio(100)
    >>> round(result.rise, 2), round(result.fall, 2)
    (1.45, 0.63)
    """
    m, n1, n2 = together(x2=not_negative("x2", x2), n1=numbers("n1", n1), n2=numbers("n2", n2))
    status = np.select([np.isnan(m + n1 + n2), (n1 <= 0) | (n2 <= 0), m == 0], [MISSING, NO_BASE, NO_EVENTS], OK)
    m, n1, n2 = (np.where(status == OK, array, np.nan) for array in (m, n1, n2))
    k = n1 / n2
    z_test, z_power = normal_deviate(confidence), float(ndtri(between_0_and_1("power", power)))

    def seen(log_ratio: Floats) -> Flags:
        # x1 - E(x1 | total) has mean k m |R - 1| / (1 + k); both standard deviations carry the same 1 / (1 +
        # k).
        ratio = np.exp(log_ratio)
        shift = k * m * np.abs(ratio - 1) - (1 + k) / 2
        flag: Flags = shift >= np.sqrt(m * k) * (z_test * np.sqrt(1 + ratio * k) + z_power * np.sqrt(ratio + k))
        return flag

    even = np.zeros(m.shape)
    rise = np.exp(crossing(seen, even, np.full(m.shape, LARGEST_LOG_RATIO)))
    fall = np.exp(crossing(seen, even, np.full(m.shape, -LARGEST_LOG_RATIO)))
    return DetectableRatio(plain(rise), plain(fall), plain(status))


def detectable_difference(
    x2: ArrayLike, n2: ArrayLike, *, n1: ArrayLike, power: float = 0.8, confidence: float = 0.95
) -> DetectableDifference:
    """Return the smallest change in percentage points, up and down, that `proportion_difference` would have called a change,
    where the reference is `x2` of `n2` and the later period or area of interest has the base `n1`.

    Arguments broadcast; `n1` is by keyword, since an exchange with `n2` goes unnoticed. The normal approximation with the pooled
    variance in the test and the separate ones in the power.

    Raises StatisticsError for a negative or infinite number, `x2` above `n2`, or a power or confidence outside (0, 1).

    Source: Fleiss JL, Levin B, Paik MC (2003), Statistical Methods for Rates and Proportions, 3rd edition, chapter 4.

    >>> result = detectable_difference(25, 100, n1=100)
    >>> round(result.rise_points, 1), round(result.fall_points, 1)
    (18.7, -15.0)
    """
    x2, n2 = parts_of_wholes("x2", x2, "n2", n2)
    x, n_ref, n_new = together(x2=x2, n2=n2, n1=not_negative("n1", n1))
    status = np.select([np.isnan(x + n_ref + n_new), (n_ref == 0) | (n_new == 0)], [MISSING, NO_BASE], OK)
    x, n_ref, n_new = (np.where(status == OK, array, np.nan) for array in (x, n_ref, n_new))
    p2 = x / n_ref
    z_test, z_power = normal_deviate(confidence), float(ndtri(between_0_and_1("power", power)))

    def seen(p1: Floats) -> Flags:
        pooled = (p1 * n_new + p2 * n_ref) / (n_new + n_ref)
        in_test = np.sqrt(pooled * (1 - pooled) * (1 / n_new + 1 / n_ref))
        in_power = np.sqrt(p1 * (1 - p1) / n_new + p2 * (1 - p2) / n_ref)
        # Strictly: at p1 = p2 = 0 both sides are zero, and nothing is there to be seen.
        flag: Flags = np.abs(p1 - p2) > z_test * in_test + z_power * in_power
        return flag

    rise = crossing(seen, p2, np.ones(p2.shape)) - p2
    fall = crossing(seen, p2, np.zeros(p2.shape)) - p2
    return DetectableDifference(plain(rise * 100), plain(fall * 100), plain(status))
