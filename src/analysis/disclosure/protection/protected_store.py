"""What a store holds, as an audience may see it: protected once a build and audience, and kept beside the processed figures."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import store
from analysis.disclosure import policy
from analysis.disclosure.protection.withholding import origin_of, protected
from analysis.files import folders
from analysis.store import raw_files, register

_FOLDER = ".protected"


def for_audience(held: store.Store, audience: str, data: Path | None = None, *, keep: bool = True) -> store.Store:
    """Return the store with the figures, checks and cells that this audience may see; `held` itself for an exact audience.

    What was worked out once for the same figures, policy and register is read from `<data>/.protected`, and kept there where
    `keep` says so; the same process gets the same store again. Raises ProtectionError when a small number can't be protected.
    """
    if policy.is_exact(audience):
        return held
    folder = data or raw_files.data_folder()
    known = register.known(folder, audience)
    return _seen_by(held, audience, folder.resolve(), _digest(held, known), keep)


@lru_cache(maxsize=1)
def _seen_by(held: store.Store, audience: str, folder: Path, digest: str, keep: bool) -> store.Store:
    file = folder / _FOLDER / f"{audience}-{digest}.parquet"
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        shown = protected(held.observations, held.origins, audience, register.known(folder, audience))
        content = shown.observations.to_parquet(index=False)
        if keep:
            _keep(content, file)
    return _with(held, audience, content)


@lru_cache(maxsize=1)
def _with(held: store.Store, audience: str, content: bytes) -> store.Store:
    """Return the store with these observations: the same one for the same, whatever has been shown in the meantime."""
    words = {} if policy.shows_commentary(audience) else {"commentary": held.commentary[:0], "actions": held.actions[:0]}
    observations = pd.read_parquet(io.BytesIO(content))
    return replace(held, observations=observations, checks=_checks(held, audience), cells=_cells(held, audience), **words)


def _digest(held: store.Store, known: pd.DataFrame) -> str:
    built = json.dumps([held.build["outputs"], held.build["origins"], store.version()], sort_keys=True)
    return hashlib.sha256((built + known.to_csv(index=False, lineterminator="\n")).encode()).hexdigest()[:16]


def _keep(content: bytes, file: Path) -> None:
    """Write the file whole or not at all: several notebooks may come here at once. One audience has one file."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        folders.write_whole(file, content)
    except PermissionError:
        return  # a read-only checkout works it out each time
    for old in file.parent.glob(f"{file.name.partition('-')[0]}-*.parquet"):
        if old != file:
            with contextlib.suppress(PermissionError):  # Windows removes none that another process is reading
                old.unlink(missing_ok=True)


def _cells(held: store.Store, audience: str) -> pd.DataFrame:
    """Return the raw cells, their text only where a count of people in their source would be shown exactly too."""
    files = held.cells["source"].str.partition("#")[0]
    origin = origin_of(held.origins, files.str.rpartition("/")[0]).fillna("returned")
    # Which figure a raw cell is of is not told here: it is treated as a count of people.
    rules = policy.policy(audience, pd.Series("referrals", index=origin.index), origin)
    return held.cells.assign(text=held.cells["text"].where((rules["threshold"] == 0) & (rules["rounding"] <= 1), ""))


def _checks(held: store.Store, audience: str) -> pd.DataFrame:
    """Return the checks, without their figures wherever one of them is not shown to everybody exactly: only the outcome stays."""
    checks = held.checks
    # Of a check of several cells the first counts, as far as its file's folder.
    named = (source.partition("#") for source in checks["source"])
    places = [file.rpartition("/")[0] if mark else "" for file, mark, _ in named]
    origin = origin_of(held.origins, pd.Series(places, index=checks.index, dtype=str))
    rules = policy.policy(audience, checks["series"], origin)
    closed = rules["threshold"] > 0
    numbers = ["printed", "computed", "difference"]
    return checks.assign(**{column: checks[column].where(~closed, np.nan) for column in numbers}).assign(
        arithmetic=checks["arithmetic"].where(~closed, "")
    )
