"""Reading a file of official statistics by its layout, a column at a time: every row becomes figures or is left with a reason."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue import tables
from analysis.clean.official import dating, geography
from analysis.clean.official.recognition import ANY_ROW, KEY_JOINT, Layout, recognise
from analysis.errors import DataError
from analysis.store import CELL_COLUMNS, COLUMNS
from analysis.store.raw_files import Release

PUBLISHED = ("kind", "reference", "area", "period", "text", "decimals", "rounded", "source", "release")
_MELTED = ("area", "level", "year", "row", "place", "column", "heading", "text", "role", "reference", "detail")
_NUMBER = {"count": "[0-9]+", "percent": r"[0-9]+(?:\.[0-9]+)?", "rate": r"[0-9]+(?:\.[0-9]+)?"}
_WHOLE = 100.0
_WORDS = {"count": "a whole number", "percent": "a percentage", "rate": "a rate"}
_ERROR_OF_A_SPREADSHEET = "#"


@dataclass(frozen=True)
class Reading:
    """What a file says: tidy figures, the fate of its cells, and rates and percentages that its publisher made of them.

    `rows` counts its rows, `rows_read` those that gave a figure; `left` are the numbers of the others, each with its reason.
    """

    observations: pd.DataFrame
    cells: pd.DataFrame
    published: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(PUBLISHED)))
    rows: int = 0
    rows_read: int = 0
    left: dict[int, str] = field(default_factory=dict)


def read_columns(release: Release, file: str) -> Reading:
    """Return what a CSV file of a known layout says.

    Raises DataError naming file, row, column, what was found and what was expected: for a header, a value of a code list, an
    area, a figure or a symbol that no table knows, a row of another length, one that stands twice or is missing.
    """
    name = f"{release.id}/{file}"
    header, *lines = release.rows(file)
    layout = recognise(release.source, header, lines[0] if lines else [], name)
    every = _frame(lines, layout.header, name)
    _check_same(every, layout, name)
    left = _skipped(every, layout)
    frame = every.drop(index=list(left))
    if frame.empty:
        raise DataError(name, found="nothing that is known of its source", expected=f"figures of the layout {layout.name!r}")
    placed = geography.resolve(frame, layout, name).assign(year=dating.years(frame, layout, release, name))
    placed["on"] = dating.day(placed["year"], layout)
    key = _keys(frame, layout, name)
    _check_once(placed.assign(key=key), name)
    _check_keys(placed.assign(key=key), layout, name)
    geography.check_coverage(placed, layout, name)
    melted = pd.concat([_melt(frame, placed.assign(key=key), layout), _summed(frame, placed, layout, name)], ignore_index=True)
    observations = _observations(melted[melted["role"] == "figure"], layout, release, name)
    read = set(melted.loc[melted["role"] == "figure", "row"])
    left |= {int(row): "Nothing in it is taken: see its columns." for row in frame.index if row not in read}
    return Reading(
        observations=observations,
        cells=_cells(every, layout, left, name),
        published=_published(melted[melted["role"].isin(("rate", "percent"))], layout, release, name),
        rows=len(every),
        rows_read=len(read),
        left=left,
    )


def _frame(lines: list[list[str]], header: list[str], name: str) -> pd.DataFrame:
    """Return the rows by their numbers in the file (the header is row 1), the columns by their names."""
    width = len(header)
    for number, cells in enumerate(lines, start=2):
        if len(cells) != width:
            column = min(len(cells), width) + 1
            raise DataError(name, row=number, column=column, found=f"{len(cells)} cells", expected=f"{width}, as in the header")
    if not lines:
        raise DataError(name, row=2, found="no row", expected="figures under the header")
    names = [column or f"(blank {at})" for at, column in enumerate(header)]
    return pd.DataFrame(lines, columns=names, index=range(2, len(lines) + 2), dtype=object)


def _check_same(frame: pd.DataFrame, layout: Layout, name: str) -> None:
    blank = {column: "" for column in frame.columns if column.startswith("(blank ")}
    rows = layout.rows[layout.rows["role"] == "same"]
    for column, wanted in (dict(zip(rows["column"], rows["reference"], strict=True)) | blank).items():
        broken = frame[column] != wanted
        if broken.any():
            row = int(broken.idxmax())
            raise DataError(name, row=row, column=column, found=repr(frame.at[row, column]), expected=repr(wanted))


def _skipped(frame: pd.DataFrame, layout: Layout) -> dict[int, str]:
    """Return the rows that the layout leaves, {row: reason}: codes that begin as it says, keys of tables that are of no use."""
    left: dict[int, str] = {}
    for entry in layout.rows[layout.rows["role"] == "skip"].itertuples(index=False):
        begins = frame[entry.column].str.startswith(entry.reference)
        left |= dict.fromkeys(frame.index[begins].tolist(), str(entry.note))
    if layout.of_file("other_keys"):
        note = layout.rows.loc[layout.rows["role"] == "other_keys", "note"].iloc[0]
        unknown = ~_joined(frame, layout).isin(layout.figures["where"])
        left |= dict.fromkeys(frame.index[unknown].tolist(), str(note))
    return left


def _keys(frame: pd.DataFrame, layout: Layout, name: str) -> pd.Series:
    if not layout.keys:
        return pd.Series("", index=frame.index)
    key = _joined(frame, layout)
    known = sorted(set(layout.figures["where"]) - {ANY_ROW})
    broken = ~key.isin(known)
    if broken.any():
        row = int(broken.idxmax())
        near = difflib.get_close_matches(str(key[row]), known, n=1, cutoff=0.3)
        expected = "a value of the layout" + (f" such as {near[0]!r}" if near else "")
        raise DataError(name, row=row, column=layout.keys[-1], found=repr(key[row]), expected=expected)
    return key


def _joined(frame: pd.DataFrame, layout: Layout) -> pd.Series:
    return frame[layout.keys[0]].str.cat([frame[column] for column in layout.keys[1:]], sep=KEY_JOINT)


def _check_once(placed: pd.DataFrame, name: str) -> None:
    again = placed.duplicated(["area", "year", "key"])
    if again.any():
        row = int(again.idxmax())
        same = (placed[["area", "year", "key"]] == placed.loc[row, ["area", "year", "key"]]).all(axis=1)
        found = f"the area and year of row {int(same.idxmax())} once more"
        raise DataError(name, row=row, found=found, expected="one row for each")


def _check_keys(placed: pd.DataFrame, layout: Layout, name: str) -> None:
    """Raise DataError unless every area has a row for each key of the layout in each of its years."""
    if not layout.keys or layout.of_file("other_keys"):
        return
    keys = sorted(set(layout.figures["where"]) - {ANY_ROW})
    counts = placed.groupby(["area", "year"])["key"].nunique()
    short = counts[counts < len(keys)]
    if len(short):
        area, year = short.index[0]
        held = set(placed.loc[(placed["area"] == area) & (placed["year"] == year), "key"])
        missing = next(key for key in keys if key not in held)
        row = int(placed.index[(placed["area"] == area) & (placed["year"] == year)][-1])
        raise DataError(
            name, row=row, found=f"no row {missing!r} for {year} near it", expected="each once for every area and year"
        )


def _melt(frame: pd.DataFrame, placed: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Return one row for each cell in use: role, reference, note, the file's row and column, area, year and level."""
    at = {column: number for number, column in enumerate(frame.columns, start=1)}
    exact = layout.figures[layout.figures["where"] != ANY_ROW]
    parts = []
    for entry in exact[~exact["role"].isin(("left", "sum"))].itertuples(index=False):
        mine = placed[placed["key"] == entry.where] if layout.keys else placed
        cells = mine[["area", "level", "year"]].assign(
            row=mine.index,
            place=mine.index.astype(str) + f",{at[entry.column]}",
            column=at[entry.column],
            heading=entry.column,
            text=frame.loc[mine.index, entry.column],
        )
        references = entry.reference.split("|")
        parts += [cells.assign(role=entry.role, reference=reference, detail=entry.note) for reference in references]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_MELTED))


