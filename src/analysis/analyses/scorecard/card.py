"""The card: one row for each indicator of the framework and area, held against a year before, its target and its peers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.analyses import trend
from analysis.analyses.findings import PAIR_COLUMNS, judge
from analysis.analyses.scorecard import family
from analysis.analyses.scorecard.confidence import confidence
from analysis.analyses.scorecard.rag import rag
from analysis.analyses.scorecard.standing import compared
from analysis.catalogue import periods
from analysis.scope import Scope

_KEY = ["indicator", "category"]
_PLACE = family.PLACE


def card(scope: Scope, comparators: str) -> pd.DataFrame:
    """Return one row for each entry of `scorecard.csv` and each area that has a figure, in the order of the framework.

    The columns are those of `findings.judge`, and besides: `framework` (category of the performance framework), `latest`,
    `latest_period`, `latest_status`, `reference_status`, `lower_limit` and `upper_limit` of the latest figure, `compared_*`
    (the place among statistical neighbours by official statistics of the year where there are any, else in the set
    `comparators`), the columns of `rag.rag`, `control` (the icon of the control chart in a word, empty below thirteen
    quarters), and those of `confidence`. The comparison is that of the same quarter a year before where both quarters are
    held, else of the year or of 31 March. `stands` says of an unusual row whether it stands out among all judged rows of its
    area (`family.stands`).

    >>> from analysis.scope import scope
    >>> rows = card(scope(period="2012-13-Q4", areas=["Leicestershire"]), "report")
    >>> rows.loc[:0, ["indicator", "latest_period", "latest", "checked", "doubt"]].values.tolist()
    [['contacts', '2012-13', 14741.0, 1, '']]
    """
    listed, measures, period = family.listed(), scope.over_time, scope.period
    listed_measures = measures.merge(listed[_KEY], on=_KEY)
    pairs = family.pairs(measures, period)
    rows = _latest(listed_measures, period, pairs).merge(pairs, how="left", on=_PLACE)
    rows = _with_status_before(rows, listed_measures)
    judged = judge(_with_pairs(rows)).merge(rows.drop(columns=[c for c in PAIR_COLUMNS if c not in _PLACE]), on=_PLACE)
    judged = judged.assign(stands=family.stands(judged)).merge(listed.drop(columns="compared_by"), on=_KEY)
    for part in (compared(judged, scope, comparators), _control(measures, period)):
        judged = judged.merge(part, how="left", on=["indicator", "area"])
    judged["control"] = judged["control"].fillna("")
    judged = judged.merge(confidence(judged, scope.store.checks), on=_PLACE)
    order = judged.assign(_area=judged["area"].map({code: n for n, code in enumerate(scope.areas)}))
    by = ["framework", "position", "_area"]
    return rag(order.sort_values(by, kind="stable").drop(columns="_area").reset_index(drop=True))


def absent(card: pd.DataFrame) -> pd.DataFrame:
    """Return the entries of `scorecard.csv` for which the card has no row at all: framework, indicator, category.

    >>> from analysis.scope import scope
    >>> here = scope(period="2012-13-Q4", areas=["Leicestershire"])
    >>> absent(card(here, "report")).loc[:0, ["framework", "indicator"]].values.tolist()
    [['1', 'referrals_domestic_abuse_pct']]
    """
    listed = family.listed()
    on_card = pd.MultiIndex.from_frame(card[_KEY])
    return listed.loc[~pd.MultiIndex.from_frame(listed[_KEY]).isin(on_card), ["framework", *_KEY]].reset_index(drop=True)


def _latest(measures: pd.DataFrame, period: str, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the figure held against the year before; where none is, that of the year or of 31 March, else of the quarter."""
    rank = {periods.year_of(period): 1, periods.year_end(period): 1, period: 2}
    rows = measures[measures["period"].isin(rank) & measures["value"].notna()]
    in_pair = pd.MultiIndex.from_frame(rows[[*_PLACE, "period"]]).isin(pd.MultiIndex.from_frame(pairs[[*_PLACE, "period"]]))
    ordered = rows.assign(_rank=rows["period"].map(rank).where(~in_pair, 0)).sort_values("_rank", kind="stable")
    column_names = {"value": "latest", "period": "latest_period", "status": "latest_status"}
    column_names |= {
        "other_values": "other_latest",
        "lower": "lower_limit",
        "upper": "upper_limit",
        "numerator": "latest_numerator",
        "denominator": "latest_denominator",
    }
    return ordered.drop_duplicates(_PLACE)[[*_PLACE, *column_names, "origin", "source"]].rename(columns=column_names)


def _with_status_before(rows: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with `reference_status`: whether a reference without a figure is withheld, implied or was never given."""
    before = rows["reference_period"].where(rows["reference_period"].notna(), rows["latest_period"].map(periods.year_before))
    column_names = {"period": "_before", "status": "reference_status"}
    result = rows.assign(_before=before).merge(
        measures[[*_PLACE, *column_names]].rename(columns=column_names), how="left", on=[*_PLACE, "_before"]
    )
    return result.drop(columns="_before").fillna({"reference_status": "not_available"})


def _with_pairs(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a pair for every row: where there is none to compare with, the latest figure and no reference."""
    unpaired = rows["period"].isna()
    before = rows["latest_period"].map(periods.year_before)
    return rows.assign(
        period=rows["period"].where(~unpaired, rows["latest_period"]),
        value=rows["value"].where(~unpaired, rows["latest"]),
        reference_period=rows["reference_period"].where(~unpaired, before),
    )[list(PAIR_COLUMNS)]


def _control(measures: pd.DataFrame, period: str) -> pd.DataFrame:
    charts = trend.control(measures, period)
    last = charts.groupby(["indicator", "area"], sort=False).last().reset_index()
    return last.assign(control=last["icon"].where(last["icon"] != "", np.nan))[["indicator", "area", "control"]]
