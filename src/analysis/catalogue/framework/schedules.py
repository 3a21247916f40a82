"""When a return is due: so many working days after its quarter, by the bank holidays of England and Wales."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from analysis.catalogue import periods, tables
from analysis.catalogue.framework.agreements import agencies, check_agency
from analysis.errors import SafeguardingError

_SATURDAY = 5


def due(agency: str, period: str) -> date | None:
    """Return the last day on which an agency's return for a quarter is in time; None for one that returns nothing.

    Raises UnknownNameError for an unknown agency or period, SafeguardingError for a year whose bank holidays aren't known.
    """
    schedule = str(agencies().at[check_agency(agency), "schedule"])
    days = _schedules()[schedule]
    return working_days_after(date.fromisoformat(periods.end(period)), int(days)) if days else None


def working_days_after(day: date, number: int) -> date:
    """Return the `number`-th working day after `day`: Saturdays, Sundays and bank holidays don't count.

    Raises SafeguardingError where the table of bank holidays doesn't reach.
    """
    at = day
    while number > 0:
        at += timedelta(days=1)
        number -= _is_working(at)
    return at


def working_days_between(earlier: date, later: date) -> int:
    """Return how many working days lie after `earlier`, up to and with `later`; 0 where `later` is not later.

    The day itself is day 0: what is done on the 45th working day after a referral was done within 45.
    """
    return sum(_is_working(earlier + timedelta(days=n)) for n in range(1, (later - earlier).days + 1))


def _is_working(day: date) -> bool:
    holidays = _bank_holidays()
    first, last = min(holidays).year, max(holidays).year
    if not first <= day.year <= last:
        raise SafeguardingError(f"bank_holidays.csv has {first} to {last}: add those of {day.year} before a date is due then.")
    return day.weekday() < _SATURDAY and day not in holidays


@cache
def _bank_holidays() -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in tables.read("bank_holidays")["date"])


@cache
def _schedules() -> dict[str, str]:
    table = tables.read("schedules")
    return dict(zip(table["id"], table["working_days"], strict=True))
