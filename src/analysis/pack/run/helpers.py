"""Processes that help to write a pack; they are forked from the same server as the kernels, with the imports done."""

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


def start_fork_server() -> None:
    """Start the server that kernels and helpers are forked from, so that its imports are done when the first is needed."""
    if LINUX:
        processes.start_server()


@contextlib.contextmanager
def helper_pool(jobs: int, warm: bool = True) -> Iterator[Executor]:
    """Yield an executor of `jobs` processes; if none can be forked, one of a single thread in this process, and log a line.

    Its functions must be importable by name. On leaving, tasks that have not begun are dropped. Raises SafeguardingError when a
    process ends in the middle of its work.
    """
    with contextlib.ExitStack() as stack:
        pool = (_forked_pool(jobs, stack) if warm and LINUX else None) or ThreadPoolExecutor(1)
        try:
            yield pool
        except BrokenExecutor:
            raise SafeguardingError("A process that helped with the pack was ended by the system, for lack of memory?") from None
        except BaseException:  # a run that is stopped doesn't wait for a workbook
            for process in multiprocessing.active_children():
                process.kill()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _forked_pool(jobs: int, stack: contextlib.ExitStack) -> Executor | None:
    from analysis.pack.run import kernels

    stack.enter_context(kernels.hidden_main())  # processes start when tasks are submitted
    try:
        start_fork_server()
        context = multiprocessing.get_context("forkserver")
        pool = ProcessPoolExecutor(
            jobs,
            context,
            initializer=_become_helper,
            initargs=(dict(os.environ), str(Path.cwd()), str(processes.temporary_folder())),
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


def _become_helper(env: dict[str, str], cwd: str, temporary_folder: str) -> None:
    """Give this process the environment, folder and temporary folder of the run, and have it end with the run."""
    from analysis.catalogue import tables
    from analysis.pack.run import kernels

    os.setsid()
    kernels.die_with_parent()
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    tables.look_again()
    tempfile.tempdir = temporary_folder
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal: the run itself stops its helpers
