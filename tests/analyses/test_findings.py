"""Findings: a direction only where the interval excludes no change, and words that a board can rely on."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import catalogue
from analysis.analyses import change
from analysis.analyses.findings import PAIR_COLUMNS, SMALL_BASE, Finding, findings, how_many_by_chance, judge, title

LEICESTERSHIRE, RUTLAND = "E10000018", "E06000017"
DIRECTION = re.compile(r"\b(rose|fell|risen|fallen|higher|lower|better|worse|increased?|decreased?|improved?)\b", re.IGNORECASE)
PERCENT_CHANGE = re.compile(r"[+−]\d+%|change of")


def pairs(
    indicator: str, now: tuple, then: tuple, *, name: str = "", area: str = LEICESTERSHIRE, category: str = "all"
) -> pd.DataFrame:
    """Return one pair; `now` and `then` are (value, numerator, denominator)."""
    row = ["", area, category, "2012-13", *now, name, "2012-13" if name else "2011-12", *then]
    frame = pd.DataFrame([row], columns=list(PAIR_COLUMNS)).assign(indicator=indicator)
    return frame.astype(dict.fromkeys(("value", "numerator", "denominator"), float)).astype(
        dict.fromkeys(("reference", "reference_numerator", "reference_denominator"), float)
    )


def count(now: float, then: float, indicator: str = "contacts", **more: str) -> pd.DataFrame:
    return pairs(indicator, (now, now, np.nan), (then, then, np.nan), **more)


def share(
    now: tuple[float, float], then: tuple[float, float], indicator: str = "plans_ended_2_years_pct", **more: str
) -> pd.DataFrame:
    sides = [(100 * x / n, x, n) for x, n in (now, then)]
    return pairs(indicator, *sides, **more)


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


def test_plans_in_leicestershire_fell_by_a_quarter(year: pd.DataFrame) -> None:
    found, finding = row(year, "plans_in_force", LEICESTERSHIRE)
    assert found[["reference", "value"]].tolist() == [524, 393]
    assert (found["estimate"], round(found["lower"], 3), round(found["upper"], 3)) == (0.75, 0.656, 0.856)
    assert finding.headline == (
        "Child protection plans in force in Leicestershire fell from 524 on 31 March 2012 to 393 on 31 March 2013, "
        "a change of −25% (95% interval −34% to −14%)."
    )
    assert (finding.change_words, finding.interval_words) == ("−25%", "−34% to −14%")


def test_care_in_rutland_shows_no_clear_change_and_what_could_have_been_seen(year: pd.DataFrame) -> None:
    found, finding = row(year, "children_in_care", RUTLAND)
    assert found[["reference", "value"]].tolist() == [29, 31]
    assert [round(found[column], 2) for column in ("estimate", "lower", "upper")] == [1.07, 0.62, 1.84]
    assert found["verdict"] == "no clear change"
    assert finding.headline.startswith(
        "Children in care in Rutland: no clear change, 29 on 31 March 2012 and 31 on 31 March 2013"
    )
    assert "could not have been seen" in finding.headline


def test_repeat_plans_claim_nothing_of_a_base_that_is_not_printed(year: pd.DataFrame) -> None:
    found, finding = row(year, "plans_repeat_pct", LEICESTERSHIRE)
    assert (found["numerator"], found["denominator"], found["reference"]) == (63, 536, 14.0)
    assert found["verdict"] == "not tested"
    assert np.isnan(found["p_value"])
    assert finding.headline.endswith(
        "The number that it is a percentage of is not printed for both. Whether this is a change cannot be said."
    )


def test_everything_said_of_the_year_keeps_the_rules(year: pd.DataFrame) -> None:
    for finding, verdict in zip(findings(year), year.loc[year["verdict"] != "missing", "verdict"], strict=True):
        assert (DIRECTION.search(finding.headline) is not None) == (verdict in ("up", "down"))
        assert "significant" not in finding.headline
        assert not re.search(r"\bnan\b|\binf\b|[{}]", f"{finding.headline} {finding.change_words} {finding.interval_words}")


@pytest.mark.parametrize(
    ("frame", "verdict", "method"),
    [
        (count(300, 200), "up", "ratio"),
        (count(200, 300), "down", "ratio"),
        (count(205, 200), "no clear change", "ratio"),
        (count(0, 0), "no events", "ratio"),
        (count(9, 0), "up", "ratio"),
        (share((80, 100), (40, 100)), "up", "points"),
        (share((40, 100), (80, 100)), "down", "points"),
        (share((41, 100), (40, 100)), "no clear change", "points"),
        (pairs("plans_ended_2_years_pct", (5, 5, 100), (4, np.nan, np.nan)), "not tested", "none"),
        (pairs("board_expenditure", (5, 5, np.nan), (4, 4, np.nan)), "values only", "none"),
        (pairs("population_adult_pct", (79, 79, 100), (70, 70, 100)), "values only", "none"),
        (pairs("contacts", (5, 5, np.nan), (np.nan, np.nan, np.nan)), "missing", "none"),
    ],
)
def test_verdicts(frame: pd.DataFrame, verdict: str, method: str) -> None:
    found = judge(frame).iloc[0]
    assert (found["verdict"], found["method"]) == (verdict, method)
    assert (found["reason"] == "") == (verdict not in ("missing", "not tested"))


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (pairs("plans_ended_2_years_pct", (5, 5, 100), (4, np.nan, np.nan)), "is not printed for both"),
        (pairs("initial_assessments_pct", (50, 5, 10), (40, 4, 10)), "It sets two flows against each other"),
        (
            pairs("dols_conversion_pct", (68, np.nan, np.nan), (65, np.nan, np.nan)),
            "The numbers behind the percentage are not printed",
        ),
    ],
)
def test_what_cannot_be_tested_says_why(frame: pd.DataFrame, reason: str) -> None:
    assert reason in said(frame).headline


@pytest.mark.parametrize(
    ("indicator", "now", "judgement"),
    [
        ("initial_assessments_10_days_pct", 80, "better"),
        ("initial_assessments_10_days_pct", 20, "worse"),
        ("adult_repeat_referrals_pct", 80, "worse"),
        ("adult_repeat_referrals_pct", 20, "better"),
        ("adult_substantiated_pct", 80, ""),
        ("plans_repeat_pct", 80, ""),  # a band is good, not a direction
        ("initial_assessments_10_days_pct", 51, ""),
    ],
)
def test_better_and_worse_follow_polarity_and_only_a_clear_change(indicator: str, now: int, judgement: str) -> None:
    assert said(share((now, 100), (50, 100), indicator)).judgement == judgement


def test_the_worse_come_first_and_what_is_missing_last() -> None:
    frames = [
        pairs("contacts", (5, 5, np.nan), (np.nan, np.nan, np.nan)),
        count(0, 0),
        count(205, 200),
        pairs("board_expenditure", (5, 5, np.nan), (4, 4, np.nan)),
        pairs("plans_ended_2_years_pct", (5, 5, 100), (4, np.nan, np.nan)),
        count(300, 200),
        share((80, 100), (50, 100), "initial_assessments_10_days_pct"),
        share((20, 100), (50, 100), "initial_assessments_10_days_pct"),
    ]
    judged = judge(pd.concat(frames, ignore_index=True))
    assert judged["judgement"].tolist() == ["worse", "better"] + [""] * 6
    assert judged["verdict"].tolist() == [
        "down", "up", "up", "not tested", "values only", "no clear change", "no events", "missing",
    ]  # fmt: skip
    assert len(findings(judged)) == 7


@pytest.mark.parametrize(
    ("frame", "headline"),
    [
        (count(0, 0), "Contacts to children's social care in Leicestershire: none in 2011/12 and none in 2012/13."),
        (count(30, 10), "Contacts to children's social care in Leicestershire rose from 10 in 2011/12 to 30 in 2012/13, numbers too small "
                        "to be put as a percentage."),
        (count(60, 0), "Contacts to children's social care in Leicestershire rose from 0 in 2011/12 to 60 in 2012/13, numbers too small "
                       "to be put as a percentage."),
        (pairs("board_expenditure", (5000, 5000, np.nan), (4000, 4000, np.nan)),
         "Expenditure of the Boards in Leicestershire: £4,000 in 2011/12 and £5,000 in 2012/13, a difference of £1,000."),
        (pairs("board_expenditure", (4000, 4000, np.nan), (5000, 5000, np.nan)),
         "Expenditure of the Boards in Leicestershire: £5,000 in 2011/12 and £4,000 in 2012/13, a difference of −£1,000."),
        (share((80, 100), (40, 100)), "Plans ended that had lasted 2 years or more in Leicestershire rose from 40.0% in 2011/12 to 80.0% in "
                                      "2012/13, a change of +40.0 percentage points (95% interval +26.8 to +51.2)."),
        (count(300, 200, name="Rutland"), "Contacts to children's social care: Leicestershire (300) is higher than Rutland (200): +50% "
                                          "(95% interval +25% to +80%)."),
        (count(200, 300, name="Rutland"), "Contacts to children's social care: Leicestershire (200) is lower than Rutland (300): −33% "
                                          "(95% interval −45% to −20%)."),
        (count(0, 0, name="Rutland"), "Contacts to children's social care: none in Leicestershire and none in Rutland."),
        (count(5, 4, name="Rutland"), "Contacts to children's social care: no clear difference between Leicestershire (5) and Rutland (4), "
                                      "numbers too small to be put as a percentage."),
        (pairs("plans_ended_2_years_pct", (5, 5, 100), (4, np.nan, np.nan), name="Rutland"),
         "Plans ended that had lasted 2 years or more: Leicestershire 5.0%, Rutland 4.0%. The number that it is a percentage of is not "
         "printed for both. No comparison is made."),
        (pairs("board_expenditure", (5, 5, np.nan), (4, 4, np.nan), name="Rutland"),
         "Expenditure of the Boards: Leicestershire £5, Rutland £4."),
    ],
)  # fmt: skip
def test_headlines(frame: pd.DataFrame, headline: str) -> None:
    assert said(frame).headline == headline


def test_the_small_say_what_would_have_been_seen_as_numbers() -> None:
    assert re.search(
        r"fewer than \d+ would not have been seen as a rise, nor more than \d+ as a fall\.", said(count(17, 15)).headline
    )
    assert re.search(
        r"fewer than \d+ would not have been seen as a rise, and no fall could have been seen\.", said(count(3, 2)).headline
    )


def test_a_rise_that_could_be_seen_and_a_fall_that_could_not() -> None:
    frame = pairs("contacts_per_10k", (4, 4, 10000), (3, 3, 10000))
    assert re.search(r"a rise of less than [\d,]+%, or any fall, could not have been seen", said(frame).headline)


def test_points_say_what_could_have_been_seen() -> None:
    headline = said(share((41, 100), (40, 100))).headline
    assert re.search(
        r"a rise of less than \d+\.\d or a fall of less than \d+\.\d percentage points could not have been seen", headline
    )
    assert "could not have been seen" not in said(share((6, 6), (6, 6))).headline


def test_the_title_names_the_category_and_names_keep_their_capitals() -> None:
    assert title("contacts") == "Contacts to children's social care"
    assert title("adult_referrals_age_pct", "85_and_over").endswith("(aged 85 and over)")
    assert title("attendance_lscb_statutory", "leicestershire_officers").endswith("(Leicestershire County Council officers)")


def test_words_on_chance() -> None:
    none = judge(pairs("board_expenditure", (5, 5, np.nan), (4, 4, np.nan)))
    assert how_many_by_chance(none) == ""
    assert how_many_by_chance(judge(count(205, 200))) == (
        "1 comparison was tested: none shows a difference that chance alone could not have made."
    )
    one = how_many_by_chance(judge(count(300, 200)))
    assert one.startswith("1 comparison was tested and 1 shows a difference.")
    assert one.endswith("After allowing for the number of comparisons, 1 stands.")
    many = judge(pd.concat([count(300, 200), count(200, 300), *[count(200 + n, 200) for n in range(18)]], ignore_index=True))
    words = how_many_by_chance(many)
    assert words.startswith("20 comparisons were tested and 2 show a difference.")
    assert "chance alone would give about 1.0." in words
    assert words.endswith("2 stand.")


NUMBER = st.one_of(st.integers(0, 25), st.integers(0, 5000))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(NUMBER, NUMBER), min_size=1, max_size=10), st.sampled_from(["", "Rutland"]))
def test_counts_never_say_more_than_their_interval(numbers: list[tuple[int, int]], name: str) -> None:
    judged = judge(pd.concat([count(now, then, name=name) for now, then in numbers], ignore_index=True))
    for result, finding in zip(judged.itertuples(), findings(judged), strict=True):
        clear = result.lower > 1 or result.upper < 1
        assert (DIRECTION.search(finding.headline) is not None) == clear
        if clear:
            assert re.search(r"\b(rose|higher)\b", finding.headline) is not None or result.upper < 1
            assert (result.value > result.reference) == (result.lower > 1)
        if result.reference < SMALL_BASE:
            assert not PERCENT_CHANGE.search(finding.headline)
            assert "%" not in finding.change_words + finding.interval_words
        assert "significant" not in finding.headline
        assert not re.search(r"\bnan\b|\binf\b", finding.headline)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 400), st.floats(0, 1), st.integers(1, 400), st.floats(0, 1)), min_size=1, max_size=15),
    st.sampled_from(["initial_assessments_10_days_pct", "adult_repeat_referrals_pct", "plans_repeat_pct"]),
    st.sampled_from(["", "the other 3 areas together"]),
)
def test_shares_never_say_more_than_their_interval(numbers: list[tuple], indicator: str, name: str) -> None:
    frames = [share((round(p * n), n), (round(q * m), m), indicator, name=name) for n, p, m, q in numbers]
    judged = judge(pd.concat(frames, ignore_index=True))
    for result, finding in zip(judged.itertuples(), findings(judged), strict=True):
        assert (DIRECTION.search(finding.headline) is not None) == (result.lower > 0 or result.upper < 0)
        assert (finding.judgement != "") <= (result.verdict in ("up", "down"))
        assert "significant" not in finding.headline
        assert not re.search(r"\bnan\b|\binf\b", f"{finding.headline} {finding.change_words} {finding.interval_words}")


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(sorted(catalogue.indicators().index)), st.floats(0, 100), st.floats(0, 100), st.sampled_from(["", "Rutland"])
)
def test_without_the_numbers_behind_it_nothing_is_claimed(indicator: str, now: float, then: float, name: str) -> None:
    frame = pairs(indicator, (now, np.nan, np.nan), (then, np.nan, np.nan), name=name)
    finding = said(frame)
    assert finding.verdict in ("not tested", "values only")
    assert not DIRECTION.search(finding.headline.removeprefix(title(indicator)))
    assert finding.judgement == ""
    assert not finding.stands


def test_nothing_is_changed_in_what_is_given() -> None:
    frame = pd.concat([count(300, 200), share((1, 5), (2, 5))], ignore_index=True)
    before = frame.copy()
    findings(judge(frame))
    assert frame.equals(before)
