"""Executing the reports of a pack side by side, the longest first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass

from analysis.pack import running
from analysis.pack.events import Event, Say
from analysis.pack.execute import Executed, ReportError, execute
from analysis.pack.plan import Report


@dataclass(frozen=True)
class Work:
    """How reports are executed: how many side by side, with progress bars, for how many seconds at most, by forked kernels."""

    jobs: int = 2
    progress: bool = False
    timeout: float | None = None
    warm: bool = True


def work(
    reports: list[Report],
    how: Work,
    say: Say,
    done: Callable[[Executed], object],
    seconds: Mapping[str, float],
    executor: Executor | None = None,
) -> tuple[list[Executed], list[tuple[Report, str]]]:
    """Execute the reports and return them, and those that failed with why, both in the order given.

    `done` is called with each as it is made. `seconds` is what reports took before, by id: the longest start first, and before
    them those that nothing is known of, so that no long one is left over at the end. Raises ReportError for a report that is
    required, and stops the others. `executor` takes the place of threads here.
    """
    made: dict[str, Executed] = {}
    failed: dict[str, str] = {}
    first = sorted(reports, key=lambda report: -seconds.get(report.id, float("inf")))
    # The kernels are processes of their own: a thread is enough to wait for each.
    pool = executor or ThreadPoolExecutor(max_workers=how.jobs)
    futures = {pool.submit(_execute, report, how): report for report in first}
    try:
        for future in as_completed(futures):
            report = futures[future]
            count = f"[{len(made) + len(failed) + 1}/{len(reports)}]"
            try:
                result = future.result()
            except ReportError as error:
                if report.required:
                    raise
                failed[report.id] = str(error)
                say(Event("failed", f"{count} {error}", {"report": report.id, "reason": str(error)}))
                continue
            made[report.id] = result
            done(result)
            sentence = f"{count} {report.title} ({result.seconds:.1f} s)"
            say(Event("made", sentence, {"report": report.id, "seconds": round(result.seconds, 2)}))
    except BaseException:
        running.end_all()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return (
        [made[report.id] for report in reports if report.id in made],
        [(report, failed[report.id]) for report in reports if report.id in failed],
    )


def _execute(report: Report, how: Work) -> Executed:
    try:
        return execute(report, how.progress, how.timeout, how.warm)
    finally:
        with suppress(RuntimeError):  # nothing was started, so there is none
            asyncio.get_event_loop().close()  # nbclient leaves it open in this thread, and its sockets with it