def _summed(frame: pd.DataFrame, placed: pd.DataFrame, layout: Layout, name: str) -> pd.DataFrame:
    """Return one row a figure that is a sum of cells side by side, such as single years of age; its place is their range."""
    entries = layout.rows[layout.rows["role"] == "sum"]
    at = {column: number for number, column in enumerate(frame.columns, start=1)}
    columns = entries["column"].unique().tolist()
    for column in columns:
        broken = ~frame[column].str.fullmatch(r"[0-9]+(?:\.0)?")
        if broken.any():
            row = int(broken.idxmax())
            where = f"{at[column]} ({column})"
            raise DataError(name, row=row, column=where, found=repr(frame.at[row, column]), expected="a whole number")
    values = frame[columns].astype(float)
    parts = []
    for reference in dict.fromkeys(each for text in entries["reference"] for each in text.split("|")):
        mine = entries.loc[entries["reference"].map(lambda text, one=reference: one in text.split("|")), "column"].tolist()
        first, last, rows = at[mine[0]], at[mine[-1]], frame.index.astype(str)
        place = rows + f",{first}" + (("-" + rows + f",{last}") if last > first else "")
        text = values[mine].sum(axis=1).map("{:.0f}".format)
        cells = placed[["area", "level", "year"]].assign(row=frame.index, place=place, column=first, heading=mine[0], text=text)
        parts.append(cells.assign(role="figure", reference=reference, detail=""))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_MELTED))


