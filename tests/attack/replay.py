"""The code is public: for each small count, which of 1 to 4 would have led to the same withheld cells, by trying them.

`python tests/attack/replay.py DATA` says of how many small counts of the group's figures a replay of up to 24 tables for each
value rules a value out. A reader who tries more tables rules out fewer, so the number is the most that a replay gives away.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis import store
from analysis.disclosure.protection import withholding
from analysis.disclosure.protection.family import Family, ProtectionError
from analysis.disclosure.protection.optimise import protect

TABLES = 24


def ruled_out(family: Family, withheld: np.ndarray, cell: int) -> list[int]:
    """Return the values of a small count for which no table tried leads to these withheld cells."""
    return [
        value
        for value in range(1, 5)
        if not any(_same(family, withheld, table) for table in tables(family, withheld, cell, value))
    ]


def tables(family: Family, withheld: np.ndarray, cell: int, value: int) -> list[np.ndarray]:
    """Return some tables that fit all that is shown, in which the cell has this value: the true one first, if it is."""
    low, high = family.bounds(withheld)
    low, high = low.astype(float).copy(), np.minimum(high, family.values.max() + 50)
    low[cell] = high[cell] = value
    rng, found = np.random.default_rng(cell), []
    for _ in range(TABLES):
        result = milp(
            rng.normal(size=len(low)),
            integrality=np.ones(len(low)),
            bounds=Bounds(low, high),
            constraints=LinearConstraint(family.equations, 0.0, 0.0),
        )
        if result.x is not None:
            found.append(np.round(result.x))
    return [family.values, *found] if family.values[cell] == value else found


def _same(family: Family, withheld: np.ndarray, table: np.ndarray) -> bool:
    open_cells = withheld | family.hidden
    small = (table >= 1) & (table <= family.largest) & (family.free | family.hidden)
    weight = family.weight + (np.minimum(table, 1000) - np.minimum(family.values, 1000)) / 10
    other = replace(
        family,
        values=table,
        low=np.where(open_cells, table, family.low),
        high=np.where(open_cells, table, family.high),
        sensitive=small,
        weight=weight,
    )
    try:
        return bool((protect(other).withheld == withheld).all())
    except ProtectionError:
        return False


def main(data: Path) -> None:
    """Protect the figures for the group, and replay it for each family of up to 30 cells."""
    held = store.load(data)
    tried = narrowed = 0
    original = withholding.protect

    def replayed(family: Family, also_withheld: np.ndarray) -> object:
        nonlocal tried, narrowed
        pattern = original(family, also_withheld)
        for cell in np.flatnonzero(family.sensitive & family.free) if len(family.values) <= 30 else ():
            tried += 1
            narrowed += bool(ruled_out(family, pattern.withheld, int(cell)))
        return pattern

    withholding.protect = replayed
    none = store.register.history(data / "none")
    withholding.protected(held.observations, held.origins, "seg", none)
    sys.stdout.write(f"{tried} small counts in families of up to 30 cells; a value of {narrowed} is ruled out by replaying\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
