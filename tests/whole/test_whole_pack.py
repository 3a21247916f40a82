"""The whole pack as its readers have it: every page in real Chromium, and every number the same wherever it stands."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import openpyxl
import pytest
from conftest import CHROMIUM
from html_outline import outline
from page_words import said_twice, words_of
from projects import make_project, notebooks_in

from analysis import catalogue
from analysis.catalogue import areas
from analysis.disclosure.audit.cells import cells, number
from analysis.disclosure.audit.pages import Shown, exhibits
from analysis.pack.run.publish import publish
from analysis.statistics import round_half_up

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
MB = 1_000_000
# Pages of every make: those that were parted once, charts beside each other, long tables, prose.
PRINTED = ("adults", "annual-report", "children", "data-quality", "dols", "methods", "scorecard")
# Of each page: words that a reader meets outside tables, charts and closed details; those outside tables with all opened; bytes;
# sheets of paper.
BUDGETS = {
    "index": (300, 480, 80_000, 2),
    "scorecard": (850, 1_200, 80_000, 9),
    "children": (900, 3_800, 700_000, 10),
    "adults": (280, 1_800, 300_000, 4),
    "dols": (200, 800, 100_000, 3),
    "annual-report": (950, 2_050, 280_000, 16),
    "data-quality": (1_150, 1_700, 170_000, 22),
    "methods": (1_150, 1_600, 230_000, 9),
}
# Of each page of any pack, the same two: what a reader has time for.
MOST_WORDS = {
    "index": (300, 1_200),
    "scorecard": (1_200, 2_100),
    "children": (1_200, 6_000),
    "adults": (1_200, 6_000),
    "dols": (1_200, 6_000),
    "annual-report": (2_000, 6_000),
    "data-quality": (2_000, 6_000),
}
MOST_MET, MOST_SHOWN = 9_000, 20_000  # words of all pages but that of methods: met at first; those in tables and charts, too
MOST_TWICE = 0.05  # of these: in blocks of eight and more that stand twice
MOST_BYTES = 2.5 * MB
MOST_SHEETS = 70  # of paper, of a whole pack
browsed = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    """The folder of the pack as pack.toml has it."""
    project = make_project(tmp_path_factory.mktemp("pack") / "project", data, plan=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAFEGUARDING_DATA", "")
        index = publish(
            project.root / "data", project.root / "reports", jobs=os.cpu_count() or 2, report_event=lambda event: None
        )
    return index.parent


def made_beside(pack: Path, folder: str, **asked: Any) -> Path:
    """Another pack of the same data, in a folder of its own beside the others."""
    project = pack.parents[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAFEGUARDING_DATA", "")
        index = publish(
            project / "data", project / "reports" / folder, jobs=os.cpu_count() or 2, report_event=lambda event: None, **asked
        )
    return index.parent


@pytest.fixture(scope="module")
def public(pack: Path) -> Path:
    return made_beside(pack, "public", audience="public")


@pytest.fixture(scope="module")
def authority(pack: Path) -> Path:
    """The pack of one authority by official statistics; its code has changed since."""
    return made_beside(pack, "authority", requested_areas=["Barnsley"], period="2023-24")


@pytest.fixture(scope="module")
def pages(pack: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(pack.glob("*.html"))}


# Sizes, and nothing lost between notebook and page


def test_pack_can_be_sent_and_each_page_too(pack: Path, pages: dict[str, str]) -> None:
    assert (
        sum(path.stat().st_size for path in pack.rglob("*") if path.is_file()) <= 6.2 * MB
    )  # 0.2 of it are numbers in notebooks
    assert sum(len(html.encode()) for html in pages.values()) <= 2 * MB


def test_each_page_keeps_to_its_budget_of_words_and_bytes(pages: dict[str, str]) -> None:
    assert set(pages) == set(BUDGETS) and len(pages) <= 10
    met = {name: len(words_of(html).met) for name, html in pages.items()}
    opened = {name: len(words_of(html).opened) for name, html in pages.items()}
    assert {name: count for name, count in met.items() if count > BUDGETS[name][0]} == {}
    assert {name: count for name, count in opened.items() if count > BUDGETS[name][1]} == {}
    assert {name: len(html) for name, html in pages.items() if len(html.encode()) > BUDGETS[name][2]} == {}


@pytest.mark.parametrize("made", ["pack", "public", "authority"])
def test_every_pack_keeps_to_what_a_reader_has_time_for(made: str, request: pytest.FixtureRequest) -> None:
    html = {path.stem: path.read_text(encoding="utf-8") for path in request.getfixturevalue(made).glob("*.html")}
    read = {name: words_of(text) for name, text in sorted(html.items()) if name != "methods"}
    counts = {name: (len(page.met), len(page.opened)) for name, page in read.items()}
    limits = {name: MOST_WORDS[name] for name in read}
    assert {name for name, (met, opened) in counts.items() if met > limits[name][0] or opened > limits[name][1]} == set(), counts
    shown, twice = said_twice(read.values())
    assert sum(met for met, _ in counts.values()) <= MOST_MET and shown <= MOST_SHOWN
    assert twice <= MOST_TWICE * shown, (shown, twice)
    weights = {name: len(text.encode()) for name, text in html.items()}
    assert sum(weights.values()) <= MOST_BYTES and max(weights["index"], weights["scorecard"]) < 120_000, weights


@pytest.mark.parametrize("made", ["pack", "public", "authority"])
def test_one_indicator_area_and_date_has_one_figure_in_all_pages_or_both_in_one_row(
    made: str, request: pytest.FixtureRequest
) -> None:
    html = {path.stem: path.read_text(encoding="utf-8") for path in request.getfixturevalue(made).glob("*.html")}
    shown = [each for text in html.values() for each in exhibits(text)]
    units, said = catalogue.indicators()["unit"], dict[tuple[object, ...], set[str]]()
    for cell in cells(shown):
        if number(cell.text) is not None and cell.area and cell.period:
            share = "%" in cell.text and units[cell.indicator] == "count"  # a count and its share may have one title
            place = (cell.indicator, cell.area, cell.period, cell.category, cell.side, share)
            said.setdefault(place, set()).add(cell.text.replace("%", "").removesuffix(" [r]"))
    assert len(said) > 500
    rows = [" | ".join(row) for each in shown for row in each.rows]
    two = [texts for texts in said.values() if len({number(text) for text in texts}) > 1]
    assert [texts for texts in two if not any(all(text in row for text in texts) for row in rows)] == []
    # The index rounds: each figure of its matrix is one that the pages have.
    known: dict[tuple[str, str], set[str]] = {}
    for (indicator, area, _, _, side, share), texts in said.items():
        if side == "value" and not share:
            rounded = {f"{float(round_half_up(number(text) or 0.0)):,.0f}" for text in texts}
            known.setdefault((str(indicator), areas.label(str(area))), set()).update(rounded)
    matrix = re.findall(r'<tr><th scope="row"><a href="[\w-]+\.html#row-(\w+)">(.*?)</tr>', html["index"], re.DOTALL)
    found = [
        (indicator, *cell)
        for indicator, row in matrix
        for cell in re.findall(r'<span class="label visually-hidden">([^<]*): </span><strong>([\d,]+)%?</strong>', row)
    ]

    def is_known(indicator: str, area: str, text: str) -> bool:  # a breakdown's row is its whole's
        own = [numbers for (name, where), numbers in known.items() if where == area and f"{name}_".startswith(f"{indicator}_")]
        return any(text in numbers for numbers in own)

    assert found and [each for each in found if not is_known(*each)] == []


def test_tables_and_charts_of_each_page_are_those_of_its_notebook(pack: Path, pages: dict[str, str]) -> None:
    by_page: dict[str, list[str]] = {}
    for report, text in notebooks_in(pack).items():
        by_page.setdefault(report.partition("--")[0], []).extend(
            output.data.get("text/html", "")
            for cell in nbformat.reads(text, as_version=4).cells
            if cell.cell_type == "code"
            for output in cell.outputs
        )
    assert set(by_page) == set(pages) - {"index"}
    for page, shown in by_page.items():
        for mark in ("<table", "<svg", '<figure class="exhibit"', "<desc"):
            assert pages[page].count(mark) == sum(html.count(mark) for html in shown), (page, mark)
        findings = {html for html in shown if re.match(r'<\w+ class="findings"', html)}  # the same one stands once
        assert pages[page].count(' class="findings"') == len(findings)
        outline(pages[page])


@pytest.mark.parametrize("made", ["pack", "public", "authority"])
def test_every_link_of_every_page_leads_to_a_file_and_a_place_in_it(made: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(made)
    outlines = {path.name: outline(path.read_text(encoding="utf-8")) for path in folder.glob("*.html")}
    ids = {name: set(page.values("id")) for name, page in outlines.items()}
    links = {(name, *href.partition("#")[::2]) for name, page in outlines.items() for href in page.values("href")}
    for name, file, place in {link for link in links if not link[1].startswith("data:")}:
        assert not file or (folder / file).is_file(), (name, file)
        assert not place or place in ids[file or name], (name, file, place)
    for page in ("index.html", "scorecard.html"):  # a finding, a cell of the matrix and a row of the card lead to their row
        assert sum(name == page and place.startswith("row-") for name, _, place in links) > 5, page


def test_no_page_shows_what_readers_would_be_ashamed_of(pages: dict[str, str]) -> None:
    for name, html in pages.items():
        text = re.sub(r"<(style|svg).*?</\1>|<code>.*?</code>|<[^>]+>", " ", html, flags=re.DOTALL)
        assert not re.search(r"\b(nan|NaN|inf|NaT|<NA>)\b", text), name
        assert not re.search(r"\d\.\d{5,}", text), name
        assert not re.search(r"\b(is|are) 0(\.0)?%?, the largest|[: ]0 (rose|fell)\b", text), name
        assert "No description" not in html


# Every number is the same wherever it stands

NUMBER = re.compile(r"[−-]?\d[\d,]*(?:\.\d+)?")
# Words with numbers in them that are no figures: names of periods, codes, methods, and the numbers of notes, tables and cells.
NO_FIGURES = re.compile(
    r"\bQ[1-4]( of)? \d{4}/\d{2}|\bQuarter \d of \d{4}/\d{2}|\bQ[1-4]\b|\d{4}/\d{2}|\d{1,2} [A-Z][a-z]+ \d{4}|\bNI \d+|\[note \d+\]|"
    r"row \d+, column \d+|\b95% interval|\b99\.8%|\bTable \d+|\bFigures? \d+|\b[Ss]ections? \d+(\.\d+)*\w?|statement c\d+|\bc\d{3}\b"
)


# How many figures a chart withholds is counted, not printed in its table.
WITHHELD = re.compile(r"\d+ figures? (is|are) withheld")


def figures(text: str) -> set[str]:
    """The figures in a text, without signs and commas: "−25%" and "25" are one."""
    return {found.lstrip("−-").replace(",", "") for found in NUMBER.findall(NO_FIGURES.sub(" ", text))}


def words(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", html))


def exhibits_of(html: str) -> list[str]:
    return re.findall(r'<figure class="exhibit".*?</figure>', html, flags=re.DOTALL)


def rows_of(table: str) -> list[list[str]]:
    return [
        [" ".join(words(cell).split()) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", table, flags=re.DOTALL)
    ]


def test_every_number_of_a_chart_and_its_description_stands_in_the_table(pages: dict[str, str]) -> None:
    seen = 0
    for name, html in pages.items():
        for exhibit in exhibits_of(html):
            held = figures(words(re.search(r"<table.*?</table>", exhibit, flags=re.DOTALL)[0]))  # type: ignore[index]
            for description in re.findall(r"<desc[^>]*>(.*?)</desc>", exhibit, flags=re.DOTALL):
                said = figures(WITHHELD.sub("", unescape(description).partition(": ")[2]))
                assert said <= held, (name, said - held)
                seen += len(said)
    assert seen > 500


def test_pages_name_the_areas_that_they_are_on(pages: dict[str, str]) -> None:
    on = '<p class="period">Quarter 4 of 2012/13 – Leicestershire and Rutland</p>'
    assert on in pages["scorecard"] and on in pages["children"]  # the partnership is both of them
    assert '<p class="period">Quarter 4 of 2012/13</p>' in pages["methods"]


def test_table_and_its_download_and_its_data_file_and_its_sheet_hold_the_same(pack: Path, pages: dict[str, str]) -> None:
    book = openpyxl.load_workbook(pack / "figures.xlsx")
    sheets = [sheet for sheet in book.worksheets if sheet.title.startswith("Table ")]
    described = {entry["url"]: entry for entry in json.loads((pack / "data" / "metadata.json").read_text())["tables"]}
    reports = json.loads((pack / "manifest.json").read_text())["reports"]
    found = [(name, exhibit) for name in reports for exhibit in exhibits_of(pages[name])]
    assert len(found) == len(sheets) == len(described) == len(list((pack / "data").glob("*.csv"))) > 100
    for (name, exhibit), sheet in zip(found, sheets, strict=True):
        table = rows_of(exhibit)
        identity = re.search(r'id="([^"]+)"', exhibit)[1]  # type: ignore[index]
        download = base64.b64decode(re.search(r"base64,([^\"]+)", exhibit)[1]).decode("utf-8-sig")  # type: ignore[index]
        assert [[cell.removeprefix("'") for cell in row] for row in csv.reader(io.StringIO(download, newline=""))] == table
        file = f"{name}--{identity}.csv"
        with (pack / "data" / file).open(encoding="utf-8", newline="") as handle:
            data = list(csv.reader(handle))
        assert [column["titles"] for column in described[file]["tableSchema"]["columns"]] == data[0]
        assert len(data) == len(table)
        head = next(number for number, row in enumerate(sheet.iter_rows(values_only=True), start=1) if list(row) == data[0])
        cells = list(sheet.iter_rows(min_row=head + 1, values_only=True))
        assert len(cells) == len(table) - 1
        for shown, exported, typed in zip(table[1:], data[1:], cells, strict=True):
            wanted = numbers_in(shown)
            assert numbers_in(exported) == wanted, (file, shown)
            assert numbers_in(map(as_text, typed)) == wanted, (file, typed)


def numbers_in(cells: Iterable[str]) -> list[float]:
    return sorted(float(found) for cell in cells for found in figures_all(cell))


def figures_all(text: str) -> list[str]:
    return [found.lstrip("−-").replace(",", "") for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


def as_text(cell: object) -> str:
    """A typed cell as text, without trailing zeros, which a number does not have."""
    return f"{cell:.6f}".rstrip("0").rstrip(".") if isinstance(cell, int | float) else str(cell or "")


def test_every_number_in_a_sentence_is_a_number_of_some_table_of_the_pack(pages: dict[str, str]) -> None:
    held = {
        number for html in pages.values() for exhibit in exhibits_of(html) for number in figures(words(exhibit_table(exhibit)))
    }
    for name, html in pages.items():
        for sentence in re.findall(
            r"<li>(.*?)</li>", "".join(re.findall(r'<(?:div|section) class="findings".*?</(?:div|section)>', html, re.DOTALL))
        ):
            said = figures(re.sub(r"<p class=\"beneath\">.*", "", sentence))
            counted = re.search(
                r"comparisons? w|series w|rows, one|With numbers of this size|chance alone|more are|statements", sentence
            )
            if not counted:
                assert said <= held, (name, sentence, said - held)


def exhibit_table(exhibit: str) -> str:
    return re.search(r"<table.*?</table>", exhibit, flags=re.DOTALL)[0]  # type: ignore[index]


def figures_of(folder: Path) -> dict[tuple[str, ...], dict[float, list[Shown]]]:
    """Each value that a pack's tables have of an indicator, area, date and part, with the tables that have it."""
    found: dict[tuple[str, ...], dict[float, list[Shown]]] = {}
    breakdowns = catalogue.indicators()["breakdown"]
    for path in sorted(folder.glob("*.html")):
        for shown in exhibits(path.read_text(encoding="utf-8")):
            for cell in cells([shown]):
                value = number(cell.text)
                # In Figures 1 to 7 a percentage stands under the title of its count; of a breakdown the part may not be told.
                if (
                    value is None
                    or cell.side != "value"
                    or not cell.period
                    or (breakdowns[cell.indicator] and cell.category == "all")
                    or " to " in cell.text  # a level that is implied lies between two
                ):
                    continue
                key = (cell.indicator, cell.area, cell.period, cell.category, str("%" in cell.text))
                found.setdefault(key, {}).setdefault(value, []).append(shown)
    return found


