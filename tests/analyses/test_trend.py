"""What a series of each length allows: every row of the table of methods, and nothing beyond it."""

import numpy as np
import pandas as pd
import pytest
from made_series import LEICESTERSHIRE, RUTLAND, made, marches, quarters, years

from analysis import catalogue, measures
from analysis.analyses import trend
from analysis.analyses.findings import findings_of_trends
from analysis.analyses.trend import tests_by_length
from analysis.statistics import benjamini_hochberg, poisson_trend_exact, quasi_poisson_trend, rate_ratio
from analysis.store import COLUMNS

PERIOD = "2012-13-Q4"
EXACT, FOURS = "exact, few points", "last four quarters against the four before"


def only(found):
    assert len(found) == 1
    return found.iloc[0]


def assert_ratio(row, expected, power=1):
    found = [row["change"], row["lower"], row["upper"]]
    assert found == pytest.approx([each**power for each in (expected.value, expected.lower, expected.upper)], rel=1e-6)


@pytest.mark.parametrize("points", [1, 2, 4])
def test_fewer_than_five_points_allow_nothing(points):
    assert trend.tested(made("referrals", quarters(points), [10 * 3**n for n in range(points)]), PERIOD).empty
    assert trend.tested(made("referrals", years(points), [10 * 3**n for n in range(points)]), PERIOD).empty


@pytest.mark.parametrize("points", [5, 6, 7])
def test_five_to_seven_quarters_are_exact_and_indicative(points):
    counts = [30, 28, 41, 45, 52, 61, 66][:points]
    row = only(trend.tested(made("referrals", quarters(points), counts), PERIOD))
    assert (row["method"], row["indicative"], row["points"], row["spans"]) == (EXACT, True, points, "quarters")
    expected = poisson_trend_exact(counts)
    assert_ratio(row, expected, 4)  # a year is four steps
    assert row["p_value"] == pytest.approx(expected.p_value)
    assert row["verdict"] == "up" and row["base_count"] == sum(counts[:4])


@pytest.mark.parametrize("points", [8, 9, 11])
def test_eight_to_eleven_quarters_hold_four_against_the_four_before(points):
    counts = [9, 9, 9, 30, 28, 41, 45, 22, 21, 20, 19][-points:]
    row = only(trend.tested(made("referrals", quarters(points), counts), PERIOD))
    assert (row["method"], row["indicative"], row["points"]) == (FOURS, False, 8)
    assert_ratio(row, rate_ratio(sum(counts[-4:]), 1, sum(counts[-8:-4]), 1))
    assert (row["first_period"], row["first_value"], row["base_count"]) == (quarters(8)[0], counts[-8], sum(counts[-8:-4]))


def test_four_against_four_uses_the_bases_of_a_share():
    bases = np.array([100, 110, 120, 90, 100, 105, 95, 130])
    counts = np.array([20, 25, 22, 18, 33, 36, 30, 40])
    row = only(trend.tested(made("plans_ended_2_years_pct", quarters(8), counts, base=bases), PERIOD))
    assert_ratio(row, rate_ratio(counts[4:].sum(), bases[4:].sum(), counts[:4].sum(), bases[:4].sum()))


def test_who_is_there_at_a_date_is_never_added_up_over_quarters(monkeypatch):
    frame = made("children_in_care", quarters(8), [400] * 4 + [520] * 4)
    assert trend.tested(frame, PERIOD).empty
    assert not trend.tested(made("referrals", quarters(8), [400] * 4 + [520] * 4), PERIOD).empty
    for kind in ("year_to_date", "rolling"):
        tests_by_length._kind_of.cache_clear()
        series = catalogue.series().copy()
        series.loc["referrals", "kind"] = kind
        with monkeypatch.context() as patched:
            patched.setattr(catalogue, "series", lambda held=series: held)
            assert trend.tested(made("referrals", quarters(16), range(50, 82, 2)), PERIOD).empty
        tests_by_length._kind_of.cache_clear()


@pytest.mark.parametrize("points", [12, 20, 48])
def test_twelve_quarters_and_more_are_quasi_poisson_with_quarters(points):
    spans = quarters(points)
    counts = np.random.default_rng(points).poisson(50 * 1.04 ** np.arange(points) * np.tile([1, 1.2, 0.8, 1], 12)[:points])
    row = only(trend.tested(made("referrals", spans, counts), PERIOD))
    assert (row["method"], row["indicative"], row["points"]) == ("quasi-Poisson with quarters", False, points)
    expected = quasi_poisson_trend(counts, 1, [int(span[-1]) for span in spans])
    assert_ratio(row, expected, 4)
    assert row["dispersion"] == pytest.approx(expected.dispersion)


