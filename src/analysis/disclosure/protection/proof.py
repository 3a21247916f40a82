"""Proves that a pattern of withheld cells protects: for each of them two tables fit everything that readers see.

The tables hold whole numbers. In one the cell is 1 or less, in the other 4 or more, so that nobody can say which it is. Where
a table doesn't exist, the inequality that rules it out says which cells would have to be withheld besides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy

from analysis.disclosure.protection.family import Family, ProtectionError

_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Gap:
    """A cell that readers can work out, and what would have to be withheld besides to close the gap.

    The withheld cells with a share above 0 must have shares that add up to `needed`.
    """

    cell: int
    needed: float
    shares: np.ndarray


class Proof:
    """The search for such tables in one family; each table found is used again wherever it fits what is shown."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.tables = family.values[np.newaxis, :].astype(float)

    def gaps(self, withheld: np.ndarray, stop_at: int = 0) -> list[Gap]:
        """Return the gaps in a pattern of withheld cells; if there are none, the pattern protects (see the head of this module).

        The search ends after `stop_at` gaps (0: never).
        """
        family = self.family
        lower, upper = family.bounds(withheld)
        fitting = self.tables[((self.tables >= lower) & (self.tables <= upper)).all(axis=1)]
        lowest, highest = fitting.min(axis=0, initial=np.inf), fitting.max(axis=0, initial=-np.inf)
        attack = _Attack(family, lower, upper)
        gaps: list[Gap] = []
        for cell in np.flatnonzero(family.required(withheld)):
            for direction in (1, -1):
                target = family.target(int(cell), direction)
                is_reached = highest[cell] >= target if direction > 0 else lowest[cell] <= target
                if is_reached:
                    continue
                table, multipliers = attack.farthest(int(cell), direction)
                if table is not None:
                    lowest, highest = np.minimum(lowest, table), np.maximum(highest, table)
                    self.tables = np.vstack([self.tables, table])
                    continue
                gaps.append(_gap(family, int(cell), direction, withheld, multipliers))
                if stop_at and len(gaps) >= stop_at:
                    return gaps
        return gaps


class _Attack:
    """What a reader can work out: the cells that are open to them, and the equations between those."""

    def __init__(self, family: Family, lower: np.ndarray, upper: np.ndarray) -> None:
        self.family, self.lower, self.upper = family, lower, upper
        self.open = np.flatnonzero(upper > lower)
        within = family.equations[:, self.open]
        self.rows = np.flatnonzero(np.diff(scipy.sparse.csr_array(within).indptr))
        settled = np.where(upper > lower, 0.0, lower)
        self.matrix = scipy.sparse.csr_array(within)[self.rows]
        self.right = -(family.equations @ settled)[self.rows]
        self.place = {int(cell): number for number, cell in enumerate(self.open)}

    def farthest(self, cell: int, direction: int) -> tuple[np.ndarray | None, np.ndarray]:
        """Return (a table in whole numbers that reaches far enough, or None; the equations' multipliers if there is none)."""
        family = self.family
        multipliers = np.zeros(family.equations.shape[0])
        target = family.target(cell, direction)
        if cell not in self.place:
            return None, multipliers
        number = self.place[cell]
        lower, upper = self.lower[self.open].astype(float), self.upper[self.open].astype(float)
        if direction > 0:  # no farther than needed, because an open end would have no optimum
            upper[number] = min(upper[number], max(target, family.values[cell]))
        cost = np.zeros(len(self.open))
        cost[number] = -direction
        if self.matrix.shape[0]:
            result = scipy.optimize.linprog(
                cost, A_eq=self.matrix, b_eq=self.right, bounds=np.column_stack([lower, upper]), method="highs"
            )
        else:
            result = scipy.optimize.linprog(cost, bounds=np.column_stack([lower, upper]), method="highs")
        if result.status != 0:
            raise ProtectionError(f"The table {family.name} can't be protected: {result.message}")
        reached_value = result.x[number]
        if (reached_value - target) * direction < -_TOLERANCE:
            if self.matrix.shape[0]:
                multipliers[self.rows] = -direction * result.eqlin.marginals
            return None, multipliers
        if np.abs(result.x - np.round(result.x)).max() > _TOLERANCE:
            whole = self._whole_numbered(number, target, direction, lower, upper)
            return whole, multipliers
        return self._full_table(result.x), multipliers

    def _whole_numbered(
        self, number: int, target: int, direction: int, lower: np.ndarray, upper: np.ndarray
    ) -> np.ndarray | None:
        lower, upper = lower.copy(), upper.copy()
        if direction > 0:
            lower[number] = target
        else:
            upper[number] = target
        result = scipy.optimize.milp(
            np.zeros(len(lower)),
            integrality=np.ones(len(lower)),
            bounds=scipy.optimize.Bounds(lower, upper),
            constraints=scipy.optimize.LinearConstraint(self.matrix, self.right, self.right),
        )
        return self._full_table(result.x) if result.x is not None else None

    def _full_table(self, open_values: np.ndarray) -> np.ndarray:
        table = self.lower.astype(float).copy()
        table[self.open] = np.round(open_values)
        return table


