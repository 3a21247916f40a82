"""A lock file that only one process can hold at a time, and that says which process holds it.

The system frees the lock when its owner ends, however it ends, so nobody has to remove anything by hand. An owner that was
killed leaves nothing but its name in the file.
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


_POLL = 0.05  # seconds between two attempts while waiting
_LOCKED_BYTE = 1 << 30  # Windows lets nobody read a locked byte: it lies far behind the owner's name, which stays readable


class HeldError(SafeguardingError):
    """Another run holds the lock. The sentence, and `owner`, say which run it is and since when."""

    def __init__(self, folder: str, owner: Owner | None) -> None:
        self.owner = str(owner or "just started")
        super().__init__(f"Another run works on the folder {folder!r} ({self.owner}): wait for it.")


@dataclass(frozen=True)
class Owner:
    """The process that holds a lock or held it last, its machine, and when it took the lock (seconds since 1970)."""

    process: int
    machine: str
    since: float

    def __str__(self) -> str:
        minutes = max(0, round((time.time() - self.since) / 60))  # a clock that was set back must not say "-60 minutes"
        return f"process {self.process} on {self.machine}, since {minutes} minutes"


@contextlib.contextmanager
def holding(path: Path, timeout: float = 0) -> Iterator[Owner | None]:
    """Hold the lock at `path` while the block runs, and remove the file afterwards.

    Gives the previous owner if it was killed while it held the lock, otherwise None. Raises HeldError when another process still
    holds the lock after `timeout` seconds, OSError when the file can't be written.
    """
    file = _open(path, timeout)
    try:
        previous_owner = _read_owner(file)
        os.ftruncate(file, 0)
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, json.dumps([os.getpid(), platform.node(), time.time()]).encode())
        yield previous_owner
    finally:
        with contextlib.suppress(OSError):
            os.ftruncate(file, 0)  # if the file stays, the next owner must not think that this one was killed
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(file)
        if sys.platform == "win32":  # pragma: no cover
            with contextlib.suppress(OSError):
                path.unlink()  # Windows removes no open file, so this can't remove the lock of another process


def _open(path: Path, timeout: float) -> int:
    deadline = time.monotonic() + timeout
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(file)
        except OSError:
            owner = _read_owner(file)
            os.close(file)
            if time.monotonic() >= deadline:
                raise HeldError(path.parent.name, owner) from None
            time.sleep(_POLL)
            continue
        except BaseException:
            os.close(file)
            raise
        if sys.platform == "win32":  # pragma: no cover
            return file  # Windows removes no open file: it is still the one at `path`
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file), path.stat()):
                return file
        os.close(file)  # its last owner removed it between our opening and our locking: open the new file


def _lock(file: int) -> None:
    if sys.platform == "win32":  # pragma: no cover
        os.lseek(file, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _read_owner(file: int) -> Owner | None:
    try:
        os.lseek(file, 0, os.SEEK_SET)
        return Owner(*json.loads(os.read(file, 1000)))
    except (ValueError, TypeError, OSError):
        return None
