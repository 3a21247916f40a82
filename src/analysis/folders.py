"""Folders that are replaced whole: readers see the old one or the new one, never half of either."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREVIOUS = ".previous"
_ABANDONED_AFTER = 3600  # seconds: far longer than any folder takes to be written


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give an empty folder beside `target`; on leaving without an error it takes the place of `target`.

    On any error the new folder is removed and `target` stays (or is put back) as it was. A process killed between the two
    renames leaves the old folder under another name: `recover` puts it back.
    """
    recover(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target)
    new = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    new.chmod(0o755)  # mkdtemp makes it private; a pack is for its readers
    try:
        yield new
        previous = _previous(target)
        if target.exists():
            target.rename(previous)
        new.rename(target)
        shutil.rmtree(previous, ignore_errors=True)
    finally:
        recover(target)
        shutil.rmtree(new, ignore_errors=True)


def recover(target: Path) -> None:
    """Put back the folder that an interrupted replacement had set aside; does nothing in the ordinary case."""
    previous = _previous(target)
    if not previous.exists():
        return
    if target.exists():
        shutil.rmtree(previous)
    else:
        previous.replace(target)


def _sweep(target: Path) -> None:
    """Remove the half-made folders of processes that were killed; one that is younger may still be in the making."""
    for left in target.parent.glob(f".{target.name}-*"):
        if time.time() - left.stat().st_mtime > _ABANDONED_AFTER:
            shutil.rmtree(left, ignore_errors=True)


def _previous(target: Path) -> Path:
    return target.with_name(f".{target.name}{_PREVIOUS}")


@contextmanager
def replacing_file(target: Path) -> Iterator[Path]:
    """Give the name of a new file beside `target`; on leaving without an error it takes the place of `target`."""
    new = target.with_name(f".{target.stem}-new{target.suffix}")
    try:
        yield new
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)