def what_is_left(family: Family) -> Family:
    """Return the family with the ranges of the cells that readers can narrow whatever is withheld now (`Family.left`)."""
    everything = family.free.copy()
    lower, upper = family.bounds(everything)
    left = dict(family.left)
    for cell in sorted({gap.cell for gap in Proof(family).gaps(everything)}):
        ends = [_end(family, lower, upper, cell, direction) for direction in (-1, 1)]
        left[cell] = max(family.smallest, ends[0]), min(family.largest, ends[1])
    return replace(family, left=left)


def _end(family: Family, lower: np.ndarray, upper: np.ndarray, cell: int, direction: int) -> int:
    """Return the lowest or highest whole number that a cell can be, no farther than its value or the targets of the family."""
    bounded = upper.astype(float).copy()
    bounded[cell] = min(bounded[cell], max(family.largest, family.values[cell]))
    cost = np.zeros(len(lower))
    cost[cell] = -direction
    result = scipy.optimize.milp(
        cost,
        integrality=np.ones(len(lower)),
        bounds=scipy.optimize.Bounds(lower, bounded),
        constraints=scipy.optimize.LinearConstraint(family.equations, 0.0, 0.0),
    )
    return round(float(family.values[cell] if result.x is None else result.x[cell]))


def believed(family: Family, withheld: np.ndarray) -> Family | None:
    """Return the family as seen by a reader who believes every printed sum; None where these can't all be right.

    Its values are a table that this reader thinks possible: the true figures are none.
    """
    trusting = replace(family, ceiling=np.where(family.difference, 0.0, family.ceiling))
    lower, upper = trusting.bounds(withheld)
    result = scipy.optimize.milp(
        np.zeros(len(lower)),
        integrality=np.ones(len(lower)),
        bounds=scipy.optimize.Bounds(lower, upper),
        constraints=scipy.optimize.LinearConstraint(family.equations, 0.0, 0.0),
    )
    return None if result.x is None else replace(trusting, values=np.round(result.x))


def given_by_one_sum(family: Family, withheld: np.ndarray) -> set[int]:
    """Return the cells that a reader can narrow who believes one printed sum which doesn't add up, and no other."""
    lower, upper = family.bounds(withheld)
    required = family.required(withheld)
    narrowed: set[int] = set()
    for row in np.unique(family.equations[:, family.difference].tocsc().indices):
        equation = family.equations[[int(row)]]
        is_figure = ~family.difference[equation.indices]
        cells, signs = equation.indices[is_figure], equation.data[is_figure]
        ends_of_each = np.sort([signs * lower[cells], signs * upper[cells]], axis=0)
        for place in np.flatnonzero(required[cells]):
            others = np.arange(len(cells)) != place
            # The sum is 0, so the cell is what the others leave.
            ends = -signs[place] * ends_of_each[:, others].sum(axis=1)
            low, high = max(ends.min(), lower[cells[place]]), min(ends.max(), upper[cells[place]])
            if low <= high and (low > family.smallest or high < family.largest):
                narrowed.add(int(cells[place]))
    return narrowed


def _gap(family: Family, cell: int, direction: int, withheld: np.ndarray, multipliers: np.ndarray) -> Gap:
    """Return the inequality that gives the cell away: the dual of the reader's linear programme, tightened to whole cells.

    Source of the method: Fischetti and Salazar (2000), Models and algorithms for optimizing cell suppression in tabular data
    with linear constraints. J. Am. Stat. Assoc. 95, 916-928.
    """
    unit_vector = np.zeros(len(family.values))
    unit_vector[cell] = 1.0
    rest = unit_vector - family.equations.T @ multipliers
    rest[np.abs(rest) < _TOLERANCE] = 0.0
    weight_up, weight_down = np.maximum(direction * rest, 0.0), np.maximum(-direction * rest, 0.0)
    hidden_low = np.where(family.hidden, family.floor, family.low)
    hidden_high = np.where(family.hidden, family.ceiling, family.high)
    with np.errstate(invalid="ignore"):  # infinity times 0, which is not used
        reachable = np.where(weight_up > 0, weight_up * hidden_high, 0.0) - np.where(
            weight_down > 0, weight_down * hidden_low, 0.0
        )
        shares = np.where(weight_up > 0, weight_up * (family.ceiling - family.high), 0.0) + np.where(
            weight_down > 0, weight_down * (family.low - family.floor), 0.0
        )
    all_shown = float(reachable.sum())
    target = family.target(cell, direction)
    needed = direction * target - all_shown
    shares = np.minimum(np.where(family.free, shares, 0.0), max(needed, 0.0))
    if not np.isfinite(needed) or needed <= _TOLERANCE or shares @ withheld >= needed - _TOLERANCE:
        # Only whole numbers, or rounding in the arithmetic, rule it out: one more cell must be withheld, whichever it is.
        return Gap(cell, 1.0, np.where(family.free & ~withheld, 1.0, 0.0))
    return Gap(cell, needed, shares)
