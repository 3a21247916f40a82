"""Receipts: every return that came, whether it was kept, refused or withdrawn, on which day, and how many figures it gave."""

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
_REASONS_SHOWN = 2


@dataclass(frozen=True)
class Refusal:
    """A record of one refused file: its name below the data folder, its digest, and what it says."""

    name: str
    digest: str
    record: dict[str, Any]


def refusals(data: Path) -> list[Refusal]:
    """Return the records of refused files under `data`, ordered by name; raises DataError for one that can't be read."""
    found = []
    for path in sorted((data / returns_folder.REFUSED).glob("*/refusal.json")):
        content, name = path.read_bytes(), path.relative_to(data).as_posix()
        try:
            record = json.loads(content)
            [record[key] for key in ("agency", "period", "received", "remarks")]
        except (ValueError, KeyError, TypeError):
            raise DataError(name, found="no record of a refusal", expected="what `safeguarding returns receive` wrote") from None
        found.append(Refusal(name, hashlib.sha256(content).hexdigest(), record))
    return found


def receipts(releases: list[Release], refused: list[Refusal], given: Mapping[str, int]) -> pd.DataFrame:
    """Return one row for every return that came, was refused or was withdrawn, in COLUMNS, ordered by day.

    `version` is the number of its folder, 0 where it was refused; `received` is an ISO date; `given` counts the figures in it
    (`returns.Returned`); `reason` says why it was sent again or withdrawn, or what was wrong with a refused one; `asked_about`
    what a word is asked for.
    """
    rows = [
        (*place_of(each), each.date, WITHDRAWN if each.withdrawn else RECEIVED, given.get(each.id, 0), each.reason,
         _asked_about(each), each.made_up)
        for each in releases
        if each.source == returns_folder.SOURCE
    ]  # fmt: skip
    rows += [
        (each.record["agency"], each.record["period"], 0, each.record["received"], REFUSED, 0, _why(each.record), "", False)
        for each in refused
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"version": int, "given": int, "made_up": bool})
    return frame.sort_values(["received", "agency", "period", "version"], ignore_index=True)


def _asked_about(release: Release) -> str:
    if RESULT not in release.checksums:
        return ""
    return _in_words(json.loads((release.folder / RESULT).read_bytes()), "asked")


def _why(record: dict[str, Any]) -> str:
    return _in_words(record["remarks"], "refused")


def _in_words(remarks: list[dict[str, str]], weight: str) -> str:
    mine = [remark for remark in remarks if remark["weight"] == weight]
    words = [f"{remark['figure'] or remark['place']}: {remark['found']}" for remark in mine[:_REASONS_SHOWN]]
    more = len(mine) - len(words)
    return "; ".join(words) + (f"; and {more} more" if more > 0 else "")
