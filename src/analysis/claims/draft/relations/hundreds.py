"""Percentages of one whole, which must add up to 100 within their rounding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from analysis.claims.draft.reading.numbers import Number
from analysis.claims.draft.reading.sentences import Sentence
from analysis.claims.draft.reading.words import alternatives
from analysis.claims.draft.relation_check import AMBIGUOUS, RelationCheck, checked, meet, shown
from analysis.claims.draft.relations.whole_sets import COMPARED, MADE_OF, OVERLAP, all_bands, both_sexes

_ONCE = re.compile(
    r"\b(?:only one|one \w+ only|a single|counted once|each (?:child|case|person|referral|plan)\b[^.]*\bone|main|primary)\b",
    re.IGNORECASE,
)


def shares_of_their_sum(sentence: Sentence) -> Iterator[RelationCheck]:
    """Yield figures with percentages that add up to 100, "£120,000 (60%), £60,000 (30%)": each is a share of their sum."""
    pairs = [(sentence.number(a), sentence.number(b)) for a, b in re.findall(r"«[CM](\d+)» \(«P(\d+)»\)", sentence.marked)]
    if len(pairs) < 3 or len({part.unit for part, _ in pairs}) > 1:
        return
    low, high = sum(share.low for _, share in pairs), sum(share.high for _, share in pairs)
    whole = sum(part.value for part, _ in pairs)
    if not meet(low, high, 100.0, 100.0) or not whole or COMPARED.search(sentence.text):
        return
    wrong = [(part, share) for part, share in pairs if not meet(*(2 * (100 * part.value / whole,)), share.low, share.high)]
    says = " + ".join(part.text for part, _ in pairs) + f" = {shown(whole)}"
    if not wrong:
        yield checked(sentence, "share", True, says, says, "")
        return
    part, share = wrong[0]
    arithmetic = f"{says}, of which {part.text} is {shown(100 * part.value / whole)}%, not {share.text}"
    yield checked(sentence, "share", False, says, arithmetic, "Which is wrong: a figure or a percentage?", sure="likely")


def hundreds(sentence: Sentence, numbers: list[Number], text: str, ahead: str = "") -> Iterator[RelationCheck]:
    """Yield whether the percentages of a sentence that share out one whole add up to 100; `ahead` is the sentence before."""
    shares = [each for each in numbers if each.unit == "percent"]
    words = sentence.marked
    if (
        len(shares) < 2
        or COMPARED.search(text)
        or re.search(rf"\b(?:{alternatives('rise', 'fall')})\b", re.sub(r"\bma[dk]e up\b", "", text), re.IGNORECASE)
    ):
        return
    alike = len(set(re.findall(r"«P\d+» (?:of [a-z ]+ )?(?:were |was )?(for|from|by|in|with|to|aged|as)\b", words))) == 1
    alike = alike and len(shares) == len(sentence.numbers) >= 3 and not OVERLAP.search(text)
    total = sum(max(0.0, each.low) for each in shares)
    if alike and 100 < total <= 130 and not all_bands(words, len(shares)):
        # More than a whole: certain only where the text says that each counts once.
        test = hundred(sentence, shares, "likely")
        yield test if _ONCE.search(f"{ahead} {text}") else replace(test, verdict=AMBIGUOUS, sure="unclear")
        return
    if (
        len(shares) >= 3
        and re.search(r"\b(?:accounted for|accounting for|made up|makes up|represented)\b", text)
        and not OVERLAP.search(text)
        and ";" not in text
    ):
        low = sum(max(0.0, each.low) for each in shares)
        if 100 < low <= 130:
            yield hundred(sentence, shares, "likely")
            return
    closed = bool(re.search(rf"\b(?:{alternatives('rest')})\b[^«»]{{0,20}}«P", words, re.IGNORECASE)) or bool(
        re.search(rf"{MADE_OF}", text)
    )
    rest = r"\b(?:others?|other \w+|unknown|not (?:known|recorded|stated)|elsewhere)\b(?: (?!and\b)[a-z]+)?[ (]*«P\d+»[^«»]*$"
    closed = closed or (
        len(shares) >= 3
        and len(shares) == len(sentence.numbers)
        and bool(re.search(rest, words, re.IGNORECASE))
        and sum(each.value for each in shares) >= 75
    )
    if not (closed or both_sexes(words, len(shares)) or all_bands(words, len(shares))):
        return
    if not closed and OVERLAP.search(text):
        return
    if closed and re.search(r"(?<!^)\bof (?:these|those|which|whom|them)\b|\bfurther\b", text, re.IGNORECASE):
        return
    yield hundred(sentence, shares)


def hundred(sentence: Sentence, shares: list[Number], sure: str = "certain") -> RelationCheck:
    """Return the test of percentages that share out one whole."""
    low, high = sum(max(0.0, each.low) for each in shares), sum(each.high for each in shares)
    agrees = meet(low, high, 100.0, 100.0)
    added = " + ".join(each.text for each in shares)
    arithmetic = f"{added} = {shown(sum(each.value for each in shares), max(each.decimals for each in shares))}%, not 100%"
    says = f"{added} = 100%"
    return checked(
        sentence,
        "hundred",
        agrees,
        says,
        says if agrees else arithmetic,
        "Is a group missing, or is one of the percentages wrong?",
        sure=sure,
    )
