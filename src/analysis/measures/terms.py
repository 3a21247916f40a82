"""What a reference of an indicator is: the sum of its terms wherever all of them have a figure, for many references at once.

One table holds the figures of every reference: a catalogue has hundreds, each of a few rows, and what counts is how often a table
is touched, not how long it is.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis import catalogue

PLACE = ["area", "period", "category"]
# What is made of several figures is as doubtful as the most doubtful of them, and missing as the least known of them.
_WORSE = ("final", "revised", "provisional", "not_applicable", "not_available", "suppressed")
_FIGURE = [*PLACE, "value", "status", "source", "note", "summed"]
_KEY = ["reference", *PLACE]


def evaluated(figures: pd.DataFrame, references: Iterable[str]) -> pd.DataFrame:
    """Return one row for each reference, area, period and category for which every term of the reference has a row in `figures`.

    Columns: reference, area, period, category, value, status, source, note (the first term's), summed. A term without a value
    makes the sum one without a value: missing is not zero. Of several statuses the sum has the worst.
    """
    terms = _terms(references)
    found = figures.rename(columns={"category": "part"}).merge(terms, on="series")
    each = found["term_category"] == catalogue.SAME_CATEGORY
    found = found[np.where(each, found["part"] != catalogue.TOTAL, found["part"] == found["term_category"])]
    each = found["term_category"] == catalogue.SAME_CATEGORY
    found = found.assign(
        category=found["part"].where(each, catalogue.TOTAL),
        value=found["value"].where(each, found["sign"] * found["value"]),
    )
    alone = found["count"] == 1
    parts = [found[alone], *_added(found[~alone])]
    return pd.concat([part[["reference", *_FIGURE]] for part in parts], ignore_index=True)


def with_years(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figures with a year added wherever four quarters of a flow have a value and no year was printed."""
    figures = figures.assign(summed=False)
    flows = catalogue.series().query("kind == 'flow' and unit != 'percent'").index
    quarters = figures[figures["period"].str.contains("-Q") & figures["series"].isin(flows)]
    if quarters.empty:
        return figures
    given = quarters.assign(year=quarters["period"].str[:7], has=quarters["value"].notna())
    place = ["series", "area", "category", "year"]
    whole = given[given.groupby(place)["has"].transform("sum") == 4].sort_values([*place, "period"], kind="stable")
    # Four rows a year now, in order: one row of four columns each.
    sources = whole["source"].to_numpy(object).reshape(-1, 4)
    years = whole.iloc[3::4].assign(
        period=whole["year"].iloc[3::4],
        value=whole["value"].to_numpy(float).reshape(-1, 4).sum(axis=1),
        status=worst(*(whole["status"].iloc[quarter::4] for quarter in range(4))),
        source=sources[:, 0] + " + " + sources[:, 1] + " + " + sources[:, 2] + " + " + sources[:, 3],
        summed=True,
        note="Sum of the four quarters: no year was printed.",
        release="",
    )
    printed = pd.MultiIndex.from_frame(figures[["series", *PLACE]])
    new = years[~pd.MultiIndex.from_frame(years[["series", *PLACE]]).isin(printed)]
    return pd.concat([figures, new[figures.columns]], ignore_index=True) if not new.empty else figures


def worst(*statuses: pd.Series) -> np.ndarray:
    """Return row by row the worst of several statuses."""
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


def _added(found: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the sums of references of several terms, those of fewer terms first."""
    sums = []
    held = found[found["number"] == 0]
    for number in range(1, int(found["count"].max()) if len(found) else 0):
        other = found.loc[found["number"] == number, [*_KEY, "value", "status", "source", "summed"]]
        both = held.merge(other, on=_KEY, suffixes=("", "_more"))
        held = both.assign(
            value=both["value"] + both["value_more"],
            status=worst(both["status"], both["status_more"]),
            source=both["source"] + " + " + both["source_more"],
            summed=both["summed"] | both["summed_more"],
        )[held.columns]
        whole = held["count"] == number + 1
        sums.append(held[whole])
        held = held[~whole]
    return sums
