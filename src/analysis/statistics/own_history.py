"""The usual movement of a series without a national spread, narrowed or widened by what the series itself has done."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.arguments import Scalars, not_negative, numbers, plain, refuse, together


class OwnHistory(NamedTuple):
    """`factor` by which to multiply c and s**2, and the degrees of `freedom` to use in place of the assumed ones."""

    factor: Scalars
    freedom: Scalars


def own_history(d: ArrayLike, variance: ArrayLike, freedom: ArrayLike) -> OwnHistory:
    """Return by how much the earlier changes of a series narrow or widen its assumed usual movement.

    `d` are earlier changes on the transformed scale (`changes_on_scale`) along the last axis, NaN for none, `variance` their
    assumed squared scales c * counting + s**2, `freedom` the assumed degrees of freedom, one number or one a series. With k
    changes and q = d**2 / variance the factor is (freedom + sum of q) / (freedom + k), and freedom + k are used. Without any
    earlier change nothing is altered.

    Raises StatisticsError for a variance or freedom not above 0.

    Source: the posterior of a scale with a scaled inverse chi-squared prior, Gelman A et al. (2013), Bayesian Data Analysis, 3rd
    edition, section 2.6.

    >>> steady = own_history([0.02, -0.05, 0.03, 0.01], [0.05] * 4, freedom=4)
    >>> round(steady.factor, 2), steady.freedom
    (0.51, 8.0)
    """
    changes, scales = together(d=np.atleast_1d(numbers("d", d)), variance=np.atleast_1d(not_negative("variance", variance)))
    refuse(scales == 0, "variance must be above 0", scales)
    assumed = numbers("freedom", freedom)
    refuse(assumed <= 0, "freedom must be above 0", assumed)
    q = changes**2 / scales
    known = assumed + (~np.isnan(q)).sum(axis=-1)
    return OwnHistory(plain((assumed + np.nansum(q, axis=-1)) / known), plain(known))
