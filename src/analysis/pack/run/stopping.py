"""A run that is told to stop stops at once and tidies up after itself, however often it is told."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from analysis.errors import SafeguardingError
from analysis.pack.run import processes


class StoppedError(SafeguardingError):
    """The run was told to stop, and the last pack stands."""


@contextlib.contextmanager
def by_signal() -> Iterator[None]:
    """Raise StoppedError within this context when the process is told to stop: by Ctrl-C, a service manager, a closed terminal.

    The first signal ends every kernel. Those that come while the run tidies up change nothing: it takes a second or two, and a
    run that was torn out of it would leave what it was about to remove. Outside the main thread signals are left as they are.
    """
    processes.begin()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]

    def stop(number: int, frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        processes.end_all()
        raise StoppedError(f"The run was stopped by {signal.Signals(number).name}: the last pack stands as it was.")

    before = {each: signal.signal(each, stop) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
