"""The numbers that a pair of figures may stand for, where the page that printed them leaves some of them open.

A percentage whose base wasn't printed may be one of any base, a level that is given only through a change may lie anywhere in
its range, and two returns may give one figure twice. Each possibility is judged; what is said is what all of them say.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

NUMBERS = ("x1", "n1", "x0", "n0")  # this year's count and base, and last year's
SMALLEST_BASE = 20  # of fewer people no percentage is judged
_LARGEST_BASE = 50_000
_BASES = 9  # tried: evenly spread, in proportion, from the smallest to the largest
_TIMES = 4  # last year's base, if it isn't printed, lies between a quarter and four times this year's


def alternatives(pairs: pd.DataFrame, share: pd.Series) -> pd.DataFrame:
    """Return all numbers that each pair may stand for: columns `pair` (its label in the index), NUMBERS and `middle`.

    `pairs` has the columns of `findings.PAIR_COLUMNS`; `share` says of each whether it is a share of a base. One row where
    everything is printed. `middle` marks the row whose rarity is told: that of equal bases, or of the upper end of a range.
    Pairs that lack a figure have no row.

    >>> row = {"value": 79.5, "numerator": 1787, "denominator": 2247, "reference": 70.4, "other_values": ""}
    >>> blank = dict.fromkeys(("reference_numerator", "reference_denominator", "reference_low", "reference_high"), np.nan)
    >>> rows = alternatives(pd.DataFrame([row | blank]), pd.Series([True]))
    >>> len(rows), rows.loc[rows["middle"], ["n1", "n0", "x0"]].values.tolist()
    (9, [[2247.0, 2247.0, 1582.0]])
    """
    rows = [
        (label, *numbers, middle)
        for label, row, is_share in zip(pairs.index, pairs.to_dict("records"), share, strict=True)
        for numbers, middle in (_shares(row) if is_share else _counts(row))
    ]
    table = pd.DataFrame(rows, columns=["pair", *NUMBERS, "middle"])
    return table.astype({**dict.fromkeys(NUMBERS, float), "middle": bool})


def other_values(row: dict[str, Any]) -> list[float]:
    """Return the values that other returns or prints give for this year's figure."""
    return [float(text) for text in str(row.get("other_values") or "").split()]


def _counts(row: dict[str, Any]) -> list[tuple[tuple[float, float, float, float], bool]]:
    latest = [row["numerator"], *other_values(row)]
    low, high = row["reference_low"], row["reference_high"]
    earlier = [low, high] if np.isfinite(low) and np.isfinite(high) else [row["reference_numerator"]]
    possible = [(x1, 1.0, x0, 1.0) for x1 in latest for x0 in earlier if np.isfinite(x1) and np.isfinite(x0)]
    return [(numbers, place == len(earlier) - 1) for place, numbers in enumerate(possible)]


def _shares(row: dict[str, Any]) -> list[tuple[tuple[float, float, float, float], bool]]:
    low, high, exact = row["reference_low"], row["reference_high"], row["reference"]
    earlier = [exact] if np.isfinite(exact) else [each for each in (low, high) if np.isfinite(each)]
    if not np.isfinite(row["value"]) or not earlier:
        return []
    x1, x0 = row["numerator"], row["reference_numerator"]
    bases = _bases(row)
    middle = len(bases) // 2
    rows = []
    for value in (row["value"], *other_values(row)):
        for place, (latest_base, base) in enumerate(bases):
            for percentage in earlier:
                count = x1 if np.isfinite(x1) and value == row["value"] else _people(value, latest_base)
                before = x0 if np.isfinite(x0) and len(bases) == 1 else _people(percentage, base)
                is_middle = place == middle and value == row["value"] and percentage == earlier[-1]
                rows.append(((count, latest_base, before, base), is_middle))
    return rows


def _bases(row: dict[str, Any]) -> list[tuple[float, float]]:
    """Return the bases of this year and of last year that are possible: what is printed, or a range of them."""
    x1, n1, n0 = row["numerator"], row["denominator"], row["reference_denominator"]
    if np.isnan(n1) and x1 > 0 and row["value"] > 0:
        n1 = max(x1, np.rint(100 * x1 / row["value"]))  # the number is printed, and so its base follows
    if n1 > 0 and n0 > 0:
        return [(n1, n0)]
    if n1 > 0:
        return [(n1, max(1.0, np.rint(n1 * factor))) for factor in np.geomspace(1 / _TIMES, _TIMES, _BASES)]
    return [(base, base) for base in np.rint(np.geomspace(SMALLEST_BASE, _LARGEST_BASE, _BASES))]


def _people(percentage: float, base: float) -> float:
    """Return how many of a base a percentage is of: whole people."""
    return float(min(np.rint(percentage * base / 100), base))
