"""The structure of an HTML document, for tests: what is in it, and whether it is sound."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img"}


class Outline(HTMLParser):
    """What the tests ask of a document: every tag closed in order, its headings, ids and links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def values(self, name: str) -> list[str]:
        return [value for attribute, value in self.attributes if attribute == name]

    @property
    def levels(self) -> list[int]:
        return [int(tag[1]) for tag in self.tags if re.fullmatch(r"h[1-6]", tag)]


def outline(html: str) -> Outline:
    document = Outline(html)
    assert not document.open
    assert document.levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(document.levels, document.levels[1:], strict=False))
    ids = document.values("id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in document.values("href") if href.startswith("#")} <= set(ids)
    return document
