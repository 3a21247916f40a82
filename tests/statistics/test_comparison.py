import numpy as np
import pytest
from golden_table import golden_rows
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis.statistics import StatisticsError, proportion_difference, rate_ratio

SMALL = st.integers(0, 300)
BASES = st.floats(0.1, 1e6)


@pytest.mark.parametrize("row", golden_rows("newcombe"), ids=lambda row: f"{row[0]}/{row[1]} {row[2]}/{row[3]}")
def test_published_differences(row):
    x1, n1, x2, n2, lower, upper, tolerance, _ = row
    found = proportion_difference(x1, n1, x2, n2)
    assert found.lower == pytest.approx(lower, abs=tolerance)
    assert found.upper == pytest.approx(upper, abs=tolerance)
    assert found.value == pytest.approx(x1 / n1 - x2 / n2)


@st.composite
def two_proportions(draw):
    n1, n2 = draw(st.integers(1, 300)), draw(st.integers(1, 300))
    return draw(st.integers(0, n1)), n1, draw(st.integers(0, n2)), n2


@given(two_proportions())
def test_difference_agrees_with_statsmodels(four):
    found = proportion_difference(*four)
    lower, upper = confint_proportions_2indep(*four, method="newcomb", compare="diff")
    assert found.lower == pytest.approx(lower, abs=1e-9)
    assert found.upper == pytest.approx(upper, abs=1e-9)


@given(two_proportions())
def test_p_value_of_the_difference_is_the_n_minus_1_chi_squared(four):
    x1, n1, x2, n2 = four
    table = np.array([[x1, n1 - x1], [x2, n2 - x2]])
    found = proportion_difference(*four)
    if (table.sum(axis=0) == 0).any():
        assert found.p_value == 1
    else:
        statistic = stats.chi2_contingency(table, correction=False).statistic * (n1 + n2 - 1) / (n1 + n2)
        assert found.p_value == pytest.approx(stats.chi2.sf(statistic, 1), abs=1e-12)


@given(two_proportions(), st.floats(0.5, 0.99))
def test_difference_changes_sign_when_the_sides_are_exchanged(four, confidence):
    x1, n1, x2, n2 = four
    one, other = proportion_difference(*four, confidence), proportion_difference(x2, n2, x1, n1, confidence)
    assert (other.value, other.lower, other.upper) == pytest.approx((-one.value, -one.upper, -one.lower), abs=1e-12)
    assert other.p_value == pytest.approx(one.p_value)
    wider = proportion_difference(*four, 0.999)
    assert -1 <= wider.lower <= one.lower <= one.value <= one.upper <= wider.upper <= 1


def test_difference_without_a_base_or_a_figure():
    found = proportion_difference([0, 3, None], [0, 5, 5], 2, 5)
    assert found.status.tolist() == ["no base", "ok", "missing"]
    for field in (found.value, found.lower, found.upper, found.p_value):
        np.testing.assert_array_equal(np.isnan(field), [True, False, True])


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
@pytest.mark.parametrize("n", [8, 30])
def test_coverage_of_the_difference_by_enumeration(n, p):
    x1, x2 = np.meshgrid(np.arange(n + 1), np.arange(2 * n + 1), indexing="ij")
    found = proportion_difference(x1, n, x2, 2 * n)
    chance = stats.binom.pmf(x1, n, p) * stats.binom.pmf(x2, 2 * n, p)
    assert chance[(found.lower <= 0) & (found.upper >= 0)].sum() > 0.93
    # The p-value's test holds its level, far out in the tail as well.
    assert chance[found.p_value <= 0.05].sum() < 0.065
    assert chance[found.p_value <= 0.001].sum() < 0.002


@pytest.mark.parametrize("row", golden_rows("rate_ratio"), ids=lambda row: f"{row[0]} {row[2]}")
def test_published_ratios(row):
    x1, n1, x2, n2, value, lower, upper, p_value, _ = row
    found = rate_ratio(x1, n1, x2, n2)
    assert (found.value, found.lower, found.upper) == pytest.approx((value, lower, upper), rel=1e-3)
    if not np.isnan(p_value):
        assert found.p_value == pytest.approx(p_value, rel=1e-3)


