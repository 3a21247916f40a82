import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.statistics import StatisticsError, usual_slope


def by_hand(y, variance, c, s, freedom, exponent=0.8, steps=None):
    """Return slope, scale and N of one series, by least squares and the full covariance of fractional Brownian motion."""
    i = np.arange(len(y)) if steps is None else np.asarray(steps, float)
    design = np.column_stack([np.ones(len(i)), i])
    weight = np.linalg.pinv(design)[1]
    covariance = (i[:, None] ** exponent + i**exponent - np.abs(i[:, None] - i) ** exponent) / 2
    scale = np.sqrt(c * (weight**2 * variance).sum() + s**2 * weight @ covariance @ weight)
    slope = np.polyfit(i, y, 1)[0]
    return slope, scale, 2 * stats.t(freedom + len(i) - 2).sf(abs(slope) / scale)


def test_a_rate_step_by_step():
    x, n = np.array([300, 310, 325, 330, 350, 340, 365]), np.arange(1000, 1700, 100)
    nation = np.log(0.3) + 0.01 * np.arange(7)
    found = usual_slope(x, n, "rate", 4.0, 0.14, 10, nation=nation)
    slope, scale, rarity = by_hand(np.log((x + 0.5) / n) - nation, 1 / (x + 0.5), 4.0, 0.14, 10)
    t = stats.t(15).ppf(0.975)
    assert [found.value, found.lower, found.upper] == pytest.approx(np.exp([slope, slope - t * scale, slope + t * scale]))
    assert found.rarity == pytest.approx(rarity)
    assert (found.points, found.status) == (7, "ok")


def test_shares_quarters_and_gaps_step_by_step():
    x = np.array([[50, 55, None, 60, 66, 70], [None, None, 10, 12, 14, 20], [5, 5, 5, 5, 5, 5]], float)
    found = usual_slope(x, 100, "proportion", [1.0, 2.0, 1.0], [0.05, 0.1, 0.05], 4.0, exponent=1.0)
    assert found.status.tolist() == ["ok", "too few points", "ok"]
    assert found.points.tolist() == [5, 4, 6]
    y = np.arcsin(np.sqrt(np.array([50, 55, 60, 66, 70]) / 100))
    slope, scale, rarity = by_hand(y, np.full(5, 1 / 400), 1.0, 0.05, 4.0, exponent=1.0, steps=[0, 1, 3, 4, 5])
    t = stats.t(7).ppf(0.975)
    assert [found.value[0], found.lower[0], found.upper[0]] == pytest.approx([slope, slope - t * scale, slope + t * scale])
    assert found.rarity[0] == pytest.approx(rarity)
    assert np.isnan([found.value[1], found.lower[1], found.upper[1], found.rarity[1]]).all()
    assert found.value[2] == pytest.approx(0, abs=1e-15) and found.rarity[2] == pytest.approx(1)


@pytest.mark.parametrize(("exponent", "length"), [(0.8, 6), (0.8, 10), (1.0, 8)])
def test_series_made_by_the_model_are_as_steep_as_it_says(exponent, length):
    # Fractional Brownian motion by its covariance, seen through counts: 5 in 100 are called.
    rng = np.random.default_rng(20120331)
    i = np.arange(1, length)
    covariance = (i[:, None] ** exponent + i**exponent - np.abs(i[:, None] - i) ** exponent) / 2
    path = rng.multivariate_normal(np.zeros(length - 1), covariance, 20_000)
    level = 400 * np.exp(0.12 * np.column_stack([np.zeros(20_000), path]))
    found = usual_slope(rng.poisson(level), 1, "rate", 1.0, 0.12, np.inf, exponent=exponent)
    assert (found.rarity < 0.05).mean() == pytest.approx(0.05, abs=0.006)
    assert (found.rarity < 0.5).mean() == pytest.approx(0.5, abs=0.012)


@given(st.lists(st.integers(0, 500), min_size=5, max_size=12), st.floats(0.25, 12), st.floats(0.01, 0.5), st.floats(3, 30))
def test_a_series_backwards_is_as_rare_and_goes_the_other_way(x, c, s, freedom):
    forwards, backwards = (usual_slope(each, 1, "rate", c, s, freedom) for each in (x, x[::-1]))
    assert forwards.rarity == pytest.approx(backwards.rarity, abs=1e-9)
    assert forwards.value * backwards.value == pytest.approx(1)
    assert (forwards.rarity < 0.05) == (not forwards.lower <= 1 <= forwards.upper)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: usual_slope(5, 1, "rate", 1, 0.1, 5), "x must be a series"),
        (lambda: usual_slope([1, 2, 3, 4, 5], 1, "rate", 1, 0.1, 5, nation=[0, 1]), "nation must have one value a step, 5"),
        (lambda: usual_slope([1, 2, 3, 4, 5.5], 1, "rate", 1, 0.1, 5), "whole number"),
        (lambda: usual_slope([1, 2, 3, 4, 5], 1, "rate", 0, 0.1, 5), "c must be above 0"),
        (lambda: usual_slope([1, 2, 3, 4, 5], 1, "rate", 1, 0.1, 0), "freedom must be above 0"),
        (lambda: usual_slope([1, 2, 3, 4, 5], 1, "rate", 1, 0.1, 5, exponent=0), "exponent must be"),
    ],
)
def test_what_is_refused(call, sentence):
    with pytest.raises(StatisticsError, match=sentence):
        call()


def test_series_without_any_figure():
    found = usual_slope([[None] * 6, [0] * 6], [[1] * 6, [0] * 6], "rate", 1, 0.1, 5)
    assert found.status.tolist() == ["too few points"] * 2 and found.points.tolist() == [0, 0]
    assert np.isnan(found.rarity).all()
