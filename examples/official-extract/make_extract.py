"""Make the extract of official statistics that the project ships: some authorities, in a layout of our own.

`python make_extract.py FOLDER DATA` reads the files as published from FOLDER (its folders `dfe-cin`, `dfe-cla` and
`neighbours`) and writes `DATA/raw/official/…`. It holds Leicestershire, Rutland, Leicester, their statistical neighbours of every
set, the areas that the annual report names, their region and England for all years, and every authority for the latest.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sys
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from analysis.catalogue import areas, tables
from analysis.clean import official
from analysis.clean.official.origin import origin_text
from analysis.store.raw_files import Release

FOCUS = ("E10000018", "E06000017", "E06000016")
_REFERENCES = ("E12000004", "E92000001")
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
    neighbour_files = {vintage: _unsaved_release("neighbours", vintage, folder / file) for vintage, file in _SETS}
    neighbours = pd.concat([official.read(release, file).observations for release, file in neighbour_files.values()])
    areas_for_all_years = {
        *FOCUS,
        *_REFERENCES,
        *neighbours.loc[neighbours["area"].isin(FOCUS), "category"],
        *_areas_in_the_report(),
    }
    written = []
    for source, layout, release, pattern, file in _PARTS:
        figures = _figures(source, folder, pattern)
        text = _table(figures, _columns(source, layout), areas_for_all_years)
        written.append(_store(data, source, release, f"{file}.csv", text.encode()))
    for vintage, (unsaved, name) in neighbour_files.items():
        rows = official.neighbours.rows_of_sheet(unsaved, name)
        written.append(_store(data, "neighbours", vintage, "neighbours.csv", _csv(rows).encode()))
    return written


def _figures(source: str, folder: Path, pattern: str) -> pd.DataFrame:
    frames = [official.read(*_unsaved_release(source, "", path)).observations for path in sorted(folder.glob(pattern))]
    return pd.concat(frames, ignore_index=True).drop_duplicates(["series", "area", "period", "category"])


def _unsaved_release(source: str, release: str, path: Path) -> tuple[Release, str]:
    unsaved = Release(source, release, path.parent, "", "", "", "", True, True, {path.name: ""})
    return unsaved, path.name


def _areas_in_the_report() -> Iterable[str]:
    """Return the areas of the comparator sets in `peers.csv`, and the areas that have replaced them."""
    peers = tables.read("peers")["area"]
    return {each for code in peers for each in (code, *areas.successors(code, "2024-03-31"))}


def _columns(source: str, layout: str) -> list[str]:
    table = tables.read("official_layouts")
    entries = table[(table["source"] == source) & (table["layout"] == layout) & (table["role"] == "figure")]
    return entries["column"].tolist()


def _table(figures: pd.DataFrame, columns: list[str], areas_for_all_years: set[str]) -> str:
    """Return the CSV text: one row for each area and year, in their order, and one column for each figure."""
    references = figures["series"] + (":" + figures["category"]).where(figures["category"] != "all", "")
    rows_in_use = figures.assign(column=references)[references.isin(columns)]
    year = rows_in_use["period"].str[:4].astype(int) + (rows_in_use["period"].str.len() == len("2012-13"))
    rows_in_use = rows_in_use.assign(
        year=year,
        text=rows_in_use["value"].map("{:.0f}".format).where(rows_in_use["value"].notna(), rows_in_use["status"].map(_SYMBOLS)),
    )
    latest = rows_in_use["year"].max()
    rows_in_use = rows_in_use[rows_in_use["area"].isin(areas_for_all_years) | (rows_in_use["year"] == latest)]
    rows_in_use = rows_in_use[rows_in_use["year"] >= latest - 11]
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
