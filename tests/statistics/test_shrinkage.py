import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from analysis.statistics import StatisticsError, rate_interval, shrink

AREAS = st.lists(st.tuples(st.integers(0, 200), st.integers(50, 9000)), min_size=2, max_size=12)


@given(AREAS, st.floats(1, 10_000))
@example([(0, 909), (21, 50)], 1.0)
def test_every_rate_moves_towards_the_mean(areas, per):
    counts, bases = np.array(areas).T
    found = shrink(counts, bases, per=per)
    np.testing.assert_allclose(found.raw, counts / bases * per)
    np.testing.assert_allclose(found.value, found.weight * found.raw + (1 - found.weight) * found.mean)
    assert ((found.weight >= 0) & (found.weight < 1)).all()
    assert (found.lower <= found.value * (1 + 1e-9)).all()
    assert (found.value <= found.upper * (1 + 1e-9)).all()
    assert (found.rank_lower <= found.rank).all()
    assert (found.rank <= found.rank_upper).all()
    if found.spread > 0:
        assert (np.argsort(found.weight, kind="stable") == np.argsort(bases, kind="stable")).all() or len(set(bases)) < len(bases)


def test_posterior_is_the_gamma_of_the_estimated_prior():
    counts, bases = np.array([3, 60, 110, 20, 45]), np.array([800, 5000, 12_000, 1500, 6000])
    found = shrink(counts, bases)
    shape, rate = found.mean**2 / found.spread**2, found.mean / found.spread**2
    posterior = stats.gamma(shape + counts, scale=1 / (rate + bases))
    np.testing.assert_allclose(found.value, posterior.mean())
    np.testing.assert_allclose(found.lower, posterior.ppf(0.025), rtol=1e-9)
    np.testing.assert_allclose(found.upper, posterior.ppf(0.975), rtol=1e-9)


def test_the_variance_between_areas_is_estimated_without_bias():
    # Areas so small that most of what they differ by is chance, and has to be taken off.
    rng = np.random.default_rng(20120331)
    bases = rng.integers(100, 900, 150)
    squares = []
    for _ in range(80):
        rates = rng.gamma(1 / 0.4**2, 0.02 * 0.4**2, 150)
        squares.append(shrink(rng.poisson(rates * bases), bases).spread ** 2)
    assert np.mean(squares) == pytest.approx((0.02 * 0.4) ** 2, rel=0.08)


def test_shrunk_rates_are_closer_to_the_truth_and_their_intervals_cover_it():
    rng = np.random.default_rng(20120331)
    bases = rng.integers(500, 9000, 60)
    raw_error, shrunk_error, covered, rank_covered = [], [], [], []
    for _ in range(100):
        rates = rng.gamma(1 / 0.3**2, 0.005 * 0.3**2, 60)
        found = shrink(rng.poisson(rates * bases), bases)
        if found.spread == 0:
            continue
        raw_error.append(((found.raw - rates) ** 2).mean())
        shrunk_error.append(((found.value - rates) ** 2).mean())
        covered.append(((found.lower <= rates) & (rates <= found.upper)).mean())
        rank = stats.rankdata(-rates)
        rank_covered.append(((found.rank_lower <= rank) & (rank <= found.rank_upper)).mean())
    assert np.mean(shrunk_error) < 0.6 * np.mean(raw_error)
    assert 0.92 < np.mean(covered) < 0.97
    assert 0.90 < np.mean(rank_covered) < 0.98


def test_without_spread_all_areas_share_the_pooled_rate():
    found = shrink([10, 20, 30], [1000, 2000, 3000], per=1000)
    pooled = rate_interval(60, 6000, per=1000)
    assert found.spread == 0
    np.testing.assert_allclose(found.value, pooled.value)
    np.testing.assert_allclose(found.lower, pooled.lower)
    np.testing.assert_allclose(found.upper, pooled.upper)
    assert found.rank.tolist() == [2, 2, 2]
    assert found.rank_lower.tolist() == [1, 1, 1]
    assert found.rank_upper.tolist() == [3, 3, 3]


def test_the_highest_rate_has_the_first_rank_and_the_same_ranks_every_time():
    counts, bases = [400, 100, 900, 20], [10_000, 10_000, 10_000, 300]
    one, again = shrink(counts, bases), shrink(counts, bases)
    assert one.rank[2] == one.rank_lower[2] == 1
    assert one.rank[1] == one.rank_upper[1] == 4
    np.testing.assert_array_equal(one.rank_lower, again.rank_lower)
    assert one.rank_upper[3] - one.rank_lower[3] > one.rank_upper[0] - one.rank_lower[0]


def test_areas_without_a_figure_take_no_part():
    found = shrink([5, None, 60, 7], [100, 50, 200, 0])
    assert found.status.tolist() == ["ok", "missing", "ok", "no base"]
    np.testing.assert_array_equal(np.isnan(found.value), [False, True, False, True])
    np.testing.assert_array_equal(np.isnan(found.rank), [False, True, False, True])
    assert found.mean == pytest.approx(65 / 300)
    alone = shrink([5, None], [100, 50])
    assert alone.status.tolist() == ["too few points", "missing"]
    assert np.isnan([alone.mean, alone.spread, *alone.value]).all()


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: shrink([1, -5], [10, 10]), "counts must not be negative, got -5 at position 1"),
        (lambda: shrink([1, 0.5], [10, 10]), "counts must be a whole number, got 0.5"),
        (lambda: shrink(3, [10, 10]), "counts must be one series"),
        (lambda: shrink([1, 2], [10, 10, 10]), "shapes that fit"),
        (lambda: shrink([1, 2], [10, 10], confidence=1), "confidence .*1"),
    ],
)
def test_errors_name_argument_and_value(call, named):
    with pytest.raises(StatisticsError, match=named):
        call()
