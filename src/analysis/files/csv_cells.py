"""The cells of a CSV file exactly as they stand, or one sentence on why it is none."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from analysis.errors import DataError

_LARGEST, _LONGEST, _WIDEST = 50_000_000, 1_000_000, 5_000  # bytes of a file, letters of a line, cells of a row
_MOST = 5_000_000  # cells of a file: their frame takes some 60 bytes for each
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how an .xlsx and an .xls begin
SAVE = "a table as text: in a spreadsheet program save it as “CSV UTF-8 (comma delimited)”"


class NotCsvError(Exception):
    """A row that is no CSV: where it stands, what was found and what was expected; the message has all but the last."""

    def __init__(self, row: int, found: str, expected: str = "well-formed CSV", column: int | None = None) -> None:
        self.row, self.found, self.expected, self.column = row, found, expected, column
        super().__init__(f"row {row}, column {column}: {found}" if column else found)


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
    rows: list[list[str]] = []
    cells = 0
    try:
        for values in strict_rows(text):
            rows.append(values)
            cells += len(values)
            if cells > _MOST:
                raise DataError(name, found=f"more than {_MOST:,} cells", expected="a table of at most as many")
    except NotCsvError as error:
        if rows and (sign := separators(rows[0])):
            raise DataError(name, row=1, found=f"cells separated by {sign}", expected=SAVE) from None
        raise DataError(name, row=error.row, column=error.column, found=error.found, expected=error.expected) from None
    wide = max(map(len, rows), default=0)
    if wide > _WIDEST:
        raise DataError(name, found=f"a row of {wide:,} cells", expected=f"at most {_WIDEST:,}")
    return rows


def separators(header: list[str]) -> str:
    """Return what the cells of a heading of one cell seem to be separated by, in words; empty where by commas."""
    signs = {";": "semicolons", "\t": "tabs"}
    return next((words for sign, words in signs.items() if len(header) == 1 and sign in header[0]), "")


def strict_rows(text: str, delimiter: str = ",") -> Iterator[list[str]]:
    """Yield the cells of each row of a text in CSV; raises NotCsvError for the first row that is none.

    The reader of the standard library takes a quotation mark inside a cell that doesn't begin with one for a letter. It may
    as well be the end of a cell whose first mark is lost, so it is refused.
    """
    lines: list[str] = []  # of the row that is read

    def kept() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            lines.append(line)
            yield line

    reader = csv.reader(kept(), delimiter=delimiter, strict=True)
    try:
        for number, values in enumerate(reader, start=1):
            if '"' in "".join(values) and (column := _stray_mark("".join(lines), delimiter)):
                expected = "the whole cell in quotation marks, with each mark inside it doubled"
                raise NotCsvError(number, "a quotation mark inside a cell that doesn't begin with one", expected, column)
            lines.clear()
            yield values
    except csv.Error as error:
        raise NotCsvError(reader.line_num, str(error)) from None


def _stray_mark(row: str, delimiter: str) -> int | None:
    """Return the number of the first cell of a row, as it is written, that doesn't begin with a quotation mark and has one."""
    cell = re.compile(rf'(?:"[^"]*(?:""[^"]*)*"|[^"{re.escape(delimiter)}]*)(.?)', re.DOTALL)  # and what stands behind it
    behind = ((number, found[1]) for number, found in enumerate(cell.finditer(row), start=1))
    number, mark = next((number, mark) for number, mark in behind if mark != delimiter)
    return number if mark == '"' else None
