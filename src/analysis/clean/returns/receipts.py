"""Receipts: for every return that came, its day, whether it was received, refused or withdrawn, and its number of figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.clean.returns.received import RESULT, place_of
from analysis.errors import DataError
from analysis.store import returns_folder
from analysis.store.raw_files import Release

COLUMNS = ("agency", "period", "version", "received", "outcome", "given", "reason", "asked_about", "made_up")
RECEIVED, REFUSED, WITHDRAWN = "received", "refused", "withdrawn"
_MAX_REMARKS = 2


@dataclass(frozen=True)
class Refusal:
    """A record of one refused file: its path below the data folder, its sha256, and its content."""

    name: str
    digest: str
    record: dict[str, Any]


def refusals(data: Path) -> list[Refusal]:
    """Return the records of refused files under `data`, ordered by name; raises DataError for one that can't be read."""
    records = []
    for path in sorted((data / returns_folder.REFUSED).glob("*/refusal.json")):
        content, name = path.read_bytes(), path.relative_to(data).as_posix()
        try:
            record = json.loads(content)
            [record[key] for key in ("agency", "period", "received", "remarks")]
        except (ValueError, KeyError, TypeError):
            raise DataError(name, found="no record of a refusal", expected="what `safeguarding returns receive` wrote") from None
        records.append(Refusal(name, hashlib.sha256(content).hexdigest(), record))
    return records


def receipts(releases: list[Release], refused: list[Refusal], figure_counts: Mapping[str, int]) -> pd.DataFrame:
    """Return one row for every return that came, was refused or was withdrawn, in COLUMNS, ordered by day.

    `version` is the number of its folder, 0 where it was refused; `received` is an ISO date; `given` is its number of figures
    (`received.Returned`); `reason` says why it was sent again, withdrawn or refused; `asked_about` lists the figures that the
    agency was asked to explain.
    """
    rows = [
        (*place_of(entry), entry.date, WITHDRAWN if entry.withdrawn else RECEIVED, figure_counts.get(entry.id, 0), entry.reason,
         _asked_about(entry), entry.made_up)
        for entry in releases
        if entry.source == returns_folder.SOURCE
    ]  # fmt: skip
    rows += [
        (
            entry.record["agency"],
            entry.record["period"],
            0,
            entry.record["received"],
            REFUSED,
            0,
            _refusal_text(entry.record),
            "",
            False,
        )
        for entry in refused
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"version": int, "given": int, "made_up": bool})
    return frame.sort_values(["received", "agency", "period", "version"], ignore_index=True)


def _asked_about(release: Release) -> str:
    if RESULT not in release.checksums:
        return ""
    return _remarks_text(json.loads((release.folder / RESULT).read_bytes()), "asked")


def _refusal_text(record: dict[str, Any]) -> str:
    return _remarks_text(record["remarks"], "refused")


def _remarks_text(remarks: list[dict[str, str]], weight: str) -> str:
    of_weight = [remark for remark in remarks if remark["weight"] == weight]
    texts = [f"{remark['figure'] or remark['place']}: {remark['found']}" for remark in of_weight[:_MAX_REMARKS]]
    others = len(of_weight) - len(texts)
    return "; ".join(texts) + (f"; and {others} more" if others > 0 else "")
