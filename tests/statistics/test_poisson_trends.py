from math import factorial, prod

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.statistics import StatisticsError, poisson_trend_exact, quasi_poisson_trend


def multinomial(total, parts):
    """All ways of sharing `total` among `parts`."""
    if parts == 1:
        yield (total,)
        return
    for here in range(total + 1):
        for rest in multinomial(total - here, parts - 1):
            yield (here, *rest)


def chances_of_scores(total, chances):
    scores = np.zeros(total * (len(chances) - 1) + 1)
    for counts in multinomial(total, len(chances)):
        ways = factorial(total) / prod(factorial(count) for count in counts)
        score = sum(place * count for place, count in enumerate(counts))
        scores[score] += ways * prod(p**count for p, count in zip(chances, counts, strict=True))
    return scores


@settings(max_examples=15)
@given(st.lists(st.integers(0, 2), min_size=5, max_size=5).filter(any), st.lists(st.integers(1, 9), min_size=5, max_size=5))
def test_exact_by_enumeration(counts, bases):
    found = poisson_trend_exact(counts, bases)
    scores = chances_of_scores(sum(counts), np.array(bases) / sum(bases))
    observed = np.arange(5) @ counts
    tails = scores[observed:].sum(), scores[: observed + 1].sum()
    assert found.p_value == pytest.approx(min(1, 2 * min(tails)))


def test_limits_of_the_exact_trend_by_enumeration():
    counts, bases = [1, 0, 2, 2, 4], np.array([10, 11, 12, 11, 10])
    found = poisson_trend_exact(counts, bases)
    observed = np.arange(5) @ counts
    for slope, tail in ((found.lower, slice(observed, None)), (found.upper, slice(0, observed + 1))):
        chances = bases * slope ** np.arange(5)
        assert chances_of_scores(9, chances / chances.sum())[tail].sum() == pytest.approx(0.025, rel=1e-6)


@given(st.lists(st.integers(0, 400), min_size=5, max_size=7).filter(lambda counts: sum(counts) > 20))
@settings(max_examples=30)
def test_exact_test_and_interval_agree(counts):
    found = poisson_trend_exact(counts)
    assert found.lower <= found.value <= found.upper
    assert (found.p_value < 0.05) == (found.lower > 1 or found.upper < 1)
    turned = poisson_trend_exact(counts[::-1])
    assert turned.p_value == pytest.approx(found.p_value, abs=1e-9)
    assert turned.value == pytest.approx(1 / found.value if found.value else np.inf, rel=1e-6)


def test_exact_trend_of_many_events_is_the_regression():
    counts, bases = np.array([2000, 2080, 2010, 2150, 2220, 2190]), np.array([100, 101, 102, 103, 104, 104])
    found = poisson_trend_exact(counts, bases)
    model = sm.GLM(counts, sm.add_constant(np.arange(6.0)), family=sm.families.Poisson(), offset=np.log(bases)).fit()
    assert found.value == pytest.approx(np.exp(model.params[1]), rel=1e-8)
    assert (found.lower, found.upper) == pytest.approx(tuple(np.exp(model.conf_int()[1])), rel=1e-3)
    assert found.p_value == pytest.approx(model.pvalues[1], abs=0.003)


def test_exact_trend_keeps_the_place_of_a_missing_year():
    found = poisson_trend_exact([100, 110, None, 133.0, 146, 161], [1, 1, 1, 1, 1, None])
    assert (found.status, found.points) == ("too few points", 4)
    grown = poisson_trend_exact([None, 1000, 1100, None, 1331, 1464, 1611])
    assert (grown.status, grown.points) == ("ok", 5)
    assert grown.value == pytest.approx(1.1, rel=1e-3)


def test_all_events_at_one_end():
    last, first = poisson_trend_exact([0, 0, 0, 0, 6]), poisson_trend_exact([6, 0, 0, 0, 0])
    assert (last.value, last.upper, first.value, first.lower) == (np.inf, np.inf, 0, 0)
    assert last.p_value == pytest.approx(2 * 0.2**6)
    assert last.lower == pytest.approx(1 / first.upper)
    assert 1 < last.lower < np.inf


def test_the_exact_trend_does_not_cry_out_too_often():
    rng = np.random.default_rng(20120331)
    alarms = [poisson_trend_exact(rng.poisson(8, 6)).p_value <= 0.05 for _ in range(300)]
    # 2.5 standard errors above 5 %.
    assert np.mean(alarms) < 0.05 + 2.5 * (0.05 * 0.95 / 300) ** 0.5


@pytest.mark.parametrize(
    ("counts", "bases", "status"),
    [
        ([1, 2, 3, 4], 1, "too few points"),
        ([0, 0, 0, 0, 0], 1, "no events"),
        ([1, 2, 3, 4, 5], [1, 1, 0, 1, 1], "no base"),
    ],
)
def test_statuses_of_the_exact_trend(counts, bases, status):
    found = poisson_trend_exact(counts, bases)
    assert found.status == status
    assert np.isnan([found.value, found.lower, found.upper, found.p_value]).all()


QUARTERS = np.tile([1, 2, 3, 4], 6)


