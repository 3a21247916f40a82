"""Reading a printed table by its layout: every cell becomes a figure, a heading, a label or named noise, or is refused.

`layouts.csv` says what each row of a file is, keyed on block and label, and what each column holds. Titles, headers and
footnotes are matched as a whole (cells joined by `|`), blocks and rows of data by their first cell.
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
    """The state while a file is read from top to bottom: which block, which columns, what was seen and found."""

    release: Release
    file: str
    layout: list[Row]
    noise: list[Row]
    footnotes: list[Row]
    firsts: frozenset[str] = frozenset()  # the first cells of all rows
    problems: list[DataError] | None = None  # where all are to be told; None where the first ends the reading
    columns: list[str] | None = None
    header_row: int = 0
    block: str = ""
    seen: dict[int, list[int]] = field(default_factory=dict)
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

    def account(self, row: int, column: int, text: str, fate: str, reason: str = "") -> None:
        self.cells.append({"source": self.source(row, column), "text": text, "fate": fate, "reason": reason})


def read_table(release: Release, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return (observations, cells) of one file: the tidy rows in it, and the fate of each of its cells.

    Raises DataError naming file, row, column, what was found and what was expected for a row or header that the layout
    doesn't know, a row that is missing or stands twice, a row of another length, or a cell not of its format.
    """
    reader = _read(_reader(release, file))
    return (
        pd.DataFrame(reader.observations, columns=list(COLUMNS)).astype({"value": float}),
        pd.DataFrame(reader.cells, columns=list(CELL_COLUMNS)),
    )


def problems(release: Release, file: str) -> list[str]:
    """Return a sentence for each row and cell of a file that its rows don't account for; none where it can be read."""
    found: list[DataError] = []
    try:
        _read(_reader(release, file, found))
    except DataError as error:  # a file that is none, or a heading without which nothing below can be told
        found.append(error)
    return list(map(str, found))


def _reader(release: Release, file: str, problems: list[DataError] | None = None) -> _Reader:
    layout, noise, footnotes = (of_file(release, name, file) for name in ("layouts", "noise", "footnotes"))
    return _Reader(release, file, layout, noise, footnotes, problems=problems)


def _read(reader: _Reader) -> _Reader:
    if not reader.layout:
        raise DataError(reader.name, found="a file that layouts.csv doesn't know", expected=unmatched.no_layout(reader.release))
    rows = reader.release.rows(reader.file)
    reader.firsts = frozenset(cells[0] for cells in rows if cells)
    for number, cells in enumerate(rows, start=1):
        if any(cells):
            _read_row(reader, number, cells)
        else:
            _read_blank(reader, number, cells)
    _check_complete(reader)
    return reader


def _read_row(reader: _Reader, number: int, cells: list[str]) -> None:
    joined = "|".join(cells)
    whole = _index(reader, lambda entry: entry["role"] in _WHOLE_ROW and entry["label"] == joined)
    place = (reader.block, cells[0])
    data = _index(reader, lambda entry: entry["role"] == "data" and (entry["block"], entry["label"]) == place)
    other = _index(reader, lambda entry: entry["role"] in ("block", "label") and entry["label"] == cells[0])
    if whole is not None:
        _read_heading(reader, number, cells, whole)
    elif reader.columns is None:
        # What has been read as often as it occurs is not what is missing here.
        raise unmatched.header(reader.release, reader.file, number, cells, _headings(reader))
    elif data is not None and not unmatched.is_mark(cells):
        _read_data(reader, number, cells, data)
    elif other is not None:
        _read_block(reader, number, cells, other)
    elif not _is_noise(reader, number, cells):
        _refuse_row(reader, number, cells)


def _headings(reader: _Reader) -> list[Row]:
    """Return the titles, headers and footnotes that are still to come, or all where none is."""
    whole = [(at, entry) for at, entry in enumerate(reader.layout) if entry["role"] in _WHOLE_ROW]
    return [entry for at, entry in whole if len(reader.seen.get(at, [])) < int(entry["occurs"])] or [row for _, row in whole]


def _is_noise(reader: _Reader, number: int, cells: list[str]) -> bool:
    """Account for a row that holds nothing but marks that `noise.csv` names; return False for any other."""
    known = [_noise(reader, reader.block, column, text) if text else None for column, text in enumerate(cells, start=1)]
    if any(text and found is None for text, found in zip(cells, known, strict=True)):
        return False
    for column, (text, found) in enumerate(zip(cells, known, strict=True), start=1):
        reader.account(number, column, text, *((found["kind"], found["reason"]) if found else ("padding",)))
    return True


def _noise(reader: _Reader, beside: str, column: int, text: str) -> Row | None:
    """Return the row of `noise.csv` that names a mark, by the first cell of its row or the block that it stands in."""
    place = (beside, str(column), text)
    return next((each for each in reader.noise if (each["block"], each["column"], each["text"]) == place), None)


def _account_for_blank(reader: _Reader, number: int, column: int, text: str, beside: str, expected: str) -> None:
    """Account for a cell that should be blank: padding, or a mark that `noise.csv` names; refuse anything else."""
    known = _noise(reader, beside, column, text) if text else None
    if text and known is None:
        expected += unmatched.noise(reader.release, reader.file, beside, column, text)
        reader.refuse(DataError(reader.name, row=number, column=column, found=repr(text), expected=expected))
    reader.account(number, column, text, *((known["kind"], known["reason"]) if known else ("padding",)))


