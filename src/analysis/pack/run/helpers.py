"""Help with what a pack needs besides its reports: processes forked from the server of the kernels, with the imports done."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

from analysis.errors import SafeguardingError
from analysis.pack.run import processes
from analysis.pack.run.stopping import StoppedError

_log = logging.getLogger(__name__)
LINUX = sys.platform.startswith("linux")


def get_ready() -> None:
    """Start the server that kernels and helpers are forked from, so that its imports are done when the first is asked for."""
    if LINUX:
        processes.start_server()


@contextlib.contextmanager
def helpers(jobs: int, warm: bool = True) -> Iterator[Executor]:
    """Give an executor of so many processes; where none can be forked it is one thread of this process, and a line is logged.

    What is given to it must be found by its name in a module. On leaving, what has not begun is dropped. Raises SafeguardingError
    when a process ends in the middle of its work.
    """
    with contextlib.ExitStack() as stack:
        pool = (_forked(jobs, stack) if warm and LINUX else None) or ThreadPoolExecutor(1)
        try:
            yield pool
        except BrokenExecutor:
            raise SafeguardingError("A process that helped with the pack was ended by the system, for lack of memory?") from None
        except BaseException:  # a run that is stopped doesn't wait until a workbook is written
            for process in multiprocessing.active_children():
                process.kill()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _forked(jobs: int, stack: contextlib.ExitStack) -> Executor | None:
    from analysis.pack.run import kernels

    stack.enter_context(kernels.no_main())  # processes are started whenever work is given
    try:
        get_ready()
        context = multiprocessing.get_context("forkserver")
        pool = ProcessPoolExecutor(
            jobs, context, initializer=_help, initargs=(dict(os.environ), str(Path.cwd()), str(processes.home()))
        )
        pool.submit(os.getpid).result()
    except StoppedError:
        raise
    except Exception as error:
        _log.warning(
            "The pack is written without help, which is slower: none could be forked (%s: %s).", type(error).__name__, error
        )
        return None
    return pool


def _help(env: dict[str, str], cwd: str, home: str) -> None:
    """Make this process one that sees what the run sees, leaves nothing beside the run's own files, and ends with it."""
    from analysis.catalogue import tables
    from analysis.pack.run import kernels

    os.setsid()
    kernels.die_with_client()
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    tables.look_again()
    tempfile.tempdir = home
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal: the run itself stops its helpers
