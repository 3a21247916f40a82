"""What an executed notebook gives a page: prose, exhibits, findings and statements, one block each; anything else is refused.

Only what a page can show whole goes on it. Whatever else a cell has written stops the page, because a figure lost in silence, or
a warning with a path in it, is worse than a page that is late.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode

from analysis.catalogue.wording import TABLE_TYPE
from analysis.pack.pages.markdown import Heading, PageError, Prose
from analysis.pack.plan import ANALYST

PROSE, EXHIBIT, FINDINGS, STATEMENT, NOTHING = "prose", "exhibit", "findings", "statement", "nothing"
# How each fragment of the module exhibits opens, the tag that must close it, and what it is.
_FRAGMENTS = {
    '<figure class="exhibit"': ("</figure>", EXHIBIT),
    '<section class="exhibit"': ("</section>", EXHIBIT),
    '<section class="findings"': ("</section>", FINDINGS),
    '<div class="findings"': ("</div>", FINDINGS),
    '<p class="statement" data-kind="nothing"': ("</p>", NOTHING),
    '<p class="statement"': ("</p>", STATEMENT),
    '<div class="missing"': ("</div>", STATEMENT),
}
_REMEDY = f"show it with the module exhibits, or tag the cell {ANALYST!r} to keep it off the page."


@dataclass(frozen=True)
class Part:
    """One executed notebook of a page: `numbers` are those of its cells as it is stored, by their ids; `name` is its file's."""

    notebook: NotebookNode
    numbers: Mapping[str, int] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True)
class Block:
    """One piece of a page: its HTML, what it is, headings of prose, and of an exhibit the table that it hands on as numbers."""

    html: Markup
    kind: str
    table: Mapping[str, Any] = field(default_factory=dict)
    headings: tuple[Heading, ...] = ()
    folded: bool = False  # what another exhibit draws: only its table is left


def blocks(part: Part, prose: Prose) -> list[Block]:
    """Return the blocks of a notebook in order, without those of cells for the analyst.

    Raises `PageError`, naming the cell, for stderr or any other stream, an error, a code cell that was not run, output that is
    neither an exhibit nor markdown, a raw cell, and a picture or an outward link in markdown.
    """
    numbered = [(part.numbers.get(cell.get("id", ""), number), cell) for number, cell in enumerate(part.notebook.cells, 1)]
    shown = [(number, cell) for number, cell in numbered if ANALYST not in cell.metadata.get("tags", [])]
    try:
        return [block for number, cell in shown for block in _read_cell(cell, _name(cell, number), prose)]
    except PageError as error:
        raise PageError(f"{part.name}: {error}" if part.name else str(error)) from None


def _name(cell: NotebookNode, number: int) -> str:
    return f"Cell {number} (id {cell.get('id', 'none')})"


def _read_cell(cell: NotebookNode, where: str, prose: Prose) -> list[Block]:
    if cell.cell_type == "markdown":
        return [_prose(cell.source, where, prose)]
    if cell.cell_type != "code":
        raise PageError(f"{where} is a {cell.cell_type} cell, which a page would lose; make it markdown.")
    if cell.source.strip() and cell.execution_count is None:
        raise PageError(f"{where} has not been run, so the page would lack what it shows.")
    return [block for output in cell.outputs for block in _read_output(output, where, prose)]


def _prose(markdown: str, where: str, prose: Prose) -> Block:
    before = len(prose.headings)
    return Block(prose.render(markdown, where), PROSE, headings=tuple(prose.headings[before:]))


def _read_output(output: NotebookNode, where: str, prose: Prose) -> list[Block]:
    # No message quotes what a cell wrote: it may hold a path, or a person's data.
    if output.output_type == "error":
        raise PageError(f"{where} ended in an error.")
    if output.output_type == "stream":
        raise PageError(f"{where} writes to {output.name}, which no page shows.")
    if "text/html" in output.data:
        fragment = output.data["text/html"].strip()
        closing, kind = next((found for opening, found in _FRAGMENTS.items() if fragment.startswith(opening)), ("", ""))
        if not closing or not fragment.endswith(closing):
            raise PageError(f"{where} shows HTML that is not an exhibit; {_REMEDY}")
        section = prose.open_section("Summary")
        head = [Block(section, PROSE)] if section else []
        return [*head, Block(Markup(fragment), kind, output.data.get(TABLE_TYPE, {}))]  # noqa: S704 (exhibits escaped it)
    if "text/markdown" in output.data:
        return [_prose(output.data["text/markdown"], where, prose)]
    kinds = ", ".join(sorted(output.data)) or "nothing"
    raise PageError(f"{where} shows {kinds}, which a page would lose; {_REMEDY}")
