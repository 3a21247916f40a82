"""Slopes of series: what a series of each length and kind is judged by, and what is left alone."""

from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from made_series import LEICESTERSHIRE, RUTLAND, made, marches, quarters, years

from analysis import catalogue, measures
from analysis.analyses import trend
from analysis.analyses.findings import findings_of_slopes
from analysis.analyses.movement import movement_of
from analysis.statistics import QUARTER_BEFORE, QUARTERS_EXPONENT, usual_range, usual_slope
from analysis.store import COLUMNS

PERIOD = "2012-13-Q4"
slopes_module = import_module("analysis.analyses.trend.slopes")  # `trend.slopes` is the function


def only(found):
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.parametrize("points", [1, 2, 4])
def test_fewer_than_five_points_have_no_slope(points):
    assert trend.slopes(made("referrals", quarters(points), [10 * 3**n for n in range(points)]), PERIOD).empty
    assert trend.slopes(made("referrals", years(points), [10 * 3**n for n in range(points)]), PERIOD).empty


@pytest.mark.parametrize("points", [5, 8, 12])
def test_years_are_judged_by_the_indicators_movement(points):
    counts = [30, 28, 41, 45, 52, 61, 66, 60, 71, 70, 80, 77][:points]
    row = only(trend.slopes(made("referrals", years(points), counts), PERIOD))
    movement = movement_of("referrals", "2012-13")
    c, s, freedom = movement.constants(net=False)
    expected = usual_slope(np.array([counts]), 1, "rate", c, s, freedom)
    assert [row["slope"], row["lower"], row["upper"]] == pytest.approx([expected.value[0], expected.lower[0], expected.upper[0]])
    assert row["rarity"] == pytest.approx(100 * expected.rarity[0]) and not row["net"]
    assert (row["spans"], row["points"], row["direction"]) == ("years", points, "up")
    assert row["rises"] + row["falls"] == points - 1


@pytest.mark.parametrize("points", [5, 7, 8, 16])
def test_quarters_move_less_than_years_and_have_seasons_from_eight_on(points):
    counts = np.round(200 * np.tile([1, 1.3, 0.8, 1.1], 4)[:points] * 1.03 ** np.arange(points))
    row = only(trend.slopes(made("referrals", quarters(points), counts), PERIOD))
    c, s, freedom = movement_of("referrals", "2012-13").constants(net=False)
    seasons = [int(span[-1]) for span in quarters(points)] if points >= 8 else None
    expected = usual_slope(counts[None], 1, "rate", c, QUARTER_BEFORE * s, freedom, exponent=QUARTERS_EXPONENT, seasons=seasons)
    assert row["rarity"] == pytest.approx(100 * expected.rarity[0])
    assert row["slope"] == pytest.approx(expected.value[0] ** 4)  # a year is four steps
    if points >= 8:
        assert row["slope"] == pytest.approx(1.03**4, rel=0.01)


def test_englands_slope_is_taken_off_where_it_is_held_throughout():
    counts = [100, 110, 121, 133, 146, 161]
    frame = made("referrals", years(6), counts)
    with_england = frame.assign(england_numerator=[1000.0 * 1.1**n for n in range(6)])
    net = only(trend.slopes(with_england, PERIOD))
    assert net["net"] and net["slope"] == pytest.approx(1, abs=0.002) and net["rarity"] > 90
    gap = only(trend.slopes(with_england.assign(england_numerator=[np.nan, *with_england["england_numerator"][1:]]), PERIOD))
    assert not gap["net"] and gap["slope"] > 1.09


def test_a_share_moves_in_points_of_its_own_level():
    row = only(trend.slopes(made("plans_reviewed_on_time_pct", marches(6), [500, 480, 470, 450, 440, 420], base=500), PERIOD))
    assert row["direction"] == "down" and -5 < row["slope"] < -1 and row["lower"] < row["slope"] < row["upper"]


def test_who_is_there_at_a_date_is_never_added_up_over_quarters(monkeypatch):
    assert not trend.slopes(made("referrals", quarters(8), [400] * 4 + [520] * 4), PERIOD).empty
    for kind in ("year_to_date", "rolling"):
        slopes_module._kind_of.cache_clear()
        series = catalogue.series().copy()
        series.loc["referrals", "kind"] = kind
        with monkeypatch.context() as patched:
            patched.setattr(catalogue, "series", lambda held=series: held)
            assert trend.slopes(made("referrals", quarters(16), range(50, 82, 2)), PERIOD).empty
        slopes_module._kind_of.cache_clear()


