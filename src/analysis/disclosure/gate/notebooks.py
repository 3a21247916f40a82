"""What the executed notebooks of a pack may hold: text, code, and the exhibits that their pages show; no trace of the machine."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from analysis.catalogue import wording
from analysis.disclosure.gate import forbidden_text, pack_files
from analysis.disclosure.gate.rules import Broken
from analysis.disclosure.gate.shown_figures import tokens
from analysis.files import archives

FILE = pack_files.NOTEBOOKS
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.ipynb")
_LARGEST = 100_000_000  # bytes of one notebook
# What a notebook may hold, and each of its parts: whatever else there is nobody looks at.
_NOTEBOOK = frozenset(("cells", "metadata", "nbformat", "nbformat_minor"))
_METADATA = frozenset(("kernelspec", "language_info", "title"))
_KERNEL = frozenset(("display_name", "language", "name"))
_LANGUAGE = frozenset(
    ("codemirror_mode", "file_extension", "mimetype", "name", "nbconvert_exporter", "pygments_lexer", "version")
)
_MODE = {"name": "ipython", "version": 3}
_CELL_KEYS = {
    "code": frozenset(("cell_type", "execution_count", "id", "metadata", "outputs", "source")),
    "markdown": frozenset(("cell_type", "id", "metadata", "source")),
}
_CELL = frozenset(("tags", "trusted", "editable", "slideshow", "jupyter"))
_TAGS = re.compile(r"[a-z]+(?:-[a-z]+)*")  # a word of JupyterLab's: no number and no name stands in one
_OUTPUT_KEYS = frozenset(("output_type", "data", "metadata", "execution_count"))
_TITLE = re.compile(r"<h1>([^<]*)</h1>")
_ROW = re.compile(r'(<th scope="row"[^<>]*>)(.*?)</th>')
_LINKED_ROW = re.compile(r'(<th scope="row"[^<>]*>)<a href="[\w-]+\.html#row-\w+">([^<>]*)</a>')
_COUNT = range(100_000)  # of a cell that was run
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
            if archive.comment or any(entry.comment for entry in archive.infolist()):
                yield Broken("notebook-metadata", file, "a remark in the archive")
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


def names(path: Path) -> list[str]:
    """Return the names in the archive of notebooks; none if it isn't there or can't be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except archives.BROKEN:
        return []


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


def with_links(html: str, hrefs: Sequence[str]) -> str:
    """Return an exhibit with the headings of its rows leading to these addresses, in their order; an empty one leads nowhere.

    >>> with_links('<th scope="row">Plans</th><th scope="row">Contacts</th>', ["children.html#row-plans_in_force", ""])
    '<th scope="row"><a href="children.html#row-plans_in_force">Plans</a></th><th scope="row">Contacts</th>'
    """
    left = iter(hrefs)

    def link(heading: re.Match[str]) -> str:
        href = next(left, "")
        return f'{heading[1]}<a href="{href}">{heading[2]}</a></th>' if href and "<" not in heading[2] else heading[0]

    return _ROW.sub(link, html) if any(hrefs) else html


def without_links(html: str) -> str:
    """Return a page with the headings of rows as their notebooks have them, leading to no other page."""
    return _LINKED_ROW.sub(r"\1\2", html)


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
    title = unescape("".join(_TITLE.findall(page)))
    is_plain = _is_plain(notebook["metadata"]) and (notebook["nbformat"], notebook["nbformat_minor"]) <= (4, 9)
    if set(notebook) - _NOTEBOOK or not is_plain or (page and notebook["metadata"].get("title", title) != title):
        yield Broken("notebook-metadata", file, about)
    yield from forbidden_text.look(file, about, json.dumps(notebook["metadata"], ensure_ascii=False))
    for number, cell in enumerate(notebook["cells"], start=1):
        place = f"{name}, cell {number}"
        if not _is_plain_cell(cell):
            yield Broken("notebook-metadata", file, place)
        yield from forbidden_text.look(file, place, f"{_text(cell['source'])}\n{cell.get('id', '')}")
        for output in cell.get("outputs", []):
            if output["output_type"] not in ("display_data", "execute_result") or set(output["data"]) - _OUTPUT:
                yield Broken("notebook-output", file, place)
            if output.get("metadata") or set(output) - _OUTPUT_KEYS:
                yield Broken("notebook-metadata", file, f"{place}, an output")
            data = dict(output.get("data", {}))
            # Held against the table of its page, cell by cell, where the page is looked through.
            if data.pop(wording.TABLE_TYPE, None) is not None and not (page and "text/html" in data):
                yield Broken("differs-from-table", file, f"{place}, a table that no page shows")
            texts = {kind: _text(held) for kind, held in data.items()}
            html = texts.get("text/html")
            if html is not None and tokens([texts.get("text/plain", "")]) - tokens([html]):
                yield Broken("differs-from-notebook", file, f"{place}, a number that its exhibit has not")
            for text in texts.values():
                if text.strip() not in page:
                    yield from forbidden_text.look(file, f"{place}, an output", text)


def _is_plain(metadata: dict[str, Any]) -> bool:
    """Return whether the metadata of a notebook name its language and its title, and nothing besides."""
    kernel, language = metadata.get("kernelspec", {}), metadata.get("language_info", {})
    mode = language.get("codemirror_mode", _MODE)
    words = [*kernel.values(), *(value for key, value in language.items() if key != "codemirror_mode"), metadata.get("title", "")]
    known = not set(metadata) - _METADATA and not set(kernel) - _KERNEL and not set(language) - _LANGUAGE
    return known and mode in (_MODE, "python", "ipython") and all(isinstance(each, str) for each in words)


def _is_plain_cell(cell: dict[str, Any]) -> bool:
    """Return whether a cell has the parts of its kind and no other, and tags that are words."""
    metadata = cell.get("metadata", {})
    tags, count = metadata.get("tags", []), cell.get("execution_count")
    return (
        not set(cell) - _CELL_KEYS.get(str(cell.get("cell_type")), frozenset())
        and not set(metadata) - _CELL
        and all(isinstance(tag, str) and _TAGS.fullmatch(tag) for tag in tags)
        and not any(metadata[name] for name in metadata if name in ("slideshow", "jupyter"))
        and (count is None or count in _COUNT)
    )


def _text(held: str | list[str]) -> str:
    return held if isinstance(held, str) else "".join(held)
