"""Exhibits: what a reader sees of the real figures, whether it is sound, says one thing everywhere, and is safe."""

from __future__ import annotations

import base64
import csv
import io
import re
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from notebook_cells import DOMAINS, parameters_of, shown_by

from analysis import catalogue, exhibits, store
from analysis.analyses import benchmark, change, reconcile, trend
from analysis.catalogue import periods, tables, wording
from analysis.clean import RULES
from analysis.exhibits import data_quality
from analysis.exhibits.parts import charts, context
from analysis.exhibits.parts.exhibit import Exhibit, Sentences, Table
from analysis.exhibits.parts.style import PANEL, RC
from analysis.scope import Scope, scope

PAGES = [(name, domain) for name in ("trend", "year_on_year", "benchmarking") for domain in DOMAINS]
PAGES += [("the_year", "governance"), ("the_year", "census"), ("data_quality", "")]
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
PERIOD = re.compile(r"Q\d \d{4}/\d{2}|\d{4}/\d{2}|\d{1,2} [A-Z][a-z]+ \d{4}")
# Periods, and how many figures a chart leaves out.
NO_FIGURE = re.compile(rf"{PERIOD.pattern}|\d+ figures? (?:is|are) withheld")
SVG = "{http://www.w3.org/2000/svg}"
LEICESTERSHIRE, RUTLAND = "E10000018", "E06000017"


@dataclass(frozen=True)
class Page:
    cells: list[list[Any]]

    @property
    def exhibits(self) -> list[Exhibit]:
        return [each for cell in self.cells for each in cell if isinstance(each, Exhibit)]

    @property
    def html(self) -> str:
        return "".join(each._repr_html_() for cell in self.cells for each in cell)


def tree(html: str) -> ET.Element:
    """The parsed fragment; exhibits are XML as well as HTML, so a strict parser reads them."""
    return ET.fromstring(f"<div>{html}</div>")  # noqa: S314


def words(element: ET.Element) -> str:
    return "".join(element.itertext()).replace("\u00a0", " ")  # which keeps a note beside its number


def numbers(text: str) -> list[str]:
    return NUMBER.findall(text)


def download(html: str) -> list[list[str]]:
    match = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', html)
    assert match is not None
    text = base64.b64decode(match[1]).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


_PAGES: dict[tuple[str, str], Page] = {}


@pytest.fixture(params=PAGES, ids=lambda key: "-".join(filter(None, key)))
def page(request: pytest.FixtureRequest, data: Path) -> Page:
    name, domain = request.param
    if request.param not in _PAGES:
        _PAGES[request.param] = Page(shown_by(name, data, **parameters_of(name, domain)))
    return _PAGES[request.param]


@pytest.fixture
def here(data: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Scope]:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))

    def ask(domain: str = "children", areas: tuple[str, ...] = ("Leicestershire", "Rutland")) -> Scope:
        return scope(period="2012-13-Q4", domain=domain, areas=areas)

    return ask


# Every page of the real figures


def test_every_cell_that_shows_anything_shows_exhibits_or_one_sentence(page: Page) -> None:
    shown = [cell for cell in page.cells if cell]
    assert len(shown) >= 2
    for cell in shown:
        kinds = {type(each) for each in cell}
        assert kinds <= {Exhibit} or (kinds == {Sentences} and len(cell) == 1)


