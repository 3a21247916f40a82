"""What is said of a printed row or cell that no row of the tables accounts for: what to write where, ready to be copied."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Sequence

from analysis import catalogue
from analysis.clean.printed.release_rows import COLUMNS, Row, place_of
from analysis.errors import DataError
from analysis.store.raw_files import Release

_A_HEADER, _ANOTHER_NAME = 0.75, 0.5  # how alike two texts are, from 0 to 1


def no_layout(release: Release) -> str:
    """Return what is expected of a file that no row speaks of."""
    return f"a layout for it: `safeguarding layouts copy {release.source}` writes one from the rows of another release"


def noise(release: Release, file: str, beside: str, column: int, text: str) -> str:
    """Return what to do with a mark where nothing should stand: the row of `noise.csv` that names it."""
    row = {"file": file, "block": beside, "column": str(column), "text": text, "kind": "noise", "reason": "a mark of scanning"}
    return f"; if the mark says nothing, write into {place_of(release, 'noise')} the row `{line('noise', row)}`"


def footnote(release: Release, file: str, marker: str) -> str:
    """Return what to do with a marker that no footnote explains: the row of `footnotes.csv` that does."""
    row = {"file": file, "marker": marker, "text": "what is printed at the marker"}
    return f"; write into {place_of(release, 'footnotes')} the row `{line('footnotes', row)}`"


def header(release: Release, file: str, number: int, cells: list[str], headings: Sequence[Row]) -> DataError:
    """Return the error of a title, a header or a footnote that is printed in another way: its first cell that differs."""
    name, found = f"{release.id}/{file}", "|".join(cells)
    entry = max(headings, key=lambda each: difflib.SequenceMatcher(None, each["label"], found).ratio())
    expected = entry["label"].split("|")
    instead = f"; if it is printed so now, put `{found}` under label of that row in {place_of(release, 'layouts')}"
    if len(expected) != len(cells):
        column = min(len(cells), len(expected)) + 1
        wanted = f"{len(expected)}: {entry['label']!r}{instead}"
        return DataError(name, row=number, column=column, found=f"{len(cells)} cells", expected=wanted)
    pairs = enumerate(zip(cells, expected, strict=True), start=1)
    column, (text, wanted) = next(pair for pair in pairs if pair[1][0] != pair[1][1])
    return DataError(name, row=number, column=column, found=repr(text), expected=repr(wanted) + instead)


def row(
    release: Release, file: str, number: int, cells: list[str], block: str, layout: Sequence[Row], gone: Sequence[Row]
) -> tuple[DataError, Row | None]:
    """Return the error of a row that no entry of the layout is, and the entry that it seems to be under another name.

    `gone` are the entries whose label stands nowhere in the file.
    """
    label, table = cells[0], place_of(release, "layouts")
    name, found = f"{release.id}/{file}", f"the label {label!r}"
    expected = f"a row that the layout knows in the block {block!r}" if block else "a row of the layout"
    if is_mark(cells):
        column, mark = next((column, text) for column, text in enumerate(cells, start=1) if text)
        said = expected + noise(release, file, block, column, mark)
        return DataError(name, row=number, column=column, found=repr(mark), expected=said), None
    heading = not any(cells[1:])
    headings = [entry for entry in gone if heading and entry["role"] != "data"]
    renamed = _nearest(label, headings) or _nearest(
        label, [each for each in gone if each["block"] == block and each["role"] == "data"]
    )
    known = [entry for entry in layout if entry["role"] in ("data", "block", "label")]
    near = renamed or _nearest(label, known)
    expected += f" such as {near['label']!r}" if near and near["label"] else ""
    if renamed is not None and renamed["role"] == "block":
        expected += f"; if {renamed['label']!r} is called so now, put `{label}` for it under label and block in {table}"
    elif renamed is not None:
        new = line("layouts", renamed | {"label": label})
        expected += f"; if {renamed['label']!r} is called so now, put `{new}` in its place in {table}"
    else:
        expected += f"; if it is new, write into {table} the row `{line('layouts', _like(label, block, known))}`"
    return DataError(name, row=number, column=1, found=found, expected=expected), renamed


def missing(release: Release, entry: Row) -> str:
    """Return what is expected of an entry that no row of the file is."""
    what = f"the row {entry['label']!r}" if entry["label"] else f"the row without a label that gives {entry['series']}"
    where = f" in the block {entry['block']!r}" if entry["block"] else ""
    return f"{what}{where}; if it is printed no longer, take its row out of {place_of(release, 'layouts')}"


def is_like(cells: Sequence[str], labels: Sequence[str]) -> bool:
    """Return whether a row looks like one of these headers, in other words."""
    return bool(difflib.get_close_matches("|".join(cells), labels, n=1, cutoff=_A_HEADER))


def is_mark(cells: Sequence[str]) -> bool:
    """Return whether a row holds one cell, and in it one sign: a stroke of the scanner, whatever stands beside it."""
    held = [text for text in cells if text]
    return len(held) == 1 and len(held[0]) == 1 and not held[0].isdigit()


def line(table: str, row: Row) -> str:
    """Return a row of a table as a line of its CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([row[column] for column in COLUMNS[table]])
    return text.getvalue()


def _nearest(label: str, entries: Sequence[Row]) -> Row | None:
    labels = [entry["label"] for entry in entries]
    near = difflib.get_close_matches(label, labels, n=1, cutoff=_ANOTHER_NAME)
    return entries[labels.index(near[0])] if near else None


def _like(label: str, block: str, known: Sequence[Row]) -> Row:
    """Return the entry of a new row, made after the last one of its block: its own category where its label names one."""
    beside = [entry for entry in known if entry["role"] == "data" and entry["block"] == block and "|" not in entry["series"]]
    if not beside:
        blank = dict.fromkeys(COLUMNS["layouts"], "")
        return blank | {"file": known[0]["file"] if known else "", "block": block, "label": label, "role": "data", "occurs": "1"}
    categories = {words.casefold(): category for category, words in catalogue.categories().items()}
    own = categories.get(label.casefold(), "CATEGORY" if beside[-1]["category"] != catalogue.TOTAL else catalogue.TOTAL)
    series = beside[-1]["series"] if len({entry["series"] for entry in beside}) == 1 else "SERIES"
    return beside[-1] | {"label": label, "category": own, "series": series, "occurs": "1"}
