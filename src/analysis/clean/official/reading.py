"""Reading a file of official statistics by its layout, a column at a time: every row becomes figures or is left with a reason."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis import catalogue, tables
from analysis.clean.official import geography
from analysis.clean.official.layouts import ANY_ROW, KEY_JOINT, Layout, recognise
from analysis.errors import DataError
from analysis.raw import Release
from analysis.store import CELL_COLUMNS, COLUMNS

PUBLISHED = ("kind", "reference", "area", "period", "text", "decimals", "rounded", "source", "release")
_NUMBER = {"count": r"\d+", "percent": r"\d+(?:\.\d+)?", "rate": r"\d+(?:\.\d+)?"}
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
    frame = _frame(lines, layout.header, name)
    _check_same(frame, layout, name)
    placed = geography.resolve(frame, layout, name).assign(year=_years(frame, layout, name))
    placed["on"] = _day(placed["year"], layout)
    key = _keys(frame, layout, name)
    _check_once(placed.assign(key=key), name)
    _check_keys(placed.assign(key=key), layout, name)
    geography.check_coverage(placed, layout, name)
    melted = _melt(frame, placed.assign(key=key), layout)
    observations = _observations(melted[melted["role"] == "figure"], layout, release, name)
    read = set(melted.loc[melted["role"] == "figure", "row"])
    left = {int(row): "Nothing in it is taken: see its columns." for row in frame.index if row not in read}
    return Reading(
        observations=observations,
        cells=_cells(frame, layout, left, name),
        published=_published(melted[melted["role"].isin(("rate", "percent"))], layout, release, name),
        rows=len(frame),
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


def _years(frame: pd.DataFrame, layout: Layout, name: str) -> pd.Series:
    if layout.of_file("year"):
        return pd.Series(int(layout.of_file("year")), index=frame.index)
    column = layout.column("year_ending") or layout.column("mid_year")
    broken = ~frame[column].str.fullmatch(r"(?:19|20)\d\d")
    if broken.any():
        row = int(broken.idxmax())
        raise DataError(name, row=row, column=column, found=repr(frame.at[row, column]), expected="a year such as 2024")
    return frame[column].astype(int)


def _day(years: pd.Series, layout: Layout) -> pd.Series:
    """Return the day by which an authority must exist: the 31 March that ends the year, or the one after a mid-year."""
    return (years + bool(layout.column("mid_year"))).astype(str) + "-03-31"


def _keys(frame: pd.DataFrame, layout: Layout, name: str) -> pd.Series:
    if not layout.keys:
        return pd.Series("", index=frame.index)
    key = frame[layout.keys[0]].str.cat([frame[column] for column in layout.keys[1:]], sep=KEY_JOINT)
    known = sorted(set(layout.figures["where"]) - {ANY_ROW})
    broken = ~key.isin(known)
    if broken.any():
        row = int(broken.idxmax())
        near = difflib.get_close_matches(str(key[row]), known, n=1, cutoff=0.3)
        expected = "a value of the layout" + (f" such as {near[0]!r}" if near else "")
        raise DataError(name, row=row, column=layout.keys[-1], found=repr(key[row]), expected=expected)
    return key


def _check_once(placed: pd.DataFrame, name: str) -> None:
    again = placed.duplicated(["area", "year", "key"])
    if again.any():
        row = int(again.idxmax())
        same = (placed[["area", "year", "key"]] == placed.loc[row, ["area", "year", "key"]]).all(axis=1)
        found = f"the area and year of row {int(same.idxmax())} once more"
        raise DataError(name, row=row, found=found, expected="one row for each")


def _check_keys(placed: pd.DataFrame, layout: Layout, name: str) -> None:
    """Raise DataError unless every area has a row for each key of the layout in each of its years."""
    if not layout.keys:
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
    for entry in exact[exact["role"] != "left"].itertuples(index=False):
        mine = placed[placed["key"] == entry.where] if layout.keys else placed
        cells = mine[["area", "level", "year"]].assign(
            row=mine.index, column=at[entry.column], heading=entry.column, text=frame.loc[mine.index, entry.column]
        )
        references = entry.reference.split("|")
        parts += [cells.assign(role=entry.role, reference=reference, detail=entry.note) for reference in references]
    return pd.concat(parts, ignore_index=True)


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
            "period": _period(melted["year"], series[0].map(known["kind"]), layout),
            "category": series[2].where(series[2] != "", catalogue.TOTAL),
            "value": value,
            "status": status,
            "release": release.id,
            "source": _source(melted, name),
            "note": note.where(~rounded, notes.iloc[0] if len(notes) else ""),
        }
    )
    return found[list(COLUMNS)]


def _period(years: pd.Series, kinds: pd.Series, layout: Layout) -> pd.Series:
    if layout.column("mid_year"):
        return years.astype(str) + "-06-30"
    financial = (years - 1).astype(str) + "-" + (years % 100).astype(str).str.zfill(2)
    return financial.where(kinds == "flow", years.astype(str) + "-03-31")


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
    status = text.map({symbol: status for symbol, (status, _) in symbols.items()}).where(marked, "final")
    note = text.map({symbol: f"{meaning[:1].upper()}{meaning[1:]}." for symbol, (_, meaning) in symbols.items()})
    return value, status, note.where(marked, "").astype(object)


def _symbols(publisher: str) -> dict[str, tuple[str, str]]:
    table = tables.read("markers")
    mine = table[table["publisher"] == publisher]
    return {symbol: (status, meaning) for _, symbol, status, meaning in mine.itertuples(index=False, name=None)}


def _source(melted: pd.DataFrame, name: str) -> pd.Series:
    return f"{name}#cell=" + melted["row"].astype(str) + "," + melted["column"].astype(str)


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
            "period": _period(melted["year"], first.map(catalogue.series()["kind"]), layout),
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
        rows.append((f"{name}#col={at}", column, fate, reasons.get(column, "") if fate.endswith("left") else ""))
    rows += [(f"{name}#row={row}", "", "official row left", reason) for row, reason in left.items()]
    texts = frame.to_numpy(str)
    for row, column in np.argwhere(np.char.startswith(texts, _ERROR_OF_A_SPREADSHEET)):
        where = f"{name}#cell={row + 2},{column + 1}"
        rows.append((where, texts[row, column], "error of the source", "An error of the publisher's spreadsheet; no figure."))
    return pd.DataFrame(rows, columns=list(CELL_COLUMNS))
