"""One at a time: a lock that its owner holds by being alive, and that says who it is.

The system frees it when the owner ends, however it ends, so nobody has to remove anything by hand. What an owner left who was
killed is only its name.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import SafeguardingError

if sys.platform == "win32":  # pragma: no cover
    import msvcrt
else:
    import fcntl


_POLL = 0.05  # seconds between two tries of who has patience
_FAR = 1 << 30  # the byte that Windows locks: nobody else may read it there, and what the owner says of itself must be readable


class HeldError(SafeguardingError):
    """The lock is held by another run; the sentence says which, and since when, and so does `owner`."""

    def __init__(self, folder: str, owner: Owner | None) -> None:
        self.owner = str(owner or "just started")
        super().__init__(f"Another run works on the folder {folder!r} ({self.owner}): wait for it.")


@dataclass(frozen=True)
class Owner:
    """Who holds a lock or held it last: process, machine, and when it took it (seconds since 1970)."""

    process: int
    machine: str
    since: float

    def __str__(self) -> str:
        minutes = max(0, round((time.time() - self.since) / 60))  # a clock that was set back must not say "-60 minutes"
        return f"process {self.process} on {self.machine}, since {minutes} minutes"


@contextlib.contextmanager
def holding(path: Path, patience: float = 0) -> Iterator[Owner | None]:
    """Hold the lock at `path`; give the owner that was killed while it held it, or None. On leaving the file is gone.

    Raises HeldError when another still holds it after `patience` seconds. Raises OSError where the file can't be written.
    """
    file = _open(path, patience)
    try:
        left = _owner(file)
        os.ftruncate(file, 0)
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, json.dumps([os.getpid(), platform.node(), time.time()]).encode())
        yield left
    finally:
        with contextlib.suppress(OSError):
            os.ftruncate(file, 0)  # where the file stays, the next owner must not take this one for killed
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(file)
        if sys.platform == "win32":  # pragma: no cover
            with contextlib.suppress(OSError):
                path.unlink()  # Windows removes no file that is open, so none that another has taken meanwhile either


def _open(path: Path, patience: float) -> int:
    ends = time.monotonic() + patience
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(file)
        except OSError:
            owner = _owner(file)
            os.close(file)
            if time.monotonic() >= ends:
                raise HeldError(path.parent.name, owner) from None
            time.sleep(_POLL)
            continue
        except BaseException:
            os.close(file)
            raise
        if sys.platform == "win32":  # pragma: no cover
            return file  # nobody can have removed it since it was opened
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file), path.stat()):
                return file
        os.close(file)  # its last owner has removed it between our opening and our locking: the next one is another file


def _lock(file: int) -> None:
    if sys.platform == "win32":  # pragma: no cover
        os.lseek(file, _FAR, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _owner(file: int) -> Owner | None:
    try:
        os.lseek(file, 0, os.SEEK_SET)
        return Owner(*json.loads(os.read(file, 1000)))
    except (ValueError, TypeError, OSError):
        return None
