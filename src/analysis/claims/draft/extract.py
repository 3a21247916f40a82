"""Statements proposed from prose: each number and quantity word with its sentence and a guess at area, period and series.

They are a draft for a person: a doubtful guess is left blank, and nothing is judged until somebody has confirmed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pandas as pd

from analysis import catalogue
from analysis.catalogue import periods, tables
from analysis.claims.draft.reading.blocks import Block
from analysis.claims.draft.reading.numbers import Number
from analysis.claims.draft.reading.scopes import Scope, headings_above, scopes_of
from analysis.claims.draft.reading.sentences import MOST_NUMBERS, Sentence, sentences_of
from analysis.claims.draft.series_guess import Guess, guess_series
from analysis.claims.ledger import CONFIRMED
from analysis.clean.printed.statements import HEADER

# The unit of a statement for that of a number; points and fractions are quantities that a formula has to say.
_UNITS = {"count": "count", "percent": "percent", "pounds": "pounds", "rate": "rate", "decimal": "rate"}
_BY = re.compile(r"\b(?:(?:in|de)creased?|rise|rose|fall|fell|reduction|reduced|drop|dropped) (?:of|by) $", re.IGNORECASE)
_SINCE = re.compile(r"^[^,;.]*\b(?:compared (?:to|with)|since|from|on|than(?: at| in)?)(?: the)? $", re.IGNORECASE)
_BODIES = re.compile(
    r" (?:\w+ ){0,2}(?:authorities|councils|agencies|partners|boards|organisations|services|teams)\b", re.IGNORECASE
)
_BOUNDS = re.compile(r"(?:less than|fewer than|more than) $", re.IGNORECASE)


def propose(blocks: list[Block], area: str = "", period: str = "") -> pd.DataFrame:
    """Return proposed statements in the columns of a draft, one row for each number or quantity word; `confirmed` is empty.

    `area` and `period` serve where no heading, sentence or clause names others. What can't be guessed is left blank. Raises
    UnknownNameError for an area or period that nothing is known of.
    """
    rows = [row for _, row in proposals(blocks, area, period)]
    return pd.DataFrame(rows, columns=[*HEADER, CONFIRMED])


def proposals(blocks: list[Block], area: str = "", period: str = "") -> Iterator[tuple[Sentence, dict[str, str]]]:
    """Yield each proposed statement with the sentence that it stands in (see `propose`)."""
    sentences = sentences_of(blocks)
    number_of_row = 0
    previous = ""
    above = headings_above(blocks)
    for sentence, scopes in zip(sentences, scopes_of(blocks, sentences, area, period), strict=True):
        if sentence.kind == "heading":
            previous = ""
            continue
        for stated, unit, scope, number in _stated(sentence, scopes):
            guess, asserts = _guess(sentence, number, previous, " | ".join(above[sentence.block]))
            if asserts and number and not _on_the_year_before(sentence, number, scope.period):
                guess, asserts = Guess(), ""  # no formula says a change on another date
            domain, kind = _domain_and_kind(guess.series)
            number_of_row += 1
            yield (
                sentence,
                dict.fromkeys(HEADER, "")
                | {
                    "id": f"d{number_of_row}",
                    "domain": domain,
                    "area": scope.area,
                    "period": of_kind(scope.period, kind),
                    "quote": sentence.text,
                    "stated": stated,
                    "unit": unit,
                    "series": "" if asserts else guess.series,
                    "category": "" if asserts else guess.category,
                    "asserts": asserts,
                    CONFIRMED: "",
                },
            )
        previous = sentence.text


def _stated(sentence: Sentence, scopes: list[Scope]) -> list[tuple[str, str, Scope, Number | None]]:
    """Return (words, unit, scope, number) of each number that counts something, and of each quantity word."""
    found: list[tuple[int, str, str, Scope, Number | None]] = []
    for number, scope in zip(sentence.numbers, scopes[: len(sentence.numbers)], strict=True):
        if number.unit not in _UNITS:
            continue
        text = re.sub(r" ?(?:per|for every|in every) .*", "", number.text) if number.unit == "rate" else number.text
        bound = _BOUNDS.search(sentence.text[: number.start]) if number.unit == "percent" else None
        text = sentence.text[bound.start() : number.end] if bound else text.lstrip("+")
        found.append((number.start, text, _UNITS[number.unit], scope, number))
    for word in _words()["word"]:
        found += [
            (match.start(), match[0], "word", _scope_at(sentence, scopes, match.start()), None)
            for match in re.finditer(rf"\b{word}\b", sentence.text, re.IGNORECASE)
        ]
    return [each[1:] for each in sorted(found, key=lambda each: each[0])]


def _scope_at(sentence: Sentence, scopes: list[Scope], at: int) -> Scope:
    """Return the scope of a word: that of the number nearest behind it, else of the last ahead, else of the sentence."""
    behind = [scope for number, scope in zip(sentence.numbers, scopes, strict=False) if number.start >= at]
    return behind[0] if behind else scopes[len(sentence.numbers) - 1] if sentence.numbers else scopes[-1]


@cache
def _words() -> pd.DataFrame:
    return tables.read("claim_words")


def _guess(sentence: Sentence, number: Number | None, previous: str, headings: str) -> tuple[Guess, str]:
    """Return the series that a number gives, and the formula where it says a change and gives no level."""
    if number is None or len(sentence.numbers) > MOST_NUMBERS or number.unit not in ("count", "percent", "pounds"):
        return Guess(), ""
    if number.unit == "count" and _BY.search(sentence.text[: number.start]):
        return Guess(), ""  # by how many something changed is no level
    if number.unit == "count" and _BODIES.match(sentence.text[number.end :]):
        return Guess(), ""  # how many bodies there are is no figure about children or adults
    change = _change(sentence.text, number)
    if not change:
        return guess_series(sentence, number, previous, headings), ""
    level = Number(number.start, number.end, number.text, "count", number.value, number.low, number.high)
    guess = guess_series(sentence, level, previous, headings)
    if not guess.series:
        return Guess(), ""
    name = guess.series if guess.category == catalogue.TOTAL else f"{guess.series}:{guess.category}"
    return guess, f"{change}({name})"


def _change(text: str, number: Number) -> str:
    """Return rise or fall where words of direction stand beside a percentage."""
    if number.unit != "percent":
        return ""
    before, after = text[max(0, number.start - 40) : number.start], text[number.end : number.end + 30]
    for word, function in zip(_words()["word"], _words()["function"], strict=True):
        beside = rf"\b{word}(?: \w+)? (?:of|by)(?: approximately| about)?(?: an?)?(?: [\d,]+ \()? ?$"
        if function and (re.search(beside, before, re.I) or re.match(rf"\)? (?:\([^)]*\) )?{word}\b", after, re.I)):
            return str(function)
    return ""


def _on_the_year_before(sentence: Sentence, number: Number, period: str) -> bool:
    """Whether the date behind a change, if there is one, is a year before its period: "an increase of 6% since 31 March 2011"."""
    base = next(
        (
            each.period
            for each in sentence.dates
            if each.start >= number.end and _SINCE.search(sentence.text[number.end : each.start][:60])
        ),
        "",
    )
    return not base or not period or periods.kind(base) != periods.kind(period) or base == periods.year_before(period)


def _domain_and_kind(series: str) -> tuple[str, str]:
    """Return the domain and the kind of a series; two empty strings for none."""
    if not series:
        return "", ""
    entry = catalogue.series().loc[series]
    return str(entry["domain"]), str(entry["kind"])


def of_kind(period: str, kind: str) -> str:
    """Return the period as the kind of series has it: a date for a snapshot, a year for a flow."""
    if not period or not kind or periods.kind(period) == "quarter":
        return period
    if kind == "snapshot":
        return period if periods.kind(period) == "date" else periods.year_end(period)
    return periods.year_of(period)
