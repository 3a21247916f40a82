"""Restatements on a page: one row a figure with what stands now, however often it was corrected, and no more said than is shown."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date
from pathlib import Path

import made_pack
import pandas as pd
import pytest
from conftest import ROOT, copied
from returned import example, filled, plausible, put

from analysis import catalogue, clean, exhibits, store
from analysis.analyses import restatements
from analysis.catalogue import areas, periods, tables
from analysis.disclosure.audit.pages import exhibits as read
from analysis.disclosure.gate import shown_figures
from analysis.exhibits.parts.exhibit import Exhibit
from analysis.returns.receiving import receive
from analysis.scope import Scope, scope

RUTLAND = "E06000017"


def rows_of(exhibit: Exhibit, figure: str) -> list[dict[str, str]]:
    """The rows of the table on this figure, cells by heading."""
    return [dict(zip(exhibit.table.columns, row, strict=True)) for row in exhibit.table.rows if row[0].startswith(figure)]


def page_of(here: Scope) -> list[Exhibit]:
    """What the page on data quality shows of restatements."""
    held = here.store
    ledger = restatements.ledger(held.observations, held.checks, held.origins)
    shown = exhibits.restatements(restatements.by_figure(ledger, held.observations), here)
    return [each for each in shown if isinstance(each, Exhibit)]


# A figure that is corrected more than once


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory, printed: Path) -> Path:
    """The data after three versions of a return: one figure corrected and put back, one corrected twice, one small throughout."""
    folder = tmp_path_factory.mktemp("corrected")
    data = copied(printed, folder / "data")
    given = plausible("rutland-children", "2013-14-Q1", data)
    first = given[f"contacts:all@{RUTLAND}"]
    path = filled(data, folder / "r.xlsx")
    names = ("contacts", "section_47_enquiries", "exploitation_concerns")
    for number, figures_given in enumerate([(first, 40, 6), (first + 7, 44, 2), (first, 43, 7)], start=1):
        for series, figure in zip(names, figures_given, strict=True):
            put(path, series, figure)
        if number > 1:
            example.fill(path, {}, reason=f"Counted anew, {'once' if number == 2 else 'twice'}")
        (outcome,) = receive(data, [path], date(2013, 6 + number, 20))
        assert (outcome.state, outcome.version) == ("kept", number), outcome.remarks
    clean.clean(data)
    return data


@pytest.fixture
def here(corrected: Path, monkeypatch: pytest.MonkeyPatch) -> Scope:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(corrected))
    return scope(period="2013-14-Q1", audience="seg")


def test_a_figure_corrected_back_stands_once_and_says_so(here: Scope) -> None:
    (exhibit,) = page_of(here)
    (row,) = rows_of(exhibit, "Contacts")
    first = row["First given"]
    assert row["Now"] == f"{first} [r]" and row["Corrected"] == "2 times, back to the first figure"
    assert (row["Last on"], row["Why"]) == ("20 September 2013", "Counted anew, twice")
    (other,) = rows_of(exhibit, "Section 47")
    assert (other["First given"], other["Now"], other["Change"]) == ("40", "43 [r]", "+3 (+7.5%)")
    assert other["Corrected"] == "2 times" and other["By"] == "Rutland children's social care"
    names = [row[0] for row in exhibit.table.rows]
    assert len(names) == len(set(names))


def test_what_is_withheld_now_is_withheld_whenever_it_was_given(here: Scope, corrected: Path) -> None:
    held = store.load(corrected)
    exact = replace(here, audience="internal", unnoted_store=held)
    name = catalogue.series().at["exploitation_concerns", "title"]
    assert rows_of(page_of(exact)[0], name)[0]["Now"] == "7 [r]"
    seen = here.unnoted_store.observations
    mine = seen[(seen["series"] == "exploitation_concerns") & (seen["area"] == RUTLAND)]
    for row in rows_of(page_of(here)[0], name):
        assert row["Now"] == ("[c]" if mine["status"].iloc[-1] == "suppressed" else "7 [r]")
    hidden = seen.assign(value=seen["value"].where(seen["series"] != "contacts"))
    hidden["status"] = hidden["status"].where(hidden["series"] != "contacts", "suppressed")
    ledger = restatements.ledger(here.store.observations, here.store.checks, here.store.origins)
    (row,) = rows_of(exhibits.restatements(restatements.by_figure(ledger, hidden), here)[0], "Contacts")
    assert (row["Now"], row["Change"]) == ("[c]", "")


def test_a_pack_with_a_figure_corrected_twice_passes_the_gate(here: Scope, corrected: Path, tmp_path: Path) -> None:
    folder = made_pack.make(tmp_path / "pack", here, corrected, page_of(here))
    assert "back to the first figure" in (folder / made_pack.PAGE).read_text(encoding="utf-8")


def test_a_figure_that_is_withheld_was_given(here: Scope) -> None:
    """Counted as missing it would be said to be, and how many are withheld could be read off."""
    (shown,) = exhibits.returns_status(here)
    (row,) = (row for row in shown.table.rows if row[0].startswith("Rutland children"))
    seen = here.unnoted_store.observations
    mine = seen["release"].str.startswith("returns/rutland-children/2013-14-Q1/3")
    hidden = seen.assign(value=seen["value"].where(~mine), status=seen["status"].where(~mine, "suppressed"))
    (again,) = exhibits.returns_status(replace(here, unnoted_store=replace(here.unnoted_store, observations=hidden)))
    assert row in again.table.rows and row[5].partition(" of ")[0] == str(int(mine.sum()))


def test_the_ledger_keeps_every_step_in_order(corrected: Path) -> None:
    held = store.load(corrected)
    ledger = restatements.ledger(held.observations, held.checks, held.origins)
    steps = ledger[(ledger["series"] == "contacts") & (ledger["period"] == "2013-14-Q1")]
    assert steps["change"].tolist() == [7, -7]
    given = held.observations[held.observations["series"] == "contacts"].tail(1)
    versions = range(1, 12)
    eleven = pd.concat(
        [given.assign(value=10.0 + n, release=f"returns/rutland-children/2013-14-Q1/{n}") for n in versions], ignore_index=True
    )
    steps = restatements.ledger(eleven, held.checks[:0], {})
    assert steps["change"].tolist() == [1] * 10  # as text the tenth would stand before the second
    figure = restatements.by_figure(steps, eleven).iloc[0]
    assert (figure["first"], figure["now"], figure["times"]) == (11, 21, 10)


# More entries than a table shows


def many(held: store.Store, entries: int) -> store.Store:
    """The store with so many figures more, each returned twice with two values, half of them parts of breakdowns."""
    codes = areas.authorities(tables.read("areas")["code"])
    spans = [each for year in ("2010-11", "2011-12", "2012-13") for each in periods.quarters(year)]
    parts = [("contacts", "all"), ("referrals", "all"), ("adult_referrals_age", "18_64"), ("adult_referrals_age", "65_74")]
    keys = [(*part, code, span) for span in spans for code in codes for part in parts]
    rows = pd.DataFrame(keys[:entries], columns=["series", "category", "area", "period"])
    rows = rows.assign(status="final", note="", source="annual-report/2012-13/figure-1.csv#cell=5,2", value=100.0)
    versions = [
        rows.assign(value=100.0 + version, release=f"returns/rutland-children/2012-13-Q4/{version}") for version in (1, 2)
    ]
    extra = pd.concat(versions, ignore_index=True).reindex(columns=held.observations.columns)
    return replace(held, observations=extra, checks=held.checks[:0])


@pytest.mark.parametrize("entries", [1, 40, 41, 400, 4_000])
def test_as_many_as_there_are_is_said_with_how_many_are_shown(held: store.Store, data: Path, entries: int) -> None:
    here = Scope("", "2012-13-Q4", (), "internal", many(held, entries))
    (exhibit,) = page_of(here)
    shown = len(exhibit.table.rows)
    assert shown == min(entries, 40)
    assert list(shown_figures.within("data-quality.html", read(str(exhibit.html())))) == []
    assert exhibit.headline.startswith("1 figure has" if entries == 1 else f"{entries:,} figures have")
    if entries > shown:
        assert exhibit.table.caption.startswith(f"{shown} of {entries:,} figures that were restated")
        assert f"{shown} of {entries:,}" in exhibit.subtitle


# Every place that shows the first few of many: what it is, and how a reader is told of the rest
CAPPED = {
    ("exhibits/agency_returns.py", "restatements"): "the caption says how many of how many are shown (tested above)",
    ("exhibits/breakdowns.py", "_multiples"): "the table has all, and the subtitle says how many are drawn",
    ("exhibits/comparing.py", "unusual_findings"): "a sentence counts the others, which are in the tables below",
    ("exhibits/over_time.py", "_slide"): "four quarters are a year; the table has all",
    ("exhibits/score_table.py", "score_tables"): "two areas stand side by side, every other one in an exhibit of its own",
    ("pack/pages/dashboard.py", "_shown"): "the matrix has the two areas of most rows; the score card has every area",
    (
        "pack/pages/matter_words.py",
        "things_that_matter",
    ): "the five that matter most count nothing; the score card has the others",
    ("pack/pages/matter_words.py", "_also"): "the line says how many more there are",
}


def test_whatever_shows_the_first_few_of_many_is_known_and_says_so() -> None:
    found = set()
    source = ROOT / "src" / "analysis"
    for folder in ("analyses", "exhibits", "pack"):
        for path in sorted((source / folder).rglob("*.py")):
            for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(function, ast.FunctionDef) and any(_cuts(node) for node in ast.walk(function)):
                    found.add((path.relative_to(source).as_posix(), function.name))
    assert found == set(CAPPED)


def _cuts(node: ast.AST) -> bool:
    """Whether an expression takes the first so many of something, the number being named or large."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in ("head", "tail", "nlargest", "nsmallest", "islice", "sample") and bool(node.args)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and node.slice.lower is None:
        return isinstance(node.slice.upper, ast.Name) and node.slice.upper.id in ("limit", *_named(node.slice.upper.id))
    return False


