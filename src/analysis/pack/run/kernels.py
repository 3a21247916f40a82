"""Kernels that start at once: each is forked from a server that has imported what reports need, and is used for one report.

This is a provisioner for jupyter_client, found by its entry point. It replaces the start of a Python process and the imports,
and nothing else: the kernel speaks the same protocol with the same manager, and shares nothing with the one before. If a kernel
can't be forked, an ordinary one is started and one line is logged.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import random
import select
import signal
import sys
import threading
import time
import types
from collections.abc import Iterator
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

from analysis.pack.run import processes

NAME = "safeguarding-warm"
_INLINE = "module://matplotlib_inline.backend_inline"
_LAUNCHER = "ipykernel_launcher"
_POLL_EVERY = 0.01  # seconds between two checks whether a killed kernel has gone
_GONE_WITHIN = 1  # seconds to wait here for a killed kernel; the manager waits longer
_log = logging.getLogger(__name__)
_starting = threading.Lock()
_warned = threading.Event()


class WarmProvisioner(LocalProvisioner):
    """Starts kernels by forking the server; an ordinary process if the kernel isn't IPython's or forking fails."""

    process: Any  # a ForkedProcess, or the Popen of an ordinary kernel

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start a kernel in place of this command and return its connection."""
        try:
            self.process = ForkedProcess(
                cmd[cmd.index(_LAUNCHER) + 1 :], dict(kwargs["env"]), str(kwargs.get("cwd") or Path.cwd())
            )
        except Exception as error:
            if not _warned.is_set():
                _warned.set()
                _log.warning(
                    "Kernels are started one by one, which is slower: none could be forked (%s: %s).", type(error).__name__, error
                )
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    async def wait(self) -> int | None:
        """Return the exit status of the kernel's process when it has ended."""
        if hasattr(self.process, "args"):  # the Popen of an ordinary kernel
            return await super().wait()
        while self.process.poll() is None:
            await asyncio.sleep(_POLL_EVERY)
        status = self.process.poll()
        self.process = None
        return status

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and return when it has gone; otherwise the manager would have to ask again whether it is alive."""
        await super().kill(restart=restart)
        if self.process is not None and not hasattr(self.process, "args"):  # not the Popen of an ordinary kernel
            deadline = time.monotonic() + _GONE_WITHIN
            while self.process.poll() is None and time.monotonic() < deadline:
                await asyncio.sleep(_POLL_EVERY)


class ForkedProcess:
    """The process of a forked kernel, with the methods of `subprocess.Popen` that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, arguments: list[str], env: dict[str, str], cwd: str) -> None:
        env = env | {"JPY_PARENT_PID": str(os.getpid())}  # as jupyter_client sets it for the kernels that it starts
        self._process = ForkServerProcess(target=_become_kernel, args=(arguments, env, cwd), daemon=True)
        with _starting, hidden_main():
            processes.start_server()
            self._process.start()
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    def poll(self) -> int | None:
        """Return the exit status, or None while the kernel is alive."""
        return self._process.exitcode

    def wait(self) -> int | None:
        """Return the exit status when the kernel has ended."""
        self._process.join()
        return self._process.exitcode

    def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and everything that it has started."""
        try:
            os.killpg(self.pid, signum)
        except ProcessLookupError:  # it has only just been forked and leads no group yet
            os.kill(self.pid, signum)

    def kill(self) -> None:
        """Kill the kernel and everything that it has started."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel and everything that it has started to end."""
        self.send_signal(signal.SIGTERM)


@contextlib.contextmanager
def hidden_main() -> Iterator[None]:
    """Hide the running program within this context: children of multiprocessing would import it, and a kernel must not see it."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


def _become_kernel(arguments: list[str], env: dict[str, str], cwd: str) -> None:
    """Make this forked process like a kernel that was started by itself, and run until it is stopped."""
    os.setsid()
    die_with_parent()
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # a notebook may start processes
    import ipykernel_launcher
    import matplotlib as mpl
    import numpy as np
    from ipykernel.kernelapp import IPKernelApp
    from matplotlib import pyplot as plt

    from analysis.catalogue import tables
    from analysis.pack.run import preloaded

    os.environ.clear()
    os.environ.update(env | preloaded.BY_IMPORTS)
    os.chdir(cwd)
    tables.look_again()
    sys.path[:] = preloaded.PATH
    sys.argv[:] = [ipykernel_launcher.__file__, *arguments]
    random.seed()
    np.random.seed()  # noqa: NPY002 (a notebook may use the old generator, whose state was forked)
    mpl.rcParams["backend"] = os.environ.get("MPLBACKEND") or _INLINE
    app = IPKernelApp.instance()
    app.initialize(arguments)
    plt.install_repl_displayhook()  # pyplot was imported before there was a shell to hook into
    app.start()


def die_with_parent() -> None:
    """Have the system kill this process and its children when the parent ends, however it ends.

    The parent holds one end of a pipe. A thread that waits for it to close would not do: a cell can hold the interpreter's lock.
    """
    import fcntl  # Windows has none

    parent = multiprocessing.parent_process()
    assert parent is not None
    fd = parent.sentinel
    fcntl.fcntl(fd, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([fd], [], [], 0)[0]:  # the parent ended before the signal was set up
        os.killpg(os.getpgrp(), signal.SIGKILL)
