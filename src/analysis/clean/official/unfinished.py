"""An import that changes `data/raw` is all or nothing, even where its process is killed: what it changes is noted beforehand.

The note lies in `.official-import/` of the data folder, with a copy of the release as it was. It is removed when the figures are
built. Whoever reads the raw data calls `undo` first, which puts back what an import has left that is no longer running.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from analysis.errors import SafeguardingError
from analysis.files import folders, locks

_FOLDER, _NOTE, _BEFORE, _LOCK = ".official-import", "note.json", "before", ".official-import.lock"
_TIMEOUT = 30.0  # seconds that a second import waits for the first


@contextlib.contextmanager
def changing(data: Path, target: Path) -> Iterator[None]:
    """Let the block change the folder of one release; on any error, or if the process is killed, it is as it was before.

    Call it inside `lock`.
    """
    note, before = data / _FOLDER / _NOTE, data / _FOLDER / _BEFORE
    note.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        shutil.copytree(target, before)
    text = json.dumps({"target": target.relative_to(data).as_posix(), "existed": target.exists()})
    folders.write_whole(note, text.encode())
    folders.sync(note.parent)
    try:
        yield
    except BaseException:
        _put_back(data)
        raise
    note.unlink()
    shutil.rmtree(note.parent, ignore_errors=True)


@contextlib.contextmanager
def lock(data: Path) -> Iterator[None]:
    """Let only this process import into `data`; raises SafeguardingError when another one doesn't end in time."""
    data.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locks.holding(data / _LOCK, _TIMEOUT))
        except locks.HeldError as error:
            raise SafeguardingError(f"Another import is running ({error.owner}): try again when it has ended.") from None
        _put_back(data)
        yield


def undo(data: Path) -> None:
    """Put back what a killed import has changed; nothing happens without one, or while one is running."""
    if (data / _FOLDER).exists():
        with contextlib.suppress(locks.HeldError), locks.holding(data / _LOCK):
            _put_back(data)


def _put_back(data: Path) -> None:
    """Make the release that the note names what it was. Killed on its way, it does all of it again the next time."""
    folder = data / _FOLDER
    if (folder / _NOTE).exists():
        note = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
        target = data / note["target"]
        if target.parent.exists():
            folders.recover(target)
            folders.sweep(target)
            shutil.rmtree(target, ignore_errors=True)
        if note["existed"]:
            shutil.copytree(folder / _BEFORE, target)
        elif target.parent.exists() and not any(target.parent.iterdir()):
            target.parent.rmdir()
        (folder / _NOTE).unlink()
    shutil.rmtree(folder, ignore_errors=True)
