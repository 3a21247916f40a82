"""The links between cells: what adds up to what, and so gives away what is withheld. All of them are columns of the catalogue.

Quarters and their year, parts and their whole, areas and their total, a subset and the rest of its whole, items of a formula, and
a printed percentage with its base. Where a printed sum doesn't come out, a reader knows that it is out by something between
nothing and what it is out by; and one who believes that it does come out is held off too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from analysis import catalogue
from analysis.catalogue import areas, periods
from analysis.disclosure.protection.family import Family
from analysis.store import FIGURE

KEY = list(FIGURE)
Key = tuple[str, str, str, str]
# Of a cell: its value, whether it may be withheld, what is known of it shown and withheld, and its threshold.
COLUMNS = (
    *KEY, "value", "free", "low", "high", "floor", "ceiling", "threshold", "hidden", "sensitive",
    "difference",
)  # fmt: skip
_LARGE = 1_000.0


@dataclass
class Links:
    """Cells by their key, and equations between them: pairs of a cell's number and its sign."""

    cells: list[dict[str, object]]
    at: dict[Key, int]
    equations: list[list[tuple[int, int]]] = field(default_factory=list)

    def value(self, number: int) -> float:
        """Return the true value of a cell."""
        return float(self.cells[number]["value"])  # type: ignore[arg-type]

    def add(self, like: int, key: Key, value: float, *, free: bool, low: float, high: float) -> int:
        """Add a cell that no source prints by itself, under the policy of another, and return its number."""
        threshold = float(self.cells[like]["threshold"])  # type: ignore[arg-type]
        cell = dict(zip(KEY, key, strict=True)) | {
            "value": value, "free": free, "low": low, "high": high, "floor": 0.0, "ceiling": np.inf, "threshold": threshold,
            "hidden": not free, "sensitive": bool(1 <= value < threshold), "difference": False,
        }  # fmt: skip
        self.cells.append(dict(cell))
        self.at[key] = len(self.cells) - 1
        return self.at[key]


def link(cells: pd.DataFrame) -> Links:
    """Return the cells (COLUMNS) with the equations that the catalogue's sums put between them."""
    records = cells[list(COLUMNS)].to_dict("records")
    links = Links(records, {tuple(record[column] for column in KEY): number for number, record in enumerate(records)})
    parts = _parts_by_whole(cells)
    for key, number in list(links.at.items()):
        for equation in (_quarters(key, links), _members(key, links), _formula(key, links)):
            if equation:
                links.equations.append([*equation, (number, -1)])
        if key[3] == catalogue.TOTAL:
            for found in parts.get(key[:3], {}).values():
                _add_parts(number, found, links)
    beside = Counter(key[:3] for key in links.at)
    for key, number in list(links.at.items()):
        _add_rest(key, number, beside[key[:3]], links)
    return links


def allow_differences(links: Links) -> None:
    """Add to each equation that doesn't come out a cell for what it is out by: all anyone knows is that it is no more."""
    for number, equation in enumerate(links.equations):
        out = sum(sign * links.value(cell) for cell, sign in equation)
        if out:
            key = ("difference", str(number), "", "")
            added = links.add(equation[0][0], key, abs(out), free=False, low=0.0, high=abs(out))
            links.cells[added] |= {"ceiling": abs(out), "sensitive": False, "difference": True}
            links.equations[number] = [(added, -1 if out > 0 else 1), *equation]


def families(links: Links) -> Iterator[tuple[np.ndarray, Family]]:
    """Yield each family of linked cells that holds a small number, with the numbers of its cells."""
    count = len(links.cells)
    if not count:
        return
    rows = [row for row, equation in enumerate(links.equations) for _ in equation]
    columns = [number for equation in links.equations for number, _ in equation]
    signs = [float(sign) for equation in links.equations for _, sign in equation]
    matrix = sparse.csr_array((signs, (rows, columns)), shape=(len(links.equations), count))
    _, label = connected_components(abs(matrix.T) @ abs(matrix), directed=False)
    frame = pd.DataFrame(links.cells)
    totals = np.isin(np.arange(count), [equation[-1][0] for equation in links.equations])
    sensitive = frame["sensitive"].to_numpy(bool)
    order = np.argsort(label, kind="stable")
    bounds = np.flatnonzero(np.diff(label[order])) + 1
    for numbers in np.split(order, bounds):
        if sensitive[numbers].any():
            part = matrix[:, numbers]
            used = np.flatnonzero(np.diff(sparse.csr_array(part).indptr))
            yield numbers, _family(frame.iloc[numbers], totals[numbers], sparse.csr_array(part)[used])


