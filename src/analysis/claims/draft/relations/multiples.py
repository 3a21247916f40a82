"""Multiples in words: "doubled from 310 to 622", "12, three times as many as the 4 of last year"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.claims.draft.reading.numbers import Number
from analysis.claims.draft.reading.sentences import Sentence, pattern
from analysis.claims.draft.reading.words import values
from analysis.claims.draft.relation_check import RelationCheck, checked, shown

_LEVELS = "CPMRN"
_TIMES = (
    rf"<{_LEVELS}:b><d>,? (?:(?P<twice>twice)|<C:times> times) (?:as many|as much|as high|the number|the figure)<d><{_LEVELS}:a>"
)
_MULTIPLE = r"\b(?P<multiple><~multiple>)\b"
ASK = "Which is wrong: the earlier figure, the later one or the multiple?"


def of_levels(sentence: Sentence, before: Number, after: Number, text: str, other: str) -> Iterator[RelationCheck]:
    """Yield "doubled" and the like, said of two levels."""
    match = pattern(_MULTIPLE).search(text)
    if not match or not before.value:
        return
    ratio = values("multiple")[match["multiple"].lower()]
    actual = after.value / before.value
    ahead = text[max(0, match.start() - 14) : match.start()].lower()
    low, high = ratio * 0.9, ratio * 1.15
    if re.search(r"more than $|over $", ahead):
        low, high = (ratio, float("inf")) if ratio >= 1 else (0.0, ratio)
    elif re.search(r"nearly $|almost $", ahead):
        low, high = (ratio * 0.8, ratio) if ratio >= 1 else (ratio, ratio * 1.25)
    agrees = low <= actual <= high
    says = f"“{match['multiple']}”, from {before.text} to {after.text}"
    yield checked(
        sentence,
        "multiple",
        agrees,
        says,
        says if agrees else f"{after.text} is {shown(actual, 2)} times {before.text}",
        ASK,
        other=other,
    )


def times_as_many(sentence: Sentence) -> Iterator[RelationCheck]:
    """Yield "12, three times as many as the 4 of last year", which is never exact in words: a tenth either way is right."""
    for match in pattern(_TIMES).finditer(sentence.marked):
        before, after = sentence.number(match["a"]), sentence.number(match["b"])
        ratio = 2.0 if match["twice"] else sentence.number(match["times"]).value
        if before.unit != after.unit or not before.value or re.search(r"\b(?:more than|over|nearly|almost) $", match[0]):
            continue
        actual = after.value / before.value
        says = f"{after.text} is {shown(ratio)} times {before.text}"
        wrong = f"{after.text} is {shown(actual, 2)} times {before.text}, not {shown(ratio)} times"
        agrees = 0.9 * ratio <= actual <= 1.15 * ratio
        yield checked(sentence, "multiple", agrees, says, says if agrees else wrong, ASK)
