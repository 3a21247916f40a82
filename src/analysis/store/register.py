"""The register of what was shown to whom: `data/published/`, one file a release, append-only, every line hashed on the last.

A line is JSON: kind, what it says, and `hash`, the SHA-256 of the hash before it and of the line without it. The first line of
a file follows the last line of the file before. Kinds: `release` opens a file, then `cell` (value, or null where it was withheld,
with the range that a reader can conclude), `restated` (a figure that was shown differently before), `withdrawn` (a release),
`signed-off` (a pack, by a role), and `end` with the number of lines. What was withdrawn stays known to whoever has read it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.catalogue import tables
from analysis.errors import DataError, SafeguardingError
from analysis.files import folders, locks
from analysis.store.tidy_table import FIGURE

FOLDER = "published"
KEY = list(FIGURE)
_COLUMNS = [*KEY, "value", "low", "high"]
_FIRST = "0" * 64
_LOCK, _PATIENCE = ".lock", 30.0  # seconds that a second run waits for the first
_NAME = re.compile(r"(\d{6})-[A-Za-z0-9-]+\.jsonl")


def verify(data: Path) -> list[dict[str, Any]]:
    """Return every line of the register in order, after proving that none was changed, removed or torn.

    Raises DataError naming file and line for the first that doesn't follow from the one before.
    """
    return list(_lines(data))


def known(data: Path, audience: str) -> pd.DataFrame:
    """Return what the readers of an audience have been shown: series, area, period, category, low, high (see `verify`).

    A cell shown several times has the range that all of them leave; one that was restated has the latest.
    """
    read = tables.read("audiences").set_index("id").at[audience, "reads"].split()
    shown: dict[tuple[str, ...], tuple[float, float]] = {}
    current = ""
    for line in _lines(data):
        if line["kind"] == "release":
            current = line["audience"]
        if line["kind"] != "cell" or current not in read or line["value"] is None:
            continue
        key = tuple(line[column] for column in KEY)
        low, high = shown.get(key, (line["low"], line["high"]))
        both = max(low, line["low"]), min(high, line["high"])
        shown[key] = both if both[0] <= both[1] else (line["low"], line["high"])
    rows = [(*key, *bounds) for key, bounds in sorted(shown.items())]
    return pd.DataFrame(rows, columns=[*KEY, "low", "high"]).astype({"low": float, "high": float})


def withheld(data: Path, audience: str) -> set[tuple[str, ...]]:
    """Return the cells that the latest release to this audience withheld."""
    found: set[tuple[str, ...]] = set()
    current = ""
    for line in _lines(data):
        if line["kind"] == "release":
            current = line["audience"]
            found = set() if current == audience else found
        if line["kind"] == "cell" and line["value"] is None and current == audience:
            found.add(tuple(line[column] for column in KEY))
    return found


def record(data: Path, *, period: str, audience: str, made: str, pack: str, cells: pd.DataFrame) -> Path | None:
    """Add a release to the register and return its file; None when the last release to this audience and period was the same.

    `cells` has the columns series, area, period, category, value (NaN where withheld), low and high; `pack` is the SHA-256 of the
    pack's manifest, `made` its stamp.
    """
    lines = verify(data)
    content = cells[_COLUMNS].sort_values(KEY, ignore_index=True)
    digest = digest_of(cells)
    earlier = [line for line in lines if line["kind"] == "release" and (line["period"], line["audience"]) == (period, audience)]
    if earlier and earlier[-1]["cells"] == digest:
        return None
    opening = {"kind": "release", "period": period, "audience": audience, "made": made, "pack": pack, "cells": digest}
    body = [_cell(row) for row in content.itertuples(index=False)]
    return _append(data, f"{period}-{audience}", [opening, *body, *_restated(lines, audience, content)], lines)


def digest_of(cells: pd.DataFrame) -> str:
    """Return the SHA-256 by which a release line knows the cells of its release."""
    content = cells[_COLUMNS].sort_values(KEY, ignore_index=True)
    return hashlib.sha256(content.to_csv(index=False, lineterminator="\n").encode()).hexdigest()


def withdraw(data: Path, release: str, reason: str) -> Path:
    """Add an entry that a release (the name of its file) was withdrawn; raises SafeguardingError when there is none such."""
    names = [path.name for path in _files(data)]
    if release not in names:
        raise SafeguardingError(f"The register has no release {release!r}: it has {', '.join(names) or 'none'}.")
    return _append(data, "withdrawn", [{"kind": "withdrawn", "release": release, "reason": reason}], verify(data))


def sign_off(data: Path, *, period: str, audience: str, role: str, on: str, pack: str) -> Path:
    """Add an entry that a role has signed the pack of a period and audience off; `pack` is the SHA-256 of its manifest."""
    entry = {"kind": "signed-off", "period": period, "audience": audience, "role": role, "on": on, "pack": pack}
    return _append(data, f"{period}-{audience}-signed-off", [entry], verify(data))


def _cell(row: Any) -> dict[str, Any]:
    hidden = pd.isna(row.value)
    values = (None, None, None) if hidden else (float(row.value), float(row.low), float(row.high))
    return (
        {"kind": "cell"}
        | {column: getattr(row, column) for column in KEY}
        | dict(zip(("value", "low", "high"), values, strict=True))
    )


def _restated(lines: list[dict[str, Any]], audience: str, cells: pd.DataFrame) -> list[dict[str, Any]]:
    """Return an entry for each cell that an earlier release to this audience showed with another value."""
    before: dict[tuple[str, ...], float] = {}
    current = ""
    for line in lines:
        if line["kind"] == "release":
            current = line["audience"]
        if line["kind"] == "cell" and current == audience and line["value"] is not None:
            before[tuple(line[column] for column in KEY)] = line["value"]
    found = []
    for row in cells.itertuples(index=False):
        key = tuple(getattr(row, column) for column in KEY)
        if key in before and not pd.isna(row.value) and before[key] != row.value:
            found.append({"kind": "restated"} | dict(zip(KEY, key, strict=True)) | {"was": before[key], "now": float(row.value)})
    return found


def _append(data: Path, name: str, entries: list[dict[str, Any]], lines: list[dict[str, Any]]) -> Path:
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    chain = lines[-1]["hash"] if lines else _FIRST
    text = []
    for entry in [*entries, {"kind": "end", "lines": len(entries)}]:
        chain = _hash(chain, entry)
        text.append(json.dumps(entry | {"hash": chain}, sort_keys=True, ensure_ascii=False))
    releases = sum(line["kind"] == "end" for line in lines)
    target = folder / f"{releases + 1:06d}-{name}.jsonl"
    with locks.holding(folder / _LOCK, _PATIENCE):
        if len(_files(data)) != releases:
            raise SafeguardingError("Another run has written into the register just now: start again.")
        folders.write_whole(target, ("\n".join(text) + "\n").encode())
    return target


def _files(data: Path) -> list[Path]:
    return sorted(path for path in (data / FOLDER).glob("*.jsonl") if _NAME.fullmatch(path.name))


def _lines(data: Path) -> Iterator[dict[str, Any]]:
    chain = _FIRST
    for number, path in enumerate(_files(data), start=1):
        place = f"{FOLDER}/{path.name}"
        if not path.name.startswith(f"{number:06d}-"):
            raise DataError(place, found=f"the number {path.name[:6]}", expected=f"{number:06d}: a release before it is missing")
        text = path.read_text(encoding="utf-8", errors="replace")
        rows = text.split("\n")
        if rows[-1] != "":
            raise DataError(place, row=len(rows), found="a torn line", expected="a whole one, with its end of line")
        kind = ""
        for row, raw in enumerate(rows[:-1], start=1):
            line, chain = _read(raw, chain, place, row)
            kind = line["kind"]
            yield line
        if kind != "end":
            raise DataError(place, row=len(rows), found="no closing line", expected="a line of the kind 'end'")


def _read(raw: str, chain: str, place: str, row: int) -> tuple[dict[str, Any], str]:
    try:
        line = json.loads(raw)
        said = line.pop("hash")
        line["kind"]
    except (ValueError, KeyError, AttributeError, TypeError):
        raise DataError(
            place, row=row, found="a torn line or none of the register", expected="JSON with a kind and a hash"
        ) from None
    if _hash(chain, line) != said:
        raise DataError(place, row=row, found="a line that doesn't follow from the one before", expected="the line as written")
    return line | {"hash": said}, said


def _hash(chain: str, entry: dict[str, Any]) -> str:
    return hashlib.sha256((chain + json.dumps(entry, sort_keys=True, ensure_ascii=False)).encode()).hexdigest()
