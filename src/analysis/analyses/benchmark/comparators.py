"""Comparators of official figures: statistical neighbours, the rest of the region and of England, all areas of the kind, a set.

The area is never in what it is compared with. Each comparator is a sum of numbers over a sum of bases, or a median; which, stands
in `comparators.csv` with its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pandas as pd

from analysis import catalogue, store
from analysis.analyses.benchmark.numerators_and_bases import Sides
from analysis.analyses.findings import PAIR_COLUMNS, judge
from analysis.catalogue import areas, periods, tables

NEIGHBOURS, MEDIAN, REGION, COUNTRY, KIND, OWN = "neighbours", "neighbours_median", "region", "country", "kind", "own"
ENGLAND = "E92000001"
SERIES = "statistical_neighbour"
COLUMNS = ("comparator", "area", "indicator", "period", "value", "numerator", "denominator", "had", "of", "missing")
_COMPARABLE = ("rate", "percentage")


def neighbours(area: str, observations: pd.DataFrame | None = None) -> tuple[list[str], str]:
    """Return the codes of an area's statistical neighbours, the nearest first, and the vintage of the set, such as 2025-05.

    `area` is a name or a code; `observations` hold the sets of neighbours, all that is held when not given. The newest set that
    knows the area; none, and an empty vintage, where no set does. Raises UnknownNameError for a name that no table knows.

    >>> codes, vintage = neighbours("Leicestershire")
    >>> len(codes), vintage
    (10, '2025-05')
    """
    known = store.load().observations if observations is None else observations
    mine = known[(known["series"] == SERIES) & (known["area"] == areas.resolve(area))]
    if mine.empty:
        return [], ""
    newest = mine[mine["period"] == mine["period"].max()].drop_duplicates("category").sort_values("value")
    return newest["category"].tolist(), str(newest["period"].iloc[0])[:7]


def references(
    measures: pd.DataFrame, observations: pd.DataFrame, codes: Sequence[str], year: str, own: Sequence[str] = ()
) -> pd.DataFrame:
    """Return what areas' official rates and shares are compared with, a row an area, comparator, indicator and period.

    `measures` are those of `Scope.official`; `year` is the financial year whose authorities make up a kind. `had` of `of` members
    had a figure with its base, `missing` names the others (COLUMNS). A region or country is without the area. `own` are areas
    of the analyst's own choice, by name or code; raises UnknownNameError for a name that no table knows.
    """
    chosen = [areas.resolve(each) for each in own]
    kinds = measures["indicator"].map(catalogue.indicators()["kind"])
    held = measures[kinds.isin(_COMPARABLE) & (measures["category"] == catalogue.TOTAL) & measures["value"].notna()]
    sides = Sides.of(held)
    found = [part for code in codes for part in _of_area(sides, observations, code, year, chosen) if not part.empty]
    return _with_value(pd.concat(found, ignore_index=True))[list(COLUMNS)] if found else pd.DataFrame(columns=list(COLUMNS))


def _of_area(sides: Sides, observations: pd.DataFrame, area: str, year: str, chosen: Sequence[str]) -> list[pd.DataFrame]:
    near, _ = neighbours(area, observations)
    alike = areas.of_kind(areas.kind(area), periods.year_end(year))
    parts = {
        NEIGHBOURS: sides.pooled(near, area),
        MEDIAN: sides.median(near, area),
        REGION: sides.rest(areas.region(area), area),
        COUNTRY: sides.rest(ENGLAND, area),
        KIND: sides.pooled(alike, area),
        OWN: sides.pooled(chosen, area),
    }
    return [part.assign(comparator=comparator, area=area) for comparator, part in parts.items()]


def compared(measures: pd.DataFrame, found: pd.DataFrame, year: str) -> pd.DataFrame:
    """Return judged pairs of the areas' figures of a year, or of 31 March at its end, with the comparators of `references`.

    The columns are those of `findings.judge` and `comparator`. A median has no base: the two stand side by side.
    """
    spans = [year, periods.year_end(year)]
    mine = measures[measures["period"].isin(spans) & (measures["category"] == catalogue.TOTAL) & measures["value"].notna()]
    columns = {"value": "reference", "numerator": "reference_numerator", "denominator": "reference_denominator"}
    beside = found.rename(columns=columns)[["comparator", "area", "indicator", "period", *columns.values()]]
    pairs = mine.merge(beside, on=["area", "indicator", "period"])
    names = [name(*key) for key in zip(pairs["comparator"], pairs["area"], strict=True)]
    pairs = pairs.assign(reference_name=names, reference_period=pairs["period"])
    return judge(pairs[[*PAIR_COLUMNS, "comparator"]])


@cache
def name(comparator: str, area: str) -> str:
    """Return a comparator in words, as it stands in a sentence on the area."""
    words = tables.read("comparators").set_index("id")["title"]
    return str(words[comparator]).format(region=_in_a_sentence(areas.region(area)))


def _in_a_sentence(region: str) -> str:
    words = areas.label(region) if region else "its region"
    return words if words.startswith(("London", "Inner", "Outer", "Yorkshire", "its")) else f"the {words}"


def _with_value(rows: pd.DataFrame) -> pd.DataFrame:
    known = catalogue.indicators()
    kind, per = rows["indicator"].map(known["kind"]), rows["indicator"].map(known["per"])
    ratio = per.where(kind == "rate", 100.0) * rows["numerator"] / rows["denominator"]
    return rows.assign(value=ratio.where(rows["comparator"] != MEDIAN, rows["value"]))