def _family(cells: pd.DataFrame, totals: np.ndarray, equations: sparse.csr_array) -> Family:
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
        # Totals are what readers come for, and a large figure is a larger loss than a small one.
        weight=np.where(totals, 3.0, 1.0) + np.minimum(values, _LARGE) / 10.0,
        free=cells["free"].to_numpy(bool),
        hidden=cells["hidden"].to_numpy(bool),
        sensitive=cells["sensitive"].to_numpy(bool),
        equations=equations,
        difference=cells["difference"].to_numpy(bool),
        largest=max(int(threshold) - 1, 1),
    )


def _parts_by_whole(cells: pd.DataFrame) -> dict[tuple[str, ...], dict[str, list[int]]]:
    """Return {(whole series, area, period): {part series: its cells}} of breakdowns whose categories exclude each other."""
    known = catalogue.series()
    exclusive = known[(known["exclusive"] == "yes") & (known["parts_of"] != "") & (known["unit"] != "percent")]["parts_of"]
    found: dict[tuple[str, ...], dict[str, list[int]]] = {}
    mine = cells["series"].isin(exclusive.index) & (cells["category"] != catalogue.TOTAL)
    for number, (series, area, period, _) in zip(np.flatnonzero(mine), cells.loc[mine, KEY].to_numpy(), strict=True):
        found.setdefault((exclusive[series], area, period), {}).setdefault(series, []).append(int(number))
    return found


def _quarters(key: Key, links: Links) -> list[tuple[int, int]]:
    series, area, period, category = key
    if periods.kind(period) != "year" or catalogue.series().at[series, "kind"] != "flow":
        return []
    found = [links.at.get((series, area, quarter, category)) for quarter in periods.quarters(period)]
    return [(number, 1) for number in found if number is not None] if None not in found else []


def _members(key: Key, links: Links) -> list[tuple[int, int]]:
    series, area, period, category = key
    found = [links.at.get((series, member, period, category)) for member in areas.members(area)]
    return [(number, 1) for number in found if number is not None] if found and None not in found else []


def _formula(key: Key, links: Links) -> list[tuple[int, int]]:
    series, area, period, category = key
    terms = catalogue.terms(catalogue.series().at[series, "equals"]) if category == catalogue.TOTAL else ()
    found = [(links.at.get((term.series, area, period, term.category)), term.sign) for term in terms]
    return (
        [(number, sign) for number, sign in found if number is not None] if found and all(n is not None for n, _ in found) else []
    )


def _add_parts(whole: int, parts: list[int], links: Links) -> None:
    if len(parts) == 1:
        return  # one category of a breakdown, as prose gives it, is a subset and no sum
    links.equations.append([*((number, 1) for number in parts), (whole, -1)])
    counted = [number for number in parts if links.value(number) > 0]
    threshold = float(links.cells[whole]["threshold"])  # type: ignore[arg-type]
    if len(counted) == 1 and threshold:
        # All of them in one category: the zeros beside it say of everybody which one it is.
        for number in parts:
            links.cells[number]["sensitive"] = bool(links.cells[number]["free"])


def _add_rest(key: Key, number: int, beside: int, links: Links) -> None:
    """Add the rest of a whole of which this cell is a subset: nobody prints it, and a subtraction gives it."""
    series, area, period, category = key
    known = catalogue.series()
    if not known.at[series, "subset_of"] or (
        known.at[series, "exclusive"] == "yes" and known.at[series, "parts_of"] and beside > 1
    ):
        return
    terms = catalogue.terms(known.at[series, "subset_of"])
    found = [
        links.at.get((t.series, area, period, category if t.category == catalogue.SAME_CATEGORY else t.category)) for t in terms
    ]
    if len(found) != 1 or found[0] is None:
        return
    whole = found[0]
    rest = links.value(whole) - links.value(number)
    if rest >= 0:
        added = links.add(number, (f"rest of {series}", area, period, category), rest, free=False, low=0.0, high=np.inf)
        links.equations.append([(number, 1), (added, 1), (whole, -1)])
