"""Read a printed table by its layout: every cell is a figure, a heading, a label or known noise; anything else is refused.

`layouts.csv` says what each row of a file is, by its block and label, and what each column holds. Titles, headers and
footnotes are matched as whole rows (cells joined by `|`), blocks and rows of data by their first cell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from analysis.clean.printed import unmatched
from analysis.clean.printed.cell_formats import UnreadableError, read_cell
from analysis.clean.printed.release_rows import Row, of_file
from analysis.errors import DataError
from analysis.store import CELL_COLUMNS, COLUMNS
from analysis.store.raw_files import Release

_WHOLE_ROW = ("title", "header", "footnote")


@dataclass
class _Reader:
    """The state of reading a file from top to bottom: the current block and columns, and what has been read so far."""

    release: Release
    file: str
    layout: list[Row]
    noise: list[Row]
    footnotes: list[Row]
    first_cells: frozenset[str] = frozenset()  # of all rows of the file
    problems: list[DataError] | None = None  # a list collects all errors; None raises the first one
    columns: list[str] | None = None
    header_row: int = 0
    block: str = ""
    rows_of_entry: dict[int, list[int]] = field(default_factory=dict)
    observations: list[dict[str, object]] = field(default_factory=list)
    cells: list[dict[str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.release.id}/{self.file}"

    def source(self, row: int, column: int) -> str:
        return f"{self.name}#cell={row},{column}"

    def refuse(self, error: DataError) -> None:
        if self.problems is None:
            raise error from None
        self.problems.append(error)

    def record(self, row: int, column: int, text: str, fate: str, reason: str = "") -> None:
        self.cells.append({"source": self.source(row, column), "text": text, "fate": fate, "reason": reason})


def read_table(release: Release, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return (observations, cells) of one file: its tidy rows, and the fate of each of its cells.

    Raises DataError naming file, row, column, what was found and what was expected for a row or header that is not
    in the layout, a row that is missing or occurs twice, a row of another length, or a cell that doesn't have its format.
    """
    reader = _read_file(_new_reader(release, file))
    return (
        pd.DataFrame(reader.observations, columns=list(COLUMNS)).astype({"value": float}),
        pd.DataFrame(reader.cells, columns=list(CELL_COLUMNS)),
    )


def problems(release: Release, file: str) -> list[str]:
    """Return a sentence for each row and cell of a file that its layout can't explain; none if the file can be read."""
    errors: list[DataError] = []
    try:
        _read_file(_new_reader(release, file, errors))
    except DataError as error:  # not a table, or a heading without which the rows below can't be read
        errors.append(error)
    return list(map(str, errors))


def _new_reader(release: Release, file: str, problems: list[DataError] | None = None) -> _Reader:
    layout, noise, footnotes = (of_file(release, name, file) for name in ("layouts", "noise", "footnotes"))
    return _Reader(release, file, layout, noise, footnotes, problems=problems)


def _read_file(reader: _Reader) -> _Reader:
    if not reader.layout:
        raise DataError(
            reader.name, found="a file that layouts.csv doesn't know", expected=unmatched.how_to_add_layout(reader.release)
        )
    rows = reader.release.rows(reader.file)
    reader.first_cells = frozenset(cells[0] for cells in rows if cells)
    for number, cells in enumerate(rows, start=1):
        if any(cells):
            _read_row(reader, number, cells)
        else:
            _record_empty_row(reader, number, cells)
    _check_complete(reader)
    return reader


def _read_row(reader: _Reader, number: int, cells: list[str]) -> None:
    whole_row = "|".join(cells)
    heading = _entry_index(reader, lambda entry: entry["role"] in _WHOLE_ROW and entry["label"] == whole_row)
    key = (reader.block, cells[0])
    data = _entry_index(reader, lambda entry: entry["role"] == "data" and (entry["block"], entry["label"]) == key)
    block = _entry_index(reader, lambda entry: entry["role"] in ("block", "label") and entry["label"] == cells[0])
    if heading is not None:
        _read_heading(reader, number, cells, heading)
    elif reader.columns is None:
        # Suggest only headings that have not yet been read as often as they occur.
        raise unmatched.heading_error(reader.release, reader.file, number, cells, _expected_headings(reader))
    elif data is not None and not unmatched.is_mark(cells):
        _read_data(reader, number, cells, data)
    elif block is not None:
        _read_block(reader, number, cells, block)
    elif not _record_noise(reader, number, cells):
        _refuse_row(reader, number, cells)


