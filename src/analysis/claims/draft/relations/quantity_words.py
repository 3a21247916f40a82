"""Quantity words beside their numbers: majority, most, all, none, half, largest, highest since, more than."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from analysis.claims.draft.reading.numbers import Number
from analysis.claims.draft.reading.sentences import Sentence, pattern
from analysis.claims.draft.relation_check import RelationCheck, checked, meet, shown

_MAJORITY = (
    (
        r"\b(?:majority|most)\b(?! (?:common|frequent|recent|likely|prevalent|significant|notabl|often|at "
        r"risk|vulnerable|deprived|serious))(?P<gap>[^«»;.]{0,90}?)<P:share>"
    ),
    r"<P:share>[^«»;.,]{0,40}?,? (?:which is |representing |were )?(?:the|a) (?:\w+ )?majority\b",
)
_MAJORITY_OF = r"\b(?:majority|most)\b[^«»;.]{0,50}?\(?<C:part> (?:out )?of (?:the |a total of |all )?<C:whole>"
_FRACTION = (
    (
        r"<F:fraction>(?:(?: of)?(?: [\w’'-]+){0,7})? ?(?:\(|, |– |- |or |at )(?:or |i\.e\. )?<P:share>(?=\)|,"
        r"|;|\.| [–-]|$| of\b| were| had| was)"
    ),
    r"<P:share>,? ?(?:\(|or |[–-] |, )(?:or )?<F:fraction>",
)
_ALL = (
    r"(?<!not )(?<!nearly )(?<!almost )(?<!virtually )(?<!over)\b(?P<word>all|every)\b(?: (?:of )?(?:the |"
    r"these |those |our )?<C:n>)?(?P<gap>[^«»;.,]{0,90}?)\((?:NI \d+ ?[-–:] ?)?<P:share>"
)
_NONE = r"\b(?P<word>none|no)\b(?! (?:more|fewer|less|later|longer)\b)(?P<gap>[^«»;.,]{0,70}?)\((?:NI \d+ ?[-–:] ?)?<CP:share>"
_ALL_OF = (
    r"\ball (?:of )?(?:the )?<C:whole>(?P<gap>[^«»;.]{0,60}?)(?:\(|, | with | and )(?P<only>only |just "
    r")?<C:part> (?:were|had|have|was|received|completed|met|attended)\b"
)
_ALL_IN_BRACKETS = (
    r"(?<!not )(?<!nearly )(?<!almost )(?<!virtually )\b(?P<word>all|every|each|none)\b(?P<gap>[^«»;.,]{0,"
    r"60}?)\(<C:part> (?:out )?of (?:the |all )?<C:whole>\)"
)
_MOST_THEN_NEXT = (
    r"\b(?:largest|highest|most common|biggest|greatest|most frequent|most prevalent|main|top|commonest|"
    r"most likely)\b(?P<gap><d>)<CPRM:first>(?P<gap2><d>)(?:followed by|then|ahead of|next was|second was|"
    r"second largest)<d><CPRM:second>"
)
_LEAST_THEN_NEXT = r"\b(?:smallest|lowest|least common|fewest)\b<d><CPRM:first><d>(?:followed by|then|next was)<d><CPRM:second>"
_MORE_THAN = r"\b(?P<word>more|fewer|less)\b[^«»;.,]{0,80}?\(<CPRM:first>\)[^«»;.]{0,12}?\bthan\b[^«»;.]{0,60}?\(<CPRM:second>\)"
_OUTNUMBER = (
    r"\((?P<x>)<CPRM:first>\)<> (?P<word>outnumbered|exceeded|was higher than|were higher than|was above|"
    r"was lower than|was below|were lower than)<>\(<CPRM:second>\)"
)
_ABOVE = (
    r"<CPRMN:first>(?P<gap>[^«»;.]{0,60}?)\b(?P<word>above|higher than|exceeding|better than|greater than|"
    r"below|lower than|worse than|fewer than)\b (?P<what>(?:the |our |its |a |both |that |this "
    r")?[A-Za-z][^«»;.]{2,70}?)(?:\(| of | at | was | rate | average | figure |: )(?:of |at "
    r")?<CPRMN:second>"
)
_HIGHEST = (
    r"<CPRM:first>(?P<gap>[^«»;.]{0,60}?)\bthe (?P<word>highest|lowest|largest|smallest)\b[^«»;.]{0,"
    r"40}?\b(?:since|in|for|on record|of|over|ever)\b"
)
_EVERY = re.compile(
    (
        r"\b(?:every|each|successive|consecutive|running|in a row|steadily|consistently|year[- ]on[- ]year|"
        r"quarter[- ](?:by|on)[- ]quarter|continu\w+)\b"
    ),
    re.IGNORECASE,
)
_AGAINST = re.compile(r"\b(?:compared|against|last year|previous|from|whereas)\b", re.IGNORECASE)
_LOW_WORDS = (
    "below",
    "lower than",
    "worse than",
    "fewer than",
    "fewer",
    "less",
    "was lower than",
    "were lower than",
    "was below",
)
_ORDER_ASK = "Which of the two figures is wrong, or is the word?"


def quantity_words(sentence: Sentence) -> Iterator[RelationCheck]:
    """Yield each quantity word of a sentence whose number stands beside it."""
    yield from _majorities(sentence)
    yield from _fractions(sentence)
    yield from _all_and_none(sentence)
    yield from _orders(sentence)
    yield from _runs(sentence)


def all_but_the_rest(sentence: Sentence, previous: Sentence | None) -> Iterator[RelationCheck]:
    """Yield "all 23 are complete" of which the next sentence says that some remain."""
    said = pattern(
        r"^all (?:of )?(?:the |our )?<C:whole>(?P<done>[^«»;]*\b(?:completed?|closed|done|finished|"
        r"implemented|signed off|met|achieved|delivered)\b)"
    ).search(previous.marked if previous else "")
    rest = pattern(
        r"<C:part>[^«»;]*?\b(?:the remaining|the other|the rest,?) <C:rest>(?P<open>[^«»;]*\b(?:in progress|"
        r"outstanding|overdue|open|not|incomplete|ongoing|on track|delayed)\b)"
    ).search(sentence.marked)
    if said and rest and previous:
        whole, part, left = previous.number(said["whole"]), sentence.number(rest["part"]), sentence.number(rest["rest"])
        if part.value + left.value == whole.value:
            yield checked(
                sentence,
                "all_or_none",
                False,
                f"“all” {whole.text}",
                f"{left.text} of {whole.text} remain, so it is not all",
                "Are all done?",
                sure="likely",
                other=previous.text,
            )


def _majorities(sentence: Sentence) -> Iterator[RelationCheck]:
    seen: set[int] = set()
    for words in _MAJORITY:
        for match in pattern(words).finditer(sentence.marked):
            share = sentence.number(match["share"])
            gap = match.groupdict().get("gap") or ""
            if (
                share.start in seen
                or _AGAINST.search(gap)
                or re.search(
                    r"\bminority\b|\bincreas|\brise|\brose|\bfell|\breduc|\bmore than\b|\bnot\b|\brest\b|\bat least\b", gap
                )
            ):
                continue
            seen.add(share.start)
            agrees = share.high > 50
            yield checked(
                sentence, "majority", agrees, f"“majority” or “most”: {share.text}",
                f"{share.text} is a half at most" if not agrees else f"{share.text} is more than half",
                "Is it the largest group, or more than half?",
            )  # fmt: skip
    for match in pattern(_MAJORITY_OF).finditer(sentence.marked):
        part, whole = sentence.number(match["part"]), sentence.number(match["whole"])
        agrees = part.high * 2 > whole.low
        says = f"“majority” or “most”: {part.text} of {whole.text}"
        yield checked(
            sentence,
            "majority",
            agrees,
            says,
            says if agrees else f"{part.text} is not more than half of {whole.text}",
            "Is it more than half?",
        )


def _fractions(sentence: Sentence) -> Iterator[RelationCheck]:
    for words in _FRACTION:
        for match in pattern(words).finditer(sentence.marked):
            fraction, share = sentence.number(match["fraction"]), sentence.number(match["share"])
            between = sentence.text[min(fraction.end, share.end) : max(fraction.start, share.start)]
            if _AGAINST.search(between) or re.search(r"\b(?:and|while|but|with)\b", between):
                continue
            agrees = meet(fraction.low, fraction.high, share.low, share.high)
            said = f"{fraction.text}" if not fraction.hedge else sentence.text[max(0, fraction.start - 12) : fraction.end].strip()
            says = f"“{said}” is {share.text}"
            arithmetic = (
                says if agrees else f"{fraction.text} is {shown(fraction.value, 1)}%, and {share.text} is not what “{said}” says"
            )
            yield checked(sentence, "fraction", agrees, says, arithmetic, "Is the fraction in words or the percentage right?")


def _all_and_none(sentence: Sentence) -> Iterator[RelationCheck]:
    for words, wanted in ((_ALL, 100.0), (_NONE, 0.0)):
        for match in pattern(words).finditer(sentence.marked):
            share = sentence.number(match["share"])
            if (match["word"].lower() == "no" and share.unit == "count") or re.search(
                r"\b(?:average|than|of all|target)\b", match["gap"]
            ):
                continue
            if words is _ALL and re.search(r"\b(?:accounting|represent|majority|most|almost|some|half|of which)\b", match["gap"]):
                continue
            if words is _ALL and re.search(
                r"(?:\bof|\bfor|\bfrom|\bin|\bacross|\bto|\bby|\bwith|\bat|\bon) $",
                sentence.marked[: match.start()],
                re.IGNORECASE,
            ):
                continue
            agrees = share.low <= wanted <= share.high + 1e-9
            says = f"“{match['word']}”: {share.text}"
            yield checked(
                sentence,
                "all_or_none",
                agrees,
                says,
                says if agrees else f"{share.text} is not {shown(wanted)}{'%' if share.unit == 'percent' else ''}",
                "Is the word or the number right?",
            )
    for match in pattern(_ALL_IN_BRACKETS).finditer(sentence.marked):
        part, whole = sentence.number(match["part"]), sentence.number(match["whole"])
        of_all = re.search(r"\b(?:of|for|from|in|across|to|by|with|at|on) $", sentence.marked[: match.start()], re.IGNORECASE)
        if not of_all and not re.search(r"\b(?:but|some|most|half)\b", match["gap"]):
            agrees = part.value == 0 if match["word"].lower() == "none" else part.value == whole.value
            says = f"“{match['word']}”: {part.text} of {whole.text}"
            wrong = f"{part.text} of {whole.text} is not “{match['word']}”"
            yield checked(sentence, "all_or_none", agrees, says, says if agrees else wrong, "Is the word or the number right?")
    for match in pattern(_ALL_OF).finditer(sentence.marked):
        part, whole = sentence.number(match["part"]), sentence.number(match["whole"])
        if part.value < whole.value and match["only"]:
            says = f"“all” {whole.text}: {part.text}"
            yield checked(
                sentence,
                "all_or_none",
                False,
                says,
                f"{part.text} is not all of {whole.text}",
                "Is the word or the number right?",
            )


def _compare(sentence: Sentence, first: Number, second: Number, greater: bool, says: str, relation: str) -> RelationCheck:
    agrees = (first.high > second.low or first.value == second.value == 0) if greater else first.low < second.high
    if greater and first.value == second.value and relation == "order":
        agrees = True
    wrong = (
        f"{first.text} is "
        f"{'less than' if first.value < second.value else 'as many as' if first.value == second.value else 'more than'} "
        f"{second.text}"
    )
    return checked(sentence, relation, agrees, says, says if agrees else wrong, _ORDER_ASK)


def _orders(sentence: Sentence) -> Iterator[RelationCheck]:
    for words, greater in ((_MOST_THEN_NEXT, True), (_LEAST_THEN_NEXT, False)):
        for match in pattern(words).finditer(sentence.marked):
            first, second = sentence.number(match["first"]), sentence.number(match["second"])
            if first.unit == second.unit:
                yield _compare(sentence, first, second, greater, f"{first.text} comes before {second.text}", "order")
    for words in (_MORE_THAN, _OUTNUMBER):
        for match in pattern(words).finditer(sentence.marked):
            first, second = sentence.number(match["first"]), sentence.number(match["second"])
            if first.unit == second.unit:
                word = match["word"].lower()
                yield _compare(
                    sentence, first, second, word not in _LOW_WORDS, f"“{word}”: {first.text} and {second.text}", "comparison"
                )
    for match in pattern(_ABOVE).finditer(sentence.marked):
        first, second = sentence.number(match["first"]), sentence.number(match["second"])
        word = match["word"].lower()
        units = {first.unit, second.unit}
        if (
            (len(units) > 1 and units != {"rate", "decimal"})
            or re.search(r"\bnot\b|\bno\b|\bneither\b|,? (?:and|but|while|whilst|although) ", match["gap"] + " " + match["what"])
            or word in ("better than", "worse than")
        ):
            continue
        if re.search(r"\b(?:points?|times)\b", match["gap"]) or re.search(
            r"\bby $", sentence.text[max(0, first.start - 4) : first.start]
        ):
            continue
        yield _compare(sentence, first, second, word not in _LOW_WORDS, f"{first.text} is {word} {second.text}", "comparison")


def _runs(sentence: Sentence) -> Iterator[RelationCheck]:
    """Yield a list of levels that rises or falls at every step, or whose extreme the sentence names."""
    listed = pattern(r"(?:<CPRM><d>(?:,| to| and|, and|, then|;|\()?<d>){2,}<CPRM>").search(sentence.marked)
    if not listed:
        return
    numbers = [sentence.numbers[int(place)] for place in re.findall(r"«[CPRM](\d+)»", listed[0])]
    unit = numbers[0].unit
    if len({each.unit for each in numbers}) > 1 or (
        unit == "percent" and sum(each.value for each in numbers) > 99 and sum(each.value for each in numbers) < 101
    ):
        return
    ahead = sentence.text[: numbers[0].start]
    word = re.search(
        r"\b(rose|risen|increased|grew|grown|climbed|fell|fallen|decreased|declined|dropped|reduced|rising|falling)\b",
        ahead,
        re.IGNORECASE,
    )
    if word and _EVERY.search(sentence.text):
        rising = word[1].lower()[:2] in ("ro", "ri", "in", "gr", "cl")
        steps = [(a, b) for a, b in pairwise(numbers) if (b.value < a.value if rising else b.value > a.value)]
        says = f"“{word[1]}” at every step: {', '.join(each.text for each in numbers)}"
        wrong = f"{steps[0][0].text} is followed by {steps[0][1].text}" if steps else says
        yield checked(sentence, "every_step", not steps, says, wrong, "Did it change in one direction throughout?")
    named = pattern(_HIGHEST).search(sentence.marked)
    if named:
        first = sentence.number(named["first"])
        others = [each for each in sentence.numbers if each.unit == first.unit and each is not first]
        high = named["word"].lower() in ("highest", "largest")
        beyond = [each for each in others if (each.low > first.high if high else each.high < first.low)]
        says = f"{first.text} is the {named['word']} of {len(others) + 1} figures"
        yield checked(
            sentence,
            "extreme",
            not beyond,
            says,
            says if not beyond else f"{beyond[0].text} is {'more' if high else 'less'} than {first.text}",
            _ORDER_ASK,
        )
