"""The sums that every reader knows to hold between figures, found by joining what is printed; nothing of `protection` is used."""

from __future__ import annotations

import pandas as pd
from scipy.sparse import csr_array

from analysis import catalogue
from analysis.catalogue import areas
from analysis.store import FIGURE

KEY = list(FIGURE)


def equations(cells: pd.DataFrame) -> list[dict[int, float]]:
    """Return the equations between the rows of `cells` (series, area, period, category): {row: factor}, adding up to 0.

    A year and its quarters, a whole and its parts, a partnership and its areas, the items of a formula. Only where all of them
    are among the rows: a sum with a part that nobody prints says nothing.
    """
    table = cells[KEY].reset_index(names="row")
    found = [*_years(table), *_wholes(table), *_partnerships(table), *_formulas(table)]
    return [equation for equation in found if len(equation) > 1]


def _years(table: pd.DataFrame) -> list[dict[int, float]]:
    flows = catalogue.series().query("kind == 'flow'").index
    quarters = table[table["period"].str.contains("-Q") & table["series"].isin(flows)]
    groups = quarters.assign(period=quarters["period"].str[:7]).groupby(KEY)["row"].agg(list)
    four = groups[groups.map(len) == 4].rename("parts").reset_index()
    return _totals(table.merge(four, on=KEY))


def _wholes(table: pd.DataFrame) -> list[dict[int, float]]:
    known = catalogue.series()
    whole = known.loc[(known["exclusive"] == "yes") & (known["unit"] == "count"), "parts_of"]
    parts = table[table["series"].isin(whole.index[whole != ""]) & (table["category"] != catalogue.TOTAL)]
    groups = parts.groupby(["series", "area", "period"])["row"].agg(list).rename("parts").reset_index()
    groups = groups[groups["parts"].map(len) > 1]
    groups = groups.assign(series=groups["series"].map(whole), category=catalogue.TOTAL)
    return _totals(table.merge(groups, on=KEY))


def _partnerships(table: pd.DataFrame) -> list[dict[int, float]]:
    found = []
    at = {tuple(key): row for row, *key in table[["row", *KEY]].itertuples(index=False, name=None)}
    for row, series, area, period, category in table[["row", *KEY]].itertuples(index=False, name=None):
        members = [at.get((series, member, period, category)) for member in areas.members(area)]
        if members and None not in members:
            found.append({row: -1.0} | {member: 1.0 for member in members if member is not None})
    return found


def _formulas(table: pd.DataFrame) -> list[dict[int, float]]:
    known = catalogue.series()
    found = []
    at = {tuple(key): row for row, *key in table[["row", *KEY]].itertuples(index=False, name=None)}
    mine = table[(table["series"].map(known["equals"]).fillna("") != "") & (table["category"] == catalogue.TOTAL)]
    for row, series, area, period in mine[["row", *KEY[:3]]].itertuples(index=False, name=None):
        terms = catalogue.terms(known.at[series, "equals"])
        items = {at.get((term.series, area, period, term.category)): float(term.sign) for term in terms}
        if None not in items:
            found.append({row: -1.0} | {item: sign for item, sign in items.items() if item is not None})
    return found


def _totals(joined: pd.DataFrame) -> list[dict[int, float]]:
    return [{row: -1.0} | dict.fromkeys(parts, 1.0) for row, parts in zip(joined["row"], joined["parts"], strict=True)]


def matrix(sums: list[dict[int, float]], count: int) -> csr_array:
    """Return the equations as a sparse matrix: a row each, a column a cell."""
    rows = [number for number, equation in enumerate(sums) for _ in equation]
    columns = [cell for equation in sums for cell in equation]
    factors = [factor for equation in sums for factor in equation.values()]
    return csr_array((factors, (rows, columns)), shape=(len(sums), count), dtype=float)
