import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.statistics import (
    StatisticsError,
    detectable_difference,
    detectable_ratio,
    proportion_difference,
    rate_ratio,
)


def power_of_ratio(mean, ratio, base):
    """The chance that rate_ratio calls a change, by enumeration: `mean` events over 1, `mean * ratio * base` over `base`."""
    means = mean * ratio * base, mean
    x1, x2 = np.meshgrid(*(np.arange(stats.poisson.ppf(1 - 1e-9, m) + 2) for m in means), indexing="ij")
    found = rate_ratio(x1, base, x2, 1)
    called = (found.lower > 1) | (found.upper < 1)
    return (stats.poisson.pmf(x1, means[0]) * stats.poisson.pmf(x2, means[1]))[called].sum()


def power_of_difference(p1, n1, p2, n2):
    x1, x2 = np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij")
    found = proportion_difference(x1, n1, x2, n2)
    called = (found.lower > 0) | (found.upper < 0)
    return (stats.binom.pmf(x1, n1, p1) * stats.binom.pmf(x2, n2, p2))[called].sum()


@pytest.mark.parametrize("mean", [20, 50, 150])
@pytest.mark.parametrize("base", [1, 0.5, 3])
def test_a_detectable_ratio_is_seen_four_times_in_five(mean, base):
    found = detectable_ratio(mean, n1=base, n2=1)
    assert 0.77 < power_of_ratio(mean, found.rise, base) < 0.84
    if not np.isnan(found.fall):
        assert 0.77 < power_of_ratio(mean, found.fall, base) < 0.91


@pytest.mark.parametrize("mean", [2, 5, 10])
def test_small_counts_are_not_promised_too_much(mean):
    found = detectable_ratio(mean)
    assert power_of_ratio(mean, found.rise, 1) > 0.8
    if np.isnan(found.fall):
        # "Even a fall to nothing would be missed", more often than one time in five, or nearly.
        assert power_of_ratio(mean, 0, 1) < 0.83
    else:
        assert power_of_ratio(mean, found.fall, 1) > 0.8


def test_a_fall_from_five_cannot_be_seen():
    assert np.isnan(detectable_ratio(5).fall)
    assert power_of_ratio(5, 0, 1) < 0.5


@pytest.mark.parametrize(("x2", "n2", "n1"), [(6, 20, 20), (16, 20, 20), (24, 80, 40), (64, 80, 40), (50, 100, 200)])
def test_a_detectable_difference_is_seen_four_times_in_five(x2, n2, n1):
    found, p2 = detectable_difference(x2, n2, n1=n1), x2 / n2
    for points in (found.rise_points, found.fall_points):
        if not np.isnan(points):
            assert 0.77 < power_of_difference(p2 + points / 100, n1, p2, n2) < 0.86


def test_where_no_change_of_a_proportion_can_be_seen():
    found = detectable_difference([8, 0], 8, n1=8)
    assert np.isnan(found.rise_points[0])
    assert np.isnan(found.fall_points[1])
    assert found.rise_points[1] == pytest.approx(-found.fall_points[0])


@given(st.integers(1, 5000), st.floats(0.1, 10))
def test_larger_numbers_and_less_power_show_smaller_changes(count, base):
    small, large = detectable_ratio(count, n1=base), detectable_ratio(4 * count, n1=base)
    assert 1 < large.rise < small.rise
    assert np.isnan(small.fall) or 0 < small.fall < large.fall < 1
    assert detectable_ratio(count, n1=base, power=0.5).rise < small.rise
    assert detectable_ratio(count, n1=base, confidence=0.99).rise > small.rise


@given(st.integers(1, 500), st.data())
def test_detectable_differences_mirror(base, data):
    count = data.draw(st.integers(0, base))
    one, other = detectable_difference(count, base, n1=base), detectable_difference(base - count, base, n1=base)
    assert one.rise_points == pytest.approx(-other.fall_points, abs=1e-6, nan_ok=True)
    assert np.isnan(one.rise_points) or count / base + one.rise_points / 100 <= 1 + 1e-12


def test_statuses():
    ratio = detectable_ratio([0, None, 5, 5], n1=[1, 1, 0, 1])
    assert ratio.status.tolist() == ["no events", "missing", "no base", "ok"]
    np.testing.assert_array_equal(np.isnan(ratio.rise), [True, True, True, False])
    difference = detectable_difference([0, None, 5, 10], [0, 5, 10, 20], n1=[5, 5, 0, 20])
    assert difference.status.tolist() == ["no base", "missing", "no base", "ok"]
    np.testing.assert_array_equal(np.isnan(difference.rise_points), [True, True, True, False])


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: detectable_ratio(-1), "x2 .*-1"),
        (lambda: detectable_ratio(5, power=1), "power .*1"),
        (lambda: detectable_difference(6, 5, n1=5), "x2 must not be more than n2, got 6"),
        (lambda: detectable_difference(5, 6, n1=5, power=0), "power .*0"),
    ],
)
def test_errors_name_argument_and_value(call, named):
    with pytest.raises(StatisticsError, match=named):
        call()
