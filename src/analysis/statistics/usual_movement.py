"""A change between two years against the usual movement of authorities: how rare a change as large is.

Between two years an authority's figure moves with the squared scale c * counting variance + s**2, in t units. `usual_change`
judges one change, `usual_range` gives the figures of this year that would not be called unusual.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.arguments import (
    MISSING,
    NO_BASE,
    NO_EVENTS,
    OK,
    Flags,
    Floats,
    Scalars,
    between_0_and_1,
    not_negative,
    numbers,
    plain,
    refuse,
    together,
    whole_counts,
)
from analysis.statistics.bisection import crossing, smallest_whole
from analysis.statistics.comparison import exact_odds
from analysis.statistics.funnel import FunnelKind, checked_kind
from analysis.statistics.intervals import wilson_limits
from analysis.statistics.tails import t_both_tails, t_quantile

# Tails below some 1e-257 come out of the incomplete beta function as 0 now and then, which would make a smaller change the
# rarer one. No change is called rarer than the tail at this quantile, 1e-197.
_LARGEST_T = 30.0
_LARGEST_COUNT = 2.0**60
# The s of quarters by the s of years, measured on referrals (docs/methods-evidence.md): against the quarter before, with the
# season out, and against the same quarter a year before.
QUARTER_BEFORE, SAME_QUARTER = 0.7, 1.35


@dataclass(frozen=True)
class UsualChange:
    """A change net of the nation's: `estimate` with its limits `lower` and `upper`, `rarity` and `status`.

    For rates a ratio, for proportions a difference on the arcsine scale. The change is unusual if the limits exclude no change,
    which is where `rarity` is below 1 - confidence. `rarity`, 0 to 1, is the share of areas of this size that see a change as
    large in a usual year: 100 * rarity is the "N in 100". `status` is "ok", "missing", "no base" or "no events" (two rates
    without any event); the numbers are NaN unless it is "ok". Each field is a plain value if every argument was one number, else
    an array.
    """

    estimate: Scalars
    lower: Scalars
    upper: Scalars
    rarity: Scalars
    status: Scalars


@dataclass(frozen=True)
class UsualRange:
    """The smallest and the largest whole count of this year that would not be unusual, and `status`.

    `upper` is infinite where no count would be too many. Both are NaN unless `status` is "ok", and where every count would be
    called. Each field is a plain value if every argument was one number, else an array.
    """

    lower: Scalars
    upper: Scalars
    status: Scalars


def usual_change(
    x1: ArrayLike,
    n1: ArrayLike,
    x0: ArrayLike,
    n0: ArrayLike,
    kind: FunnelKind,
    c: ArrayLike,
    s: ArrayLike,
    freedom: ArrayLike,
    nation: ArrayLike = 0.0,
    confidence: float = 0.95,
) -> UsualChange:
    """Return the change from x0 of n0 last year to x1 of n1 this year, and how rare one as large is in a usual year.

    Arguments broadcast. `c`, `s` and `freedom` are the usual movement of the indicator (`fit_usual_movement`); `freedom` may be
    infinite. `nation` is the change of the whole, on the transformed scale, which is taken off: the log of its ratio for a
    "rate", the difference of asin(sqrt(p)) for a "proportion". For two counts over equal spans n1 = n0 = 1.

    The counting limits (rates: conditional exact limits of the effective counts x / c; proportions: Wilson's of x / c of n / c,
    on the arcsine scale) and s are squared and added, each at the t quantile. Where a count is 0 the addition starts from half an
    event, so that fewer events never are the smaller fall. `rarity` is 2 P(T > t*), with t* the quantile at which the limit on
    the side of no change is no change; exchanging the two years leaves it as it is. With c = 1, s = 0 and infinite freedom a
    rate's limits are those of `rate_ratio`.

    Raises StatisticsError for a negative, fractional or infinite count, a count above its base (proportions), c or freedom not
    above 0, a negative s, or a confidence outside (0, 1).

    Sources: Clopper CJ, Pearson ES (1934), Biometrika 26, 404-413; Wilson EB (1927), Journal of the American Statistical
    Association 22, 209-212; Newcombe RG (1998), Statistics in Medicine 17, 873-890 (squaring and adding limits); Zou GY, Donner
    A (2008), Statistics in Medicine 27, 1693-1702 (the same of any limits); Lange KL et al. (1989), Journal of the American
    Statistical Association 84, 881-896 (t errors).

    >>> fall = usual_change(393, 1, 524, 1, "rate", c=4.0, s=0.157, freedom=17)
    >>> round(fall.estimate, 2), round(fall.lower, 2), round(fall.upper, 2), round(100 * fall.rarity)
    (0.75, 0.48, 1.16, 19)
    """
    pairs, degrees, status = _checked(x1, n1, x0, n0, kind, c, s, freedom, nation)
    estimate, lower, upper = _LIMITS[kind](pairs, t_quantile(between_0_and_1("confidence", confidence), degrees))
    rarity = np.where(status == OK, t_both_tails(_largest_t_that_calls(pairs, kind), degrees), np.nan)
    return UsualChange(*(plain(field) for field in (estimate, lower, upper, rarity, status)))


def usual_range(
    x0: ArrayLike,
    n0: ArrayLike,
    n1: ArrayLike,
    kind: FunnelKind,
    c: ArrayLike,
    s: ArrayLike,
    freedom: ArrayLike,
    nation: ArrayLike = 0.0,
    confidence: float = 0.95,
) -> UsualRange:
    """Return the whole counts of this year, of the base n1, that `usual_change` would not call after x0 of n0.

    Arguments as there; for proportions the counts lie within 0 and n1. It is the range in which next year's figure is to be
    expected, too.

    Raises StatisticsError for what `usual_change` refuses.

    Sources: as `usual_change`.

    >>> usual_range(524, 1, 1, "rate", c=4.0, s=0.157, freedom=17)
    UsualRange(lower=335.0, upper=790.0, status='ok')
    """
    pairs, degrees, status = _checked(0.0, n1, x0, n0, kind, c, s, freedom, nation)
    # Nothing is known yet of this year's count: after none last year there is a range all the same.
    status = np.where(status == NO_EVENTS, OK, status)
    t = t_quantile(between_0_and_1("confidence", confidence), degrees)

    def no_fall(count: Floats) -> Flags:
        return ~_calls_rise(replace(pairs, x1=count).exchanged(), kind, t)

    def rise(count: Floats) -> Flags:
        return _calls_rise(replace(pairs, x1=count), kind, t)

    start = np.where(status == OK, 0.0, np.nan)
    if kind == "proportion":
        most = np.where(status == OK, pairs.n1, np.nan)
        upper = smallest_whole(rise, start, most) - 1
        upper = np.where(np.isnan(upper), most, upper)
    else:
        most = start + 1
        while (still_usual := (most < _LARGEST_COUNT) & ~rise(most)).any():
            most = np.where(still_usual, most * 2, most)
        upper = smallest_whole(rise, start, most) - 1
        upper = np.where((status == OK) & np.isnan(upper), np.inf, upper)
    lower = smallest_whole(no_fall, start, most)
    empty = ~(lower <= upper)
    return UsualRange(*(plain(field) for field in (np.where(empty, np.nan, lower), np.where(empty, np.nan, upper), status)))


@dataclass(frozen=True)
class _Pairs:
    """Counts and bases of this year (1) and last year (0), the movement's c and s, and the nation's change, all of one shape."""

    x1: Floats
    n1: Floats
    x0: Floats
    n0: Floats
    c: Floats
    s: Floats
    nation: Floats

    def exchanged(self) -> _Pairs:
        """Return the same pairs with the years exchanged: a fall of one is a rise of the other."""
        return _Pairs(self.x0, self.n0, self.x1, self.n1, self.c, self.s, -self.nation)

    def log_offset(self) -> Floats:
        """Return the log of the ratio of counts at which the rate has moved as the nation's."""
        return np.log(self.n1 / self.n0) + self.nation


