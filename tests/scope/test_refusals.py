"""What the figures don't bear is refused by name, in a sentence that says why."""

import numpy as np
import pandas as pd
import pytest
from made_series import LEICESTERSHIRE, councils, made, quarters

from analysis import measures
from analysis.analyses import benchmark, change, trend
from analysis.analyses.findings import findings_of_slopes
from analysis.errors import BreakError, RankingError, RefusedError, SummingError
from analysis.statistics import SeriesKindError, xmr


def observations(series, spans, values, status="final"):
    row = np.arange(2, len(spans) + 2).astype(str)
    return pd.DataFrame({"series": series, "area": LEICESTERSHIRE, "period": spans, "category": "all", "value": values}).assign(
        status=status, release="annual-report/2012-13", source=[f"annual-report/2012-13/figure-1.csv#cell={r},2" for r in row], note=""
    )  # fmt: skip


# Comparing


def test_two_periods_of_one_series_are_compared():
    frame = made("contacts", ["2010-11", "2012-13"], [400, 300])
    found = change.between(frame, "2012-13", "2010-11").iloc[0]
    assert (found["direction"], found["reference"], found["value"]) == ("down", 400, 300)
    assert found["estimate"] == pytest.approx(0.75)
    # By Clopper and Pearson's limits of 75 of 175 and the assumed movement over two years: c 4, s 0.2 × 2^0.35, nu 4.
    assert found["verdict"] == "usual" and found["rarity"] == pytest.approx(39.695, abs=0.001)


def test_two_definitions_are_not_compared_as_one_series():
    frame = made("initial_assessments_10_days_pct", ["2012-13", "2014-15"], [60, 70], base=100)
    with pytest.raises(BreakError, match="not one series and can't be compared. A single assessment"):
        change.between(frame, "2014-15", "2012-13")


def test_two_collections_are_not_compared_as_one_series():
    frame = made("adult_referrals", ["2012-13", "2013-14"], [600, 700])
    with pytest.raises(BreakError, match="Safeguarding Adults Return took the place"):
        change.between(frame, "2013-14", "2012-13")


def test_a_quarter_is_not_compared_with_a_year():
    frame = made("contacts", ["2011-12", "2012-13-Q4"], [400, 100])
    with pytest.raises(BreakError, match="a quarter and a year are two things"):
        change.between(frame, "2012-13-Q4", "2011-12")


def test_two_years_are_compared_by_their_snapshots_too():
    frame = pd.concat(
        [made("contacts", ["2022-23", "2023-24"], [400, 300]), made("plans_in_force", ["2023-03-31", "2024-03-31"], [40, 70])]
    )
    found = change.between(frame, "2023-24", "2022-23").set_index("indicator")
    assert found.loc["plans_in_force", ["period", "reference_period", "value", "reference"]].tolist() == [
        "2024-03-31", "2023-03-31", 70, 40,
    ]  # fmt: skip
    assert found.loc["contacts", ["period", "value"]].tolist() == ["2023-24", 300]
    dates = change.between(frame, "2024-03-31", "2023-03-31")
    assert dates["indicator"].tolist() == ["plans_in_force"] and dates["estimate"].iloc[0] == pytest.approx(1.75)


# Summing


def test_four_quarters_of_a_flow_make_a_year_that_is_not_printed():
    held = observations("contacts", quarters(4), [10, 20, 30, 40])
    assert measures.year_of_quarters(held, "contacts", LEICESTERSHIRE, "2012-13") == 100


def test_a_snapshot_is_never_summed_over_time():
    held = observations("plans_in_force", quarters(4), [10, 20, 30, 40])
    with pytest.raises(SummingError, match="a snapshot, not a flow: it is never added up over time"):
        measures.year_of_quarters(held, "plans_in_force", LEICESTERSHIRE, "2012-13")


def test_shares_are_never_summed():
    held = observations("initial_assessments_printed_pct", quarters(4), [70.0, 80, 90, 85])
    with pytest.raises(SummingError, match="the share of a year is pooled"):
        measures.year_of_quarters(held, "initial_assessments_printed_pct", LEICESTERSHIRE, "2012-13")


