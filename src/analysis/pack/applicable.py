"""Which reports of the plan a period and its areas have figures for: the others would be pages of empty questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods, wording
from analysis.pack.plan import Report
from analysis.scope import Scope

_POPULATIONS = "census"  # known of every area, and in no return
RETURNS, OFFICIAL = "returns", "official"


def held_reports(reports: Sequence[Report], asked: Scope) -> list[Report]:
    """Return the reports whose areas have a figure of the kind that they need (`needs` in pack.toml), in their order.

    `returns` are figures of the year of the period that are no official statistics; `official` are official ones, for a report
    on a year those up to it. A report that needs neither is always made.
    """
    held = asked.unnoted_store.observations
    official = catalogue.is_official(held["release"])
    this_year = held["period"].isin([period for period in held["period"].unique() if periods.year_of(period) == asked.year])
    # Populations serve every domain; a report on them needs none of its own year.
    domains = catalogue.series()["domain"]
    lasting = held["series"].isin(domains.index[domains == _POPULATIONS])
    upto = pd.Series(True, index=held.index)
    if periods.kind(asked.period) == "year":  # which does not look beyond itself: see `Scope.official_year`
        upto = held["period"].isin([period for period in held["period"].unique() if periods.year_of(period) <= asked.period])
    groups = {RETURNS: held[~official & (this_year | lasting)], OFFICIAL: held[official & upto]}
    return [report for report in reports if not report.needs or _has_figures(report, groups[report.needs], asked)]


def not_held(reports: Iterable[Report], asked: Scope) -> list[str]:
    """Return one sentence on the domains that the pack says nothing of, because only local returns hold them."""
    shown = {str(report.parameters.get("domain", "")) for report in reports}
    missing = [
        wording.lower_first(title) for domain, title in catalogue.domains().items() if domain not in (*shown, _POPULATIONS)
    ]
    if not missing:
        return []
    when = periods.label(asked.year)
    return [f"Only local returns hold figures on {wording.listing(missing)}, and none of them is held here for {when}."]


def has_own_figures(reports: Iterable[Report], asked: Scope) -> bool:
    """Return whether a figure of the very period is held, shown or withheld, for any area of these reports.

    Of a quarter count its own figures and those of its last day, of a year all that lie in it. Official statistics are of years,
    and populations of no period that a report is on.
    """
    held, kind = asked.unnoted_store.observations, periods.kind(asked.period)
    own = {asked.period, periods.end(asked.period)}
    if kind == "year":
        own |= {period for period in held["period"].unique() if periods.year_of(period) == asked.period}
    domains = catalogue.series()["domain"]
    mine = held[held["period"].isin(own) & ~held["series"].isin(domains.index[domains == _POPULATIONS])]
    if kind != "year":
        mine = mine[~catalogue.is_official(mine["release"])]
    wanted = {code for report in reports for code in _areas_of(report, asked)}
    mine = mine[mine["area"].isin(wanted)] if wanted else mine
    return bool((mine["value"].notna() | (mine["status"] == "suppressed")).any())


def nothing_of_its_own(reports: Iterable[Report], asked: Scope) -> list[str]:
    """Return one sentence where no figure of the very period is held: whatever the pages show is of another."""
    if has_own_figures(reports, asked):
        return []
    official = " Official statistics are of whole years." if periods.kind(asked.period) != "year" else ""
    return [
        f"No figure of {periods.label(asked.period)} itself is held for these areas. What is shown is of other periods, each "
        f"named with its figure.{official}"
    ]


def _areas_of(report: Report, asked: Scope) -> set[str]:
    # A report that takes no areas is on whatever the pack is on.
    named = [areas.resolve(name) for name in report.parameters.get("areas", [])] or list(asked.areas)
    return {code for each in named for code in (each, *areas.standing(each, periods.end(asked.period)))}


def _has_figures(report: Report, held: pd.DataFrame, asked: Scope) -> bool:
    domain = catalogue.series()["domain"]
    wanted = _areas_of(report, asked)
    asked_for = report.parameters.get("domain")
    mine = held[held["area"].isin(wanted)] if wanted else held
    return bool(mine.loc[(mine["series"].map(domain) == asked_for) | (asked_for is None), "value"].notna().any())
