"""Shrinkage of small areas' rates towards the mean of all, with an interval for the rate and for the rank."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.arguments import (
    MISSING,
    NO_BASE,
    OK,
    TOO_FEW_POINTS,
    Flags,
    Floats,
    between_0_and_1,
    numbers,
    positive,
    series,
    together,
    whole_counts,
)
from analysis.statistics.intervals import poisson_limits

# Enough draws that the ends of a 95 % rank interval stand on a hundred draws each; the seed makes them the
# same every time.
DRAWS = 4000
SEED = 20_120_331


@dataclass(frozen=True)
class Shrunk:
    """Raw and shrunk rates of a set of areas, in events per `per`; each array has one entry an area.

    `value` with `lower` and `upper` is the shrunk rate; `weight` the share of its own figure in it (0 to 1), the rest is `mean`,
    the rate of all areas together. `rank` is the median rank (1 the highest rate), `rank_lower` and `rank_upper` its interval.
    `spread` is the standard deviation between areas beyond chance. `status` is "ok", "missing", "no base", or "too few points"
    below two areas; the numbers are NaN unless it is "ok".
    """

    raw: Floats
    value: Floats
    lower: Floats
    upper: Floats
    weight: Floats
    rank: Floats
    rank_lower: Floats
    rank_upper: Floats
    mean: float
    spread: float
    status: NDArray[np.str_]


def shrink(counts: ArrayLike, bases: ArrayLike, per: float = 1, confidence: float = 0.95) -> Shrunk:
    """Return the rates of areas shrunk towards their common rate (one series each of counts and bases).

    Gamma-Poisson: the rates come from a gamma distribution whose mean is the pooled rate and whose variance is the unbiased
    moment estimate, zero at least; an area's rate given its count is gamma again. The interval takes mean and variance of the
    areas as known. With no spread beyond chance every area gets the pooled rate with its interval. Ranks come from 4,000 draws of
    all areas with a fixed seed, so that the same figures give the same ranks.

    Raises StatisticsError for a negative, fractional or infinite count, anything but one series, or a confidence outside (0, 1).

    Sources: Clayton D, Kaldor J (1987), Biometrics 43, 671-681; Marshall RJ (1991), Applied Statistics 40, 283-294; ranks after
    Goldstein H, Spiegelhalter DJ (1996), Journal of the Royal Statistical Society A 159, 385-443.

    >>> result = shrink([0, 4, 30], [100, 400, 1000], per=1000)
    >>> result.raw.tolist(), result.value.round(1).tolist(), result.rank.tolist()
    ([0.0, 10.0, 30.0], [12.9, 13.1, 29.1], [3.0, 2.0, 1.0])
    """
    unit, tail = positive("per", per), (1 - between_0_and_1("confidence", confidence)) / 2
    x, n = together(
        counts=series("counts", whole_counts("counts", counts)),
        bases=series("bases", numbers("bases", bases)),
    )
    status = np.select([np.isnan(x + n), n <= 0], [MISSING, NO_BASE], OK)
    if (status == OK).sum() < 2:
        status = np.where(status == OK, TOO_FEW_POINTS, status)
    has_figure: Flags = status == OK
    columns = np.full((8, len(x)), np.nan)
    mean = spread = np.nan
    if has_figure.any():
        mean, variance = _between_areas(x[has_figure], n[has_figure])
        spread = variance**0.5
        columns[:, has_figure] = _posterior(x[has_figure], n[has_figure], mean, variance, tail)
    raw, value, lower, upper = columns[:4] * unit
    weight, rank, rank_lower, rank_upper = columns[4:]
    return Shrunk(raw, value, lower, upper, weight, rank, rank_lower, rank_upper, mean * unit, spread * unit, status)


def _between_areas(x: Floats, n: Floats) -> tuple[float, float]:
    total = n.sum()
    mean = float(x.sum() / total)
    # E[sum n (r - mean)^2] = (areas - 1) * mean + variance * (total - sum n^2 / total), solved for the
    # variance.
    around = (n * (x / n - mean) ** 2).sum() - (len(x) - 1) * mean
    return mean, max(0.0, float(around / (total - (n**2).sum() / total)))


def _posterior(x: Floats, n: Floats, mean: float, variance: float, tail: float) -> list[Floats]:
    raw, level = x / n, np.ones(len(x))
    if variance == 0:
        lower, upper = poisson_limits(np.asarray(x.sum()), 1 - 2 * tail)
        pooled = [mean * level, lower / n.sum() * level, upper / n.sum() * level, 0 * level]
        return [raw, *pooled, (len(x) + 1) / 2 * level, level, len(x) * level]
    shape, scale = x + mean**2 / variance, 1 / (n + mean / variance)
    draws = np.random.default_rng(SEED).gamma(shape, scale, size=(DRAWS, len(x)))
    ranks = (-draws).argsort(axis=1).argsort(axis=1) + 1.0
    rank_lower, rank, rank_upper = np.quantile(ranks, [tail, 0.5, 1 - tail], axis=0, method="inverted_cdf")
    lower, upper = scipy.special.gammaincinv(shape, tail) * scale, scipy.special.gammaincinv(shape, 1 - tail) * scale
    value = shape * scale
    # Of an area without events among few that differ by an order the distribution is so skewed that its mean lies beyond its own
    # 97.5 % point (shapes below 0.006): the interval reaches as far as the figure that it stands beside.
    return [raw, value, lower, np.maximum(upper, value), n * scale, rank, rank_lower, rank_upper]
