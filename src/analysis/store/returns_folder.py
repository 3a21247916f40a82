"""Where agencies' returns are kept: `raw/returns/<agency>/<period>/<version>/`, append-only, each call whole or not at all.

A call's folders are made beside `raw/` and moved into place by renames. A process that dies before the first rename has changed
nothing; one that dies between two is finished by `finish`, which everything that reads the folder calls first.
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
_PATIENCE = 30.0  # seconds that a second receiver waits for the first
_ABANDONED_AFTER = 3600  # seconds: far longer than any call takes


def versions(data: Path, agency: str, period: str) -> list[Path]:
    """Return the folders of a return's versions, oldest first, those that were withdrawn and the withdrawals among them."""
    folder = _folder(data) / agency / period
    found = [each for each in folder.iterdir() if each.name.isdigit()] if folder.is_dir() else []
    return sorted(found, key=lambda each: int(each.name))


def standing(data: Path, agency: str, period: str) -> list[Path]:
    """Return the folders of the versions that stand, oldest first: those that came after the last withdrawal, if any."""
    found = versions(data, agency, period)
    last = max((number for number, folder in enumerate(found) if is_withdrawal(folder)), default=-1)
    return found[last + 1 :]


def next_number(data: Path, agency: str, period: str) -> int:
    """Return the number of the next version of a return: one that was given is never given again."""
    return max((int(each.name) for each in versions(data, agency, period)), default=0) + 1


def is_withdrawal(folder: Path) -> bool:
    """Return whether a version withdraws those before it, as its record says."""
    record = folder / "origin.toml"
    return record.is_file() and bool(tomllib.loads(record.read_text(encoding="utf-8")).get("withdrawn"))


def keep(data: Path, folders: Mapping[tuple[str, str, int], Mapping[str, bytes]]) -> list[Path]:
    """Put {(agency, period, version): {file: bytes}} into place, all of them or none, and return their folders.

    Has to be called within `lock`. Nothing that is there is ever replaced: raises SafeguardingError where a version exists.
    """
    root = data / _STAGING
    root.mkdir(parents=True, exist_ok=True)
    batch = Path(tempfile.mkdtemp(dir=root))
    try:
        for (agency, period, version), files in folders.items():
            if (_folder(data) / agency / period / str(version)).exists():
                raise SafeguardingError(f"The return {agency} {period} has a version {version} already: receive the file again.")
            folder = batch / agency / period / str(version)
            folder.mkdir(parents=True)
            for name, content in files.items():
                write_whole(folder / name, content, mode=0o644)
        ready = batch.with_name(batch.name + _READY)
        batch.rename(ready)
    except BaseException:
        shutil.rmtree(batch, ignore_errors=True)
        raise
    sync(root)
    _move(data, ready)
    return [_folder(data) / agency / period / str(version) for agency, period, version in folders]


def finish(data: Path) -> None:
    """Move into place what an interrupted call had made ready, and sweep away what it had not."""
    root = data / _STAGING
    if not root.is_dir():
        return
    for left in sorted(root.iterdir()):
        if left.name.endswith(_READY):
            _move(data, left)
        elif time.time() - left.stat().st_mtime > _ABANDONED_AFTER:
            shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def lock(data: Path) -> Iterator[None]:
    """Hold the only right to receive into `data`; raises SafeguardingError when another receiver doesn't end in time."""
    data.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(locks.holding(data / _LOCK, _PATIENCE))
        except locks.HeldError as error:
            raise SafeguardingError(
                f"Returns are being received by another process ({error.owner}): try again when it has ended."
            ) from None
        yield


def _folder(data: Path) -> Path:
    return data / "raw" / SOURCE


def _move(data: Path, ready: Path) -> None:
    for folder in sorted(each for each in ready.glob("*/*/*") if each.is_dir()):
        target = _folder(data) / folder.relative_to(ready)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            folder.rename(target)
            sync(target.parent)
    shutil.rmtree(ready, ignore_errors=True)
