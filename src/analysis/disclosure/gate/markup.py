"""What a page may be made of: a list of what is allowed, not of what is dangerous. Anything else holds the pack back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from analysis.catalogue import tables
from analysis.disclosure.audit.pages import Reader, Shown
from analysis.disclosure.gate import style_sheets
from analysis.disclosure.gate.rules import Broken

_NAMED = {
    "script": "script-element", "iframe": "frame", "frame": "frame", "object": "frame", "embed": "frame", "form": "form",
    "input": "form", "button": "form", "select": "form", "textarea": "form", "base": "base-address", "metadata": "hidden-text",
}  # fmt: skip
_ADDRESSES = ("href", "xlink:href", "src", "action", "data", "poster", "srcset", "formaction", "background", "cite", "ping")
_WITHIN = re.compile(
    r"#[\w.-]*|[\w-][\w.-]*(/[\w-][\w.-]*)*\.(html|csv|xlsx|json|zip)(#[\w.-]*)?|data:,|"
    r"data:text/csv;charset=utf-8;base64,[A-Za-z0-9+/=]+"
)
_ACTIVE = re.compile(r"^(javascript|vbscript|data:text/html|data:image/svg|data:application)", re.IGNORECASE)
# In its place, before anything that a browser would fetch: the same words in a paragraph or a description forbid nothing.
_POLICY = re.compile(
    r"\s*<!DOCTYPE html>\s*<html[^<>]*>\s*<head>\s*(?:<meta charset=\"utf-8\">\s*)?"
    r"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'(?P<more>(?:; [^;\"]*)*)\">",
    re.IGNORECASE,
)
_MORE = frozenset(("style-src 'unsafe-inline'", "img-src data:", "base-uri 'none'", "form-action 'none'"))


def look(file: str, html: str) -> tuple[list[Broken], list[Shown]]:
    """Return the rules that the markup of a page breaks, and the exhibits that stand on it."""
    reader = _Reader(file)
    reader.feed(html)
    reader.close()
    policy = _POLICY.match(html)
    if policy is None or not set(filter(None, policy["more"].split("; "))) <= _MORE:
        reader.say("content-policy", "the head")
    return reader.broken, reader.found


class _Reader(Reader):
    """Holds every element against the list while the audit's reader collects what it says: a page is read once."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file, self.broken = file, list[Broken]()
        self._style: list[str] | None = None  # the text of the style sheet that is open

    def say(self, rule: str, place: str) -> None:
        """Note a broken rule, each place once."""
        found = Broken(rule, self.file, place)
        if found not in self.broken:
            self.broken.append(found)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element, if it is one that a page may hold."""
        self._hold(tag, attrs)
        if tag == "style" and self._style is None:
            self._style = []
        label = dict(attrs).get("data-label")
        if label is not None and not self._is_heading(tag, label):
            self.say("unknown-attribute", f"line {self.getpos()[0]}, a label that is not its column's heading")
        super().handle_starttag(tag, attrs)

    def _is_heading(self, tag: str, label: str) -> bool:
        """Return whether a label, which a telephone shows before a cell, is the heading of the column that the cell is in."""
        exhibit = self._exhibit
        if exhibit is None or tag != "td" or not exhibit.rows:
            return False
        place = len(exhibit.rows[-1])
        return place < len(exhibit.columns) and exhibit.columns[place] == " ".join(label.split())

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Hold an element that closes itself against the list."""
        self._hold(tag, attrs)
        super().handle_startendtag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if tag == "style":
            self._look_at_style()
        super().handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        """Keep a text, that of a style sheet until it can be looked through as a whole."""
        if self._style is not None:
            self._style.append(data)
        super().handle_data(data)

    def close(self) -> None:
        """End the page, and with it a style sheet that was left open."""
        super().close()
        if self._style is not None:  # the parser has kept its text back, which a browser follows
            self._style.append(self.rawdata)
        self._look_at_style()

    def _look_at_style(self) -> None:
        for rule in style_sheets.broken_by("".join(self._style or ())):
            self.say(rule, "the style sheet")
        self._style = None

    def handle_comment(self, data: str) -> None:
        """Refuse a comment."""
        self.say("hidden-text", f"line {self.getpos()[0]}, a comment")

    def handle_pi(self, data: str) -> None:
        """Refuse a processing instruction."""
        self.say("unknown-element", f"line {self.getpos()[0]}, a processing instruction")

    def unknown_decl(self, data: str) -> None:
        """Refuse a declaration."""
        self.say("hidden-text", f"line {self.getpos()[0]}, a declaration")

    def _hold(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        broken = [_NAMED[tag]] if tag in _NAMED else [] if tag in _allowed("element") else ["unknown-element"]
        broken += [rule for name, value in attrs for rule in _attribute(tag, name, value or "")]
        for rule in broken:
            known = tag in _NAMED or tag in _allowed("element")
            self.say(rule, f"line {self.getpos()[0]}, <{tag if known else '…'}>")


def _attribute(tag: str, name: str, value: str) -> Iterator[str]:
    if name.startswith("on"):
        yield "event-handler"
    elif name not in _allowed("attribute") and not name.startswith("aria-") and name not in _ADDRESSES:
        yield "unknown-attribute"
    if name in _ADDRESSES and not _WITHIN.fullmatch(value):
        plain = re.sub(r"[\s\x00-\x1f]", "", value)
        yield "active-address" if _ACTIVE.match(plain) else "remote-address"
    if tag == "meta" and name == "http-equiv" and value.lower() != "content-security-policy":
        yield "refresh"
    if name in ("style", "fill", "stroke", "clip-path", "transform"):
        yield from style_sheets.broken_by(value)


@cache
def _allowed(kind: str) -> frozenset[str]:
    table = tables.read("allowed_markup")
    return frozenset(table.loc[table["kind"] == kind, "name"])
