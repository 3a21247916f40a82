import numpy as np
import pytest
from scipy import stats

from analysis.statistics import StatisticsError, own_history


def test_step_by_step():
    factor, freedom = own_history([[0.1, -0.4, None], [None, None, None]], [0.05, 0.08, 0.02], [4.0, 5.0])
    q = [0.1**2 / 0.05, 0.4**2 / 0.08]
    assert factor == pytest.approx([(4 + sum(q)) / (4 + 2), 1])
    assert freedom.tolist() == [6, 5]


def test_calls_are_5_in_100_of_calm_and_of_restless_series_alike():
    # Each series has a scale of its own, such that its changes are t with 4 degrees of freedom taken all together.
    rng = np.random.default_rng(20120331)
    assumed, freedom = 0.08, 4.0
    scale = np.sqrt(assumed * freedom / rng.chisquare(freedom, (40_000, 1)))
    d = scale * rng.normal(0, 1, (40_000, 9))
    factor, degrees = own_history(d[:, :8], assumed, freedom)
    alone = np.abs(d[:, 8]) > stats.t(freedom).ppf(0.975) * np.sqrt(assumed)
    with_history = np.abs(d[:, 8]) > stats.t(degrees).ppf(0.975) * np.sqrt(assumed * factor)
    calm, restless = factor < np.quantile(factor, 0.25), factor > np.quantile(factor, 0.75)
    assert alone[calm].mean() < 0.01 and alone[restless].mean() > 0.1
    for series in (calm, restless):
        assert with_history[series].mean() == pytest.approx(0.05, abs=0.007)


def test_what_is_refused():
    with pytest.raises(StatisticsError, match="variance must be above 0"):
        own_history([0.1], [0.0], 4)
    with pytest.raises(StatisticsError, match="freedom must be above 0"):
        own_history([0.1], [0.1], 0)
