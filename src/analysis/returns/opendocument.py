"""An OpenDocument spreadsheet (.ods, as LibreOffice saves it) as plain cells, with everything else that it holds.

The format is read by OpenDocument 1.3, part 3: chapter 9 (tables) and section 19.385 (values of cells). A row or cell that
stands for many (`number-rows-repeated`) is written out only where it holds something.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.files import packed_xml
from analysis.returns.file_limits import LARGEST_SHEET, PACKAGE, Budget, RefusedError

_ADVICE = "Save it as an OpenDocument spreadsheet (.ods) or an Excel workbook (.xlsx) and send that."
_MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_CONTENT, _STYLES, _MANIFEST = "content.xml", "styles.xml", "META-INF/manifest.xml"
_PLAIN_PARTS = re.compile(
    r"mimetype|(?:content|styles|meta|settings)\.xml|manifest\.rdf|META-INF/manifest\.xml|Thumbnails/thumbnail\.png|"
    r"layout-cache|Configurations2/.*|.*/"
)
_KINDS_OF_FOREIGN_PARTS = (
    (r"Pictures/|media/", "a picture or drawing"),
    (r"Object|.*\.(?:bin|ole)", "an embedded file or chart"),
    (r"META-INF/", "a digital signature"),
    (r"", "a part that no template has"),
)
_FOREIGN_ELEMENTS = {
    "annotation": "comments on cells",
    "frame": "a picture or drawing", "image": "a picture or drawing", "custom-shape": "a picture or drawing",
    "g": "a picture or drawing", "line": "a picture or drawing", "rect": "a picture or drawing", "path": "a picture or drawing",
    "object": "an embedded file or chart", "object-ole": "an embedded file or chart", "plugin": "an embedded file or chart",
    "form": "an embedded file or control", "control": "an embedded file or control",
    "table-source": "links to other files", "cell-range-source": "links to other files", "dde-link": "links to other files",
    "tracked-changes": "a record of changes", "scenario": "scenarios",
    "data-pilot-table": "a pivot table with the data that it was made of",
    "named-expression": "a name that was defined for cells or text",
}  # fmt: skip
_OUTSIDE = re.compile(r"(?!file:)[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_VALUE_ATTRIBUTES = {"float": "value", "currency": "value", "percentage": "value", "date": "date-value", "time": "time-value",
           "boolean": "boolean-value"}  # fmt: skip
_MARGINS = ("header", "footer", "header-left", "footer-left", "header-first", "footer-first")


@dataclass
class _Sheet:
    name: str
    style: str
    cells: list[list[Any]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    row: int = 0
    column: int = 0  # the last column so far: while columns are declared, and then within each row
    pending: list[tuple[int, int, Mapping[str, str], str]] = field(default_factory=list)  # column, times, attributes, text


def is_kind(package: zipfile.ZipFile) -> bool:
    """Return whether a package is an OpenDocument spreadsheet."""
    return "mimetype" in package.namelist() and package.read("mimetype").strip() == _MIMETYPE


def read(package: zipfile.ZipFile, _: bytes) -> dict[str, Any]:
    """Return the sheets of a spreadsheet and what it holds besides cells (see `sandbox.Book`).

    Raises RefusedError, or an error of `packed_xml` for a file that is too large or broken.
    """
    names = package.namelist()
    screen = packed_xml.Screen(PACKAGE)
    if any(name.startswith(("Basic/", "Scripts/", "Dialogs/")) and not name.endswith("/") for name in names):
        raise RefusedError(f"It holds macros. {_ADVICE}")
    foreign = []
    for name in names:
        content = package.read(name)  # proves the checksum of the part
        if not _PLAIN_PARTS.fullmatch(name):
            foreign.append((0, next(words for kind, words in _KINDS_OF_FOREIGN_PARTS if re.match(kind, name))))
        if name == _MANIFEST:
            screen.walk(content, _refuse_encrypted)
        elif name.endswith((".xml", ".rdf")) and content and name not in (_CONTENT, _STYLES):
            screen.walk(content)
    reader = _Reader()
    screen.walk(package.read(_CONTENT), reader.start, reader.end, reader.text)
    margins = _margins(package.read(_STYLES), screen) if _STYLES in names else []
    return {
        "sheets": [
            {key: getattr(sheet, key) for key in ("name", "cells", "merged", "hidden_rows", "hidden_columns")}
            | {"number": number, "hidden": sheet.style in reader.hidden}
            for number, sheet in enumerate(reader.sheets, start=1)
        ],
        "foreign": sorted({*foreign, *reader.foreign}),
        "margins": margins,
        "suffix": ".ods",
    }


def _refuse_encrypted(tag: str, _: Mapping[str, str]) -> None:
    if tag == "encryption-data":
        raise RefusedError("It is protected by a password. Save it without one and send that.")


def _margins(content: bytes, screen: packed_xml.Screen) -> list[tuple[int, str]]:
    """Return the texts in headers and footers of the pages."""
    margins: list[tuple[int, str]] = []
    depth = 0

    def start(tag: str, _: Mapping[str, str]) -> None:
        nonlocal depth
        depth += tag in _MARGINS

    def end(tag: str) -> None:
        nonlocal depth
        depth -= tag in _MARGINS

    def text(words: str) -> None:
        if depth and words.strip():
            margins.append((0, words.strip()))

    screen.walk(content, start, end, text)
    return margins


class _Reader:
    """Takes the elements of content.xml in their order, and collects the sheets, their cells, and everything that is neither."""

    def __init__(self) -> None:
        self.sheets: list[_Sheet] = []
        self.foreign: set[tuple[int, str]] = set()
        self.hidden: set[str] = set()  # the styles of sheets that are not shown
        self._open: list[str] = []
        self._style = ""
        self._cell: dict[str, str] | None = None
        self._words: list[str] = []
        self._row: Mapping[str, str] = {}
        self._hidden_groups = 0
        self._budget = Budget()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        inside = self._open[-1] if self._open else ""
        self._open.append(tag)
        if tag in _FOREIGN_ELEMENTS and (tag != "form" or inside == "forms") and "content-validation" not in self._open:
            self.foreign.add((len(self.sheets), _FOREIGN_ELEMENTS[tag]))
        if tag == "named-range" and not attributes.get("name", "").startswith(("_xl", "Print_")):
            self.foreign.add((len(self.sheets), "a name that was defined for cells or text"))
        if _OUTSIDE.match(attributes.get("href", "")):
            self.foreign.add((len(self.sheets), "a link to an address"))
        if tag == "style":
            self._style = attributes.get("name", "")
        elif tag == "table-properties" and attributes.get("display") == "false":
            self.hidden.add(self._style)
        elif tag == "table" and inside == "spreadsheet":
            self.sheets.append(_Sheet(attributes.get("name", ""), attributes.get("style-name", "")))
        elif self.sheets and "spreadsheet" in self._open:
            self._start_within(tag, attributes, self.sheets[-1])

    def _start_within(self, tag: str, attributes: Mapping[str, str], sheet: _Sheet) -> None:
        if tag in ("table-row-group", "table-column-group"):
            self._hidden_groups += attributes.get("display") == "false"
        elif tag == "table-column":
            first, times = sheet.column + 1, _times(attributes, "number-columns-repeated")
            sheet.column += times
            if attributes.get("visibility", "visible") != "visible" or self._hidden_groups:
                sheet.hidden_columns += range(first, min(sheet.column, LARGEST_SHEET[1]) + 1)
        elif tag == "table-row":
            self._row, sheet.column = attributes, 0
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell, self._words = dict(attributes), []
        elif self._cell is not None and "annotation" not in self._open:
            if tag == "p" and self._words:
                self._words.append("\n")
            elif tag == "s":
                self._words.append(" " * min(_times(attributes, "c"), 100))
            elif tag in ("tab", "line-break"):
                self._words.append(" ")

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        self._open.pop()
        if not self.sheets or "spreadsheet" not in self._open:
            return
        sheet = self.sheets[-1]
        if tag in ("table-cell", "covered-table-cell") and self._cell is not None:
            self._end_cell(sheet, self._cell)
            self._cell = None
        elif tag == "table-row":
            self._end_row(sheet)
        elif tag in ("table-row-group", "table-column-group"):
            self._hidden_groups = max(0, self._hidden_groups - 1)

    def text(self, words: str) -> None:
        """Take text; of a cell, only the text of its paragraphs."""
        if self._cell is not None and "p" in self._open and "annotation" not in self._open:
            self._words.append(words)

    def _end_cell(self, sheet: _Sheet, attributes: dict[str, str]) -> None:
        first, times = sheet.column + 1, _times(attributes, "number-columns-repeated")
        sheet.column += times
        words = attributes.get("string-value", "".join(self._words))
        if "value-type" in attributes or "formula" in attributes or words:
            sheet.pending.append((first, times, attributes, words))
        rows, columns = _times(attributes, "number-rows-spanned"), _times(attributes, "number-columns-spanned")
        if rows > 1 or columns > 1:
            sheet.merged.append(f"{_address(sheet.row + 1, first)}:{_address(sheet.row + rows, first + columns - 1)}")

    def _end_row(self, sheet: _Sheet) -> None:
        times = _times(self._row, "number-rows-repeated")
        if sheet.pending:
            hidden = self._row.get("visibility", "visible") != "visible" or self._hidden_groups
            for row in range(sheet.row + 1, sheet.row + times + 1):
                for first, repeated, attributes, words in sheet.pending:
                    for column in range(first, first + repeated):
                        self._add_cell(sheet, row, column, attributes, words)
                if hidden:
                    sheet.hidden_rows.append(row)
        sheet.pending = []
        sheet.row += times

    def _add_cell(self, sheet: _Sheet, row: int, column: int, attributes: Mapping[str, str], words: str) -> None:
        kind, text = _value(attributes, words)
        percent = attributes.get("value-type") == "percentage"
        self._budget.take(len(self.sheets), _address(row, column), row, column, text + attributes.get("formula", ""))
        if "formula" in attributes:
            sheet.cells.append(
                [row, column, "formula", attributes["formula"], percent, [kind, text] if "value-type" in attributes else None]
            )
        elif text:
            sheet.cells.append([row, column, kind, text, percent, None])


def _value(attributes: Mapping[str, str], words: str) -> tuple[str, str]:
    """Return what a cell holds, in the kinds of `excel`, and its exact value as text."""
    kind = attributes.get("value-type", "string")
    if kind == "error" or (kind == "string" and "formula" in attributes and re.fullmatch(r"(?:#[A-Z/0?!]+|Err:\d+)", words)):
        return "error", words
    text = attributes.get(_VALUE_ATTRIBUTES.get(kind, ""), words)
    match kind:
        case "float" | "currency" | "percentage":
            number = float(text)
            if not math.isfinite(number):
                return "error", repr(number)
            return "number", str(int(number)) if number == int(number) else repr(number)
        case "date":
            return "date", text[:10]
        case "time":
            return "date", text
        case "boolean":
            return "yes or no", text.upper()
    return "text", text


def _times(attributes: Mapping[str, str], name: str) -> int:
    """Return how often an element is repeated; raises ValueError for a number out of range."""
    times = int(attributes.get(name, "1"))
    if not 1 <= times <= 10_000_000:
        raise ValueError(name)
    return times


def _address(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"
