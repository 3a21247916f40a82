"""The XmR chart: how a series varies of itself, and which of its points say that something has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statistics.arguments import (
    OK,
    TOO_FEW_POINTS,
    Flags,
    Floats,
    StatisticsError,
    not_negative,
    positive,
    refuse,
    series,
)
from analysis.statistics.chart_icons import Polarity, assurance, check_polarity, variation_icon
from analysis.statistics.chart_rules import SAME, beyond_limit, run, side, trend, two_of_three

SeriesKind: TypeAlias = Literal["flow", "snapshot", "year_to_date", "rolling"]

# 3 / d2 and D4 for ranges of two (d2 = 1.128): three standard deviations either way, and the top of the
# moving range.
LIMIT_FACTOR = 2.66
RANGE_FACTOR = 3.267
CHART_FROM, FULL_FROM = 5, 13

TRIAL = "trial"
NO_VARIATION = "no variation"

# Neighbouring points of an accumulated series share most of what they count: every chart of one would show signals.
REFUSED_KINDS = {
    "year_to_date": "a year to date restarts every April",
    "rolling": "neighbouring rolling sums share most of their events",
}


class SeriesKindError(StatisticsError):
    """A year-to-date or rolling series, of which a control chart means nothing; difference it first."""


@dataclass(frozen=True)
class ControlChart:
    """An XmR chart, in the unit of the values; every array has one entry a point.

    `centre`, `lower`, `upper`, the warning lines and `range_limit` are constant within a phase and NaN where it has none;
    `moving_range` is NaN for a first point and after a gap. `beyond_limit`, `run`, `trend`, `two_of_three` are the rules (how
    many points each looks at: RULE_WINDOWS) and `range_beyond` marks moving ranges above their limit; `signal` is any of the
    four. `phase` counts from 0; `statuses` has one entry a phase and `status` is that of the last: "ok", "trial" (5 to 12 points:
    limits may still move), "no variation" or "too few points" (both without limits).

    `icon` is that of the latest point: "common cause", or "improvement", "concern" or "neutral" followed by " high" or " low";
    `assurance` is "passes", "fails" or "hit or miss". Both are None below 13 points and where the latest point is missing,
    assurance also without a target or a polarity.
    """

    values: Floats
    moving_range: Floats
    phase: NDArray[np.int_]
    centre: Floats
    lower: Floats
    upper: Floats
    lower_warning: Floats
    upper_warning: Floats
    range_limit: Floats
    beyond_limit: Flags
    run: Flags
    trend: Flags
    two_of_three: Flags
    range_beyond: Flags
    statuses: tuple[str, ...]
    icon: str | None
    assurance: str | None

    @property
    def status(self) -> str:
        """The status of the latest phase."""
        return self.statuses[-1]

    @property
    def signal(self) -> Flags:
        """The points that any of the four rules marks."""
        return self.beyond_limit | self.run | self.trend | self.two_of_three


def xmr(
    values: ArrayLike,
    *,
    kind: SeriesKind,
    rebase_at: Sequence[int] = (),
    ceiling: float | None = None,
    target: float | None = None,
    polarity: Polarity = "neutral",
) -> ControlChart:
    """Return the XmR chart of one series in order of time, a missing period as NaN.

    The centre is the mean, the limits lie 2.66 mean moving ranges either side, floored at 0 and capped at the `ceiling` (100 for
    percentages, 1 for proportions), warning lines at two thirds of the way, the range limit is 3.267 mean moving ranges. Each
    position in `rebase_at` (from 0) is the first point of a new phase, where limits, ranges and rules start again.

    Raises SeriesKindError for a year-to-date or rolling series; StatisticsError for a negative value, one above the ceiling, an
    unknown kind or polarity, or a position that is not inside the series.

    Sources: Shewhart WA (1931), Economic Control of Quality of Manufactured Product; Wheeler DJ (2000), Understanding Variation;
    NHS England, Making Data Count.

    >>> chart = xmr([20, 22, 19, 21, 20, 23, 21, 20, 22, 21, 19, 20, 21, 45], kind="flow", polarity="low_is_good")
    >>> float(round(chart.upper[-1], 1)), bool(chart.beyond_limit[-1]), chart.icon
    (31.6, True, 'concern high')
    """
    _refuse_kind(kind)
    check_polarity(polarity)
    goal = None if target is None else float(not_negative("target", target))
    x = series("values", not_negative("values", values))
    top = np.inf if ceiling is None else positive("ceiling", ceiling)
    refuse(x > top, f"values must not be above the ceiling of {top:g}", x)
    phase = _phases(len(x), rebase_at)
    moving_range = np.full(len(x), np.nan)
    moving_range[1:] = np.where(np.diff(phase) == 0, np.abs(np.diff(x)), np.nan)

    statuses, centre, mean_range = [], np.full(len(x), np.nan), np.full(len(x), np.nan)
    for number in range(phase.max(initial=0) + 1):
        in_phase = phase == number
        status, centre[in_phase], mean_range[in_phase] = _baseline(x[in_phase], moving_range[in_phase])
        statuses.append(status)

    reach = LIMIT_FACTOR * mean_range
    lower, lower_warning = np.maximum(centre - reach, 0), np.maximum(centre - reach * 2 / 3, 0)
    upper, upper_warning = np.minimum(centre + reach, top), np.minimum(centre + reach * 2 / 3, top)
    # A constant has a centre and no limits, and is on no side of itself.
    ruled = np.where(np.isnan(reach), np.nan, centre)
    rules = {
        "beyond_limit": beyond_limit(x, lower, upper),
        "run": run(x, ruled, phase),
        "trend": trend(x, phase),
        "two_of_three": two_of_three(x, ruled, lower_warning, upper_warning, phase),
    }
    latest = phase == phase.max(initial=0)
    long_enough = np.isfinite(x[latest]).sum() >= FULL_FROM and not np.isnan(x[-1])
    full = long_enough and statuses[-1] in (OK, NO_VARIATION)
    band = (centre, centre) if statuses[-1] == NO_VARIATION else (lower, upper)
    return ControlChart(
        x, moving_range, phase, centre, lower, upper, lower_warning, upper_warning,
        range_limit=RANGE_FACTOR * mean_range,
        range_beyond=side(moving_range, RANGE_FACTOR * mean_range) > 0,
        statuses=tuple(statuses),
        icon=variation_icon(x, centre, rules, polarity) if full else None,
        assurance=assurance(band[0][-1], band[1][-1], goal, polarity) if full else None,
        **rules,
    )  # fmt: skip


def _refuse_kind(kind: str) -> None:
    if kind in REFUSED_KINDS:
        raise SeriesKindError(
            f"A control chart can't be drawn of a {kind} series, since {REFUSED_KINDS[kind]}: difference it to quarters first."
        )
    if kind not in get_args(SeriesKind):
        raise StatisticsError(f"kind must be one of {', '.join(get_args(SeriesKind))}, got {kind!r}.")


def _phases(length: int, rebase_at: Sequence[int]) -> NDArray[np.int_]:
    for position in rebase_at:
        if not 0 < position < length:
            raise StatisticsError(f"rebase_at must lie between 1 and {length - 1}, got {position!r}.")
    return np.searchsorted(np.unique(np.array(rebase_at, dtype=int)), np.arange(length), side="right")


def _baseline(values: Floats, ranges: Floats) -> tuple[str, float, float]:
    """Return status, centre and mean moving range of one phase; NaN for what it is too short to have."""
    present, known_ranges = values[~np.isnan(values)], ranges[~np.isnan(ranges)]
    if len(present) < CHART_FROM or len(known_ranges) < CHART_FROM - 1:
        return TOO_FEW_POINTS, np.nan, np.nan
    centre, mean_range = float(present.mean()), float(known_ranges.mean())
    if mean_range <= SAME * centre:
        # Still between neighbours but not as a whole: its steps hide in the gaps, and no range has measured
        # them.
        constant = np.ptp(present) <= SAME * centre
        return (NO_VARIATION, centre, np.nan) if constant else (TOO_FEW_POINTS, np.nan, np.nan)
    return (OK if len(present) >= FULL_FROM else TRIAL), centre, mean_range
