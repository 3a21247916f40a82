"""Executing the reports of a pack side by side, the longest first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from analysis.pack.plan import Report
from analysis.pack.results import Executed, ReportError
from analysis.pack.run import processes
from analysis.pack.run.events import Event, Say
from analysis.pack.run.stopping import StoppedError

_LOOK_EVERY = 5  # seconds without news until it is looked whether anybody is still at work


@dataclass(frozen=True)
class Work:
    """How reports are executed: how many side by side, with progress bars, for how many seconds at most, by forked kernels."""

    jobs: int = 2
    progress: bool = False
    timeout: float | None = None
    warm: bool = True
    cluster: str | None = None


def work(
    reports: list[Report],
    how: Work,
    say: Say,
    done: Callable[[Executed], object],
    seconds: Mapping[str, float],
    meanwhile: Callable[[], object] = lambda: None,
) -> tuple[list[Executed], list[tuple[Report, str]]]:
    """Execute the reports and return them, and those that failed with why, both in the order given.

    `done` is called with each as it is made. `seconds` is what reports took before, by id: the longest start first, and before
    them those that nothing is known of, so that no long one is left over at the end. `meanwhile` is called once they are at work.
    Raises ReportError for a report that is required, and stops the others.
    """
    made: dict[str, Executed] = {}
    failed: dict[str, str] = {}
    first = sorted(reports, key=lambda report: -seconds.get(report.id, float("inf")))
    with _workers(how) as (submit, check):
        futures = {submit(report): report for report in first}
        meanwhile()
        for future in _as_done(set(futures), check):
            report = futures[future]
            count = f"[{len(made) + len(failed) + 1}/{len(reports)}]"
            result = _result(future, report)
            if isinstance(result, ReportError):
                if report.required:
                    raise result
                failed[report.id] = str(result)
                say(Event("failed", f"{count} {result}", {"report": report.id, "reason": str(result)}))
                continue
            made[report.id] = result
            done(result)
            sentence = f"{count} {report.title} ({result.seconds:.1f} s)"
            say(Event("made", sentence, {"report": report.id, "seconds": round(result.seconds, 2)}))
    return (
        [made[report.id] for report in reports if report.id in made],
        [(report, failed[report.id]) for report in reports if report.id in failed],
    )


Result = Executed | ReportError


@contextmanager
def _workers(how: Work) -> Iterator[tuple[Callable[[Report], Future[Result]], Callable[[], None]]]:
    """Give what takes a report and returns the Future of it, and what raises if there is nobody left to make it."""
    if how.cluster:
        from analysis.pack.run.cluster import workers

        with workers(how.cluster, partial(_execute, how=replace(how, progress=False))) as cluster:
            yield cluster
        return
    # Before there are threads: Jupyter's libraries import one another in a circle, and two threads that go round it from two
    # sides find half a module. After this the threads import none of them. A run that finds nothing changed has no need of them.
    import analysis.pack.run.execute  # noqa: F401

    # The kernels are processes of their own: a thread is enough to wait for each.
    pool = ThreadPoolExecutor(max_workers=how.jobs)
    try:
        yield lambda report: pool.submit(_execute, report, None, how), lambda: None
    except BaseException:
        processes.end_all()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        processes.begin()


def _as_done(pending: set[Future[Result]], check: Callable[[], None]) -> Iterator[Future[Result]]:
    while pending:
        done, pending = wait(pending, timeout=_LOOK_EVERY, return_when=FIRST_COMPLETED)
        if not done:
            check()
        yield from done


def _result(future: Future[Result], report: Report) -> Result:
    try:
        return future.result()
    except (StoppedError, KeyboardInterrupt):
        raise
    except Exception as error:  # of the cluster: a worker that died three times in this report, a task that can't be sent
        return ReportError(f"The report {report.id!r} failed: {type(error).__name__}: {' '.join(str(error).split())}")


def _execute(report: Report, data: Path | None, how: Work) -> Result:
    from analysis.pack.run.execute import execute

    try:
        return execute(report, how.progress, how.timeout, how.warm, data)
    except ReportError as error:
        return error
    finally:
        with suppress(RuntimeError):  # nothing was started, so there is none
            _close(asyncio.get_event_loop())


def _close(loop: asyncio.AbstractEventLoop) -> None:
    """Close the loop that nbclient leaves open in this thread, and its sockets with it.

    After a kernel that was stopped some of its tasks still wait; torn down with the loop, each would complain.
    """
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.close()
