"""Findings: what may be said of a change, a place or a series, how unusual it is, and the one sentence that says it.

A finding is the same object for the headline, the chart, the table's row and the alt text, so that they can't disagree.
"""

from analysis.analyses.findings.breaks import break_of
from analysis.analyses.findings.finding import Finding, how_judged, methods
from analysis.analyses.findings.places import finding_of_funnel, findings_of_places, place_words
from analysis.analyses.findings.sentence import SMALL_BASE, Flags, findings, phrases, rarity_words, title
from analysis.analyses.findings.verdicts import (
    CHANCE,
    JUDGED,
    NOT_JUDGED,
    PAIR_COLUMNS,
    STANDS_OUT,
    UNUSUAL,
    USUAL,
    VERY_UNUSUAL,
    judge,
    judgement,
)
from analysis.analyses.findings.whole_series import finding_of_chart, findings_of_slopes

__all__ = [
    "CHANCE",
    "JUDGED",
    "NOT_JUDGED",
    "PAIR_COLUMNS",
    "SMALL_BASE",
    "STANDS_OUT",
    "UNUSUAL",
    "USUAL",
    "VERY_UNUSUAL",
    "Finding",
    "Flags",
    "break_of",
    "finding_of_chart",
    "finding_of_funnel",
    "findings",
    "findings_of_places",
    "findings_of_slopes",
    "how_judged",
    "judge",
    "judgement",
    "methods",
    "phrases",
    "place_words",
    "rarity_words",
    "title",
]


def __dir__() -> list[str]:
    return __all__
