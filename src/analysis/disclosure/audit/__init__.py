"""The audit: what a reader could work out from a finished pack, by other code and another way than the one that protected it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue.wording import WITHHELD
from analysis.disclosure.audit import attack, sums
from analysis.disclosure.audit.cells import Cell, number
from analysis.disclosure.audit.sums import KEY

__all__ = ["derived", "printed"]

_COLUMNS = [*KEY, "low", "high", "withheld", "place"]


def printed(cells: Sequence[Cell], rounding: Mapping[str, int], threshold: int = 5) -> pd.DataFrame:
    """Return what the counts on a pack's pages say: series, area, period, category, low, high, withheld, place.

    `rounding` is that of each domain's counts, as the page tells its readers (1 where they are exact). A count printed twice is
    taken with what both prints leave, or with all between them where they contradict each other; one that is withheld in one
    place and printed in another is printed.
    """
    rows = [row for cell in cells for row in _counts(cell, rounding, threshold)]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    grouped = table.groupby(KEY, sort=True)
    found = grouped.agg(low=("low", "max"), high=("high", "min"), withheld=("withheld", "all"), place=("place", "first"))
    # Two sources that give one figure two values leave a reader with everything between them.
    clash = found["low"] > found["high"]
    found.loc[clash, ["low", "high"]] = found.loc[clash, ["high", "low"]].to_numpy()
    return found.reset_index()


def derived(shown: pd.DataFrame, before: pd.DataFrame, threshold: int = 5) -> pd.DataFrame:
    """Return the withheld cells with the range that a reader can derive (`lowest`, `highest`) and whether it is `open`.

    `shown` is what `printed` gave for one pack or several, `before` what the register says was shown earlier (series, area,
    period, category, low, high). `open` means that the range covers 1 to `threshold` − 1.
    """
    earlier = before.assign(withheld=False, place="an earlier release")[_COLUMNS]
    both = pd.concat([shown[_COLUMNS], earlier], ignore_index=True) if len(earlier) else shown[_COLUMNS]
    # Of a figure that was restated the later print counts; it then fits no earlier one.
    latest = both.groupby(KEY, sort=True)
    cells = latest.agg(
        low=("low", "max"), high=("high", "min"), withheld=("withheld", "any"), place=("place", "first")
    ).reset_index()
    clash = cells["low"] > cells["high"]
    first = shown.set_index(KEY)
    for row in np.flatnonzero(clash):
        key = tuple(cells.loc[row, KEY])
        if key in first.index:
            cells.loc[row, ["low", "high"]] = first.loc[key, ["low", "high"]].to_numpy(float)
    hidden = np.flatnonzero(cells["withheld"])
    matrix = sums.matrix(sums.equations(cells), len(cells))
    lowest, highest = attack.ranges(cells["low"].to_numpy(float), cells["high"].to_numpy(float), matrix, hidden)
    found = cells.loc[hidden, [*KEY, "place"]].assign(lowest=lowest, highest=highest)
    return found.assign(open=(lowest <= 1) & (highest >= threshold - 1)).reset_index(drop=True)


def _counts(cell: Cell, rounding: Mapping[str, int], threshold: int) -> list[tuple[object, ...]]:
    """Return the counts that a printed cell is or gives: itself if it is a count, numerator or base of a ratio."""
    counted = _counted(cell.indicator, cell.side)
    if counted is None or not (cell.area and cell.period):
        return []
    term, domain = counted
    category = cell.category if term.category == catalogue.SAME_CATEGORY else term.category
    key = (term.series, cell.area, cell.period, category)
    if cell.text == WITHHELD:
        return [(*key, 0.0, np.inf, True, cell.place)]
    value = number(cell.text)
    if value is None:
        return []
    base = rounding.get(domain, 1)
    if base == 1 or value != base * np.floor(value / base):
        return [(*key, value, value, False, cell.place)]
    low = 0.0 if value == 0 else max(np.ceil(value - base / 2), threshold)
    high = 0.0 if value == 0 else np.ceil(value + base / 2) - 1
    return [(*key, low, high, False, cell.place)]


@cache
def _counted(indicator: str, side: str) -> tuple[catalogue.Term, str] | None:
    """Return the one count that a side of an indicator is, and its domain; None where it is a percentage or a sum."""
    entry = catalogue.indicators().loc[indicator]
    reference = {"numerator": entry["numerator"], "denominator": entry["denominator"], "value": ""}[side]
    if side == "value" and entry["unit"] == "count":
        reference = entry["numerator"]
    terms = catalogue.terms(reference)
    if len(terms) != 1 or catalogue.series().at[terms[0].series, "unit"] != "count":
        return None
    return terms[0], str(catalogue.series().at[terms[0].series, "domain"])
