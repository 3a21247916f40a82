"""Exhibits of an analyst's own: any tidy frame becomes a table, lines or bars that a page can show, for its audience only."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import papermill
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from analysis import exhibits
from analysis.analyses import change
from analysis.disclosure.policy import DisclosureError
from analysis.errors import FrameError, SafeguardingError
from analysis.exhibits.parts.comparator_lines import beside_over_time
from analysis.exhibits.parts.exhibit import Exhibit, Sentences
from analysis.exhibits.parts.style import FOCUS
from analysis.scope import Scope, scope

RUTLAND = "E06000017"
PERIOD = {"period": "2012-13-Q4", "domain": "children", "areas": ["Leicestershire", "Rutland"]}


@pytest.fixture(autouse=True)
def in_the_project(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))


@pytest.fixture
def here() -> Scope:
    return scope(**PERIOD)


@pytest.fixture
def public() -> Scope:
    return scope(**PERIOD, audience="public")


def quarters(here: Scope, name: str = "referrals") -> pd.DataFrame:
    return here.measures.query("indicator == @name and category == 'all' and period.str.contains('Q')")


def withheld(here: Scope) -> pd.Series:
    """A figure that the audience isn't shown."""
    rows = here.measures.query("status == 'suppressed' and category == 'all'")
    return rows[rows["indicator"].map(lambda name: not name.endswith("_pct"))].iloc[0]


def description(exhibit: Exhibit | Sentences, number: int = 0) -> str:
    assert isinstance(exhibit, Exhibit)
    found = re.search(r"<desc[^>]*>(.*?)</desc>", exhibit.panels[number])
    assert found is not None
    return found[1]


def column(exhibit: Exhibit | Sentences, heading: str) -> list[str]:
    assert isinstance(exhibit, Exhibit)
    place = exhibit.table.columns.index(heading)
    return [row[place] for row in exhibit.table.rows]


# What a frame may be


def test_measures_are_printed_in_words_with_the_formats_of_the_catalogue(here: Scope) -> None:
    shown = exhibits.table(quarters(here), headline="Referrals by quarter", source=here)
    assert isinstance(shown, Exhibit)
    assert shown.table.columns == ("Area", "When", "Indicator", "Number", "95% interval", "Printed at")
    assert shown.table.rows[0] == (
        "Leicestershire", "Q1 2012/13", "Referrals to children's social care", "1,723", "1,643 to 1,806", "Figure 1 row 4, column 2",
    )  # fmt: skip
    assert shown.headline == "Referrals by quarter" and shown.panels == ()
    assert shown.subtitle == "Referrals to children's social care, number"
    assert "annual report" in shown.source.lower() and shown.definition


def test_of_several_indicators_each_figure_has_its_unit(here: Scope) -> None:
    rows = here.measures.query("indicator in ['referrals', 're_referrals_pct'] and period == '2012-13' and category == 'all'")
    shown = exhibits.table(rows[rows["area"] == RUTLAND], headline="Two figures", source=here)
    assert "378" in column(shown, "Figure") and any(text.endswith("%") for text in column(shown, "Figure"))


def test_a_pivoted_frame_has_a_column_for_each_indicator_under_its_title_and_unit(here: Scope) -> None:
    rows = here.measures.query("indicator in ['referrals', 'referrals_per_10k'] and category == 'all' and area == @RUTLAND")
    wide = rows.pivot(index=["area", "period"], columns="indicator", values="value")
    shown = exhibits.table(wide, headline="Side by side", source=here)
    assert isinstance(shown, Exhibit)
    assert shown.table.columns[:2] == ("When", "Area")
    assert set(shown.table.columns[2:]) == {
        "Referrals to children's social care, number",
        "Referrals to children's social care per 10,000 children",
    }
    line = next(row for row in shown.table.rows if row[0] == "2012/13")
    assert "378" in line and not {"378.0", "378.00"} & set(line)
    assert shown.subtitle.count("eferrals") == 2 and "Worked out from: " in shown.source


