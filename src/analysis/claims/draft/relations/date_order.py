"""Dates in an order that can't be: a start after its end, a day that no calendar has, a weekday that the day was not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.claims.draft.reading.dates import Dated
from analysis.claims.draft.reading.sentences import Sentence, pattern
from analysis.claims.draft.relation_check import RelationCheck, checked

_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_BEGAN = (
    r"(?:began|begun|started|opened|commenced|launched|instigated|commissioned|referred|received|reported|"
    r"introduced|established|appointed|set up|died|born|notified|issued|approved|agreed|held|drafted|took "
    r"place|met)"
)
_ENDED = (
    r"(?:ended|finished|completed|closed|concluded|published|signed off|reported|presented|submitted|"
    r"ceased|resigned|left|expired|reviewed|evaluated|delivered|implemented|allocated|assessed|discharged)"
)
_ORDERED = (
    r"\b(?:between|from) <D>(?P<gap>) (?:and|to|until|up to|-|–) <D>",
    (
        rf"\b(?:{_BEGAN})\b(?: (?:on|in|at|the end of|at the end of))? <D>(?P<gap>[^«»;.]{{0,50}}?(?:\band\b|,|"
        rf"before)[^«»;.]{{0,50}}?)\b(?:{_ENDED})\b[^«»;.]{{0,35}}?(?: (?:on|in|by|at))? <D>"
    ),
    r"<D>(?P<gap>,? (?:before|ahead of|prior to|and then|followed by|then)[^«»;.]{0,60}?) (?:on |in |of |by )?<D>",
    (
        r"\b(?:after|following|since)\b(?P<gap>[^«»;.,]{0,50}?)<D>,[^«»;.]{0,60}?\b(?:on|in|held|published|"
        r"reported|approved|by)\b ?(?:on |in )?<D>"
    ),
)  # fmt: skip
_REVERSED = (r"<D>(?P<gap>,? (?:after|following|once)\b[^«»;.]{0,60}?)(?:on |in |of )<D>",)
ASK = "Which of the dates is wrong?"


def date_orders(sentence: Sentence) -> Iterator[RelationCheck]:
    """Yield each pair of dates that a sentence puts in order, each impossible day, each weekday."""
    text = sentence.marked
    for words, forwards in [*((each, True) for each in _ORDERED), *((each, False) for each in _REVERSED)]:
        for match in pattern(words).finditer(text):
            first, second = (sentence.dates[int(place)] for place in re.findall(r"«D(\d+)»", match[0])[:2])
            if first.first and first.last and second.first and second.last and _comparable(first, second):
                earlier, later = (first, second) if forwards else (second, first)
                agrees = earlier.first <= later.last  # type: ignore[operator]
                says = f"{earlier.text} comes before {later.text}"
                yield checked(
                    sentence, "dates", agrees, says, says if agrees else f"{earlier.text} is later than {later.text}", ASK
                )
    for dated in sentence.dates:
        yield from _calendar(sentence, dated)


def _comparable(first: Dated, second: Dated) -> bool:
    return "quarter_alone" not in (first.form, second.form)


def _calendar(sentence: Sentence, dated: Dated) -> Iterator[RelationCheck]:
    if dated.form == "day" and not dated.first:
        yield checked(sentence, "dates", False, dated.text, f"No calendar has {dated.text}", ASK)
    if dated.form == "span" and dated.first and dated.last and dated.first > dated.last:
        yield checked(sentence, "dates", False, dated.text, f"{dated.text} ends before it begins", ASK)
    if dated.form == "years" and (match := re.match(r"(\d{4}) ?[/–-] ?(\d{2,4})$", dated.text)):
        later = int(match[2]) if len(match[2]) == 4 else int(match[1][:2] + match[2])
        if later <= int(match[1]) and int(match[2]) > 12:
            yield checked(sentence, "dates", False, dated.text, f"{dated.text} ends before it begins", ASK)
    weekday = re.search(rf"\b({'|'.join(_DAYS)}),?(?: the)? $", sentence.text[: dated.start])
    if weekday and dated.form == "day" and dated.first:
        actual = _DAYS[dated.first.weekday()]
        says = f"{weekday[1]} {dated.text}"
        yield checked(
            sentence, "dates", actual == weekday[1], says, says if actual == weekday[1] else f"{dated.text} was a {actual}", ASK
        )
