"""One series or two: whether a break of definition, base or collection lies between two periods, or inside the earlier."""

from __future__ import annotations

from functools import cache

from analysis import catalogue
from analysis.catalogue import periods


@cache
def break_of(indicator: str, one: str, other: str) -> str:
    """Return why the indicator's figures of two periods are not one series, in the words of `breaks.csv`; empty where they are.

    A period that a break divides is one series with neither side: a break counts after the first day of the earlier period and
    up to the last of the later. Two areas in one and the same period share what divides it, and may be compared.

    >>> break_of("contacts", "2011-12", "2012-13")
    ''
    >>> break_of("adult_referrals", "2012-13", "2018-19").partition(";")[0]
    'The Safeguarding Adults Collection took the place of the Safeguarding Adults Return'
    """
    if one == other:
        return ""
    earlier, later = sorted((one, other), key=periods.order)
    return catalogue.break_between(indicator, _first_day(earlier), periods.end(later))


def _first_day(period: str) -> str:
    return period if periods.kind(period) == "date" else periods.to_pandas(period).start_time.strftime("%Y-%m-%d")