def test_a_pivoted_figure_says_why_it_has_no_value_as_all_others_do(here: Scope) -> None:
    hidden = withheld(here)["indicator"]
    rows = here.measures[(here.measures["indicator"] == hidden) & (here.measures["category"] == "all")]
    shown = exhibits.table(rows.pivot(index=["area", "period"], columns="indicator", values="value"), headline="W", source=here)
    long = exhibits.table(rows, headline="L", source=here)
    assert isinstance(shown, Exhibit) and isinstance(long, Exhibit)
    (heading,) = set(shown.table.columns) - {"When", "Area"}
    assert "[c]" in column(shown, heading)
    assert sorted(column(shown, heading)) == sorted(column(long, "Number"))
    assert "withheld" in str(shown.html()) and not shown.notes


def test_the_index_of_a_grouped_frame_is_its_first_column(here: Scope) -> None:
    means = quarters(here).groupby("area_name", sort=False)["value"].mean().to_frame("mean_of_quarters")
    shown = exhibits.table(means, headline="A usual quarter", source=here)
    assert isinstance(shown, Exhibit)
    assert shown.table.columns == ("Area", "Mean of quarters")
    assert shown.table.rows == (("Leicestershire", "1,541.25"), ("Rutland", "94.50"))
    assert shown.subtitle == "Children's social care, Leicestershire and Rutland"


def test_columns_of_ones_own_keep_their_names(here: Scope) -> None:
    rows = quarters(here)[["area_name", "period", "value"]].assign(is_high=lambda frame: frame["value"] > 1600, why="As counted")
    shown = exhibits.table(rows, headline="High quarters", source=here)
    assert isinstance(shown, Exhibit)
    assert shown.table.columns == ("Area", "When", "Is high", "Why", "Figure")
    assert column(shown, "Is high").count("yes") == 1 and set(column(shown, "Why")) == {"As counted"}
    assert column(shown, "Figure")[0] == "1,723"


def test_limits_are_said_to_be_what_they_are_the_limits_of(here: Scope) -> None:
    judged = exhibits.table(
        change.year_on_year(here.measures.query("indicator == 'referrals'"), here.period), headline="x", source=here
    )
    # Each limit has a column of its own: where the figure would be usual, and what counting alone makes of the ratio.
    assert "0.99" in column(judged, "Chance lower") and "1.34" in column(judged, "Chance upper")
    assert "151" in column(judged, "Usual lower") and "95% interval" not in judged.table.columns
    slope = pd.DataFrame({"indicator": ["referrals"], "area": [RUTLAND], "slope": [1.05], "lower": [0.97], "upper": [1.14]})
    assert column(exhibits.table(slope, headline="x", source=here), "Its 95% interval") == ["0.97 to 1.14"]
    charts = pd.DataFrame(
        {"area": [RUTLAND], "period": ["2012-13-Q4"], "value": [5.0], "centre": [4.5], "lower": [1.0], "upper": [8.0]}
    )
    assert column(exhibits.table(charts, headline="x", source=here), "Control limits") == ["1 to 8"]
    plain = charts.drop(columns=["centre"]).assign(upper=np.nan)
    shown = exhibits.table(plain, headline="x", source=here)
    assert isinstance(shown, Exhibit) and column(shown, "95% interval") == [""]


def test_missing_figures_are_told_apart(here: Scope) -> None:
    rows = quarters(here).head(3).assign(value=[np.nan, np.nan, 5.0], status=["suppressed", "not_available", "final"])
    rows.attrs["audience"] = here.audience
    shown = exhibits.table(rows.drop(columns="area"), headline="Gaps", source=here)
    assert column(shown, "Number") == ["[c]", "[x]", "5"]


def test_a_missing_figure_that_nobody_can_explain_is_blank_and_said_to_be_none(here: Scope) -> None:
    wide = quarters(here).pivot(index="period", columns="area_name", values="value")
    wide.iloc[0, 0] = np.nan
    shown = exhibits.table(wide, headline="By area", source=here)
    assert isinstance(shown, Exhibit)
    assert column(shown, "Leicestershire")[:2] == ["", "1,352"]
    assert shown.notes == ("An empty cell has no figure: it is withheld, or none is held. It does not mean zero.",)


def test_a_revised_figure_is_marked() -> None:
    here = scope(period="2012-13-Q4", domain="adults", areas=["Leicestershire", "Rutland"])
    rows = here.measures.query("status == 'revised' and category == 'all'").head(2)
    assert all(text.endswith(" [r]") for text in column(exhibits.table(rows, headline="Revised", source=here), "When"))


