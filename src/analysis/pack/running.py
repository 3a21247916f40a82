"""What a run has in the air besides its own process: kernels, and a folder for their files. All of it can be ended at once."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

_lock = threading.Lock()
_kernels: dict[int, int] = {}  # thread that waits for it: process group
_ending = threading.Event()


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Give an empty folder to one report; on leaving it is gone, and so is the report's kernel."""
    with tempfile.TemporaryDirectory(prefix="safeguarding-") as made:
        try:
            yield Path(made)
        finally:
            with _lock:
                _kernels.pop(threading.get_ident(), None)


def note(pid: int) -> None:
    """Note the kernel of the report that this thread waits for."""
    with _lock:
        _kernels[threading.get_ident()] = pid
    if _ending.is_set():
        _kill(pid)


def end_all() -> None:
    """Kill every kernel, and those that are starting as soon as they have; the threads that wait for them end by themselves."""
    _ending.set()
    with _lock:
        for pid in _kernels.values():
            _kill(pid)


def begin() -> None:
    """Allow kernels again, for the next run of this process."""
    _ending.clear()


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGTERM)
