"""The dates and periods that a text names, however councils write them, each with the place where it stands."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from analysis.catalogue import periods
from analysis.errors import UnknownNameError

_MONTH_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTHS = {name.lower(): number for number, name in enumerate(_MONTH_NAMES, start=1)} | {
    name[:3].lower(): number for number, name in enumerate(_MONTH_NAMES, start=1)
} | {"sept": 9}  # fmt: skip
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_DAY = r"(?:\d{1,2}(?:st|nd|rd|th)?)"
_PATTERNS = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("span", rf"\b(?:{_DAY} )?{_MONTH} (?:\d{{4}} )?(?:and|to|until|-|–) (?:{_DAY} )?{_MONTH} \d{{4}}\b"),
        ("span", r"\b\d{1,2}/\d{1,2}/\d{4} (?:and|to|-|–) \d{1,2}/\d{1,2}/\d{4}\b"),
        ("day", rf"\b{_DAY}(?: of)? {_MONTH},? \d{{4}}\b"),
        ("day_american", rf"\b{_MONTH} {_DAY},? \d{{4}}\b"),
        ("day_numbers", r"\b\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})\b"),
        ("iso", r"\b\d{4}-\d{2}-\d{2}\b"),
        ("quarter", r"\b(?:Q|quarter ?)[1-4](?: of| in|,)? \d{4} ?[/–-] ?(?:\d{4}|\d{2})\b"),
        ("quarter", r"\b\d{4} ?[/–-] ?(?:\d{4}|\d{2})[, ]+(?:Q|quarter ?)[1-4]\b"),
        ("quarter_alone", r"\b(?:Q[1-4]|quarter [1-4]|(?:first|second|third|fourth|final|last) quarter)\b"),
        ("year", r"(?<![\d,.£])(?:19|20)\d\d ?[/–-] ?(?:(?:19|20)\d\d|\d{2})\b(?![%/,]\d)"),
        ("year_short", r"(?<![\d/,.£])\d\d/\d\d\b(?![/%\d])"),
        ("month", rf"\b(?:the )?(?:end of |mid-?|start of |early |late )?{_MONTH},? \d{{4}}\b"),
        ("census", r"\b(?:(?:2001|2011|2021) Census|Census (?:of )?(?:2001|2011|2021))\b"),
        ("day_alone", rf"\b{_DAY} {_MONTH}\b(?! \d{{4}})"),
        ("calendar_year", (
            r"(?<![\d,.£/])(?:(?<=\bin )|(?<=\bsince )|(?<=\bto )|(?<=\bfrom )|(?<=\bby )|(?<=\bof )|(?<=\bAct )|"
            r"(?<=\bduring )|(?<=\()|(?<=\band ))(?:19[5-9]\d|20[0-4]\d)\b(?![,./]?\d)(?!%)"
        )),
    )
)  # fmt: skip
_CENSUS_DAYS = {"2001": "2001-04-29", "2011": "2011-03-27", "2021": "2021-03-21"}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4, "last": 4}


@dataclass(frozen=True)
class Dated:
    """A date or period in a text: its canonical `period` (empty where only a person could say), and its first and last day.

    `form` says how it is written: span, day, quarter, year, month, census, day_alone, calendar_year.
    """

    start: int
    end: int
    text: str
    form: str
    period: str
    first: date | None = None
    last: date | None = None


def dates_of(sentence: str) -> list[Dated]:
    """Return the dates and periods of a sentence in order; none lies within another.

    >>> [(each.text, each.period) for each in dates_of("393 at 31st March 2013, against 524 in 2011/12.")]
    [('31st March 2013', '2013-03-31'), ('2011/12', '2011-12')]
    """
    if not re.search(r"\d|quarter", sentence):
        return []
    taken = [False] * len(sentence)
    found: list[Dated] = []
    for form, pattern in _PATTERNS:
        for match in pattern.finditer(sentence):
            if any(taken[match.start() : match.end()]):
                continue
            dated = _read(form, match[0], match.start())
            if dated is None:
                continue
            found.append(dated)
            taken[match.start() : match.end()] = [True] * len(match[0])
    return sorted(found, key=lambda each: each.start)


def _read(form: str, text: str, start: int) -> Dated | None:
    end = start + len(text)
    words = re.sub(r"\s+", " ", text)
    match form:
        case "span":
            return _span(words, text, start, end)
        case "day" | "day_american" | "day_numbers" | "iso":
            day = _day(form, words)
            return (
                Dated(start, end, text, "day", day.isoformat() if day else "", day, day)
                if day or form in ("day", "day_american")
                else None
            )
        case "quarter" | "year" | "year_short":
            century = f"20{words}" if form == "year_short" else words
            try:
                period = periods.parse(re.sub(r"(?i)\b(q|quarter) ?(\d),? (?:in )?", r"q\2 ", century).replace(",", " "))
            except UnknownNameError:
                # Not a year and the next: "2009/13" spans several; anything else in short form is no date.
                return None if form != "year" else Dated(start, end, text, "years", "")
            first, last = days(period)
            return Dated(start, end, text, "quarter" if "Q" in period else "year", period, first, last)
        case "month":
            return _month(words, text, start, end)
        case "census":
            period = _CENSUS_DAYS[re.findall(r"\d{4}", words)[0]]
            return Dated(start, end, text, "census", period, *days(period))
        case "quarter_alone":
            number = _ORDINALS.get(words.split()[0].lower()) or int(re.findall(r"\d", words)[0])
            return Dated(start, end, text, "quarter_alone", f"Q{number}")
        case "calendar_year":
            year = int(words)
            return Dated(start, end, text, "calendar_year", "", date(year, 1, 1), date(year, 12, 31))
        case _:
            return Dated(start, end, text, form, "")


def days(period: str) -> tuple[date, date]:
    """Return the first and the last day of a canonical period.

    >>> [day.isoformat() for day in days("2012-13")]
    ['2012-04-01', '2013-03-31']
    """
    last = date.fromisoformat(periods.end(period))
    if periods.kind(period) == "date":
        return last, last
    months = 12 if periods.kind(period) == "year" else 3
    number = last.year * 12 + last.month - months  # of the first month, counted from 0
    return date(number // 12, number % 12 + 1, 1), last


def _day(form: str, words: str) -> date | None:
    numbers = [int(number) for number in re.findall(r"\d+", words)]
    try:
        if form == "iso":
            return date(*numbers)
        if form == "day_numbers":
            return date(numbers[2] + (2000 if numbers[2] < 100 else 0), numbers[1], numbers[0])
        month = _MONTHS[re.findall(r"[A-Za-z]{3,}", words.replace(" of ", " "))[0].lower()]
        return date(numbers[1], month, numbers[0])
    except (ValueError, KeyError):
        return None


def _month(words: str, text: str, start: int, end: int) -> Dated:
    name, year = re.findall(rf"{_MONTH}(?=,? \d{{4}})", words, re.IGNORECASE)[0], int(words[-4:])
    month = _MONTHS[name.lower()]
    first, last = date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    # The end of a quarter is the day of a snapshot: "at March 2013" is 31 March 2013.
    return Dated(start, end, text, "month", last.isoformat() if month in (3, 6, 9, 12) else "", first, last)


def _span(words: str, text: str, start: int, end: int) -> Dated | None:
    parts = re.split(r" (?:and|to|until|-|–) ", words, maxsplit=1)
    if re.match(r"\d+/", parts[0]):
        first, last = (_day("day_numbers", part) for part in parts)
    else:
        years = [int(year) for year in re.findall(r"\b\d{4}\b", words)]
        months = [_MONTHS[name.lower()] for name in re.findall(_MONTH, words, re.IGNORECASE)]
        year = years[0] if len(years) == 2 else years[-1] - (months[0] > months[1])
        given = [re.match(r"\d{1,2}", part) for part in parts]
        try:
            first = date(year, months[0], int(given[0][0]) if given[0] else 1)
            length = calendar.monthrange(years[-1], months[1])[1]
            last = date(years[-1], months[1], int(given[1][0]) if given[1] else length)
        except ValueError:
            return None
    if not first or not last:
        return None
    period = ""
    if (first.day, first.month, last.day, last.month, last.year - first.year) == (1, 4, 31, 3, 1):
        period = f"{first.year}-{last.year % 100:02d}"
    elif first.day == 1 and (last.year * 12 + last.month) - (first.year * 12 + first.month) == 2 and first.month in (1, 4, 7, 10):
        period = f"{periods.year_of(first.isoformat())}-Q{(first.month - 4) % 12 // 3 + 1}"
    return Dated(start, end, text, "span", period, first, last)
