"""What a page may be made of: a list of what is allowed, not of what is dangerous. Anything else holds the pack back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

from analysis import tables
from analysis.gate.rules import Broken

_NAMED = {
    "script": "script-element", "iframe": "frame", "frame": "frame", "object": "frame", "embed": "frame", "form": "form",
    "input": "form", "button": "form", "select": "form", "textarea": "form", "base": "base-address", "metadata": "hidden-text",
}  # fmt: skip
_ADDRESSES = ("href", "xlink:href", "src", "action", "data", "poster", "srcset", "formaction", "background", "cite", "ping")
_WITHIN = re.compile(
    r"#[\w.-]*|[\w-][\w.-]*(/[\w-][\w.-]*)*\.(html|csv|xlsx|json|ipynb)(#[\w.-]*)?|data:,|"
    r"data:text/csv;charset=utf-8;base64,[A-Za-z0-9+/=]+"
)
_ACTIVE = re.compile(r"^(javascript|vbscript|data:text/html|data:image/svg|data:application)", re.IGNORECASE)
_CALLS = re.compile(r"([a-z-]+)\s*\(", re.IGNORECASE)
_LOCAL = re.compile(r"url\(\s*['\"]?#[\w.-]+['\"]?\s*\)")
_POLICY = "default-src 'none'"


def look(file: str, html: str) -> list[Broken]:
    """Return the rules that the markup of a page breaks."""
    reader = _Reader(file)
    reader.feed(html)
    reader.close()
    if _POLICY not in html:
        reader.say("content-policy", "the head")
    return reader.broken


class _Reader(HTMLParser):
    def __init__(self, file: str) -> None:
        super().__init__(convert_charrefs=True)
        self.file, self.broken = file, list[Broken]()
        self._style = False

    def say(self, rule: str, place: str) -> None:
        """Note a broken rule, each place once."""
        found = Broken(rule, self.file, place)
        if found not in self.broken:
            self.broken.append(found)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = tag in _NAMED or tag in _allowed("element")
        place = f"line {self.getpos()[0]}, <{tag if known else '…'}>"
        if tag in _NAMED:
            self.say(_NAMED[tag], place)
        elif tag not in _allowed("element"):
            self.say("unknown-element", place)
        self._style = tag == "style"
        for name, value in attrs:
            for rule in _attribute(tag, name, value or ""):
                self.say(rule, place)

    def handle_endtag(self, tag: str) -> None:
        self._style = self._style and tag != "style"

    def handle_data(self, data: str) -> None:
        if self._style:
            for rule in styles(data):
                self.say(rule, "the style sheet")

    def handle_comment(self, data: str) -> None:
        self.say("hidden-text", f"line {self.getpos()[0]}, a comment")

    def handle_pi(self, data: str) -> None:
        self.say("unknown-element", f"line {self.getpos()[0]}, a processing instruction")

    def unknown_decl(self, data: str) -> None:
        self.say("hidden-text", f"line {self.getpos()[0]}, a declaration")


def _attribute(tag: str, name: str, value: str) -> Iterator[str]:
    plain = re.sub(r"[\s\x00-\x1f]", "", value)
    if name.startswith("on"):
        yield "event-handler"
    elif name not in _allowed("attribute") and not name.startswith("aria-") and name not in _ADDRESSES:
        yield "unknown-attribute"
    if name in _ADDRESSES and not _WITHIN.fullmatch(value):
        yield "active-address" if _ACTIVE.match(plain) else "remote-address"
    if tag == "meta" and name == "http-equiv" and value.lower() != "content-security-policy":
        yield "refresh"
    if name in ("style", "fill", "stroke", "clip-path", "transform"):
        yield from styles(value)


def styles(text: str) -> Iterator[str]:
    """Yield the rules that a style breaks: what is fetched or run by it."""
    plain = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    if "@font-face" in plain.lower():
        yield "remote-font"
    if re.search(r"\\0*(75|55|72|52)", plain, re.IGNORECASE):
        yield "style-address"  # u or r written as an escape, as in url
    rest = re.sub(r"@(media|supports)[^{]*", "", _LOCAL.sub("", plain))
    calls = {name.lower() for name in _CALLS.findall(rest)}
    if "@import" in rest.lower() or calls - _allowed("function"):
        yield "style-address"


@cache
def _allowed(kind: str) -> frozenset[str]:
    table = tables.read("allowed_markup")
    return frozenset(table.loc[table["kind"] == kind, "name"])
