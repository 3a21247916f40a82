"""Printed percentages: each is tied to the count that it gives away, and shown only where that count is.

A percentage whose base is known is that count in other words. Where no source prints the count itself, a cell is made for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, tables
from analysis.disclosure import policy
from analysis.disclosure.protection.links import KEY, Key, Links
from analysis.statistics import round_half_up

_WIDE = ("country", "region")  # a share of a nation's or a region's people points at nobody


@dataclass(frozen=True)
class Tie:
    """A printed percentage's row, and the numbers of the cells of its numerator and base; None where it has none."""

    row: int
    numerator: int | None
    base: int | None
    agrees: bool


def tie(printed: pd.DataFrame, links: Links, bases: pd.Series) -> list[Tie]:
    """Return what each row of printed percentages (store columns, `threshold`) gives away; cells are added to `links`.

    `bases` is the rounding of each row's policy. A percentage of nothing that is known has no cells: see `stands`.
    """
    made: dict[tuple[str, str, str], list[int]] = {}
    ties = []
    for row in printed.itertuples():
        numerator, base = _references(row.series)
        whole = _sum(base, row, links)
        if whole is None:
            ties.append(Tie(row.Index, None, None, False))
            continue
        count = _sum(numerator, row, links)
        total = links.value(whole)
        if count is None:
            count = _made(row, whole, total, links, float(bases[row.Index]))
            made.setdefault((row.series, row.area, row.period), []).append(count)
        agrees = total > 0 and abs(100 * links.value(count) / total - row.value) <= 0.51
        ties.append(Tie(row.Index, count, whole, bool(agrees)))
    _add_sums(made, links)
    return ties


def stands(area: str) -> bool:
    """Return whether a percentage whose base isn't known may be shown: only of areas as wide as a region."""
    return areas.kind(area) in _WIDE


def recomputed(row_value: float, numerator: float, base: float) -> float:
    """Return the percentage that two shown counts give, with as many decimals as were printed (at most one); NaN of no base."""
    decimals = 0 if row_value == int(row_value) else 1
    return float(round_half_up(100 * numerator / base, decimals)) if base > 0 else np.nan


def _references(series: str) -> tuple[str, str]:
    known = catalogue.series().loc[series]
    implied = tables.read("implied_bases").set_index("series")["base"]
    return known["numerator"], known["denominator"] or implied.get(series, "")


def _sum(reference: str, row: object, links: Links) -> int | None:
    """Return the cell that a reference gives at the place of a row, made of its terms where there are several."""
    area, period, category = row.area, row.period, row.category  # type: ignore[attr-defined]
    terms = catalogue.terms(reference)
    keys: list[Key] = [
        (term.series, area, period, category if term.category == catalogue.SAME_CATEGORY else term.category) for term in terms
    ]
    found = [links.at.get(key) for key in keys]
    numbers = [number for number in found if number is not None]
    if not numbers or len(numbers) < len(found):
        return None
    if len(numbers) == 1:
        return numbers[0]
    key: Key = (reference, area, period, category)
    if key in links.at:
        return links.at[key]
    value = sum(term.sign * links.value(number) for term, number in zip(terms, numbers, strict=True))
    added = links.add(numbers[0], key, value, free=True, low=value, high=value)
    links.equations.append([*((number, term.sign) for term, number in zip(terms, numbers, strict=True)), (added, -1)])
    return added


def _made(row: object, whole: int, total: float, links: Links, rounding: float) -> int:
    """Add the count that a percentage of a known base gives away, and the rest of the base."""
    key: Key = tuple(getattr(row, column) for column in KEY)
    value = float(round_half_up(row.value * total / 100, 0))  # type: ignore[attr-defined]
    threshold = float(links.cells[whole]["threshold"])  # type: ignore[arg-type]
    low, high = policy.known_range(np.array([value]), np.array([threshold]), np.array([rounding]))
    # Several counts of a large base may print as one percentage: that much is open to a reader of exact figures.
    spread = 0.5 * total / 100 if rounding == 1 else 0.0
    count = links.add(
        whole, key, value, free=True, low=max(float(low[0]) - spread, 0.0) // 1, high=(float(high[0]) + spread) // 1
    )
    if total >= value:
        rest = links.add(whole, (f"rest of {key[0]}", *key[1:]), total - value, free=False, low=0.0, high=np.inf)
        links.equations.append([(count, 1), (rest, 1), (whole, -1)])
    return count


def _add_sums(made: dict[tuple[str, str, str], list[int]], links: Links) -> None:
    """Tie the counts of one printed breakdown together where its percentages add up to about 100."""
    known = catalogue.series()
    for (series, area, period), numbers in made.items():
        base = links.at.get((_references(series)[1], area, period, catalogue.TOTAL))
        if base is None or known.at[series, "exclusive"] != "yes" or len(numbers) < 2:
            continue
        total = sum(links.value(number) for number in numbers)
        if abs(total - links.value(base)) <= len(numbers) / 2:
            links.equations.append([*((number, 1) for number in numbers), (base, -1)])
