"""Each series of years from one source: what is chosen, and that nothing of the other source stands between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis.measures import one_source_each
from analysis.scope import scope

RUTLAND, LEICESTERSHIRE = "E06000017", "E10000018"


@pytest.fixture(scope="module", autouse=True)
def cleaned(data: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAFEGUARDING_DATA", str(data))
        yield


def values(rows: pd.DataFrame, indicator: str, area: str) -> dict[str, float]:
    mine = rows[(rows["indicator"] == indicator) & (rows["area"] == area) & (rows["category"] == "all")]
    mine = mine[mine["value"].notna() & ~mine["period"].str.contains("Q")]
    return dict(zip(mine["period"], mine["value"], strict=True))


def test_the_year_after_the_report_is_held_against_the_same_return() -> None:
    """The annual report has 378 referrals and 23 plans for Rutland in 2012/13, the council's return 372 and 35."""
    rows = scope(period="2013-14", domain="children", areas=["Rutland"]).over_time
    assert values(rows, "referrals", RUTLAND) == {"2012-13": 372.0, "2013-14": 241.0}
    assert {when: value for when, value in values(rows, "plans_in_force", RUTLAND).items() if when >= "2013"} == {
        "2013-03-31": 35.0,
        "2014-03-31": 34.0,
    }


def test_the_year_of_the_report_stays_that_of_the_report() -> None:
    rows = scope(period="2012-13-Q4", domain="children", areas=["Rutland"]).over_time
    assert values(rows, "referrals", RUTLAND) == {"2011-12": 327.0, "2012-13": 378.0}
    assert values(rows, "plans_in_force", RUTLAND)["2013-03-31"] == 23.0


def test_quarters_are_those_of_the_report_whatever_the_years_are() -> None:
    here = scope(period="2013-14", domain="children", areas=["Leicestershire"])
    quarters = here.over_time[here.over_time["period"].str.contains("Q")]
    before = here.measures[here.measures["period"].str.contains("Q")]
    assert len(quarters) == len(before) > 0


def test_no_series_of_years_has_two_sources() -> None:
    here = scope(period="2023-24", domain="children", areas=["Leicestershire", "Rutland"])
    years = here.over_time[~here.over_time["period"].str.contains("Q") & here.over_time["value"].notna()]
    is_report = years["source"].str.startswith("annual-report")
    assert is_report.groupby([years["indicator"], years["area"], years["category"]]).nunique().eq(1).all()
    mixed = here.measures[~here.measures["period"].str.contains("Q") & here.measures["value"].notna()]
    was = mixed["source"].str.startswith("annual-report")
    assert was.groupby([mixed["indicator"], mixed["area"], mixed["category"]]).nunique().gt(1).any()  # else this says nothing


def test_without_official_statistics_all_stays() -> None:
    here = scope(period="2012-13-Q4", domain="dols", areas=["Leicestershire"])
    assert here.official.empty
    assert len(one_source_each(here.measures, here.official, here.year)) == len(here.measures)


def test_a_census_is_no_official_return() -> None:
    here = scope(period="2012-13-Q4", domain="census", areas=["Leicestershire"])
    assert len(here.over_time) == len(here.measures) > 0


@pytest.mark.parametrize(("period", "last"), [("2012-13-Q4", "2012-13"), ("2013-14", "2013-14"), ("2023-24", "2023-24")])
def test_nothing_later_than_the_period_is_shown(period: str, last: str) -> None:
    here = scope(period=period, domain="children", areas=["Leicestershire"])
    assert here.official_year == last
    assert max(here.over_time["period"].str[:4]) <= str(int(last[:4]) + 1)
    assert here.official["period"].max() <= f"{int(last[:4]) + 1}-03-31"
