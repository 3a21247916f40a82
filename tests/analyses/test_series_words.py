"""Sentences on series and places against their rows: no verdict without its rule, no number from elsewhere."""

import math
import re
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from made_series import councils, made, quarters, years

from analysis import catalogue
from analysis.analyses import benchmark, trend
from analysis.analyses.findings import STANDS_OUT, finding_of_chart, finding_of_funnel, findings_of_places, findings_of_slopes
from analysis.catalogue import areas, periods

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
SMALL = settings(max_examples=25, deadline=None)


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


def slope_numbers(row):
    entry = catalogue.indicators().loc[row.indicator]
    steps = row.rises + row.falls
    found = {"100", "1"} | numbers_of(
        entry["title"], areas.label(row.area), str(row.points), str(steps), str(max(row.rises, row.falls))
    )
    found |= numbers_of(periods.label(row.first_period), periods.label(row.last_period)) | printed(row.rarity, 0)
    for figure in (row.first_value, row.last_value):
        found |= printed(figure, int(entry["decimals"]))
    return found


@SMALL
@given(
    st.integers(0, 10_000),
    st.integers(5, 16),
    st.sampled_from([0.3, 3, 30, 900]),
    st.sampled_from([0.8, 1, 1.1, 2]),
    st.booleans(),
)
def test_slopes(seed, points, mean, growth, by_quarter):
    counts = np.random.default_rng(seed).poisson(np.minimum(mean * growth ** np.arange(points), 5000))
    spans = quarters(points) if by_quarter else years(points)
    slopes = trend.slopes(made("contacts", spans, counts), "2012-13-Q4")
    for row, finding in zip(slopes.itertuples(index=False), findings_of_slopes(slopes), strict=True):
        said = finding.headline
        assert (" rose from " in said, " fell from " in said) == (row.direction == "up", row.direction == "down"), said
        assert finding.unusual == (row.rarity < 5) == ("Unusual: " in said or "Very unusual: " in said), said
        assert numbers_of(said) <= slope_numbers(row), said
        steps = [int((move * np.diff(counts) > 0).sum()) for move in (1, -1)]  # up, and down
        steady = f"It {'rose' if steps[0] >= steps[1] else 'fell'} in {max(steps)} of {sum(steps)} steps."
        assert (steady in said, " steps" in said) == (finding.unusual, finding.unusual), said
        assert "inf" not in said and "nan" not in said and "significan" not in said.lower()


def test_a_series_that_stood_still_while_england_rose_has_no_steps_to_count():
    flat = made("referrals", years(8), [400] * 8).assign(england_numerator=[1000.0 * 1.5**n for n in range(8)])
    (said,) = findings_of_slopes(trend.slopes(flat, "2012-13-Q4"))
    assert said.unusual and "steps" not in said.headline


def test_what_moved_unusually_comes_first():
    rng = np.random.default_rng(2)
    calm, steep = (rng.poisson(600 * growth ** np.arange(8)) for growth in (1, 2.2))
    both = pd.concat([made("contacts", years(8), calm), made("referrals", years(8), steep)])
    slopes = trend.slopes(both, "2012-13-Q4")
    assert slopes["indicator"].tolist() == ["referrals", "contacts"]
    assert slopes["verdict"].isin(STANDS_OUT).tolist() == [True, False]


@SMALL
@given(st.integers(0, 10_000), st.integers(2, 12), st.sampled_from(["section_47_enquiries_per_10k", "plans_repeat_pct"]))
def test_places(seed, size, name):
    rng = np.random.default_rng(seed)
    codes = councils(size)
    bases = rng.integers(200, 900, size) if name.endswith("pct") else rng.integers(8_000, 200_000, size)
    counts = rng.binomial(bases, 0.2 if name.endswith("pct") else 0.01 * np.exp(rng.normal(0, 0.4, size)))
    frame = pd.concat([made(name, ["2012-13"], [x], code, n) for x, code, n in zip(counts, codes, bases, strict=True)])
    references = benchmark.references(frame, pd.DataFrame({"series": [], "area": []}), codes[:1], "2012-13", codes)
    compared = benchmark.compared(frame[frame["area"] == codes[0]], references[references["comparator"] == "own"], "2012-13")
    for row, finding in zip(compared.itertuples(index=False), findings_of_places(compared), strict=True):
        values = frame.set_index("area")["value"]
        lowest = int((values < values[codes[0]]).sum()) + 1
        assert row.place == lowest, "counted from the lowest, ties at the lowest shared place"
        assert finding.unusual == (not row.like_lower <= row.value <= row.like_upper if size > 6 else False)
        assert ("unlike" in finding.headline) == finding.unusual
        assert f" of {size}" in finding.headline or size == 1


@SMALL
@given(st.integers(0, 10_000), st.integers(5, 30), st.sampled_from([1, 20, 400]), st.sampled_from([0.7, 1, 1.5, 3]))
def test_control_charts(seed, points, mean, jump):
    values = np.random.default_rng(seed).poisson(mean, points)
    values[-1] = round(values[-1] * jump)
    chart = trend.control(made("contacts", quarters(points), values), "2012-13-Q4")
    if chart.empty:
        return
    said, last = finding_of_chart(chart).headline, chart.iloc[-1]
    assert not re.search(r"\b(rose|fell|higher|lower)\b|significan", said)
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
        assert ("lies high" in said, "lies low" in said) == (row["flag"] > 0, row["flag"] < 0)
        own = numbers_of(entry["title"], areas.label(row["area"]), "14")
        assert numbers_of(said) <= own | printed(row["value"], int(entry["decimals"])) | printed(
            row["target"], int(entry["decimals"])
        )