@pytest.mark.parametrize(("made", "fewest", "twice"), [("pack", 1000, 9), ("public", 1000, 9), ("authority", 300, 0)])
def test_one_figure_has_one_value_wherever_it_stands_or_both_with_their_names(
    made: str, fewest: int, twice: int, request: pytest.FixtureRequest
) -> None:
    """Of one indicator, area and date the official return and the report may differ: then each table says whose figure it has."""
    found = figures_of(request.getfixturevalue(made))
    assert len(found) > fewest
    two = {key: values for key, values in found.items() if len(values) > 1}
    assert min(twice, 1) <= len(two) <= twice  # Rutland's plans among them
    for key, values in two.items():
        official = [shown for places in values.values() for shown in places if shown.identity.startswith("official-")]
        assert len(values) == 2 and official, (key, values)
        for shown in official:
            said = {number(cell) for row in shown.rows for cell in row}
            assert "official return" in shown.subtitle and "By the report itself" in shown.columns
            assert set(values) <= said, (key, values)


def test_the_public_gets_what_the_group_gets_rounded_or_withheld_and_nothing_else(pack: Path, public: Path) -> None:
    parts = {path.name for path in pack.glob("*.html")}
    assert parts - {path.name for path in public.glob("*.html")} == {"data-quality.html"}
    group, everybody = figures_of(pack), figures_of(public)
    counts = catalogue.indicators()["unit"].eq("count")
    # Shares that don't add up once rounded are a table of their own for the public.
    assert not any(counts[key[0]] for key in set(everybody) - set(group)) and len(everybody) > 0.8 * len(group)
    for key, values in everybody.items():
        if counts[key[0]] and key[4] == "False" and key in group:
            assert all(min(abs(value - exact) for exact in group[key]) <= 2.5 for value in values), (
                key,
                values,
                list(group[key]),
            )


