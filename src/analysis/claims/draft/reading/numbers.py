"""The numbers of a sentence: what each can be, given its printed digits and the words before it, and in which unit.

What names something and counts nothing (a section, an age, a span of time, an indicator's number) is left out.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from functools import cache

from analysis.claims.draft.reading.dates import Dated, dates_of
from analysis.claims.draft.reading.words import alternatives, values

_SCALES = {"k": 1e3, "m": 1e6, "bn": 1e9, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_SPAN = r"(?:working days?|days?|weeks?|months?|years?|hours?|minutes?|yrs?|year[- ]olds?|nights?)"
_PEOPLE = r"(?:aged?|ages|those|people|adults|children|residents|persons|young people|groups?|pupils|women|men|age group)"
# What names something and counts nothing.
_NAMES = (
        r"\bNI ?\d+\w?|(?<![’'])\b(?:[Ff]igures?|[Tt]ables?|[Cc]harts?|[Ss]ections?|[Ss]s?\.?|[Pp]ages?|pp?\.|"
        r"[Pp]aragraphs?|[Pp]aras?|[Rr]egulations?|"
        r"[Aa]rticles?|[Pp]art|[Cc]hapters?|[Aa]ppendix|[Aa]nnex|[Pp]riorit(?:y|ies)|[Oo]bjectives?|Years?|"
        r"[Tt]iers?|[Ll]evels?|[Bb]ands?|[Ss]tages?|[Ss]teps?|[Vv]ersions?|"
        r"[Ww]ards?|[Nn]o\.|[Nn]ote|[Kk]ey [Ss]tage|KS|[Ii]ndicators?|KPI|[Rr]ecommendations?|[Ss]tandards?|"
        r"[Qq]uestions?|COVID-|[Cc]ases? [A-Z])\s?(?:\d+(?:\.\d+)*[a-z]?(?:(?:,| and| to| or|-|–| &) "
        r"?\d+(?:\.\d+)*)*)\b(?!%| (?:plans|children|adults|referrals|contacts))"
        rf"|\b{_PEOPLE},? (?:aged? )?(?:(?:over|under|above|below|between) \d{{1,2}}(?:\s*(?:to|and|-|"
        rf"–)\s*\d{{1,3}})?|\d{{1,2}}\s*(?:to|-|–)\s*\d{{1,3}}|\d{{1,2}} (?:and|or) (?:over|under|above|"
        rf"below))\b(?!,\d|%|\.\d| per)"
        r"|\b(?:aged?|ages) (?:from |over |under |above |below |between )?\d{1,2}(?:\s*(?:to|and|-|–|"
        r"or)\s*(?:over|under|above|below|\d{1,3}))?\b"
    r"|(?<!from )(?<!between )\b\d{1,2} to \d{1,2}(?= \(\d| years?\b|,? \d+(?:\.\d+)?%)"
    r"|\bunder[- ](?:\d{1,2}s?|(?:one|two|five)s)\b(?=s|\b year|\)|,|\.| years)|\b(?:over|under)[- ]?\d{1,2}s\b"
        r"|\b\d{1,3} ?\+(?!\d)|\b\d{1,2}s? (?:and|or|years and|years or) (?:over|under|above|below|more|older|"
        r"younger)\b|\bage of \d+\b"
    r"|(?<![\d,.%])\b(?:[1-9]?\d|100) ?[-–] ?(?:[1-9]?\d|100)\b(?![%\d,]|\.\d)"
        rf"|\b(?:\d+(?:\.\d+)?|{{number}})(?: (?:to|and|or|-|–) (?:\d+(?:\.\d+)?|{{number}}))?(?: or more| or "
        rf"over| or less| consecutive| calendar| full)?[ -]{_SPAN}\b"
        r"|\b(?:\d+|{number}) or (?:more|fewer|over) (?:placements?|times|occasions|categories|episodes|plans|"
        r"incidents|referrals|children|adults|moves)\b"
        r"|\b24/7\b|\b\d{1,2}[:.]\d\d ?(?:am|pm)\b|\b\d{1,2} ?(?:am|pm)\b|\b(?:[A-Z]{1,3}\d+|\d+[A-Za-z]{2,"
        r"}\d*)\b(?<!\dpc)(?<!\dm)(?<!\dbn)(?<!\dk)"
    r"|\b\d+(?:st|nd|rd|th)\b|(?<=\bAct )\(?\d{4}\)?|\((?:19|20)\d\d\)|\b(?:19|20)\d\d(?:-\d\d)? Act\b"
)  # fmt: skip


@dataclass(frozen=True)
class Number:
    """A number in a sentence: its value, what it can be once unrounded (`low` to `high`), and its unit.

    `unit` is count, percent, points, pounds, rate (of `per` people), fraction (in percent) or decimal. `hedge` is the role of
    the words before it that widen it: about, above, at_least, below, at_most, just_above, just_below; empty for none.
    """

    start: int
    end: int
    text: str
    unit: str
    value: float
    low: float
    high: float
    decimals: int = 0
    hedge: str = ""
    per: float = 0.0

    @property
    def exact(self) -> bool:
        """Whether it is a whole number that nothing rounds."""
        return self.low == self.high

    def shown(self) -> str:
        """Return the number as it is printed."""
        return self.text


@cache
def _names() -> re.Pattern[str]:
    number = "|".join(word for word in values("number"))
    return re.compile(_NAMES.replace("{number}", f"(?:{number})"))


@cache
def _number() -> re.Pattern[str]:
    words, fractions, hedges = alternatives("number"), alternatives("fraction"), alternatives(
        "about", "above", "at_least", "below", "at_most", "just_above", "just_below"
    )  # fmt: skip
    tens = "|".join(word for word, value in values("number").items() if value >= 20)
    return re.compile(
        rf"(?:\b(?P<hedge>{hedges})(?: (?:an?|of))? )?(?P<body>(?:"
        rf"(?P<ratio_of>\b(?:(?:{words}|\d{{1,2}}) in (?:every )?(?P<ratio_all>{words}|\d{{1,2}})|(?:{words}) "
        rf"out of (?:every )?(?:five|ten))\b(?! \d| (?:{_MONTH})))"
        rf"|(?P<fraction>\b(?:{fractions})\b(?! year|-year|y|ly|er|ing| of the year| way| a |-| day| term| end| to\b))"
        r"|(?P<money>[-−]?£ ?(?P<pounds>\d[\d,]*(?:\.\d+)?)(?: ?(?P<scale>k|m|bn|million|thousand|billion)\b)?)"
        r"|(?P<digits>(?<![\w.,£#])[-−+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.,£#])[-−+]?\d+(?:\.\d+)?)"
        r"(?:(?P<percent> ?%| ?per ?cent\b| ?pc\b)(?P<points>[ -]?(?:age)?[ -]?points?\b)?|(?P<points2> percentage points?\b)"
        r"|(?P<scale2> (?:million|thousand|billion)\b))?"
        rf"|(?P<word>\b(?:(?:{tens})[- ](?:{words})|{words})\b(?! (?:another|or more|hand|in\b))(?=[ )])))"
        r"(?P<rate>(?: (?!per |for |in |and |of |to |from |with |at |on |by |were |was |is |had )[a-z-]+){0,"
        r"3},? (?:per|for every|in every) (?P<per>10,?000|100,?000|1,?000|hundred thousand|thousand|"
        r"million)\b)?)",
        re.IGNORECASE,
    )


_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_PER = {"10000": 1e4, "100000": 1e5, "1000": 1e3, "hundred thousand": 1e5, "thousand": 1e3, "million": 1e6}


def masked(sentence: str, dates: list[Dated]) -> str:
    """Return the sentence with its dates, and numbers that only name something, blanked out letter for letter.

    >>> masked("Within 10 working days", [])
    'Within _______________'
    """
    letters = list(sentence)
    for dated in dates:
        letters[dated.start : dated.end] = "_" * (dated.end - dated.start)
    return _names().sub(lambda match: "_" * len(match[0]), "".join(letters))


# "The rate per 10,000 was 45.0": what it is per stands ahead, and is no number of its own.
_RATE_AHEAD = re.compile(
    (
        r"\brates? (?:of [a-z ]{1,30})?per (?P<per>10,?000|100,?000|1,?000)(?P<behind>[^.;\d]{0,60}?(?:was|of|"
        r"is|at|to|were) )(?P<rate>\d[\d,]*(?:\.\d+)?)(?![\d%]| ?per)"
    ),
    re.IGNORECASE,
)


def _put_behind(match: re.Match[str]) -> str:
    """Return the words with the base of the rate blanked out."""
    start, end = match.start("per") - match.start(), match.end("per") - match.start()
    return match[0][:start] + "_" * (end - start) + match[0][end:]


def numbers_of(sentence: str, dates: list[Dated] | None = None) -> list[Number]:
    """Return the numbers that count or measure something, in order.

    >>> [(each.text, each.unit) for each in numbers_of("Nearly 60 per cent (378) of 631, or 232.9 per 10,000")]
    [('60 per cent', 'percent'), ('378', 'count'), ('631', 'count'), ('232.9 per 10,000', 'rate')]
    """
    text = _RATE_AHEAD.sub(_put_behind, masked(sentence, dates_of(sentence) if dates is None else dates))
    found = [_read(match, sentence) for match in _number().finditer(text)]
    rates = {match.start("rate"): _PER[match["per"].replace(",", "")] for match in _RATE_AHEAD.finditer(sentence)}
    return [_as_rate(number, rates.get(number.start, 0.0)) for number in found if number is not None]


def _as_rate(number: Number, per: float) -> Number:
    half = 10.0**-number.decimals / 2
    return replace(number, unit="rate", per=per, low=number.value - half, high=number.value + half) if per else number


def _read(match: re.Match[str], sentence: str) -> Number | None:
    hedge = _hedge(match["hedge"] or "")
    start = match.start("body")
    text = sentence[start : match.end()].rstrip(",. ")
    end = start + len(text)
    if match["ratio_of"]:
        part, whole = (_small(word) for word in re.split(r" (?:in|out of) (?:every )?", match["ratio_of"].lower()))
        if not 0 < part < whole:
            return None
        low, high = part / (whole + 0.5), part / (whole - 0.5)
        return _hedged(Number(start, end, text, "fraction", 100 * part / whole, 100 * low, 100 * high), hedge)
    if match["fraction"]:
        share = values("fraction")[match["fraction"].lower()]
        return _hedged(Number(start, end, text, "fraction", share, share - 2.5, share + 2.5), hedge)
    if match["word"]:
        value = sum(values("number")[word] for word in re.split(r"[- ]", match["word"].lower()))
        return _hedged(Number(start, end, text, "count", value, value, value), hedge) if value > 1 else None
    digits = (match["pounds"] or match["digits"]).replace(",", "").replace("−", "-").lstrip("+")
    decimals = len(digits.partition(".")[2])
    scale = _SCALES.get((match["scale"] or match["scale2"] or "").strip().lower(), 1.0)
    value = float(digits) * scale
    if match["rate"] and not match["percent"]:
        unit, per = "rate", _PER[match["per"].lower().replace(",", "")]
    else:
        points = match["points"] or match["points2"]
        plain = "decimal" if decimals and scale == 1 else "count"
        unit, per = "points" if points else "percent" if match["percent"] else "pounds" if match["money"] else plain, 0.0
    half = (
        0.0 if unit in ("count", "pounds") and scale == 1 and not (unit == "pounds" and decimals) else scale * 10.0**-decimals / 2
    )
    if unit == "pounds" and decimals == 2 and scale == 1:
        half = 0.0
    number = Number(start, end, text, unit, value, value - half, value + half, decimals, per=per)
    return _hedged(number, hedge)


def _small(word: str) -> float:
    return values("number").get(word) or float(word)


@cache
def _hedge(words: str) -> str:
    roles = ("about", "just_above", "just_below", "at_least", "at_most", "above", "below")
    return next((role for role in roles if words and re.fullmatch(alternatives(role), words, re.IGNORECASE)), "")


def _hedged(number: Number, hedge: str) -> Number:
    """Return the number with the range that the words before it give it."""
    if not hedge:
        return number
    low, high, size = number.low, number.high, abs(number.value)
    # "About 1,500" stands for what rounds to it at its last digit that is not zero, and for what is within a twentieth.
    place = 10.0**-number.decimals
    while size and size % (10 * place) == 0 and place < size:
        place *= 10
    loose = max(place / 2, 0.05 * size, 2.5 if number.unit in ("percent", "fraction") and size >= 10 else 0.0)
    if hedge == "about":
        low, high = min(low, number.value - loose), max(high, number.value + loose)
    elif hedge == "just_below":
        low, high = number.value - max(2 * loose, 0.1 * size), number.value
    elif hedge == "just_above":
        low, high = number.value, number.value + max(2 * loose, 0.1 * size)
    elif hedge in ("above", "at_least"):
        low, high = number.value, math.inf
    else:
        low, high = -math.inf if number.value < 0 else 0.0, number.value
    return Number(number.start, number.end, number.text, number.unit, number.value, low, high, number.decimals, hedge, number.per)
