import numpy as np
import pytest
from golden_table import golden_rows
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from analysis.statistics import StatisticsError, proportion_interval, rate_interval

COUNTS = st.integers(0, 10_000)
CONFIDENCES = st.floats(0.5, 0.999)


@pytest.mark.parametrize("row", golden_rows("poisson_limits"), ids=lambda row: f"{row[0]} {row[1]}")
def test_published_limits_of_a_count(row):
    count, confidence, lower, upper, tolerance, _ = row
    found = rate_interval(count, 1, confidence=confidence)
    assert found.lower == pytest.approx(lower, abs=tolerance)
    assert found.upper == pytest.approx(upper, abs=tolerance)


def test_exact_below_ten_and_byar_from_ten():
    counts = np.arange(1, 200)
    found = rate_interval(counts, 1)
    exact_lower, exact_upper = stats.chi2.ppf(0.025, 2 * counts) / 2, stats.chi2.ppf(0.975, 2 * counts + 2) / 2
    below = counts < 10
    np.testing.assert_allclose(found.lower[below], exact_lower[below], rtol=1e-12)
    np.testing.assert_allclose(found.upper[below], exact_upper[below], rtol=1e-12)
    assert (found.lower[~below] != exact_lower[~below]).all()
    np.testing.assert_allclose(found.lower[~below], exact_lower[~below], rtol=0.002)
    np.testing.assert_allclose(found.upper[~below], exact_upper[~below], rtol=0.002)


def test_rate_statuses_and_unit():
    found = rate_interval([12, 12, None, 12, 0], [4000, 0, 100, -1, 10], per=10_000)
    assert found.status.tolist() == ["ok", "no base", "missing", "no base", "ok"]
    np.testing.assert_allclose(found.value, [30, np.nan, np.nan, np.nan, 0])
    np.testing.assert_array_equal(np.isnan(found.lower), [False, True, True, True, False])
    assert found.lower[-1] == 0


def test_numbers_in_plain_values_out():
    found = rate_interval(12, 4000)
    assert isinstance(found.value, float)
    assert isinstance(found.status, str)


@given(COUNTS, st.floats(0.5, 1e7), CONFIDENCES)
def test_rate_limits_enclose_the_rate_and_scale_with_the_base(count, base, confidence):
    found, wide = rate_interval(count, base, confidence=confidence), rate_interval(count, base, confidence=0.9995)
    assert wide.lower <= found.lower <= found.value <= found.upper <= wide.upper
    doubled = rate_interval(count, 2 * base, per=2, confidence=confidence)
    assert doubled.lower == pytest.approx(found.lower)
    assert doubled.upper == pytest.approx(found.upper)


@pytest.mark.parametrize("mean", [0.3, 1, 3, 8, 9.5, 10.5, 25, 60])
def test_coverage_of_the_count_interval_by_enumeration(mean):
    counts = np.arange(400)
    found = rate_interval(counts, 1)
    covered = (found.lower <= mean) & (mean <= found.upper)
    # Garwood's interval covers 95 % at least; Byar's misses by no more than its 0.2 %.
    assert stats.poisson.pmf(counts, mean)[covered].sum() >= 0.949


@pytest.mark.parametrize("row", golden_rows("wilson"), ids=lambda row: f"{row[0]} of {row[1]}")
def test_published_limits_of_a_proportion(row):
    count, base, lower, upper, tolerance, _ = row
    found = proportion_interval(count, base)
    assert found.lower == pytest.approx(lower, abs=tolerance)
    assert found.upper == pytest.approx(upper, abs=tolerance)


@given(st.integers(1, 2000), st.data(), CONFIDENCES)
def test_wilson_agrees_with_statsmodels_and_mirrors(base, data, confidence):
    count = data.draw(st.integers(0, base))
    found = proportion_interval(count, base, confidence)
    lower, upper = proportion_confint(count, base, alpha=1 - confidence, method="wilson")
    assert found.lower == pytest.approx(lower, abs=1e-9)
    assert found.upper == pytest.approx(upper, abs=1e-9)
    mirror = proportion_interval(base - count, base, confidence)
    assert mirror.lower == pytest.approx(1 - found.upper, abs=1e-12)
    assert 0 <= found.lower <= found.value <= found.upper <= 1


def test_proportion_at_the_ends_and_without_a_base():
    found = proportion_interval([0, 20, 0, None], [20, 20, 0, 5])
    assert found.lower[0] == 0
    assert found.upper[1] == 1
    assert found.status.tolist() == ["ok", "ok", "no base", "missing"]
    assert np.isnan(found.upper[2:]).all()


def test_coverage_of_wilson_by_enumeration():
    # The method trades some undershoot for a mean coverage at the nominal level (Newcombe 1998).
    coverages = []
    for base in (8, 20, 70):
        found = proportion_interval(np.arange(base + 1), base)
        for p in np.linspace(0.02, 0.98, 97):
            covered = (found.lower <= p) & (p <= found.upper)
            coverages.append(stats.binom.pmf(np.arange(base + 1), base, p)[covered].sum())
    assert 0.945 < np.mean(coverages) < 0.965
    assert min(coverages) > 0.83


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: rate_interval(-1, 10), "count .*-1"),
        (lambda: rate_interval([1, np.inf], 10), "count .*inf at position 1"),
        (lambda: rate_interval(1, 10, per=0), "per .*0"),
        (lambda: rate_interval(1, 10, confidence=1), "confidence .*1"),
        (lambda: rate_interval(1, 10, confidence=0), "confidence .*0"),
        (lambda: rate_interval(1, 10, confidence=np.nan), "confidence .*nan"),
        (lambda: rate_interval([1, 2], [1, 2, 3]), r"count \(2,\), base \(3,\)"),
        (lambda: proportion_interval([3, 9], [5, 8]), "count must not be more than base, got 9 at position 1"),
        (lambda: proportion_interval([[1, 2], [3, 9]], 8), r"got 9 at position \(1, 1\)"),
        (lambda: proportion_interval("3", 5), "count must be numeric, got '3'"),
        (lambda: proportion_interval(1, 5, confidence=[0.9, 0.95]), "confidence"),
    ],
)
def test_errors_name_argument_and_value(call, named):
    with pytest.raises(StatisticsError, match=named):
        call()
