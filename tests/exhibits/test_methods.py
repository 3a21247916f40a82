"""Two steps from any sentence to its function, formula and source: the line under the exhibit, and the function's docstring."""

from __future__ import annotations

import importlib
import re

import pandas as pd
import pytest
from made_series import councils, made, quarters

from analysis.analyses import benchmark, change, trend
from analysis.analyses.findings import (
    finding_of_chart,
    finding_of_funnel,
    findings,
    findings_of_places,
    findings_of_slopes,
    how_judged,
    methods,
)
from analysis.exhibits import place_findings, trend_findings, unusual_findings
from analysis.scope import scope

SURNAME = re.compile(r"[A-Z][a-z]+")


@pytest.mark.parametrize("name", methods())
def test_a_method_names_a_function_that_says_where_it_comes_from(name: str) -> None:
    method = methods()[name]
    module, _, function = method.function.rpartition(".")
    said = " ".join((getattr(importlib.import_module(module), function).__doc__ or "").split())
    assert re.search(r"Sources?: ", said), method.function
    people = [each for each in SURNAME.findall(re.sub(r"Making Data Count", "", method.source)) if each != "and"]
    assert people
    for each in people:
        assert each in said, f"{method.function} doesn't cite {each}"


def test_every_kind_of_finding_has_its_method(measured: pd.DataFrame) -> None:
    codes = councils(12)
    rates = [made("section_47_enquiries_per_10k", ["2012-13"], [40 + 30 * n], code, 10_000) for n, code in enumerate(codes)]
    funnel = benchmark.funnel(pd.concat(rates), "2012-13", codes)
    near = [made("section_47_enquiries_per_10k", ["2012-13"], [60], code, 10_000) for code in benchmark.members("report")]
    values = benchmark.values(pd.concat(near), "2012-13", "report")
    steady = [90 + 7 * (n % 3) for n in range(16)]
    found = [
        *findings(change.year_on_year(measured, "2012-13-Q4")),
        *(
            each
            for points in (6, 9, 16)
            for each in findings_of_slopes(trend.slopes(made("contacts", quarters(points), steady[:points]), "2012-13-Q4"))
        ),
        *findings_of_slopes(
            trend.slopes(made("contacts", [f"{y}-{y - 1999:02d}" for y in range(2003, 2013)], steady[:10]), "2012-13")
        ),
        finding_of_chart(trend.control(made("contacts", quarters(16), steady), "2012-13-Q4")),
        *(finding_of_funnel(row) for _, row in funnel.iterrows()),
        *findings_of_places(benchmark.against_others(values, ["E10000018"], "report")),  # beside six others
        *findings_of_places(benchmark.against_others(values.head(3), values["area"].head(1), "report")),  # beside two
    ]
    used = {each.method for each in found}
    assert used == {"", *methods()}
    for each in found:
        unjudged = ("not judged", "few", "no events", "not comparable", "values only", "among")
        assert each.method or (each.verdict in unjudged and not each.usual_words), each.headline
    assert [title for title, _ in how_judged(found)] == [method.title for method in methods().values()]


def test_the_page_says_how(monkeypatch: pytest.MonkeyPatch, data) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    here = scope(period="2012-13-Q4", domain="children", areas=["Leicestershire", "Rutland"])
    judged = change.year_on_year(here.measures, here.period)
    movement = methods()["movement"]
    (said,) = unusual_findings(judged, here)
    html = said._repr_html_()
    assert movement.function in html and movement.title in html and "Clopper and Pearson 1934" in html
    slopes = trend.slopes(made("contacts", quarters(16), range(60, 1660, 100)), "2012-13-Q4")
    assert methods()["slope"].function in trend_findings(slopes)[0]._repr_html_()
    members = benchmark.members("report")
    near = [
        made("section_47_enquiries_per_10k", ["2012-13"], [900 if code == here.areas[0] else 60], code, 10_000)
        for code in members
    ]
    values = benchmark.values(pd.concat(near), "2012-13", "report")
    places = place_findings(benchmark.against_others(values, here.areas, "report"))
    assert methods()["neighbours"].function in places[0]._repr_html_()


def test_chart_table_and_headline_are_one_finding(measured: pd.DataFrame) -> None:
    drawn = 0
    for each in findings(change.year_on_year(measured, "2012-13-Q4")):
        if each.drawn:
            assert each.change_words and each.usual_words and each.rarity_words
            # Called unusual where the point lies outside the range that is drawn beside it, and only there.
            assert each.unusual == (not each.lower <= each.estimate <= each.upper), each.headline
            if each.verdict != "chance":  # which says all there is to say
                assert each.usual_words in each.headline and each.rarity_words.removesuffix(", assumed") in each.headline
            assert (each.direction == "down") == (" fell from " in each.headline) and (each.direction == "down") == (
                each.estimate < 0
            )
            assert not each.change_words.startswith("−") or each.direction == "down"
            drawn += 1
        assert each.title in each.headline and each.spoken.startswith(each.title)
    assert drawn > 20
