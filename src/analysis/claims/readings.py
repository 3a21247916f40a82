"""Whether a contradiction is fair: the readings of a statement in which the figures bear it.

Three kinds of accusation are withdrawn, as whoever wrote the report would rightly dispute them. A statement that its own
arithmetic proves agrees, whatever another statement or quarters that were restated since say. A share whose base the sentence
doesn't name is ambiguous, where another base gives it. A statement on all bodies together is not refuted by one of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from analysis.catalogue import areas
from analysis.claims.causes.contradiction import Contradiction
from analysis.claims.language.grammar import Operation, StatementReference
from analysis.claims.outcomes import AMBIGUOUS

Row = dict[str, str]
_END = ".,; "
# The verdict that a fair reading gives, and its words; None where the contradiction stands.
Reading = tuple[str, str] | None


def same_sentence(first: str, second: str) -> bool:
    """Whether two quotes are one sentence, with its full stop or without, or one is the first sentence of the other.

    >>> same_sentence("It rose by 3%.", "It rose by 3%"), same_sentence("It rose by 3%.", "It rose by 3%. This was expected.")
    (True, True)
    """
    short, long = sorted((first.rstrip(_END), second.rstrip(_END)), key=len)
    return short == long or long.startswith(f"{short}. ")


def fair_reading(case: Contradiction, cause: tuple[str, str], is_proven: Callable[[str], bool]) -> Reading:
    """Return the reading in which a contradicted statement stands, with the verdict that it then has, or None.

    `cause` is the id of the likely cause and its words; `is_proven` tells of a statement whether arithmetic gives its figure.
    """
    name, words = cause
    if name == "restated" and not case.rule:
        return "agrees", words.partition(": ")[2]
    if name == "wrong_denominator" and _base_is_unnamed(case):
        another = words.partition(": ")[2]
        return AMBIGUOUS, f"The sentence names no base: {_arithmetic(case)}, and {another}"
    return _proven_of_a_pair(case, is_proven)


def _arithmetic(case: Contradiction) -> str:
    return f"{case.value.words} = {case.shown(case.value.number)}" if case.value else ""


def _base_is_unnamed(case: Contradiction) -> bool:
    """Whether a sentence gives a share by the catalogue's base, and has neither that number nor a formula of its own."""
    if case.rule or case.row["asserts"] or case.share is None:
        return False
    base = case.value_of(case.share[1])
    numbers = {each.replace(",", "") for each in re.findall(r"\d[\d,]*", case.row["quote"])}
    return base is not None and f"{base.number:.0f}" not in numbers


def _proven_of_a_pair(case: Contradiction, is_proven: Callable[[str], bool]) -> Reading:
    match case.node:
        case Operation("=", StatementReference(left), StatementReference(right)):
            pass
        case _:
            return None
    of_sentence = {each["id"] for each in case.sentence}
    own, other = (left, right) if left in of_sentence else (right, left)
    if own not in of_sentence or not is_proven(own) or is_proven(other):
        return None
    stated = case.context.stated_figures
    return "agrees", f"{stated[own].words} is what its own arithmetic gives; it is the other, {stated[other].words}, that isn't"


def of_the_whole(row: Row, others: list[Row]) -> Row | None:
    """Return the row that judges the same sentence for all bodies together, where one of them alone was contradicted by it."""
    for other in others if row["asserts"] else ():
        same = other["asserts"] == row["asserts"] and same_sentence(other["quote"], row["quote"])
        if (
            same
            and other["verdict"].startswith("agrees")
            and areas.resolve(row["area"]) in areas.members(areas.resolve(other["area"]))
        ):
            return other
    return None
