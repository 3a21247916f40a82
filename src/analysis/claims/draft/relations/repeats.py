"""The same quantity said twice: in the summary and the body, in two sentences, or in prose and a table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from analysis.claims.draft.reading.numbers import Number
from analysis.claims.draft.reading.scopes import Scope, mentions
from analysis.claims.draft.reading.sentences import Sentence, pattern
from analysis.claims.draft.reading.words import all_of, alternatives
from analysis.claims.draft.relation_check import RelationCheck, checked, meet

# Words that don't tell one quantity from another.
_SAME = {
    "cp": "child protection",
    "s47": "section 47",
    "la": "local authority",
    "looked after children": "children in care",
    "children looked after": "children in care",
    "enquiry": "enquiries",
    "dol": "dols",
    "going onto": "going on to",
}
_STOP = (
    r"(?=[,;:.()–—]|$| (?:at|on|in|for|during|between|compared|which|who|where|from|by|as|were|was|is|are|"
    r"had|have|has|included?|includes|and|or|with|since|this|that|went|of whom|of which|than|against|per|"
    r"over|across|when|while|whilst|but|leading|to be|will|increased|decreased|rose|fell|reducing|"
    r"under)\b)"
)
_AHEAD = (
    r"\b(?P<cue>number|numbers|total|total number) of (?P<noun>[a-z][^«»;:.,]{2,70}?)(?: (?:recorded|"
    r"received|made|reported|completed))?(?P<when>(?: (?:in|at|on|during|between|for|as at|by)(?: "
    r"the)?(?: year| quarter| end of)?)? ?(?:<D>)?)(?: \([^()]*\))? (?:was|were|is|stood at|reached|"
    r"totalled|came to|had (?:risen|fallen) to|rose to|fell to) (?:a total of )?<C:number>"
)
_BEHIND = (
    rf"(?P<cue>\bthere (?:were|was)(?: a total of)?|\ba total of|\bof the|\b(?:we |board |council |service "
    rf"|team )?(?:received|recorded|completed|held|undertook|carried out)|^[A-Z][\w &]+:|^the|^all|^)(?:(?<=^)| )"
    rf"<C:number> (?P<noun>[a-z][^«»;:.,()]{{2,70}}?){_STOP}"
)
_AGAIN = rf"\b(?P<cue>these|the|all) <C:number> (?P<noun>[a-z][^«»;:.,()]{{2,60}}?){_STOP}"
_PERCENT = (
    r"\b(?P<cue>percentage|proportion|share|per cent) of (?P<noun>[a-z][^«»;:.,]{4,110}?)(?: "
    r"\([^()]*\))?(?P<when>(?: (?:in|at|on|during|between|for|as at|by)(?: the)?(?: year| quarter| end "
    r"of)?)? ?(?:<D>)?) (?:was|is|stood at|were|reached) <P:number>"
)
# What narrows a quantity down, so that it is another than its bare name.
_NARROWED = re.compile(
    r",? (?:who|where|with|that|which (?:were|had)|under|aged|over|from|by|for|to|of(?! which| whom))\b", re.IGNORECASE
)
_SAME_WORDS = 8  # of a clause that say too much to be the same by chance
ASK = "Which of the two is right, or do they count different things?"


@dataclass(frozen=True)
class Quantity:
    """A number with what it counts, in bare words, and the area and period that it is of."""

    number: Number
    sentence: Sentence
    words: frozenset[str]
    scope: Scope
    named: bool  # whether the words say that it is the number or the total


def repeats(sentences: list[Sentence], scopes: list[list[Scope]]) -> Iterator[RelationCheck]:
    """Yield each quantity of a text that is said again, in the order of the text, against its first mention."""
    groups: dict[tuple[frozenset[str], str, str, str], list[Quantity]] = defaultdict(list)
    for sentence, scope in zip(sentences, scopes, strict=True):
        for quantity in quantities(sentence, scope):
            groups[(quantity.words, quantity.scope.area, quantity.scope.period, quantity.number.unit)].append(quantity)
    for said in groups.values():
        first = said[0]
        for again in said[1:]:
            if again.sentence is first.sentence and again.number is first.number:
                continue
            general = len(first.words) == 1 and first.words <= all_of("general")
            agrees = meet(first.number.low, first.number.high, again.number.low, again.number.high)
            if not agrees and general and not (first.named and again.named):
                continue
            what = " ".join(sorted(first.words))
            says = f"{what}: {first.number.text}, and again {again.number.text}"
            wrong = (
                f"{what}: {again.number.text} here, {first.number.text} in “{first.sentence.heading or 'the text'}”, "
                f"line {first.sentence.line}"
            )
            yield checked(
                again.sentence, "repeat", agrees, says, says if agrees else wrong, ASK, sure="likely", other=first.sentence.text
            )


def said_again(sentences: list[Sentence]) -> Iterator[RelationCheck]:
    """Yield "these seven meetings" and "the 420 children" against the number of the sentence before in the paragraph."""
    for previous, sentence in pairwise(sentences):
        if previous.block != sentence.block or previous.kind == "heading":
            continue
        earlier = [
            (number, _words_behind(previous, number))
            for number in previous.numbers
            if number.unit == "count" and not number.hedge
        ]
        for match in pattern(_AGAIN).finditer(sentence.marked):
            number, bare = sentence.number(match["number"]), bare_words(match["noun"])
            same = [each for each, words in earlier if bare and bare <= words]
            if (
                len(same) != 1
                or (match["cue"].lower() != "these" and (len(bare) < 2 or len(earlier) > 1))
                or _is_part(sentence, match)
            ):
                continue
            agrees = same[0].value == number.value
            says = f"{same[0].text}, and then “{match['cue']} {number.text}{' ' + match['noun']}”"
            yield checked(sentence, "repeat", agrees, says, says, ASK, sure="likely", other=previous.text)


def same_words(sentences: list[Sentence], scopes: list[list[Scope]]) -> Iterator[RelationCheck]:
    """Yield clauses that say the same of the same area and period with another number: one was copied and not changed."""
    first: dict[tuple[str, Scope], tuple[Sentence, Number]] = {}
    for sentence, scope in zip(sentences, scopes, strict=True):
        clause = re.split(r"[,;.]", sentence.marked)[0]
        numbers = re.findall(r"«C(\d+)»", clause)
        if len(numbers) != 1 or len(clause.split()) < _SAME_WORDS or not mentions(clause) or sentence.kind == "heading":
            continue
        number = sentence.number(numbers[0])
        earlier, before = first.setdefault((re.sub(r"«C\d+»", "", clause), scope[int(numbers[0])]), (sentence, number))
        if earlier is not sentence and not number.hedge:
            says = f"{before.text}, and in the same words {number.text}"
            agrees = meet(before.low, before.high, number.low, number.high)
            yield checked(sentence, "repeat", agrees, says, says, ASK, sure="likely", other=earlier.text)


def _words_behind(sentence: Sentence, number: Number) -> frozenset[str]:
    return bare_words(re.split(r"[,;:.()]|\d", sentence.text[number.end : number.end + 90])[0])


def quantities(sentence: Sentence, scopes: list[Scope]) -> Iterator[Quantity]:
    """Yield the numbers of a sentence whose words say what they count."""
    seen: set[str] = set()
    for words in (_AHEAD, _PERCENT, _BEHIND):
        for match in pattern(words).finditer(sentence.marked):
            place = match["number"]
            if place in seen or _is_part(sentence, match):
                continue
            bare = bare_words(match["noun"])
            if not bare:
                continue
            seen.add(place)
            number = sentence.number(place)
            named = words is not _BEHIND or "total" in match["cue"].lower()
            yield Quantity(number, sentence, bare, scopes[int(place)], named)


def _is_part(sentence: Sentence, match: re.Match[str]) -> bool:
    number = sentence.number(match["number"])
    ahead = sentence.text[max(0, number.start - 50) : number.start]
    behind = sentence.text[number.end : number.end + 60]
    if re.search(
        (
            rf"\b(?:{alternatives('rise', 'fall')})(?: of| by)(?: an?)? ?$|\bfrom $|\b(?:remaining|other|further|"
            rf"additional|average of|of which|of these|of whom)(?: the)? ?$"
        ),
        ahead,
        re.IGNORECASE,
    ):
        return True
    if number.hedge or re.match(r"[^.;,]{0,40}\b(?:more|fewer|other|further|additional|new)\b", behind):
        return True
    noun_end = sentence.marked[match.end("noun") : match.end("noun") + 30]
    return bool(
        re.match(r",? (?:who|where|with|that|which (?:were|had)|under|aged|over|from|by|for|to|of(?! which| whom))\b", noun_end)
    )


def bare_words(text: str) -> frozenset[str]:
    """Return the words of a phrase that tell what is counted, without endings.

    >>> sorted(bare_words("Number of S47 enquiries recorded")) == sorted(bare_words("section 47 enquiries"))
    True
    """
    folded = re.sub(r"\([^)]*\)|«[A-Z]\d+»", " ", text).casefold().replace("’", "'").replace("'s", "")
    for short, full in _SAME.items():
        folded = re.sub(rf"\b{short}s?\b", full, folded)
    words = re.findall(r"[a-z]+|\d+", folded)
    return frozenset(
        word[:-1] if word.endswith("s") and len(word) > 3 else word for word in words if word not in all_of("neutral")
    )
