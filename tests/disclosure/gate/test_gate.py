"""The release gate: what passes, and every way of tampering with a finished pack, each stopped by the rule of its own name."""

from __future__ import annotations

import base64
import json
import re
import shutil
import warnings
import zipfile
from collections.abc import Callable
from itertools import product
from pathlib import Path

import made_pack
import numpy as np
import openpyxl
import pandas as pd
import pytest
from made_pack import BOOK, PAGE, TABLE

from analysis.catalogue import areas, tables
from analysis.catalogue.personal_data import is_nhs_number
from analysis.catalogue.wording import TABLE_TYPE
from analysis.disclosure import audit, gate
from analysis.disclosure.audit.cells import cells
from analysis.disclosure.audit.pages import Shown, exhibits
from analysis.disclosure.gate import markup, shown_figures
from analysis.errors import DataError
from analysis.exhibits import annual_report
from analysis.scope import Scope, scope
from analysis.store import identity, register

Tamper = Callable[[Path], object]
METADATA, MANIFEST = "data/metadata.json", "manifest.json"


@pytest.fixture(scope="module")
def here(data: Path) -> Scope:
    return made_pack.children(data)


@pytest.fixture(scope="module")
def finished(here: Scope, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_pack.make(tmp_path_factory.mktemp("finished") / "pack", here, data)


@pytest.fixture
def pack(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "pack"))


def page(change: Callable[[str], str]) -> Tamper:
    def tamper(folder: Path) -> None:
        path = folder / PAGE
        before = path.read_text(encoding="utf-8")
        after = change(before)
        assert after != before
        path.write_text(after, encoding="utf-8")

    return tamper


def into_body(markup: str) -> Tamper:
    return page(lambda html: html.replace("<main", f"{markup}<main", 1))


def words(text: str) -> Tamper:
    return page(lambda html: html.replace("<h1>", f"<h1>{text} ", 1))


def book(change: Callable[[openpyxl.Workbook], object]) -> Tamper:
    def tamper(folder: Path) -> None:
        held = openpyxl.load_workbook(folder / BOOK)
        change(held)
        held.save(folder / BOOK)

    return tamper


def notebook(change: Callable[[dict], object]) -> Tamper:
    def tamper(folder: Path) -> None:
        with zipfile.ZipFile(folder / gate.NOTEBOOKS) as archive:
            held = json.loads(archive.read("children.ipynb"))
        change(held)
        with zipfile.ZipFile(folder / gate.NOTEBOOKS, "w") as archive:
            archive.writestr("children.ipynb", json.dumps(held))

    return tamper


def put_back_in_csv(html: str) -> str:
    found = re.search(r"base64,([A-Za-z0-9+/=]+)", html)
    text = base64.b64decode(found[1]).decode("utf-8-sig").replace("[c]", "3", 1)
    return html.replace(found[1], base64.b64encode(("\ufeff" + text).encode()).decode(), 1)


def put_back_in_book(held: openpyxl.Workbook) -> None:
    cell = next(cell for row in held["Table 1"].iter_rows() for cell in row if cell.value == "[c]")
    cell.value = 3


def swap_in_book(held: openpyxl.Workbook) -> None:
    """Give the figures of one row to another: each of them stands on the page, but elsewhere."""
    rows = [row for row in held["Table 1"].iter_rows() if isinstance(row[1].value, int)]
    one, other = next((a, b) for a in rows for b in rows if a[1].value != b[1].value)
    one[1].value, other[1].value = other[1].value, one[1].value


def first_c_in_table(html: str) -> str:
    return re.sub(r'(<td data-label="[^"]*" class="num">)\[c\](</td>)', r"\g<1>3\g<2>", html, count=1)


def put_back_in_chart(html: str) -> str:
    return re.sub(r"(<text style=\"font-size: ?8px[^>]*>)[^<]*(</text>)", r"\g<1>777\g<2>", html, count=1)


def handed_on(change: Callable[[dict], object]) -> Tamper:
    """Change the table that the first exhibit of the notebook hands on as numbers."""
    return notebook(lambda held: change(held["cells"][1]["outputs"][0]["data"][TABLE_TYPE]))


def cell_of(table: dict, like: Callable[[object], bool], new: Callable[[object], object]) -> None:
    """Put another cell in the place of the first that is like this."""
    row, place = next((row, place) for row in table["rows"] for place, cell in enumerate(row) if like(cell))
    row[place] = new(row[place])


