"""The series and category that a number in prose gives, by the phrases of `claim_phrases.csv` and the words of categories.

The phrase nearest the number that says most wins; where none fits, the title of a series may; a doubtful guess is left blank.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from analysis import catalogue
from analysis.catalogue import tables
from analysis.claims.draft.reading.numbers import Number
from analysis.claims.draft.reading.sentences import Sentence

_STOP = frozenset("a an and are as at by for from had in is it of on or per printed s that the this to was were with".split())  # noqa: SIM905
_LIKELY = 0.6  # of a title's words: below it a guess would be wrong more often than right
_REFERS = re.compile(r"^(?:this|that|these|performance|it)\b", re.IGNORECASE)
_WHOLE = re.compile(r"(?:^|[,;] )(?:out )?of (?:the )?$|\ball (?:of )?(?:the )?$", re.IGNORECASE)


_ITS_PARTS = re.compile(r",? (?:of (?:which|whom)|including) (?=.*\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Guess:
    """A series and category, both empty where nothing fits."""

    series: str = ""
    category: str = ""


def guess_series(sentence: Sentence, number: Number, previous: str, headings: str) -> Guess:
    """Return the series and category that a number of a sentence gives; `headings` are those above it, the nearest last."""
    unit = number.unit
    text = sentence.text[: number.end] + _ITS_PARTS.split(sentence.text[number.end :])[0]  # what parts are called is theirs
    ahead = f"{previous} " if _REFERS.match(text) and previous else ""
    lead = f"{sentence.lead} " if sentence.lead else ""
    context = lead + ahead + text
    at = len(context) - len(text) + number.start
    whole = bool(_WHOLE.search(text[: number.start]))
    if whole:
        # "Of the 110 …, 72": only the words of the whole itself say what it is.
        following = [each.start for each in sentence.numbers if each.start > number.start]
        context = re.split(r",(?! \d{3})", text[number.start : min(following, default=len(text))])[0]
        at = 0
    else:
        context, at = _side(context, at)
    found = _guess(context, at, unit, f"{headings} | {sentence.lead}", whole)
    return (
        found
        if found.series or whole
        else _guess(lead + ahead + text, len(lead + ahead) + number.start, unit, f"{headings} | {sentence.lead}", whole)
    )


def _side(context: str, at: int) -> tuple[str, int]:
    """Return the side of a comparison that a number stands on, and its place in it."""
    apart = re.search(r"\bcompared (?:to|with)\b", context)
    if not apart:
        return context, at
    return (context[apart.end() :], at - apart.end()) if at >= apart.end() else (context[: apart.start()], at)


def _guess(context: str, at: int, unit: str, headings: str, whole: bool) -> Guess:
    best, best_score = "", 0.0
    for series, needs, heading, without in _phrases(unit):
        if (heading and not heading.search(headings)) or (without and without.search(context)):
            continue
        matches = [min(need.finditer(context), key=lambda match: _distance(match, at), default=None) for need in needs]
        if any(match is None for match in matches):
            continue
        told = sum(min(30, len(match[0])) for match in matches if match is not None)
        distance = min(_distance(match, at) for match in matches if match is not None)
        # A part of a whole is nearer to what its breakdown says than to the whole's own name.
        part = 2 * (not whole and catalogue.series().at[series, "dimension"] != "")
        score = told / 6 + 2 * len(needs) + bool(heading) + part - min(8, distance / 15)
        if score > best_score or not best:
            best, best_score = series, score
    if not best and not whole:
        best = _by_title(context[max(0, at - 160) : at + 160], unit)
    if not best:
        return Guess()
    category = _category(best, context, at)
    return Guess(best, category) if category else Guess()


def _distance(match: re.Match[str], at: int) -> int:
    """Return how far words stand from a number; words ahead of it count a little further."""
    return match.start() - at if match.start() >= at else int(1.3 * (at - match.end()))


@cache
def _phrases(unit: str) -> list[tuple[str, list[re.Pattern[str]], re.Pattern[str] | None, re.Pattern[str] | None]]:
    units = catalogue.series()["unit"]

    def one(words: str) -> re.Pattern[str] | None:
        return re.compile(words, re.IGNORECASE) if words else None

    return [
        (
            row.series,
            [re.compile(rf"\b(?:{need.strip()})", re.IGNORECASE) for need in row.needs.split(" & ")],
            one(row.heading),
            one(row.without),
        )
        for row in tables.read("claim_phrases").itertuples()
        if units[row.series] == unit
    ]


def _category(series: str, context: str, at: int) -> str:
    """Return the category of a series' dimension that is named nearest the number; the total for a series without one."""
    dimension = str(catalogue.series().at[series, "dimension"])
    if not dimension:
        return catalogue.TOTAL
    found = [
        (match, str(row.category))
        for row in tables.read("claim_category_phrases").itertuples()
        if row.dimension == dimension
        for match in re.finditer(rf"(?:{row.words})", context, re.IGNORECASE)
    ]
    if not found:
        return catalogue.TOTAL if dimension in ("age", "setting") else ""
    after = sorted(((match.start() - at, -len(match[0]), name) for match, name in found if match.start() >= at))
    ahead = sorted(((at - match.end(), -len(match[0]), name) for match, name in found if match.end() <= at))
    near = [each for each in after if each[0] <= 60]
    first_ahead = bool(_AHEAD.search(context[:at]))
    order = [ahead, near, after] if first_ahead else [near, ahead, after]
    return next((each[0][2] for each in order if each), "")


# Words after which a percentage belongs to what stands ahead: "age 5 to 9 at 28%", "neglect (38%)".
_AHEAD = re.compile(r"(?:\bat|\(|\brepresent(?:ing|s|ed)|\baccounting for|\bwas|\bis|\bfrom|\bto|\bincluded in) $")


def _by_title(text: str, unit: str) -> str:
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
    best_score, length, series = max(scored, default=(0.0, 0, ""))
    as_good = [each for each in scored if each[:2] == (best_score, length)]
    return series if best_score > _LIKELY and len(as_good) == 1 else ""


@cache
def _titles(unit: str) -> tuple[tuple[str, frozenset[str]], ...]:
    series_table = catalogue.series()
    candidates = series_table[(series_table["unit"] == unit) & (series_table["dimension"] == "")]
    return tuple((name, frozenset(_tokens(title.partition(", %")[0]))) for name, title in candidates["title"].items())


def _tokens(text: str) -> frozenset[str]:
    words = re.findall(r"[a-z]+|\d+", text.casefold())
    return frozenset(word.removesuffix("s") for word in words) - _STOP
