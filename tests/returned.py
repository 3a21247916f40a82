"""Returns for tests: templates filled in as people do, from the same script that makes the example year."""

from __future__ import annotations

import importlib.util
import sys
import zipfile
from datetime import date
from pathlib import Path
from types import ModuleType
from xml.sax.saxutils import escape, quoteattr

import openpyxl
from conftest import ROOT
from openpyxl.worksheet.worksheet import Worksheet

from analysis.catalogue import framework
from analysis.catalogue.framework import return_form
from analysis.returns.issuing import issue

ON = date(2013, 7, 15)


def _example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_returns", ROOT / "examples" / "2013-14" / "make_returns.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_returns"] = module
    spec.loader.exec_module(module)
    return module


example = _example()


def plausible(agency: str, period: str, data: Path) -> dict[str, int]:
    """Figures as the agency might give them: consistent with each other, drawn with a fixed seed."""
    drawn: dict[str, int] = example.draw(agency, period, example.means(data), example.Drawn())
    return drawn


def filled(data: Path, path: Path, agency: str = "rutland-children", period: str = "2013-14-Q1", **more: object) -> Path:
    """A template of the agency for the quarter, filled in with plausible figures, at `path`."""
    issue(data, agency, period, path)
    figures = plausible(agency, period, data)
    remarks = dict.fromkeys(figures, "Checked.")
    example.fill(path, figures, remarks=remarks, at="2014-03-31" if agency == "boards-office" else "", **more)
    return path


def cell_of(sheet: Worksheet, series: str) -> str:
    """The cell of "Your figure" for the first figure of a series on a sheet."""
    names = [cell.value for cell in sheet[4]]
    for row in range(5, sheet.max_row + 1):
        if str(sheet.cell(row, names.index(return_form.REF) + 1).value).startswith(f"{series}:"):
            return str(sheet.cell(row, names.index(return_form.YOURS) + 1).coordinate)
    raise AssertionError(series)


def put(path: Path, series: str, value: object, number_format: str = "") -> str:
    """Put a value into the cell of a series and return the cell."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        try:
            place = cell_of(sheet, series)
        except (AssertionError, ValueError):
            continue
        sheet[place].value = value
        if number_format:
            sheet[place].number_format = number_format
        book.save(path)
        return place
    raise AssertionError(series)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def as_ods(path: Path, to: Path) -> Path:
    """The cells of a workbook as a plain OpenDocument spreadsheet, for machines without LibreOffice."""
    spaces = {"office": "office:1.0", "table": "table:1.0", "text": "text:1.0"}
    declared = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}"' for name, urn in spaces.items())
    tables = []
    for sheet in openpyxl.load_workbook(path).worksheets:
        rows = "".join(
            f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in sheet.iter_rows(values_only=True)
        )
        tables.append(f"<table:table table:name={quoteattr(sheet.title)}>{rows}</table:table>")
    body = f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        new.writestr("content.xml", f"<office:document-content {declared}>{body}</office:document-content>")
    return to


def _ods_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'


__all__ = ["ON", "as_ods", "cell_of", "example", "filled", "framework", "plausible", "put", "tree"]
