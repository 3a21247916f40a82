"""Usual movement: how far an indicator moves between two dates in authorities of its size, and how rare a change is by that.

Fitted to the official figures of all authorities (`usual_movement.csv`); assumed where an indicator has no such figures.
"""

from analysis.analyses.movement.alternatives import NUMBERS, SMALLEST_BASE, alternatives
from analysis.analyses.movement.constants import Movement, movement_of, spread_over
from analysis.analyses.movement.rarity import FEW, FLAGS, NUMERIC, RARE, VERY_RARE, rarities

__all__ = [
    "FEW",
    "FLAGS",
    "NUMBERS",
    "NUMERIC",
    "RARE",
    "SMALLEST_BASE",
    "VERY_RARE",
    "Movement",
    "alternatives",
    "movement_of",
    "rarities",
    "spread_over",
]


def __dir__() -> list[str]:
    return __all__
