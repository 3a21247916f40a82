"""A family of linked cells: the value of each, what a reader knows of it when it is shown, and the sums between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import scipy

from analysis.errors import SafeguardingError


class ProtectionError(SafeguardingError):
    """Figures can't be protected: nothing is published, and the sentence names the table."""


@dataclass(frozen=True)
class Family:
    """Cells 0 to n−1, each with its true value and what readers know of it, and the equations between them.

    For its reader a cell that is shown lies between `low` and `high` (the same number where figures are exact). A cell that is
    withheld lies between `floor` and `ceiling` (0 and infinity, unless an earlier release narrowed them). `weight` is the loss of
    withholding it. `free` cells may be withheld. `hidden` cells are shown nowhere, but sums imply them (the rest of a whole).
    All other cells are known. `sensitive` cells are the small numbers. `equations @ values` is 0. `difference` marks hidden cells
    that hold the difference between a printed sum and its parts. `left` has the range that earlier releases have left of a cell
    which they have narrowed, by its number: nothing that is withheld now makes it wider, but it mustn't become narrower.
    """

    name: str
    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    floor: np.ndarray
    ceiling: np.ndarray
    weight: np.ndarray
    free: np.ndarray
    hidden: np.ndarray
    sensitive: np.ndarray
    equations: scipy.sparse.csr_array
    difference: np.ndarray
    smallest: int = 1
    largest: int = 4
    left: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    def bounds(self, withheld: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (lower, upper) limits of what a reader knows of each cell when those in `withheld` (bool) are not shown."""
        not_seen = withheld | self.hidden
        return np.where(not_seen, self.floor, self.low), np.where(not_seen, self.ceiling, self.high)

    def target(self, cell: int, direction: int) -> int:
        """Return how far a reader must believe that a cell may go: upwards (direction 1) or downwards (−1)."""
        smallest, largest = self.left.get(cell, (self.smallest, self.largest))
        return largest if direction > 0 else smallest

    def required(self, withheld: np.ndarray) -> np.ndarray:
        """Return which cells a reader must believe may be anything from `smallest` to `largest`.

        They are all withheld cells, because a reader can't tell a small number from one withheld to protect it, and the small
        numbers that are only implied. A cell that readers can narrow already can't be kept open, and is left out.
        """
        is_still_open = (self.floor <= self.smallest) & (self.ceiling >= self.largest)
        return (withheld | (self.hidden & self.sensitive)) & is_still_open
