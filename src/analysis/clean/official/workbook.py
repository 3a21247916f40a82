"""Read the sheets of a workbook (.xlsx) as text, after checking that the file is not too large."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.errors import DataError
from analysis.files import packed_xml
from analysis.files.packed_xml import Limits

# A hundred times as much as a table of all authorities needs.
PACKAGE = Limits(unpacked=50_000_000, elements=600_000, letters=20_000_000)
MAX_ROWS, MAX_COLUMNS, _MAX_LETTERS = 5_000, 200, 5_000_000
_SHEETS = "xl/worksheets/"


def sheets(path: Path, name: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the title and the cells of each sheet that is shown, row by row, whole numbers without a point.

    Empty cells are empty texts, and left out at the end of a row. Raises DataError for a file that isn't a workbook, is too
    large, has a cell beyond row 5,000 or column 200, or one that is shown as a percentage: its number is another.
    """
    import openpyxl

    try:
        with packed_xml.opened(path, PACKAGE) as packed:
            shared = packed_xml.Screen(PACKAGE)
            for part in packed.namelist():
                if part.endswith((".xml", ".rels")):
                    # Count each sheet by itself and all other parts together.
                    screen = packed_xml.Screen(PACKAGE) if part.startswith(_SHEETS) else shared
                    screen.walk(packed.read(part))
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                all_sheets: list[Any] = [each for each in book.worksheets if each.sheet_state == "visible"]
                if not all_sheets:
                    raise IndexError
                for each in all_sheets:
                    content = packed.read(each._worksheet_path)
                    packed_xml.Screen(PACKAGE).walk(content, lambda tag, attributes: _check_position(tag, attributes, name))
                    rows = [[_text(cell, number, name) for cell in row] for number, row in enumerate(each.iter_rows(), start=1)]
                    yield str(each.title), checked_rows(rows, name)
            finally:
                book.close()
    except packed_xml.TooMuchError as error:
        raise DataError(name, found=str(error), expected="a table of all authorities at most") from None
    except packed_xml.DeclaredError:
        raise DataError(name, found="a part that declares a document type", expected="an xlsx workbook") from None
    except DataError:
        raise
    except (*packed_xml.BROKEN, IndexError):
        raise DataError(name, found="a file that can't be opened", expected="an xlsx workbook") from None


def checked_rows(rows: list[list[str]], name: str) -> list[list[str]]:
    """Return the rows of a sheet without empty cells at their ends, nor empty rows at its end; DataError for too many letters."""
    letters = sum(len(cell) for row in rows for cell in row)
    if letters > _MAX_LETTERS:
        raise DataError(name, found=f"{letters:,} letters", expected=f"at most {_MAX_LETTERS:,}")
    for row in rows:
        while row and not row[-1]:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _check_position(tag: str, attributes: Mapping[str, str], name: str) -> None:
    """Raise DataError for a row or a cell far out: the reader would make a blank cell for each position before it."""
    if tag == "row" and int(attributes.get("r", "1")) > MAX_ROWS:
        raise DataError(name, found=f"something in row {int(attributes['r']):,}", expected=f"at most {MAX_ROWS:,} rows")
    if tag == "c" and len(letters := re.sub(r"\d", "", attributes.get("r", ""))) > 1 and (len(letters), letters) > (2, "GR"):
        raise DataError(name, found=f"something in column {letters[:3]}", expected=f"at most {MAX_COLUMNS} columns")


def _text(cell: Any, row: int, name: str) -> str:
    if cell.value is None:
        return ""
    if isinstance(cell.value, int | float) and "%" in (cell.number_format or ""):
        raise as_percentage(row, name)
    return plain_text(cell.value)


def plain_text(value: object) -> str:
    """Return the text of a cell's value; a whole number has no point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def as_percentage(row: int, name: str) -> DataError:
    """Return the refusal of a cell that is shown as a percentage: 0.12 where 12 is read."""
    expected = "a plain number, as the same table has in its CSV file"
    return DataError(name, row=row, found="a number that is shown as a percentage", expected=expected)
