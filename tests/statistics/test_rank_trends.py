from itertools import permutations, product

import numpy as np
import pytest
from golden_table import golden_rows
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.statistics import StatisticsError, mann_kendall, seasonal_mann_kendall


def score(values):
    return sum(np.sign(values[j] - values[i]) for i in range(len(values)) for j in range(i + 1, len(values)))


def series_with(points, statistic):
    """Some order of 1 to `points` whose S is `statistic`: moves one value down at a time, each worth two."""
    values, falls = list(range(points)), (points * (points - 1) // 2 - statistic) // 2
    for last in range(points - 1, 0, -1):
        moved = min(falls, last)
        values.insert(last - moved, values.pop(last))
        falls -= moved
    return values


@pytest.mark.parametrize("row", golden_rows("mann_kendall"), ids=lambda row: f"{row[0]} {row[1]}")
def test_published_tails(row):
    points, statistic, tail, _ = row
    found = mann_kendall(series_with(points, statistic))
    assert found.statistic == statistic
    # The tables print two figures of one tail.
    assert found.p_value / 2 == pytest.approx(tail, rel=0.03)


@given(st.lists(st.integers(0, 4), min_size=3, max_size=6))
def test_exact_with_ties_by_all_orders(values):
    scores = [score(order) for order in permutations(values)]
    found = mann_kendall(values)
    assert found.statistic == score(values)
    assert found.p_value == pytest.approx(np.mean(np.abs(scores) >= abs(score(values))))


@given(st.lists(st.floats(0, 100), min_size=3, max_size=40, unique=True))
def test_agrees_with_scipy_without_ties(values):
    found, other = mann_kendall(values), stats.kendalltau(np.arange(len(values)), values, method="exact")
    assert found.tau == pytest.approx(other.statistic)
    assert found.p_value == pytest.approx(other.pvalue, abs=1e-12)
    slopes = stats.theilslopes(values, np.arange(len(values)))
    assert found.slope == pytest.approx(slopes.slope)


@given(st.lists(st.integers(0, 9), min_size=3, max_size=25))
def test_tau_b_agrees_with_scipy_and_turns_with_the_series(values):
    found, turned = mann_kendall(values), mann_kendall(values[::-1])
    tau = stats.kendalltau(np.arange(len(values)), values).statistic
    assert found.tau == pytest.approx(tau, nan_ok=True)
    assert turned.p_value == pytest.approx(found.p_value)
    assert turned.statistic == -found.statistic
    assert mann_kendall(np.array(values) * 3 + 1).p_value == found.p_value


def test_four_points_cannot_reach_significance():
    assert mann_kendall([1, 2, 3, 4]).p_value == pytest.approx(2 / 24)


def test_a_gap_keeps_its_place():
    found = mann_kendall([1, None, 3, 4])
    assert (found.points, found.slope, found.status) == (3, 1, "ok")


def test_all_equal_is_no_trend():
    found = mann_kendall([5, 5, 5, 5])
    assert (found.statistic, found.p_value, found.slope) == (0, 1, 0)
    assert np.isnan(found.tau)


def test_too_few_points():
    for found in (mann_kendall([1, None, 2]), mann_kendall([]), seasonal_mann_kendall(range(8))):
        assert found.status == "too few points"
        assert np.isnan([found.statistic, found.tau, found.slope, found.p_value]).all()


@given(st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_seasonal_is_exact_by_all_orders_within_seasons(values):
    one, other = values[::2], values[1::2]
    pairs = product(permutations(one), permutations(other))
    scores = [score(a) + score(b) for a, b in pairs]
    found = seasonal_mann_kendall(values, seasons=2)
    assert found.statistic == score(one) + score(other)
    assert found.p_value == pytest.approx(np.mean(np.abs(scores) >= abs(found.statistic)))


def test_seasons_are_compared_with_themselves_only():
    seasonal = np.tile([10, 40, 20, 90], 5) + np.repeat(np.arange(5), 4)
    found = seasonal_mann_kendall(seasonal)
    assert found.statistic == 4 * 10
    assert found.slope == 1
    assert found.tau == 1
    assert found.p_value < 1e-6 < mann_kendall(seasonal).p_value
    assert seasonal_mann_kendall(seasonal, seasons=1) == mann_kendall(seasonal)


def test_long_series_keep_their_digits():
    rng = np.random.default_rng(1)
    found = mann_kendall(rng.normal(size=80))
    other = stats.kendalltau(np.arange(80), np.random.default_rng(1).normal(size=80), method="exact")
    assert found.p_value == pytest.approx(other.pvalue, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: mann_kendall([[1, 2]]), "values must be one series"),
        (lambda: mann_kendall([1, np.inf]), "values must be finite, got inf at position 1"),
        (lambda: seasonal_mann_kendall([1, 2, 3], seasons=0), "seasons .*0"),
        (lambda: seasonal_mann_kendall([1, 2, 3], seasons=2.5), "seasons .*2.5"),
    ],
)
def test_errors_name_argument_and_value(call, named):
    with pytest.raises(StatisticsError, match=named):
        call()
