"""Which reports of the plan a period and its areas have figures for: the others would be pages of empty questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from analysis import areas, catalogue, periods, wording
from analysis.pack.plan import Report
from analysis.scope import Scope

_POPULATIONS = "census"  # known of every area, and in no return
RETURNS, OFFICIAL = "returns", "official"


def held_reports(reports: Sequence[Report], asked: Scope) -> list[Report]:
    """Return the reports whose areas have a figure of the kind that they need (`needs` in pack.toml), in their order.

    `returns` are figures of the year of the period that are no official statistics; `official` are official ones, for a report
    on a year those up to it. A report that needs neither is always made.
    """
    held = asked.held.observations
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


def _has_figures(report: Report, held: pd.DataFrame, asked: Scope) -> bool:
    domain = catalogue.series()["domain"]
    # A report that takes no areas is on whatever the pack is on.
    named = [areas.resolve(name) for name in report.parameters.get("areas", [])] or list(asked.areas)
    wanted = {code for each in named for code in (each, *areas.standing(each, periods.end(asked.period)))}
    asked_for = report.parameters.get("domain")
    mine = held[held["area"].isin(wanted)] if wanted else held
    return bool(mine.loc[(mine["series"].map(domain) == asked_for) | (asked_for is None), "value"].notna().any())
