"""One accessible workbook a pack, after the Government Analysis Function's guidance: cover, contents, notes, a table a sheet.

Every table begins in column A under its title, without merged cells or blank rows; numbers are numbers.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table as SheetTable
from openpyxl.worksheet.worksheet import Worksheet

from analysis.pack.figures import Column, PageTable, as_data

FILE = "figures.xlsx"
_WIDEST, _NARROWEST = 60, 11
_TITLE, _HEADING = Font(bold=True, size=14), Font(bold=True)
_LINK = Font(underline="single", color="1A5A96")
_WRAP = Alignment(wrap_text=True, vertical="top")
# A file that is made twice is the same bytes: the time of its making stands on the pages.
NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Cover:
    """What the first sheet says."""

    title: str
    period: str
    audience: str
    rule: str
    version: str


def write(
    folder: Path, cover: Cover, symbols: Sequence[tuple[str, str]], titles: Mapping[str, str], tables: Sequence[PageTable]
) -> None:
    """Write `figures.xlsx`: the cover, the contents with links, the symbols, and each table on a sheet of its own.

    `titles` gives the title of each page by its id.
    """
    book = Workbook()
    front: Worksheet = book.active
    _lines(front, "Cover", cover.title, [
        cover.period,
        f"{cover.audience}. {cover.rule}",
        f"{len(tables)} tables, each on a sheet of its own. The sheet Contents lists them, the sheet Notes explains the symbols.",
        "These are the figures of the pages of the pack, and no others.",
        f"Made by safeguarding-analysis, version {cover.version}.",
    ])  # fmt: skip
    named = [(f"Table {number}", table) for number, table in enumerate(tables, start=1)]
    listing = [(sheet, table.caption, titles[table.page]) for sheet, table in named]
    _sheet(
        book,
        "Contents",
        "Contents",
        ["What each sheet holds, and the page that it stands on."],
        _text_columns(("Sheet", "Table", "Page"), listing),
        "Contents",
    )
    _link(book["Contents"], [sheet for sheet, _ in named])
    _sheet(
        book,
        "Notes",
        "Symbols",
        ["What stands where there is no figure, and the marks beside figures."],
        _text_columns(("Symbol", "Meaning"), symbols),
        "Symbols",
    )
    for sheet, table in named:
        above = [f"{table.headline}. {table.subtitle}", f"Page: {titles[table.page]}. Source: {table.source}"]
        above += [f"Note {number}: {text}" for number, text in enumerate(table.footnotes, start=1)]
        _sheet(book, sheet, table.caption, above, as_data(table), sheet.replace(" ", "_"))
    book.properties.title, book.properties.creator = f"{cover.title}, {cover.period}", "safeguarding-analysis"
    book.properties.language = "en-GB"
    buffer = io.BytesIO()
    book.save(buffer)
    (folder / FILE).write_bytes(_without_time(buffer.getvalue()))


def _lines(sheet: Worksheet, name: str, title: str, lines: list[str]) -> None:
    sheet.title = name
    for number, text in enumerate((title, *lines), start=1):
        _put(sheet.cell(number, 1), text).alignment = _WRAP
    sheet.cell(1, 1).font = _TITLE
    sheet.column_dimensions["A"].width = 100


def _sheet(book: Workbook, name: str, title: str, above: list[str], columns: list[Column], identity: str) -> None:
    sheet = book.create_sheet(name)
    for number, text in enumerate((title, *above), start=1):
        _put(sheet.cell(number, 1), text)  # not wrapped: it runs over the columns beside
    sheet.cell(1, 1).font = _TITLE
    head = len(above) + 2
    for place, column in enumerate(columns, start=1):
        heading = _put(sheet.cell(head, place), column.heading)
        heading.font, heading.alignment = _HEADING, _WRAP
        for row, cell in enumerate(column.cells, start=head + 1):
            if cell is not None:
                _fill(sheet.cell(row, place), cell, column)
        longest = max((len(str(cell)) for cell in (column.heading, *column.cells) if cell is not None), default=0)
        sheet.column_dimensions[get_column_letter(place)].width = min(max(longest + 2, _NARROWEST), _WIDEST)
    last = f"{get_column_letter(len(columns))}{head + max(len(columns[0].cells), 1)}"
    sheet.add_table(SheetTable(displayName=identity, ref=f"A{head}:{last}"))
    sheet.freeze_panes = sheet.cell(head + 1, 2)


def _fill(target: Cell, cell: float | int | str, column: Column) -> None:
    if isinstance(cell, str):
        _put(target, cell).alignment = _WRAP
        if column.numeric:  # a symbol among numbers stands where they stand
            target.alignment = Alignment(horizontal="right")
        return
    target.value = cell
    target.number_format = "#,##0" + (f".{'0' * column.decimals}" if column.decimals else "")


def _put(target: Cell, text: str) -> Cell:
    """Write text as text: what begins like a formula stays what it is."""
    target.value = text
    target.data_type = "s"
    return target


def _text_columns(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[Column]:
    return [Column(heading, tuple(row[place] for row in rows), None) for place, heading in enumerate(headings)]


def _link(sheet: Worksheet, targets: list[str]) -> None:
    first = sheet.max_row - len(targets) + 1
    for row, target in enumerate(targets, start=first):
        # A place in the workbook itself: given as an address, it would be written as a link that leads out of it.
        cell = sheet.cell(row, 1)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{target}'!A1")
        sheet.cell(row, 1).font = _LINK


def _without_time(content: bytes) -> bytes:
    """Return the workbook with every time in it taken out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            part = given.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>", b"", part)
            made.writestr(zipfile.ZipInfo(name, NO_TIME), part, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
