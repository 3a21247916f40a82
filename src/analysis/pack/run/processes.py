"""Keeps track of the kernels of a run, and of a temporary folder for their files, so that all can be ended at once."""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

from analysis.files import locks

_PREFIX, _LOCK = "safeguarding-", "in-use"
_MAX_LETTERS = 60  # letters of a path: those of the sockets in it have a limit
_lock = threading.Lock()
_group_of_thread: dict[int, int] = {}  # {thread that waits for a kernel: the kernel's process group}
_ending = threading.Event()
_home: list[Path] = []  # no cache: those are cleared when other tables come into use


def temporary_folder() -> Path:
    """Return this process's folder for temporary files, which is made at the first call and removed when the process ends.

    A process that is killed leaves its folder behind; the next one finds its lock free and removes it.
    """
    if not _home:
        _home.append(_new_home())
    return _home[0]


def _new_home() -> Path:
    parent = Path(tempfile.gettempdir())
    if os.name == "posix" and len(str(parent)) > _MAX_LETTERS:
        parent = Path("/tmp")  # noqa: S108 (a socket's path has a limit of 107 letters; the folder is this user's alone)
    for leftover in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError, locks.HeldError), locks.holding(leftover / _LOCK):
            # It is renamed first: a process that has made it and is about to lock it then finds no folder rather than half a one.
            # Windows can't rename a folder while a file in it is open, nor remove one that another process has locked.
            renamed = leftover.rename(leftover.with_name(f"{_PREFIX}gone-{uuid.uuid4().hex}")) if os.name == "posix" else leftover
            shutil.rmtree(renamed, ignore_errors=True)
        if os.name != "posix":
            with contextlib.suppress(OSError):  # in use by another process
                leftover.rmdir()
    lock = contextlib.ExitStack()
    folder = _locked_folder(parent, lock)
    if not os.access(os.path.expanduser("~"), os.W_OK):  # noqa: PTH111 (never raises)
        # A service has no home folder: matplotlib would warn on every page, and IPython leave a folder for every report.
        for name in ("MPLCONFIGDIR", "IPYTHONDIR"):
            os.environ.setdefault(name, str(folder / name.lower()))
    process = os.getpid()

    def remove() -> None:
        if os.getpid() == process:  # not a kernel that was forked from here
            lock.close()
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    multiprocessing.current_process()._config["tempdir"] = str(folder)  # type: ignore[attr-defined]  # where its sockets are made
    return folder


def _locked_folder(parent: Path, lock: contextlib.ExitStack) -> Path:
    """Return a new locked folder; it tries again if another process removes the folder before it is locked."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        try:
            lock.enter_context(locks.holding(folder / _LOCK))
            return folder
        except (FileNotFoundError, locks.HeldError):
            continue


def start_server() -> None:
    """Start the server that kernels and helpers are forked from, if there is none yet; it imports what they need.

    Linux only. Its sockets lie in `temporary_folder`.
    """
    from multiprocessing import forkserver, resource_tracker  # Windows has none

    temporary_folder()
    # A closing terminal sends SIGHUP to all its processes. Python's resource tracker ignores SIGINT and SIGTERM, but not SIGHUP:
    # it would end, and the run would start another one with a warning. A tracker keeps the signals blocked that are blocked now.
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    try:
        resource_tracker.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    forkserver.set_forkserver_preload(["analysis.pack.run.preloaded"])
    forkserver.ensure_running()


@contextlib.contextmanager
def report_folder() -> Iterator[Path]:
    """Yield an empty folder for one report; on leaving it is removed and the report's kernel forgotten."""
    # Windows can't remove a file that an ending kernel still has open: it is removed with `temporary_folder`.
    with tempfile.TemporaryDirectory(
        prefix="report-", dir=temporary_folder(), ignore_cleanup_errors=os.name != "posix"
    ) as folder:
        try:
            yield Path(folder)
        finally:
            with _lock:
                _group_of_thread.pop(threading.get_ident(), None)


def note_kernel(pid: int) -> None:
    """Note the process of the kernel that this thread waits for; kill it if the run is being stopped."""
    with _lock:
        _group_of_thread[threading.get_ident()] = pid
    if _ending.is_set():
        _kill(pid)


def kill_kernels() -> None:
    """Kill every kernel, and those that are starting once they have started; the threads that wait for them then end."""
    _ending.set()
    with _lock:
        for pid in _group_of_thread.values():
            _kill(pid)


def allow_kernels() -> None:
    """Allow kernels again after `kill_kernels`, for the next run of this process."""
    _ending.clear()


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        if not hasattr(os, "killpg"):
            os.kill(pid, signal.SIGTERM)
            return
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:  # it has ended, or was forked just now and leads no group yet
            os.kill(pid, signal.SIGKILL)
