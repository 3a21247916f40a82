"""The folder of agencies' returns: `raw/returns/<agency>/<period>/<version>/`. Versions are added, never changed.

A call adds all of its folders or none. They are made beside `raw/` and moved into place by renames. A process that dies before
the first rename has changed nothing. If it dies between two renames, `finish` completes its work: every reader calls it first.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from analysis.errors import SafeguardingError
from analysis.files import locks
from analysis.files.folders import sync, write_whole

SOURCE = "returns"
REFUSED = "returns-refused"
_STAGING, _READY, _LOCK = ".returns-incoming", ".ready", ".returns.lock"
_TIMEOUT = 30.0  # seconds that a second receiver waits for the first
_ABANDONED_AFTER = 3600  # seconds: far longer than any call takes


def versions(data: Path, agency: str, period: str) -> list[Path]:
    """Return the folders of all versions of a return, oldest first, withdrawn versions and withdrawals included."""
    folder = _returns_folder(data) / agency / period
    folders = [path for path in folder.iterdir() if path.name.isdigit()] if folder.is_dir() else []
    return sorted(folders, key=lambda path: int(path.name))


def standing(data: Path, agency: str, period: str) -> list[Path]:
    """Return the folders of the versions that are in force, oldest first: those after the last withdrawal, if any."""
    folders = versions(data, agency, period)
    last_withdrawal = max((number for number, folder in enumerate(folders) if is_withdrawal(folder)), default=-1)
    return folders[last_withdrawal + 1 :]


def next_number(data: Path, agency: str, period: str) -> int:
    """Return the number of the next version of a return; no number is used twice."""
    return max((int(folder.name) for folder in versions(data, agency, period)), default=0) + 1


def is_withdrawal(folder: Path) -> bool:
    """Return whether a version is a withdrawal of those before it, as its origin record says."""
    record = folder / "origin.toml"
    return record.is_file() and bool(tomllib.loads(record.read_text(encoding="utf-8")).get("withdrawn"))


def keep(data: Path, returns: Mapping[tuple[str, str, int], Mapping[str, bytes]]) -> list[Path]:
    """Put {(agency, period, version): {file: bytes}} into place, all of them or none, and return their folders.

    Call it inside `lock`. Nothing is ever replaced: raises SafeguardingError where the version exists already.
    """
    staging = data / _STAGING
    staging.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(dir=staging))
    try:
        for (agency, period, version), files in returns.items():
            if (_returns_folder(data) / agency / period / str(version)).exists():
                raise SafeguardingError(f"The return {agency} {period} has a version {version} already: receive the file again.")
            folder = staged / agency / period / str(version)
            folder.mkdir(parents=True)
            for name, content in files.items():
                write_whole(folder / name, content, mode=0o644)
        ready = staged.with_name(staged.name + _READY)
        staged.rename(ready)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    sync(staging)
    _move_into_place(data, ready)
    return [_returns_folder(data) / agency / period / str(version) for agency, period, version in returns]


def finish(data: Path) -> None:
    """Move the complete folders of an interrupted call into place, and remove the incomplete ones."""
    staging = data / _STAGING
    if not staging.is_dir():
        return
    for staged in sorted(staging.iterdir()):
        if staged.name.endswith(_READY):
            _move_into_place(data, staged)
        elif time.time() - staged.stat().st_mtime > _ABANDONED_AFTER:
            shutil.rmtree(staged, ignore_errors=True)


@contextlib.contextmanager
def lock(data: Path) -> Iterator[None]:
    """Let only this process receive returns into `data`; raises SafeguardingError when another one doesn't end in time."""
    data.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locks.holding(data / _LOCK, _TIMEOUT))
        except locks.HeldError as error:
            raise SafeguardingError(
                f"Returns are being received by another process ({error.owner}): try again when it has ended."
            ) from None
        yield


def _returns_folder(data: Path) -> Path:
    return data / "raw" / SOURCE


def _move_into_place(data: Path, ready: Path) -> None:
    for folder in sorted(path for path in ready.glob("*/*/*") if path.is_dir()):
        target = _returns_folder(data) / folder.relative_to(ready)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            folder.rename(target)
            sync(target.parent)
    shutil.rmtree(ready, ignore_errors=True)
