"""Executes the reports of a pack side by side, the longest first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from analysis.pack.plan import Report
from analysis.pack.results import ExecutedReport, Outcome, ReportError
from analysis.pack.run import processes
from analysis.pack.run.events import Event, ReportEvent
from analysis.pack.run.stopping import StoppedError

_CHECK_EVERY = 5  # seconds without a result until it is checked that a worker is left


@dataclass(frozen=True)
class ExecutionSettings:
    """How reports are executed.

    `jobs` is how many run side by side, `progress` asks for progress bars, `timeout` is the longest that one may take in seconds,
    `warm` asks for forked kernels, and `cluster` is the address of a scheduler whose workers take the place of this machine.
    """

    jobs: int = 2
    progress: bool = False
    timeout: float | None = None
    warm: bool = True
    cluster: str | None = None


def execute_reports(
    reports: list[Report],
    settings: ExecutionSettings,
    report_event: ReportEvent,
    on_executed: Callable[[ExecutedReport], object],
    seconds_by_id: Mapping[str, float],
    meanwhile: Callable[[], object] = lambda: None,
) -> tuple[list[ExecutedReport], list[tuple[Report, str]]]:
    """Return the executed reports, and the failed ones with the reason, both in the order of `reports`.

    `on_executed` is called with each report as it is finished. `seconds_by_id` is how long reports took in the last run: new
    reports start first and then the longest, so that no long one is left over at the end. `meanwhile` is called once they have
    started. Raises ReportError when a required report fails, and stops the others.
    """
    executed: dict[str, ExecutedReport] = {}
    failed: dict[str, str] = {}
    longest_first = sorted(reports, key=lambda report: -seconds_by_id.get(report.id, float("inf")))
    with _workers(settings) as (submit, check_for_worker):
        futures = {submit(report): report for report in longest_first}
        meanwhile()
        for future in _as_completed(set(futures), check_for_worker):
            report = futures[future]
            progress = f"[{len(executed) + len(failed) + 1}/{len(reports)}]"
            result = _outcome(future, report)
            if isinstance(result, ReportError):
                if report.required:
                    raise result
                failed[report.id] = str(result)
                report_event(Event("failed", f"{progress} {result}", {"report": report.id, "reason": str(result)}))
                continue
            executed[report.id] = result
            on_executed(result)
            sentence = f"{progress} {report.name} ({result.seconds:.1f} s)"
            report_event(Event("made", sentence, {"report": report.id, "seconds": round(result.seconds, 2)}))
    return (
        [executed[report.id] for report in reports if report.id in executed],
        [(report, failed[report.id]) for report in reports if report.id in failed],
    )


@contextmanager
def _workers(settings: ExecutionSettings) -> Iterator[tuple[Callable[[Report], Future[Outcome]], Callable[[], None]]]:
    """Yield a function that submits a report and returns its Future, and one that raises when no worker is left."""
    if settings.cluster:
        from analysis.pack.run.cluster import workers

        with workers(settings.cluster, partial(_execute, settings=replace(settings, progress=False))) as cluster:
            yield cluster
        return
    # Imported before there are threads: Jupyter's libraries import one another in a circle, and two threads that enter it at
    # different points would find a half-imported module. Not at the top: a run that finds nothing changed doesn't need them.
    import analysis.pack.run.execute  # noqa: F401

    # The kernels are processes of their own: a thread is enough to wait for each.
    pool = ThreadPoolExecutor(max_workers=settings.jobs)
    try:
        yield lambda report: pool.submit(_execute, report, None, settings), lambda: None
    except BaseException:
        processes.kill_kernels()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        processes.allow_kernels()


def _as_completed(pending: set[Future[Outcome]], check_for_worker: Callable[[], None]) -> Iterator[Future[Outcome]]:
    while pending:
        done, pending = wait(pending, timeout=_CHECK_EVERY, return_when=FIRST_COMPLETED)
        if not done:
            check_for_worker()
        yield from done


def _outcome(future: Future[Outcome], report: Report) -> Outcome:
    try:
        return future.result()
    except (StoppedError, KeyboardInterrupt):
        raise
    except Exception as error:  # of the cluster: a worker died three times in this report, or the task can't be sent
        return ReportError(f"The report {report.id!r} failed: {type(error).__name__}: {' '.join(str(error).split())}")


def _execute(report: Report, data: Path | None, settings: ExecutionSettings) -> Outcome:
    from analysis.pack.run.execute import execute

    try:
        return execute(report, settings.progress, settings.timeout, settings.warm, data)
    except ReportError as error:
        return error
    finally:
        with suppress(RuntimeError):  # there is no loop when nothing was started
            _close(asyncio.get_event_loop())


def _close(loop: asyncio.AbstractEventLoop) -> None:
    """Close the event loop that nbclient leaves open in this thread, with its sockets.

    Some tasks of a kernel that was stopped are still waiting; they are cancelled first, or each would log a warning.
    """
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.close()
