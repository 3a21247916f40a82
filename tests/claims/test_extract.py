"""Proposals from prose: every number, with the area and period of the nearest scope, the unit of its words, and its series."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.claims.draft.extract import propose
from analysis.claims.draft.reading.blocks import blocks_of
from analysis.errors import UnknownNameError


def proposals(text: str, area: str = "", period: str = "") -> pd.DataFrame:
    return propose(blocks_of(text.splitlines()), area=area, period=period)


def figures(text: str, area: str = "", period: str = "") -> dict[str, tuple[str, str]]:
    """Return {stated: (area, period)} of the figures."""
    rows = proposals(text, area, period)
    return {row.stated: (row.area, row.period) for row in rows.itertuples() if row.unit != "word"}


def test_a_heading_without_a_figure_sets_the_area() -> None:
    text = """4.1. Safeguarding Children - Leicestershire

There were 14,741 contacts recorded between April 2012 and March 2013.

4.2. Safeguarding Children - Rutland

The number of contacts recorded between April and March 2013 was 631.
"""
    assert figures(text, area="Leicester") == {"14,741": ("Leicestershire", "2012-13"), "631": ("Rutland", "2012-13")}


def test_a_date_in_an_earlier_paragraph_does_not_count() -> None:
    text = "It follows the decision of January 2012.\n\nThe Plan is for 2013/14.\n\nThere were 631 contacts.\n"
    assert figures(text, period="2012-13") == {"631": ("", "2012-13")}


def test_no_number_is_lost_and_per_cent_is_a_percentage() -> None:
    text = "Safeguarding Children – Rutland\n\nThe number of contacts was 631, up from 542 to 759, accounting for 48% of cases. 10 per cent were late.\n"
    rows = proposals(text)
    units = {row.stated: row.unit for row in rows.itertuples()}
    assert units == {"631": "count", "542": "count", "759": "count", "48%": "percent", "10 per cent": "percent"}
    assert set(rows["area"]) == {"Rutland"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "There were 393 plans at 31st March 2013, compared to 524 at 31st March 2012.",
            {"393": "2013-03-31", "524": "2012-03-31"},
        ),
        ("It was 84.5% in 2012/13, an increase from 71.6% reported for 2011/12.", {"84.5%": "2012-13", "71.6%": "2011-12"}),
        ("There were 15 in 20/21 and 12 at the end of September 2021.", {"15": "2020-21", "12": "2021-09-30"}),
        ("There were 90 in March 2017.", {"90": "2017-03-31"}),
        ("In 2012/13, 1273 were completed, whilst in 2011/12 only 85% were.", {"1273": "2012-13", "85%": "2011-12"}),
        ("This is a 21% (523) increase on the previous year.", {"21%": "2012-13", "523": "2011-12"}),
        ("From 282 in Q1 to 424 by Q4 of 2012/13.", {"282": "2012-13-Q1", "424": "2012-13-Q4"}),
    ],
)
def test_each_number_has_the_period_of_its_clause(text: str, expected: dict[str, str]) -> None:
    assert {stated: period for stated, (_, period) in figures(text, period="2012-13").items()} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("There were 134 plans in Leicestershire and 8 in Rutland.", {"134": "Leicestershire", "8": "Rutland"}),
        ("The population of Leicestershire was 650,489 and Rutland, 37,369.", {"650,489": "Leicestershire", "37,369": "Rutland"}),
        ("Rutland: 631 contacts recorded. 63% (378) went on.", {"631": "Rutland", "63%": "Rutland", "378": "Rutland"}),
        ("For East Midlands the figure was 3.6% and nationally it was 4.4%.", {"3.6%": "East Midlands", "4.4%": "England"}),
    ],
)
def test_each_number_has_the_area_of_its_clause(text: str, expected: dict[str, str]) -> None:
    assert {stated: area for stated, (area, _) in figures(text, area="Leicester").items()} == expected


def test_series_and_category_come_from_phrases() -> None:
    text = "Safeguarding Adults - Rutland\n\nOf the 59 referrals, 29 (49%) were where alleged abuse was in a residential or nursing care home."
    rows = proposals(text).set_index("stated")
    assert list(rows.loc["59", ["series", "category"]]) == ["adult_referrals", "all"]
    assert list(rows.loc["29", ["series", "category"]]) == ["adult_referrals_setting", "residential"]
    assert list(rows.loc["49%", ["series", "category"]]) == ["adult_referrals_setting_printed_pct", "residential"]


def test_plans_that_children_had_are_in_force_and_two_titles_alike_are_none() -> None:
    (row,) = proposals("At the end of March 2013, 878 children in Rutland had a child protection plan.").to_dict("records")
    assert (row["series"], row["period"]) == ("plans_in_force", "2013-03-31")
    (row,) = proposals("At the end of March 2013 there were 878 for child protection.").to_dict("records")
    assert row["series"] == ""


def test_this_is_of_the_latest_period_of_the_sentence_before() -> None:
    text = "In Rutland referrals increased from 1,490 in 2011/12 to 1,967 in 2012/13. This represents a 32% increase."
    assert [row["period"] for row in proposals(text).to_dict("records") if row["unit"] == "percent"] == ["2012-13"]


def test_what_no_phrase_says_is_left_blank() -> None:
    row = proposals("We planted 12 trees.").iloc[0]
    assert (row["series"], row["category"], row["area"], row["period"], row["asserts"]) == ("", "", "", "", "")


def test_a_change_is_asserted_and_names_no_level() -> None:
    rows = proposals("There were 650 contacts, an increase of 3%.").set_index("stated")
    assert list(rows.loc["3%", ["series", "asserts"]]) == ["", "rise(contacts)"]


@pytest.mark.parametrize(
    ("words", "asserts"),
    [("compared to 31 March 2012", "rise(children_in_care)"), ("compared to 31 March 2010", ""), ("since 31 March 2010", "")],
)
def test_a_change_on_another_date_than_a_year_before_has_no_formula(words: str, asserts: str) -> None:
    rows = proposals(f"There were 435 children in care in Rutland at 31 March 2013, an increase of 6% {words}.").to_dict(
        "records"
    )
    assert [row["asserts"] for row in rows if row["unit"] == "percent"] == [asserts]


def test_an_unknown_area_is_refused() -> None:
    with pytest.raises(UnknownNameError):
        proposals("There were 3 plans.", area="Nowhere")


def test_tables_and_headings_are_not_proposed() -> None:
    assert proposals("# Section 12\n\n| | 2012 |\n|---|---|\n| Plans | 12 |\n").empty


def test_the_measure_counts_what_a_person_would_have_written(tmp_path: Path) -> None:
    from measure_of_extract import matched, rates

    proposed = proposals("Rutland: 631 contacts recorded in 2012/13.")
    ledger = proposed.assign(id="c1", area=["Rutland"], period=["2012-13"])
    assert rates(matched(proposed, ledger)) == {"area": 1.0, "period": 1.0, "unit": 1.0, "series": 1.0, "whole": 1.0}
