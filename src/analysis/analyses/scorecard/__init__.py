"""Score card: every indicator of the performance framework, judged, with what has to be passed on and what is doubtful."""

from analysis.analyses.scorecard.card import absent, card
from analysis.analyses.scorecard.comments import comments, without_comment
from analysis.analyses.scorecard.confidence import confidence
from analysis.analyses.scorecard.exceptions import exceptions
from analysis.analyses.scorecard.family import flags
from analysis.analyses.scorecard.matters import MOST, matters
from analysis.analyses.scorecard.questions import question, side_of_change
from analysis.analyses.scorecard.rag import RESULTS, judged_words, rag
from analysis.analyses.scorecard.recent_points import latest_points
from analysis.analyses.scorecard.standing import FEWEST_OTHERS

__all__ = [
    "FEWEST_OTHERS",
    "MOST",
    "RESULTS",
    "absent",
    "card",
    "comments",
    "confidence",
    "exceptions",
    "flags",
    "judged_words",
    "latest_points",
    "matters",
    "question",
    "rag",
    "side_of_change",
    "without_comment",
]


def __dir__() -> list[str]:
    return __all__
