"""The layout of an official file, found by comparing its header with those that are known; any other is refused by name."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from functools import cache

from analysis.catalogue import tables
from analysis.clean.official.layouts import ANY_ROW, Layout, layouts
from analysis.errors import DataError
from analysis.store.raw_files import Release

FOLDER = "official"
_FEWEST = 2  # headings that a layout shares with a row before the row is taken for a header
_MOST_ABOVE = 30  # rows of titles above a header
_MOST_NAMED = 6  # columns that a refusal names of those that are new, and of those that are missing


@cache
def sources() -> list[str]:
    """Return the sources of official statistics that can be imported."""
    return list(tables.read("official_sources")["source"])


def is_official(release: Release) -> bool:
    """Return whether a release is of official statistics: its folder is `raw/official/<source>/<release>`."""
    return release.folder.parent.parent.name == FOLDER


def recognise(source: str, rows: Sequence[list[str]], file: str) -> tuple[Layout, int]:
    """Return the layout that has exactly the header of a file, and the place of the header among `rows` (0: the first row).

    Titles may stand above it. Of several layouts with one header it is the one whose keys include those of the row under it.
    Raises DataError naming the layout with the most columns in common, those that are new or missing, and the row that would
    take one.
    """
    known = layouts(source)
    if not known:
        raise DataError(file, found=f"the source {source!r}", expected="one that official_layouts.csv knows")
    matching, at = _matching(known, rows)
    if matching:
        cells = _cells_below(rows, at)
        return next((layout for layout in matching if layout.knows(cells)), matching[0]), at
    if not rows:
        raise DataError(file, found="no heading of a known table", expected="a table")
    for other in sources():
        if other != source and (row := _matching(layouts(other), rows))[0]:
            raise DataError(
                file, row=row[1] + 1, found=f"a table of {other!r}", expected=f"one of {source!r}: import it as {other!r}"
            )
    raise _refusal(known, rows, file)


def _matching(known: Sequence[Layout], rows: Sequence[list[str]]) -> tuple[list[Layout], int]:
    """Return the layouts that have exactly a header of the first rows, and its place; none and 0 where no row is one."""
    for at, header in enumerate(rows[: _MOST_ABOVE + 1]):
        if matching := [layout for each in known if (layout := each.of_header(header))]:
            return matching, at
    return [], 0


def _cells_below(rows: Sequence[list[str]], at: int) -> dict[str, str]:
    """Return {heading: cell} of the row under a header; empty if there is none."""
    return dict(zip(rows[at], rows[at + 1], strict=False)) if at + 1 < len(rows) else {}


def _refusal(known: Sequence[Layout], rows: Sequence[list[str]], file: str) -> DataError:
    headings = {name for layout in known for name in layout.header if name}
    above = max(range(min(len(rows), _MOST_ABOVE + 1)), key=lambda at: len(headings & set(rows[at])))
    header, row = rows[above], above + 1
    likest = max(known, key=lambda layout: _likeness(layout, header, _cells_below(rows, above)))
    variants = [layout for layout in known if layout.name == likest.name]
    nearest = min(reversed(variants), key=lambda layout: sum(map(len, _differences(layout, header))))
    layout = f"of the layout {nearest.name!r}"
    if len(set(nearest.header) & set(header) - {""}) < _FEWEST:
        expected = f"the columns of a layout of {nearest.source} in official_layouts.csv, such as {nearest.header[0]!r}"
        return DataError(file, row=1, found="no heading of a known table", expected=expected)
    twice = next((name for place, name in enumerate(header) if name and name in header[:place]), None)
    if twice is not None:
        column = len(header) - header[::-1].index(twice)
        return DataError(file, row=row, column=column, found=f"the column {twice!r} once more", expected=f"the columns {layout}")
    new, missing = _differences(nearest, header)
    advice = _advice(nearest, header, new, missing) if new or missing else ""
    if len(new) == 1 and len(missing) == 1 and header.index(new[0]) == _expected(nearest, header).index(missing[0]):
        column = header.index(new[0]) + 1
        return DataError(file, row=row, column=column, found=repr(new[0]), expected=f"{missing[0]!r} {layout}{advice}")
    if new or missing:
        place = header.index(new[0]) + 1 if new else None
        return DataError(
            file, row=row, column=place, found=_new_and_missing(new, missing), expected=f"the columns {layout}{advice}"
        )
    pairs = enumerate(zip(header, _expected(nearest, header), strict=False), start=1)
    column, (name, wanted) = next(pair for pair in pairs if pair[1][0] != pair[1][1])
    return DataError(file, row=row, column=column, found=repr(name), expected=f"{wanted!r} {layout}, whose order it is")


def _expected(layout: Layout, header: list[str]) -> list[str]:
    """Return the headings of a layout in their order, without the optional ones that a file lacks."""
    return [name for name in layout.header if name not in layout.optional or name in header]


def _differences(layout: Layout, header: list[str]) -> tuple[list[str], list[str]]:
    """Return the headings of a file that a layout hasn't, and those of the layout that the file lacks."""
    missing = [name for name in _expected(layout, header) if name not in header]
    return [name for name in header if name not in layout.header], missing


def _likeness(layout: Layout, header: list[str], cells: dict[str, str]) -> tuple[int, int, int, int]:
    """Return how near a layout is to a header: its words don't speak against it, then columns in common, words, other columns."""
    words = layout.rows[(layout.rows["role"] == "same") & layout.rows["column"].isin(list(cells))]
    same = sum(cells[column] == text for column, text in zip(words["column"], words["reference"], strict=True))
    headings = set(header) - {""}
    common = len(headings & set(layout.header))
    fits = common >= _FEWEST and same == len(words)
    return int(fits), common, same + layout.knows(cells), -len(headings ^ set(layout.header))


def _new_and_missing(new: list[str], missing: list[str]) -> str:
    parts = []
    if new:
        parts.append(f"the new column{'s' * (len(new) > 1)} {_listed(new)}")
    if missing:
        parts.append(f"no column{'s' * (len(missing) > 1)} {_listed(missing)}")
    return " and ".join(parts)


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(map(repr, names[:_MOST_NAMED])) + (f" and {more} more" if more > 0 else "")


def _advice(layout: Layout, header: list[str], new: list[str], missing: list[str]) -> str:
    """Return the row of one's own tables that would take the first of the differences, in the words of a message."""
    place = f"{layout.source},{layout.name}"
    if new and missing:
        heading = (difflib.get_close_matches(missing[0], new, n=1, cutoff=0.5) or new)[0]
        row = f"official_changes.csv, such as {place},YEAR,renamed,{layout.own_name(missing[0])},{heading},,"
    elif missing:
        row = f"official_changes.csv, such as {place},YEAR,dropped,{layout.own_name(missing[0])},,,"
    else:
        before = header[max(header.index(new[0]) - 1, 0)]
        where = ANY_ROW if layout.keys else ""
        row = (
            f"official_layouts.csv, {place},{where},{new[0]},left,,WHY, "
            f"and one of official_changes.csv, {place},YEAR,new,{new[0]},,{before},"
        )
    return f"; a change of its publisher's is a row of {row}"
