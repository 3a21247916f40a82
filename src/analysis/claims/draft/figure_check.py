"""A text against the figures held: each level and change is read as `extract` reads it, and judged as a statement is.

What a number counts is a guess until an analyst has confirmed it. So nothing contradicts that agrees in another reading which the
paragraph allows: another of its areas or periods, another category, or another figure of that area, date and domain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods
from analysis.claims.draft.extract import of_kind, proposals
from analysis.claims.draft.own_readings import Key, with_readings
from analysis.claims.draft.reading.blocks import Block
from analysis.claims.draft.reading.scopes import mentions
from analysis.claims.draft.reading.sentences import Sentence
from analysis.claims.draft.relation_check import AGREES, AMBIGUOUS, CONTRADICTS, RelationCheck
from analysis.claims.ledger import CONFIRMED, decision
from analysis.claims.lookup import Figures, Place
from analysis.claims.printed_value import read_stated
from analysis.claims.statement_verdicts import judge_statements, place_of
from analysis.store import Store

_ASK = "Which of the two is right, or does the number count something else?"
_ASK_READING = "What does the number count, of which area and date?"
_Row = dict[str, str]


def check_figures(
    blocks: list[Block], store: Store, own: Mapping[Key, _Row] | None = None, area: str = "", period: str = ""
) -> list[RelationCheck]:
    """Return what comes of holding a text against the figures of a store; what they don't give isn't listed.

    `own` are the analyst's readings (`own_readings`): what they confirm is certain, and what they deny is left out. Raises
    UnknownNameError for an area or period that nothing is known of, and DataError for a confirmed row that can't be judged.
    """
    proposed = list(proposals(blocks, area, period))
    decided = with_readings([row for _, row in proposed], own or {})
    read = [
        (sentence, {"source": "", **row}) for (sentence, _), row in zip(proposed, decided, strict=True) if _can_be_judged(row)
    ]
    named = _areas_by_paragraph(blocks, read)
    codes = {areas.resolve(name) for names in named.values() for name in names}
    figures, official = (Figures(store, official=kind, areas=codes) for kind in (None, True))
    readings = _Readings(read, named, figures)
    rows = [row for _, row in read]
    # What our own figures bear out may still be another number than the official return has.
    both = zip(_verdicts(rows, figures), _verdicts(rows, official), strict=True)
    verdicts = [
        theirs if ours["verdict"].startswith("agrees") and theirs["verdict"] == CONTRADICTS else ours for ours, theirs in both
    ]
    tested = [each for each in zip(read, verdicts, strict=True) if each[1]["verdict"] != "not_checkable"]
    return [_tested(sentence, row, verdict, readings) for (sentence, row), verdict in tested]


def _areas_by_paragraph(blocks: list[Block], read: list[tuple[Sentence, _Row]]) -> dict[int, set[str]]:
    """Return {number of the block: areas that it names, or that its numbers are read as being of}.

    Raises DataError for a row of the analyst's own whose area nobody knows.
    """
    named = defaultdict[int, set[str]](set)
    for sentence, row in read:
        place_of(row)
        named[sentence.block] |= {row["area"], *(each.name for each in mentions(blocks[sentence.block].text))}
    return named


def _can_be_judged(row: _Row) -> bool:
    """Whether a row says what its number counts, where and when; a guess counts only where the units agree."""
    decided = decision(row)
    if decided is not None:
        return decided
    return bool(row["area"] and row["period"]) and (bool(row["asserts"]) or _unit(row["series"]) == row["unit"])


def _unit(series: str) -> str:
    return str(catalogue.series().at[series, "unit"]) if series else ""


def _verdicts(rows: list[_Row], figures: Figures) -> list[_Row]:
    if not rows:
        return []
    frame = pd.DataFrame(rows).drop(columns=CONFIRMED)
    judged: list[_Row] = judge_statements(frame, figures, "draft").to_dict("records")
    return judged


def _tested(sentence: Sentence, row: _Row, verdict: _Row, readings: _Readings) -> RelationCheck:
    confirmed = bool(decision(row))
    outcome, words = {CONTRADICTS: CONTRADICTS, AMBIGUOUS: AMBIGUOUS}.get(verdict["verdict"], AGREES), verdict["note"]
    other = "" if confirmed or outcome != CONTRADICTS else readings.that_agrees(sentence, row)
    if other:
        outcome, words = AMBIGUOUS, f"{words}; {other}"
    return RelationCheck(
        relation="figures held",
        verdict=outcome,
        sentence=sentence.text,
        line=sentence.line,
        heading=sentence.heading,
        says=_says(row),
        arithmetic=words,
        ask=_ASK if outcome == CONTRADICTS else _ASK_READING,
        sure="unclear" if outcome == AMBIGUOUS else "certain" if confirmed else "likely",
    )


def _says(row: _Row) -> str:
    """Return a statement as it was read: "86: Section 47 enquiries, Rutland, 2012/13"."""
    if row["asserts"]:
        what = f"says {row['asserts']}"
    else:
        what = str(catalogue.series().at[row["series"], "title"]) + _category(row["category"])
    return f"{row['stated']}: {what}, {row['area']}, {periods.label(periods.parse(row['period']))}"


def _category(category: str) -> str:
    return f" ({catalogue.category_label(category)})" if category not in ("", catalogue.TOTAL) else ""


class _Readings:
    """The other readings of a number: the areas and periods of its paragraph, and the figures held that equal it."""

    def __init__(self, read: list[tuple[Sentence, _Row]], named: Mapping[int, set[str]], figures: Figures) -> None:
        self._figures, self._areas = figures, named
        self._periods = defaultdict[int, set[str]](set)
        for sentence, row in read:
            self._periods[sentence.block].add(row["period"])
        self._equal = defaultdict[tuple[str, str, float], list[tuple[str, str]]](list)
        for each in figures.all:
            self._equal[each.area, each.period, each.value].append((each.series, each.category))

    def that_agrees(self, sentence: Sentence, row: _Row) -> str:
        """Return another reading in which a contradicted number would be right, in words; empty where there is none."""
        others = list(self._places(sentence, row))
        for other, verdict in zip(others, _verdicts(others, self._figures), strict=True):
            if verdict["verdict"].startswith("agrees"):
                return f"as {_says(other).partition(': ')[2]} it agrees"
        stated = read_stated(row["stated"], row["unit"], row["quote"])
        same = self._equal[areas.resolve(row["area"]), periods.parse(row["period"]), stated.value] if stated else []
        for series, category in same:
            if (series, category) != (row["series"], row["category"]) and not row["asserts"] and _unit(series) == row["unit"]:
                return f"as {_says(row | {'series': series, 'category': category}).partition(': ')[2]} it agrees"
        return ""

    def _places(self, sentence: Sentence, row: _Row) -> Iterator[_Row]:
        """Yield a statement with the other areas, periods and categories that it may be of."""
        kind = str(catalogue.series().at[row["series"], "kind"]) if row["series"] else ""
        when = {of_kind(period, kind) for period in self._periods[sentence.block]} | {row["period"]}
        categories = {row["category"]}
        if row["series"]:
            place = Place(areas.resolve(row["area"]), periods.parse(row["period"]))
            categories |= {each.category for each in self._figures.categories(row["series"], place)}
        for area, period, category in product(sorted(self._areas[sentence.block]), sorted(when), sorted(categories)):
            other = row | {"area": area, "period": period, "category": category}
            if other != row:
                yield other