def _expected_headings(reader: _Reader) -> list[Row]:
    """Return the titles, headers and footnotes that are still expected, or all of them if none is."""
    headings = [(index, entry) for index, entry in enumerate(reader.layout) if entry["role"] in _WHOLE_ROW]
    return [entry for index, entry in headings if len(reader.rows_of_entry.get(index, [])) < int(entry["occurs"])] or [
        row for _, row in headings
    ]


def _record_noise(reader: _Reader, number: int, cells: list[str]) -> bool:
    """Record a row that holds only marks listed in `noise.csv`; return False, and record nothing, for any other row."""
    entries = [_noise_entry(reader, reader.block, column, text) if text else None for column, text in enumerate(cells, start=1)]
    if any(text and noise is None for text, noise in zip(cells, entries, strict=True)):
        return False
    for column, (text, noise) in enumerate(zip(cells, entries, strict=True), start=1):
        reader.record(number, column, text, *((noise["kind"], noise["reason"]) if noise else ("padding",)))
    return True


def _noise_entry(reader: _Reader, block_or_label: str, column: int, text: str) -> Row | None:
    """Return the row of `noise.csv` for a mark, by the block that it is in or the label of its row; None if there is none."""
    key = (block_or_label, str(column), text)
    return next((entry for entry in reader.noise if (entry["block"], entry["column"], entry["text"]) == key), None)


def _record_blank(reader: _Reader, number: int, column: int, text: str, block_or_label: str, expected: str) -> None:
    """Record a cell that should be blank: as padding, or as a mark listed in `noise.csv`; refuse anything else."""
    noise = _noise_entry(reader, block_or_label, column, text) if text else None
    if text and noise is None:
        expected += unmatched.how_to_add_noise(reader.release, reader.file, block_or_label, column, text)
        reader.refuse(DataError(reader.name, row=number, column=column, found=repr(text), expected=expected))
    reader.record(number, column, text, *((noise["kind"], noise["reason"]) if noise else ("padding",)))


def _refuse_row(reader: _Reader, number: int, cells: list[str]) -> None:
    # After a page break a changed header may follow; it is more like another header than like a row of data.
    if unmatched.is_like(cells, [entry["label"] for entry in reader.layout if entry["role"] == "header"]):
        raise unmatched.heading_error(reader.release, reader.file, number, cells, _expected_headings(reader))
    unused = [entry for entry in reader.layout if entry["role"] not in _WHOLE_ROW and entry["label"] not in reader.first_cells]
    error, renamed = unmatched.row_error(reader.release, reader.file, number, cells, reader.block, reader.layout, unused)
    reader.refuse(error)
    if renamed is not None:  # so that it isn't reported again as a missing row
        reader.rows_of_entry[reader.layout.index(renamed)] = [number] * int(renamed["occurs"])
        reader.block = renamed["label"] if renamed["role"] == "block" else reader.block


def _entry_index(reader: _Reader, matches: Callable[[Row], bool]) -> int | None:
    return next((index for index, entry in enumerate(reader.layout) if matches(entry)), None)


def _record_empty_row(reader: _Reader, number: int, cells: list[str]) -> None:
    # The cells of a row that has only commas are recorded like any others.
    for column in range(1, len(cells) + 1):
        reader.record(number, column, "", "padding")


def _read_heading(reader: _Reader, number: int, cells: list[str], index: int) -> None:
    entry = _matched_entry(reader, number, index)
    if entry["columns"]:
        reader.columns, reader.header_row = entry["columns"].split("|"), number
    for column, text in enumerate(cells, start=1):
        reader.record(number, column, text, entry["role"] if text else "padding")


