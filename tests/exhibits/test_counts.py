"""Starters and leavers beside stocks, and children beside events: true sums of official counts, and no sum of what isn't given."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import exhibits
from analysis.analyses import counts
from analysis.catalogue import tables
from analysis.exhibits.parts.exhibit import Exhibit
from analysis.scope import Scope, scope

RUTLAND, LEICESTERSHIRE, CITY = "E06000017", "E10000018", "E09000001"


@pytest.fixture(autouse=True)
def in_the_project(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))


def on(*areas: str, period: str = "2023-24") -> Scope:
    return scope(period=period, domain="children", areas=list(areas), audience="public")


def row(exhibit: Exhibit, label: str) -> tuple[str, ...]:
    [found] = [cells[1:] for cells in exhibit.table.rows if cells[0] == label]
    return found


def figure(series: str, period: str, value: float | None, status: str = "final", area: str = RUTLAND) -> dict[str, object]:
    return {
        "series": series,
        "area": area,
        "period": period,
        "category": "all",
        "value": float("nan") if value is None else value,
        "status": status,
        "release": "dfe-cin/2024-10-extract",
        "source": "dfe-cin/2024-10-extract/children-in-need.csv#cell=2,5",
        "note": "",
        "low": float("nan"),
        "high": float("nan"),
    }


def a_year(stock: float | None, came: float | None, left: float | None, year: int, **status: str) -> list[dict[str, object]]:
    flows = f"{year - 1}-{year % 100}"
    return [
        figure("plans_in_force", f"{year}-03-31", stock, status.get("end", "final")),
        figure("plans_started", flows, came, status.get("started", "final")),
        figure("plans_ended", flows, left, status.get("ended", "final")),
    ]


def of_plans(rows: list[dict[str, object]], upto: str = "2023-24") -> pd.DataFrame:
    found = counts.stocks(pd.DataFrame(rows), upto)
    return found[found["stock"] == "plans_in_force"].set_index("year")


def test_the_sums_are_those_of_the_published_file(data: Path) -> None:
    """Worked out anew from the shipped file, for every area and year in which all four cells are numbers."""
    file = pd.read_csv(data / "raw/official/dfe-cin/2024-10-extract/children-in-need.csv", na_values=["c", "x", "z"])
    file = file.set_index(["area_code", "time_period"])
    before = file["plans_in_force"].rename(lambda year: year + 1, level="time_period")
    difference = (file["plans_in_force"] - before - file["plans_started"] + file["plans_ended"]).dropna()
    assert len(difference) > 1_700
    rows = counts.stocks(on("Rutland").official_figures, "2023-24").query("stock == 'plans_in_force'")
    rows = rows.assign(ends=rows["year"].str[:4].astype(int) + 1).set_index(["area", "ends"])
    assert rows.loc[difference.index, "difference"].tolist() == difference.tolist()


def test_each_year_says_what_it_comes_to_and_what_was_counted() -> None:
    plans, care = exhibits.stocks(on("Leicestershire", "Rutland"))
    assert row(plans, "Rutland, 2013/14") == ("35", "44", "32", "47", "34", "−13")
    assert row(plans, "Leicestershire, 2023/24") == ("515", "553", "641", "427", "429", "+2")
    assert row(plans, "Rutland, 2023/24") == ("23", "39", "36", "26", "26", "0")
    assert plans.headline == (
        "Child protection plans in force: Leicestershire 515 + 553 − 641 = 427 in 2023/24, and 429 were counted; "
        "Rutland 23 + 39 − 36 = 26 in 2023/24, as counted"
    )
    assert "Rutland is furthest out in 2015/16: −17." in plans.notes[0]
    assert "moved between authorities" in plans.notes[1]
    # Authorities' starters and leavers are held from 2019-20, children in care from 2019-20 on: so the sums begin a year later.
    assert next(cells[0] for cells in care.table.rows if "Rutland" in cells[0]) == "Rutland, 2020/21"


def test_what_is_withheld_can_not_be_read_off_the_sum() -> None:
    rows = of_plans(
        [*a_year(20, 5, 5, 2020), *a_year(None, 9, 4, 2021, end="suppressed"), *a_year(22, None, 3, 2022, started="suppressed")]
    )
    assert rows["status"].tolist() == ["suppressed", "suppressed"]
    assert rows[["expected", "difference"]].isna().all(axis=None)
    [city] = exhibits.stocks(on("City of London"))[:1]
    assert row(city, "City of London, 2013/14") == ("[c]", "[c]", "7", "[c]", "0", "[c]")
    assert city.headline.endswith("City of London has no year of which all four counts are given")


def test_a_missing_figure_is_a_gap_and_no_zero() -> None:
    rows = of_plans([*a_year(20, 5, 5, 2020), *a_year(21, 5, 4, 2021), *a_year(24, 7, 4, 2023), *a_year(25, 6, 5, 2024)])
    assert rows.index.tolist() == ["2020-21", "2021-22", "2022-23", "2023-24"]
    assert rows["status"].tolist() == ["final", "not_available", "not_available", "final"]
    assert rows["difference"].tolist()[::3] == [0, 0]
    assert rows[["end", "started"]].loc["2021-22"].isna().all()


def test_a_year_after_the_last_one_is_not_shown() -> None:
    rows = [*a_year(20, 5, 5, 2020), *a_year(21, 5, 4, 2021), *a_year(24, 7, 4, 2022)]
    assert of_plans(rows, "2020-21").index.tolist() == ["2020-21"]
    plans, *_ = exhibits.stocks(on("Rutland", period="2014-15"))
    assert [cells[0] for cells in plans.table.rows] == ["Rutland, 2013/14", "Rutland, 2014/15"]


def test_where_nothing_is_held_a_sentence_says_so() -> None:
    nothing = exhibits.stocks(on("Rutland", period="2012-13"))
    assert nothing == [] and nothing.otherwise.startswith("No official count is held at both ends of a year")


def test_rounded_figures_are_said_to_be_rounded() -> None:
    plans, _ = exhibits.stocks(on("England"))
    assert "rounded to the nearest ten" in plans.notes[-1]
    assert not any("rounded" in note for note in exhibits.stocks(on("Rutland"))[0].notes)


def test_children_stand_beside_the_events() -> None:
    [shown] = exhibits.persons(on("Leicestershire", "Rutland"))
    assert row(shown, "Section 47 enquiries, Leicestershire") == ("1,603", "1,253", "127.9", "118.0", "115.3")
    assert row(shown, "Referrals to children's social care, Rutland")[:3] == ("276", "245", "112.7")
    assert shown.headline.startswith("Referrals to children's social care in 2023/24: Leicestershire 6,236 for 5,331 children")
    assert any("no change of theirs is judged" in note for note in shown.notes)


def test_no_ratio_is_made_of_a_withheld_count_or_of_no_child() -> None:
    [shown] = exhibits.persons(on("City of London", "Isles of Scilly"))
    assert row(shown, "Re-referrals within 12 months, City of London")[:3] == ("[c]", "[c]", "[c]")
    assert row(shown, "Child protection plans started, Isles of Scilly")[:3] == ("0", "0", "[z]")


def test_events_are_never_fewer_than_their_children() -> None:
    rows = counts.persons(on("Rutland").official_figures, "2023-24")
    both = rows.dropna(subset=["events", "persons"])
    assert len(both) > 11_000
    # England's and regions' figures are rounded, each for itself.
    assert (both["events"] >= both["persons"]).all()
    assert set(both["of"]) == set(tables.read("persons")["events"])


def test_a_figure_of_a_report_has_no_part_in_it() -> None:
    rows = a_year(20, 5, 5, 2020) + a_year(21, 5, 4, 2021)
    printed = figure("plans_started", "2020-21", 99) | {"release": "annual-report/2020-21"}
    assert of_plans([*rows, printed]).loc["2020-21", "difference"] == 0
