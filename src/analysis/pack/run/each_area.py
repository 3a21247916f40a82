"""Makes a pack for each area, in one run that reads, protects and measures the figures once for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from analysis import catalogue, clean
from analysis.catalogue import areas, periods
from analysis.errors import SafeguardingError
from analysis.pack import release
from analysis.pack.run import precompute, stopping
from analysis.pack.run.events import Event, ReportEvent
from analysis.pack.run.helpers import helper_pool
from analysis.pack.run.publish import RunPlan, dry_run, make_plan, publish
from analysis.scope import Scope


def publish_for_each_area(
    data: Path,
    out: Path,
    *,
    period: str | None = None,
    audience: str = "seg",
    requested_areas: Sequence[str] = (),
    omitted_ids: Sequence[str] = (),
    report_event: ReportEvent = print,
    **settings: Any,
) -> list[Path]:
    """Make a pack for each area and return their `index.html`, each under `out/<area>/<period>/`.

    Without `requested_areas` these are the authorities that have official statistics (see `Scope.official_year`). `settings` are
    passed on to `publish`. An area whose pack fails keeps its last one, and the run goes on with the next area; at the end a
    SafeguardingError names the areas that failed.
    """
    with stopping.stop_on_signals():
        release.check_folder(out, audience)
        plan = make_plan(data, period, audience, requested_areas, omitted_ids, report_event)
        request: dict[str, Any] = {"period": plan.scope.period, "audience": audience, "omitted_ids": omitted_ids}
        if not settings.get("cluster"):
            domains = dict.fromkeys(str(report.parameters.get("domain", "")) for report in plan.reports)
            with precompute.request_for_server(plan.scope.period, audience, domains), helper_pool(1):
                pass  # a helper starts once the fork server is ready: the time limit of no report runs until then
        indexes, failed_areas, exit_status = list[Path](), list[str](), 1
        targets = list(_targets(plan, out))
        for number, (code, name, folder) in enumerate(targets, start=1):
            report_event(Event("area", f"Pack {number} of {len(targets)}: {name}.", {"area": name, "code": code}))
            try:
                indexes.append(publish(data, folder, requested_areas=[code], report_event=report_event, **request, **settings))
            except stopping.StoppedError:
                raise
            except (SafeguardingError, OSError) as error:
                failed_areas.append(name)
                exit_status = max(exit_status, getattr(error, "exit_status", 1))  # that of a pack held back is the higher one
                report_event(Event("no pack", f"{name}: no new pack. {error}", {"area": name, "reason": str(error)}))
    if failed_areas:
        summary = SafeguardingError(f"{len(failed_areas)} of {len(targets)} packs could not be made: {', '.join(failed_areas)}.")
        summary.exit_status = exit_status
        raise summary
    return indexes


def dry_run_for_each_area(
    data: Path,
    out: Path,
    *,
    period: str | None = None,
    audience: str = "seg",
    requested_areas: Sequence[str] = (),
    omitted_ids: Sequence[str] = (),
) -> list[str]:
    """Return what `publish_for_each_area` would do, sentences that begin with the area's name, and write nothing."""
    if clean.is_due(data):
        return dry_run(data, out)
    plan = make_plan(data, period, audience, requested_areas, omitted_ids, print, keep=False)
    request: dict[str, Any] = {"period": plan.scope.period, "audience": audience, "omitted_ids": omitted_ids}
    return [
        f"{name}: {sentence}"
        for code, name, folder in _targets(plan, out)
        for sentence in dry_run(data, folder, requested_areas=[code], **request)
    ]


def _targets(plan: RunPlan, out: Path) -> Iterator[tuple[str, str, Path]]:
    """Yield the code, the name and the folder of each area that is to have a pack."""
    for code in plan.scope.areas or _authorities(plan.scope):
        name = areas.label(code)
        yield code, name, out / re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _authorities(scope: Scope) -> list[str]:
    observations = scope.unnoted_store.observations
    periods_of_year = [period for period in observations["period"].unique() if periods.year_of(period) == scope.official_year]
    # The files also list authorities that were reorganised before that year, without a figure.
    rows = observations[
        catalogue.is_official(observations["release"])
        & observations["period"].isin(periods_of_year)
        & observations["value"].notna()
    ]
    return sorted(areas.authorities(rows["area"]), key=areas.label)
