"""Restatements: figures that were first given with one value and later with another, and how much figures usually move.

A return that is sent again restates what an earlier version said. A year that was printed as revised restates the sum of its
quarters, which were printed first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalogue, measures
from analysis.catalogue import periods
from analysis.store import FIGURE, WITH_VALUE

__all__ = ["ANY", "ENOUGH", "FIGURES", "LEDGER", "MOVES", "NOT_SAID", "by_figure", "fresh", "ledger", "moves", "quarter_of"]

LEDGER = (
    "series", "area", "period", "category", "first", "restated", "change", "change_pct", "release", "when", "by", "why", "source",
)  # fmt: skip
FIGURES = (
    "series", "area", "period", "category", "first", "now", "status", "times", "change", "change_pct",
    "when", "by", "why", "source",
)  # fmt: skip
MOVES = ("series", "quarter", "figures", "restated", "median_pct", "largest_pct")
_FIGURE = list(FIGURE)
NOT_SAID = "No reason is given."
# Below this many figures nothing is said of how much they usually move.
ENOUGH = 3
ANY = "any"


def ledger(observations: pd.DataFrame, checks: pd.DataFrame, origins: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Return one row for each restatement, in LEDGER, oldest period first, totals before breakdowns.

    `first` is the value before and `restated` the value after, `change_pct` is of the value before (missing where that was 0);
    `release` is the one that restated, `when` its date, `by` its producer, `why` the reason that it gives.

    >>> from analysis.scope import scope
    >>> figures = scope(period="2012-13").store
    >>> entries = ledger(figures.observations, figures.checks, figures.origins)
    >>> entries.loc[:0, ["series", "period", "first", "restated", "change"]].values.tolist()
    [['adult_referrals', '2012-13', 1291.0, 1341.0, 50.0]]
    """
    frame = pd.concat([_printed(observations, checks), _returned(observations)], ignore_index=True)
    origin = frame["release"].map(lambda release: origins.get(release, {}))
    frame = frame.assign(
        change=frame["restated"] - frame["first"],
        change_pct=100 * (frame["restated"] / frame["first"].where(frame["first"] != 0) - 1),
        when=[entry.get("date", "") for entry in origin],
        by=[entry.get("producer", "") for entry in origin],
        why=[entry.get("reason", "") or NOT_SAID for entry in origin],
        _end=frame["period"].map(periods.order),
        _part=frame["category"] != catalogue.TOTAL,
    )
    # The versions of a return are in their order already: as text the tenth would stand before the second.
    ordered = frame.sort_values(["_end", "_part", "series", "area", "category"], kind="stable", ignore_index=True)
    return ordered[list(LEDGER)]


