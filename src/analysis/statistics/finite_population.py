"""The interval of a share that was asked of a known and finite number of people, such as all staff of an agency."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.arguments import MISSING, NO_BASE, OK, normal_deviate, plain
from analysis.statistics.intervals import Interval, parts_of_wholes, wilson_limits


def sample_interval(count: ArrayLike, base: ArrayLike, population: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return the proportion `count / base`, 0 to 1, of a sample from a finite `population`, with its confidence limits.

    Wilson's score interval with the sample size that the finite population correction amounts to, n (N − 1) / (N − n): the nearer
    the sample comes to everybody, the narrower; if everybody answered there is nothing left to chance. A population that is
    missing counts as without end. Arguments broadcast; a base of zero has the status "no base".

    Raises StatisticsError for a negative number, a count above its base, a base above its population, or a confidence outside (0,
    1).

    Sources: Cochran WG (1977), Sampling Techniques, 3rd edition, section 2.6; Wilson EB (1927), Journal of the American
    Statistical Association 22, 209-212.

    >>> result = sample_interval(30, 50, population=60)
    >>> result.value, round(result.lower, 2), round(result.upper, 2)
    (0.6, 0.54, 0.65)
    """
    x, n = parts_of_wholes("count", count, "base", base)
    n, size = parts_of_wholes("base", n, "population", np.where(np.isnan(np.asarray(population, float)), 1e15, population))
    status = np.where(np.isnan(x) | np.isnan(n), MISSING, np.where(n == 0, NO_BASE, OK))
    everybody = n >= size
    stretch = np.divide(size - 1, size - n, out=np.ones(np.broadcast(size, n).shape), where=~everybody)
    value, lower, upper = wilson_limits(x * stretch, n * stretch, normal_deviate(confidence))
    return Interval(
        plain(value), plain(np.where(everybody, value, lower)), plain(np.where(everybody, value, upper)), plain(status)
    )