def test_snapshots_are_years_by_their_31_marches_and_keep_their_dates():
    other_days = ["2012-06-30", "2012-09-30", "2012-12-31"]
    frame = made("children_in_care", [*marches(6), *other_days], [300, 330, 340, 360, 373, 435, 900, 900, 900])
    row = only(trend.slopes(frame, PERIOD))
    assert (row["points"], row["first_period"], row["last_period"]) == (6, "2008-03-31", "2013-03-31")
    assert row["last_value"] == 435


def test_a_gap_is_time_all_the_same():
    counts = [40, 44, np.nan, 52, 60, 66]
    row = only(trend.slopes(made("referrals", quarters(6), counts), PERIOD))
    assert row["points"] == 5
    without_row = made("referrals", quarters(6), counts).dropna(subset=["numerator"])
    pd.testing.assert_frame_equal(trend.slopes(without_row, PERIOD), trend.slopes(made("referrals", quarters(6), counts), PERIOD))
    whole = only(trend.slopes(made("referrals", quarters(5), [40, 44, 52, 60, 66]), PERIOD))
    assert row["slope"] < whole["slope"]  # the same rise over more time


def test_nothing_after_the_period_is_looked_at():
    late = made("referrals", quarters(8, "2014-15-Q4"), [100] * 4 + [900] * 4)
    assert trend.slopes(late, "2013-14-Q4").empty  # four quarters


def test_a_rate_over_one_population_is_not_judged_beside_its_count():
    counts = [500, 520, 560, 590, 600, 640]
    both = pd.concat([made("referrals", years(6), counts), made("referrals_per_10k", years(6), counts, base=130_000)])
    assert trend.slopes(both, PERIOD)["indicator"].tolist() == ["referrals"]
    growing = made("referrals_per_10k", years(6), counts, base=130_000 + 900 * np.arange(6))
    assert only(trend.slopes(growing, PERIOD))["indicator"] == "referrals_per_10k"


def test_a_series_judged_by_quarter_is_not_judged_by_year_again():
    by_quarter = made("referrals", quarters(12), [40, 44, 41, 50] * 3)
    by_year = made("referrals", years(8), [160, 170, 165, 180, 175, 175, 175, 175])
    assert trend.slopes(pd.concat([by_quarter, by_year]), PERIOD)["spans"].tolist() == ["quarters"]
    few = pd.concat([by_quarter.tail(4), by_year])
    assert trend.slopes(few, PERIOD)["spans"].tolist() == ["years"]


def test_a_series_begins_after_its_last_break():
    # Councils took over in April 2013: of these seven years three are left, and the series is not judged.
    assert trend.slopes(made("dols_referrals", years(7, 2014), [200, 220, 260, 300, 500, 700, 4000]), "2014-15-Q4").empty
    row = only(trend.slopes(made("dols_referrals", years(7), [200, 220, 260, 300, 310, 350, 390]), PERIOD))
    assert row["points"] == 7
    # The year in which Cheshire West was decided is one series with neither side.
    late = made("dols_referrals", years(6, 2018), [700, 4000, 4100, 4300, 4500, 4600])
    row = only(trend.slopes(late, "2018-19-Q4"))
    assert (row["points"], row["first_period"]) == (5, "2014-15")
    # Assessments begin in 2015-16: before it authorities moved to single assessments one by one.
    single = made("assessments_per_10k", years(8, 2020), range(300, 380, 10), base=[10_000 + n for n in range(8)])
    assert only(trend.slopes(single, "2020-21"))["first_period"] == "2015-16"


def test_what_has_no_figure_or_no_usual_movement_is_left_alone():
    above = made("plans_ended_2_years_pct", years(5), [5, 6, 4, 7, 30], base=[50, 52, 47, 55, 20])
    above.loc[above["numerator"] > above["denominator"], "value"] = np.nan
    assert trend.slopes(above, PERIOD).empty
    assert trend.slopes(made("plans_ended_2_years_pct", years(6), [np.nan] * 6, base=50).assign(value=12.0), PERIOD).empty
    printed = made("core_assessments_35_days_pct", quarters(6), [26, 30, 29, 33, 31, 30]).assign(value=97.3)
    assert trend.slopes(printed, PERIOD).empty  # a number of its own, and no base
    assert trend.slopes(made("board_income", years(6), [100.0] * 6), PERIOD).empty
    assert trend.slopes(made("adult_referrals_age", years(6), [30, 40, 50, 60, 70, 80], category="18_64"), PERIOD).empty