# Every page in a browser


@pytest.fixture(scope="module")
def pictures() -> Path:
    """Where the pictures of the last run lie, to be looked at."""
    folder = Path(__file__).resolve().parents[2] / "reports" / "test-output"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize("made", ["pack", "authority"])
def test_axe_finds_nothing_on_any_page_with_all_open(tab: Page, made: str, request: pytest.FixtureRequest) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for path in sorted(request.getfixturevalue(made).glob("*.html")):
        tab.goto(path.as_uri())
        tab.evaluate(OPEN_ALL)
        # On paper the pages differ in nothing but their data: three of them stand for all.
        for media in ("screen", "print") if path.stem in ("index", "scorecard", "methods") else ("screen",):
            tab.emulate_media(media=media)
            # What is inside a chart is presentation (role img): axe looks at the chart and its description.
            options = {"runOnly": {"type": "tag", "values": RULES}}
            found = axe.run(tab, context={"exclude": [["svg > *"]]}, options=options).response["violations"]
            broken = [(rule["id"], [node["html"][:120] for node in rule["nodes"][:3]]) for rule in found]
            assert broken == [], (path.name, media)
        tab.emulate_media(media="screen")


def test_no_page_asks_for_anything_or_says_anything_on_the_console(tab: Page, pack: Path) -> None:
    requests: list[str] = []
    console: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: console.append(message.text))
    tab.on("pageerror", lambda error: console.append(str(error)))
    paths = sorted(pack.glob("*.html"))
    for path in paths:
        tab.goto(path.as_uri())
        tab.evaluate(OPEN_ALL)
    assert [url for url in requests if not url.startswith("data:")] == [path.as_uri() for path in paths]
    assert console == []


