"""The slope of a series of years or quarters against the usual movement of authorities over as long a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.arguments import (
    OK,
    TOO_FEW_POINTS,
    Scalars,
    StatisticsError,
    between_0_and_1,
    not_negative,
    numbers,
    plain,
    positive,
    refuse,
    together,
    whole_counts,
)
from analysis.statistics.funnel import FunnelKind
from analysis.statistics.movement_scale import figures_on_scale
from analysis.statistics.tails import t_both_tails, t_quantile

# With fewer points the first is compared with the last.
SLOPE_FROM = 5


@dataclass(frozen=True)
class UsualSlope:
    """The change a step of each series: `value` with its limits `lower` and `upper`, `rarity`, `points` and `status`.

    For rates a ratio a step, for proportions a difference a step on the arcsine scale. `rarity`, 0 to 1, is the share of areas of
    this size whose slope over as many steps is as steep in usual years; it is below 1 - confidence where the limits exclude no
    change. `points` is how many had a figure. `status` is "ok", or "too few points" below five; the other numbers are NaN unless
    it is "ok". One value for each series; plain values for a single series.
    """

    value: Scalars
    lower: Scalars
    upper: Scalars
    rarity: Scalars
    points: Scalars
    status: Scalars


def usual_slope(
    x: ArrayLike,
    n: ArrayLike,
    kind: FunnelKind,
    c: ArrayLike,
    s: ArrayLike,
    freedom: ArrayLike,
    nation: ArrayLike | None = None,
    confidence: float = 0.95,
    exponent: float = 0.8,
) -> UsualSlope:
    """Return the slope of each series of counts `x` of bases `n`, with time along the last axis, and how rare one as steep is.

    `x` and `n` broadcast (n = 1 for counts); a point with a missing number or without a base is a gap, and the steps before and
    after it keep their place. `c`, `s` and `freedom`, one number or one a series, are the usual movement in a step
    (`fit_usual_movement`); `freedom` may be infinite. `nation` has one value a step, the whole's figure on the transformed scale
    (`figures_on_scale`), and is taken off.

    The slope is the ordinary one of the transformed figures, sum of w_i y_i. Its squared scale is c * sum of w_i**2 v_i, for
    counting, + s**2 w'Kw for usual movement, which adds up over steps: K_ij = (i**e + j**e - |i - j|**e) / 2. With `exponent` e
    = 0.8 over years part of a movement is given back later; 1 is the random walk that quarters are. The quantile is that of t
    with freedom + points - 2 degrees of freedom.

    Raises StatisticsError for a negative, fractional or infinite count, a count above its base (proportions), c or freedom not
    above 0, a negative s, an exponent that is not above 0, and a `nation` of another length than the series.

    Source: fractional Brownian motion, Mandelbrot BB, Van Ness JW (1968), SIAM Review 10, 422-437; the exponents are measured on
    authorities' figures (docs/methods-evidence.md).

    >>> slope = usual_slope([300, 310, 325, 330, 350, 340, 365], 1, "rate", c=4.0, s=0.14, freedom=10)
    >>> round(slope.value, 3), round(slope.lower, 2), round(slope.upper, 2), round(100 * slope.rarity), slope.points
    (1.031, 0.92, 1.15, 58, 7)
    """
    y, variance = (np.asarray(each) for each in figures_on_scale(whole_counts("x", x), n, kind))
    if y.ndim == 0:
        raise StatisticsError("x must be a series of counts, got one number.")
    common = np.zeros(y.shape[-1]) if nation is None else numbers("nation", nation)
    if common.shape != y.shape[-1:]:
        raise StatisticsError(f"nation must have one value a step, {y.shape[-1]}, got {common.shape}.")
    y = y - common
    has_figure = ~np.isnan(y)
    points = has_figure.sum(axis=-1)
    multiple, spread, degrees, _ = together(
        c=numbers("c", c), s=not_negative("s", s), freedom=numbers("freedom", freedom, infinite=True), x=points.astype(float)
    )
    refuse(multiple <= 0, "c must be above 0", multiple)
    refuse(degrees <= 0, "freedom must be above 0", degrees)
    step = np.arange(y.shape[-1], dtype=float)
    from_mean = np.where(has_figure, step - _mean(step, has_figure), 0.0)
    enough = points >= SLOPE_FROM
    weight = from_mean / np.where(enough, (from_mean**2).sum(axis=-1), np.nan)[..., np.newaxis]
    slope = (weight * np.where(has_figure, y, 0.0)).sum(axis=-1)
    counting = (weight**2 * np.where(has_figure, variance, 0.0)).sum(axis=-1)
    # The weights add up to 0, so that of K only the part with i - j counts.
    distance = np.abs(step[:, np.newaxis] - step) ** positive("exponent", exponent)
    movement = -((weight @ distance) * weight).sum(axis=-1) / 2
    scale = np.sqrt(multiple * counting + spread**2 * movement)
    degrees = degrees + points - 2
    half_width = t_quantile(between_0_and_1("confidence", confidence), degrees) * scale
    limits = (slope, slope - half_width, slope + half_width)
    value, lower, upper = (np.exp(each) for each in limits) if kind == "rate" else limits
    status = np.where(enough, OK, TOO_FEW_POINTS)
    return UsualSlope(*(plain(each) for each in (value, lower, upper, t_both_tails(slope / scale, degrees), points, status)))


def _mean(step: np.ndarray, has_figure: np.ndarray) -> np.ndarray:
    """Return the mean step of the points with a figure, one a series with the axis kept; NaN without any."""
    number = has_figure.sum(axis=-1, keepdims=True)
    total = (step * has_figure).sum(axis=-1, keepdims=True)
    return np.divide(total, number, out=np.full(number.shape, np.nan), where=number > 0)
