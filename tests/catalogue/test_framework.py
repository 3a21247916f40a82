"""The performance framework: every statement is reported by somebody, every indicator serves one, and returns have due dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest

from analysis import catalogue
from analysis.catalogue import framework, periods, tables
from analysis.catalogue.framework import return_form
from analysis.catalogue.tables import schema
from analysis.errors import SafeguardingError, UnknownNameError

QUARTERS = [f"2013-14-Q{number}" for number in (1, 2, 3, 4)]


def served(statement: pd.Series) -> list[str]:
    return list(statement["indicators"].split())


# Statements


def test_there_are_forty_statements_in_all_seven_categories() -> None:
    statements = framework.statements()
    assert len(statements) >= 40 and statements.index.is_unique
    assert set(statements["framework_category"]) == set(framework.categories()) == set("1234567")
    for column in ("statement", "reporters", "frequency", "subject", "form", "indicators", "source"):
        assert (statements[column] != "").all(), column
    assert set(statements["frequency"]) == {"quarterly", "annual", "report", "census"}


def test_every_statement_is_reported_by_somebody() -> None:
    agencies = framework.agencies()
    known = set(agencies["sector"]) | set(agencies.index) | {"*"}
    asked = {series for agency in agencies.index for quarter in QUARTERS for series in framework.asked(agency, quarter)["series"]}
    census = set(catalogue.series().query("domain == 'census'").index)
    indicators = catalogue.indicators()
    for name, statement in framework.statements().iterrows():
        assert set(statement["reporters"].split()) <= known, name
        if statement["frequency"] in ("quarterly", "annual"):
            sides = [indicators.at[each, side] for each in served(statement) for side in ("numerator", "denominator")]
            needed = {term.series for side in sides for term in catalogue.terms(side)} - census
            assert needed and needed <= asked, name


def test_every_indicator_serves_a_statement_of_its_own_category() -> None:
    known = catalogue.indicators()
    serving = {each: name for name, statement in framework.statements().iterrows() for each in served(statement)}
    assert set(known.index) - set(serving) == set()
    assert set(serving) - set(known.index) == set()


def test_no_target_ships_since_the_annual_report_prints_none() -> None:
    known = catalogue.indicators()
    assert (known["target"] == "").all() and (known["target_source"] == "").all()


def test_one_table_has_targets() -> None:
    columns = {(table.name, name) for table in schema.known_tables().values() for name in table.names}
    assert {each for each in columns if "target" in each[1]} == {("indicators", "target"), ("indicators", "target_source")}
    assert not {name for _, name in columns if "tolerance" in name}


def test_no_two_agencies_are_asked_for_one_figure() -> None:
    for quarter in QUARTERS:
        asked = pd.concat([framework.asked(agency, quarter) for agency in framework.agencies().index])
        assert asked["key"].is_unique, quarter
        assert asked["period"].map(periods.kind).isin(("quarter", "date", "year")).all()


def test_initial_assessments_end_and_single_assessments_begin_in_the_third_quarter() -> None:
    before, after = (set(framework.asked("rutland-children", quarter)["series"]) for quarter in QUARTERS[1:3])
    assert "initial_assessments" in before - after and "single_assessments" in after - before
    assert framework.digest("rutland-children", QUARTERS[1]) != framework.digest("rutland-children", QUARTERS[2])


def test_what_is_asked_once_a_year_is_asked_in_the_fourth_quarter_and_is_of_the_year_or_its_end() -> None:
    asked = framework.asked("leicestershire-children", "2013-14-Q4").set_index("series")["period"]
    assert asked["plans_started"] == "2013-14" and asked["plans_in_force"] == "2014-03-31" and asked["contacts"] == "2013-14-Q4"
    assert "plans_started" not in set(framework.asked("leicestershire-children", "2013-14-Q1")["series"])


def test_an_agency_or_quarter_that_is_not_known_says_what_there_is() -> None:
    with pytest.raises(UnknownNameError, match=r"no agency 'polce'.*Did you mean 'police'\?"):
        framework.asked("polce", "2013-14-Q1")
    with pytest.raises(UnknownNameError, match="Returns are of quarters"):
        framework.asked("police", "2013-14")
    assert framework.asked("police", "2012-13-Q4").empty
    assert framework.returning("2013-14-Q1")[0] == "leicestershire-children"
    assert "national-statistics" not in framework.returning("2013-14-Q1")


@pytest.fixture
def fresh() -> Iterator[None]:
    yield
    for cached in (framework.asked, framework.statements, framework.agencies):
        cached.cache_clear()


@pytest.mark.usefixtures("fresh")
def test_a_new_statement_over_existing_series_and_a_new_agency_are_one_row_each(monkeypatch: pytest.MonkeyPatch) -> None:
    statement = dict.fromkeys(tables.read("statements").columns, "") | {
        "id": "strategy", "framework_category": "2", "statement": "S.", "reporters": "police", "area": "LR", "form": "figures",
        "frequency": "quarterly", "subject": "Policing", "indicators": "strategy_discussions", "source": "A decision",
    }  # fmt: skip
    agency = dict.fromkeys(tables.read("agencies").columns, "") | {
        "id": "leicester-children", "title": "Leicester children's social care", "sector": "children", "areas": "E06000016",
        "schedule": "standard", "from_period": "2013-14-Q2",
    }  # fmt: skip
    read = tables.read
    longer = {
        name: pd.concat([read(name), pd.DataFrame([row])], ignore_index=True)
        for name, row in {"statements": statement, "agencies": agency}.items()
    }
    monkeypatch.setattr(tables, "read", lambda name: longer[name] if name in longer else read(name))
    for cached in (framework.asked, framework.statements, framework.agencies):
        cached.cache_clear()
    assert "strategy_discussions:all@LR" in set(framework.asked("police", "2013-14-Q2")["key"])
    new = framework.asked("leicester-children", "2013-14-Q2")
    assert "contacts:all@E06000016" in set(new["key"]) and len(new) > 15
    assert "staff_trained:leicester_children@LR" in set(new["key"])
    assert framework.asked("leicester-children", "2013-14-Q1").empty


# How it is counted


def test_how_it_is_counted_is_said_of_every_figure_that_agencies_are_asked_for() -> None:
    quarters = [*QUARTERS, *periods.quarters("2014-15")]
    asked = {series for agency in framework.agencies().index for q in quarters for series in framework.asked(agency, q)["series"]}
    table = tables.read("counting")
    assert table["series"].is_unique and set(table["series"]) == asked
    for row in table.itertuples(index=False):
        for text in (row.rule, row.edge):
            assert 10 < len(text) <= 260 and text.endswith(".") and text[0].isupper() | text.startswith(("45", "31", "“")), text


def test_where_two_rules_are_in_use_the_template_names_both() -> None:
    said = framework.counting()
    assert "within 45 working days of the referral" in said["single_assessments_45_days"]
    assert "the day of the referral is day 0" in said["single_assessments_45_days"]
    for series in ("single_assessments_45_days", "plans_repeat", "plans_reviewed_on_time", "contacts"):
        assert " not " in f" {said[series].replace(':', ' ')} ", series
    frame = return_form.labels(framework.asked("rutland-children", "2013-14-Q3"))
    assert list(frame[return_form.HOW]) == [said[key.partition(":")[0]] for key in frame[return_form.REF]]


@pytest.mark.parametrize(
    ("referral", "days", "done"),
    [
        # From Thursday 9 January 2014, without a bank holiday until Easter.
        (date(2014, 1, 9), 44, date(2014, 3, 12)),
        (date(2014, 1, 9), 45, date(2014, 3, 13)),
        (date(2014, 1, 9), 46, date(2014, 3, 14)),
        # Over Good Friday (18 April), Easter Monday and two bank holidays of May 2014.
        (date(2014, 4, 17), 1, date(2014, 4, 22)),
        (date(2014, 4, 17), 44, date(2014, 6, 24)),
        (date(2014, 4, 17), 45, date(2014, 6, 25)),
        (date(2014, 4, 17), 46, date(2014, 6, 26)),
        # A referral at the weekend, or on Good Friday itself: the next working day is day 1.
        (date(2014, 4, 18), 1, date(2014, 4, 22)),
        (date(2014, 4, 20), 1, date(2014, 4, 22)),
    ],
)
def test_the_day_of_the_referral_is_day_nought(referral: date, days: int, done: date) -> None:
    assert framework.working_days_between(referral, done) == days
    assert framework.working_days_between(referral, referral) == 0
    assert framework.working_days_after(referral, days) == done


# When


@pytest.mark.parametrize(
    ("agency", "period", "day"),
    [
        ("police", "2013-14-Q1", date(2013, 7, 19)),  # 15 working days of July, which has no bank holiday
        ("police", "2013-14-Q2", date(2013, 10, 21)),
        ("police", "2013-14-Q3", date(2014, 1, 22)),  # New Year's Day doesn't count
        ("police", "2013-14-Q4", date(2014, 4, 23)),  # Good Friday (18th) and Easter Monday (21st) don't count
        ("schools", "2013-14-Q1", date(2013, 7, 26)),
        ("boards-office", "2013-14-Q4", date(2014, 4, 14)),
    ],
)
def test_due_days(agency: str, period: str, day: date) -> None:
    assert framework.due(agency, period) == day


def test_bank_holidays_are_those_of_the_calendar() -> None:
    table = tables.read("bank_holidays")
    years = table["date"].str[:4].value_counts()
    # Eight a year; a ninth for a jubilee, a coronation; a tenth in 2022 for the funeral as well.
    assert years.drop(["2012", "2022", "2023"]).eq(8).all() and years["2012"] == years["2023"] == 9 and years["2022"] == 10
    assert table["date"].is_unique and (table["date"].map(lambda day: date.fromisoformat(day).weekday()) < 5).all()
    known = {"2012-06-05", "2013-04-01", "2014-04-18", "2020-05-08", "2021-12-28", "2022-09-19", "2023-01-02", "2024-12-26"}
    assert known <= set(table["date"])


def test_working_days_are_counted() -> None:
    assert framework.working_days_after(date(2013, 12, 24), 1) == date(2013, 12, 27)
    assert framework.working_days_between(date(2013, 12, 24), date(2014, 1, 2)) == 4
    assert framework.working_days_between(date(2014, 1, 2), date(2014, 1, 1)) == 0
    assert framework.due("national-statistics", "2013-14-Q1") is None
    with pytest.raises(SafeguardingError, match=r"bank_holidays\.csv has 2012 to 2030"):
        framework.due("police", "2031-32-Q1")