def test_no_year_is_derived_where_one_is_printed():
    held = observations("contacts", [*quarters(4), "2012-13"], [10, 20, 30, 40, 105])
    with pytest.raises(SummingError, match="the year 2012/13 is printed"):
        measures.year_of_quarters(held, "contacts", LEICESTERSHIRE, "2012-13")


def test_no_year_is_derived_from_three_quarters():
    held = observations("contacts", quarters(3), [10, 20, 30])
    with pytest.raises(SummingError, match="not every quarter of 2012/13 has a figure"):
        measures.year_of_quarters(held, "contacts", LEICESTERSHIRE, "2012-13")


# Ranking


def test_ranks_stand_with_their_intervals():
    codes = councils(12)
    frame = pd.concat(
        [made("section_47_enquiries_per_10k", ["2012-13"], [40 + 30 * n], code, 10_000) for n, code in enumerate(codes)]
    )
    found = benchmark.ranking(frame, "2012-13", codes, "section_47_enquiries_per_10k")
    assert found["area"].tolist() == codes[::-1] and (found["rank_lower"] <= found["rank_upper"]).all()
    assert (found["rank_lower"] < found["rank_upper"]).any()


@pytest.mark.parametrize(("areas", "base"), [(9, 10_000), (12, np.nan)])
def test_no_ranks_without_intervals(areas, base):
    codes = councils(areas)
    frame = pd.concat([made("section_47_enquiries_per_10k", ["2012-13"], [40 + n], code, base) for n, code in enumerate(codes)])
    with pytest.raises(RankingError, match="no ranks are given in 2012/13. They need an interval"):
        benchmark.ranking(frame, "2012-13", codes, "section_47_enquiries_per_10k")


# Control charts (through the analysis: test_control.py)


@pytest.mark.parametrize("kind", ["year_to_date", "rolling"])
def test_no_control_chart_of_what_is_accumulated(kind):
    with pytest.raises(SeriesKindError, match="difference it"):
        xmr([5, 9, 14, 20, 6, 11], kind=kind)


def test_refusals_are_errors_that_a_person_can_read():
    for error in (BreakError, SummingError, RankingError):
        assert issubclass(error, RefusedError) and issubclass(error, ValueError)


# Vintages


def restated(name, spans, values, first, status="revised"):
    """A series whose first quarters were restated after their first return."""
    frame = made(name, spans, values)
    return frame.assign(status=[status] * first + ["final"] * (len(spans) - first))


def test_limits_begin_anew_where_restated_quarters_meet_those_first_returned():
    values = [100, 104, 98, 101, 103, 99, 102, 100] * 2 + [90, 94, 88, 91, 93, 89]
    chart = trend.control(restated("contacts", quarters(22), values, 16), "2012-13-Q4")
    assert chart["phase"].tolist() == [0] * 16 + [1] * 6
    assert chart["restated"].tolist() == [True] * 16 + [False] * 6
    # The step is the restatement's: no rule cries out over it.
    assert not chart[["beyond_limit", "run", "trend", "two_of_three"]].any(axis=None)
    as_one = trend.control(restated("contacts", quarters(22), values, 0), "2012-13-Q4")
    assert as_one[["beyond_limit", "run", "two_of_three"]].any(axis=None)


def test_a_gap_hides_no_restatement():
    values = [100.0, 104, 98, 101, 103, np.nan, 102, 100, 101, 99, 103]
    chart = trend.control(restated("contacts", quarters(11), values, 6), "2012-13-Q4")
    assert chart["phase"].tolist() == [0] * 6 + [1] * 5


def test_a_slope_says_how_many_of_its_points_were_restated():
    rng = np.random.default_rng(3)
    mixed = trend.slopes(restated("contacts", quarters(16), rng.poisson(80, 16), 6), "2012-13-Q4")
    assert mixed["restated"].tolist() == [6]
    assert "Of these points 6 were restated since and 10 stand as first returned." in findings_of_slopes(mixed)[0].headline
    for first in (0, 16):
        one = trend.slopes(restated("contacts", quarters(16), rng.poisson(80, 16), first), "2012-13-Q4")
        assert "restated" not in findings_of_slopes(one)[0].headline
