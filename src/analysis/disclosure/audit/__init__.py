"""Works out what a reader could derive from a finished pack, with other code and another method than those of `protection`."""

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
    """Return the counts printed on a pack's pages: series, area, period, category, low, high, withheld, place.

    `rounding` is that of each domain's counts, as the page tells its readers (1 where they are exact). For a count printed twice,
    the range is what both prints allow, or everything between them if they contradict each other. A count that is withheld in
    one place and printed in another is printed.
    """
    rows = [row for cell in cells for row in _counts(cell, rounding, threshold)]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    by_figure = table.groupby(KEY, sort=True)
    combined = by_figure.agg(low=("low", "max"), high=("high", "min"), withheld=("withheld", "all"), place=("place", "first"))
    # If two sources give different values, a reader knows only that the figure is between them.
    is_contradicted = combined["low"] > combined["high"]
    combined.loc[is_contradicted, ["low", "high"]] = combined.loc[is_contradicted, ["high", "low"]].to_numpy()
    return combined.reset_index()


def derived(shown: pd.DataFrame, before: pd.DataFrame, threshold: int = 5, published: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the withheld cells with the range that a reader can derive (`lowest`, `highest`) and whether it is `open`.

    `shown` is the result of `printed` for one pack or several, `before` what the register says was shown earlier (series, area,
    period, category, low, high). `open` means that the range covers 1 to `threshold` − 1, `before` that what was shown earlier,
    and what its source has `published` (as `before`), makes it as narrow, whatever is withheld now.
    """
    earlier = before.assign(withheld=False, place="an earlier release")[_COLUMNS]
    all_prints = pd.concat([shown[_COLUMNS], earlier], ignore_index=True) if len(earlier) else shown[_COLUMNS]
    # For a figure that was restated the later print counts, because the earlier one contradicts it.
    by_figure = all_prints.groupby(KEY, sort=True)
    cells = by_figure.agg(
        low=("low", "max"), high=("high", "min"), withheld=("withheld", "any"), place=("place", "first")
    ).reset_index()
    is_contradicted = cells["low"] > cells["high"]
    shown_by_key = shown.set_index(KEY)
    for row in np.flatnonzero(is_contradicted):
        key = tuple(cells.loc[row, KEY])
        if key in shown_by_key.index:
            cells.loc[row, ["low", "high"]] = shown_by_key.loc[key, ["low", "high"]].to_numpy(float)
    hidden = np.flatnonzero(cells["withheld"])
    matrix = sums.matrix(sums.equations(cells), len(cells))
    lowest, highest = attack.ranges(cells["low"].to_numpy(float), cells["high"].to_numpy(float), matrix, hidden)
    is_open = (lowest <= 1) & (highest >= threshold - 1)
    narrowed = np.flatnonzero(~is_open)
    told = pd.concat([earlier[[*KEY, "low", "high"]], *([] if published is None else [published])]).drop_duplicates(KEY)
    known_before = cells[KEY].merge(told, on=KEY, how="left").fillna({"low": 0.0, "high": np.inf})
    least, most = attack.ranges(known_before["low"].to_numpy(), known_before["high"].to_numpy(), matrix, hidden[narrowed])
    was_narrow = np.zeros(len(hidden), dtype=bool)
    was_narrow[narrowed] = (least >= lowest[narrowed]) & (most <= highest[narrowed])
    results = cells.loc[hidden, [*KEY, "place"]].assign(lowest=lowest, highest=highest)
    return results.assign(open=is_open, before=was_narrow).reset_index(drop=True)


def _counts(cell: Cell, rounding: Mapping[str, int], threshold: int) -> list[tuple[object, ...]]:
    """Return a list with the count that a printed cell is or implies: itself, or the numerator or base of a ratio."""
    term_and_domain = _counted(cell.indicator, cell.side)
    if term_and_domain is None or not (cell.area and cell.period):
        return []
    term, domain = term_and_domain
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
    """Return (term, domain) of the one count that a side of an indicator is; None for a percentage or a sum."""
    entry = catalogue.indicators().loc[indicator]
    reference = {"numerator": entry["numerator"], "denominator": entry["denominator"], "value": ""}[side]
    if side == "value" and entry["unit"] == "count":
        reference = entry["numerator"]
    terms = catalogue.terms(reference)
    if len(terms) != 1 or catalogue.series().at[terms[0].series, "unit"] != "count":
        return None
    return terms[0], str(catalogue.series().at[terms[0].series, "domain"])
