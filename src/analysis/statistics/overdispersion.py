"""How much more areas differ than their size explains: over-dispersion around a target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.arguments import OK, TOO_FEW_POINTS, Floats
from analysis.statistics.funnel import FunnelKind, areas, checked_target, transformed

# The most extreme tenth at each end is drawn in: those areas are what the funnel is to find, not what it is
# made from.
WINSORISED = (0.1, 0.9)


@dataclass(frozen=True)
class Overdispersion:
    """How far a set of areas is spread around the target, after winsorising.

    `phi` is the mean squared winsorised z (1 if size explains the spread), `tau2` the variance between areas on the transformed
    scale (0 if none is needed; the argument of `funnel_limits`). `z` and `winsorised_z` have one number an area, NaN where it has
    no figure; `areas` is how many had one. `status` is "ok", or "too few points" below two areas.
    """

    phi: float
    tau2: float
    z: Floats
    winsorised_z: Floats
    areas: int
    status: str


def overdispersion(count: ArrayLike, base: ArrayLike, target: float, kind: FunnelKind, per: float = 1) -> Overdispersion:
    """Return the over-dispersion of areas (one series each of counts and bases) around a `target` in events per `per`.

    A "rate" is transformed by a square root, a "proportion" by the arcsine of the square root; z is winsorised at the 10th and
    90th percentile, phi the mean of its square, tau2 the additive variance by the method of moments (DerSimonian-Laird), zero
    where phi is no more than chance.

    Raises StatisticsError for what `funnel_flags` refuses.

    Source: Spiegelhalter DJ (2005), Quality and Safety in Health Care 14, 347-351, and Statistics in Medicine 24, 1185-1202.

    >>> result = overdispersion([5, 10, 30, 8], [1000, 1000, 1000, 1000], target=13.25, kind="rate", per=1000)
    >>> round(result.phi, 1), result.areas
    (3.7, 4)
    """
    _, rate, _ = checked_target(target, kind, per, 0.0)
    x, n, status = areas(count, base, kind)
    y, centre, s = transformed(x, n, rate, kind)
    z = np.atleast_1d((y - centre) / s)
    has_figure = np.atleast_1d(status == OK)
    size = int(has_figure.sum())
    if size < 2:
        return Overdispersion(np.nan, np.nan, z, z, size, TOO_FEW_POINTS)
    low, high = np.quantile(z[has_figure], WINSORISED)
    winsorised = np.clip(z, low, high)
    phi = float((winsorised[has_figure] ** 2).mean())
    weight = np.atleast_1d(s)[has_figure] ** -2
    excess = size * phi - (size - 1)
    tau2 = max(0.0, float(excess / (weight.sum() - (weight**2).sum() / weight.sum())))
    return Overdispersion(phi, tau2, z, winsorised, size, OK)
