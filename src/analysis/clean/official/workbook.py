"""The cells of a workbook's first sheet as text, once its size is known to be harmless."""

from __future__ import annotations

import zipfile
from pathlib import Path

from analysis.errors import DataError

_LARGEST = 50_000_000  # bytes unpacked: a hundred times what a table of all authorities needs
_ROWS, _COLUMNS = 5_000, 200


def sheet(path: Path, name: str) -> list[list[str]]:
    """Return the cells of the first sheet, row by row, whole numbers without a point, empty cells as empty text.

    Raises DataError for a file that is no workbook, unpacks to more than 50 MB, or has a cell beyond row 5,000 or column 200.
    """
    import openpyxl

    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > _LARGEST:
            raise DataError(name, found=f"{size:,} bytes unpacked", expected=f"at most {_LARGEST:,}")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            first = book.worksheets[0]
            if (first.max_row or 0) > _ROWS or (first.max_column or 0) > _COLUMNS:
                found = f"a sheet of {first.max_row} rows and {first.max_column} columns"
                raise DataError(name, found=found, expected=f"at most {_ROWS} and {_COLUMNS}")
            return [[_text(cell) for cell in row] for row in first.iter_rows(values_only=True)]
        finally:
            book.close()
    except DataError:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError):
        raise DataError(name, found="a file that can't be opened", expected="an xlsx workbook") from None


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
