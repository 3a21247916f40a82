"""The Boards' performance framework: who reports which quantified statement, with which figures, and by when.

It is tables: the seven categories, `statements.csv`, `agencies.csv`, `schedules.csv`, `bank_holidays.csv`, `breakdowns.csv`,
`counting.csv`.
"""

from analysis.catalogue.framework.agreements import (
    agencies,
    asked,
    categories,
    check_agency,
    check_quarter,
    counting,
    digest,
    own_category,
    returning,
    statements,
    title,
)
from analysis.catalogue.framework.schedules import due, working_days_after, working_days_between

__all__ = [
    "agencies",
    "asked",
    "categories",
    "check_agency",
    "check_quarter",
    "counting",
    "digest",
    "due",
    "own_category",
    "returning",
    "statements",
    "title",
    "working_days_after",
    "working_days_between",
]
