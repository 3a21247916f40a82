"""Control charts of measures: how many points allow what, rules and gaps, phases, and what is refused."""

import importlib

import numpy as np
import pandas as pd
import pytest
from made_series import RUTLAND, made, quarters

from analysis import catalogue
from analysis.analyses import trend
from analysis.analyses.findings import finding_of_chart
from analysis.catalogue import tables
from analysis.statistics import SeriesKindError

# By its path: in the package the name stands for the function.
module = importlib.import_module("analysis.analyses.trend.control_charts")
PERIOD = "2012-13-Q4"
CALM = [100, 104, 98, 101, 97, 103, 99, 102, 100, 96, 105, 101, 98, 100, 103, 99]
# Montgomery DC (2009), Introduction to Statistical Quality Control, 6th edition, table 6.6 (viscosity of 15 batches): mean
# 33.523, mean moving range 0.4807, limits 34.802 and 32.245.
VISCOSITY = [33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84]


@pytest.fixture(autouse=True)
def fresh():
    """The look-ups are kept between calls; a test that changes the tables starts and leaves without them."""
    yield
    module._about.cache_clear()
    module._phases.cache_clear()


def chart(values, name="referrals", last=PERIOD, period=PERIOD, **changes):
    return trend.control(made(name, quarters(len(values), last), values, **changes), period)


def with_series_kind(monkeypatch, series, kind):
    table = catalogue.series().copy()
    table.loc[series, "kind"] = kind
    module._about.cache_clear()
    monkeypatch.setattr(catalogue, "series", lambda: table)


@pytest.mark.parametrize("points", [1, 4])
def test_fewer_than_five_quarters_give_no_chart(points):
    assert chart(CALM[:points]).empty


@pytest.mark.parametrize("points", [5, 12])
def test_five_to_twelve_give_trial_limits_and_no_icon(points):
    found = chart([*CALM[: points - 1], 300])
    assert (found["status"] == "trial").all() and found["upper"].notna().all()
    assert (found["icon"] == "").all() and (found["assurance"] == "").all()
    assert "no verdict" in finding_of_chart(found).headline


@pytest.mark.parametrize("points", [13, 16])
def test_thirteen_give_the_full_chart(points):
    found = chart(CALM[:points])
    assert (found["status"] == "ok").all() and (found["icon"] == "common cause").all()
    assert "usual variation" in finding_of_chart(found).headline
    loud = chart([*CALM[: points - 1], 190])
    assert loud["beyond_limit"].tolist() == [False] * (points - 1) + [True]
    assert set(loud["icon"]) == {"neutral high"}  # more referrals are neither good nor bad
    assert "190 in Q4 2012/13" in finding_of_chart(loud).headline and "high side" in finding_of_chart(loud).headline


def test_a_published_example():
    found = chart(VISCOSITY)
    assert found["centre"].iloc[0] == pytest.approx(33.523, abs=0.001)
    assert found["upper"].iloc[0] == pytest.approx(34.802, abs=0.002)
    assert found["lower"].iloc[0] == pytest.approx(32.245, abs=0.002)
    assert not found[list(module._RULES)].to_numpy().any()


def test_the_rules_mark_their_windows():
    seven_above = [90, 110] * 5 + [104, 106, 105, 107, 104, 106, 105]
    found = chart(seven_above)
    assert found["run"].tail(7).all()
    assert found["run"].sum() == 8 and not found["trend"].any()  # the 110 before the seven lies above the mean too
    rising = chart([100, 90] * 5 + [91, 93, 96, 99, 103, 106, 109])
    assert rising["trend"].tail(7).all() and rising["trend"].sum() == 8
    tie = chart([100, 90] * 5 + [91, 93, 96, 96, 99, 103, 106])
    assert not tie["trend"].any()
    far = chart([100, 101] * 6 + [104, 101.5, 104])
    assert far["two_of_three"].tolist() == [False] * 12 + [True, False, True] and not far["beyond_limit"].any()


def test_no_rule_runs_across_a_gap():
    values = [100, 90] * 5 + [91, 93, 96, 99, 103, 106, 109]
    values[-4] = np.nan
    found = chart(values)
    assert len(found) == 17 and found["value"].isna().sum() == 1
    assert not found["trend"].any() and not found["run"].any()
    without_row = trend.control(made("referrals", quarters(17), values).dropna(subset=["value"]), PERIOD)
    pd.testing.assert_frame_equal(found, without_row)


