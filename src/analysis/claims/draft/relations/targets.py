"""A target and what came of it: "the target of 90% was met, with 87%"; and the largest of a sentence that another exceeds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.claims.draft.reading.sentences import Sentence, pattern
from analysis.claims.draft.relation_check import RelationCheck, checked

_MET = (
    r"\btarget of <CPRM:target>(?P<gap><>)(?P<word>(?:was |were )?(?:not met|missed|not achieved|not "
    r"reached|met|achieved|exceeded|reached))\b"
    r"<>(?:,| –| -|:) ?(?:with|at|as)?<><CPRM:result>"
)
_BEYOND = (
    r"<CPRM:result>(?P<gap><>),? (?P<word>exceeding|above|meeting|achieving|short of|below|missing) "
    r"(?:the|our|its|a) (?:[a-z]+ )?target of <CPRM:target>"
)
_FAILED = ("not met", "missed", "not achieved", "not reached", "short of", "below", "missing")
_COMMONEST = (
    r"<CPRM:first>(?P<gap>[^«»;.]{0,40}?)\b(?:the )?(?:largest|highest|most common|biggest|most frequent|most prevalent)\b"
    r"[^«»;.]{0,40}?,? (?:ahead of|followed by|before)<><CPRM:second>"
)  # fmt: skip
ASK = "Which of the two figures is wrong, or is the word?"


def targets(sentence: Sentence) -> Iterator[RelationCheck]:
    """Yield each target whose result stands beside it, and each largest figure with the next."""
    for words in (_MET, _BEYOND):
        for match in pattern(words).finditer(sentence.marked):
            target, result = sentence.number(match["target"]), sentence.number(match["result"])
            word = re.sub(r"^(?:was|were) ", "", match["word"].lower())
            if (
                target.unit != result.unit
                or target.hedge
                or result.hedge
                or re.search(r"\bnot\b|no more|maximum|less|days|under", match["gap"])
            ):
                continue
            failed = word in _FAILED
            agrees = result.low < target.high if failed else result.high > target.low
            says = f"target of {target.text} {word}: {result.text}"
            wrong = f"{result.text} is {'more' if failed else 'less'} than the target of {target.text}, which is “{word}”"
            yield checked(sentence, "target", agrees, says, says if agrees else wrong, ASK, sure="likely")
    for match in pattern(_COMMONEST).finditer(sentence.marked):
        first, second = sentence.number(match["first"]), sentence.number(match["second"])
        if first.unit == second.unit and not re.search(r"\bnot\b|\bsecond\b|\bnext\b", match[0]):
            agrees = first.high > second.low
            says = f"{first.text} comes before {second.text}"
            yield checked(sentence, "order", agrees, says, says if agrees else f"{first.text} is less than {second.text}", ASK)
