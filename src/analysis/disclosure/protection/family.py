"""A family of linked cells: what each figure is, what a reader knows of it when it is shown, and the sums that tie them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from analysis.errors import SafeguardingError


class ProtectionError(SafeguardingError):
    """Figures that can't be protected: nothing is published, and the sentence names the table."""


@dataclass(frozen=True)
class Family:
    """Cells 0 to n−1, each with its true value and what is known of it, and the equations between them.

    A cell that is shown lies between `low` and `high` for its reader (the same number where figures are exact). Of one that is
    withheld a reader knows `floor` and `ceiling` (0 and infinity, unless an earlier release narrowed them). `weight` is the loss
    of withholding it. `free` cells may be withheld; `hidden` ones are shown nowhere, though sums imply them (the rest of a
    whole); all others are known. `sensitive` ones are the small numbers. `equations @ values` is 0.
    `difference` marks hidden cells that stand for what a printed sum is out by.
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
    equations: sparse.csr_array
    difference: np.ndarray
    smallest: int = 1
    largest: int = 4

    def bounds(self, withheld: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (lower, upper) of what a reader knows of each cell when those of `withheld` (bool) are not shown."""
        unseen = withheld | self.hidden
        return np.where(unseen, self.floor, self.low), np.where(unseen, self.ceiling, self.high)

    def required(self, withheld: np.ndarray) -> np.ndarray:
        """Return which cells must stay open between `smallest` and `largest`.

        They are all that are withheld, because a reader can't tell a small number from one that is withheld to protect it, and
        the small numbers that are only implied. What is open to everyone already can't be kept: it is left out.
        """
        open_still = (self.floor <= self.smallest) & (self.ceiling >= self.largest)
        return (withheld | (self.hidden & self.sensitive)) & open_still

    def trusting(self) -> Family:
        """Return the family as a reader takes it who believes that every printed sum comes out."""
        return replace(self, ceiling=np.where(self.difference, 0.0, self.ceiling))