def test_a_series_stands_in_its_own_time():
    short = made("contacts", quarters(6, "2011-12-Q4"), CALM[:6], RUTLAND)
    both = trend.control(pd.concat([made("referrals", quarters(16), CALM), short]), PERIOD)
    mine = both[both["area"] == RUTLAND]
    assert mine["period"].tolist() == quarters(6, "2011-12-Q4") and len(both) == 22
    assert "Q4 2011/12" not in finding_of_chart(both[both["area"] != RUTLAND]).headline
    assert trend.control(made("referrals", quarters(16), CALM), "2010-11-Q1")["period"].max() == "2010-11-Q1"


def test_polarity_target_and_ceiling(monkeypatch):
    share = "plans_reviewed_on_time_pct"
    found = chart([98, 99, 97, 99, 98, 100, 99, 98, 97, 99, 98, 99, 100, 80], share, base=100)
    assert set(found["icon"]) == {"concern low"} and (found["upper"] <= 100).all() and set(found["assurance"]) == {""}
    with_target = catalogue.indicators().copy()
    with_target.loc[share, "target"] = "70"
    module._about.cache_clear()
    monkeypatch.setattr(catalogue, "indicators", lambda: with_target)
    assert set(chart([98, 99, 97, 99, 98, 100, 99, 98, 97, 99, 98, 99, 100, 99], share, base=100)["assurance"]) == {"passes"}


def test_a_break_begins_a_new_phase_and_a_quarter_that_it_divides_stands_alone():
    found = chart(CALM, "dols_referrals", last="2014-15-Q4", period="2014-15-Q4")
    phases = dict(zip(found["period"], found["phase"], strict=True))
    assert phases["2012-13-Q4"] == 0 and phases["2013-14-Q1"] == 1  # councils took over on 1 April 2013
    assert phases["2013-14-Q3"] == 1 and phases["2013-14-Q4"] == 2 and phases["2014-15-Q1"] == 3  # 19 March 2014
    assert found.loc[found["phase"] == 3, "status"].tolist() == ["too few points"] * 4
    said = finding_of_chart(found).headline
    assert "has 4 quarters and limits need five" in said and "trial" not in said


def test_rebasing_is_a_dated_row(monkeypatch):
    values = [60, 64, 58, 61, 57, 63, 59, 62, 60, 56, 65, 61, 58, *CALM]
    real = tables.read
    rows = pd.DataFrame(
        [("referrals", RUTLAND, quarters(16)[0], "A new front door.", "the Executive Group")],
        columns=["indicator", "area", "from_period", "reason", "agreed_by"],
    )
    monkeypatch.setattr(tables, "read", lambda name: rows if name == "rebases" else real(name))
    both = trend.control(
        pd.concat([made("referrals", quarters(29), values), made("referrals", quarters(29), values, RUTLAND)]), PERIOD
    )
    old, new = both[both["area"] != RUTLAND], both[both["area"] == RUTLAND]
    assert set(old["phase"]) == {0} and old["run"].any()
    assert new["phase"].tolist() == [0] * 13 + [1] * 16 and not new["run"].any()
    assert new["centre"].iloc[0] == pytest.approx(np.mean(values[:13])) and new["centre"].iloc[-1] == pytest.approx(np.mean(CALM))


@pytest.mark.parametrize("kind", ["year_to_date", "rolling"])
def test_years_to_date_and_rolling_sums_are_refused_by_name(monkeypatch, kind):
    with_series_kind(monkeypatch, "referrals", kind)
    with pytest.raises(SeriesKindError, match=r"control chart of referrals .* difference it"):
        chart(CALM)
    with pytest.raises(SeriesKindError, match="referrals_out_of_hours_pct"):  # the base is a year to date
        chart([10, 12, 11, 14, 9, 10], "referrals_out_of_hours_pct", base=100)


def test_a_constant_has_no_limits_and_no_flags():
    found = chart([7] * 14)
    assert found["upper"].isna().all() and not found[list(module._RULES)].to_numpy().any()
    assert set(found["status"]) == {"no variation"}


def test_a_trend_towards_the_mean_is_not_said_to_lie_on_the_wrong_side_of_it():
    # Seven moves down from high above the mean: the last is still above it.
    values = [80, 120] * 6 + [100, 80, 131, 128, 124, 120, 116, 112, 108]
    found = chart(values)
    last = found.iloc[-1]
    assert last["value"] > last["centre"]
    said = finding_of_chart(found).headline
    assert "low side" not in said


def test_years_and_breakdowns_make_no_control_chart():
    assert trend.control(made("referrals", [f"{y}-{(y + 1) % 100:02d}" for y in range(1996, 2013)], [*CALM, 100]), PERIOD).empty
    assert chart(CALM, "adult_referrals_age", category="18_64").empty