def by_statsmodels(counts, bases, quarters):
    design = np.column_stack([np.asarray(quarters)[:, None] == np.unique(quarters), np.arange(len(counts))]).astype(float)
    family = sm.families.Poisson()
    return sm.GLM(counts, design, family=family, offset=np.log(np.broadcast_to(bases, len(counts)))).fit(scale="X2", use_t=True)


@given(st.integers(0, 10_000), st.integers(12, 24), st.floats(0.9, 1.1), st.integers(5, 500))
@settings(max_examples=40)
def test_quasi_poisson_agrees_with_statsmodels(seed, points, growth, mean):
    rng = np.random.default_rng(seed)
    quarters = QUARTERS[:points]
    bases = rng.integers(800, 1200, points)
    counts = rng.negative_binomial(20, 20 / (20 + mean * growth ** np.arange(points) * np.array([1, 2, 1, 1.5])[quarters - 1]))
    if any(counts[quarters == quarter].sum() == 0 for quarter in (1, 2, 3, 4)):
        return
    found, model = quasi_poisson_trend(counts, bases, quarters), by_statsmodels(counts, bases, quarters)
    assert found.status == "ok"
    assert found.value == pytest.approx(np.exp(model.params[-1]), rel=1e-6)
    assert found.dispersion == pytest.approx(model.scale, rel=1e-6)
    assert (found.lower, found.upper) == pytest.approx(tuple(np.exp(model.conf_int()[-1])), rel=1e-6)
    assert found.p_value == pytest.approx(model.pvalues[-1], abs=1e-7)


def test_a_missing_quarter_keeps_its_place():
    counts = [round(200 * 1.03**place) for place in range(16)]
    with_gap = [None if place in (3, 10) else count for place, count in enumerate(counts)]
    found = quasi_poisson_trend(with_gap, 1000, QUARTERS[:16])
    assert (found.points, found.status) == (14, "ok")
    assert found.value == pytest.approx(1.03, rel=1e-3)


def test_a_quarter_without_events_tells_nothing():
    counts = np.where(QUARTERS == 4, 0, [20, 25, 22, 0] * 6) + np.where(QUARTERS == 1, np.arange(24) // 4, 0)
    found = quasi_poisson_trend(counts, 1000, QUARTERS)
    rest = QUARTERS != 4
    assert found.points == 18
    model = sm.GLM(
        counts[rest],
        np.column_stack([QUARTERS[rest][:, None] == [1, 2, 3], np.arange(24)[rest]]).astype(float),
        family=sm.families.Poisson(),
    ).fit(scale="X2", use_t=True)
    assert found.p_value == pytest.approx(model.pvalues[-1], abs=1e-7)


def test_a_perfect_fit_is_taken_for_a_poisson_count():
    found = quasi_poisson_trend([50] * 12, 1000, QUARTERS[:12])
    assert (found.value, found.p_value) == pytest.approx((1, 1))
    assert found.dispersion < 1e-9
    # With dispersion 1 the variance of the slope is 1 / (mean * sum of squares about each quarter's mean time).
    error = (1 / (50 * 4 * (4**2 + 0 + 4**2))) ** 0.5
    assert np.log(found.upper) == pytest.approx(stats.t.ppf(0.975, 7) * error, rel=1e-6)


@pytest.mark.parametrize(
    ("counts", "bases", "quarters", "status"),
    [
        ([5] * 11, 1000, QUARTERS[:11], "too few points"),
        ([], [], [], "too few points"),
        ([0] * 12, 1000, QUARTERS[:12], "no events"),
        ([5] * 12, [1000] * 11 + [0], QUARTERS[:12], "no base"),
        ([0] * 12 + [9] * 4, 1000, QUARTERS[:16], "no estimate"),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 900], 1000, [1] * 16, "no estimate"),
        # Twelve points, but each quarter of the year has been seen once only but for one: nothing to set a trend by.
        ([0, 0, 7] * 5, 1000, [1, 2, 3] * 5, "too few points"),
    ],
)
def test_statuses_of_the_regression(counts, bases, quarters, status):
    found = quasi_poisson_trend(counts, bases, quarters)
    assert found.status == status
    assert np.isnan([found.value, found.lower, found.upper, found.p_value, found.dispersion]).all()


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: poisson_trend_exact([1, 2, -3, 4, 5]), "counts must not be negative, got -3 at position 2"),
        (lambda: poisson_trend_exact([1, 2, 3.5, 4, 5]), "counts must be a whole number, got 3.5 at position 2"),
        (lambda: poisson_trend_exact([[1, 2, 3, 4, 5]]), "counts must be one series"),
        (lambda: poisson_trend_exact([1, 2, 3, 4, 5], confidence=2), "confidence .*2"),
        (lambda: quasi_poisson_trend([1, 2], 1, [1, 5]), "quarters must be 1, 2, 3 or 4, got 5 at position 1"),
        (lambda: quasi_poisson_trend([1, 2], 1, [1, None]), "quarters must be 1, 2, 3 or 4, got nan at position 1"),
        (lambda: quasi_poisson_trend([1, -2], 1, [1, 2]), "counts must not be negative, got -2 at position 1"),
    ],
)
def test_errors_name_argument_and_value(call, named):
    with pytest.raises(StatisticsError, match=named):
        call()
