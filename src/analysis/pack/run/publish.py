"""Making a pack: plan, execute, write, gate, put in place. All or nothing: the last pack stands until the new one is whole."""

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
from analysis.pack.applicable import held_reports
from analysis.pack.plan import Report, notebooks_folder, read_plan, report_ids
from analysis.pack.results import Contents, Executed
from analysis.pack.run import omitted_reports, stopping
from analysis.pack.run import reuse as resumed
from analysis.pack.run.events import Event, Say
from analysis.pack.run.executor import Work, work
from analysis.pack.run.helpers import get_ready, helpers
from analysis.pack.run.previous_pack import is_current, packs_of_their_period, seconds_before
from analysis.scope import Scope, scope

_WRITES = "analysis.pack.pack_folder"


@dataclass(frozen=True)
class Plan:
    """What a run was asked for, checked: the scope, the parameters given with it, the reports that answer it, and those that it
    was asked to leave out.
    """

    asked: Scope
    given: dict[str, Any]
    reports: list[Report]
    left_out: list[Report]


def publish(
    data: Path,
    out: Path,
    *,
    period: str | None = None,
    audience: str = "seg",
    areas_given: Sequence[str] = (),
    leaving_out: Sequence[str] = (),
    jobs: int = 2,
    progress: bool = False,
    timeout: float | None = None,
    resume: bool = True,
    keep: int = 2,
    warm: bool = True,
    cluster: str | None = None,
    say: Say = print,
) -> Path:
    """Make the pack of a period and return its `index.html` under `out/<period>/`.

    The period is the latest quarter held when not given; `areas_given` takes the place of each report's own areas; reports whose
    ids are `leaving_out` aren't made, and the index names them. What was made before and still holds is taken over if `resume`.
    Reports are executed `jobs` side by side, or by the workers of `cluster`. The pack is built in a folder beside and takes the
    place of the last one when complete; the last `keep` before it are kept.
    Raises SafeguardingError, and leaves the last pack as it was, when anything fails.
    """
    with stopping.by_signal():
        if warm and not cluster and (not resume or clean.is_due(data)):
            get_ready()
        plan = make_plan(data, period, audience, areas_given, leaving_out, say)
        target = release.check_place(out, audience) / plan.asked.period
        with _alone(out, say):
            for sentence in release.unregistered(out, data, audience):
                say(Event("register behind", sentence))
            folders.sweep(target)
            made = _made(plan, data, target, resume, Work(jobs, progress, timeout, warm, cluster), say)
            if resume and is_current(target, made):
                say(
                    Event(
                        "unchanged",
                        "Nothing has changed: the last pack holds what a new one would.",
                        _described(plan.asked, target),
                    )
                )
            else:
                try:
                    _put_in_place(target, made, data, keep, helpers(jobs, warm), say)
                except gate.HeldBackError as held:
                    raise gate.HeldBackError(held.broken, omitted_reports.way_out(held.broken, made, out, data)) from None
    return target / "index.html"


def would(
    data: Path,
    out: Path,
    *,
    period: str | None = None,
    audience: str = "seg",
    areas_given: Sequence[str] = (),
    leaving_out: Sequence[str] = (),
) -> list[str]:
    """Return what `publish` would do, a sentence a report and why, and write nothing."""
    if clean.is_due(data):
        return [
            "The raw figures would be cleaned first: they or the library have changed. Which reports that changes shows then."
        ]
    plan = make_plan(data, period, audience, areas_given, leaving_out, print, keep=False)
    digest = resumed.digest_of(plan.asked.unnoted_store)
    found = [(report, *resumed.take_over(data / resumed.FOLDER, report, digest)) for report in plan.reports]
    said = [f"{report.title}: would be {'made: ' + why if made is None else 'taken over'}." for report, made, why in found]
    said += [f"{report.title}: would be left out." for report in plan.left_out]
    contents = _contents(plan, [made for _, made, _ in found if made], [], digest)
    if is_current(out / plan.asked.period, contents):
        return [*said, "The pack would stay as it is: nothing has changed."]
    return [*said, f"The pack {plan.asked.period} would be {'replaced' if (out / plan.asked.period).exists() else 'made'}."]


def _put_in_place(
    target: Path, made: Contents, data: Path, keep: int, help_of: AbstractContextManager[Executor], say: Say
) -> None:
    """Write the pack beside, let the gate look at it, and put it where readers look."""
    from analysis.pack.pack_folder import write  # with nbconvert, which a run that finds nothing changed has no need of

    with folders.replacing(target, keep) as folder, help_of as helped:
        said = write(folder, made, helped, target)
        release.approve(folder, made, data, helped)
    _point_latest(target, say)
    fields = _described(made.asked, target) | {"headlines": said}
    say(Event("published", f"Published {len(made.executed)} reports.", fields))


def _described(asked: Scope, target: Path) -> dict[str, Any]:
    return {"pack": str(target), "period": asked.period, "audience": asked.audience}


