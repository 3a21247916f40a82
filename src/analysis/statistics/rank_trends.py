"""Trend by ranks alone: Mann-Kendall, and season by season, with the exact distribution whatever the ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.arguments import OK, TOO_FEW_POINTS, Floats, StatisticsError, numbers, series

# With two points every order is as likely as every other, and nothing is learnt.
FEWEST_POINTS = 3


@dataclass(frozen=True)
class RankTrend:
    """Whether a series moves one way, by the order of its values.

    `statistic` is S, the pairs that rise less the pairs that fall; `tau` is tau-b, -1 to 1 (NaN if all values are equal); `slope`
    is the median of the pairs' slopes, in the unit of the values per step (per year, season by season); `p_value` is exact and
    two-sided; `points` is how many values were not missing. `status` is "ok" or "too few points", and the numbers are NaN unless
    it is "ok".
    """

    statistic: float
    tau: float
    slope: float
    p_value: float
    points: int
    status: str


def mann_kendall(values: ArrayLike) -> RankTrend:
    """Return the Mann-Kendall test of one series in order of time; missing values are left out, their places kept.

    The p-value counts all orders of the values, ties included; with four values it can't be below 0.083.

    Raises StatisticsError for an infinite value or anything but one series.

    Sources: Mann HB (1945), Econometrica 13, 245-259; Kendall MG (1975), Rank Correlation Methods, 4th edition; slope after Sen
    PK (1968), Journal of the American Statistical Association 63, 1379-1389.

    >>> result = mann_kendall([3, 5, 6, 8, 9])
    >>> result.statistic, result.tau, round(result.p_value, 3)
    (10.0, 1.0, 0.017)
    """
    return _by_season(series("values", numbers("values", values)), 1)


def seasonal_mann_kendall(values: ArrayLike, seasons: int = 4) -> RankTrend:
    """Return the Mann-Kendall test of one series with `seasons` points a year, each season compared with itself only.

    The series is in order of time without leaving a period out (a missing one is NaN). The p-value is exact for seasons that are
    independent of each other; tau is over the pairs within seasons and the slope is per year.

    Raises StatisticsError for an infinite value, anything but one series, or a number of seasons that is not a whole one.

    Source: Hirsch RM, Slack JR, Smith RA (1982), Water Resources Research 18, 107-121.

    >>> result = seasonal_mann_kendall([5, 9, 7, 3, 6, 11, 8, 4, 8, 12, 9, 6])
    >>> result.statistic, result.slope, round(result.p_value, 4)
    (12.0, 1.25, 0.0015)
    """
    if isinstance(seasons, bool) or not isinstance(seasons, int) or seasons < 1:
        raise StatisticsError(f"seasons must be a whole number from 1 on, got {seasons!r}.")
    return _by_season(series("values", numbers("values", values)), seasons)


def _by_season(values: Floats, seasons: int) -> RankTrend:
    points = int(np.isfinite(values).sum())
    by_season = [values[season::seasons] for season in range(seasons)]
    if max(int(np.isfinite(season_values).sum()) for season_values in by_season) < FEWEST_POINTS:
        return RankTrend(np.nan, np.nan, np.nan, np.nan, points, TOO_FEW_POINTS)
    signs, slopes, pairs, inversions = [], [], 0, np.ones(1)
    for season_values in by_season:
        positions = np.flatnonzero(np.isfinite(season_values))
        earlier, later = np.triu_indices(len(positions), 1)
        rise = season_values[positions][later] - season_values[positions][earlier]
        signs.append(np.sign(rise))
        slopes.append(rise / (positions[later] - positions[earlier]))
        pairs += len(rise)
        ties = np.unique(season_values[positions], return_counts=True)[1]
        inversions = np.convolve(inversions, inversion_distribution(tuple(sorted(ties.tolist()))))
    sign = np.concatenate(signs)
    statistic, untied = float(sign.sum()), int(np.abs(sign).sum())
    # Of the untied pairs k fall and the others rise: S = untied - 2 k.
    possible = untied - 2 * np.arange(untied + 1)
    p_value = float(inversions[np.abs(possible) >= abs(statistic)].sum())
    tau = statistic / np.sqrt(untied * pairs) if untied else np.nan
    return RankTrend(statistic, float(tau), float(np.median(np.concatenate(slopes))), min(1.0, p_value), points, OK)


@lru_cache(maxsize=256)
def inversion_distribution(ties: Sequence[int]) -> Floats:
    """Return the probabilities of 0, 1, 2 ... falling pairs among values in random order, in groups of these many equal ones.

    The numbers of orders are the coefficients of a product of Gaussian binomials, one for each group (MacMahon); whole numbers
    throughout, so that no digit is lost.
    """
    orders = np.ones(1, dtype=object)
    size = 0
    for group in ties:
        for member in range(1, group + 1):
            size += 1
            # times (1 - q^size) / (1 - q^member)
            longer = np.concatenate([orders, np.zeros(size, dtype=object)])
            longer[size:] -= orders
            for start in range(member):
                longer[start::member] = np.cumsum(longer[start::member])
            orders = longer[: len(longer) - member]
    total = sum(orders)
    return np.array([count / total for count in orders], dtype=np.float64)
