"""Funnels over many areas: one test for line and label, over-dispersion, shrunk values and ranks, and when there is none."""

import numpy as np
import pandas as pd
import pytest
from made_series import councils, made

from analysis.analyses import benchmark
from analysis.analyses.benchmark.area_funnel import COLUMNS
from analysis.statistics import between_area_variance, funnel_flags, shrink

RATE, SHARE = "section_47_enquiries_per_10k", "plans_reviewed_on_time_pct"


def over_areas(name, counts, bases, period="2012-13"):
    codes = councils(len(counts))
    rows = zip(codes, counts, bases, strict=True)
    return pd.concat([made(name, [period], [count], area, base) for area, count, base in rows], ignore_index=True), codes


def drawn(kind, areas=40, spread=0.0, seed=1):
    rng = np.random.default_rng(seed)
    if kind == RATE:
        bases = rng.integers(8_000, 280_000, areas)
        return over_areas(RATE, rng.poisson(bases * 0.005 * np.exp(rng.normal(0, spread, areas))), bases)
    bases = rng.integers(15, 900, areas)
    odds = 0.9 / 0.1 * np.exp(rng.normal(0, spread, areas))
    return over_areas(SHARE, rng.binomial(bases, odds / (1 + odds)), bases)


@pytest.mark.parametrize("spread", [0.0, 0.4])
@pytest.mark.parametrize("kind", [RATE, SHARE])
def test_label_and_line_come_from_the_same_test(kind, spread):
    for seed in range(5):
        frame, codes = drawn(kind, spread=spread, seed=seed)
        found = benchmark.funnel(frame, "2012-13", codes)
        assert tuple(found.columns) == COLUMNS and len(found) == 40
        # On the line is beyond it; a hair's breadth of floating point aside.
        slack = 1e-9 * found["value"].abs()
        beyond = (
            (found["value"] >= found["upper_95"] - slack).astype(int) + (found["value"] >= found["upper_998"] - slack)
            - (found["value"] <= found["lower_95"] + slack) - (found["value"] <= found["lower_998"] + slack)
        )  # fmt: skip
        assert (beyond == found["flag"]).all()
        assert (found["label"].str.startswith("above") == (found["flag"] > 0)).all()
        assert (found["label"] == "within limits").equals(found["flag"] == 0)
        assert (found["label"].str.contains("99.8") == (found["flag"].abs() == 2)).all()


@pytest.mark.parametrize("kind", [RATE, SHARE])
def test_over_dispersion_is_estimated_allowed_for_and_told(kind):
    calm, codes = drawn(kind, spread=0.0, seed=3)
    wide, _ = drawn(kind, spread=0.5, seed=3)
    even, uneven = (benchmark.funnel(frame, "2012-13", codes) for frame in (calm, wide))
    assert even["phi"].iloc[0] < 1.6 and uneven["phi"].iloc[0] > 2 and uneven["tau2"].iloc[0] > 0
    per = 100 if kind == SHARE else 10_000
    target = per * wide["numerator"].sum() / wide["denominator"].sum()
    name = "proportion" if kind == SHARE else "rate"
    spread = between_area_variance(wide["numerator"], wide["denominator"], target, name, per=per)
    assert uneven["target"].iloc[0] == pytest.approx(target)
    assert uneven[["phi", "tau2"]].iloc[0].tolist() == pytest.approx([spread.phi, spread.tau2])
    naive = funnel_flags(wide["numerator"], wide["denominator"], target, name, per=per)
    assert (uneven["flag"] != 0).sum() < (naive.flag != 0).sum()
    assert (uneven["flag"] != 0).mean() < 0.25


