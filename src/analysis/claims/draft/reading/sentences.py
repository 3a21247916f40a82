"""The sentences of a text with their numbers and dates marked, each with the place where it stands and what it hangs on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property

from analysis.claims.draft.reading.blocks import Block
from analysis.claims.draft.reading.dates import Dated, dates_of
from analysis.claims.draft.reading.numbers import Number, numbers_of
from analysis.claims.draft.reading.words import alternatives

# A sentence ends at a full stop, question or exclamation mark with a capital, a digit or a bracket behind the space.
_END = re.compile(
    r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!No\.)(?<!\bvs\.)(?<!approx\.)(?<!\bc\.)(?<!\bSt\.)(?<!\bDr\.)(?<!\bMr\.)(?<!\bs\.)\s+(?=[A-Z0-9(‘“'\"£])"
)
MOST_NUMBERS = 40  # of a sentence: what has more is a table that has lost its lines
_LONGEST = 1_500  # letters of a sentence
_LETTERS = {"count": "C", "percent": "P", "points": "T", "pounds": "M", "rate": "R", "fraction": "F", "decimal": "N"}


@dataclass(frozen=True)
class Sentence:
    """A sentence of a text. `block` is the number of its block, `lead` the words before the list that it is an item of."""

    text: str
    block: int
    line: int
    heading: str
    kind: str = "text"
    lead: str = ""

    @cached_property
    def dates(self) -> list[Dated]:
        """The dates and periods in order."""
        return dates_of(self.text)

    @cached_property
    def numbers(self) -> list[Number]:
        """The numbers that count or measure something, in order."""
        return numbers_of(self.text, self.dates)

    @cached_property
    def marked(self) -> str:
        """The text with each number as «C0», «P1» (letter of its unit, its place in `numbers`) and each date as «D0»."""
        marks = [(each.start, each.end, f"«{_LETTERS[each.unit]}{place}»") for place, each in enumerate(self.numbers)]
        marks += [(each.start, each.end, f"«D{place}»") for place, each in enumerate(self.dates)]
        parts, position = [], 0
        for start, end, mark in sorted(marks):
            if start >= position:
                parts += [self.text[position:start], mark]
                position = end
        return "".join([*parts, self.text[position:]])

    def number(self, place: str) -> Number:
        """Return the number with this place in `numbers`, as a pattern has found it."""
        return self.numbers[int(place)]


@cache
def pattern(words: str) -> re.Pattern[str]:
    """Return a pattern over marked text: <C:part> is a count named part, <CP:x> of one of two units, <D> a date, <> a gap.

    <~rise fall> is any word of these roles. A gap holds no number, date or end of a clause; <d> is one that may hold dates.

    >>> bool(pattern("<P:share> \\\\(<C:part>\\\\)").search("«P0» («C1») went on"))
    True
    """
    words = re.sub(r"<~([a-z ]+)>", lambda match: alternatives(*match[1].split()), words)
    found = re.sub(r"<([A-Z]+):(\w+)>", r"«[\1](?P<\2>\\d+)»", words)
    found = re.sub(r"<([CPTMRFN]+)>", r"«[\1]\\d+»", found)
    found = found.replace("<D>", r"«D\d+»").replace("<>", r"[^«»;:.!?]{0,90}?").replace("<d>", r"(?:[^«»;:!?.]|«D\d+»){0,110}?")
    return re.compile(found, re.IGNORECASE)


def _short(piece: str) -> list[str]:
    """Return a sentence, or its lengths of _LONGEST letters: what is longer is no sentence, and slow to search."""
    return [piece[at : at + _LONGEST] for at in range(0, len(piece), _LONGEST)]


def sentences_of(blocks: list[Block]) -> list[Sentence]:
    """Return the sentences of all paragraphs and list items in order, headings too (of kind heading).

    >>> [each.text for each in sentences_of([Block("text", "It rose. 23 plans ended.", 1)])]
    ['It rose.', '23 plans ended.']
    """
    found: list[Sentence] = []
    heading, lead = "", ""
    for place, block in enumerate(blocks):
        if block.kind == "table":
            continue
        if block.kind == "heading":
            heading, lead = block.text, ""
            found.append(Sentence(block.text, place, block.line, heading, "heading"))
            continue
        pieces = [part for piece in _END.split(block.text) if piece for part in _short(piece)]
        found += [
            Sentence(piece, place, block.line, heading, block.kind, lead if block.kind == "item" else "") for piece in pieces
        ]
        if block.kind == "text":
            lead = pieces[-1] if pieces and pieces[-1].rstrip().endswith((":", "were", "of")) else ""
    return found
