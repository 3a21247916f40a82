"""The four rules of a control chart, each a series of booleans; no rule runs across a gap or a change of phase.

All are strict: a point on a line is not beyond it. A point marked by "run" or "trend" belongs to such a run, and one marked by
"two of three" is one of those far out. Source: NHS England, Making Data Count; Shewhart WA (1931), Economic Control of Quality.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from analysis.statistics.arguments import Flags, Floats

# Points that a rule looks at, by rule.
RULE_WINDOWS = {"beyond_limit": 1, "run": 7, "trend": 7, "two_of_three": 3}
# A mean of decimals misses the decimal mean by less than this share of it.
SAME = 1e-12


def beyond_limit(values: Floats, lower: Floats, upper: Floats) -> Flags:
    """Return where a value lies beyond a limit; False where there is no value or no limit."""
    return (side(values, upper) > 0) | (side(values, lower) < 0)


def run(values: Floats, centre: Floats, phase: NDArray[np.int_]) -> Flags:
    """Return the points of every seven or more in a row on one side of the centre; one on it ends the row."""
    window = RULE_WINDOWS["run"]
    one_side = np.abs(_windows(side(values, centre), window).sum(axis=1)) == window
    return _mark(one_side & _one_phase(phase, window), window, len(values))


def trend(values: Floats, phase: NDArray[np.int_]) -> Flags:
    """Return the points of every seven or more in a row that move one way (six moves); a tie ends the row."""
    window = RULE_WINDOWS["trend"]
    moves = side(values[1:], values[:-1])
    one_way = np.abs(_windows(moves, window - 1).sum(axis=1)) == window - 1
    return _mark(one_way & _one_phase(phase, window), window, len(values))


def two_of_three(values: Floats, centre: Floats, lower_warning: Floats, upper_warning: Floats, phase: NDArray[np.int_]) -> Flags:
    """Return the points beyond a warning line where two of three in a row are, all three on one side."""
    window = RULE_WINDOWS["two_of_three"]
    far = beyond_limit(values, lower_warning, upper_warning)
    one_side = np.abs(_windows(side(values, centre), window).sum(axis=1)) == window
    two_far = _windows(far.astype(np.float64), window).sum(axis=1) >= 2
    return _mark(one_side & two_far & _one_phase(phase, window), window, len(values)) & far


def side(values: Floats, line: Floats) -> Floats:
    """Return 1 where a value lies above the line, -1 below, and 0 on it or where either is missing."""
    on_it = np.isclose(values, line, rtol=SAME, atol=0) | np.isnan(values) | np.isnan(line)
    return np.where(on_it, 0.0, np.sign(values - line))


def _windows(values: Floats, window: int) -> Floats:
    return sliding_window_view(values, window) if len(values) >= window else np.empty((0, window))


def _one_phase(phase: NDArray[np.int_], window: int) -> Flags:
    phases = _windows(phase.astype(np.float64), window)
    same: Flags = phases[:, 0] == phases[:, -1]
    return same


def _mark(starts: Flags, window: int, length: int) -> Flags:
    marked = np.zeros(length, dtype=bool)
    for offset in range(window):
        marked[offset : offset + len(starts)] |= starts
    return marked
