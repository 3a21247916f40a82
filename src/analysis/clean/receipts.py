"""Receipts: every return that came, whether it was kept or refused, and on which day."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import intake
from analysis.clean.returns import place_of
from analysis.errors import DataError
from analysis.raw import Release

COLUMNS = ("agency", "period", "version", "received", "outcome", "reason", "made_up")
RECEIVED, REFUSED = "received", "refused"
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
    for path in sorted((data / intake.REFUSED).glob("*/refusal.json")):
        content, name = path.read_bytes(), path.relative_to(data).as_posix()
        try:
            record = json.loads(content)
            [record[key] for key in ("agency", "period", "received", "remarks")]
        except (ValueError, KeyError, TypeError):
            raise DataError(name, found="no record of a refusal", expected="what `safeguarding returns receive` wrote") from None
        found.append(Refusal(name, hashlib.sha256(content).hexdigest(), record))
    return found


def receipts(releases: list[Release], refused: list[Refusal]) -> pd.DataFrame:
    """Return one row for every return that came, in COLUMNS, ordered by day; `version` is 0 where it was refused.

    `received` is an ISO date; `reason` says why a return was sent again, or what was wrong with a refused one.
    """
    rows = [
        dict(zip(COLUMNS, (*place_of(each), each.date, RECEIVED, each.reason, each.made_up), strict=True))
        for each in releases
        if each.source == intake.SOURCE
    ]
    for each in refused:
        record = each.record
        rows.append(
            dict(
                zip(
                    COLUMNS,
                    (record["agency"], record["period"], 0, record["received"], REFUSED, _why(record), False),
                    strict=True,
                )
            )
        )
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"version": int, "made_up": bool})
    return frame.sort_values(["received", "agency", "period", "version"], ignore_index=True)


def _why(record: dict[str, Any]) -> str:
    wrong = [remark for remark in record["remarks"] if remark["weight"] == "refused"]
    words = [f"{remark['figure'] or remark['place']}: {remark['found']}" for remark in wrong[:_REASONS_SHOWN]]
    more = len(wrong) - len(words)
    return "; ".join(words) + (f"; and {more} more" if more > 0 else "")
