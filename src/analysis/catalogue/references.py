"""References to figures, as the tables write them: `series` (its total), `series:category`, or `series:*`.

The star is the same category as the figure that refers. Terms are joined by `+` or `-`:
`adult_completed_outcome:substantiated+adult_completed_outcome:partly_substantiated`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from analysis.errors import SafeguardingError

SAME_CATEGORY = "*"
TOTAL = "all"
NEIGHBOUR = "statistical_neighbour"  # the series of the sets of statistical neighbours
_TERM = re.compile(r"([+-]?)([a-z][a-z0-9_]*)(?::([a-z0-9_]+|\*))?")


@dataclass(frozen=True)
class Term:
    """One figure of a reference: its sign (1 or -1), its series and its category."""

    sign: int
    series: str
    category: str


@cache
def terms(reference: str) -> tuple[Term, ...]:
    """Return the terms of a reference, first to last; the empty reference has none.

    Raises SafeguardingError for anything that is not of the form given at the head of this module.
    """
    found: list[Term] = []
    position = 0
    while position < len(reference):
        match = _TERM.match(reference, position)
        if match is None or (found and not match[1]):
            raise SafeguardingError(f"The reference {reference!r} can't be read from character {position + 1} on.")
        found.append(Term(-1 if match[1] == "-" else 1, match[2], match[3] or TOTAL))
        position = match.end()
    return tuple(found)
