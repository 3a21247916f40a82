"""Complete series of years: continued across a reorganisation that kept the boundary, and with a row for each missing year."""

from __future__ import annotations

import pandas as pd

from analysis.catalogue import areas, periods


def joined_across_reorganisations(measures: pd.DataFrame) -> pd.DataFrame:
    """Return the measures, with a predecessor's repeated under its successor's code where the boundary is the same.

    `area_continued.csv` lists these areas. If the successor has a figure of its own for the period, that figure is used.
    """
    successor_of = {areas.continues(code): code for code in measures["area"].unique() if areas.continues(code)}
    predecessors = measures[measures["area"].isin(successor_of)]
    if predecessors.empty:
        return measures
    all_measures = pd.concat([measures, predecessors.assign(area=predecessors["area"].map(successor_of))], ignore_index=True)
    return all_measures.drop_duplicates(["indicator", "area", "period", "category"], ignore_index=True)


def with_gaps(measures: pd.DataFrame) -> pd.DataFrame:
    """Return the measures, with a row without a value for every year missing between the first and the last of a series.

    Without such rows a chart would join points that are years apart as if they were neighbours.
    """
    series = ["indicator", "area", "category"]
    with_year = measures.assign(year=measures["period"].map(periods.year_end).str[:4].astype(int))
    span = with_year.groupby(series, sort=False)["year"].agg(["min", "max", "count"]).reset_index()
    incomplete = span[span["max"] - span["min"] + 1 > span["count"]]
    if incomplete.empty:
        return measures
    all_years = incomplete.assign(
        year=[list(range(low, high + 1)) for low, high in zip(incomplete["min"], incomplete["max"], strict=True)]
    )
    all_years = all_years.explode("year")[[*series, "year"]]
    missing = all_years.merge(with_year[[*series, "year"]], on=[*series, "year"], how="left", indicator=True).query(
        "_merge == 'left_only'"
    )
    dated = missing.merge(with_year.drop_duplicates(series)[[*series, "period"]], on=series)
    is_date = dated["period"].str.len() == len("2013-03-31")
    year = dated["year"].astype(int)
    financial = (year - 1).astype(str) + "-" + (year % 100).astype(str).str.zfill(2)
    blank = {
        "status": "not_available",
        "origin": "",
        "source": "",
        "denominator_period": "",
        "other_values": "",
        "note": "Not in the files held.",
    }
    rows = dated[series].assign(period=financial.where(~is_date, year.astype(str) + "-03-31"), **blank)
    return pd.concat([measures, rows.reindex(columns=measures.columns).astype(measures.dtypes)], ignore_index=True)
