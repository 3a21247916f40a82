"""Make the extract of official statistics that the project ships: every area and year, in a layout of our own.

`python make_extract.py FOLDER DATA` reads the files as published from FOLDER (its folders `dfe-cin`, `dfe-cla` and
`neighbours`) and writes `DATA/raw/official/…`. It holds the figures that indicators are made of and the children behind them,
of every authority and region and of England, from the year before the first report on; and the sets of statistical neighbours.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sys
from pathlib import Path

import pandas as pd

from analysis.catalogue import areas, tables
from analysis.clean import official
from analysis.clean.official.origin import origin_text
from analysis.store.raw_files import Release

# The report of 2012-13 is compared with the year before: children in care on 31 March 2012. England's figures begin in 1994.
_FIRST = 2012
_NAME = "extract"
# The Department's current symbol for each status; withheld figures stay withheld.
_SYMBOLS = {"suppressed": "c", "not_available": "x", "not_applicable": "z"}
_LEVELS = {"country": "National", "region": "Regional"}
_IDENTITY = ["time_period", "geographic_level", "area_code", "area_name"]
# Source, layout, release, published files and name of each file of the extract.
_PARTS = (
    ("dfe-cin", "extract", "2024-10", "dfe-cin/*.csv", "children-in-need"),
    ("dfe-cin", "extract-population", "2024-10", "dfe-cin/ons_*.csv", "population"),
    ("dfe-cla", "extract", "2024-11", "dfe-cla/*.csv", "looked-after"),
)
_SETS = (("2021-04", "neighbours/sn_april_2021.xlsx"), ("2025-05", "neighbours/sn_may_2025.xlsx"))


def write(folder: Path, data: Path) -> list[Path]:
    """Write the extract of the published files in `folder` under `data/raw/official` and return the files written."""
    written = []
    for source, layout, release, pattern, file in _PARTS:
        text = _table(_figures(source, folder, pattern), _columns(source, layout))
        written.append(_store(data, source, release, f"{file}.csv", text.encode()))
    for vintage, file in _SETS:
        rows = official.neighbours.rows_of_sheet(*_unsaved_release("neighbours", vintage, folder / file))
        written.append(_store(data, "neighbours", vintage, "neighbours.csv", _csv(rows).encode()))
    return written


def _figures(source: str, folder: Path, pattern: str) -> pd.DataFrame:
    # Of a figure that stands in several files the first counts; `test_shipped_extract.py` lists the seven that differ.
    frames = [official.read(*_unsaved_release(source, "", path)).observations for path in sorted(folder.glob(pattern))]
    return pd.concat(frames, ignore_index=True).drop_duplicates(["series", "area", "period", "category"])


def _unsaved_release(source: str, release: str, path: Path) -> tuple[Release, str]:
    unsaved = Release(source, release, path.parent, "", "", "", "", True, True, {path.name: ""})
    return unsaved, path.name


def _columns(source: str, layout: str) -> list[str]:
    table = tables.read("official_layouts")
    entries = table[(table["source"] == source) & (table["layout"] == layout) & (table["role"] == "figure")]
    return entries["column"].tolist()


def _table(figures: pd.DataFrame, columns: list[str]) -> str:
    """Return the CSV text: one row for each area and year, in their order, and one column for each figure."""
    references = figures["series"] + (":" + figures["category"]).where(figures["category"] != "all", "")
    rows_in_use = figures.assign(column=references)[references.isin(columns)]
    year = rows_in_use["period"].str[:4].astype(int) + (rows_in_use["period"].str.len() == len("2012-13"))
    rows_in_use = rows_in_use.assign(
        year=year,
        text=rows_in_use["value"].map("{:.0f}".format).where(rows_in_use["value"].notna(), rows_in_use["status"].map(_SYMBOLS)),
    )
    rows_in_use = rows_in_use[rows_in_use["year"] >= _FIRST]
    wide = rows_in_use.pivot(index=["area", "year"], columns="column", values="text").reindex(columns=columns).fillna("x")
    kinds = tables.read("areas").set_index("code")["type"]
    rows = [
        [str(year), _LEVELS.get(kinds[area], "Local authority"), area, areas.label(area), *cells]
        for (area, year), cells in zip(wide.index, wide.to_numpy(str).tolist(), strict=True)
    ]
    return _csv([[*_IDENTITY, *columns], *rows])


def _csv(rows: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _store(data: Path, source: str, release: str, file: str, content: bytes) -> Path:
    folder = data / "raw" / "official" / source / f"{release}-{_NAME}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(content)
    checksums = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name != "origin.toml"
    }
    (folder / "origin.toml").write_text(origin_text(source, folder.name, release, checksums), encoding="utf-8", newline="\n")
    return folder / file


if __name__ == "__main__":
    for path in write(Path(sys.argv[1]), Path(sys.argv[2])):
        sys.stdout.write(f"{path.relative_to(sys.argv[2])}: {path.stat().st_size:,} bytes\n")
