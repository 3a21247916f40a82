"""Reading one spreadsheet file into plain cells, in a process of its own: what comes in is hostile until it is checked.

The process is started by `child.read_files`. It limits its own memory and time before it opens anything, reads names of
files from standard input, one a line, and answers each with one line of JSON: `{"sheets": [...]}` with what stands in every
cell, or `{"refused": "..."}` with the reason in words. Values are data; no formula is worked out here.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
import warnings
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from analysis import archives

MEMORY = 1024 * 1024 * 1024  # bytes of address space: a return of 10 000 cells needs a tenth of it
LARGEST_FILE = 10 * 1024 * 1024
LARGEST_UNPACKED = 60 * 1024 * 1024
LARGEST_RATIO = 200  # XML packs 10 to 50 times; a bomb a thousand times
LARGEST_SHEET = (2000, 60)  # rows, columns
LARGEST_TEXT = 4000
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_ADVICE = "Save it as an Excel workbook (.xlsx) and send that."


class RefusedError(Exception):
    """The file can't be read at all; the text says why and what to do."""


def main() -> None:
    """Answer each file named on standard input with one line of JSON."""
    _limit()
    for line in sys.stdin:
        try:
            answer = read(Path(line.rstrip("\n")))
        except RefusedError as error:
            answer = {"refused": str(error)}
        except MemoryError:
            answer = {
                "refused": "It takes more memory to read than a return may. Send the template as it was, with figures only."
            }
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def read(path: Path) -> dict[str, Any]:
    """Return {"sheets": [...], "notes": [...]} of a file; raises RefusedError with the reason and what to do."""
    content = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else b""
    if not content:
        size = path.stat().st_size
        raise RefusedError("The file is empty." if size == 0 else f"It is {size / 1e6:.0f} MB large; a return is far below 1 MB.")
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise RefusedError("It is protected by a password. Save it without one and send that.")
        raise RefusedError(f"It is in the old Excel format (.xls). {_ADVICE}")
    if content.startswith(_ZIP):
        return _read_workbook(content)
    if content[:5] == b"%PDF-" or content[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0", b"{\\rt"):
        raise RefusedError(f"It is no spreadsheet but a document or picture. {_ADVICE}")
    return _read_text(content)


def _limit() -> None:
    if os.name == "posix":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read_workbook(content: bytes) -> dict[str, Any]:
    notes = _check_package(content)
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of extensions that it leaves out: they hold no figures
        try:
            book = openpyxl.load_workbook(io.BytesIO(content))
            formulas = any(cell.data_type == "f" for sheet in book.worksheets for cell in sheet._cells.values())
            results = openpyxl.load_workbook(io.BytesIO(content), data_only=True) if formulas else book
        except MemoryError:
            raise
        except (InvalidFileException, Exception) as error:  # a broken part: whatever the library stumbles over
            raise RefusedError(f"It can't be read as an Excel workbook ({type(error).__name__}). {_ADVICE}") from None
    return {"sheets": [_sheet(sheet, results) for sheet in book.worksheets], "notes": notes}


def _check_package(content: bytes) -> list[str]:
    """Return notes on what the package holds besides cells; raises RefusedError for what can't be a return."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        names = package.namelist()
        if archives.is_bomb(package.infolist(), LARGEST_UNPACKED, LARGEST_RATIO):
            raise RefusedError("It unpacks to far more than a return holds. Send the template as it was, with figures only.")
        if "mimetype" in names and b"opendocument" in package.read("mimetype"):
            raise RefusedError(f"It is an OpenDocument file (.ods). {_ADVICE}")
        if "xl/workbook.xml" not in names:
            raise RefusedError(f"It is no Excel workbook. {_ADVICE}")
        for name in names:
            if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in package.read(name)[:2000]:
                raise RefusedError(f"Its part {name} declares a document type, which no spreadsheet program writes. {_ADVICE}")
            if not name.endswith((".xml", ".rels")):
                package.read(name)  # proves the checksum of the part
    except archives.BROKEN:
        raise RefusedError("It is incomplete or damaged, as after an upload that broke off. Send it once more.") from None
    if any(name.endswith("vbaProject.bin") for name in names):
        raise RefusedError(f"It holds macros (.xlsm). {_ADVICE}")
    held = {
        "xl/media/": "a picture, which was not read",
        "xl/comments": "comments on cells, which were not read: remarks go into the column for remarks",
        "xl/charts/": "a chart, which was not read",
        "xl/externalLinks/": "links to other files; what those say was not looked up",
    }
    return [words for start, words in held.items() if any(name.startswith(start) for name in names)]


def _sheet(sheet: Any, results: Any) -> dict[str, Any]:
    rows, columns = LARGEST_SHEET
    cells = []
    for (row, column), cell in sorted(sheet._cells.items()):
        if cell.value is None:
            continue
        if row > rows or column > columns:
            raise RefusedError(f"The sheet {sheet.title!r} has something at {cell.coordinate}, far from the table. Clear it.")
        kind, text = _content(cell.value, cell.data_type, cell.number_format)
        shown = None
        if kind == "formula":
            result = results[sheet.title].cell(row, column)
            shown = _content(result.value, result.data_type, cell.number_format) if result.value is not None else None
        cells.append([row, column, kind, text, "%" in cell.number_format, shown])
    return {
        "name": sheet.title,
        "hidden": sheet.sheet_state != "visible",
        "cells": cells,
        "merged": [str(each) for each in sheet.merged_cells.ranges],
        "hidden_rows": [number for number, row in sheet.row_dimensions.items() if row.hidden],
    }


def _content(value: Any, kind: str, number_format: str) -> tuple[str, str]:
    """Return what a cell holds (number, text, date, yes or no, formula, error) and the text that says it exactly."""
    if kind == "f":
        return "formula", str(getattr(value, "text", value))[:LARGEST_TEXT]
    if kind == "e":
        return "error", str(value)
    if isinstance(value, bool):
        return "yes or no", str(value).upper()
    if isinstance(value, datetime | date | time):
        return "date", value.isoformat()[:10]
    if isinstance(value, int | float):
        return "number", str(int(value)) if value == int(value) else repr(value)
    return "text", str(value)[:LARGEST_TEXT]


def _read_text(content: bytes) -> dict[str, Any]:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")  # what Excel for Windows saves as CSV
    if "\0" in text or re.match(r"\s*<", text):
        raise RefusedError(f"It is no spreadsheet. {_ADVICE}")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise RefusedError(f"It can't be read as CSV ({error}). {_ADVICE}") from None
    if len(rows) > LARGEST_SHEET[0] or any(len(row) > LARGEST_SHEET[1] for row in rows):
        raise RefusedError("It has far more rows or columns than a return.")
    cells = [
        [row, column, "text", value[:LARGEST_TEXT], False, None]
        for row, values in enumerate(rows, start=1)
        for column, value in enumerate(values, start=1)
        if value
    ]
    return {"sheets": [{"name": "CSV", "hidden": False, "cells": cells, "merged": [], "hidden_rows": []}], "notes": []}


if __name__ == "__main__":
    main()
