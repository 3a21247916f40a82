"""An executed notebook as one self-contained page for readers who never see a notebook.

Only what the page can show whole goes on it: prose and exhibits. Whatever else a cell has written stops the
page, because a figure lost in silence, or a warning with a path in it, is worse than a page that is late.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters import TemplateExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from analysis.catalogue.wording import TABLE_TYPE, WITHHELD
from analysis.disclosure import policy
from analysis.pack.pages.front_page import Dashboard, Front
from analysis.pack.pages.markdown import PageError, Prose, check_link, slug
from analysis.pack.plan import ANALYST

__all__ = ["SYMBOLS", "IndexEntry", "PageContext", "PageError", "render_index", "render_page"]

# The style sheet lies beside the macros of exhibits, which it is for; the room itself, which draws, isn't loaded for it.
_TEMPLATES = (Path(__file__).with_name("template"), Path(__file__).parents[2] / "exhibits" / "parts" / "macros")

# How each fragment of the module exhibits opens, and the tag that must close it.
_FRAGMENTS = {
    '<figure class="exhibit"': "</figure>",
    '<section class="exhibit"': "</section>",
    '<section class="findings"': "</section>",
    '<p class="statement"': "</p>",
    '<div class="missing"': "</div>",
}

_ZERO = "0"
SYMBOLS = (
    (WITHHELD, "confidential: withheld so that no person can be recognised. It does not mean zero."),
    ("[x]", "not available: no figure was received or published. It does not mean zero."),
    ("[z]", "not applicable: no such figure can exist."),
    ("[i]", "implied: only the change from this figure is given, which leaves a range and no figure."),
    ("[p]", "provisional: the figure may still change."),
    ("[r]", "revised since it was first reported."),
    (_ZERO, "a true zero: counted, and there were none."),
)

_REMEDY = f"show it with the module exhibits, or tag the cell {ANALYST!r} to keep it off the page."


@dataclass(frozen=True)
class PageContext:
    """What a page says of itself: title, period and audience at its head, the rest in its provenance."""

    title: str
    period: str
    audience: str
    stamp: str
    version: str
    inputs: tuple[tuple[str, str], ...]  # path under data/raw, sha256
    parameters: tuple[tuple[str, str], ...]
    missing: tuple[str, ...] = ()  # sentences: what a reader would look for here and not find
    areas: str = ""  # those that the page is on, in words; empty where it is on all


@dataclass(frozen=True)
class IndexEntry:
    """One report in the index: its title, the page's file name beside the index, and one sentence."""

    title: str
    href: str
    summary: str


def render_page(notebook: NotebookNode, context: PageContext, numbers: Mapping[str, int] | None = None) -> str:
    """One HTML document: the notebook's markdown and exhibits, with banner, contents, symbols and provenance.

    The same notebook and context give the same bytes; nothing is fetched, no script can run and no code is
    shown. Raises `PageError`, naming the cell, for stderr or any other stream, an error, a code cell
    that was not run, output that is neither an exhibit nor markdown, a raw cell, and a picture or an outward
    link in markdown; besides, for an id that occurs twice and an audience that there is no banner for. `numbers` are those of
    the cells in the notebook as it is stored, by their ids: that is the one that its author has open.
    """
    resources = {"numbers": numbers or {}, "context": context, "audience": _audience(context)}
    html: str = _exporter().from_notebook_node(notebook, resources)[0]
    twice = sorted(name for name, count in _ids(html).items() if count > 1)
    if twice:
        raise PageError(f"The page {context.title!r} has the id {twice[0]!r} more than once; is an exhibit shown twice?")
    return html + "\n"


def render_index(
    context: PageContext, sections: Sequence[tuple[str, Sequence[IndexEntry]]], shown: Dashboard, front: Front | None = None
) -> str:
    """One HTML document: the dashboard, then each section's reports with links, then provenance.

    `sections` are a heading and its reports each, in the order to be read. Raises `PageError` for a link
    that does not lead to a file within the pack and for an unknown audience.
    """
    taken: set[str] = set()
    titled = [(slug(title, taken), title, entries) for title, entries in sections]
    for _, title, entries in titled:
        for entry in entries:
            check_link(entry.href, f"The index, section {title!r},")
    for href in shown.links:
        check_link(href, "The index, its dashboard,")
    front = front or Front()
    resources = {
        "context": context,
        "audience": _audience(context),
        "dashboard": shown,
        "front": front,
        "sections": titled,
    }
    html: str = _exporter().environment.get_template("index.html.j2").render(resources=resources)
    return html + "\n"


