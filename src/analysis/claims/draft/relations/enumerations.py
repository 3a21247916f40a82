"""A number of things and the things themselves: "met six times: in April, June, September, November and February"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.claims.draft.reading.sentences import Sentence, pattern
from analysis.claims.draft.relation_check import RelationCheck, checked

_LISTED = (
    r"<C:number>(?P<noun>(?: [\w’'-]+){1,6}):(?: (?:in|on|at|from|namely|these (?:are|were)))? (?P<items>[^«»;:.]{6,300})[.]?$"
)
_MONTHS = (
    r"<C:number>(?P<noun> (?:times|meetings|sessions|occasions|events)(?: [\w’'-]+){0,4}?),?:? (?:\()?in "
    r"(?P<items>(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December)(?:(?:, | and |, and )(?:January|February|March|April|May|June|July|August|September|"
    r"October|November|December))+)"
)
ASK = "Is one missing from the list, or is the number wrong?"


def enumerations(sentence: Sentence) -> Iterator[RelationCheck]:
    """Yield the number of things that a sentence then lists by name."""
    for words in (_MONTHS, _LISTED):
        match = pattern(words).search(sentence.marked)
        if match is None:
            continue
        number = sentence.number(match["number"])
        items = [item for item in re.split(r", and |, | and ", match["items"].strip()) if item]
        if (
            not 2 <= number.value <= 12
            or number.hedge
            or len(items) < 2
            or re.search(r"\b(?:including|such as|e\.g|etc|among|for example)\b", sentence.text)
        ):
            return
        # An item with "and" in it makes one more: only a list that neither way of counting fits is wrong.
        fewest = len(re.split(r", ", re.sub(r",? and (?=[^,]*$)", ", ", match["items"].strip())))
        commas = len(match["items"].split(", "))
        agrees = number.value in (len(items), fewest, commas)
        if words is _LISTED and not agrees and (len(items) != fewest or abs(number.value - len(items)) > 2 or len(items) < 3):
            return
        says = f"{number.text}{match['noun']}: {len(items)} listed"
        yield checked(
            sentence,
            "enumeration",
            agrees,
            says,
            says if agrees else f"{len(items)} are listed, not {number.text}",
            ASK,
            sure="likely",
        )
        return
