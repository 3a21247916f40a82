"""Read a file of official statistics by its layout: each row becomes figures or is skipped with a reason."""

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
_CELL_IN_USE = ("area", "level", "year", "row", "place", "column", "heading", "text", "role", "reference", "detail")
_NUMBER_PATTERNS = {"count": "[0-9]+", "percent": r"[0-9]+(?:\.[0-9]+)?", "rate": r"[0-9]+(?:\.[0-9]+)?"}
_MAX_PERCENT = 100.0
_EXPECTED = {"count": "a whole number", "percent": "a percentage", "rate": "a rate"}
_SPREADSHEET_ERROR = "#"


@dataclass(frozen=True)
class Reading:
    """The content of a file: tidy figures, the fate of its cells, and the rates and percentages that its publisher computed.

    `rows` is its number of rows, `rows_read` the number of those with a figure; `left` is {row number: reason} of the others.
    """

    observations: pd.DataFrame
    cells: pd.DataFrame
    published: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(PUBLISHED)))
    rows: int = 0
    rows_read: int = 0
    left: dict[int, str] = field(default_factory=dict)


def read_columns(release: Release, file: str) -> Reading:
    """Return the content of a CSV file that has a known layout.

    Raises DataError naming file, row, column, what was found and what was expected: for an unknown
    header, code, area, figure or symbol, for a row of another length, and for a row that occurs twice or is missing.
    """
    name = f"{release.id}/{file}"
    header, *lines = release.rows(file)
    layout = recognise(release.source, header, lines[0] if lines else [], name)
    all_rows = _frame(lines, layout.header, name)
    _check_constants(all_rows, layout, name)
    skipped = _skipped(all_rows, layout)
    rows_in_use = all_rows.drop(index=list(skipped))
    if rows_in_use.empty:
        raise DataError(name, found="nothing that is known of its source", expected=f"figures of the layout {layout.name!r}")
    rows_with_area = geography.resolve(rows_in_use, layout, name).assign(year=dating.years(rows_in_use, layout, release, name))
    rows_with_area["on"] = dating.day(rows_with_area["year"], layout)
    rows_with_key = rows_with_area.assign(key=_keys(rows_in_use, layout, name))
    _check_once(rows_with_key, name)
    _check_keys(rows_with_key, layout, name)
    geography.check_coverage(rows_with_area, layout, name)
    parts = [_cells_in_use(rows_in_use, rows_with_key, layout), _sums_of_columns(rows_in_use, rows_with_area, layout, name)]
    cells = pd.concat(parts, ignore_index=True)
    observations = _observations(cells[cells["role"] == "figure"], layout, release, name)
    rows_read = set(cells.loc[cells["role"] == "figure", "row"])
    skipped |= {int(row): "Nothing in it is taken: see its columns." for row in rows_in_use.index if row not in rows_read}
    return Reading(
        observations=observations,
        cells=_fates(all_rows, layout, skipped, name),
        published=_published(cells[cells["role"].isin(("rate", "percent"))], layout, release, name),
        rows=len(all_rows),
        rows_read=len(rows_read),
        left=skipped,
    )


def _frame(lines: list[list[str]], header: list[str], name: str) -> pd.DataFrame:
    """Return the file as a data frame: the index is the row number in the file (the header is row 1)."""
    width = len(header)
    for number, cells in enumerate(lines, start=2):
        if len(cells) != width:
            column = min(len(cells), width) + 1
            raise DataError(name, row=number, column=column, found=f"{len(cells)} cells", expected=f"{width}, as in the header")
    if not lines:
        raise DataError(name, row=2, found="no row", expected="figures under the header")
    unique_names = [column or f"(blank {at})" for at, column in enumerate(header)]
    return pd.DataFrame(lines, columns=unique_names, index=range(2, len(lines) + 2), dtype=object)


def _check_constants(frame: pd.DataFrame, layout: Layout, name: str) -> None:
    blank_columns = {column: "" for column in frame.columns if column.startswith("(blank ")}
    rows = layout.rows[layout.rows["role"] == "same"]
    for column, expected in (dict(zip(rows["column"], rows["reference"], strict=True)) | blank_columns).items():
        differs = frame[column] != expected
        if differs.any():
            row = int(differs.idxmax())
            raise DataError(name, row=row, column=column, found=repr(frame.at[row, column]), expected=repr(expected))


def _skipped(frame: pd.DataFrame, layout: Layout) -> dict[int, str]:
    """Return {row: reason} of the rows that the layout skips: by the beginning of a code, or by a key that it doesn't use."""
    skipped: dict[int, str] = {}
    for entry in layout.rows[layout.rows["role"] == "skip"].itertuples(index=False):
        has_prefix = frame[entry.column].str.startswith(entry.reference)
        skipped |= dict.fromkeys(frame.index[has_prefix].tolist(), str(entry.note))
    if layout.of_file("other_keys"):
        note = layout.rows.loc[layout.rows["role"] == "other_keys", "note"].iloc[0]
        is_unknown = ~_joined_keys(frame, layout).isin(layout.figures["where"])
        skipped |= dict.fromkeys(frame.index[is_unknown].tolist(), str(note))
    return skipped


