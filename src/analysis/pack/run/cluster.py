"""Past one machine: the same reports, executed by the workers of a dask.distributed scheduler.

A worker needs this library in the same version and the same processed figures under the same path, which every task proves before
it begins. A worker that dies costs what it had in hand: the scheduler gives its reports to another.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis import store
from analysis.catalogue import tables
from analysis.errors import SafeguardingError
from analysis.pack.plan import Report
from analysis.pack.results import Executed, ReportError
from analysis.pack.run import processes
from analysis.store import raw_files

_RETRIES = 2  # of a task whose worker had trouble of its own; a report that fails is not tried again
_WITHIN = 30  # seconds in which a scheduler answers and has a worker

Execute = Callable[[Report], Executed | ReportError]


@dataclass(frozen=True)
class Task:
    """All that a worker needs besides what it has: the report, its notebook's text, and what its own figures must be."""

    report: Report
    notebook: str
    data: str
    version: str
    build: str


@contextlib.contextmanager
def workers(address: str, execute: Callable[[Report, Path], Executed | ReportError]) -> Iterator[tuple[Any, Callable[[], None]]]:
    """Give the function that hands a report to the cluster and returns its Future, and one that raises when no worker is left.

    Raises SafeguardingError when `distributed` isn't installed, nothing answers at the address, or it has no worker.
    """
    try:
        from distributed import Client
    except ImportError:
        raise SafeguardingError(
            "A cluster needs the package distributed: pip install 'safeguarding-analysis[cluster]'."
        ) from None
    try:
        client = Client(address, timeout=_WITHIN, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SafeguardingError(f"No scheduler answers at {address!r} ({type(error).__name__}).") from None

    def check() -> None:
        try:
            client.wait_for_workers(1, timeout=_WITHIN)
        except (OSError, TimeoutError):
            raise SafeguardingError(f"The scheduler at {address!r} has no worker: start one, or leave out --cluster.") from None

    with client:
        check()
        executor = client.get_executor(pure=False, retries=_RETRIES)
        data = raw_files.data_folder().resolve()

        def submit(report: Report) -> Future[Executed | ReportError]:
            task = Task(report, report.notebook.read_text(encoding="utf-8"), str(data), store.version(), _build(data))
            future: Future[Executed | ReportError] = executor.submit(_on_worker, task, execute)
            return future

        try:
            yield submit, check
        finally:
            executor.shutdown(wait=False)


def _on_worker(task: Task, execute: Callable[[Report, Path], Executed | ReportError]) -> Executed | ReportError:
    """Execute a task in a worker, after proving that it would give what the client would have made."""
    data = Path(task.data)
    tables.use(data)
    if store.version() != task.version:
        return ReportError(
            f"The report {task.report.id!r} failed: a worker has the library in another version ({store.version()})."
        )
    if _build(data) != task.build:
        return ReportError(
            f"The report {task.report.id!r} failed: a worker has other processed figures, or none, at the data folder."
        )
    with tempfile.TemporaryDirectory(prefix="report-", dir=processes.home()) as folder:
        notebook = Path(folder) / task.report.notebook.name
        notebook.write_text(task.notebook, encoding="utf-8", newline="\n")
        result = execute(replace(task.report, notebook=notebook), data)
    return replace(result, report=task.report) if isinstance(result, Executed) else result


def _build(data: Path) -> str:
    path = data / "processed" / "build.json"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