def _observations(melted: pd.DataFrame, layout: Layout, release: Release, name: str) -> pd.DataFrame:
    series = melted["reference"].str.partition(":")
    known = catalogue.series()
    units = series[0].map(known["unit"]).replace({"rank": "count"})
    value, status, note = _read(melted, units, layout, name)
    rounded = melted["level"].isin(layout.of_file("rounded").split()) & (units == "count") & value.notna()
    notes = layout.rows.loc[layout.rows["role"] == "rounded", "note"]
    found = pd.DataFrame(
        {
            "series": series[0],
            "area": melted["area"],
            "period": dating.period(melted["year"], series[0].map(known["kind"]), layout),
            "category": series[2].where(series[2] != "", catalogue.TOTAL),
            "value": value,
            "status": status,
            "release": release.id,
            "source": _source(melted, name),
            "note": note.where(~rounded, notes.iloc[0] if len(notes) else ""),
        }
    )
    return found[list(COLUMNS)]


def _read(melted: pd.DataFrame, units: pd.Series, layout: Layout, name: str) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return value, status and note of each cell; raises DataError for one that is neither a figure nor a symbol."""
    symbols = _symbols(layout.of_file("publisher"))
    text = melted["text"]
    marked = text.isin(symbols)
    for unit, pattern in _NUMBER.items():
        broken = (units == unit) & ~marked & ~text.str.fullmatch(pattern)
        if broken.any():
            cell = melted[broken].iloc[0]
            column = f"{cell['column']} ({cell['heading']})"
            raise DataError(
                name, row=int(cell["row"]), column=column, found=repr(cell["text"]), expected=f"{_WORDS[unit]} or a symbol"
            )
    value = pd.to_numeric(text.where(~marked)).astype(float)
    above = (units == "percent") & (value > _WHOLE)
    if above.any():
        cell = melted[above].iloc[0]
        column = f"{cell['column']} ({cell['heading']})"
        raise DataError(name, row=int(cell["row"]), column=column, found=repr(cell["text"]), expected="a percentage up to 100")
    status = text.map({symbol: status for symbol, (status, _) in symbols.items()}).where(marked, "final")
    note = text.map({symbol: f"{meaning[:1].upper()}{meaning[1:]}." for symbol, (_, meaning) in symbols.items()})
    return value, status, note.where(marked, "").astype(object)


def _symbols(publisher: str) -> dict[str, tuple[str, str]]:
    table = tables.read("markers")
    mine = table[table["publisher"] == publisher]
    return {symbol: (status, meaning) for _, symbol, status, meaning in mine.itertuples(index=False, name=None)}


def _source(melted: pd.DataFrame, name: str) -> pd.Series:
    return f"{name}#cell=" + melted["place"]


def _published(melted: pd.DataFrame, layout: Layout, release: Release, name: str) -> pd.DataFrame:
    """Return the rates and percentages of the file that are numbers, to be held against what their counts give."""
    if melted.empty:
        return pd.DataFrame(columns=list(PUBLISHED))
    units = melted["role"]
    value, _, _ = _read(melted, units, layout, name)
    first = melted["reference"].str.extract(r"^([a-z0-9_]+)", expand=False)
    found = pd.DataFrame(
        {
            "kind": melted["role"],
            "reference": melted["reference"],
            "area": melted["area"],
            "period": dating.period(melted["year"], first.map(catalogue.series()["kind"]), layout),
            "text": melted["text"],
            "decimals": melted["detail"].astype(int),
            "rounded": melted["level"].isin(layout.of_file("rounded").split()),
            "source": _source(melted, name),
            "release": release.id,
        }
    )
    return found[value.notna()].reset_index(drop=True)


def _cells(frame: pd.DataFrame, layout: Layout, left: dict[int, str], name: str) -> pd.DataFrame:
    """Return the fate of the file's cells: one row a column, one a row that is left, one an error of the source."""
    reasons = layout.figures[layout.figures["role"] == "left"].drop_duplicates("column").set_index("column")["note"]
    used = set(layout.figures.loc[layout.figures["role"] != "left", "column"])
    roles = layout.rows[layout.rows["column"] != ""].drop_duplicates("column").set_index("column")["role"]
    rows = []
    for at, column in enumerate(frame.columns, start=1):
        fate = "official column" if column in used or roles.get(column) not in ("left", None) else "official column left"
        reason = reasons.get(column, "Empty in every row.") if fate.endswith("left") else ""
        rows.append((f"{name}#col={at}", column, fate, reason))
    rows += [(f"{name}#row={row}", "", "official row left", reason) for row, reason in left.items()]
    texts = frame.to_numpy(str)
    for row, column in np.argwhere(np.char.startswith(texts, _ERROR_OF_A_SPREADSHEET)):
        where = f"{name}#cell={row + 2},{column + 1}"
        rows.append((where, texts[row, column], "error of the source", "An error of the publisher's spreadsheet; no figure."))
    return pd.DataFrame(rows, columns=list(CELL_COLUMNS))
