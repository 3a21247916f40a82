"""Series in order of time: which figures a report on trends shows, by quarter, by year, by breakdown, or in a table only."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import PAIR_COLUMNS, judge
from analysis.catalogue import periods

QUARTERS_SHOWN = 12
YEARS_SHOWN = 12
POINTS_OF_A_SLOPE = 5
POINTS_OF_A_TREND = 3  # two points are a change, and the year-on-year report judges it
_PLACE = ["indicator", "area", "category"]


def by_quarter(measures: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the quarters up to `period`, at most twelve, and the years that they belong to, in order of time.

    Measures as they are, one row a quarter or year. Series that were never given by quarter, and breakdowns by category, are
    left out.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire"])
    >>> by_quarter(here.measures, here.period).loc[:1, ["indicator", "period", "value"]].values.tolist()
    [['contacts', '2012-13-Q1', 3819.0], ['contacts', '2012-13-Q2', 3827.0]]
    """
    quarters = measures[measures["period"].map(periods.kind) == "quarter"]
    upto = quarters[quarters["period"].map(periods.end) <= periods.end(period)]
    latest = sorted(upto["period"].unique(), key=periods.order)[-QUARTERS_SHOWN:]
    shown = upto[upto["period"].isin(latest) & (upto["category"] == catalogue.TOTAL)]
    years = measures["period"].isin({periods.year_of(each) for each in latest}) & measures["indicator"].isin(shown["indicator"])
    return _in_order(pd.concat([shown, measures[years & (measures["category"] == catalogue.TOTAL)]]))