@given(SMALL, BASES, SMALL, BASES, st.floats(0.5, 0.999))
def test_ratio_agrees_with_clopper_and_pearson(x1, n1, x2, n2, confidence):
    found = rate_ratio(x1, n1, x2, n2, confidence)
    if x1 + x2 == 0:
        assert found.status == "no events"
        return
    share = stats.binomtest(x1, x1 + x2).proportion_ci(confidence, "exact")
    with np.errstate(divide="ignore"):
        lower, upper = (np.float64(p) / (1 - p) * n2 / n1 for p in (share.low, share.high))
    assert found.lower == pytest.approx(lower, rel=1e-7)
    assert found.upper == pytest.approx(upper, rel=1e-6)
    null = n1 / (n1 + n2)
    above = stats.binom.sf(x1, x1 + x2, null) + stats.binom.pmf(x1, x1 + x2, null) / 2
    assert found.p_value == pytest.approx(2 * min(above, 1 - above), abs=1e-9)


@given(SMALL, BASES, st.integers(1, 300), BASES)
def test_ratio_inverts_when_the_sides_are_exchanged(x1, n1, x2, n2):
    one, other = rate_ratio(x1, n1, x2, n2), rate_ratio(x2, n2, x1, n1)
    assert other.upper == (pytest.approx(1 / one.lower) if x1 else np.inf)
    assert other.lower == pytest.approx(1 / one.upper)
    assert other.p_value == pytest.approx(one.p_value)
    assert one.lower <= one.value <= one.upper


@given(st.integers(1, 300), st.integers(1, 300), BASES, BASES, st.floats(0.01, 100))
def test_ratio_scales_with_the_bases(x1, x2, n1, n2, factor):
    one, scaled = rate_ratio(x1, n1, x2, n2), rate_ratio(x1, n1 * factor, x2, n2)
    assert scaled.lower == pytest.approx(one.lower / factor)
    same = rate_ratio(x1, n1 * factor, x2, n2 * factor)
    assert same.p_value == pytest.approx(one.p_value, abs=1e-9)


def test_ratio_over_nothing_and_of_nothing():
    found = rate_ratio([5, 0, 0, None, 5], 1, [0, 5, 0, 5, 5], [1, 1, 1, 1, 0])
    assert found.status.tolist() == ["ok", "ok", "no events", "missing", "no base"]
    assert (found.value[0], found.upper[0]) == (np.inf, np.inf)
    assert found.lower[0] == pytest.approx(1 / found.upper[1])
    assert (found.value[1], found.lower[1]) == (0, 0)
    assert np.isnan(found.value[2:]).all()
    assert np.isnan(found.p_value[2:]).all()


@pytest.mark.parametrize("mean", [2, 5, 20])
@pytest.mark.parametrize("base", [1, 4])
def test_the_ratio_interval_is_never_too_short(mean, base):
    x1, x2 = np.meshgrid(np.arange(250), np.arange(100), indexing="ij")
    found = rate_ratio(x1, base, x2, 1)
    chance = stats.poisson.pmf(x1, mean * base) * stats.poisson.pmf(x2, mean)
    assert chance.sum() > 0.9999
    changed = (found.lower > 1) | (found.upper < 1)
    assert chance[changed].sum() <= 0.05
    # The mid-P test is less strict, on purpose, and holds its level to within a fraction.
    assert chance[changed].sum() < chance[found.p_value <= 0.05].sum() < 0.056


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: proportion_difference(6, 5, 1, 5), "x1 must not be more than n1, got 6"),
        (lambda: proportion_difference(1, 5, 6, 5), "x2 must not be more than n2, got 6"),
        (lambda: proportion_difference(-1, 5, 6, 5), "x1 must not be negative, got -1"),
        (lambda: proportion_difference(1, 5, 1, 5, confidence=1.5), "confidence .*1.5"),
        (lambda: rate_ratio(1.5, 1, 2, 1), "x1 must be a whole number, got 1.5"),
        (lambda: rate_ratio(1, 1, -2, 1), "x2 must not be negative, got -2"),
        (lambda: rate_ratio(1, np.inf, 2, 1), "n1 must be finite, got inf"),
        (lambda: rate_ratio(1, 1, 2, 1, confidence=0), "confidence .*0"),
        (lambda: rate_ratio([1, 2], 1, [1, 2, 3], 1), "shapes that fit"),
    ],
)
def test_errors_name_argument_and_value(call, named):
    with pytest.raises(StatisticsError, match=named):
        call()
