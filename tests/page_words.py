"""How many words a reader meets on a page: outside tables, charts and closed details, and everywhere with all details open."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset(
    {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "rect", "line", "circle", "polygon", "path"}
)
_NEVER = frozenset({"style", "script", "head", "svg"})  # of a chart nothing counts as prose
_WORD = re.compile(r"\w[\w’'.,%–-]*")


@dataclass
class Words:
    """The words of a page: those met at first, and all but those in charts."""

    met: list[str] = field(default_factory=list)
    every: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words = Words()
        self._open: list[tuple[str, bool, bool]] = []  # tag; whether nobody sees what is in it; whether it isn't met at first

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        given = dict(attrs)
        hidden = tag in _NEVER or "visually-hidden" in (given.get("class") or "").split()
        apart = tag == "table" or (tag == "details" and "open" not in given)
        self._open.append((tag, hidden, apart))

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag not in _VOID:
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if any(hidden for _, hidden, _ in self._open):
            return
        found = _WORD.findall(data)
        self.words.every += found
        around = self._open
        names = [tag for tag, _, _ in around]
        if "summary" in names:  # of closed details it is what is seen; within other closed ones it isn't
            place = len(names) - 1 - names[::-1].index("summary")
            around = [each for number, each in enumerate(around) if number != place - 1]
        if not any(apart for _, _, apart in around):
            self.words.met += found


def words_of(html: str) -> Words:
    """Return the words of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.words
