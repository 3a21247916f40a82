"""Trend: values in order of time, and what a series of this length allows one to say of them."""

from analysis.analyses.trend.control_charts import control
from analysis.analyses.trend.slopes import slopes
from analysis.analyses.trend.time_series import (
    by_quarter,
    by_year,
    last_against_first,
    of_year,
    parts_by_quarter,
    profile,
    too_few,
)

__all__ = [
    "by_quarter",
    "by_year",
    "control",
    "last_against_first",
    "of_year",
    "parts_by_quarter",
    "profile",
    "slopes",
    "too_few",
]


def __dir__() -> list[str]:
    return __all__
