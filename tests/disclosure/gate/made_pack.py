"""A finished pack of one page, made for a test in a second: protected figures of the repository, shown, gated and signed off."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis import exhibits, store
from analysis.analyses import trend
from analysis.disclosure import gate, policy
from analysis.exhibits.parts.exhibit import Exhibit
from analysis.pack.downloads import csv_files, workbook
from analysis.pack.downloads.page_tables import tables_in
from analysis.pack.pages.page import PageContext, Part, render_page
from analysis.scope import Scope, scope

PAGE = "children.html"
MADE, VERSION = "1 May 2013, 09:00 UTC", store.version()
WHEN = {"2012-13-Q2": "Quarter 2 of 2012/13", "2012-13-Q4": "Quarter 4 of 2012/13", "2013-14-Q1": "Quarter 1 of 2013/14"}
BOOK = "figures.xlsx"
TABLE = "data/children--quarter-lado-referrals.csv"


def children(data: Path) -> Scope:
    """Return the scope that the packs of these tests are made for: children's figures, as the public may see them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAFEGUARDING_DATA", str(data))
        return scope(period="2012-13-Q4", domain="children", areas=["Leicestershire", "Rutland"], audience="public")


def make(folder: Path, here: Scope, data: Path, shown: Sequence[Exhibit] = ()) -> Path:
    """Write a pack of one page into an empty folder, signed off by the gate, and return the folder.

    The page shows these exhibits, or some of children's figures by quarter.
    """
    shown = shown or _by_quarter(here)
    notebook = new_notebook(
        cells=[new_markdown_cell("# Children", id="head"), *(_cell(number, each) for number, each in enumerate(shown))]
    )
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / gate.NOTEBOOKS, "w") as archive:
        archive.writestr("children.ipynb", nbformat.writes(notebook))
    given = (("period", here.period), ("audience", here.audience))
    context = PageContext("Children", WHEN[here.period], here.audience, MADE, VERSION, (), given)
    (folder / PAGE).write_text(render_page([Part(notebook)], context), encoding="utf-8")
    tables = list(tables_in(folder, ["children"]))
    csv_files.write(folder, "Children", tables)
    cover = workbook.Cover("Children", "Q4", *policy.banner(here.audience), VERSION)
    workbook.write(folder, cover, (), {"children": "Children"}, tables)
    sign(folder, here, data)
    return folder


def _by_quarter(here: Scope) -> list[Exhibit]:
    shown = exhibits.by_quarter(trend.by_quarter(here.measures, here.period), here)
    return [each for each in shown if "Number" in each.table.columns and any("[c]" in row for row in each.table.rows)][:4]


def sign(folder: Path, here: Scope, data: Path) -> None:
    """Write the manifest and let the gate sign it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    given = {"period": here.period, "audience": here.audience}
    manifest = {
        "made": MADE,
        "version": VERSION,
        "parameters": given,
        "reports": {"children": {"notebooks": ["children.ipynb"], "parameters": given, "seconds": {"children": 1.5}}},
        "inputs": here.unnoted_store.identities,
        "files": {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    gate.hold_back(folder, data, here.unnoted_store)


def _cell(number: int, exhibit: Exhibit) -> nbformat.NotebookNode:
    shown = {"text/html": exhibit._repr_html_(), "text/plain": repr(exhibit)}
    output = new_output("display_data", shown | exhibit._repr_mimebundle_())
    return new_code_cell("shown", id=f"cell-{number}", execution_count=number + 1, outputs=[output])
