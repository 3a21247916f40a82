"""The catalogue: series, indicators, areas, periods, wording, the reporting framework, and the tables that define them."""

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
