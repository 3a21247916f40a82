"""Executed notebooks as one self-contained page for readers who never see a notebook, and the index of a pack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.catalogue.source_lines import together
from analysis.catalogue.wording import WITHHELD, listing, lower_first
from analysis.disclosure import policy
from analysis.pack.pages.arrangement import NO_ROWS, NOWHERE, arranged, linked, with_something
from analysis.pack.pages.blocks import Part, blocks
from analysis.pack.pages.front_page import Dashboard, Front
from analysis.pack.pages.markdown import PageError, Prose, check_link, slug

__all__ = [
    "SYMBOLS",
    "IndexEntry",
    "PackEntry",
    "PageContext",
    "PageError",
    "Part",
    "render_index",
    "render_page",
    "render_shelf",
    "render_text_check",
]

# The style sheet lies beside the macros of exhibits, which it is for; the room itself, which draws, isn't loaded for it.
_LICENCE = "Open Government Licence v3.0"
_TEMPLATES = (Path(__file__).with_name("template"), Path(__file__).parents[2] / "exhibits" / "parts" / "macros")

_ZERO = "0"
SYMBOLS = (
    (WITHHELD, "withheld to protect people; not zero"),
    ("[x]", "not available; not zero"),
    ("[z]", "not applicable"),
    ("[i]", "implied: a change is given, no figure"),
    ("[p]", "provisional"),
    ("[r]", "revised since first reported"),
    (_ZERO, "counted, and there were none"),
)


@dataclass(frozen=True)
class PageContext:
    """What a page says of itself: title, period and audience at its head, the rest in its provenance."""

    title: str
    period: str
    audience: str
    stamp: str
    version: str
    inputs: tuple[tuple[str, str], ...]  # path under data/raw, what readers may know it by (`store.identity`)
    parameters: tuple[tuple[str, str], ...]
    missing: tuple[str, ...] = ()  # sentences: what a reader would look for here and not find
    areas: str = ""  # those that the page is on, in words; empty where it is on all


@dataclass(frozen=True)
class IndexEntry:
    """One report in the index: its title, the page's file name beside the index, and one sentence."""

    title: str
    href: str
    summary: str


@dataclass(frozen=True)
class PackEntry:
    """One pack above the packs: its period in words, its index, when it was made, and what matters in it, a line each."""

    period: str
    href: str
    made: str
    lines: tuple[str, ...]


def render_page(
    parts: Sequence[Part],
    context: PageContext,
    elsewhere: Mapping[str, Sequence[tuple[str, str]]] = NOWHERE,
    rows: Mapping[str, str] = NO_ROWS,
) -> str:
    """One HTML document of one notebook or several: their exhibits, with banner, contents, symbols and provenance.

    Of one notebook all stands in its order; of several as `arrangement.arranged` says. `elsewhere` says of a subject where
    other pages have more of it (`arrangement.elsewhere`), `rows` where its row is (`arrangement.rows_elsewhere`). The same
    notebooks and context give the same bytes; nothing is fetched, no script can run and no code is shown. Raises `PageError`
    for what a page can't show (`blocks.blocks`), for an id that occurs twice and for an audience that there is no banner for.
    """
    prose = Prose()
    first, without = with_something(blocks(parts[0], prose))
    read = [[linked(block, rows) for block in first], *(blocks(part, Prose()) for part in parts[1:])]
    shown = arranged(read, elsewhere)
    body = Markup("\n").join(block.html for block in shown.first)
    in_rows = [block for row in shown.rows for block in row.blocks]
    words = Markup("\n").join(block.html for block in (*shown.first, *shown.findings, *in_rows, *shown.rest))
    symbols = [(symbol, meaning) for symbol, meaning in SYMBOLS if symbol in words and symbol != _ZERO]
    # A true zero needs saying only where something else stands for no figure.
    symbols += [each for each in SYMBOLS if symbols and each[0] == _ZERO]
    resources = {
        "context": context,
        "audience": _audience(context),
        "body": body,
        "shown": shown,
        "contents": [each for each in prose.contents if each[0] not in without],
        "without": listing([lower_first(heading) for heading in without.values()]),
        "sources": _each_once([block.table["source"] for part in read for block in part if block.table]),
        "symbols": symbols,
    }
    html: str = _environment().get_template("page.html.j2").render(resources=resources)
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
    html: str = _environment().get_template("index.html.j2").render(resources=resources)
    return html + "\n"


def render_shelf(context: PageContext, packs: Sequence[PackEntry]) -> str:
    """One HTML document: the packs of a folder, each with its link and what matters in it."""
    resources = {"context": context, "audience": _audience(context), "packs": packs}
    html: str = _environment().get_template("shelf.html.j2").render(resources=resources)
    return html + "\n"


def render_text_check(
    context: PageContext, groups: Sequence[tuple[str, str, Sequence[Mapping[str, object]]]], summary: str
) -> str:
    """One HTML document: the relations of a text tested by its own numbers, in groups of a title, a note and rows."""
    resources = {"context": context, "audience": _audience(context), "groups": groups, "summary": summary}
    html: str = _environment().get_template("text_check.html.j2").render(resources=resources)
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


@cache
def _environment() -> Environment:
    """Return jinja with this package's templates only: nothing a user has installed can stand in."""
    # A title is data like any other, and escaped.
    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _each_once(sources: Sequence[str]) -> list[str]:
    """Return the sources of a page's exhibits, each once, those who returned the same periods together, last what their licence
    asks for.

    A source is named "producer, title".
    """
    named = dict.fromkeys(each for source in sources for each in source.rstrip(".").split("; "))
    is_open = any(each.endswith(_LICENCE) for each in named)
    lines = together(named)
    licence = [f"Contains public sector information licensed under the {_LICENCE}."] if is_open else []
    return [*(f"{line.removesuffix(f', {_LICENCE}')}." for line in lines), *licence]