def is_number(cell: object) -> bool:
    return isinstance(cell, int | float)


def is_withheld(cell: object) -> bool:
    return cell == {"value": None, "status": "[c]"}


# What the notebook hands on as numbers, and the page does not show so: held back whatever it is.
HANDED_ON: dict[str, Callable[[dict], object]] = {
    "another number": lambda table: cell_of(table, is_number, lambda cell: cell + 1),
    "a number more exact than it is printed": lambda table: cell_of(table, is_number, lambda cell: cell + 0.25),
    "a number turned round": lambda table: cell_of(table, is_number, lambda cell: -cell),
    "a number for a withheld one": lambda table: cell_of(table, is_withheld, lambda cell: 3),
    "a number beside the sign of a withheld one": lambda table: cell_of(table, is_withheld, lambda cell: cell | {"value": 3}),
    "a note of its own to a withheld one": lambda table: cell_of(table, is_withheld, lambda cell: cell | {"exact": 3}),
    "another sign for a withheld one": lambda table: cell_of(table, is_withheld, lambda cell: cell | {"status": "[x]"}),
    "nothing for a withheld one": lambda table: cell_of(table, is_withheld, lambda cell: None),
    "nothing for a number": lambda table: cell_of(table, is_number, lambda cell: None),
    "a mark that the page has not": lambda table: cell_of(table, is_number, lambda cell: {"value": cell, "marks": "[r]"}),
    "an interval": lambda table: cell_of(table, is_number, lambda cell: {"low": cell, "high": cell}),
    "another heading of a row": lambda table: table["rows"][0].__setitem__(0, "Quarter 3"),
    "a row less": lambda table: table["rows"].pop(),
    "a row more": lambda table: table["rows"].append(table["rows"][0]),
    "a cell more": lambda table: table["rows"][0].append(3),
    "another unit": lambda table: table["columns"][-1].update(unit="%"),
    "a unit that is none": lambda table: table["columns"][-1].update(unit="3 of them"),
    "another heading": lambda table: table["columns"][-1].update(heading="777"),
    "more on a column": lambda table: table["columns"][-1].update(exact=[3]),
    "other decimals": lambda table: table["columns"][-1].update(decimals=777),
    "another headline": lambda table: table.update(headline="777 of them"),
    "another subtitle": lambda table: table.update(subtitle="777 of them"),
    "another caption": lambda table: table.update(caption="777 of them"),
    "another source": lambda table: table.update(source="777 of them"),
    "a footnote": lambda table: table.update(footnotes=["777 of them"]),
    "another id": lambda table: table.update(id="quarter-777"),
    "something more": lambda table: table.update(exact={"Rutland": 3}),
    "something less": lambda table: table.pop("source"),
    "what is no table": lambda table: table.update(rows="777"),
}

