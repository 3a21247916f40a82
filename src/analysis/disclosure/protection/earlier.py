"""What earlier releases have told: the ranges of cells, what stays withheld, and sums of figures that have been restated since.

A reader who keeps the packs of before holds the old sums beside the new ones. Where some of their figures were restated, both
are told of the same withheld cells: the difference between an old and a new sum gives a figure away that neither does alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd

from analysis.disclosure.protection.links import KEY, Key, Links

_Range = tuple[float, float]
_MOST = 64  # combinations of old values that are tried for a sum


def narrow(links: Links, history: pd.DataFrame) -> None:
    """Give each cell the range that its releases have in common (`floor`, `ceiling`), unless its figure was restated since."""
    ranges: dict[Key, _Range] = {}
    for series, area, period, category, low, high in _rows(history):
        key: Key = (series, area, period, category)
        was = ranges.get(key, (0.0, np.inf))
        common = max(low, was[0]), min(high, was[1])
        ranges[key] = common if common[0] <= common[1] else (low, high)
    for key, (low, high) in ranges.items():
        number = links.at.get(key)
        if number is not None and low <= links.value(number) <= high:
            links.cells[number] |= {"floor": low, "ceiling": high}


def withheld(history: pd.DataFrame) -> set[Key]:
    """Return the cells that an audience's latest release withheld: to show one of them now would tell of those beside it."""
    last = {(series, area, period, category): high for series, area, period, category, _, high in _rows(history)}
    return {key for key, high in last.items() if np.isinf(high)}


def printed_values(counts: pd.DataFrame) -> dict[Key, set[float]]:
    """Return {cell: every value that a source has given for it}."""
    values: dict[Key, set[float]] = defaultdict(set)
    for *names, value in counts[[*KEY, "value"]].itertuples(index=False, name=None):
        values[tuple(names)].add(value)
    return values


def add_sums(links: Links, history: pd.DataFrame, values: Mapping[Key, set[float]], sums: int) -> None:
    """Add the sums of earlier releases of which a figure has been restated since; `sums` is how many there are of today's.

    The old figure is a cell that readers know; those that hold still are the cells of today.
    """
    equations_of: dict[int, list[int]] = defaultdict(list)
    for number, equation in enumerate(links.equations[:sums]):
        for cell, _ in equation:
            equations_of[cell].append(number)
    done = set[tuple[tuple[int, int], ...]]()
    for _, mine in history.groupby("audience"):
        told: dict[Key, list[tuple[int, _Range]]] = defaultdict(list)
        for release, *names, low, high in mine[["release", *KEY, "low", "high"]].itertuples(index=False, name=None):
            told[tuple(names)].append((release, (low, high)))
        releases = sorted(set(mine["release"]))
        for key, release in _restated(links, told, values, releases):
            for number in equations_of[links.at[key]]:
                then = _then(links, links.equations[number], told, values, release)
                if then and tuple(then) not in done:
                    done.add(tuple(then))
                    links.equations.append(then)


def _rows(history: pd.DataFrame) -> list[tuple[str, str, str, str, float, float]]:
    return list(history[[*KEY, "low", "high"]].itertuples(index=False, name=None))


def _restated(
    links: Links, told: Mapping[Key, list[tuple[int, _Range]]], values: Mapping[Key, set[float]], releases: list[int]
) -> list[tuple[Key, int]]:
    """Return (cell, release) for each release in which a cell had, or may have had, another value than it has now."""
    found = []
    for key, ranges in told.items():
        if key not in links.at:
            continue
        ends = [release for release, _ in ranges[1:]] + [releases[-1] + 1]
        value, others = links.value(links.at[key]), len(values.get(key, ())) > 1
        for (first, (low, high)), end in zip(ranges, ends, strict=True):
            if not low <= value <= high or (np.isinf(high) and others):
                found += [(key, release) for release in releases if first <= release < end]
    return found


def _then(
    links: Links,
    equation: list[tuple[int, int]],
    told: Mapping[Key, list[tuple[int, _Range]]],
    values: Mapping[Key, set[float]],
    release: int,
) -> list[tuple[int, int]]:
    """Return an equation as a release told it; empty where it is today's, it wasn't told whole, or its figures didn't add up."""
    then, candidates = list[tuple[int, int, Key, _Range]](), list[list[float]]()
    for number, sign in equation:
        cell = links.cells[number]
        key: Key = tuple(cell[name] for name in KEY)
        ranges = [ends for first, ends in told.get(key, []) if first <= release]
        if not ranges or cell["hidden"]:
            return []
        (low, high), now = ranges[-1], links.value(number)
        then.append((number, sign, key, (low, high)))
        # What holds still is thought to be the same; what was withheld may have been another figure then.
        is_same = low <= now <= high
        others = [] if is_same and np.isfinite(high) else sorted(values.get(key, set()) - {now})
        candidates.append([*([now] if is_same else []), *(value for value in others if low <= value <= high)])
    for tried, chosen in enumerate(product(*candidates)):
        if tried >= _MOST:
            break
        if sum(sign * value for (_, sign, _, _), value in zip(then, chosen, strict=True)) == 0:
            if all(value == links.value(number) for (number, *_), value in zip(then, chosen, strict=True)):
                return []
            return [_cell_then(links, *each, value) for each, value in zip(then, chosen, strict=True)]
    return []


def _cell_then(links: Links, number: int, sign: int, key: Key, ends: _Range, value: float) -> tuple[int, int]:
    """Return (the number of the cell that stands for a figure then, its sign): today's, or one that is added for an old value."""
    if value == links.value(number):
        return number, sign
    old_key = (f"{key[0]}, {ends[0]:g} to {ends[1]:g}, {value:g}", *key[1:])
    if old_key not in links.at:
        old = links.add(number, old_key, value, free=False, low=ends[0], high=ends[1])
        if np.isfinite(ends[1]):
            links.cells[old] |= {"hidden": False, "sensitive": False}
    return links.at[old_key], sign