def test_without_a_row_one_sentence_says_what_is_held(here: Scope) -> None:
    for shown in (
        exhibits.table(quarters(here, "none"), headline="None", source=here),
        exhibits.lines(quarters(here, "none"), x="period", y="value", headline="None", source=here),
        exhibits.bars(quarters(here, "none"), x="period", y="value", headline="None", source=here),
    ):
        assert isinstance(shown, Sentences) and shown.statement
        assert re.match(r"There is no row to show\. Children's social care, Q4 2012/13, .*: \d+ figures of \d+ ind", repr(shown))


def test_the_download_holds_what_the_table_holds(here: Scope) -> None:
    shown = exhibits.table(quarters(here), headline="Referrals", source=here)
    assert isinstance(shown, Exhibit)
    match = re.search(r"base64,([^\"]+)", str(shown.html()))
    assert match is not None
    rows = list(csv.reader(io.StringIO(base64.b64decode(match[1]).decode("utf-8-sig"), newline="")))
    assert tuple(map(tuple, rows)) == (shown.table.columns, *shown.table.rows)


# What is refused, in one sentence


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda here: exhibits.table([1, 2], headline="x", source=here), "A frame is needed, not a list"),
        (lambda here: exhibits.table(quarters(here)["value"], headline="x", source=here), r"not a Series: `\.to_frame\(\)`"),
        (lambda here: exhibits.table(quarters(here), headline="x", source="here"), "source=here"),
        (lambda here: exhibits.table(quarters(here)[["status"]], headline="x", source=here), "no column to show"),
        (lambda here: exhibits.table(quarters(here).pivot_table(index="period", columns="area", values=["value", "lower"]),
                                     headline="x", source=here), "two levels"),
        (lambda here: exhibits.lines(quarters(here), x="quarter", y="value", headline="x", source=here),
         "no column 'quarter': it has indicator, area"),
        (lambda here: exhibits.lines(quarters(here), x="period", y="value", headline="x", source=here),
         r"Two rows of the frame are for Q1 2012/13: .*`hue`"),
        (lambda here: exhibits.bars(quarters(here), x="area", y="value", headline="x", source=here),
         r"Two rows of the frame are for Leicestershire: .*`hue`"),
        (lambda here: exhibits.lines(quarters(here), x="period", y="title", hue="area", headline="x", source=here),
         "'title' holds no numbers"),
        (lambda here: exhibits.lines(here.measures.query("indicator == 'referrals' and area == @RUTLAND"), x="period", y="value",
                                     headline="x", source=here), "periods of two kinds"),
    ],
)  # fmt: skip
def test_what_is_no_frame_for_an_exhibit_is_refused_in_one_sentence(
    here: Scope, make: Callable[[Scope], Any], words: str
) -> None:
    with pytest.raises(FrameError, match=words) as refused:
        make(here)
    assert len(str(refused.value).splitlines()) == 1
    assert refused.value._render_traceback_() == [f"FrameError: {refused.value}"]


def test_five_lines_cannot_be_told_apart(here: Scope) -> None:
    rows = pd.concat([quarters(here).query("area == @RUTLAND").assign(area=name) for name in "abcde"])
    rows = rows.rename(columns={"area": "part"})
    with pytest.raises(FrameError, match="5 lines can't be told apart: choose 4"):
        exhibits.lines(rows, x="period", y="value", hue="part", headline="Five", source=here)


def test_forty_one_bars_cannot_be_read(here: Scope) -> None:
    rows = pd.DataFrame({"part": [f"Part {number}" for number in range(41)], "share": np.arange(41.0)})
    with pytest.raises(FrameError, match="41 bars can't be read"):
        exhibits.bars(rows, x="part", y="share", headline="Many", source=here)
    assert isinstance(exhibits.bars(rows[:40], x="part", y="share", headline="Many", source=here), Exhibit)


# Charts