def by_figure(entries: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each figure of a ledger, in FIGURES: totals before breakdowns, the latest corrections first.

    `first` is what was first given and `now` the figure that stands (see `measures.current`), missing where its `status` is one
    without a value; `times` is how often it was corrected, and `when`, `by`, `why` and `source` are of the last time. A figure
    that was corrected back to its first value has a `change` of 0.

    >>> from analysis.scope import scope
    >>> figures = scope(period="2012-13").store
    >>> entries = ledger(figures.observations, figures.checks, figures.origins)
    >>> by_figure(entries, figures.observations).loc[:0, ["series", "first", "now", "times"]].values.tolist()
    [['adult_referrals', 1291.0, 1341.0, 1]]
    """
    steps = entries.groupby(_FIGURE, sort=False)
    last = entries.drop_duplicates(_FIGURE, keep="last")
    frame = last.assign(first=steps["first"].transform("first"), times=steps["first"].transform("size"))
    standing = measures.current(observations)[[*_FIGURE, "value", "status"]].rename(columns={"value": "now"})
    frame = frame.merge(standing, on=_FIGURE, how="left").fillna({"status": "not_available"})
    frame = frame.assign(
        change=frame["now"] - frame["first"],
        change_pct=100 * (frame["now"] / frame["first"].where(frame["first"] != 0) - 1),
        _part=frame["category"] != catalogue.TOTAL,
    )
    ordered = frame.sort_values(["_part", "when"], ascending=[True, False], kind="stable", ignore_index=True)
    return ordered[list(FIGURES)]


def moves(observations: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """Return how much figures usually move after they were first given, in MOVES.

    One row for each series and quarter of the year. `figures` is how many figures could have been restated: those of periods
    that a later one follows. `restated` is how many were. `median_pct` is the median movement of all of them (0 for a figure
    that stood), `largest_pct` the largest movement.
    `quarter` is Q1 to Q4, year, or any for all four quarters together. A series that was never restated has no row.

    >>> from analysis.scope import scope
    >>> figures = scope(period="2012-13").store
    >>> entries = ledger(figures.observations, figures.checks, figures.origins)
    >>> moves(figures.observations, entries).loc[:0, ["series", "quarter", "figures", "restated"]].values.tolist()
    [['adult_referrals', 'year', 2, 1]]
    """
    figures = observations[observations["status"].isin(WITH_VALUE)].drop_duplicates(_FIGURE)
    figures = figures[figures["series"].isin(entries["series"]) & (figures["category"] == catalogue.TOTAL)]
    if figures.empty:
        return pd.DataFrame(columns=list(MOVES))
    last = figures.groupby(["series", "area"])["period"].transform(lambda values: max(values, key=periods.order))
    could_be_restated = figures[(figures["period"] != last) | figures["period"].map(periods.kind).eq("year")]
    change_by_figure = entries.drop_duplicates(_FIGURE, keep="last").set_index(_FIGURE)["change_pct"]
    pct = pd.MultiIndex.from_frame(could_be_restated[_FIGURE]).map(change_by_figure.to_dict())
    rows = could_be_restated.assign(
        pct=np.nan_to_num(np.array(pct, dtype=float)), quarter=could_be_restated["period"].map(quarter_of)
    )
    any_quarter = rows.assign(quarter=ANY)[rows["quarter"].str.startswith("Q")]
    grouped = pd.concat([rows, any_quarter]).groupby(["series", "quarter"], sort=False)["pct"]
    table = grouped.agg(
        figures="size",
        restated=lambda values: int((values != 0).sum()),
        median_pct="median",
        largest_pct=lambda values: values.loc[values.abs().idxmax()],
    ).reset_index()
    return table[list(MOVES)]


def fresh(table: pd.DataFrame, period: str) -> list[str]:
    """Return a sentence for each series whose figures usually move after they were first given.

    Those of this quarter of the year say it where there are enough of them, else those of any quarter.

    >>> table = pd.DataFrame([["adult_referrals", "Q4", 5, 4, 2.0, 6.5]], columns=list(MOVES))
    >>> fresh(table, "2012-13-Q4")[0].partition(" (2.0%")[0]
    'Adult safeguarding referrals (Q4): 4 of 5 figures moved after they were first given'
    """
    moves_of_quarter = table[(table["quarter"] == quarter_of(period)) & (table["figures"] >= ENOUGH)]
    if periods.kind(period) == "quarter":
        moves_of_quarter = pd.concat([moves_of_quarter, table[table["quarter"] == ANY]]).drop_duplicates("series")
    moves_of_quarter = moves_of_quarter[moves_of_quarter["restated"] > 0]
    titles = catalogue.series()["title"]
    sentences = []
    for row in moves_of_quarter.itertuples(index=False):
        direction = "up" if row.largest_pct > 0 else "down"
        size = (
            f"{abs(row.median_pct):.1f}% in the middle case"
            if row.figures >= ENOUGH
            else "too few figures to say how much usually"
        )
        quarter = "any quarter" if row.quarter == ANY else row.quarter
        sentences.append(
            f"{titles[row.series]} ({quarter}): {row.restated} of {row.figures} figures moved after they were first given "
            f"({size}; at most {abs(row.largest_pct):.1f}% {direction}). "
            f"Take the figure of {periods.label(period)} as provisional."
        )
    return sentences


def quarter_of(period: str) -> str:
    """Return which quarter of the year a period is: Q1 to Q4, date or year.

    >>> quarter_of("2012-13-Q4"), quarter_of("2012-13"), quarter_of("2013-03-31")
    ('Q4', 'year', 'date')
    """
    return period[-2:] if periods.kind(period) == "quarter" else periods.kind(period)


def _returned(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that a later version of a return gives with another value than the version before."""
    parts = observations["release"].str.extract(r"^(.+/.+/.+)/(\d+)$")
    returned = observations.assign(version=pd.to_numeric(parts[1]))[parts[1].notna() & observations["value"].notna()]
    ordered = returned.sort_values([*_FIGURE, "version"], kind="stable")
    before = ordered.groupby(_FIGURE)["value"].shift()
    changed = ordered[before.notna() & (before != ordered["value"])]
    return changed.assign(first=before[changed.index], restated=changed["value"])[
        [*_FIGURE, "first", "restated", "release", "source"]
    ]


def _printed(observations: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    """Return the years printed as revised that aren't the sum of their quarters, which were printed first."""
    differing = checks[(checks["check"] == "quarters_to_year") & (checks["outcome"] == "differs")]
    revised = observations.loc[observations["status"] == "revised", [*_FIGURE, "source", "release"]]
    restated = differing.merge(revised, on=[*_FIGURE, "source"])
    return restated.assign(first=restated["computed"], restated=restated["printed"])[
        [*_FIGURE, "first", "restated", "release", "source"]
    ]


def __dir__() -> list[str]:
    return __all__
