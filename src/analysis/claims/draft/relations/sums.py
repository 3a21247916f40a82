"""Parts that must give a whole: counts that make up a total, and percentages of one whole that must add up to 100."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from analysis.claims.draft.reading.numbers import Number
from analysis.claims.draft.reading.sentences import Sentence, pattern
from analysis.claims.draft.reading.words import alternatives
from analysis.claims.draft.tested import AMBIGUOUS, Tested, meet, shown, tested

_MADE_OF = r"(?:comprising|comprised|comprises|made up of|consisting of|consisted of|being made up of|split between|broken down (?:as|into)|divided (?:into|between)|being)"
_WHOLE_THEN_PARTS = rf"<CM:whole>(?P<noun>[^«»;.]{{0,70}}?)(?P<cue>,? (?:and )?(?:(?:of which|of whom|of these|of those)\b|{_MADE_OF}\b)|:| ?\(| [–—-] )(?P<rest>.*)"
_OF_WHOLE = r"^(?:out )?of (?:a total of |the total of |the |these |those |all |all the )*<CM:whole>(?P<noun>[^«»;:.]{0,70}?),(?P<rest>.*)"
_PARTS_THEN_WHOLE = r"(?P<rest>.*?)(?:\b(?:giving|making|making up|for|is|was|were|gives|makes|adding up to|amounting to|bringing)?,? ?(?:us )?(?<!of )(?:a|the|an) (?:combined |overall |grand )?total (?:of|to)(?: was)?|\btotall?ing|\bin total,?|\btotals?|=) <CM:whole>"
_TOTAL_BEHIND = r"(?P<rest>.*?)[,(–-] ?<CM:whole>(?: [^«»,.]{0,30})? (?:in total|altogether|in all|overall|(?:in|over|for|during|across) the (?:full |whole )?(?:year|period))\b"
_LISTED = r"<CM:whole>(?P<noun>[^«»;.]{0,60}?)(?:,|:| [–—-]| from| by| \() ?(?P<rest>[^«»;.]{0,40}<CM:first>.*)"
_DIFFERENCE = r"<CM:x>(?: [\w’'-]+)* (?:is|was|being|represents) the difference between <><CM:a><> and <><CM:b>"
_LEAVING = r"^(?:out )?of (?:the |these |those |all |all the )*<CM:a><d>, <CM:b><d>,? leaving (?:only |just )?<CM:x>"
_TOTAL_OF = r"\b(?:a|the|an) (?:combined |overall |grand )?total (?:of|was|is) <CM:whole>"
_ITEM = r"<CM:part>(?: ?\(<P>[^)]*\))?"
_COMPARED = re.compile(rf"\b(?:compared|comparing|against|previous|last year|year before|up from|down from|in comparison|average|target|per )\b", re.IGNORECASE)
_OVERLAP = re.compile(r"\b(?:more than one|multiple|alone or|combined|some of whom|also|both|either|include[sd]?|including|at least|such as|may be|not exclusive|e\.g\.|mainly|repeat|further|again)\b", re.IGNORECASE)
_ONCE = re.compile(r"\b(?:only one|one \w+ only|a single|counted once|each (?:child|case|person|referral|plan)\b[^.]*\bone|main|primary)\b", re.IGNORECASE)
_CLOSED = re.compile(rf"\b(?:{alternatives('rest')}|{_MADE_OF[3:-1]}|balance|others?)\b", re.IGNORECASE)
_BAND = re.compile(r"\b(?:aged? |ages )?(?:(?P<low>\d{1,2}) ?(?:to|-|–|and) ?(?P<high>\d{1,2})|(?:under|below) (?P<under>\d{1,2})s?|(?P<over>\d{1,2}) ?(?:\+|and over|or over|years and over|and above|or older)|over (?P<above>\d{1,2})s?)", re.IGNORECASE)
ASK = "Is a part missing, or is one of the numbers wrong?"


def sums(sentence: Sentence, previous: Sentence | None = None) -> Iterator[Tested]:
    """Yield the totals that a sentence gives with their parts, and the percentages in it that share out one whole."""
    if not _COMPARED.search(sentence.text):
        yield from _totals(sentence)
    for words in (_DIFFERENCE, _LEAVING):
        for match in pattern(words).finditer(sentence.marked):
            yield _difference(sentence, *(sentence.number(match[name]) for name in ("x", "a", "b")))
    yield from _hundred(sentence, sentence.numbers, sentence.text, previous.text if previous else "")


def _difference(sentence: Sentence, x: Number, a: Number, b: Number) -> Tested:
    high, low = (a, b) if a.value >= b.value else (b, a)
    agrees = meet(high.low - low.high, high.high - low.low, x.low, x.high)
    says = f"{high.text} − {low.text} = {shown(high.value - low.value)}"
    return tested(sentence, "difference", agrees, says, says if agrees else f"{says}, not {x.text}", "Which of the three is wrong?")


def _totals(sentence: Sentence) -> Iterator[Tested]:
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
            test = _total(sentence, whole, parts, rest, closed=words in (_PARTS_THEN_WHOLE, _TOTAL_BEHIND) or bool(re.search(_MADE_OF, match[0])))
            if test:
                yield test
                return
    yield from _listed(sentence)


def _listed(sentence: Sentence) -> Iterator[Tested]:
    """Yield a total that is followed by a list of like parts: "32 deaths, 19 of boys and 13 of girls"."""
    match = pattern(_LISTED).search(sentence.marked)
    if not match or _OVERLAP.search(sentence.text):
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
    after = [re.match(r" (of|from|by|in|at|to|for|were|with)\b", rest[found.end() :]) for found in re.finditer(r"«[CM]\d+»", rest)]
    links = {found[1] for found in after if found}
    alike = len(bracketed) >= 2 or len(links) == 1 and all(after) or len(parts) >= 3
    sexes = _both_sexes(rest, len(parts))
    total = sum(each.value for each in parts)
    if total == whole.value:
        says = f"{' + '.join(each.text for each in parts)} = {whole.text}"
        yield tested(sentence, "total", True, says, says, ASK)
        return
    near = abs(total - whole.value) <= 0.35 * whole.value
    if not near or not (sexes or alike and len(parts) >= 3):
        return
    arithmetic = f"{' + '.join(each.text for each in parts)} = {shown(total)}, not {whole.text}"
    # Fewer than the whole may leave some unsaid; more can't be.
    said = re.search(r"\ba total of\b", sentence.text, re.IGNORECASE) or ": " in match[0][: match.start("rest") - match.start() + 1]
    unsaid = not sexes and total < whole.value and not said
    yield tested(sentence, "total", False, arithmetic, arithmetic, ASK, sure="likely", either=unsaid)


def _first_level(rest: str) -> str:
    """Return a list without the counts that stand in brackets behind another, as parts of a part."""
    return re.sub(r"(?P<ahead>»(?: \w+){0,3}) ?\([^()]*\)", r"\g<ahead> ", rest)


def _total(sentence: Sentence, whole: Number, parts: list[Number], rest: str, closed: bool) -> Tested | None:
    low, high = sum(each.low for each in parts), sum(each.high for each in parts)
    sum_of_parts = " + ".join(each.text for each in parts)
    says = f"{sum_of_parts} = {whole.text}"
    if meet(low, high, whole.low, whole.high):
        return tested(sentence, "total", True, says, says, ASK)
    overlapping = bool(_OVERLAP.search(sentence.text))
    complete = closed or bool(_CLOSED.search(rest)) or _both_sexes(rest, len(parts)) or _all_bands(rest, len(parts))
    if overlapping or not complete:
        # Parts that need not be all of them, or may overlap, prove nothing, unless each is a part and they are nearly right.
        return None
    arithmetic = f"{sum_of_parts} = {shown(sum(each.value for each in parts))}, not {whole.text}"
    return tested(sentence, "total", False, says, arithmetic, ASK)


def _both_sexes(rest: str, parts: int) -> bool:
    named = {word.lower().rstrip("s") for word in re.findall(rf"\b(?:{alternatives('sex')})\b", rest, re.IGNORECASE)}
    male, female = named & {"male", "boy", "men"}, named & {"female", "girl", "women"}
    others = len(re.findall(r"\b(?:unborn|unknown|not recorded|not known|not stated|other|non-binary|not to say)\b", rest, re.IGNORECASE))
    return bool(male and female) and parts == 2 + others


def _all_bands(rest: str, parts: int) -> bool:
    """Return whether age bands in the words touch one another and leave none out, from the youngest to the oldest."""
    bands: list[tuple[int, int]] = []
    for match in _BAND.finditer(re.sub(r"«[A-Z]\d+»", "§", rest)):
        if match["low"]:
            bands.append((int(match["low"]), int(match["high"])))
        elif match["under"]:
            bands.append((0, int(match["under"]) - 1))
        else:
            bands.append((int(match["over"] or int(match["above"])), 200))
    bands = sorted(set(bands))
    if len(bands) < 3 or len(bands) != parts or bands[0][0] not in (0, 16, 18, 65) or bands[-1][1] not in (200, 17, 18):
        return False
    return all(following[0] - band[1] in (0, 1) for band, following in zip(bands, bands[1:], strict=False))


def _hundred(sentence: Sentence, numbers: list[Number], text: str, ahead: str = "") -> Iterator[Tested]:
    shares = [each for each in numbers if each.unit == "percent"]
    words = sentence.marked
    if len(shares) < 2 or _COMPARED.search(text) or re.search(rf"\b(?:{alternatives('rise', 'fall')})\b", re.sub(r"\bma[dk]e up\b", "", text), re.IGNORECASE):
        return
    alike = len(set(re.findall(r"«P\d+» (?:of [a-z ]+ )?(?:were |was )?(for|from|by|in|with|to|aged|as)\b", words))) == 1
    if len(shares) >= 3 and len(shares) == len(sentence.numbers) and alike and not _OVERLAP.search(text) and not _all_bands(words, len(shares)):
        # More than a whole: certain only where the text says that each counts once.
        if 100 < sum(max(0.0, each.low) for each in shares) <= 130:
            once = _ONCE.search(f"{ahead} {text}")
            yield hundred(sentence, shares, "likely") if once else replace(hundred(sentence, shares), verdict=AMBIGUOUS, sure="unclear")
            return
    if len(shares) >= 3 and re.search(r"\b(?:accounted for|accounting for|made up|makes up|represented)\b", text) and not _OVERLAP.search(text):
        low = sum(max(0.0, each.low) for each in shares)
        if 100 < low <= 130:
            yield hundred(sentence, shares, "likely")
            return
    closed = bool(re.search(rf"\b(?:{alternatives('rest')})\b[^«»]{{0,20}}«P", words, re.IGNORECASE)) or bool(re.search(rf"{_MADE_OF}", text))
    rest = r"\b(?:others?|other \w+|unknown|not (?:known|recorded|stated)|elsewhere)\b(?: (?!and\b)[a-z]+)?[ (]*«P\d+»[^«»]*$"
    closed = closed or len(shares) >= 3 and len(shares) == len(sentence.numbers) and bool(re.search(rest, words, re.IGNORECASE)) and sum(each.value for each in shares) >= 75
    if not (closed or _both_sexes(words, len(shares)) or _all_bands(words, len(shares))):
        return
    if not closed and _OVERLAP.search(text):
        return
    if closed and re.search(r"(?<!^)\bof (?:these|those|which|whom|them)\b|\bfurther\b", text, re.IGNORECASE):
        return
    yield hundred(sentence, shares)


def hundred(sentence: Sentence, shares: list[Number], sure: str = "certain") -> Tested:
    """Return the test of percentages that share out one whole."""
    low, high = sum(max(0.0, each.low) for each in shares), sum(each.high for each in shares)
    agrees = meet(low, high, 100.0, 100.0)
    added = " + ".join(each.text for each in shares)
    arithmetic = f"{added} = {shown(sum(each.value for each in shares), max(each.decimals for each in shares))}%, not 100%"
    says = f"{added} = 100%"
    return tested(sentence, "hundred", agrees, says, says if agrees else arithmetic, "Is a group missing, or is one of the percentages wrong?", sure=sure)


def list_sums(lead: str, items: list[Sentence]) -> Iterator[Tested]:
    """Yield whether the items of a list add up: their percentages to 100, their counts to the total that the lead names."""
    firsts = [next((each for each in item.numbers if each.unit in ("percent", "count")), None) for item in items]
    numbers = [each for each in firsts if each is not None]
    if len(numbers) < 3 or len(numbers) != len(items) or len({each.unit for each in numbers}) > 1:
        return
    words = " ".join(item.marked for item in items)
    if _OVERLAP.search(lead) or _OVERLAP.search(words) or _COMPARED.search(lead + " " + words):
        return
    named_rest = bool(re.search(r"\b(?:other|unknown|not known|not recorded|none recorded|remainder|remaining|rest)\b", words, re.IGNORECASE))
    if numbers[0].unit == "percent":
        total = sum(each.value for each in numbers)
        complete = named_rest or _all_bands(words, len(numbers)) or _both_sexes(words, len(numbers))
        if complete or 97 <= total <= 103 and total >= 100:
            yield hundred(items[0], numbers, "certain" if complete else "likely")
        return
    lead_sentence = Sentence(lead, items[0].block, items[0].line, items[0].heading)
    totals = [each for each in lead_sentence.numbers if each.unit == "count" and each.exact]
    if len(totals) == 1 and all(each.value <= totals[0].value for each in numbers):
        test = _total(items[0], totals[0], numbers, words, closed=named_rest or bool(re.search(r"\btotal|made up|breakdown|as follows|comprising", lead)))
        if test:
            yield test
