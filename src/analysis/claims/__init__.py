"""Claims: the statements of a report worked out anew from the figures, with a verdict, a severity and its likely cause."""

from analysis.claims.draft_review import review_draft
from analysis.claims.ledger import printed_statements, read_draft
from analysis.claims.review import review, summary_sentence
from analysis.claims.severity import SEVERITIES
from analysis.claims.statement_verdicts import COLUMNS, VERDICTS

__all__ = [
    "COLUMNS",
    "SEVERITIES",
    "VERDICTS",
    "printed_statements",
    "read_draft",
    "review",
    "review_draft",
    "summary_sentence",
]


def __dir__() -> list[str]:
    return __all__
