"""A workbook or an OpenDocument spreadsheet gives the figures of the same table as text, titles and notes or not."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from official_files import FIGURE, Rows, figures, made_up, read, text_of
from returned import as_ods

from analysis.clean import official
from analysis.clean.official.file_import import receive
from analysis.errors import DataError

COLUMNS = ["CPP_start", "CPP_subsequent", "CPP_subsequent_percent"]
WORDS = "Child Protection Plans which are a second or subsequent plan"
SPACES = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))


def plans() -> Rows:
    return made_up(COLUMNS, [2013], WORDS, lambda number, _: [str(100 + number), "10", "9.5"])


def workbook(path: Path, **sheets: Rows) -> Path:
    """A workbook whose numbers are numbers, as a publisher's are."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([float(cell) if cell.replace(".", "").isdigit() and len(cell) < 6 else cell or None for cell in row])
    book.save(path)
    return path


@pytest.fixture
def text(tmp_path: Path) -> official.Reading:
    (tmp_path / "d3.csv").write_bytes(text_of(plans()))
    return read("dfe-cin", tmp_path / "d3.csv")


@pytest.mark.parametrize("form", [".xlsx", ".ods"])
def test_a_spreadsheet_gives_the_figures_of_the_text(tmp_path: Path, text: official.Reading, form: str) -> None:
    dressed = [["Table D3: plans"], [], *plans(), [], ["Source: a made-up census"]]
    file = workbook(tmp_path / "d3.xlsx", Contents=[["Tables"], ["D3"]], D3=dressed)
    file = as_ods(file, tmp_path / "d3.ods") if form == ".ods" else file
    reading = read("dfe-cin", file)
    assert figures(reading.observations).equals(figures(text.observations))
    assert reading.rows == reading.rows_read + len(reading.left) and len(reading.left) == 4
    sheet = reading.cells.iloc[0]
    assert (sheet["text"], sheet["source"]) == ("D3", f"dfe-cin/2024/{file.name}#sheet")
    first = reading.observations.iloc[0]
    assert first["source"].endswith("#cell=4,12") and not reading.observations.duplicated(FIGURE).any()


@pytest.mark.parametrize("form", [".xlsx", ".ods"])
def test_a_sheet_that_no_layout_has_is_refused_by_its_title(tmp_path: Path, form: str) -> None:
    rows = plans()
    rows[0][11] = "CPP_begin"
    file = workbook(tmp_path / "d3.xlsx", Contents=[["Tables"]], D3=rows)
    file = as_ods(file, tmp_path / "d3.ods") if form == ".ods" else file
    with pytest.raises(DataError, match="sheet 'D3', row 1, column 12: found 'CPP_begin', expected 'CPP_start'"):
        read("dfe-cin", file)


def test_a_spreadsheet_is_imported_and_kept(tmp_path: Path) -> None:
    file = as_ods(workbook(tmp_path / "d3.xlsx", D3=plans()), tmp_path / "d3.ods")
    done = receive(tmp_path / "data", "dfe-cin", [file])
    assert (tmp_path / "data" / "raw" / "official" / "dfe-cin" / done.release / "d3.ods").read_bytes() == file.read_bytes()


def test_a_number_that_is_shown_as_a_percentage_is_refused(tmp_path: Path) -> None:
    file = workbook(tmp_path / "d3.xlsx", D3=plans())
    book = openpyxl.load_workbook(file)
    book["D3"]["N14"].number_format = "0.0%"
    book.save(file)
    with pytest.raises(DataError, match="row 14: found a number that is shown as a percentage"):
        read("dfe-cin", file)


def opendocument(path: Path, rows: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        body = f"<office:body><office:spreadsheet><table:table table:name='S'>{rows}</table:table></office:spreadsheet></office:body>"
        package.writestr("content.xml", f"<office:document-content {SPACES}>{body}</office:document-content>")
    return path


def row(*cells: str, times: int = 1) -> str:
    return f"<table:table-row table:number-rows-repeated='{times}'>{''.join(cells)}</table:table-row>"


def cell(words: str = "", times: int = 1, **attributes: str) -> str:
    more = "".join(f" office:{name.replace('_', '-')}='{value}'" for name, value in attributes.items())
    return f"<table:table-cell table:number-columns-repeated='{times}'{more}>{words}</table:table-cell>"


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (row(cell("<text:p>a</text:p>"), times=5_001), "found something in row 5,001, expected at most 5,000 rows"),
        (row(cell("<text:p>a</text:p>", times=201)), "found something in column 201, expected at most 200 columns"),
        (row(cell("<text:p>a</text:p>", times=99_000_000)), "found a file that can't be opened"),
        (row(cell(value_type="float", value="x")), "found a file that can't be opened"),
        (row(cell(value_type="percentage", value="0.1")), "row 1: found a number that is shown as a percentage"),
        (row(cell(times=16_000), times=1_000_000), "found no heading of a known table"),
        ("<table:table-row>", "found a file that can't be opened"),
    ],
)
def test_an_opendocument_spreadsheet_that_can_not_be_read_is_refused(tmp_path: Path, rows: str, found: str) -> None:
    with pytest.raises(DataError, match=found):
        read("dfe-cin", opendocument(tmp_path / "a.ods", rows))


def test_what_a_cell_of_an_opendocument_spreadsheet_says(tmp_path: Path) -> None:
    from analysis.clean.official.open_document import sheets

    comment = "<office:annotation><text:p>a remark</text:p></office:annotation>"
    rows = row(
        cell(f"{comment}<text:p>two<text:s/>words</text:p><text:p>and more</text:p>"),
        cell(times=2),
        cell("<text:p>1,234.0</text:p>", value_type="float", value="1234"),
        cell("<text:p>9.5</text:p>", value_type="float", value="9.5"),
    ) + row(times=3) + row(cell("<text:p>last</text:p>"))  # fmt: skip
    [(title, read_rows)] = sheets(opendocument(tmp_path / "a.ods", rows), "a.ods")
    assert (title, read_rows) == ("S", [["two words and more", "", "", "1234", "9.5"], [], [], [], ["last"]])
