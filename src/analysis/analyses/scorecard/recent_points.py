"""The latest points of a series, as its path on the index draws them."""

from __future__ import annotations

import pandas as pd

from analysis import catalogue
from analysis.catalogue import periods

_MOST, _FEWEST = 12, 4


def latest_points(
    measures: pd.DataFrame, indicator: str, area: str, period: str, category: str = catalogue.TOTAL
) -> list[tuple[str, float]]:
    """Return the latest figures of a series up to the end of the year, as (period, value): years if there are four, or quarters.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13-Q4", areas=["Rutland"])
    >>> latest_points(here.measures, "contacts", "E06000017", "2012-13-Q4")[-1]
    ('2012-13-Q4', 152.0)
    """
    rows_of_series = measures[
        (measures["indicator"] == indicator)
        & (measures["area"] == area)
        & (measures["category"] == category)
        & measures["value"].notna()
        & (measures["period"].map(periods.end) <= periods.year_end(period))
    ]
    quarterly = rows_of_series["period"].map(periods.kind) == "quarter"
    years = rows_of_series[~quarterly]
    rows = years if len(years) >= _FEWEST else rows_of_series[quarterly]
    ordered = sorted(zip(rows["period"], rows["value"], strict=True), key=lambda point: periods.order(point[0]))
    return [(str(when), float(value)) for when, value in ordered[-_MOST:]]