def test_page_is_well_formed_with_unique_ids_and_captions(page: Page) -> None:
    document = tree(page.html)
    ids = [element.get("id") for element in document.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    captions = [words(caption) for caption in document.iter("caption")]
    assert len(captions) == len(page.exhibits) == len(set(captions))
    assert all(captions)
    summaries = [words(summary) for summary in document.iter("summary")]
    assert len(summaries) == len(set(summaries))
    for figure in document.iter("figure"):
        (headline,) = figure.iter("h3")
        assert words(headline).strip() and words([*figure.iter("dd")][-1]).strip()


def test_what_an_exhibit_says_and_draws_is_one_block(page: Page) -> None:
    """Without a chart and an open table its headline opens it, and is all that there is to see."""
    for figure, exhibit in zip(tree(page.html).iter("figure"), page.exhibits, strict=True):
        if not exhibit.panels and not exhibit.open_table:
            assert len(figure) == 1 and figure.find("./details/summary/h3") is not None
            continue
        (whole,) = figure.findall("./div[@class='whole']")
        assert whole is figure[0] and bool(exhibit.subtitle) == any(each.get("class") == "subtitle" for each in whole)
        assert len(list(whole.iter(f"{SVG}svg"))) == len(
            [each for each in figure.iter(f"{SVG}svg") if "spine" not in each.get("class", "")]
        )


def test_tables_have_scopes_captions_and_no_empty_heading(page: Page) -> None:
    for table in tree(page.html).iter("table"):
        assert table[0].tag == "caption"
        headings = list(table.iter("th"))
        assert all(heading.get("scope") in ("col", "row") and words(heading).strip() for heading in headings)
        columns = len(table.findall("thead/tr/th"))
        rows = table.findall("tbody/tr")
        assert rows
        assert all(len(row) == columns and row[0].get("scope") == "row" for row in rows)
        assert not any("colspan" in cell.attrib or "rowspan" in cell.attrib for cell in table.iter())


def test_every_chart_names_the_values_that_it_draws(page: Page) -> None:
    for exhibit in page.exhibits:
        for panel in exhibit.panels:
            svg = tree(panel)[0]
            description = svg.find(f"{SVG}desc")
            assert svg.get("role") == "img" and description is not None
            assert svg.get("aria-labelledby") == description.get("id")
            drawn = " ".join(words(text) for text in svg.iter(f"{SVG}text"))
            said = words(description)
            values = numbers(PERIOD.sub("", said.partition(": ")[2]))
            if exhibit.identity.startswith("funnel-"):  # its points have no numbers: they are in the table
                continue
            assert values and set(values) <= set(numbers(drawn)), (exhibit.identity, said)
            assert drawn.strip() and "No description" not in said


def test_figures_are_the_same_in_description_table_and_csv(page: Page) -> None:
    for exhibit in page.exhibits:
        html = exhibit._repr_html_()
        document = tree(html)
        cells = [[words(cell) for cell in row] for row in document.iter("tr")]
        assert cells == [list(row) for row in (exhibit.table.columns, *exhibit.table.rows)]
        assert [[cell.removeprefix("'") for cell in row] for row in download(html)] == cells
        held = {number for row in cells for cell in row for number in numbers(cell)}
        for description in document.iter(f"{SVG}desc"):
            said = set(numbers(NO_FIGURE.sub("", words(description).partition(": ")[2])))
            assert said <= held, (exhibit.identity, said - held)


def test_no_figure_is_missing_in_disguise_or_finer_than_it_is_known(page: Page) -> None:
    text = re.sub(r"base64,[^\"]+|<svg.*?</desc>|<(path|use|g|clipPath|rect)[^>]*>", "", page.html, flags=re.DOTALL)
    said = words(tree(re.sub(r"<svg.*?</svg>", "", page.html, flags=re.DOTALL)))
    assert not re.search(r"\b(nan|none,|inf|NaT|<NA>)\b", said)
    assert not re.search(r"\b(nan|NaN)\b", text)
    finest = catalogue.indicators()["decimals"].max()
    # That a printed figure was cut off and not rounded shows in one digit more.
    rows = (cell for exhibit in page.exhibits for row in exhibit.table.rows for cell in row if "cut off" not in cell)
    assert all(len(number.partition(".")[2]) <= finest for cell in rows for number in numbers(cell))


def test_no_chart_draws_two_rows_as_one(page: Page) -> None:
    for exhibit in page.exhibits:
        headings = [row[0] for row in exhibit.table.rows]
        if exhibit.panels:
            assert len(headings) == len(set(headings)), exhibit.identity


def test_values_have_the_decimals_of_their_indicator() -> None:
    for name, entry in catalogue.indicators().iterrows():
        shown = context.value(str(name), 12345.678)
        assert len(shown.strip("%").partition(".")[2]) == entry["decimals"]
        assert context.bare(str(name), float("nan")) == "[x]"
        assert context.value(str(name), float("nan"), "suppressed") == "[c]"


def test_numbers_and_percentages_of_one_thing_have_different_captions() -> None:
    measured = [context.measured(name) for name in catalogue.indicators().index]
    assert len(measured) == len(set(measured))


# Pages of other figures: what next year brings


def made(name: str, values: dict[str, float], area: str = LEICESTERSHIRE, base: float | None = None) -> pd.DataFrame:
    """Measures of one indicator, {period: value}, as `measures.measure` would give them."""
    unit = catalogue.indicators().at[name, "unit"]
    rows = pd.DataFrame({"period": list(values), "value": list(values.values())})
    return rows.assign(
        indicator=name, area=area, category="all", lower=rows["value"] * 0.9, upper=rows["value"] * 1.1,
        numerator=rows["value"] * base / 100 if unit == "percent" and base else rows["value"],
        denominator=base if base else np.nan, denominator_period="", status="final", origin="printed",
        source="annual-report/2012-13/figure-1.csv#cell=7,2", note="", low=np.nan, high=np.nan, repeat_share=np.nan, other_values="",
        england_numerator=np.nan, england_denominator=np.nan,
    )  # fmt: skip


def quarters(count: int, last: str = "2012-13-Q4") -> list[str]:
    found = [last]
    while len(found) < count:
        found.append(periods.previous(found[-1]))
    return found[::-1]


def with_measures(asked: Scope, measures: pd.DataFrame) -> Scope:
    changed = replace(asked)
    changed.__dict__["everywhere"] = measures
    changed.__dict__["measures"] = measures[measures["area"].isin(asked.areas)]
    return changed


def test_year_and_quarter_can_stand_on_one_page(here: Callable[..., Scope]) -> None:
    held = {"2011-12": 900.0, "2012-13": 1100.0, "2011-12-Q4": 200.0, "2012-13-Q4": 300.0}
    asked = with_measures(here(), made("referrals", held))
    year = exhibits.changes(change.year_on_year(asked.measures, asked.period), asked)
    quarter = exhibits.changes(change.same_quarter(asked.measures, asked.period), asked)
    assert len(year) == len(quarter) == 1
    html = year[0]._repr_html_() + quarter[0]._repr_html_()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert year[0].table.caption.endswith("on the year before")
    assert quarter[0].table.caption.endswith("on last year's quarter")


def test_charts_of_areas_stand_in_the_order_in_which_the_areas_were_named(here: Callable[..., Scope]) -> None:
    for named in (("Leicestershire", "Rutland"), ("Rutland", "Leicestershire")):
        asked = here(areas=named)
        shown = exhibits.by_quarter(trend.by_quarter(asked.measures, asked.period), asked)
        contacts = next(each for each in shown if "contacts" in each.identity)
        described = [words(tree(panel)) for panel in contacts.panels]
        assert [next(name for name in named if f"in {name}:" in text) for text in described] == list(named)


def test_control_charts_say_what_they_mark(here: Callable[..., Scope]) -> None:
    calm = dict(zip(quarters(14), [100.0, 104, 98, 101, 97, 103, 99, 102, 100, 96, 105, 101, 98, 100], strict=True))
    loud = calm | {"2012-13-Q4": 190.0}
    asked = with_measures(here(), pd.concat([made("referrals", calm), made("referrals", loud, RUTLAND)]))
    shown = exhibits.control_charts(trend.control(asked.measures, asked.period), asked)
    assert ["Rutland" in each.table.caption for each in shown] == [True, False]  # what stands out comes first
    assert shown[0].table.rows[-1][-1] != "No rule" and "190" in shown[0].headline
    for each in shown:
        document = tree(each._repr_html_())
        description = next(document.iter(f"{SVG}desc"))
        assert set(each.table.rows[3][1:2]) <= set(numbers(words(description)))
        assert "Q4 2012/13" in words(description)
    trial = with_measures(here(), made("referrals", dict(zip(quarters(6), [9.0, 8, 9, 10, 9, 8], strict=True))))
    few = exhibits.control_charts(trend.control(trial.measures, trial.period), trial)
    assert "Trial limits" in few[0].subtitle
    assert exhibits.control_charts(trend.control(trial.measures.head(3), trial.period), trial) == []


def test_a_series_that_began_anew_too_lately_has_a_sentence_and_no_chart(here: Callable[..., Scope]) -> None:
    values = dict(zip(quarters(7, "2013-14-Q3"), [9.0, 8, 9, 10, 9, 8, 9], strict=True))
    asked = with_measures(here(), made("adult_referrals", values))  # its collection changed in April 2013
    (said,) = exhibits.control_charts(trend.control(asked.measures, "2013-14-Q3"), asked)
    assert isinstance(said, Sentences) and "has 3 quarters and limits need five" in said.items[0]


def test_what_there_was_none_of_in_either_year_is_not_counted_as_a_change_that_is_usual(here: Callable[..., Scope]) -> None:
    pairs = {
        "referrals": (400.0, 404.0),
        "contacts": (900.0, 1400.0),
        "lado_referrals": (0.0, 0.0),
        "strategy_discussions": (0.0, 0.0),
    }
    rows = [made(name, {"2011-12-Q4": before, "2012-13-Q4": now}) for name, (before, now) in pairs.items()]
    asked = with_measures(here(), pd.concat(rows))
    shown, beside = exhibits.changes(change.same_quarter(asked.measures, "2012-13-Q4"), asked)
    assert shown.headline == "Leicestershire, numbers: 2 as authorities usually move"
    assert beside.headline == "Leicestershire: 2 not judged"
    assert {row[-1] for row in beside.table.rows} == {"None in either"} and not beside.panels


def test_a_chart_that_began_anew_says_since_when_and_for_how_many_quarters(here: Callable[..., Scope]) -> None:
    values = dict(zip(quarters(10, "2014-15-Q2"), [19.0, 18, 12, 13, 9, 8, 9, 10, 9, 8], strict=True))
    asked = with_measures(here(), made("adult_referrals", values))  # its collection changed in April 2013
    (chart,) = exhibits.control_charts(trend.control(asked.measures, "2014-15-Q2"), asked)
    assert "6 quarters" in chart.headline and chart.subtitle.endswith("Limits begin anew in Q1 2013/14: 6 quarters since")


def test_a_control_chart_draws_no_line_over_a_gap_or_a_new_phase() -> None:
    points = points_of([4.0, 5.0, np.nan, 4.0, 5.0, 4.0, 5.0], "a").assign(phase=[0, 0, 0, 0, 1, 1, 1])
    svg = charts.panel(charts.control_chart(points, "t", str), "made", "d")
    lines = re.findall(rf'<path d="([^"]*)"[^>]*stroke:{charts.BACKGROUND.lower()}', svg)
    drawn = [len(re.findall("[ML]", line)) for line in lines if "L" in line]
    assert drawn == [2, 3]  # one point alone, before the new phase, has no line


def test_trend_findings_say_what_moved_unusually_far_once_a_subject(here: Callable[..., Scope]) -> None:
    rising = {period: float(round(400 * 1.2**n)) for n, period in enumerate(quarters(14))}
    asked = with_measures(here(), made("referrals", rising))
    (said,) = exhibits.trend_findings(trend.slopes(asked.measures, asked.period))
    (headline,) = said.items
    assert "nusual: fewer than 1 in 100 authorities" in headline and "It rose in 13 of 13 steps." in headline
    level = made("referrals", dict.fromkeys(quarters(14), 40.0), RUTLAND)
    (said,) = exhibits.trend_findings(trend.slopes(pd.concat([asked.measures, level]), asked.period))
    assert said.items == (headline,)
    years = {f"{2000 + n}-{n + 1:02d}": float(round(400 * 1.3**n)) for n in range(12)}
    grown = made("referrals_per_10k", years).assign(denominator=range(10_000, 10_012))
    (said,) = exhibits.trend_findings(trend.slopes(pd.concat([made("referrals", years), grown]), "2011-12"))
    assert [item.partition(" in ")[0] for item in said.items] == ["Referrals to children's social care per 10,000 children"]
    assert exhibits.trend_findings(trend.slopes(asked.measures.head(2), asked.period)) == []


def test_a_place_among_fewer_than_six_is_none_of_those_judged(here: Callable[..., Scope]) -> None:
    members = benchmark.members("report")
    rows = [made("dols_referrals_per_100k", {"2012-13": 300.0 + 5 * n}, area) for n, area in enumerate(members)]
    rows[0] = made("dols_referrals_per_100k", {"2012-13": 90.0}, members[0])
    pair = [made("referrals_domestic_abuse_pct", {"2012-13": 30.0 + n}, area, base=500) for n, area in enumerate(members[:2])]
    bases = pd.concat(rows).assign(numerator=lambda frame: 5 * frame["value"], denominator=500_000.0)
    values = benchmark.values(pd.concat([bases, *pair]), "2012-13", "report")
    (said,) = exhibits.place_findings(benchmark.against_others(values, members[:1], "report"))
    unlike, counted = said.items
    assert "lowest of 7, unlike the other 6 areas together" in unlike
    assert counted == ("Of 1 comparison with six others or more, 1 is outside the range for one more like them.")
    (said,) = exhibits.place_findings(benchmark.against_others(values.tail(2), members[:2], "report").head(1))
    assert said.statement and said.items[0].startswith("No area of this report lies outside the range")
    assert exhibits.place_findings(benchmark.against_others(values.head(0), members[:1], "report")) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((62.5, 61.0, 53.9, 50.8), "Leicestershire fell every quarter, from 62.5% to 50.8% in Q4 2012/13"),
        ((50.8, 53.9, 61.0, 62.5), "Leicestershire rose every quarter, from 50.8% to 62.5% in Q4 2012/13"),
        ((62.5, 53.9, 61.0, 50.8), "Leicestershire 50.8% in Q4 2012/13"),  # not all one way
        ((62.5, 61.0, 60.5, 60.0), "Leicestershire 60.0% in Q4 2012/13"),  # no further than chance
    ],
)
def test_a_slide_through_the_year_is_said(here: Callable[..., Scope], values: tuple[float, ...], said: str) -> None:
    spans = [f"2012-13-Q{number}" for number in range(1, 5)]
    rows = made("initial_assessments_10_days_pct", dict(zip(spans, values, strict=True)), base=1300)
    rows = rows.assign(lower=rows["value"] - 3, upper=rows["value"] + 3)
    (shown,) = exhibits.by_quarter(rows, here())
    assert shown.headline == f"Initial assessments within 10 working days: {said}"