def _refuse_row(reader: _Reader, number: int, cells: list[str]) -> None:
    # A changed header further down (after a page break) looks most like another header, not like a row of data.
    if unmatched.is_like(cells, [entry["label"] for entry in reader.layout if entry["role"] == "header"]):
        raise unmatched.header(reader.release, reader.file, number, cells, _headings(reader))
    gone = [entry for entry in reader.layout if entry["role"] not in _WHOLE_ROW and entry["label"] not in reader.firsts]
    error, instead = unmatched.row(reader.release, reader.file, number, cells, reader.block, reader.layout, gone)
    reader.refuse(error)
    if instead is not None:  # it is told here, and not once more as a row that is missing
        reader.seen[reader.layout.index(instead)] = [number] * int(instead["occurs"])
        reader.block = instead["label"] if instead["role"] == "block" else reader.block


def _index(reader: _Reader, matches: Callable[[Row], bool]) -> int | None:
    return next((index for index, entry in enumerate(reader.layout) if matches(entry)), None)


def _read_blank(reader: _Reader, number: int, cells: list[str]) -> None:
    # A row of nothing but commas says nothing, and its cells are accounted for like any others.
    for column in range(1, len(cells) + 1):
        reader.account(number, column, "", "padding")


def _read_heading(reader: _Reader, number: int, cells: list[str], match: int) -> None:
    entry = _mark_seen(reader, number, match)
    if entry["columns"]:
        reader.columns, reader.header_row = entry["columns"].split("|"), number
    for column, text in enumerate(cells, start=1):
        reader.account(number, column, text, entry["role"] if text else "padding")


def _read_block(reader: _Reader, number: int, cells: list[str], match: int) -> None:
    entry = _mark_seen(reader, number, match)
    if entry["role"] == "block":
        reader.block = cells[0]
    reader.account(number, 1, cells[0], entry["role"])
    for column, text in enumerate(cells[1:], start=2):
        _account_for_blank(reader, number, column, text, cells[0], "a blank: it's a heading")


def _read_data(reader: _Reader, number: int, cells: list[str], match: int) -> None:
    assert reader.columns is not None
    entry = _mark_seen(reader, number, match)
    if len(cells) != len(reader.columns):
        expected = f"{len(reader.columns)}, as in the header in row {reader.header_row}"
        column = min(len(cells), len(reader.columns)) + 1
        return reader.refuse(DataError(reader.name, row=number, column=column, found=f"{len(cells)} cells", expected=expected))
    sign = next((text for text, spec in zip(cells, reader.columns, strict=True) if spec == "sign"), "")
    for column, (text, spec) in enumerate(zip(cells, reader.columns, strict=True), start=1):
        if spec in ("label", "sign"):
            reader.account(number, column, text, spec)
        elif spec:
            _read_figures(reader, number, column, text, spec, entry, sign)
        else:
            _account_for_blank(reader, number, column, text, cells[0], "a blank cell")
    return None


def _read_figures(reader: _Reader, number: int, column: int, text: str, spec: str, entry: Row, sign: str) -> None:
    """Add the figures of one cell. `spec` is `period[/category][ status]`; the row may name several series or categories."""
    place, _, status = spec.partition(" ")
    period, _, column_category = place.partition("/")
    category = column_category or entry["category"]
    series_ids, categories = entry["series"].split("|"), category.split("|")
    names = max(len(series_ids), len(categories))
    try:
        figures = read_cell(entry["format"], text, names, reader.release.source, sign)
    except UnreadableError as error:
        where = f"{column} ({place})"
        return reader.refuse(DataError(reader.name, row=number, column=where, found=repr(text), expected=str(error)))
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
    return reader.account(number, column, text, "observation" if text else "printed blank")


def _footnote(reader: _Reader, row: int, column: int, marker: str) -> str:
    if not marker:
        return ""
    for note in reader.footnotes:
        if note["marker"] == marker:
            return note["text"]
    expected = "one that footnotes.csv knows" + unmatched.footnote(reader.release, reader.file, marker)
    reader.refuse(DataError(reader.name, row=row, column=column, found=f"the footnote marker {marker!r}", expected=expected))
    return ""


def _mark_seen(reader: _Reader, number: int, match: int) -> Row:
    """Return the entry of the layout that the row is, after noting where it stands; refuses one that stands too often."""
    entry, rows = reader.layout[match], reader.seen.setdefault(match, [])
    rows.append(number)
    often = int(entry["occurs"])
    if len(rows) > often:
        found = f"the row {entry['label']!r} once more" if entry["label"] else "the row without a label once more"
        times = "once" if often == 1 else f"{often} times"
        expected = f"it {times}, as in row {rows[0]}"
        reader.refuse(DataError(reader.name, row=number, column=1, found=found, expected=expected))
    return entry


def _check_complete(reader: _Reader) -> None:
    after = 0
    for index, entry in enumerate(reader.layout):
        rows = reader.seen.get(index, [])
        if len(rows) < int(entry["occurs"]):
            expected = unmatched.missing(reader.release, entry)
            reader.refuse(DataError(reader.name, row=after + 1, column=1, found="no such row", expected=expected))
        after = rows[-1] if rows else after
