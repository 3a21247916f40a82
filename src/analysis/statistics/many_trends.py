"""The quasi-Poisson trend of many series at once: the same numbers as one by one, from one set of matrix products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from analysis.statistics.arguments import OK, Floats, StatisticsError, between_0_and_1, not_negative, numbers, refuse
from analysis.statistics.poisson_trends import (
    CONVERGED,
    ITERATIONS,
    LEAST_DISPERSION,
    NO_ESTIMATE,
    REGRESSION_FROM,
    STEEPEST,
    VANISHING,
    quasi_poisson_trend,
)


@dataclass(frozen=True)
class RateTrends:
    """`RateTrend` for many series: each field an array with one entry a series."""

    value: Floats
    lower: Floats
    upper: Floats
    p_value: Floats
    dispersion: Floats
    points: NDArray[np.int_]
    status: NDArray[np.str_]


def quasi_poisson_trends(counts: ArrayLike, bases: ArrayLike, quarters: ArrayLike, confidence: float = 0.95) -> RateTrends:
    """Return `quasi_poisson_trend` of each row of `counts` over `bases` (series × time), all with the same `quarters`.

    Series that are complete and have an event in every quarter of the year share one design and are fitted together; the others
    go one by one. Raises StatisticsError as `quasi_poisson_trend` does, and for arrays that aren't series × time.

    Source: McCullagh P, Nelder JA (1989), Generalized Linear Models, 2nd edition, sections 4.5 and 6.2.

    >>> level = [50, 60, 55, 40] * 3
    >>> rising = [50, 60, 55, 40, 60, 72, 66, 48, 72, 86, 79, 58]
    >>> quasi_poisson_trends([level, rising], 1, [1, 2, 3, 4] * 3).value.round(2).tolist()
    [1.0, 1.05]
    """
    x, n = np.broadcast_arrays(not_negative("counts", counts), numbers("bases", bases))
    season = numbers("quarters", quarters)
    refuse(~np.isin(season, (1, 2, 3, 4)), "quarters must be 1, 2, 3 or 4", season)
    if x.ndim != 2 or season.shape != (x.shape[1],):
        raise StatisticsError(f"counts must be series × time with one quarter a point, got the shapes {x.shape}, {season.shape}.")
    levels = season[:, None] == np.unique(season)
    events = np.nan_to_num(x) @ levels
    regular = np.isfinite(x + n).all(axis=1) & (np.nan_to_num(n) > 0).all(axis=1) & (events > 0).all(axis=1)
    regular &= (x.shape[1] >= REGRESSION_FROM) & (x.shape[1] > levels.shape[1] + 1)
    columns = np.full((5, len(x)), np.nan)
    points = np.isfinite(x + n).sum(axis=1)
    status = np.full(len(x), OK, dtype=object)
    if regular.any():
        columns[:, regular], status[regular] = _together(x[regular], n[regular], levels, confidence)
    for row in np.flatnonzero(~regular):
        result = quasi_poisson_trend(x[row], n[row], season, confidence)
        columns[:, row] = result.value, result.lower, result.upper, result.p_value, result.dispersion
        points[row], status[row] = result.points, result.status
    value, lower, upper, p_value, dispersion = columns
    return RateTrends(value, lower, upper, p_value, dispersion, points, status.astype(str))


def _together(x: Floats, n: Floats, levels: NDArray[np.bool_], confidence: float) -> tuple[Floats, NDArray[np.object_]]:
    tail = (1 - between_0_and_1("confidence", confidence)) / 2
    time = np.arange(x.shape[1], dtype=float)
    design = np.column_stack([levels, time - time.mean()])
    size = design.shape[1]
    freedom = len(time) - size
    products = (design[:, :, None] * design[:, None, :]).reshape(len(time), size * size)
    offset, mean, linear = np.log(n), x + 0.5, np.log(x + 0.5)
    moved = np.full(len(x), np.inf)
    coefficients = np.zeros((len(x), size))
    for _ in range(ITERATIONS):
        working = mean * (linear - offset) + x - mean
        information = (mean @ products).reshape(-1, size, size)
        coefficients = np.linalg.solve(information, (working @ design)[:, :, None])[:, :, 0]
        previous, linear = linear, coefficients @ design.T + offset
        mean = np.maximum(np.exp(np.clip(linear, -STEEPEST, STEEPEST)), np.finfo(float).tiny)
        moved = np.abs(linear - previous).max(axis=1)
        if moved.max() < CONVERGED:
            break
    information = (mean @ products).reshape(-1, size, size)
    dispersion = ((x - mean) ** 2 / mean).sum(axis=1) / freedom
    variance = np.where(dispersion > LEAST_DISPERSION, dispersion, 1.0)
    last = np.zeros((len(x), size, 1))
    last[:, -1] = 1.0
    error = np.sqrt(variance * np.linalg.solve(information, last)[:, -1, 0])
    # Blanked first: the limits of a fit that runs away overflow.
    diverged = (moved >= CONVERGED) | (mean.min(axis=1) < VANISHING)
    slope = np.where(diverged, np.nan, coefficients[:, -1])
    reach = float(stdtrit(freedom, 1 - tail)) * error
    results = np.vstack(
        [np.exp(slope), np.exp(slope - reach), np.exp(slope + reach), 2 * stdtr(freedom, -np.abs(slope) / error), dispersion]
    )
    results[:, diverged] = np.nan
    return results, np.where(diverged, NO_ESTIMATE, OK).astype(object)
