"""Funnel plots: which areas lie further from the target than size explains, and the lines that say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.arguments import (
    MISSING,
    NO_BASE,
    OK,
    Floats,
    Scalars,
    StatisticsError,
    not_negative,
    numbers,
    plain,
    positive,
    refuse,
    together,
    whole_counts,
)
from analysis.statistics.bisection import smallest_whole
from analysis.statistics.tails import binomial_at_least, binomial_at_most, poisson_at_least, poisson_at_most

FunnelKind: TypeAlias = Literal["rate", "proportion"]

# One tail beyond the line: 95 % and 99.8 % of areas without a difference lie between the two lines.
WARNING_TAIL = 0.025
ALARM_TAIL = 0.001
LABELS = np.array(["below 99.8 % limit", "below 95 % limit", "within limits", "above 95 % limit", "above 99.8 % limit"])


@dataclass(frozen=True)
class FunnelLimits:
    """The lines of a funnel at each base, in events per `per`: an area on a line, or beyond it, is flagged.

    NaN where no figure at that base could be flagged, where the base is zero or less, and where it is missing.
    """

    lower_998: Scalars
    lower_95: Scalars
    target: float
    upper_95: Scalars
    upper_998: Scalars


@dataclass(frozen=True)
class FunnelFlags:
    """Each area against the target: `value` (events per `per`), `expected` count, the two tails, the flag and its words.

    `p_low` is P(X <= count) and `p_high` P(X >= count) if the target held. `flag` is -2 or 2 beyond the 99.8 % limit, -1 or 1
    beyond the 95 % limit, 0 within; `label` the same in words. `status` is "ok", "missing" or "no base"; unless it is "ok" the
    numbers are NaN, the flag 0 and the label empty.
    """

    value: Scalars
    expected: Scalars
    p_low: Scalars
    p_high: Scalars
    flag: Scalars
    label: Scalars
    status: Scalars


def funnel_limits(base: ArrayLike, target: float, kind: FunnelKind, per: float = 1, tau2: float = 0.0) -> FunnelLimits:
    """Return the funnel's lines at these bases for a `target` in events per `per` (Poisson for a "rate", binomial for a
    "proportion").

    The lines are those of the test in `funnel_flags`: critical count / base * per, the first whole count whose tail is 0.025 or
    0.001 at most. With `tau2` above zero (`between_area_variance`) they are target +- z sqrt(s^2 + tau2) on the transformed
    scale, back-transformed, wherever that is the wider of the two.

    Raises StatisticsError for an unknown kind, a target not above zero or a proportion not below 1 (times per), a negative or
    fractional base of a proportion, or a negative tau2.

    Source: Spiegelhalter DJ (2005), Statistics in Medicine 24, 1185-1202.

    >>> lines = funnel_limits(1000, target=10, kind="rate", per=1000)
    >>> lines.lower_95, lines.upper_95, lines.upper_998
    (3.0, 18.0, 22.0)
    """
    unit, rate, spread = checked_target(target, kind, per, tau2)
    n = _bases(base, kind)
    n = np.where(n > 0, n, np.nan)
    lines = [critical / n for critical in _critical_counts(n, rate, kind)]
    if spread > 0:
        wider = zip(_spread_lines(n, rate, kind, spread), lines, (np.minimum, np.minimum, np.maximum, np.maximum), strict=True)
        lines = [outer(line, exact) for line, exact, outer in wider]
    lower_998, lower_95, upper_95, upper_998 = (plain(line * unit) for line in lines)
    return FunnelLimits(lower_998, lower_95, rate * unit, upper_95, upper_998)


def funnel_flags(
    count: ArrayLike, base: ArrayLike, target: float, kind: FunnelKind, per: float = 1, tau2: float = 0.0
) -> FunnelFlags:
    """Return for each area whether it lies beyond the funnel's lines for a `target` in events per `per`.

    Arguments broadcast. An area is flagged where P(X >= count) or P(X <= count) is 0.025 at most (0.001 for the outer line),
    Poisson for a "rate", binomial for a "proportion". With `tau2` above zero the tail is the larger of that one and of the normal
    on the transformed scale: allowing for more spread never flags an area that chance alone explains, which the approximation
    would at bases with few events.

    Raises StatisticsError for a negative or fractional count, a count above its base (proportions), and what `funnel_limits`
    refuses.

    Source: Spiegelhalter DJ (2005), Statistics in Medicine 24, 1185-1202.

    >>> funnel_flags([5, 10, 30], [1000, 1000, 1000], target=10, kind="rate", per=1000).label.tolist()
    ['within limits', 'within limits', 'above 99.8 % limit']
    """
    unit, rate, spread = checked_target(target, kind, per, tau2)
    x, n, status = areas(count, base, kind)
    if spread > 0:
        y, centre, s = transformed(x, n, rate, kind)
        z = (y - centre) / np.sqrt(s**2 + spread)
        exact_low, exact_high = _tails(x, n, rate, kind)
        low, high = np.maximum(scipy.special.ndtr(z), exact_low), np.maximum(scipy.special.ndtr(-z), exact_high)
    else:
        low, high = _tails(x, n, rate, kind)
    flag = (high <= WARNING_TAIL).astype(int) + (high <= ALARM_TAIL) - (low <= WARNING_TAIL).astype(int) - (low <= ALARM_TAIL)
    label = np.where(status == OK, LABELS[flag + 2], "")
    value = x / n * unit
    return FunnelFlags(*(plain(field) for field in (value, n * rate, low, high, flag, label, status)))


def areas(count: ArrayLike, base: ArrayLike, kind: FunnelKind) -> tuple[Floats, Floats, NDArray[np.str_]]:
    """Return counts, bases and statuses of one shape, with NaN where the status is not "ok"."""
    x, n = together(count=whole_counts("count", count), base=_bases(base, kind))
    if kind == "proportion":
        refuse(x > n, "count must not be more than base", x)
    status = np.select([np.isnan(x + n), n <= 0], [MISSING, NO_BASE], OK)
    return np.where(status == OK, x, np.nan), np.where(status == OK, n, np.nan), status


def transformed(x: Floats, n: Floats, rate: float, kind: FunnelKind) -> tuple[Floats, float, Floats]:
    """Return the figures on the scale on which their variance depends on size alone: y, the target's y, and s.

    A rate is sqrt(observed / expected) with s = 1 / (2 sqrt(expected)), a proportion asin(sqrt(p)) with s = 1 / (2 sqrt(n)).
    """
    if kind == "rate":
        return np.sqrt(x / (n * rate)), 1.0, 0.5 / np.sqrt(n * rate)
    return np.arcsin(np.sqrt(x / n)), float(np.arcsin(np.sqrt(rate))), 0.5 / np.sqrt(n)


def checked_target(target: float, kind: FunnelKind, per: float, tau2: float) -> tuple[float, float, float]:
    """Return `per`, the target per 1 of the base, and `tau2` as floats, each checked."""
    checked_kind(kind)
    unit = positive("per", per)
    rate = positive("target", target) / unit
    if kind == "proportion" and rate >= 1:
        raise StatisticsError(f"target must be a proportion below 1 (times per), got {target!r}.")
    spread = not_negative("tau2", tau2)
    if spread.ndim or np.isnan(spread):
        raise StatisticsError(f"tau2 must be one number from 0 on, got {tau2!r}.")
    return unit, rate, float(spread)


def checked_kind(kind: FunnelKind) -> FunnelKind:
    """Return `kind` if it is one of the two; StatisticsError names another."""
    if kind not in ("rate", "proportion"):
        raise StatisticsError(f"kind must be 'rate' or 'proportion', got {kind!r}.")
    return kind


def _bases(base: ArrayLike, kind: FunnelKind) -> Floats:
    return whole_counts("base", base) if kind == "proportion" else numbers("base", base)


def _tails(x: Floats, n: Floats, rate: float, kind: FunnelKind) -> tuple[Floats, Floats]:
    if kind == "rate":
        return poisson_at_most(x, n * rate), poisson_at_least(x, n * rate)
    p = np.full(n.shape, rate)
    return binomial_at_most(x, n, p), binomial_at_least(x, n, p)


def _critical_counts(n: Floats, rate: float, kind: FunnelKind) -> list[Floats]:
    bases = np.where(np.isnan(n), 1.0, n)
    mean = bases * rate
    # Twelve standard deviations and 20 events out, no tail of a Poisson distribution is as large as 0.001.
    most = bases if kind == "proportion" else np.ceil(mean + 12 * np.sqrt(mean) + 20)
    none, gap = np.zeros(n.shape), np.where(np.isnan(n), np.nan, 0.0)

    def highest_low(tail: float) -> Floats:
        above = smallest_whole(lambda x: _tails(x, bases, rate, kind)[0] > tail, none, most)
        return np.where(above >= 1, above - 1, np.nan) + gap

    def lowest_high(tail: float) -> Floats:
        return smallest_whole(lambda x: _tails(x, bases, rate, kind)[1] <= tail, none, most) + gap

    return [
        highest_low(ALARM_TAIL),
        highest_low(WARNING_TAIL),
        lowest_high(WARNING_TAIL),
        lowest_high(ALARM_TAIL),
    ]


def _spread_lines(n: Floats, rate: float, kind: FunnelKind, spread: float) -> list[Floats]:
    _, centre, s = transformed(n, n, rate, kind)
    lines = []
    for tail in (ALARM_TAIL, WARNING_TAIL, 1 - WARNING_TAIL, 1 - ALARM_TAIL):
        y = centre + scipy.special.ndtri(tail) * np.sqrt(s**2 + spread)
        if kind == "rate":
            lines.append(np.where(y < 0, np.nan, rate * y**2))
        else:
            lines.append(np.where((y < 0) | (y > np.pi / 2), np.nan, np.sin(y) ** 2))
    return lines
