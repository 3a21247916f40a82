"""What the gate finds in one file of a pack, looked through by itself: many can be looked through side by side."""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Any

from analysis.disclosure.audit.cells import Cell, cells
from analysis.disclosure.audit.pages import Shown
from analysis.disclosure.gate import (
    forbidden_text,
    front,
    markup,
    notebooks,
    pack_files,
    pack_record,
    shown_figures,
    typed_tables,
    untraced,
    workbooks,
)
from analysis.disclosure.gate.rules import Broken
from analysis.disclosure.gate.seal import MANIFEST
from analysis.disclosure.gate.workbook_parts import Rows

TYPES = (".html", ".json", ".csv", ".xlsx")
_LARGEST = 100_000_000  # bytes of one file: a hundred times what any has
_HEADING = re.compile(r"<h1[^>]*>([^<]*)</h1>")
_STATEMENT, _NOTHING = '<p class="statement"', '<p class="statement" data-kind="nothing">'
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[-+]?[\d.,]+%?")
_SEPARATOR = re.compile(r"\s*sep\s*=", re.IGNORECASE)  # a spreadsheet takes it for an order, and reads other cells


@dataclass(frozen=True)
class Packed:
    """What of an exhibit its data files are held against, packed: a tenth of its size, for a pack holds thousands."""

    identity: str
    content: bytes

    @classmethod
    def of(cls, shown: Shown, page: str) -> Packed:
        """Return the exhibit of a page with this heading packed, without what stands in its charts."""
        said = vars(replace(shown, page=page, csv=None, descriptions=[], labels=[], values=[]))
        return cls(shown.identity, zlib.compress(json.dumps(said).encode()))

    @property
    def shown(self) -> Shown:
        """The exhibit, unpacked."""
        return Shown(**json.loads(zlib.decompress(self.content)))


@dataclass(frozen=True)
class Looked:
    """What a file breaks and holds: a page its exhibits and their cells, the manifest its entries, the index what it says."""

    name: str
    broken: tuple[Broken, ...] = ()
    exhibits: tuple[Packed, ...] = ()
    cells: tuple[Cell, ...] = ()
    record: dict[str, Any] | None = None
    front: dict[str, list[str]] | None = None  # of the index: who signed, and what was corrected
    said: dict[str, list[str]] | None = None  # of a page: what it says of its pack


def look(folder: Path, name: str, held_against: Sequence[Packed] | None = None) -> Looked:
    """Return what a file of a pack breaks and holds.

    A page is held against its notebook, a data file against the exhibits that it shows (not at all if there are none to tell): a
    CSV file against one, a workbook against those of all pages in their order.
    """
    path = folder / name
    if name == notebooks.FILE:
        return Looked(name, tuple(notebooks.look(name, path)))
    if path.suffix not in TYPES:
        return Looked(name, (Broken("file-type", name, "its kind"),))
    if path.stat().st_size > _LARGEST:
        return Looked(name, (Broken("unreadable", name, "its size"),))
    content = path.read_bytes()
    if path.suffix == ".xlsx":
        shown = None if held_against is None else (each.shown for each in held_against)
        return Looked(name, tuple(workbooks.look(name, content, shown)))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Looked(name, (Broken("unreadable", name, "its encoding"),))
    if path.suffix == ".html":
        return _page(folder, name, text)
    return _table(name, text, held_against) if path.suffix == ".csv" else _record(folder, name, text, held_against)


def _page(folder: Path, name: str, html: str) -> Looked:
    broken, shown = markup.look(name, html)
    broken += forbidden_text.look_at_page(name, html)
    broken += [*shown_figures.within(name, shown), *untraced.within(name, shown)]
    said = front.lines(html) if name == front.INDEX else None
    if name != front.INDEX:
        broken += _against(name, html, shown, notebooks.outputs(folder / notebooks.FILE, Path(name).stem))
    heading = _HEADING.search(html)
    packed = tuple(Packed.of(each, unescape(heading[1]) if heading else "") for each in shown)
    return Looked(name, tuple(broken), packed, tuple(cells(shown)), front=said, said=pack_record.said_by(html))


def _against(name: str, html: str, shown: list[Shown], outputs: list[notebooks.Outputs]) -> list[Broken]:
    """Return what a page lacks, or has in another form, of what its notebooks showed.

    Statements that there is nothing to show are left out, of a page of several notebooks all statements of the later ones, and
    charts of figures that another exhibit draws. The headings of rows may lead to other pages.
    """
    if not outputs:
        return [Broken("differs-from-notebook", name, "its notebook, which is not in the pack")]
    broken = list[Broken]()
    unlinked = notebooks.without_links(html)
    for place, notebook in enumerate(outputs):
        for number, each in enumerate(notebook.html, start=1):
            left_out = each.strip().startswith(_NOTHING) or (
                place > 0 and (each.strip().startswith(_STATEMENT) or notebooks.without_charts(each.strip()) in html)
            )
            if each.strip() not in unlinked and not left_out:
                broken.append(Broken("differs-from-notebook", name, f"output {number}"))
    if sum(each.count('<figure class="exhibit"') for notebook in outputs for each in notebook.html) != len(shown):
        broken.append(Broken("missing-table", name, "the exhibits of its notebook"))
    return broken + list(typed_tables.differ(name, shown, [table for notebook in outputs for table in notebook.tables]))


def _table(name: str, text: str, held_against: Sequence[Packed] | None) -> Looked:
    try:
        rows: Rows = [list(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except csv.Error:
        return Looked(name, (Broken("unreadable", name, "the table"),))
    broken = forbidden_text.look_by_line(name, text)
    broken += forbidden_text.look(name, "its cells", "\n".join(str(cell).replace("\n", " ") for row in rows for cell in row))
    for number, row in enumerate(rows, start=1):
        for cell in map(str, row):
            if (cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell)) or (number == 1 and _SEPARATOR.match(cell)):
                broken.append(Broken("formula", name, f"row {number}"))
    for each in held_against or ():
        broken += shown_figures.in_file(name, rows, each.shown, above=1)
    if held_against is not None and not held_against:
        broken.append(Broken("figure-in-file", name, "a table that no page shows"))
    return Looked(name, tuple(broken))


def _record(folder: Path, name: str, text: str, held_against: Sequence[Packed] | None) -> Looked:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return Looked(name, (Broken("unreadable", name, "the record"),))
    broken = forbidden_text.look(name, "the record", text)
    # A reference may stand for any letter: what is looked through is what it stands for.
    broken += forbidden_text.look(name, "the record", json.dumps(record, ensure_ascii=False))
    if name == pack_files.METADATA and held_against is not None:
        broken += pack_files.look(folder, record, [each.shown for each in held_against])
    return Looked(name, tuple(broken), record=record if name == MANIFEST and isinstance(record, dict) else None)
