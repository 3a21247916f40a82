"""Files that would keep a reader busy: read within twenty seconds and 600 MB, or refused in one sentence; the lock isn't held."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from returned import ON, filled

from analysis.claims.draft.extract import propose
from analysis.claims.draft.reading.report_file import read_report
from analysis.clean.official.workbook import sheets
from analysis.errors import DataError
from analysis.returns import sandbox
from analysis.returns.receiving import receive
from analysis.returns.sandbox import read_files
from analysis.store import raw_files, returns_folder

HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
NAMES = '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>{}</workbook>'


def book(sheet: str = "<sheetData/>", **parts: str) -> bytes:
    """A workbook of one sheet with the given XML; other parts by their name without folder and ending."""
    plain = io.BytesIO()
    new = openpyxl.Workbook()
    new.active.title = "S"
    new.save(plain)
    packed = io.BytesIO()
    given = {f"xl/{name}.xml": text for name, text in parts.items()} | {"xl/worksheets/sheet1.xml": f"{HEAD}{sheet}</worksheet>"}
    with zipfile.ZipFile(plain) as held, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name in {*held.namelist(), *given}:
            out.writestr(name, given[name].encode() if name in given else held.read(name))
    return packed.getvalue()


def cells(number: int, cell: str) -> str:
    rows = "".join(f'<row r="{row}">{cell * 20}</row>' for row in range(1, number // 20))
    return f"<sheetData>{rows}</sheetData>"


def long_string() -> bytes:
    """One string of 4,000 letters in 10,800 cells, 54 in each of 200 rows."""
    new = openpyxl.Workbook()
    for _ in range(200):
        new.active.append(["y" * 4000] * 54)
    packed = io.BytesIO()
    new.save(packed)
    return packed.getvalue()


def sheets_of_ods(rows: str) -> bytes:
    packed = io.BytesIO()
    space = " ".join(f'xmlns:{name}="urn:{name}"' for name in ("office", "table", "text"))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        new.writestr(
            "content.xml",
            f"<office:document-content {space}><office:body><office:spreadsheet><table:table table:name='S'>{rows}</table:table>"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return packed.getvalue()


SLOW: dict[str, Callable[[], bytes]] = {
    "a long string in many cells": long_string,
    "merged ranges": lambda: book(
        "<sheetData/><mergeCells>" + "".join(f'<mergeCell ref="A{n}:BH{n + 1}"/>' for n in range(1, 1999)) + "</mergeCells>"
    ),
    "one merged range": lambda: book('<sheetData/><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    "a million empty rows": lambda: book("<sheetData>" + '<row s="1" customFormat="1"/>' * 1_000_000 + "</sheetData>"),
    "two million empty cells": lambda: book(cells(2_000_000, "<c/>")),
    "a wide row": lambda: book("<sheetData><row r='1'>" + "<c><v>1</v></c>" * 16_384 + "</row></sheetData>"),
    "deep nesting": lambda: book("<sheetData/>" + "<a>" * 100_000 + "</a>" * 100_000),
    "names": lambda: book(workbook=NAMES.format("<definedNames>" + "".join(f'<definedName name="n{n}">1</definedName>' for n in range(100_000)) + "</definedNames>")),
    "styles": lambda: book(styles='<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs>' + "<xf/>" * 1_000_000 + "</cellXfs></styleSheet>"),
    "an attribute": lambda: book(f'<sheetData/><conditionalFormatting sqref="{"A1 " * 2_000_000}"/>'),
    "hidden columns": lambda: book('<cols><col min="1" max="2000000000" hidden="1"/></cols><sheetData/>'),
    "an ods of repeated cells": lambda: sheets_of_ods(
        "<table:table-row table:number-rows-repeated='1048576'><table:table-cell table:number-columns-repeated='16384' office:value-type='string'><text:p>x</text:p></table:table-cell></table:table-row>"
    ),
    "an ods of blanks": lambda: sheets_of_ods(
        "<table:table-row><table:table-cell><text:p>" + "<text:s text:c='9000000'/>" * 50_000 + "</text:p></table:table-cell></table:table-row>"
    ),
    "an ods of many cells": lambda: sheets_of_ods("<table:table-row>" + "<table:table-cell/>" * 2_000_000 + "</table:table-row>"),
}  # fmt: skip


READ = """
import json, resource, sys
from pathlib import Path
from analysis.returns.sandbox import read_files
(found,) = read_files([Path(sys.argv[1])])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([found.refused, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""


@pytest.mark.parametrize("kind", SLOW)
def test_slow_files_are_read_or_refused_within_the_limits(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "r"
    path.write_bytes(SLOW[kind]())
    # In a small process of its own: a child begins with the peak of whoever starts it, and this one has run other tests.
    done = subprocess.run([sys.executable, "-c", READ, path], capture_output=True, text=True, check=True)
    refused, seconds, peak = json.loads(done.stdout)
    assert seconds < 10 and peak < 600_000  # KiB
    assert kind == "hidden columns" or (refused and "could not be read" not in refused), refused


def test_an_answer_that_trickles_in_has_one_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text(
        "import sys, time\nfor _ in range(100):\n    sys.stdout.write('x')\n    sys.stdout.flush()\n    time.sleep(0.2)\n"
    )
    monkeypatch.setattr(sandbox, "SECONDS", 1.0)
    popen = sandbox.subprocess.Popen
    monkeypatch.setattr(sandbox.subprocess, "Popen", lambda command, **more: popen([command[0], slow], **more))
    started = time.monotonic()
    (found,) = read_files([tmp_path / "any"])
    assert "limits of memory and time" in found.refused and time.monotonic() - started < 10


def test_an_answer_without_end_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "long.py"
    slow.write_text("import sys\nwhile True:\n    sys.stdout.write('x' * 100_000)\n")
    monkeypatch.setattr(sandbox, "LARGEST_ANSWER", 1_000_000)
    popen = sandbox.subprocess.Popen
    monkeypatch.setattr(sandbox.subprocess, "Popen", lambda command, **more: popen([command[0], slow], **more))
    (found,) = read_files([tmp_path / "any"])
    assert "limits of memory and time" in found.refused


def test_others_can_receive_while_a_file_is_read(raw_copy: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = raw_copy().data
    path = filled(data, tmp_path / "r.xlsx")
    from analysis.returns import receiving

    read, free = receiving.read_files, []

    def watched(paths: list[Path]) -> object:
        with returns_folder.lock(data):
            free.append(True)
        return read(paths)

    monkeypatch.setattr(receiving, "read_files", watched)
    monkeypatch.setattr(returns_folder, "_TIMEOUT", 0.2)
    assert receive(data, [path], ON)[0].state == "kept" and free


# Other readers of what comes from elsewhere


def word(paragraphs: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("word/document.xml", f'<w:document xmlns:w="urn:w"><w:body>{paragraphs}</w:body></w:document>')
    return packed.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        word("<w:p>" + "<w:r><w:t>12 a </w:t></w:r>" * 150_000 + "</w:p>"),
        word("<w:p/>" * 3_000_000),
        word("<w:p>" * 50_000 + "</w:p>" * 50_000),
        word("<w:p><w:r><w:t>" + "1 " * 4_000_000 + "</w:t></w:r></w:p>"),
    ],
    ids=["one paragraph of many pieces", "empty paragraphs", "deep", "one long text"],
)
def test_a_draft_is_read_or_refused_in_time(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "draft.docx"
    path.write_bytes(content)
    started = time.process_time()
    try:
        propose(read_report(path))
    except DataError as error:
        assert "draft.docx" in str(error)
    assert time.process_time() - started < 15


@pytest.mark.parametrize(
    "content",
    [
        book("<sheetData>" + "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 3000)) + "</sheetData>"),
        book('<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        book(cells(2_000_000, "<c/>")),
        long_string(),
    ],
    ids=["far cells", "one far cell", "empty cells", "long texts"],
)
def test_an_official_workbook_is_refused_in_time(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "official.xlsx"
    path.write_bytes(content)
    started = time.process_time()
    with pytest.raises(DataError, match=r"official\.xlsx"):
        list(sheets(path, path.name))
    assert time.process_time() - started < 10


def test_an_official_table_of_too_many_cells_is_refused(tmp_path: Path) -> None:
    release = raw_files.Release("x", "y", tmp_path, "", "", "", "", True, True, {"a.csv": ""})
    (tmp_path / "a.csv").write_bytes((b"," * 4_000 + b"\n") * 3_000)
    started = time.process_time()
    with pytest.raises(DataError, match="cells"):
        release.rows("a.csv")
    assert time.process_time() - started < 10
