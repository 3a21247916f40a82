"""Executes the reports on other machines, by the workers of a dask.distributed scheduler.

A worker needs the same version of this library, and the same processed figures at the same path; every task checks both before
it begins. When a worker dies, the scheduler gives its reports to another one.
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
from analysis.pack.results import ExecutedReport, Outcome, ReportError
from analysis.pack.run import processes
from analysis.store import raw_files

_RETRIES = 2  # of a task whose worker fails; a report that fails is not tried again
_TIMEOUT = 30  # seconds within which a scheduler must answer and have a worker

Execute = Callable[[Report, Path], Outcome]


@dataclass(frozen=True)
class Task:
    """What is sent to a worker: a report, the text of its notebook, the data folder, and the version and figures to check for."""

    report: Report
    notebook: str
    data: str
    version: str
    build: str


@contextlib.contextmanager
def workers(address: str, execute: Execute) -> Iterator[tuple[Any, Callable[[], None]]]:
    """Yield a function that submits a report to the cluster and returns its Future, and one that raises when no worker is left.

    Raises SafeguardingError when `distributed` isn't installed, nothing answers at the address, or it has no worker.
    """
    try:
        from distributed import Client
    except ImportError:
        raise SafeguardingError(
            "A cluster needs the package distributed: pip install 'safeguarding-analysis[cluster]'."
        ) from None
    try:
        client = Client(address, timeout=_TIMEOUT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SafeguardingError(f"No scheduler answers at {address!r} ({type(error).__name__}).") from None

    def check_for_worker() -> None:
        try:
            client.wait_for_workers(1, timeout=_TIMEOUT)
        except (OSError, TimeoutError):
            raise SafeguardingError(f"The scheduler at {address!r} has no worker: start one, or leave out --cluster.") from None

    with client:
        check_for_worker()
        executor = client.get_executor(pure=False, retries=_RETRIES)
        data = raw_files.data_folder().resolve()

        def submit(report: Report) -> Future[Outcome]:
            task = Task(report, report.notebook.read_text(encoding="utf-8"), str(data), store.version(), _digest_of_build(data))
            future: Future[Outcome] = executor.submit(_execute_on_worker, task, execute)
            return future

        try:
            yield submit, check_for_worker
        finally:
            executor.shutdown(wait=False)


def _execute_on_worker(task: Task, execute: Execute) -> Outcome:
    """Execute a task in a worker; return a ReportError if the worker has another version or other figures than the client."""
    data = Path(task.data)
    tables.use(data)
    if store.version() != task.version:
        return ReportError(
            f"The report {task.report.id!r} failed: a worker has the library in another version ({store.version()})."
        )
    if _digest_of_build(data) != task.build:
        return ReportError(
            f"The report {task.report.id!r} failed: a worker has other processed figures, or none, at the data folder."
        )
    with tempfile.TemporaryDirectory(prefix="report-", dir=processes.temporary_folder()) as folder:
        notebook = Path(folder) / task.report.notebook.name
        notebook.write_text(task.notebook, encoding="utf-8", newline="\n")
        result = execute(replace(task.report, notebook=notebook), data)
    return replace(result, report=task.report) if isinstance(result, ExecutedReport) else result


def _digest_of_build(data: Path) -> str:
    path = data / "processed" / "build.json"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
