import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.statistics import StatisticsError, unlike_neighbours

FIGURE = st.tuples(st.integers(0, 200), st.integers(200, 4000))


@pytest.mark.parametrize("kind", ["rate", "proportion"])
def test_step_by_step(kind):
    x, n = 20, 150.0
    others_x, others_n = np.array([40, 80, 61, 52, 90, 75, 66]), np.array([500, 900, 800, 600, 700, 800, 500])
    found = unlike_neighbours(x, n, np.append(others_x, np.nan), np.append(others_n, 5), kind)
    if kind == "rate":
        y, own_y = np.log((others_x + 0.5) / others_n), np.log((x + 0.5) / n)
        more_chance = 1 / (x + 0.5) - np.mean(1 / (others_x + 0.5))
    else:
        y, own_y = np.arcsin(np.sqrt(others_x / others_n)), np.arcsin(np.sqrt(x / n))
        more_chance = 0.25 / n - np.mean(0.25 / others_n)
    assert more_chance > 0
    scale = np.sqrt(y.var(ddof=1) * (1 + 1 / 7) + more_chance)
    half_width = stats.t(6).ppf(0.975) * scale
    ends = np.array([y.mean() - half_width, y.mean(), y.mean() + half_width])
    expected = np.exp(ends) - 0.5 / n if kind == "rate" else np.sin(ends) ** 2
    assert [found.lower, found.centre, found.upper] == pytest.approx(expected)
    assert found.rarity == pytest.approx(2 * stats.t(6).sf(abs(own_y - y.mean()) / scale))
    assert (found.place, found.members, found.flag, found.status) == (1 + (others_x / others_n < x / n).sum(), 7, 0, "ok")


def test_a_larger_area_gets_no_less_than_the_neighbours_spread():
    others = [40, 80, 61, 52, 90, 75, 66]
    small, large, huge = (unlike_neighbours(0.1 * n, n, others, [600] * 7, "rate") for n in (100, 6000, 600_000))
    assert small.upper - small.lower > large.upper - large.lower
    assert large.upper + 0.5 / 6000 == pytest.approx(huge.upper + 0.5 / 600_000)


@given(FIGURE, st.lists(FIGURE, min_size=6, max_size=12), st.sampled_from(["rate", "proportion"]))
def test_flag_interval_and_rarity_are_one_test(own, others, kind):
    others_x, others_n = np.array(others).T
    found = unlike_neighbours(*own, others_x, others_n, kind)
    value = own[0] / own[1]
    if found.flag:
        assert found.rarity < 0.05
        assert value <= found.lower + 1e-12 if found.flag < 0 else value >= found.upper - 1e-12
    else:
        assert found.rarity >= 0.05 - 1e-12
        assert found.lower - 1e-12 <= value <= found.upper + 1e-12


@pytest.mark.parametrize("kind", ["rate", "proportion"])
@pytest.mark.parametrize("k", [6, 10])
def test_one_more_like_them_is_unlike_them_5_times_in_100(kind, k):
    rng = np.random.default_rng(20120331)
    n = np.full((20_000, k + 1), 3000.0)
    p = 0.2 * np.exp(rng.normal(0, 0.2, n.shape)) if kind == "rate" else np.sin(0.8 + rng.normal(0, 0.05, n.shape)) ** 2
    x = rng.poisson(n * p) if kind == "rate" else rng.binomial(3000, p)
    found = unlike_neighbours(x[:, 0], n[:, 0], x[:, 1:], n[:, 1:], kind)
    assert (found.flag != 0).mean() == pytest.approx(0.05, abs=0.006)
    # A third of the base: more chance in it, and no more often called.
    found = unlike_neighbours(rng.poisson(x[:, 0] / 3), n[:, 0] / 3, x[:, 1:], n[:, 1:], kind)
    assert (found.flag != 0).mean() < 0.06
    found = unlike_neighbours(np.round(2.5 * x[:, 0]), n[:, 0], x[:, 1:], n[:, 1:], "rate")
    assert (found.flag == 1).mean() > 0.5


def test_places_gaps_and_statuses():
    others_x = [[5, 5, 7, 9, 9, 12], [5, None, 7, 9, 9, 12], [5] * 6, [5] * 6]
    found = unlike_neighbours([9, 9, None, 3], [100, 100, 100, 0], others_x, 100, "rate")
    assert found.status.tolist() == ["ok", "too few points", "missing", "no base"]
    assert found.place[:2].tolist() == [4, 3] and np.isnan(found.place[2:]).all()
    assert found.members.tolist() == [6, 5, 6, 6]
    assert found.flag[1:].tolist() == [0, 0, 0] and np.isnan(found.rarity[1:]).all() and np.isnan(found.lower[1:]).all()
    # Neighbours that are all the same: an area as they are is not unlike them.
    found = unlike_neighbours([9, 30], 100, [[9] * 6, [9] * 6], 100, "rate")
    assert found.rarity.tolist() == [1, 0] and found.flag.tolist() == [0, 1]


def test_what_is_refused():
    with pytest.raises(StatisticsError, match="x must not be more than n"):
        unlike_neighbours(3, 2, [1] * 6, 2, "proportion")
    with pytest.raises(StatisticsError, match="neighbours_x must be a series"):
        unlike_neighbours(3, 2, 1, 2, "rate")
    with pytest.raises(StatisticsError, match="shapes that fit"):
        unlike_neighbours([1, 2, 3], 1, [[1] * 6] * 2, 1, "rate")
