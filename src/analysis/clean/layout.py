"""Reading a printed table by its layout: every cell becomes a figure, a heading, a label or named noise, or is refused.

`layouts.csv` says what each row of a file is, keyed on block and label, and what each column holds. Titles, headers and
footnotes are matched as a whole (cells joined by `|`), blocks and rows of data by their first cell.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from analysis import tables
from analysis.clean.cells import UnreadableError, read_cell
from analysis.errors import DataError
from analysis.raw import Release
from analysis.store import CELL_COLUMNS, COLUMNS

_WHOLE_ROW = ("title", "header", "footnote")
# A row of one of the package's tables, by column.
_Entry = dict[str, str]


@dataclass
class _Reader:
    """The state while a file is read from top to bottom: which block, which columns, what was seen and found."""

    release: Release
    file: str
    layout: list[_Entry]
    noise: list[_Entry]
    footnotes: list[_Entry]
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

    def account(self, row: int, column: int, text: str, fate: str, reason: str = "") -> None:
        self.cells.append({"source": self.source(row, column), "text": text, "fate": fate, "reason": reason})


def read_table(release: Release, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return (observations, cells) of one file: the tidy rows in it, and the fate of each of its cells.

    Raises DataError naming file, row, column, what was found and what was expected for a row or header that the layout
    doesn't know, a row that is missing or stands twice, a row of another length, or a cell not of its format.
    """
    layout, noise, footnotes = (_entries(name, release, file) for name in ("layouts", "noise", "footnotes"))
    reader = _Reader(release, file, layout, noise, footnotes)
    if not reader.layout:
        raise DataError(reader.name, found="a file that layouts.csv doesn't know", expected="a layout for it")
    for number, cells in enumerate(release.rows(file), start=1):
        if any(cells):
            _read_row(reader, number, cells)
        else:
            _read_blank(reader, number, cells)
    _check_complete(reader)
    return (
        pd.DataFrame(reader.observations, columns=list(COLUMNS)).astype({"value": float}),
        pd.DataFrame(reader.cells, columns=list(CELL_COLUMNS)),
    )


def _entries(table: str, release: Release, file: str) -> list[_Entry]:
    rows = tables.read(table)
    mine = (rows["source"] == release.source) & (rows["release"] == release.release) & (rows["file"] == file)
    return rows[mine].to_dict("records")


def _read_row(reader: _Reader, number: int, cells: list[str]) -> None:
    joined = "|".join(cells)
    whole = _index(reader, lambda entry: entry["role"] in _WHOLE_ROW and entry["label"] == joined)
    place = (reader.block, cells[0])
    data = _index(reader, lambda entry: entry["role"] == "data" and (entry["block"], entry["label"]) == place)
    other = _index(reader, lambda entry: entry["role"] in ("block", "label") and entry["label"] == cells[0])
    if whole is not None:
        _read_heading(reader, number, cells, whole)
    elif reader.columns is None:
        _refuse_header(reader, number, cells)
    elif data is not None:
        _read_data(reader, number, cells, data)
    elif other is not None:
        _read_block(reader, number, cells, other)
    else:
        _refuse_row(reader, number, cells)


def _index(reader: _Reader, matches: Callable[[_Entry], bool]) -> int | None:
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
    named = {(each["column"], each["text"]): each for each in reader.noise if each["block"] == cells[0]}
    reader.account(number, 1, cells[0], entry["role"])
    for column, text in enumerate(cells[1:], start=2):
        known = named.get((str(column), text))
        if text and known is None:
            raise DataError(reader.name, row=number, column=column, found=repr(text), expected="a blank: it's a heading")
        if known is not None:
            reader.account(number, column, text, known["kind"], known["reason"])
        else:
            reader.account(number, column, text, "padding")


def _read_data(reader: _Reader, number: int, cells: list[str], match: int) -> None:
    assert reader.columns is not None
    entry = _mark_seen(reader, number, match)
    if len(cells) != len(reader.columns):
        raise DataError(
            reader.name,
            row=number,
            column=min(len(cells), len(reader.columns)) + 1,
            found=f"{len(cells)} cells",
            expected=f"{len(reader.columns)}, as in the header in row {reader.header_row}",
        )
    sign = next((text for text, spec in zip(cells, reader.columns, strict=True) if spec == "sign"), "")
    for column, (text, spec) in enumerate(zip(cells, reader.columns, strict=True), start=1):
        if spec in ("label", "sign"):
            reader.account(number, column, text, spec)
        elif spec:
            _read_figures(reader, number, column, text, spec, entry, sign)
        elif text:
            raise DataError(reader.name, row=number, column=column, found=repr(text), expected="a blank cell")
        else:
            reader.account(number, column, text, "padding")


