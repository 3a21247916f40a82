"""The index as the Board's sheet: few words, every figure the score card's, the same scale for all areas of a row."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from markupsafe import Markup

from analysis.analyses import scorecard
from analysis.analyses.findings import STANDS_OUT
from analysis.pack.pages import dashboard as sheet
from analysis.pack.pages import matrix
from analysis.pack.pages.front_page import Dashboard, Standing
from analysis.pack.pages.matter_words import brief, either, moved, things_that_matter, whom
from analysis.pack.pages.page import IndexEntry, PageContext, render_index
from analysis.scope import Scope, scope

CONTEXT = PageContext("Safeguarding performance", "Quarter 4 of 2012/13", "seg", "1 May 2013", "1", (), ())
MOST_WORDS = 275


@pytest.fixture(scope="module")
def here(data: Path) -> Scope:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAFEGUARDING_DATA", str(data))
        return scope(period="2012-13-Q4", areas=["Leicestershire", "Rutland", "Leicestershire and Rutland"])


@pytest.fixture(scope="module")
def shown(here: Scope) -> Dashboard:
    return sheet.dashboard(here, [])


@pytest.fixture(scope="module")
def card(here: Scope) -> pd.DataFrame:
    return scorecard.card(here, "report")


def standings(shown: Dashboard) -> dict[tuple[str, str], Standing]:
    return {
        (row.short, area): each
        for _, rows in shown.groups
        for row in rows
        for area, each in zip(shown.areas, row.standings, strict=True)
    }


def test_the_sheet_has_few_words_outside_its_matrix_and_bars(shown: Dashboard) -> None:
    html = render_index(CONTEXT, [("Start here", [IndexEntry("Score card", "scorecard.html", "")])], shown)
    main = html[html.index("<main") : html.index("</main>")]
    prose = re.sub(r"<table.*?</table>|<dl>.*?</dl>|<svg.*?</svg>", " ", main, flags=re.DOTALL)
    prose = re.sub(
        r'<span class="label visually-hidden">.*?</span>', " ", prose
    )  # on a phone they stand in for the columns' heads
    words = re.sub(r"<[^>]+>", " ", prose).split()
    assert len(words) <= MOST_WORDS, len(words)
    assert len(html.encode()) < 120_000


def test_no_interval_probability_or_test_stands_on_the_sheet(shown: Dashboard) -> None:
    text = re.sub(r"<[^>]+>", " ", render_index(CONTEXT, [], shown).partition("<main")[2])
    assert not re.search(r"95\s?%|interval|p value|significan|for sure|clear change|cannot be said|\[x\]|Python", text)


def test_every_figure_of_the_matrix_is_the_cards(shown: Dashboard, card: pd.DataFrame) -> None:
    found = standings(shown)
    assert found[("Plans in force", "Rutland")].figure == "23" and found[("Plans in force", "Rutland")].trust == "or 35"
    assert found[("Plans in force", "Leicestershire")].before == "from 524"
    figures = {brief(row.indicator, row.latest) for row in card.itertuples()}
    assert {each.figure for each in found.values()} - {""} <= figures
    unusual = [key for key, each in found.items() if each.stands_out]
    assert unusual == [("Core assessments in 35 days", "Rutland")]
    assert card["verdict"].isin(STANDS_OUT).sum() == len(unusual)


def test_a_change_is_said_as_what_it_is(shown: Dashboard) -> None:
    found = standings(shown)
    assert found[("DoLS referrals", "Rutland")].change == "↑ Doubled"
    assert found[("DoLS referrals", "Rutland")].verdict == "not judged"
    assert found[("Contacts", "Leicestershire")].before == "from 14,524–14,667, implied"
    assert found[("Children in care", "Leicestershire")].verdict == "about 6 in 100"
    assert found[("Initial conferences", "Rutland")].before == "no earlier figure"


@pytest.mark.parametrize(
    ("spans", "said"),
    [
        ({"2012-13"}, "children, year"),
        ({"2013-14-Q4"}, "children, quarter"),
        ({"2012-13", "2012-13-Q4"}, "children, year or quarter"),
    ],
)
def test_a_figure_of_a_quarter_is_not_called_one_of_a_year(spans: set[str], said: str) -> None:
    assert matrix._unit("children, year", spans) == said


def test_a_place_stands_among_four_others_or_more_and_one_that_is_unlike_is_a_diamond(shown: Dashboard) -> None:
    found = standings(shown)
    assert not found[("Contacts", "Leicestershire")].spine  # two areas print it
    moves = found[("3 or more placements", "Leicestershire")]
    assert moves.place == "unlike: lowest of 11" and "polygon" in moves.spine
    assert "polygon" not in found[("Referrals", "Rutland")].spine


def test_the_journey_draws_both_areas_on_one_scale(shown: Dashboard) -> None:
    coming, protected = shown.journey
    widths = [float(re.search(r'fill="#\w+"', bar.drawn) and re.findall(r'width="([\d.]+)%" height="15" fill', bar.drawn)[-1])
              for _, bars in protected.steps for bar in bars]  # fmt: skip
    figures = [float(bar.figure.split(" or ")[0]) for _, bars in protected.steps for bar in bars]
    scale = {round(figure / width, 2) for figure, width in zip(figures, widths, strict=True)}
    assert max(scale) - min(scale) < 0.03
    plans = dict(protected.steps)["Plans in force"]
    assert [bar.figure for bar in plans] == ["29.3", "29.2 or 44.5"]
    assert [[bar.area for bar in bars] for _, bars in protected.steps[:2]] == [["Leicestershire", "Rutland"], ["", ""]]
    assert coming.steps[0][0] == "Contacts"


def test_bars_of_one_area_need_no_name(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    one = sheet.dashboard(scope(period="2012-13-Q4", areas=["Rutland"]), [])
    assert {bar.area for panel in one.journey for _, bars in panel.steps for bar in bars} == {""}


def test_who_has_not_answered_is_for_those_who_may_know(here: Scope, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    assert re.match(
        r"\d+ explanations asked for, none received: children's social care \d+", sheet.dashboard(here, []).unanswered
    )
    public = scope(period="2012-13-Q4", areas=["Leicestershire", "Rutland"], audience="public")
    assert sheet.dashboard(public, []).unanswered == ""


def test_figures_are_whole_on_the_sheet_and_two_that_would_look_alike_keep_their_decimals() -> None:
    assert brief("referrals_per_10k", 480.549) == "481" and brief("plans_in_force_per_10k", 44.495) == "44.5"
    assert either("plans_in_force", 23, "35") == "23 or 35"
    assert either("section_47_enquiries", 76, "71 86") == "76, 71 or 86"
    assert either("core_assessments_35_days_pct", 97.3, "96.7") == "97.3% or 96.7%"
    assert [moved("contacts", size) for size in (1.2, 0.7, 0.1, -0.1, -0.8)] == ["trebled", "doubled", "rose", "fell", "halved"]
    assert whom("dols_referrals", "E06000017") == "DoLS service"


def test_a_count_that_is_unlike_its_neighbours_is_told_by_its_rate(card: pd.DataFrame, here: Scope) -> None:
    ranked = scorecard.matters(card, here)
    row = ranked[(ranked["indicator"] == "children_in_care") & (ranked["area"] == "E10000018")]
    (matter,) = things_that_matter(row.assign(kind="unlike", side="low"), {}, 1)
    assert re.fullmatch(r"32\.5 against 46\.\d", matter.figure)  # 435 children among 134,025, and its neighbours' rate
    assert matter.question == "Is harm missed, or help given earlier?"


def test_a_column_without_a_mark_is_not_there(shown: Dashboard) -> None:
    rows = tuple(
        (name, tuple(replace(row, standings=tuple(map(_unplaced, row.standings))) for row in of)) for name, of in shown.groups
    )
    html = render_index(CONTEXT, [], replace(shown, groups=rows, has_spines=False))
    matrix_html = html[html.index('<table class="matrix">') : html.index("</table>")]
    assert '<th scope="col"></th>' not in matrix_html and "Neighbours" not in matrix_html
    assert 'class="place"' not in matrix_html and f'colspan="{1 + 3 * len(shown.areas)}"' in matrix_html


def _unplaced(standing: Standing) -> Standing:
    return replace(standing, spine=Markup(), place="")
