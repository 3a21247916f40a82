"""What an attacker knows: whole numbers, the range of each, and what ties them; and what follows for any of them.

Nothing here is of the package: the code that protects and the code that audits may be wrong in the same way, this one isn't.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

OPEN = 1_000_000.0  # stands for an open end
_SLACK = 1e-6


@dataclass
class Knowledge:
    """Ranges of counts, {count: (lowest, highest)}, and ties between them: (factors, lowest, highest) of a weighted sum."""

    ranges: dict[Hashable, tuple[float, float]] = field(default_factory=dict)
    ties: list[tuple[dict[Hashable, float], float, float]] = field(default_factory=list)

    def see(self, count: Hashable, low: float = 0.0, high: float = OPEN) -> None:
        """Add that a count lies in a range; where that contradicts what was known, the later one holds: it was corrected."""
        was = self.ranges.get(count, (0.0, OPEN))
        both = max(low, was[0]), min(high, was[1])
        self.ranges[count] = both if both[0] <= both[1] else (low, high)

    def tie(self, factors: Mapping[Hashable, float], low: float = 0.0, high: float = 0.0) -> None:
        """Add that a weighted sum of counts lies in a range; it is 0 where none is given."""
        self.ties.append((dict(factors), low, high))
        for count in factors:
            self.ranges.setdefault(count, (0.0, OPEN))

    def worked_out(self, asked: Iterable[Hashable]) -> dict[Hashable, tuple[float, float]]:
        """Return {count: (lowest, highest)} that each count asked for can be, as whole numbers, given everything known."""
        families, place = self._families()
        found: dict[Hashable, tuple[float, float]] = {}
        for count in asked:
            if count not in place:
                found[count] = self.ranges.get(count, (0.0, OPEN))
                continue
            family = families[place[count]]
            found[count] = family.extreme(count, 1), family.extreme(count, -1)
        return found

    def _open_ties(self) -> list[tuple[dict[Hashable, float], float, float]]:
        """Return the ties between counts that aren't known yet, each once; one between known counts alone says nothing."""
        found: dict[tuple[tuple[Hashable, float], ...], tuple[float, float]] = {}
        for factors, low, high in self.ties:
            settled, unsettled = 0.0, []
            for count, factor in factors.items():
                least, most = self.ranges[count]
                if least == most:
                    settled += factor * least
                else:
                    unsettled.append((count, factor))
            if unsettled:
                key = tuple(sorted(unsettled, key=repr))
                was = found.get(key, (-np.inf, np.inf))
                found[key] = max(was[0], low - settled), min(was[1], high - settled)
        return [(dict(key), *ends) for key, ends in found.items() if ends[0] <= ends[1]]

    def _families(self) -> tuple[list[_Family], dict[Hashable, int]]:
        """Return the families of counts that ties hold together, and the number of the family of each count."""
        parent: dict[Hashable, Hashable] = {}

        def root(count: Hashable) -> Hashable:
            while parent.setdefault(count, count) != count:
                parent[count] = count = parent[parent[count]]
            return count

        open_ties = self._open_ties()
        for factors, _, _ in open_ties:
            first, *others = factors
            for other in (first, *others):
                parent[root(other)] = root(first)
        ties, members = defaultdict(list), defaultdict(list)
        for tie in open_ties:
            ties[root(next(iter(tie[0])))].append(tie)
        for count in list(parent):
            members[root(count)].append(count)
        families = [_Family({each: self.ranges[each] for each in members[name]}, ties[name]) for name in ties]
        return families, {count: number for number, family in enumerate(families) for count in family.place}


class _Family:
    """Counts that are tied together. Ties that can't all hold are left out, as few as can be, as a reader would."""

    def __init__(self, ranges: dict[Hashable, tuple[float, float]], ties: list[tuple[dict[Hashable, float], float, float]]):
        self.place = {count: number for number, count in enumerate(ranges)}
        self.low = np.array([low for low, _ in ranges.values()])
        self.high = np.array([high for _, high in ranges.values()])
        rows = [(row, self.place[count], factor) for row, tie in enumerate(ties) for count, factor in tie[0].items()]
        numbers, columns, factors = zip(*rows, strict=True)
        self.matrix = csr_array((factors, (numbers, columns)), shape=(len(ties), len(ranges)))
        self.least, self.most = np.array([low for _, low, _ in ties]), np.array([high for _, _, high in ties])
        self._leave_out_what_contradicts()

    def _leave_out_what_contradicts(self) -> None:
        count = self.matrix.shape[0]
        eye = csr_array(np.eye(count))
        cost = np.concatenate([np.zeros(len(self.low)), np.ones(2 * count)])
        found = milp(
            cost,
            bounds=Bounds(
                np.concatenate([self.low, np.zeros(2 * count)]), np.concatenate([self.high, np.full(2 * count, np.inf)])
            ),
            constraints=LinearConstraint(csr_array(hstack([self.matrix, eye, -eye])), self.least, self.most),
        )
        keep = (found.x[len(self.low) : -count] + found.x[-count:]) < _SLACK
        self.matrix, self.least, self.most = self.matrix[keep], self.least[keep], self.most[keep]

    def extreme(self, count: Hashable, sense: int) -> float:
        """Return the lowest (sense 1) or the highest (−1) that a count can be."""
        number = self.place[count]
        cost = np.zeros(len(self.low))
        cost[number] = sense
        if not self.matrix.shape[0]:
            return float(self.low[number] if sense > 0 else self.high[number])
        found = milp(
            cost,
            integrality=np.ones(len(self.low)),
            bounds=Bounds(self.low, self.high),
            constraints=LinearConstraint(self.matrix, self.least - _SLACK, self.most + _SLACK),
        )
        if found.x is None:  # no whole numbers fit all of it
            return float(self.low[number] if sense > 0 else self.high[number])
        return float(round(found.x[number]))
