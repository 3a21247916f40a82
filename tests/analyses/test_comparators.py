"""Comparators of official figures: the area never in its own average, vintages named, missing councils missing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import catalogue, measures, store
from analysis.analyses import benchmark
from analysis.analyses.benchmark import comparators
from analysis.analyses.findings import findings_of_places
from analysis.errors import UnknownNameError

LEICESTERSHIRE, RUTLAND, YEAR = "E10000018", "E06000017", "2023-24"


@pytest.fixture(scope="module")
def official(held: store.Store) -> pd.DataFrame:
    return measures.official(held.observations, ["referrals_per_10k", "re_referrals_pct"])


def of(found: pd.DataFrame, comparator: str, indicator: str = "referrals_per_10k") -> pd.Series:
    mine = found[(found["comparator"] == comparator) & (found["indicator"] == indicator) & (found["period"] == YEAR)]
    assert len(mine) == 1
    return mine.iloc[0]


def test_neighbours_are_those_of_the_newest_set(held: store.Store) -> None:
    near, vintage = benchmark.neighbours(LEICESTERSHIRE, held.observations)
    assert vintage == "2025-05"
    assert len(near) == 10
    assert near[0] == "E10000013"  # Gloucestershire, number 916
    assert LEICESTERSHIRE not in near


def test_neighbours_are_asked_for_by_name_or_code(held: store.Store) -> None:
    by_code = benchmark.neighbours(LEICESTERSHIRE, held.observations)
    assert benchmark.neighbours("Leicestershire", held.observations) == by_code
    assert benchmark.neighbours(" leicestershire ", held.observations) == by_code
    with pytest.raises(UnknownNameError, match="did you mean Leicestershire"):
        benchmark.neighbours("Leicestreshire", held.observations)


@pytest.mark.parametrize(
    ("before", "since"), [("E08000016", "E08000038"), ("E08000019", "E08000039"), ("E10000002", "E06000060")]
)
def test_a_set_is_that_of_the_authority_by_whichever_code(before: str, since: str, held: store.Store) -> None:
    codes, vintage = benchmark.neighbours(before, held.observations)
    assert len(codes) == 10 and vintage == "2025-05"
    assert benchmark.neighbours(since, held.observations) == (codes, vintage)


def test_an_area_without_neighbours_has_the_other_comparators(held: store.Store, official: pd.DataFrame) -> None:
    without = held.observations[held.observations["series"] != catalogue.NEIGHBOUR]
    rows = benchmark.references(official, without, ["E08000016"], "2023-24")
    assert set(rows["comparator"]) == {"region", "country", "kind"} and rows["place"].isna().all()
    assert set(benchmark.compared(official, rows, "2023-24")["verdict"]) == {"beside"}


def test_without_observations_the_neighbours_are_those_that_are_held(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    assert benchmark.neighbours("Rutland") == benchmark.neighbours(RUTLAND, store.load(data).observations)


def test_neighbours_are_pooled_and_those_without_a_figure_named(held: store.Store, official: pd.DataFrame) -> None:
    found = benchmark.references(official, held.observations, [RUTLAND], YEAR)
    row = of(found, comparators.NEIGHBOURS)
    near, _ = benchmark.neighbours(RUTLAND, held.observations)
    mine = official[(official["indicator"] == "referrals_per_10k") & (official["period"] == YEAR) & official["area"].isin(near)]
    given = mine[mine["value"].notna()]
    assert row["value"] == pytest.approx(10_000 * given["numerator"].sum() / given["denominator"].sum())
    assert (row["members_with_figure"], row["members"], row["missing"]) == (9, 10, "Hampshire")
    assert of(found, comparators.MEDIAN)["value"] == pytest.approx(given["value"].median())


def test_a_region_and_the_country_are_without_the_area(held: store.Store, official: pd.DataFrame) -> None:
    found = benchmark.references(official, held.observations, [LEICESTERSHIRE], YEAR)
    england = official.query("area == 'E92000001' and indicator == 'referrals_per_10k' and period == @YEAR").iloc[0]
    row = of(found, comparators.COUNTRY)
    assert row["numerator"] == england["numerator"] - 6236
    assert row["denominator"] == england["denominator"] - 145_169


def test_the_area_is_in_none_of_its_comparators(held: store.Store, official: pd.DataFrame) -> None:
    own = [LEICESTERSHIRE, RUTLAND]
    row = of(benchmark.references(official, held.observations, [RUTLAND], YEAR, own), comparators.OWN)
    assert row["numerator"] == 6236
    assert row["members"] == 1


def test_only_neighbours_give_a_place_and_all_others_stand_beside(held: store.Store, official: pd.DataFrame) -> None:
    found = benchmark.references(official, held.observations, [LEICESTERSHIRE], YEAR)
    judged = benchmark.compared(official[official["area"] == LEICESTERSHIRE], found, YEAR)
    near = judged[judged["comparator"] == comparators.NEIGHBOURS]
    assert set(near["verdict"]) <= {"unlike", "among"} and set(near["indicator"]) == {"referrals_per_10k", "re_referrals_pct"}
    assert near["place"].between(1, near["members_placed"] + 1).all()
    others = judged.drop(index=near.index)
    assert {comparators.MEDIAN, comparators.REGION, comparators.COUNTRY} <= set(others["comparator"])
    assert set(others["verdict"]) == {"beside"} and others["place"].isna().all() and set(others["judgement"]) == {""}
    assert {finding.method for finding in findings_of_places(near)} == {"neighbours"}
    assert {finding.method for finding in findings_of_places(others)} == {""}
    words = judged.set_index("comparator")["reference_name"].to_dict()
    assert words[comparators.REGION] == "the rest of the East Midlands"


def test_the_band_leaves_out_the_lowest_and_the_highest_neighbour(held: store.Store, official: pd.DataFrame) -> None:
    """Barnsley's ten neighbours, by hand: their rates of 2023-24 in order, the second and the second last."""
    codes, _ = benchmark.neighbours("Barnsley", held.observations)
    row = of(benchmark.references(official, held.observations, ["E08000016"], YEAR), benchmark.NEIGHBOURS)
    year = official[(official["indicator"] == "referrals_per_10k") & (official["period"] == YEAR)].set_index("area")["value"]
    ordered = sorted(year[[code for code in codes if code in year.index]])
    assert len(ordered) == 10
    assert (row["second_lowest"], row["second_highest"]) == (ordered[1], ordered[-2])


def test_fewer_than_six_neighbours_make_no_band(held: store.Store, official: pd.DataFrame) -> None:
    codes, _ = benchmark.neighbours("Barnsley", held.observations)
    for count, has_band in ((5, False), (6, True)):
        some = official[official["area"].isin(["E08000016", *codes[:count]])]
        row = of(benchmark.references(some, held.observations, ["E08000016"], YEAR), benchmark.NEIGHBOURS)
        assert pd.notna(row["second_lowest"]) is has_band and row["members_with_figure"] == count