def _read_block(reader: _Reader, number: int, cells: list[str], index: int) -> None:
    entry = _matched_entry(reader, number, index)
    if entry["role"] == "block":
        reader.block = cells[0]
    reader.record(number, 1, cells[0], entry["role"])
    for column, text in enumerate(cells[1:], start=2):
        _record_blank(reader, number, column, text, cells[0], "a blank: it's a heading")


def _read_data(reader: _Reader, number: int, cells: list[str], index: int) -> None:
    assert reader.columns is not None
    entry = _matched_entry(reader, number, index)
    if len(cells) != len(reader.columns):
        expected = f"{len(reader.columns)}, as in the header in row {reader.header_row}"
        column = min(len(cells), len(reader.columns)) + 1
        return reader.refuse(DataError(reader.name, row=number, column=column, found=f"{len(cells)} cells", expected=expected))
    sign = next((text for text, spec in zip(cells, reader.columns, strict=True) if spec == "sign"), "")
    for column, (text, spec) in enumerate(zip(cells, reader.columns, strict=True), start=1):
        if spec in ("label", "sign"):
            reader.record(number, column, text, spec)
        elif spec:
            _read_figures(reader, number, column, text, spec, entry, sign)
        else:
            _record_blank(reader, number, column, text, cells[0], "a blank cell")
    return None


def _read_figures(reader: _Reader, number: int, column: int, text: str, spec: str, entry: Row, sign: str) -> None:
    """Add the figures of one cell. `spec` is `period[/category][ status]`; `entry` may name several series or categories."""
    heading, _, status = spec.partition(" ")
    period, _, column_category = heading.partition("/")
    category = column_category or entry["category"]
    series_ids, categories = entry["series"].split("|"), category.split("|")
    count = max(len(series_ids), len(categories))
    try:
        figures = read_cell(entry["format"], text, count, reader.release.source, sign)
    except UnreadableError as error:
        column_name = f"{column} ({heading})"
        return reader.refuse(DataError(reader.name, row=number, column=column_name, found=repr(text), expected=str(error)))
    for index, figure in enumerate(figures):
        reader.observations.append(
            {
                "series": series_ids[index % len(series_ids)],
                "area": entry["area"],
                "period": period,
                "category": categories[index % len(categories)],
                "value": figure.value,
                "status": status if status and figure.value is not None else figure.status,
                "release": reader.release.id,
                "source": reader.source(number, column),
                "note": _footnote(reader, number, column, figure.marker),
            }
        )
    return reader.record(number, column, text, "observation" if text else "printed blank")


def _footnote(reader: _Reader, row: int, column: int, marker: str) -> str:
    if not marker:
        return ""
    for note in reader.footnotes:
        if note["marker"] == marker:
            return note["text"]
    expected = "one that footnotes.csv knows" + unmatched.how_to_add_footnote(reader.release, reader.file, marker)
    reader.refuse(DataError(reader.name, row=row, column=column, found=f"the footnote marker {marker!r}", expected=expected))
    return ""


def _matched_entry(reader: _Reader, number: int, index: int) -> Row:
    """Return the layout's entry of a row, after noting the row's number; refuse a row that occurs too often."""
    entry, rows = reader.layout[index], reader.rows_of_entry.setdefault(index, [])
    rows.append(number)
    limit = int(entry["occurs"])
    if len(rows) > limit:
        found = f"the row {entry['label']!r} once more" if entry["label"] else "the row without a label once more"
        times = "once" if limit == 1 else f"{limit} times"
        expected = f"it {times}, as in row {rows[0]}"
        reader.refuse(DataError(reader.name, row=number, column=1, found=found, expected=expected))
    return entry


def _check_complete(reader: _Reader) -> None:
    last_row = 0
    for index, entry in enumerate(reader.layout):
        rows = reader.rows_of_entry.get(index, [])
        if len(rows) < int(entry["occurs"]):
            expected = unmatched.missing_entry(reader.release, entry)
            reader.refuse(DataError(reader.name, row=last_row + 1, column=1, found="no such row", expected=expected))
        last_row = rows[-1] if rows else last_row
