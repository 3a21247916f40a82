"""Statements proposed from prose: each number and quantity word with its sentence and a guess at area, period and series.

They are a draft for a person: a doubtful guess is left blank, and nothing is judged until somebody has confirmed it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods, tables
from analysis.claims.ledger import CONFIRMED
from analysis.clean.printed.statements import HEADER, level_of
from analysis.errors import UnknownNameError

_NUMBER = re.compile(r"(?<![\w.,/£])£?\d[\d,]*(?:\.\d+)?%?(?![\w/])")
_PERIOD = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]{2,8} \d{4}\b|\b(?:Q[1-4](?: of)? )?\d{4} ?[/–-] ?(?:\d{4}|\d{2})\b"
    r"|\b[A-Z][a-z]{2,8} (?:\d{4} )?(?:and|to) [A-Z][a-z]{2,8} \d{4}\b|\b\d{1,2}/\d{1,2}/\d{4}\b"
)
_SPAN = r"(?:working days|months?|years?|days|weeks|placements)"
# Numbers that name something and count nothing: a section, a figure, a national indicator, an age, a span of time, an Act.
_NAMES = re.compile(
    r"\b(?:[Ff]igures?|[Ss]ection|NI ?|Q|Act|aged?|over|under|age of|within|least|for|[Cc]ensus)\s*\(?\d[\d.]*"
    rf"(?:(?:\s*(?:to|and|-|–)\s*\d+)|(?:\s*(?:and over|or over|{_SPAN})))?"
    rf"|\b\d+\s*(?:to|-|–)\s*\d+\b(?!%)|\b(?:19|20)\d\d\b|\b\d+(?:\.\d+)? (?:or more )?{_SPAN}\b"
)
_STOP = frozenset("a an and are as at by for from had in is it of on or per printed s that the this to was were with".split())  # noqa: SIM905
_LIKELY = 0.5  # of a title's words: below it a guess would be wrong more often than right


@dataclass(frozen=True)
class _Guess:
    series: str = ""
    category: str = ""
    asserts: str = ""


def propose(sentences: list[str], area: str = "", period: str = "") -> pd.DataFrame:
    """Return proposed statements in the columns of a draft, one row for each number or quantity word; `confirmed` is empty.

    `area` and `period` serve until a sentence names others. What can't be guessed is left blank. Raises
    UnknownNameError for an area or period that nothing is known of.
    """
    current_area = areas.label(areas.resolve(area)) if area else ""
    current_period = periods.parse(period) if period else ""
    rows: list[dict[str, str]] = []
    for sentence in sentences:
        dated = _periods(sentence)
        current_period = dated[0] if dated else current_period
        for stated, unit in _stated(sentence):
            current_area = _area(sentence, stated) or current_area
            guess = _guess(sentence, stated, unit)
            domain, kind = _domain_and_kind(guess.series)
            rows.append(
                dict.fromkeys(HEADER, "")
                | {
                    "id": f"d{len(rows) + 1}",
                    "domain": domain,
                    "area": current_area,
                    "period": _of_kind(current_period, kind),
                    "quote": sentence,
                    "stated": stated,
                    "unit": unit,
                    "series": guess.series,
                    "category": guess.category,
                    "asserts": guess.asserts,
                    CONFIRMED: "",
                }
            )
    return pd.DataFrame(rows, columns=[*HEADER, CONFIRMED])


def _domain_and_kind(series: str) -> tuple[str, str]:
    """Return the domain and the kind of a series; two empty strings for none."""
    if not series:
        return "", ""
    entry = catalogue.series().loc[series]
    return str(entry["domain"]), str(entry["kind"])


def _stated(sentence: str) -> list[tuple[str, str]]:
    """Return (words, unit) of each number that counts something, and of each quantity word."""
    masked = sentence
    for pattern in (_PERIOD, _NAMES):
        masked = pattern.sub(lambda match: "_" * len(match[0]), masked)
    matches = []
    for match in _NUMBER.finditer(masked):
        text = match[0].rstrip(",.")
        unit = "percent" if text.endswith("%") else "pounds" if text.startswith("£") else "count"
        if level_of(text, unit) is not None:
            matches.append((match.start(), text, unit))
        elif re.fullmatch(r"\d+\.\d+", text):
            matches.append((match.start(), text, "number"))
    for word in _words()["word"]:
        matches += [(match.start(), match[0], "word") for match in re.finditer(rf"\b{word}\b", sentence, re.IGNORECASE)]
    return [(text, unit) for _, text, unit in sorted(matches)]


@cache
def _words() -> pd.DataFrame:
    return tables.read("claim_words")


def _guess(sentence: str, stated: str, unit: str) -> _Guess:
    if unit == "word":
        return _Guess()
    at = sentence.find(stated)
    near = sentence[max(0, at - 160) : at + 160]
    change = _change(sentence, stated)
    series = _series(near, "count" if change else unit)
    if not series:
        return _Guess()
    if change:
        return _Guess(asserts=f"{change}({series})")
    return _Guess(series, catalogue.TOTAL)


def _change(sentence: str, stated: str) -> str:
    """Return rise or fall where words of direction stand beside a percentage."""
    if not stated.endswith("%"):
        return ""
    at = sentence.find(stated)
    before, after = sentence[max(0, at - 30) : at], sentence[at + len(stated) : at + len(stated) + 30]
    for word, function in zip(_words()["word"], _words()["function"], strict=True):
        beside = rf"\b{word}(?: \w+)? (?:of|by)(?: approximately| about)?(?: an?)? ?$"
        if function and (re.search(beside, before, re.I) or re.match(rf" (?:\([^)]*\) )?{word}\b", after, re.I)):
            return str(function)
    return ""


def _series(text: str, unit: str) -> str:
    """Return the series of the unit whose title shares most of its words with the text, or the empty string."""
    words, titles = _tokens(text), _titles(unit)
    titles_with_word = Counter(word for _, title in titles for word in title)
    # A word that few titles have tells more than one that many have.
    weight = {word: 1 / count for word, count in titles_with_word.items()}
    scored = [
        (sum(weight[word] for word in title & words) / sum(weight[word] for word in title), len(title), series)
        for series, title in titles
        if title & words
    ]
    best_match = max(scored, default=(0.0, 0, ""))
    return best_match[2] if best_match[0] >= _LIKELY else ""


@cache
def _titles(unit: str) -> tuple[tuple[str, frozenset[str]], ...]:
    series_table = catalogue.series()
    candidates = series_table[(series_table["unit"] == unit) & (series_table["dimension"] == "")]
    return tuple((name, frozenset(_tokens(title.partition(", %")[0]))) for name, title in candidates["title"].items())


def _tokens(text: str) -> frozenset[str]:
    words = re.findall(r"[a-z]+|\d+", text.casefold())
    return frozenset(word.removesuffix("s") for word in words) - _STOP


def _area(sentence: str, stated: str) -> str:
    """Return the area named last before the number, else first behind it."""
    at = sentence.find(stated)
    mentions = [
        (match.start(), len(name), name) for name in _area_names() for match in re.finditer(rf"\b{re.escape(name)}\b", sentence)
    ]
    before = [each for each in mentions if each[0] < at]
    if before:
        return max(before)[2]
    return min(mentions, key=lambda each: (each[0], -each[1]), default=(0, 0, ""))[2]


@cache
def _area_names() -> tuple[str, ...]:
    return tuple(name for name in tables.read("areas")["name"] if name)


def _periods(sentence: str) -> list[str]:
    dates = []
    for match in _PERIOD.finditer(sentence):
        try:
            dates.append(periods.parse(match[0]))
        except UnknownNameError:
            continue  # a date in another notation: a person gives the period
    return dates


def _of_kind(period: str, kind: str) -> str:
    """Return the period as the kind of series has it: a date for a snapshot, a year for a flow."""
    if not period or not kind or periods.kind(period) == "quarter":
        return period
    return periods.year_end(period) if kind == "snapshot" else periods.year_of(period)
