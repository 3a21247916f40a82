"""Parses what a reader of a page sees: exhibits with their headline, table and CSV, and the words in their charts."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
_TEXTS = frozenset(["h3", "p", "caption", "th", "td", "desc", "text", *(_NOTES := ("figcaption", "li", "dd"))])
# The font size of figures at the points of a chart; names and ticks are larger.
_STYLE_OF_FIGURES = re.compile(r"font-size:\s*8px")


@dataclass
class Shown:
    """One exhibit as it stands on a page. `rows` are the cells of its table, with row headings and without the header."""

    identity: str
    headline: str = ""
    subtitle: str = ""
    caption: str = ""
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    csv: list[list[str]] | None = None
    descriptions: list[str] = field(default_factory=list)
    charts: int = 0
    sentences: list[str] = field(default_factory=list)  # the paragraphs between headline and chart
    notes: list[str] = field(default_factory=list)  # the text under it: source, footnotes, definition
    labels: list[str] = field(default_factory=list)  # the texts of its charts
    values: list[str] = field(default_factory=list)  # those labels that stand at a point or a bar
    page: str = ""  # the heading of the page that it stands on, where that is known


def exhibits(html: str) -> list[Shown]:
    """Return the exhibits of a page, or of one output of a notebook, in order."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.found


class Reader(HTMLParser):
    """Collects text by the element it stands in. A page of another form gives no exhibit, which the gate reports as missing."""

    def __init__(self) -> None:
        """Start a page; `found` has its exhibits when it has been read."""
        super().__init__(convert_charrefs=True)
        self.found: list[Shown] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._text: list[str] = []
        self._inside = 0  # how many elements are open within the exhibit, with itself; 0 outside an exhibit

    @property
    def _exhibit(self) -> Shown | None:
        return self.found[-1] if self._inside else None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        attributes = {name: value or "" for name, value in attrs}
        if tag == "figure" and attributes.get("class") == "exhibit":
            self.found.append(Shown(attributes.get("id", "")))
        if tag not in _VOID:
            self._open.append((tag, attributes))
            self._inside += self._inside > 0 or (tag == "figure" and attributes.get("class") == "exhibit")
        self._text = []
        exhibit = self._exhibit
        if exhibit is None:
            return
        if tag == "tr":
            exhibit.rows.append([])
        if tag == "svg":
            exhibit.charts += 1
            if label := attributes.get("aria-label"):  # of a small mark in a table
                exhibit.descriptions.append(label)
        if tag == "a" and attributes.get("href", "").startswith("data:text/csv"):
            exhibit.csv = _csv(attributes["href"])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself holds no text."""

    def handle_data(self, data: str) -> None:
        """Keep a text until the end of its element."""
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and those within it that were left open."""
        exhibit, text = self._exhibit, " ".join("".join(self._text).split())
        if exhibit is not None:
            self._add_text(exhibit, tag, text)
        while self._open:
            name, _ = self._open.pop()
            self._inside -= self._inside > 0
            if name == tag:
                break
        if tag in _TEXTS:
            self._text = []

    def _add_text(self, exhibit: Shown, tag: str, text: str) -> None:
        attributes = next((open_attributes for name, open_attributes in reversed(self._open) if name == tag), {})
        if tag == "h3" and not exhibit.headline:
            exhibit.headline = text
        elif tag == "p" and attributes.get("class") == "subtitle":
            exhibit.subtitle = text
        elif tag == "p" and not attributes.get("class"):
            exhibit.sentences.append(text)
        elif tag == "caption":
            exhibit.caption = text
        elif tag in ("th", "td") and exhibit.rows:
            exhibit.rows[-1].append(text)
        elif tag == "thead":
            exhibit.columns = exhibit.rows.pop() if exhibit.rows else []
        elif tag in _NOTES:
            exhibit.notes.append(text)
        elif tag == "desc":
            exhibit.descriptions.append(text)
        elif tag == "text":
            exhibit.labels.append(text)
            if _STYLE_OF_FIGURES.search(attributes.get("style", "")):
                exhibit.values.append(text)


def _csv(address: str) -> list[list[str]] | None:
    _, _, data = address.partition("base64,")
    try:
        text = base64.b64decode(data, validate=True).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (binascii.Error, UnicodeDecodeError, csv.Error):
        return None
