"""Stops a run at a signal: it ends at once and tidies up, however many signals follow."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from analysis.errors import SafeguardingError
from analysis.pack.run import processes


class StoppedError(SafeguardingError):
    """The run was stopped by a signal; the last pack stands."""


@contextlib.contextmanager
def stop_on_signals() -> Iterator[None]:
    """Raise StoppedError within this context at a signal to stop: Ctrl-C, a service manager's, or that of a closed terminal.

    The first signal ends every kernel. Signals that come while the run tidies up are ignored: tidying takes a second or two, and
    a run that was interrupted in it would leave files behind. Outside the main thread signals are left as they are.
    """
    processes.allow_kernels()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]

    def stop(number: int, frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        processes.kill_kernels()
        raise StoppedError(f"The run was stopped by {signal.Signals(number).name}: the last pack stands as it was.")

    handlers = {each: signal.signal(each, stop) for each in signals}
    try:
        yield
    finally:
        for each, handler in handlers.items():
            signal.signal(each, handler)
