import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics import StatisticsError, quasi_poisson_trend, quasi_poisson_trends

QUARTERS = np.tile([1, 2, 3, 4], 6)
FIELDS = ("value", "lower", "upper", "p_value", "dispersion")


def assert_as_one_by_one(counts, bases, quarters, confidence=0.95):
    found = quasi_poisson_trends(counts, bases, quarters, confidence)
    rows = zip(*np.broadcast_arrays(np.array(counts, dtype=float), np.array(bases, dtype=float)), strict=True)
    for place, (x, n) in enumerate(rows):
        one = quasi_poisson_trend(x, n, quarters, confidence)
        assert (found.status[place], found.points[place]) == (one.status, one.points)
        for field in FIELDS:
            assert getattr(found, field)[place] == pytest.approx(getattr(one, field), rel=1e-6, abs=1e-9, nan_ok=True), field
    return found


@given(st.integers(0, 10_000), st.integers(12, 24), st.sampled_from([0.4, 2, 10, 300]), st.sampled_from([0.8, 0.95, 0.99]))
@settings(max_examples=40)
def test_many_are_the_same_as_one_by_one(seed, points, mean, confidence):
    rng = np.random.default_rng(seed)
    bases = rng.integers(500, 2000, (6, points))
    counts = rng.poisson(mean * bases / 1000 * 1.03 ** np.arange(points)).astype(float)
    counts[0, rng.integers(points)] = np.nan
    assert_as_one_by_one(counts, bases, QUARTERS[:points], confidence)


@pytest.mark.parametrize(
    ("counts", "status"),
    [
        ([50] * 16, "ok"),
        ([0] * 12 + [9] * 4, "no estimate"),
        ([9] * 4 + [0] * 12, "no estimate"),
        ([0] * 16, "no events"),
        ([np.nan] * 16, "too few points"),
        ([0, 8, 7, 9] * 4, "ok"),
        ([6, 8, 7, np.nan] * 4, "ok"),
    ],
)
def test_the_odd_ones_out_do_not_disturb_the_rest(counts, status):
    rest = np.random.default_rng(1).poisson(40, (3, 16))
    found = assert_as_one_by_one(np.vstack([rest[:2], counts, rest[2:]]), 1000, QUARTERS[:16])
    assert found.status.tolist() == ["ok", "ok", status, "ok"]
    alone = quasi_poisson_trends(rest, 1000, QUARTERS[:16])
    np.testing.assert_allclose(found.p_value[[0, 1, 3]], alone.p_value, rtol=1e-6)


def test_a_base_of_zero_and_too_few_points():
    bases = np.full((2, 12), 1000)
    bases[1, 3] = 0
    assert assert_as_one_by_one([[7] * 12] * 2, bases, QUARTERS[:12]).status.tolist() == ["ok", "no base"]
    assert assert_as_one_by_one([[7] * 11] * 2, 1000, QUARTERS[:11]).status.tolist() == ["too few points"] * 2
    assert quasi_poisson_trends(np.empty((0, 12)), 1000, QUARTERS[:12]).status.tolist() == []


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: quasi_poisson_trends([1, 2, 3], 1, [1, 2, 3]), "series × time"),
        (lambda: quasi_poisson_trends([[1, 2, 3]], 1, [1, 2]), "series × time"),
        (lambda: quasi_poisson_trends([[1, 2, 3]], 1, [1, 2, 5]), "quarters must be 1, 2, 3 or 4, got 5 at position 2"),
        (lambda: quasi_poisson_trends([[1, -2, 3]], 1, [1, 2, 3]), r"counts must not be negative, got -2 at position \(0, 1\)"),
        (lambda: quasi_poisson_trends([[9] * 12], 1, QUARTERS[:12], confidence=1), "confidence .*1"),
    ],
)
def test_errors_name_argument_and_value(call, named):
    with pytest.raises(StatisticsError, match=named):
        call()
