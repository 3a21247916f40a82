"""The day on which a return is due: a number of working days after its quarter (bank holidays of England and Wales)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from analysis.catalogue import periods, tables
from analysis.catalogue.framework.agreements import agencies, check_agency
from analysis.errors import SafeguardingError

_SATURDAY = 5


def due(agency: str, period: str) -> date | None:
    """Return the last day on which an agency's return for a quarter is on time; None if the agency sends none.

    Raises UnknownNameError for an unknown agency or period, SafeguardingError for a year without bank holidays in the table.
    """
    schedule = str(agencies().at[check_agency(agency), "schedule"])
    days = _schedules()[schedule]
    return working_days_after(date.fromisoformat(periods.end(period)), int(days)) if days else None


def working_days_after(day: date, number: int) -> date:
    """Return the `number`-th working day after `day`: Saturdays, Sundays and bank holidays don't count.

    Raises SafeguardingError for a year that is not in the table of bank holidays.
    """
    current = day
    while number > 0:
        current += timedelta(days=1)
        number -= _is_working(current)
    return current


def working_days_between(earlier: date, later: date) -> int:
    """Return the number of working days after `earlier` up to and including `later`; 0 if `later` is not later.

    The first day is day 0: an assessment on the 45th working day after a referral was done within 45 days.
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
