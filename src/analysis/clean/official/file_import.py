"""Receiving published files: checked, kept as they are with their origin, and built into the tidy table, all or nothing."""

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
from analysis.clean.official.origin import origin_text
from analysis.errors import SafeguardingError
from analysis.files import folders
from analysis.store import raw_files

_MONTHS = [name.casefold() for name in calendar.month_name[1:]]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ ()+-]*\.(csv|xlsx)")
_RELEASE = re.compile(r"\d{4}(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Received:
    """What an import did: the release that the files are kept as (none when all were there already), and what they say."""

    release: str
    files: int
    figures: int
    rows: int
    left: int
    differing: int


def receive(data: Path, source: str, files: Sequence[Path], release: str = "") -> Received:
    """Import published files of one source into `data` and return what was done; the tidy table holds them on return.

    Files that are kept already, byte for byte, change nothing. Another file of a name that is kept makes a new release beside the
    old one. Raises SafeguardingError, and leaves everything as it was, for a source that nothing is known of, a file that isn't
    there, and whatever in a file can't be read for what it is.
    """
    catalogue.check_known(source, official.sources(), "source of official statistics")
    contents = {path.name: _content(path) for path in files}
    if len(contents) < len(files):
        raise SafeguardingError("Two of the files have one name: import them one after the other.")
    kept = _kept(data, source)
    new = {name: content for name, content in contents.items() if _sha256(content) not in kept.values()}
    if not new:
        clean(data)
        return Received("", 0, 0, 0, 0, 0)
    with tempfile.TemporaryDirectory() as folder:
        readings = _read(source, release, new, Path(folder))
    if not release:
        release = _release(source, new, readings)
    elif not _RELEASE.fullmatch(release):
        raise SafeguardingError(f"A release is named by its year or month, such as 2024 or 2025-05, not {release!r}.")
    figures, rows = sum(len(each.observations) for each in readings), sum(each.rows for each in readings)
    left = sum(len(each.left) for each in readings)
    readings.clear()  # `clean` reads everything once more: two copies of a nation's figures need not stand in memory
    others = {each.id for each in _releases(data) if not official.is_official(each)}
    target = _free(data / "raw" / official.FOLDER / source, release, new, others)
    _keep(data, target, source, new)
    held = store.load(data)
    mine = held.checks["source"].str.startswith(f"{source}/{target.name}/")
    return Received(
        release=target.name,
        files=len(new),
        figures=figures,
        rows=rows,
        left=left,
        differing=int((held.checks[mine]["outcome"] == "differs").sum()),
    )


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise SafeguardingError(f"{path.name}: there is no such file.")
    if not _NAME.fullmatch(path.name):
        raise SafeguardingError(f"{path.name!r}: a file that is imported is a .csv or .xlsx, with a plain name.")
    return path.read_bytes()


def _kept(data: Path, source: str) -> dict[Path, str]:
    """Return {file: sha256} of all that is kept of a source; what the project ships counts as any other."""
    mine = [each for each in _releases(data) if official.is_official(each) and each.source == source]
    return {each.folder / file: digest for each in mine for file, digest in each.checksums.items()}


def _releases(data: Path) -> list[raw_files.Release]:
    """Return what is kept; nothing where there is no raw data yet."""
    return raw_files.releases(data) if any((data / "raw").rglob(raw_files.ORIGIN)) else []


def _read(source: str, release: str, contents: dict[str, bytes], folder: Path) -> list[official.Reading]:
    """Return what the files say; raises DataError for the first that can't be read. Nothing is kept yet."""
    readings = []
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        vintage = release or _month(name) or "new"
        found = raw_files.Release(source, vintage, folder, "", "", "", "", True, True, {name: _sha256(content)})
        readings.append(official.read(found, name))
    return readings


def _release(source: str, contents: dict[str, bytes], readings: list[official.Reading]) -> str:
    """Return what the files are a release of: the month that their names say, else the latest year that they hold."""
    months = {_month(name) for name in contents} - {""}
    if len(months) == 1:
        return months.pop()
    if months:
        raise SafeguardingError(f"These files of {source} are of {' and '.join(sorted(months))}: import each set by itself.")
    ends = pd.concat([each.observations["period"] for each in readings])
    years = ends.str[:4].astype(int) + ends.str.fullmatch(r"\d{4}-\d\d").astype(int)
    return str(years.max())


def _month(name: str) -> str:
    """Return the month that a file's name says, such as 2021-04 of `sn_april_2021.xlsx`; empty where it says none."""
    match = re.search(rf"({'|'.join(_MONTHS)})[ _-]?(\d{{4}})", name.casefold())
    return f"{match[2]}-{_MONTHS.index(match[1]) + 1:02d}" if match else ""


def _free(folder: Path, release: str, contents: dict[str, bytes], others: set[str]) -> Path:
    """Return the folder of the release, or of the next one where a file of the same name and other bytes is kept in it.

    A release that was typed out (`others`) keeps its name to itself.
    """
    number, target = 1, folder / release
    while any((target / name).exists() for name in contents) or f"{folder.name}/{target.name}" in others:
        number += 1
        target = folder / f"{release}-{number}"
    return target


def _keep(data: Path, target: Path, source: str, contents: dict[str, bytes]) -> None:
    """Put the files beside those of their release and build the tidy table; on any error both are as they were."""
    with tempfile.TemporaryDirectory() as aside:
        before = Path(aside) / "before"
        if target.exists():
            shutil.copytree(target, before)
        try:
            with folders.replacing(target) as new:
                if before.exists():
                    shutil.copytree(before, new, dirs_exist_ok=True)
                for name, content in contents.items():
                    (new / name).write_bytes(content)
                sums = {path.name: _sha256(path.read_bytes()) for path in new.iterdir() if path.name != raw_files.ORIGIN}
                origin = origin_text(source, target.name, target.name[:7], sums)
                (new / raw_files.ORIGIN).write_text(origin, encoding="utf-8", newline="\n")
            clean(data)
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)
            if before.exists():
                shutil.copytree(before, target)
            elif not any(target.parent.iterdir()):
                target.parent.rmdir()
            raise


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
