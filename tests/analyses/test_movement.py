"""Usual movement on the report's own figures: the values are worked out beforehand from the constants, by other code than ours."""

import numpy as np
import pandas as pd
import pytest
from made_series import RUTLAND, pairs
from scipy import stats
from scipy.optimize import brentq
from scipy.special import betaincinv

from analysis import catalogue
from analysis.analyses.findings import findings, judge
from analysis.analyses.movement import alternatives, movement_of, spread_over
from analysis.catalogue import tables


def one(frame):
    [row] = judge(frame).to_dict("records")
    return row


def exact_rarity(name, now, then):
    """N in 100 by other functions than ours: the inverse of the incomplete beta function, and a root finder."""
    movement, more, less = movement_of(name, "2012-13"), max(now, then), min(now, then)
    ratio = np.log(more / less)

    def lower_limit(t):
        share = betaincinv(more / movement.gross_c, less / movement.gross_c + 1, stats.norm.sf(t))
        return ratio - np.hypot(ratio - np.log(share / (1 - share)), t * movement.gross_s)

    return 200 * stats.t(movement.gross_freedom).sf(brentq(lower_limit, 1e-9, 10))


def closed_range(name, then):
    """The usual range of counts by the t distribution on the log scale, with half an event added."""
    movement = movement_of(name, "2012-13")
    far = stats.t(movement.gross_freedom).ppf(0.975)

    def beyond(count):
        variance = movement.gross_c * (1 / (count + 0.5) + 1 / (then + 0.5)) + movement.gross_s**2
        return abs(np.log((count + 0.5) / (then + 0.5))) - far * np.sqrt(variance)

    return brentq(beyond, 1, then), brentq(beyond, then, 20 * then)


@pytest.mark.parametrize(
    ("name", "now", "then", "rarity", "verdict"),
    [
        ("plans_in_force", 393, 524, 20, "usual"),
        ("conference_children", 662, 804, 35, "usual"),
        ("section_47_enquiries", 1201, 1242, 89, "chance"),
        ("plans_in_force", 23, 15, 77, "chance"),
        ("plans_in_force", 35, 15, 30, "usual"),
    ],
)
def test_the_reports_counts(name, now, then, rarity, verdict):
    row = one(pairs(name, now, then))
    assert round(exact_rarity(name, now, then)) == rarity
    assert row["rarity"] == pytest.approx(exact_rarity(name, now, then), abs=1e-6)
    assert row["verdict"] == verdict
    if then > 100:  # the exact limits of few events are wider than the closed form's
        assert (row["usual_lower"], row["usual_upper"]) == pytest.approx(closed_range(name, then), rel=0.01)


def test_children_in_care_are_unusual_by_themselves_and_just_usual_beside_england():
    alone = one(pairs("children_in_care", 435, 373, period="2013-03-31", reference_period="2012-03-31"))
    assert alone["verdict"] == "unusual" and alone["rarity"] == pytest.approx(4.4, abs=0.7)
    england = {"england_numerator": 68_060.0, "reference_england_numerator": 67_080.0}
    net = one(pairs("children_in_care", 435, 373, period="2013-03-31", reference_period="2012-03-31", **england))
    assert net["net"] and net["verdict"] == "usual" and 5 < net["rarity"] < 7.5


@pytest.mark.parametrize(
    ("name", "now", "base", "then", "area", "rarities", "verdict"),
    [
        # Bases of last year from a quarter to four times this year's: N at either end and in the middle.
        ("initial_assessments_10_days_pct", 2977, 5208, 48.8, "", (43, 45), "usual"),
        ("core_assessments_35_days_pct", 1787, 2247, 70.4, "", (33, 36), "usual"),
        ("core_assessments_35_days_pct", 118, 122, 57.0, RUTLAND, (0.6, 2.1), "unusual"),
        ("initial_assessments_10_days_pct", 251, 261, 80.4, RUTLAND, (6.5, 10), "usual"),
    ],
)
def test_a_base_that_is_not_printed_is_tried(name, now, base, then, area, rarities, verdict):
    frame = pairs(name, now, 1, bases=(base, 1), area=area or "E10000018")
    frame = frame.assign(reference=then, reference_numerator=np.nan, reference_denominator=np.nan)
    row = one(frame)
    assert row["verdict"] == verdict
    assert rarities[0] <= row["least_rarity"] <= row["rarity"] <= row["most_rarity"] <= rarities[1]


def test_where_the_base_decides_there_is_no_verdict():
    frame = pairs("children_in_care_stable_pct", 1, 1, bases=(1, 1)).assign(
        value=64.3, reference=46.7, numerator=np.nan, denominator=np.nan, reference_numerator=np.nan, reference_denominator=np.nan
    )
    row = one(frame)
    assert (row["verdict"], row["reason"]) == ("not judged", "reason_base")


def test_where_neither_base_is_printed_those_from_20_to_50_000_are_tried():
    frame = pairs("plans_reviewed_on_time_pct", np.nan, np.nan, bases=(np.nan, np.nan)).assign(value=90.0, reference=80.0)
    tried = alternatives(frame, pd.Series([True]))
    assert (tried["n1"].min(), tried["n1"].max()) == (20, 50_000)
    assert (tried["n0"] == tried["n1"]).all()
    [told] = tried[tried["middle"]].to_dict("records")
    assert (told["n1"], told["x1"], told["x0"]) == (1000, 900, 800)


