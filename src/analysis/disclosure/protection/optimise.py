"""Which cells to withhold besides the small numbers, so that none can be worked out and as little as possible is lost.

A pattern is built up step by step, and proven. Then integer programming looks for one with less loss: it chooses, sees what a
reader could still work out, forbids just that, and chooses again. Where that doesn't end in the rounds and the time given, the
pattern that was built stands: coarser, and proven in the same way.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from analysis.disclosure.protection.family import Family, ProtectionError
from analysis.disclosure.protection.proof import Gap, Proof

# Rounds, not seconds, end the search in the ordinary case, so that every machine gives the same pattern.
# (cells in a family up to, rounds, nodes of a round): a larger family keeps what was built.
_EFFORT = ((40, 40, 2_000), (60, 12, 200), (150, 3, 50))
_LESS = 1e-6  # by which another pattern must be better to be looked for


@dataclass(frozen=True)
class Pattern:
    """Which cells are withheld (bool), and how it was found: `optimal` or `built`."""

    withheld: np.ndarray
    method: str


def protect(family: Family, also: np.ndarray | None = None, seconds: float = 4.0) -> Pattern:
    """Return a proven pattern for one family; `also` are cells to be withheld in any case.

    Deterministic as long as the search ends before `seconds`; after them the pattern is built up instead. Raises
    ProtectionError, naming the family, when withholding everything would not be enough.
    """
    forced = family.free & (family.sensitive if also is None else family.sensitive | also)
    if not family.required(forced).any():
        return Pattern(forced, "optimal")
    deadline = time.monotonic() + seconds
    while True:
        pattern = _chosen(family, forced, deadline)
        more = _for_the_trusting(family, pattern.withheld)
        if not more.any():
            return pattern
        forced = forced | more


def _chosen(family: Family, forced: np.ndarray, deadline: float) -> Pattern:
    proof = Proof(family)
    built = _built(family, forced, proof, deadline)
    for cells, rounds, nodes in _EFFORT:
        if len(family.values) <= cells:
            return _exact(family, forced, built, proof, deadline, rounds, nodes)
    return Pattern(built, "built")


def _for_the_trusting(family: Family, withheld: np.ndarray) -> np.ndarray:
    """Return what to withhold besides so that a reader who believes every printed sum works nothing out, true or not."""
    more = np.zeros(len(withheld), dtype=bool)
    if not family.difference.any():
        return more
    for gap in Proof(family.trusting()).gaps(withheld):
        beside = family.equations[np.unique(family.equations[:, [gap.cell]].tocsc().indices)].indices
        left = np.array([cell for cell in np.unique(beside) if family.free[cell] and not withheld[cell]], dtype=int)
        if len(left):
            more[left[np.argmin(family.weight[left])]] = True
    return more


def _exact(
    family: Family, forced: np.ndarray, built: np.ndarray, proof: Proof, deadline: float, rounds: int, nodes: int
) -> Pattern:
    """Return the pattern with the least loss, or the one that was built when rounds or time are over before it is proven."""
    count = len(family.values)
    rows, needs = _pairs(family)
    rows.append(sparse.csr_array(-family.weight.reshape(1, -1)))  # no worse than what was built
    needs.append(-float(family.weight @ built) + _LESS)
    for _ in range(rounds):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        result = milp(
            family.weight,
            integrality=np.ones(count),
            bounds=Bounds(forced.astype(float), family.free.astype(float)),
            constraints=LinearConstraint(sparse.csr_array(sparse.vstack(rows)), np.array(needs), np.inf),
            options={"time_limit": left, "node_limit": nodes, "mip_rel_gap": 0.0},
        )
        if result.status == 2:
            return Pattern(built, "optimal")  # nothing less will do
        if result.status != 0 or result.x is None:
            break
        chosen = result.x > 0.5
        open_gaps = proof.gaps(chosen)
        if not open_gaps:
            return Pattern(chosen, "optimal")
        for gap in open_gaps:
            hidden = bool(family.hidden[gap.cell])
            rows.append(_row(gap, hidden))
            needs.append(1.0 if hidden else 0.0)
    return Pattern(built, "built")


def _row(gap: Gap, hidden: bool) -> sparse.csr_array:
    shares = gap.shares / gap.needed
    # A cell that is shown needs nothing: what is needed counts only while the cell itself is withheld.
    if not hidden:
        shares[gap.cell] -= 1.0
    return sparse.csr_array(shares.reshape(1, -1))


def _pairs(family: Family) -> tuple[list[sparse.csr_array], list[float]]:
    """Return the first rows: in an equation of exact figures a cell is never withheld alone."""
    rows: list[sparse.csr_array] = []
    exact = family.low == family.high
    for number in range(family.equations.shape[0]):
        cells = family.equations[[number]].indices
        if family.hidden[cells].any() or not exact[cells].all():
            continue
        free = cells[family.free[cells]]
        for cell in free:
            row = np.zeros(len(family.values))
            row[free] = 1.0
            row[cell] = -1.0
            rows.append(sparse.csr_array(row.reshape(1, -1)))
    return rows, [0.0] * len(rows)


def _built(family: Family, forced: np.ndarray, proof: Proof, deadline: float) -> np.ndarray:
    """Return a proven pattern: gap after gap is closed at the least cost, then what proves needless is shown again."""
    withheld = forced.copy()
    while True:
        found = proof.gaps(withheld, stop_at=1)
        if not found:
            break
        more = _repair(family, withheld, found[0])
        if not more.any():
            withheld = _everything(family)
            break
        withheld = withheld | more
        if time.monotonic() > deadline:
            withheld = _everything(family)
            break
    added = np.flatnonzero(withheld & ~forced)
    for cell in added[np.argsort(-family.weight[added], kind="stable")]:
        if time.monotonic() > deadline:
            break
        without = withheld.copy()
        without[cell] = False
        if not proof.gaps(without, stop_at=1):
            withheld = without
    return withheld


def _repair(family: Family, withheld: np.ndarray, gap: Gap) -> np.ndarray:
    """Return the cells that would have to move, at the least loss, for the cell of the gap to reach the far end of its range."""
    count = len(family.values)
    cell = gap.cell
    lower, upper = family.bounds(withheld)
    able = family.free & ~withheld
    best: tuple[float, np.ndarray] | None = None
    # Each cell is its place within what is shown, plus a way up and a way down beyond it, which cost.
    for target in (family.smallest, family.largest):
        low, high = lower.astype(float).copy(), upper.astype(float).copy()
        if target == family.largest:
            low[cell] = max(low[cell], min(target, high[cell]))
        else:
            high[cell] = min(high[cell], max(target, low[cell]))
        above, below = np.zeros(count), np.zeros(count)
        above[able] = family.ceiling[able] - family.high[able]
        below[able] = family.low[able] - family.floor[able]
        scale = 1.0 + np.abs(family.values - target)
        # Small cells first: a large one would have to fall far to pass for a small number, and others with it.
        each = family.weight * (1.0 + family.values) / scale
        cost = np.concatenate([np.zeros(count), each, each])
        matrix = sparse.hstack([family.equations, family.equations, -family.equations]).tocsr()
        bounds = np.column_stack([np.concatenate([low, np.zeros(2 * count)]), np.concatenate([high, above, below])])
        result = linprog(cost, A_eq=matrix, b_eq=np.zeros(matrix.shape[0]), bounds=bounds, method="highs")
        if result.status != 0:
            continue
        moved = (result.x[count : 2 * count] > 1e-7) | (result.x[2 * count :] > 1e-7)
        loss = float(family.weight[moved].sum())
        if moved.any() and (best is None or loss > best[0]):
            best = (loss, moved)  # the harder of the two ends first: closing it often closes the other
    return best[1] if best is not None else np.zeros(count, dtype=bool)


def _everything(family: Family) -> np.ndarray:
    """Return the coarsest pattern, with everything withheld that may be. Raises ProtectionError when even that is not enough."""
    withheld = family.free.copy()
    left = Proof(family).gaps(withheld, stop_at=1)
    if left:
        raise ProtectionError(
            f"The table {family.name} can't be protected: what is known already gives a small number in it away, "
            "whatever else is withheld."
        )
    return withheld