@pytest.mark.parametrize(
    ("points", "method", "indicative"), [(5, EXACT, True), (7, EXACT, True), (8, "exact", False), (11, "exact", False)]
)
def test_years_are_exact_up_to_eleven(points, method, indicative):
    counts = [30, 28, 41, 45, 52, 61, 66, 60, 71, 70, 80][:points]
    row = only(trend.tested(made("referrals", years(points), counts), PERIOD))
    assert (row["method"], row["indicative"], row["spans"], row["base_count"]) == (method, indicative, "years", 30)
    assert_ratio(row, poisson_trend_exact(counts))


def test_twelve_years_are_quasi_poisson():
    counts = [30, 28, 41, 45, 52, 61, 66, 60, 71, 70, 80, 77]
    row = only(trend.tested(made("referrals", years(12), counts), PERIOD))
    assert row["method"] == "quasi-Poisson" and not row["indicative"]
    assert_ratio(row, quasi_poisson_trend(counts, 1, [1] * 12))


def test_snapshots_are_years_by_their_31_marches_and_keep_their_dates():
    other_days = ["2012-06-30", "2012-09-30", "2012-12-31"]
    frame = made("children_in_care", [*marches(6), *other_days], [300, 330, 340, 360, 373, 435, 900, 900, 900])
    row = only(trend.tested(frame, PERIOD))
    assert (row["points"], row["first_period"], row["last_period"]) == (6, "2008-03-31", "2013-03-31")
    assert row["last_value"] == 435


def test_a_gap_is_time_all_the_same():
    counts = [40, 44, np.nan, 52, 60, 66]
    row = only(trend.tested(made("referrals", quarters(6), counts), PERIOD))
    assert row["points"] == 5
    assert_ratio(row, poisson_trend_exact(counts), 4)
    without_row = made("referrals", quarters(6), counts).dropna(subset=["numerator"])
    pd.testing.assert_frame_equal(trend.tested(without_row, PERIOD), trend.tested(made("referrals", quarters(6), counts), PERIOD))
    # One of the last eight is missing: there are no two whole years to compare.
    assert trend.tested(made("referrals", quarters(11), [40] * 6 + [np.nan] + [60] * 4), PERIOD).empty


def test_a_gap_that_all_series_share_is_kept():
    spans = quarters(16)
    kept = [span for span in spans if span != spans[5]]
    counts = np.random.default_rng(3).poisson(60, 15)
    with_gap = np.insert(counts.astype(float), 5, np.nan)
    row = only(trend.tested(made("referrals", kept, counts), PERIOD))
    assert_ratio(row, quasi_poisson_trend(with_gap, 1, [int(span[-1]) for span in spans]), 4)


def test_nothing_after_the_period_is_looked_at():
    late = made("referrals", quarters(8, "2014-15-Q4"), [100] * 4 + [900] * 4)
    assert trend.tested(late, "2013-14-Q4").empty  # four quarters
    rates = made("referrals_per_10k", [*years(6), "2013-14"], [500, 520, 560, 590, 600, 640, 10], base=[*[130_000] * 6, 140_000])
    counts = made("referrals", years(6), [500, 520, 560, 590, 600, 640])
    # A later census doesn't make a series over one population a second test.
    assert trend.tested(pd.concat([rates, counts]), PERIOD)["indicator"].tolist() == ["referrals"]


def test_a_rate_over_one_population_is_not_tested_beside_its_count():
    counts = [500, 520, 560, 590, 600, 640]
    both = pd.concat([made("referrals", years(6), counts), made("referrals_per_10k", years(6), counts, base=130_000)])
    assert trend.tested(both, PERIOD)["indicator"].tolist() == ["referrals"]
    growing = made("referrals_per_10k", years(6), counts, base=130_000 + 900 * np.arange(6))
    row = only(trend.tested(growing, PERIOD))
    assert_ratio(row, poisson_trend_exact(counts, 130_000 + 900 * np.arange(6)))


def test_a_series_tested_by_quarter_is_not_tested_by_year_again():
    by_quarter = made("referrals", quarters(12), [40, 44, 41, 50] * 3)
    by_year = made("referrals", years(8), [160, 170, 165, 180, 175, 175, 175, 175])
    assert trend.tested(pd.concat([by_quarter, by_year]), PERIOD)["spans"].tolist() == ["quarters"]
    few = pd.concat([by_quarter.tail(4), by_year])
    assert trend.tested(few, PERIOD)["spans"].tolist() == ["years"]


def test_a_series_begins_after_its_last_break():
    # Councils took over in April 2013: of these seven years three are left, and the trend is not tested.
    assert trend.tested(made("dols_referrals", years(7, 2014), [200, 220, 260, 300, 500, 700, 4000]), "2014-15-Q4").empty
    row = only(trend.tested(made("dols_referrals", years(7), [200, 220, 260, 300, 310, 350, 390]), PERIOD))
    assert row["points"] == 7
    # The year in which Cheshire West was decided is one series with neither side.
    late = made("dols_referrals", years(6, 2018), [700, 4000, 4100, 4300, 4500, 4600])
    row = only(trend.tested(late, "2018-19-Q4"))
    assert (row["points"], row["first_period"]) == (5, "2014-15")


