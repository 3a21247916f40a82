"""Reads one spreadsheet file into plain cells, in a process of its own: a file that comes in is hostile until it is checked.

The process is started by `sandbox.read_files`. It limits its own memory before it opens anything, reads the names of files
from standard input, one on each line, and answers each with one line of JSON: `{"sheets": [...]}` with the content of every
cell, or `{"refused": "..."}` with the reason in words. Formulas are not calculated here.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from analysis.files import packed_xml
from analysis.files.csv_cells import NotCsvError, strict_rows
from analysis.returns import excel, opendocument
from analysis.returns.file_limits import LARGEST_FILE, LARGEST_SHEET, MEMORY, PACKAGE, Budget, RefusedError

_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_ADVICE = "Save it as an Excel workbook (.xlsx) or an OpenDocument spreadsheet (.ods) and send that."


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
    """Return what a file holds (see `sandbox.Book`); raises RefusedError with the reason and what to do."""
    content = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else b""
    if not content:
        size = path.stat().st_size
        raise RefusedError("The file is empty." if size == 0 else f"It is {size / 1e6:.0f} MB large; a return is far below 1 MB.")
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise RefusedError("It is protected by a password. Save it without one and send that.")
        raise RefusedError(f"It is in the old Excel format (.xls). {_ADVICE}")
    if content.startswith(_ZIP):
        return _read_package(content)
    if content[:5] == b"%PDF-" or content[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0", b"{\\rt"):
        raise RefusedError(f"It is no spreadsheet but a document or picture. {_ADVICE}")
    return _read_text(content)


def _limit() -> None:
    if os.name == "posix":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read_package(content: bytes) -> dict[str, Any]:
    """Return the cells of a workbook, once all parts of its package are counted and known to be of an allowed kind."""
    try:
        with packed_xml.opened(content, PACKAGE) as package:
            for reader in (excel, opendocument):
                if reader.is_kind(package):
                    return reader.read(package, content)
            raise RefusedError(f"It is no spreadsheet. {_ADVICE}")
    except packed_xml.TooMuchError as error:
        raise RefusedError(f"It holds {error}: far more than a return. Send the template as it was, with figures only.") from None
    except packed_xml.DeclaredError:
        raise RefusedError(f"A part of it declares a document type, which no spreadsheet program writes. {_ADVICE}") from None
    except packed_xml.BROKEN:
        raise RefusedError("It is incomplete or damaged, as after an upload that broke off. Send it once more.") from None


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
    first_line = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first_line.count)
    budget, cells = Budget(), []
    try:
        for number, values in enumerate(strict_rows(text, delimiter), start=1):
            if number > LARGEST_SHEET[0] or len(values) > LARGEST_SHEET[1]:
                raise RefusedError("It has far more rows or columns than a return.")
            for column, value in enumerate(values, start=1):
                if value:
                    budget.take(1, f"row {number}", number, column, value)
                    cells.append([number, column, "text", value, False, None])
    except NotCsvError as error:
        raise RefusedError(f"It can't be read as CSV ({error}). {_ADVICE}") from None
    sheet = {"name": "CSV", "number": 1, "hidden": False, "cells": cells, "merged": [], "hidden_rows": [], "hidden_columns": []}
    return {"sheets": [sheet], "foreign": [], "margins": [], "suffix": ".csv"}


if __name__ == "__main__":
    main()
