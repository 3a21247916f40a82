"""Trend of counts over their bases: exact for a few points, quasi-Poisson for three years of quarters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtr, stdtrit

from analysis.statistics.arguments import (
    NO_BASE,
    NO_EVENTS,
    OK,
    TOO_FEW_POINTS,
    Floats,
    between_0_and_1,
    not_negative,
    numbers,
    refuse,
    series,
    together,
    whole_counts,
)
from analysis.statistics.saddlepoint import CONTINUITY, tilt_to, upper_tail

EXACT_FROM, REGRESSION_FROM = 5, 12
# From here on the exact distribution takes seconds, and what it would add is far below what is printed.
MANY_EVENTS = 500
# No rate grows e^30-fold from one point to the next; a limit further out is reported as 0 or infinity.
STEEPEST = 30.0
ITERATIONS, CONVERGED = 50, 1e-10
# Fitted counts this small mean that the fit is running away to zero at one end, and that there is no
# estimate.
VANISHING = 1e-4
# A fit this perfect says nothing of the dispersion, and that of a Poisson count is taken.
LEAST_DISPERSION = 1e-9

NO_ESTIMATE = "no estimate"


@dataclass(frozen=True)
class RateTrend:
    """The ratio of the rate from one point to the next: `value` with `lower`, `upper`, and `p_value` (two-sided).

    To the power of four it is the ratio from one year of quarters to the next. `dispersion` is the variance over that of a
    Poisson count (1 where it is assumed), `points` how many were used. `status` is "ok", "too few points", "no base" (one was
    zero or less), "no events" or "no estimate"; the numbers are NaN unless it is "ok".
    """

    value: float
    lower: float
    upper: float
    p_value: float
    dispersion: float
    points: int
    status: str


def _no_result(status: str, points: int) -> RateTrend:
    return RateTrend(np.nan, np.nan, np.nan, np.nan, np.nan, points, status)


def _known(counts: Floats, bases: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return counts, bases and positions of the points that are not missing."""
    x, n = together(counts=series("counts", counts), bases=numbers("bases", bases))
    positions = np.flatnonzero(~np.isnan(x + n))
    return x[positions], n[positions], positions.astype(np.float64)


def poisson_trend_exact(counts: ArrayLike, bases: ArrayLike = 1, confidence: float = 0.95) -> RateTrend:
    """Return the log-linear trend of a short series of counts, exactly: given their total, the counts are multinomial.

    One series in order of time, missing points NaN, from five points on; meant for five to seven years, and to be called
    indicative. The test and the interval use the sum of position times count and twice the smaller tail, so that they agree;
    where all events lie in the first or the last point the value is 0 or infinite. Assumes Poisson counts: with more variation
    than that the p-value is too small. Tails are computed to about 1e-12, and from 500 events on to about 0.1 % of themselves
    (`saddlepoint`).

    Raises StatisticsError for a negative, fractional or infinite count, or a confidence outside (0, 1).

    Source: Cox DR, Lewis PAW (1966), The Statistical Analysis of Series of Events, section 3.3; Armitage P (1955), Biometrics 11,
    375-386.

    >>> result = poisson_trend_exact([30, 36, 41, 50, 57])
    >>> round(result.value, 2), round(result.lower, 2), round(result.upper, 2)
    (1.17, 1.07, 1.3)
    """
    tail = (1 - between_0_and_1("confidence", confidence)) / 2
    x, n, time = _known(whole_counts("counts", counts), bases)
    if len(x) < EXACT_FROM:
        return _no_result(TOO_FEW_POINTS, len(x))
    if (n <= 0).any() or x.sum() == 0:
        return _no_result(NO_BASE if (n <= 0).any() else NO_EVENTS, len(x))
    time = time - time[0]
    total, score = int(x.sum()), int(time @ x)

    def cell_chances(slope: float) -> Floats:
        chance = n * np.exp(slope * (time - time[-1] / 2))
        chances: Floats = chance / chance.sum()
        return chances

    @cache
    def tilt(least: int) -> float:
        # Tilting multiplies the chances by e^(tilt × time), as a slope does: tilt and slope together are one number.
        return tilt_to(cell_chances(0.0), time, (least - CONTINUITY) / total)

    def saddlepoint_tail(slope: float, least: int) -> float:
        inside = 0 < least <= total * time[-1]
        return upper_tail(cell_chances(slope), time, total, least, tilt(least) - slope if inside else 0.0)

    @cache
    def exact_distribution(slope: float) -> Floats:
        single = np.zeros(total * int(time[-1]) + 1)
        single[time.astype(int)] = cell_chances(slope)
        # The sum of independent scores: the power of the transform, at least as long as the sum, so that
        # nothing wraps round.
        length = 2 ** len(single).bit_length()
        probabilities: Floats = np.fft.irfft(np.fft.rfft(single, length) ** total, length)[: len(single)]
        return probabilities

    def at_most(slope: float) -> float:
        return (
            1 - saddlepoint_tail(slope, score + 1)
            if total >= MANY_EVENTS
            else min(max(float(exact_distribution(slope)[: score + 1].sum()), 0.0), 1.0)
        )

    def at_least(slope: float) -> float:
        return (
            saddlepoint_tail(slope, score)
            if total >= MANY_EVENTS
            else min(max(float(exact_distribution(slope)[score:].sum()), 0.0), 1.0)
        )

    first_only, last_only = score == 0, score == total * time[-1]
    value = 0.0 if first_only else np.inf if last_only else _root(lambda b: cell_chances(b) @ time - score / total)
    reach = _reach(cell_chances(np.log(value)), time, total, tail) if 0 < value < np.inf else 0.0
    lower = 0.0 if first_only else _root(lambda b: at_least(b) - tail, np.log(value) - reach if reach else 0.0, reach)
    upper = np.inf if last_only else _root(lambda b: tail - at_most(b), np.log(value) + reach if reach else 0.0, reach)
    return RateTrend(value, lower, upper, min(1.0, 2 * min(at_most(0.0), at_least(0.0))), 1.0, len(x), OK)


