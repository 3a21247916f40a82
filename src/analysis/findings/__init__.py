"""Findings: what may be said of two figures, decided by an interval, and the one sentence that says it.

A finding is the same object for the headline, the chart, the table's row and the alt text, so that they can't disagree.
"""

from analysis.findings.breaks import break_of
from analysis.findings.judge import PAIR_COLUMNS, judge
from analysis.findings.sentence import SMALL_BASE, Finding, findings, how_many_by_chance, title
from analysis.findings.series import control_sentence, funnel_sentence, trend_sentences

__all__ = [
    "PAIR_COLUMNS",
    "SMALL_BASE",
    "Finding",
    "break_of",
    "control_sentence",
    "findings",
    "funnel_sentence",
    "how_many_by_chance",
    "judge",
    "title",
    "trend_sentences",
]