class _Ids(HTMLParser):
    """Counts the ids of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Counter[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.update(value or "" for name, value in attrs if name == "id")


def _ids(html: str) -> Counter[str]:
    reader = _Ids()
    reader.feed(html)
    reader.close()
    return reader.found


def _audience(context: PageContext) -> Mapping[str, str]:
    label, rule = policy.banner(context.audience)
    return {"id": context.audience, "label": label, "rule": rule}


class _CellReader(Preprocessor):
    """nbconvert's step before the template: cells to the page's body and contents."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        prose = Prose()
        numbers = resources["numbers"]
        numbered = [(numbers.get(cell.get("id", ""), n), cell) for n, cell in enumerate(nb.cells, 1)]
        shown = [(n, cell) for n, cell in numbered if ANALYST not in cell.metadata.get("tags", [])]
        blocks = [block for n, cell in shown for block in _read_cell(cell, _name(cell, n), prose)]
        sources = [
            output.data[TABLE_TYPE]["source"]
            for _, cell in shown
            if cell.cell_type == "code"
            for output in cell.outputs
            if TABLE_TYPE in output.get("data", {})
        ]
        body = Markup("\n").join(blocks)
        symbols = [(symbol, meaning) for symbol, meaning in SYMBOLS if symbol in body and symbol != _ZERO]
        # A true zero needs saying only where something else stands for no figure.
        symbols += [each for each in SYMBOLS if symbols and each[0] == _ZERO]
        resources |= {"body": body, "contents": prose.contents, "sources": _each_once(sources), "symbols": symbols}
        return nb, resources


class _PageExporter(TemplateExporter):
    """nbconvert's exporter with this package's templates only: nothing a user has installed can stand in."""

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()
        environment.autoescape = True  # nbconvert leaves it off, and a title is data like any other
        environment.undefined = StrictUndefined
        environment.trim_blocks = environment.lstrip_blocks = True
        return environment


@cache
def _exporter() -> _PageExporter:
    return _PageExporter(
        template_paths=list(map(str, _TEMPLATES)),
        template_file="page.html.j2",
        file_extension=".html",
        default_preprocessors=[],  # those that remove cells by tag would do it in silence
        preprocessors=[_CellReader],
    )


def _each_once(sources: Sequence[str]) -> list[str]:
    """Return the sources of a page's exhibits, each once, and last the statement of their licence."""
    apart = [source.rstrip(".").partition(". Contains ") for source in sources]
    named = dict.fromkeys(each for names, _, _ in apart for each in names.split("; "))
    licences = dict.fromkeys(f"Contains {statement}." for _, _, statement in apart if statement)
    return [*(f"{each}." for each in named), *licences]


def _name(cell: NotebookNode, number: int) -> str:
    return f"Cell {number} (id {cell.get('id', 'none')})"


def _read_cell(cell: NotebookNode, where: str, prose: Prose) -> list[Markup]:
    if cell.cell_type == "markdown":
        return [prose.render(cell.source, where)]
    if cell.cell_type != "code":
        raise PageError(f"{where} is a {cell.cell_type} cell, which a page would lose; make it markdown.")
    if cell.source.strip() and cell.execution_count is None:
        raise PageError(f"{where} has not been run, so the page would lack what it shows.")
    return [block for output in cell.outputs for block in _read_output(output, where, prose)]


def _read_output(output: NotebookNode, where: str, prose: Prose) -> list[Markup]:
    # No message quotes what a cell wrote: it may hold a path, or a person's data.
    if output.output_type == "error":
        raise PageError(f"{where} ended in an error.")
    if output.output_type == "stream":
        raise PageError(f"{where} writes to {output.name}, which no page shows.")
    if "text/html" in output.data:
        fragment = output.data["text/html"].strip()
        closing = next((tag for opening, tag in _FRAGMENTS.items() if fragment.startswith(opening)), None)
        if closing is None or not fragment.endswith(closing):
            raise PageError(f"{where} shows HTML that is not an exhibit; {_REMEDY}")
        return [prose.open_section("Summary"), Markup(fragment)]  # noqa: S704 (exhibits escaped it)
    if "text/markdown" in output.data:
        return [prose.render(output.data["text/markdown"], where)]
    kinds = ", ".join(sorted(output.data)) or "nothing"
    raise PageError(f"{where} shows {kinds}, which a page would lose; {_REMEDY}")
