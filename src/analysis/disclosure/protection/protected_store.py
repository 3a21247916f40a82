"""The store as an audience may see it: protected once for each build and audience, and cached beside the processed figures."""

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

from analysis.disclosure import policy
from analysis.disclosure.protection.withholding import origin_of, protected
from analysis.files import folders
from analysis.store import Store, raw_files, register, version

_FOLDER = ".protected"


def for_audience(store: Store, audience: str, data: Path | None = None, *, keep: bool = True) -> Store:
    """Return the store with the figures, checks and cells that this audience may see; the same store for an exact audience.

    The result for the same figures, policy and register is read from `<data>/.protected`, and written there if `keep` is true.
    The same process gets the same store again.
    """
    if policy.is_exact(audience):
        return store
    folder = data or raw_files.data_folder()
    return _protected_store(store, audience, folder.resolve(), _digest(store, register.history(folder)), keep)


@lru_cache(maxsize=1)
def _protected_store(store: Store, audience: str, folder: Path, digest: str, keep: bool) -> Store:
    file = folder / _FOLDER / f"{audience}-{digest}.parquet"
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        protected_figures = protected(store.observations, store.origins, audience, register.history(folder))
        content = protected_figures.observations.to_parquet(index=False)
        if keep:
            _write(content, file)
    return _with_observations(store, audience, content)


@lru_cache(maxsize=1)
def _with_observations(store: Store, audience: str, content: bytes) -> Store:
    """Return the store with these observations; cached, so that the same observations always give the same store."""
    free_text = {} if policy.shows_commentary(audience) else {"commentary": store.commentary[:0], "actions": store.actions[:0]}
    observations = pd.read_parquet(io.BytesIO(content))
    return replace(store, observations=observations, checks=_checks(store, audience), cells=_cells(store, audience), **free_text)


def _digest(store: Store, shown_before: pd.DataFrame) -> str:
    build = json.dumps([store.build["outputs"], store.build["origins"], version()], sort_keys=True)
    return hashlib.sha256((build + shown_before.to_csv(index=False, lineterminator="\n")).encode()).hexdigest()[:16]


def _write(content: bytes, file: Path) -> None:
    """Write the file whole or not at all, because several notebooks may do so at once; remove the audience's older files."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        folders.write_whole(file, content)
    except PermissionError:
        return  # in a read-only checkout it is worked out each time
    for older_file in file.parent.glob(f"{file.name.partition('-')[0]}-*.parquet"):
        if older_file != file:
            with contextlib.suppress(PermissionError):  # Windows doesn't remove a file that another process is reading
                older_file.unlink(missing_ok=True)


def _cells(store: Store, audience: str) -> pd.DataFrame:
    """Return the raw cells, with their text only where a count of people in their source would be shown exactly."""
    files = store.cells["source"].str.partition("#")[0]
    origin = origin_of(store.origins, files.str.rpartition("/")[0]).fillna("returned")
    # It isn't known here which figure a raw cell holds, so it is treated as a count of people.
    rules = policy.policy(audience, pd.Series("referrals", index=origin.index), origin)
    return store.cells.assign(text=store.cells["text"].where((rules["threshold"] == 0) & (rules["rounding"] <= 1), ""))


def _checks(store: Store, audience: str) -> pd.DataFrame:
    """Return the checks, without their figures where the policy protects them: then only the outcome stays."""
    checks = store.checks
    # For a check of several cells, the folder of the first cell's file counts.
    sources = (source.partition("#") for source in checks["source"])
    folders_of_files = [file.rpartition("/")[0] if mark else "" for file, mark, _ in sources]
    origin = origin_of(store.origins, pd.Series(folders_of_files, index=checks.index, dtype=str))
    rules = policy.policy(audience, checks["series"], origin)
    is_protected = rules["threshold"] > 0
    numbers = ["printed", "computed", "difference"]
    return checks.assign(**{column: checks[column].where(~is_protected, np.nan) for column in numbers}).assign(
        arithmetic=checks["arithmetic"].where(~is_protected, "")
    )
