"""The scale on which movement is measured: logs of rates, arcsines of the roots of proportions, and their counting variance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.arguments import Floats, Scalars, not_negative, numbers, plain, refuse, together
from analysis.statistics.funnel import FunnelKind, checked_kind


def figures_on_scale(x: ArrayLike, n: ArrayLike, kind: FunnelKind) -> tuple[Scalars, Scalars]:
    """Return x of n on the transformed scale, and its counting variance there.

    A "rate" is log((x + 1/2) / n) with the variance 1 / (x + 1/2), a "proportion" asin(sqrt(x / n)) with 1 / (4 n). Arguments
    broadcast; both numbers are NaN where one is missing or the base not above 0. For a count n = 1.

    Raises StatisticsError for another kind, a negative count, and a count above its base (proportions).

    Sources: Haldane JBS (1956), Annals of Human Genetics 20, 309-311 (the half event); Freeman MF, Tukey JW (1950), Annals of
    Mathematical Statistics 21, 607-611 (the arcsine).

    >>> [round(each, 4) for each in figures_on_scale(393, 1, "rate")]
    [5.9751, 0.0025]
    >>> [round(each, 4) for each in figures_on_scale(30, 40, "proportion")]
    [1.0472, 0.0063]
    """
    y, variance = _on_scale("x", x, "n", n, kind)
    return plain(y), plain(variance)


def figures_from_scale(y: Floats, kind: FunnelKind) -> Floats:
    """Return the rates or proportions that stand at `y` on the transformed scale; beyond its ends a proportion is 0 or 1."""
    return np.exp(y) if kind == "rate" else np.sin(np.clip(y, 0, np.pi / 2)) ** 2


def changes_on_scale(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, kind: FunnelKind) -> tuple[Scalars, Scalars]:
    """Return the changes from x0 of n0 to x1 of n1 on the transformed scale, and their counting variances.

    The difference and the sum of what `figures_on_scale` gives for the two; its rules hold. Nothing that is common to all areas
    is taken off.

    Raises StatisticsError for what `figures_on_scale` refuses.

    Sources: as `figures_on_scale`.

    >>> [round(each, 4) for each in changes_on_scale(393, 1, 524, 1, "rate")]
    [-0.2874, 0.0044]
    """
    y1, variance1 = _on_scale("x1", x1, "n1", n1, kind)
    y0, variance0 = _on_scale("x0", x0, "n0", n0, kind)
    return plain(np.asarray(y1 - y0)), plain(np.asarray(variance1 + variance0))


def _on_scale(x_name: str, x: ArrayLike, n_name: str, n: ArrayLike, kind: FunnelKind) -> tuple[Floats, Floats]:
    checked_kind(kind)
    counts, bases = together(**{x_name: not_negative(x_name, x), n_name: numbers(n_name, n)})
    bases = np.where(bases > 0, bases, np.nan)
    if kind == "rate":
        y, variance = np.log((counts + 0.5) / bases), 1 / (counts + 0.5)
    else:
        refuse(counts > bases, f"{x_name} must not be more than {n_name}", counts)
        y, variance = np.arcsin(np.sqrt(counts / bases)), 0.25 / bases
    return y, np.where(np.isnan(y), np.nan, variance)
