"""Official statistics: published files of every English authority, recognised by their header and read by `official_layouts.csv`.

A layout names each column of a file: what identifies the row, what must be the same in all rows, which figure stands in it, what
is published of a figure and can be recomputed, and what is left and why. A file that fits none is refused by name.
"""

from __future__ import annotations

from analysis.clean.official.checking import RULES, check
from analysis.clean.official.layouts import FOLDER, is_official, recognise, sources
from analysis.clean.official.neighbours import SOURCE as NEIGHBOURS
from analysis.clean.official.neighbours import read_neighbours
from analysis.clean.official.reading import Reading, read_columns
from analysis.store.raw_files import Release

__all__ = ["FOLDER", "RULES", "Reading", "check", "is_official", "read", "recognise", "sources"]


def read(release: Release, file: str) -> Reading:
    """Return what one file of a release of official statistics says; raises DataError naming file, row and column otherwise."""
    if release.source == NEIGHBOURS:
        return read_neighbours(release, file)
    return read_columns(release, file)
