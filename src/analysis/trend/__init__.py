"""Trend: values in order of time, and what a series of this length allows one to say of them."""

from analysis.trend.control import control
from analysis.trend.lengths import tested
from analysis.trend.series import by_quarter, by_year, last_against_first, of_year, parts_by_quarter, profile, too_few

__all__ = [
    "by_quarter",
    "by_year",
    "control",
    "last_against_first",
    "of_year",
    "parts_by_quarter",
    "profile",
    "tested",
    "too_few",
]
