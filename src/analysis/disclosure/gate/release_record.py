"""What the register keeps of a release, and what its readers are told of rounding and thresholds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import catalogue, store
from analysis.disclosure import policy
from analysis.disclosure.protection.withholding import origin_of
from analysis.measures import current
from analysis.store import FIGURE

KEY = list(FIGURE)


def rounding_of(audience: str) -> dict[str, int]:
    """Return {domain: rounding} of the counts that this audience is shown, the least of all origins."""
    return {domain: int(rules["rounding"].min()) for domain, rules in _policies(audience)}


def thresholds_of(audience: str) -> dict[str, int]:
    """Return {domain: threshold} of the domains whose counts this audience never sees small, whatever their source."""
    return {domain: int(rules["threshold"].min()) for domain, rules in _policies(audience) if rules["threshold"].min() > 0}


def cells(held: store.Store, audience: str) -> pd.DataFrame:
    """Return what a release of these (protected) figures shows: series, area, period, category, value, low, high.

    Counts of people only, NaN where they are withheld; official statistics are left out, which their publisher has shown.
    """
    kept = _counts(held, audience)
    values = kept["value"].to_numpy(float)
    low, high = policy.known_range(values, kept["threshold"].to_numpy(float), kept["rounding"].to_numpy(float))
    exact = kept["threshold"].to_numpy(float) == 0
    return kept[[*KEY, "value"]].assign(low=np.where(exact, values, low), high=np.where(exact, values, high))


def published(held: store.Store, audience: str) -> pd.DataFrame:
    """Return the counts that this audience has from a source that printed them: series, area, period, category, low, high."""
    kept = _counts(held, audience)
    printed = kept[(kept["threshold"] == 0) & kept["value"].notna()]
    return printed[KEY].assign(low=printed["value"], high=printed["value"])


def _counts(held: store.Store, audience: str) -> pd.DataFrame:
    """Return the current counts of people, official statistics apart, with threshold and rounding."""
    known = catalogue.series()
    observations = held.observations
    units = observations["series"].map(known["unit"])
    origin = origin_of(held.origins, observations["release"])
    rules = policy.policy(audience, observations["series"], origin)
    mine = (rules["kind"] == "people") & (units == "count") & (origin != "controlled")
    has = observations["value"].notna() | (observations["status"] == "suppressed")
    return current(observations.assign(threshold=rules["threshold"], rounding=rules["rounding"])[mine & has])


def _policies(audience: str) -> list[tuple[str, pd.DataFrame]]:
    """Return the policy rows of each domain that counts people; official statistics apart, which are shown as published."""
    known = catalogue.series()
    counted = pd.Series(known.index[known["unit"] == "count"])
    series = pd.concat([counted, counted], ignore_index=True)
    rules = policy.policy(audience, series, pd.Series(["published"] * len(counted) + ["returned"] * len(counted)))
    people = rules[rules["kind"] == "people"]
    return list(people.groupby(series.map(known["domain"]), sort=False))
