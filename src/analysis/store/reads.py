"""Which figures a report has looked at: noted as it looks, so that it is made again when one of them changes and not otherwise.

A report that did not look at a figure cannot show it. `pack.resume` holds the rows of every view noted against what is stored.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

VARIABLE = "SAFEGUARDING_SEEN"  # names the file to note in; where it isn't set nothing is noted


class View(NamedTuple):
    """Part of the figures: of one domain (all of them when empty), in these areas (everywhere when there are none)."""

    domain: str = ""
    areas: tuple[str, ...] = ()


EVERYTHING = View()
OFFICIAL = "official"  # in the place of a domain: official statistics of every domain, with the populations that they rest on


def note(view: View) -> None:
    """Note that these figures are looked at."""
    path = os.environ.get(VARIABLE)
    if path:
        with Path(path).open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(view) + "\n")


def read(path: Path) -> tuple[View, ...]:
    """Return the views noted in a file, each once. None noted is everything: who can tell what it was that looked?"""
    if not path.exists():
        return (EVERYTHING,)
    lines = dict.fromkeys(path.read_text(encoding="utf-8").splitlines())
    return tuple(View(domain, tuple(areas)) for domain, areas in map(json.loads, lines))
