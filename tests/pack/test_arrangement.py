"""A page of several notebooks: the first as it is, each subject in one row, and nothing lost between notebook and page."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from analysis.pack.pages.arrangement import arranged, linked, tables_in_order, with_something
from analysis.pack.pages.blocks import EXHIBIT, FINDINGS, NOTHING, PROSE, STATEMENT, Block
from analysis.pack.pages.markdown import Heading


def table(name: str, about: str = "", rows_about: tuple[str, ...] = (), rows: tuple[list[Any], ...] = ()) -> dict[str, Any]:
    headings = ("Indicator", "What stands out", "Rutland", "Rutland, on the year before")
    columns = [{"heading": heading, "unit": "", "decimals": None} for heading in headings] if rows else []
    columns = [{**column, "decimals": 1} if column["heading"] == "Rutland" else column for column in columns]
    return {"id": name, "caption": name, "about": about, "rows_about": list(rows_about), "columns": columns, "rows": list(rows)}


def exhibit(name: str, about: str = "", **rest: Any) -> Block:
    return Block(Markup("<figure>{}</figure>").format(name), EXHIBIT, table(name, about, **rest))


OVERVIEW = exhibit(
    "overview",
    rows_about=("plans_in_force", "contacts", "referrals", "section_47_enquiries"),
    rows=(
        ["Plans", "Rutland: unusual change", 23, "from 15"],
        ["Contacts", "", 631, ""],
        ["Referrals", "Rutland: high among all", 47.5, ""],
        ["Enquiries", "Rutland: unlike its neighbours", 1076, ""],
    ),
)
TREND = [
    Block(Markup("<h2>Trend</h2>"), PROSE),
    exhibit("contacts by year", "contacts"),
    Block(Markup("<section>Contacts rose.</section>"), FINDINGS),
    Block(Markup("<p>Nothing is held.</p>"), STATEMENT),
    exhibit("all changes"),
    exhibit("strategy by year", "strategy_discussions"),
]
BESIDE = [
    exhibit("contacts beside others", "contacts"),
    exhibit("plans beside others", "plans_in_force"),
    Block(Markup("<section>Contacts rose.</section>"), FINDINGS),
    exhibit("enquiries beside others", "section_47_enquiries"),
]


def test_one_notebook_stays_as_it_is() -> None:
    shown = arranged([TREND])
    assert list(shown.first) == TREND and not (shown.rows or shown.rest or shown.findings)


def test_what_is_said_of_one_subject_stands_together_in_the_order_of_the_overview() -> None:
    shown = arranged([[OVERVIEW], TREND, BESIDE])
    assert [row.subject for row in shown.rows] == [
        *("plans_in_force", "contacts", "referrals", "section_47_enquiries"),  # one without a chart has its row all the same
        "strategy_discussions",
    ]
    assert not shown.rows[2].blocks and not shown.rows[2].is_open
    contacts = shown.rows[1]
    assert [block.table["id"] for block in contacts.blocks] == ["contacts by year", "contacts beside others"]
    assert contacts.name == "Contacts to children's social care" and contacts.figures == "Rutland 631"
    assert [block.table["id"] for block in shown.rest] == ["all changes"]


def test_figures_are_printed_as_the_overview_prints_them() -> None:
    shown = arranged([[OVERVIEW], [exhibit("r", "referrals"), exhibit("s", "section_47_enquiries")]])
    assert [row.figures for row in shown.rows[2:4]] == ["Rutland 47.5", "Rutland 1,076"]


def test_rows_are_open_where_something_stands_out_three_at_most() -> None:
    overview = exhibit(
        "overview",
        rows_about=("contacts", "referrals", "plans_in_force", "plans_started", "plans_ended"),
        rows=tuple([name, "Rutland: unusual change" if name != "b" else "", 1, ""] for name in "abcde"),
    )
    every = [exhibit(name, name) for name in overview.table["rows_about"]]
    assert [row.is_open for row in arranged([[overview], every]).rows] == [True, False, True, True, False]


def test_a_finding_stands_once_and_what_is_not_held_stays_in_its_notebook() -> None:
    shown = arranged([[OVERVIEW], TREND, BESIDE])
    assert [block.html for block in shown.findings] == ["<section>Contacts rose.</section>"]
    on_page = [*shown.first, *shown.findings, *(block for row in shown.rows for block in row.blocks), *shown.rest]
    assert not [block for block in on_page if block.kind == STATEMENT]


def test_no_exhibit_is_lost_and_tables_are_in_the_order_of_the_page() -> None:
    parts = [[OVERVIEW], TREND, BESIDE]
    shown = arranged(parts)
    on_page = [*shown.first, *(block for row in shown.rows for block in row.blocks), *shown.rest]
    ordered = tables_in_order([[block.table for block in part if block.table] for part in parts])
    assert [block.table["id"] for block in on_page] == [each["id"] for each in ordered]
    assert len(ordered) == sum(bool(block.table) for part in parts for block in part)


CHART = Markup('<svg role="img" viewBox="0 0 1 1"></svg>')


def drawn(name: str, charts: int = 1) -> Block:
    chart = Markup('<div class="chart">{}</div>').format(charts * CHART)
    return Block(
        Markup('<figure id="{}"><h3>A</h3>{}<table></table></figure>').format(name, chart), EXHIBIT, table(name, "contacts")
    )


def test_what_is_drawn_beside_neighbours_is_not_drawn_alone_once_more() -> None:
    alone, other, beside = (drawn(name) for name in ("year-a", "year-b", "over-a"))
    (row,) = (row for row in arranged([[OVERVIEW], [alone, other], [beside]]).rows if row.subject == "contacts")
    assert [block.table["id"] for block in row.blocks] == ["over-a", "year-a", "year-b"]
    assert [block.html.count("<svg") for block in row.blocks] == [1, 0, 1]
    assert row.blocks[1].html == '<figure id="year-a"><h3>A</h3><table></table></figure>'
    tables = tables_in_order([[OVERVIEW.table], [alone.table, other.table], [beside.table]])
    assert [each["id"] for each in tables] == ["overview", "over-a", "year-a", "year-b"]


def test_an_area_that_nothing_is_drawn_beside_keeps_its_chart() -> None:
    (row,) = (row for row in arranged([[OVERVIEW], [drawn("year-a", 2)], [drawn("over-a")]]).rows if row.subject == "contacts")
    assert [block.html.count("<svg") for block in row.blocks] == [1, 2]


def section(words: str, level: int = 2) -> Block:
    heading = Heading(level, f"section-{words.lower()}" if level == 2 else "", words)
    return Block(Markup("<h{}>{}</h{}>\n<p>Why.</p>").format(level, words, level), PROSE, headings=(heading,))


NONE = Block(Markup('<p class="statement" data-kind="nothing">None.</p>'), NOTHING)


def test_a_section_that_has_nothing_to_show_is_left_out_with_its_heading() -> None:
    body = [section("Returns"), NONE, section("Plans"), NONE, OVERVIEW, section("Actions"), section("Old", 3), NONE]
    kept, without = with_something(body)
    assert kept == [body[2], OVERVIEW] and without == {"section-returns": "Returns", "section-actions": "Actions"}
    said = Block(Markup('<p class="statement">Nothing moved unusually.</p>'), STATEMENT)
    part = [section("Changes"), said, section("Old", 3), NONE, section("More"), OVERVIEW]
    assert with_something(part)[0] == [*part[:2], *part[4:]]
    assert with_something([section("Prose alone")])[1] == {}


def test_rows_lead_to_the_rows_of_their_subjects_on_another_page() -> None:
    rows = Markup(
        '<tr><th scope="row">Contacts</th></tr><tr><th scope="row" id="a">Plans</th></tr>'
        '<tr><th scope="row"><a href="#b">B</a></th></tr>'
    )
    card = Block(rows, EXHIBIT, {"rows_about": ["contacts", "plans_in_force", "referrals"]})
    shown = linked(card, {"contacts": "children.html#row-contacts", "referrals": "children.html#row-referrals"}).html
    assert '<th scope="row"><a href="children.html#row-contacts">Contacts</a></th>' in shown
    assert '<th scope="row" id="a">Plans</th>' in shown and '<a href="#b">B</a>' in shown
    assert linked(card, {}).html == card.html
