"""Scope: what a notebook was asked for, checked against what there is, with the figures that answer it."""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import pandas as pd

from analysis import catalogue, store
from analysis.catalogue import areas, periods, tables, wording
from analysis.disclosure import policy, protection
from analysis.errors import SafeguardingError, UnknownNameError
from analysis.measures import reorganisations
from analysis.scope import shared
from analysis.store import reads

_NAMED = 6  # areas that a sentence names


class ParameterError(SafeguardingError):
    """A parameter that the notebook doesn't declare."""


@dataclass(frozen=True)
class Scope:
    """A checked question: domain, period, areas (codes) and audience, and the figures held that it is put to,
    as the audience may see them.

    What is asked of it is noted (`seen`): a report is made again when a figure that it has looked at changes.
    """

    domain: str
    period: str
    areas: tuple[str, ...]
    audience: str
    held: store.Store

    @property
    def store(self) -> store.Store:
        """All that is held, for whoever looks at all of it; a report of a domain has `measures` and `everywhere`."""
        reads.note(reads.EVERYTHING)
        frames = {name: held.copy(deep=False) for name, held in vars(self.held).items() if isinstance(held, pd.DataFrame)}
        return replace(self.held, **frames)  # copies of its own: what is held is the same for every scope of the process

    def __repr__(self) -> str:
        return self.contents()

    def contents(self) -> str:
        """Return in a sentence what is held for this question: domain, period, areas, audience, and how many figures of what."""
        names = wording.listing([areas.label(code) for code in self.areas]) or "no area"
        domain = catalogue.domains()[self.domain] if self.domain else "All domains"
        asked = f"{domain}, {periods.label(self.period)}, {names}, for the audience {self.audience!r}"
        figures = self.measures[self.measures["value"].notna()]
        if figures.empty:
            there = sorted({areas.label(code) for code in self.everywhere["area"].unique()})
            return f"{asked}: no figure is held. There are figures for {wording.listing(there[:_NAMED]) or 'no area'}."
        spans = sorted(figures["period"].unique(), key=periods.order)
        count = f"{len(figures):,} figures of {figures['indicator'].nunique()} indicators"
        return f"{asked}: {count}, from {periods.label(spans[0])} to {periods.label(spans[-1])}."

    @property
    def origins(self) -> dict[str, dict[str, Any]]:
        """What is known of each release (see `store.Store`)."""
        return self.held.origins

    @property
    def year(self) -> str:
        """The financial year that the period lies in."""
        return periods.year_of(self.period)

    @cached_property
    def everywhere(self) -> pd.DataFrame:
        """The measures of the domain's indicators in every area (see `measures.measure`); of all domains where none is named."""
        return self._for_audience(_measures(self.held, reads.View(self.domain)))

    @property
    def official_figures(self) -> pd.DataFrame:
        """The observations of official statistics, with the populations that their rates rest on and the sets of neighbours."""
        reads.note(reads.View(reads.OFFICIAL))
        return shared.official_figures(self.held).copy(deep=False)

    @cached_property
    def official_year(self) -> str:
        """The financial year that official statistics are shown up to: that of a yearly report, else the latest held.

        A quarterly report stands beside the newest official figures; one on a year does not look beyond it. Raises
        UnknownNameError where none are held.
        """
        reads.note(reads.View(reads.OFFICIAL))
        years = list(shared.official_years(self.held))
        if periods.kind(self.period) == "year":
            years = [year for year in years if year <= self.period]
        if not years:
            raise UnknownNameError(
                f"No official figure is held up to {periods.label(self.period)}: `safeguarding import` adds them."
            )
        return str(years[-1])

    @property
    def official_areas(self) -> tuple[str, ...]:
        """The areas asked for, as they stand at the end of the official year."""
        on = periods.year_end(self.official_year)
        return tuple(dict.fromkeys(each for code in self.areas for each in areas.standing(code, on)))

    @cached_property
    def official(self) -> pd.DataFrame:
        """The measures of the domain's indicators from official statistics alone, every area, up to the official year.

        An authority that another has taken the place of on the same ground is one series with it, under its later code.
        """
        upto = self.official_year
        return self._for_audience(shared.official(self.held, self.domain, upto).copy(deep=False))

    @cached_property
    def official_measures(self) -> pd.DataFrame:
        """The official rates and shares of the areas asked for, in their order; counts stand beside them as numerators."""
        order = {code: number for number, code in enumerate(self.official_areas)}
        ratio = self.official["indicator"].map(catalogue.indicators()["denominator"]) != ""
        mine = reorganisations.with_gaps(self.official[self.official["area"].isin(order) & ratio])
        return mine.sort_values(
            ["area", "period"], key=lambda column: column.map(order) if column.name == "area" else column, ignore_index=True
        )

    @cached_property
    def measures(self) -> pd.DataFrame:
        """The measures of the domain's indicators in the areas asked for, in their order, with `area_name` and `title`."""
        order = {code: number for number, code in enumerate(self.areas)}
        if not self.domain or not self.areas:  # over all domains everything is looked at anyway
            mine = self.everywhere[self.everywhere["area"].isin(order)]
        else:
            mine = _measures(self.held, reads.View(self.domain, self.areas))
        ordered = mine.sort_values("area", key=lambda codes: codes.map(order), kind="stable", ignore_index=True)
        return self._for_audience(
            ordered.assign(area_name=ordered["area"].map(areas.label), title=ordered["indicator"].map(_titles()))
        )

    def _for_audience(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the audience noted on it, so that no page for another shows it (`exhibits.table`)."""
        frame.attrs["audience"] = self.audience
        return frame


def _titles() -> dict[str, str]:
    return dict(catalogue.indicators()["title"])


def _measures(held: store.Store, view: reads.View) -> pd.DataFrame:
    """Return the measures that a view's figures give, and note the view: nothing else has been looked at."""
    reads.note(view)
    return shared.measured(held, view).copy(deep=False)


def scope(
    *,
    period: str,
    domain: str = "",
    areas: Sequence[str] = (),
    audience: str = "seg",
    comparators: str = "",
    held: store.Store | None = None,
) -> Scope:
    """Return the checked scope of a notebook's parameters; `held` are the figures for the audience, where they are known.

    Raises UnknownNameError, with what there is, for a domain, area, period or audience that nothing is known of, and
    ParameterError for a parameter that papermill injected and the notebook doesn't declare. `comparators` is only checked.
    """
    check_injected()
    if domain:
        catalogue.check_known(domain, catalogue.domains(), "domain")
    if comparators:
        catalogue.check_known(comparators, _comparator_sets(), "comparator set")
    policy.check_audience(audience)
    _check_audience_of_run(audience)
    held = held or protection.for_audience(store.read(), audience)
    asked = _period(period, held)
    return Scope(domain, asked, _codes(areas, periods.end(asked)), audience, _as_at(held, periods.end(asked)))


@lru_cache(maxsize=2)
def _as_at(held: store.Store, end: str) -> store.Store:
    """Return the store without what reports and returns say of later periods: a pack that is made again later doesn't look ahead.

    Official statistics stay: they come years after the period, and pages say which year they are of (`Scope.official_year`).
    """
    past = {period: periods.end(period) <= end for period in held.observations["period"].unique()}
    kept = held.observations["period"].map(past).astype(bool)
    if kept.all():
        return held
    kept |= catalogue.is_official(held.observations["release"])
    past |= {period: periods.end(period) <= end for period in held.checks["period"].unique()}
    checked = held.checks["period"].map(past).astype(bool)
    return replace(held, observations=held.observations[kept], checks=held.checks[checked])


def check_injected() -> None:
    """Raise ParameterError if the injected cell assigns a name that the notebook's own parameters cell does not.

    papermill only warns of such a parameter, and a misspelled one would give a report on something else. Outside Jupyter, and
    where nothing was injected, there is nothing to check.
    """
    declared, injected = _parameters()
    unknown = sorted(set(injected) - set(declared))
    if unknown:
        raise ParameterError(f"This notebook has no parameter {unknown[0]!r}: it has {', '.join(sorted(declared))}.")


def _check_audience_of_run(audience: str) -> None:
    """Raise ParameterError for another audience than the one that a run makes this page for."""
    _, injected = _parameters()
    run_for = injected.get("audience", audience)
    if run_for != audience:
        raise ParameterError(f"This page is made for the audience {run_for!r}, not for {audience!r}: ask for that of `audience`.")


def _parameters() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return {name: value} of the notebook's own parameters cell and of the one that papermill injected; empty where none was."""
    try:
        from IPython import get_ipython
    except ImportError:  # a script without Jupyter: nothing was injected
        return {}, {}
    shell = get_ipython()
    for before, cell in pairwise(shell.user_ns.get("In", []) if shell else []):
        if cell.lstrip().startswith("# Parameters"):
            return _assigned(before), _assigned(cell)
    return {}, {}


def _assigned(source: str) -> dict[str, Any]:
    """Return what a cell assigns to names; None for a value that isn't written out."""
    found: dict[str, Any] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node.value.value if isinstance(node.value, ast.Constant) else None
    return found


def _codes(names: Sequence[str], on: str) -> tuple[str, ...]:
    if isinstance(names, str):  # papermill's -p hands a list over as its text
        try:
            names = json.loads(names)
        except ValueError:
            names = ""
        if not isinstance(names, list):
            raise UnknownNameError('The areas are given as a list, such as ["Leicestershire", "Rutland"], not as one name.')
    resolved = [areas.resolve(name) for name in names]
    # A name outlives its codes: what it means depends on the day.
    return tuple(dict.fromkeys(code for each in resolved for code in areas.standing(each, on)))


def _period(text: str, held: store.Store) -> str:
    period = periods.parse(text)
    known = held.observations["period"].unique()
    if period not in known and not any(periods.year_of(each) == periods.year_of(period) for each in known):
        years = sorted({periods.year_of(each) for each in known})
        raise UnknownNameError(f"No figure is held for the period {period!r}: there are figures for {', '.join(years)}.")
    return period


def _comparator_sets() -> list[str]:
    return list(tables.read("peers")["set"].unique())
