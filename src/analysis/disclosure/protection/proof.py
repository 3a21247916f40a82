"""The proof: whole-numbered tables that fit everything a reader sees, one where each withheld cell is 1 or less, one where it is
4 or more. As long as both exist nobody can say which it is. Where one doesn't, the inequality that rules it out says why.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from analysis.disclosure.protection.family import Family, ProtectionError

_WHOLE = 1e-6


@dataclass(frozen=True)
class Gap:
    """A cell that can be told from what is shown, and what would have to be withheld besides.

    Of the cells with a share above 0 so many must be withheld that their shares add up to `needed`.
    """

    cell: int
    needed: float
    shares: np.ndarray


class Proof:
    """The search for such tables in one family; those found serve again wherever they fit what is shown."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.tables = family.values[np.newaxis, :].astype(float)

    def gaps(self, withheld: np.ndarray, stop_at: int = 0) -> list[Gap]:
        """Return the gaps in a pattern of withheld cells; none is the proof that it protects (see the head of this module).

        `stop_at` is the number of gaps after which the search ends (0: never).
        """
        family = self.family
        lower, upper = family.bounds(withheld)
        fitting = self.tables[((self.tables >= lower) & (self.tables <= upper)).all(axis=1)]
        least, most = fitting.min(axis=0, initial=np.inf), fitting.max(axis=0, initial=-np.inf)
        attack = _Attack(family, lower, upper)
        found: list[Gap] = []
        for cell in np.flatnonzero(family.required(withheld)):
            for direction in (1, -1):
                reached = most[cell] >= family.largest if direction > 0 else least[cell] <= family.smallest
                if reached:
                    continue
                table, multipliers = attack.farthest(int(cell), direction)
                if table is attack.lower:
                    return found
                if table is not None:
                    least, most = np.minimum(least, table), np.maximum(most, table)
                    self.tables = np.vstack([self.tables, table])
                    continue
                found.append(_gap(family, int(cell), direction, withheld, multipliers))
                if stop_at and len(found) >= stop_at:
                    return found
        return found


class _Attack:
    """What a reader can work out: the cells that are open to them and the equations that are left."""

    def __init__(self, family: Family, lower: np.ndarray, upper: np.ndarray) -> None:
        self.family, self.lower, self.upper = family, lower, upper
        self.open = np.flatnonzero(upper > lower)
        within = family.equations[:, self.open]
        self.rows = np.flatnonzero(np.diff(sparse.csr_array(within).indptr))
        settled = np.where(upper > lower, 0.0, lower)
        self.matrix = sparse.csr_array(within)[self.rows]
        self.right = -(family.equations @ settled)[self.rows]
        # The true figures don't fit only where a reader believes sums that don't come out.
        self.contradicted = bool((family.values > upper).any())
        self.place = {int(cell): number for number, cell in enumerate(self.open)}

    def farthest(self, cell: int, direction: int) -> tuple[np.ndarray | None, np.ndarray]:
        """Return (a whole-numbered table that reaches far enough, or None; the equations' multipliers if none does)."""
        family = self.family
        multipliers = np.zeros(family.equations.shape[0])
        target = family.largest if direction > 0 else family.smallest
        if cell not in self.place:
            return None, multipliers
        number = self.place[cell]
        lower, upper = self.lower[self.open].astype(float), self.upper[self.open].astype(float)
        if direction > 0:  # far enough is enough: an open end would have no optimum
            upper[number] = min(upper[number], max(target, family.values[cell]))
        cost = np.zeros(len(self.open))
        cost[number] = -direction
        if self.matrix.shape[0]:
            result = linprog(cost, A_eq=self.matrix, b_eq=self.right, bounds=np.column_stack([lower, upper]), method="highs")
        else:
            result = linprog(cost, bounds=np.column_stack([lower, upper]), method="highs")
        if result.status == 2 and self.contradicted:
            return self.lower, multipliers  # sums that don't come out contradict each other, and give nothing away
        if result.status != 0:
            raise ProtectionError(f"The table {family.name} can't be protected: {result.message}")
        reached = result.x[number]
        if (reached - target) * direction < -_WHOLE:
            if self.matrix.shape[0]:
                multipliers[self.rows] = -direction * result.eqlin.marginals
            return None, multipliers
        if np.abs(result.x - np.round(result.x)).max() > _WHOLE:
            whole = self._whole(number, target, direction, lower, upper)
            return whole, multipliers
        return self._table(result.x), multipliers

    def _whole(self, number: int, target: int, direction: int, lower: np.ndarray, upper: np.ndarray) -> np.ndarray | None:
        lower, upper = lower.copy(), upper.copy()
        if direction > 0:
            lower[number] = target
        else:
            upper[number] = target
        result = milp(
            np.zeros(len(lower)),
            integrality=np.ones(len(lower)),
            bounds=Bounds(lower, upper),
            constraints=LinearConstraint(self.matrix, self.right, self.right),
        )
        return self._table(result.x) if result.x is not None else None

    def _table(self, found: np.ndarray) -> np.ndarray:
        table = self.lower.astype(float).copy()
        table[self.open] = np.round(found)
        return table


def _gap(family: Family, cell: int, direction: int, withheld: np.ndarray, multipliers: np.ndarray) -> Gap:
    """Return the inequality by which the cell can be told: the dual of the reader's linear programme, tightened to whole cells.

    Source of the method: Fischetti and Salazar (2000), Models and algorithms for optimizing cell suppression in tabular data
    with linear constraints. J. Am. Stat. Assoc. 95, 916-928.
    """
    wanted = np.zeros(len(family.values))
    wanted[cell] = 1.0
    rest = wanted - family.equations.T @ multipliers
    rest[np.abs(rest) < _WHOLE] = 0.0
    up, down = np.maximum(direction * rest, 0.0), np.maximum(-direction * rest, 0.0)
    hidden_low = np.where(family.hidden, family.floor, family.low)
    hidden_high = np.where(family.hidden, family.ceiling, family.high)
    with np.errstate(invalid="ignore"):  # infinity times none is looked at nowhere
        reach = np.where(up > 0, up * hidden_high, 0.0) - np.where(down > 0, down * hidden_low, 0.0)
        shares = np.where(up > 0, up * (family.ceiling - family.high), 0.0) + np.where(
            down > 0, down * (family.low - family.floor), 0.0
        )
    all_shown = float(reach.sum())
    target = family.largest if direction > 0 else family.smallest
    needed = direction * target - all_shown
    shares = np.minimum(np.where(family.free, shares, 0.0), max(needed, 0.0))
    if not np.isfinite(needed) or needed <= _WHOLE or shares @ withheld >= needed - _WHOLE:
        # Only whole numbers rule it out, or rounding of the arithmetic: some cell more must be withheld, whichever.
        return Gap(cell, 1.0, np.where(family.free & ~withheld, 1.0, 0.0))
    return Gap(cell, needed, shares)
