"""Breaks of series: whether definition, base or collection changed between two periods, or inside the earlier one."""

from __future__ import annotations

from functools import cache

from analysis import catalogue
from analysis.catalogue import periods


@cache
def break_of(indicator: str, one: str, other: str) -> str:
    """Return why the indicator's figures of two periods are not one series, in the words of `breaks.csv`; empty where they are.

    A break counts if it lies after the first day of the earlier period and not after the last day of the later: a period that a
    break divides belongs to neither side. Two areas in the same period may always be compared.

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
