"""What is never one series: across a break, over two bases, a snapshot summed over time, a year that its kind forbids."""

import re

import numpy as np
import pandas as pd
import pytest
from made_series import LEICESTERSHIRE, RUTLAND, made, marches, pairs, quarters, years

from analysis import catalogue, exhibits, measures
from analysis.analyses import benchmark, change, trend
from analysis.analyses.findings import break_of, findings, judge
from analysis.analyses.movement import NUMERIC
from analysis.catalogue import periods, tables
from analysis.scope import scope
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
    assert set(judged["verdict"]) == {"not comparable"} and set(judged["judgement"]) == {""}
    assert judged[list(NUMERIC)].isna().all(axis=None)
    for said in findings(judged):
        assert not (said.method or said.unusual or said.drawn or said.rarity_words or said.usual_words)
        assert not DIRECTION.search(said.headline), said.headline
        assert "not compared" in said.headline and "not one series" in said.headline
    reasons = set(BREAKS.loc[BREAKS["series"] == entry["series"], "reason"])
    assert set(judged["reason"]) <= reasons


def test_a_pair_across_a_break_is_none_of_those_judged(data, monkeypatch):
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    alone = pairs("contacts", [400], [300], period="2013-14", reference_period="2012-13")
    broken = pairs("dols_referrals", [900], [300], period="2013-14", reference_period="2012-13")
    judged = judge(pd.concat([alone, broken]))
    verdicts = dict(zip(judged["indicator"], judged["verdict"], strict=True))
    assert verdicts == {"contacts": "usual", "dols_referrals": "not comparable"}
    assert judged["rarity"].dropna().tolist() == judge(alone)["rarity"].tolist()
    (said,) = exhibits.unusual_findings(judged, scope(period="2012-13-Q4", domain="children", areas=["Leicestershire"]))
    assert said.items == ("Nothing moved unusually: the one change that could be judged is within the usual ups and downs.",)


def test_year_on_year_over_a_break():
    frame = made("dols_referrals", years(3, 2014), [463, 488, 4100])
    judged = change.year_on_year(frame, "2014-15-Q4")
    assert judged["verdict"].tolist() == ["not comparable"]
    assert "Cheshire West" in findings(judged)[0].headline


def test_last_against_first_over_a_break():
    frame = made("adult_referrals", years(4, 2014), [950, 1000, 1400, 1500])
    judged = trend.last_against_first(frame, "2014-15-Q4")
    assert judged["verdict"].tolist() == ["not comparable"]


def test_two_areas_in_a_year_that_a_break_divides_are_compared():
    assert break_of("dols_referrals", "2013-14", "2013-14") == ""
    counts = zip(benchmark.members("report"), [450, 1500, 1550, 1450, 1525, 1475, 1510], strict=False)
    frames = [made("dols_referrals_per_100k", ["2013-14"], [count], area, base=500_000) for area, count in counts]
    values = benchmark.values(pd.concat(frames), "2013-14", "report")
    (row,) = benchmark.against_others(values, [LEICESTERSHIRE], "report").to_dict("records")
    assert (row["verdict"], row["direction"], row["place"], row["members_placed"]) == ("unlike", "down", 1, 6)


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
    (series,) = trend.slopes(made("children_in_care", quarters(9), [400] * 5 + [520] * 4), "2012-13-Q4").itertuples()
    assert (series.spans, series.points, series.first_value, series.last_value) == ("quarters", 9, 400, 520)


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


def test_of_a_share_without_its_base_is_said_what_any_base_gives():
    # A share that is printed without its base is of 20 people or of 50,000.
    judged = judge(pairs("plans_repeat_pct", [np.nan], [63], bases=(np.nan, 536)).assign(value=24.0))
    assert (judged["verdict"].tolist(), judged["reason"].tolist()) == (["not judged"], ["reason_base"])
    assert judged["least_rarity"].iloc[0] < 5 <= judged["most_rarity"].iloc[0]
    (said,) = findings(judged)
    assert "depends on a base that is not printed" in said.headline
    assert not re.search(r"\b(unusual:|better|worse)|in 100", said.headline, re.IGNORECASE)
    assert not (said.method or said.unusual or said.judgement or said.rarity_words or said.usual_words)
    near = judge(pairs("plans_repeat_pct", [np.nan], [63], bases=(np.nan, 536)).assign(value=12.0))
    assert near["verdict"].tolist() == ["chance"] and near["least_rarity"].iloc[0] >= 5


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
    for row in judged[judged["rarity"].notna()].itertuples(index=False):
        assert not break_of(row.indicator, row.reference_period, row.period)


def test_what_is_printed_for_31_march_is_no_quarter():
    both = pd.concat(
        [made("children_in_care", marches(6), [300, 330, 340, 360, 373, 435], area) for area in (LEICESTERSHIRE, RUTLAND)]
    )
    assert trend.control(both, "2012-13-Q4").empty