def _named(name: str) -> tuple[str, ...]:
    return (name,) if name.isupper() or "MOST" in name.upper() else ()


def test_charts_that_are_left_out_are_counted(held: store.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A breakdown of more categories than small charts are drawn of says how many are; its table has every one."""
    listed = tables.read("breakdowns")
    names = listed[listed["series"] == "adult_referrals_abuse_type"]["category"].tolist()
    monkeypatch.setattr("analysis.exhibits.breakdowns.MOST_CHARTS", 3)
    spans = periods.quarters("2012-13")
    rows = [
        {"indicator": "adult_referrals_abuse_type", "area": RUTLAND, "category": name, "period": span, "value": 10.0 + n,
         "status": "final", "source": "annual-report/2012-13/figure-4.csv#cell=5,2"}
        for n, name in enumerate(names) for span in spans
    ]  # fmt: skip
    here = Scope("adults", "2012-13-Q4", (RUTLAND,), "internal", held)
    (exhibit,) = exhibits.multiples(pd.DataFrame(rows), here)
    assert len(exhibit.panels) == 3 and len(exhibit.table.rows) == len(names)
    assert f"3 of {len(names)} categories are drawn; the table has all" in exhibit.subtitle
    assert list(shown_figures.within("page.html", read(str(exhibit.html())))) == []
