"""Build `data/processed` from `data/raw`: read every file as its source requires, check the figures, and store them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from analysis import store
from analysis.catalogue import tables
from analysis.clean import domains, official
from analysis.clean.checks import RULES as PRINTED_RULES
from analysis.clean.checks import check
from analysis.clean.commentary import commentary
from analysis.clean.official import unfinished
from analysis.clean.printed import release_rows
from analysis.clean.printed.implied_levels import without_printed
from analysis.clean.printed.layout import read_table
from analysis.clean.printed.statements import FILE as STATEMENTS
from analysis.clean.printed.statements import read_statements
from analysis.clean.returns import receipts, received
from analysis.store import raw_files, returns_folder
from analysis.store.kept_frames import kept

# Each rule and what it compares: the rules of printed tables, then those of official files.
RULES = PRINTED_RULES | official.RULES


def clean(data: Path) -> bool:
    """Build `data/processed` from `data/raw`; return whether it had to be built.

    It isn't built when the processed figures came from the same files and the same version of the library. Raises DataError for
    a raw file that can't be read, and leaves the processed figures as they were.
    """
    tables.use(data)
    tables.check_own()
    returns_folder.finish(data)
    unfinished.undo(data)
    releases = raw_files.releases(data)
    refusals = receipts.refusals(data)
    remarks, commentary_files = commentary(data)
    inputs = _inputs(releases, refusals, commentary_files)
    if store.is_current(data, inputs):
        return False
    observations, cells, published, returned = read(releases)
    more_frames = {
        "receipts": receipts.receipts(releases, refusals, returned.figure_counts),
        "actions": returned.actions,
        "commentary": remarks,
    }
    withdrawals = received.withdrawals(releases)
    origins = {
        release.id: {
            "producer": release.producer,
            "title": release.title,
            "date": release.date,
            "licence": release.licence,
            "published": release.published,
            "controlled": release.controlled,
            "made_up": release.made_up,
            "reason": release.reason,
            "withdrawn": withdrawals[release.id].date if release.id in withdrawals else "",
        }
        for release in releases
    }
    checks = _all_checks(observations, cells, published, releases)
    store.write(data, observations, checks, cells, inputs, origins, more_frames)
    return True


def is_due(data: Path) -> bool:
    """Return whether `clean` would build `data/processed`; raises DataError as `clean` does for changed raw files."""
    tables.use(data)
    tables.check_own()
    unfinished.undo(data)
    return not store.is_current(data, _inputs(raw_files.releases(data), receipts.refusals(data), commentary(data)[1]))


def _inputs(
    releases: list[raw_files.Release], refusals: list[receipts.Refusal], commentary_files: dict[str, str]
) -> dict[str, str]:
    inputs = {f"{each.id}/{file}": digest for each in releases for file, digest in _identifying_files(each).items()}
    return (
        inputs
        | release_rows.inputs(releases)
        | tables.inputs()
        | {each.name: each.digest for each in refusals}
        | commentary_files
    )


def read(releases: list[raw_files.Release]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, received.Returned]:
    """Return (observations, cells, published, returned) of all releases, in a fixed order.

    They are the tidy figures, the fate of every raw cell, the rates and percentages in official files (`official.Reading`), and
    the actions and counts of agencies' returns.
    """
    printed = [
        read_statements(release) if file == STATEMENTS else read_table(release, file)
        for release in releases
        if not official.is_official(release) and release.source != returns_folder.SOURCE
        for file in sorted(release.checksums)
        if file.endswith(".csv")
    ]
    imported = [
        _imported(release, file) for release in releases if official.is_official(release) for file in sorted(release.checksums)
    ]
    returned = received.read_all(releases)
    cells = _joined([*(each for _, each in printed), *(each for _, each, _ in imported), returned.cells])
    parts = [observations for observations, _, _ in imported]
    if printed or returned.figure_counts:  # a project may hold official statistics alone
        figures = without_printed(_joined([*(observations for observations, _ in printed), returned.observations]))
        needed = domains.DOMAIN_CHECKS if printed else domains.checks_of(figures)
        parts = [*(checked(figures) for checked in needed), received.clean(figures), *parts]
    published = pd.concat([each for _, _, each in imported], ignore_index=True) if imported else pd.DataFrame()
    return store.check(received.mark_restated(_joined(parts))), cells, published, returned


def _imported(release: raw_files.Release, file: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return (observations, cells, published) of a file of official statistics; it is read again when anything of it changes."""
    reading = cache(lambda: official.read(release, file))
    made_of, nothing = [official.identity(release, file)], pd.DataFrame()
    return (
        kept("official observations", nothing, made_of, lambda: reading().observations, release.data),
        kept("official cells", nothing, made_of, lambda: reading().cells, release.data),
        kept("official published", nothing, made_of, lambda: reading().published, release.data),
    )


def _identifying_files(release: raw_files.Release) -> dict[str, str]:
    """Return {file: sha256} of the files that identify a release; of a return the received file and the origin record."""
    inputs = release.inputs()
    if release.source != returns_folder.SOURCE:
        return inputs
    return {file: digest for file, digest in inputs.items() if file == raw_files.ORIGIN or file.startswith(raw_files.AS_RECEIVED)}


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    with_rows = [frame for frame in frames if not frame.empty] or frames[:1]
    return pd.concat(with_rows, ignore_index=True)


def _all_checks(
    observations: pd.DataFrame, cells: pd.DataFrame, published: pd.DataFrame, releases: list[raw_files.Release]
) -> pd.DataFrame:
    """Return the checks of printed tables and those of official figures, each by its own rules."""
    is_official = observations["release"].isin([each.id for each in releases if official.is_official(each)])
    printed_checks = check(observations[~is_official], cells)
    if not is_official.any():
        return printed_checks
    return pd.concat([printed_checks, official.check(observations[is_official], published)], ignore_index=True)
