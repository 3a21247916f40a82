"""Reconcile: what several sources say of one figure, and how the arithmetic of the printed tables came out."""

from __future__ import annotations

import pandas as pd

from analysis import catalogue
from analysis.catalogue import periods
from analysis.clean import RULES
from analysis.measures import disagreements
from analysis.store import FIGURE

__all__ = ["differences", "disagreements", "summary"]

_FIGURE = list(FIGURE)
_OUTCOMES = ("agrees", "agrees_at_rounding", "differs")


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
    [['percentage', 'initial_assessments_printed_pct', '2012-13-Q2', 31.7, 53.271028037383175]]
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


def __dir__() -> list[str]:
    return __all__
