"""Cleaning: raw evidence becomes tidy observations, one module a domain, with every raw cell accounted for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis import raw, store
from analysis.clean import adults, census, children, dols, governance, official
from analysis.clean.checks import check
from analysis.clean.layout import read_table
from analysis.clean.statements import FILE as STATEMENTS
from analysis.clean.statements import read_statements

_DOMAINS = (census, children, adults, dols, governance)


def clean(data: Path) -> bool:
    """Build `data/processed` from `data/raw`; return whether anything had to be done.

    Nothing is done when the processed figures were built from the same bytes by the same library. Raises DataError, and
    leaves what was processed before as it was, for anything raw that can't be read for what it is.
    """
    releases = raw.releases(data)
    if store.is_current(data, _inputs(releases)):
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
    store.write(data, observations, _checks(observations, cells, published, releases), cells, _inputs(releases), origins)
    return True


def is_due(data: Path) -> bool:
    """Return whether `clean` would build anew; raises DataError as it does for raw files that are not as they were received."""
    return not store.is_current(data, _inputs(raw.releases(data)))


def _inputs(releases: list[raw.Release]) -> dict[str, str]:
    return {f"{each.id}/{file}": digest for each in releases for file, digest in each.inputs().items()}


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