def _keys(frame: pd.DataFrame, layout: Layout, name: str) -> pd.Series:
    if not layout.keys:
        return pd.Series("", index=frame.index)
    key = _joined_keys(frame, layout)
    known_keys = sorted(set(layout.figures["where"]) - {ANY_ROW})
    is_unknown = ~key.isin(known_keys)
    if is_unknown.any():
        row = int(is_unknown.idxmax())
        matches = difflib.get_close_matches(str(key[row]), known_keys, n=1, cutoff=0.3)
        expected = "a value of the layout" + (f" such as {matches[0]!r}" if matches else "")
        raise DataError(name, row=row, column=layout.keys[-1], found=repr(key[row]), expected=expected)
    return key


def _joined_keys(frame: pd.DataFrame, layout: Layout) -> pd.Series:
    return frame[layout.keys[0]].str.cat([frame[column] for column in layout.keys[1:]], sep=KEY_JOINT)


def _check_once(rows_with_key: pd.DataFrame, name: str) -> None:
    is_repeated = rows_with_key.duplicated(["area", "year", "key"])
    if is_repeated.any():
        row = int(is_repeated.idxmax())
        is_same = (rows_with_key[["area", "year", "key"]] == rows_with_key.loc[row, ["area", "year", "key"]]).all(axis=1)
        found = f"the area and year of row {int(is_same.idxmax())} once more"
        raise DataError(name, row=row, found=found, expected="one row for each")


def _check_keys(rows_with_key: pd.DataFrame, layout: Layout, name: str) -> None:
    """Raise DataError unless every area has a row for each key of the layout in each of its years."""
    if not layout.keys or layout.of_file("other_keys"):
        return
    keys = sorted(set(layout.figures["where"]) - {ANY_ROW})
    counts = rows_with_key.groupby(["area", "year"])["key"].nunique()
    incomplete = counts[counts < len(keys)]
    if len(incomplete):
        area, year = incomplete.index[0]
        present = set(rows_with_key.loc[(rows_with_key["area"] == area) & (rows_with_key["year"] == year), "key"])
        missing = next(key for key in keys if key not in present)
        row = int(rows_with_key.index[(rows_with_key["area"] == area) & (rows_with_key["year"] == year)][-1])
        raise DataError(
            name, row=row, found=f"no row {missing!r} for {year} near it", expected="each once for every area and year"
        )


