"""Score card: every indicator of the performance framework, judged, with what has to be passed on and what is doubtful."""

from analysis.analyses.scorecard.card import absent, card
from analysis.analyses.scorecard.comments import comments, without_comment
from analysis.analyses.scorecard.confidence import confidence
from analysis.analyses.scorecard.exceptions import exceptions
from analysis.analyses.scorecard.family import flags
from analysis.analyses.scorecard.overview import RESULTS, dashboard
from analysis.analyses.scorecard.rag import judged_words, rag

__all__ = [
    "RESULTS",
    "absent",
    "card",
    "comments",
    "confidence",
    "dashboard",
    "exceptions",
    "flags",
    "judged_words",
    "rag",
    "without_comment",
]


def __dir__() -> list[str]:
    return __all__
