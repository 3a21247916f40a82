"""Cleaning: raw evidence becomes tidy observations, one module a domain, with every raw cell accounted for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis import raw, store
from analysis.clean import adults, census, children, dols, governance, official
from analysis.clean.checks import RULES as PRINTED_RULES
from analysis.clean.checks import check
from analysis.clean.layout import read_table
from analysis.clean.statements import FILE as STATEMENTS
from analysis.clean.statements import read_statements

# Every rule of a check, and what it compares: those of printed tables, then those of official files.
RULES = PRINTED_RULES | official.RULES
_DOMAINS = (census, children, adults, dols, governance)


def clean(data: Path) -> bool:
    """Build `data/processed` from `data/raw`; return whether anything had to be done.

    Nothing is done when the processed figures were built from the same bytes by the same library. Raises DataError, and
    leaves what was processed before as it was, for anything raw that can't be read for what it is.
    """
    releases = raw.releases(data)
    inputs = {f"{each.id}/{file}": digest for each in releases for file, digest in each.inputs().items()}
    if store.is_current(data, inputs):
        return False
    observations, cells, published = read(releases)
    origins = {
        each.id: {
            "producer": each.producer,
            "title": each.title,
            "date": each.date,
            "licence": each.licence,
            "published": each.published,
            "controlled": each.controlled,
        }
        for each in releases
    }
    store.write(data, observations, _checks(observations, cells, published, releases), cells, inputs, origins)
    return True


def read(releases: list[raw.Release]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return (observations, cells, published) of all releases, in a fixed order.

    They are the tidy figures, the fate of every raw cell, and the rates and percentages that publishers of official statistics
    made of their figures (`official.Reading`).
    """
    printed = [
        read_statements(release) if file == STATEMENTS else read_table(release, file)
        for release in releases
        if not official.is_official(release)
        for file in sorted(release.checksums)
        if file.endswith(".csv")
    ]
    imported = [
        official.read(release, file)
        for release in releases
        if official.is_official(release)
        for file in sorted(release.checksums)
    ]
    cells = pd.concat([*(each for _, each in printed), *(each.cells for each in imported)], ignore_index=True)
    parts = [each.observations for each in imported]
    if printed:  # a project may hold official statistics alone
        received = pd.concat([observations for observations, _ in printed], ignore_index=True)
        parts = [*(domain.clean(received) for domain in _DOMAINS), *parts]
    cleaned = pd.concat(parts, ignore_index=True)
    published = pd.concat([each.published for each in imported], ignore_index=True) if imported else pd.DataFrame()
    return store.check(cleaned), cells, published


def _checks(
    observations: pd.DataFrame, cells: pd.DataFrame, published: pd.DataFrame, releases: list[raw.Release]
) -> pd.DataFrame:
    """Return the checks of printed tables and those of official figures, each by its own rules."""
    imported = observations["release"].isin([each.id for each in releases if official.is_official(each)])
    printed = check(observations[~imported], cells)
    if not imported.any():
        return printed
    return pd.concat([printed, official.check(observations[imported], published)], ignore_index=True)