def by_year(measures: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the years and the 31 Marches up to the one of `period`, at most twelve, of series with three figures or more.

    A year whose figure is withheld or missing keeps its row and its status: a withheld figure must not read as one never given.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2023-24", areas=["Rutland"])
    >>> by_year(here.official_measures, here.official_year).loc[:1, ["indicator", "period"]].values.tolist()
    [['plans_repeat_pct', '2012-13'], ['plans_repeat_pct', '2013-14']]
    """
    spans = measures[measures["period"].map(periods.kind) != "quarter"]
    upto = spans[spans["period"].map(periods.end) <= periods.year_end(period)]
    upto = upto[upto["category"] == catalogue.TOTAL]
    year = upto["period"].map(periods.year_of)
    latest = sorted(year[upto["value"].notna()].unique())[-YEARS_SHOWN:]
    rows = upto[year.between(latest[0], latest[-1])] if latest else upto.iloc[:0]
    points = rows["period"].where(rows["value"].notna()).groupby([rows[column] for column in _PLACE]).transform("nunique")
    return _in_order(rows[points >= POINTS_OF_A_TREND])


def last_against_first(measures: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return judged pairs: the last year of each series of three or four years against its first (see `findings.judge`).

    It is one comparison of two points, chosen before looking at those between. Longer series have a slope (`slopes`).

    >>> from analysis.scope import scope
    >>> here = scope(domain="adults", period="2012-13", areas=["Leicestershire"])
    >>> rows = last_against_first(here.measures, here.period)
    >>> rows[["indicator", "reference_period", "reference", "period", "verdict"]].values.tolist()
    [['adult_substantiated_pct', '2010-11', 51.0, '2012-13', 'chance']]
    """
    years = by_year(measures, period)
    years = years[years["value"].notna()]
    # A rate over one census's population changes exactly as its numerator does: it would be the same comparison twice.
    years = years[years["indicator"].map(catalogue.indicators()["kind"]) != "rate"]
    points = years.groupby(_PLACE)["period"].transform("nunique")
    years = years[points < POINTS_OF_A_SLOPE]
    columns = ["period", "value", "numerator", "denominator", "england_numerator", "england_denominator"]
    grouped = years.groupby(_PLACE, sort=False)
    # skipna=False takes whole rows: the first base that isn't blank would belong to another year than the first value.
    first = grouped[columns].first(skipna=False)
    last = grouped[[*columns, "repeat_share", "other_values"]].last(skipna=False)
    renamed = first.rename(columns={"value": "reference"} | {c: f"reference_{c}" for c in columns if c != "value"})
    return judge(last.join(renamed).reset_index().reindex(columns=list(PAIR_COLUMNS)))


def profile(measures: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the breakdowns (who, what, where) in the financial year of `period` or on 31 March at its end.

    Where a breakdown is there as shares, its counts are left out: they stand beside the shares as their numerators.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire"])
    >>> profile(here.measures, here.period).loc[:0, ["indicator", "category", "value"]].round(1).values.tolist()
    [['plans_in_force_ethnicity_pct', 'minority_ethnic', 14.0]]
    """
    spans = [periods.year_of(period), periods.year_end(period)]
    indicators = catalogue.indicators()
    shares = set(indicators.loc[indicators["denominator"] != "", "numerator"])
    counted_again = indicators.index[(indicators["denominator"] == "") & indicators["numerator"].isin(shares)]
    rows = measures[measures["period"].isin(spans) & (measures["category"] != catalogue.TOTAL)]
    return _in_order(rows[~rows["indicator"].isin(counted_again)])


def of_year(measures: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the totals and breakdowns of the financial year of `period` or of 31 March at its end, in order.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire"])
    >>> of_year(here.measures, here.period).loc[:0, ["indicator", "category", "value"]].values.tolist()
    [['contacts', 'all', 14741.0]]
    """
    return _in_order(measures[measures["period"].isin((periods.year_of(period), periods.year_end(period)))])


def parts_by_quarter(measures: pd.DataFrame, period: str, indicators: Sequence[str]) -> pd.DataFrame:
    """Return the breakdowns of these indicators by quarter, the latest twelve quarters up to `period`, in order of time.

    >>> from analysis.scope import scope
    >>> here = scope(domain="adults", period="2012-13-Q4", areas=["Leicestershire"])
    >>> rows = parts_by_quarter(here.measures, here.period, ["adult_referrals_age"])
    >>> rows.loc[:0, ["category", "period", "value"]].values.tolist()
    [['18_64', '2012-13-Q1', 106.0]]
    """
    rows = measures[
        measures["indicator"].isin(indicators)
        & (measures["category"] != catalogue.TOTAL)
        & (measures["period"].map(periods.kind) == "quarter")
        & (measures["period"].map(periods.end) <= periods.end(period))
    ]
    latest = sorted(rows["period"].unique(), key=periods.order)[-QUARTERS_SHOWN:]
    return _in_order(rows[rows["period"].isin(latest)])


def too_few(measures: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the totals up to `period` that have too few points for a chart over time: figures all the same.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire"])
    >>> too_few(here.measures, here.period).loc[:1, ["indicator", "period", "value"]].values.tolist()
    [['conference_children', '2011-12', 804.0], ['conference_children', '2012-13', 662.0]]
    """
    spans = measures[(measures["period"].map(periods.kind) != "quarter") & (measures["category"] == catalogue.TOTAL)]
    upto = spans[spans["period"].map(periods.end) <= periods.year_end(period)]
    points = upto.groupby(_PLACE)["period"].transform("nunique")
    quarterly = measures.loc[measures["period"].map(periods.kind) == "quarter", "indicator"].unique()
    return _in_order(upto[(points < POINTS_OF_A_TREND) & ~upto["indicator"].isin(quarterly)])


def _in_order(measures: pd.DataFrame) -> pd.DataFrame:
    position = {name: number for number, name in enumerate(catalogue.indicators().index)}
    categories = {name: number for number, name in enumerate(catalogue.categories())}
    keys = measures.assign(
        _indicator=measures["indicator"].map(position),
        _area=pd.factorize(measures["area"])[0],  # in the order in which they were asked for
        _category=measures["category"].map(categories),
        _period=measures["period"].map(periods.order),
    ).sort_values(["_indicator", "_area", "_category", "_period"], kind="stable")
    return keys.drop(columns=["_indicator", "_area", "_category", "_period"]).reset_index(drop=True)