TAMPERINGS: dict[str, tuple[str, Tamper]] = {
    "script": ("script-element", into_body("<script>x()</script>")),
    "handler": ("event-handler", page(lambda html: html.replace("<h1>", '<h1 onclick="x()">', 1))),
    "svg onload": ("event-handler", page(lambda html: html.replace("<svg ", '<svg onload="x()" ', 1))),
    "javascript address": ("active-address", into_body('<a href="java\nscript:x()">a</a>')),
    "data page": ("active-address", into_body('<a href="data:text/html,x">a</a>')),
    "CSS url()": ("style-address", page(lambda html: html.replace("<style>", "<style>p { background: url(x.png) }", 1))),
    "CSS url() in escapes": ("style-address", page(lambda html: html.replace("<h1>", r'<h1 style="background:\75 rl(x)">', 1))),
    "CSS import": ("style-address", page(lambda html: html.replace("<style>", "<style>@import 'x';", 1))),
    "meta refresh": ("refresh", page(lambda html: html.replace("<title>", '<meta http-equiv="refresh" content="0"><title>', 1))),
    "iframe": ("frame", into_body("<iframe></iframe>")),
    "object": ("frame", into_body("<object></object>")),
    "base": ("base-address", page(lambda html: html.replace("<title>", '<base href="x.html"><title>', 1))),
    "form": ("form", into_body("<form></form>")),
    "remote font": ("remote-font", page(lambda html: html.replace("<style>", "<style>@font-face { src: local(x) }", 1))),
    "remote picture": ("unknown-element", into_body('<img src="x.html">')),
    "remote address": ("remote-address", into_body('<a href="//example.org/x">a</a>')),
    "unknown element": ("unknown-element", into_body("<marquee>a</marquee>")),
    "unknown attribute": ("unknown-attribute", page(lambda html: html.replace("<h1>", '<h1 contenteditable="">', 1))),
    "comment": ("hidden-text", into_body("<!-- 3 -->")),
    "SVG metadata": ("hidden-text", page(lambda html: html.replace("<desc", "<metadata>3</metadata><desc", 1))),
    "bidi character": ("hidden-text", words("\u202e")),
    "policy taken out": ("content-policy", page(lambda html: html.replace("default-src 'none'", "default-src *"))),
    "machine path": ("machine-path", words("/" + "home/someone/data")),
    "Windows path": ("machine-path", words("C:\\Users\\someone")),
    "host name": ("host-name", words("server1.internal")),
    "address of a machine": ("host-name", words("10.1.2.3")),
    "e-mail address": ("e-mail-address", words("a.person@example.org")),
    "NHS number": ("nhs-number", words("943 476 5919")),
    "traceback": ("traceback", words("Traceback (most recent call last)")),
    "warning": ("traceback", words("FutureWarning: this")),
    "placeholder alt": ("placeholder-alt", words("No description has been provided for this image")),
    "description taken out": ("placeholder-alt", page(lambda html: re.sub(r"<desc[^>]*>[^<]*</desc>", "", html, count=1))),
    "missing table": ("missing-table", page(lambda html: re.sub(r"<figure.*?</figure>", "", html, count=1, flags=re.DOTALL))),
    "other words than the notebook": ("differs-from-notebook", page(lambda html: html.replace("<h3>", "<h3>Rutland ", 1))),
    "a number handed on that the page has not": ("differs-from-table", handed_on(HANDED_ON["another number"])),
    "a number of the page that is not handed on so": (
        "differs-from-table",
        page(lambda html: re.sub(r'(<td data-label="[^"]*" class="num">)\d[\d,]*(</td>)', r"\g<1>777\g<2>", html, count=1)),
    ),
    "a headline of the page that is not handed on so": (
        "differs-from-table",
        page(lambda html: html.replace("</h3>", " again</h3>", 1)),
    ),
    "table without a page": ("differs-from-table", lambda folder: second_notebook(folder, "more.ipynb")),
    "table without an exhibit": (
        "differs-from-table",
        notebook(lambda held: held["cells"][1]["outputs"][0]["data"].pop("text/html")),
    ),
    "two notebooks of one name": ("file-name", lambda folder: second_notebook(folder, "children.ipynb")),
    "figure in page": ("figure-in-page", page(first_c_in_table)),
    "figure in a headline": ("figure-in-words", page(lambda html: html.replace("</h3>", ", 777 of them</h3>", 1))),
    "figure in a sentence beside a chart": (
        "figure-in-words",
        page(lambda html: html.replace('<div class="chart', '<p>They were 777.</p><div class="chart', 1)),
    ),
    "figure in alt": ("figure-in-alt", page(lambda html: html.replace("</desc>", " and 777</desc>", 1))),
    "figure in CSV": ("figure-in-csv", page(put_back_in_csv)),
    "figure in chart": ("figure-in-chart", page(put_back_in_chart)),
    "figure in workbook": ("figure-in-file", book(put_back_in_book)),
    "figures of two rows of a workbook": ("figure-in-file", book(swap_in_book)),
    "a table that the workbook lacks": ("figure-in-file", book(lambda held: held.remove(held.worksheets[-1]))),
    "two sheets of a workbook": ("figure-in-file", book(lambda held: held.move_sheet(held.worksheets[-1], -1))),
    "figure above a table of a workbook": (
        "figure-in-file",
        book(lambda held: setattr(held["Table 1"]["A2"], "value", "777 of them")),
    ),
    "sheet that no page shows": ("figure-in-file", book(lambda held: held.create_sheet("Table 9").append(["x", 3]))),
    "file that no page shows": (
        "figure-in-file",
        lambda folder: shutil.copy(folder / TABLE, folder / "data" / "children--more.csv"),
    ),
    "row more in a file": (
        "figure-in-file",
        lambda folder: (folder / TABLE).write_text((folder / TABLE).read_text() + "Rutland,3\n", encoding="utf-8"),
    ),
    "small number": ("small-number", page(lambda html: html.replace(' class="num">[c]</td>', ' class="num">3</td>'))),
    "hidden sheet": ("hidden-sheet", book(lambda held: setattr(held.create_sheet("x"), "sheet_state", "veryHidden"))),
    "comment on a cell": (
        "sheet-comment",
        book(lambda held: setattr(held.active["A1"], "comment", openpyxl.comments.Comment("3", "x"))),
    ),
    "name in the properties": ("document-properties", book(lambda held: setattr(held.properties, "creator", "Someone"))),
    "formula": ("formula", book(lambda held: held.active.append(["x", "=1+1"]))),
    "notebook output": (
        "notebook-output",
        notebook(lambda held: held["cells"][1]["outputs"].append({"output_type": "stream", "name": "stderr", "text": "x"})),
    ),
    "notebook metadata": ("notebook-metadata", notebook(lambda held: held["metadata"].update(papermill={"input_path": "x"}))),
    "words in an output that its page has not": (
        "machine-path",
        notebook(lambda held: held["cells"][1]["outputs"][0]["data"].update({"text/plain": "/" + "home/someone"})),
    ),
    "archive without the notebook": (
        "differs-from-notebook",
        lambda folder: zipfile.ZipFile(folder / gate.NOTEBOOKS, "w").close(),
    ),
    "file that is no notebook in the archive": ("file-name", lambda folder: more_in_archive(folder, "../x.ipynb", b"{}")),
    "zip bomb of notebooks": ("unreadable", lambda folder: more_in_archive(folder, "x.ipynb", b" " * 9_000_000)),
    "formula in CSV": ("formula", lambda folder: (folder / TABLE).write_text("x\n=1+1\n", encoding="utf-8")),
    "figure in CSV file": (
        "figure-in-file",
        lambda folder: (folder / TABLE).write_text((folder / TABLE).read_text().replace("[c]", "3", 1)),
    ),
    "picture": ("file-type", lambda folder: (folder / "a.png").write_bytes(b"\x89PNG")),
    "link": ("file-name", lambda folder: (folder / "a.html").symlink_to(folder / PAGE)),
    "zip bomb": ("unreadable", lambda folder: bomb(folder / BOOK)),
    "changed byte": ("changed-file", lambda folder: (folder / TABLE).write_text((folder / TABLE).read_text() + "\n")),
    "file taken out": ("missing-file", lambda folder: (folder / TABLE).unlink()),
    "file added": ("unlisted-file", lambda folder: shutil.copy(folder / PAGE, folder / "more.html")),
    "signature taken out": ("not-signed", lambda folder: unsigned(folder)),
    "other figures": ("other-figures", lambda folder: unsigned(folder, inputs={})),
    "pupil number": ("personal-number", words("H801200001001")),
    "column that names no figure": ("untraced-figure", page(lambda html: html.replace("Number</th>", "Children</th>"))),
    "metadata of a table": (
        "metadata-differs",
        lambda folder: recorded(folder / METADATA, lambda held: held["tables"][0].update({"dc:title": "3 in Rutland"})),
    ),
    "another element of a sheet": ("workbook-structure", book(lambda held: held.active.merge_cells("A1:B1"))),
    "record that has no place": ("unknown-file", lambda folder: (folder / "more.json").write_text("{}", encoding="utf-8")),
    "entry of the manifest": ("manifest-entry", lambda folder: recorded(folder / MANIFEST, lambda held: held.update(note="3"))),
    "stamp of the manifest": (
        "manifest-differs",
        lambda folder: recorded(folder / MANIFEST, lambda held: held.update(made="now")),
    ),
    "seal taken out": ("not-sealed", lambda folder: recorded(folder / MANIFEST, lambda held: held["gate"].pop("seal"))),
    "seal of another manifest": (
        "broken-seal",
        lambda folder: recorded(folder / MANIFEST, lambda held: held.update(key="0" * 64)),
    ),
    "sign-off made up": (
        "sign-off-differs",
        lambda folder: with_index(folder, "Signed off by Chair on 1 May 2013", signed_off=[]),
    ),
    "correction left out": ("correction-differs", lambda folder: with_index(folder, corrections=[corrected("68", "70")])),
    "correction of a withheld figure": (
        "correction-withheld",
        lambda folder: with_index(folder, corrections=[corrected("943", "944", "E06000017")]),
    ),
}


