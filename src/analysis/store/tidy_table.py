"""The tidy table: one row for each figure of each release. `check` proves its schema; `write` and `read` keep it on disk.

Columns: series, area (code), period (canonical), category, value, status, release (the vintage), source (the cell that the
figure came from, `file#cell=row,column` as in RFC 7111), note, low and high. The last two are of figures with status implied
alone: levels that a source gives only through a change, without a value and with the range that rounding leaves.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import __version__
from analysis.catalogue import tables
from analysis.errors import DataError, SafeguardingError
from analysis.files import folders
from analysis.store import identity, raw_files, reads

FIGURE = ("series", "area", "period", "category")  # the columns that identify a figure, whichever release it is from
COLUMNS = ("series", "area", "period", "category", "value", "status", "release", "source", "note")
KEY = ("series", "area", "period", "category", "release", "source")
RANGE = ("low", "high")  # which readers give for implied figures only, and `check` adds to all
IMPLIED = "implied"
STATUSES = ("final", "provisional", "revised", "suppressed", "not_available", "not_applicable", IMPLIED)
WITH_VALUE = ("final", "provisional", "revised")
CHECK_COLUMNS = (
    "check", "series", "area", "period", "category", "source", "printed", "computed", "difference", "outcome", "arithmetic",
)  # fmt: skip
_FRAMES = ("observations", "checks", "cells", "receipts", "actions", "commentary")
CELL_COLUMNS = ("source", "text", "fate", "reason")
COMMENTARY_COLUMNS = ("period", "indicator", "role", "text")


@dataclass(frozen=True, eq=False)
class Store:
    """The processed figures: the tidy observations, the checks of them, the fate of every raw cell, and the record of the build.

    A store equals only itself, so that results can be cached by it; its tables are never changed in place. `receipts` has one row
    for each return that came, was refused or was withdrawn; `actions` are the rows of the master action plan; `commentary` is
    what agencies wrote about a period's figures.
    """

    observations: pd.DataFrame
    checks: pd.DataFrame
    cells: pd.DataFrame
    build: dict[str, Any]
    receipts: pd.DataFrame = field(default_factory=pd.DataFrame)
    actions: pd.DataFrame = field(default_factory=pd.DataFrame)
    commentary: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COMMENTARY_COLUMNS), dtype=str))

    @property
    def origins(self) -> dict[str, dict[str, Any]]:
        """Return the origin of each release: {release: {producer, title, date, licence, published, …}}."""
        return dict(self.build["origins"])

    @property
    def identities(self) -> dict[str, str]:
        """Return what readers may know each raw file by (`identity`); nothing of figures that an earlier version cleaned."""
        return dict(self.build.get("identities", {}))


def check(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the observations in the order of their key, after checking that they follow the schema, with the columns of RANGE.

    Raises DataError naming the source cell for a missing column, a key that occurs twice, an unknown status, a value where the
    status allows none, a missing value where the status needs one, or a range where the figure isn't implied.
    """
    if tuple(observations.columns) not in (COLUMNS, (*COLUMNS, *RANGE)):
        raise DataError("observations", found=", ".join(observations.columns), expected=", ".join(COLUMNS))
    observations = observations.reindex(columns=[*COLUMNS, *RANGE]).astype(dict.fromkeys(RANGE, float))
    low, high = (observations[each] for each in RANGE)
    is_implied = observations["status"] == IMPLIED
    has_value = observations["value"].notna() & np.isfinite(observations["value"])
    rules = {
        "a key that occurs twice": observations.duplicated(list(KEY), keep=False),
        "a status outside the schema": ~observations["status"].isin(STATUSES),
        "a figure without a value": observations["status"].isin(WITH_VALUE) & ~has_value,
        "a value where the status says there is none": ~observations["status"].isin(WITH_VALUE) & has_value,
        "an implied figure without its range": is_implied & ~(low <= high),
        "a range of a figure that isn't implied": ~is_implied & (low.notna() | high.notna()),
    }
    for fault, is_broken in rules.items():
        if is_broken.any():
            row = observations[is_broken].iloc[0]
            figure = f"{row['series']}, {row['area']}, {row['period']}, {row['category']}"
            raise DataError(str(row["source"]), found=f"{fault} ({figure})", expected="one row a figure, by the schema")
    return observations.sort_values(list(KEY), ignore_index=True)