def _read_figures(reader: _Reader, number: int, column: int, text: str, spec: str, entry: _Entry, sign: str) -> None:
    """Add the figures of one cell. `spec` is `period[/category][ status]`; the row may name several series or categories."""
    place, _, status = spec.partition(" ")
    period, _, column_category = place.partition("/")
    category = column_category or entry["category"]
    series_ids, categories = entry["series"].split("|"), category.split("|")
    names = max(len(series_ids), len(categories))
    try:
        figures = read_cell(entry["format"], text, names, reader.release.source, sign)
    except UnreadableError as error:
        raise DataError(reader.name, row=number, column=f"{column} ({place})", found=repr(text), expected=str(error)) from None
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
    reader.account(number, column, text, "observation" if text else "printed blank")


def _footnote(reader: _Reader, row: int, column: int, marker: str) -> str:
    if not marker:
        return ""
    for note in reader.footnotes:
        if note["marker"] == marker:
            return note["text"]
    raise DataError(
        reader.name, row=row, column=column, found=f"the footnote marker {marker!r}", expected="one that footnotes.csv knows"
    )


def _mark_seen(reader: _Reader, number: int, match: int) -> _Entry:
    """Return the entry of the layout that the row is, after noting where it stands; refuses one that stands too often."""
    entry, rows = reader.layout[match], reader.seen.setdefault(match, [])
    rows.append(number)
    often = int(entry["occurs"])
    if len(rows) > often:
        found = f"the row {entry['label']!r} once more" if entry["label"] else "the row without a label once more"
        times = "once" if often == 1 else f"{often} times"
        raise DataError(reader.name, row=number, column=1, found=found, expected=f"it {times}, as in row {rows[0]}")
    return entry


def _refuse_header(reader: _Reader, number: int, cells: list[str]) -> None:
    # What has been read as often as it occurs is not what is missing here.
    open_still = [entry for at, entry in enumerate(reader.layout) if len(reader.seen.get(at, [])) < int(entry["occurs"])]
    headings = [entry["label"] for entry in open_still if entry["role"] in _WHOLE_ROW] or _labels(reader, _WHOLE_ROW)
    found = "|".join(cells)
    nearest = max(headings, key=lambda label: difflib.SequenceMatcher(None, label, found).ratio())
    expected = nearest.split("|")
    if len(expected) != len(cells):
        column = min(len(cells), len(expected)) + 1
        raise DataError(
            reader.name, row=number, column=column, found=f"{len(cells)} cells", expected=f"{len(expected)}: {nearest!r}"
        )
    pairs = enumerate(zip(cells, expected, strict=True), start=1)
    column, (text, wanted) = next(pair for pair in pairs if pair[1][0] != pair[1][1])
    raise DataError(reader.name, row=number, column=column, found=repr(text), expected=repr(wanted))


def _refuse_row(reader: _Reader, number: int, cells: list[str]) -> None:
    # A changed header further down (after a page break) looks most like another header, not like a row of data.
    headers = _labels(reader, ("header",))
    if difflib.get_close_matches("|".join(cells), headers, n=1, cutoff=0.75):
        _refuse_header(reader, number, cells)
    labels = _labels(reader, ("data", "block", "label"))
    near = difflib.get_close_matches(cells[0], labels, n=1, cutoff=0.5)
    expected = f"a row that the layout knows in the block {reader.block!r}" if reader.block else "a row of the layout"
    raise DataError(
        reader.name,
        row=number,
        column=1,
        found=f"the label {cells[0]!r}",
        expected=expected + (f" such as {near[0]!r}" if near and near[0] else ""),
    )


def _labels(reader: _Reader, roles: tuple[str, ...]) -> list[str]:
    return [entry["label"] for entry in reader.layout if entry["role"] in roles]


def _check_complete(reader: _Reader) -> None:
    after = 0
    for index, entry in enumerate(reader.layout):
        rows = reader.seen.get(index, [])
        if len(rows) < int(entry["occurs"]):
            what = f"the row {entry['label']!r}" if entry["label"] else f"the row without a label that gives {entry['series']}"
            where = f" in the block {entry['block']!r}" if entry["block"] else ""
            raise DataError(reader.name, row=after + 1, column=1, found="no such row", expected=what + where)
        after = rows[-1]
