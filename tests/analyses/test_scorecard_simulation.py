"""How often the whole cries out when nothing has changed: judged pairs at the sizes of the real figures, charts, trends.

The pure functions are simulated in `statistics/test_simulation.py`; here the same goes through `findings.judge`,
`trend.control` and `trend.tested`. Bounds are claims, give or take what chance does to the number of repetitions. The full
run (marker `slow`) prints the tables that stand in `docs/methods-evidence.md`.
"""

import sys

import numpy as np
import pandas as pd
import pytest
from made_series import quarters, years
from scipy import stats

from analysis import catalogue, measures
from analysis.analyses import trend
from analysis.analyses.findings import judge
from analysis.statistics import benjamini_hochberg

PERIOD = "2012-13-Q4"
RULES = ("beyond_limit", "run", "trend", "two_of_three")
BANDS = ("below 20", "20 to 99", "100 to 499", "500 and more", "shares")
CHANGES = (0.1, 0.3, 0.5)


def real_sizes(held):
    """The tested figures of the last year, one row each: what a scorecard over everything that is held would compare."""
    found = measures.measure(held.observations)
    kind = found["indicator"].map(catalogue.indicators()["uncertainty"])
    latest = found["period"].isin(("2012-13", "2013-03-31")) & found["numerator"].notna() & found["value"].notna()
    rate = found["indicator"].map(catalogue.indicators()["kind"]) == "rate"
    rows = found[latest & ~rate & ((kind == "poisson") | ((kind == "binomial") & found["denominator"].notna()))]
    return rows[["indicator", "area", "category", "period", "numerator", "denominator"]].reset_index(drop=True)


def band_of(rows):
    share = rows["denominator"].notna()
    cut = pd.cut(rows["numerator"], [-1, 19, 99, 499, np.inf], labels=list(BANDS[:4])).astype(str)
    return np.where(share, BANDS[4], cut)


def drawn_pairs(rows, rng, change=0.0, dispersion=1.0):
    """One repetition: two years of every figure from one mean or share, the later one changed where that is asked for."""
    share = rows["denominator"].notna().to_numpy()
    x, n = rows["numerator"].to_numpy(float), rows["denominator"].fillna(1).to_numpy(float)
    grown = np.broadcast_to(1.0 + np.asarray(change), x.shape)

    def counts(mean):
        # A negative binomial count whose variance is the mean times the dispersion.
        spread = rng.gamma(np.maximum(mean, 1e-9) / (dispersion - 1), dispersion - 1) if dispersion > 1 else mean
        return rng.poisson(spread)

    def year(factor):
        drawn = rng.binomial(n.astype(int), np.clip(x / n * factor, 0, 1) * share)
        return np.where(share, drawn, counts(x * factor)).astype(float)

    now, then = year(grown), year(np.ones(len(x)))
    return pd.DataFrame(
        {
            "indicator": rows["indicator"], "area": rows["area"], "category": rows["category"], "period": "2012-13",
            "value": np.where(share, 100 * now / n, now), "numerator": now, "denominator": rows["denominator"],
            "reference_name": "", "reference_period": "2011-12", "reference": np.where(share, 100 * then / n, then),
            "reference_numerator": then, "reference_denominator": rows["denominator"],
        }
    )  # fmt: skip


def _judged(rows, repetitions, rng, changes):
    frames = [drawn_pairs(rows, rng, **changes).assign(area=str(number), category=range(len(rows))) for number in repetitions]
    judged = judge(pd.concat(frames, ignore_index=True))[["area", "category", "verdict", "p_value"]]
    return judged.assign(repetition=judged["area"].astype(int)).sort_values(["repetition", "category"])


