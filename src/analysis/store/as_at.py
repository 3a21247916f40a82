"""The figures as they were at the end of a period: what came later is left out, so that a pack made again doesn't look ahead."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from analysis import catalogue
from analysis.catalogue import periods
from analysis.store.tidy_table import Store


@lru_cache(maxsize=2)
def as_at(store: Store, end: str) -> Store:
    """Return the store without figures of reports and returns for later periods, so that a pack made again doesn't look ahead.

    Populations and sets of neighbours stay, which are of their own dates, and pages say which.
    """
    is_past = {period: periods.end(period) <= end for period in store.observations["period"].unique()}
    to_keep = store.observations["period"].map(is_past).astype(bool)
    if to_keep.all():
        return store
    series = store.observations["series"]
    domains = catalogue.series()["domain"]
    constant = {*domains.index[domains == "census"], catalogue.NEIGHBOUR}
    to_keep |= catalogue.is_official(store.observations["release"]) & series.isin(constant)
    is_past |= {period: periods.end(period) <= end for period in store.checks["period"].unique()}
    checks_to_keep = store.checks["period"].map(is_past).astype(bool)
    return replace(store, observations=store.observations[to_keep], checks=store.checks[checks_to_keep])
