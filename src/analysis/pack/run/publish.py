"""Makes a pack: plans, executes, writes, has the gate check, and replaces the last pack only when the new one is complete."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import clean, store
from analysis.catalogue import areas, periods
from analysis.disclosure import gate, policy, protection
from analysis.errors import SafeguardingError
from analysis.files import folders, locks
from analysis.pack import release
from analysis.pack.applicable import applicable_reports
from analysis.pack.plan import Report, notebooks_folder, read_plan, report_ids
from analysis.pack.results import Contents, ExecutedReport
from analysis.pack.run import omitted_reports, reuse, stopping
from analysis.pack.run.events import Event, ReportEvent
from analysis.pack.run.executor import ExecutionSettings, execute_reports
from analysis.pack.run.helpers import helper_pool, start_fork_server
from analysis.pack.run.previous_pack import is_current, packs_with_own_figures, seconds_of_last_run
from analysis.scope import Scope, scope
from analysis.store import kept_frames

_WRITER = "analysis.pack.pack_folder"


@dataclass(frozen=True)
class RunPlan:
    """The checked request of a run: its scope and parameters, the reports to make, and those to leave out."""

    scope: Scope
    parameters: dict[str, Any]
    reports: list[Report]
    omitted: list[Report]


def publish(
    data: Path,
    out: Path,
    *,
    period: str | None = None,
    audience: str = "seg",
    requested_areas: Sequence[str] = (),
    omitted_ids: Sequence[str] = (),
    jobs: int = 2,
    progress: bool = False,
    timeout: float | None = None,
    resume: bool = True,
    keep: int = 2,
    warm: bool = True,
    cluster: str | None = None,
    report_event: ReportEvent = print,
) -> Path:
    """Make the pack of a period and return its `index.html` under `out/<period>/`.

    `period` is the latest quarter with figures when not given. `requested_areas` (names or codes) take the place of each report's
    own areas. Reports with one of `omitted_ids` aren't made, and the index names them. With `resume`, reports of earlier runs are
    taken over if nothing in them has changed. `jobs`, `progress`, `timeout` (seconds), `warm` and `cluster` are the settings of
    the execution. The pack is built in another folder and replaces the last one when it is complete; `keep` earlier ones stay.
    Raises SafeguardingError, and leaves the last pack as it was, when anything fails.
    """
    with stopping.stop_on_signals():
        if warm and not cluster and (not resume or clean.is_due(data)):
            start_fork_server()
        plan = make_plan(data, period, audience, requested_areas, omitted_ids, report_event)
        target = release.check_folder(out, audience) / plan.scope.period
        with _exclusive(out, report_event):
            for sentence in release.notes_on_unregistered_packs(out, data, audience):
                report_event(Event("register behind", sentence))
            folders.sweep(target)
            settings = ExecutionSettings(jobs, progress, timeout, warm, cluster)
            contents = _execute_or_reuse(plan, data, target, resume, settings, report_event)
            if resume and is_current(target, contents):
                sentence = "Nothing has changed: the last pack holds what a new one would."
                report_event(Event("unchanged", sentence, _fields_of_pack(plan.scope, target)))
            else:
                try:
                    _put_in_place(target, contents, data, keep, helper_pool(jobs, warm), report_event)
                except gate.HeldBackError as error:
                    advice = omitted_reports.advice_on_omitting(error.broken, contents, out, data)
                    raise gate.HeldBackError(error.broken, advice) from None
    return target / "index.html"


def dry_run(
    data: Path,
    out: Path,
    *,
    period: str | None = None,
    audience: str = "seg",
    requested_areas: Sequence[str] = (),
    omitted_ids: Sequence[str] = (),
) -> list[str]:
    """Return what `publish` would do, in a sentence for each report and one for the pack, and write nothing."""
    if clean.is_due(data):
        return [
            "The raw figures would be cleaned first: they or the library have changed. Which reports that changes shows then."
        ]
    plan = make_plan(data, period, audience, requested_areas, omitted_ids, print, keep=False)
    digest = reuse.digest_function(plan.scope.unnoted_store)
    sentences, reused = list[str](), list[ExecutedReport]()
    for report in plan.reports:
        executed, reason = reuse.take_over(data / reuse.FOLDER, report, digest)
        sentences.append(f"{report.name}: would be {'made: ' + reason if executed is None else 'taken over'}.")
        reused += [executed] if executed else []
    sentences += [f"{title}: would be left out." for title in dict.fromkeys(report.title for report in plan.omitted)]
    contents = _contents(plan, reused, [], digest, data)
    if is_current(out / plan.scope.period, contents):
        return [*sentences, "The pack would stay as it is: nothing has changed."]
    return [*sentences, f"The pack {plan.scope.period} would be {'replaced' if (out / plan.scope.period).exists() else 'made'}."]


def _put_in_place(
    target: Path,
    contents: Contents,
    data: Path,
    keep: int,
    pool_context: AbstractContextManager[Executor],
    report_event: ReportEvent,
) -> None:
    """Write the pack into a new folder, have the gate check it, and replace the last pack with it."""
    # They import what a run that finds nothing changed doesn't need.
    from analysis.pack.pack_folder import write
    from analysis.pack.pages import shelf

    with folders.replacing(target, keep) as folder, pool_context as pool:
        headlines = write(folder, contents, pool, target)
        release.approve(folder, contents, data, pool)
    _point_latest(target, report_event)
    shelf.write(target.parent, contents.scope.audience)
    fields = _fields_of_pack(contents.scope, target) | {"headlines": headlines}
    pages = {each.report.page for each in contents.executed}
    report_event(Event("published", f"Published {len(pages)} pages and the index.", fields))


def _fields_of_pack(scope: Scope, target: Path) -> dict[str, Any]:
    return {"pack": str(target), "period": scope.period, "audience": scope.audience}


def _execute_or_reuse(
    plan: RunPlan, data: Path, target: Path, resume: bool, settings: ExecutionSettings, report_event: ReportEvent
) -> Contents:
    """Return the contents of the pack: reports of an earlier run if nothing in them has changed, and the others executed now."""
    folder, digest = data / reuse.FOLDER, reuse.digest_function(plan.scope.unnoted_store)
    reused = [each for report in plan.reports if resume and (each := reuse.take_over(folder, report, digest)[0])]
    if reused:
        ids = [each.report.id for each in reused]
        sentence = f"Took over {len(reused)} of {len(plan.reports)} reports: nothing in them has changed."
        report_event(Event("taken over", sentence, {"reports": ids}))
    executed_by_id = {each.report.id: each for each in reused}

    def store_for_next_run(executed: ExecutedReport) -> None:
        try:
            reuse.store_report(folder, executed, digest)
        except OSError as error:
            report_event(Event("not kept", f"{executed.report.name}: not kept for the next run ({error.strerror})."))

    def import_writer() -> None:
        """Import the module that writes the pack, while the kernels are at work and this thread would only wait."""
        importlib.import_module(_WRITER)

    missing = [report for report in plan.reports if report.id not in executed_by_id]
    failed: list[tuple[Report, str]] = []
    if missing:
        seconds = seconds_of_last_run(target)
        new, failed = execute_reports(missing, settings, report_event, store_for_next_run, seconds, import_writer)
        executed_by_id |= {each.report.id: each for each in new}
    executed_reports = [executed_by_id[report.id] for report in plan.reports if report.id in executed_by_id]
    reuse.remove_unused(folder, [each.report for each in executed_reports])
    kept_frames.remove_unused(data)
    return _contents(plan, executed_reports, failed, digest, data)


def _contents(
    plan: RunPlan, executed: list[ExecutedReport], failed: list[tuple[Report, str]], digest: reuse.Digest, data: Path
) -> Contents:
    other_inputs = {"given": plan.parameters, "inputs": plan.scope.unnoted_store.build["inputs"], "library": store.version()}
    other_inputs["left out"] = [[report.id, report.title] for report in plan.omitted]
    # Keyed, because readers have the manifest: the digests are of figures that they may not have.
    key = store.digest(data, reuse.key_of_pack(executed, other_inputs, digest))
    return Contents(plan.scope, plan.parameters, executed, failed, key, plan.omitted)


@contextlib.contextmanager
def _exclusive(out: Path, report_event: ReportEvent) -> Iterator[None]:
    """Hold the lock of this folder of packs; if an earlier run was killed while it held the lock, report that and go on."""
    is_new = not out.exists()
    out.mkdir(parents=True, exist_ok=True)
    try:
        with locks.holding(out / ".run") as killed_run:
            if killed_run:
                sentence = f"An earlier run was killed ({killed_run}); this one takes its place."
                report_event(Event("took over", sentence, {"process": killed_run.process}))
            yield
    finally:
        if is_new and not any(out.iterdir()):
            out.rmdir()


def _point_latest(target: Path, report_event: ReportEvent) -> None:
    """Point the link `latest` to the pack of the latest period that has figures of its own."""
    link = target.with_name("latest")
    packs = [path.name for path in packs_with_own_figures(target.parent) if path != link]
    if target.name not in packs:
        sentence = f"No figure of {periods.label(target.name)} itself is held: {link.name!r} doesn't lead to this pack."
        report_event(Event("not latest", sentence))
    if not packs:
        return
    try:
        folders.point(link, max(packs, key=periods.order))
    except (OSError, NotImplementedError) as error:  # on Windows only administrators can make links
        report_event(Event("no link", f"The link {link.name!r} could not be set ({getattr(error, 'strerror', None) or error})."))


def make_plan(
    data: Path,
    period: str | None,
    audience: str,
    requested_areas: Sequence[str],
    omitted_ids: Sequence[str],
    report_event: ReportEvent,
    *,
    keep: bool = True,
) -> RunPlan:
    """Return the plan of a run, after cleaning the raw figures if they have changed; with `keep` the protected ones are stored.

    Raises the errors of `scope` for a request that every notebook would refuse, and SafeguardingError if no report can be made.
    """
    policy.check_audience(audience)
    if clean.clean(data):
        report_event(Event("cleaned", "Cleaned the raw figures."))
    os.environ["SAFEGUARDING_DATA"] = str(data.resolve())
    protected_store = protection.for_audience(store.load(data), audience, data, keep=keep)
    if period is None:
        period = latest_quarter(protected_store.observations)
    question = scope(period=period, areas=requested_areas, audience=audience, store=protected_store)
    parameters: dict[str, Any] = {"period": question.period, "audience": audience}
    if requested_areas:
        parameters["areas"] = [areas.label(code) for code in question.areas]
    notebooks = notebooks_folder(data)
    reports = applicable_reports(read_plan(notebooks, parameters), question)
    if not reports:
        raise SafeguardingError(f"No report can be made: no figure is held for these areas {periods.phrase(question.period)}.")
    kept_reports, omitted = omitted_reports.omit(reports, omitted_ids, report_ids(notebooks))
    return RunPlan(question, parameters, kept_reports, omitted)


def latest_quarter(observations: pd.DataFrame) -> str:
    """Return the latest quarter with a figure; raises SafeguardingError if no quarter has one."""
    quarters = [period for period in observations["period"].unique() if periods.kind(period) == "quarter"]
    if not quarters:
        raise SafeguardingError("No figure is held for any quarter: name the period.")
    return max(quarters, key=periods.order)
