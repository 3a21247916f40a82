"""A part, its whole and its percentage in one sentence or the next: "63% (378) of 631", "of the 631, 378 (63%)", "56% of 11"."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from analysis.claims.draft.reading.numbers import Number
from analysis.claims.draft.reading.scopes import mentions
from analysis.claims.draft.reading.sentences import Sentence, pattern
from analysis.claims.draft.reading.words import alternatives
from analysis.claims.draft.relation_check import RelationCheck, checked, meet, share_range, shown

_OF = (
    r"(?:,? ?(?:out )?of(?: a)?(?: total)?(?: of)?(?: the| these| those| all| all the| our| its| "
    r"some)?(?: total| estimated| overall)? |/)"
)
_SO = (
    r"(?:,? ?(?:\(|or |i\.e\. |that is,? |which (?:is|was|represents|represented|equates to|amounts to|"
    r"gives) |(?:representing|equating to|equal to|equivalent to|amounting to|giving|making up|a rate of|"
    r"a proportion of|making) |[–—-] ?|, )(?:some )?)"
)
# The ways in which the three stand together; each is part, whole and share.
_TRIPLES = (
    rf"<P:share>,? ?(?:\(|or |[–-] )<C:part>{_OF}<C:whole>",
    rf"<PF:share> of <>,? (?:or |that is |i\.e\. )?<C:part>{_OF}<C:whole>",
    rf"<P:share> of <>\(<C:part>{_OF}<C:whole>",
    rf"<C:part>{_OF}<C:whole><>{_SO}<P:share>",
    rf"<C:part>(?: \w+){{0,4}} ?\(<P:share>(?:\)|,)?<>{_OF}<C:whole>",
    rf"<C:part>,? or <P:share>,?{_OF}<C:whole>",
    rf"<P:share> ?\(<C:part>(?: \w+){{0,3}}\)(?: \w+){{0,5}}{_OF}<C:whole>",
    rf"<P:share>{_OF}<C:whole>(?: [\w’'-]+){{0,6}}{_SO}<C:part>",
    rf"<P:share>{_OF}<C:whole>(?: [\w’'-]+){{0,5}} ?\(<C:part>",
    rf"<C:part>(?: [\w’'-]+){{0,6}},?{_SO}<P:share>,?{_OF}<C:whole>",
    rf"<C:part>{_OF}<C:whole>(?: [\w’'-]+){{0,12}} ?\(<P:share>\)",
    rf"<C:part>{_OF}<C:whole><>,? (?:which )?(?:is|was|represents|equates to|representing|equating to) <P:share>",
    r"<C:whole><>(?:and|,|but|with) (?:only |just )?<C:part><>[(,] ?an? (?:\w+ rate of )?<P:share>(?: \w+)? rate",
    r"<C:whole><>,? <P:share> ?\(<C:part>\),? of (?:them|these|those|whom|which)\b",
    r"<C:whole><>,? <C:part> ?\(<P:share>\),? of (?:them|these|those|whom|which)\b",
    r"<P:share> \(of (?:the )?<C:whole><>,? <C:part>[^«»()]*\)",
    r"<P:share>(?:: |, |; )of (?:the )?<C:whole><>, <C:part>",
    r"<C:part>(?: [\w’'-]+){1,4} (?:among|from|out of|in) (?:the )?<C:whole><>,? (?:giving )?an? "
    r"(?:[\w’'-]+ ){0,3}(?:rate|share|proportion) of <P:share>",
    rf"<F:share>,? ?(?:\(|or |[–-] )<C:part>{_OF}<C:whole>",
    rf"<F:share>(?: of)?<>\(<C:part>{_OF}<C:whole>",
    rf"<C:part>{_OF}<C:whole><>{_SO}<F:share>",
    rf"<F:share>{_OF}<C:whole>(?: [\w’'-]+){{0,6}}{_SO}<C:part>",
    rf"<C:part>(?: [\w’'-]+){{0,6}},?{_SO}<F:share>,?{_OF}<C:whole>",
)  # fmt: skip
_WHOLE = (
    r"(?:^|[.;,:] |\band |\bwhile |\bwhilst |\bbut |\()(?:out )?of (?:a total of |the total of |the |"
    r"these |those |all |all the |its |our )*(?:total |estimated )?<C:whole>"
)
_OF_WHICH = (
    r"<C:whole>(?P<noun>(?: [^«»;:.,]{0,100}?)?),? (?:and |\()?(?:of which|of whom|of these|of those|of them|out of which),? "
)
_PAIR = (
    r"<C:part>(?P<between>(?: [\w’'/-]+){0,5}?),? ?[(\[](?:i\.e\. |or |about )?<PF:share>(?P<close>\)?)|"
    r"<PF:share2> ?[(\[]<C:part2>(?: \w+){0,3}\)"
)
_LOOSE = (
    r"<C:part><>(?:,| -| –)? ?\(?(?:or |which (?:is|was|represents|equates to) |representing |equating to "
    r"|equal to |giving |an? )(?:an? )?"
    r"(?:(?:\w+ )?rate of |(?:\w+ )?proportion of )?<P:share>(?! (?:increase|decrease|rise|fall|reduction|"
    r"drop|growth|higher|lower|more|fewer))"
)
# One percentage and one "5 of the 6" in a sentence belong together.
_LONE = r"<C:part>(?: [\w’'-]+){0,2}?(?: out)? of (?:the |all )?<C:whole>"
_CHANGE = r"\b(?:<~rise fall>)(?: of| by)?(?: an?)? ?$"
_CHANGED = r"^\)?,? ?(?:higher|lower|more|fewer|less|<~rise fall>)\b"
_AGAINST = re.compile(
    r"\b(?:compared|comparing|against|last year|previous year|year before|versus|prior year|year earlier)\b", re.IGNORECASE
)
_THESE = re.compile(
    r"^(?:of (?:these|those|them|which|whom)|(?:this|these) (?:included?|comprised?|were)|amongst? these)\b", re.IGNORECASE
)
ASK = "Which of the three is wrong: the part, the whole or the percentage?"


def shares(sentence: Sentence, before: list[Sentence]) -> Iterator[RelationCheck]:
    """Yield each part, whole and percentage of a sentence; `before` are the sentences before it in the same paragraph or list."""
    seen: set[tuple[int, int]] = set()  # of part and share
    wholes: list[tuple[int, str]] = []  # where each is named, and its place
    for words in _TRIPLES:
        for match in pattern(words).finditer(sentence.marked):
            part, whole, share = (sentence.number(match[name]) for name in ("part", "whole", "share"))
            if (
                share.start in {at for _, at in seen}
                or _is_change(sentence, match["share"], match[0])
                or _excluded(sentence, part)
            ):
                continue
            wholes.append((match.end(), match["whole"]))
            seen.add((part.start, share.start))
            # "Of these" may be of any number ahead.
            others = (
                [each for each in sentence.numbers if each.unit == "count" and each.end <= part.start]
                if "whom|which" in words
                else []
            )
            yield _share(sentence, part, whole, share, others)
    yield from _of_a_whole(sentence, before, seen, wholes)
    if not seen:
        yield from _lone(sentence, seen)
    yield from _whole_numbers(sentence, seen)
    yield from _larger_parts(sentence)


def _larger_parts(sentence: Sentence) -> Iterator[RelationCheck]:
    """Yield parts that are more than their whole."""
    text = sentence.marked
    found = list(pattern(r"<C:part> (?:out )?of (?:the|these|those|our|a total of|all) <C:whole>(?! per| in)").finditer(text))
    found += pattern(rf"{_WHOLE}[^«»;:.]{{0,60}}, <C:part>(?= were| had| have| was| received| did| \()").finditer(text)
    found += pattern(
        r"<C:whole>(?: [\w’'-]+){1,4},? (?:included|including|of which|of whom),? <C:part>(?! (?:\w+ ){0,"
        r"2}(?:sessions|hours|days|pupils))"
    ).finditer(text)
    for match in found:
        part, whole = sentence.number(match["part"]), sentence.number(match["whole"])
        if part.low > whole.high and not part.hedge:
            says = f"{part.text} of {whole.text}"
            yield checked(
                sentence, "part_of_whole", False, says, f"{part.text} is more than {whole.text}",
                "Which of the two numbers is wrong, or have they changed places?",
            )  # fmt: skip


def _excluded(sentence: Sentence, part: Number) -> bool:
    """Return whether a part is what the percentage leaves out: "all but two of the 26 schools (92%)"."""
    return bool(re.search(r"\b(?:but|except|apart from|excluding|than) $", sentence.text[: part.start]))


def _lone(sentence: Sentence, seen: set[tuple[int, int]]) -> Iterator[RelationCheck]:
    """Yield the share of a sentence that has one percentage, one part and one whole, and compares nothing."""
    counts = [each for each in sentence.numbers if each.unit == "count"]
    percents = [each for each in sentence.numbers if each.unit == "percent"]
    match = pattern(_LONE).search(sentence.marked)
    if len(counts) != 2 or len(percents) != 1 or len(sentence.numbers) != 3 or not match or _AGAINST.search(sentence.text):
        return
    part, whole, share = sentence.number(match["part"]), sentence.number(match["whole"]), percents[0]
    if _excluded(sentence, part):
        return
    if re.match(r" of (?:their|its|all|these|those)\b", sentence.text[share.end :]):
        return  # a share of something else: "eight of the 11 councils reported 100% of their enquiries"
    between = sentence.text[min(share.end, whole.end) : max(share.start, part.start)]
    if re.search(r"\band\b|;|\bwhile|\bbut\b|\btarget|\baverage", between) or _is_change(
        sentence, str(sentence.numbers.index(share)), ""
    ):
        return
    seen.add((part.start, share.start))
    yield _share(sentence, part, whole, share, sure="likely")


def _of_a_whole(
    sentence: Sentence, before: list[Sentence], seen: set[tuple[int, int]], wholes: list[tuple[int, str]]
) -> Iterator[RelationCheck]:
    """Yield the pairs of a part and its percentage whose whole is named before them."""
    text = sentence.marked
    wholes = [*wholes, *((match.end(), match["whole"]) for match in pattern(_WHOLE).finditer(text))]
    wholes += [(match.end(), match["whole"]) for match in pattern(_OF_WHICH).finditer(text)]
    pairs = list(_pairs(sentence))
    loose = [] if pairs else [(match.start(), match["part"], match["share"]) for match in pattern(_LOOSE).finditer(text)]
    for start, part_place, share_place in [*pairs, *loose]:
        part, share = sentence.number(part_place), sentence.number(share_place)
        stated = [place for end, place in wholes if end <= start and place != part_place]
        if share.start in {at for _, at in seen} or _is_change(sentence, share_place, ""):
            continue
        if stated and not _AGAINST.search(text[max(end for end, _ in wholes if end <= start) : start]):
            seen.add((part.start, share.start))
            whole = sentence.number(max(stated, key=int))
            others = [each for each in sentence.numbers if each.unit == "count" and each not in (part, whole)]
            yield _share(sentence, part, whole, share, others)
        elif not stated and re.match(r"\)? of (?:these|those|them)\b", text[start + len(f"«C{part_place}»") :]):
            ahead = [each for each in sentence.numbers if each.unit == "count" and each.end <= part.start]
            if ahead:
                seen.add((part.start, share.start))
                yield _share(sentence, part, ahead[-1], share, ahead[:-1])
            else:
                yield from _whole_before(sentence, before, part, share, loose=bool(loose))
        elif not stated:
            yield from _whole_before(sentence, before, part, share, loose=bool(loose))


def _pairs(sentence: Sentence) -> Iterator[tuple[int, str, str]]:
    for match in pattern(_PAIR).finditer(sentence.marked):
        part, share = match["part"] or match["part2"], match["share"] or match["share2"]
        behind = sentence.marked[match.end() : match.end() + 40]
        ahead = sentence.marked[max(0, match.start() - 60) : match.start()]
        if (
            not pattern(_CHANGE).search(ahead.rstrip())
            and not pattern(_CHANGED).match(behind.lstrip())
            and not pattern(_CHANGE).search(match["between"] or "")
        ):
            yield match.start(), part, share


def _whole_before(
    sentence: Sentence, before: list[Sentence], part: Number, share: Number, loose: bool
) -> Iterator[RelationCheck]:
    """Yield the share of a whole that a sentence before names: of the nearest, where the text leaves no other."""
    inside = [each for each in sentence.numbers if each.unit == "count" and each.end < part.start]
    ahead = sentence.text[: max(part.start, share.start)]
    if loose or _AGAINST.search(sentence.text[: part.start]):
        return
    refers = bool(_THESE.match(sentence.text)) or not inside
    counts = [each for one in reversed(before[-3:]) for each in one.numbers if each.unit == "count" and not each.hedge]
    candidates = [each for each in [*inside, *counts] if each.value >= part.value and each.exact]
    if not candidates or (not refers and len(candidates) > 1):
        return
    agreeing = [each for each in candidates if meet(*share_range(part, each), share.low, share.high)]
    if agreeing:
        yield _share(sentence, part, agreeing[0], share)
        return
    near = before[-1] if before else None
    main = [each for each in near.numbers if each.unit == "count" and each.exact] if near else []
    if near and _THESE.match(sentence.text) and len(main) == 1:
        yield _share(sentence, part, main[0], share)
    elif (
        near and not inside and len(candidates) == len(main) == 1 and candidates[0] is main[0] and _goes_on(sentence, near, ahead)
    ):
        yield _share(sentence, part, main[0], share, sure="likely")
    elif len(candidates) <= 8 and share.decimals:
        # A percentage that is nearly right for one whole and wrong for all was rounded wrongly.
        close = [each for each in candidates if abs(100 * part.value / each.value - share.value) <= 1.5 * 10.0**-share.decimals]
        if len(close) == 1:
            yield _share(sentence, part, close[0], share, sure="likely")


def _goes_on(sentence: Sentence, near: Sentence, ahead: str) -> bool:
    """Return whether a sentence that begins with its pair goes on about what the one before it counted, in the same area."""
    elsewhere = {each.name for each in mentions(sentence.text)} - {each.name for each in mentions(near.text)}
    return not elsewhere and len(ahead.split()) <= 3 and not re.search(r"\bof\b|^this\b", ahead, re.IGNORECASE)


def _share(
    sentence: Sentence, part: Number, whole: Number, share: Number, others: list[Number] | None = None, sure: str = "certain"
) -> RelationCheck:
    fitting = [
        each for each in others or [] if each.value >= part.value and meet(*share_range(part, each), share.low, share.high)
    ]
    if fitting and part.low > whole.high:
        whole = fitting[0]  # what is less than its part is not its whole
    agrees = meet(*share_range(part, whole), share.low, share.high) and part.low <= whole.high
    value = 100 * part.value / whole.value if whole.value else math.nan
    arithmetic = f"{part.text} of {whole.text} is {shown(value, max(1, share.decimals))}%, not {share.text}"
    says = f"{part.text} of {whole.text} is {share.text}"
    return checked(sentence, "share", agrees, says, says if agrees else arithmetic, ASK, sure=sure, either=bool(fitting))


def _is_change(sentence: Sentence, share_place: str, span: str) -> bool:
    """Return whether the percentage says by how much something changed, and is no share."""
    share = sentence.number(share_place)
    ahead, behind = sentence.text[max(0, share.start - 40) : share.start], sentence.text[share.end : share.end + 30]
    hedge = r"(?:approximately |about |around |nearly |almost |over |just over |just under |some )?$"
    changed = re.search(
        rf"\b(?:{alternatives('rise', 'fall')})(?: of| by)?(?: an?)? ?(?:£?[\d,.]+ \()?{hedge}", ahead, re.IGNORECASE
    )
    targeted = re.search(r"\b(?:target|average|figure|rate|benchmark)(?: of| was| is)? ?\(?$", ahead, re.IGNORECASE)
    return bool(
        changed or pattern(_CHANGED).match(behind.lstrip()) or (targeted and "target" in ahead.lower()) or _AGAINST.search(span)
    )


def _whole_numbers(sentence: Sentence, seen: set[tuple[int, int]]) -> Iterator[RelationCheck]:
    """Yield a percentage of a small whole whose part isn't printed: some whole number must give it."""
    text = sentence.marked
    shares_of = [(match["share"], match["whole"]) for match in pattern(rf"<P:share>{_OF}<C:whole>(?! per)").finditer(text)]
    first = pattern(rf"{_WHOLE}(?P<noun>[^«»;:.]{{0,60}}?),? (?P<only>only |just )?<P:share>").search(text)
    if first:
        shares_of.append((first["share"], first["whole"]))
    for share_place, whole_place in shares_of:
        share, whole = sentence.number(share_place), sentence.number(whole_place)
        printed = [start for _, start in seen]
        if (
            share.start in printed
            or share.hedge
            or not whole.exact
            or not 0 < whole.value <= 2000
            or _is_change(sentence, share_place, "")
        ):
            continue
        below = math.floor(whole.value * share.low / 100)
        fits = any(
            meet(100 * part / whole.value, 100 * part / whole.value, share.low, share.high)
            for part in (below, below + 1, below + 2)
        )
        exact = shown(share.value * whole.value / 100, 1)
        says = f"{share.text} of {whole.text}"
        arithmetic = f"{share.text} of {whole.text} is {exact}, and no whole number of {whole.text} gives {share.text}"
        yield checked(
            sentence,
            "whole_number",
            fits,
            says,
            says if fits else arithmetic,
            "Of how many is the percentage, and how many were they?",
        )
