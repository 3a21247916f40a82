"""Measures: the value of each indicator, with its interval, numerator, denominator, base period, status and source."""

from analysis.measures.indicator_values import (
    COLUMNS,
    current,
    measure,
    official,
    year_of_quarters,
)

__all__ = [
    "COLUMNS",
    "current",
    "measure",
    "official",
    "year_of_quarters",
]


def __dir__() -> list[str]:
    return __all__
