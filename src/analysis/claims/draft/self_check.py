"""A text against itself: every relation that it states and its own numbers can test, without any figures from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pandas as pd

from analysis.claims.draft.reading.blocks import Block
from analysis.claims.draft.reading.numbers import Number
from analysis.claims.draft.reading.scopes import scopes_of
from analysis.claims.draft.reading.sentences import MOST_NUMBERS, Sentence, sentences_of
from analysis.claims.draft.relation_check import AGREES, AMBIGUOUS, CONTRADICTS, RelationCheck
from analysis.claims.draft.relations.changes import changes
from analysis.claims.draft.relations.date_order import date_orders
from analysis.claims.draft.relations.enumerations import enumerations
from analysis.claims.draft.relations.quantity_words import all_but_the_rest, quantity_words
from analysis.claims.draft.relations.rates import populations, rates
from analysis.claims.draft.relations.repeats import repeats, said_again, same_words
from analysis.claims.draft.relations.shares import shares
from analysis.claims.draft.relations.sums import list_sums, sums
from analysis.claims.draft.relations.table_sums import table_tests
from analysis.claims.draft.relations.targets import targets

COLUMNS = ("verdict", "sure", "heading", "line", "sentence", "says", "arithmetic", "ask", "other", "relation")
_ORDER = {CONTRADICTS: 0, AMBIGUOUS: 1, AGREES: 2}


def check_text(blocks: list[Block], area: str = "", period: str = "") -> list[RelationCheck]:
    """Return every tested relation of a text: contradictions first, then what has two readings, then what agrees.

    `area` and `period` serve where the text names none. Raises UnknownNameError for one that nothing is known of.

    >>> from analysis.claims.draft.reading.blocks import blocks_of
    >>> [found.arithmetic for found in check_text(blocks_of(["63% (378) of 631 contacts went on to referral."]))]
    ['378 of 631 is 59.9%, not 63%']
    """
    sentences = sentences_of(blocks)
    scopes = scopes_of(blocks, sentences, area, period)
    found = [*_in_sentences(sentences), *_in_lists(sentences), *repeats(sentences, scopes), *said_again(sentences)]
    found += same_words(sentences, scopes)
    found += table_tests(blocks, sentences, scopes, area, period)
    return in_order(_once(found))


def in_order(found: Iterable[RelationCheck]) -> list[RelationCheck]:
    """Return tested relations, contradictions first, the certain ones before the likely ones, each as they stand in the text."""
    return sorted(found, key=lambda each: (_ORDER[each.verdict], each.sure != "certain", each.line))


def with_figures(by_text: list[RelationCheck], by_figures: list[RelationCheck]) -> list[RelationCheck]:
    """Return what both ways of checking find; a number that its own text contradicts is not accused a second time."""
    accused = [(each.sentence, each.line, each.says) for each in by_text if each.verdict == CONTRADICTS]

    def is_accused(each: RelationCheck) -> bool:
        number = re.compile(rf"(?<!\d){re.escape(each.says.partition(':')[0])}(?!\d)")
        return any((each.sentence, each.line) == (sentence, line) and number.search(says) for sentence, line, says in accused)

    return in_order([*by_text, *(each for each in by_figures if each.verdict != CONTRADICTS or not is_accused(each))])


def _in_sentences(sentences: list[Sentence]) -> Iterator[RelationCheck]:
    before: list[Sentence] = []
    known: list[Number] = []
    for sentence in sentences:
        if sentence.kind == "heading" or (before and before[-1].block != sentence.block):
            before = []
        if sentence.kind == "heading":
            known = []
            continue
        if 0 < len(sentence.numbers) + len(sentence.dates) <= MOST_NUMBERS:
            lead = [Sentence(sentence.lead, sentence.block, sentence.line, sentence.heading)] if sentence.lead else []
            yield from shares(sentence, [*lead, *before])
            yield from changes(sentence, before[-1] if before else None)
            yield from sums(sentence, before[-1] if before else None)
            yield from quantity_words(sentence)
            yield from all_but_the_rest(sentence, before[-1] if before else None)
            yield from rates(sentence, before, known)
            yield from date_orders(sentence)
            yield from enumerations(sentence)
            yield from targets(sentence)
            known += populations(sentence)
        before.append(sentence)


def _in_lists(sentences: list[Sentence]) -> Iterator[RelationCheck]:
    items: list[Sentence] = []
    lead = ""
    previous = ""
    for sentence in [*sentences, None]:
        if sentence is not None and sentence.kind == "item" and (not items or sentence.lead == items[0].lead):
            if not items:
                lead = sentence.lead or previous
            if not items or sentence.block != items[-1].block:
                items.append(sentence)
            continue
        if len(items) > 1:
            yield from list_sums(lead, items)
        items = []
        if sentence is not None:
            previous = sentence.text
            if sentence.kind == "item":
                items, lead = [sentence], sentence.lead


def _once(found: Iterable[RelationCheck]) -> list[RelationCheck]:
    """Return each finding once; a contradiction is left out whose numbers another relation of the sentence shows already."""
    kept: dict[tuple[str, int, str], RelationCheck] = {}
    for each in found:
        kept.setdefault((each.sentence, each.line, each.arithmetic), each)
    return list(kept.values())


def as_frame(found: list[RelationCheck]) -> pd.DataFrame:
    """Return tested relations as a frame in COLUMNS."""
    return pd.DataFrame([{name: getattr(each, name) for name in COLUMNS} for each in found], columns=list(COLUMNS))


def check_sentence(found: list[RelationCheck]) -> str:
    """Return the result in one sentence: how many relations were tested, and what came out."""
    counts = {verdict: sum(each.verdict == verdict for each in found) for verdict in _ORDER}
    return (
        f"{len(found):,} relations of the text were tested: {counts[CONTRADICTS]:,} contradict, "
        f"{counts[AMBIGUOUS]:,} are ambiguous, {counts[AGREES]:,} agree."
    )