def test_a_funnel_in_which_no_area_of_the_page_lies_outside_is_not_shown(here: Callable[..., Scope]) -> None:
    known = tables.read("areas")
    councils = list(dict.fromkeys([LEICESTERSHIRE, *known.loc[known["type"].str.contains("count"), "code"]]))[:30]
    rates = np.random.default_rng(1).normal(60, 4, len(councils))
    parts = [
        made("dols_referrals_per_100k", {"2012-13": rate}, area, 200_000).assign(numerator=round(rate * 2))
        for area, rate in zip(councils, rates, strict=True)
    ]
    asked = with_measures(here("dols", ("Leicestershire",)), pd.concat(parts, ignore_index=True))
    assert exhibits.funnels(benchmark.funnel(asked.everywhere, "2012-13", councils), asked) == []


@pytest.mark.parametrize("chosen", [("Leicestershire",), ("Leicestershire", "Rutland")])
def test_funnel_names_the_areas_asked_for(here: Callable[..., Scope], chosen: tuple[str, ...]) -> None:
    known = tables.read("areas")
    councils = [LEICESTERSHIRE, RUTLAND, *known.loc[known["type"].str.contains("count"), "code"]][:30]
    councils = list(dict.fromkeys(councils))
    rates = np.random.default_rng(1).normal(60, 4, len(councils))
    rates[0] = 140
    parts = [
        made("dols_referrals_per_100k", {"2012-13": rate}, area, 200_000 + 9_000 * n).assign(
            numerator=round(rate * (200_000 + 9_000 * n) / 100_000)
        )
        for n, (area, rate) in enumerate(zip(councils, rates, strict=True))
    ]
    asked = with_measures(here("dols", chosen), pd.concat(parts, ignore_index=True))
    rows = benchmark.funnel(asked.everywhere, "2012-13", councils)
    (shown,) = exhibits.funnels(rows, asked)
    assert len(shown.table.rows) == len(councils)
    document = tree(shown._repr_html_())
    drawn = " ".join(words(text) for text in document.iter(f"{SVG}text"))
    assert all(area in drawn for area in chosen)
    assert all(area in words(next(document.iter(f"{SVG}desc"))) for area in chosen)
    assert all(area in shown.headline for area in chosen)
    assert "areas lie beyond the lines" in words(next(document.iter(f"{SVG}desc")))
    assert "Leicestershire (140.0)" in shown.headline and ("above the outer line; Rutland" in shown.headline) == (len(chosen) > 1)
    assert exhibits.funnels(rows.head(0), asked) == []


