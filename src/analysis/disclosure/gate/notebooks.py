"""What the executed notebooks of a pack may hold: text, code, and the exhibits that their pages show; no trace of the machine."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.catalogue import wording
from analysis.disclosure.gate import forbidden_text
from analysis.disclosure.gate.rules import Broken
from analysis.files import archives

FILE = "notebooks.zip"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.ipynb")
_LARGEST = 100_000_000  # bytes of one notebook
_METADATA = frozenset(("kernelspec", "language_info", "tags", "nbformat", "orig_nbformat", "title"))
_CELL = frozenset(("tags", "trusted", "editable", "slideshow", "jupyter"))
_OUTPUT = frozenset(("text/html", "text/markdown", "text/plain", wording.TABLE_TYPE))


@dataclass(frozen=True)
class Outputs:
    """What the cells of a notebook have shown, in order: their HTML, and the tables that were handed on as numbers."""

    html: list[str]
    tables: list[Any]


def look(file: str, path: Path) -> Iterator[Broken]:
    """Yield the rules that the archive of executed notebooks breaks; what stands on their pages is looked through there."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if len(set(names)) < len(names):  # of two notebooks of one name only the last is looked through
                yield Broken("file-name", file, "a name that is twice in the archive")
            for entry in archive.infolist():
                if not _NAME.fullmatch(entry.filename):
                    yield Broken("file-name", file, "a name in the archive")
                    continue
                page = path.with_name(page_of(entry.filename) + ".html")
                html = page.read_text(encoding="utf-8", errors="replace") if page.is_file() else ""
                yield from _look(file, entry.filename, _read(archive, entry.filename), html)
    except (*archives.BROKEN, TypeError, AttributeError):
        yield Broken("unreadable", file, "a notebook")


def page_of(name: str) -> str:
    """Return the page that a notebook of the archive makes, alone or with others: "children" of "children--trend.ipynb"."""
    return name.removesuffix(".ipynb").partition("--")[0]


def outputs(path: Path, page: str) -> list[Outputs]:
    """Return what each notebook of a page has shown, in the order of the archive; none if they aren't there or can't be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if page_of(name) == page]
            return [_shown(_read(archive, name)["cells"]) for name in names]
    except (*archives.BROKEN, TypeError, AttributeError):
        return []


def without_charts(html: str) -> str:
    """Return an exhibit without its charts, as a page shows it where another of the same subject draws the same figures.

    >>> without_charts('<h3>Plans</h3><div class="chart"><svg viewBox="0 0 1 1"></svg></div><table></table>')
    '<h3>Plans</h3><table></table>'
    """
    before, opening, rest = html.partition('<div class="chart')
    return before + rest.rpartition("</svg></div>")[2] if opening else html


def _shown(cells: list[dict[str, Any]]) -> Outputs:
    found = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    html = [_text(data["text/html"]) for data in found if "text/html" in data]
    return Outputs(html, [data[wording.TABLE_TYPE] for data in found if wording.TABLE_TYPE in data])


def _read(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    """Return a notebook of the archive; raises ValueError for what is none, or unpacks to far more than it holds."""
    if archives.is_bomb([archive.getinfo(name)], _LARGEST):
        raise ValueError("a notebook that unpacks to far more than it holds")
    return dict(json.loads(archive.read(name)))


def _look(file: str, name: str, notebook: dict[str, Any], page: str) -> Iterator[Broken]:
    about = f"{name}, its metadata"
    if set(notebook["metadata"]) - _METADATA:
        yield Broken("notebook-metadata", file, about)
    yield from forbidden_text.look(file, about, json.dumps(notebook["metadata"]))
    for number, cell in enumerate(notebook["cells"], start=1):
        place = f"{name}, cell {number}"
        if set(cell.get("metadata", {})) - _CELL or cell.get("attachments"):
            yield Broken("notebook-metadata", file, place)
        yield from forbidden_text.look(file, place, _text(cell["source"]))
        for output in cell.get("outputs", []):
            if output["output_type"] not in ("display_data", "execute_result") or set(output["data"]) - _OUTPUT:
                yield Broken("notebook-output", file, place)
            if output.get("metadata"):
                yield Broken("notebook-metadata", file, f"{place}, an output")
            data = dict(output.get("data", {}))
            # Held against the table of its page, cell by cell, where the page is looked through.
            if data.pop(wording.TABLE_TYPE, None) is not None and not (page and "text/html" in data):
                yield Broken("differs-from-table", file, f"{place}, a table that no page shows")
            for text in map(_text, data.values()):
                if text.strip() not in page:
                    yield from forbidden_text.look(file, f"{place}, an output", text)


def _text(held: str | list[str]) -> str:
    return held if isinstance(held, str) else "".join(held)