def _cells_in_use(frame: pd.DataFrame, rows_with_key: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Return one row for each cell in use: role, reference, note, row and column in the file, area, year and level."""
    number_of = {column: number for number, column in enumerate(frame.columns, start=1)}
    entries = layout.figures[layout.figures["where"] != ANY_ROW]
    parts = []
    for entry in entries[~entries["role"].isin(("left", "sum"))].itertuples(index=False):
        group = rows_with_key[rows_with_key["key"] == entry.where] if layout.keys else rows_with_key
        cells = group[["area", "level", "year"]].assign(
            row=group.index,
            place=group.index.astype(str) + f",{number_of[entry.column]}",
            column=number_of[entry.column],
            heading=entry.column,
            text=frame.loc[group.index, entry.column],
        )
        references = entry.reference.split("|")
        parts += [cells.assign(role=entry.role, reference=reference, detail=entry.note) for reference in references]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_CELL_IN_USE))


def _sums_of_columns(frame: pd.DataFrame, rows_with_area: pd.DataFrame, layout: Layout, name: str) -> pd.DataFrame:
    """Return one row for each figure that is a sum of adjacent cells, such as single years of age; its place is their range."""
    entries = layout.rows[layout.rows["role"] == "sum"]
    number_of = {column: number for number, column in enumerate(frame.columns, start=1)}
    columns = entries["column"].unique().tolist()
    for column in columns:
        is_invalid = ~frame[column].str.fullmatch(r"[0-9]+(?:\.0)?")
        if is_invalid.any():
            row = int(is_invalid.idxmax())
            column_name = f"{number_of[column]} ({column})"
            raise DataError(name, row=row, column=column_name, found=repr(frame.at[row, column]), expected="a whole number")
    values = frame[columns].astype(float)
    parts = []
    for reference in dict.fromkeys(each for text in entries["reference"] for each in text.split("|")):
        summands = entries.loc[entries["reference"].map(lambda text, one=reference: one in text.split("|")), "column"].tolist()
        first, last, rows = number_of[summands[0]], number_of[summands[-1]], frame.index.astype(str)
        place = rows + f",{first}" + (("-" + rows + f",{last}") if last > first else "")
        text = values[summands].sum(axis=1).map("{:.0f}".format)
        cells = rows_with_area[["area", "level", "year"]].assign(
            row=frame.index, place=place, column=first, heading=summands[0], text=text
        )
        parts.append(cells.assign(role="figure", reference=reference, detail=""))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_CELL_IN_USE))


def _observations(cells: pd.DataFrame, layout: Layout, release: Release, name: str) -> pd.DataFrame:
    series = cells["reference"].str.partition(":")
    all_series = catalogue.series()
    units = series[0].map(all_series["unit"]).replace({"rank": "count"})
    value, status, note = _parsed_cells(cells, units, layout, name)
    rounded = cells["level"].isin(layout.of_file("rounded").split()) & (units == "count") & value.notna()
    notes = layout.rows.loc[layout.rows["role"] == "rounded", "note"]
    frame = pd.DataFrame(
        {
            "series": series[0],
            "area": cells["area"],
            "period": dating.period(cells["year"], series[0].map(all_series["kind"]), layout),
            "category": series[2].where(series[2] != "", catalogue.TOTAL),
            "value": value,
            "status": status,
            "release": release.id,
            "source": f"{name}#cell=" + cells["place"],
            "note": note.where(~rounded, notes.iloc[0] if len(notes) else ""),
        }
    )
    return frame[list(COLUMNS)]


def _parsed_cells(cells: pd.DataFrame, units: pd.Series, layout: Layout, name: str) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return value, status and note of each cell; raises DataError for a cell that is neither a figure nor a symbol."""
    symbols = _symbols(layout.of_file("publisher"))
    text = cells["text"]
    is_symbol = text.isin(symbols)
    for unit, pattern in _NUMBER_PATTERNS.items():
        is_invalid = (units == unit) & ~is_symbol & ~text.str.fullmatch(pattern)
        if is_invalid.any():
            cell = cells[is_invalid].iloc[0]
            column = f"{cell['column']} ({cell['heading']})"
            raise DataError(
                name, row=int(cell["row"]), column=column, found=repr(cell["text"]), expected=f"{_EXPECTED[unit]} or a symbol"
            )
    value = pd.to_numeric(text.where(~is_symbol)).astype(float)
    is_above = (units == "percent") & (value > _MAX_PERCENT)
    if is_above.any():
        cell = cells[is_above].iloc[0]
        column = f"{cell['column']} ({cell['heading']})"
        raise DataError(name, row=int(cell["row"]), column=column, found=repr(cell["text"]), expected="a percentage up to 100")
    status = text.map({symbol: status for symbol, (status, _) in symbols.items()}).where(is_symbol, "final")
    note = text.map({symbol: f"{meaning[:1].upper()}{meaning[1:]}." for symbol, (_, meaning) in symbols.items()})
    return value, status, note.where(is_symbol, "").astype(object)


def _symbols(publisher: str) -> dict[str, tuple[str, str]]:
    table = tables.read("markers")
    of_publisher = table[table["publisher"] == publisher]
    return {symbol: (status, meaning) for _, symbol, status, meaning in of_publisher.itertuples(index=False, name=None)}


def _published(cells: pd.DataFrame, layout: Layout, release: Release, name: str) -> pd.DataFrame:
    """Return the rates and percentages of the file that are numbers, to be checked against their counts."""
    if cells.empty:
        return pd.DataFrame(columns=list(PUBLISHED))
    units = cells["role"]
    value, _, _ = _parsed_cells(cells, units, layout, name)
    first_series = cells["reference"].str.extract(r"^([a-z0-9_]+)", expand=False)
    frame = pd.DataFrame(
        {
            "kind": cells["role"],
            "reference": cells["reference"],
            "area": cells["area"],
            "period": dating.period(cells["year"], first_series.map(catalogue.series()["kind"]), layout),
            "text": cells["text"],
            "decimals": cells["detail"].astype(int),
            "rounded": cells["level"].isin(layout.of_file("rounded").split()),
            "source": f"{name}#cell=" + cells["place"],
            "release": release.id,
        }
    )
    return frame[value.notna()].reset_index(drop=True)


def _fates(frame: pd.DataFrame, layout: Layout, skipped: dict[int, str], name: str) -> pd.DataFrame:
    """Return the fate of the file's cells: one row for each column, each skipped row and each spreadsheet error in the source."""
    reasons = layout.figures[layout.figures["role"] == "left"].drop_duplicates("column").set_index("column")["note"]
    used_columns = set(layout.figures.loc[layout.figures["role"] != "left", "column"])
    roles = layout.rows[layout.rows["column"] != ""].drop_duplicates("column").set_index("column")["role"]
    rows = []
    for number, column in enumerate(frame.columns, start=1):
        fate = "official column" if column in used_columns or roles.get(column) not in ("left", None) else "official column left"
        reason = reasons.get(column, "Empty in every row.") if fate.endswith("left") else ""
        rows.append((f"{name}#col={number}", column, fate, reason))
    rows += [(f"{name}#row={row}", "", "official row left", reason) for row, reason in skipped.items()]
    texts = frame.to_numpy(str)
    for row, column in np.argwhere(np.char.startswith(texts, _SPREADSHEET_ERROR)):
        address = f"{name}#cell={row + 2},{column + 1}"
        rows.append((address, texts[row, column], "error of the source", "An error of the publisher's spreadsheet; no figure."))
    return pd.DataFrame(rows, columns=list(CELL_COLUMNS))