@pytest.mark.parametrize(
    "values", [[50, 67], [67, 50], [0, 11, 20, 26], [53, 17, 50, 54], [10, 60, 12, 50], [90, 40, 90, 40, 90], [51, 59, 53]]
)
@pytest.mark.parametrize("spread", [np.nan, 4.0])
def test_no_figure_of_a_line_chart_is_crossed_by_its_line(values: list[float], spread: float) -> None:
    points = pd.DataFrame({"label": [f"Q{n}" for n in range(len(values))], "value": np.array(values, dtype=float)})
    points = points.assign(lower=points["value"] - spread, upper=points["value"] + spread)
    with mpl.rc_context(RC):
        figure = Figure(figsize=PANEL, dpi=72)
        axes = FigureCanvasAgg(figure).figure.add_subplot()
        charts.over_time(points, "made", lambda value: f"{value:.1f}%")(axes)
        figure.canvas.draw()
        lines = [line.get_path().transformed(axes.transData) for line in axes.lines]
        assert lines and len(axes.texts) == len(values)
        for text in axes.texts:
            crossed = any(line.intersects_bbox(text.get_window_extent(), filled=False) for line in lines)
            assert not crossed or text.get_bbox_patch() is not None, text.get_text()
        assert sum(text.get_bbox_patch() is not None for text in axes.texts) <= 1


