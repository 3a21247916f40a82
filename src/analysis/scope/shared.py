"""What all reports of a run share: the figures of a view, and their measures, worked out once in each process.

The results are cached by store and view. Callers must not change them: `Scope` hands out shallow copies.
"""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from analysis import catalogue, measures
from analysis.catalogue import periods
from analysis.measures import reorganisations
from analysis.store import Store, kept_frames, reads

_CACHED = 16  # results: one for each domain, one for all of them, and the areas of a few reports


def figures_of_view(store: Store, view: reads.View) -> pd.DataFrame:
    """Return the observations of a view: the series under its domain's indicators, in its areas."""
    observations = store.observations
    if view.domain == reads.OFFICIAL:
        domains = catalogue.series()["domain"]
        bases = observations["series"].isin(domains.index[domains == "census"])
        observations = observations[catalogue.is_official(observations["release"]) | bases]
    elif view.domain:
        observations = observations[observations["series"].isin(catalogue.series_of(view.domain))]
    return observations[observations["area"].isin(view.areas)] if view.areas else observations


@lru_cache(maxsize=_CACHED)
def measured(store: Store, view: reads.View) -> pd.DataFrame:
    """Return the measures of a view's domain, or of all domains where it names none, from the figures of the view."""
    figures, indicators = figures_of_view(store, view), list(_indicators(view.domain))
    return kept_frames.kept("measures", figures, indicators, lambda: measures.measure(figures, indicators))


@lru_cache(maxsize=1)
def official_figures(store: Store) -> pd.DataFrame:
    """Return the observations of official statistics, with the populations under their rates and the sets of neighbours."""
    return figures_of_view(store, reads.View(reads.OFFICIAL))


@lru_cache(maxsize=1)
def official_years(store: Store) -> tuple[str, ...]:
    """Return the financial years for which official statistics count events, the earliest first."""
    observations, kinds = official_figures(store), catalogue.series()["kind"]
    is_flow = observations["series"].isin(kinds.index[kinds == "flow"])
    flows = observations[catalogue.is_official(observations["release"]) & is_flow & observations["value"].notna()]
    return tuple(sorted({periods.year_of(period) for period in flows["period"].unique()}))


@lru_cache(maxsize=_CACHED)
def official(store: Store, domain: str, year: str) -> pd.DataFrame:
    """Return the measures of a domain in every area, from official statistics alone, up to the end of a financial year.

    An authority and the one that replaced it on the same ground are one series, under the later code.
    """
    figures, indicators = official_figures(store), list(_indicators(domain))
    return kept_frames.kept("official", figures, [year, *indicators], lambda: _official(figures, indicators, year))


def _official(observations: pd.DataFrame, indicators: list[str], year: str) -> pd.DataFrame:
    last = periods.year_end(year)
    is_later = {period: periods.end(period) > last for period in observations["period"].unique()}
    # Of later years only the populations are needed: the census nearest to a year may come after it.
    to_measure = ~observations["period"].map(is_later).astype(bool) | ~catalogue.is_official(observations["release"])
    official_measures = measures.official(observations[to_measure], indicators)
    up_to_year = official_measures[official_measures["period"].map(periods.end) <= last]
    return reorganisations.joined_across_reorganisations(up_to_year)


def _indicators(domain: str) -> pd.Index:
    indicators = catalogue.indicators()
    return indicators.index[indicators["domain"] == domain] if domain else indicators.index
