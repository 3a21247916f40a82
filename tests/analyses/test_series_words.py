"""Sentences against their rows: no direction without an interval that excludes no change, no number from elsewhere."""

import math
import re
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_series import councils, made, pairs, quarters, years

from analysis import catalogue, measures
from analysis.analyses import benchmark, change, trend
from analysis.analyses.findings import (
    finding_of_chart,
    finding_of_funnel,
    findings,
    findings_of_trends,
    how_many_by_chance,
    judge,
)
from analysis.catalogue import areas, periods, tables

UP, DOWN = re.compile(r"\b(rose|higher|increased)\b"), re.compile(r"\b(fell|lower|decreased)\b")
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
SMALL = settings(max_examples=25, deadline=None)
COUNTS = st.one_of(st.integers(0, 40), st.integers(0, 8000))


def printed(figure, decimals):
    """A figure as a reader sees it, by another way than the library's: decimal arithmetic, rounded half up, without a sign."""
    if not math.isfinite(figure):
        return set()
    step = Decimal(1).scaleb(-decimals)
    # Binary noise at a half: what lies on it may print either way.
    near = {Decimal(repr(float(figure) * (1 + tiny))) for tiny in (-1e-12, 0, 1e-12)}
    return {f"{abs(each.quantize(step, ROUND_HALF_UP)):,}" for each in near}


def numbers_of(*texts):
    return {number for text in texts for number in NUMBER.findall(text)}


def allowed(row):
    """Every number that the sentence of a judged pair may hold."""
    entry = catalogue.indicators().loc[row.indicator]
    found = {"95"} | numbers_of(entry["title"], areas.label(row.area), row.reference_name)
    found |= numbers_of(periods.label(row.period), periods.label(row.reference_period))
    for figure in (row.value, row.reference, row.value - row.reference):
        found |= printed(figure, int(entry["decimals"]))
    if row.method == "ratio":
        for ratio in (row.estimate, row.lower, row.upper, row.detectable_up, row.detectable_down):
            found |= printed(100 * (ratio - 1), 0)
        for ratio, whole in ((row.detectable_up, math.ceil), (row.detectable_down, math.floor)):
            found |= {f"{whole(row.reference * ratio):,}"} if math.isfinite(ratio) else set()
    else:
        for points in (row.estimate, row.lower, row.upper, row.detectable_up, row.detectable_down):
            found |= printed(points, 1)
    return found


def check(judged):
    rows = [row for row in judged.itertuples(index=False) if row.verdict != "missing"]
    for row, said in zip(rows, findings(judged), strict=True):
        no_change = 1.0 if row.method == "ratio" else 0.0
        up, down = row.lower > no_change, row.upper < no_change
        assert bool(UP.search(said.headline)) == up, said.headline
        assert bool(DOWN.search(said.headline)) == down, said.headline
        assert "significan" not in said.headline.lower()
        assert numbers_of(said.headline) <= allowed(row), (said.headline, numbers_of(said.headline) - allowed(row))
        if row.method == "ratio" and row.reference_numerator < 20:
            assert "change of" not in said.headline and "interval" not in said.headline
            assert "%" not in said.change_words + said.interval_words
        if row.judgement:
            assert up or down


@SMALL
@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=15), st.sampled_from(["", "the other 9 areas together"]))
def test_counts(values, name):
    now, then = zip(*values, strict=True)
    check(judge(pairs("contacts", now, then, reference_name=name)))


@SMALL
@given(
    st.lists(st.tuples(st.integers(1, 2000), st.integers(1, 2000), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=15),
    st.sampled_from(["plans_reviewed_on_time_pct", "plans_ended_2_years_pct", "plans_repeat_pct"]),
    st.sampled_from(["", "Rutland"]),
)
def test_shares(values, indicator, name):
    frames = [
        pairs(indicator, [int(n1 * p1)], [int(n2 * p2)], bases=([n1], [n2]), reference_name=name) for n1, n2, p1, p2 in values
    ]
    check(judge(pd.concat(frames, ignore_index=True)))


@SMALL
@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=15))
def test_rates_across_areas(values):
    mine, others = zip(*values, strict=True)
    frame = pairs("dols_referrals_per_100k", mine, others, bases=(29_000, 400_000), reference_name="the other 7 areas together")
    check(judge(frame))


