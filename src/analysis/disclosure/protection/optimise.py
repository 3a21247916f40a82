"""Chooses the cells to withhold besides the small numbers, so that none can be worked out and as little as possible is lost.

A pattern is built up step by step, and proven. Then integer programming looks for a pattern with less loss: it chooses one,
finds what a reader could still work out, forbids that, and chooses again. If this doesn't end within its rounds and its time,
the pattern that was built up stands: it loses more, and is proven in the same way.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import scipy

from analysis.disclosure.protection.family import Family, ProtectionError
from analysis.disclosure.protection.proof import Gap, Proof, believed, given_by_one_sum

# Normally rounds end the search, not seconds, so that every machine gives the same pattern.
# (most cells in a family, rounds, nodes in a round); a family with more cells keeps the pattern that was built up.
_EFFORT = ((40, 40, 2_000), (60, 12, 200), (150, 3, 50))
_SMALLEST_GAIN = 1e-6  # how much less another pattern must lose


@dataclass(frozen=True)
class Pattern:
    """The withheld cells (bool), and how the pattern was found: `optimal` or `built`."""

    withheld: np.ndarray
    method: str


def protect(family: Family, also_withheld: np.ndarray | None = None, seconds: float = 4.0) -> Pattern:
    """Return a proven pattern for one family; the cells in `also_withheld` (bool) are withheld in any case.

    The result is the same each time as long as the search ends within `seconds`; after that, the built-up pattern is used. Raises
    ProtectionError, which names the family, if withholding everything would not be enough.
    """
    forced = family.free & (family.sensitive if also_withheld is None else family.sensitive | also_withheld)
    if not family.required(forced).any():
        return Pattern(forced, "optimal")
    deadline = time.monotonic() + seconds
    while True:
        pattern = _best_pattern(family, forced, deadline)
        more_cells = _needed_against_believers(family, pattern.withheld)
        if not more_cells.any():
            return pattern
        forced = forced | more_cells


def _best_pattern(family: Family, forced: np.ndarray, deadline: float) -> Pattern:
    proof = Proof(family)
    built_pattern = _built_up(family, forced, proof, deadline)
    if (built_pattern == forced).all():
        return Pattern(forced, "optimal")  # no pattern with the forced cells loses less
    for cells, rounds, nodes in _EFFORT:
        if len(family.values) <= cells:
            return _least_loss(family, forced, built_pattern, proof, deadline, rounds, nodes)
    return Pattern(built_pattern, "built")


def _needed_against_believers(family: Family, withheld: np.ndarray) -> np.ndarray:
    """Return the cells to withhold besides, so that a reader who believes printed sums works out nothing, true or not.

    One believes all of them, where that is possible; another any one: which of several sums that contradict each other are
    doubted is a reader's choice.
    """
    more_cells = np.zeros(len(withheld), dtype=bool)
    if not family.difference.any():
        return more_cells
    trusting = believed(family, withheld)
    narrowed = set() if trusting is None else {gap.cell for gap in Proof(trusting).gaps(withheld)}
    for cell in sorted(narrowed | given_by_one_sum(family, withheld)):
        candidates = np.unique(family.equations[np.unique(family.equations[:, [cell]].tocsc().indices)].indices)
        if more_cells[candidates].any():
            continue  # what is withheld for another cell of these sums may be enough: it is looked at again
        candidates = candidates[family.free[candidates] & ~withheld[candidates]]
        if len(candidates):
            more_cells[candidates[np.argmin(family.weight[candidates])]] = True
    return more_cells


def _least_loss(
    family: Family, forced: np.ndarray, built_pattern: np.ndarray, proof: Proof, deadline: float, rounds: int, nodes: int
) -> Pattern:
    """Return the pattern with the least loss, or the built-up pattern if rounds or time end first."""
    count = len(family.values)
    rows, minimums = _first_rows(family)
    rows.append(scipy.sparse.csr_array(-family.weight.reshape(1, -1)))  # no worse than the built-up pattern
    minimums.append(-float(family.weight @ built_pattern) + _SMALLEST_GAIN)
    for _ in range(rounds):
        seconds_left = deadline - time.monotonic()
        if seconds_left <= 0:
            break
        result = scipy.optimize.milp(
            family.weight,
            integrality=np.ones(count),
            bounds=scipy.optimize.Bounds(forced.astype(float), family.free.astype(float)),
            constraints=scipy.optimize.LinearConstraint(
                scipy.sparse.csr_array(scipy.sparse.vstack(rows)), np.array(minimums), np.inf
            ),
            options={"time_limit": seconds_left, "node_limit": nodes, "mip_rel_gap": 0.0},
        )
        if result.status == 2:
            return Pattern(built_pattern, "optimal")  # no pattern loses less
        if result.status != 0 or result.x is None:
            break
        chosen = result.x > 0.5
        open_gaps = proof.gaps(chosen)
        if not open_gaps:
            return Pattern(chosen, "optimal")
        for gap in open_gaps:
            hidden = bool(family.hidden[gap.cell])
            rows.append(_row_of_gap(gap, hidden))
            minimums.append(1.0 if hidden else 0.0)
    return Pattern(built_pattern, "built")


def _row_of_gap(gap: Gap, hidden: bool) -> scipy.sparse.csr_array:
    shares = gap.shares / gap.needed
    # The gap has to be closed only while its cell is withheld.
    if not hidden:
        shares[gap.cell] -= 1.0
    return scipy.sparse.csr_array(shares.reshape(1, -1))


def _first_rows(family: Family) -> tuple[list[scipy.sparse.csr_array], list[float]]:
    """Return (rows, their minimums) of the first constraints: in an equation of exact figures no cell is withheld alone."""
    rows: list[scipy.sparse.csr_array] = []
    exact = family.low == family.high
    for number in range(family.equations.shape[0]):
        cells = family.equations[[number]].indices
        if family.hidden[cells].any() or not exact[cells].all():
            continue
        free_cells = cells[family.free[cells]]
        for cell in free_cells:
            row = np.zeros(len(family.values))
            row[free_cells] = 1.0
            row[cell] = -1.0
            rows.append(scipy.sparse.csr_array(row.reshape(1, -1)))
    return rows, [0.0] * len(rows)


def _built_up(family: Family, forced: np.ndarray, proof: Proof, deadline: float) -> np.ndarray:
    """Return a proven pattern: each gap is closed at the least loss, then cells that prove needless are shown again."""
    withheld = forced.copy()
    while True:
        gaps = proof.gaps(withheld, stop_at=1)
        if not gaps:
            break
        more_cells = _repair(family, withheld, gaps[0])
        if not more_cells.any():
            withheld = _everything(family)
            break
        withheld = withheld | more_cells
        if time.monotonic() > deadline:
            withheld = _everything(family)
            break
    added_cells = np.flatnonzero(withheld & ~forced)
    for cell in added_cells[np.argsort(-family.weight[added_cells], kind="stable")]:
        if time.monotonic() > deadline:
            break
        without = withheld.copy()
        without[cell] = False
        if not proof.gaps(without, stop_at=1):
            withheld = without
    return withheld


def _repair(family: Family, withheld: np.ndarray, gap: Gap) -> np.ndarray:
    """Return the cells that have to move, at the least loss, for the cell of the gap to reach the far end of its range."""
    count = len(family.values)
    cell = gap.cell
    lower, upper = family.bounds(withheld)
    can_be_withheld = family.free & ~withheld
    best: tuple[float, np.ndarray] | None = None
    # The variables of a cell are its place within the shown range, and the moves above and below that range, which cost.
    for direction in (-1, 1):
        target = family.target(cell, direction)
        low, high = lower.astype(float).copy(), upper.astype(float).copy()
        if direction > 0:
            low[cell] = max(low[cell], min(target, high[cell]))
        else:
            high[cell] = min(high[cell], max(target, low[cell]))
        above, below = np.zeros(count), np.zeros(count)
        above[can_be_withheld] = family.ceiling[can_be_withheld] - family.high[can_be_withheld]
        below[can_be_withheld] = family.low[can_be_withheld] - family.floor[can_be_withheld]
        scale = 1.0 + np.abs(family.values - target)
        # Prefer small cells: a large one would have to fall far to pass for a small number, and others with it.
        cost_of_moving = family.weight * (1.0 + family.values) / scale
        cost = np.concatenate([np.zeros(count), cost_of_moving, cost_of_moving])
        matrix = scipy.sparse.hstack([family.equations, family.equations, -family.equations]).tocsr()
        bounds = np.column_stack([np.concatenate([low, np.zeros(2 * count)]), np.concatenate([high, above, below])])
        result = scipy.optimize.linprog(cost, A_eq=matrix, b_eq=np.zeros(matrix.shape[0]), bounds=bounds, method="highs")
        if result.status != 0:
            continue
        moved = (result.x[count : 2 * count] > 1e-7) | (result.x[2 * count :] > 1e-7)
        loss = float(family.weight[moved].sum())
        if moved.any() and (best is None or loss > best[0]):
            best = (loss, moved)  # the harder of the two ends first: closing it often closes the other
    return best[1] if best is not None else np.zeros(count, dtype=bool)


def _everything(family: Family) -> np.ndarray:
    """Return the pattern that withholds every cell it may. Raises ProtectionError if even that is not enough."""
    withheld = family.free.copy()
    gaps = Proof(family).gaps(withheld, stop_at=1)
    if gaps:
        raise ProtectionError(
            f"The table {family.name} can't be protected: what is known already gives a small number in it away, "
            "whatever else is withheld."
        )
    return withheld
