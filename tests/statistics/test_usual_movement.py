import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from analysis.statistics import StatisticsError, fit_usual_movement, rate_ratio, usual_change, usual_range

COUNTS = st.integers(0, 400)
CONSTANTS = st.tuples(st.floats(0.25, 12), st.floats(0, 0.6), st.floats(3, 30))
RATES = st.tuples(COUNTS, st.integers(1, 400))


# 1. Without movement beyond counting the rule is the exact one.
@pytest.mark.parametrize(("x1", "x0"), [(393, 524), (0, 7), (5, 0), (1, 1), (12, 9)])
def test_chance_alone_is_the_exact_interval(x1, x0):
    change, exact = usual_change(x1, 1, x0, 1, "rate", 1, 0, np.inf), rate_ratio(x1, 1, x0, 1)
    assert [change.lower, change.upper] == pytest.approx([exact.lower, exact.upper], rel=1e-8)
    assert change.estimate == exact.value
    # Twice the exact one-sided tail, at most 1.
    tails = [stats.binom.sf(x1 - 1, x1 + x0, 0.5), stats.binom.cdf(x1, x1 + x0, 0.5)]
    assert change.rarity == pytest.approx(min(1, 2 * min(tails)), rel=1e-8)


# Golden values: 2012-13 after 2011-12, made by another program than this one from constants of the official figures of 2013-14
# to 2017-18, gross. The constants are rounded there as here, so that a count may differ by 1 in 100.
GOLDEN = [
    # x0, x1, c, s, freedom, N in 100, 80 % range, 95 % range
    ("plans", 524, 393, 4.0, 0.157, 17, 19, (397, 682), (335, 789)),
    ("conferences", 804, 662, 3.4, 0.146, 5, 32, (619, 1035), (506, 1240)),
    ("children in care", 373, 435, 0.4, 0.046, 8, 4, (340, 408), (320, 433)),
    ("section 47", 1242, 1201, 5.4, 0.185, 7, 88, (922, 1658), (753, 1997)),
    ("contacts", 523, 631, 4.0, 0.2, 4, 47, (359, 746), (260, 984)),
    ("section 47, a small authority", 125, 76, 5.4, 0.185, 7, 28, (69, 201), (43, 262)),
    ("plans, a small authority", 15, 23, 4.0, 0.157, 17, 75, (1, 39), (0, 54)),
    ("deprivations of liberty", 21, 43, 4.0, 0.2, 4, 35, (3, 53), (0, 86)),
    ("adults in the community", 269, 461, 4.0, 0.2, 4, 10, (174, 400), (118, 538)),
]


@pytest.mark.parametrize(("name", "x0", "x1", "c", "s", "freedom", "rarity", "four_in_five", "usual"), GOLDEN)
def test_changes_of_2012_13(name, x0, x1, c, s, freedom, rarity, four_in_five, usual):
    change = usual_change(x1, 1, x0, 1, "rate", c, s, freedom)
    assert 100 * change.rarity == pytest.approx(rarity, abs=0.6)
    for confidence, expected in ((0.8, four_in_five), (0.95, usual)):
        limits = usual_range(x0, 1, 1, "rate", c, s, freedom, confidence=confidence)
        assert [limits.lower, limits.upper] == pytest.approx(expected, abs=1, rel=0.012)


def test_assessments_in_time_of_2012_13():
    # NI 60, 57 % to 96.3 % of 122 (117 or 118): unusual (2 in 100 at a quarter of the base, 1 at the same), 25 to 86 % (39 to 74 %) usual.
    small = usual_change(118, 122, 17, 30, "proportion", 1, 0.095, 3.6)
    equal = usual_change(118, 122, 70, 122, "proportion", 1, 0.095, 3.6)
    assert [100 * small.rarity, 100 * equal.rarity] == pytest.approx([2, 1], abs=0.5)
    for confidence, percents in ((0.95, (25, 86)), (0.8, (39, 74))):
        limits = usual_range(70, 122, 122, "proportion", 1, 0.095, 3.6, confidence=confidence)
        assert [100 * limits.lower / 122, 100 * limits.upper / 122] == pytest.approx(percents, abs=1.5)