def test_lines_are_described_by_their_figures(here: Scope) -> None:
    shown = exhibits.lines(quarters(here), x="period", y="value", hue="area", headline="Referrals by quarter", source=here)
    assert description(shown) == (
        "Referrals by quarter: Leicestershire, Q1 2012/13 1,723, Leicestershire, Q2 2012/13 1,352, Leicestershire, Q3 2012/13 "
        "1,588, Leicestershire, Q4 2012/13 1,502, Rutland, Q1 2012/13 86, Rutland, Q2 2012/13 107, Rutland, Q3 2012/13 83 and "
        "Rutland, Q4 2012/13 102."
    )
    assert isinstance(shown, Exhibit) and shown.table.columns[0] == "When" and not shown.open_table
    assert "Leicestershire 1,502" in shown.panels[0] and "Rutland 102" in shown.panels[0]


def test_one_line_needs_no_hue_and_keeps_its_intervals_and_gaps(here: Scope) -> None:
    rows = quarters(here).query("area == @RUTLAND and period != '2012-13-Q2'")
    shown = exhibits.lines(rows, x="period", y="value", headline="Rutland", source=here)
    # A gap is no figure: the description is of those that the table has.
    assert description(shown) == "Rutland: Q1 2012/13 86, Q3 2012/13 83 and Q4 2012/13 102."
    assert isinstance(shown, Exhibit) and "Q2" in shown.panels[0]


def test_a_line_of_what_was_worked_out_of_a_figure_has_not_its_intervals(here: Scope) -> None:
    rows = quarters(here).query("area == @RUTLAND").assign(doubled=lambda frame: 2 * frame["value"])

    def intervals(y: str) -> int:
        shown = exhibits.lines(rows, x="period", y=y, headline="Rutland", source=here)
        assert isinstance(shown, Exhibit)
        return len(re.findall(rf'<path d="M([0-9.]+) [0-9.]+L\1 [0-9.]+"[^>]*stroke:{FOCUS.lower()}', shown.panels[0]))  # upright

    assert (intervals("value"), intervals("doubled")) == (4, 0)


def test_a_withheld_figure_is_a_gap_that_is_said(here: Scope) -> None:
    hidden = withheld(here)
    kind = "Q" if "Q" in hidden["period"] else "-"
    rows = here.measures.query("indicator == @hidden.indicator and area == @hidden.area and category == 'all'")
    rows = rows[rows["period"].str.contains("Q") == (kind == "Q")]
    shown = exhibits.bars(rows, x="period", y="value", headline="With a gap", source=here)
    assert "[c]" in description(shown) and "withheld" in str(shown._repr_html_())


def test_the_first_line_is_dark_with_its_name_in_bold_and_the_others_are_grey() -> None:
    axes = Figure().subplots()
    points = pd.DataFrame(
        {"label": ["2011/12", "2012/13"], "Rutland": [30.0, 44.5], "Neighbours": [31.0, 32.5], "England": [9.0, 9.5]}
    )
    beside_over_time(points, "Plans", str)(axes)
    names = {text.get_text().split()[0]: text for text in axes.texts}
    assert [name for name, text in names.items() if text.get_fontweight() == "bold"] == ["Rutland"]
    lines = {line.get_ydata()[0]: line.get_color() for line in axes.lines}
    assert names["Rutland"].get_color() == lines[30] != lines[31] == lines[9]
    assert names["Neighbours"].get_color() == names["England"].get_color() != lines[30]


@pytest.mark.parametrize("values", [(94.6, 89.7), (100.0, 100.0), (0.0, 0.0), (50.0, 1.0)])
def test_every_name_beside_a_band_is_drawn_within_the_chart_and_meets_no_other(values: tuple[float, float]) -> None:
    figure = Figure(figsize=(3.6, 2.35))
    axes = figure.subplots()
    points = pd.DataFrame({"label": ["22/23", "23/24"], "Barnsley": [100.0, values[0]], "England": [90.0, values[1]]})
    band = ("Most neighbours", pd.DataFrame({"low": [91.5, 91.5], "high": [100.0, 97.7]}))
    beside_over_time(points, "Plans reviewed on time", "{:.1f}%".format, band)(axes)
    FigureCanvasAgg(figure).draw()
    assert [text.get_text() for text in axes.texts][2] == "Most neighbours\n91.5% to 97.7%" and len(axes.collections) == 1
    boxes = sorted((text.get_window_extent() for text in axes.texts), key=lambda box: box.y0)
    assert axes.bbox.y0 - boxes[0].height <= boxes[0].y0 and boxes[-1].y1 <= axes.bbox.y1 + 1
    assert all(lower.y1 <= upper.y0 + 1 for lower, upper in pairwise(boxes))
    assert all(axes.get_ylim()[0] <= text.xy[1] <= axes.get_ylim()[1] for text in axes.texts)  # else matplotlib leaves it out


