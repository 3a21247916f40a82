"""Building `data/processed` from `data/raw`: every file read in the way of its source, checked, and put together."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis import store
from analysis.catalogue import tables
from analysis.clean import domains, official
from analysis.clean.checks import RULES as PRINTED_RULES
from analysis.clean.checks import check
from analysis.clean.commentary import commentary
from analysis.clean.printed import release_rows
from analysis.clean.printed.layout import read_table
from analysis.clean.printed.statements import FILE as STATEMENTS
from analysis.clean.printed.statements import read_statements
from analysis.clean.returns import receipts, received
from analysis.store import raw_files, returns_folder

# Every rule of a check, and what it compares: those of printed tables, then those of official files.
RULES = PRINTED_RULES | official.RULES


def clean(data: Path) -> bool:
    """Build `data/processed` from `data/raw`; return whether anything had to be done.

    Nothing is done when the processed figures were built from the same bytes by the same library. Raises DataError, and
    leaves what was processed before as it was, for anything raw that can't be read for what it is.
    """
    tables.use(data)
    tables.check_own()
    returns_folder.finish(data)
    releases = raw_files.releases(data)
    refusals = receipts.refusals(data)
    said, files = commentary(data)
    inputs = _inputs(releases, refusals, files)
    if store.is_current(data, inputs):
        return False
    observations, cells, published, returned = read(releases)
    lists = {
        "receipts": receipts.receipts(releases, refusals, returned.given),
        "actions": returned.actions,
        "commentary": said,
    }
    taken_back = received.withdrawals(releases)
    origins = {
        each.id: {
            "producer": each.producer,
            "title": each.title,
            "date": each.date,
            "licence": each.licence,
            "published": each.published,
            "controlled": each.controlled,
            "made_up": each.made_up,
            "reason": each.reason,
            "withdrawn": taken_back[each.id].date if each.id in taken_back else "",
        }
        for each in releases
    }
    checks = _checks(observations, cells, published, releases)
    store.write(data, observations, checks, cells, inputs, origins, lists)
    return True


def is_due(data: Path) -> bool:
    """Return whether `clean` would build anew; raises DataError as it does for raw files that are not as they were received."""
    tables.use(data)
    tables.check_own()
    return not store.is_current(data, _inputs(raw_files.releases(data), receipts.refusals(data), commentary(data)[1]))


def _inputs(releases: list[raw_files.Release], refusals: list[receipts.Refusal], more: dict[str, str]) -> dict[str, str]:
    inputs = {f"{each.id}/{file}": digest for each in releases for file, digest in _known_by(each).items()}
    return inputs | release_rows.inputs(releases) | tables.inputs() | {each.name: each.digest for each in refusals} | more


def read(releases: list[raw_files.Release]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, received.Returned]:
    """Return (observations, cells, published, returned) of all releases, in a fixed order.

    They are the tidy figures, the fate of every raw cell, the rates and percentages that publishers of official statistics
    made of their figures (`official.Reading`), and what agencies returned besides figures.
    """
    printed = [
        read_statements(release) if file == STATEMENTS else read_table(release, file)
        for release in releases
        if not official.is_official(release) and release.source != returns_folder.SOURCE
        for file in sorted(release.checksums)
        if file.endswith(".csv")
    ]
    imported = [
        official.read(release, file)
        for release in releases
        if official.is_official(release)
        for file in sorted(release.checksums)
    ]
    returned = received.read_all(releases)
    cells = _joined([*(each for _, each in printed), *(each.cells for each in imported), returned.cells])
    parts = [each.observations for each in imported]
    if printed or returned.given:  # a project may hold official statistics alone
        figures = _joined([*(observations for observations, _ in printed), returned.observations])
        needed = domains.CHECKED if printed else domains.held_in(figures)
        parts = [*(checked(figures) for checked in needed), received.clean(figures), *parts]
    published = pd.concat([each.published for each in imported], ignore_index=True) if imported else pd.DataFrame()
    return store.check(received.mark_restated(_joined(parts))), cells, published, returned


def _known_by(release: raw_files.Release) -> dict[str, str]:
    """Return the files that a release is known by: of a return the file as it came and its record, which seals the others."""
    held = release.inputs()
    if release.source != returns_folder.SOURCE:
        return held
    return {file: digest for file, digest in held.items() if file == raw_files.ORIGIN or file.startswith(raw_files.AS_RECEIVED)}


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in frames if not frame.empty] or frames[:1]
    return pd.concat(filled, ignore_index=True)


def _checks(
    observations: pd.DataFrame, cells: pd.DataFrame, published: pd.DataFrame, releases: list[raw_files.Release]
) -> pd.DataFrame:
    """Return the checks of printed tables and those of official figures, each by its own rules."""
    imported = observations["release"].isin([each.id for each in releases if official.is_official(each)])
    printed = check(observations[~imported], cells)
    if not imported.any():
        return printed
    return pd.concat([printed, official.check(observations[imported], published)], ignore_index=True)