# 2. Second opinions.
@pytest.mark.parametrize(("events", "anywhere", "near_5_in_100"), [(10, 0.2, 0.03), (50, 0.07, 0.015), (200, 0.035, 0.006)])
def test_rarity_is_nearly_the_closed_form(events, anywhere, near_5_in_100):
    # Exact limits are the more cautious, as a count has only whole values: most so where nothing much has changed.
    rng = np.random.default_rng(20120331)
    x0 = rng.integers(20, 3000, 6000)
    x1 = np.round(x0 * np.exp(rng.normal(0, 0.4, 6000)))
    c, s, freedom = rng.uniform(0.5, 5, 6000), rng.uniform(0.05, 0.3, 6000), rng.uniform(4, 30, 6000)
    found = usual_change(x1, 1, x0, 1, "rate", c, s, freedom).rarity
    scale = np.sqrt(c * (1 / (x1 + 0.5) + 1 / (x0 + 0.5)) + s**2)
    closed = 2 * stats.t(freedom).sf(np.abs(np.log((x1 + 0.5) / (x0 + 0.5))) / scale)
    enough = np.minimum(x0, x1) / c > events
    near = enough & (closed > 0.02) & (closed < 0.1)
    assert near.sum() > 100
    assert np.abs(found - closed)[enough].max() < anywhere
    assert np.abs(found - closed)[near].max() < near_5_in_100


@pytest.mark.parametrize(("level", "c", "s", "freedom"), [(40, 4.0, 0.14, 5.0), (300, 4.0, 0.14, 5.0), (2500, 2.0, 0.1, 20.0)])
def test_changes_made_by_the_model_are_as_rare_as_it_says(level, c, s, freedom):
    # Counts of c siblings each, whose mean has moved by s in t units; both scales come from one mixing variable.
    rng = np.random.default_rng(20120331)
    size = 20_000
    mixing = np.sqrt(freedom / rng.chisquare(freedom, size))
    mean = level * np.exp(rng.normal(0, 1, size) * s * mixing)
    counting = np.sqrt(c * mean) * mixing
    x0 = np.maximum(0, np.round(level + np.sqrt(c * level) * mixing * rng.normal(0, 1, size)))
    x1 = np.maximum(0, np.round(mean + counting * rng.normal(0, 1, size)))
    keep = x0 + x1 > 0
    rarity = usual_change(x1[keep], 1, x0[keep], 1, "rate", c, s, freedom).rarity
    for share in (0.5, 0.2, 0.05):
        # The exact limits of few events are cautious; a hundredth of 20,000 is three standard errors.
        assert 0.65 * share < (rarity < share).mean() < share + 0.012


def test_shares_made_by_the_model_are_as_rare_as_it_says():
    rng = np.random.default_rng(20120331)
    size, n = 20_000, rng.integers(100, 3000, 20_000)
    p = rng.uniform(0.15, 0.85, size)
    moved = np.sin(np.clip(np.arcsin(np.sqrt(p)) + 0.04 * rng.standard_t(8, size), 0, np.pi / 2)) ** 2
    rarity = usual_change(rng.binomial(n, moved), n, rng.binomial(n, p), n, "proportion", 1, 0.04, 8).rarity
    for share in (0.5, 0.2, 0.05):
        assert (rarity < share).mean() == pytest.approx(share, abs=0.015)


@pytest.mark.parametrize("kind", ["rate", "proportion"])
@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95, 0.998])
def test_the_range_is_what_the_rule_calls_count_by_count(kind, confidence):
    # By brute force: the limits of every count one by one, at small counts.
    for x0, n0, n1 in ((0, 5, 8), (1, 1, 1), (3, 10, 10), (9, 12, 30), (30, 31, 60), (10, 10, 20)):
        for c, s, freedom in ((1, 0, np.inf), (4, 0.2, 4), (0.5, 0.05, 12)):
            limits = usual_range(x0, n0, n1, kind, c, s, freedom, confidence=confidence, nation=0.02)
            counts = np.arange(n1 + 1 if kind == "proportion" else 20_000)
            change = usual_change(counts, n1, x0, n0, kind, c, s, freedom, confidence=confidence, nation=0.02)
            nothing = 1 if kind == "rate" else 0
            usual = counts[((change.lower <= nothing) & (change.upper >= nothing)) | (change.status == "no events")]
            assert (limits.lower, limits.upper) == (usual.min(), usual.max())
            assert len(usual) == usual.max() - usual.min() + 1


