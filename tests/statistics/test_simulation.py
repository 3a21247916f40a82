"""How often the rules and tests cry out when nothing has changed, and how often they see a change that there
is.

Quarterly series of five years. The small run keeps the claims honest on every push; the full run (marker
`slow`) has 10,000 series a scenario and prints its table. Bounds are claims, not results: a share has to keep
within its claim, give or take what chance does to the number of series.
"""

import sys

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.statistics import proportion_difference, rate_ratio, xmr

POINTS = 20
RULES = ("beyond_limit", "run", "trend", "two_of_three")
MEANS = (2, 5, 20, 100, 600, 6000)
BASES = (8, 30, 150, 1500)
SHARE = 0.8


def poisson(rng, size, mean):
    return rng.poisson(mean, (size, POINTS))


def overdispersed(rng, size, mean):
    """Counts with twice the variance of a Poisson count."""
    return rng.negative_binomial(mean, 0.5, (size, POINTS))


def autocorrelated(rng, size, mean):
    """Counts whose rate wanders: on the logarithm an AR(1) with coefficient 0.7 and standard deviation 0.15."""
    wander = np.empty((size, POINTS))
    wander[:, 0] = rng.normal(0, 0.15, size)
    for point in range(1, POINTS):
        wander[:, point] = 0.7 * wander[:, point - 1] + rng.normal(0, 0.15 * (1 - 0.7**2) ** 0.5, size)
    return rng.poisson(mean * np.exp(wander))


def changed(lower, upper, no_change):
    return (lower > no_change) | (upper < no_change)


def chart_alarms(series, ceiling=None):
    """Share of series in which a rule marks any point, and of those whose icon says special cause."""
    charts = [xmr(values, kind="flow", ceiling=ceiling) for values in series]
    shares = {f"xmr {rule}": np.mean([getattr(chart, rule).any() for chart in charts]) for rule in RULES}
    shares["xmr any rule"] = np.mean([chart.signal.any() for chart in charts])
    shares["xmr icon"] = np.mean([chart.icon not in ("common cause", None) for chart in charts])
    return shares


def count_alarms(series):
    """Share of series in which each comparison of counts says that something changed."""
    quarter = rate_ratio(series[:, -1], 1, series[:, -5], 1)
    year = rate_ratio(series[:, -4:].sum(axis=1), 1, series[:, -8:-4].sum(axis=1), 1)
    return {
        "quarter on quarter": np.mean(changed(quarter.lower, quarter.upper, 1)),
        "quarter on quarter, mid-P": np.mean(quarter.p_value <= 0.05),
        "year on year": np.mean(changed(year.lower, year.upper, 1)),
        "year on year, mid-P": np.mean(year.p_value <= 0.05),
    }


def proportion_alarms(counts, base):
    quarter = proportion_difference(counts[:, -1], base, counts[:, -5], base)
    year = proportion_difference(counts[:, -4:].sum(axis=1), 4 * base, counts[:, -8:-4].sum(axis=1), 4 * base)
    return {
        "quarter on quarter": np.mean(changed(quarter.lower, quarter.upper, 0)),
        "quarter on quarter, chi-squared": np.mean(quarter.p_value <= 0.05),
        "year on year": np.mean(changed(year.lower, year.upper, 0)),
        "year on year, chi-squared": np.mean(year.p_value <= 0.05),
    }


def false_alarms(size, means, bases):
    """One row a scenario without any change, one column a rule or comparison: the share of series that cry out."""
    rng = np.random.default_rng(20120331)
    rows = {}
    for mean in means:
        series = poisson(rng, size, mean)
        rows[f"Poisson, mean {mean}"] = chart_alarms(series) | count_alarms(series)
    for make in (overdispersed, autocorrelated):
        for mean in (20, 100):
            series = make(rng, size, mean)
            rows[f"{make.__name__}, mean {mean}"] = chart_alarms(series) | count_alarms(series)
    for base in bases:
        counts = rng.binomial(base, SHARE, (size, POINTS))
        rows[f"proportion 0.8, n {base}"] = chart_alarms(counts / base * 100, 100) | proportion_alarms(counts, base)
    return pd.DataFrame.from_dict(rows, orient="index")


