"""The analyses on the real figures: change, trend, benchmark and reconcile."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import catalogue, store
from analysis.analyses import benchmark, change, reconcile, trend
from analysis.catalogue import periods
from analysis.errors import UnknownNameError

LEICESTERSHIRE, RUTLAND = "E10000018", "E06000017"


def of(frame: pd.DataFrame, **where: object) -> pd.DataFrame:
    for column, value in where.items():
        frame = frame[frame[column] == value]
    return frame


# --- change ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "area", "period", "before", "value", "reference"),
    [
        ("plans_in_force", LEICESTERSHIRE, "2013-03-31", "2012-03-31", 393, 524),
        ("children_in_care", RUTLAND, "2013-03-31", "2012-03-31", 31, 29),
        ("dols_referrals", RUTLAND, "2012-13", "2011-12", 43, 21),
        ("section_47_enquiries", LEICESTERSHIRE, "2012-13", "2011-12", 1201, 1242),
    ],
)
def test_a_year_is_held_against_the_year_before(
    indicator: str, area: str, period: str, before: str, value: float, reference: float, measured: pd.DataFrame
) -> None:
    [found] = of(change.year_on_year(measured, "2012-13-Q4"), indicator=indicator, area=area).itertuples()
    assert (found.period, found.reference_period, found.value, found.reference) == (period, before, value, reference)


def test_a_year_on_year_is_the_same_from_any_day_of_it(measured: pd.DataFrame) -> None:
    frames = [change.year_on_year(measured, period) for period in ("2012-13", "2012-13-Q1", "2012-10-01")]
    assert all(frame.equals(frames[0]) for frame in frames)
    assert set(frames[0]["period"]) == {"2012-13", "2013-03-31"}


def test_each_comparison_stands_once_and_no_rate_repeats_its_count(measured: pd.DataFrame) -> None:
    found = change.year_on_year(measured, "2012-13")
    assert not found.duplicated(["indicator", "area", "category", "period"]).any()
    assert "rate" not in set(found["indicator"].map(catalogue.indicators()["kind"]))


def test_a_figure_in_one_year_only_is_missing_and_not_zero(measured: pd.DataFrame) -> None:
    found = of(change.year_on_year(measured, "2012-13"), indicator="lado_referrals", area=RUTLAND)
    assert found["verdict"].tolist() == ["missing"]
    assert found["reference"].isna().all()


def test_the_same_quarter_of_the_year_before(measured: pd.DataFrame) -> None:
    contacts = of(measured, indicator="contacts", area=RUTLAND, period="2012-13-Q4")
    both = pd.concat([contacts, contacts.assign(period="2011-12-Q4", value=100.0, numerator=100.0)], ignore_index=True)
    [found] = change.same_quarter(both, "2012-13-Q4").itertuples()
    assert (found.value, found.reference, found.reference_period, found.direction) == (152, 100, "2011-12-Q4", "up")
    # By Clopper and Pearson's limits of 38 of 63 and the assumed movement of a quarter: c 4, s 0.2 × 1.35, nu 4.
    assert found.verdict == "usual" and found.rarity == pytest.approx(34.775, abs=0.001)
    assert set(change.same_quarter(measured, "2012-13-Q4")["verdict"]) == {"missing"}


# --- trend -------------------------------------------------------------------------------------------------------------------


def test_quarters_and_their_years_in_order_of_time(measured: pd.DataFrame) -> None:
    found = trend.by_quarter(measured, "2012-13-Q4")
    contacts = of(found, indicator="contacts", area=LEICESTERSHIRE)
    assert contacts["period"].tolist() == [*periods.quarters("2012-13"), "2012-13"]
    assert contacts["value"].tolist() == [3819, 3827, 3491, 3604, 14741]
    assert set(found["category"]) == {"all"}
    assert "plans_in_force" not in set(found["indicator"])


def test_nothing_after_the_quarter_asked_for_is_shown(measured: pd.DataFrame) -> None:
    found = trend.by_quarter(measured, "2012-13-Q2")
    assert set(found["period"]) <= {"2012-13-Q1", "2012-13-Q2", "2012-13"}
    assert of(found, indicator="contacts", area=RUTLAND)["period"].tolist()[:2] == ["2012-13-Q1", "2012-13-Q2"]
    assert trend.by_quarter(measured, "2011-12").empty


def test_years_of_three_points_and_more(measured: pd.DataFrame) -> None:
    found = trend.by_year(measured, "2012-13-Q4")
    dols = of(found, indicator="dols_referrals", area=LEICESTERSHIRE)
    assert dols["value"].tolist() == [213, 419, 463, 488]
    assert (found.groupby(["indicator", "area"])["period"].nunique() >= 3).all()
    shares = of(found, indicator="adult_substantiated_pct", area=LEICESTERSHIRE)
    assert shares["origin"].tolist() == ["printed", "printed", "computed"]
    assert trend.by_year(measured, "2010-11").empty


def test_the_last_year_against_the_first(measured: pd.DataFrame) -> None:
    found = trend.last_against_first(measured, "2012-13")
    dols = of(found, indicator="dols_referrals", area=RUTLAND).iloc[0]
    assert dols[["value", "reference", "reference_numerator", "direction"]].tolist() == [43, 15, 15, "up"]
    # By Clopper and Pearson's limits of 10.75 of 14.5 and the assumed movement over three years: c 4, s 0.2 × 3^0.35, nu 4.
    assert dols["rarity"] == pytest.approx(22.755, abs=0.001) and dols["verdict"] == "usual"
    assert (dols["period"], dols["reference_period"]) == ("2012-13", "2009-10")


def test_a_first_year_without_its_base_borrows_no_other_years(measured: pd.DataFrame) -> None:
    # 51 % of 2010-11 is printed without its base: held against 674 of 1,273 it would look like no change at all.
    found = of(trend.last_against_first(measured, "2012-13"), indicator="adult_substantiated_pct", area=LEICESTERSHIRE).iloc[0]
    assert (found["reference"], found["reference_period"]) == (51, "2010-11")
    assert found[["reference_numerator", "reference_denominator"]].isna().all()
    # Every base from a quarter to four times this year's is tried: two points are no more than chance by any of them.
    assert found["least_rarity"] < found["rarity"] < found["most_rarity"]
    assert (found["direction"], found["verdict"]) == ("up", "chance")


def test_the_profile_of_the_year_gives_shares_in_place_of_their_counts(measured: pd.DataFrame) -> None:
    found = trend.profile(measured, "2012-13-Q4")
    assert set(found["period"]) == {"2012-13", "2013-03-31"}
    assert "all" not in set(found["category"])
    assert "adult_referrals_age_pct" in set(found["indicator"])
    assert "adult_referrals_age" not in set(found["indicator"])
    ages = of(found, indicator="adult_referrals_age_pct", area=LEICESTERSHIRE)
    assert ages["category"].tolist() == ["18_64", "65_74", "75_84", "85_and_over"]
    assert "board_expenditure_line" in set(found["indicator"])


def test_every_total_is_shown_by_quarter_or_by_year_or_told_to_be_too_short(measured: pd.DataFrame) -> None:
    shown = [frame[["indicator", "area"]] for frame in (trend.by_quarter(measured, "2012-13"), trend.by_year(measured, "2012-13"),
                                                        trend.too_few(measured, "2012-13"))]  # fmt: skip
    places = set(pd.concat(shown).itertuples(index=False, name=None))
    totals = measured[
        (measured["category"] == "all") & measured["value"].notna() & (measured["period"].map(periods.end) <= "2013-03-31")
    ]
    quarterly = set(totals.loc[totals["period"].str.contains("-Q"), "indicator"])
    missed = set(totals[["indicator", "area"]].itertuples(index=False, name=None)) - places
    assert {indicator for indicator, _ in missed} <= quarterly
    few = trend.too_few(measured, "2012-13")
    assert (few.groupby(["indicator", "area"])["period"].nunique() < 3).all()


# --- benchmark ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compared(measured: pd.DataFrame) -> pd.DataFrame:
    return benchmark.values(measured, "2012-13-Q4", "report")


def test_a_comparator_set_has_members_and_a_vintage() -> None:
    assert benchmark.peers("report")["vintage"].eq("2012-13").all()
    assert LEICESTERSHIRE in benchmark.members("report")
    assert "E92000001" not in benchmark.members("report")
    with pytest.raises(UnknownNameError, match="There is no comparator set 'neighbours': there is report"):
        benchmark.peers("neighbours")


def test_areas_are_compared_per_population_or_as_shares_and_never_as_counts(compared: pd.DataFrame) -> None:
    assert set(compared["indicator"].map(catalogue.indicators()["kind"])) == {"rate", "percentage"}
    assert (compared.groupby("indicator")["area"].nunique() >= 2).all()
    assert not compared.duplicated(["indicator", "area"]).any()
    dols = of(compared, indicator="dols_referrals_per_100k")
    assert dols["value"].is_monotonic_decreasing
    assert dols["area"].tolist()[0] == RUTLAND


def test_one_area_alone_is_compared_with_nobody(measured: pd.DataFrame) -> None:
    alone = of(measured, indicator="referrals_domestic_abuse_pct", area=RUTLAND, period="2012-13", category="all")
    assert len(alone) == 1 and benchmark.values(alone, "2012-13", "report").empty
    assert benchmark.values(alone.reset_index(drop=True), "2012-13", "report").empty


def test_the_census_stands_for_every_period(measured: pd.DataFrame) -> None:
    later = benchmark.values(measured, "2008-09", "report")
    assert set(later["indicator"].map(catalogue.indicators()["domain"])) == {"census"}
    assert set(later["period"]) == {"2011-03-27"}


def test_an_area_is_left_out_of_its_own_comparison(compared: pd.DataFrame) -> None:
    found = of(benchmark.against_others(compared, [LEICESTERSHIRE], "report"), indicator="dols_referrals_per_100k").iloc[0]
    others = {"E06000017": (43, 29249), "E06000016": (244, 251952), "E10000002": (365, 389738), "E10000014": (289, 1037627),
              "E10000012": (259, 1097810), "E10000007": (215, 613020)}  # fmt: skip
    counts, bases = (sum(side) for side in zip(*others.values(), strict=True))
    assert found["reference"] == pytest.approx(100000 * counts / bases)
    assert found["reference_name"] == "the other 6 areas together"
    # One more area like the six: mean and standard deviation of log((x + 1/2) / n), t with 5 degrees of freedom.
    assert found[["place", "members_placed", "verdict"]].tolist() == [5, 6, "among"]
    assert found[["like_lower", "like_upper"]].tolist() == pytest.approx([6.516, 476.901], abs=0.001)
    assert found["rarity"] == pytest.approx(0.558, abs=0.001)


def test_two_areas_that_have_only_each_other_have_their_places_and_neither_is_unlike(compared: pd.DataFrame) -> None:
    found = of(benchmark.against_others(compared, [LEICESTERSHIRE, RUTLAND], "report"), indicator="contacts_per_10k")
    places = found.set_index("area")[["reference_name", "place", "verdict"]]
    assert places.loc[LEICESTERSHIRE].tolist() == ["Rutland", 2, "among"]
    assert places.loc[RUTLAND].tolist() == ["Leicestershire", 1, "among"]
    assert found[["like_lower", "like_upper", "rarity"]].isna().all(axis=None)
    alone = of(benchmark.against_others(compared, [RUTLAND], "report"), indicator="contacts_per_10k")
    assert alone[["area", "reference_name"]].to_numpy().tolist() == [[RUTLAND, "Leicestershire"]]


def test_what_one_lacks_is_not_pooled(compared: pd.DataFrame) -> None:
    # Rutland's 64.3 % is printed without its base: it stands beside, and nobody has a place.
    found = of(benchmark.against_others(compared, [LEICESTERSHIRE], "report"), indicator="children_in_care_stable_pct").iloc[0]
    assert (found["reference"], found["verdict"], found["members_placed"]) == (64.3, "beside", 0)
    assert pd.isna(found["place"])
    dols = compared.assign(denominator=compared["denominator"].where(compared["area"] != "E10000012"))
    found = of(benchmark.against_others(dols, [LEICESTERSHIRE], "report"), indicator="dols_referrals_per_100k").iloc[0]
    assert pd.isna(found["reference"])
    # A place among the five that have a base; five are too few for a range.
    assert found[["place", "members_placed", "verdict"]].tolist() == [4, 5, "among"] and pd.isna(found["like_lower"])


@pytest.mark.parametrize("focus", [[], ["E92000001"], ["5PA"]])
def test_an_area_outside_the_peers_is_compared_with_nobody(focus: list[str], compared: pd.DataFrame) -> None:
    found = benchmark.against_others(compared, focus, "report")
    assert found.empty
    assert "verdict" in found


def test_coverage_says_who_has_no_figure(compared: pd.DataFrame) -> None:
    found = benchmark.coverage(compared, "report").set_index("indicator")
    assert found.loc["dols_referrals_per_100k"].tolist() == [7, 9, "East Midlands and England"]
    assert found.at["population_adult_pct", "missing"] == ""
    assert found.at["contacts_per_10k", "members_with_figure"] == 2


# --- reconcile ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("series", "area", "period", "used", "other"),
    [
        ("adult_referrals", LEICESTERSHIRE, "2012-13-Q1", 279, 282),
        ("section_47_enquiries", RUTLAND, "2012-13", 76, 86),
        ("core_assessments_35_days_printed_pct", RUTLAND, "2012-13", 97.3, 96.3),
        ("initial_assessments_printed_pct", RUTLAND, "2012-13", 64.2, 71),
        ("adult_completed", RUTLAND, "2012-13", 98, 59),
        ("section_11_responses", "LR", "2012-13", 100, 102),
    ],
)
def test_two_prints_that_differ_are_shown_with_both(
    series: str, area: str, period: str, used: float, other: float, held: store.Store
) -> None:
    # Within the report; where it differs from the official return is the matter of a test of its own.
    report = held.observations[held.observations["release"] == "annual-report/2012-13"]
    [found] = of(reconcile.disagreements(report), series=series, area=area, period=period).itertuples()
    assert (found.used, found.other, found.difference) == (used, other, pytest.approx(other - used))
    assert found.used_source != found.other_source


@pytest.mark.parametrize(
    ("series", "area", "used", "other"),
    [
        ("section_47_enquiries", RUTLAND, 76, 71),
        ("referrals", RUTLAND, 378, 372),
        ("section_47_enquiries", LEICESTERSHIRE, 1201, 1237),
    ],
)
def test_the_official_return_stands_beside_the_report(
    series: str, area: str, used: float, other: float, held: store.Store
) -> None:
    found = of(reconcile.disagreements(held.observations), series=series, area=area, period="2012-13")
    official = found[found["other_source"].str.startswith("dfe-cin/")]
    assert official[["used", "other"]].to_numpy().tolist() == [[used, other]]
    assert official["used_source"].str.startswith("annual-report/").all()


def test_prints_that_agree_at_the_coarser_digits_are_not_listed(held: store.Store) -> None:
    found = reconcile.disagreements(held.observations)
    # 15.2 % in the table is 15 % in the prose, and 14,741 is 14,741 three times.
    assert of(found, series="initial_to_core_printed_pct").empty
    assert of(found, series="contacts").empty
    assert reconcile.disagreements(held.observations.head(0)).empty


def test_the_summary_counts_every_check(held: store.Store) -> None:
    found = reconcile.summary(held.checks)
    assert found["checked"].sum() == len(held.checks)
    assert (found[["agrees", "agrees_at_rounding", "differs"]].sum(axis=1) == found["checked"]).all()
    assert found["words"].notna().all()
    assert reconcile.summary(held.checks.head(0))["checked"].tolist() == [0] * len(found)


def test_differences_of_a_domain_with_totals_before_breakdowns(held: store.Store) -> None:
    everything = reconcile.differences(held.checks)
    adults = reconcile.differences(held.checks, "adults")
    domains = everything["series"].map(catalogue.series()["domain"])
    assert len(adults) == (domains == "adults").sum() > 0
    assert set(everything["outcome"]) == {"differs"}
    whole = (adults["category"] == "all").tolist()
    assert whole == sorted(whole, reverse=True)
    assert reconcile.differences(held.checks, "dols").empty
    totals = everything[everything["category"] == "all"]
    size = (totals["difference"] / totals["printed"].where(totals["printed"] != 0, 1)).abs()
    assert size.is_monotonic_decreasing


def test_a_statement_made_in_several_passages_is_one_difference(held: store.Store) -> None:
    found = reconcile.differences(held.checks)
    assert not found.duplicated(["check", "series", "area", "period", "category", "printed"]).any()
    raw = held.checks[held.checks["outcome"] == "differs"]
    assert len(found) < len(raw)
