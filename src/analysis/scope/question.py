"""The scope of a notebook: its parameters, checked against the figures there are, and the figures that answer them.

Open it to see which figures `here` gives in a notebook, and how it is noted which of them a report has looked at.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods, tables, wording
from analysis.disclosure import policy, protection
from analysis.errors import SafeguardingError, UnknownNameError
from analysis.measures import beyond_rounding, one_source_each, reorganisations
from analysis.scope import shared
from analysis.store import Store, reads
from analysis.store import read as read_store
from analysis.store.as_at import as_at

_NAMED = 6  # areas that a sentence names


class ParameterError(SafeguardingError):
    """A parameter that the notebook doesn't declare."""


@dataclass(frozen=True)
class Scope:
    """The checked parameters of a notebook: domain, period, areas (codes) and audience, with the figures the audience may see.

    Each property notes which figures it gives out (`store.reads`): a report is made again when a figure that it has looked at
    changes. `unnoted_store` is the exception. It is the whole store, and reading it notes nothing: it is for the code that makes
    a pack, not for a report.
    """

    domain: str
    period: str
    areas: tuple[str, ...]
    audience: str
    unnoted_store: Store

    @property
    def store(self) -> Store:
        """The whole store, noted as read in full; a report on one domain reads `measures` and `everywhere` instead."""
        reads.note(reads.EVERYTHING)
        frames = {
            name: frame.copy(deep=False) for name, frame in vars(self.unnoted_store).items() if isinstance(frame, pd.DataFrame)
        }
        return replace(self.unnoted_store, **frames)  # copies, because all scopes of a process share one store

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
        return self.unnoted_store.origins

    @property
    def year(self) -> str:
        """The financial year in which the period lies."""
        return periods.year_of(self.period)

    @cached_property
    def everywhere(self) -> pd.DataFrame:
        """The measures of the domain's indicators (of all indicators without a domain) in every area; see `measures.measure`."""
        return self._for_audience(_measures(self.unnoted_store, reads.View(self.domain)))

    @property
    def official_figures(self) -> pd.DataFrame:
        """The observations of official statistics, with the populations under their rates and the sets of neighbours."""
        reads.note(reads.View(reads.OFFICIAL))
        return shared.official_figures(self.unnoted_store).copy(deep=False)

    @cached_property
    def official_year(self) -> str:
        """The last financial year, up to the period, that official statistics are held for; its own year where none is."""
        reads.note(reads.View(reads.OFFICIAL))
        years = [year for year in shared.official_years(self.unnoted_store) if periods.year_end(year) <= periods.end(self.period)]
        return years[-1] if years else self.year

    @property
    def official_areas(self) -> tuple[str, ...]:
        """The areas of the scope, as they exist at the end of the official year."""
        on = periods.year_end(self.official_year)
        return tuple(dict.fromkeys(resolved for code in self.areas for resolved in areas.standing(code, on)))

    @cached_property
    def official(self) -> pd.DataFrame:
        """The measures of the domain's indicators in every area, from official statistics alone, up to the official year.

        An authority and the one that replaced it on the same ground are one series, under the later code.
        """
        upto = self.official_year
        return self._for_audience(shared.official(self.unnoted_store, self.domain, upto).copy(deep=False))

    @cached_property
    def official_measures(self) -> pd.DataFrame:
        """The official rates and percentages in the areas of the scope, in their order, with the counts as numerators."""
        position = {code: place for place, code in enumerate(self.official_areas)}
        ratio = self.official["indicator"].map(catalogue.indicators()["denominator"]) != ""
        official_measures = reorganisations.with_gaps(self.official[self.official["area"].isin(position) & ratio])
        return official_measures.sort_values(
            ["area", "period"], key=lambda column: column.map(position) if column.name == "area" else column, ignore_index=True
        )

    @cached_property
    def measures(self) -> pd.DataFrame:
        """The measures of the domain's indicators in the areas of the scope, in their order, with `area_name` and `title`."""
        position = {code: place for place, code in enumerate(self.areas)}
        if not self.domain or not self.areas:  # a report on all domains reads everything anyway
            rows_of_areas = self.everywhere[self.everywhere["area"].isin(position)]
        else:
            in_and_around = _measures(self.unnoted_store, reads.View(self.domain, areas.around(self.areas)))
            rows_of_areas = in_and_around[in_and_around["area"].isin(position)]
        ordered = rows_of_areas.sort_values("area", key=lambda codes: codes.map(position), kind="stable", ignore_index=True)
        return self._for_audience(
            ordered.assign(area_name=ordered["area"].map(areas.label), title=ordered["indicator"].map(_titles()))
        )

    @cached_property
    def over_time(self) -> pd.DataFrame:
        """The measures with each series of years from one source (`measures.one_source_each`): for trends and comparisons."""
        return self._one_source_each(self.measures, self.official)

    @cached_property
    def of_all_domains(self) -> pd.DataFrame:
        """`over_time` of all domains in the areas of the scope: what the score card is made of, whatever the page's domain."""
        if not self.domain:
            return self.over_time
        rows = _measures(self.unnoted_store, reads.View("", areas.around(self.areas)))
        reads.note(reads.View(reads.OFFICIAL))
        official = shared.official(self.unnoted_store, "", self.official_year)
        return self._one_source_each(self._for_audience(rows[rows["area"].isin(self.areas)]), official)

    def _one_source_each(self, measures: pd.DataFrame, official: pd.DataFrame) -> pd.DataFrame:
        rows = one_source_each(measures, official[official["area"].isin(self.official_areas)], self.year)
        position = {code: place for place, code in enumerate(dict.fromkeys((*self.areas, *self.official_areas)))}
        ordered = rows.sort_values("area", key=lambda codes: codes.map(position), kind="stable", ignore_index=True)
        return self._for_audience(
            ordered.assign(area_name=ordered["area"].map(areas.label), title=ordered["indicator"].map(_titles()))
        )

    def _for_audience(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the audience noted on it, so that no page for another shows it (`exhibits.table`)."""
        frame = beyond_rounding(frame, policy.rounding(self.audience))
        frame.attrs["audience"] = self.audience
        return frame


def _is_official(measures: pd.DataFrame) -> pd.Series:
    """Return a mask: whether a figure, or the upper part of its fraction, is of official statistics."""
    return catalogue.is_official(measures["source"].str.partition("#")[0].str.rpartition("/")[0])


def _titles() -> dict[str, str]:
    return dict(catalogue.indicators()["title"])


def _measures(store: Store, view: reads.View) -> pd.DataFrame:
    """Return the measures of a view, and note that this view alone was looked at."""
    reads.note(view)
    return shared.measured(store, view).copy(deep=False)


def scope(
    *,
    period: str,
    domain: str = "",
    areas: Sequence[str] = (),
    audience: str = "seg",
    comparators: str = "",
    store: Store | None = None,
) -> Scope:
    """Return the checked scope of a notebook's parameters.

    `store` is the store as the audience may see it; without it, the store is read and protected here. `comparators` is checked
    and not used. Raises UnknownNameError, which lists the known names, for an unknown domain, area, period or audience, and
    ParameterError for a parameter that papermill injected and the notebook doesn't declare.

    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire", "Rutland"])
    >>> here.areas, here.year, here.measures["indicator"].nunique() > 20
    (('E10000018', 'E06000017'), '2012-13', True)
    """
    check_injected()
    if domain:
        catalogue.check_known(domain, catalogue.domains(), "domain")
    if comparators:
        catalogue.check_known(comparators, _comparator_sets(), "comparator set")
    policy.check_audience(audience)
    _check_audience_of_run(audience)
    store = store or protection.for_audience(read_store(), audience)
    checked_period = _period(period, store)
    return Scope(
        domain,
        checked_period,
        _codes(areas, periods.end(checked_period)),
        audience,
        as_at(store, periods.end(checked_period)),
    )


def check_injected() -> None:
    """Raise ParameterError if the injected cell assigns a name that the notebook's own parameters cell doesn't assign.

    papermill only warns of such a parameter, and a misspelled one would give a report on something else. Outside Jupyter, and
    where nothing was injected, there is nothing to check.

    >>> check_injected()  # outside a notebook nothing was injected
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
    resolved_areas = [areas.resolve(name) for name in names]
    # A name outlives its codes: what it means depends on the day.
    return tuple(dict.fromkeys(code for resolved_area in resolved_areas for code in areas.standing(resolved_area, on)))


def _period(text: str, store: Store) -> str:
    period = periods.parse(text)
    known_periods = store.observations["period"].unique()
    if period not in known_periods and not any(
        periods.year_of(known_period) == periods.year_of(period) for known_period in known_periods
    ):
        years = sorted({periods.year_of(known_period) for known_period in known_periods})
        raise UnknownNameError(f"No figure is held for the period {period!r}: there are figures for {', '.join(years)}.")
    return period


def _comparator_sets() -> list[str]:
    return list(tables.read("peers")["set"].unique())