def power(size, means, bases):
    """One row a size and a change of the last year (the last four of twenty quarters), one column a comparison or chart."""
    rng = np.random.default_rng(20120401)
    rows = {}
    for mean in means:
        for change in (0.1, 0.3, 0.5):
            series = poisson(rng, size, mean * np.where(np.arange(POINTS) < POINTS - 4, 1, 1 + change))
            shares = count_alarms(series)
            rows[f"mean {mean}, +{change:.0%}"] = {
                name: shares[name] for name in ("quarter on quarter", "quarter on quarter, mid-P", "year on year")
            } | {"xmr icon": chart_alarms(series)["xmr icon"]}
    for base in bases:
        for change in (0.1, 0.3, 0.5):
            chances = np.where(np.arange(POINTS) < POINTS - 4, SHARE, SHARE * (1 - change))
            counts = rng.binomial(base, np.broadcast_to(chances, (size, POINTS)))
            shares = proportion_alarms(counts, base)
            rows[f"0.8 of {base}, -{change:.0%}"] = {name: shares[name] for name in ("quarter on quarter", "year on year")} | {
                "xmr icon": chart_alarms(counts / base * 100, 100)["xmr icon"]
            }
    return pd.DataFrame.from_dict(rows, orient="index")


def assert_no_more_than(shares, claim, size):
    """Each share keeps within the claim, give or take what one run in 100,000 would show."""
    allowed = stats.binom.ppf(1 - 1e-5, size, claim) / size
    over = shares[shares > allowed]
    assert over.empty, f"claimed {claim}, allowed {allowed:.4f}, found {over.to_dict()}"


def assert_no_less_than(shares, claim, size):
    required = stats.binom.ppf(1e-5, size, claim) / size
    under = shares[shares < required]
    assert under.empty, f"claimed {claim}, required {required:.4f}, found {under.to_dict()}"


def check_false_alarms(alarms, size):
    counts, shares = alarms.filter(like="Poisson, mean", axis=0), alarms.filter(like="proportion", axis=0)
    spread, wander = alarms.filter(like="overdispersed", axis=0), alarms.filter(like="autocorrelated", axis=0)
    # The exact interval never cries out more often than it says; mid-P and Newcombe may, by a little.
    for comparison in ("quarter on quarter", "year on year"):
        assert_no_more_than(counts[comparison], 0.05, size)
        assert_no_more_than(counts[f"{comparison}, mid-P"], 0.055, size)
        assert_no_more_than(shares[comparison], 0.06, size)
        assert_no_more_than(shares[f"{comparison}, chi-squared"], 0.06, size)
    # Twice the variance fools the counts' own comparisons.
    assert_no_less_than(spread["year on year"], 0.10, size)
    # A wandering rate fools everything that takes quarters for independent: a signal there means "look", not
    # "trend".
    assert_no_less_than(wander["xmr any rule"], 0.25, size)
    assert_no_less_than(wander.loc[["autocorrelated, mean 100"], "xmr icon"], 0.10, size)
    # The latest point's icon, which is what is read; over five years some point or other is marked far more often.
    for unchanged in (counts, shares, spread):
        assert_no_more_than(unchanged["xmr icon"], 0.03, size)
        assert_no_more_than(unchanged["xmr any rule"], 0.25, size)


def check_power(seen, size):
    rows = seen.index
    large = seen.loc[rows.str.startswith("mean 6000")]
    assert_no_less_than(large["year on year"], 0.99, size)
    # At a mean of 20 a quarter alone hardly sees +30 %, and four quarters see it twice as often and more.
    small = seen.loc["mean 20, +30%"]
    assert small["quarter on quarter"] < 0.2
    assert small["year on year"] > 2 * small["quarter on quarter"]
    for start in ("mean 20,", "mean 100,", "0.8 of 30,"):
        rising = seen.loc[rows.str.startswith(start), "year on year"]
        assert (np.diff(rising) >= 0).all()
        assert rising.iloc[-1] > 2 * rising.iloc[0]
    assert_no_less_than(seen.loc[["0.8 of 1500, -10%"], "quarter on quarter"], 0.99, size)


def test_false_alarms_in_small():
    size = 150
    check_false_alarms(false_alarms(size, (5, 20, 600), (8, 150)), size)


def test_power_in_small():
    size = 150
    check_power(power(size, (20, 100, 6000), (30, 1500)), size)


@pytest.mark.slow
def test_false_alarms_and_power_in_full(capsys):
    size = 10_000
    alarms, seen = false_alarms(size, MEANS, BASES), power(size, MEANS, BASES)
    with capsys.disabled():
        sys.stdout.write(f"\n\nFalse alarms, % of {size:,} series without change\n")
        sys.stdout.write((100 * alarms.T).round(1).to_string(na_rep=""))
        sys.stdout.write(f"\n\nChanges seen, % of {size:,} series whose last four quarters changed\n")
        sys.stdout.write((100 * seen).round(1).to_string(na_rep="") + "\n")
    check_false_alarms(alarms, size)
    check_power(seen, size)