def test_bars_have_a_chart_for_each_value_of_hue(here: Scope) -> None:
    shown = exhibits.bars(quarters(here), x="period", y="value", hue="area", headline="Referrals", source=here)
    assert isinstance(shown, Exhibit) and len(shown.panels) == 2
    assert description(shown, 1).startswith("Rutland: Q1 2012/13 86, ")
    ids = re.findall(r'<desc id="([^"]+)"', "".join(shown.panels))
    assert len(set(ids)) == 2


# Who may see it


def test_a_frame_of_another_audience_is_refused(here: Scope, public: Scope) -> None:
    for frame in (quarters(here), quarters(here).groupby("area")["value"].sum().to_frame("total")):
        with pytest.raises(DisclosureError, match="made for the audience 'seg', and this page is for 'public'"):
            exhibits.table(frame, headline="x", source=public)


def test_a_frame_that_forgot_its_audience_is_known_by_its_figures(public: Scope) -> None:
    exact = scope(**PERIOD, audience="internal")
    forgot = pd.DataFrame(quarters(exact).to_dict("records"))
    wide = quarters(exact).pivot(index=["area", "period"], columns="indicator", values="value")
    assert not forgot.attrs and not wide.attrs
    for frame in (forgot, wide):
        with pytest.raises(DisclosureError, match="Referrals to children's social care, (Leicestershire|Rutland), Q1 2012/13"):
            exhibits.table(frame, headline="x", source=public)
    exhibits.table(pd.DataFrame(quarters(public).to_dict("records")), headline="x", source=public)


def test_observations_as_they_are_held_are_known_by_their_figures(public: Scope) -> None:
    exact = scope(**PERIOD, audience="internal").store.observations.query("series == 'referrals' and period == '2012-13-Q1'")
    with pytest.raises(DisclosureError, match="that the audience 'public' isn't shown"):
        exhibits.table(exact, headline="x", source=public)
    shown = public.store.observations.query("series == 'referrals' and period == '2012-13-Q1'")
    exhibits.table(shown, headline="x", source=public)


def test_official_figures_may_be_shown_beside(here: Scope) -> None:
    rows = here.official_measures.query("indicator == 'referrals_per_10k' and period == '2012-13'")
    shown = exhibits.table(rows, headline="Rates", source=here)
    assert column(shown, "Area")[:1] == ["Leicestershire"]


def run(cells: list[str], folder: Path, **parameters: Any) -> nbformat.NotebookNode:
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    first = new_code_cell('period = "2012-13-Q4"\naudience = "internal"', metadata={"tags": ["parameters"]})
    notebook = new_notebook(cells=[first, *map(new_code_cell, cells)], metadata=kernel)
    nbformat.write(notebook, folder / "own.ipynb")
    return papermill.execute_notebook(
        folder / "own.ipynb",
        folder / "out.ipynb",
        parameters=parameters,
        execution_timeout=300,
        progress_bar=False,
        log_output=False,
    )


def test_a_page_for_the_public_asks_for_no_other_figures(tmp_path: Path) -> None:
    imports = "from analysis.scope import scope"
    asked = 'there = scope(period=period, domain="children", areas=["Rutland"], audience="internal")\nlen(there.measures)'
    with pytest.raises(PapermillExecutionError) as stopped:
        run([imports, asked], tmp_path, audience="public")
    assert stopped.value.evalue == (
        "This page is made for the audience 'public', not for 'internal': ask for that of `audience`."
    )
    done = run([imports, asked.replace('"internal"', "audience")], tmp_path, audience="public")
    assert done.cells[-1].outputs[0].data["text/plain"].isdigit()


def test_every_refusal_is_one_that_a_person_reads() -> None:
    assert issubclass(FrameError, SafeguardingError) and issubclass(DisclosureError, SafeguardingError)
