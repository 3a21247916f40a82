"""Two figures against each other: the difference of two proportions and the ratio of two counts or rates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.statistics.arguments import (
    MISSING,
    NO_BASE,
    NO_EVENTS,
    OK,
    Floats,
    Scalars,
    between_0_and_1,
    normal_deviate,
    numbers,
    plain,
    together,
    whole_counts,
)
from analysis.statistics.intervals import parts_of_wholes, wilson_limits
from analysis.statistics.tails import binomial_at_least, binomial_at_most


@dataclass(frozen=True)
class Comparison:
    """Two figures compared: `value`, its limits `lower` and `upper`, `p_value` (two-sided) and `status`.

    The interval decides what may be said ("rose" only if it excludes no change); the p-value is for putting many comparisons in
    order and for Benjamini-Hochberg. It comes from a test of its own, so that the two may differ close to the edge. `status` is
    "ok", "missing", "no base" or "no events"; the numbers are NaN unless it is "ok". Each field is a plain value if every
    argument was one number, else an array.
    """

    value: Scalars
    lower: Scalars
    upper: Scalars
    p_value: Scalars
    status: Scalars


def proportion_difference(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, confidence: float = 0.95) -> Comparison:
    """Return p1 - p2 = x1/n1 - x2/n2, from -1 to 1: 1 is the later period or the area of interest, 2 the earlier one or the
    reference, so that a rise is positive.

    Arguments broadcast. The interval is Newcombe's method 10 (square-and-add of two Wilson intervals); the p-value is the
    chi-squared test with N - 1. In percentage points: times 100. A base of zero has the status "no base".

    Raises StatisticsError for a negative or infinite number, x above n, or a confidence outside (0, 1).

    Sources: Newcombe RG (1998), Statistics in Medicine 17, 873-890, method 10; Campbell I (2007), Statistics in Medicine 26,
    3661-3675.

    >>> result = proportion_difference(40, 100, 25, 100)
    >>> round(result.value, 2), round(result.lower, 2), round(result.upper, 2)
    (0.15, 0.02, 0.27)
    """
    x1, n1 = parts_of_wholes("x1", x1, "n1", n1)
    x2, n2 = parts_of_wholes("x2", x2, "n2", n2)
    x1, n1, x2, n2 = together(x1=x1, n1=n1, x2=x2, n2=n2)
    status = np.where(np.isnan(x1 + n1 + x2 + n2), MISSING, np.where((n1 == 0) | (n2 == 0), NO_BASE, OK))
    x1, n1, x2, n2 = (np.where(status == OK, array, np.nan) for array in (x1, n1, x2, n2))
    z = normal_deviate(confidence)
    p1, lower1, upper1 = wilson_limits(x1, n1, z)
    p2, lower2, upper2 = wilson_limits(x2, n2, z)
    value = p1 - p2
    lower = value - np.hypot(p1 - lower1, upper2 - p2)
    upper = value + np.hypot(upper1 - p1, p2 - lower2)
    # In exact arithmetic 0 of n against n of n reaches -1 and 1 but doesn't pass them.
    lower, upper = np.clip(lower, -1, 1), np.clip(upper, -1, 1)
    p_value = _chi_squared_n_minus_1(x1, n1, x2, n2)
    return Comparison(plain(value), plain(lower), plain(upper), plain(p_value), plain(status))


def _chi_squared_n_minus_1(x1: Floats, n1: Floats, x2: Floats, n2: Floats) -> Floats:
    total = n1 + n2
    pooled = (x1 + x2) / total
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2) * total / (total - 1)
    # All or none on both sides: no variance, and nothing that speaks against no change.
    with np.errstate(divide="ignore", invalid="ignore"):
        deviate = np.where(variance == 0, 0.0, (x1 / n1 - x2 / n2) / np.sqrt(variance))
    return np.where(np.isnan(total), np.nan, 2 * scipy.special.ndtr(-np.abs(deviate)))


def rate_ratio(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, confidence: float = 0.95) -> Comparison:
    """Return the ratio (x1/n1) / (x2/n2): 1 is the later period or the area of interest, 2 the earlier one or the reference, so
    that a rise is above 1. For two counts over equal spans n1 = n2 = 1.

    Arguments broadcast. Conditional exact: given x1 + x2, x1 is binomial, its Clopper-Pearson limits are mapped to the ratio; the
    p-value is mid-P. With x2 = 0 value and upper limit are infinite and the lower limit holds; with both zero the status is "no
    events". A base of zero or less has the status "no base".

    Raises StatisticsError for a negative, fractional or infinite count, or a confidence outside (0, 1).

    Sources: Clopper CJ, Pearson ES (1934), Biometrika 26, 404-413; Przyborowski J, Wilenski H (1940), Biometrika 31, 313-323;
    Lancaster HO (1961), Journal of the American Statistical Association 56, 223-234 (mid-P).

    >>> result = rate_ratio(120, 1, 90, 1)
    >>> round(result.value, 2), round(result.lower, 2), round(result.upper, 2)
    (1.33, 1.01, 1.77)
    """
    x1, n1, x2, n2 = together(x1=whole_counts("x1", x1), n1=numbers("n1", n1), x2=whole_counts("x2", x2), n2=numbers("n2", n2))
    status = np.select([np.isnan(x1 + n1 + x2 + n2), (n1 <= 0) | (n2 <= 0), x1 + x2 == 0], [MISSING, NO_BASE, NO_EVENTS], OK)
    x1, n1, x2, n2 = (np.where(status == OK, array, np.nan) for array in (x1, n1, x2, n2))
    tail = (1 - between_0_and_1("confidence", confidence)) / 2
    with np.errstate(divide="ignore"):
        value = x1 / x2 * (n2 / n1)
        lower, upper = (odds * (n2 / n1) for odds in exact_odds(x1, x2, tail))
    p_value = binomial_mid_p(x1, x1 + x2, n1 / (n1 + n2))
    return Comparison(plain(value), plain(lower), plain(upper), plain(p_value), plain(status))


def exact_odds(x1: Floats, x2: Floats, tail: float | Floats) -> tuple[Floats, Floats]:
    """Return the Clopper-Pearson limits of x1 in x1 + x2 as odds: 0 at x1 = 0, infinity at x2 = 0; x1, x2 may be fractional."""
    low, high = np.where(x1 == 0, 1.0, x1), np.where(x2 == 0, 1.0, x2)
    # The odds of the complement come from their own quantile: 1 - p would lose the digits of a p close to 1.
    lower = scipy.special.betaincinv(low, x2 + 1, tail) / scipy.special.betainccinv(x2 + 1, low, tail)
    upper = scipy.special.betainccinv(x1 + 1, high, tail) / scipy.special.betaincinv(high, x1 + 1, tail)
    return np.where(x1 == 0, 0.0, lower), np.where(x2 == 0, np.inf, upper)


def binomial_mid_p(x: Floats, n: Floats, p: Floats) -> Floats:
    """Return twice the smaller mid-P tail of `x` of `n` under probability `p`, at most 1; NaN if missing."""
    at_least = (binomial_at_least(x, n, p) + binomial_at_least(x + 1, n, p)) / 2
    at_most = (binomial_at_most(x, n, p) + binomial_at_most(x - 1, n, p)) / 2
    p_value: Floats = np.minimum(1.0, 2 * np.minimum(at_least, at_most))
    return p_value
