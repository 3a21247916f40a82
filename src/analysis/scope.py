"""Scope: what a notebook was asked for, checked against what there is, with the figures that answer it."""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import pandas as pd

from analysis import areas, catalogue, disclosure, measures, periods, store, tables
from analysis.errors import SafeguardingError, UnknownNameError


class ParameterError(SafeguardingError):
    """A parameter that the notebook doesn't declare."""


@dataclass(frozen=True)
class Scope:
    """A checked question: domain, period, areas (codes) and audience, and the store that it is put to."""

    domain: str
    period: str
    areas: tuple[str, ...]
    audience: str
    store: store.Store

    @property
    def year(self) -> str:
        """The financial year that the period lies in."""
        return periods.year_of(self.period)

    @cached_property
    def everywhere(self) -> pd.DataFrame:
        """The measures of the domain's indicators in every area (see `measures.measure`); of all domains where none is named."""
        known = catalogue.indicators()
        mine = known["domain"] == self.domain if self.domain else known["domain"] != ""
        return measures.measure(self.store.observations, known.index[mine])

    @cached_property
    def measures(self) -> pd.DataFrame:
        """The measures of the domain's indicators in the areas asked for, in their order."""
        order = {code: number for number, code in enumerate(self.areas)}
        mine = self.everywhere[self.everywhere["area"].isin(order)]
        return mine.sort_values("area", key=lambda codes: codes.map(order), kind="stable", ignore_index=True)


def scope(*, period: str, domain: str = "", areas: Sequence[str] = (), audience: str = "seg", comparators: str = "") -> Scope:
    """Return the checked scope of a notebook's parameters.

    Raises UnknownNameError, with what there is, for a domain, area, period or audience that nothing is known of, and
    ParameterError for a parameter that papermill injected and the notebook doesn't declare. `comparators` is only checked.
    """
    check_injected()
    if domain:
        catalogue.check_known(domain, catalogue.domains(), "domain")
    if comparators:
        catalogue.check_known(comparators, _comparator_sets(), "comparator set")
    held = store.load()
    disclosure.check_audience(audience, _unpublished(held))
    codes = tuple(dict.fromkeys(_codes(areas)))
    return Scope(domain, _period(period, held), codes, audience, held)


def check_injected() -> None:
    """Raise ParameterError if the injected cell assigns a name that the notebook's own parameters cell does not.

    papermill only warns of such a parameter, and a misspelled one would give a report on something else. Outside Jupyter, and
    where nothing was injected, there is nothing to check.
    """
    try:
        from IPython import get_ipython
    except ImportError:  # a script without Jupyter: nothing was injected
        return
    shell = get_ipython()
    if shell is None:
        return
    cells = shell.user_ns.get("In", [])
    for before, cell in pairwise(cells):
        if cell.lstrip().startswith("# Parameters"):
            unknown = sorted(_assigned(cell) - _assigned(before))
            if unknown:
                declared = ", ".join(sorted(_assigned(before)))
                raise ParameterError(f"This notebook has no parameter {unknown[0]!r}: it has {declared}.")


def _assigned(source: str) -> set[str]:
    targets = [node.targets[0] for node in ast.parse(source).body if isinstance(node, ast.Assign)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _codes(names: Sequence[str]) -> list[str]:
    if isinstance(names, str):  # papermill's -p hands a list over as its text
        try:
            names = json.loads(names)
        except ValueError:
            names = ""
        if not isinstance(names, list):
            raise UnknownNameError('The areas are given as a list, such as ["Leicestershire", "Rutland"], not as one name.')
    return [areas.resolve(name) for name in names]


def _period(text: str, held: store.Store) -> str:
    period = periods.parse(text)
    known = held.observations["period"].unique()
    if period not in known and not any(periods.year_of(each) == periods.year_of(period) for each in known):
        years = sorted({periods.year_of(each) for each in known})
        raise UnknownNameError(f"No figure is held for the period {period!r}: there are figures for {', '.join(years)}.")
    return period


def _unpublished(held: store.Store) -> list[str]:
    used = held.observations["release"].unique()
    return [release for release in used if not held.origins[release]["published"]]


def _comparator_sets() -> list[str]:
    return list(tables.read("peers")["set"].unique())
