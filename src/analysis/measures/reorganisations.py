"""Series of years in one piece: across a reorganisation where the ground is the very same, and with their gaps as rows."""

from __future__ import annotations

import pandas as pd

from analysis.catalogue import areas, periods


def joined_across_reorganisations(measures: pd.DataFrame) -> pd.DataFrame:
    """Return the measures with those of a predecessor on the same ground under its successor's code too (`area_continued.csv`).

    Where the publisher has given the successor a figure of its own for the period, that one stands.
    """
    continued = {areas.continues(code): code for code in measures["area"].unique() if areas.continues(code)}
    earlier = measures[measures["area"].isin(continued)]
    if earlier.empty:
        return measures
    both = pd.concat([measures, earlier.assign(area=earlier["area"].map(continued))], ignore_index=True)
    return both.drop_duplicates(["indicator", "area", "period", "category"], ignore_index=True)


def with_gaps(measures: pd.DataFrame) -> pd.DataFrame:
    """Return the measures with a row without a value for every year that is missing between the first and the last of a series.

    A year that nobody has published is time all the same: a chart that left it out would join what lies years apart.
    """
    place = ["indicator", "area", "category"]
    ends = measures.assign(year=measures["period"].map(periods.year_end).str[:4].astype(int))
    span = ends.groupby(place, sort=False)["year"].agg(["min", "max", "count"]).reset_index()
    short = span[span["max"] - span["min"] + 1 > span["count"]]
    if short.empty:
        return measures
    every = short.assign(year=[list(range(low, high + 1)) for low, high in zip(short["min"], short["max"], strict=True)])
    every = every.explode("year")[[*place, "year"]]
    missing = every.merge(ends[[*place, "year"]], on=[*place, "year"], how="left", indicator=True).query("_merge == 'left_only'")
    dated = missing.merge(ends.drop_duplicates(place)[[*place, "period"]], on=place)
    at_a_date = dated["period"].str.len() == len("2013-03-31")
    year = dated["year"].astype(int)
    financial = (year - 1).astype(str) + "-" + (year % 100).astype(str).str.zfill(2)
    blank = {"status": "not_available", "origin": "", "source": "", "denominator_period": "", "note": "Not in the files held."}
    rows = dated[place].assign(period=financial.where(~at_a_date, year.astype(str) + "-03-31"), **blank)
    return pd.concat([measures, rows.reindex(columns=measures.columns).astype(measures.dtypes)], ignore_index=True)
