"""Kernels that start ready: forked from a server that has imported what reports need, each used once and then thrown away.

A provisioner for jupyter_client, found by its entry point. It takes the place of starting a Python process and of the imports,
and of nothing else: the kernel speaks the same protocol, with the same manager, and knows nothing of the one before. Where a
kernel can't be forked an ordinary one is started, and one line is logged.
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
_POLL = 0.01  # seconds between two looks at whether a kernel that was killed has gone
_GONE = 1  # seconds in which one has gone; the manager waits longer for the others
_log = logging.getLogger(__name__)
_starting = threading.Lock()
_told = threading.Event()


class WarmProvisioner(LocalProvisioner):
    """Provides a kernel forked from the server; an ordinary one for a kernel that isn't IPython's, and when forking fails."""

    process: Any  # a Forked, or the Popen of an ordinary kernel

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Return the connection of a kernel that has been started with this command, or in its place."""
        try:
            self.process = Forked(cmd[cmd.index(_LAUNCHER) + 1 :], dict(kwargs["env"]), str(kwargs.get("cwd") or Path.cwd()))
        except Exception as error:
            if not _told.is_set():
                _told.set()
                _log.warning(
                    "Kernels are started one by one, which is slower: none could be forked (%s: %s).", type(error).__name__, error
                )
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait until the kernel's process has gone, and return its exit status."""
        if hasattr(self.process, "args"):  # the Popen of an ordinary kernel
            return await super().wait()
        while self.process.poll() is None:
            await asyncio.sleep(_POLL)
        status = self.process.poll()
        self.process = None
        return status

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel, and return when it has gone: whoever asks whether it lives would else wait and ask again."""
        await super().kill(restart=restart)
        if self.process is not None and not hasattr(self.process, "args"):  # not the Popen of an ordinary kernel
            ends = time.monotonic() + _GONE
            while self.process.poll() is None and time.monotonic() < ends:
                await asyncio.sleep(_POLL)


class Forked:
    """The process of a forked kernel, with what jupyter_client asks of a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, arguments: list[str], env: dict[str, str], cwd: str) -> None:
        env = env | {"JPY_PARENT_PID": str(os.getpid())}  # as jupyter_client tells the kernels that it starts itself
        self._process = ForkServerProcess(target=_become_kernel, args=(arguments, env, cwd), daemon=True)
        with _starting, no_main():
            processes.start_server()
            self._process.start()
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    def poll(self) -> int | None:
        """Return the exit status, or None while the kernel lives."""
        return self._process.exitcode

    def wait(self) -> int | None:
        """Wait for the end and return the exit status."""
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
def no_main() -> Iterator[None]:
    """Hide the program that is running: a child of multiprocessing would import it, and a kernel must know nothing of it."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


def _become_kernel(arguments: list[str], env: dict[str, str], cwd: str) -> None:
    """Make this forked process what a kernel started by itself would be, and serve until it is stopped."""
    os.setsid()
    die_with_client()
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
    np.random.seed()  # noqa: NPY002 (a notebook may use the old generator, which was copied with the process)
    mpl.rcParams["backend"] = os.environ.get("MPLBACKEND") or _INLINE
    app = IPKernelApp.instance()
    app.initialize(arguments)
    plt.install_repl_displayhook()  # pyplot was imported before there was a shell to hook into
    app.start()


def die_with_client() -> None:
    """Have the system kill this process and its children when the client goes, however it goes.

    The client holds one end of a pipe. A thread that waits for its end would not do: a cell can hold the interpreter's lock.
    """
    import fcntl  # Windows has none

    client = multiprocessing.parent_process()
    assert client is not None
    fd = client.sentinel
    fcntl.fcntl(fd, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([fd], [], [], 0)[0]:  # it went before the system was told
        os.killpg(os.getpgrp(), signal.SIGKILL)