def test_a_long_title_of_a_chart_takes_two_lines() -> None:
    points = pd.DataFrame(
        {"label": ["a", "b"], "estimate": [1.0, 2.0], "lower": [0.5, 1.0], "upper": [2.0, 3.0], "words": ["x", "y"]}
    )
    long = "Leicestershire County and Rutland PCT: change in per cent"
    svg = charts.panel(charts.forest(points, long), "made", "d", 2)
    said = [words(text) for text in tree(svg).iter(f"{SVG}text")]
    assert long not in said and "Leicestershire County and Rutland PCT: change" in said and "in per cent" in said


def test_on_a_telephone_each_cell_has_the_heading_of_its_column() -> None:
    html = str(Table("c", ("Area", "Number & share"), (("x", "5"),)).html())
    assert '<td data-label="Number &amp; share" class="num">5</td>' in html


def test_more_findings_than_a_summary_holds_are_counted(here: Callable[..., Scope]) -> None:
    names = ["contacts", "referrals", "section_47_enquiries", "initial_assessments"]
    names = [name for name in names if name in catalogue.indicators().index]
    pairs = [made(name, {"2011-12": 100.0, "2012-13": 900.0}, area) for name in names for area in (LEICESTERSHIRE, RUTLAND)]
    judged = change.year_on_year(pd.concat(pairs, ignore_index=True), "2012-13")
    (said,) = exhibits.unusual_findings(judged, here(), limit=2)
    assert len(said.items) == 4 and said.items[2] == f"{len(pairs) - 2} more are in the tables below."
    assert said.items[3].startswith(f"Of {len(pairs)} changes judged, {len(pairs)} are unusual.")
    assert exhibits.unusual_findings(judged.head(0), here()) == []