def test_what_has_no_figure_and_what_has_no_estimate_is_not_called_a_series_without_trend():
    assert trend.tested(made("referrals", quarters(16), [0] * 16), PERIOD).empty
    assert trend.tested(made("referrals", years(6), [0] * 6), PERIOD).empty
    # A numerator above its base has no value (`measure` says why) and is no point.
    above = made("plans_ended_2_years_pct", years(5), [5, 6, 4, 7, 30], base=[50, 52, 47, 55, 20])
    above.loc[above["numerator"] > above["denominator"], "value"] = np.nan
    assert trend.tested(above, PERIOD).empty
    # Shares without their base, and what no interval fits, are left alone.
    assert trend.tested(made("plans_ended_2_years_pct", years(6), [np.nan] * 6, base=50).assign(value=12.0), PERIOD).empty
    assert trend.tested(made("board_income", years(6), [100.0] * 6), PERIOD).empty


def test_many_series_stand_side_by_side():
    rng = np.random.default_rng(7)
    frames = [made("referrals", quarters(16), rng.poisson(80 * 1.06 ** np.arange(16)))]
    frames += [made("contacts", quarters(6), rng.poisson(90, 6), RUTLAND), made("plans_started", quarters(9), rng.poisson(40, 9))]
    together = trend.tested(pd.concat(frames), PERIOD)
    assert tuple(together.columns) == tests_by_length.COLUMNS and len(together) == 3
    for frame in frames:
        alone = only(trend.tested(frame, PERIOD))
        row = only(together[together["indicator"] == alone["indicator"]])
        fields = ["area", "points", "first_period", "last_period", "change", "lower", "upper", "p_value", "verdict", "method"]
        assert (row[fields] == alone[fields]).all()
    assert together["stands"].tolist() == benjamini_hochberg(together["p_value"]).flags.tolist()
    up, down = together["lower"] > 1, together["upper"] < 1
    assert (together["verdict"] == np.select([up, down], ["up", "down"], "no clear trend")).all()


def test_breakdowns_are_not_tested():
    assert trend.tested(made("adult_referrals_age", years(6), [30, 40, 50, 60, 70, 80], category="18_64"), PERIOD).empty


def test_of_restated_figures_the_later_print_is_tested():
    spans = quarters(6)
    rows = [("referrals", LEICESTERSHIRE, span, 50.0 + n, 1) for n, span in enumerate(spans)]
    rows.append(("referrals", LEICESTERSHIRE, spans[-1], 150.0, 2))
    frame = pd.DataFrame(rows, columns=["series", "area", "period", "value", "print"])
    observations = frame.assign(
        category="all", status="final", release="annual-report/2012-13", note="",
        source=[f"annual-report/2012-13/figure-1.csv#cell={2 + number},{3}" for number in range(len(frame))],
    )[list(COLUMNS)]  # fmt: skip
    row = only(trend.tested(measures.measure(observations, ["referrals"]), PERIOD))
    assert (row["points"], row["last_value"]) == (6, 150)
    assert_ratio(row, poisson_trend_exact([50, 51, 52, 53, 54, 150]), 4)


def test_a_withheld_year_keeps_its_place_and_its_status_and_is_no_point_of_the_trend():
    series = made("referrals", years(5), [30, 28, 41, 45, 52])
    series.loc[series.index[2], ["value", "numerator", "status"]] = [np.nan, np.nan, "suppressed"]
    shown = trend.by_year(series, PERIOD)
    assert len(shown) == 5 and shown["status"].tolist()[2] == "suppressed"
    assert trend.by_year(series.iloc[1:4], PERIOD).empty  # two figures and a withheld one are no series
    last = series.assign(value=series["value"].where(series.index != series.index[-1]))
    assert trend.last_against_first(last, PERIOD)["value"].notna().all()


def test_a_sentence_says_where_years_are_missing_and_where_the_two_ends_say_otherwise() -> None:
    spans = [f"{year}-{(year + 1) % 100:02d}" for year in (*range(2013, 2017), *range(2019, 2025))]
    counts = [2000, 3000, 2900, 2800, 2650, 2500, 2400, 2300, 2200, 2100]
    (said,) = findings_of_trends(trend.tested(made("contacts", spans, counts), "2024-25"))
    assert "fell over 12 years, 10 of them with a figure" in said.headline
    assert "The two ends alone say otherwise: the trend is that of all years between them." in said.headline
    (whole,) = findings_of_trends(trend.tested(made("contacts", spans[4:], counts[4:]), "2024-25"))
    assert "fell over 6 years" in whole.headline
    assert "otherwise" not in whole.headline and "with a figure" not in whole.headline
