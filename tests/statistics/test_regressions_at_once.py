"""The regression of many series at once against each alone, with gaps and empty seasons, and against statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.statistics import quasi_poisson_trend, quasi_poisson_trends

FIELDS = ("value", "lower", "upper", "p_value", "dispersion")


def random_series(seed, size=25):
    """Series of any size and slope, some with gaps, seasons without any event, or nothing at all."""
    rng = np.random.default_rng(seed)
    points = int(rng.integers(12, 49))
    quarters = (np.arange(points) + rng.integers(4)) % 4 + 1
    slopes = rng.choice([0, 0.02, -0.05, 0.15], size)[:, None] * (np.arange(points) - points / 2)
    counts = rng.poisson(np.minimum(rng.choice([0.1, 0.5, 2, 30, 6000], size)[:, None] * np.exp(slopes), 1e6)).astype(float)
    counts[0] = 0
    counts[1, quarters == 2] = 0
    counts[2, :: points - 1] = np.nan
    counts[3, rng.random(points) < 0.2] = np.nan
    bases = rng.integers(800, 1200, (size, points)).astype(float)
    bases[4, 3] = 0
    return counts, bases, quarters


@pytest.mark.parametrize("seed", range(8))
def test_two_hundred_random_series(seed):
    counts, bases, quarters = random_series(seed)
    found = quasi_poisson_trends(counts, bases, quarters)
    for place, (x, n) in enumerate(zip(counts, bases, strict=True)):
        one = quasi_poisson_trend(x, n, quarters)
        assert (found.status[place], found.points[place]) == (one.status, one.points)
        for field in FIELDS:
            assert getattr(found, field)[place] == pytest.approx(getattr(one, field), rel=1e-5, abs=1e-8, nan_ok=True), field
    assert found.status[0] == "no events" and found.status[4] == "no base"


@pytest.mark.parametrize("seed", range(4))
def test_statsmodels_gives_the_same(seed):
    rng = np.random.default_rng(100 + seed)
    points, quarters = 24, np.tile([1, 2, 3, 4], 6)
    bases = rng.integers(20_000, 30_000, points).astype(float)
    counts = rng.negative_binomial(30, 30 / (30 + 60 * 1.02 ** np.arange(points)), (3, points)).astype(float)
    counts[2, 7] = np.nan
    found = quasi_poisson_trends(counts, bases, quarters)
    for place, x in enumerate(counts):
        held = np.isfinite(x)
        time = np.arange(points)[held]
        design = np.column_stack([quarters[held][:, None] == [1, 2, 3, 4], time - time.mean()]).astype(float)
        fitted = sm.GLM(x[held], design, family=sm.families.Poisson(), offset=np.log(bases[held])).fit(scale="X2", use_t=True)
        assert np.log(found.value[place]) == pytest.approx(fitted.params[-1], rel=1e-6)
        assert found.dispersion[place] == pytest.approx(fitted.scale, rel=1e-6)
        assert np.log([found.lower[place], found.upper[place]]) == pytest.approx(fitted.conf_int()[-1], rel=1e-5)
        assert found.p_value[place] == pytest.approx(fitted.pvalues[-1], rel=1e-5)
