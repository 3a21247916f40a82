import numpy as np
import pytest
from golden_table import golden
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from analysis.statistics import SeriesKindError, StatisticsError, xmr
from analysis.statistics.control_chart import LIMIT_FACTOR, RANGE_FACTOR

# Common cause only: no rule fires, and mean 10, mean moving range 2 are easy to see.
CALM = [9, 11] * 8


def flow(values, **options):
    return xmr(values, kind="flow", **options)


def marked(flags):
    return np.flatnonzero(flags).tolist()


@pytest.mark.parametrize("example", golden("individuals_charts")["example"])
def test_published_charts(example):
    row = golden("individuals_charts").set_index("example").loc[example]
    chart = flow([float(value) for value in row["values"].split()])
    assert chart.centre[0] == pytest.approx(row["centre"], abs=row["tolerance"])
    assert chart.lower[0] == pytest.approx(row["lower"], abs=row["tolerance"])
    assert chart.upper[0] == pytest.approx(row["upper"], abs=row["tolerance"])
    if not np.isnan(row["range_limit"]):
        assert chart.range_limit[0] == pytest.approx(row["range_limit"], abs=row["tolerance"])


def test_the_constants_from_the_distribution_of_the_range_of_two():
    # The range of two normal values is |N(0, 2)|: mean d2 = 2 / sqrt(pi), standard deviation d3.
    d2 = integrate.quad(lambda r: r * 2 * stats.norm.pdf(r, scale=2**0.5), 0, 30)[0]
    d3 = (2 - d2**2) ** 0.5
    assert pytest.approx(3 / d2, abs=0.0015) == LIMIT_FACTOR
    assert pytest.approx(1 + 3 * d3 / d2, abs=0.0005) == RANGE_FACTOR


def test_limits_of_a_calm_series():
    chart = flow(CALM, target=20, polarity="low_is_good")
    assert chart.centre.tolist() == [10.0] * 16
    assert chart.upper[0] == pytest.approx(10 + 2.66 * 2)
    assert chart.lower[0] == pytest.approx(10 - 2.66 * 2)
    assert chart.upper_warning[0] == pytest.approx(10 + 2.66 * 2 * 2 / 3)
    assert chart.lower_warning[0] == pytest.approx(10 - 2.66 * 2 * 2 / 3)
    assert chart.range_limit[0] == pytest.approx(3.267 * 2)
    assert np.isnan(chart.moving_range[0])
    assert chart.moving_range[1:].tolist() == [2.0] * 15
    assert not chart.signal.any()
    assert not chart.range_beyond.any()
    assert (chart.status, chart.icon, chart.assurance) == ("ok", "common cause", "passes")


@pytest.mark.parametrize(
    ("points", "status"),
    [(0, "too few points"), (4, "too few points"), (5, "trial"), (12, "trial"), (13, "ok")],
)
def test_what_a_chart_needs(points, status):
    chart = flow(CALM[:points], target=20, polarity="low_is_good")
    assert chart.status == status
    assert np.isfinite(chart.upper).all() == (status != "too few points" or points == 0)
    assert (chart.icon is not None) == (status == "ok")
    assert (chart.assurance is not None) == (status == "ok")
    assert not chart.signal.any()


def test_gaps_do_not_count_as_points():
    assert flow([*CALM[:12], np.nan]).status == "trial"
    # Six points, but only one pair of neighbours has measured the variation.
    assert flow([1, 2, np.nan, 1, np.nan, 2, np.nan, 1, np.nan, 2]).status == "too few points"
    latest_missing = flow([*CALM, None], target=20, polarity="low_is_good")
    assert (latest_missing.status, latest_missing.icon, latest_missing.assurance) == ("ok", None, None)


def test_a_floored_limit_cannot_signal():
    chart = flow([0, 4, 1, 5, 0, 3, 0, 4, 2, 6, 0, 3, 0, 5, 1, 0])
    assert chart.lower[0] == 0
    assert not chart.beyond_limit.any()
    assert flow(CALM, target=0, polarity="high_is_good").assurance == "passes"
    assert flow([0, 4] * 8, target=0, polarity="high_is_good").assurance == "hit or miss"


def test_limits_are_capped_at_the_ceiling():
    chart = flow([95, 99, 100] * 5, ceiling=100, target=85, polarity="high_is_good")
    assert (chart.upper[0], chart.upper_warning[0]) == (100, 100)
    assert not chart.signal.any()
    with pytest.raises(StatisticsError, match="values must not be above the ceiling of 100, got 101 at position 1"):
        flow([99, 101], ceiling=100)


