"""The explorer offers only what is held, shows what its lines make, and says truly why where there is nothing to show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import IPython.display
import pandas as pd
import pytest

from analysis import catalogue, exhibits, store
from analysis.analyses import benchmark
from analysis.catalogue import areas
from analysis.exhibits import explorer
from analysis.exhibits.explorer import VIEWS, code
from analysis.scope import scope

BESIDE = "Beside other areas"
EVERY = [*VIEWS, BESIDE]


@pytest.fixture(autouse=True)
def in_the_project(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))


def lines(view: str, indicator: str, **chosen: Any) -> str:
    usual = {"period": "2012-13-Q4", "domain": "children", "areas": ["Rutland"], "audience": "internal", "comparators": "report"}
    return code(view, **usual | {"indicator": indicator} | chosen)[0]


def why(*args: Any, **chosen: Any) -> str:
    found = re.search(r"otherwise=(?:'(.*)'|\"(.*)\")\)$", lines(*args, **chosen))
    assert found is not None
    return found[1] or found[2]


# The true reason


@pytest.mark.parametrize(
    ("view", "indicator", "chosen", "reason"),
    [
        ("By quarter", "referrals_per_10k", {"period": "2023-24"}, "Held for Rutland by year only: 2012/13 to 2023/24, 12 in all."),
        ("Control chart", "referrals", {}, "4 quarters are held up to Q4 2012/13; a control chart needs 5."),
        ("Control chart", "referrals", {"period": "2012-13-Q1"}, "1 quarter is held up to Q1 2012/13; a control chart needs 5."),
        ("By year", "referrals", {"period": "2012-13"},
         "2 years are held for Rutland up to 2012/13 (2011/12 and 2012/13); a series over the years needs 3."),
        (BESIDE, "referrals", {}, "It is a raw number, and areas differ in size: choose a rate or a share."),
        (BESIDE, "referrals_per_10k", {"period": "2011-12"},
         "None of the areas named in the annual report has a figure in 2011/12."),
        ("By quarter", "dols_conversion_pct", {"domain": "dols"}, "Held for Rutland by year only: 2011/12."),
        ("Year on year", "dols_conversion_pct", {"domain": "dols"}, "Rutland has a figure in 2011/12, and none in 2012/13."),
        ("By quarter", "population_ethnicity_pct", {"domain": "census"},
         "It is held by its parts alone, without a total: choose the view Breakdown."),
        ("Breakdown", "population_ethnicity_pct", {"domain": "census"},
         "Its parts are held for 27 March 2011, and not for 2012/13."),
        (BESIDE, "referrals_domestic_abuse_pct", {}, "Only Rutland has a figure in 2012/13."),
        ("Year on year", "referrals_per_10k", {},
         "It is a rate, which changes as the number that it is made of does: choose that number."),
        ("Year on year", "initial_assessments", {"areas": ["Leicestershire"]},
         "Leicestershire has a figure in 2012/13, and none in 2011/12."),
        ("Breakdown", "referrals", {}, "It is not broken down for Rutland: only its total is held."),
        (BESIDE, "dols_referrals_per_100k", {"domain": "dols", "comparators": benchmark.NEIGHBOURS},
         "No official figure of it is held for Rutland in 2012/13, and neighbours are compared by those alone."),
    ],
)  # fmt: skip
def test_the_reason_is_worked_out_from_what_is_held(view: str, indicator: str, chosen: dict[str, Any], reason: str) -> None:
    assert why(view, indicator, **chosen) == reason


def test_a_level_that_is_known_within_a_range_is_a_figure_to_compare_with() -> None:
    assert "otherwise=" not in lines("Year on year", "referrals", areas=["Leicestershire"])


def offered(audience: str = "internal") -> pd.DataFrame:
    return explorer._figures(audience)


@pytest.mark.parametrize("view", EVERY)
def test_some_that_can_be_chosen_are_shown_or_have_a_reason_that_is_no_contradiction(view: str) -> None:
    shown_or_reasoned(view, EVERY.index(view) % 5, 5)  # all views together see all indicators


@pytest.mark.slow
@pytest.mark.parametrize("view", EVERY)
def test_whatever_can_be_chosen_is_shown_or_has_a_reason_that_is_no_contradiction(view: str) -> None:
    shown_or_reasoned(view, 0, 1)


def shown_or_reasoned(view: str, first: int, step: int) -> None:
    figures = offered()
    figures = figures[figures["area"] == "E06000017"]
    latest = figures.drop_duplicates("indicator", keep="last")
    assert len(latest) > 60
    for row in latest.iloc[first::step].itertuples(index=False):
        text = lines(view, row.indicator, domain=row.domain, period=row.period)
        if "otherwise=" in text:
            said = text.rpartition("otherwise=")[2]
            assert len(said) > 20 and "No figure is held for these areas" not in said and "  " not in said, (row, said)


# What is offered


@pytest.fixture
def widgets() -> Any:
    asked = scope(period="2012-13-Q4", domain="children", areas=["Leicestershire", "Rutland"], audience="internal")
    return explorer._Explorer(asked, "report")


def test_the_explorer_begins_with_what_was_asked_for(widgets: Any) -> None:
    assert widgets.domain.value == "children" and list(widgets.areas.value) == ["Leicestershire", "Rutland"]
    assert widgets.period.value == "2012-13-Q4"
    assert "scope(period='2012-13-Q4', domain='children'" in widgets.lines.value


def test_only_indicators_areas_and_periods_with_a_figure_are_offered(widgets: Any) -> None:
    figures = offered()
    assert set(dict(widgets.domain.options).values()) == set(figures["domain"])
    for domain in ("dols", "adults", "children"):
        widgets.domain.value = domain
        names = [name for _, name in widgets.indicator.options]
        assert names == [
            name for name in catalogue.indicators().index if name in set(figures.loc[figures["domain"] == domain, "indicator"])
        ]
        for name in (names[0], names[-1]):
            widgets.indicator.value = name
            mine = figures[figures["indicator"] == name]
            assert set(widgets.areas.options) == {areas.label(each) for each in mine["area"]}
            chosen = widgets.areas.options[-1]
            widgets.areas.value = [chosen]
            assert {span for _, span in widgets.period.options} == set(
                mine.loc[mine["area"].map(areas.label) == chosen, "period"]
            )
            assert widgets.period.value in {span for _, span in widgets.period.options}


def test_a_figure_that_the_audience_is_not_shown_is_not_offered() -> None:
    exact, shown = (set(offered(audience).itertuples(index=False, name=None)) for audience in ("internal", "public"))
    assert shown < exact


def test_a_choice_stays_where_it_can(widgets: Any) -> None:
    widgets.domain.value = "dols"
    assert list(widgets.areas.value) == ["Leicestershire", "Rutland"]
    assert widgets.period.value in ("2012-13-Q4", "2012-13")
    widgets.areas.value = ()
    assert widgets.lines.value == "<pre></pre>"  # and nothing fails
    widgets.areas.value = ("Rutland",)
    assert "areas=['Rutland']" in widgets.lines.value


def test_periods_follow_the_areas_that_are_chosen(widgets: Any) -> None:
    widgets.indicator.value = "contacts"
    quarters = [f"2012-13-Q{number}" for number in (4, 3, 2, 1)]
    for chosen, years in (("Rutland", ["2012-13", "2011-12"]), ("Leicestershire", ["2012-13"])):
        widgets.areas.value = [chosen]
        spans = [span for _, span in widgets.period.options]
        assert sorted(spans) == sorted([*quarters, *years]), chosen


def test_neighbours_are_among_the_comparators(widgets: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert benchmark.NEIGHBOURS in dict(widgets.comparators.options).values()
    shown: list[Any] = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    text, names = code(
        BESIDE, period="2023-24", domain="children", indicator="referrals_per_10k", areas=["Rutland"], audience="seg",
        comparators=benchmark.NEIGHBOURS,
    )  # fmt: skip
    exec(text.splitlines()[-1], names)  # noqa: S102
    assert isinstance(shown[0], exhibits.Exhibit) and any("neighbours" in row[0] for row in shown[0].table.rows)


@pytest.mark.parametrize(
    ("view", "indicator"), [("By quarter", "referrals"), ("Control chart", "referrals"), (BESIDE, "referrals_per_10k")]
)
def test_the_lines_make_by_themselves_what_is_shown(view: str, indicator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    imports = "from analysis import benchmark, change, exhibits, explore, trend\nfrom analysis.scope import scope\n"
    exec(imports + lines(view, indicator), {})  # noqa: S102
    text, names = code(
        view,
        period="2012-13-Q4",
        domain="children",
        indicator=indicator,
        areas=["Rutland"],
        audience="internal",
        comparators="report",
    )
    exec(text.splitlines()[-1], names)  # noqa: S102
    half = len(shown) // 2
    assert shown and shown[:half] == shown[half:]


def test_what_is_held_is_not_changed_by_looking(held: store.Store) -> None:
    before = held.observations.copy()
    offered()
    assert held.observations.equals(before)
