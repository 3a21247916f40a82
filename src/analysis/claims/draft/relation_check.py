"""A relation that a text states itself, tested by its own numbers: what was compared, the arithmetic, and what came out."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.claims.draft.reading.numbers import Number
from analysis.claims.draft.reading.sentences import Sentence
from analysis.statistics import round_half_up

AGREES, CONTRADICTS, AMBIGUOUS = "agrees", "contradicts", "ambiguous"
_SLACK = 1e-9


@dataclass(frozen=True)
class RelationCheck:
    """One tested relation. `sure` is certain, likely or unclear; `other` is the text that it was compared with, if elsewhere."""

    relation: str
    verdict: str
    sentence: str
    line: int
    heading: str
    says: str
    arithmetic: str
    ask: str
    sure: str = "certain"
    other: str = ""


def checked(
    sentence: Sentence,
    relation: str,
    agrees: bool,
    says: str,
    arithmetic: str,
    ask: str,
    *,
    sure: str = "certain",
    other: str = "",
    either: bool = False,
) -> RelationCheck:
    """Return a tested relation of a sentence; `either` makes a disagreement ambiguous, because another reading agrees."""
    verdict = AGREES if agrees else AMBIGUOUS if either else CONTRADICTS
    return RelationCheck(
        relation=relation,
        verdict=verdict,
        sentence=sentence.text,
        line=sentence.line,
        heading=sentence.heading,
        says=says,
        arithmetic=arithmetic,
        ask=ask,
        sure="unclear" if verdict == AMBIGUOUS else sure,
        other=other,
    )


def meet(low: float, high: float, other_low: float, other_high: float) -> bool:
    """Return whether two ranges have a value in common; ends count, as nobody says how a half was rounded.

    >>> meet(59.9, 59.9, 59.5, 60.5), meet(59.9, 59.9, 62.5, 63.5)
    (True, False)
    """
    slack = _SLACK * max(1.0, abs(low))
    return low <= other_high + slack and other_low <= high + slack


def share_range(part: Number, whole: Number) -> tuple[float, float]:
    """Return the lowest and the highest percentage that a part can be of a whole, given how each is printed."""
    if whole.low <= 0:
        return (0.0, float("inf"))
    return 100 * part.low / whole.high if whole.high < float("inf") else 0.0, 100 * part.high / whole.low


def change_range(before: Number, after: Number) -> tuple[float, float]:
    """Return the lowest and the highest change in per cent from one level to another, given how each is printed."""
    if before.low <= 0:
        return (-100.0, float("inf"))
    low = 100 * (after.low / before.high - 1) if before.high < float("inf") else -100.0
    return low, 100 * (after.high / before.low - 1)


def shown(value: float, decimals: int = 1) -> str:
    """Return a number as it is written in arithmetic: no more decimals than asked for, thousands marked.

    >>> shown(59.904, 1), shown(14741.0), shown(-25.0)
    ('59.9', '14,741', '−25')
    """
    text = f"{float(round_half_up(abs(value), decimals)):,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"−{text}" if value < 0 else text