def test_no_variation_has_no_limits_and_no_flags():
    for constant, target, polarity, assurance in [
        (100, 100, "high_is_good", "passes"),
        (0.1, 0.2, "high_is_good", "fails"),
        (0.1, 0.2, "low_is_good", "passes"),
        (3, 2, "low_is_good", "fails"),
        (0, 0, "low_is_good", "passes"),
    ]:
        chart = flow([constant] * 14, target=target, polarity=polarity)
        assert (chart.status, chart.icon, chart.assurance) == ("no variation", "common cause", assurance)
        assert np.isnan(chart.upper).all()
        assert np.isnan(chart.lower).all()
        assert not chart.signal.any()
    assert flow([3] * 12, target=2, polarity="low_is_good").assurance is None


def test_steps_that_hide_in_gaps_are_not_a_constant():
    chart = flow([5, 5, 5, 5, np.nan, 7, 7, 7, 7, 7, np.nan, 5, 5, 5, 5, 5], target=6, polarity="low_is_good")
    assert (chart.status, chart.assurance) == ("too few points", None)
    assert not chart.signal.any()


@pytest.mark.parametrize(
    ("target", "polarity", "assurance"),
    [
        (4, "high_is_good", "passes"),
        (10, "high_is_good", "hit or miss"),
        (16, "high_is_good", "fails"),
        (4, "low_is_good", "fails"),
        (10, "low_is_good", "hit or miss"),
        (16, "low_is_good", "passes"),
        (16, "neutral", None),
        (16, "band", None),
        (None, "low_is_good", None),
        (np.nan, "low_is_good", None),
    ],
)
def test_assurance(target, polarity, assurance):
    assert flow(CALM, target=target, polarity=polarity).assurance == assurance


def test_a_limit_on_the_target_is_hit_or_miss():
    target = float(flow(CALM).upper[0])
    assert flow(CALM, target=target, polarity="low_is_good").assurance == "hit or miss"
    assert flow(CALM, target=target, polarity="high_is_good").assurance == "hit or miss"


def test_rebasing_starts_everything_again():
    values = [*CALM, *[29, 31] * 7]
    whole, rebased = flow(values), flow(values, rebase_at=[16])
    assert whole.signal.any()
    assert not rebased.signal.any()
    assert rebased.phase.tolist() == [0] * 16 + [1] * 14
    assert (rebased.centre[0], rebased.centre[-1]) == (10, 30)
    assert np.isnan(rebased.moving_range[16])
    assert rebased.statuses == ("ok", "ok")
    assert flow(values, rebase_at=[16], target=20, polarity="low_is_good").assurance == "fails"
    short = flow([*CALM, 30, 31, 32], rebase_at=[16])
    assert short.statuses == ("ok", "too few points")
    assert np.isnan(short.upper[16:]).all()
    assert short.icon is None


def test_the_trend_gives_the_direction_only_where_nothing_else_speaks():
    values = [*[40, 0] * 12, 14, 15, 16, 17, 18, 19, 19.5]
    chart = flow(values, polarity="high_is_good")
    assert chart.trend[-1]
    assert not (chart.run | chart.beyond_limit | chart.two_of_three)[-1]
    assert chart.icon == "improvement high"
    falling = flow([*[40, 0] * 12, 42, 39, 36, 33, 30, 27, 24], polarity="high_is_good")
    assert falling.icon == "improvement high"
    assert falling.run[-1]


@pytest.mark.parametrize("kind", ["year_to_date", "rolling"])
def test_accumulated_series_are_refused(kind):
    with pytest.raises(SeriesKindError, match=f"{kind}.*difference it to quarters"):
        xmr(CALM, kind=kind)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: xmr(CALM, kind="weekly"), "kind .*'weekly'"),
        (lambda: flow([1, -2]), "values must not be negative, got -2 at position 1"),
        (lambda: flow([[1, 2]]), "one series of values, got 2 dimensions"),
        (lambda: flow(CALM, polarity="up"), "polarity .*'up'"),
        (lambda: flow(CALM, rebase_at=[0]), "rebase_at .*0"),
        (lambda: flow(CALM, rebase_at=[16]), "rebase_at .*16"),
        (lambda: flow(CALM, ceiling=0), "ceiling .*0"),
        (lambda: flow(CALM, target=-1), "target .*-1"),
    ],
)
def test_errors_name_argument_and_value(call, named):
    with pytest.raises(StatisticsError, match=named):
        call()


SERIES = st.lists(st.one_of(st.none(), st.integers(0, 30)), min_size=5, max_size=40)


@given(SERIES, st.floats(0.01, 100))
def test_the_unit_does_not_matter(values, factor):
    one = flow(values)
    other = flow([None if value is None else value * factor for value in values])
    assert one.statuses == other.statuses
    np.testing.assert_array_equal(one.signal, other.signal)
    np.testing.assert_allclose(other.upper, one.upper * factor, rtol=1e-9)
