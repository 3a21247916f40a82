"""The words that the reader of a text knows, from `claim_reading.csv`, as parts of regular expressions."""

from __future__ import annotations

import re
from functools import cache

from analysis.catalogue import tables


@cache
def alternatives(*roles: str) -> str:
    """Return the words of some roles as alternatives of a regular expression, the longest first.

    >>> alternatives("rest").split("|")[0]
    'the remainder'
    """
    return "|".join(sorted(dict.fromkeys(word for word, _ in _of(*roles)), key=lambda word: (-len(word), word)))


@cache
def all_of(role: str) -> frozenset[str]:
    """Return the words of a role that are no regular expressions.

    >>> "recorded" in all_of("neutral")
    True
    """
    return frozenset(word for word, _ in _of(role))


@cache
def values(role: str) -> dict[str, float]:
    """Return {word: number that it stands for} of a role.

    >>> values("multiple")["doubled"]
    2.0
    """
    return {word: float(value) for word, value in _of(role)}


@cache
def direction_of(word: str) -> int:
    """Return 1 for a word of rising, -1 for one of falling, 0 for any other.

    >>> direction_of("rose"), direction_of("reduction"), direction_of("remained")
    (1, -1, 0)
    """
    return sum(sign for role, sign in (("rise", 1), ("fall", -1)) if re.fullmatch(alternatives(role), word, re.IGNORECASE))


def _of(*roles: str) -> list[tuple[str, str]]:
    table = tables.read("claim_reading")
    return [(row.word, row.value) for row in table.itertuples() if row.role in roles]
