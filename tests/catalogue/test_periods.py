"""Periods: every spelling seen becomes one canonical string, and the arithmetic of the April year holds."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.catalogue import periods
from analysis.errors import UnknownNameError

START_YEARS = st.integers(1950, 2090)
YEARS = START_YEARS.map(lambda start: f"{start}-{(start + 1) % 100:02d}")
QUARTERS = st.tuples(YEARS, st.integers(1, 4)).map(lambda pair: f"{pair[0]}-Q{pair[1]}")
DATES = st.dates(date(1950, 1, 1), date(2090, 12, 31)).map(date.isoformat)
ANY = st.one_of(YEARS, QUARTERS, DATES)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2012/13", "2012-13"),
        ("2012-13", "2012-13"),
        ("2012 -2013", "2012-13"),
        ("2012 - 2013", "2012-13"),
        ("2011/2012", "2011-12"),
        (" 1999–2000 ", "1999-00"),
        ("2012-13-Q4", "2012-13-Q4"),
        ("2012/13 quarter 4", "2012-13-Q4"),
        ("2012-13 q1", "2012-13-Q1"),
        ("Q4 of 2012/13", "2012-13-Q4"),
        ("Q4 2012/13", "2012-13-Q4"),
        ("2013-03-31", "2013-03-31"),
        ("31st March 2013", "2013-03-31"),
        ("31st Mar 2013", "2013-03-31"),
        ("at 1 april 2012", "2012-04-01"),
        ("April 2012 and March 2013", "2012-13"),
        ("between April 2012 and March 2013", "2012-13"),
        ("April and March 2013", "2012-13"),
        ("July to September 2012", "2012-13-Q2"),
        ("January to March 2013", "2012-13-Q4"),
    ],
)
def test_every_spelling_seen_is_one_period(text: str, canonical: str) -> None:
    assert periods.parse(text) == canonical


def test_a_bare_quarter_needs_its_year() -> None:
    assert periods.parse("Q4", year="2012/13") == "2012-13-Q4"
    assert periods.parse("quarter 2", year="2012-13") == "2012-13-Q2"
    with pytest.raises(UnknownNameError, match="No period is spelled 'Q4': write 2012-13, 2012-13-Q4 or 2013-03-31"):
        periods.parse("Q4")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2012-14", "is no financial year"),
        ("2012-2113", "is no financial year"),
        ("2012-14-Q1", "is no financial year"),
        ("Q1 of 2012/14", "is no financial year"),
        ("2013-02-30", "is no date of the calendar"),
        ("31st April 2013", "is no date of the calendar"),
        ("May 2012 and April 2013", "neither a quarter nor a financial year"),
        ("April 2012 to May 2012", "neither a quarter nor a financial year"),
        ("May to July 2012", "neither a quarter nor a financial year"),
        ("3rd Smarch 2013", "No period is spelled"),
        ("Smarch to March 2013", "No period is spelled"),
        ("2012-13-Q5", "No period is spelled"),
        ("last year", "No period is spelled"),
        ("", "No period is spelled"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(UnknownNameError, match=words) as caught:
        periods.parse(text)
    assert str(caught.value).count("\n") == 0


@pytest.mark.parametrize("text", ["2012/13", "2012-14", "2012-15-Q1", "2013-02-30", "2012-13-Q0", "2012-13 ", "Q1", ""])
def test_only_canonical_strings_have_a_kind(text: str) -> None:
    with pytest.raises(UnknownNameError, match="is no period"):
        periods.kind(text)


@pytest.mark.parametrize(("period", "kind"), [("2012-13", "year"), ("2012-13-Q4", "quarter"), ("2013-03-31", "date")])
def test_kinds(period: str, kind: str) -> None:
    assert periods.kind(period) == kind


@given(ANY)
def test_a_canonical_period_spells_itself_and_so_do_its_words(period: str) -> None:
    assert periods.parse(period) == period
    assert periods.parse(periods.label(period)) == period
    assert periods.from_pandas(periods.to_pandas(period)) == period


@given(st.text(max_size=20))
def test_any_text_is_a_canonical_period_or_an_error(text: str) -> None:
    try:
        period = periods.parse(text)
    except UnknownNameError:
        return
    assert periods.parse(period) == period


@given(ANY)
def test_a_period_lies_in_the_financial_year_that_ends_on_31_march(period: str) -> None:
    year, end = periods.year_of(period), periods.end(period)
    assert periods.year_end(period) == f"{int(year[:4]) + 1}-03-31"
    assert f"{year[:4]}-04-01" <= end <= periods.year_end(period)
    assert period in periods.quarters(year) or periods.kind(period) != "quarter"


@given(YEARS)
def test_a_year_has_four_quarters_in_order(year: str) -> None:
    quarters = periods.quarters(year)
    assert [periods.end(each)[5:] for each in quarters] == ["06-30", "09-30", "12-31", "03-31"]
    assert sorted([year, *quarters], key=periods.order) == [*quarters, year]
    assert [periods.previous(each) for each in quarters[1:]] == quarters[:3]
    assert periods.previous(quarters[0]) == periods.quarters(periods.previous(year))[3]
    assert periods.previous(year) == periods.year_before(year)


@given(QUARTERS)
def test_the_same_quarter_a_year_before_is_four_quarters_before(quarter: str) -> None:
    before = quarter
    for _ in range(4):
        before = periods.previous(before)
    assert periods.year_before(quarter) == before
    assert before[-1] == quarter[-1]


@pytest.mark.parametrize(
    ("day", "before"), [("2013-03-31", "2012-03-31"), ("2012-02-29", "2011-02-28"), ("2013-02-28", "2012-02-28")]
)
def test_a_day_a_year_before(day: str, before: str) -> None:
    assert periods.year_before(day) == periods.previous(day) == before


def test_order_puts_the_quarter_before_the_day_before_the_year_that_end_together() -> None:
    mixed = ["2012-13", "2013-03-31", "2012-13-Q4", "2011-12", "2012-13-Q1"]
    assert sorted(mixed, key=periods.order) == ["2011-12", "2012-13-Q1", "2012-13-Q4", "2013-03-31", "2012-13"]


def test_pandas_periods_end_in_march() -> None:
    assert periods.to_pandas("2012-13") == pd.Period("2013", freq="Y-MAR")
    assert periods.to_pandas("2012-13-Q4").end_time.date() == date(2013, 3, 31)
    assert periods.to_pandas("2013-03-31") == pd.Timestamp("2013-03-31")


@pytest.mark.parametrize(
    ("period", "words"),
    [("2012-13", "in 2012/13"), ("2012-13-Q4", "in Q4 2012/13"), ("2013-03-01", "on 1 March 2013")],
)
def test_the_words_of_a_sentence(period: str, words: str) -> None:
    assert periods.phrase(period) == words


def test_through_leaves_no_gap_and_keeps_within_its_ends() -> None:
    assert periods.through("2012-13-Q3", "2013-14-Q1") == ["2012-13-Q3", "2012-13-Q4", "2013-14-Q1"]
    assert periods.through("2010-11", "2012-13") == ["2010-11", "2011-12", "2012-13"]
    assert periods.through("2010-12-31", "2013-03-31") == ["2011-03-31", "2012-03-31", "2013-03-31"]
    assert periods.through("2012-13", "2012-13") == ["2012-13"]
