"""The population that a rate stands on: which vintage belongs to which year or date. One base or many, by indicator and area."""

from __future__ import annotations

import pandas as pd

from analysis.catalogue import periods


def join_nearest(numerator: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """Join each numerator to the base of its area whose date is nearest: a census serves the years around it."""
    left, right = (
        side.assign(at=pd.to_datetime(side["period"].map(periods.end)).astype("datetime64[s]")).sort_values("at", kind="stable")
        for side in (numerator, base)
    )
    right = right.rename(columns={"period": "denominator_period"})
    joined = pd.merge_asof(left, right, on="at", by=["indicator", "area"], direction="nearest")
    return joined.dropna(subset=["base_source"]).drop(columns="at")


def join_mid_year(numerator: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """Join each numerator to the mid-year estimate before it: 2012-13 and 31 March 2013 to 30 June 2012.

    Official rates of children's social care have this base. A year without its estimate has no rate: another year's is not used.
    """
    mid_year = numerator["period"].map(periods.mid_year)
    joined = numerator.assign(denominator_period=mid_year)
    return joined.merge(base.rename(columns={"period": "denominator_period"}), on=["indicator", "area", "denominator_period"])
