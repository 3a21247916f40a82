"""A count, a population and a rate: 9,645 contacts among 414,100 children are 232.9 per 10,000."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.claims.draft.reading.numbers import Number
from analysis.claims.draft.reading.sentences import Sentence, pattern
from analysis.claims.draft.relation_check import RelationCheck, checked, meet, shown

_POPULATION = re.compile(r"\b(?:population|residents|inhabitants)\b", re.IGNORECASE)
_WHO = r" (?:children|people|residents|adults|young people|inhabitants|under.18s)"
_PEOPLE = re.compile(
    rf"(?:{_WHO})?\s?(?:aged [\w ]{{1,20}})?(?:living |resident )?(?:in the (?:population|area|county|"
    rf"city)|residents|inhabitants|population)"
)
_PEOPLE_RATED = re.compile(rf"{_WHO}\b| population")
_COUNT_AND_RATE = (
    (
        r"<C:count>(?P<gap><d>)(?:\(|, |– |- |or |at |: )(?:or |a rate of |equivalent to |equating to |which "
        r"is |giving a rate of |representing |i\.e\. |this is )?<><R:rate>"
    ),
    r"<R:rate> ?\((?P<gap>)<C:count>",
)  # fmt: skip
_AGAINST = re.compile(r"\b(?:compared|against|average|national|region|previous|last year|from|to)\b")
ASK = "Which is wrong: the count, the population or the rate, or is the rate of another population?"


def rates(sentence: Sentence, before: list[Sentence], known: list[Number]) -> Iterator[RelationCheck]:
    """Yield each count whose rate and population the text gives; `known` are the populations named earlier, of the same area."""
    here = populations(sentence)
    nearby = here or [each for one in before[-3:] for each in populations(one)] or known
    for words in _COUNT_AND_RATE:
        for match in pattern(words).finditer(sentence.marked):
            count, rate = sentence.number(match["count"]), sentence.number(match["rate"])
            bases = [each for each in nearby if each.start != count.start or each.text != count.text]
            if _AGAINST.search(match["gap"]) or not bases or count in here or count in nearby:
                continue
            yield from _rate(sentence, count, rate, bases, sure="certain" if here else "likely")
            return
    yield from _rate_ahead(sentence, before, here or known)
    counts = [each for each in sentence.numbers if each.unit == "count" and each not in here]
    stated = [each for each in sentence.numbers if each.unit == "rate"]
    if len(counts) == len(stated) == 1 and len(here) == 1 and not _AGAINST.search(sentence.text):
        yield from _rate(sentence, counts[0], stated[0], here, sure="certain")


def _rate_ahead(sentence: Sentence, before: list[Sentence], bases: list[Number]) -> Iterator[RelationCheck]:
    """Yield "this amounts to 734 enquiries", whose rate stands in the sentence before."""
    stated = [each for each in before[-1].numbers if each.unit == "rate"] if before else []
    match = pattern(r"\b(?:this|that|which) (?:amounts to|equates to|is equivalent to|means|represents|is|was) <C:count>").search(
        sentence.marked
    )
    if len(stated) == 1 and match and len(bases) == 1 and sentence.number(match["count"]) not in bases:
        yield from _rate(sentence, sentence.number(match["count"]), stated[0], bases, sure="certain")


def populations(sentence: Sentence) -> list[Number]:
    """Return the numbers of a sentence that a population is said to have."""
    rated = any(each.unit == "rate" for each in sentence.numbers)
    found = []
    for each in sentence.numbers:
        ahead, behind = sentence.text[max(0, each.start - 60) : each.start], sentence.text[each.end : each.end + 40]
        clause = re.split(r"[.;«]|\d", ahead)[-1]
        ahead_of = re.search(r"\b(?:population|residents)\b[^.;,]{0,50}$", clause, re.IGNORECASE)
        words = _PEOPLE_RATED if rated else _PEOPLE
        if each.unit == "count" and each.value >= 1000 and (ahead_of or words.match(behind)):
            found.append(each)
    return found


def _rate(sentence: Sentence, count: Number, rate: Number, bases: list[Number], sure: str) -> Iterator[RelationCheck]:
    tests = []
    for base in bases:
        if base.low <= 0:
            continue
        low, high = rate.per * count.low / base.high, rate.per * count.high / base.low
        agrees = meet(low, high, rate.low, rate.high)
        value = rate.per * count.value / base.value
        says = f"{count.text} of {base.text} is {rate.text}"
        wrong = f"{count.text} of {base.text} is {shown(value, max(1, rate.decimals))} per {rate.per:,.0f}, not {rate.text}"
        tests.append(checked(sentence, "rate", agrees, says, says if agrees else wrong, ASK, sure=sure))
    agreeing = [each for each in tests if each.verdict == "agrees"]
    if agreeing:
        yield agreeing[0]
    elif len(tests) == 1:
        yield tests[0]