def _checked(
    x1: ArrayLike,
    n1: ArrayLike,
    x0: ArrayLike,
    n0: ArrayLike,
    kind: FunnelKind,
    c: ArrayLike,
    s: ArrayLike,
    freedom: ArrayLike,
    nation: ArrayLike,
) -> tuple[_Pairs, Floats, NDArray[np.str_]]:
    base = not_negative if checked_kind(kind) == "proportion" else numbers
    *figures, variance, spread, degrees, common = together(
        x1=whole_counts("x1", x1), n1=base("n1", n1), x0=whole_counts("x0", x0), n0=base("n0", n0), c=numbers("c", c),
        s=not_negative("s", s), freedom=numbers("freedom", freedom, infinite=True), nation=numbers("nation", nation),
    )  # fmt: skip
    refuse(variance <= 0, "c must be above 0", variance)
    refuse(degrees <= 0, "freedom must be above 0", degrees)
    count1, base1, count0, base0 = figures
    if kind == "proportion":
        refuse(count1 > base1, "x1 must not be more than n1", count1)
        refuse(count0 > base0, "x0 must not be more than n0", count0)
    missing = np.isnan(count1 + base1 + count0 + base0 + variance + spread + degrees + common)
    no_events = (count1 + count0 == 0) & (kind == "rate")
    status = np.select([missing, (base1 <= 0) | (base0 <= 0), no_events], [MISSING, NO_BASE, NO_EVENTS], OK)
    usable = np.isin(status, (OK, NO_EVENTS))
    count1, base1, count0, base0 = (np.where(usable, figure, np.nan) for figure in figures)
    return _Pairs(count1, base1, count0, base0, variance, spread, common), degrees, status


