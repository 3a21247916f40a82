"""The links between cells: sums of the catalogue that could give away a withheld figure.

They are quarters and their year, parts and their whole, areas and their total, a subset and the rest of its whole, the items
of a formula, a stock with those who came and left, and a printed percentage with its base. Where a printed sum doesn't add up,
a reader knows that the difference is between nothing and what it is. Protection also holds against a reader who believes that
the sum does add up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import scipy

from analysis import catalogue
from analysis.catalogue import areas, periods, tables
from analysis.disclosure.protection.family import Family
from analysis.store import FIGURE

KEY = list(FIGURE)
Key = tuple[str, str, str, str]
# For each cell: its value, whether it may be withheld, what readers know of it shown and withheld, and its threshold.
COLUMNS = (
    *KEY, "value", "free", "low", "high", "floor", "ceiling", "threshold", "hidden", "sensitive",
    "difference",
)  # fmt: skip
_LARGE = 1_000.0


@dataclass
class Links:
    """The cells, the number of each by its key, and the equations between them: pairs of a cell's number and its sign."""

    cells: list[dict[str, Any]]
    at: dict[Key, int]
    equations: list[list[tuple[int, int]]] = field(default_factory=list)

    def value(self, number: int) -> float:
        """Return the true value of a cell."""
        return float(self.cells[number]["value"])

    def add(self, like_cell: int, key: Key, value: float, *, free: bool, low: float, high: float) -> int:
        """Add a cell that no source prints, under the policy of another (`like_cell`), and return its number."""
        threshold = float(self.cells[like_cell]["threshold"])
        cell = dict(zip(KEY, key, strict=True)) | {
            "value": value, "free": free, "low": low, "high": high, "floor": 0.0, "ceiling": np.inf, "threshold": threshold,
            "hidden": not free, "sensitive": bool(1 <= value < threshold), "difference": False,
        }  # fmt: skip
        self.cells.append(dict(cell))
        self.at[key] = len(self.cells) - 1
        return self.at[key]


def link(cells: pd.DataFrame) -> Links:
    """Return the cells (COLUMNS) with the equations between them that follow from the catalogue's sums."""
    records = cells[list(COLUMNS)].to_dict("records")
    links = Links(records, {tuple(record[column] for column in KEY): number for number, record in enumerate(records)})
    parts_by_whole = _parts_by_whole(cells)
    for key, number in list(links.at.items()):
        for equation in (_quarters(key, links), _members(key, links), _formula(key, links), *_stocks_before(key, links)):
            if equation:
                links.equations.append([*equation, (number, -1)])
        if key[3] == catalogue.TOTAL:
            for cells_of_parts in parts_by_whole.get(key[:3], {}).values():
                _add_parts(number, cells_of_parts, links)
    cells_beside = Counter(key[:3] for key in links.at)
    for key, number in list(links.at.items()):
        _add_rest(key, number, cells_beside[key[:3]], links)
    return links


def allow_differences(links: Links, first: int = 0) -> None:
    """Add to each equation, from the `first`, that doesn't add up a cell for the difference; readers know how large it can be."""
    for number, equation in enumerate(links.equations[first:], start=first):
        excess = sum(sign * links.value(cell) for cell, sign in equation)
        if excess:
            key = ("difference", str(number), "", "")
            difference_cell = links.add(equation[0][0], key, abs(excess), free=False, low=0.0, high=abs(excess))
            links.cells[difference_cell] |= {"ceiling": abs(excess), "sensitive": False, "difference": True}
            links.equations[number] = [(difference_cell, -1 if excess > 0 else 1), *equation]


def families(links: Links, withheld: np.ndarray | None = None) -> Iterator[tuple[np.ndarray, Family]]:
    """Yield (numbers of its cells, family) for each family of linked cells with a small number, or one of `withheld` (bool)."""
    count = len(links.cells)
    if not count:
        return
    rows = [row for row, equation in enumerate(links.equations) for _ in equation]
    columns = [number for equation in links.equations for number, _ in equation]
    signs = [float(sign) for equation in links.equations for _, sign in equation]
    matrix = scipy.sparse.csr_array((signs, (rows, columns)), shape=(len(links.equations), count))
    _, family_of_cell = scipy.sparse.csgraph.connected_components(abs(matrix.T) @ abs(matrix), directed=False)
    frame = pd.DataFrame(links.cells)
    is_total = np.isin(np.arange(count), [equation[-1][0] for equation in links.equations])
    to_protect = frame["sensitive"].to_numpy(bool) | (False if withheld is None else withheld)
    order = np.argsort(family_of_cell, kind="stable")
    family_starts = np.flatnonzero(np.diff(family_of_cell[order])) + 1
    for numbers in np.split(order, family_starts):
        if to_protect[numbers].any():
            family_columns = matrix[:, numbers]
            used_rows = np.flatnonzero(np.diff(scipy.sparse.csr_array(family_columns).indptr))
            yield numbers, _family(frame.iloc[numbers], is_total[numbers], scipy.sparse.csr_array(family_columns)[used_rows])


