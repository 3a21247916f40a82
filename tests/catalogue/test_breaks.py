"""What is never one series: across a break, over two bases, a snapshot summed over time, a year that its kind forbids."""

import re

import numpy as np
import pandas as pd
import pytest
from made_series import LEICESTERSHIRE, RUTLAND, made, marches, pairs, quarters, years

from analysis import catalogue, measures
from analysis.analyses import change, trend
from analysis.analyses.findings import break_of, findings, how_many_by_chance, judge
from analysis.catalogue import periods, tables
from analysis.store import COLUMNS

DIRECTION = re.compile(r"\b(rose|fell|higher|lower|increased|decreased|better|worse)\b")
BREAKS = tables.read("breaks")


@pytest.mark.parametrize(
    ("one", "other", "broken"),
    [
        ("2012-13", "2013-14", True),  # councils took over on 1 April 2013
        ("2011-12", "2012-13", False),
        ("2013-14", "2014-15", True),  # Cheshire West fell inside 2013-14: the year is one series with neither side
        ("2014-15", "2013-14", True),  # whichever is named first
        ("2014-15", "2015-16", False),
        ("2012-13-Q4", "2013-14-Q1", True),
        ("2013-14-Q1", "2013-14-Q3", False),
        ("2013-14-Q3", "2013-14-Q4", True),
        ("2013-14-Q4", "2014-15-Q1", True),
        ("2014-15-Q1", "2014-15-Q2", False),
        ("2013-03-31", "2013-04-01", True),
        ("2013-04-01", "2014-03-18", False),
        ("2014-03-18", "2014-03-19", True),  # the day of the judgment is the first of what came after
        ("2014-03-19", "2015-03-31", False),
        ("2013-14", "2013-14", False),  # two areas in one period share what divides it
    ],
)
def test_where_a_break_lies(one, other, broken):
    assert bool(break_of("dols_referrals", one, other)) is broken
    assert break_of("contacts", one, other) == ""


def test_a_rate_a_share_and_a_breakdown_share_the_breaks_of_what_they_are_made_of():
    for name in ("dols_referrals_per_100k", "adult_referrals_age", "adult_repeat_referrals_pct", "adult_completed_outcome_pct"):
        assert break_of(name, "2012-13", "2013-14"), name
    for name in ("initial_assessments_10_days_pct", "initial_to_core_pct", "core_assessments_35_days_pct"):
        assert break_of(name, "2012-13", "2013-14") and not break_of(name, "2011-12", "2012-13"), name


def test_the_last_of_two_breaks_is_told():
    assert "Collection" in break_of("adult_referrals", "2012-13", "2015-16")
    assert "judgment" in break_of("dols_referrals", "2012-13", "2015-16")


@pytest.mark.parametrize("place", BREAKS.index)
def test_a_pair_across_each_break_is_not_comparable(place):
    entry = BREAKS.loc[place]
    at = next(name for name, row in catalogue.indicators().iterrows() if row["numerator"] == entry["series"])
    year = periods.year_of(entry["from"])
    before = periods.previous(year)
    judged = judge(pairs(at, [10, 400, 5000], [900, 200, 40], period=year, reference_period=before))
    assert set(judged["verdict"]) == {"not comparable"} and set(judged["method"]) == {"none"}
    assert judged[["estimate", "lower", "upper", "p_value", "detectable_up"]].isna().all(axis=None)
    assert not judged["stands"].any() and set(judged["judgement"]) == {""}
    for said in findings(judged):
        assert not DIRECTION.search(said.headline), said.headline
        assert "not compared" in said.headline and "not one series" in said.headline
    reasons = set(BREAKS.loc[BREAKS["series"] == entry["series"], "reason"])
    assert set(judged["reason"]) <= reasons
    assert how_many_by_chance(judged) == ""


def test_a_pair_across_a_break_is_no_test_for_the_others():
    judged = judge(
        pd.concat(
            [
                pairs("contacts", [400], [300], period="2013-14", reference_period="2012-13"),
                pairs("dols_referrals", [900], [300], period="2013-14", reference_period="2012-13"),
            ]
        )
    )
    verdicts = dict(zip(judged["indicator"], judged["verdict"], strict=True))
    assert verdicts == {"contacts": "up", "dols_referrals": "not comparable"}
    assert how_many_by_chance(judged).startswith("1 comparison was tested")


def test_year_on_year_over_a_break():
    frame = made("dols_referrals", years(3, 2014), [463, 488, 4100])
    judged = change.year_on_year(frame, "2014-15-Q4")
    assert judged["verdict"].tolist() == ["not comparable"]
    assert "Cheshire West" in findings(judged)[0].headline