def _rate_limits(pairs: _Pairs, t: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the ratio net of the nation and its limits."""
    gap = np.where(pairs.x1 + pairs.x0 == 0, np.nan, 0.0)
    odds = exact_odds(pairs.x1 / pairs.c + gap, pairs.x0 / pairs.c + gap, scipy.special.ndtr(-t))
    with np.errstate(divide="ignore", over="ignore"):
        low, high = (np.log(limit) for limit in odds)
        centre = _log_ratio(pairs) + gap
        lower = centre - np.hypot(centre - low, t * pairs.s)
        upper = centre + np.hypot(high - centre, t * pairs.s)
        ratio = np.divide(pairs.x1, pairs.x0, out=np.full(centre.shape, np.inf), where=pairs.x0 != 0) + gap
        offset = pairs.log_offset()
        return ratio * np.exp(-offset), np.exp(lower - offset), np.exp(upper - offset)


def _share_limits(pairs: _Pairs, t: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the difference on the arcsine scale, net of the nation, and its limits."""
    y1, low1, high1 = _arcsine_limits(pairs.x1, pairs.n1, pairs.c, t)
    y0, low0, high0 = _arcsine_limits(pairs.x0, pairs.n0, pairs.c, t)
    d = y1 - y0 - pairs.nation
    lower = d - np.sqrt((y1 - low1) ** 2 + (high0 - y0) ** 2 + (t * pairs.s) ** 2)
    upper = d + np.sqrt((high1 - y1) ** 2 + (y0 - low0) ** 2 + (t * pairs.s) ** 2)
    return d, lower, upper


_LIMITS = {"rate": _rate_limits, "proportion": _share_limits}


def _calls_rise(pairs: _Pairs, kind: FunnelKind, t: Floats) -> Flags:
    """Return whether the lower limit at the quantile t is above no change; it need not be worked out for that."""
    if kind == "proportion":
        _, lower, _ = _share_limits(pairs, t)
        return lower > 0
    ratio, offset = _log_ratio(pairs), pairs.log_offset()
    left_for_counting = (ratio - offset) ** 2 - (t * pairs.s) ** 2
    # The exact limit is above the odds that would just do if the chance of as many events at these odds is below its tail.
    needed = scipy.special.expit(ratio - np.sqrt(np.maximum(left_for_counting, 0)))
    events = np.where(pairs.x1 > 0, pairs.x1, 1.0)
    as_many = scipy.special.betainc(events / pairs.c, pairs.x0 / pairs.c + 1, needed)
    return (pairs.x1 > 0) & (ratio > offset) & (left_for_counting > 0) & (as_many < scipy.special.ndtr(-t))


def _largest_t_that_calls(pairs: _Pairs, kind: FunnelKind) -> Floats:
    """Return the largest quantile at which the change is still called; 0 if it isn't at any."""
    net = _LIMITS[kind](pairs, np.zeros(pairs.c.shape))[0] if kind == "proportion" else _log_ratio(pairs) - pairs.log_offset()
    back = pairs.exchanged()
    # A fall is judged as the rise that it is the other way round.
    sides = {field.name: (getattr(back, field.name), getattr(pairs, field.name)) for field in fields(_Pairs)}
    rises = _Pairs(**{name: np.where(net < 0, exchanged, as_it_is) for name, (exchanged, as_it_is) in sides.items()})
    start = np.zeros(net.shape)
    t = crossing(lambda quantile: ~_calls_rise(rises, kind, quantile), start, start + _LARGEST_T)
    return np.where(np.isnan(t), _LARGEST_T, t)


def _log_ratio(pairs: _Pairs) -> Floats:
    """Return the log of this year's count by last year's, with half an event for none."""
    return np.log(np.where(pairs.x1 == 0, 0.5, pairs.x1)) - np.log(np.where(pairs.x0 == 0, 0.5, pairs.x0))


def _arcsine_limits(x: Floats, n: Floats, c: Floats, t: Floats) -> list[Floats]:
    """Return asin(sqrt(p)) of x / c of n / c with its Wilson limits."""
    return [np.arcsin(np.sqrt(each)) for each in wilson_limits(x / c, n / c, t)]
