"""The rows of a file of official statistics, whatever its form: CSV text, a workbook, or an OpenDocument spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.clean.official import open_document, workbook
from analysis.clean.official.layouts import Layout
from analysis.clean.official.recognition import recognise
from analysis.errors import DataError
from analysis.store.raw_files import Release

_READERS = {".xlsx": workbook.sheets, ".ods": open_document.sheets}


@dataclass(frozen=True)
class Table:
    """The rows of a table with a known layout: its header stands below `above` others, in the sheet with this title, if any."""

    rows: list[list[str]]
    layout: Layout
    above: int
    sheet: str = ""


def sheets(release: Release, file: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the title and the rows of each sheet of a file; text has one, without a title.

    Raises DataError for a file that can't be read.
    """
    reader = _READERS.get(Path(file).suffix)
    if reader is None:
        yield "", release.rows(file)
    else:
        yield from reader(release.folder / file, f"{release.id}/{file}")


def table_of(release: Release, file: str) -> Table:
    """Return the first table of a file that has a known layout; short rows of a spreadsheet are filled up with empty cells.

    Raises DataError as `recognise` does: of several sheets for the first that has a heading of a known table.
    """
    name = f"{release.id}/{file}"
    refusals = []
    for title, rows in sheets(release, file):
        try:
            layout, above = recognise(release.source, rows, f"{name}, sheet {title!r}" if title else name)
        except DataError as refusal:
            refusals.append(refusal)
            continue
        if title:
            width = len(layout.header)
            rows = [[*row, *[""] * (width - len(row))] for row in rows]
        return Table(rows, layout, above, title)
    raise next((each for each in refusals if "no heading" not in str(each)), refusals[0])
