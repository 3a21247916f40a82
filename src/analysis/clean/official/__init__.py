"""Official statistics: published files of every English authority, recognised by their header and read by `official_layouts.csv`.

A layout says what each column of a file is: part of the row's key, a constant, a figure, a published rate that can be recomputed,
or a column that is left out, with the reason. A file that fits no layout is refused.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from analysis.catalogue import tables
from analysis.clean.official.checking import RULES, check
from analysis.clean.official.column_reader import Reading, read_columns
from analysis.clean.official.neighbours import SOURCE as NEIGHBOURS
from analysis.clean.official.neighbours import read_neighbours
from analysis.clean.official.recognition import FOLDER, is_official, recognise, sources
from analysis.store.raw_files import Release

__all__ = ["FOLDER", "RULES", "Reading", "check", "identity", "is_official", "read", "recognise", "sources"]


_MOST_KEPT = 16  # files
_readings: dict[str, Reading] = {}


def read(release: Release, file: str) -> Reading:
    """Return the content of one file of official statistics; raises DataError naming file, row and column if it can't be read.

    A process that cleans again and again, as one that takes in returns does, reads a file once: what it holds is kept until the
    release or a table changes. Callers must not change the frames.
    """
    key = identity(release, file)
    if key in _readings:
        return _readings[key]
    reading = read_neighbours(release, file) if release.source == NEIGHBOURS else read_columns(release, file)
    if release.checksums[file]:  # without one nothing tells the file from another
        while len(_readings) >= _MOST_KEPT:
            del _readings[next(iter(_readings))]
        _readings[key] = reading
    return reading


def identity(release: Release, file: str) -> str:
    """Return what the content of a file follows from, besides the library: the file, its release and one's own tables."""
    said = replace(release, folder=Path(), data=Path(), checksums={file: release.checksums[file]})
    return repr((said, tables.inputs()))
