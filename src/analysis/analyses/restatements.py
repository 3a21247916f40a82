"""Restatements: the history of every figure that was first given with one value and later with another.

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
    """Return one row for each figure of a ledger, in FIGURES, totals before breakdowns, what was corrected last first.

    `first` is what was first given and `now` the figure that stands (see `measures.current`), missing where its `status` is one
    without a value; `times` is how often it was corrected, and `when`, `by`, `why` and `source` are of the last time. A figure
    that was corrected back to its first value has a `change` of 0.
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
    """Return how much figures usually move after they were first given, one row a series and quarter of the year, in MOVES.

    `figures` are those that could have been restated: of periods for which a later one is held; `restated` is how many were.
    `median_pct` is the median of the movement of all of them, those that stood counting 0, and `largest_pct` the largest.
    `quarter` is Q1 to Q4, year, or any for all four quarters together. Series that were never restated have no row.
    """
    held = observations[observations["status"].isin(WITH_VALUE)].drop_duplicates(_FIGURE)
    held = held[held["series"].isin(entries["series"]) & (held["category"] == catalogue.TOTAL)]
    if held.empty:
        return pd.DataFrame(columns=list(MOVES))
    last = held.groupby(["series", "area"])["period"].transform(lambda each: max(each, key=periods.order))
    settled = held[(held["period"] != last) | held["period"].map(periods.kind).eq("year")]
    moved = entries.drop_duplicates(_FIGURE, keep="last").set_index(_FIGURE)["change_pct"]
    pct = pd.MultiIndex.from_frame(settled[_FIGURE]).map(moved.to_dict())
    rows = settled.assign(pct=np.nan_to_num(np.array(pct, dtype=float)), quarter=settled["period"].map(quarter_of))
    every = rows.assign(quarter=ANY)[rows["quarter"].str.startswith("Q")]
    grouped = pd.concat([rows, every]).groupby(["series", "quarter"], sort=False)["pct"]
    table = grouped.agg(
        figures="size",
        restated=lambda each: int((each != 0).sum()),
        median_pct="median",
        largest_pct=lambda each: each.loc[each.abs().idxmax()],
    ).reset_index()
    return table[list(MOVES)]


def fresh(table: pd.DataFrame, period: str) -> list[str]:
    """Return a sentence for each series whose figures usually move after they were first given.

    Those of this quarter of the year say it where there are enough of them, else those of any quarter.
    """
    mine = table[(table["quarter"] == quarter_of(period)) & (table["figures"] >= ENOUGH)]
    if periods.kind(period) == "quarter":
        mine = pd.concat([mine, table[table["quarter"] == ANY]]).drop_duplicates("series")
    mine = mine[mine["restated"] > 0]
    titles = catalogue.series()["title"]
    sentences = []
    for row in mine.itertuples(index=False):
        way = "up" if row.largest_pct > 0 else "down"
        size = (
            f"{abs(row.median_pct):.1f}% in the middle case"
            if row.figures >= ENOUGH
            else "too few figures to say how much usually"
        )
        quarter = "any quarter" if row.quarter == ANY else row.quarter
        sentences.append(
            f"{titles[row.series]} ({quarter}): {row.restated} of {row.figures} figures moved after they were first given "
            f"({size}; at most {abs(row.largest_pct):.1f}% {way}). Take the figure of {periods.label(period)} as provisional."
        )
    return sentences


def quarter_of(period: str) -> str:
    """Return which quarter of the year a period is: Q1 to Q4, date or year."""
    return period[-2:] if periods.kind(period) == "quarter" else periods.kind(period)


def _returned(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that a later version of a return gives with another value than the version before."""
    parts = observations["release"].str.extract(r"^(.+/.+/.+)/(\d+)$")
    mine = observations.assign(version=pd.to_numeric(parts[1]))[parts[1].notna() & observations["value"].notna()]
    ordered = mine.sort_values([*_FIGURE, "version"], kind="stable")
    before = ordered.groupby(_FIGURE)["value"].shift()
    changed = ordered[before.notna() & (before != ordered["value"])]
    return changed.assign(first=before[changed.index], restated=changed["value"])[
        [*_FIGURE, "first", "restated", "release", "source"]
    ]


def _printed(observations: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    """Return the years printed as revised that aren't the sum of their quarters, which were printed first."""
    differing = checks[(checks["check"] == "quarters_to_year") & (checks["outcome"] == "differs")]
    revised = observations.loc[observations["status"] == "revised", [*_FIGURE, "source", "release"]]
    found = differing.merge(revised, on=[*_FIGURE, "source"])
    return found.assign(first=found["computed"], restated=found["printed"])[[*_FIGURE, "first", "restated", "release", "source"]]


def __dir__() -> list[str]:
    return __all__
