"""What all reports of a run have in common: the figures of a view and the measures of them, worked out once a process.

It is kept with the store that it was worked out of. Whoever gets it changes nothing in it: `scope` hands out copies, in which
nothing is copied until it is changed.
"""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from analysis import catalogue, measures, store
from analysis.catalogue import periods
from analysis.measures import reorganisations
from analysis.store import reads

_KEPT = 16  # as many as there are domains, all of them, and the areas of a few reports


def figures(held: store.Store, view: reads.View) -> pd.DataFrame:
    """Return the figures of a view: those that the measures of its domain's indicators are made of, in its areas."""
    observations = held.observations
    if view.domain == reads.OFFICIAL:
        domains = catalogue.series()["domain"]
        bases = observations["series"].isin(domains.index[domains == "census"])
        observations = observations[catalogue.is_official(observations["release"]) | bases]
    elif view.domain:
        observations = observations[observations["series"].isin(catalogue.series_of(view.domain))]
    return observations[observations["area"].isin(view.areas)] if view.areas else observations


@lru_cache(maxsize=_KEPT)
def measured(held: store.Store, view: reads.View) -> pd.DataFrame:
    """Return the measures of a view's domain (of all domains where it names none) that its figures give."""
    return measures.measure(figures(held, view), _indicators(view.domain))


@lru_cache(maxsize=1)
def official_figures(held: store.Store) -> pd.DataFrame:
    """Return the observations of official statistics, with the populations under their rates and the sets of neighbours."""
    return figures(held, reads.View(reads.OFFICIAL))


@lru_cache(maxsize=1)
def official_years(held: store.Store) -> tuple[str, ...]:
    """Return the financial years that official statistics count something in, the earliest first."""
    shown, kinds = official_figures(held), catalogue.series()["kind"]
    flows = shown[catalogue.is_official(shown["release"]) & shown["series"].isin(kinds.index[kinds == "flow"])]
    return tuple(sorted({periods.year_of(period) for period in flows["period"].unique()}))


@lru_cache(maxsize=_KEPT)
def official(held: store.Store, domain: str, year: str) -> pd.DataFrame:
    """Return the measures of a domain from official statistics alone, up to a year, every area.

    An authority that another has taken the place of on the same ground is one series with it, under its later code.
    """
    found = measures.official(official_figures(held), _indicators(domain))
    upto = found[found["period"].map(periods.end) <= periods.year_end(year)]
    return reorganisations.joined_across_reorganisations(upto)


def _indicators(domain: str) -> pd.Index:
    known = catalogue.indicators()
    return known.index[known["domain"] == domain] if domain else known.index
