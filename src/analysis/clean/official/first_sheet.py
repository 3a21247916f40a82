"""Read the first sheet of a workbook as text, after checking that the file is not too large."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.errors import DataError
from analysis.files import packed_xml
from analysis.files.packed_xml import Limits

# A hundred times as much as a table of all authorities needs.
_PACKAGE = Limits(unpacked=50_000_000, elements=600_000, letters=20_000_000)
_MAX_ROWS, _MAX_COLUMNS, _MAX_LETTERS = 5_000, 200, 5_000_000
_SHEETS = "xl/worksheets/"


def sheet(path: Path, name: str) -> list[list[str]]:
    """Return the cells of the first sheet, row by row, whole numbers without a point, empty cells as empty text.

    Raises DataError for a file that isn't a workbook, is too large, or has a cell beyond row 5,000 or column 200.
    """
    import openpyxl

    try:
        with packed_xml.opened(path, _PACKAGE) as packed:
            shared = packed_xml.Screen(_PACKAGE)
            for part in packed.namelist():
                if part.endswith((".xml", ".rels")):
                    # Count each sheet by itself and all other parts together.
                    screen = packed_xml.Screen(_PACKAGE) if part.startswith(_SHEETS) else shared
                    screen.walk(packed.read(part))
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                first: Any = book.worksheets[0]
                sheet_part = packed.read(first._worksheet_path)
                packed_xml.Screen(_PACKAGE).walk(sheet_part, lambda tag, attributes: _check_position(tag, attributes, name))
                rows = [[_text(cell) for cell in row] for row in first.iter_rows(values_only=True)]
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
    letters = sum(len(cell) for row in rows for cell in row)
    if letters > _MAX_LETTERS:
        raise DataError(name, found=f"{letters:,} letters", expected=f"at most {_MAX_LETTERS:,}")
    return rows


def _check_position(tag: str, attributes: Mapping[str, str], name: str) -> None:
    """Raise DataError for a row or a cell far out: the reader would make a blank cell for each position before it."""
    if tag == "row" and int(attributes.get("r", "1")) > _MAX_ROWS:
        raise DataError(name, found=f"something in row {int(attributes['r']):,}", expected=f"at most {_MAX_ROWS:,} rows")
    if tag == "c" and len(letters := re.sub(r"\d", "", attributes.get("r", ""))) > 1 and (len(letters), letters) > (2, "GR"):
        raise DataError(name, found=f"something in column {letters[:3]}", expected=f"at most {_MAX_COLUMNS} columns")


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
