"""Findings: what may be said of two figures, decided by an interval, and the one sentence that says it.

A finding is the same object for the headline, the chart, the table's row and the alt text, so that they can't disagree.
"""

from analysis.analyses.findings.breaks import break_of
from analysis.analyses.findings.finding import SURE, Finding, how_judged, methods
from analysis.analyses.findings.sentence import SMALL_BASE, findings, how_many_by_chance, phrases, title
from analysis.analyses.findings.verdicts import PAIR_COLUMNS, judge
from analysis.analyses.findings.whole_series import finding_of_chart, finding_of_funnel, findings_of_trends

__all__ = [
    "PAIR_COLUMNS",
    "SMALL_BASE",
    "SURE",
    "Finding",
    "break_of",
    "finding_of_chart",
    "finding_of_funnel",
    "findings",
    "findings_of_trends",
    "how_judged",
    "how_many_by_chance",
    "judge",
    "methods",
    "phrases",
    "title",
]


def __dir__() -> list[str]:
    return __all__
