import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics import StatisticsError, proportion_interval, sample_interval


def test_step_by_step():
    # 50 of 60 asked tell as much as 50 * 59 / 10 = 295 of a population without end, Cochran's correction; then Wilson by hand.
    z, n, p = 1.959963984540054, 295, 0.6
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    found = sample_interval(30, 50, 60)
    assert (found.value, found.status) == (0.6, "ok")
    assert (found.lower, found.upper) == pytest.approx((middle - half, middle + half), abs=1e-12)


def test_of_a_population_without_end_it_is_the_interval_of_any_share():
    found, plain = sample_interval(30, 50, np.nan), proportion_interval(30, 50)
    assert (found.lower, found.upper) == pytest.approx((plain.lower, plain.upper), abs=1e-9)


def test_if_everybody_answered_nothing_is_left_to_chance():
    found = sample_interval([0, 30, 60], 60, 60)
    assert found.value.tolist() == found.lower.tolist() == found.upper.tolist() == [0, 0.5, 1]


def test_statuses():
    found = sample_interval([0, None, 3], [0, 5, 5], [10, 10, 5])
    assert found.status.tolist() == ["no base", "missing", "ok"]
    assert np.isnan(found.value).tolist() == [True, True, False]


@given(st.integers(1, 300), st.integers(0, 300), st.integers(0, 300))
def test_the_nearer_to_everybody_the_narrower(base, more, count):
    count = min(count, base)
    small, large = sample_interval(count, base, base + more), sample_interval(count, base, base + more + 1)
    assert small.upper - small.lower <= large.upper - large.lower + 1e-12
    assert large.lower <= count / base <= large.upper


@pytest.mark.parametrize(
    ("count", "base", "population", "confidence"), [(-1, 5, 9, 0.95), (6, 5, 9, 0.95), (1, 10, 9, 0.95), (1, 5, 9, 1)]
)
def test_what_can_not_be_is_refused(count, base, population, confidence):
    with pytest.raises(StatisticsError):
        sample_interval(count, base, population, confidence)