def test_no_page_scrolls_sideways_on_a_telephone_or_at_four_times_its_size(tab: Page, pack: Path, pictures: Path) -> None:
    for width, height in ((320, 640), (1280 // 4, 1024 // 4)):  # WCAG 1.4.10: 1280 by 1024 enlarged four times
        tab.set_viewport_size({"width": width, "height": height})
        for path in sorted(pack.glob("*.html")):
            tab.goto(path.as_uri())
            tab.evaluate(OPEN_ALL)
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, path.name
            if height == 640:
                tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = false)")
                tab.screenshot(path=pictures / f"{path.stem}-narrow.png")


def test_keyboard_alone_reaches_links_details_tables_and_downloads(tab: Page, pack: Path) -> None:
    for name in ("index", "scorecard"):
        tab.goto((pack / f"{name}.html").as_uri())
        stops = tab.locator("a[href], summary, .table-scroll").count()
        reached = []
        for _ in range(stops + 2):
            tab.keyboard.press("Tab")
            where = tab.evaluate(
                "[document.activeElement.tagName, document.activeElement.className, getComputedStyle(document.activeElement).outlineStyle]"
            )
            reached.append(tuple(where))
        # The matrix of the index never scrolls sideways, so there is no region to reach.
        assert {tag for tag, _, _ in reached} >= {"A", "SUMMARY", *(["DIV"] if name == "scorecard" else [])}
        assert all(outline_style != "none" for tag, _, outline_style in reached if tag in ("A", "SUMMARY", "DIV"))
    tab.locator("summary").last.focus()
    tab.keyboard.press("Enter")
    assert tab.locator("details").last.evaluate("d => d.open")


def test_paper_cuts_no_table_and_leaves_what_is_closed(tab: Page, pack: Path, pictures: Path) -> None:
    tab.set_viewport_size({"width": 672, "height": 1000})  # A4 less its margins: 178 mm at 96 dots an inch
    tab.emulate_media(media="print")
    for path in sorted(pack.glob("*.html")):
        tab.goto(path.as_uri())
        sizes = tab.evaluate(
            "[...document.querySelectorAll('table')].filter(t => t.checkVisibility())"
            ".map(t => [t.getBoundingClientRect().right, t.offsetHeight, t.caption.innerText])"
        )
        assert [caption for right, height, caption in sizes if right > 673 or height < 20] == [], path.name
    tab.goto((pack / "scorecard.html").as_uri())
    assert tab.pdf(path=pictures / "scorecard.pdf", prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads what stands on each sheet")
def test_no_sheet_ends_with_a_heading_or_is_empty(typeset: Browser, pack: Path, pictures: Path) -> None:
    tab = typeset.new_page(viewport={"width": 1280, "height": 900})
    printed = 0
    for name in PRINTED:
        tab.goto((pack / f"{name}.html").as_uri())
        heads = " ".join(words(text) for text in tab.locator("h2, h3, .subtitle, caption, [open] > summary").all_inner_texts())
        # A figure at the last bar of a chart may stand in its headline, too; marked, it is told from it, and nothing moves.
        tab.evaluate("document.querySelectorAll('svg text').forEach(t => t.append('·'))")
        tab.pdf(path=pictures / f"{name}.pdf", prefer_css_page_size=True)
        text = subprocess.run(["pdftotext", pictures / f"{name}.pdf", "-"], capture_output=True, text=True, check=True).stdout
        sheets = [[line.strip() for line in sheet.split("\n") if line.strip()] for sheet in text.split("\f")[:-1]]
        assert 0 < len(sheets) <= BUDGETS[name][3], name
        said = [[line for line in sheet if not re.match(r"\d+ of \d+$|Restricted", line)] for sheet in sheets]
        assert all(said), name
        printed += len(sheets)
        assert [lines[-1] for lines in said[:-1] if len(lines[-1].split()) > 2 and lines[-1] in heads] == [], name
    assert printed <= MOST_SHEETS - BUDGETS["index"][3]
    tab.close()


def test_pictures_are_kept_of_every_page(tab: Page, pack: Path, pictures: Path) -> None:
    for path in sorted(pack.glob("*.html")):
        tab.goto(path.as_uri())
        tab.screenshot(path=pictures / f"{path.stem}-wide.png")
        assert (pictures / f"{path.stem}-wide.png").stat().st_size > 10_000


for _test in [
    each for name, each in list(globals().items()) if name.startswith("test_") and ("tab" in each.__code__.co_varnames)
]:
    _test.pytestmark = [*getattr(_test, "pytestmark", []), *browsed]