def test_the_real_figures(held):
    figures = measures.measure(held.observations)
    check(change.year_on_year(figures, "2012-13-Q4"))
    check(trend.last_against_first(figures, "2012-13-Q4"))
    compared = benchmark.values(figures, "2012-13-Q4", "report")
    check(benchmark.against_others(compared, ["E10000018", "E06000017"], "report"))


def headlines_of(tested):
    return [each.headline for each in findings_of_trends(tested)]


def trend_numbers(row):
    entry = catalogue.indicators().loc[row.indicator]
    found = {"95"} | numbers_of(entry["title"], areas.label(row.area), str(row.points))
    found |= numbers_of(periods.label(row.first_period), periods.label(row.last_period))
    for figure in (row.first_value, row.last_value):
        found |= printed(figure, int(entry["decimals"]))
    for ratio in (row.change, row.lower, row.upper):
        found |= printed(100 * (ratio - 1), 1)
    return found


@SMALL
@given(
    st.integers(0, 10_000),
    st.integers(5, 16),
    st.sampled_from([0.3, 3, 30, 900]),
    st.sampled_from([0.8, 1, 1.1, 2]),
    st.booleans(),
)
def test_trends(seed, points, mean, growth, by_quarter):
    counts = np.random.default_rng(seed).poisson(np.minimum(mean * growth ** np.arange(points), 5000))
    spans = quarters(points) if by_quarter else years(points)
    tested = trend.tested(made("contacts", spans, counts), "2012-13-Q4")
    for row, said in zip(tested.itertuples(index=False), headlines_of(tested), strict=True):
        assert bool(UP.search(said)) == (row.lower > 1), said
        assert bool(DOWN.search(said)) == (row.upper < 1), said
        assert "significan" not in said.lower()
        assert numbers_of(said) <= trend_numbers(row), said
        assert ("indicative" in said) == (row.points <= 7)
        assert ("four before" in said) == (row.method.startswith("last four") and row.verdict != "no clear trend")
        first_year = counts[:4].sum() if by_quarter else counts[0]
        if row.points == points and first_year < 20:
            assert "%" not in said, said
        assert "inf" not in said and "nan" not in said
    assert sum(each.sure for each in findings_of_trends(tested)) == (tested["verdict"] != "no clear trend").sum()


def test_twelve_quarters_or_more_are_tested_by_their_order_too():
    def tested(values):
        return trend.tested(made("contacts", quarters(len(values)), values), "2012-13-Q4")

    steady = tested([60 + 3 * n for n in range(16)])
    assert steady["by_ranks"].tolist() == ["up"] and "The order of the quarters alone says the same" in headlines_of(steady)[0]
    # One wild quarter at the end makes a slope, and no order.
    wild = tested([60, 64, 58, 61, 63, 59, 62, 60, 61, 58, 64, 60, 59, 63, 61, 700])
    assert wild["by_ranks"].tolist() == ["no clear trend"]
    level = tested([60, 64, 58, 61] * 4)
    assert level["by_ranks"].tolist() == ["no clear trend"] and "order" not in headlines_of(level)[0]
    assert tested([60 + 3 * n for n in range(9)])["by_ranks"].tolist() == [""]
    # Falling, but for a last year so high that the regression sees no fall.
    turned = tested([150, 152, 148, 150, 120, 122, 118, 121, 100, 101, 99, 102, 90, 91, 89, 300])
    assert (turned["by_ranks"] != turned["verdict"]).all()
    assert "does not say the same" in headlines_of(turned)[0]


