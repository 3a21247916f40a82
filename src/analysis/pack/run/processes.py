"""What a run has in the air besides its own process: kernels, and a folder for their files. All of it can be ended at once."""

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
_LONGEST = 60  # letters of a path, so that those of the sockets in it stay within what the system allows
_lock = threading.Lock()
_kernels: dict[int, int] = {}  # thread that waits for it: process group
_ending = threading.Event()
_home: list[Path] = []  # no cache: those are cleared when other tables come into use


def home() -> Path:
    """Return this process's folder for temporary files, made when first asked for and removed when the process ends.

    A process that is killed leaves it; the next one finds its lock free and removes it.
    """
    if not _home:
        _home.append(_new_home())
    return _home[0]


def _new_home() -> Path:
    parent = Path(tempfile.gettempdir())
    if os.name == "posix" and len(str(parent)) > _LONGEST:
        parent = Path("/tmp")  # noqa: S108 (a socket's path has a limit of 107 letters; the folder is this user's alone)
    for left in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError, locks.HeldError), locks.holding(left / _LOCK):
            # Under another name first: whoever has made it and is about to lock it finds it gone, never half of it.
            # Windows renames no folder while a file in it is open, and removes none either that another has locked.
            gone = left.rename(left.with_name(f"{_PREFIX}gone-{uuid.uuid4().hex}")) if os.name == "posix" else left
            shutil.rmtree(gone, ignore_errors=True)
        if os.name != "posix":
            with contextlib.suppress(OSError):  # somebody's, in use
                left.rmdir()
    held = contextlib.ExitStack()
    made = _locked_folder(parent, held)
    if not os.access(os.path.expanduser("~"), os.W_OK):  # noqa: PTH111 (never raises)
        # A service has no home: matplotlib would complain on every page, and IPython leave a folder for every report.
        for name in ("MPLCONFIGDIR", "IPYTHONDIR"):
            os.environ.setdefault(name, str(made / name.lower()))
    process = os.getpid()

    def remove() -> None:
        if os.getpid() == process:  # not a kernel that was forked from here
            held.close()
            shutil.rmtree(made, ignore_errors=True)

    atexit.register(remove)
    multiprocessing.current_process()._config["tempdir"] = str(made)  # type: ignore[attr-defined]  # where its sockets are made
    return made


def _locked_folder(parent: Path, held: contextlib.ExitStack) -> Path:
    """Return a new folder and enter its lock; another process that sweeps may take one away before it is locked."""
    while True:
        made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        try:
            held.enter_context(locks.holding(made / _LOCK))
            return made
        except (FileNotFoundError, locks.HeldError):
            continue


def start_server() -> None:
    """Start the server that kernels and helpers are forked from, if there is none yet; it imports what they need by itself.

    Linux only. Its sockets lie in `home`.
    """
    from multiprocessing import forkserver, resource_tracker  # Windows has none

    home()
    # A terminal that closes tells all it has started. Python's tracker of semaphores heeds neither Ctrl-C nor TERM, but that; the
    # run would start another while it tidies up, and say so. It keeps the signals blocked that were blocked when it began.
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    try:
        resource_tracker.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    forkserver.set_forkserver_preload(["analysis.pack.run.preloaded"])
    forkserver.ensure_running()


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Give an empty folder to one report; on leaving it is gone, and so is the report's kernel."""
    # Windows removes no file that a kernel which is about to end still has open: it goes with `home`.
    with tempfile.TemporaryDirectory(prefix="report-", dir=home(), ignore_cleanup_errors=os.name != "posix") as made:
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
        if not hasattr(os, "killpg"):
            os.kill(pid, signal.SIGTERM)
            return
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:  # it has gone, or it has only just been forked and leads no group yet
            os.kill(pid, signal.SIGKILL)
