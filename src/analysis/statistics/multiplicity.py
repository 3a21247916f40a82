"""Many indicators at once: which of the small p-values survive, and how many chance alone would give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.statistics.arguments import Flags, Floats, between_0_and_1, numbers, refuse


@dataclass(frozen=True)
class FalseDiscoveries:
    """Which tests stand once their number is allowed for.

    `flags` and `adjusted` (adjusted p-values; NaN where there was none) have the shape of the argument; `tests` is the number of
    p-values, `flagged_by_chance` how many of them would be at or below the rate if nothing had changed anywhere.
    """

    flags: Flags
    adjusted: Floats
    tests: int
    flagged_by_chance: float


def benjamini_hochberg(p_values: ArrayLike, rate: float = 0.05) -> FalseDiscoveries:
    """Return which of the p-values are discoveries at this false discovery rate; any shape, missing ones are left out.

    Raises StatisticsError for a p-value outside [0, 1] or a rate outside (0, 1).

    Source: Benjamini Y, Hochberg Y (1995), Journal of the Royal Statistical Society B 57, 289-300.

    >>> result = benjamini_hochberg([0.001, 0.02, 0.04, 0.6])
    >>> result.flags.tolist(), result.tests, result.flagged_by_chance
    ([True, True, False, False], 4, 0.2)
    """
    level = between_0_and_1("rate", rate)
    p = numbers("p_values", p_values)
    refuse((p < 0) | (p > 1), "p_values must lie between 0 and 1", p)
    flat = p.ravel()
    # NaN sorts last, so that the first ones are the tests.
    order = np.argsort(flat, kind="stable")
    tests = int(np.isfinite(flat).sum())
    in_order = flat[order][:tests] * tests / np.arange(1, tests + 1)
    adjusted = np.full(flat.shape, np.nan)
    adjusted[order[:tests]] = np.minimum.accumulate(in_order[::-1])[::-1]
    in_shape = adjusted.reshape(p.shape)
    return FalseDiscoveries(in_shape <= level, in_shape, tests, tests * level)