def corrected(was: str, now: str, area: str = "E10000018") -> dict[str, object]:
    figure = {"indicator": "lado_referrals", "area": area, "period": "2012-13-Q2", "category": "all"}
    return {"on": "3 May 2013", "figures": [figure | {"was": was, "now": now, "page": PAGE}]}


def with_index(folder: Path, signed: str = "Not signed off", **record: object) -> None:
    head = (folder / PAGE).read_text(encoding="utf-8").partition("<body")[0]
    (folder / "index.html").write_text(f'{head}<body><p class="signed-off">{signed}</p></body></html>', encoding="utf-8")
    unsigned(folder, **record)


def recorded(path: Path, change: Callable[[dict], object]) -> None:
    held = json.loads(path.read_text(encoding="utf-8"))
    change(held)
    path.write_text(json.dumps(held), encoding="utf-8")


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)


def more_in_archive(folder: Path, name: str, content: bytes) -> None:
    with zipfile.ZipFile(folder / gate.NOTEBOOKS, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)


def second_notebook(folder: Path, name: str) -> None:
    with zipfile.ZipFile(folder / gate.NOTEBOOKS) as archive:
        content = archive.read("children.ipynb")
    with warnings.catch_warnings(action="ignore"):  # zipfile's, of a name that is there
        more_in_archive(folder, name, content)


