"""One accessible workbook a pack, after the Government Analysis Function's guidance: cover, contents, notes, a table a sheet.

Every table begins in column A under its title, without merged cells or blank rows; numbers are numbers.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table as SheetTable
from openpyxl.worksheet.table import TableColumn

from analysis.pack.downloads.page_tables import Column, PageTable, as_data, tables_in

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

FILE = "figures.xlsx"
_WIDEST, _NARROWEST = 60, 11
_TITLE, _HEADING = Font(bold=True, size=14), Font(bold=True)
_LINK = Font(underline="single", color="1A5A96")
_WRAP, _RIGHT = Alignment(wrap_text=True, vertical="top"), Alignment(horizontal="right")
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


def of_pack(folder: Path, cover: Cover, symbols: Sequence[tuple[str, str]], titles: Mapping[str, str]) -> None:
    """Write the workbook of the pages whose executed notebooks lie in a pack's folder; `titles` has their ids in order."""
    write(folder, cover, symbols, titles, tables_in(folder, titles))


def write(
    folder: Path, cover: Cover, symbols: Sequence[tuple[str, str]], titles: Mapping[str, str], tables: Iterable[PageTable]
) -> None:
    """Write `figures.xlsx`: the cover, the contents with links, the symbols, and each table on a sheet of its own.

    `titles` gives the title of each page by its id. A table is taken when the one before has been written: a pack of hundreds of
    pages doesn't fill the memory.
    """
    book = Workbook(write_only=True)
    # The first two stand first, and are written last: they say what the others are.
    front, contents, notes = (book.create_sheet(name) for name in ("Cover", "Contents", "Notes"))
    explained = "What stands where there is no figure, and the marks beside figures."
    _fill(notes, "Symbols", [explained], _text_columns(("Symbol", "Meaning"), symbols), "Symbols")
    listing = list[tuple[str, str, str]]()
    for number, table in enumerate(tables, start=1):
        sheet, title = book.create_sheet(f"Table {number}"), titles[table.page]
        above = [f"{table.headline}. {table.subtitle}", f"Page: {title}. Source: {table.source}"]
        above += [f"Note {place}: {text}" for place, text in enumerate(table.footnotes, start=1)]
        _fill(sheet, table.caption, above, as_data(table), f"Table_{number}")
        listing.append((sheet.title, table.caption, title))
    said = "What each sheet holds, and the page that it stands on."
    _fill(contents, "Contents", [said], _text_columns(("Sheet", "Table", "Page"), listing), "Contents", linked=True)
    _write_front(front, cover, len(listing))
    book.properties.title, book.properties.creator = f"{cover.title}, {cover.period}", "safeguarding-analysis"
    book.properties.language = "en-GB"
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as made:
        book.save(made)
        _copy_without_time(made, folder / FILE)


def _write_front(sheet: WriteOnlyWorksheet, cover: Cover, count: int) -> None:
    sheet.column_dimensions["A"].width = 100
    lines = [
        cover.period,
        f"{cover.audience}. {cover.rule}",
        f"{count} tables, each on a sheet of its own. The sheet Contents lists them, the sheet Notes explains the symbols.",
        "These are the figures of the pages of the pack, and no others.",
        f"Made by safeguarding-analysis, version {cover.version}.",
    ]
    sheet.append([_text(sheet, cover.title, font=_TITLE, alignment=_WRAP)])
    for line in lines:
        sheet.append([_text(sheet, line, alignment=_WRAP)])
    sheet.close()


def _fill(
    sheet: WriteOnlyWorksheet, title: str, above: list[str], columns: list[Column], identity: str, *, linked: bool = False
) -> None:
    """Write a sheet from its first row to its last, and close it; what is `linked` leads to the sheet that it names."""
    head, rows = len(above) + 2, len(columns[0].cells)
    for place, column in enumerate(columns, start=1):
        longest = max((len(str(cell)) for cell in (column.heading, *column.cells) if cell is not None), default=0)
        sheet.column_dimensions[get_column_letter(place)].width = min(max(longest + 2, _NARROWEST), _WIDEST)
    sheet.freeze_panes = f"B{head + 1}"
    sheet.append([_text(sheet, title, font=_TITLE)])
    for text in above:  # not wrapped: it runs over the columns beside
        sheet.append([_text(sheet, text)])
    sheet.append([_text(sheet, column.heading, font=_HEADING, alignment=_WRAP) for column in columns])
    for row in zip(*(column.cells for column in columns), strict=True):
        cells = [_cell(sheet, cell, column) for cell, column in zip(row, columns, strict=True)]
        if linked and (first := cells[0]) is not None:
            # A place in the workbook itself: given as an address, it would be written as a link that leads out of it.
            first.hyperlink, first.font = Hyperlink(ref="", location=f"'{row[0]}'!A1"), _LINK
        sheet.append(cells)
    reference = f"A{head}:{get_column_letter(len(columns))}{head + max(rows, 1)}"
    headings = [TableColumn(id=number, name=column.heading) for number, column in enumerate(columns, start=1)]
    table = SheetTable(displayName=identity, ref=reference, tableColumns=headings, autoFilter=AutoFilter(ref=reference))
    sheet.tables.add(table)
    sheet.close()


def _cell(sheet: WriteOnlyWorksheet, cell: float | int | str | None, column: Column) -> Cell | None:
    if cell is None:
        return None
    if isinstance(cell, str):  # a symbol among numbers stands where they stand
        return _text(sheet, cell, alignment=_RIGHT if column.numeric else _WRAP)
    made = WriteOnlyCell(sheet, cell)
    made.number_format = "#,##0" + (f".{'0' * column.decimals}" if column.decimals else "")
    return made


def _text(sheet: WriteOnlyWorksheet, text: str, **style: object) -> Cell:
    """Return a cell with a text that stays one: what begins like a formula is what it is."""
    made = WriteOnlyCell(sheet, text)
    made.data_type = "s"
    for name, value in style.items():
        setattr(made, name, value)
    return made


def _text_columns(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[Column]:
    return [Column(heading, tuple(row[place] for row in rows), None) for place, heading in enumerate(headings)]


def _copy_without_time(source: IO[bytes], target: Path) -> None:
    """Write a workbook again part by part, with every time in it taken out."""
    with zipfile.ZipFile(source) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            part = given.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>", b"", part)
            made.writestr(zipfile.ZipInfo(name, NO_TIME), part, zipfile.ZIP_DEFLATED)
