"""A kernel client that starts at once: jupyter_client's own one waits for a fifth of a second after a kernel is ready."""

from __future__ import annotations

import time
from queue import Empty

from jupyter_client.asynchronous.client import AsyncKernelClient

_BROADCAST_WITHIN = 0.05  # seconds; without a broadcast the kernel is asked again: the channel may not be connected yet


class PromptClient(AsyncKernelClient):
    """A client that takes a kernel to be ready as soon as its answer and its broadcast of being idle have arrived."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return when the kernel answers and all its channels are connected.

        Raises RuntimeError when it dies or `timeout` seconds pass.
        """
        deadline = time.monotonic() + timeout if timeout else float("inf")
        while True:
            request_id = self.kernel_info()
            try:
                reply = await self.get_shell_msg(timeout=1)
                while not _is_idle_after(await self.get_iopub_msg(timeout=_BROADCAST_WITHIN), request_id):
                    pass
            except Empty:
                if not await self.is_alive():
                    raise RuntimeError("The kernel ended before it was ready.") from None
                if time.monotonic() > deadline:
                    raise RuntimeError(f"The kernel was not ready within {timeout:g} seconds.") from None
            else:
                self._handle_kernel_info_reply(reply)
                return


def _is_idle_after(message: dict[str, object], request_id: str) -> bool:
    content, parent = message["content"], message["parent_header"]
    assert isinstance(content, dict) and isinstance(parent, dict)
    return parent.get("msg_id") == request_id and content.get("execution_state") == "idle"