@pytest.mark.parametrize(
    ("now", "summary"),
    [
        ([100.0], "Nothing moved unusually: the one change that could be judged is within the usual ups and downs."),
        ([100.0, 100.0], "Nothing moved unusually: all 2 changes that could be judged are within the usual ups and downs."),
        ([900.0], "Of 1 change judged, 1 is unusual."),
        ([900.0, 100.0], "Of 2 changes judged, 1 is unusual."),
    ],
)
def test_a_summary_counts_in_plain_english(here: Callable[..., Scope], now: list[float], summary: str) -> None:
    places = zip(now, (LEICESTERSHIRE, RUTLAND), strict=False)
    rows = [made("referrals", {"2011-12": 100.0, "2012-13": value}, area) for value, area in places]
    (said,) = exhibits.unusual_findings(change.year_on_year(pd.concat(rows), "2012-13"), here())
    assert said.items[-1] == summary


def test_series_without_any_value_has_a_table_and_no_chart(here: Callable[..., Scope]) -> None:
    empty = made("referrals", {"2012-13-Q3": np.nan, "2012-13-Q4": np.nan}).assign(status="not_available")
    (shown,) = exhibits.by_quarter(empty, here())
    assert shown.panels == () and "no figure" in shown.headline
    assert {row[1] for row in shown.table.rows} == {"[x]"}
    uneven = pd.concat([made("referrals", {"2012-13-Q3": 4.0}), made("referrals", {"2012-13-Q4": 5.0}, RUTLAND)])
    (apart,) = exhibits.by_quarter(uneven, here())
    assert "Leicestershire 4 in Q3 2012/13 and Rutland 5 in Q4 2012/13" in apart.headline


def test_dates_that_end_no_year_are_labelled_in_full(here: Callable[..., Scope]) -> None:
    held = {"2010-09-30": 4.0, "2011-03-31": 5.0, "2012-03-31": 6.0}
    (shown,) = exhibits.by_year(made("referrals", held), here())
    drawn = [words(text) for text in tree(shown.panels[0]).iter(f"{SVG}text")]
    assert "2010-09-30" in drawn and "Mar" in drawn


def test_breakdown_of_negative_figures_names_the_largest_by_size(here: Callable[..., Scope]) -> None:
    asked = here("governance", ("Leicestershire and Rutland",))
    shown = exhibits.profile(trend.profile(asked.measures, asked.period), asked)
    income = next(each for each in shown if "income" in each.identity)
    figures = [row[1] for row in income.table.rows]
    assert all(figure.startswith("−") for figure in figures)
    largest = max(figures, key=lambda figure: int(figure[1:].replace(",", "")))
    assert f"−£{largest[1:]}, the largest printed" in income.headline


def test_shares_say_of_how_many_they_are_and_if_any_area_prints_no_base_that_it_does_not(here: Callable[..., Scope]) -> None:
    asked = here("adults")
    rows = trend.profile(asked.measures, asked.period).query("indicator == 'adult_referrals_setting_pct'")
    (shown,) = exhibits.profile(rows, asked)
    assert shown.subtitle == "Percentage, 2012/13. Shares of Leicestershire 1,341 and Rutland 59"
    (unknown,) = exhibits.profile(rows.assign(denominator=rows["denominator"].where(rows["area"] == LEICESTERSHIRE)), asked)
    assert unknown.subtitle == "Percentage, 2012/13. The base is not printed."


def test_breakdown_without_figures_says_so(here: Callable[..., Scope]) -> None:
    none = made("referrals", {"2012-13": np.nan}).assign(category="male", status="not_available")
    (shown,) = exhibits.profile(none, here())
    assert shown.headline.endswith("no figure") and shown.panels == ()


# Data quality


def test_quality_exhibits_leave_no_rule_and_no_fate_out(held: store.Store) -> None:
    assert set(data_quality._FAILING) == set(RULES)
    assert set(held.cells["fate"]) <= set(data_quality._FATES)


def test_fates_add_up_to_all_cells(here: Callable[..., Scope]) -> None:
    asked = here()
    (shown,) = exhibits.fates(asked.store.cells, asked)
    assert sum(int(row[1].replace(",", "")) for row in shown.table.rows) == len(asked.store.cells)


def test_known_traps_are_shown(here: Callable[..., Scope]) -> None:
    asked = here()
    shown = exhibits.differences(reconcile.differences(asked.store.checks), asked)
    rows = [" | ".join(row) for each in shown for row in each.table.rows]
    assert any("1,341" in row and "1,291" in row for row in rows)
    assert any("14" in row and "2 + 3 + 6 + 9" in row for row in rows)


def test_nothing_found_is_nothing_shown(here: Callable[..., Scope]) -> None:
    asked = here()
    assert exhibits.differences(reconcile.differences(asked.store.checks.head(0)), asked) == []
    assert exhibits.disagreements(reconcile.disagreements(asked.store.observations.head(0)), asked) == []
    assert exhibits.too_few(asked.measures.head(0), asked) == []
    assert exhibits.by_quarter(asked.measures.head(0), asked) == []


