"""Periods: a financial year (`2012-13`), a quarter (`2012-13-Q4`) or a date (`2013-03-31`), each as one canonical string.

The English financial year starts in April: quarter 1 is April to June, and 2012-13 ends on 31 March 2013.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import pandas as pd

from analysis.errors import UnknownNameError

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
_YEAR = re.compile(r"^(\d{4}) ?[-/–] ?(\d{2}|\d{4})$")
_QUARTER = re.compile(r"^(\d{4}) ?[-/–] ?(\d{2}|\d{4})[- ]?(?:q|quarter ?)([1-4])$")
_QUARTER_FIRST = re.compile(r"^(?:q|quarter ?)([1-4])(?: of)? (\d{4} ?[-/–] ?(?:\d{2}|\d{4}))$")
_BARE_QUARTER = re.compile(r"^(?:q|quarter ?)([1-4])$")
_ISO = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_DATE = re.compile(r"^(?:at |on )?(\d{1,2})(?:st|nd|rd|th)? ([a-z]+) (\d{4})$")
_SPAN = re.compile(r"^(?:between )?([a-z]+)(?: (\d{4}))? (?:and|to|-|–) ([a-z]+) (\d{4})$")


def parse(text: str, year: str | None = None) -> str:
    """Return the canonical period that `text` names.

    Understands "2012/13", "2012-13", "2012 -2013", "2012-13-Q4", "2012/13 quarter 4", "Q4 of 2012/13", "2013-03-31",
    "31st March 2013", "April 2012 and March 2013" (a span of exactly a quarter or a financial year), and "Q4" if `year` gives
    its financial year. Raises UnknownNameError for anything else.
    """
    normalised = re.sub(r"\s+", " ", text.strip().lower())
    if match := _ISO.match(normalised):
        return _iso_date(int(match[1]), int(match[2]), int(match[3]), text)
    if match := _YEAR.match(normalised):
        return _financial_year(match[1], match[2], text)
    if match := _QUARTER.match(normalised):
        return f"{_financial_year(match[1], match[2], text)}-Q{match[3]}"
    if match := _QUARTER_FIRST.match(normalised):
        return f"{parse(match[2])}-Q{match[1]}"
    if (match := _BARE_QUARTER.match(normalised)) and year is not None:
        return f"{parse(year)}-Q{match[1]}"
    if (match := _DATE.match(normalised)) and match[2] in _MONTHS:
        return _iso_date(int(match[3]), _MONTHS[match[2]], int(match[1]), text)
    if (match := _SPAN.match(normalised)) and match[1] in _MONTHS and match[3] in _MONTHS:
        return _span(_MONTHS[match[1]], match[2], _MONTHS[match[3]], int(match[4]), text)
    raise UnknownNameError(f"No period is spelled {text!r}: write 2012-13, 2012-13-Q4 or 2013-03-31.")


@cache
def kind(period: str) -> str:
    """Return "year", "quarter" or "date" for a canonical period; raises UnknownNameError for any other string."""
    try:
        canonical: str | None = parse(period)
    except UnknownNameError:
        canonical = None
    if canonical != period:
        raise UnknownNameError(f"{period!r} is no period: write 2012-13, 2012-13-Q4 or 2013-03-31.")
    return "quarter" if "Q" in period else "date" if len(period) == len("2013-03-31") else "year"


def to_pandas(period: str) -> pd.Period | pd.Timestamp:
    """Return a year as a `Y-MAR` Period, a quarter as a `Q-MAR` Period, a date as a Timestamp."""
    match kind(period):
        case "year":
            return pd.Period(year=int(period[:4]) + 1, freq="Y-MAR")
        case "quarter":
            return pd.Period(year=int(period[:4]) + 1, quarter=int(period[-1]), freq="Q-MAR")
        case _:
            return pd.Timestamp(period)


def from_pandas(period: pd.Period | pd.Timestamp) -> str:
    """Return the canonical string of a `Y-MAR` or `Q-MAR` Period or of a Timestamp."""
    if isinstance(period, pd.Timestamp):
        return period.strftime("%Y-%m-%d")
    year = f"{period.qyear - 1}-{period.qyear % 100:02d}" if period.freqstr.startswith("Q") else ""
    return f"{year}-Q{period.quarter}" if year else f"{period.year - 1}-{period.year % 100:02d}"


@cache
def year_of(period: str) -> str:
    """Return the financial year of a quarter or a date (2013-03-31 gives 2012-13); a year is returned unchanged."""
    if kind(period) != "date":
        return period[:7]
    start = int(period[:4]) - (int(period[5:7]) < 4)
    return f"{start}-{(start + 1) % 100:02d}"


def quarters(year: str) -> list[str]:
    """Return the four quarters of a financial year, first to last."""
    return [f"{year_of(year)}-Q{number}" for number in (1, 2, 3, 4)]


@cache
def year_end(period: str) -> str:
    """Return the last day of the period's financial year as an ISO date: 2012-13-Q4 → 2013-03-31."""
    return f"{int(year_of(period)[:4]) + 1}-03-31"


