"""The figures in the cells of an official file: values with their status, and the rates and percentages that were published."""

from __future__ import annotations

import pandas as pd

from analysis import catalogue
from analysis.catalogue import tables
from analysis.clean.official import dating
from analysis.clean.official.layouts import Layout
from analysis.errors import DataError
from analysis.store import COLUMNS
from analysis.store.raw_files import Release

PUBLISHED = ("kind", "reference", "area", "period", "text", "decimals", "rounded", "source", "release")
_NUMBER_PATTERNS = {"count": "[0-9]+", "percent": r"[0-9]+(?:\.[0-9]+)?", "rate": r"[0-9]+(?:\.[0-9]+)?"}
_MAX_PERCENT = 100.0
_EXPECTED = {"count": "a whole number", "percent": "a percentage", "rate": "a rate"}


def observations(cells: pd.DataFrame, layout: Layout, release: Release, name: str) -> pd.DataFrame:
    """Return the tidy figures of cells; raises DataError for a cell that is neither a figure nor a symbol."""
    series = cells["reference"].str.partition(":")
    all_series = catalogue.series()
    units = series[0].map(all_series["unit"]).replace({"rank": "count", "ratio": "rate"})
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


def published(cells: pd.DataFrame, layout: Layout, release: Release, name: str) -> pd.DataFrame:
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
