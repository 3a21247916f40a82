"""The four rules of a control chart, one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics import RULE_WINDOWS, xmr

CALM = [9, 11] * 8
SERIES = st.lists(st.one_of(st.none(), st.integers(0, 30)), min_size=5, max_size=40)


def flow(values, **options):
    return xmr(values, kind="flow", **options)


def marked(flags):
    return np.flatnonzero(flags).tolist()


def test_beyond_a_limit():
    chart = flow([*CALM, 20])
    assert marked(chart.beyond_limit) == [16]
    assert marked(chart.range_beyond) == [16]
    assert chart.icon == "neutral high"
    assert flow([*CALM, 18], polarity="high_is_good").icon == "improvement high"
    assert flow([*CALM, 18], polarity="low_is_good").icon == "concern high"
    assert flow([*CALM, 2], polarity="low_is_good").icon == "improvement low"
    assert flow([*CALM, 2], polarity="band").icon == "neutral low"


def test_a_point_on_a_limit_is_not_beyond_it():
    # Mean 10, limits 10 +- 2.66 * mean moving range: find the last value that makes itself the limit.
    low, high = 11.0, 40.0
    for _ in range(200):
        middle = (low + high) / 2
        chart = flow([*CALM, middle])
        low, high = (low, middle) if chart.values[-1] > chart.upper[-1] else (middle, high)
    assert not flow([*CALM, low]).beyond_limit[-1]
    assert flow([*CALM, low * 1.000001]).beyond_limit[-1]


def test_seven_in_a_row_on_one_side():
    start = [8, 12, 8, 12, 8, 12, 8, 12, 8, 12]
    six, seven = [*start, *[9, 8] * 3, 12, 8, 12], [*start, *[9, 8] * 3, 9, 12, 12]
    assert marked(flow(six).run) == []
    assert marked(flow(seven).run) == list(range(10, 17))


def test_a_point_on_the_mean_ends_a_run():
    # Three low, three high, the mean, three high, and so on: mean 2, and the seven in the middle but for one.
    values = [1, 1, 1, 3, 3, 3, 2, 3, 3, 3, 1, 1, 1]
    assert flow(values).centre[0] == 2
    assert marked(flow(values).run) == []
    values[6] = 3
    assert marked(flow(values).run) == list(range(3, 10))


def test_a_mean_of_decimals_is_still_the_mean():
    values = [value / 10 for value in (1, 1, 1, 5, 5, 5, 3, 5, 5, 5, 1, 1, 1)]
    # The binary mean misses 0.3 by a unit in the last place, and the seventh value must lie on it nevertheless.
    assert flow(values).centre[0] != values[6]
    assert marked(flow(values).run) == []


def test_six_moves_one_way():
    assert marked(flow([5, 1, 2, 3, 4, 5, 6, 1, 5, 1, 5, 1, 5]).trend) == []
    assert marked(flow([5, 1, 2, 3, 4, 5, 6, 7, 1, 5, 1, 5, 1]).trend) == list(range(1, 8))
    assert marked(flow([1, 7, 6, 5, 4, 3, 2, 1, 1, 5, 1, 5, 1]).trend) == list(range(1, 8))
    assert marked(flow([5, 1, 2, 3, 4, 4, 6, 7, 8, 5, 1, 5, 1]).trend) == []


def test_two_of_three_beyond_the_warning_line():
    calm = CALM * 2
    chart = flow([*calm, 15, 11, 15.5, 9, 11])
    assert chart.upper_warning[0] < 15 < 15.5 < chart.upper[0]
    assert marked(chart.two_of_three) == [32, 34]
    other_side = flow([*calm, 15, 9, 15.5, 9, 11])
    assert other_side.upper_warning[0] < 15 < 15.5 < other_side.upper[0]
    assert marked(other_side.two_of_three) == []
    assert marked(flow([*calm, 15, 15.5]).two_of_three) == [32, 33]
    assert marked(flow([*calm, 15, np.nan, 11, 15.5]).two_of_three) == []


def test_no_rule_runs_across_a_gap():
    gap = np.nan
    assert marked(flow([5, 1, 2, 3, 4, gap, 5, 6, 7, 1, 5, 1, 5, 1]).trend) == []
    run = flow([*[8, 12] * 5, 9, 8, 9, gap, 8, 9, 8, 9, 12, 12, 12])
    assert marked(run.run) == []
    assert np.isnan(run.moving_range[[13, 14]]).all()


def test_no_rule_runs_across_a_change_of_phase():
    rising = [*CALM, 9, 10, 11, 12, 13, 14, 15]
    assert flow(rising).trend.any()
    assert not flow(rising, rebase_at=[19]).trend.any()
    low = [*[8, 12] * 8, *[8, 9] * 5, *[12, 8] * 5]
    assert flow(low).run.any()
    split = flow(low, rebase_at=[20])
    assert not split.run[:20].any()
    # Far above its own centre on either side of the change, but one point each.
    far = flow([*CALM * 2, 15, 35.5, 31, *[29, 31] * 15], rebase_at=[33])
    assert (far.values[[32, 33]] > far.upper_warning[[32, 33]]).all()
    assert not far.signal.any()


@given(SERIES)
def test_rules_say_what_they_say(values):
    """The rules once more, point by point."""
    chart = flow(values)
    x, centre = chart.values, chart.centre
    for start in range(len(x) - 6):
        seven = x[start : start + 7]
        mean = centre[start]
        if np.isfinite(chart.upper[start]) and ((seven > mean + 1e-9).all() or (seven < mean - 1e-9).all()):
            assert chart.run[start : start + 7].all()
        if (np.diff(seven) > 0).all() or (np.diff(seven) < 0).all():
            assert chart.trend[start : start + 7].all()
    beyond = (x > chart.upper + 1e-9) | (x < chart.lower - 1e-9)
    np.testing.assert_array_equal(chart.beyond_limit, beyond)
    for flags in (chart.run, chart.trend):
        lengths = np.diff(np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int))))[::2]
        assert (lengths >= RULE_WINDOWS["run"]).all()
    assert (~chart.two_of_three | (x > chart.upper_warning) | (x < chart.lower_warning)).all()
