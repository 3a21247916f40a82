"""The cells of a CSV file exactly as they stand, or one sentence on why it is none."""

from __future__ import annotations

import csv
import io

from analysis.errors import DataError

_LARGEST, _LONGEST, _WIDEST = 50_000_000, 1_000_000, 5_000  # bytes of a file, letters of a line, cells of a row
_MOST = 5_000_000  # cells of a file: their frame takes some 60 bytes for each
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how an .xlsx and an .xls begin


def cells_of(content: bytes, name: str) -> list[list[str]]:
    """Return the cells of a CSV file's content, row by row; raises DataError naming it when it is none.

    A blank line is an empty row.
    """
    if len(content) > _LARGEST:
        raise DataError(name, found=f"{len(content):,} bytes", expected=f"a table of at most {_LARGEST:,}")
    if not content.strip():
        raise DataError(name, found="an empty file", expected="a table")
    if content.startswith(_WORKBOOKS):
        raise DataError(name, found="a workbook", expected="a table as text: save it as CSV UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
        found = "UTF-16 text" if utf16 else f"the byte 0x{content[error.start]:02x}"
        raise DataError(name, row=row, found=found, expected="UTF-8 text: save it as CSV UTF-8") from None
    if "\0" in text:
        raise DataError(name, row=text[: text.index("\0")].count("\n") + 1, found="a NUL character", expected="text")
    long = max(map(len, text.split("\n")))
    if long > _LONGEST:
        raise DataError(name, found=f"a line of {long:,} characters", expected=f"at most {_LONGEST:,}")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    cells = 0
    try:
        for values in reader:
            rows.append(values)
            cells += len(values)
            if cells > _MOST:
                raise DataError(name, found=f"more than {_MOST:,} cells", expected="a table of at most as many")
    except csv.Error as error:
        raise DataError(name, row=reader.line_num, found=str(error), expected="well-formed CSV") from None
    wide = max(map(len, rows), default=0)
    if wide > _WIDEST:
        raise DataError(name, found=f"a row of {wide:,} cells", expected=f"at most {_WIDEST:,}")
    return rows