# What comes from outside


ATTACK = '<script>alert("x")</script>&'


def attacked(**parts: Any) -> Exhibit:
    table = Table(ATTACK, (ATTACK, "B"), ((ATTACK, ATTACK),))
    given: dict[str, Any] = {"identity": "a", "headline": ATTACK, "subtitle": ATTACK, "table": table, "source": ATTACK}
    return Exhibit(**(given | parts))


def test_words_from_outside_are_text_and_never_markup() -> None:
    shown = attacked(notes=(ATTACK,), definition=((ATTACK, ATTACK),))
    for each in (shown, replace(shown, open_table=True), Sentences((ATTACK,)), Sentences((ATTACK,), statement=True)):
        html = each._repr_html_()
        assert "<script" not in html
        assert ATTACK in words(tree(html))


def test_label_of_an_area_and_a_category_is_escaped_in_charts_too(
    here: Callable[..., Scope], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = here("adults")
    rows = trend.profile(asked.measures, asked.period).head(6)
    monkeypatch.setattr(catalogue, "category_label", lambda category: ATTACK + category)
    monkeypatch.setattr("analysis.catalogue.areas.label", lambda code: ATTACK + code)
    html = "".join(each._repr_html_() for each in exhibits.profile(rows, asked))
    assert "<script" not in html and "&lt;script&gt;" in html
    tree(html)


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "-5"])
def test_cell_that_a_spreadsheet_would_run_is_neutralised(cell: str) -> None:
    rows = list(csv.reader(io.StringIO(Table("c", (cell, "B"), ((cell, cell),)).csv(), newline="")))
    assert all(each.startswith("'") for row in rows for each in row if each != "B")


@pytest.mark.parametrize("cell", ["−5", "+21%", "−3.4 to +2.0", "£1,000", "[c]", "+1.2 points", ""])
def test_figures_stay_figures_in_csv(cell: str) -> None:
    assert list(csv.reader(io.StringIO(Table("c", ("A", "B"), (("x", cell),)).csv(), newline="")))[1] == ["x", cell]


def test_numbers_are_set_to_the_right_and_words_are_not() -> None:
    html = str(Table("c", ("A", "Number", "Words"), (("x", "1,234", "two"), ("y", "[x]", "3"))).html())
    assert '<th scope="col" class="num">Number</th>' in html and '<th scope="col">Words</th>' in html
    assert html.count(' class="num">') == 3  # of the heading and of both cells


def test_where_there_is_nothing_one_sentence_stands(capsys: pytest.CaptureFixture[str]) -> None:
    exhibits.show([], otherwise="No figure is held.")
    assert capsys.readouterr().out.strip() == "No figure is held."
    statement = Sentences(("No figure is held.",), statement=True)
    assert statement._repr_html_() == '<p class="statement">No figure is held.</p>'
    assert repr(attacked(headline="H")) == "Exhibit: H"


# Drawing


LONG = "A name so long that no chart of this width could ever set it on one line of its own without running out of it"
ROWS: dict[str, list[float]] = {
    "one row": [5.0],
    "two rows of the same words": [5.0, 6.0],
    "many rows": [float(n) for n in range(40)],
    "zeros": [0.0, 0.0, 0.0],
    "gaps": [3.0, np.nan, 4.0, np.nan],
    "only gaps": [np.nan, np.nan],
    "below zero": [-5.0, -500.0],
    "large": [1e9, 2e9],
}


def points_of(values: list[float], label: str) -> pd.DataFrame:
    value = np.array(values)
    return pd.DataFrame(
        {
            "label": [label] * len(values), "value": value, "estimate": value, "lower": value - 1, "upper": value + 1,
            "focus": [n == 0 for n in range(len(values))], "centre": 4.0, "signal": [n == 1 for n in range(len(values))], "phase": [int(n > 2) for n in range(len(values))],
            "words": [wording.number(each, 1) for each in values],
        }
    )  # fmt: skip


