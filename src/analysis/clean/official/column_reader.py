"""Read a file of official statistics by its layout: each row becomes figures or is skipped with a reason."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.clean.official import cell_figures, coverage, dating, file_rows, geography, row_checks, sums
from analysis.clean.official.cell_figures import PUBLISHED
from analysis.clean.official.layouts import ANY_ROW, Layout
from analysis.errors import DataError
from analysis.store import CELL_COLUMNS
from analysis.store.raw_files import Release

_SPREADSHEET_ERROR = "#"
_TITLE, _NOTE = "A title above the table.", "A note under the table."


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
    """Return the content of a file that has a known layout.

    Raises DataError naming file, row, column, what was found and what was expected: for an unknown
    header, code, area, figure or symbol, for a row of another length, and for a row that occurs twice or is missing.
    """
    name = f"{release.id}/{file}"
    table = file_rows.table_of(release, file)
    layout = table.layout
    all_rows, beside = _frame(table.rows, table.above, layout, name)
    row_checks.check_constants(all_rows, layout, name)
    skipped = _skipped(all_rows, layout)
    rows_in_use = all_rows.drop(index=list(skipped))
    skipped |= beside
    if rows_in_use.empty:
        raise DataError(name, found="nothing that is known of its source", expected=f"figures of the layout {layout.name!r}")
    rows_with_area = geography.resolve(rows_in_use, layout, name).assign(year=dating.years(rows_in_use, layout, release, name))
    rows_with_area["on"] = dating.day(rows_with_area["year"], layout)
    rows_with_key = rows_with_area.assign(key=row_checks.keys(rows_in_use, layout, name))
    row_checks.check_once(rows_with_key, name)
    row_checks.check_keys(rows_with_key, layout, name)
    coverage.check_coverage(rows_with_area, layout, name)
    printed = _cells_in_use(rows_in_use, rows_with_key, layout)
    summed, summed_rows = sums.of_rows(rows_in_use, rows_with_key, layout, name)
    parts = [printed, sums.without_printed(summed, printed), sums.of_columns(rows_in_use, rows_with_area, layout, name)]
    cells = pd.concat(parts, ignore_index=True)
    observations = cell_figures.observations(cells[cells["role"] == "figure"], layout, release, name)
    rows_read = set(cells.loc[cells["role"] == "figure", "row"]) | summed_rows
    skipped |= {int(row): "Nothing in it is taken: see its columns." for row in rows_in_use.index if row not in rows_read}
    return Reading(
        observations=observations,
        cells=_fates(all_rows, layout, skipped, name, table.sheet),
        published=cell_figures.published(cells[cells["role"].isin(("rate", "percent"))], layout, release, name),
        rows=len(table.rows) - 1,
        rows_read=len(rows_read),
        left=skipped,
    )


def _frame(all_rows: list[list[str]], above: int, layout: Layout, name: str) -> tuple[pd.DataFrame, dict[int, str]]:
    """Return the rows under the header as a data frame, and {row: reason} of the titles above and the notes below.

    The index of the frame is the row number in the file. The header stands below `above` other rows. Notes begin behind an empty
    row and have one cell each.
    """
    first, end = above + 2, len(all_rows) - _notes(all_rows[above + 1 :])
    lines, width = all_rows[above + 1 : end], len(layout.header)
    for number, cells in enumerate(lines, start=first):
        if len(cells) != width:
            column = min(len(cells), width) + 1
            raise DataError(name, row=number, column=column, found=f"{len(cells)} cells", expected=f"{width}, as in the header")
    if not lines:
        raise DataError(name, row=first, found="no row", expected="figures under the header")
    unique_names = [column or f"(blank {at})" for at, column in enumerate(layout.header)]
    beside = dict.fromkeys(range(1, above + 1), _TITLE) | dict.fromkeys(range(end + 1, len(all_rows) + 1), _NOTE)
    return pd.DataFrame(lines, columns=unique_names, index=range(first, end + 1), dtype=object), beside


def _notes(lines: list[list[str]]) -> int:
    """Return how many rows at the end of a table are notes: those from an empty row on, if all have but one cell."""
    count = 0
    for place, cells in enumerate(reversed(lines), start=1):
        if any(cells[1:]):
            break
        if not any(cells):
            count = place
    return count


def _skipped(frame: pd.DataFrame, layout: Layout) -> dict[int, str]:
    """Return {row: reason} of the rows that the layout skips: by the beginning of a code, or by a key that it doesn't use."""
    skipped: dict[int, str] = {}
    for entry in layout.rows[layout.rows["role"] == "skip"].itertuples(index=False):
        has_prefix = frame[entry.column].str.startswith(entry.reference)
        skipped |= dict.fromkeys(frame.index[has_prefix].tolist(), str(entry.note))
    if layout.of_file("other_keys"):
        note = layout.rows.loc[layout.rows["role"] == "other_keys", "note"].iloc[0]
        is_unknown = ~row_checks.joined_keys(frame, layout).isin(layout.figures["where"])
        skipped |= dict.fromkeys(frame.index[is_unknown].tolist(), str(note))
    return skipped


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
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(sums.CELL_IN_USE))


def _fates(frame: pd.DataFrame, layout: Layout, skipped: dict[int, str], name: str, sheet: str) -> pd.DataFrame:
    """Return the fate of the file's cells: a row for each column, each skipped row, and each spreadsheet error in the source.

    Of a spreadsheet there is a row for the sheet in which the table stands.
    """
    reasons = layout.figures[layout.figures["role"] == "left"].drop_duplicates("column").set_index("column")["note"]
    used_columns = set(layout.figures.loc[layout.figures["role"] != "left", "column"])
    roles = layout.rows[layout.rows["column"] != ""].drop_duplicates("column").set_index("column")["role"]
    rows = [(f"{name}#sheet", sheet, "official column", "The sheet in which the table stands.")] if sheet else []
    for number, column in enumerate(frame.columns, start=1):
        fate = "official column" if column in used_columns or roles.get(column) not in ("left", None) else "official column left"
        reason = reasons.get(column, "Empty in every row.") if fate.endswith("left") else ""
        rows.append((f"{name}#col={number}", column, fate, reason))
    rows += [(f"{name}#row={row}", "", "official row left", reason) for row, reason in skipped.items()]
    texts = frame.to_numpy(str)
    for row, column in np.argwhere(np.char.startswith(texts, _SPREADSHEET_ERROR)):
        address = f"{name}#cell={frame.index[row]},{column + 1}"
        rows.append((address, texts[row, column], "error of the source", "An error of the publisher's spreadsheet; no figure."))
    return pd.DataFrame(rows, columns=list(CELL_COLUMNS))
