"""The usual movement of an indicator from year to year, fitted to the changes of many areas."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.statistics.arguments import Floats, StatisticsError, not_negative, numbers, refuse, together

# Of fewer changes the three numbers can't be told apart.
FIT_FROM = 50
# Below a quarter and above twelve times the counting variance c stands for something else than counting; with fewer than 3
# degrees of freedom the variance is infinite, and with more than 30 the t distribution can't be told from the normal.
C_RANGE, FREEDOM_RANGE = (0.25, 12.0), (3.0, 30.0)
# The likelihood can have a flat ridge between c and s: two starts, mostly counting and mostly movement, and the better end.
_STARTS = ((4.0, 0.3, 5.0), (1.0, 1.0, 10.0))


class MovementFit(NamedTuple):
    """The usual movement of an indicator: a change has the squared scale `c` * counting variance + `s`**2, in t units with
    `freedom` degrees of freedom."""

    c: float
    s: float
    freedom: float


def fit_usual_movement(d: ArrayLike, counting: ArrayLike) -> MovementFit:
    """Return c, s and the degrees of freedom that make the changes `d` of many areas most likely.

    `d` are changes on the transformed scale, less what all areas have in common (log of the ratio of two rates, difference of
    two shares' asin(sqrt(p)); `changes_on_scale` makes them with their counting variance `counting`). One series each, of one
    length; pairs with a missing number are left out. d / sqrt(c * counting + s**2) is taken for Student's t; c lies in 0.25 to
    12, s is 0 or more, the degrees of freedom 3 to 30.

    Raises StatisticsError for fewer than 50 complete pairs, and for a counting variance that is not above 0.

    Source: maximum likelihood for scaled t errors; Lange KL, Little RJA, Taylor JMG (1989), Journal of the American Statistical
    Association 84, 881-896.

    >>> d = np.random.default_rng(1).standard_t(5, 750) * np.sqrt(4 / 300 + 0.15**2)
    >>> fit = fit_usual_movement(d, np.full(750, 1 / 300))
    >>> round(float(np.sqrt(fit.c / 300 + fit.s**2)), 2)
    0.19
    """
    from scipy.optimize import minimize

    changes, variances = together(d=numbers("d", d), counting=not_negative("counting", counting))
    complete = ~np.isnan(changes + variances)
    changes, variances = changes[complete], variances[complete]
    refuse(variances == 0, "counting must be above 0", variances)
    if changes.size < FIT_FROM:
        raise StatisticsError(f"The usual movement is fitted to {FIT_FROM} changes or more, got {changes.size}.")
    # s**2 in units of the typical squared change, so that the three steps of the search are of one size.
    unit = float(np.quantile(changes**2, 0.68)) or float(np.median(variances))
    squares, shares = changes**2 / unit, variances / unit
    bounds = [tuple(np.log(C_RANGE)), (0.0, 100.0), tuple(np.log(FREEDOM_RANGE))]
    # Of scipy's searches within bounds the one that starts no threads of its own, which cost ten times the search on busy cores.
    ends = [
        minimize(
            _minus_log_likelihood, (np.log(c), s2, np.log(freedom)), (squares, shares), "SLSQP", True, bounds=bounds,
            options={"ftol": 1e-9, "maxiter": 300},
        )
        for c, s2, freedom in _STARTS
    ]  # fmt: skip
    log_c, s2, log_freedom = min(ends, key=lambda end: end.fun).x
    return MovementFit(float(np.exp(log_c)), float(np.sqrt(s2 * unit)), float(np.exp(log_freedom)))


def _minus_log_likelihood(parameters: Floats, squares: Floats, variances: Floats) -> tuple[float, Floats]:
    """Return minus the log likelihood of log c, s**2 and log freedom, and its gradient."""
    c, s2, freedom = np.exp(parameters[0]), parameters[1], np.exp(parameters[2])
    scale = c * variances + s2
    q = squares / scale
    constant = scipy.special.gammaln((freedom + 1) / 2) - scipy.special.gammaln(freedom / 2) - np.log(freedom * np.pi) / 2
    value = len(q) * constant - np.log(scale).sum() / 2 - (freedom + 1) / 2 * np.log1p(q / freedom).sum()
    by_scale = ((freedom + 1) * q / (freedom + q) - 1) / scale / 2
    by_freedom = (
        len(q) * (scipy.special.digamma((freedom + 1) / 2) - scipy.special.digamma(freedom / 2) - 1 / freedom) / 2
        - np.log1p(q / freedom).sum() / 2
        + (freedom + 1) / 2 * (q / (freedom * (freedom + q))).sum()
    )
    return -value, -np.array([(by_scale * variances).sum() * c, by_scale.sum(), by_freedom * freedom])
