"""Confidence in the data: what the checks say of the very figures that an indicator is made of."""

from __future__ import annotations

import pandas as pd

from analysis import catalogue
from analysis.catalogue import periods

_PLACE = ["indicator", "category", "area"]


def confidence(card: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    """Return for each row of the card how many checks of its figures there are and how many differ: `checked`, `differing`.

    A check counts where it is one of the indicator's series, in its area and in the year of its latest figure. `doubt` is "yes"
    where one differs, else empty.

    >>> figure = {"category": "all", "area": "E10000018"}
    >>> rows = pd.DataFrame([figure | {"indicator": "contacts", "latest_period": "2012-13"}])
    >>> checks = pd.DataFrame([figure | {"series": "contacts", "period": "2012-13", "outcome": "differs"}])
    >>> confidence(rows, checks)[["checked", "differing", "doubt"]].values.tolist()
    [[1, 1, 'yes']]
    """
    keys = card[[*_PLACE, "latest_period"]].drop_duplicates(_PLACE)
    latest_figures = [
        (row.indicator, row.category, row.area, periods.year_of(row.latest_period)) for row in keys.itertuples(index=False)
    ]
    figure_rows = [
        (*part[:3], series, category, part[3]) for part in latest_figures for series, category in _figures(part[0], part[1])
    ]
    columns = [*_PLACE, "series", "of", "year"]
    figures = pd.DataFrame(figure_rows, columns=columns)
    checked_figures = checks.assign(year=checks["period"].map(periods.year_of), differs=checks["outcome"] == "differs")
    checked_figures = checked_figures.rename(columns={"category": "of"})[["series", "area", "of", "year", "differs"]]
    matches = figures.merge(checked_figures, on=["series", "area", "of", "year"])
    counts = matches.groupby(_PLACE)["differs"].agg(checked="size", differing="sum").reset_index()
    result = keys[_PLACE].merge(counts, how="left", on=_PLACE).fillna({"checked": 0, "differing": 0})
    result = result.astype({"checked": int, "differing": int})
    return result.assign(doubt=result["differing"].gt(0).map({True: "yes", False: ""}))


def _figures(indicator: str, category: str) -> set[tuple[str, str]]:
    """Return the (series, category) of every figure that the indicator's category is made of, its printed percentage too."""
    entry = catalogue.indicators().loc[indicator]
    terms = [term for side in ("numerator", "denominator", "printed") for term in catalogue.terms(entry[side])]
    return {(term.series, category if term.category == catalogue.SAME_CATEGORY else term.category) for term in terms}