def test_what_got_worse_comes_first():
    steep = (60 * 1.08 ** np.arange(16)).round()
    good = "plans_reviewed_on_time_pct"
    assert catalogue.indicators().at[good, "polarity"] == "high_is_good"
    frames = [made("contacts", quarters(16), steep), made(good, quarters(16), [500 - 20 * n for n in range(16)], base=1000)]
    found = findings_of_trends(trend.tested(pd.concat(frames), "2012-13-Q4"))
    assert [(each.indicator, each.judgement) for each in found] == [(good, "worse"), ("contacts", "")]


def test_clear_trends_come_first():
    rng = np.random.default_rng(2)
    calm, steep = (rng.poisson(60 * growth ** np.arange(16)) for growth in (1, 1.08))
    both = pd.concat([made("contacts", quarters(16), calm), made("referrals", quarters(16), steep)])
    said = headlines_of(trend.tested(both, "2012-13-Q4"))
    assert UP.search(said[0]) and "no clear trend" in said[1]


@SMALL
@given(st.integers(0, 10_000), st.integers(5, 30), st.sampled_from([1, 20, 400]), st.sampled_from([0.7, 1, 1.5, 3]))
def test_control_charts(seed, points, mean, jump):
    values = np.random.default_rng(seed).poisson(mean, points)
    values[-1] = round(values[-1] * jump)
    chart = trend.control(made("contacts", quarters(points), values), "2012-13-Q4")
    if chart.empty:
        return
    said, last = finding_of_chart(chart).headline, chart.iloc[-1]
    assert not UP.search(said) and not DOWN.search(said) and "significan" not in said.lower()
    marked = bool(last[["beyond_limit", "run", "trend", "two_of_three"]].any())
    assert ("lies outside" in said or "moved one way" in said) == (marked and points >= 13), said
    assert ("high side" not in said or last["value"] > last["centre"]) and (
        "low side" not in said or last["value"] < last["centre"]
    )
    own = numbers_of(periods.label(last["period"]), str(points)) | printed(last["value"], 0) | printed(last["centre"], 0)
    assert numbers_of(said) <= own, said


@SMALL
@given(st.integers(0, 10_000), st.sampled_from([0, 0.6]))
def test_funnels(seed, spread):
    rng = np.random.default_rng(seed)
    codes = councils(14)
    bases = rng.integers(8_000, 200_000, 14)
    counts = rng.poisson(bases * 0.004 * np.exp(rng.normal(0, spread, 14)))
    name = "section_47_enquiries_per_10k"
    frame = pd.concat([made(name, ["2012-13"], [x], code, n) for x, code, n in zip(counts, codes, bases, strict=True)])
    entry = catalogue.indicators().loc[name]
    for _, row in benchmark.funnel(frame, "2012-13", codes).iterrows():
        said = finding_of_funnel(row).headline
        assert bool(UP.search(said)) == (row["flag"] > 0) and bool(DOWN.search(said)) == (row["flag"] < 0)
        own = numbers_of(entry["title"], areas.label(row["area"]), "14")
        assert numbers_of(said) <= own | printed(row["value"], int(entry["decimals"])) | printed(
            row["target"], int(entry["decimals"])
        )


def test_no_phrase_says_significant():
    for identity, text in tables.read("phrases")[["id", "text"]].itertuples(index=False):
        assert "significan" not in text.lower(), identity


@pytest.mark.parametrize(
    ("now", "then", "expected"), [([90], [40], "1 comparison was tested and 1 shows"), ([41], [40], "none shows")]
)
def test_how_many_by_chance(now, then, expected):
    assert expected in how_many_by_chance(judge(pairs("contacts", now, then)))


def test_how_many_by_chance_counts_only_what_was_tested():
    judged = judge(pd.concat([pairs("contacts", [90] * 20, [40] * 20), pairs("board_income", [5.0], [7.0])], ignore_index=True))
    assert how_many_by_chance(judged).startswith("20 comparisons were tested and 20 show a difference.")
    assert "about 1.0" in how_many_by_chance(judged)
