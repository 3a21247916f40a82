"""Score card: every indicator of the performance framework, judged, with what has to be passed on and what is doubtful."""

from analysis.scorecard.card import absent, card
from analysis.scorecard.comments import comments, without_comment
from analysis.scorecard.confidence import confidence
from analysis.scorecard.dashboard import dashboard
from analysis.scorecard.exceptions import exceptions
from analysis.scorecard.judging import judged_words, rag

__all__ = ["absent", "card", "comments", "confidence", "dashboard", "exceptions", "judged_words", "rag", "without_comment"]
