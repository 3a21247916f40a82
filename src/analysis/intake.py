"""Where agencies' returns are kept: `raw/returns/<agency>/<period>/<version>/`, append-only, each call whole or not at all.

A call's folders are made beside `raw/` and moved into place by renames. A process that dies before the first rename has changed
nothing; one that dies between two is finished by `finish`, which everything that reads the folder calls first.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from analysis import locks
from analysis.errors import SafeguardingError
from analysis.folders import sync, write_whole

SOURCE = "returns"
REFUSED = "returns-refused"
_STAGING, _READY, _LOCK = ".returns-incoming", ".ready", ".returns.lock"
_PATIENCE = 30.0  # seconds that a second receiver waits for the first
_ABANDONED_AFTER = 3600  # seconds: far longer than any call takes


def latest(data: Path, agency: str, period: str) -> tuple[int, Path | None]:
    """Return the number and the folder of the last version of a return; 0 and None where there is none."""
    folder = _folder(data) / agency / period
    numbers = [int(each.name) for each in folder.iterdir() if each.name.isdigit()] if folder.is_dir() else []
    return (max(numbers), folder / str(max(numbers))) if numbers else (0, None)


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