def test_limits_of_shares_step_by_step():
    change = usual_change(60, 100, 40, 90, "proportion", 2, 0.05, 6, nation=0.01)
    t = stats.t(6).ppf(0.975)

    def wilson(x, n):
        return [(x + t**2 / 2 + sign * t * np.sqrt(x * (n - x) / n + t**2 / 4)) / (n + t**2) for sign in (-1, 1)]

    y1, y0 = np.arcsin(np.sqrt(60 / 100)), np.arcsin(np.sqrt(40 / 90))
    low1, high1 = np.arcsin(np.sqrt(wilson(30, 50)))
    low0, high0 = np.arcsin(np.sqrt(wilson(20, 45)))
    d = y1 - y0 - 0.01
    assert change.estimate == pytest.approx(d)
    assert change.lower == pytest.approx(d - np.sqrt((y1 - low1) ** 2 + (high0 - y0) ** 2 + (t * 0.05) ** 2))
    assert change.upper == pytest.approx(d + np.sqrt((high1 - y1) ** 2 + (y0 - low0) ** 2 + (t * 0.05) ** 2))


# 3. Properties.
@given(RATES, RATES, CONSTANTS)
@example((0, 10), (7, 10), (1.0, 0.0, 30.0))
def test_exchanging_the_years_leaves_the_rarity_as_it_is(now, before, constants):
    one, other = (usual_change(*a, *b, "rate", *constants) for a, b in ((now, before), (before, now)))
    assert one.rarity == pytest.approx(other.rarity, abs=1e-12, nan_ok=True)
    if one.status == "ok" and one.lower > 0 and other.lower > 0:
        assert one.lower * other.upper == pytest.approx(1)
    parts = [(min(x, n), n) for x, n in (now, before)]
    one, other = (usual_change(*a, *b, "proportion", *constants) for a, b in (parts, parts[::-1]))
    assert one.rarity == pytest.approx(other.rarity, abs=1e-12)


@given(COUNTS, CONSTANTS, st.floats(-0.3, 0.3), st.sampled_from(["rate", "proportion"]))
@example(23, (4.0, 0.2, 4.0), 0.0, "rate")
@example(260, (0.25, 0.0, 3.0), 0.0, "rate")  # tails of 1e-257 came out as 0
def test_a_larger_change_is_never_the_less_rare_one(x0, constants, nation, kind):
    counts = np.arange(401)
    rarity = usual_change(counts, 400, x0, 400, kind, *constants, nation=nation).rarity
    rarity = rarity[~np.isnan(rarity)]
    steps = np.diff(rarity)
    top = rarity.argmax()
    assert (steps[:top] >= -1e-12).all() and (steps[top:] <= 1e-12).all()


@given(RATES, st.integers(1, 400), CONSTANTS, st.floats(-0.3, 0.3), st.sampled_from(["rate", "proportion"]))
def test_range_and_rarity_are_one_rule(before, n1, constants, nation, kind):
    x0, n0 = before if kind == "rate" else (min(before), before[1])
    limits = usual_range(x0, n0, n1, kind, *constants, nation=nation)
    inside = [limits.lower, limits.upper]
    if not np.isfinite(inside).all():
        return
    outside = [each for each in (limits.lower - 1, limits.upper + 1) if each >= 0 and (kind == "rate" or each <= n1)]
    for count, unusual in [(each, False) for each in inside] + [(each, True) for each in outside]:
        change = usual_change(count, n1, x0, n0, kind, *constants, nation=nation)
        if change.status == "ok":
            assert (change.rarity < 0.05) == unusual
            nothing = 1 if kind == "rate" else 0
            assert (change.lower > nothing or change.upper < nothing) == unusual