def one_by_one(rows, repetitions, rng, **changes):
    """Verdicts, p-values and places of all repetitions, judged in one go: arrays of repetitions × figures."""
    judged = pd.concat([_judged(rows, part, rng, changes) for part in np.array_split(range(repetitions), -(-repetitions // 250))])
    shape = (repetitions, len(rows))
    called = judged["verdict"].isin(("up", "down")).to_numpy().reshape(shape)
    p_values = judged["p_value"].to_numpy(float).reshape(shape)
    stands = np.array([benjamini_hochberg(each).flags for each in p_values])
    return called, stands & called


def by_band(shares, rows):
    bands = band_of(rows)
    return {band: shares[:, bands == band].mean() for band in BANDS if (bands == band).any()} | {"all": shares.mean()}


def scorecard(rows, repetitions):
    """False alarms and power of the scorecard: one row a scenario, columns by size of figure."""
    rng = np.random.default_rng(20130331)
    found = {}
    for label, dispersion in (("no change", 1.0), ("no change, twice the variance", 2.0)):
        called, stands = one_by_one(rows, repetitions, rng, dispersion=dispersion)
        found[f"{label}: called a change"] = by_band(called, rows)
        found[f"{label}: still stands"] = by_band(stands, rows)
        found[f"{label}: any stands"] = {"all": stands.any(axis=1).mean()}
    for change in CHANGES:
        called, stands = one_by_one(rows, max(repetitions // 5, 20), rng, change=-change)
        found[f"-{change:.0%}: called a change"] = by_band(called, rows)
        found[f"-{change:.0%}: still stands"] = by_band(stands, rows)
    changed = np.arange(len(rows)) % 3 == 0
    _, stands = one_by_one(rows, repetitions, rng, change=np.where(changed, -0.5, 0.0))
    wrong = (stands & ~changed).sum(axis=1) / np.maximum(stands.sum(axis=1), 1)
    found["a third at -50%: share of what stands that is false"] = {"all": wrong.mean()}
    return pd.DataFrame.from_dict(found, orient="index")[[*BANDS, "all"]]


def made_counts(rng, size, points, mean, make, growth=1.0):
    rate = np.broadcast_to(mean * growth ** (np.arange(points) - (points - 1) / 2), (size, points))
    if make == "Poisson":
        return rng.poisson(rate)
    if make == "twice the variance":
        return rng.poisson(rng.gamma(rate, 1.0))
    # The rate wanders: on the logarithm an AR(1) with coefficient 0.7 and standard deviation 0.15.
    wander = rng.normal(0, 0.15, (size, points))
    for point in range(1, points):
        wander[:, point] = 0.7 * wander[:, point - 1] + (1 - 0.7**2) ** 0.5 * wander[:, point]
    return rng.poisson(rate * np.exp(wander))


def as_measures(counts, spans):
    size, points = counts.shape
    flat = counts.ravel().astype(float)
    return pd.DataFrame(
        {
            "indicator": "contacts", "area": np.repeat([f"series {number}" for number in range(size)], points),
            "period": np.tile(np.array(spans, dtype=object), size), "category": "all", "value": flat, "numerator": flat,
            "denominator": np.nan, "status": "final",
        }
    )  # fmt: skip


MAKES = ("Poisson", "twice the variance", "autocorrelated")


def charts(size, means, points=48):
    """Control charts over 48 quarters without change: shares of points marked, of charts with any mark, and of icons."""
    rng = np.random.default_rng(20130401)
    rows = {}
    for make in MAKES:
        for mean in means:
            found = trend.control(as_measures(made_counts(rng, size, points, mean, make), quarters(points)), PERIOD)
            marks = found[list(RULES)].to_numpy(bool).reshape(size, points, 4)
            icons = found["icon"].to_numpy(object).reshape(size, points)[:, -1]
            rows[f"{make}, mean {mean}"] = (
                {f"{rule}, a point": marks[:, :, place].mean() for place, rule in enumerate(RULES)}
                | {f"{rule}, any": marks[:, :, place].any(axis=1).mean() for place, rule in enumerate(RULES)}
                | {"any rule, any": marks.any(axis=(1, 2)).mean(), "icon": (icons != "common cause").mean()}
            )
    return pd.DataFrame.from_dict(rows, orient="index")


LENGTHS = {
    "6 quarters, exact": quarters(6), "8 quarters, four against four": quarters(8), "12 quarters, regression": quarters(12),
    "20 quarters, regression": quarters(20), "48 quarters, regression": quarters(48), "6 years, exact": years(6),
    "10 years, exact": years(10), "12 years, regression": years(12),
}  # fmt: skip


def trends(size, exact_size, means, growth=1.0, makes=MAKES):
    """Shares of series that `trend.tested` calls a trend; `growth` a year."""
    rng = np.random.default_rng(20130402)
    rows = {}
    for make in makes:
        for mean in means:
            rows[f"{make}, mean {mean}"] = shares = {}
            for label, spans in LENGTHS.items():
                many = exact_size if "exact" in label else size
                step = growth ** (0.25 if "quarters" in label else 1)
                tested = trend.tested(as_measures(made_counts(rng, many, len(spans), mean, make, step), spans), PERIOD)
                shares[label] = (tested["verdict"] != "no clear trend").sum() / many
    return pd.DataFrame.from_dict(rows, orient="index")


def assert_no_more_than(shares, claim, size):
    """Each share keeps within the claim, give or take what one run in 100,000 would show."""
    shares = pd.Series(np.ravel(shares)).dropna()
    allowed = stats.binom.ppf(1 - 1e-5, size, claim) / size
    assert (shares <= allowed).all(), f"claimed {claim}, allowed {allowed:.4f}, found {shares.max():.4f}"


def check_scorecard(found, rows, repetitions):
    sizes = pd.Series(band_of(rows)).value_counts()
    called = found.loc["no change: called a change"]
    for band in BANDS[:4]:
        # Exact intervals: never more than nominal, at any size.
        assert_no_more_than([called[band]], 0.05, repetitions * sizes[band])
    assert_no_more_than([called["shares"]], 0.06, repetitions * sizes["shares"])  # Newcombe's may pass it by a little
    assert_no_more_than([called["all"]], 0.05, repetitions * len(rows))
    assert_no_more_than([found.at["no change: any stands", "all"]], 0.05, repetitions)
    # Twice the variance fools whatever takes counts for Poisson: the figure is in the docs.
    assert found.at["no change, twice the variance: called a change", "500 and more"] > 0.10
    assert found.at["a third at -50%: share of what stands that is false", "all"] < 0.05
    for band in BANDS[1:4]:
        power = [found.at[f"-{change:.0%}: called a change", band] for change in CHANGES]
        assert power == sorted(power)
    assert found.at["-10%: called a change", "below 20"] < 0.1
    assert found.at["-50%: called a change", "500 and more"] > 0.99
    assert found.at["-30%: called a change", "100 to 499"] > 0.6


def check_charts(found, size):
    calm = found[~found.index.str.startswith("autocorrelated")]
    assert_no_more_than(calm["icon"], 0.05, size)
    # A fair coin puts a point into a run of seven or more with the chance 8 / 2 ** 7 = 0.0625.
    for rule, claim in zip(RULES, (0.02, 0.0625, 0.01, 0.02), strict=True):
        assert_no_more_than(calm[f"{rule}, a point"], claim, size)  # points of one chart go together: charts are counted
    assert (calm["any rule, any"] < 0.65).all()
    assert (found.loc[~found.index.isin(calm.index) & found.index.str.contains("100"), "icon"] > 0.10).all()


def check_trends(found, size, exact_size):
    exact = [label for label in LENGTHS if "exact" in label]
    regression = [label for label in LENGTHS if "regression" in label]
    poisson, spread, wander = (found[found.index.str.startswith(make)] for make in MAKES)
    assert_no_more_than(poisson[exact], 0.05, exact_size)
    assert_no_more_than(poisson["8 quarters, four against four"], 0.05, size)
    # Quasi-Poisson is approximate: a little above nominal at small means.
    assert_no_more_than(poisson[regression], 0.065, size)
    assert_no_more_than(spread[regression], 0.065, size)
    # What assumes Poisson counts is fooled by twice their variance, and everything by a rate that wanders.
    assert spread[exact].to_numpy().mean() > 0.10
    assert (wander[regression].max() > 0.08).all()


def test_scorecard_in_small(held):
    rows = real_sizes(held)
    assert len(rows) > 100
    check_scorecard(scorecard(rows, 60), rows, 60)


def test_judge_allows_for_all_that_is_judged_together(held):
    """One repetition through `judge` gives what one of many judged together does."""
    rows = real_sizes(held)
    frame = drawn_pairs(rows, np.random.default_rng(5), change=-0.5)
    judged = judge(frame)
    assert judged["stands"].tolist() == benjamini_hochberg(judged["p_value"].to_numpy(float)).flags.tolist()
    assert judged["stands"].sum() <= (judged["p_value"] <= 0.05).sum()


def test_charts_in_small():
    check_charts(charts(150, (20, 100)), 150)


def test_trends_in_small():
    check_trends(trends(200, 40, (20,)), 200, 40)


def written(title, table):
    sys.stdout.write(f"\n{title}\n{(100 * table).round(1).to_string(na_rep='')}\n")
    sys.stdout.flush()


@pytest.mark.slow
def test_the_scorecard_in_full(held, capsys):
    rows, repetitions = real_sizes(held), 2_000
    found = scorecard(rows, repetitions)
    with capsys.disabled():
        sys.stdout.write(f"\n\n{pd.Series(band_of(rows)).value_counts().to_string()}\n")
        written(f"Scorecard of {len(rows)} figures, % of comparisons ({repetitions:,} repetitions; power a fifth)", found)
    check_scorecard(found, rows, repetitions)


@pytest.mark.slow
def test_charts_in_full(capsys):
    size = 5_000
    found = charts(size, (5, 20, 100, 1000))
    with capsys.disabled():
        written(f"Control charts of 48 quarters without change, % ({size:,} series)", found.T)
    check_charts(found, size)


@pytest.mark.slow
def test_trends_in_full(capsys):
    size, exact_size = 5_000, 300
    found = trends(size, exact_size, (5, 20, 100))
    makes = MAKES[:2]
    seen = {f"{growth:+.0%} a year": trends(1_000, 100, (20, 100), 1 + growth, makes) for growth in CHANGES}
    with capsys.disabled():
        written(f"Series without trend, % called one ({size:,} series; exact {exact_size:,})", found.T)
        written("Trends seen, % (1,000 series; exact 100)", pd.concat(seen).T)
    check_trends(found, size, exact_size)
