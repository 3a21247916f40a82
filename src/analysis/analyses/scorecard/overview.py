"""The dashboard: for each domain and area how many indicators got worse, better or neither, and one series to draw."""

from __future__ import annotations

import pandas as pd

from analysis import catalogue
from analysis.catalogue import periods, tables

_POINTS = 12
# {count of the dashboard: results of the card that it counts}; a target that is met or nearly so gives no cause to act.
RESULTS = {
    "resolve": ("resolve",),
    "missed": ("missed",),
    "explain": ("explain",),
    "watch": ("watch",),
    "usual": ("usual", "met", "near"),
    "not_judged": ("not judged",),
}


def dashboard(card: pd.DataFrame, measures: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return one row for each domain and area on the card: domain, area, the counts of its judgements, and a series.

    `resolve`, `missed`, `explain`, `watch`, `usual` and `not_judged` count the rows of the card by their result (`rag`);
    `indicator` is the domain's headline in `domains.csv`, `points` its latest figures as (period, value): years where there are
    three, or quarters.

    >>> from analysis.analyses import scorecard
    >>> from analysis.scope import scope
    >>> here = scope(period="2012-13-Q4", areas=["Leicestershire"])
    >>> rows = dashboard(scorecard.card(here, "report"), here.measures, here.period)
    >>> rows.loc[:0, ["domain", "resolve", "explain"]].values.tolist()
    [['children', 1, 0]]
    """
    domain = card["indicator"].map(catalogue.indicators()["domain"])
    counted = card.assign(domain=domain, **{count: card["result"].isin(results) for count, results in RESULTS.items()})
    counts = counted.groupby(["domain", "area"], sort=False)[list(RESULTS)].sum().reset_index()
    headline = dict(zip(tables.read("domains")["id"], tables.read("domains")["headline"], strict=True))
    counts["indicator"] = counts["domain"].map(headline)
    counts["points"] = [_points(measures, row.indicator, row.area, period) for row in counts.itertuples(index=False)]
    order = {name: number for number, name in enumerate(catalogue.domains())}
    return counts.sort_values("domain", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def _points(measures: pd.DataFrame, indicator: str, area: str, period: str) -> list[tuple[str, float]]:
    rows_of_series = measures[
        (measures["indicator"] == indicator)
        & (measures["area"] == area)
        & (measures["category"] == catalogue.TOTAL)
        & measures["value"].notna()
        & (measures["period"].map(periods.end) <= periods.year_end(period))
    ]
    quarterly = rows_of_series["period"].map(periods.kind) == "quarter"
    years = rows_of_series[~quarterly]
    rows = years if len(years) >= 3 else rows_of_series[quarterly]
    ordered = sorted(zip(rows["period"], rows["value"], strict=True), key=lambda point: periods.order(point[0]))
    return ordered[-_POINTS:]
