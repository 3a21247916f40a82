import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from analysis.statistics import StatisticsError, between_area_variance, funnel_flags, funnel_limits
from analysis.statistics.between_area_variance import WINSORISED_SQUARE

BASES = st.lists(st.integers(1, 3000), min_size=1, max_size=8)


@given(BASES, st.floats(0.0005, 0.3), st.sampled_from([0.0, 0.02]), st.data())
def test_line_and_label_are_one_test(bases, target, tau2, data):
    for kind in ("rate", "proportion"):
        counts = [data.draw(st.integers(0, base)) for base in bases]
        flags = funnel_flags(counts, bases, target, kind, per=1, tau2=tau2)
        lines = funnel_limits(bases, target, kind, per=1, tau2=tau2)
        np.testing.assert_array_equal(flags.flag >= 1, flags.value >= lines.upper_95)
        np.testing.assert_array_equal(flags.flag == 2, flags.value >= lines.upper_998)
        np.testing.assert_array_equal(flags.flag <= -1, flags.value <= lines.lower_95)
        np.testing.assert_array_equal(flags.flag == -2, flags.value <= lines.lower_998)


@given(st.integers(0, 400), st.integers(1, 400), st.floats(0.001, 0.9))
def test_tails_agree_with_scipy(count, base, target):
    rate = funnel_flags(count, base, target, "rate")
    assert rate.p_high == pytest.approx(stats.poisson.sf(count - 1, base * target), abs=1e-12)
    assert rate.p_low == pytest.approx(stats.poisson.cdf(count, base * target), abs=1e-12)
    assert rate.expected == pytest.approx(base * target)
    if count <= base:
        proportion = funnel_flags(count, base, target, "proportion")
        assert proportion.p_high == pytest.approx(stats.binom.sf(count - 1, base, target), abs=1e-12)
        assert proportion.p_low == pytest.approx(stats.binom.cdf(count, base, target), abs=1e-12)


@pytest.mark.parametrize("kind", ["rate", "proportion"])
@pytest.mark.parametrize("base", [5, 40, 1000, 40_000])
def test_critical_counts_are_the_first_whose_tail_is_small(kind, base):
    lines = funnel_limits(base, 0.03, kind)
    frozen = stats.poisson(base * 0.03) if kind == "rate" else stats.binom(base, 0.03)
    for tail, lower, upper in [
        (0.025, lines.lower_95, lines.upper_95),
        (0.001, lines.lower_998, lines.upper_998),
    ]:
        high = round(upper * base)
        assert frozen.sf(high - 1) <= tail < frozen.sf(high - 2)
        if np.isnan(lower):
            assert frozen.cdf(0) > tail
        else:
            low = round(lower * base)
            assert frozen.cdf(low) <= tail < frozen.cdf(low + 1)


def test_flags_in_words():
    flags = funnel_flags([50, 110, 145, 200, 75], 10_000, 100, "rate", per=10_000)
    assert flags.flag.tolist() == [-2, 0, 2, 2, -1]
    assert flags.label.tolist() == [
        "below 99.8 % limit",
        "within limits",
        "above 99.8 % limit",
        "above 99.8 % limit",
        "below 95 % limit",
    ]
    assert funnel_flags(125, 10_000, 100, "rate", per=10_000).label == "above 95 % limit"


def test_the_unit_of_the_rate_does_not_matter():
    per_one, per_ten_thousand = funnel_limits(800, 0.01, "rate"), funnel_limits(800, 100, "rate", per=10_000)
    assert per_ten_thousand.upper_998 == pytest.approx(per_one.upper_998 * 10_000)
    assert per_ten_thousand.target == pytest.approx(100)


def test_missing_and_without_a_base():
    flags = funnel_flags([None, 3, 0, 2], [10, 0, 10, -1], 0.3, "rate")
    assert flags.status.tolist() == ["missing", "no base", "ok", "no base"]
    assert flags.label.tolist() == ["", "", "within limits", ""]
    assert flags.flag.tolist() == [0, 0, 0, 0]
    np.testing.assert_array_equal(np.isnan(flags.p_low), [True, True, False, True])
    lines = funnel_limits([None, 0, 10], 0.3, "rate", tau2=0.01)
    np.testing.assert_array_equal(np.isnan(lines.upper_95), [True, True, False])


