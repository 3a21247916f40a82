"""The figures that indicators refer to: each reference is the sum of its terms, and all references are evaluated at once.

One table holds the figures of every reference. There are hundreds of references with a few rows each, and the cost depends on
the number of pandas calls, not on the length of the table.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.store import IMPLIED, RANGE

PLACE = ["area", "period", "category"]
# From best to worst: a sum is as doubtful as its most doubtful term.
_WORSE = ("final", "revised", "provisional", IMPLIED, "not_applicable", "not_available", "suppressed")
_FIGURE_COLUMNS = [*PLACE, "value", "status", "source", "note", "summed", *RANGE]
_KEY = ["reference", *PLACE]


def evaluated(figures: pd.DataFrame, references: Iterable[str]) -> pd.DataFrame:
    """Return one row for each reference, area, period and category for which `figures` has a row of every term.

    Columns: reference, area, period, category, value, status, source, note (the first term's), summed, low and high. If a term
    has no value, the sum has none: missing is not zero. The sum has the worst status of its terms. An implied level alone keeps
    its range; it is never added up, so that a sum with one is not available.
    """
    figures = figures.reindex(columns=[*figures.columns, *(each for each in RANGE if each not in figures)])
    terms = _terms(references)
    matches = figures.rename(columns={"category": "part"}).merge(terms, on="series")
    is_same_category = matches["term_category"] == catalogue.SAME_CATEGORY
    matches = matches[np.where(is_same_category, matches["part"] != catalogue.TOTAL, matches["part"] == matches["term_category"])]
    is_same_category = matches["term_category"] == catalogue.SAME_CATEGORY
    matches = matches.assign(
        category=matches["part"].where(is_same_category, catalogue.TOTAL),
        value=matches["value"].where(is_same_category, matches["sign"] * matches["value"]),
    )
    is_single = matches["count"] == 1
    parts = [matches[is_single], *_sums(matches[~is_single])]
    return pd.concat([part[["reference", *_FIGURE_COLUMNS]] for part in parts], ignore_index=True)


def with_years(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figures, with a year added wherever all four quarters of a flow have a value and no year was printed."""
    figures = figures.assign(summed=False)
    flows = catalogue.series().query("kind == 'flow' and unit != 'percent'").index
    quarters = figures[figures["period"].str.contains("-Q") & figures["series"].isin(flows)]
    if quarters.empty:
        return figures
    counted = quarters.assign(year=quarters["period"].str[:7], has=quarters["value"].notna())
    key = ["series", "area", "category", "year"]
    complete = counted[counted.groupby(key)["has"].transform("sum") == 4].sort_values([*key, "period"], kind="stable")
    # Each year has four rows, in order: make them one row of four columns.
    sources = complete["source"].to_numpy(object).reshape(-1, 4)
    years = complete.iloc[3::4].assign(
        period=complete["year"].iloc[3::4],
        value=complete["value"].to_numpy(float).reshape(-1, 4).sum(axis=1),
        status=worst(*(complete["status"].iloc[quarter::4] for quarter in range(4))),
        source=sources[:, 0] + " + " + sources[:, 1] + " + " + sources[:, 2] + " + " + sources[:, 3],
        summed=True,
        note="Sum of the four quarters: no year was printed.",
        release="",
    )
    printed = pd.MultiIndex.from_frame(figures[["series", *PLACE]])
    new = years[~pd.MultiIndex.from_frame(years[["series", *PLACE]]).isin(printed)]
    return pd.concat([figures, new[figures.columns]], ignore_index=True) if not new.empty else figures


def worst(*statuses: pd.Series) -> np.ndarray:
    """Return the worst of several statuses, row by row."""
    rank = {status: number for number, status in enumerate(_WORSE)}
    ranks = np.array([status.map(rank).to_numpy(int) for status in statuses])
    return np.array(_WORSE, dtype=object)[ranks.max(axis=0)]


def _terms(references: Iterable[str]) -> pd.DataFrame:
    rows = [
        (reference, number, len(terms), term.series, term.category, term.sign)
        for reference, terms in ((each, catalogue.terms(each)) for each in dict.fromkeys(references))
        for number, term in enumerate(terms)
    ]
    return pd.DataFrame(rows, columns=["reference", "number", "count", "series", "term_category", "sign"])


def _sums(matches: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the sums of references with several terms, those with fewer terms first."""
    sums = []
    running = matches[matches["number"] == 0]
    for number in range(1, int(matches["count"].max()) if len(matches) else 0):
        next_term = matches.loc[matches["number"] == number, [*_KEY, "value", "status", "source", "summed"]]
        pair = running.merge(next_term, on=_KEY, suffixes=("", "_more"))
        running = pair.assign(
            value=pair["value"] + pair["value_more"],
            status=pd.Series(worst(pair["status"], pair["status_more"]), pair.index).replace(IMPLIED, "not_available"),
            **dict.fromkeys(RANGE, np.nan),
            source=pair["source"] + " + " + pair["source_more"],
            summed=pair["summed"] | pair["summed_more"],
        )[running.columns]
        is_complete = running["count"] == number + 1
        sums.append(running[is_complete])
        running = running[~is_complete]
    return sums
