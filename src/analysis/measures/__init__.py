"""Measures: the value of each indicator, with its interval, numerator, denominator, base period, status and source."""

from analysis.measures.current_figures import current
from analysis.measures.disagreements import agree_as_printed, beyond_rounding, disagreements
from analysis.measures.indicator_values import COLUMNS, measure, official, year_of_quarters
from analysis.measures.one_source import one_source_each

__all__ = [
    "COLUMNS",
    "agree_as_printed",
    "beyond_rounding",
    "current",
    "disagreements",
    "measure",
    "official",
    "one_source_each",
    "year_of_quarters",
]


def __dir__() -> list[str]:
    return __all__
