"""Import published files: check them, store them unchanged with their origin, and rebuild the tidy table, all or nothing."""

from __future__ import annotations

import calendar
import hashlib
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis import catalogue, store
from analysis.clean import clean, official
from analysis.clean.official import unfinished
from analysis.clean.official.origin import origin_text
from analysis.errors import SafeguardingError
from analysis.files import folders
from analysis.store import raw_files

_MONTHS = [name.casefold() for name in calendar.month_name[1:]]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ ()+-]*\.(csv|xlsx|ods)")
_RELEASE = re.compile(r"\d{4}(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Received:
    """The result of an import: the release of the stored files (empty if all were there already), and counts of their content.

    `differing` counts the published figures that are not what others give, `areas_differing` the areas that they are of.
    """

    release: str
    files: int = 0
    figures: int = 0
    rows: int = 0
    left: int = 0
    differing: int = 0
    areas_differing: int = 0


def receive(data: Path, source: str, files: Sequence[Path], release: str = "") -> Received:
    """Import published files of one source into `data`, rebuild the tidy table and return the result.

    Files that are stored already, byte for byte, change nothing. A different file with a stored name makes a new release beside
    the old one. Raises SafeguardingError, and leaves everything as it was, for an unknown source, a missing file, and a file
    that can't be read.
    """
    catalogue.check_known(source, official.sources(), "source of official statistics")
    unfinished.undo(data)
    contents = {path.name: _checked_content(path) for path in files}
    if len(contents) < len(files):
        raise SafeguardingError("Two of the files have one name: import them one after the other.")
    stored = _stored_files(data, source)
    new_files = {name: content for name, content in contents.items() if _sha256(content) not in stored.values()}
    if not new_files:
        clean(data)
        return Received("")
    with tempfile.TemporaryDirectory() as folder:
        readings = _read_all(source, release, new_files, Path(folder))
    if not release:
        release = _release_name(source, new_files, readings)
    elif not _RELEASE.fullmatch(release):
        raise SafeguardingError(f"A release is named by its year or month, such as 2024 or 2025-05, not {release!r}.")
    figures, rows = sum(len(each.observations) for each in readings), sum(each.rows for each in readings)
    skipped = sum(len(each.left) for each in readings)
    readings.clear()  # `clean` reads everything again; don't keep two copies of a nation's figures in memory
    other_releases = {each.id for each in _releases(data) if not official.is_official(each)}
    with unfinished.lock(data):
        target = _free_folder(data / "raw" / official.FOLDER / source, release, new_files, other_releases)
        _store_files(data, target, source, new_files)
    result = store.load(data)
    is_of_import = result.checks["source"].str.startswith(f"{source}/{target.name}/")
    differing = result.checks[is_of_import & (result.checks["outcome"] == "differs")]
    return Received(
        release=target.name,
        files=len(new_files),
        figures=figures,
        rows=rows,
        left=skipped,
        differing=len(differing),
        areas_differing=differing["area"].nunique(),
    )


def _checked_content(path: Path) -> bytes:
    if not path.is_file():
        raise SafeguardingError(f"{path.name}: there is no such file.")
    if not _NAME.fullmatch(path.name):
        raise SafeguardingError(f"{path.name!r}: a file that is imported is a .csv, .xlsx or .ods, with a plain name.")
    return path.read_bytes()


def _stored_files(data: Path, source: str) -> dict[Path, str]:
    """Return {file: sha256} of all stored files of a source, those that the project ships included."""
    releases = [release for release in _releases(data) if official.is_official(release) and release.source == source]
    return {release.folder / file: digest for release in releases for file, digest in release.checksums.items()}


def _releases(data: Path) -> list[raw_files.Release]:
    """Return the stored releases; none if there is no raw data yet."""
    return raw_files.releases(data) if any((data / "raw").rglob(raw_files.ORIGIN)) else []


def _read_all(source: str, release: str, contents: dict[str, bytes], folder: Path) -> list[official.Reading]:
    """Return the content of each file, before anything is stored; raises DataError for the first that can't be read."""
    readings = []
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        vintage = release or _month_in(name) or "new"
        unsaved = raw_files.Release(source, vintage, folder, "", "", "", "", True, True, {name: _sha256(content)})
        readings.append(official.read(unsaved, name))
    return readings


def _release_name(source: str, contents: dict[str, bytes], readings: list[official.Reading]) -> str:
    """Return the name of the files' release: the month in their names, or else the latest year of their figures."""
    months = {_month_in(name) for name in contents} - {""}
    if len(months) == 1:
        return months.pop()
    if months:
        raise SafeguardingError(f"These files of {source} are of {' and '.join(sorted(months))}: import each set by itself.")
    all_periods = pd.concat([each.observations["period"] for each in readings])
    years = all_periods.str[:4].astype(int) + all_periods.str.fullmatch(r"\d{4}-\d\d").astype(int)
    return str(years.max())


def _month_in(name: str) -> str:
    """Return the month in a file's name, such as 2021-04 for `sn_april_2021.xlsx`; empty if there is none."""
    match = re.search(rf"({'|'.join(_MONTHS)})[ _-]?(\d{{4}})", name.casefold())
    return f"{match[2]}-{_MONTHS.index(match[1]) + 1:02d}" if match else ""


def _free_folder(folder: Path, release: str, contents: dict[str, bytes], other_releases: set[str]) -> Path:
    """Return the folder of the release, or a numbered one if it already has a different file with one of these names.

    The ids of other releases (transcribed reports) are never used.
    """
    number, target = 1, folder / release
    while any((target / name).exists() for name in contents) or f"{folder.name}/{target.name}" in other_releases:
        number += 1
        target = folder / f"{release}-{number}"
    return target


def _store_files(data: Path, target: Path, source: str, contents: dict[str, bytes]) -> None:
    """Store the files beside those of their release and rebuild the tidy table; on any error both stay as they were."""
    with unfinished.changing(data, target):
        with folders.replacing(target) as new:
            if target.exists():
                shutil.copytree(target, new, dirs_exist_ok=True)
            for name, content in contents.items():
                (new / name).write_bytes(content)
            checksums = {path.name: _sha256(path.read_bytes()) for path in new.iterdir() if path.name != raw_files.ORIGIN}
            origin = origin_text(source, target.name, target.name[:7], checksums)
            (new / raw_files.ORIGIN).write_text(origin, encoding="utf-8", newline="\n")
        clean(data)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
