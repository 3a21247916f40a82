"""The attack: for each withheld cell the smallest and the largest whole number that fits everything that a reader knows.

A reader bounds each cell by what is printed, knows the sums, and solves an integer programme twice for each withheld cell. Sums
that contradict what is printed are left aside first, as a reader would leave them.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import block_array, csr_array
from scipy.sparse.csgraph import connected_components

_SLACK = 1e-6


def ranges(low: np.ndarray, high: np.ndarray, sums: csr_array, withheld: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (lowest, highest) of each cell whose number stands in `withheld`, from the bounds and the sums that are 0.

    `low` and `high` are what is printed (0 and infinity where nothing is), `sums` a row an equation and a column a cell.
    """
    sums = csr_array(sums)
    lowest, highest = np.zeros(len(withheld)), np.full(len(withheld), np.inf)
    # Cells that no sum links tell nothing of each other: a family of linked ones at a time.
    label = connected_components(block_array([[None, sums], [sums.T, None]]), directed=False)[1]
    of_rows, of_cells = label[: sums.shape[0]], label[sums.shape[0] :]
    for family in np.unique(of_cells[withheld]):
        near = np.flatnonzero(of_cells == family)
        part = _believable(low[near], high[near], sums[of_rows == family][:, near].toarray())
        for number in np.flatnonzero(of_cells[withheld] == family):
            place = int(np.flatnonzero(near == withheld[number])[0])
            lowest[number] = _extreme(low[near], high[near], part, place, 1)
            highest[number] = _extreme(low[near], high[near], part, place, -1)
    return lowest, highest


def _extreme(low: np.ndarray, high: np.ndarray, sums: np.ndarray, cell: int, sense: int) -> float:
    cost = np.zeros(len(low))
    cost[cell] = sense
    if not len(sums):
        return float(low[cell] if sense > 0 else high[cell])
    # A range that reaches a million on one side is as good as open.
    top = np.where(np.isfinite(high), high, np.maximum(low, 1e6))
    held = LinearConstraint(csr_array(sums), -_SLACK, _SLACK)
    result = milp(cost, integrality=np.ones(len(low)), bounds=Bounds(low, top), constraints=held)
    if result.x is None:  # no whole numbers fit: then the sums give nothing away
        return float(low[cell] if sense > 0 else high[cell])
    return float(np.round(result.x[cell]))


def _believable(low: np.ndarray, high: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Return the equations without those that have to be broken for the rest to fit what is printed."""
    if not len(sums):
        return sums
    count, cells = sums.shape
    eye = np.eye(count)
    cost = np.concatenate([np.zeros(cells), np.ones(2 * count)])
    bounds = np.column_stack([np.concatenate([low, np.zeros(2 * count)]), np.concatenate([high, np.full(2 * count, np.inf)])])
    matrix = csr_array(np.hstack([sums, eye, -eye]))
    result = linprog(cost, A_eq=matrix, b_eq=np.zeros(count), bounds=bounds, method="highs")
    broken = result.x[cells : cells + count] + result.x[cells + count :]
    return sums[broken < _SLACK]
