"""Figures as data: what becomes of a printed cell, the workbook, the CSV files, a Word document and JupyterLab's export."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import nbformat
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.formatters import DisplayFormatter
from projects import make_project, notebooks_in
from typer.testing import CliRunner

from analysis.catalogue.wording import TABLE_TYPE, number
from analysis.cli import app
from analysis.errors import SafeguardingError
from analysis.exhibits import Exhibit, Table
from analysis.exhibits.parts.typed_table import number_of
from analysis.pack.downloads import csv_files, workbook
from analysis.pack.downloads.page_tables import PageTable, as_data
from analysis.pack.downloads.word import write_word
from analysis.pack.pages.exporter import PageExporter
from analysis.pack.run.publish import publish

COVER = workbook.Cover("Performance", "Quarter 4", "Restricted", "Do not forward.", "1.2.3")


def table(*columns: tuple[str, list[str]], footnotes: tuple[str, ...] = ()) -> PageTable:
    rows = tuple(zip(*(cells for _, cells in columns), strict=True))
    heads = tuple(heading for heading, _ in columns)
    printed = Table("Referrals, by quarter", heads, rows)
    exhibit = Exhibit("one", "Referrals fell", "By quarter", printed, source="A council.", footnotes=footnotes)
    return PageTable.of("trend", json.loads(json.dumps(exhibit.typed())))


def data(heading: str, *cells: str) -> list[tuple[str, list[object]]]:
    found = as_data(table(("Row", [f"r{n}" for n, _ in enumerate(cells)]), (heading, list(cells))))
    return [(column.heading, list(column.cells)) for column in found[1:]]


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        (["6,165", "378", ""], [("X", [6165, 378, None])]),
        (["57.2", "[c]", "[x]"], [("X", [57.2, "[c]", "[x]"])]),
        (["57.2%", "48.8%"], [("X, %", [57.2, 48.8])]),
        (["−25%", "+17%"], [("X, %", [-25, 17])]),
        (["+5.4 points", "−1.0 points"], [("X, points", [5.4, -1.0])]),
        (["£409,397", "−£470,590"], [("X, pounds", [409397, -470590])]),
        (["10.9 to 17.8", ""], [("X, lower", [10.9, None]), ("X, upper", [17.8, None])]),
        (["12% to 30%", "4 to 9"], [("X", ["12% to 30%", "4 to 9"])]),  # of two units: words
        (["−34% to −14%"], [("X, lower, %", [-34]), ("X, upper, %", [-14])]),
        (["524 (2011/12)", "393 (2012/13)"], [("X", [524, 393]), ("X, of", ["2011/12", "2012/13"])]),
        (["1,341 [r]", "59"], [("X", [1341, 59]), ("X, marks", ["[r]", None])]),
        (["53.3% [note 1]", "71.1%"], [("X, %", [53.3, 71.1]), ("X, marks", ["[note 1]", None])]),
        (["+50 (+3.9%)", "−3 (−1.0%)"], [("X", ["+50 (+3.9%)", "−3 (−1.0%)"])]),  # a change in two units
        (["6,165", "57.2%"], [("X", ["6,165", "57.2%"])]),  # two units: shown as they stand
        (["", ""], [("X", [None, None])]),
        (["'=1+1", "Fell"], [("X", ["'=1+1", "Fell"])]),
    ],
)
def test_a_printed_cell_becomes_a_number_where_it_is_one(cells: list[str], columns: list[tuple[str, list[object]]]) -> None:
    assert data("X", *cells) == columns


@given(st.integers(min_value=-(10**9), max_value=10**9), st.integers(min_value=0, max_value=3))
def test_the_number_of_a_printed_number_is_that_number(value: int, decimals: int) -> None:
    assert number_of(number(value / 10**decimals, decimals)) == pytest.approx(value / 10**decimals)


def test_an_exhibit_hands_on_its_table_as_numbers_beside_its_html() -> None:
    rows = (("Q1", "1,204 [note 1]", "10.9% to 17.8%", "52.0%", ""), ("Q2", "[c]", "", "[x]", "not yet"))
    table = Table("By quarter", ("Quarter", "Number", "Interval", "Share", "Says"), rows)
    exhibit = Exhibit("one", "They fell", "Number", table, source="A council.", footnotes=("Revised.",))
    data = DisplayFormatter().format(exhibit)[0]
    assert data["text/html"] == str(exhibit.html())
    assert data[TABLE_TYPE] == {
        "id": "one",
        "headline": "They fell",
        "subtitle": "Number",
        "caption": "By quarter",
        "source": "A council.",
        "footnotes": ["Revised."],
        "about": "",
        "rows_about": [],
        "columns": [
            {"heading": "Quarter", "unit": "", "decimals": None},
            {"heading": "Number", "unit": "", "decimals": 0},
            {"heading": "Interval", "unit": "%", "decimals": 1},
            {"heading": "Share", "unit": "%", "decimals": 1},
            {"heading": "Says", "unit": "", "decimals": None},
        ],
        "rows": [
            ["Q1", {"value": 1204, "marks": "[note 1]"}, {"low": 10.9, "high": 17.8}, 52.0, None],
            ["Q2", {"value": None, "status": "[c]"}, None, {"value": None, "status": "[x]"}, "not yet"],
        ],
    }


@pytest.mark.parametrize(
    ("cells", "decimals"),
    [
        (["100%", "96.2%", "[c]"], 1),
        (["+5 points", "−0.25 points"], 2),
        (["9.5 to 12", "[x]"], 1),
        (["1,204", "[x]"], 0),
        (["[x]", ""], None),
    ],
)
def test_a_column_has_the_decimals_of_its_finest_figure(cells: list[str], decimals: int | None) -> None:
    exhibit = Exhibit("one", "", "", Table("", ("X",), tuple((cell,) for cell in cells)), source="A council.")
    (column,) = exhibit.typed()["columns"]
    assert column["decimals"] == decimals


def test_two_columns_never_have_one_name() -> None:
    found = as_data(table(("Row", ["a"]), ("X", ["1 to 2"]), ("X, lower", ["3"])))
    assert len({column.heading.casefold() for column in found}) == len(found) == 4


HOSTILE = table(
    ("Row", ["=HYPERLINK(1)", "b"]), ("Number", ["1,204 [note 1]", "[c]"]), ("Says", ["+cmd", "—"]), footnotes=("=1+1",)
)  # fmt: skip


def test_workbook_is_accessible_and_holds_text_as_text(tmp_path: Path) -> None:
    workbook.write(tmp_path, COVER, (("[c]", "withheld"),), {"trend": "Trend"}, [HOSTILE])
    book = openpyxl.load_workbook(tmp_path / workbook.FILE)
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Table 1"]
    for sheet in book.worksheets:
        assert not sheet.merged_cells.ranges
        assert all(any(cell is not None for cell in row) for row in sheet.iter_rows(values_only=True))
        assert all(cell.data_type in ("s", "n") for row in sheet.iter_rows() for cell in row if cell.value is not None)
        assert len(sheet.tables) == (sheet.title != "Cover")
    sheet = book["Table 1"]
    assert sheet["A1"].value == "Referrals, by quarter" and sheet.freeze_panes is not None
    (reference,) = (each.ref for each in sheet.tables.values())
    heads, first, second = ([cell.value for cell in row] for row in sheet[reference])
    assert heads == ["Row", "Number", "Number, marks", "Says"]
    assert first == ["=HYPERLINK(1)", 1204, "[note 1]", "+cmd"] and second == ["b", "[c]", None, "—"]
    assert book["Contents"]["A4"].hyperlink.location == "'Table 1'!A1"


def test_a_pack_without_a_table_has_a_workbook_that_says_so(tmp_path: Path) -> None:
    workbook.write(tmp_path, COVER, (("[c]", "withheld"),), {}, [])
    csv_files.write(tmp_path, "Figures", [])
    book = openpyxl.load_workbook(tmp_path / workbook.FILE)
    assert book.sheetnames == ["Cover", "Contents", "Notes"] and "0 tables" in book["Cover"]["A4"].value


def test_same_figures_give_the_same_files(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        workbook.write(folder, COVER, (("[c]", "withheld"),), {"trend": "Trend"}, [HOSTILE])
        csv_files.write(folder, "Figures", [HOSTILE])
        made.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0][Path(workbook.FILE)])) as parts:
        assert b"dcterms:modified" not in parts.read("docProps/core.xml")


def test_metadata_says_what_each_column_of_each_file_is(tmp_path: Path) -> None:
    csv_files.write(tmp_path, "Figures", [HOSTILE])
    described = json.loads((tmp_path / "data" / "metadata.json").read_text(encoding="utf-8"))
    (entry,) = described["tables"]
    rows = list(csv.reader((tmp_path / "data" / entry["url"]).read_text(encoding="utf-8").splitlines()))
    columns = entry["tableSchema"]["columns"]
    assert [column["titles"] for column in columns] == rows[0]
    assert len({column["name"] for column in columns}) == len(columns)
    assert [column["datatype"] for column in columns] == ["string", "integer", "string", "string"]
    assert "[c]" in described["null"] and rows[1][1] == "1204" and rows[2][1] == "[c]"


# JupyterLab's export, and Word


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory, printed: Path) -> Path:
    project = make_project(tmp_path_factory.mktemp("pack") / "project", printed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAFEGUARDING_DATA", "")
        return publish(project.root / "data", project.root / "reports", report_event=lambda event: None).parent


def unstamped(html: str) -> str:
    return re.sub(r"<dt>Made</dt><dd>.*?</dd>", "", html)


def test_export_from_jupyterlab_is_the_page_of_the_run(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(pack.parents[1] / "data"))
    for report, text in notebooks_in(pack).items():
        path = tmp_path / f"{report}.ipynb"
        path.write_text(text, encoding="utf-8")
        page, resources = PageExporter().from_filename(str(path))
        assert resources["output_extension"] == ".html"
        assert unstamped(page) == unstamped((pack / f"{report}.html").read_text(encoding="utf-8"))


def test_export_of_a_notebook_without_parameters_says_what_it_lacks() -> None:
    with pytest.raises(SafeguardingError, match="no parameters period and audience"):
        PageExporter().from_notebook_node(nbformat.v4.new_notebook())


def test_word_document_needs_pandoc_and_says_so_in_one_sentence(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SafeguardingError, match=r"^A Word document needs pandoc, which is not installed here; .*\.$"):
        write_word(pack / "dols.html", pack.parent / "dols.docx")
    assert not (pack.parent / "dols.docx").exists()
    found = CliRunner().invoke(app, ["word", str(pack / "nothing.html")])
    assert found.exit_code == 2 and "does not exist" in found.output


@pytest.mark.skipif(shutil.which("pandoc") is None, reason="pandoc is not installed")
def test_word_document_holds_what_the_page_says(pack: Path, tmp_path: Path) -> None:
    one, two = (write_word(pack / "dols.html", tmp_path / name).read_bytes() for name in ("one.docx", "two.docx"))
    assert one == two
    with zipfile.ZipFile(io.BytesIO(one)) as parts:
        text = re.sub(r"<[^>]+>", "", parts.read("word/document.xml").decode())
    assert "DoLS: year on year" in text and "Rutland" in text and "Skip to main content" not in text
    index = pack / "manifest.json"
    with pytest.raises(SafeguardingError, match="no page of a pack"):
        write_word(index, tmp_path / "three.docx")


def test_what_a_spreadsheet_would_run_is_text_in_a_data_file(tmp_path: Path) -> None:
    csv_files.write(tmp_path, "Figures", [table(("Change", ["+5.3 points", "not said", "=1+1", "+7%"]))])
    (file,) = (tmp_path / csv_files.FOLDER).glob("*.csv")
    cells = file.read_text(encoding="utf-8-sig").splitlines()[1:]
    assert cells == ["'+5.3 points", "not said", "'=1+1", "+7%"]
