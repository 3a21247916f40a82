import numpy as np
import pytest
from golden_table import golden
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.statistics import StatisticsError, benjamini_hochberg


def test_published_discoveries():
    table = golden("benjamini_hochberg")
    found = benjamini_hochberg(table["p_value"])
    np.testing.assert_array_equal(found.flags, table["discovery"] == 1)
    assert found.tests == 15
    assert found.flagged_by_chance == pytest.approx(0.75)


@given(st.lists(st.floats(0, 1), max_size=30), st.floats(0.001, 0.5))
def test_agrees_with_scipy(p_values, rate):
    found = benjamini_hochberg(p_values, rate)
    expected = stats.false_discovery_control(p_values) if p_values else []
    np.testing.assert_allclose(found.adjusted, expected, atol=1e-15)
    assert (found.flags == (found.adjusted <= rate)).all()


def test_missing_values_are_not_tests_and_the_shape_is_kept():
    found = benjamini_hochberg([[0.01, np.nan], [0.04, 0.03]])
    assert found.tests == 3
    np.testing.assert_allclose(found.adjusted, [[0.03, np.nan], [0.04, 0.04]])
    np.testing.assert_array_equal(found.flags, [[True, False], [True, True]])


def test_false_discoveries_are_as_rare_as_promised():
    rng = np.random.default_rng(20120331)
    shares = []
    for _ in range(400):
        p_values = np.concatenate([rng.uniform(size=40), stats.norm.sf(rng.normal(3, 1, 20))])
        flags = benjamini_hochberg(p_values, 0.1).flags
        shares.append(flags[:40].sum() / max(1, flags.sum()))
    # The rate is 0.1 * 40 / 60 in expectation.
    assert np.mean(shares) == pytest.approx(0.1 * 40 / 60, abs=0.02)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: benjamini_hochberg([0.1, 1.2]), "p_values must lie between 0 and 1, got 1.2 at position 1"),
        (lambda: benjamini_hochberg([0.1], rate=0), "rate .*0"),
    ],
)
def test_errors_name_argument_and_value(call, named):
    with pytest.raises(StatisticsError, match=named):
        call()
