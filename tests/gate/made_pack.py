"""A finished pack of one page, made for a test in a second: protected figures of the repository, shown, gated and signed off."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis import exhibits, gate, trend
from analysis.pack.page import PageContext, render_page
from analysis.scope import Scope

PAGE = "children.html"
BOOK = "figures.xlsx"
TABLE = "figures.csv"


def make(folder: Path, here: Scope, data: Path) -> Path:
    """Write a pack of children's figures by quarter into an empty folder, signed off by the gate, and return the folder."""
    shown = exhibits.by_quarter(trend.by_quarter(here.measures, here.period), here)
    shown = [each for each in shown if "Number" in each.table.columns and any("[c]" in row for row in each.table.rows)][:4]
    notebook = new_notebook(
        cells=[new_markdown_cell("# Children", id="head"), *(_cell(number, each) for number, each in enumerate(shown))]
    )
    (folder / "notebooks").mkdir(parents=True)
    nbformat.write(notebook, folder / "notebooks" / "children.ipynb")
    context = PageContext("Children", "Quarter 4 of 2012/13", here.audience, "1 May 2013, 09:00 UTC", "0.1.0", (), ())
    (folder / PAGE).write_text(render_page(notebook, context), encoding="utf-8")
    (folder / TABLE).write_text(shown[0].table.csv(), encoding="utf-8")
    _workbook(folder / BOOK, shown[0].table.columns, shown[0].table.rows)
    sign(folder, here, data)
    return folder


def sign(folder: Path, here: Scope, data: Path) -> None:
    """Write the manifest and let the gate sign it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    manifest = {
        "parameters": {"period": here.period, "audience": here.audience},
        "inputs": here.held.build["inputs"],
        "files": {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    gate.hold_back(folder, data, here.held)


def _cell(number: int, exhibit: object) -> nbformat.NotebookNode:
    output = new_output("display_data", {"text/html": exhibit._repr_html_(), "text/plain": repr(exhibit)})
    return new_code_cell("shown", id=f"cell-{number}", execution_count=number + 1, outputs=[output])


def _workbook(path: Path, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Table 1"
    for line in (columns, *rows):
        sheet.append(
            [float(cell.replace(",", "")) if cell.replace(",", "").replace(".", "").isdigit() else cell for cell in line]
        )
    book.save(path)
