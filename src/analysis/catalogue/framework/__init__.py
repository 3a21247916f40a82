"""The Boards' performance framework: which agency reports which statement, with which figures, and by when.

All of it is in tables: `framework_categories.csv`, `statements.csv`, `agencies.csv`, `schedules.csv`, `bank_holidays.csv`,
`breakdowns.csv` and `counting.csv`.
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
