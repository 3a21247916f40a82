"""Each series of years from one source: no line and no comparison runs from one return into another."""

from __future__ import annotations

import pandas as pd

from analysis import catalogue
from analysis.catalogue import periods
from analysis.measures.reorganisations import with_gaps

_SERIES = ["indicator", "area", "category"]


def one_source_each(measures: pd.DataFrame, official: pd.DataFrame, year: str) -> pd.DataFrame:
    """Return the measures with every series of years, or of dates, from one source.

    A series is that of official statistics (`official`) where these give more years than reports and returns do, or alone give a
    figure for the financial year `year`; else it is that of reports and returns. Figures of quarters stay as they are, which
    official statistics don't give. A year that lies between two of an official series and has no figure gets a row.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2013-14", areas=["Rutland"])
    >>> rows = one_source_each(here.measures, here.official[here.official["area"].isin(here.areas)], here.year)
    >>> referrals = rows[(rows["indicator"] == "referrals") & rows["period"].isin(["2012-13", "2013-14"])]
    >>> referrals["value"].tolist()  # the annual report has 378 for the first of these years
    [372.0, 241.0]
    """
    is_population = measures["indicator"].map(catalogue.indicators()["domain"]) == "census"
    own = measures[~_is_official(measures) | is_population]
    official = with_gaps(official)
    all_years, of_year = (
        pd.DataFrame({"own": _years(own, only), "official": _years(official, only)}).fillna(0) for only in ("", year)
    )
    better = all_years.index[all_years["official"] > all_years["own"]].union(of_year.index[of_year["official"] > of_year["own"]])
    is_replaced = _is_among(own, better) & (own["period"].map(periods.kind) != "quarter")
    parts = [part for part in (own[~is_replaced], official[_is_among(official, better)]) if not part.empty]
    return pd.concat(parts, ignore_index=True) if parts else own


def _is_official(measures: pd.DataFrame) -> pd.Series:
    """Return a mask: whether a figure, or the upper part of its fraction, is of official statistics."""
    return catalogue.is_official(measures["source"].str.replace(r"/[^/#]*(#.*)?$", "", regex=True))


def _years(measures: pd.DataFrame, year: str) -> pd.Series:
    """Return how many years or dates each series has a figure of; of one year, where it is named."""
    rows = measures[measures["value"].notna() & (measures["period"].map(periods.kind) != "quarter")]
    rows = rows[rows["period"].map(periods.year_of) == year] if year else rows
    return rows.groupby(_SERIES)["period"].nunique()


def _is_among(measures: pd.DataFrame, series: pd.MultiIndex) -> pd.Series:
    return pd.Series(pd.MultiIndex.from_frame(measures[_SERIES]).isin(series), measures.index)
