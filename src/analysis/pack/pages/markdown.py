"""Markdown as it may stand on a page: no HTML of its own, headings in order, links within the pack."""

from __future__ import annotations

import re
from html import escape
from typing import NamedTuple

import mistune
from markupsafe import Markup
from mistune.plugins import import_plugin

from analysis.errors import SafeguardingError

# A page is one file that may be e-mailed: a link leads to a place on it or to another page of the same pack.
_LINK = re.compile(r"#[\w-]+|[\w-][\w.-]*(/[\w-][\w.-]*)*\.(html(#[\w-]+)?|xlsx|json|zip)", re.ASCII)


class PageError(SafeguardingError):
    """A notebook that would lose, leak or break something as a page; the sentence names the cell."""


def check_link(href: str, where: str) -> str:
    """The address itself, if it stays within the pack; raises `PageError` otherwise."""
    if not _LINK.fullmatch(href):
        raise PageError(f"{where} links to {href!r}, which is neither a place on the page nor a page of the pack.")
    return href


def slug(text: str, taken: set[str]) -> str:
    """An id made of a heading's words, prefixed so as never to be an exhibit's, and added to `taken`."""
    base = "section-" + (re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "untitled")
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    taken.add(name)
    return name


class Heading(NamedTuple):
    """A heading of a page: its level, its id, which only those of level 2 have, and its words."""

    level: int
    name: str
    words: str


class Prose(mistune.HTMLRenderer):
    """One page's markdown renderer; it remembers the headings, so cells must be rendered in the page's order.

    Raw HTML comes out as the text that it is. The first heading of level 1 is dropped, because the page has
    its title already; any later one counts as level 2. A heading that skips a level is brought up.
    """

    def __init__(self) -> None:
        """A renderer that has seen nothing of its page yet."""
        super().__init__(escape=True)
        self.contents: list[tuple[str, str]] = []  # id and words of each heading of level 2
        self.headings: list[Heading] = []  # of any level
        self.where = "the notebook"
        self._ids: set[str] = set()
        self._level = 1
        self._titled = False
        self._tables = 0
        self._parse = mistune.Markdown(self, plugins=[import_plugin("table")])

    def render(self, markdown: str, where: str) -> Markup:
        """The HTML of one cell or output; `where` names it in errors. Raises `PageError`."""
        self.where = where
        return Markup(self._parse(markdown))  # noqa: S704 (escape=True: every text has been escaped)

    def open_section(self, words: str) -> Markup:
        """A heading of level 2 with these words, or nothing where the page is inside a section already."""
        return Markup() if self._level > 1 else Markup(self.heading(escape(words), 2))  # noqa: S704

    def heading(self, text: str, level: int, **attrs: object) -> str:
        """A heading at the level that may follow here; each of level 2 has an id and stands in `contents`."""
        if level == 1 and not self._titled:
            self._titled = True
            return ""
        self._level = min(max(level, 2), self._level + 1)
        words = Markup(text).striptags()  # noqa: S704
        if self._level > 2:
            self.headings.append(Heading(self._level, "", words))
            return f"<h{self._level}>{text}</h{self._level}>\n"
        self.contents.append((slug(words, self._ids), words))
        self.headings.append(Heading(2, *self.contents[-1]))
        return f'<h2 id="{self.contents[-1][0]}">{text}</h2>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A link within the pack. Raises `PageError` for any other."""
        return f'<a href="{escape(check_link(url, self.where))}">{text}</a>'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """No picture: raises `PageError`, because only an exhibit carries its words and its data."""
        raise PageError(f"{self.where} has a picture in its markdown; only an exhibit carries its words and its data.")

    def table(self, text: str) -> str:
        """A table that scrolls by itself, captioned with its number and the section that it stands in."""
        self._tables += 1
        name = f"Table {self._tables}" + (f": {self.contents[-1][1]}" if self.contents else "")
        return (
            f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(name)}">'
            f"<table><caption>{escape(name)}</caption>\n{text}</table></div>\n"
        )

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        """A cell; one of the header has a scope. Raises `PageError` for a header cell without words."""
        if head and not text.strip():
            raise PageError(f"{self.where} has a table with an empty header cell, which a screen reader can't announce.")
        number = ' class="num"' if align == "right" else ""
        return f'  <th scope="col"{number}>{text}</th>\n' if head else f"  <td{number}>{text}</td>\n"
