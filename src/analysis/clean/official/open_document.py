"""Read the sheets of an OpenDocument spreadsheet (.ods) as text, within the same limits as those of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from analysis.clean.official.workbook import MAX_COLUMNS, MAX_ROWS, PACKAGE, as_percentage, checked_rows, plain_text
from analysis.errors import DataError
from analysis.files import packed_xml

_CONTENT = "content.xml"
_NUMBERS = ("float", "currency")


def sheets(path: Path, name: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the title and the cells of each sheet, row by row, whole numbers without a point.

    Empty cells are empty texts, and left out at the end of a row. Raises DataError for a file that is no such spreadsheet, is too
    large, has a cell beyond row 5,000 or column 200, or one that is shown as a percentage.
    """
    reader = _Reader(name)
    try:
        with packed_xml.opened(path, PACKAGE) as packed:
            packed_xml.Screen(PACKAGE).walk(packed.read(_CONTENT), reader.start, reader.end, reader.text)
    except packed_xml.TooMuchError as error:
        raise DataError(name, found=str(error), expected="a table of all authorities at most") from None
    except packed_xml.DeclaredError:
        raise DataError(name, found="a part that declares a document type", expected="an OpenDocument spreadsheet") from None
    except DataError:
        raise
    except packed_xml.BROKEN:
        raise DataError(name, found="a file that can't be opened", expected="an OpenDocument spreadsheet") from None
    for title, rows in reader.sheets:
        yield title, checked_rows(rows, name)


class _Reader:
    """Takes the elements of content.xml in their order; what stands for many rows or cells is written out if it holds a text."""

    def __init__(self, name: str) -> None:
        self.sheets: list[tuple[str, list[list[str]]]] = []
        self._name = name
        self._cells: list[tuple[int, str]] = []  # of the row: how often, and the text
        self._row_times = 0
        self._cell: Mapping[str, str] | None = None
        self._words: list[str] = []
        self._paragraphs = self._notes = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        if tag == "table":
            self.sheets.append((attributes.get("name", ""), []))
        elif tag == "table-row":
            self._cells, self._row_times = [], _times(attributes, "number-rows-repeated")
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell, self._words, self._paragraphs = attributes, [], 0
        elif tag == "annotation":
            self._notes += 1
        elif tag == "p" and not self._notes:
            self._words += [" "] * bool(self._paragraphs)
            self._paragraphs += 1
        elif tag in ("s", "tab", "line-break") and not self._notes:
            self._words.append(" ")

    def text(self, words: str) -> None:
        """Take text; of a cell only its own, not that of a comment on it."""
        if self._cell is not None and not self._notes:
            self._words.append(words)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        if tag == "annotation":
            self._notes -= 1
        elif tag in ("table-cell", "covered-table-cell") and self._cell is not None:
            self._cells.append((_times(self._cell, "number-columns-repeated"), self._value(self._cell)))
            self._cell = None
        elif tag == "table-row" and self.sheets:
            self._end_row(self.sheets[-1][1])

    def _value(self, attributes: Mapping[str, str]) -> str:
        kind = attributes.get("value-type", "")
        if kind == "percentage":
            raise as_percentage(len(self.sheets[-1][1]) + 1, self._name)
        if kind in _NUMBERS:
            return plain_text(float(attributes.get("value", "")))
        return "".join(self._words).strip()

    def _end_row(self, rows: list[list[str]]) -> None:
        while self._cells and not self._cells[-1][1]:
            self._cells.pop()
        width = sum(times for times, _ in self._cells)
        # An empty row at the end of a sheet may stand for a million.
        count = self._row_times if width else min(self._row_times, MAX_ROWS + 1 - len(rows))
        if width > MAX_COLUMNS:
            raise DataError(self._name, found=f"something in column {width:,}", expected=f"at most {MAX_COLUMNS} columns")
        if width and len(rows) + count > MAX_ROWS:
            raise DataError(self._name, found=f"something in row {len(rows) + count:,}", expected=f"at most {MAX_ROWS:,} rows")
        row = [text for times, text in self._cells for _ in range(times)]
        rows += [list(row) for _ in range(count)]


def _times(attributes: Mapping[str, str], name: str) -> int:
    """Return how often an element is repeated; raises ValueError for a number out of range."""
    times = int(attributes.get(name, "1"))
    if not 1 <= times <= 10_000_000:
        raise ValueError(name)
    return times
