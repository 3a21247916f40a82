"""Parts that must give a whole: counts that make up a total, and percentages of one whole that must add up to 100."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.claims.draft.reading.numbers import Number
from analysis.claims.draft.reading.sentences import Sentence, pattern
from analysis.claims.draft.relation_check import RelationCheck, checked, meet, shown
from analysis.claims.draft.relations.hundreds import hundred, hundreds, shares_of_their_sum
from analysis.claims.draft.relations.whole_sets import COMPARED, MADE_OF, OVERLAP, all_bands, both_sexes

_WHOLE_THEN_PARTS = (
    rf"<CM:whole>(?P<noun>[^«»;.]{{0,70}}?)(?P<cue>,? (?:and )?(?:(?:of which|of whom|of these|of those)\b|"
    rf"{MADE_OF}\b)|:| ?\(| [–—-] )(?P<rest>.*)"
)
_OF_WHOLE = (
    r"^(?:out )?of (?:a total of |the total of |the |these |those |all |all the "
    r")*<CM:whole>(?P<noun>[^«»;:.]{0,70}?),(?P<rest>.*)"
)
_PARTS_THEN_WHOLE = (
    r"(?:^|(?<=»))(?P<rest>.*?)(?:\b(?:giving|making|making up|for|is|was|were|gives|makes|adding up to|amounting to|"
    r"bringing)?,? ?(?:us )?(?<!of )(?:a|the|an) (?:combined |overall |grand )?total (?:of|to)(?: was)?|"
    r"\btotall?ing|\bin total,?|\btotals?|=) <CM:whole>"
)
_TOTAL_BEHIND = (
    r"(?:^|(?<=»))(?P<rest>.*?)[,(–-] ?(?:making |giving |or )?<CM:whole>(?: [^«»,.]{0,30})? (?:in total|altogether|"
    r"in all|overall|(?:in|over|for|during|across) the (?:full |whole )?(?:year|period))\b"
)
_LISTED = r"<CM:whole>(?P<noun>[^«»;.]{0,60}?)(?:,|:| [–—-]| from| by| \() ?(?P<rest>[^«»;.]{0,40}<CM:first>.*)"
_DIFFERENCE = r"<CM:x>(?: [\w’'-]+)* (?:is|was|being|represents) the difference between <><CM:a><> and <><CM:b>"
_LEAVING = r"^(?:out )?of (?:the |these |those |all |all the )*<CM:a><d>, <CM:b><d>,? leaving (?:only |just )?<CM:x>"
_TOTAL_OF = r"\b(?:a|the|an) (?:combined |overall |grand )?total (?:of|was|is) <CM:whole>"
_ITEM = r"<CM:part>(?: ?\(<P>[^)]*\))?"
_CLOSED = rf"\b(?:<~rest>|{MADE_OF[3:-1]}|balance|others?)\b"
ASK = "Is a part missing, or is one of the numbers wrong?"


def sums(sentence: Sentence, previous: Sentence | None = None) -> Iterator[RelationCheck]:
    """Yield the totals that a sentence gives with their parts, and the percentages in it that share out one whole."""
    if not COMPARED.search(sentence.text):
        yield from _totals(sentence)
    for words in (_DIFFERENCE, _LEAVING):
        for match in pattern(words).finditer(sentence.marked):
            yield _difference(sentence, *(sentence.number(match[name]) for name in ("x", "a", "b")))
    yield from shares_of_their_sum(sentence)
    yield from hundreds(sentence, sentence.numbers, sentence.text, previous.text if previous else "")


def _difference(sentence: Sentence, x: Number, a: Number, b: Number) -> RelationCheck:
    high, low = (a, b) if a.value >= b.value else (b, a)
    agrees = meet(high.low - low.high, high.high - low.low, x.low, x.high)
    says = f"{high.text} − {low.text} = {shown(high.value - low.value)}"
    return checked(
        sentence, "difference", agrees, says, says if agrees else f"{says}, not {x.text}", "Which of the three is wrong?"
    )


def _totals(sentence: Sentence) -> Iterator[RelationCheck]:
    for words in (_OF_WHOLE, _WHOLE_THEN_PARTS, _PARTS_THEN_WHOLE, _TOTAL_BEHIND):
        for match in pattern(words).finditer(sentence.marked):
            whole = sentence.number(match["whole"])
            rest = match["rest"]
            if words is _TOTAL_BEHIND or words is _PARTS_THEN_WHOLE:
                # Only what stands in the same clause is a part.
                rest = re.split(r"[.;:]", rest)[-1]
            parts = [sentence.number(found["part"]) for found in pattern(_ITEM).finditer(_first_level(rest))]
            # "The two groups" is no part of a sum of money.
            parts = [each for each in parts if each.unit == whole.unit or whole.unit != "pounds"]
            if len(parts) < 2 or whole in parts or re.search(r"«[RFN]", rest) or len({each.unit for each in [whole, *parts]}) > 1:
                continue
            test = _total(
                sentence,
                whole,
                parts,
                rest,
                closed=words in (_PARTS_THEN_WHOLE, _TOTAL_BEHIND) or bool(re.search(MADE_OF, match[0])),
            )
            if test:
                yield test
                return
    yield from _listed(sentence)


def _listed(sentence: Sentence) -> Iterator[RelationCheck]:
    """Yield a total that is followed by a list of like parts: "32 deaths, 19 of boys and 13 of girls"."""
    match = pattern(_LISTED).search(sentence.marked)
    if not match or OVERLAP.search(sentence.text):
        return
    whole, rest = sentence.number(match["whole"]), match["rest"]
    bracketed = pattern(r"\(<CM:part>\)").findall(rest)
    items = bracketed if len(bracketed) >= 2 else pattern(_ITEM).findall(_first_level(rest))
    parts = [sentence.number(place) for place in items]
    linked = re.search(r"\band (?:[^«»,;]{0,40})«[CM]\d+»[^«»]*$", rest)
    if len(parts) < 2 or not linked or re.search(r"«[RFNPTD]", rest) or len({each.unit for each in [whole, *parts]}) > 1:
        return
    if any(each.value > whole.value for each in parts) or len(re.findall(r"«[CM]", rest)) != len(parts):
        return
    after = [
        re.match(r" (of|from|by|in|at|to|for|were|with)\b", rest[found.end() :]) for found in re.finditer(r"«[CM]\d+»", rest)
    ]
    links = {found[1] for found in after if found}
    alike = len(bracketed) >= 2 or (len(links) == 1 and all(after)) or len(parts) >= 3
    sexes = both_sexes(rest, len(parts))
    total = sum(each.value for each in parts)
    if total == whole.value:
        says = f"{' + '.join(each.text for each in parts)} = {whole.text}"
        yield checked(sentence, "total", True, says, says, ASK)
        return
    near = abs(total - whole.value) <= 0.35 * whole.value
    if not near or not (sexes or (alike and len(parts) >= 3)):
        return
    arithmetic = f"{' + '.join(each.text for each in parts)} = {shown(total)}, not {whole.text}"
    # Fewer than the whole may leave some unsaid; more can't be.
    said = (
        re.search(r"\ba total of\b", sentence.text, re.IGNORECASE) or ": " in match[0][: match.start("rest") - match.start() + 1]
    )
    unsaid = not sexes and total < whole.value and not said
    yield checked(sentence, "total", False, arithmetic, arithmetic, ASK, sure="likely", either=unsaid)


def _first_level(rest: str) -> str:
    """Return a list without the counts that stand in brackets behind another, as parts of a part."""
    return re.sub(r"(?P<ahead>»(?: \w+){0,3}) ?\([^()]*\)", r"\g<ahead> ", rest)


def _total(sentence: Sentence, whole: Number, parts: list[Number], rest: str, closed: bool) -> RelationCheck | None:
    low, high = sum(each.low for each in parts), sum(each.high for each in parts)
    sum_of_parts = " + ".join(each.text for each in parts)
    says = f"{sum_of_parts} = {whole.text}"
    if meet(low, high, whole.low, whole.high):
        return checked(sentence, "total", True, says, says, ASK)
    overlapping = bool(OVERLAP.search(sentence.text))
    complete = closed or bool(pattern(_CLOSED).search(rest)) or both_sexes(rest, len(parts)) or all_bands(rest, len(parts))
    if overlapping or not complete:
        # Parts that need not be all of them, or may overlap, prove nothing, unless each is a part and they are nearly right.
        return None
    arithmetic = f"{sum_of_parts} = {shown(sum(each.value for each in parts))}, not {whole.text}"
    return checked(sentence, "total", False, says, arithmetic, ASK)


def list_sums(lead: str, items: list[Sentence]) -> Iterator[RelationCheck]:
    """Yield whether the items of a list add up: their percentages to 100, their counts to the total that the lead names."""
    firsts = [next((each for each in item.numbers if each.unit in ("percent", "count")), None) for item in items]
    numbers = [each for each in firsts if each is not None]
    if len(numbers) < 3 or len(numbers) != len(items) or len({each.unit for each in numbers}) > 1:
        return
    words = " ".join(item.marked for item in items)
    if OVERLAP.search(lead) or OVERLAP.search(words) or COMPARED.search(lead + " " + words):
        return
    named_rest = bool(
        re.search(r"\b(?:other|unknown|not known|not recorded|none recorded|remainder|remaining|rest)\b", words, re.IGNORECASE)
    )
    if numbers[0].unit == "percent":
        total = sum(each.value for each in numbers)
        complete = named_rest or all_bands(words, len(numbers)) or both_sexes(words, len(numbers))
        if complete or (97 <= total <= 103 and total >= 100):
            yield hundred(items[0], numbers, "certain" if complete else "likely")
        return
    lead_sentence = Sentence(lead, items[0].block, items[0].line, items[0].heading)
    totals = [each for each in lead_sentence.numbers if each.unit == "count" and each.exact]
    if len(totals) == 1 and all(each.value <= totals[0].value for each in numbers):
        test = _total(
            items[0],
            totals[0],
            numbers,
            words,
            closed=named_rest or bool(re.search(r"\btotal|made up|breakdown|as follows|comprising", lead)),
        )
        if test:
            yield test