def write(
    data: Path,
    observations: pd.DataFrame,
    checks: pd.DataFrame,
    cells: pd.DataFrame,
    inputs: Mapping[str, str],
    origins: Mapping[str, Mapping[str, object]],
    more_frames: Mapping[str, pd.DataFrame] | None = None,
) -> Path:
    """Write the folder `data/processed` (parquet files and `build.json`) and return it. The same input gives the same bytes.

    `inputs` is {raw file: sha256}, `origins` the origin of each release (producer, title, licence, published), `more_frames`
    the receipts and actions of returns and the commentary. The new folder replaces the old one when it is complete, so an
    interrupted call changes nothing.
    """
    processed = data / "processed"
    identity.key(data)  # is there from the first figures on: packs are known by it
    with folders.replacing(processed) as new:
        frames = {"observations": check(observations), "checks": checks, "cells": cells} | dict(more_frames or {})
        for name, frame in (dict.fromkeys(_FRAMES, pd.DataFrame()) | frames).items():
            frame.to_parquet(new / f"{name}.parquet", index=False)
        outputs = {path.name: _sha256(path) for path in sorted(new.iterdir())}
        build = {
            "version": version(),
            "inputs": dict(sorted(inputs.items())),
            "identities": identity.of_inputs(data, dict(sorted(inputs.items())), origins),  # what readers may know them by
            "outputs": outputs,
            "origins": dict(sorted(origins.items())),
        }
        (new / "build.json").write_text(json.dumps(build, indent=1) + "\n", encoding="utf-8", newline="\n")
        if (processed / "README.md").is_file():  # which says what the folder is, and is no figure
            shutil.copyfile(processed / "README.md", new / "README.md")
    return processed


def load(data: Path | None = None) -> Store:
    """Return the store as `read` does, and note that the caller may use any figure of it (`scope` notes only the part in use)."""
    reads.note(reads.EVERYTHING)
    return read(data)


def read(data: Path | None = None) -> Store:
    """Return the store that `safeguarding clean` built under `data` (by default the folder that `raw_files.data_folder` finds).

    Raises SafeguardingError when there is nothing yet, DataError when a file isn't the one that was built.
    """
    data = data or raw_files.data_folder()
    tables.use(data)
    tables.check_own()
    processed = data / "processed"
    folders.recover(processed)
    record = processed / "build.json"
    if not record.is_file():
        raise SafeguardingError("There are no processed figures yet: run `safeguarding clean` first.")
    try:
        build = json.loads(record.read_text(encoding="utf-8"))
        outputs = build["outputs"]
    except (ValueError, KeyError, TypeError):
        raise DataError(
            "processed/build.json", found="no record of a build", expected="what `safeguarding clean` wrote"
        ) from None
    if set(outputs) != {f"{name}.parquet" for name in _FRAMES}:
        found = "what another version of the library wrote"
        raise DataError("processed/build.json", found=found, expected="what this one writes: run `safeguarding clean`")
    if {
        file: sha256 for file, sha256 in build.get("inputs", {}).items() if file.startswith(f"{tables.FOLDER}/")
    } != tables.inputs():
        found = "figures that were cleaned with other tables of your own"
        raise DataError("processed/build.json", found=found, expected=f"those in {tables.FOLDER}: run `safeguarding clean`")
    for file, expected in outputs.items():
        if not (processed / file).is_file() or _sha256(processed / file) != expected:
            raise DataError(f"processed/{file}", found="other bytes", expected="what `safeguarding clean` wrote; run it")
    return _load_build(processed.resolve(), json.dumps(build))


@lru_cache(maxsize=1)
def _load_build(processed: Path, build: str) -> Store:
    """Return the store of this build; it is cached, because a run that makes many packs requests it for each of them."""
    frames = {name: pd.read_parquet(processed / f"{name}.parquet") for name in _FRAMES}
    return Store(build=json.loads(build), **frames)


def is_current(data: Path, inputs: Mapping[str, str]) -> bool:
    """Return whether `data/processed` is complete and was built from exactly these inputs by this version of the library."""
    try:
        build = load(data).build
    except SafeguardingError:
        return False
    return build["inputs"] == dict(inputs) and build["version"] == version()


def latest_versions(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the observations without those of returns that a later version has replaced.

    The version is the last part of a release such as `returns/<agency>/<period>/2`. Earlier versions stay in the store, and
    `restatements` shows the history.
    """
    releases = observations["release"].drop_duplicates()
    parts = releases.str.extract(r"^(?P<whole>.+/.+/.+)/(?P<version>\d+)$").assign(release=releases).dropna()
    number = parts["version"].astype(int)
    superseded = parts.loc[number < number.groupby(parts["whole"]).transform("max"), "release"]
    return observations[~observations["release"].isin(superseded)]


def version() -> str:
    """Return the library's version with a digest of its code and tables, and one of one's own tables where there are any.

    A changed table is another library: what was made before is made anew.
    """
    own = json.dumps(tables.inputs(), sort_keys=True) if tables.inputs() else ""
    return f"{_package_version()}.own{hashlib.sha256(own.encode()).hexdigest()[:8]}" if own else _package_version()


@cache
def _package_version() -> str:
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(path for kind in ("py", "csv", "j2", "css") for path in package.rglob(f"*.{kind}")):
        digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:12]}"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
