"""Finds the sums between printed figures that every reader knows, by joining them; uses nothing of `protection`."""

from __future__ import annotations

import pandas as pd
import scipy

from analysis import catalogue
from analysis.catalogue import areas
from analysis.store import FIGURE

KEY = list(FIGURE)


def equations(cells: pd.DataFrame) -> list[dict[int, float]]:
    """Return the equations between the rows of `cells` (series, area, period, category): {row: factor}, adding up to 0.

    They are a year and its quarters, a whole and its parts, a partnership and its areas, and the items of a formula. An equation
    needs all of its figures among the rows: a sum with a part that nobody prints says nothing.
    """
    table = cells[KEY].reset_index(names="row")
    all_equations = [*_years(table), *_wholes(table), *_partnerships(table), *_formulas(table)]
    return [equation for equation in all_equations if len(equation) > 1]


def _years(table: pd.DataFrame) -> list[dict[int, float]]:
    flows = catalogue.series().query("kind == 'flow'").index
    quarters = table[table["period"].str.contains("-Q") & table["series"].isin(flows)]
    quarters_by_year = quarters.assign(period=quarters["period"].str[:7]).groupby(KEY)["row"].agg(list)
    complete_years = quarters_by_year[quarters_by_year.map(len) == 4].rename("parts").reset_index()
    return _totals(table.merge(complete_years, on=KEY))


def _wholes(table: pd.DataFrame) -> list[dict[int, float]]:
    series_table = catalogue.series()
    whole = series_table.loc[(series_table["exclusive"] == "yes") & (series_table["unit"] == "count"), "parts_of"]
    parts = table[table["series"].isin(whole.index[whole != ""]) & (table["category"] != catalogue.TOTAL)]
    parts_by_whole = parts.groupby(["series", "area", "period"])["row"].agg(list).rename("parts").reset_index()
    parts_by_whole = parts_by_whole[parts_by_whole["parts"].map(len) > 1]
    parts_by_whole = parts_by_whole.assign(series=parts_by_whole["series"].map(whole), category=catalogue.TOTAL)
    return _totals(table.merge(parts_by_whole, on=KEY))


def _partnerships(table: pd.DataFrame) -> list[dict[int, float]]:
    equations_found = []
    row_of_figure = {tuple(key): row for row, *key in table[["row", *KEY]].itertuples(index=False, name=None)}
    for row, series, area, period, category in table[["row", *KEY]].itertuples(index=False, name=None):
        members = [row_of_figure.get((series, member, period, category)) for member in areas.members(area)]
        if members and None not in members:
            equations_found.append({row: -1.0} | {member: 1.0 for member in members if member is not None})
    return equations_found


def _formulas(table: pd.DataFrame) -> list[dict[int, float]]:
    series_table = catalogue.series()
    equations_found = []
    row_of_figure = {tuple(key): row for row, *key in table[["row", *KEY]].itertuples(index=False, name=None)}
    totals_with_formula = table[
        (table["series"].map(series_table["equals"]).fillna("") != "") & (table["category"] == catalogue.TOTAL)
    ]
    for row, series, area, period in totals_with_formula[["row", *KEY[:3]]].itertuples(index=False, name=None):
        terms = catalogue.terms(series_table.at[series, "equals"])
        items = {row_of_figure.get((term.series, area, period, term.category)): float(term.sign) for term in terms}
        if None not in items:
            equations_found.append({row: -1.0} | {item: sign for item, sign in items.items() if item is not None})
    return equations_found


def _totals(joined: pd.DataFrame) -> list[dict[int, float]]:
    return [{row: -1.0} | dict.fromkeys(parts, 1.0) for row, parts in zip(joined["row"], joined["parts"], strict=True)]


def matrix(sums: list[dict[int, float]], count: int) -> scipy.sparse.csr_array:
    """Return the equations as a sparse matrix with a row for each equation and a column for each cell."""
    rows = [number for number, equation in enumerate(sums) for _ in equation]
    columns = [cell for equation in sums for cell in equation]
    factors = [factor for equation in sums for factor in equation.values()]
    return scipy.sparse.csr_array((factors, (rows, columns)), shape=(len(sums), count), dtype=float)