def _family(cells: pd.DataFrame, is_total: np.ndarray, equations: scipy.sparse.csr_array) -> Family:
    first = cells.iloc[0]
    values = cells["value"].to_numpy(float)
    threshold = cells["threshold"].max()
    return Family(
        name=f"{catalogue.series().at[first['series'], 'title']}, {areas.label(first['area'])}",
        values=values,
        low=cells["low"].to_numpy(float),
        high=cells["high"].to_numpy(float),
        floor=cells["floor"].to_numpy(float),
        ceiling=cells["ceiling"].to_numpy(float),
        # Totals matter most to readers, and a large figure is a larger loss than a small one.
        weight=np.where(is_total, 3.0, 1.0) + np.minimum(values, _LARGE) / 10.0,
        free=cells["free"].to_numpy(bool),
        hidden=cells["hidden"].to_numpy(bool),
        sensitive=cells["sensitive"].to_numpy(bool),
        equations=equations,
        difference=cells["difference"].to_numpy(bool),
        largest=max(int(threshold) - 1, 1),
    )


@cache
def _series() -> dict[str, dict[str, str]]:
    """Return {series: its row of series.csv}: it is looked at for every cell, and a frame takes a hundred times as long."""
    return catalogue.series().to_dict("index")


def _parts_by_whole(cells: pd.DataFrame) -> dict[tuple[str, ...], dict[str, list[int]]]:
    """Return {(whole series, area, period): {part series: its cells}} for breakdowns whose categories exclude each other."""
    series_table = catalogue.series()
    whole_of_series = series_table[
        (series_table["exclusive"] == "yes") & (series_table["parts_of"] != "") & (series_table["unit"] != "percent")
    ]["parts_of"]
    parts_by_whole: dict[tuple[str, ...], dict[str, list[int]]] = {}
    is_part = cells["series"].isin(whole_of_series.index) & (cells["category"] != catalogue.TOTAL)
    for number, (series, area, period, _) in zip(np.flatnonzero(is_part), cells.loc[is_part, KEY].to_numpy(), strict=True):
        parts_by_whole.setdefault((whole_of_series[series], area, period), {}).setdefault(series, []).append(int(number))
    return parts_by_whole


def _quarters(key: Key, links: Links) -> list[tuple[int, int]]:
    series, area, period, category = key
    if periods.kind(period) != "year" or _series()[series]["kind"] != "flow":
        return []
    cells = [links.at.get((series, area, quarter, category)) for quarter in periods.quarters(period)]
    return [(number, 1) for number in cells if number is not None] if None not in cells else []


def _members(key: Key, links: Links) -> list[tuple[int, int]]:
    series, area, period, category = key
    cells = [links.at.get((series, member, period, category)) for member in areas.members(area)]
    return [(number, 1) for number in cells if number is not None] if cells and None not in cells else []


def _formula(key: Key, links: Links) -> list[tuple[int, int]]:
    series, area, period, category = key
    terms = catalogue.terms(_series()[series]["equals"]) if category == catalogue.TOTAL else ()
    cells_and_signs = [(links.at.get((term.series, area, period, term.category)), term.sign) for term in terms]
    return (
        [(number, sign) for number, sign in cells_and_signs if number is not None]
        if cells_and_signs and all(number is not None for number, _ in cells_and_signs)
        else []
    )


def _stocks_before(key: Key, links: Links) -> list[list[tuple[int, int]]]:
    """Return how many there were before, came and left in the year, and in the quarter, that ends on the day of a stock."""
    series, area, day, category = key
    equations: list[list[tuple[int, int]]] = []
    if series not in _stocks() or category != catalogue.TOTAL or periods.kind(day) != "date":
        return equations
    first = int(day[:4]) - (day[5:] <= "03-31")
    year = f"{first}-{(first + 1) % 100:02d}"
    started, ended = _stocks()[series]
    for period in (each for each in (year, *periods.quarters(year)) if periods.end(each) == day):
        before = periods.end(periods.previous(period))
        items = [(started, period, 1), (ended, period, -1), (series, before, 1)]
        cells = [(links.at.get((name, area, when, category)), sign) for name, when, sign in items]
        if all(number is not None for number, _ in cells):
            equations.append([(number, sign) for number, sign in cells if number is not None])
    return equations


@cache
def _stocks() -> dict[str, tuple[str, str]]:
    """Return {stock: (who started, who ended)}."""
    return {row["stock"]: (row["started"], row["ended"]) for row in tables.read("stocks").to_dict("records")}


def _add_parts(whole: int, parts: list[int], links: Links) -> None:
    if len(parts) == 1:
        return  # a single category of a breakdown, as a text may give it, is a subset and not a sum
    links.equations.append([*((number, 1) for number in parts), (whole, -1)])
    nonzero = [number for number in parts if links.value(number) > 0]
    threshold = float(links.cells[whole]["threshold"])
    if len(nonzero) == 1 and threshold:
        # If everybody is in one category, the zeros beside it tell the category of each person.
        for number in parts:
            links.cells[number]["sensitive"] = bool(links.cells[number]["free"])


def _add_rest(key: Key, number: int, number_beside: int, links: Links) -> None:
    """Add the rest of the whole of which this cell is a subset: nobody prints it, but a subtraction gives it."""
    series, area, period, category = key
    entry = _series()[series]
    if not entry["subset_of"] or (entry["exclusive"] == "yes" and entry["parts_of"] and number_beside > 1):
        return
    terms = catalogue.terms(entry["subset_of"])
    wholes = [
        links.at.get((term.series, area, period, category if term.category == catalogue.SAME_CATEGORY else term.category))
        for term in terms
    ]
    if len(wholes) != 1 or wholes[0] is None:
        return
    whole = wholes[0]
    rest_value = links.value(whole) - links.value(number)
    if rest_value >= 0:
        rest_cell = links.add(number, (f"rest of {series}", area, period, category), rest_value, free=False, low=0.0, high=np.inf)
        links.equations.append([(number, 1), (rest_cell, 1), (whole, -1)])
