"""Levels with their intervals: a count, a rate and a proportion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.statistics.arguments import (
    MISSING,
    NO_BASE,
    OK,
    Floats,
    Scalars,
    normal_deviate,
    not_negative,
    numbers,
    plain,
    positive,
    refuse,
    together,
)

# Byar's approximation is within 0.2 % of the exact limits from ten events on.
BYAR_FROM = 10


@dataclass(frozen=True)
class Interval:
    """A value with its confidence limits: `value`, `lower`, `upper` in one unit, and `status`.

    `status` is "ok", "missing" (an argument was), or "no base" (zero or less); the numbers are NaN unless it is "ok". Each field
    is a plain value if every argument was one number, else an array.
    """

    value: Scalars
    lower: Scalars
    upper: Scalars
    status: Scalars


def rate_interval(count: ArrayLike, base: ArrayLike, per: float = 1, confidence: float = 0.95) -> Interval:
    """Return the rate `count / base * per` with its confidence limits, in events per `per` of the base.

    Arguments broadcast. Exact Poisson limits below ten events, Byar's approximation from ten on. With a base of 1 the limits are
    those of the count. A base of zero or less has the status "no base".

    Raises StatisticsError for a negative or infinite count, or a confidence outside (0, 1).

    Sources: Garwood F (1936), Biometrika 28, 437-442; Breslow NE, Day NE (1987), Statistical Methods in Cancer Research II, p.
    69.

    >>> result = rate_interval(12, 4000, per=10_000)
    >>> result.value, round(result.lower, 1), round(result.upper, 1)
    (30.0, 15.5, 52.4)
    """
    unit = positive("per", per)
    x, n = together(count=not_negative("count", count), base=numbers("base", base))
    lower, upper = poisson_limits(x, confidence)
    status = np.where(np.isnan(x) | np.isnan(n), MISSING, np.where(n <= 0, NO_BASE, OK))
    scale = np.divide(unit, n, out=np.full(n.shape, np.nan), where=status == OK)
    return Interval(plain(x * scale), plain(lower * scale), plain(upper * scale), plain(status))


def poisson_limits(x: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Return the limits of the mean of Poisson counts `x`: Garwood's below ten, Byar's from ten on."""
    z = normal_deviate(confidence)
    tail = (1 - confidence) / 2
    exact_lower = np.where(x == 0, 0.0, scipy.special.chdtri(2 * np.maximum(x, 1e-300), 1 - tail) / 2)
    exact_upper = scipy.special.chdtri(2 * x + 2, tail) / 2
    safe = np.maximum(x, BYAR_FROM)
    byar_lower = safe * (1 - 1 / (9 * safe) - z / (3 * np.sqrt(safe))) ** 3
    byar_upper = (safe + 1) * (1 - 1 / (9 * (safe + 1)) + z / (3 * np.sqrt(safe + 1))) ** 3
    return np.where(x < BYAR_FROM, exact_lower, byar_lower), np.where(x < BYAR_FROM, exact_upper, byar_upper)


def proportion_interval(count: ArrayLike, base: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return the proportion `count / base`, 0 to 1, with its confidence limits (Wilson's score interval).

    Arguments broadcast; a base of zero has the status "no base". For a percentage multiply value and limits by 100.

    Raises StatisticsError for a negative or infinite number, a count above its base, or a confidence outside (0, 1).

    Source: Wilson EB (1927), Journal of the American Statistical Association 22, 209-212.

    >>> result = proportion_interval(30, 50)
    >>> result.value, round(result.lower, 2), round(result.upper, 2)
    (0.6, 0.46, 0.72)
    """
    x, n = parts_of_wholes("count", count, "base", base)
    status = np.where(np.isnan(x) | np.isnan(n), MISSING, np.where(n == 0, NO_BASE, OK))
    value, lower, upper = wilson_limits(x, n, normal_deviate(confidence))
    return Interval(plain(value), plain(lower), plain(upper), plain(status))


def parts_of_wholes(part_name: str, part: ArrayLike, whole_name: str, whole: ArrayLike) -> tuple[Floats, Floats]:
    """Return two arrays of one shape; a part below 0 or above its whole is an error that names its place."""
    x, n = together(
        **{part_name: not_negative(part_name, part), whole_name: not_negative(whole_name, whole)},
    )
    refuse(x > n, f"{part_name} must not be more than {whole_name}", x)
    return x, n


def wilson_limits(x: Floats, n: Floats, z: float | Floats) -> tuple[Floats, Floats, Floats]:
    """Return proportion, lower and upper Wilson limits of `x` of `n`; NaN where n is 0 or either missing."""
    n = np.where(n == 0, np.nan, n)
    p = x / n
    centre = (x + z**2 / 2) / (n + z**2)
    half_width = z * np.sqrt(n * p * (1 - p) + z**2 / 4) / (n + z**2)
    # The limits at 0 of n and n of n are 0 and 1 on paper, and a rounding error off in floating point.
    lower = np.where(x == 0, 0.0 * n, np.clip(centre - half_width, 0, 1))
    upper = np.where(x == n, 0.0 * n + 1, np.clip(centre + half_width, 0, 1))
    return p, lower, upper
