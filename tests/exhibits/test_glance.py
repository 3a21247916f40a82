"""The overview of a domain: one row a subject, the figure that the score card has, and what stands out named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis import benchmark, catalogue, change, exhibits
from analysis.analyses import scorecard
from analysis.catalogue.wording import STANDS
from analysis.scope import Scope, scope


@pytest.fixture(scope="module", autouse=True)
def cleaned(data: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAFEGUARDING_DATA", str(data))
        yield


def glance(here: Scope) -> list[exhibits.Exhibit]:
    found = benchmark.references(here.official, here.official_figures, here.official_areas, here.official_year)
    near = benchmark.compared(here.official_measures, found, here.year)
    near = near[near["comparator"] == benchmark.NEIGHBOURS]
    wide = benchmark.funnel(here.official, here.year)
    return exhibits.at_a_glance(change.latest(here.over_time, here.period), [near], wide, here)


def rows_of(tables: list[exhibits.Exhibit]) -> dict[str, dict[str, str]]:
    return {row[0]: dict(zip(each.table.columns, row, strict=True)) for each in tables for row in each.table.rows}


@pytest.fixture(scope="module")
def report() -> list[exhibits.Exhibit]:
    return glance(scope(period="2012-13-Q4", domain="children", areas=["Leicestershire", "Rutland"]))


def test_figures_and_changes_are_those_of_the_report(report: list[exhibits.Exhibit]) -> None:
    plans = rows_of(report)["Child protection plans in force, 31 March 2013"]
    assert plans["Leicestershire"] == "393" and plans["Leicestershire, on the year before"] == "↓ from 524; usual"
    assert plans["Rutland"] == "23" and plans["Rutland, on the year before"] == "↑ from 15; usual"
    assert plans["To know"] == "Rutland: other return 35"
    assert plans["Rutland, beside neighbours"] == "2nd highest of 11"


def test_what_stands_out_is_named_with_its_area(report: list[exhibits.Exhibit]) -> None:
    said = {name: row[STANDS] for name, row in rows_of(report).items() if row.get(STANDS)}
    assert said == {
        "Core assessments within 35 working days, 2012/13": "Rutland: unusual change",
        "Children in care with 3 or more placements in the year, 31 March 2013": "Leicestershire: unlike its neighbours",
    }


def test_each_subject_has_one_row_that_leads_to_it(report: list[exhibits.Exhibit]) -> None:
    subjects = [name for each in report for name in each.rows_about]
    assert len(subjects) == len(set(subjects)) and set(subjects) <= set(catalogue.indicators().index)
    assert all(len(each.rows_about) == len(each.table.rows) for each in report)
    assert {f"row-{name}" for name in subjects} == {link for each in report for link in each.table.links.values()}


def test_its_figures_are_those_of_the_score_card(report: list[exhibits.Exhibit]) -> None:
    card = scorecard.card(scope(period="2012-13-Q4", areas=["Leicestershire", "Rutland"]), "report")
    mine = {
        (name, area): dict(zip(each.table.columns, row, strict=True))[area]
        for each in report
        for name, row in zip(each.rows_about, each.table.rows, strict=True)
        for area in ("Leicestershire", "Rutland")
    }
    looked = 0
    for row in card[card["category"] == catalogue.TOTAL].itertuples(index=False):
        name = {"E10000018": "Leicestershire", "E06000017": "Rutland"}[row.area]
        if (row.indicator, name) in mine:
            assert mine[row.indicator, name].replace(",", "").rstrip("%") == f"{row.latest:.1f}".removesuffix(".0") or (
                "%" in mine[row.indicator, name] and f"{row.latest:.1f}%" == mine[row.indicator, name]
            )
            looked += 1
    assert looked > 20


def test_a_rate_whose_count_is_not_given_is_not_judged() -> None:
    rows = rows_of(glance(scope(period="2023-24", domain="children", areas=["Suffolk"])))
    assert rows["Children in need per 10,000 children, 31 March 2024"]["Suffolk, on the year before"] == "not judged"
    assert rows["Section 47 enquiries, 2023/24"][STANDS] == "Suffolk: unusual change"


def test_marks_lie_only_where_all_authorities_are_known(report: list[exhibits.Exhibit]) -> None:
    for each in report:
        for (place, column), mark in each.table.marks.items():
            assert each.table.columns[column].endswith("beside neighbours") and "authority" in mark
            assert each.table.rows[place][column]
    assert sum(len(each.table.marks) for each in report) > 20


def test_three_areas_are_two_tables() -> None:
    here = scope(period="2012-13-Q4", domain="dols", areas=["Leicestershire", "Rutland", "Leicestershire County and Rutland PCT"])
    tables = exhibits.at_a_glance(
        change.latest(here.over_time, here.period),
        [],
        benchmark.funnel(here.official, here.year),
        here,
    )
    assert [each.table.columns[1] for each in tables] == ["Leicestershire", "Leicestershire County and Rutland PCT"]


def test_an_earlier_figure_that_is_withheld_is_not_missing() -> None:
    here = scope(period="2023-24", domain="children", areas=["Rutland"])
    rows = here.over_time
    held = rows["indicator"].eq("section_47_enquiries") & rows["period"].eq("2022-23")
    assert held.sum() == 1
    here.__dict__["over_time"] = rows.assign(value=rows["value"].mask(held), status=rows["status"].mask(held, "suppressed"))
    shown = rows_of(glance(here))
    assert shown["Section 47 enquiries, 2023/24"]["Rutland, on the year before"] == "from [c]"


def test_the_key_of_the_marks_stands_once(report: list[exhibits.Exhibit]) -> None:
    assert [bool(each.subtitle) for each in report] == [True] + [False] * (len(report) - 1)
    assert report[0].table.marks and "diamond" in report[0].subtitle
