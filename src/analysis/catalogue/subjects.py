"""What an indicator is about: a count, its rate, its breakdowns and its share of those counted stand under one heading."""

from __future__ import annotations

from functools import cache

import pandas as pd

from analysis.catalogue.dictionary import indicators


@cache
def subject(indicator: str) -> str:
    """Return the indicator under whose heading another one stands; itself where it has a heading of its own.

    A rate and a breakdown stand under the count that they are of; a count that serves one percentage alone under that. Raises
    KeyError for an indicator that is not in the catalogue.

    >>> subject("referrals_per_10k"), subject("plans_in_force_ethnicity_pct"), subject("plans_repeat"), subject("contacts")
    ('referrals', 'plans_in_force', 'plans_repeat_pct', 'contacts')
    """
    table = indicators()
    entry = table.loc[indicator]
    is_count = table["denominator"].eq("") & table["numerator"].ne("") & table["breakdown"].eq("")
    counts = table[is_count & (table["domain"] == entry["domain"])]
    if entry["breakdown"]:
        wholes = [name for name in counts.index if indicator.startswith(f"{name}_")]
        return max(wholes, key=len, default=indicator)
    if entry["kind"] == "rate":
        return _only(counts.index[counts["numerator"] == entry["numerator"]]) or indicator
    if indicator in counts.index and not _is_base_or_rate(entry["numerator"], table):
        shares = table.index[(table["kind"] == "percentage") & (table["numerator"] == entry["numerator"])]
        return _only(shares) or indicator
    return indicator


def _only(names: pd.Index) -> str:
    return str(names[0]) if len(names) == 1 else ""


def _is_base_or_rate(reference: str, table: pd.DataFrame) -> bool:
    """Return whether other indicators are a share of a count, or a rate of it."""
    is_rate = (table["kind"] == "rate") & (table["numerator"] == reference)
    return bool((table["denominator"] == reference).any() or is_rate.any())
