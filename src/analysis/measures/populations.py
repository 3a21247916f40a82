"""The population that a rate is based on: which estimate or census goes with which year or date, by indicator and area."""

from __future__ import annotations

import pandas as pd

from analysis.catalogue import periods


def join_nearest(numerator: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """Return each numerator joined to the base of its area with the nearest date: a census serves the years around it."""
    dated_numerators, dated_bases = (
        frame.assign(at=pd.to_datetime(frame["period"].map(periods.end)).astype("datetime64[s]")).sort_values("at", kind="stable")
        for frame in (numerator, base)
    )
    dated_bases = dated_bases.rename(columns={"period": "denominator_period"})
    joined = pd.merge_asof(dated_numerators, dated_bases, on="at", by=["indicator", "area"], direction="nearest")
    return joined.dropna(subset=["base_source"]).drop(columns="at")


def join_mid_year(numerator: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """Return each numerator joined to the mid-year estimate before it: 2012-13 and 31 March 2013 to 30 June 2012.

    Official rates of children's social care have this base. A year without its own estimate has no rate.
    """
    mid_year = numerator["period"].map(periods.mid_year)
    joined = numerator.assign(denominator_period=mid_year)
    return joined.merge(base.rename(columns={"period": "denominator_period"}), on=["indicator", "area", "denominator_period"])
