"""The attack: the smallest and the largest whole number that each withheld cell can be, given all that a reader knows.

A reader knows the limits of each cell from what is printed, and the sums. Two integer programmes are solved for each withheld
cell. Sums that contradict what is printed are left out first, as a reader would leave them out.
"""

from __future__ import annotations

import numpy as np
import scipy

_SLACK = 1e-6


def ranges(
    low: np.ndarray, high: np.ndarray, sums: scipy.sparse.csr_array, withheld: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return (lowest, highest) of each cell whose number is in `withheld`, from its limits and the sums, which are 0.

    `low` and `high` are what is printed (0 and infinity where nothing is). `sums` has a row for each equation and a column for
    each cell.
    """
    sums = scipy.sparse.csr_array(sums)
    lowest, highest = np.zeros(len(withheld)), np.full(len(withheld), np.inf)
    # Cells that no sum links say nothing about each other, so each family of linked cells is solved by itself.
    family_of = scipy.sparse.csgraph.connected_components(
        scipy.sparse.block_array([[None, sums], [sums.T, None]]), directed=False
    )[1]
    family_of_sum, family_of_cell = family_of[: sums.shape[0]], family_of[sums.shape[0] :]
    for family in np.unique(family_of_cell[withheld]):
        cells_of_family = np.flatnonzero(family_of_cell == family)
        believable_sums = _believable(
            low[cells_of_family], high[cells_of_family], sums[family_of_sum == family][:, cells_of_family].toarray()
        )
        for number in np.flatnonzero(family_of_cell[withheld] == family):
            position = int(np.flatnonzero(cells_of_family == withheld[number])[0])
            lowest[number] = _extreme(low[cells_of_family], high[cells_of_family], believable_sums, position, 1)
            highest[number] = _extreme(low[cells_of_family], high[cells_of_family], believable_sums, position, -1)
    return lowest, highest


def _extreme(low: np.ndarray, high: np.ndarray, sums: np.ndarray, cell: int, sense: int) -> float:
    cost = np.zeros(len(low))
    cost[cell] = sense
    if not len(sums):
        return float(low[cell] if sense > 0 else high[cell])
    # A million stands for an open end.
    upper = np.where(np.isfinite(high), high, np.maximum(low, 1e6))
    constraint = scipy.optimize.LinearConstraint(scipy.sparse.csr_array(sums), -_SLACK, _SLACK)
    result = scipy.optimize.milp(
        cost, integrality=np.ones(len(low)), bounds=scipy.optimize.Bounds(low, upper), constraints=constraint
    )
    if result.x is None:  # no whole numbers fit, so the sums give nothing away
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
    matrix = scipy.sparse.csr_array(np.hstack([sums, eye, -eye]))
    result = scipy.optimize.linprog(cost, A_eq=matrix, b_eq=np.zeros(count), bounds=bounds, method="highs")
    broken = result.x[cells : cells + count] + result.x[cells + count :]
    return sums[broken < _SLACK]