def _made(plan: Plan, data: Path, target: Path, resume: bool, how: Work, say: Say) -> Contents:
    """Return the contents of the pack: reports taken over where nothing that they look at has changed, the others executed."""
    folder, digest = data / resumed.FOLDER, resumed.digest_of(plan.asked.unnoted_store)
    taken = [found for report in plan.reports if resume and (found := resumed.take_over(folder, report, digest)[0])]
    if taken:
        names = [each.report.id for each in taken]
        sentence = f"Took over {len(taken)} of {len(plan.reports)} reports: nothing in them has changed."
        say(Event("taken over", sentence, {"reports": names}))
    have = {each.report.id: each for each in taken}

    def keep(each: Executed) -> None:
        try:
            resumed.keep(folder, each, digest)
        except OSError as error:
            say(Event("not kept", f"{each.report.title}: not kept for the next run ({error.strerror})."))

    def meanwhile() -> None:
        """Import what writes the pack, while the kernels are at work and this thread would only wait."""
        importlib.import_module(_WRITES)

    todo = [report for report in plan.reports if report.id not in have]
    made, failed = work(todo, how, say, keep, seconds_before(target), meanwhile) if todo else ([], [])
    have |= {each.report.id: each for each in made}
    executed = [have[report.id] for report in plan.reports if report.id in have]
    resumed.prune(folder, [each.report for each in executed])
    return _contents(plan, executed, failed, digest)


def _contents(plan: Plan, executed: list[Executed], failed: list[tuple[Report, str]], digest: resumed.Digest) -> Contents:
    more = {"given": plan.given, "inputs": plan.asked.unnoted_store.build["inputs"], "library": store.version()}
    more["left out"] = [[report.id, report.title] for report in plan.left_out]
    return Contents(plan.asked, plan.given, executed, failed, resumed.key(executed, more, digest), plan.left_out)


@contextlib.contextmanager
def _alone(out: Path, say: Say) -> Iterator[None]:
    """Be the only run that works on this folder of packs; one that was killed is named and makes no difference."""
    new = not out.exists()
    out.mkdir(parents=True, exist_ok=True)
    try:
        with locks.holding(out / ".run") as left:
            if left:
                say(
                    Event(
                        "took over", f"An earlier run was killed ({left}); this one takes its place.", {"process": left.process}
                    )
                )
            yield
    finally:
        if new and not any(out.iterdir()):
            out.rmdir()


def _point_latest(target: Path, say: Say) -> None:
    """Let `latest` lead to the pack of the latest period that has figures of its own; an older one doesn't move it."""
    link = target.with_name("latest")
    packs = [path.name for path in packs_of_their_period(target.parent) if path != link]
    if target.name not in packs:
        said = f"No figure of {periods.label(target.name)} itself is held: {link.name!r} doesn't lead to this pack."
        say(Event("not latest", said))
    if not packs:
        return
    try:
        folders.point(link, max(packs, key=periods.order))
    except (OSError, NotImplementedError) as error:  # Windows makes links for administrators only
        say(Event("no link", f"The link {link.name!r} could not be set ({getattr(error, 'strerror', None) or error})."))


def make_plan(
    data: Path,
    period: str | None,
    audience: str,
    areas_given: Sequence[str],
    leaving_out: Sequence[str],
    say: Say,
    *,
    keep: bool = True,
) -> Plan:
    """Return what is to be made, the raw figures cleaned when they have changed; with `keep` the protected ones are kept.

    What every notebook would refuse is refused here, before any is run: see `scope` for what is raised.
    """
    policy.check_audience(audience)
    if clean.clean(data):
        say(Event("cleaned", "Cleaned the raw figures."))
    os.environ["SAFEGUARDING_DATA"] = str(data.resolve())
    held = protection.for_audience(store.load(data), audience, data, keep=keep)
    if period is None:
        period = latest_quarter(held.observations)
    asked = scope(period=period, areas=areas_given, audience=audience, store=held)
    given: dict[str, Any] = {"period": asked.period, "audience": audience}
    if areas_given:
        given["areas"] = [areas.label(code) for code in asked.areas]
    notebooks = notebooks_folder(data)
    reports = held_reports(read_plan(notebooks, given), asked)
    if not reports:
        raise SafeguardingError(f"No report can be made: no figure is held for these areas {periods.phrase(asked.period)}.")
    kept, left_out = omitted_reports.leave_out(reports, leaving_out, report_ids(notebooks))
    return Plan(asked, given, kept, left_out)


def latest_quarter(observations: pd.DataFrame) -> str:
    """Return the latest quarter that any figure is held for; raises SafeguardingError when there is none."""
    quarters = [period for period in observations["period"].unique() if periods.kind(period) == "quarter"]
    if not quarters:
        raise SafeguardingError("No figure is held for any quarter: name the period.")
    return max(quarters, key=periods.order)
