"""A change against the two levels that the text gives: "rose by 25% from 524 to 393", "up 61 (16%) compared to 373"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.claims.draft.reading.numbers import Number
from analysis.claims.draft.reading.sentences import Sentence, pattern
from analysis.claims.draft.reading.words import alternatives, direction_of
from analysis.claims.draft.relation_check import AGREES, RelationCheck, change_range, checked, meet, shown
from analysis.claims.draft.relations.multiples import of_levels, times_as_many

_LEVELS = "CPMRN"
_WORDS = "<~rise fall>"
# A level before and one after, in the ways in which they stand together.
_FROM_TO = rf"\b(?:from|between) (?:<D> ?)?<{_LEVELS}:a><d>\b(?:to|and) (?:only |just |as many as )?<{_LEVELS}:b>"
_TO_FROM = rf"\bto <{_LEVELS}:b>,?<d>(?:up |down )?\bfrom <{_LEVELS}:a>"
_AGAINST = (
    r"(?:compared (?:to|with)|in comparison (?:to|with)|against|versus|up from|down from|(?:an? |this was an? |which is an? )?"
    rf"(?:{_WORDS}) (?:from|on|compared to|compared with)|(?:higher|lower|more|fewer|less|greater) than)"
)
_COMPARED = rf"<{_LEVELS}:b><d>,? ?\(?{_AGAINST} <d><{_LEVELS}:a>"
_COMPARED_FIRST = rf"(?:^|; |\. )(?:compared (?:to|with)|against|from) <{_LEVELS}:a><d>, <d><{_LEVELS}:b>"
_CHANGE_COMPARED = (
    rf"<{_LEVELS}:b><d>(?:\b(?P<word>{_WORDS})\b)(?: of| by) (?:approximately |about |around |nearly |"
    rf"almost |over |just over |just under )?"
    rf"<CPT:first>(?: ?\(<CPT:second>\))?<d>(?:compared (?:to|with)|from|against|on|over) <d><{_LEVELS}:a>"
)
_MORE = r"(?P<word>up|down|higher|lower|more|fewer|less)"
# The change stands between the two levels, or ahead of both in brackets.
_UP_ON = rf"<{_LEVELS}:b><d>,? <CPTM:first> {_MORE}\b<d>\b(?:on|than|from) <d><{_LEVELS}:a>"
_DOWN_ON = rf"<{_LEVELS}:b><d>\b(?P<word>up|down)(?: by)? <CPT:first>,? (?:on|from|against|compared (?:to|with)) <d><{_LEVELS}:a>"
_MORE_THAN = (
    rf"<CPT:first> {_MORE}<d>\bthan\b<d>\(<{_LEVELS}:b>,? (?:compared (?:to|with)|against|as against|versus) <{_LEVELS}:a>"
)
_THIS_IS = rf"^(?:this|that) (?:is|was|represents) <CPTM:first> {_MORE} than (?:the )?<{_LEVELS}:a>"
_BASE_CHANGE = rf"<P:first> \(<{_LEVELS}:a>\) (?P<word>{_WORDS})\b"
_MOVED = "<~rise fall moved>"
_BY = (
    rf"\b(?P<word>{_MOVED})\b(?: \w+ly)?(?: of| by)?(?: an?)? ?(?:approximately |about |around |nearly |"
    rf"almost |over |more than |just over |just under |some |further )*<CPTMF:change>(?: ?\(<CPT:other>\))?"
)
_A_CHANGE = rf"(?:\ba |\ban |\bthe |\()<CPTF:change>(?: ?\(<CPT:other>\))? (?P<word>{_MOVED})\b"
_SIGNED = r"\((?P<word>up|down|\+|-|−)? ?(?:by )?<P:change>\)"
_REFERS = re.compile(
    r"^(?:this|that|it|which)\b(?: \w+){0,4} (?:is|was|represents?|represented|equates to|amounts to|means)\b", re.IGNORECASE
)
_APART = re.compile(
    r",? (?:while|whilst|whereas|although|though|but) |; |,? and (?!(?:so|thus|hence|this|that|is|was|"
    r"represents?|equates?|amounts?)\b|an? «|«)"
)
ASK = "Which is wrong: the earlier figure, the later one or the change?"


@dataclass(frozen=True)
class Levels:
    """An earlier and a later level of one unit, and where the pair stands in the marked text."""

    before: Number
    after: Number
    start: int  # where the pair begins and ends in the marked text
    end: int


def changes(sentence: Sentence, previous: Sentence | None) -> Iterator[RelationCheck]:
    """Yield each change that a sentence states with both levels, or of the levels in the sentence before ("this is …")."""
    text = sentence.marked
    pairs = level_pairs(sentence)
    for levels in pairs:
        yield from _of_levels(sentence, sentence, levels, _region(text, levels, pairs))
    yield from _with_level_and_base(sentence, previous)
    yield from _with_change_between(sentence)
    yield from times_as_many(sentence)
    this = pattern(_THIS_IS).search(sentence.marked)
    if this and previous and previous.numbers:
        after, before, change = previous.numbers[-1], sentence.number(this["a"]), sentence.number(this["first"])
        if after.unit == before.unit:
            sign = 1 if this["word"].lower() in ("more", "higher", "up") else -1
            yield _change(sentence, before, after, change, sign, previous.text)
    if not pairs and previous and _REFERS.match(sentence.text):
        earlier = level_pairs(previous)
        if len(earlier) == 1:
            apart = _APART.search(text)  # "this was a rise of 68% and followed one of 380%": the second is of other levels
            yield from _of_levels(sentence, previous, earlier[0], (0, apart.start() if apart else len(text)))


def _with_change_between(sentence: Sentence) -> Iterator[RelationCheck]:
    seen: set[str] = set()
    for words in (_UP_ON, _DOWN_ON, _MORE_THAN):
        for match in pattern(words).finditer(sentence.marked):
            before, after, change = (sentence.number(match[name]) for name in ("a", "b", "first"))
            if (
                before.unit == after.unit
                and match["first"] not in seen
                and (change.unit != "count" or after.unit in ("count", "pounds"))
            ):
                seen.add(match["first"])
                yield _change(sentence, before, after, change, 1 if match["word"].lower() in ("up", "higher", "more") else -1, "")


def level_pairs(sentence: Sentence) -> list[Levels]:
    """Return the pairs of an earlier and a later level of one unit, no number in two of them."""
    found: list[Levels] = []
    used: set[str] = set()
    for words in (_FROM_TO, _TO_FROM, _COMPARED_FIRST, _CHANGE_COMPARED, _COMPARED):
        for match in pattern(words).finditer(sentence.marked):
            before, after = sentence.number(match["a"]), sentence.number(match["b"])
            if before.unit != after.unit or {match["a"], match["b"]} & used:
                continue
            if words is _COMPARED and (_is_change(sentence, match["b"]) or _parallel(sentence, match)):
                continue
            if (
                words is _FROM_TO
                and re.match(r"between", match[0], re.IGNORECASE)
                and not re.search(rf"\b(?:{alternatives('rise', 'fall')})\b", sentence.text, re.IGNORECASE)
            ):
                continue
            used |= {match["a"], match["b"]}
            if words is _COMPARED and _is_later(sentence, match):
                before, after = after, before
            found.append(Levels(before, after, match.start(), match.end()))
    return sorted(found, key=lambda each: each.start)


def _is_change(sentence: Sentence, place: str) -> bool:
    number = sentence.number(place)
    ahead = sentence.text[max(0, number.start - 45) : number.start]
    behind = sentence.text[number.end : number.end + 20]
    return bool(
        re.search(
            rf"\b(?:{alternatives('rise', 'fall')})\b(?: \w+ly)?(?: of| by)(?: an?)?(?: [a-z]+)? ?\(?$", ahead, re.IGNORECASE
        )
        or re.match(rf"(?: \([^)]*\))? (?:{alternatives('rise', 'fall')})\b", behind, re.IGNORECASE)
    )


def _is_later(sentence: Sentence, match: re.Match[str]) -> bool:
    """Return whether what is compared with is the later one by the dates: "394,400 in 2016 compared to 389,430 in 2017"."""
    first, second = (sentence.number(match[name]) for name in ("b", "a"))
    ahead = next((each for each in sentence.dates if first.end <= each.start < second.start), None)
    behind = next((each for each in sentence.dates if second.end <= each.start <= second.end + len(" in ")), None)
    return bool(ahead and behind and ahead.last and behind.first and ahead.last < behind.first)


def _parallel(sentence: Sentence, match: re.Match[str]) -> bool:
    """Return whether several figures are compared with several: then each has a partner that only a reader can tell."""
    behind = sentence.marked[match.end() : match.end() + 60]
    return bool(
        re.match(r"(?:[^«»;:.]|«D\d+»)*? (?:and|,) (?:[^«»;:.]|«D\d+»)*?«[CPMRN]", behind)
        and re.search(r"respectively", sentence.text)
    )


def _region(text: str, levels: Levels, pairs: list[Levels]) -> tuple[int, int]:
    """Return the stretch of the sentence that speaks of a pair: up to its neighbours."""
    start = max((each.end for each in pairs if each.end <= levels.start), default=0)
    end = min((each.start for each in pairs if each.start >= levels.end), default=len(text))
    # What stands ahead of the next pair belongs to it from its last clause on.
    if end < len(text):
        end = max(
            levels.end,
            levels.end + max(text[levels.end : end].rfind(sign) for sign in (",", ";", " and ", " while ", " whilst ", " but ")),
        )
    # A clause of its own, "while the number waiting grew by 115", speaks of something else.
    apart = _APART.search(text, levels.end, end)
    end = apart.start() if apart else end
    if start:
        cut = re.search(r",|;| and | while | whilst | but ", text[start : levels.start])
        start += cut.start() if cut else 0
    return start, end


def _of_levels(sentence: Sentence, source: Sentence, levels: Levels, region: tuple[int, int]) -> Iterator[RelationCheck]:
    before, after = levels.before, levels.after
    start, end = region
    text = sentence.marked[start:end]
    other = "" if source is sentence else source.text
    changed = False
    for words in (_BY, _A_CHANGE, _SIGNED):
        for match in pattern(words).finditer(text):
            numbers = [
                sentence.number(match[name]) for name in ("change", "other") if name in match.re.groupindex and match[name]
            ]
            if numbers[0] in (before, after) or any(each.start == before.start and source is sentence for each in numbers):
                continue
            if words is _SIGNED and match.start() + start < levels.end - 1:
                continue
            sign = _sign(match["word"] or "", before, after)
            for number in numbers:
                if number not in (before, after):
                    changed = True
                    yield _change(sentence, before, after, number, sign, other)
    near = text[: max(0, levels.start - start)][-70:] if source is sentence else text
    yield from of_levels(sentence, before, after, text, other)
    directions = re.findall(rf"\b({alternatives('rise', 'fall')})\b", near, re.IGNORECASE)
    inside = (
        re.findall(rf"\b({alternatives('rise', 'fall')})\b", sentence.marked[levels.start : levels.end], re.IGNORECASE)
        if source is sentence
        else []
    )
    said = [direction_of(word) for word in [*directions[-1:], *inside[-1:]]]
    if (
        not changed
        and said
        and after.value != before.value
        and len(set(said)) == 1
        and not re.search(r"\bnot\b|no change|\bgap\b|\btarget", text)
    ):
        agrees = (after.high >= before.low) if said[0] > 0 else (after.low <= before.high)
        word = [*directions[-1:], *inside[-1:]][-1]
        says = f"“{word}”, from {before.text} to {after.text}"
        wrong = f"{after.text} is {'less' if after.value < before.value else 'more'} than {before.text}"
        yield checked(
            sentence,
            "direction",
            agrees,
            says,
            says if agrees else wrong,
            "Did it rise or fall, and have the two figures changed places?",
            other=other,
        )


def _sign(word: str, before: Number, after: Number) -> int:
    if word in ("+", "-", "−"):
        return 1 if word == "+" else -1
    return direction_of(word) or (1 if after.value >= before.value else -1)


def _change(sentence: Sentence, before: Number, after: Number, number: Number, sign: int, other: str) -> RelationCheck:
    """Return the test of one stated change: in per cent, in points, or in units."""
    levels = f"from {before.text} to {after.text}"
    difference = (after.low - before.high, after.high - before.low)
    low, high = sorted(sign * value for value in change_range(before, after))
    relative = meet(low, high, number.low, number.high)
    least, most = sorted(sign * value for value in difference)
    absolute = meet(least, most, number.low, number.high)
    share = before.unit == "percent"
    if number.unit in ("percent", "fraction"):
        agrees = relative or (share and absolute)
    else:
        agrees = absolute
    rises = "rise" if sign > 0 else "fall"
    says = f"a {rises} of {number.text} {levels}"
    value = 100 * (after.value / before.value - 1) if before.value else float("nan")
    by = (
        f"{shown(value, max(1, number.decimals))}%"
        if number.unit in ("percent", "fraction")
        else shown(after.value - before.value, max(after.decimals, before.decimals))
    )
    arithmetic = f"{levels} is a change of {by}, not a {rises} of {number.text}"
    # A change worked out on the later level is another sum, not another reading: it stays a contradiction.
    return checked(sentence, "change", agrees, says, says if agrees else arithmetic, ASK, other=other)


def _with_level_and_base(sentence: Sentence, previous: Sentence | None) -> Iterator[RelationCheck]:
    """Yield "a 21% (523) increase on the previous year", whose later level stands before it."""
    for match in pattern(_BASE_CHANGE).finditer(sentence.marked):
        ahead = [each for each in sentence.numbers if each.end <= sentence.number(match["first"]).start]
        source = sentence if ahead else previous
        levels = [
            each for each in (ahead or (previous.numbers if previous else [])) if each.unit == sentence.number(match["a"]).unit
        ]
        if source is None or not levels:
            continue
        before, after, change = sentence.number(match["a"]), levels[-1], sentence.number(match["first"])
        sign = direction_of(match["word"])
        as_base = _change(sentence, before, after, change, sign, "" if source is sentence else source.text)
        # The number in brackets may also be the change itself.
        level = after.value - sign * before.value
        relative = 100 * before.value / level if level > 0 else 0.0
        if level > 0 and as_base.verdict != AGREES and meet(relative, relative, change.low, change.high):
            continue
        yield as_base