def _reach(chances: Floats, time: Floats, total: int, tail: float) -> float:
    """Return about how far a limit of the slope lies from the slope: where to look for it first."""
    spread = float(chances @ (time - chances @ time) ** 2)
    return float(-ndtri(tail) / np.sqrt(total * spread)) if spread > 0 else 0.0


def _root(rising: Callable[[float], float], near: float = 0.0, reach: float = 0.0) -> float:
    """Return the ratio e^slope at which a function that rises with the slope is zero.

    Looked for within half of `reach` on either side of `near` first, and everywhere if it isn't there.
    """
    from scipy.optimize import brentq

    if reach:
        low, high = near - reach / 2, near + reach / 2
        if rising(low) < 0 < rising(high):
            return float(np.exp(brentq(rising, low, high, xtol=1e-10)))
    return float(np.exp(brentq(rising, -STEEPEST, STEEPEST, xtol=1e-10)))


def quasi_poisson_trend(counts: ArrayLike, bases: ArrayLike, quarters: ArrayLike, confidence: float = 0.95) -> RateTrend:
    """Return the log-linear trend of quarterly counts over their bases, with a level of its own for each quarter of the year.

    One series in order of time, one point a quarter, missing points NaN, from twelve points on; `quarters` says which quarter of
    the year each point is (1 to 4). Poisson regression with log(base) as offset; variance is the mean times the dispersion
    (Pearson's), limits and p-value from Student's t. Points of a quarter of the year that never had an event tell nothing about
    the trend and are left out.

    Raises StatisticsError for a negative or infinite count, a quarter that is not 1 to 4, or a confidence outside (0, 1).

    Source: McCullagh P, Nelder JA (1989), Generalized Linear Models, 2nd edition, sections 4.5 and 6.2.

    >>> counts = [50, 60, 55, 40, 60, 72, 66, 48, 72, 86, 79, 58]
    >>> round(quasi_poisson_trend(counts, 1, [1, 2, 3, 4] * 3).value ** 4, 2)  # from one year to the next
    1.2
    """
    tail = (1 - between_0_and_1("confidence", confidence)) / 2
    season = numbers("quarters", quarters)
    refuse(~np.isin(season, (1, 2, 3, 4)), "quarters must be 1, 2, 3 or 4", season)
    x, n, season = together(counts=not_negative("counts", counts), bases=numbers("bases", bases), quarters=season)
    x, n, time = _known(x, n)
    season = season[time.astype(int)]
    if len(x) and ((n <= 0).any() or x.sum() == 0):
        return _no_result(NO_BASE if (n <= 0).any() else NO_EVENTS, len(x))
    informative = np.isin(season, season[x > 0])
    x, n, time, season = x[informative], n[informative], time[informative], season[informative]
    design = np.column_stack([season[:, None] == np.unique(season), time - time.mean() if len(time) else time])
    freedom = len(x) - design.shape[1]
    if len(x) < REGRESSION_FROM or np.linalg.matrix_rank(design) < design.shape[1]:
        return _no_result(TOO_FEW_POINTS, len(x))
    fitted = _fit(x, n, design)
    if fitted is None:
        return _no_result(NO_ESTIMATE, len(x))
    slope, mean = fitted
    dispersion = float(((x - mean) ** 2 / mean).sum() / freedom)
    information = design.T @ (mean[:, None] * design)
    variance = dispersion if dispersion > LEAST_DISPERSION else 1.0
    error = float(np.sqrt(variance * np.linalg.inv(information)[-1, -1]))
    reach = float(stdtrit(freedom, 1 - tail)) * error
    p_value = float(2 * stdtr(freedom, -abs(slope) / error))
    value, lower, upper = (float(np.exp(b)) for b in (slope, slope - reach, slope + reach))
    return RateTrend(value, lower, upper, p_value, dispersion, len(x), OK)


def _fit(x: Floats, n: Floats, design: Floats) -> tuple[float, Floats] | None:
    """Return the last coefficient and the fitted counts, by reweighted least squares; None if it diverges."""
    offset, mean, linear = np.log(n), x + 0.5, np.log(x + 0.5)
    for _ in range(ITERATIONS):
        weight = np.sqrt(mean)
        working = linear - offset + (x - mean) / mean
        coefficients = np.linalg.lstsq(design * weight[:, None], working * weight, rcond=None)[0]
        previous, linear = linear, design @ coefficients + offset
        mean = np.exp(np.clip(linear, -STEEPEST, STEEPEST))
        if np.abs(linear - previous).max() < CONVERGED:
            return None if mean.min() < VANISHING else (float(coefficients[-1]), mean)
    return None
