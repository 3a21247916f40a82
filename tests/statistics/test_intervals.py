import numpy as np
import pytest
from golden_table import golden, golden_rows
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from analysis.statistics import StatisticsError, proportion_interval, rate_interval, standardised_rate

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


def test_published_standardised_rate():
    for _, strata in golden("standardised").groupby("example"):
        found = standardised_rate(strata["count"], strata["population"], strata["weight"], per=strata["per"].iloc[0])
        assert found.value == pytest.approx(strata["value"].iloc[0], abs=0.000005)


def test_limits_of_the_standardised_rate_step_by_step():
    strata = golden("standardised")
    found = standardised_rate(strata["count"], strata["population"], strata["weight"], per=1)
    share = strata["weight"] / strata["weight"].sum()
    rate = sum(share * strata["count"] / strata["population"])
    variance = sum(share**2 * strata["count"] / strata["population"] ** 2)
    total = strata["count"].sum()
    exact_lower, exact_upper = stats.chi2.ppf(0.025, 2 * total) / 2, stats.chi2.ppf(0.975, 2 * total + 2) / 2
    assert found.lower == pytest.approx(rate + (variance / total) ** 0.5 * (exact_lower - total), rel=1e-4)
    assert found.upper == pytest.approx(rate + (variance / total) ** 0.5 * (exact_upper - total), rel=1e-4)


def test_one_stratum_is_the_crude_rate():
    crude, standardised = rate_interval(25, 3000, per=1000), standardised_rate([25], [3000], [1], per=1000)
    assert standardised.value == pytest.approx(crude.value)
    assert standardised.lower == pytest.approx(crude.lower)
    assert standardised.upper == pytest.approx(crude.upper)


def test_the_unit_of_the_weights_does_not_matter():
    counts, populations = [5, 10, 20], [100, 300, 900]
    one = standardised_rate(counts, populations, [1, 2, 3], per=1000)
    thousand = standardised_rate(counts, populations, [1000, 2000, 3000], per=1000)
    assert one.upper == pytest.approx(thousand.upper)


def test_standardised_rate_is_withheld_or_has_no_base():
    found = standardised_rate([[4, 5], [5, 5], [5, None], [10, 10]], [[100, 200]] * 3 + [[100, 0]], [1, 2], per=1000)
    assert found.status.tolist() == ["too few events", "ok", "missing", "no base"]
    np.testing.assert_array_equal(np.isnan(found.value), [True, False, True, True])
    np.testing.assert_array_equal(np.isnan(found.upper), [True, False, True, True])


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
        (lambda: standardised_rate(5, 100, 1), "counts must hold one number a stratum"),
        (lambda: standardised_rate([5, 6], [100, 100], [0, 0]), "weights must add up"),
    ],
)
def test_errors_name_argument_and_value(call, named):
    with pytest.raises(StatisticsError, match=named):
        call()
