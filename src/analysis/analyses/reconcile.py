"""Reconcile: what several sources say of one figure, and how the arithmetic of the printed tables came out."""

from __future__ import annotations

import pandas as pd

from analysis import catalogue
from analysis.catalogue import periods
from analysis.clean import RULES
from analysis.measures import current
from analysis.statistics import round_half_up
from analysis.store import FIGURE, WITH_VALUE, latest_versions

__all__ = ["differences", "disagreements", "summary"]

_FIGURE = list(FIGURE)
_OUTCOMES = ("agrees", "agrees_at_rounding", "differs")


def disagreements(observations: pd.DataFrame) -> pd.DataFrame:
    """Return each figure that is printed with two values: the one used and the other, with their cells and difference.

    Columns: series, area, period, category, used, used_source, other, other_source, difference. Two prints agree when the
    finer, rounded half up, gives the coarser. Values that agree are not listed.

    >>> from analysis.scope import scope
    >>> rows = disagreements(scope(period="2012-13").store.observations)
    >>> rows.loc[:0, ["series", "period", "used", "other", "difference"]].values.tolist()
    [['adult_completed', '2012-13', 98.0, 59.0, -39.0]]
    """
    observations = latest_versions(observations)  # a later version of a return restates it: that's no disagreement
    printed = observations[observations["status"].isin(WITH_VALUE)]
    used = current(printed)[[*_FIGURE, "value", "source"]].rename(columns={"value": "used", "source": "used_source"})
    prints = printed[[*_FIGURE, "value", "source"]].merge(used, on=_FIGURE)
    prints = prints.rename(columns={"value": "other", "source": "other_source"})
    decimals = prints[["used", "other"]].map(_decimals).min(axis=1)
    agree = [
        round_half_up(used, places) == round_half_up(other, places)
        for used, other, places in zip(prints["used"], prints["other"], decimals, strict=True)
    ]
    differing = prints[~pd.Series(agree, index=prints.index, dtype=bool)]
    differing = differing.assign(difference=differing["other"] - differing["used"])
    columns = [*_FIGURE, "used", "used_source", "other", "other_source", "difference"]
    return differing[columns].sort_values([*_FIGURE, "other_source"], ignore_index=True)


def summary(checks: pd.DataFrame) -> pd.DataFrame:
    """Return one row a rule: rule, words, checked, agrees, agrees_at_rounding, differs.

    >>> from analysis.scope import scope
    >>> summary(scope(period="2012-13").store.checks).loc[:0, ["rule", "checked", "agrees", "differs"]].values.tolist()
    [['quarters_to_year', 119, 78, 41]]
    """
    counts = checks.groupby(["check", "outcome"]).size().unstack(fill_value=0).reindex(columns=_OUTCOMES, fill_value=0)
    counts = counts.reindex(list(RULES), fill_value=0)
    table = counts.reset_index().rename(columns={"check": "rule"})
    table.insert(1, "words", table["rule"].map(RULES))
    table.insert(2, "checked", counts.sum(axis=1).to_numpy())
    return table


def differences(checks: pd.DataFrame, domain: str | None = None) -> pd.DataFrame:
    """Return the checks that differ, of one domain or all, totals before breakdowns, then the largest relative difference.

    >>> from analysis.scope import scope
    >>> rows = differences(scope(period="2012-13").store.checks, "children")
    >>> rows.loc[:0, ["check", "series", "period", "printed", "computed"]].values.tolist()
    [['percentage', 'core_assessments_35_days_printed_pct', '2012-13-Q1', 100.0, 1300.0]]
    """
    # Where the figures are protected only the outcome is known: it counts in `summary`, and there is nothing to list.
    differing = checks[(checks["outcome"] == "differs") & checks["printed"].notna()]
    if domain is not None:
        differing = differing[differing["series"].map(catalogue.series()["domain"]) == domain]
    size = (differing["difference"] / differing["printed"].where(differing["printed"] != 0, 1)).abs()
    order = differing.assign(
        _whole=differing["category"] != catalogue.TOTAL, _size=size, _end=differing["period"].map(periods.end)
    )
    by = ["_whole", "_size", "series", "area", "_end"]
    ordered = order.sort_values(by, ascending=[True, False, True, True, True])
    # One statement made in several passages fails in each of them: it is shown once, at the first.
    ordered = ordered.drop_duplicates(["check", *_FIGURE, "printed"])
    return ordered.drop(columns=["_whole", "_size", "_end"]).reset_index(drop=True)


def _decimals(value: float) -> int:
    return len(f"{value:.6f}".rstrip("0").partition(".")[2])


def __dir__() -> list[str]:
    return __all__