def test_where_nothing_could_be_flagged_there_is_no_line():
    lines = funnel_limits([2, 100], 0.5, "proportion")
    assert np.isnan([lines.lower_95[0], lines.upper_95[0]]).all()
    assert lines.lower_95[1] == 0.39
    spread = funnel_limits([2, 100], 0.5, "proportion", tau2=1.0)
    assert np.isnan([*spread.lower_95, *spread.upper_95]).all()
    assert np.isnan(funnel_limits(10, 0.001, "rate", tau2=1.0).lower_95)


@pytest.mark.parametrize("kind", ["rate", "proportion"])
def test_overdispersed_lines_are_wider_and_close_to_the_exact_ones_without_spread(kind):
    exact, narrow, wide = (funnel_limits(20_000, 0.1, kind, tau2=tau2) for tau2 in (0.0, 1e-12, 0.01))
    assert narrow.upper_95 == pytest.approx(exact.upper_95, rel=0.005)
    assert narrow.lower_998 == pytest.approx(exact.lower_998, rel=0.005)
    assert wide.lower_95 < narrow.lower_95 < 0.1 < narrow.upper_95 < wide.upper_95


def deviates(counts, bases, target, kind):
    """The published transformation, one area at a time: distances from the target, and their variances by size."""
    distances, variances = [], []
    for count, base in zip(counts, bases, strict=True):
        if kind == "rate":
            expected = base * target
            y, y0, s = (count / expected) ** 0.5, 1, 1 / (2 * expected**0.5)
        else:
            y, y0, s = np.arcsin((count / base) ** 0.5), np.arcsin(target**0.5), 1 / (2 * base**0.5)
        distances.append(y - y0)
        variances.append(s**2)
    return np.array(distances), np.array(variances)


def winsorised_square(z):
    low, high = np.percentile(z, 10), np.percentile(z, 90)
    return float(np.mean([min(max(one, low), high) ** 2 for one in z]))


def test_the_constant_is_the_mean_square_of_normal_deviates_winsorised_alike():
    q = stats.norm.ppf(0.9)
    middle, _ = integrate.quad(lambda z: z**2 * stats.norm.pdf(z), -q, q)
    assert pytest.approx(middle + 0.2 * q**2) == WINSORISED_SQUARE
    assert round(WINSORISED_SQUARE, 4) == 0.6787
    assert winsorised_square(np.random.default_rng(1).normal(size=1_000_000)) == pytest.approx(WINSORISED_SQUARE, abs=0.005)


@given(st.integers(0, 10_000), st.sampled_from(["rate", "proportion"]), st.floats(0, 0.5))
def test_variance_between_areas_step_by_step(seed, kind, spread):
    rng = np.random.default_rng(seed)
    bases = rng.integers(50, 5000, 25)
    true = np.clip(0.1 * np.exp(rng.normal(0, spread, 25)), 0, 0.9)
    counts = rng.binomial(bases, true)
    found = between_area_variance(counts, bases, 0.1, kind)
    distances, variances = deviates(counts, bases, 0.1, kind)
    phi = winsorised_square(distances / np.sqrt(variances))
    assert found.phi == pytest.approx(phi)
    # A second opinion: the root by another search.
    tau2 = 0.0
    if phi > 0.6787:

        def excess(tau2):
            return winsorised_square(distances / np.sqrt(variances + tau2)) - 0.678654

        tau2 = optimize.brentq(excess, 0, 10, xtol=1e-14)
    assert found.tau2 == pytest.approx(tau2, abs=1e-7, rel=1e-3)
    assert found.areas == 25
    assert np.abs(found.winsorised_z).max() <= np.abs(found.z).max()


def test_the_spread_between_areas_is_found():
    rng = np.random.default_rng(20120331)
    bases = rng.integers(2000, 40_000, 4000)
    none = between_area_variance(rng.poisson(bases * 0.02), bases, 0.02, "rate")
    assert none.phi == pytest.approx(0.6787, abs=0.03)
    assert none.tau2 < 0.01**2
    # On the square-root scale a rate with coefficient of variation c has standard deviation c / 2.
    spread = between_area_variance(rng.poisson(bases * 0.02 * rng.gamma(1 / 0.3**2, 0.3**2, 4000)), bases, 0.02, "rate")
    assert spread.tau2 == pytest.approx(0.15**2, rel=0.06)


KINDS_OF_SPREAD = {
    "normal": lambda rng, shape: np.maximum(0.05, 1 + rng.normal(0, 0.25, shape)),
    "lognormal": lambda rng, shape: np.exp(rng.normal(0, 0.25, shape)),
    "gamma": lambda rng, shape: rng.gamma(16, 1 / 16, shape),
}


