"""Tails of the Poisson, the binomial and Student's t distribution, with gaps, and beyond the ends."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.statistics.arguments import Floats

# scipy's functions answer NaN below 0 and above n, where a tail is simply 0 or 1.


def poisson_at_least(x: Floats, mean: Floats) -> Floats:
    """Return P(X >= x) for a Poisson X of this mean."""
    return np.where(x <= 0, 1.0 + 0 * mean, scipy.special.pdtrc(np.maximum(x - 1, 0), mean))


def poisson_at_most(x: Floats, mean: Floats) -> Floats:
    """Return P(X <= x) for a Poisson X of this mean."""
    return np.where(x < 0, 0.0 * mean, scipy.special.pdtr(np.maximum(x, 0), mean))


def binomial_at_least(x: Floats, n: Floats, p: Floats) -> Floats:
    """Return P(X >= x) for a binomial X of n trials with probability p."""
    tail = scipy.special.bdtrc(np.clip(x - 1, 0, n), _trials(n), p)
    return np.select([np.isnan(x + n + p), x <= 0, x > n], [np.nan, 1.0, 0.0], tail)


def binomial_at_most(x: Floats, n: Floats, p: Floats) -> Floats:
    """Return P(X <= x) for a binomial X of n trials with probability p."""
    tail = scipy.special.bdtr(np.clip(x, 0, n), _trials(n), p)
    return np.select([np.isnan(x + n + p), x < 0, x >= n], [np.nan, 0.0, 1.0], tail)


def t_both_tails(t: Floats, freedom: Floats) -> Floats:
    """Return P(|T| >= t) for Student's T with these degrees of freedom; infinite ones are the normal's."""
    tails: Floats = 2 * scipy.special.stdtr(freedom, -np.abs(t))
    return tails


def t_quantile(confidence: float, freedom: Floats) -> Floats:
    """Return t with P(-t < T < t) = `confidence` for Student's T with these degrees of freedom."""
    # From the lower tail: close to 1 a probability has lost the digits that decide.
    quantile: Floats = -scipy.special.stdtrit(freedom, (1 - confidence) / 2)
    return quantile


def _trials(n: Floats) -> NDArray[np.int64]:
    # scipy wants the number of trials as an integer, which has no NaN.
    return np.where(np.isnan(n), 0, n).astype(np.int64)