def test_a_printed_number_is_taken_before_what_its_rounded_percentage_would_give():
    frame = pairs("plans_reviewed_on_time_pct", 411, 479, bases=(500, 500)).assign(value=82.0, reference=96.0)
    [numbers] = alternatives(frame, pd.Series([True])).to_dict("records")
    assert (numbers["x1"], numbers["x0"]) == (411, 479)


def test_a_level_known_within_a_range_is_judged_at_both_ends():
    frame = pairs("adult_referrals", 1341, np.nan).assign(reference_low=1044.0, reference_high=1051.0)
    row = one(frame)
    assert row["verdict"] == "usual" and row["assumed"] and row["least_rarity"] < row["most_rarity"]
    ends = [one(pairs("adult_referrals", 1341, end))["rarity"] for end in (1044, 1051)]
    assert (row["least_rarity"], row["most_rarity"]) == pytest.approx((ends[0], ends[1]))
    between = next(x for x in range(200, 1341) if one(pairs("adult_referrals", 1341, x))["verdict"] == "usual")
    open_end = one(pairs("adult_referrals", 1341, np.nan).assign(reference_low=between - 1.0, reference_high=between + 1.0))
    assert (open_end["verdict"], open_end["reason"]) == ("not judged", "reason_implied")


def test_two_sources_give_a_verdict_only_if_it_is_the_same():
    both = one(pairs("plans_in_force", 23, 15, period="2013-03-31", reference_period="2012-03-31", other_values="35"))
    assert both["verdict"] == "usual" and both["least_rarity"] == pytest.approx(exact_rarity("plans_in_force", 35, 15), abs=1e-6)
    assert both["rarity"] == pytest.approx(exact_rarity("plans_in_force", 23, 15), abs=1e-6)
    apart = one(pairs("plans_in_force", 23, 15, period="2013-03-31", reference_period="2012-03-31", other_values="350"))
    assert (apart["verdict"], apart["reason"]) == ("not judged", "reason_two_values")


def test_repeats_that_could_make_a_change_leave_it_unjudged():
    rutland = {"area": RUTLAND, "repeat_share": 60.0}
    row = one(pairs("dols_referrals", 43, 21, **rutland))
    assert (row["verdict"], row["reason"]) == ("not judged", "reason_repeats")
    assert one(pairs("dols_referrals", 43, 21, area=RUTLAND, repeat_share=10.0))["verdict"] == "usual"
    assert one(pairs("dols_referrals", 488, 463, repeat_share=60.0))["verdict"] == "chance"  # counting makes that by itself


def test_the_rarity_of_a_large_count_is_that_of_the_closed_form():
    movement = movement_of("contacts", "2012-13")
    for now, then in ((400, 300), (200, 300), (5000, 4000)):
        spread = np.sqrt(movement.c * (1 / (now + 0.5) + 1 / (then + 0.5)) + movement.s**2)
        expected = 200 * stats.t(movement.freedom).sf(abs(np.log((now + 0.5) / (then + 0.5))) / spread)
        assert one(pairs("contacts", now, then))["rarity"] == pytest.approx(expected, rel=0.06)


def test_spans_widen_the_spread_as_time_goes_on():
    quarters = [spread_over("2012-13-Q4", period) for period in ("2013-14-Q1", "2013-14-Q2", "2013-14-Q3", "2013-14-Q4")]
    assert quarters == sorted(quarters) and (quarters[0], quarters[-1]) == (0.7, 1.35)
    years = [spread_over("2012-13", f"{year}-{year - 1999:02d}") for year in range(2013, 2023)]
    assert years == sorted(years) and years[0] == 1
    assert spread_over("2012-03-31", "2013-03-31") == 1


def test_every_indicator_that_is_judged_has_constants_and_those_that_are_not_have_none():
    for name, entry in catalogue.indicators().iterrows():
        movement = movement_of(str(name), "2012-13")
        assert (movement is None) == (entry["movement"] == ""), name
        if entry["uncertainty"] in ("poisson", "binomial"):
            assert movement is not None, name
    assert movement_of("board_expenditure", "2012-13") is None


def test_years_outside_the_table_take_its_first_or_last():
    own = tables.read("usual_movement").query("year != 'all'")
    name = str(own["indicator"].iloc[0])
    years = sorted(own.loc[own["indicator"] == name, "year"])
    assert movement_of(name, "1999-00") == movement_of(name, years[0])
    assert movement_of(name, "2098-99") == movement_of(name, years[-1])


def test_a_pair_without_a_figure_has_no_alternative():
    frame = pairs("contacts", [5, np.nan], [np.nan, 5])
    assert alternatives(frame, pd.Series([False, False])).empty


@pytest.mark.parametrize("frame", [pairs("plans_reviewed_on_time_pct", 320, 480, bases=(500, 500)), pairs("referrals", 900, 300)])
def test_a_figure_that_no_other_return_gives_may_be_blank_or_missing(frame):
    blank = one(frame)
    missing = one(frame.assign(other_values=np.nan))
    pd.testing.assert_series_equal(pd.Series(missing), pd.Series(blank))
    assert "Another source" not in findings(judge(frame.assign(other_values=np.nan)))[0].headline
    assert blank["verdict"] in ("unusual", "very unusual")
