"""A note of the figures that a report reads, so that the report is made again only when one of them has changed.

A report can't show a figure that it hasn't read. `pack.run.reuse` compares the rows of every noted view with the stored ones.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

VARIABLE = "SAFEGUARDING_SEEN"  # names the file of notes; nothing is noted where it isn't set


class View(NamedTuple):
    """A part of the figures: one domain (all domains when empty), in these areas (all areas when there are none)."""

    domain: str = ""
    areas: tuple[str, ...] = ()


EVERYTHING = View()
OFFICIAL = "official"  # in place of a domain: official statistics of every domain, with the populations that they are based on


def note(view: View) -> None:
    """Note that the report reads these figures."""
    path = os.environ.get(VARIABLE)
    if path:
        with Path(path).open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(view) + "\n")


def views_in(path: Path) -> tuple[View, ...]:
    """Return the views noted in a file, each once; without the file the report may have read anything, so everything."""
    if not path.exists():
        return (EVERYTHING,)
    lines = dict.fromkeys(path.read_text(encoding="utf-8").splitlines())
    return tuple(View(domain, tuple(areas)) for domain, areas in map(json.loads, lines))
