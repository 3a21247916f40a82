"""Exhibits: a chart or a table with its headline, description, source, notes and data. Nothing else draws."""

from analysis.exhibits.comparing import beside, changes, sure_findings
from analysis.exhibits.errata import against_return, errata, unchecked
from analysis.exhibits.errata import summary as statements_summary
from analysis.exhibits.exhibit import Exhibit, Sentences, Table, show
from analysis.exhibits.many import control_charts, funnels, trend_findings
from analysis.exhibits.official import against_comparators, comparator_sets, comparators_over_time, ground
from analysis.exhibits.over_time import by_quarter, by_year, profile, too_few
from analysis.exhibits.quality import differences, disagreements, fates, rules

__all__ = [
    "Exhibit",
    "Sentences",
    "Table",
    "against_comparators",
    "against_return",
    "beside",
    "by_quarter",
    "by_year",
    "changes",
    "comparator_sets",
    "comparators_over_time",
    "control_charts",
    "differences",
    "disagreements",
    "errata",
    "fates",
    "funnels",
    "ground",
    "profile",
    "rules",
    "show",
    "statements_summary",
    "sure_findings",
    "too_few",
    "trend_findings",
    "unchecked",
]