@pytest.mark.parametrize("values", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("kind", ["over_time", "bars", "dots", "forest", "control_chart"])
@pytest.mark.parametrize("limits", [True, False])
def test_charts_are_drawn_without_a_warning(kind: str, values: list[float], limits: bool) -> None:
    in_rows = kind in ("bars", "dots", "forest")
    points = points_of(values, "Q1\n2012/13" if not in_rows else LONG if len(values) < 3 else "Rutland")
    if not limits and kind != "forest":  # a change without limits is not drawn
        points = points.assign(lower=np.nan, upper=np.nan)
    spoken = () if kind == "forest" else (lambda value: wording.number(value, 1),)
    draw = getattr(charts, kind)(points, "Title with $ and <b>", *spoken)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        svg = charts.panel(draw, "made", "What it shows.", rows=len(values) if in_rows else 0)
    assert tree(svg)[0].get("role") == "img"
    assert "nan" not in " ".join(words(text) for text in tree(svg).iter(f"{SVG}text"))
    texts = [words(text) for text in tree(svg).iter(f"{SVG}text")]
    if in_rows:
        assert sum(text.startswith(points["label"].iloc[0][:7]) for text in texts) == len(values)
        for value in points["value"].dropna():
            assert wording.number(value, 1) in texts


def test_panels_of_one_page_share_no_id_and_hold_no_metadata() -> None:
    points = points_of([1.0, 2.0], "a")
    both = [charts.panel(charts.bars(points, "t", str), name, "d", rows=2) for name in ("one", "two")]
    ids = re.findall(r'\sid="([^"]+)"', "".join(both))
    assert len(ids) == len(set(ids))
    assert both[0] == charts.panel(charts.bars(points, "t", str), "one", "d", rows=2)
    assert not re.search(r"metadata|<!--|matplotlib|<style", "".join(both))
    targets = re.findall(r'(?:url\(#|href="#)([^")]+)', "".join(both))
    assert set(targets) <= set(ids)


# Context


def test_source_cells_are_named_in_short() -> None:
    both = "annual-report/2012-13/figure-1.csv#cell=7,2 / annual-report/2012-13/figure-1.csv#cell=5,2"
    assert context.printed_at(both) == "Figure 1 row 7, column 2 ÷ Figure 1 row 5, column 2"


def test_source_line_names_the_licence_of_open_figures(here: Callable[..., Scope]) -> None:
    line = context.source_line(pd.Series(["census-2011/2011/population.csv#cell=2,2", None]), here("census"))
    assert line == (
        "Office for National Statistics, Census 2011: usual resident population by age, Open Government Licence v3.0."
    )


def test_every_indicator_is_defined_for_its_reader() -> None:
    for name in catalogue.indicators().index:
        terms = dict(context.definition(name))
        assert terms["Definition"] and terms["How to read it"]
        assert all(terms.values())


@pytest.mark.parametrize(
    ("values", "printed"),
    [
        ([1.0, 2.0, 3.0], [0, 1, 2]),
        ([np.nan, 2.0, np.nan, 4.0], [1, 3]),
        ([5.0, 6, 7, 1, 8, 9, 30, 9, 8, 7, 6, 5], [0, 3, 6, 11]),
        ([5.0, 30, 7, 8, 8, 9, 9, 9, 8, 7, 1, 5], [0, 11]),  # beside an end there is no room
        ([np.nan] * 12, []),
    ],
)
def test_of_many_points_the_ends_and_the_extremes_are_printed(values: list[float], printed: list[int]) -> None:
    assert charts.printed_points(np.array(values)) == printed


def test_no_line_leads_over_a_missing_year(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    here = scope(period="2012-13-Q4", domain="children", areas=["Rutland"])
    rows = made("contacts", {"2003-04": 50, "2004-05": 60, "2007-08": 70, "2008-09": 80, "2012-13": 90}, "E06000017")
    (shown,) = exhibits.by_year(rows, here)
    (panel,) = shown.panels
    assert "2005/06 [x], 2006/07 [x]" in panel and "2011/12 [x]" in panel  # the description says what is missing
    assert [row[1] for row in shown.table.rows] == ["50", "60", "[x]", "[x]", "70", "80", "[x]", "[x]", "[x]", "90"]
    axes = Figure().subplots()
    points = points_of([50.0, 60.0, np.nan, np.nan, 70.0, 80.0, np.nan, 90.0], "")
    charts.over_time(points, "", str)(axes)
    ends = [(min(line.get_xdata()), max(line.get_xdata())) for line in axes.lines if len(line.get_xdata())]
    assert sorted(ends) == [(0, 1), (4, 5), (7, 7)]


def test_every_note_that_a_cell_names_stands_under_the_table() -> None:
    table = Table("Figures", ("Area", "Number"), (("Rutland", "5 [note 1]"), ("Leicester", "7 [note 2]")))
    html = str(
        Exhibit("one", "Two figures", "Number", table, "A report.", footnotes=("Counted twice.", "Corrected later.")).html()
    )
    notes = re.search(r'<ol class="footnotes">(.*?)</ol>', html)
    assert notes is not None and notes[1] == "<li>Counted twice.</li><li>Corrected later.</li>"
    assert html.index("</table>") < html.index("Counted twice.") < html.index("Download CSV")


def test_the_figures_of_the_annual_report_have_every_note_that_they_name(here: Callable[..., Scope]) -> None:
    exhibits_with_notes = 0
    for number in range(1, 7):
        for shown in exhibits.figure(str(number), here("")):
            named = {int(note) for row in shown.table.rows for cell in row for note in re.findall(r"\[note (\d+)\]", cell)}
            assert named == set(range(1, len(shown.footnotes) + 1))
            exhibits_with_notes += bool(named)
    assert exhibits_with_notes