def test_many_series_stand_side_by_side():
    rng = np.random.default_rng(7)
    frames = [made("referrals", quarters(16), rng.poisson(80 * 1.06 ** np.arange(16)))]
    frames += [made("contacts", quarters(6), rng.poisson(90, 6), RUTLAND), made("plans_started", quarters(9), rng.poisson(40, 9))]
    together = trend.slopes(pd.concat(frames), PERIOD)
    assert tuple(together.columns) == slopes_module.COLUMNS and len(together) == 3
    for frame in frames:
        alone = only(trend.slopes(frame, PERIOD))
        row = only(together[together["indicator"] == alone["indicator"]])
        pd.testing.assert_series_equal(row, alone, check_names=False)


def test_of_restated_figures_the_later_print_is_judged():
    spans = quarters(6)
    rows = [("referrals", LEICESTERSHIRE, span, 50.0 + n, 1) for n, span in enumerate(spans)]
    rows.append(("referrals", LEICESTERSHIRE, spans[-1], 150.0, 2))
    frame = pd.DataFrame(rows, columns=["series", "area", "period", "value", "print"])
    observations = frame.assign(
        category="all", status="final", release="annual-report/2012-13", note="",
        source=[f"annual-report/2012-13/figure-1.csv#cell={2 + number},{3}" for number in range(len(frame))],
    ).reindex(columns=list(COLUMNS))  # fmt: skip
    row = only(trend.slopes(measures.measure(observations, ["referrals"]), PERIOD))
    assert (row["points"], row["last_value"]) == (6, 150)


def test_a_withheld_year_keeps_its_place_and_its_status_and_is_no_point():
    series = made("referrals", years(4), [30, 28, 41, 45])
    series.loc[series.index[2], ["value", "numerator", "status"]] = [np.nan, np.nan, "suppressed"]
    shown = trend.by_year(series, PERIOD)
    assert len(shown) == 4 and shown["status"].tolist()[2] == "suppressed"
    assert trend.by_year(series.iloc[1:4], PERIOD).empty  # two figures and a withheld one are no series
    assert trend.last_against_first(series, PERIOD)["value"].tolist() == [45]


def test_series_of_five_years_have_a_slope_and_shorter_ones_their_two_ends():
    counts = [30, 28, 41, 45, 52]
    assert trend.last_against_first(made("referrals", years(5), counts), PERIOD).empty
    row = trend.last_against_first(made("referrals", years(4), counts[1:]), PERIOD).iloc[0]
    assert (row["reference"], row["value"], row["reference_period"]) == (28, 52, "2009-10")


def test_a_sentence_says_where_years_are_missing_and_what_it_is_set_against() -> None:
    spans = [f"{year}-{(year + 1) % 100:02d}" for year in (*range(2013, 2017), *range(2019, 2025))]
    counts = [2000, 3000, 2900, 2800, 2650, 2500, 2400, 2300, 2200, 2100]
    (said,) = findings_of_slopes(trend.slopes(made("contacts", spans, counts), "2024-25"))
    assert "rose from 2,000 in 2013/14 to 2,100 in 2024/25, over 12 years, 10 of them with a figure" in said.headline
    assert ", assumed" in said.headline and said.rarity_words.endswith("assumed")
    (whole,) = findings_of_slopes(trend.slopes(made("contacts", spans[4:], counts[4:]), "2024-25"))
    assert "over 6 years." in whole.headline and "with a figure" not in whole.headline


def test_an_unusual_slope_says_how_steady_it_was():
    steep = made("children_in_care", marches(8), [300, 340, 390, 440, 500, 570, 560, 700])
    (said,) = findings_of_slopes(trend.slopes(steep, PERIOD))
    assert said.unusual and "It rose in 6 of 7 steps." in said.headline


def test_a_series_that_ends_where_it_began_is_level():
    (said,) = findings_of_slopes(trend.slopes(made("referrals", years(5), [300, 310, 290, 320, 300]), PERIOD))
    assert "300 in 2008/09 and again in 2012/13" in said.headline
    assert "rose" not in said.headline and "fell" not in said.headline


def test_next_years_figure_is_expected_within_the_usual_range_of_the_last_one():
    row = only(trend.slopes(made("referrals", years(5), [300, 310, 325, 330, 350]), PERIOD))
    c, s, freedom = movement_of("referrals", "2012-13").constants(net=False)
    expected = usual_range(350, 1, 1, "rate", c, s, freedom, confidence=0.8)
    assert (row["next_lower"], row["next_upper"]) == (expected.lower, expected.upper)
    share = only(trend.slopes(made("plans_repeat_pct", years(5), [10, 12, 11, 13, 12], base=[80, 90, 85, 88, 100]), PERIOD))
    assert 0 <= share["next_lower"] < 12 < share["next_upper"] < 100
    assert np.isnan(only(trend.slopes(made("referrals", quarters(6), [30, 31, 32, 30, 33, 31]), PERIOD))["next_lower"])
