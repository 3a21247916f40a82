"""What a style may be made of: functions and at-rules of a list, addresses within the page. Parsed as a browser parses it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache, lru_cache
from string import ascii_letters, digits
from typing import Any

import tinycss2

from analysis.catalogue import tables

_WITHIN = frozenset(f"{ascii_letters}{digits}_.-")
_SPACE = ("whitespace", "comment")


@lru_cache(maxsize=1 << 12)  # a page has ten styles, each a thousand times
def broken_by(text: str) -> tuple[str, ...]:
    """Return the rules that a style sheet, or the style of one element, breaks: what is fetched or run by it."""
    if "\\" in text:  # an escape: none of ours has one, and they hide what a word is
        return ("style-address", *_broken(tinycss2.parse_component_value_list(text)))
    return tuple(_broken(tinycss2.parse_component_value_list(text)))


def _broken(tokens: Iterable[Any]) -> Iterator[str]:
    before = None
    for token in tokens:
        if token.type in _SPACE:
            continue
        # A name before a bracket with a comment or a space between is no call; refused all the same, whoever reads it as one.
        named = before.lower_value if token.type == "() block" and before is not None and before.type == "ident" else ""
        if named and named not in _allowed("function"):
            yield "style-address"
        before = token
        match token.type:
            case "at-keyword" if token.lower_value == "font-face":
                yield "remote-font"
            case "at-keyword" if token.lower_value not in _allowed("at-rule"):
                yield "style-address"
            case "url" if not _is_within(token.value):
                yield "style-address"
            case "function" if token.lower_name == "url":
                held = [each for each in token.arguments if each.type not in _SPACE]
                if [each.type for each in held] != ["string"] or not _is_within(held[0].value):
                    yield "style-address"
            case "function":
                if token.lower_name not in _allowed("function"):
                    yield "style-address"
                yield from _broken(token.arguments)
            case "error" | "unicode-range":
                yield "style-address"
            case "() block" | "[] block" | "{} block":
                yield from _broken(token.content)


def _is_within(address: str) -> bool:
    return address.startswith("#") and _WITHIN.issuperset(address[1:])


@cache
def _allowed(kind: str) -> Collection[str]:
    table = tables.read("allowed_markup")
    return frozenset(table.loc[table["kind"] == kind, "name"])
