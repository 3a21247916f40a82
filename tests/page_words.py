"""How many words a reader meets on a page, outside tables, charts and closed details, in all, and which of them stand twice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset(
    {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "rect", "line", "circle", "polygon", "path"}
)
_NEVER = frozenset({"style", "script", "head", "svg"})  # of a chart nothing counts as prose
_CHARTS = frozenset({"journey"})  # drawn bars with their names and figures beside them
_WITHIN = frozenset({"a", "abbr", "code", "em", "span", "strong"})  # what doesn't end a block of text
_REPEATED = 8  # words that stand together twice
_WORD = re.compile(r"\w[\w’'.,%–-]*")


@dataclass
class Words:
    """The words of a page: those met at first, those outside tables when all is open, all, and what is seen at first, in blocks.

    Names of rows and columns are no text: they have to stand wherever a figure of theirs does. So they are seen by themselves.
    """

    met: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    every: list[str] = field(default_factory=list)
    seen: list[list[str]] = field(default_factory=lambda: [[]])
    names: int = 0


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words = Words()
        self._open: list[tuple[str, bool, str]] = []  # tag; whether nobody sees what is in it; what sets it apart: a kind or ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_block(tag)
        if tag in _VOID:
            return
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        hidden = tag in _NEVER or bool(classes & {"visually-hidden", "skip"})
        shut = tag == "details" and "open" not in given
        self._open.append((tag, hidden, "shut" if shut else "shown" if tag == "table" or classes & _CHARTS else ""))

    def _end_block(self, tag: str) -> None:
        if tag not in _WITHIN and self.words.seen[-1]:
            self.words.seen.append([])

    def handle_endtag(self, tag: str) -> None:
        self._end_block(tag)
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
        if not any(apart == "shown" for _, _, apart in self._open):
            self.words.opened += found
        kinds = {apart for _, _, apart in around}
        if not kinds & {"shut", "shown"}:
            self.words.met += found
        if "shut" not in kinds and "th" in names:
            self.words.names += len(found)
        elif "shut" not in kinds:
            self.words.seen[-1] += found


def said_twice(pages: Iterable[Words]) -> tuple[int, int]:
    """Return how many words the pages show when they are opened, and how many of them stand there for the second time.

    These are the words of eight or more in a row within one block of text that stood so before, on this page or one before it.
    """
    known: set[tuple[str, ...]] = set()
    shown = twice = 0
    for page in pages:
        shown += page.names
        for block in page.seen:
            spoken = [word.lower() for word in block]
            again = [False] * len(spoken)
            for start in range(len(spoken) - _REPEATED + 1):
                run = tuple(spoken[start : start + _REPEATED])
                if run in known:
                    again[start : start + _REPEATED] = [True] * _REPEATED
                known.add(run)
            shown, twice = shown + len(spoken), twice + sum(again)
    return shown, twice


def words_of(html: str) -> Words:
    """Return the words of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.words
