"""The catalogue: series, indicators, areas, periods, wording, the reporting framework, and the tables that define them."""

from analysis.catalogue.dictionary import (
    break_between,
    break_of_series,
    categories,
    category_label,
    check_known,
    domains,
    indicators,
    is_official,
    made_of_one_series,
    names,
    precedence,
    series,
    series_of,
)
from analysis.catalogue.references import NEIGHBOUR, SAME_CATEGORY, TOTAL, Term, terms
from analysis.catalogue.subjects import subject

__all__ = [
    "NEIGHBOUR",
    "SAME_CATEGORY",
    "TOTAL",
    "Term",
    "break_between",
    "break_of_series",
    "categories",
    "category_label",
    "check_known",
    "domains",
    "indicators",
    "is_official",
    "made_of_one_series",
    "names",
    "precedence",
    "series",
    "series_of",
    "subject",
    "terms",
]


def __dir__() -> list[str]:
    return __all__
