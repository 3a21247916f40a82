"""Findings: the fact, how rare it is, and one verdict; words, range, number, chart and table that can't disagree."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_series import pairs

from analysis import catalogue
from analysis.analyses import change
from analysis.analyses.findings import JUDGED, SMALL_BASE, STANDS_OUT, Finding, findings, judge, title
from analysis.catalogue import tables

LEICESTERSHIRE, RUTLAND = "E10000018", "E06000017"
FEW = settings(max_examples=25, deadline=None)
COUNTS = st.one_of(st.integers(0, 40), st.integers(0, 8000))
CLAIMS = re.compile(r"significan|for sure|\bsurely\b|\bclear(ly)?\b", re.IGNORECASE)


def share(now: tuple[float, float], then: tuple[float, float], indicator: str = "plans_ended_2_years_pct") -> pd.DataFrame:
    return pairs(indicator, now[0], then[0], bases=(now[1], then[1]))


def said(frame: pd.DataFrame) -> Finding:
    [finding] = findings(judge(frame))
    return finding


@pytest.fixture(scope="module")
def year(measured: pd.DataFrame) -> pd.DataFrame:
    return change.year_on_year(measured, "2012-13-Q4")


def row(judged: pd.DataFrame, indicator: str, area: str) -> tuple[pd.Series, Finding]:
    mine = judged[(judged["indicator"] == indicator) & (judged["area"] == area) & (judged["category"] == "all")]
    [finding] = findings(mine)
    return mine.iloc[0], finding


def test_plans_in_leicestershire_fell_by_a_quarter_as_one_authority_in_five_sees(year: pd.DataFrame) -> None:
    found, finding = row(year, "plans_in_force", LEICESTERSHIRE)
    assert found[["reference", "value"]].tolist() == [524, 393]
    # What counting alone would say stays beside it, for the analyst.
    assert (found["estimate"], round(found["chance_lower"], 3), round(found["chance_upper"], 3)) == (0.75, 0.656, 0.856)
    assert re.fullmatch(
        r"Child protection plans in force in Leicestershire fell from 524 on 31 March 2012 to 393 on 31 March 2013\. Usual: about "
        r"(?:19|2[01]) in 100 such authorities move as far \(usual range 33\d to 7[89]\d\)\.",
        finding.headline,
    )
    assert (finding.change_words, finding.verdict_words, finding.judgement) == ("−25%", "Usual", "")


def test_reviews_of_which_no_change_can_be_larger_than_chance_are_said_to_be_chance(year: pd.DataFrame) -> None:
    found, finding = row(year, "children_in_care", RUTLAND)
    assert found[["reference", "value"]].tolist() == [29, 31]
    assert found["verdict"] == "chance"
    assert "No more than chance makes of such numbers." in finding.headline


def test_a_percentage_without_its_base_has_a_verdict_if_any_base_gives_it(year: pd.DataFrame) -> None:
    found, finding = row(year, "plans_repeat_pct", LEICESTERSHIRE)
    assert (found["numerator"], found["denominator"], found["reference"]) == (63, 536, 14.0)
    assert found["verdict"] in JUDGED and finding.headline.endswith("No more than chance makes of such numbers.")


def test_improvement_of_core_assessments_in_rutland_is_unusual_by_each_of_its_figures(year: pd.DataFrame) -> None:
    found, finding = row(year, "core_assessments_35_days_pct", RUTLAND)
    assert found["verdict"] == "unusual" and found["other_values"] == "96.3"
    assert finding.judgement == "better" and "Another source gives 96.3%" in finding.headline


def test_everything_said_of_the_year_keeps_the_rules(year: pd.DataFrame) -> None:
    for finding in findings(year):
        assert not CLAIMS.search(finding.headline), finding.headline
        assert not re.search(r"\bnan\b|\binf\b|[{}]", f"{finding.headline} {finding.change_words} {finding.usual_words}")


@pytest.mark.parametrize(
    ("frame", "verdict"),
    [
        (pairs("contacts", 205, 200), "chance"),
        (pairs("contacts", 300, 200), "usual"),
        (pairs("contacts", 900, 200), "unusual"),  # assumed: never very unusual
        (pairs("contacts", 90_000, 200), "unusual"),
        (pairs("children_in_care", 900, 400), "very unusual"),
        (pairs("contacts", 0, 0), "no events"),
        (pairs("contacts", 9, 0), "few"),
        (share((41, 100), (40, 100)), "chance"),
        (share((90, 100), (10, 100)), "very unusual"),
        (pairs("board_expenditure", 5, 4), "values only"),
        (pairs("population_adult_pct", 79, 70, bases=(100, 100)), "values only"),
        (pairs("contacts", 5, np.nan), "missing"),
        (pairs("adult_referrals", 900, 800, period="2018-19", reference_period="2012-13"), "not comparable"),
    ],
)
def test_verdicts(frame: pd.DataFrame, verdict: str) -> None:
    assert judge(frame).iloc[0]["verdict"] == verdict


@pytest.mark.parametrize(
    ("indicator", "now", "judgement"),
    [
        ("initial_assessments_10_days_pct", 98, "better"),
        ("initial_assessments_10_days_pct", 5, "worse"),
        ("adult_repeat_referrals_pct", 98, "worse"),
        ("adult_repeat_referrals_pct", 2, "better"),
        ("adult_substantiated_pct", 98, ""),
        ("plans_repeat_pct", 98, ""),  # a band is good, not a direction
        ("initial_assessments_10_days_pct", 55, ""),
    ],
)
def test_better_and_worse_follow_polarity_and_only_an_unusual_change(indicator: str, now: int, judgement: str) -> None:
    assert said(share((now * 10, 1000), (500, 1000), indicator)).judgement == judgement


def test_the_unusual_and_worse_come_first_and_what_is_missing_last() -> None:
    frames = [
        pairs("contacts", 5, np.nan),
        pairs("contacts", 205, 200),
        pairs("board_expenditure", 5, 4),
        pairs("contacts", 900, 200),
        share((980, 1000), (500, 1000), "initial_assessments_10_days_pct"),
        share((20, 1000), (500, 1000), "initial_assessments_10_days_pct"),
    ]
    judged = judge(pd.concat(frames, ignore_index=True))
    assert judged["judgement"].tolist() == ["worse", "", "better", "", "", ""]
    assert judged["verdict"].tolist() == ["unusual", "unusual", "unusual", "chance", "values only", "missing"]
    assert len(findings(judged)) == 5


@pytest.mark.parametrize(
    ("frame", "headline"),
    [
        (pairs("contacts", 0, 0), "Contacts to children's social care in Leicestershire: none in 2011/12 and none in 2012/13."),
        (pairs("contacts", 9, 4), "Contacts to children's social care in Leicestershire rose from 4 in 2011/12 to 9 in 2012/13. "
                                  "Too few to say more."),
        (pairs("contacts", 200, 200), "Contacts to children's social care in Leicestershire stayed at 200: in 2011/12 and in 2012/13. "
                                      "No more than chance makes of such numbers."),
        (pairs("board_expenditure", 5000, 4000), "Expenditure of the Boards in Leicestershire: £4,000 in 2011/12 and £5,000 in 2012/13, a "
                                                 "difference of £1,000."),
        (pairs("board_expenditure", 4000, 5000), "Expenditure of the Boards in Leicestershire: £5,000 in 2011/12 and £4,000 in 2012/13, a "
                                                 "difference of −£1,000."),
    ],
)  # fmt: skip
def test_headlines(frame: pd.DataFrame, headline: str) -> None:
    assert said(frame).headline == headline


def test_a_row_of_the_card_that_does_not_stand_says_so() -> None:
    judged = judge(pairs("contacts", 900, 200))
    key = ("contacts", "all", LEICESTERSHIRE, "2012-13")
    assert "One such is expected among so many." in findings(judged, {key: False})[0].headline
    assert "expected" not in findings(judged, {key: True})[0].headline
    assert findings(judged)[0].stands is None  # not on the card


def test_englands_change_is_taken_off_and_said() -> None:
    england = {"england_numerator": 3000.0, "reference_england_numerator": 2000.0}
    alone, beside = said(pairs("contacts", 300, 200)), said(pairs("contacts", 300, 200, **england))
    assert beside.rarity > 95 > alone.rarity and "England: +50%." in beside.headline


def test_no_percentage_of_a_small_number() -> None:
    assert (said(pairs("contacts", 30, 10)).change_words, said(pairs("contacts", 60, 20)).change_words) == ("+20", "+200%")


def test_the_title_names_the_category_and_names_keep_their_capitals() -> None:
    assert title("contacts") == "Contacts to children's social care"
    assert title("adult_referrals_age_pct", "85_and_over").endswith("(aged 85 and over)")
    assert title("attendance_lscb_statutory", "leicestershire_officers").endswith("(Leicestershire County Council officers)")


def agree(judged: pd.DataFrame) -> None:
    """Verdict words, number, range, chart and table say the same of every row."""
    rows = [each for each in judged.itertuples(index=False) if each.verdict != "missing"]
    for result, finding in zip(rows, findings(judged), strict=True):
        text = finding.headline
        assert not CLAIMS.search(text) and not re.search(r"\bnan\b|\binf\b|[{}]", text), text
        if result.verdict not in ("values only", "not comparable", "no events"):
            assert (" rose from " in text, " fell from " in text) == (result.direction == "up", result.direction == "down"), text
        stands_out = result.verdict in STANDS_OUT
        assert finding.unusual == stands_out == bool(re.search(r"\b[Uu]nusual: ", text)), text
        if result.verdict in JUDGED:
            assert stands_out == (result.most_rarity < 5)
            if result.least_rarity == result.most_rarity:
                outside = not result.usual_lower - 1e-9 <= result.value <= result.usual_upper + 1e-9
                assert outside == stands_out, (result, text)
                if finding.drawn:
                    assert (not finding.lower - 1e-6 <= finding.estimate <= finding.upper + 1e-6) == stands_out
            if number := re.search(r"(?:about|fewer than) \d+ in 100", text):
                assert finding.rarity_words.startswith(number[0])
                assert number[0].startswith("fewer") == (result.rarity < 1)
            assert not (result.assumed and result.verdict == "very unusual")
        if result.judgement:
            assert stands_out
        if result.reference_numerator < SMALL_BASE:
            assert "%" not in finding.change_words or catalogue.indicators().at[result.indicator, "unit"] == "percent"


@FEW
@given(
    st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=12),
    st.sampled_from(["contacts", "plans_in_force", "children_in_care"]),
)
def test_counts_agree_with_their_words(values: list[tuple[int, int]], name: str) -> None:
    now, then = zip(*values, strict=True)
    agree(judge(pairs(name, now, then)))


@FEW
@given(
    st.lists(st.tuples(st.integers(1, 2000), st.integers(1, 2000), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=12),
    st.sampled_from(["plans_reviewed_on_time_pct", "plans_ended_2_years_pct", "initial_assessments_10_days_pct"]),
)
def test_shares_agree_with_their_words(values: list[tuple], name: str) -> None:
    frames = [pairs(name, [int(n1 * p1)], [int(n2 * p2)], bases=([n1], [n2])) for n1, n2, p1, p2 in values]
    agree(judge(pd.concat(frames, ignore_index=True)))


@FEW
@given(st.integers(10, 4000), st.integers(0, 200), st.sampled_from(["contacts", "plans_in_force", "children_in_care"]))
def test_rarity_falls_with_the_change_and_is_the_same_up_and_down(level: int, step: int, name: str) -> None:
    nearer, further = level + step, level + 2 * step + 1
    judged = {now: judge(pairs(name, now, level)).iloc[0]["rarity"] for now in (nearer, further)}
    assert judged[further] <= judged[nearer] + 1e-9
    back = judge(pairs(name, level, further)).iloc[0]["rarity"]
    assert back == pytest.approx(judged[further], rel=1e-6)


@FEW
@given(st.sampled_from(sorted(catalogue.indicators().index)), st.floats(0, 100), st.floats(0, 100))
def test_without_the_numbers_behind_it_a_verdict_holds_for_any_base(indicator: str, now: float, then: float) -> None:
    blank = dict.fromkeys(("numerator", "denominator", "reference_numerator", "reference_denominator"), np.nan)
    judged = judge(pairs(indicator, 1, 1).assign(value=now, reference=then, **blank))
    if judged.iloc[0]["verdict"] in JUDGED:
        assert catalogue.indicators().at[indicator, "kind"] == "percentage"
        assert math.isfinite(judged.iloc[0]["least_rarity"])
    agree(judged)


def test_no_phrase_claims_more_than_a_rule_gives() -> None:
    for identity, text in tables.read("phrases")[["id", "text"]].itertuples(index=False):
        assert not CLAIMS.search(text), identity


def test_nothing_is_changed_in_what_is_given() -> None:
    frame = pd.concat([pairs("contacts", 300, 200), share((1, 5), (2, 5))], ignore_index=True)
    before = frame.copy()
    findings(judge(frame))
    assert frame.equals(before)