@given(RATES, RATES, CONSTANTS)
def test_the_nations_change_is_taken_off(now, before, constants):
    net = usual_change(*now, *before, "rate", *constants, nation=0.1)
    gross = usual_change(now[0], now[1] * np.exp(0.1), *before, "rate", *constants)
    assert net.rarity == pytest.approx(gross.rarity, abs=1e-9, nan_ok=True)
    assert net.estimate == pytest.approx(gross.estimate, nan_ok=True)


def test_the_fit_and_the_rule_use_one_model():
    rng = np.random.default_rng(3)
    n = rng.integers(2000, 50_000, 5000)
    x0 = rng.poisson(n * 0.03)
    x1 = rng.poisson(n * 0.03 * np.exp(0.15 * rng.standard_t(6, 5000)))
    d = np.log((x1 + 0.5) / (x0 + 0.5))
    fit = fit_usual_movement(d, 1 / (x1 + 0.5) + 1 / (x0 + 0.5))
    rarity = usual_change(x1, 1, x0, 1, "rate", *fit).rarity
    assert (rarity < 0.05).mean() == pytest.approx(0.05, abs=0.008)
    assert (rarity < 0.5).mean() == pytest.approx(0.5, abs=0.02)


# 4. Ends and refusals.
def test_statuses_and_ends():
    change = usual_change([5, None, 0, 1, 3, 900], [1, 1, 1, 0, 1, 1], [5, 1, 0, 1, np.nan, 0], 1, "rate", 4, 0.1, 5)
    assert change.status.tolist() == ["ok", "missing", "no events", "no base", "missing", "ok"]
    assert change.rarity[0] == 1 and np.isnan(change.rarity[1:5]).all() and 0 < change.rarity[5] < 0.002
    assert np.isnan(change.estimate[1:5]).all() and np.isnan(change.lower[1:5]).all() and np.isnan(change.upper[1:5]).all()
    assert change.estimate[5] == np.inf and change.upper[5] == np.inf and change.lower[5] > 1
    assert usual_change(0, 10, 0, 10, "proportion", 1, 0.1, 5).rarity == 1
    assert usual_change(5, 10, 5, 0.0 + 10, "proportion", np.nan, 0.1, 5).status == "missing"
    # Nothing is rarer than a t of 30: further out the incomplete beta function is not to be relied on.
    assert usual_change(10**9, 1, 1, 1, "rate", 1, 0, 4).rarity == pytest.approx(2 * stats.t(4).sf(30))


def test_statuses_of_ranges():
    limits = usual_range([0, None, 10], [1, 1, 0], 1, "rate", 4, 0.1, 5)
    assert limits.status.tolist() == ["ok", "missing", "no base"]
    assert limits.lower[0] == 0 and limits.upper[0] > 0 and np.isnan(limits.upper[1:]).all()
    # So much usual movement that no count is too many.
    assert usual_range(5, 1, 1, "rate", 4, 50.0, 3).upper == np.inf
    # Of a large whole that the nation has left behind no share is usual any more.
    assert np.isnan(usual_range(9000, 10_000, 10_000, "proportion", 1, 0.0, np.inf, nation=1.0).lower)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: usual_change(1.5, 1, 2, 1, "rate", 1, 0, 5), "x1 must be a whole number, got 1.5"),
        (lambda: usual_change(1, 1, -2, 1, "rate", 1, 0, 5), "x0 must not be negative"),
        (lambda: usual_change(3, 2, 1, 2, "proportion", 1, 0, 5), "x1 must not be more than n1"),
        (lambda: usual_change(1, 2, 1, 2, "share", 1, 0, 5), "kind must be"),
        (lambda: usual_change(1, 2, 1, 2, "rate", 0, 0, 5), "c must be above 0"),
        (lambda: usual_change(1, 2, 1, 2, "rate", 1, -0.1, 5), "s must not be negative"),
        (lambda: usual_change(1, 2, 1, 2, "rate", 1, 0, 0), "freedom must be above 0"),
        (lambda: usual_change(1, 2, 1, 2, "rate", 1, 0, 5, confidence=95), "confidence must be"),
        (lambda: usual_range([1, 2], [1, 2, 3], 1, "rate", 1, 0, 5), "shapes that fit"),
    ],
)
def test_what_is_refused(call, sentence):
    with pytest.raises(StatisticsError, match=sentence):
        call()
