"""Each row of the card beside other areas: its statistical neighbours, or the comparator set of the report."""

from __future__ import annotations

import pandas as pd

from analysis import catalogue
from analysis.analyses import benchmark
from analysis.analyses.benchmark import comparators as known
from analysis.catalogue import tables
from analysis.scope import Scope

_NAMES = {
    "indicator": "compared_by", "value": "compared_value", "reference": "compared_reference",
    "reference_name": "compared_name", "verdict": "compared_verdict", "place": "compared_place",
    "members_placed": "compared_members", "like_lower": "compared_lower", "like_upper": "compared_upper",
}  # fmt: skip
_PLACE = ["compared_by", "area"]
FEWEST_OTHERS = 4  # with a figure, so that a place among them, or what they have together, says something


def compared(card: pd.DataFrame, scope: Scope, comparators: str) -> pd.DataFrame:
    """Return for each indicator and area of the card its place among others, by the indicator that may be compared.

    Columns: indicator, area, compared_by, and compared_ with value, reference, name, verdict, place, members (others with a
    figure), lower and upper (the range for one more like them). A count is compared by its rate (`compared_by` of
    `scorecard.csv`). Statistical neighbours by official statistics of the year come before the set `comparators`.
    """
    table = tables.read("scorecard")
    compared_by = dict(
        zip(table["indicator"], table["compared_by"].where(table["compared_by"] != "", table["indicator"]), strict=True)
    )
    totals = card.loc[card["category"] == catalogue.TOTAL, ["indicator", "area"]].drop_duplicates()
    peer_values = benchmark.values(
        scope.everywhere[scope.everywhere["indicator"].isin(compared_by.values())], scope.period, comparators
    )
    parts = [_by_neighbours(scope, set(compared_by.values())), benchmark.against_others(peer_values, scope.areas, comparators)]
    non_empty = [part[[*_NAMES, "area"]] for part in parts if not part.empty]
    judged = pd.concat(non_empty or [pd.DataFrame(columns=[*_NAMES, "area"])]).rename(columns=_NAMES)
    judged = judged[judged["compared_reference"].notna() | judged["compared_place"].notna()].drop_duplicates(_PLACE)
    return totals.assign(compared_by=totals["indicator"].map(compared_by)).merge(judged, how="left", on=_PLACE)


def _by_neighbours(scope: Scope, names: set[str]) -> pd.DataFrame:
    """Return the places of the areas that official statistics of the year know; empty where there are none."""
    official = scope.official[scope.official["indicator"].isin(names)]
    observations = scope.official_figures
    known_areas = [
        area for area in scope.areas if benchmark.neighbours(area, observations)[0] and (official["area"] == area).any()
    ]
    if not known_areas:
        return pd.DataFrame()
    neighbour_figures = benchmark.references(official, observations, known_areas, scope.year)
    judged = benchmark.compared(
        official[official["area"].isin(scope.areas)],
        neighbour_figures[neighbour_figures["comparator"] == known.NEIGHBOURS],
        scope.year,
    )
    return judged.drop(columns="comparator")