def beyond_the_lines(rng, kind, repetitions, outliers=0):
    """Return the shares of 150 simulated areas beyond the 95 % line, of the others and of planted outliers of 4 sigma."""
    beyond, found = [], []
    for _ in range(repetitions):
        bases = np.round(np.exp(rng.normal(10.5, 0.6, 150)))
        if kind == "proportion":
            bases = np.round(bases / 30)
            # 0.25 on the logit at a fifth.
            logit = np.log(0.2 / 0.8) + rng.normal(0, 0.25, 150)
            logit[:outliers] = np.log(0.2 / 0.8) + 4 * 0.25
            counts = rng.binomial(bases.astype(int), 1 / (1 + np.exp(-logit)))
        else:
            levels = KINDS_OF_SPREAD[kind](rng, 150)
            levels[:outliers] = 1 + 4 * 0.25
            counts = rng.poisson(bases * 0.01 * levels)
        name = "proportion" if kind == "proportion" else "rate"
        target = counts.sum() / bases.sum()
        tau2 = between_area_variance(counts, bases, target, name).tau2
        flags = funnel_flags(counts, bases, target, name, tau2=tau2).flag
        beyond.append((flags[outliers:] != 0).mean())
        found.append((flags[:outliers] > 0).mean() if outliers else np.nan)
    return np.mean(beyond), np.mean(found)


@pytest.mark.parametrize("kind", [*KINDS_OF_SPREAD, "proportion"])
@pytest.mark.parametrize("repetitions", [120, pytest.param(2000, marks=pytest.mark.slow)])
def test_one_area_in_twenty_lies_beyond_the_95_line_and_outliers_are_found(kind, repetitions):
    rng = np.random.default_rng(20120331)
    # 120 funnels of 150 areas know the share to 0.16 points; that comes on top of the bound of the full run.
    slack = 0.004 if repetitions < 2000 else 0
    beyond, _ = beyond_the_lines(rng, kind, repetitions)
    assert 0.045 - slack < beyond < 0.057 + slack
    _, found = beyond_the_lines(rng, kind, repetitions, outliers=5)
    assert found > 0.9


def test_areas_without_a_figure_take_no_part():
    found = between_area_variance([10, None, 30, 5], [100, 100, 200, 0], 0.1, "rate")
    full = between_area_variance([10, 30], [100, 200], 0.1, "rate")
    assert (found.phi, found.tau2, found.areas) == (full.phi, full.tau2, 2)
    np.testing.assert_array_equal(np.isnan(found.z), [False, True, False, True])
    alone = between_area_variance(10, 100, 0.1, "rate")
    assert (alone.status, alone.areas) == ("too few points", 1)
    assert np.isnan([alone.phi, alone.tau2]).all()


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: funnel_flags(5, 10, 0.1, "count"), "kind .*'count'"),
        (lambda: funnel_flags(5.5, 10, 0.1, "rate"), "count must be a whole number, got 5.5"),
        (lambda: funnel_flags([1, 12], 10, 0.1, "proportion"), "count must not be more than base, got 12 at position 1"),
        (lambda: funnel_flags(1, 10.5, 0.1, "proportion"), "base must be a whole number, got 10.5"),
        (lambda: funnel_flags(1, 10, 0, "rate"), "target .*0"),
        (lambda: funnel_limits(10, 1.0, "proportion"), "target .*1.0"),
        (lambda: funnel_limits(10, 0.5, "proportion", per=0), "per .*0"),
        (lambda: funnel_limits(10, 0.5, "rate", tau2=-1), "tau2 .*-1"),
        (lambda: funnel_limits(10, 0.5, "rate", tau2=np.nan), "tau2 .*nan"),
        (lambda: between_area_variance([-1], [10], 0.5, "rate"), "count must not be negative, got -1"),
    ],
)
def test_errors_name_argument_and_value(call, named):
    with pytest.raises(StatisticsError, match=named):
        call()


def test_allowing_for_spread_flags_nothing_that_chance_alone_explains():
    # None of 35 where 1.4 are expected: chance gives that to one area in four, whatever the spread of the others.
    alone = funnel_flags(0, 35, 0.041, "proportion")
    spread = funnel_flags(0, 35, 0.041, "proportion", tau2=0.0018)
    assert alone.flag == spread.flag == 0 and spread.p_low >= alone.p_low > 0.2
    for tau2 in (0.0005, 0.01):
        counts, bases = np.arange(0, 30), np.full(30, 150)
        wide, exact = (funnel_flags(counts, bases, 0.08, "proportion", tau2=each) for each in (tau2, 0.0))
        assert (np.abs(wide.flag) <= np.abs(exact.flag)).all()
