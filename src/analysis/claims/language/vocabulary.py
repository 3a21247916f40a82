"""The words of the formula language: its functions with how many arguments each takes, and the reasons why nothing is checked."""

from __future__ import annotations

from functools import cache

from analysis.catalogue import tables

_MANY = 20
# {function: (least, most arguments)}; what each one means stands in `functions`.
FUNCTIONS: dict[str, tuple[int, int]] = {
    "attainable": (2, 2),
    "clear_change": (1, 2),
    "either": (2, 2),
    "fall": (1, 2),
    "falling": (1, 1),
    "gain": (1, 2),
    "items": (1, _MANY),
    "largest": (1, 1),
    "loss": (1, 2),
    "majority": (1, 2),
    "mean": (1, 1),
    "members": (1, 1),
    "not": (1, 1),
    "parts": (1, 1),
    "printed_in": (2, 2),
    "quarters": (1, 1),
    "rank": (1, 1),
    "rank_of_areas": (1, 1),
    "ratio": (2, 2),
    "rise": (1, 2),
    "rising": (1, 1),
    "share": (2, 2),
    "sum": (1, 1),
    "unit_is": (2, 2),
    "years": (1, 1),
}


@cache
def reasons() -> dict[str, str]:
    """Return {reason: words} of `claim_reasons.csv`: why a statement can't be checked."""
    table = tables.read("claim_reasons")
    return dict(zip(table["id"], table["words"], strict=True))


@cache
def remedies() -> dict[str, str]:
    """Return {reason: what to print next year so that such a statement can be checked}."""
    table = tables.read("claim_reasons")
    return dict(zip(table["id"], table["remedy"], strict=True))
