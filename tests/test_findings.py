"""Findings: what may be said follows from the interval, and the words never go beyond it."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import benchmark, catalogue, change, measures, reconcile, store
from analysis.findings import PAIR_COLUMNS, findings, how_many_by_chance, judge

DIRECTION = re.compile(r"\b(rose|fell|higher|lower|better|worse|increase[ds]?|decrease[ds]?)\b")
EVENTS, SHARE = "section_47_enquiries", "plans_repeat_pct"


@pytest.fixture(scope="module")
def judged(held: store.Store) -> pd.DataFrame:
    return change.year_on_year(measures.measure(held.observations), "2012-13-Q4")


def pair(indicator: str, x1: float, x2: float, n1: float = np.nan, n2: float = np.nan, name: str = "") -> pd.DataFrame:
    value = (x1, x2) if np.isnan(n1) else (100 * x1 / n1, 100 * x2 / n2)
    row = [indicator, "E06000017", "all", "2012-13", value[0], x1, n1, name, "2011-12", value[1], x2, n2]
    return pd.DataFrame([row], columns=list(PAIR_COLUMNS))


def of(judged: pd.DataFrame, indicator: str, area: str) -> pd.Series:
    return judged[(judged["indicator"] == indicator) & (judged["area"] == area) & (judged["category"] == "all")].iloc[0]


def test_leicestershires_plans_fell(judged: pd.DataFrame) -> None:
    row = of(judged, "plans_in_force", "E10000018")
    assert [round(float(row[column]), 3) for column in ("estimate", "lower", "upper")] == [0.75, 0.656, 0.856]
    assert row["verdict"] == "down"
    assert row["judgement"] == ""


def test_rutlands_children_in_care_show_no_clear_change_and_what_could_have_been_seen(judged: pd.DataFrame) -> None:
    row = of(judged, "children_in_care", "E06000017")
    assert [round(float(row[column]), 2) for column in ("estimate", "lower", "upper")] == [1.07, 0.62, 1.84]
    assert row["verdict"] == "no clear change"
    assert row["detectable_up"] > 1.5
    headline = next(
        each.headline for each in findings(judged) if (each.indicator, each.area) == ("children_in_care", "E06000017")
    )
    assert "no clear change, 29 on 31 March 2012 and 31 on 31 March 2013" in headline
    assert "could not have been seen" in headline


def test_without_a_printed_base_nothing_is_claimed(judged: pd.DataFrame) -> None:
    row = of(judged, "plans_repeat_pct", "E10000018")
    assert row["verdict"] == "not tested"
    assert np.isnan(row["estimate"])
    headline = next(
        each.headline for each in findings(judged) if (each.indicator, each.area) == ("plans_repeat_pct", "E10000018")
    )
    assert "14.0% in 2011/12 and 11.8% in 2012/13" in headline
    assert "cannot be said" in headline
    assert not DIRECTION.search(headline)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.integers(0, 400), st.sampled_from(["", "the other 3 areas together"]))
def test_words_of_events_follow_the_interval(x1: int, x2: int, name: str) -> None:
    row = judge(pair(EVENTS, x1, x2, name=name)).iloc[0]
    headline = findings(judge(pair(EVENTS, x1, x2, name=name)))[0].headline
    excludes = row["lower"] > 1 or row["upper"] < 1
    assert bool(DIRECTION.search(headline.split(" With numbers")[0])) == excludes
    assert "significant" not in headline
    if x2 < 20:
        assert "change of" not in headline
        assert "%" not in headline.split(" With numbers")[0]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_words_of_shares_follow_the_interval(n1: int, n2: int, data: st.DataObject) -> None:
    x1, x2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    judged = judge(pair(SHARE, x1, x2, n1, n2))
    headline = findings(judged)[0].headline.split(" With numbers")[0]
    excludes = judged["lower"].iloc[0] > 0 or judged["upper"].iloc[0] < 0
    assert bool(DIRECTION.search(headline)) == excludes


def test_polarity_decides_the_judgement_and_orders_worse_first() -> None:
    worse = pair("children_in_care_3_placements_pct", 60, 20, 200, 200)
    better = pair("initial_assessments_10_days_pct", 150, 90, 200, 200)
    neutral = pair(EVENTS, 300, 100)
    found = judge(pd.concat([neutral, better, worse], ignore_index=True))
    assert found["judgement"].tolist() == ["worse", "better", ""]


def test_two_collections_are_not_compared() -> None:
    row = pair("adult_referrals", 900, 500).assign(period="2013-14", reference_period="2012-13")
    found = judge(row)
    assert found["verdict"].tolist() == ["not comparable"]
    headline = findings(found)[0].headline
    assert "not one series" in headline
    assert not DIRECTION.search(headline)


def test_how_many_chance_alone_would_give_is_said(judged: pd.DataFrame) -> None:
    tested = judged["p_value"].notna().sum()
    assert how_many_by_chance(judged).startswith(f"{tested} comparisons were tested")
    assert "none shows a difference" in how_many_by_chance(judge(pair(EVENTS, 10, 10)))
    assert how_many_by_chance(judge(pair("plans_repeat_pct", np.nan, np.nan).assign(value=1.0, reference=2.0))) == ""


def test_an_area_is_left_out_of_what_it_is_compared_with(held: store.Store) -> None:
    measured = measures.measure(held.observations, ["dols_referrals_per_100k"])
    compared = benchmark.values(measured, "2012-13-Q4", "report")
    found = benchmark.against_others(compared, ["E10000018"], "report").iloc[0]
    others = compared[compared["area"] != "E10000018"]
    assert found["reference_numerator"] == others["numerator"].sum()
    assert found["reference"] == pytest.approx(1e5 * others["numerator"].sum() / others["denominator"].sum())
    held_by = benchmark.coverage(compared, "report").iloc[0]
    assert (held_by["had"], held_by["of"]) == (7, 9)
    assert held_by["missing"] == "East Midlands and England"


def test_figures_printed_with_two_values_are_listed_with_both_cells(held: store.Store) -> None:
    found = reconcile.disagreements(held.observations)
    row = found[(found["series"] == "section_47_enquiries") & (found["area"] == "E06000017")].iloc[0]
    assert (row["used"], row["other"], row["difference"]) == (76.0, 86.0, 10.0)
    assert not found[found["series"] == "children_in_care_3_placements_printed_pct"].shape[0]


def test_differences_come_totals_first_and_by_domain(held: store.Store) -> None:
    every = reconcile.differences(held.checks)
    adults = reconcile.differences(held.checks, "adults")
    assert 0 < len(adults) < len(every)
    assert set(adults["series"].map(catalogue.series()["domain"])) == {"adults"}
    total = reconcile.summary(held.checks)
    assert total["checked"].sum() == len(held.checks)
