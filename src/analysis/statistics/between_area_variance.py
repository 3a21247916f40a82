"""How much more areas differ than their size explains: the variance between areas around a target."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.arguments import OK, TOO_FEW_POINTS, Flags, Floats
from analysis.statistics.bisection import crossing
from analysis.statistics.funnel import FunnelKind, areas, checked_target, transformed

# The most extreme tenth at each end is drawn in: those areas are what the funnel is to find, not what it is
# made from.
WINSORISED = (0.1, 0.9)
_Q = NormalDist().inv_cdf(WINSORISED[1])
# What the mean square of standard normal deviates is after that, 0.6787, and not 1: the middle's part, the integral of z**2 from
# -q to q by parts, and the drawn-in ends' q**2.
WINSORISED_SQUARE = float(
    (WINSORISED[1] - WINSORISED[0]) - 2 * _Q * np.exp(-(_Q**2) / 2) / np.sqrt(2 * np.pi) + 2 * WINSORISED[0] * _Q**2
)


@dataclass(frozen=True)
class BetweenAreaVariance:
    """How far a set of areas is spread around the target, after winsorising.

    `tau2` is the variance between areas on the transformed scale (0 if size explains the spread; the argument of
    `funnel_limits`), `phi` the mean squared winsorised z without it (0.68 if size explains the spread). `z` and `winsorised_z`
    have one number an area, without `tau2`, NaN where it has no figure; `areas` is how many had one. `status` is "ok", or "too
    few points" below two areas.
    """

    tau2: float
    phi: float
    z: Floats
    winsorised_z: Floats
    areas: int
    status: str


def between_area_variance(
    count: ArrayLike, base: ArrayLike, target: float, kind: FunnelKind, per: float = 1
) -> BetweenAreaVariance:
    """Return the variance between areas (one series each of counts and bases) around a `target` in events per `per`.

    A "rate" is transformed by a square root, a "proportion" by the arcsine of the square root. With z = y / sqrt(s**2 + tau2),
    winsorised at the 10th and 90th percentile of themselves, tau2 is the smallest at which the mean of z**2 is no more than
    0.6787, that of normal deviates winsorised alike. Without that constant tau2 is too small by about a half, and 12 to 13 % of
    areas that differ as areas do lie beyond a 95 % line.

    Raises StatisticsError for what `funnel_flags` refuses.

    Sources: Spiegelhalter DJ (2005), Quality and Safety in Health Care 14, 347-351, and Statistics in Medicine 24, 1185-1202
    (winsorising, additive variance); the constant makes it consistent as in Huber PJ (1964), Annals of Mathematical Statistics
    35, 73-101, proposal 2.

    >>> result = between_area_variance([5, 10, 30, 8], [1000, 1000, 1000, 1000], target=13.25, kind="rate", per=1000)
    >>> round(result.tau2, 3), round(result.phi, 1), result.areas
    (0.084, 3.7, 4)
    """
    _, rate, _ = checked_target(target, kind, per, 0.0)
    x, n, status = areas(count, base, kind)
    y, centre, s = transformed(x, n, rate, kind)
    distance, s = np.atleast_1d(y - centre), np.atleast_1d(s)
    z = distance / s
    has_figure = np.atleast_1d(status == OK)
    size = int(has_figure.sum())
    if size < 2:
        return BetweenAreaVariance(np.nan, np.nan, z, z, size, TOO_FEW_POINTS)
    distances, variances = distance[has_figure], s[has_figure] ** 2
    phi = float((_winsorised(z[has_figure], z[has_figure]) ** 2).mean())

    def enough(tau2: Floats) -> Flags:
        scaled = distances / np.sqrt(variances + tau2)
        return np.asarray((_winsorised(scaled, scaled) ** 2).mean() <= WINSORISED_SQUARE)

    # So much that no square is above the constant.
    most = np.asarray((distances**2).max() / WINSORISED_SQUARE)
    tau2 = float(crossing(enough, np.zeros(()), most))
    return BetweenAreaVariance(tau2, phi, z, _winsorised(z, z[has_figure]), size, OK)


def _winsorised(z: Floats, within: Floats) -> Floats:
    # numpy's quantile is this interpolation, and takes ten times as long.
    low, high = np.interp(np.array(WINSORISED) * (len(within) - 1), np.arange(len(within)), np.sort(within))
    return np.clip(z, low, high)
