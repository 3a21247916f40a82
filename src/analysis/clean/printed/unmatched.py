"""Messages about printed rows and cells that the layout tables don't explain, with the line to add, ready to be copied."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Sequence

from analysis import catalogue
from analysis.clean.printed.release_rows import Row, columns, place_of
from analysis.errors import DataError
from analysis.store.raw_files import Release

_HEADER_LIKENESS, _LABEL_LIKENESS = 0.75, 0.5  # how similar two texts must be, from 0 to 1


def how_to_add_layout(release: Release) -> str:
    """Return what to do with a file that has no layout."""
    return f"a layout for it: `safeguarding layouts copy {release.source}` writes one from the rows of another release"


def how_to_add_noise(release: Release, file: str, block_or_label: str, column: int, text: str) -> str:
    """Return what to do with a mark in a cell that should be blank: the row to add to `noise.csv`."""
    row = {
        "file": file,
        "block": block_or_label,
        "column": str(column),
        "text": text,
        "kind": "noise",
        "reason": "a mark of scanning",
    }
    return f"; if the mark says nothing, write into {place_of(release, 'noise')} the row `{csv_line('noise', row)}`"


def how_to_add_footnote(release: Release, file: str, marker: str) -> str:
    """Return what to do with a marker that no footnote explains: the row to add to `footnotes.csv`."""
    row = {"file": file, "marker": marker, "text": "what is printed at the marker"}
    return f"; write into {place_of(release, 'footnotes')} the row `{csv_line('footnotes', row)}`"


def heading_error(release: Release, file: str, number: int, cells: list[str], headings: Sequence[Row]) -> DataError:
    """Return the error for a title, header or footnote that has changed: it names the first cell that differs."""
    name, whole_row = f"{release.id}/{file}", "|".join(cells)
    nearest = max(headings, key=lambda heading: difflib.SequenceMatcher(None, heading["label"], whole_row).ratio())
    expected = nearest["label"].split("|")
    advice = f"; if it is printed so now, put `{whole_row}` under label of that row in {place_of(release, 'layouts')}"
    if len(expected) != len(cells):
        column = min(len(cells), len(expected)) + 1
        expectation = f"{len(expected)}: {nearest['label']!r}{advice}"
        return DataError(name, row=number, column=column, found=f"{len(cells)} cells", expected=expectation)
    pairs = enumerate(zip(cells, expected, strict=True), start=1)
    column, (text, expectation) = next(pair for pair in pairs if pair[1][0] != pair[1][1])
    return DataError(name, row=number, column=column, found=repr(text), expected=repr(expectation) + advice)


def row_error(
    release: Release, file: str, number: int, cells: list[str], block: str, layout: Sequence[Row], unused: Sequence[Row]
) -> tuple[DataError, Row | None]:
    """Return the error for a row that no layout entry matches, and the entry that seems to have been renamed, if any.

    `unused` are the entries whose label is nowhere in the file.
    """
    label, table = cells[0], place_of(release, "layouts")
    name, found = f"{release.id}/{file}", f"the label {label!r}"
    expected = f"a row that the layout knows in the block {block!r}" if block else "a row of the layout"
    if is_mark(cells):
        column, mark = next((column, text) for column, text in enumerate(cells, start=1) if text)
        advice = expected + how_to_add_noise(release, file, block, column, mark)
        return DataError(name, row=number, column=column, found=repr(mark), expected=advice), None
    is_heading = not any(cells[1:])
    headings = [entry for entry in unused if is_heading and entry["role"] != "data"]
    renamed = _nearest(label, headings) or _nearest(
        label, [candidate for candidate in unused if candidate["block"] == block and candidate["role"] == "data"]
    )
    candidates = [entry for entry in layout if entry["role"] in ("data", "block", "label")]
    nearest = renamed or _nearest(label, candidates)
    expected += f" such as {nearest['label']!r}" if nearest and nearest["label"] else ""
    if renamed is not None and renamed["role"] == "block":
        expected += f"; if {renamed['label']!r} is called so now, put `{label}` for it under label and block in {table}"
    elif renamed is not None:
        new_line = csv_line("layouts", renamed | {"label": label})
        expected += f"; if {renamed['label']!r} is called so now, put `{new_line}` in its place in {table}"
    else:
        expected += f"; if it is new, write into {table} the row `{csv_line('layouts', _new_entry(label, block, candidates))}`"
    return DataError(name, row=number, column=1, found=found, expected=expected), renamed


def missing_entry(release: Release, entry: Row) -> str:
    """Return the text of an error for a layout entry that no row of the file matches."""
    what = f"the row {entry['label']!r}" if entry["label"] else f"the row without a label that gives {entry['series']}"
    where = f" in the block {entry['block']!r}" if entry["block"] else ""
    return f"{what}{where}; if it is printed no longer, take its row out of {place_of(release, 'layouts')}"


def is_like(cells: Sequence[str], labels: Sequence[str]) -> bool:
    """Return whether a row is similar to one of these headers."""
    return bool(difflib.get_close_matches("|".join(cells), labels, n=1, cutoff=_HEADER_LIKENESS))


def is_mark(cells: Sequence[str]) -> bool:
    """Return whether a row has a single letter or sign in a single cell: a mark left by the scanner."""
    texts = [text for text in cells if text]
    return len(texts) == 1 and len(texts[0]) == 1 and not texts[0].isdigit()


def csv_line(table: str, row: Row) -> str:
    """Return a row of a table as a line of its CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([row[column] for column in columns(table)])
    return text.getvalue()


def _nearest(label: str, entries: Sequence[Row]) -> Row | None:
    labels = [entry["label"] for entry in entries]
    matches = difflib.get_close_matches(label, labels, n=1, cutoff=_LABEL_LIKENESS)
    return entries[labels.index(matches[0])] if matches else None


def _new_entry(label: str, block: str, entries: Sequence[Row]) -> Row:
    """Return the layout entry to suggest for a new row: that of the row before it, with the category of its label."""
    siblings = [entry for entry in entries if entry["role"] == "data" and entry["block"] == block and "|" not in entry["series"]]
    if not siblings:
        blank = dict.fromkeys(columns("layouts"), "")
        return blank | {
            "file": entries[0]["file"] if entries else "",
            "block": block,
            "label": label,
            "role": "data",
            "occurs": "1",
        }
    categories = {title.casefold(): category for category, title in catalogue.categories().items()}
    own_category = categories.get(
        label.casefold(), "CATEGORY" if siblings[-1]["category"] != catalogue.TOTAL else catalogue.TOTAL
    )
    series = siblings[-1]["series"] if len({entry["series"] for entry in siblings}) == 1 else "SERIES"
    return siblings[-1] | {"label": label, "category": own_category, "series": series, "occurs": "1"}
