import numpy as np
import pytest
from scipy import optimize, stats

from analysis.statistics import StatisticsError, changes_on_scale, fit_usual_movement


def made_changes(c, s, freedom, size=750, seed=1):
    rng = np.random.default_rng(seed)
    counting = 1 / np.exp(rng.normal(5, 1.2, size))
    return rng.standard_t(freedom, size) * np.sqrt(c * counting + s**2), counting


@pytest.mark.parametrize(("c", "s", "freedom"), [(4.0, 0.14, 4.0), (0.5, 0.04, 12.0), (2.0, 0.0, 8.0), (1.0, 0.2, 25.0)])
def test_no_other_numbers_make_the_changes_more_likely(c, s, freedom):
    d, counting = made_changes(c, s, freedom)

    # A second opinion: scipy's own density, and a search that knows no gradient, from the answer and from far away.
    def minus_likelihood(parameters):
        c, s, freedom = np.exp(parameters[0]), parameters[1], np.exp(parameters[2])
        if not (0.25 <= c <= 12 and s >= 0 and 3 <= freedom <= 30):
            return np.inf
        return -stats.t(freedom, scale=np.sqrt(c * counting + s**2)).logpdf(d).sum()

    fit = fit_usual_movement(d, counting)
    # A rounding error of exp and log must not put a number at its bound outside of it.
    inside = [np.log(np.clip(fit.c, 0.2501, 11.999)), fit.s, np.log(np.clip(fit.freedom, 3.001, 29.999))]
    starts = (inside, [0.0, 0.1, 2.0], [1.5, 0.02, 1.5])
    best = min(
        optimize.minimize(minus_likelihood, start, method="Nelder-Mead", options={"maxiter": 4000}).fun for start in starts
    )
    assert minus_likelihood(inside) <= best + 0.01
    true = [np.log(c), s, np.log(freedom)]
    assert minus_likelihood(inside) < minus_likelihood(true)


def test_many_changes_give_back_what_they_were_made_with():
    fit = fit_usual_movement(*made_changes(3.5, 0.13, 6.0, size=60_000))
    assert fit == pytest.approx((3.5, 0.13, 6.0), rel=0.06)


def test_a_movement_without_a_share_in_proportion_and_one_without_counting_end_at_the_bounds():
    d, counting = made_changes(2.0, 0.0, 30.0, size=20_000)
    assert fit_usual_movement(d, counting).s < 0.03
    d, counting = made_changes(0.0, 0.1, 3.0, size=20_000)
    fit = fit_usual_movement(d, counting)
    assert fit.c == pytest.approx(0.25) and fit.freedom == pytest.approx(3.0, rel=0.2)


def test_the_unit_of_the_changes_is_without_effect():
    d, counting = made_changes(4.0, 0.14, 5.0)
    fit, small = fit_usual_movement(d, counting), fit_usual_movement(d / 1000, counting / 1000**2)
    assert small == pytest.approx((fit.c, fit.s / 1000, fit.freedom), rel=1e-3)


def test_pairs_without_a_number_are_left_out():
    d, counting = made_changes(4.0, 0.14, 5.0)
    fit = fit_usual_movement(np.append(d, [np.nan, 1.0]), np.append(counting, [0.1, np.nan]))
    assert fit == fit_usual_movement(d, counting)


def test_what_is_refused():
    d, counting = made_changes(4.0, 0.14, 5.0, size=60)
    with pytest.raises(StatisticsError, match="50 changes or more, got 49"):
        fit_usual_movement(d[:49], counting[:49])
    with pytest.raises(StatisticsError, match="counting must be above 0, got 0"):
        fit_usual_movement(d, np.append(counting[1:], 0.0))
    with pytest.raises(StatisticsError, match="kind must be"):
        changes_on_scale(1, 1, 1, 1, "share")
    with pytest.raises(StatisticsError, match="x0 must not be more than n0, got 3"):
        changes_on_scale(1, 2, 3, 2, "proportion")


def test_changes_of_rates_and_shares_by_hand():
    d, counting = changes_on_scale([20, 0, None, 5], [1000, 10, 10, 0], [10, 0, 3, 3], [2000, 10, 10, 10], "rate")
    assert d[:2] == pytest.approx([np.log(20.5 / 1000 / (10.5 / 2000)), 0])
    assert counting[:2] == pytest.approx([1 / 20.5 + 1 / 10.5, 4])
    assert np.isnan(d[2:]).all() and np.isnan(counting[2:]).all()
    d, counting = changes_on_scale([10, 5], [10, 0], [0, 5], [40, 10], "proportion")
    assert d[0] == pytest.approx(np.pi / 2) and counting[0] == pytest.approx((1 / 10 + 1 / 40) / 4)
    assert np.isnan(d[1]) and np.isnan(counting[1])