def test_last_against_first_over_a_break():
    frame = made("adult_referrals", years(5, 2014), [900, 950, 1000, 1400, 1500])
    judged = trend.last_against_first(frame, "2014-15-Q4")
    assert judged["verdict"].tolist() == ["not comparable"]


def test_two_areas_in_a_year_that_a_break_divides_are_compared():
    judged = judge(
        pairs("dols_referrals_per_100k", [90], [300], period="2013-14", reference_period="2013-14", reference_name="Rutland",
              bases=(500_000, 600_000))
    )  # fmt: skip
    assert judged["verdict"].tolist() == ["down"]


def observed(series, spans, values, category="all"):
    return pd.DataFrame({"period": spans, "value": np.array(values, dtype=float)}).assign(
        series=series, area=LEICESTERSHIRE, category=category, status="final", release="annual-report/2012-13", note="",
        source=[f"annual-report/2012-13/figure-1.csv#cell={2 + n},3" for n in range(len(spans))],
    )[list(COLUMNS)]  # fmt: skip


def test_a_snapshot_is_never_summed_over_time():
    found = measures.measure(observed("children_in_care", quarters(4), [400, 410, 420, 435]), ["children_in_care"])
    assert set(found["period"]) == set(quarters(4)) and not (found["origin"] == "summed").any()
    flow = measures.measure(observed("referrals", quarters(4), [400, 410, 420, 435]), ["referrals"])
    assert flow.loc[flow["period"] == "2012-13", "value"].tolist() == [1665]
    assert trend.tested(made("children_in_care", quarters(9), [400] * 5 + [520] * 4), "2012-13-Q4").empty


@pytest.mark.parametrize("kind", ["snapshot", "year_to_date", "rolling"])
def test_a_year_is_never_derived_where_the_kind_forbids_it(monkeypatch, kind):
    table = catalogue.series().copy()
    table.loc["referrals", "kind"] = kind
    monkeypatch.setattr(catalogue, "series", lambda: table)
    found = measures.measure(observed("referrals", quarters(4), [400, 810, 1220, 1630]), ["referrals"])
    assert "2012-13" not in set(found["period"])


def test_a_year_is_not_derived_of_three_quarters_nor_where_one_was_printed():
    three = measures.measure(observed("referrals", quarters(3), [400, 410, 420]), ["referrals"])
    assert "2012-13" not in set(three["period"])
    printed = measures.measure(observed("referrals", [*quarters(4), "2012-13"], [400, 410, 420, 435, 1700]), ["referrals"])
    assert printed.loc[printed["period"] == "2012-13", "value"].tolist() == [1700]


def test_shares_without_both_bases_are_not_one_series():
    judged = judge(pairs("plans_repeat_pct", [np.nan], [63], bases=(np.nan, 536)).assign(value=14.0))
    assert (judged["verdict"].tolist(), judged["reason"].tolist()) == (["not tested"], ["reason_base"])
    said = findings(judged)[0].headline
    assert not DIRECTION.search(said) and "cannot be said" in said


def test_a_share_has_numerator_and_base_of_one_kind():
    series = catalogue.series()
    shares = catalogue.indicators().query("uncertainty == 'binomial'")
    for name, entry in shares.iterrows():
        kinds = {series.at[term.series, "kind"] for side in ("numerator", "denominator") for term in catalogue.terms(entry[side])}
        assert len(kinds) == 1, name


def test_no_share_is_of_received_and_closed_at_once():
    series = catalogue.series()
    for name, entry in catalogue.indicators().query("uncertainty == 'binomial'").iterrows():
        named = [term.series for side in ("numerator", "denominator") for term in catalogue.terms(entry[side])]
        bases = {series.at[each, "basis"] for each in named if not each.startswith("population")}
        assert not ("received" in bases and bases & {"closed", "completed"}), name


def test_no_judged_pair_of_the_real_figures_crosses_a_break(held):
    judged = change.year_on_year(measures.measure(held.observations), "2012-13-Q4")
    for row in judged[judged["method"] != "none"].itertuples(index=False):
        assert not break_of(row.indicator, row.reference_period, row.period)


def test_what_is_printed_for_31_march_is_no_quarter():
    both = pd.concat(
        [made("children_in_care", marches(6), [300, 330, 340, 360, 373, 435], area) for area in (LEICESTERSHIRE, RUTLAND)]
    )
    assert trend.control(both, "2012-13-Q4").empty
