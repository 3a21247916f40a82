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
    """
    keys = card[[*_PLACE, "latest_period"]].drop_duplicates(_PLACE)
    parts = [(row.indicator, row.category, row.area, periods.year_of(row.latest_period)) for row in keys.itertuples(index=False)]
    made_of = [(*part[:3], series, category, part[3]) for part in parts for series, category in _figures(part[0], part[1])]
    columns = [*_PLACE, "series", "of", "year"]
    figures = pd.DataFrame(made_of, columns=columns)
    known = checks.assign(year=checks["period"].map(periods.year_of), differs=checks["outcome"] == "differs")
    known = known.rename(columns={"category": "of"})[["series", "area", "of", "year", "differs"]]
    met = figures.merge(known, on=["series", "area", "of", "year"])
    counts = met.groupby(_PLACE)["differs"].agg(checked="size", differing="sum").reset_index()
    found = keys[_PLACE].merge(counts, how="left", on=_PLACE).fillna({"checked": 0, "differing": 0})
    found = found.astype({"checked": int, "differing": int})
    return found.assign(doubt=found["differing"].gt(0).map({True: "yes", False: ""}))


def _figures(indicator: str, category: str) -> set[tuple[str, str]]:
    """Return the (series, category) of every figure that the indicator's category is made of, its printed percentage too."""
    entry = catalogue.indicators().loc[indicator]
    terms = [term for side in ("numerator", "denominator", "printed") for term in catalogue.terms(entry[side])]
    return {(term.series, category if term.category == catalogue.SAME_CATEGORY else term.category) for term in terms}
