"""What a page may be made of: a list of what is allowed, not of what is dangerous. Anything else holds the pack back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from analysis.catalogue import tables
from analysis.disclosure.audit.pages import Reader, Shown
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
_CALLS = re.compile(r"([a-z-]+)\s*\(", re.IGNORECASE)
_LOCAL = re.compile(r"url\(\s*['\"]?#[\w.-]+['\"]?\s*\)")
_POLICY = "default-src 'none'"


def look(file: str, html: str) -> tuple[list[Broken], list[Shown]]:
    """Return the rules that the markup of a page breaks, and the exhibits that stand on it."""
    reader = _Reader(file)
    reader.feed(html)
    reader.close()
    if _POLICY not in html:
        reader.say("content-policy", "the head")
    return reader.broken, reader.found


class _Reader(Reader):
    """Holds every element against the list while the audit's reader collects what it says: a page is read once."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file, self.broken = file, list[Broken]()
        self._style = False

    def say(self, rule: str, place: str) -> None:
        """Note a broken rule, each place once."""
        found = Broken(rule, self.file, place)
        if found not in self.broken:
            self.broken.append(found)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element, if it is one that a page may hold."""
        self._hold(tag, attrs)
        self._style = tag == "style"
        super().handle_starttag(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Hold an element that closes itself against the list."""
        self._hold(tag, attrs)
        super().handle_startendtag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        self._style = self._style and tag != "style"
        super().handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        """Look through a style sheet, or keep a text."""
        if self._style:
            for rule in styles(data):
                self.say(rule, "the style sheet")
        super().handle_data(data)

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
        yield from styles(value)


@lru_cache(maxsize=1 << 12)  # a page has ten styles, each a thousand times
def styles(text: str) -> tuple[str, ...]:
    """Return the rules that a style breaks: what is fetched or run by it."""
    return tuple(_styles(text))


def _styles(text: str) -> Iterator[str]:
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
