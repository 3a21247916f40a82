"""Trend: values in order of time, and what a series of this length allows one to say of them."""

from analysis.trend.control import control
from analysis.trend.lengths import tested
from analysis.trend.series import by_quarter, by_year, last_against_first, profile, too_few

__all__ = ["by_quarter", "by_year", "control", "last_against_first", "profile", "tested", "too_few"]
