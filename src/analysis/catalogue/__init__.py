"""The catalogue: what is counted, where, when, and in which words: indicators, areas, periods, wording, framework, tables."""

from analysis.catalogue.dictionary import (
    SAME_CATEGORY,
    TOTAL,
    Term,
    break_between,
    break_of_series,
    categories,
    category_label,
    check_known,
    domains,
    indicators,
    is_official,
    precedence,
    series,
    series_of,
    terms,
)

__all__ = [
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
    "precedence",
    "series",
    "series_of",
    "terms",
]


def __dir__() -> list[str]:
    return __all__