@cache
def mid_year(period: str) -> str:
    """Return the 30 June of the period's financial year, whose population is the base of official rates."""
    return f"{year_of(period)[:4]}-06-30"


def previous(period: str) -> str:
    """Return the quarter before a quarter, the year before a year, the same day a year before a date."""
    if kind(period) == "date":
        return year_before(period)
    return from_pandas(to_pandas(period) - 1)


@cache
def year_before(period: str) -> str:
    """Return the same quarter, year or day one year earlier (29 February becomes 28 February)."""
    match kind(period):
        case "date":
            return from_pandas(pd.Timestamp(period) - pd.DateOffset(years=1))
        case "quarter":
            return from_pandas(to_pandas(period) - 4)
        case _:
            return from_pandas(to_pandas(period) - 1)


def through(first: str, last: str) -> list[str]:
    """Return every period from `first` to `last` (both of one kind), those without figures too; dates are a year apart."""
    backwards = [last]
    while order(previous_period := previous(backwards[-1])) >= order(first):
        backwards.append(previous_period)
    return backwards[::-1]


@cache
def end(period: str) -> str:
    """Return the ISO date of the last day that the period covers."""
    match kind(period):
        case "date":
            return period
        case "quarter":
            return to_pandas(period).end_time.strftime("%Y-%m-%d")
        case _:
            return year_end(period)


@cache
def order(period: str) -> tuple[str, int]:
    """Return the sort key of a period: by its last day, a quarter before the year that ends on the same day."""
    return end(period), {"quarter": 0, "date": 1, "year": 2}[kind(period)]


def label(period: str) -> str:
    """Return the period in words for readers: "2012/13", "Q4 2012/13" or "31 March 2013"."""
    match kind(period):
        case "year":
            return period.replace("-", "/")
        case "quarter":
            return f"Q{period[-1]} {period[:7].replace('-', '/')}"
        case _:
            day = date.fromisoformat(period)
            return f"{day.day} {day:%B %Y}"


def phrase(period: str) -> str:
    """Return the period with its preposition, for a sentence: "in 2012/13", "in Q4 2012/13" or "on 31 March 2013"."""
    return f"{'on' if kind(period) == 'date' else 'in'} {label(period)}"


def _financial_year(first: str, second: str, text: str) -> str:
    if int(second) % 100 != (int(first) + 1) % 100 or (len(second) == 4 and int(second) != int(first) + 1):
        raise UnknownNameError(f"{text!r} is no financial year: the second part is not the year after the first.")
    return f"{first}-{int(second) % 100:02d}"


def _iso_date(year: int, month: int, day: int, text: str) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise UnknownNameError(f"{text!r} is no date of the calendar.") from None


def _span(first: int, first_year: str | None, last: int, last_year: int, text: str) -> str:
    # "April to March 2013" leaves out the first year: it is the latest such month before the end of the span.
    start = pd.Period(year=int(first_year) if first_year else last_year - (first > last), month=first, freq="M")
    months = (pd.Period(year=last_year, month=last, freq="M") - start).n + 1
    if months == 12 and first == 4:
        return from_pandas(start.asfreq("Y-MAR"))
    if months == 3 and first in (4, 7, 10, 1):
        return from_pandas(start.asfreq("Q-MAR"))
    raise UnknownNameError(f"{text!r} is neither a quarter nor a financial year.")
