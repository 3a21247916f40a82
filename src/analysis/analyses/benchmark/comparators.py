"""Comparators of official figures: statistical neighbours, the rest of the region and of England, all areas of the kind, a set.

The area itself is never part of what it is compared with. A comparator is a sum of numerators over a sum of bases, or a median;
`comparators.csv` says which, and how it is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pandas as pd

from analysis import catalogue, store
from analysis.analyses.benchmark.numerators_and_bases import BAND, NumeratorsAndBases
from analysis.analyses.benchmark.place import COLUMNS as PLACE_COLUMNS
from analysis.analyses.benchmark.place import in_order, verdicts
from analysis.catalogue import areas, periods, tables

NEIGHBOURS, MEDIAN, REGION, COUNTRY, KIND, OWN = "neighbours", "neighbours_median", "region", "country", "kind", "own"
COLUMNS = (
    "comparator",
    "area",
    "indicator",
    "period",
    "value",
    "numerator",
    "denominator",
    "members_with_figure",
    "members",
    "missing",
    *PLACE_COLUMNS,
    *BAND,
)
_COMPARABLE = ("rate", "percentage")


def neighbours(area: str, observations: pd.DataFrame | None = None) -> tuple[list[str], str]:
    """Return the codes of an area's statistical neighbours, the nearest first, and the vintage of the set, such as 2025-05.

    `area` is a name or a code; `observations` hold the sets of neighbours, all that is held when not given. The newest set that
    knows the area; none, and an empty vintage, where no set does. Raises UnknownNameError for a name that no table knows.

    >>> codes, vintage = neighbours("Leicestershire")
    >>> len(codes), vintage
    (10, '2025-05')
    """
    all_observations = store.load().observations if observations is None else observations
    # A set is of its own date, and names the authority by the code of that time.
    codes = areas.same_ground(areas.resolve(area))
    sets_of_area = all_observations[(all_observations["series"] == catalogue.NEIGHBOUR) & all_observations["area"].isin(codes)]
    if sets_of_area.empty:
        return [], ""
    newest_set = sets_of_area[sets_of_area["period"] == sets_of_area["period"].max()]
    newest_set = newest_set.drop_duplicates("category").sort_values("value")
    return newest_set["category"].tolist(), str(newest_set["period"].iloc[0])[:7]


def references(
    measures: pd.DataFrame, observations: pd.DataFrame, area_codes: Sequence[str], year: str, own_areas: Sequence[str] = ()
) -> pd.DataFrame:
    """Return what the official rates and shares of areas are compared with, in COLUMNS.

    One row for each area, comparator, indicator and period. `measures` are those of `Scope.official`; `year` is the financial
    year whose authorities are the areas of one kind. Of the `members` of a comparator, `members_with_figure` had a figure with
    its base, and `missing` names the others. A region or country is taken without the area. The place among neighbours, and
    among areas of the analyst's own choice, stands in the columns of `place.COLUMNS`; `second_lowest` and `second_highest` are
    values of neighbours. `own_areas` are areas of the analyst's own choice, by name or code. Raises UnknownNameError for a name
    that no table has.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2023-24", areas=["Leicestershire"])
    >>> rows = references(here.official, here.official_figures, here.official_areas, here.official_year)
    >>> sorted(rows["comparator"].unique())
    ['country', 'kind', 'neighbours', 'neighbours_median', 'region']
    """
    own_codes = [areas.resolve(each) for each in own_areas]
    kinds = measures["indicator"].map(catalogue.indicators()["kind"])
    comparable = measures[kinds.isin(_COMPARABLE) & (measures["category"] == catalogue.TOTAL) & measures["value"].notna()]
    numbers, held = NumeratorsAndBases.of(comparable), set(comparable["area"])
    parts = [
        part for code in area_codes for part in _of_area(numbers, observations, code, year, own_codes, held) if not part.empty
    ]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    return _with_value(pd.concat(parts, ignore_index=True)).reindex(
        columns=list(COLUMNS)
    )  # without neighbours nothing has a place


def _of_area(
    numbers: NumeratorsAndBases, observations: pd.DataFrame, area: str, year: str, own_codes: Sequence[str], held: set[str]
) -> list[pd.DataFrame]:
    named, _ = neighbours(area, observations)
    # A set is of its own date: an authority that it names may have been another one of the same ground in the year compared.
    neighbour_codes = [areas.continues(code) if code not in held and areas.continues(code) in held else code for code in named]
    same_kind = areas.of_kind(areas.kind(area), periods.year_end(year))
    figures_by_comparator = {
        NEIGHBOURS: numbers.pooled(neighbour_codes, area),
        MEDIAN: numbers.median(neighbour_codes, area),
        REGION: numbers.rest(areas.region(area), area),
        COUNTRY: numbers.rest(areas.ENGLAND, area),
        KIND: numbers.pooled(same_kind, area),
        OWN: numbers.pooled(own_codes, area),
    }
    near = numbers.place(neighbour_codes, area).join(numbers.band(neighbour_codes, area))
    places = {NEIGHBOURS: near, OWN: numbers.place(own_codes, area)}
    return [
        (part.join(places[comparator]) if comparator in places else part).assign(comparator=comparator, area=area)
        for comparator, part in figures_by_comparator.items()
    ]


def compared(measures: pd.DataFrame, comparators: pd.DataFrame, year: str) -> pd.DataFrame:
    """Return each area's figure of a year, or of 31 March at its end, beside what `references` compares it with.

    One row for each area, indicator and comparator: indicator, area, category, period, value, `reference` (the comparator's
    value), `reference_name`, `comparator`, the columns of `place.COLUMNS`, and the verdict of `place.verdicts`: an area is
    "unlike" its neighbours outside the range for one more like them, else "among" them; every other comparator only stands
    beside it. Those unlike and worse come first.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2023-24", areas=["Leicestershire"])
    >>> comparators = references(here.official, here.official_figures, here.official_areas, here.official_year)
    >>> rows = compared(here.official_measures, comparators, here.official_year)
    >>> near = rows[(rows["comparator"] == "neighbours") & (rows["indicator"] == "plans_reviewed_on_time_pct")]
    >>> near[["value", "reference", "place", "members_placed", "verdict"]].round(1).values.tolist()
    [[83.4, 87.9, 3.0, 9.0, 'among']]
    """
    spans = [year, periods.year_end(year)]
    rows_of_year = measures[
        measures["period"].isin(spans) & (measures["category"] == catalogue.TOTAL) & measures["value"].notna()
    ]
    columns = ["comparator", "area", "indicator", "period", "value", *PLACE_COLUMNS]
    beside = comparators[columns].rename(columns={"value": "reference"})
    own = rows_of_year[["indicator", "area", "category", "period", "value"]]
    pairs = own.merge(beside, on=["area", "indicator", "period"])
    names = [name(*key) for key in zip(pairs["comparator"], pairs["area"], strict=True)]
    return in_order(verdicts(pairs.assign(reference_name=names)))


@cache
def name(comparator: str, area: str) -> str:
    """Return a comparator in words, as it stands in a sentence on the area."""
    words = tables.read("comparators").set_index("id")["title"]
    return str(words[comparator]).format(region=_in_a_sentence(areas.region(area)))


def _in_a_sentence(region: str) -> str:
    label = areas.label(region) if region else "its region"
    return label if label.startswith(("London", "Inner", "Outer", "Yorkshire", "its")) else f"the {label}"


def _with_value(rows: pd.DataFrame) -> pd.DataFrame:
    indicators = catalogue.indicators()
    kind, per = rows["indicator"].map(indicators["kind"]), rows["indicator"].map(indicators["per"])
    ratio = per.where(kind == "rate", 100.0) * rows["numerator"] / rows["denominator"]
    return rows.assign(value=ratio.where(rows["comparator"] != MEDIAN, rows["value"]))
