"""A return holds what the template asks for: all else is refused by kind and place, nothing of it is kept or said again."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import ROOT
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from returned import ON, filled, tree

from analysis.returns.issuing import issue
from analysis.returns.parsing import identify, parse
from analysis.returns.receiving import receive
from analysis.returns.remarks import REFUSED, Remark, brief
from analysis.returns.remarks_page import as_html, as_text
from analysis.returns.sandbox import read_files
from analysis.returns.template_texts import is_printed

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
NAME = "Zebedee Quill"  # the person who must not be found anywhere
AGENCY, PERIOD, SHEET = "rutland-children", "2013-14-Q1", "Contacts and assessments"
Change = Callable[[Any], object]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, printed: Path) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("foreign")
    shutil.copytree(printed, folder / "data")
    return folder / "data", filled(folder / "data", folder / "good.xlsx", AGENCY, PERIOD)


def edited(path: Path, change: Change) -> None:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)


def with_parts(path: Path, parts: dict[str, bytes]) -> None:
    old = path.read_bytes()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new, zipfile.ZipFile(io.BytesIO(old)) as held:
        for name in held.namelist():
            new.writestr(name, parts.pop(name) if name in parts else held.read(name))
        for name, content in parts.items():
            new.writestr(name, content)


def remarks_on(path: Path) -> list[Remark]:
    """What is said of a file, which is refused; the person is named nowhere in it."""
    (book,) = read_files([path])
    mine, remarks = identify(book)
    if mine is not None and not remarks:
        mine, remarks = parse(book, mine)
    assert any(remark.weight == REFUSED for remark in remarks)
    pages = [as_html(path.name, mine, remarks), as_text(path.name, mine, remarks)]
    for word in NAME.split():
        assert not any(word in text for text in (*pages, *(remark.sentence() for remark in remarks)))
    return remarks


def test_nothing_of_a_file_with_one_more_sheet_is_kept(good: tuple[Path, Path], tmp_path: Path) -> None:
    data, path = good
    copy = shutil.copy(path, tmp_path / "r.xlsx")
    edited(copy, sheet_of("List 7"))
    before = tree(data / "raw")
    (outcome,) = receive(data, [copy], ON)
    assert outcome.state == "refused" and tree(data / "raw") == before
    assert outcome.page is not None
    assert not any(b"Quill" in content for content in tree(outcome.page.parent).values())


def sheet_of(title: str, state: str = "visible") -> Change:
    def change(book: Any) -> None:
        sheet = book.create_sheet(title)
        sheet.append(["8123", NAME, "03/04/2009"])
        sheet.sheet_state = state

    return change


def put(sheet: str, cell: str, value: object) -> Change:
    return lambda book: setattr(book[sheet][cell], "value", value)


def hide_row(book: Any) -> None:
    book[SHEET].row_dimensions[5].hidden = True


def hide_column(book: Any) -> None:
    book[SHEET].column_dimensions["I"].hidden = True


def comment(book: Any) -> None:
    book[SHEET]["H5"].comment = Comment(f"{NAME}, born 3/4/2009", NAME)


def name(book: Any) -> None:
    book.defined_names["case"] = DefinedName("case", attr_text=f'"{NAME}"')


def link(book: Any) -> None:
    book[SHEET]["I5"].hyperlink = "mailto:zebedee.quill@example.org"


@pytest.mark.parametrize(
    ("change", "found", "place"),
    [
        (sheet_of("List 7"), "a sheet that is not of the template", "sheet no. 9"),
        (sheet_of(NAME), "a sheet that is not of the template", "sheet no. 9"),
        (sheet_of("List 7", "hidden"), "a sheet that is not of the template", "sheet no. 9"),
        (sheet_of("List 7", "veryHidden"), "a sheet that is not of the template", "sheet no. 9"),
        (lambda book: setattr(book["Audits"], "sheet_state", "hidden"), "a hidden sheet", "sheet Audits"),
        (lambda book: setattr(book[SHEET], "title", NAME), "a sheet that is not of the template", "sheet no. 3"),
        (hide_row, "a hidden row with something in it", f"sheet {SHEET}, cell A5"),
        (hide_column, "a hidden column with something in it", f"sheet {SHEET}, cell I1"),
        (comment, "comments on cells", f"sheet {SHEET}"),
        (name, "a name that was defined", "the file"),
        (link, "a link to an address", f"sheet {SHEET}"),
        (put(SHEET, "L5", NAME), "something that is not of the template", f"sheet {SHEET}, cell L5"),
        (put(SHEET, "B90", NAME), "something that is not of the template", f"sheet {SHEET}, cell B90"),
        (put(SHEET, "I90", NAME), "something that is not of the template", f"sheet {SHEET}, cell I90"),
        (put(SHEET, "A3", NAME), "something that is not of the template", f"sheet {SHEET}, cell A3"),
        (put(SHEET, "A5", NAME), "something that is not of the template", f"sheet {SHEET}, cell A5"),
        (put(SHEET, "G5", NAME), "something that is not of the template", f"sheet {SHEET}, cell G5"),
        (put("Guidance", "A20", NAME), "something that is not of the template", "sheet Guidance, cell A20"),
        (put("Cover", "B20", NAME), "something that is not of the template", "sheet Cover, cell B20"),
        (put("Machine", "C3", NAME), "something that is not of the template", "sheet Machine, cell C3"),
        (put("Machine", "B3", NAME), "isn't known", "sheet Machine"),
        (put(SHEET, "H5", NAME), "a text of 13 characters", f"sheet {SHEET}, cell H5"),
        (put(SHEET, "I5", f"Ask Mr {NAME}"), "the name of a person", f"sheet {SHEET}, cell I5"),
        (put(SHEET, "I5", 9434765919), "an NHS number", f"sheet {SHEET}, cell I5"),
        (put("Cover", "B6", "quill@example.org"), "an e-mail address", "sheet Cover, cell B6"),
        (put("Cover", "B8", f"Asked by Dr {NAME}"), "the name of a person", "sheet Cover, cell B8"),
        (put(SHEET, "I5", f'="{NAME}"'), "a formula", f"sheet {SHEET}, cell I5"),
        (lambda book: book[SHEET].merge_cells("A1:C1"), "merged cells", f"sheet {SHEET}, cell A1"),
        (lambda book: setattr(book[SHEET].oddHeader.left, "text", f"Mr {NAME}"), "a header or footer", f"sheet {SHEET}"),
    ],
)  # fmt: skip
def test_what_is_not_of_the_template_is_refused(
    change: Change, found: str, place: str, good: tuple[Path, Path], tmp_path: Path
) -> None:
    _, path = good
    copy = shutil.copy(path, tmp_path / "r.xlsx")
    edited(copy, change)
    remarks = remarks_on(copy)
    assert any(found in remark.found and remark.place == place for remark in remarks), [each.sentence() for each in remarks]


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("xl/media/image1.png", "a picture"),
        ("xl/embeddings/oleObject1.bin", "an embedded file"),
        ("xl/charts/chart1.xml", "a chart"),
        ("xl/externalLinks/externalLink1.xml", "links to other files"),
        ("xl/threadedComments/threadedComment1.xml", "comments"),
        ("xl/pivotCache/pivotCacheRecords1.xml", "a pivot table"),
        ("xl/connections.xml", "a connection"),
        ("xl/worksheets/sheet99.xml", "a sheet that the workbook doesn't list"),
        ("customXml/item1.xml", "custom XML"),
        ("notes.txt", "a part that no template has"),
    ],
)
def test_parts_of_no_template_are_refused(part: str, found: str, good: tuple[Path, Path], tmp_path: Path) -> None:
    _, path = good
    copy = shutil.copy(path, tmp_path / "r.xlsx")
    with_parts(copy, {part: f"<a>{NAME}</a>".encode()})
    remarks = remarks_on(copy)
    # No sheet leads to it: it is of the file.
    assert any(found in remark.found and remark.place == "the file" for remark in remarks), [each.sentence() for each in remarks]


SHAREPOINT = (
    b'<p:properties xmlns:p="http://schemas.microsoft.com/office/2006/metadata/properties"><documentManagement/></p:properties>'
)
LABEL = b'<clbl:labelList xmlns:clbl="http://schemas.microsoft.com/office/2020/mipLabelMetadata"/>'
CORE = (
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Safeguarding Boards</dc:creator><dc:title>t</dc:title>'
    b"<cp:lastModifiedBy>Zebedee Quill</cp:lastModifiedBy></cp:coreProperties>"
)
CUSTOM = (
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"><property name="Owner">Zebedee Quill'
    b"</property></Properties>"
)


def test_what_excel_adds_by_itself_is_let_in_and_its_user_is_not_kept(good: tuple[Path, Path], tmp_path: Path) -> None:
    data, path = good
    copy = shutil.copy(path, tmp_path / "r.xlsx")
    with zipfile.ZipFile(copy) as package:
        book = package.read("xl/workbook.xml").replace(
            b"<workbookPr",
            b'<x:absPath xmlns:x="http://schemas.microsoft.com/x" url="C:\\Users\\Zebedee Quill\\"/><workbookPr',
            1,
        )
    empty = b'<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"/>'
    parts = {
        "docProps/core.xml": CORE, "docProps/custom.xml": CUSTOM, "docMetadata/LabelInfo.xml": LABEL, "xl/workbook.xml": book,
        "xl/printerSettings/printerSettings1.bin": b"\0" * 400, "xl/drawings/drawing1.xml": empty, "customXml/item1.xml": SHAREPOINT,
        "xl/calcChain.xml": b"<calcChain/>",
    }  # fmt: skip
    with_parts(copy, dict(parts))
    (outcome,) = receive(data, [copy], ON)
    assert outcome.state == "kept", [remark.sentence() for remark in outcome.remarks]
    folder = data / "raw" / "returns" / AGENCY / PERIOD / "1"
    with zipfile.ZipFile(folder / "as-received.xlsx") as kept, zipfile.ZipFile(copy) as sent:
        assert kept.namelist() == sent.namelist()
        for part in kept.namelist():
            assert b"Quill" not in kept.read(part), part
            assert kept.read(part) == sent.read(part) or part in parts
    openpyxl.load_workbook(folder / "as-received.xlsx")
    assert receive(data, [copy], ON)[0].state == "known"
    shutil.rmtree(data / "raw" / "returns")


def office(path: Path, suffix: str, tmp_path: Path) -> Path:
    assert OFFICE is not None
    out = tmp_path / f"saved-{suffix}"
    command = [OFFICE, "--headless", "--norestore", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", suffix]
    done = subprocess.run([*command, "--outdir", out, path], capture_output=True, text=True, timeout=240, check=False)
    saved = out / f"{path.stem}.{suffix}"
    assert saved.is_file(), done.stderr
    return saved


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("agency", [AGENCY, "boards-office"])
def test_a_plain_save_by_libreoffice_is_never_refused_and_says_the_same_in_each_format(
    agency: str, good: tuple[Path, Path], tmp_path: Path
) -> None:
    data, _ = good
    path = filled(data, tmp_path / "r.xlsx", agency, PERIOD)
    folder, kept = data / "raw" / "returns" / agency / PERIOD / "1", []
    for saved in (path, office(path, "xlsx", tmp_path), office(path, "ods", tmp_path)):
        (outcome,) = receive(data, [saved], ON)
        assert outcome.state == "kept", [remark.sentence() for remark in outcome.remarks]
        assert (folder / f"as-received{saved.suffix}").is_file()
        kept.append({each.name: each.read_bytes() for each in folder.glob("*.csv")})
        shutil.rmtree(data / "raw" / "returns")
    assert kept[0] == kept[1] == kept[2] and kept[0]


def odd(book: Any) -> None:
    sheet = book[SHEET]
    sheet["H5"].value, sheet["H6"].value, sheet["H6"].number_format = "=100+52", 0.5, "0%"
    sheet["H7"].value, sheet["H8"].value = " 12 ", "x"
    sheet["I5"].value, sheet["I6"].value = "Two\nlines", "Two  blanks and a\ttab"
    sheet.merge_cells("A1:C1")
    sheet.row_dimensions[7].hidden = sheet.column_dimensions["I"].hidden = True
    sheet["H9"].comment = Comment("x", "x")
    book.create_sheet("Hidden")["C3"].value = "x"
    book["Hidden"].sheet_state = "hidden"


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_an_ods_is_judged_as_the_xlsx_that_it_was_saved_from(good: tuple[Path, Path], tmp_path: Path) -> None:
    _, path = good
    copy = shutil.copy(path, tmp_path / "r.xlsx")
    edited(copy, odd)
    said = []
    for saved in (office(copy, "xlsx", tmp_path), office(copy, "ods", tmp_path)):
        remarks = remarks_on(saved)
        said.append({each.sentence() for each in remarks if "comment" not in each.found and "drawing" not in each.found})
        assert any("comments" in remark.found for remark in remarks)
    assert said[0] == said[1]
    kinds = " ".join(said[0])
    for kind in ("hidden row", "hidden column", "merged cells", "a percentage", "not of the template"):
        assert kind in kinds


def rewritten(change: Callable[[str], str]) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        with zipfile.ZipFile(path) as package:
            content = package.read("content.xml").decode()
        changed = change(content)
        assert changed != content
        with_parts(path, {"content.xml": changed.encode()})

    return apply


ROW = '<table:table-row><table:table-cell table:number-columns-repeated="{}" office:value-type="string"><text:p>Zebedee Quill</text:p></table:table-cell></table:table-row>'


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_what_is_not_of_the_template_is_refused_in_an_ods(good: tuple[Path, Path], tmp_path: Path) -> None:
    _, path = good
    plain = office(path, "ods", tmp_path)
    end = "</table:table>"
    changes: dict[str, Callable[[Path], None]] = {
        "far from the table": rewritten(lambda text: text.replace(end, ROW.format(16384) + end, 1)),
        "far from": rewritten(lambda text: text.replace(end, ROW.format(1).replace("-row>", '-row table:number-rows-repeated="1048576">', 1) + end, 1)),
        "not of the template": rewritten(lambda text: text.replace("</table:table-row>", "</table:table-row>" + ROW.format(3), 1)),
        "a picture": rewritten(lambda text: text.replace(end, f"<table:shapes><draw:frame><draw:text-box/></draw:frame></table:shapes>{end}", 1)),
        "a hidden sheet": rewritten(lambda text: text.replace("<style:table-properties table:display=\"true\"", "<style:table-properties table:display=\"false\"", 1)),
        "an embedded file": lambda file: with_parts(file, {"Object 1/content.xml": b"<a/>"}),
        "a picture or": lambda file: with_parts(file, {"Pictures/1.png": b"x"}),
        "macros": lambda file: with_parts(file, {"Basic/Standard/Module1.xml": b"<a/>"}),
        "document type": rewritten(lambda text: text.replace("<office:document-content", '<!DOCTYPE a [<!ENTITY b "c">]><office:document-content', 1)),
    }  # fmt: skip
    for found, change in changes.items():
        copy = shutil.copy(plain, tmp_path / "r.ods")
        change(copy)
        remarks = remarks_on(copy)
        assert any(found in remark.sentence() for remark in remarks), (found, [each.sentence() for each in remarks][:3])


def test_a_csv_with_more_than_the_template_is_refused(good: tuple[Path, Path], tmp_path: Path) -> None:
    data, _ = good
    path = tmp_path / "r.csv"
    issue(data, AGENCY, PERIOD, path)
    text = path.read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    for change in (
        [*rows, [NAME, "03/04/2009"]],
        [[*row, NAME] if number == len(rows) - 1 else row for number, row in enumerate(rows)],
        [["Notes", NAME], *rows],
        [[*row[:8], f"Ask Mrs {NAME}", *row[9:]] if number == len(rows) - 1 else row for number, row in enumerate(rows)],
    ):
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows(change)
        found = {remark.found for remark in remarks_on(path)}
        assert found & {"something that is not of the template", "the name of a person"}


def test_a_cell_of_a_csv_is_named_as_a_spreadsheet_names_it(good: tuple[Path, Path], tmp_path: Path) -> None:
    data, _ = good
    path = tmp_path / "r.csv"
    issue(data, AGENCY, PERIOD, path)
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    rows[-1][8] = f"Ask Mrs {NAME}"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    (place,) = {remark.place for remark in remarks_on(path) if remark.found == "the name of a person"}
    assert place == f"sheet CSV, cell I{len(rows)}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("about-twelve", "'about-twelve'"),
        ("about-thirty3", "a text of 13 characters"),
        ("12-03-2013", "'12-03-2013'"),
        ("Quill", "a text of 5 characters"),  # might be a name
        ("quill z", "a text of 7 characters"),
    ],
)
def test_a_text_is_repeated_only_if_it_is_short_and_looks_like_no_name(text: str, said: str) -> None:
    assert brief(text) == said


def test_a_csv_with_a_stray_quotation_mark_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text('Series;Number\n"12; 13";a 5" gap\n', encoding="utf-8")
    (found,) = read_files([path])
    assert "row 2, column 2: a quotation mark inside a cell that doesn't begin with one" in found.refused


def test_a_template_that_an_earlier_version_made_is_of_the_template() -> None:
    with (ROOT / "tests" / "golden" / "printed-0.1.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    # A text of the template that is changed gets a row in earlier_texts.csv: returns that are out come back as they were made.
    assert [row["text"] for row in rows if not is_printed(row["text"], row["agency"], row["period"])] == []
    assert not is_printed(NAME, AGENCY, PERIOD) and not is_printed("Figure \u0418\u0432\u0430\u043d", AGENCY, PERIOD)


def test_what_returns_leave_behind_is_ignored_by_git() -> None:
    places = (
        "data/raw/returns/police/2013-14-Q1/1/as-received.xlsx",
        "data/.returns.lock",
        "data/returns-refused/x/remarks.html",
    )
    for place in places:
        assert subprocess.run(["git", "check-ignore", "-q", place], cwd=ROOT, check=False).returncode == 0, place