def unsigned(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest.pop("gate")
    path.write_text(json.dumps(manifest | changes), encoding="utf-8")


def test_what_the_gate_has_signed_off_passes(finished: Path, data: Path) -> None:
    assert gate.check(finished, data) == []


def test_a_pack_of_an_earlier_quarter_passes_when_later_ones_are_held(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no figure of the third quarter, though one is held by now."""
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    here = scope(period="2012-13-Q2", domain="children", areas=["Leicestershire", "Rutland"], audience="public")
    shown = annual_report.figure("2", here)
    assert {row[3:5] for row in shown[0].table.rows} == {("[x]", "[x]")}
    assert gate.check(made_pack.make(tmp_path / "pack", here, data, shown), data) == []


@pytest.mark.parametrize("name", TAMPERINGS)
def test_each_tampering_is_stopped_by_its_own_rule(name: str, pack: Path, data: Path) -> None:
    rule, tamper = TAMPERINGS[name]
    tamper(pack)
    broken = gate.check(pack, data)
    assert rule in {each.rule for each in broken}
    for each in broken:
        assert "943" not in str(each) and "someone" not in str(each).lower()


def test_a_file_name_in_other_letters_is_said_without_them(pack: Path, data: Path) -> None:
    (pack / "straße.html").write_text("x", encoding="utf-8")  # not every console prints them
    assert [each.file for each in gate.check(pack, data) if each.rule == "file-name"] == ["stra?e.html"]


HEAD = """<!DOCTYPE html><html><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'">"""
FETCHING = {
    r"p { background: \75rl(x.png) }": "style-address",
    r"p { background: \000075 rl(x.png) }": "style-address",
    r"p { background: u\72l(x.png) }": "style-address",
    "p { background: URL( 'x.png' ) }": "style-address",
    "p { background: url(/*x*/x.png) }": "style-address",
    "p { background: url/**/(x.png) }": "style-address",
    "p { background: url('#a' x) }": "style-address",
    "p { background: url(#a.png#b) }": "style-address",
    "p { background: url(x y) }": "style-address",
    "p { background: url(": "style-address",
    "p { background: image-set('x.png' 1x) }": "style-address",
    "p { background: src('x.png') }": "style-address",
    "p { width: expression(alert(1)) }": "style-address",
    "p { width: calc(1px + expression(alert(1))) }": "style-address",
    "p { width: EXPRESSION/**/(alert(1)) }": "style-address",
    "p { -moz-binding: url(x.xml#a) }": "style-address",
    "p { behavior: url(x.htc) }": "style-address",
    "@import 'x.css';": "style-address",
    "@IMPORT/**/'x.css';": "style-address",
    r"@\69mport 'x.css';": "style-address",
    "@media screen { @import 'x.css'; }": "style-address",
    "@supports (background: url(x.png)) { p { color: red } }": "style-address",
    "@media (min-width: expression(1)) { p { color: red } }": "style-address",
    "@namespace 'x';": "style-address",
    "@charset 'x';": "style-address",
    "p { unicode-range: U+26 }": "style-address",
    "p { content: 'a\n b' }": "style-address",  # a string that is not ended
    "@font-face { font-family: a; src: local(x); unicode-range: U+26 }": "remote-font",
    "@FONT-FACE/**/{ src: local(x) }": "remote-font",
    r"@\66ont-face { src: local(x) }": "remote-font",
    "</b> p { background: url(x.png) }": "style-address",
    "/* a */ p { background: /* b */ url(x.png) } /* c */": "style-address",
    "/* p { color: red } */ p { clip-path: url(x.svg#a) }": "style-address",
}


@pytest.mark.parametrize("sheet", FETCHING)
def test_no_style_fetches_or_runs_anything_however_it_is_written(sheet: str) -> None:
    head = HEAD
    for html in (
        f"<style>{sheet}</style>",
        f"<style>p {{ color: red }}{sheet}",
        f"<style>p {{ color: red }} {sheet}</style><p>a</p>",
    ):
        assert FETCHING[sheet] in {each.rule for each in markup.look("a.html", head + html)[0]}
    if sheet.startswith("p {") and not sheet.endswith("url("):
        html = f'<p style="{sheet.removeprefix("p {").removesuffix("}")}">a</p>'
        assert FETCHING[sheet] in {each.rule for each in markup.look("a.html", head + html)[0]}


@pytest.mark.parametrize(
    "sheet",
    [
        "p { clip-path: url(#a-1) } p { clip-path: url('#a-1') }",
        "@media print { @page { margin: 1cm; @top-left { content: 'Restricted' } } }",
        "table:has(th:nth-child(7)) .long { width: calc(1px + var(--a)) } /* url(x.png) */",
        "p { content: 'url(x.png)' }",
    ],
)
def test_a_style_that_fetches_nothing_passes(sheet: str) -> None:
    assert markup.look("a.html", f"{HEAD}<style>{sheet}</style>")[0] == []


@pytest.mark.parametrize("name", HANDED_ON)
def test_what_is_handed_on_as_numbers_is_what_the_page_shows_and_no_more(name: str, pack: Path, data: Path) -> None:
    handed_on(HANDED_ON[name])(pack)
    broken = [each for each in gate.check(pack, data) if each.rule != "changed-file"]
    assert {each.rule for each in broken} == {"differs-from-table"}, broken


def test_every_rule_has_a_tampering_that_it_stops() -> None:
    elsewhere = {
        "derivable",
        "workbook-part",
        "internal-pack",
        "other-audience",
    }  # tests of their own, the last two in test_release
    assert set(tables.read("gate_rules")["rule"]) - elsewhere <= {rule for rule, _ in TAMPERINGS.values()}


@pytest.mark.parametrize(
    ("headline", "stands"),
    [
        ("Leicester 43.1% and Rutland 0.5%", True),
        ("2 areas rose, 1 fell", True),  # rows that say the same
        ("Three areas: 143.6 in all", True),  # a column's sum
        ("Rutland is below the other 2 areas", True),
        ("2 figures of 2012/13 are withheld", True),  # by the heading
        ("No figure is held for plans ended that had lasted 2 years or more in Rutland.", True),  # its name
        ("4 areas rose", False),
        ("Leicester 43.2%", False),
        ("Rutland is 42.6 points below Leicester", False),  # a difference that the table doesn't give
    ],
)
def test_a_headline_has_the_figures_of_its_table_counted_or_added_up_and_no_other(headline: str, stands: bool) -> None:
    rows = [["Leicester", "43.1", "Rise", "[c]"], ["Leicestershire", "100.0", "Rise", "[c]"], ["Rutland", "0.5", "Fall", "12"]]
    columns = ["Area", "Percentage", "Verdict", "2012/13"]
    for shown in (Shown("x", headline), Shown("x", "Areas", sentences=[headline])):
        shown.columns, shown.rows, shown.csv = columns, rows, [columns, *rows]
        found = {each.rule for each in shown_figures.within("a.html", [shown])}
        assert found == (set() if stands else {"figure-in-words"})


@pytest.mark.parametrize(
    ("headline", "stands"),
    [("Figure 5: DoLS referrals", True), ("Figure 5: 777 DoLS referrals", False), ("777 referrals", False)],
)
def test_a_caption_that_repeats_the_headline_shows_none_of_its_figures(headline: str, stands: bool) -> None:
    shown = Shown("x", headline, caption=headline)
    shown.columns, shown.rows, shown.csv = ["Area", "Number"], [["Rutland", "12"]], [["Area", "Number"], ["Rutland", "12"]]
    assert {each.rule for each in shown_figures.within("a.html", [shown])} == (set() if stands else {"figure-in-words"})


@pytest.mark.parametrize(("headline", "stands"), [("5 of 6 are higher, 1 lower", True), ("4 of 6 are higher", False)])
def test_how_many_rose_can_be_counted_by_the_signs_of_a_column(headline: str, stands: bool) -> None:
    rows = [[f"Agency {name}", f"{sign}{n + 10}.5 points"] for n, (name, sign) in enumerate(zip("abcdef", "+++++−", strict=True))]
    shown = Shown("x", headline)
    shown.columns, shown.rows, shown.csv = ["Agency", "Change"], rows, [["Agency", "Change"], *rows]
    assert {each.rule for each in shown_figures.within("a.html", [shown])} == (set() if stands else {"figure-in-words"})


@pytest.mark.parametrize(("headline", "stands"), [("6 quarters give trial limits only", True), ("7 quarters give limits", False)])
def test_how_many_quarters_have_a_figure_can_be_counted_whatever_gaps_lie_between(headline: str, stands: bool) -> None:
    rows = [
        [f"Quarter {name}", figure]
        for name, figure in zip("abcdefghi", ["38", "27", "[x]", "[x]", "91", "[c]", "52", "64", "73"], strict=True)
    ]
    shown = Shown("x", headline)
    shown.columns, shown.rows, shown.csv = ["Quarter", "Number"], rows, [["Quarter", "Number"], *rows]
    assert {each.rule for each in shown_figures.within("a.html", [shown])} == (set() if stands else {"figure-in-words"})


def test_what_can_be_worked_out_is_stopped(
    finished: Path, data: Path, here: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an earlier release that showed all but two cells of a table exactly, the one that is shown now gives the other away.

    One that showed all but one has given it away itself: no pack can take that back, and none is stopped for ever.
    """
    told = cells(exhibits((finished / PAGE).read_text(encoding="utf-8")))
    shown = audit.printed(told, {"children": 5})
    assert shown["withheld"].sum() > 3

    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    exact = scope(period=here.period, domain="children", audience="internal").unnoted_store.observations
    known = exact[exact["value"].notna()].drop_duplicates(audit.KEY).set_index(audit.KEY)
    stopped = {False: 0, True: 0}
    every = list(shown.loc[shown["withheld"], audit.KEY].itertuples(index=False, name=None))
    for number, (hidden, alone) in enumerate(product(every, (False, True))):
        beside = [] if alone else [key for key in shown.loc[~shown["withheld"], audit.KEY].itertuples(index=False, name=None)
                                   if key[:3] == hidden[:3] or key[0] == hidden[0]]  # fmt: skip
        rest = known.drop([hidden, *(key for key in beside if key in known.index)]).reset_index()
        folder = tmp_path / str(number)
        folder.mkdir()
        shutil.copy(data / identity.FILE, folder / identity.FILE)  # of the seal
        shown_before = rest[audit.KEY].assign(value=rest["value"], low=rest["value"], high=rest["value"])
        register.record(folder, period=here.period, audience="public", made="m", pack="p", cells=shown_before)
        broken = gate.check(finished, folder, here.unnoted_store)
        assert {each.rule for each in broken} <= {"derivable"}
        stopped[alone] += bool(broken)
        assert not any(str(int(known.at[hidden, "value"])) == each.place for each in broken)
    assert stopped[False] and not stopped[True]


LEICESTERSHIRE, DAY = "E10000018", "2013-03-31"
SUMS = {  # the first figure is withheld, and 3
    "a year and its quarters": [
        *(
            ("contacts", LEICESTERSHIRE, f"2012-13-Q{number}", "all", value)
            for number, value in ((1, 3), (2, 20), (3, 30), (4, 40))
        ),
        ("contacts", LEICESTERSHIRE, "2012-13", "all", 93),
    ],
    "a whole and its parts": [
        ("plans_in_force_ethnicity", LEICESTERSHIRE, DAY, "mixed", 3),
        ("plans_in_force_ethnicity", LEICESTERSHIRE, DAY, "white", 90),
        ("plans_in_force", LEICESTERSHIRE, DAY, "all", 93),
    ],
    "a partnership and its areas": [
        *(
            ("dols_referrals", area, "2012-13", "all", value)
            for area, value in zip(areas.members("LR"), (3, 40, 50), strict=True)
        ),
        ("dols_referrals", "LR", "2012-13", "all", 93),
    ],
    "a formula": [
        ("population", LEICESTERSHIRE, DAY, "0_17", 3),
        ("population", LEICESTERSHIRE, DAY, "18_and_over", 90),
        ("population", LEICESTERSHIRE, DAY, "all", 93),
    ],
}


@pytest.mark.parametrize("name", SUMS)
def test_every_kind_of_sum_gives_a_withheld_figure_away_if_all_its_others_are_shown(name: str) -> None:
    shown = pd.DataFrame(SUMS[name], columns=[*audit.KEY, "low"]).assign(place="a page")
    shown = shown.assign(high=shown["low"], withheld=shown.index == 0).astype({"low": float, "high": float})
    shown.loc[0, ["low", "high"]] = [0.0, np.inf]
    before = shown.iloc[:0]
    (found,) = audit.derived(shown, before).to_dict("records")
    assert (found["lowest"], found["highest"], found["open"]) == (3, 3, False)
    (unknown,) = audit.derived(shown.drop(index=1), before).to_dict("records")
    assert unknown["open"]


def test_a_foreign_part_of_a_workbook_is_stopped(pack: Path, data: Path) -> None:
    with zipfile.ZipFile(pack / BOOK, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")
    assert "workbook-part" in {each.rule for each in gate.check(pack, data)}


@pytest.mark.parametrize("name", [BOOK, gate.NOTEBOOKS])
@pytest.mark.parametrize("how", ["torn", "altered", "encrypted"])
def test_an_archive_that_is_torn_altered_or_encrypted_is_stopped(name: str, how: str, pack: Path, data: Path) -> None:
    content = bytearray((pack / name).read_bytes())
    if how == "torn":
        del content[len(content) // 2 :]
    elif how == "altered":
        content[60:90] = b"\xff" * 30
    else:
        content[6] |= 1
        content[content.find(b"PK\x01\x02") + 8] |= 1
    (pack / name).write_bytes(content)
    assert {each.rule for each in gate.check(pack, data)} & {"unreadable", "differs-from-notebook"}


def test_nothing_is_signed_that_breaks_a_rule(pack: Path, data: Path, here: Scope) -> None:
    into_body("<script></script>")(pack)
    with pytest.raises(gate.HeldBackError, match="script-element: children.html, line") as stopped:
        made_pack.sign(pack, here, data)
    assert stopped.value.exit_status == 3
    assert "gate" not in json.loads((pack / "manifest.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("digits", "valid"), [("9434765919", True), ("9434765918", False), ("1111111111", False), ("4010232137", True)]
)
def test_nhs_numbers_by_their_check_digit(digits: str, valid: bool) -> None:
    assert is_nhs_number(digits) == valid


def test_the_register_is_verified_line_by_line(tmp_path: Path, here: Scope) -> None:
    held = gate.cells(here.unnoted_store, "public")
    first = register.record(tmp_path, period="2012-13-Q4", audience="public", made="m", pack="p", cells=held)
    assert first is not None
    assert register.record(tmp_path, period="2012-13-Q4", audience="public", made="n", pack="p", cells=held) is None
    withheld = int(held["value"].isna().sum())
    lines = register.verify(tmp_path)
    assert withheld > 50 and sum(line["kind"] == "cell" and line["value"] is None for line in lines) == withheld
    known = register.known(tmp_path, "public")
    assert len(known) == len(held) - withheld and (known["low"] <= known["high"]).all()
    assert len(register.known(tmp_path, "seg")) == len(known)

    second = held.assign(value=held["value"] + 5, low=held["low"] + 5, high=held["high"] + 5)
    again = register.record(tmp_path, period="2013-14-Q1", audience="public", made="m", pack="p", cells=second)
    assert sum(line["kind"] == "restated" for line in register.verify(tmp_path)) == len(known)
    register.withdraw(tmp_path, first.name, "a wrong period")
    assert register.verify(tmp_path)[-2]["release"] == first.name

    text = again.read_text(encoding="utf-8")
    again.write_text(text[:-20], encoding="utf-8")
    with pytest.raises(DataError, match=rf"{again.name}, row \d+: found a torn line"):
        register.verify(tmp_path)
    again.write_text(text.replace('"value": null', '"value": 3.0', 1), encoding="utf-8")
    with pytest.raises(DataError, match="found a line that doesn't follow"):
        register.verify(tmp_path)
    again.write_text("\n".join(text.split("\n")[:-2]) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="no closing line"):
        register.verify(tmp_path)
    again.unlink()
    with pytest.raises(DataError, match="a release before it is missing"):
        register.verify(tmp_path)
