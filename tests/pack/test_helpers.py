"""Help with the last steps of a run, and the first words with a kernel: what they give, and what happens when they fail."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from pathlib import Path
from queue import Empty
from typing import Any

import pytest

from analysis.errors import SafeguardingError
from analysis.pack.run import helpers
from analysis.pack.run.handshake import PromptClient
from analysis.pack.run.stopping import StoppedError

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="helpers are forked on Linux")


@LINUX
def test_helpers_are_processes_that_see_what_the_run_sees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEEN_BY_HELPERS", "yes")
    with helpers.helper_pool(2) as helped:
        assert list(helped.map(abs, range(-50, 0))) == list(range(50, 0, -1))
        pid = helped.submit(os.getpid).result()
        assert pid != os.getpid() and helped.submit(os.getpgid, pid).result() == pid
        assert helped.submit(os.getenv, "SEEN_BY_HELPERS").result() == "yes"
        assert helped.submit(os.getcwd).result() == str(tmp_path)
    assert not Path(f"/proc/{pid}").exists()


@LINUX
def test_a_helper_that_is_killed_is_one_sentence() -> None:
    with pytest.raises(SafeguardingError, match="ended by the system"), helpers.helper_pool(1) as helped:
        os.kill(helped.submit(os.getpid).result(), signal.SIGKILL)
        helped.submit(abs, 1).result()


@LINUX
def test_a_run_that_is_stopped_does_not_wait_for_its_helpers() -> None:
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), helpers.helper_pool(1) as helped:
        helped.submit(time.sleep, 60)
        raise KeyboardInterrupt
    assert time.monotonic() - started < 20


@LINUX
def test_a_run_that_is_stopped_while_helpers_start_does_not_go_on_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped() -> None:
        raise StoppedError("The run was stopped by SIGTERM: the last pack stands as it was.")

    monkeypatch.setattr(helpers, "start_fork_server", stopped)
    with pytest.raises(StoppedError), helpers.helper_pool(1):
        pass


def test_an_error_in_a_helper_is_the_error_of_the_run() -> None:
    with pytest.raises(ValueError, match="invalid literal"), helpers.helper_pool(2) as helped:
        helped.submit(int, "x").result()


def test_without_processes_the_run_does_it_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise BlockingIOError("no more processes")

    records: list[logging.LogRecord] = []
    monkeypatch.setattr(helpers._log, "handlers", [listener := logging.Handler()])
    monkeypatch.setattr(listener, "emit", records.append)
    monkeypatch.setattr(helpers, "start_fork_server", refuse)
    for warm in (True, False):
        with helpers.helper_pool(2, warm) as helped:
            assert helped.submit(os.getpid).result() == os.getpid()
    said = [record.getMessage() for record in records]
    if helpers.LINUX:
        assert len(said) == 1 and "none could be forked (BlockingIOError: no more processes)" in said[0]


class Kernel(PromptClient):
    """A client whose kernel says what it is given to say; `lost` broadcasts are not heard, as before a channel is connected."""

    def __init__(self, lost: int = 0, silent: bool = False) -> None:
        super().__init__()
        self.lost, self.silent, self.asked = lost, silent, 0

    def kernel_info(self) -> str:
        self.asked += 1
        self.heard = [{"parent_header": {"msg_id": f"m{self.asked - 1}"}, "content": {"execution_state": "idle"}}]
        if self.asked > self.lost:
            states = ({}, {"execution_state": "busy"}, {"execution_state": "idle"})
            self.heard += [{"parent_header": {"msg_id": f"m{self.asked}"}, "content": state} for state in states]
        return f"m{self.asked}"

    async def get_shell_msg(self, *_: Any, **__: Any) -> dict[str, Any]:
        if self.silent:
            raise Empty
        return {"content": {"protocol_version": "5.4"}}

    async def get_iopub_msg(self, *_: Any, **__: Any) -> dict[str, Any]:
        if not self.heard:
            raise Empty
        return self.heard.pop(0)

    async def is_alive(self) -> bool:
        return not self.silent


def test_a_kernel_is_ready_when_its_answer_was_heard_on_both_channels() -> None:
    for lost in (0, 3):
        kernel = Kernel(lost)
        asyncio.run(kernel.wait_for_ready(timeout=5))
        assert kernel.asked == lost + 1 and kernel.heard == []


def test_a_kernel_that_died_or_is_late_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="ended before it was ready"):
        asyncio.run(Kernel(silent=True).wait_for_ready(timeout=5))
    with pytest.raises(RuntimeError, match="not ready within 0.01 seconds"):
        asyncio.run(Kernel(lost=10**6).wait_for_ready(timeout=0.01))
