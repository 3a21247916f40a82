"""An area beside its neighbours: its place among them, and whether it is unlike them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.arguments import (
    MISSING,
    NO_BASE,
    OK,
    TOO_FEW_POINTS,
    Flags,
    Floats,
    Scalars,
    StatisticsError,
    between_0_and_1,
    numbers,
    plain,
    together,
    whole_counts,
)
from analysis.statistics.funnel import FunnelKind
from analysis.statistics.movement_scale import figures_from_scale, figures_on_scale
from analysis.statistics.tails import t_both_tails, t_quantile

# With fewer neighbours their spread isn't known well enough for an interval: the place has to do.
NEIGHBOURS_FROM = 6
_ROUNDING = 1e-13


@dataclass(frozen=True)
class UnlikeNeighbours:
    """An area and the interval for one more area like its neighbours, in the unit of x / n.

    `centre` is the neighbours' mean, `lower` and `upper` the limits at the area's own base. `flag` is -1 below, 1 above, 0 within
    them or without an interval. `rarity`, 0 to 1, is the share of such areas that lie as far out. `place` counts the area among
    its neighbours from the lowest (1; equal figures share the lowest place), and `members` the neighbours with a figure, so that
    it is the `place`-th lowest of members + 1. `status` is "ok", "too few points" (fewer than six neighbours with a figure: only
    place and members hold), "missing" or "no base" (of the area's own figure: only members holds); other numbers are NaN. Each
    field is a plain value for a single area.
    """

    lower: Scalars
    upper: Scalars
    centre: Scalars
    place: Scalars
    members: Scalars
    flag: Scalars
    rarity: Scalars
    status: Scalars


def unlike_neighbours(
    x: ArrayLike,
    n: ArrayLike,
    neighbours_x: ArrayLike,
    neighbours_n: ArrayLike,
    kind: FunnelKind,
    confidence: float = 0.95,
) -> UnlikeNeighbours:
    """Return each area's place among its neighbours, and whether it lies outside the interval for one more like them.

    `x` of `n` is the area's figure; `neighbours_x` and `neighbours_n` have one axis more, the last, with a neighbour in each
    place and NaN where one has no figure. On the transformed scale (`figures_on_scale`) the interval is m +- t sqrt(S**2
    (1 + 1/k) + max(0, v - v')) with mean m, variance S**2 and mean counting variance v' of the k neighbours, v of the area, and
    t with k - 1 degrees of freedom: the neighbours' spread has both their differences and their chance in it, and a smaller area
    gets the chance that it has more of. Area and limit are compared by one test: the figure is flagged where it is outside.

    Raises StatisticsError for a negative, fractional or infinite count, a count above its base (proportions), shapes that don't
    fit, or a confidence outside (0, 1).

    Sources: t with k - 1 degrees of freedom, Student (1908), Biometrika 6, 1-25; prediction interval for one further observation,
    Hahn GJ and Meeker WQ (1991), Statistical Intervals, Wiley.

    >>> result = unlike_neighbours(120, 1000, [90, 85, 100, 110, 95, 70, 88], [1000] * 7, "rate")
    >>> result.place, result.members, result.flag, round(result.lower, 3), round(result.upper, 3), round(result.rarity, 2)
    (8.0, 7, 0, 0.062, 0.131, 0.11)
    """
    own_x, own_n = whole_counts("x", x), numbers("n", n)
    others_x, others_n = together(
        neighbours_x=whole_counts("neighbours_x", neighbours_x), neighbours_n=numbers("neighbours_n", neighbours_n)
    )
    if others_x.ndim == 0:
        raise StatisticsError("neighbours_x must be a series of counts, got one number.")
    own_x, own_n, members = together(x=own_x, n=own_n, neighbours=_present(others_x, others_n).sum(axis=-1).astype(float))
    y, variance = (np.asarray(each) for each in figures_on_scale(own_x, own_n, kind))
    others_y, others_variance = (np.asarray(each) for each in figures_on_scale(others_x, others_n, kind))
    status = np.select([np.isnan(own_x + own_n), own_n <= 0, members < NEIGHBOURS_FROM], [MISSING, NO_BASE, TOO_FEW_POINTS], OK)
    k = np.where(status == OK, members, np.nan)
    centre = _total(others_y) / k
    squares = _rounded_off(_total((others_y - centre[..., np.newaxis]) ** 2) / (k - 1))
    scale = np.sqrt(squares * (1 + 1 / k) + np.maximum(0, variance - _total(others_variance) / k))
    half_width = t_quantile(between_0_and_1("confidence", confidence), k - 1) * scale
    distance = _rounded_off(y - centre)
    flag = (distance > half_width).astype(int) - (distance < -half_width)
    # Neighbours without any spread, and an area like them: there is nothing that is rare.
    far = np.divide(distance, scale, out=np.where(distance == 0, 0.0, np.copysign(np.inf, distance)), where=scale > 0)
    rarity = np.where(status == OK, t_both_tails(far, k - 1), np.nan)
    lower, middle, upper = (_in_unit(each, own_n, kind) for each in (centre - half_width, centre, centre + half_width))
    return UnlikeNeighbours(
        *(plain(each) for each in (lower, upper, middle, _place(own_x, own_n, others_x, others_n), members.astype(int))),
        *(plain(each) for each in (flag, rarity, status)),
    )


def _present(x: Floats, n: Floats) -> Flags:
    return ~np.isnan(x) & (n > 0)


def _total(values: Floats) -> Floats:
    total: Floats = np.nansum(values, axis=-1)
    return total


def _rounded_off(values: Floats) -> Floats:
    """Return the values with 0 for what the rounding of a mean of equal figures leaves."""
    return np.where(np.abs(values) < _ROUNDING, 0.0, values)


def _place(x: Floats, n: Floats, others_x: Floats, others_n: Floats) -> Floats:
    has_figure, others_have_one = _present(x, n), _present(others_x, others_n)
    value = np.divide(x, n, out=np.full(x.shape, np.nan), where=has_figure)
    others = np.divide(others_x, others_n, out=np.full(others_x.shape, np.nan), where=others_have_one)
    return np.where(has_figure, 1.0 + (others < value[..., np.newaxis]).sum(axis=-1), np.nan)


def _in_unit(y: Floats, n: Floats, kind: FunnelKind) -> Floats:
    """Return the figure x / n of the base n that stands at y: a rate's half event is taken off again."""
    figure = figures_from_scale(y, kind)
    return np.maximum(0, figure - 0.5 / np.where(n > 0, n, np.nan)) if kind == "rate" else figure
