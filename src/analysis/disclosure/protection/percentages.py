"""Printed percentages: each is tied to the count that it gives away, and is shown only where that count is.

With a known base, a percentage is that count in other words. Where no source prints the count itself, a cell is made for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, tables
from analysis.disclosure import policy
from analysis.disclosure.protection.links import KEY, Key, Links
from analysis.statistics import round_half_up

_WIDE_AREAS = ("country", "region")  # a percentage of so many people identifies nobody


@dataclass(frozen=True)
class Tie:
    """The row of a printed percentage, and the numbers of the cells of its numerator and base; None where they aren't known."""

    row: int
    numerator: int | None
    base: int | None
    agrees: bool


def tie(printed: pd.DataFrame, links: Links, bases: pd.Series) -> list[Tie]:
    """Return what each row of printed percentages (store columns, `threshold`) gives away; adds cells to `links`.

    `bases` is the rounding in each row's policy. A percentage whose base isn't known has no cells: see `stands`.
    """
    made_counts: dict[tuple[str, str, str], list[int]] = {}
    ties = []
    for row in printed.itertuples():
        numerator_reference, base_reference = _references(row.series)
        base_cell = _sum(base_reference, row, links)
        if base_cell is None:
            ties.append(Tie(row.Index, None, None, False))
            continue
        count_cell = _sum(numerator_reference, row, links)
        base_value = links.value(base_cell)
        if count_cell is None:
            count_cell = _add_count(row, base_cell, base_value, links, float(bases[row.Index]))
            made_counts.setdefault((row.series, row.area, row.period), []).append(count_cell)
        agrees = base_value > 0 and abs(100 * links.value(count_cell) / base_value - row.value) <= 0.51
        ties.append(Tie(row.Index, count_cell, base_cell, bool(agrees)))
    _add_sums(made_counts, links)
    return ties


def stands(area: str) -> bool:
    """Return whether a percentage whose base isn't known may be shown: only for a country or region."""
    return areas.kind(area) in _WIDE_AREAS


def recomputed(printed_value: float, numerator: float, base: float) -> float:
    """Return the percentage of two shown counts, with as many decimals as were printed (at most one); NaN if the base is 0."""
    decimals = 0 if printed_value == int(printed_value) else 1
    return float(round_half_up(100 * numerator / base, decimals)) if base > 0 else np.nan


def _references(series: str) -> tuple[str, str]:
    series_row = catalogue.series().loc[series]
    implied_bases = tables.read("implied_bases").set_index("series")["base"]
    return series_row["numerator"], series_row["denominator"] or implied_bases.get(series, "")


def _sum(reference: str, row: Any, links: Links) -> int | None:
    """Return the number of the cell for a reference in a row's place; several terms are added up in a cell made for them."""
    area, period, category = row.area, row.period, row.category
    terms = catalogue.terms(reference)
    keys: list[Key] = [
        (term.series, area, period, category if term.category == catalogue.SAME_CATEGORY else term.category) for term in terms
    ]
    cells = [links.at.get(key) for key in keys]
    numbers = [number for number in cells if number is not None]
    if not numbers or len(numbers) < len(cells):
        return None
    if len(numbers) == 1:
        return numbers[0]
    key: Key = (reference, area, period, category)
    if key in links.at:
        return links.at[key]
    value = sum(term.sign * links.value(number) for term, number in zip(terms, numbers, strict=True))
    sum_cell = links.add(numbers[0], key, value, free=True, low=value, high=value)
    links.equations.append([*((number, term.sign) for term, number in zip(terms, numbers, strict=True)), (sum_cell, -1)])
    return sum_cell


def _add_count(row: Any, base_cell: int, base_value: float, links: Links, rounding: float) -> int:
    """Add the count that a percentage of a known base gives away, and the rest of the base; return the count's cell."""
    key: Key = tuple(getattr(row, column) for column in KEY)
    value = float(round_half_up(row.value * base_value / 100, 0))
    threshold = float(links.cells[base_cell]["threshold"])
    low, high = policy.known_range(np.array([value]), np.array([threshold]), np.array([rounding]))
    # With a large base several counts print as the same percentage, so a reader of exact figures can't tell them apart.
    spread = 0.5 * base_value / 100 if rounding == 1 else 0.0
    count_cell = links.add(
        base_cell, key, value, free=True, low=max(float(low[0]) - spread, 0.0) // 1, high=(float(high[0]) + spread) // 1
    )
    if base_value >= value:
        rest_cell = links.add(base_cell, (f"rest of {key[0]}", *key[1:]), base_value - value, free=False, low=0.0, high=np.inf)
        links.equations.append([(count_cell, 1), (rest_cell, 1), (base_cell, -1)])
    return count_cell


def _add_sums(made_counts: dict[tuple[str, str, str], list[int]], links: Links) -> None:
    """Tie the counts of a printed breakdown to their base where its percentages add up to about 100."""
    series_table = catalogue.series()
    for (series, area, period), numbers in made_counts.items():
        base_cell = links.at.get((_references(series)[1], area, period, catalogue.TOTAL))
        if base_cell is None or series_table.at[series, "exclusive"] != "yes" or len(numbers) < 2:
            continue
        total = sum(links.value(number) for number in numbers)
        if abs(total - links.value(base_cell)) <= len(numbers) / 2:
            links.equations.append([*((number, 1) for number in numbers), (base_cell, -1)])
