"""Chooses the reports of the plan that have figures for a period and its areas; the others would be empty pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods, wording
from analysis.pack.plan import Report
from analysis.scope import Scope

_POPULATION_DOMAIN = "census"  # held for every area, and in no return
_RETURNS, _FIGURES = "returns", "figures"


def applicable_reports(reports: Sequence[Report], scope: Scope) -> list[Report]:
    """Return, in their order, the reports whose areas have a figure of the kind that they need (`needs` in pack.toml).

    `returns` are the figures of the year of the period that are not official statistics; `figures` are these, and events that
    official statistics count up to the period. A report that needs neither is always made.
    """
    observations = scope.unnoted_store.observations
    is_official = catalogue.is_official(observations["release"])
    is_of_year = observations["period"].isin(
        [period for period in observations["period"].unique() if periods.year_of(period) == scope.year]
    )
    # Populations serve every domain, and a report on them does not need any of its own year.
    domains = catalogue.series()["domain"]
    is_population = observations["series"].isin(domains.index[domains == _POPULATION_DOMAIN])
    # An area with a few snapshots alone, as in the year before the first collection, has nothing that a page can be of.
    kinds = catalogue.series()["kind"]
    is_flow = observations["series"].isin(kinds.index[kinds == "flow"])
    is_return = ~is_official & (is_of_year | is_population)
    rows_by_need = {_RETURNS: observations[is_return], _FIGURES: observations[is_return | (is_official & is_flow)]}
    return [report for report in reports if not report.needs or _has_figures(report, rows_by_need[report.needs], scope)]


def notes_on_missing_domains(reports: Iterable[Report], scope: Scope) -> list[str]:
    """Return a sentence on the domains that the pack does not cover because only local returns hold them, or no sentence."""
    domains_shown = {str(report.parameters.get("domain", "")) for report in reports}
    missing = [
        wording.lower_first(title)
        for domain, title in catalogue.domains().items()
        if domain not in (*domains_shown, _POPULATION_DOMAIN)
    ]
    if not missing:
        return []
    return [f"Not held: {wording.listing(missing)}."]


def has_own_figures(reports: Iterable[Report], scope: Scope) -> bool:
    """Return whether any area of these reports has a figure of the period itself, whether it is shown or withheld.

    A quarter has its own figures and those of its last day; a year has all that lie in it. Official statistics count for years
    only, and populations never.
    """
    observations, kind = scope.unnoted_store.observations, periods.kind(scope.period)
    own_periods = {scope.period, periods.end(scope.period)}
    if kind == "year":
        own_periods |= {period for period in observations["period"].unique() if periods.year_of(period) == scope.period}
    domains = catalogue.series()["domain"]
    rows = observations[
        observations["period"].isin(own_periods) & ~observations["series"].isin(domains.index[domains == _POPULATION_DOMAIN])
    ]
    if kind != "year":
        rows = rows[~catalogue.is_official(rows["release"])]
    codes = {code for report in reports for code in _areas_of(report, scope)}
    rows = rows[rows["area"].isin(codes)] if codes else rows
    return bool((rows["value"].notna() | (rows["status"] == "suppressed")).any())


def notes_on_missing_period(reports: Iterable[Report], scope: Scope) -> list[str]:
    """Return a sentence that no figure of the period itself is held, or no sentence if there is one."""
    if has_own_figures(reports, scope):
        return []
    sentence_on_official = " Official statistics are of whole years." if periods.kind(scope.period) != "year" else ""
    return [
        f"No figure of {periods.label(scope.period)} itself is held for these areas. What is shown is of other periods, each "
        f"named with its figure.{sentence_on_official}"
    ]


def _areas_of(report: Report, scope: Scope) -> set[str]:
    # A report without areas of its own is about the areas of the pack.
    codes = [areas.resolve(name) for name in report.parameters.get("areas", [])] or list(scope.areas)
    return {member for code in codes for member in (code, *areas.standing(code, periods.end(scope.period)))}


def _has_figures(report: Report, rows: pd.DataFrame, scope: Scope) -> bool:
    domain_of_series = catalogue.series()["domain"]
    codes = _areas_of(report, scope)
    domain = report.parameters.get("domain")
    rows_of_areas = rows[rows["area"].isin(codes)] if codes else rows
    return bool(
        rows_of_areas.loc[(rows_of_areas["series"].map(domain_of_series) == domain) | (domain is None), "value"].notna().any()
    )
