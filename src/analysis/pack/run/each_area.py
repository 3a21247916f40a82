"""A pack of its own for every area: one run that reads, protects and measures the figures once for all of them."""

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
from analysis.pack.run.events import Event, Say
from analysis.pack.run.helpers import helpers
from analysis.pack.run.publish import Plan, make_plan, publish, would
from analysis.scope import Scope


def publish_each(
    data: Path,
    out: Path,
    *,
    period: str | None = None,
    audience: str = "seg",
    areas_given: Sequence[str] = (),
    leaving_out: Sequence[str] = (),
    say: Say = print,
    **how: Any,
) -> list[Path]:
    """Make a pack for each area and return their `index.html`, each under `out/<area>/<period>/`.

    Without `areas_given` the areas are the authorities that official statistics are held for (see `Scope.official_year`). `how`
    goes to `publish`. An area whose pack fails keeps its last one, and the others go on; SafeguardingError names it at the end.
    """
    with stopping.by_signal():
        release.check_place(out, audience)
        plan = make_plan(data, period, audience, areas_given, leaving_out, say)
        asked: dict[str, Any] = {"period": plan.asked.period, "audience": audience, "leaving_out": leaving_out}
        if not how.get("cluster"):
            domains = dict.fromkeys(str(report.parameters.get("domain", "")) for report in plan.reports)
            with precompute.told(plan.asked.period, audience, domains), helpers(1):
                pass  # a helper answers when the server that kernels are forked from is ready: no report's time runs until then
        made, failed, status = list[Path](), list[str](), 1
        wanted = list(_wanted(plan, out))
        for number, (code, name, folder) in enumerate(wanted, start=1):
            say(Event("area", f"Pack {number} of {len(wanted)}: {name}.", {"area": name, "code": code}))
            try:
                made.append(publish(data, folder, areas_given=[code], say=say, **asked, **how))
            except stopping.StoppedError:
                raise
            except (SafeguardingError, OSError) as error:
                failed.append(name)
                status = max(status, getattr(error, "exit_status", 1))  # one that the gate holds back is said so
                say(Event("no pack", f"{name}: no new pack. {error}", {"area": name, "reason": str(error)}))
    if failed:
        unmade = SafeguardingError(f"{len(failed)} of {len(wanted)} packs could not be made: {', '.join(failed)}.")
        unmade.exit_status = status
        raise unmade
    return made


def would_each(
    data: Path,
    out: Path,
    *,
    period: str | None = None,
    audience: str = "seg",
    areas_given: Sequence[str] = (),
    leaving_out: Sequence[str] = (),
) -> list[str]:
    """Return what `publish_each` would do (see `publish.would`), each sentence behind the area's name, and write nothing."""
    if clean.is_due(data):
        return would(data, out)
    plan = make_plan(data, period, audience, areas_given, leaving_out, print, keep=False)
    asked: dict[str, Any] = {"period": plan.asked.period, "audience": audience, "leaving_out": leaving_out}
    return [
        f"{name}: {sentence}"
        for code, name, folder in _wanted(plan, out)
        for sentence in would(data, folder, areas_given=[code], **asked)
    ]


def _wanted(plan: Plan, out: Path) -> Iterator[tuple[str, str, Path]]:
    """Yield code, name and folder of each area that is to have a pack."""
    for code in plan.asked.areas or _authorities(plan.asked):
        name = areas.label(code)
        yield code, name, out / re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _authorities(asked: Scope) -> list[str]:
    held = asked.unnoted_store.observations
    year = [period for period in held["period"].unique() if periods.year_of(period) == asked.official_year]
    # Those that were reorganised before stand in the files too, without a figure.
    mine = held[catalogue.is_official(held["release"]) & held["period"].isin(year) & held["value"].notna()]
    return sorted(areas.authorities(mine["area"]), key=areas.label)