def test_rates_are_shrunk_and_ranked_with_intervals():
    frame, codes = drawn(RATE, spread=0.3)
    found = benchmark.funnel(frame, "2012-13", codes)
    expected = shrink(frame["numerator"], frame["denominator"], per=10_000)
    np.testing.assert_allclose(found["shrunk"], expected.value)
    np.testing.assert_allclose(found["rank_upper"], expected.rank_upper)
    assert (found["shrunk_lower"] <= found["shrunk"]).all() and (found["shrunk"] <= found["shrunk_upper"]).all()
    assert (found["rank_lower"] <= found["rank"]).all() and (found["rank"] <= found["rank_upper"]).all()
    # Shrunk lies between the area's own figure and the mean of all.
    between = (found["shrunk"] - found["value"]) * (found["shrunk"] - found["target"])
    assert (between <= 1e-6).all()


def test_common_shares_keep_their_differences_and_stay_within_100():
    frame, codes = drawn(SHARE, spread=0.8, seed=4)
    found = benchmark.funnel(frame, "2012-13", codes).set_index("area")
    assert (found["shrunk_upper"] <= 100).all() and (found["shrunk_lower"] >= 0).all()
    assert ((found["shrunk"] - found["value"]) * (found["shrunk"] - found["target"]) <= 1e-6).all()
    large = found[found["denominator"] > 500]
    assert np.corrcoef(large["value"], large["shrunk"])[0, 1] > 0.95
    # Rank 1 is the highest, as for rates; the interval holds the rank.
    assert np.corrcoef(large["value"], large["rank"])[0, 1] < -0.8
    assert (found["rank_lower"] <= found["rank"]).all() and (found["rank"] <= found["rank_upper"]).all()
    assert found["rank"].between(1, 40).all()


def test_a_complement_is_ranked_the_other_way_round():
    bases = np.full(12, 400)
    counts = np.array([40, 60, 44, 52, 38, 70, 48, 51, 45, 90, 41, 47])
    frame, codes = over_areas(SHARE, counts, bases)
    other, _ = over_areas(SHARE, bases - counts, bases)
    low, high = (benchmark.funnel(each, "2012-13", codes) for each in (frame, other))
    np.testing.assert_allclose(low["shrunk"], 100 - high["shrunk"])
    np.testing.assert_allclose(low["shrunk_lower"], 100 - high["shrunk_upper"])
    np.testing.assert_allclose(low["rank_lower"], 13 - high["rank_upper"])


def test_fewer_than_ten_areas_have_no_funnel():
    frame, codes = drawn(RATE, areas=benchmark.FUNNEL_FROM)
    assert len(benchmark.funnel(frame, "2012-13", codes)) == 10
    assert benchmark.funnel(frame.iloc[1:], "2012-13", codes).empty
    assert benchmark.funnel(frame, "2012-13", codes[1:]).empty
    missing = frame.assign(value=frame["value"].where(frame.index > 0))
    assert benchmark.funnel(missing, "2012-13", codes).empty  # a missing area is missing, not zero
    assert tuple(benchmark.funnel(frame, "2011-12", codes).columns) == COLUMNS


def test_only_rates_and_shares_with_their_bases():
    counts, codes = over_areas("section_47_enquiries", range(100, 112), [np.nan] * 12)
    assert benchmark.funnel(counts, "2012-13", codes).empty
    census = made("households_dependent_children_pct", ["2012-13"], [30], base=100)
    many = pd.concat([census.assign(area=code) for code in codes])
    assert benchmark.funnel(many, "2012-13", codes).empty  # a census counts everybody


@pytest.mark.parametrize(("name", "counts", "bases"), [(RATE, [0] * 12, [9000] * 12), (SHARE, [40] * 12, [40] * 12)])
def test_nothing_anywhere_or_everybody_makes_no_funnel(name, counts, bases):
    frame, codes = over_areas(name, counts, bases)
    assert benchmark.funnel(frame, "2012-13", codes).empty


def test_two_indicators_are_two_funnels():
    rate, codes = drawn(RATE)
    share, _ = drawn(SHARE)
    both = benchmark.funnel(pd.concat([rate, share], ignore_index=True), "2012-13", codes)
    pd.testing.assert_frame_equal(both[both["indicator"] == RATE], benchmark.funnel(rate, "2012-13", codes))
    assert len(both) == 80
