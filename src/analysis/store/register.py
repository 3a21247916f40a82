"""The register of published figures: what was shown to which audience, in `data/published/`, one append-only file a release.

A line is JSON with a kind, its content and `hash`: the SHA-256 of the previous line's hash and of this line without its own.
The first line of a file continues from the last line of the file before. Kinds: `release` opens a file; `cell` is a figure (its
value, or null where it was withheld, with the range that a reader can conclude); `restated` is a figure that was shown with
another value before; `withdrawn` is a release; `signed-off` is a pack, signed by a role; `resealed` says why the register has
another key; `end` has the number of lines and a seal by the key of the data folder, over this file and all before it. A withdrawn
release counts as shown: its readers still know it.
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
from analysis.store import identity
from analysis.store.tidy_table import FIGURE

FOLDER = "published"
KEY = list(FIGURE)
_COLUMNS = [*KEY, "value", "low", "high"]
_FIRST_HASH = "0" * 64
_SEAL, _POSITION = "the end of a file of the register\n", "the place of a release in the register\n"  # digested with a hash
_LOCK, _TIMEOUT = ".lock", 30.0  # seconds that a second run waits for the first
_NAME = re.compile(r"(\d{6})-[A-Za-z0-9-]+\.jsonl")


def verify(data: Path) -> list[dict[str, Any]]:
    """Return every line of the register in order, after checking that none was changed, removed or cut off.

    Raises DataError naming file and line for the first line whose hash doesn't follow from the line before, and for a register
    that was sealed by another key. Where the folder has no key, the seal is not verified.
    """
    return list(_verified_lines(data))


def known(data: Path, audience: str) -> pd.DataFrame:
    """Return the figures shown to an audience: series, area, period, category, and the range low to high (see `verify`).

    A cell that was shown several times has the range that its releases have in common; a restated cell has its latest range.
    """
    audiences = tables.read("audiences").set_index("id").at[audience, "reads"].split()
    ranges: dict[tuple[str, ...], tuple[float, float]] = {}
    current = ""
    for line in _verified_lines(data):
        if line["kind"] == "release":
            current = line["audience"]
        if line["kind"] != "cell" or current not in audiences or line["value"] is None:
            continue
        key = tuple(line[column] for column in KEY)
        low, high = ranges.get(key, (line["low"], line["high"]))
        common = max(low, line["low"]), min(high, line["high"])
        ranges[key] = common if common[0] <= common[1] else (line["low"], line["high"])
    rows = [(*key, *bounds) for key, bounds in sorted(ranges.items())]
    return pd.DataFrame(rows, columns=[*KEY, "low", "high"]).astype({"low": float, "high": float})


def history(data: Path) -> pd.DataFrame:
    """Return all that was ever shown: release (its number), audience, series, area, period, category, low, high (see `verify`).

    A count that a release withheld has the range 0 to infinity. What a later release to the same audience repeats is left out.
    """
    rows: list[tuple[Any, ...]] = []
    last: dict[tuple[str, ...], tuple[float, float]] = {}
    number, current = 0, ""
    for line in _verified_lines(data):
        if line["kind"] == "release":
            number, current = number + 1, line["audience"]
        if line["kind"] != "cell":
            continue
        key = tuple(line[column] for column in KEY)
        ends = (0.0, float("inf")) if line["value"] is None else (line["low"], line["high"])
        if last.get((current, *key)) != ends:
            last[current, *key] = ends
            rows.append((number, current, *key, *ends))
    return pd.DataFrame(rows, columns=["release", "audience", *KEY, "low", "high"]).astype({"low": float, "high": float})


def record(data: Path, *, period: str, audience: str, made: str, pack: str, cells: pd.DataFrame) -> Path | None:
    """Add a release to the register and return its file; None when the last release for this audience and period was the same.

    `cells` has the columns series, area, period, category, value (NaN where withheld), low and high; `pack` is the SHA-256 of the
    pack's manifest, `made` its stamp.
    """
    lines = verify(data)
    ordered = cells[_COLUMNS].sort_values(KEY, ignore_index=True)
    digest = digest_of(cells)
    earlier = [line for line in lines if line["kind"] == "release" and (line["period"], line["audience"]) == (period, audience)]
    if earlier and earlier[-1]["cells"] == digest:
        return None
    opening = {"kind": "release", "period": period, "audience": audience, "made": made, "pack": pack, "cells": digest}
    cell_entries = [_cell_entry(row) for row in ordered.itertuples(index=False)]
    return _append(data, f"{period}-{audience}", [opening, *cell_entries, *_restatements(lines, audience, ordered)], lines)


def position(data: Path, *, period: str, audience: str, cells: str) -> dict[str, Any]:
    """Return where the register stands before the release of these cells: how many files it has, and a keyed digest of them.

    A pack keeps it in its manifest, so that a register that was shortened or written anew since is noticed (`follows`). A release
    that is made again has the same place.
    """
    files = _by_file(data)
    same = [
        number
        for number, lines in enumerate(files)
        if lines[0]["kind"] == "release" and (lines[0]["period"], lines[0]["audience"]) == (period, audience)
    ]
    number = same[-1] if same and files[same[-1]][0]["cells"] == cells else len(files)
    return {"files": number, "digest": _position(data, files[number - 1][-1]["hash"] if number else _FIRST_HASH)}


def follows(data: Path, stated: Any) -> bool:
    """Return whether the register has the files that a pack says it had when it was sealed (see `position`), and unchanged.

    Without the key of the data folder only their number is compared.
    """
    if not isinstance(stated, dict) or not isinstance(stated.get("files"), int):
        return False
    number, files = stated["files"], _by_file(data)
    if not 0 <= number <= len(files):
        return False
    last = files[number - 1][-1]["hash"] if number else _FIRST_HASH
    return not identity.keys(data) or identity.is_digest(data, _POSITION + last, str(stated.get("digest")))


def reseal(data: Path, reason: str) -> Path:
    """Add an entry that seals the register by the key that the data folder has now, because the one before was lost.

    The chain of hashes is verified; whether it is the one that was sealed can't be. Raises SafeguardingError without a reason.
    """
    if not reason.strip():
        raise SafeguardingError("Say why the register is sealed anew: --reason WHY.")
    return _append(data, "resealed", [{"kind": "resealed", "reason": reason}], list(_verified_lines(data, sealed=False)))


def digest_of(cells: pd.DataFrame) -> str:
    """Return the SHA-256 of a release's cells, which its opening line holds."""
    ordered = cells[_COLUMNS].sort_values(KEY, ignore_index=True)
    return hashlib.sha256(ordered.to_csv(index=False, lineterminator="\n").encode()).hexdigest()


def withdraw(data: Path, release: str, reason: str) -> Path:
    """Add an entry that a release (named by its file) was withdrawn; raises SafeguardingError for an unknown release."""
    names = [path.name for path in _files(data)]
    if release not in names:
        raise SafeguardingError(f"The register has no release {release!r}: it has {', '.join(names) or 'none'}.")
    return _append(data, "withdrawn", [{"kind": "withdrawn", "release": release, "reason": reason}], verify(data))


def sign_off(data: Path, *, period: str, audience: str, role: str, on: str, pack: str) -> Path:
    """Add an entry that a role has signed off the pack of a period and audience; `pack` is the SHA-256 of its manifest."""
    entry = {"kind": "signed-off", "period": period, "audience": audience, "role": role, "on": on, "pack": pack}
    return _append(data, f"{period}-{audience}-signed-off", [entry], verify(data))


def _cell_entry(row: Any) -> dict[str, Any]:
    is_withheld = pd.isna(row.value)
    values = (None, None, None) if is_withheld else (float(row.value), float(row.low), float(row.high))
    return (
        {"kind": "cell"}
        | {column: getattr(row, column) for column in KEY}
        | dict(zip(("value", "low", "high"), values, strict=True))
    )


def _restatements(lines: list[dict[str, Any]], audience: str, cells: pd.DataFrame) -> list[dict[str, Any]]:
    """Return an entry for each cell that an earlier release to this audience showed with another value."""
    earlier_values: dict[tuple[str, ...], float] = {}
    current = ""
    for line in lines:
        if line["kind"] == "release":
            current = line["audience"]
        if line["kind"] == "cell" and current == audience and line["value"] is not None:
            earlier_values[tuple(line[column] for column in KEY)] = line["value"]
    entries = []
    for row in cells.itertuples(index=False):
        key = tuple(getattr(row, column) for column in KEY)
        if key in earlier_values and not pd.isna(row.value) and earlier_values[key] != row.value:
            entries.append(
                {"kind": "restated"} | dict(zip(KEY, key, strict=True)) | {"was": earlier_values[key], "now": float(row.value)}
            )
    return entries


def _append(data: Path, name: str, entries: list[dict[str, Any]], existing: list[dict[str, Any]]) -> Path:
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    last_hash = existing[-1]["hash"] if existing else _FIRST_HASH
    json_lines = []
    for entry in [*entries, {"kind": "end", "lines": len(entries)}]:
        if entry["kind"] == "end":
            entry["seal"] = identity.digest(data, _SEAL + last_hash)
        last_hash = _hash(last_hash, entry)
        json_lines.append(json.dumps(entry | {"hash": last_hash}, sort_keys=True, ensure_ascii=False))
    releases = sum(line["kind"] == "end" for line in existing)
    target = folder / f"{releases + 1:06d}-{name}.jsonl"
    with locks.holding(folder / _LOCK, _TIMEOUT):
        if len(_files(data)) != releases:
            raise SafeguardingError("Another run has written into the register just now: start again.")
        folders.write_whole(target, ("\n".join(json_lines) + "\n").encode())
    return target


def _files(data: Path) -> list[Path]:
    return sorted(path for path in (data / FOLDER).glob("*.jsonl") if _NAME.fullmatch(path.name))


def _by_file(data: Path) -> list[list[dict[str, Any]]]:
    files: list[list[dict[str, Any]]] = [[]]
    for line in _verified_lines(data):
        files[-1].append(line)
        if line["kind"] == "end":
            files.append([])
    return files[:-1]


def _position(data: Path, last_hash: str) -> str:
    return identity.digest(data, _POSITION + last_hash)


def _verified_lines(data: Path, *, sealed: bool = True) -> Iterator[dict[str, Any]]:
    last_hash = before = _FIRST_HASH
    place, seal, is_sealed = FOLDER, "", False
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
            before = last_hash
            line, last_hash = _verified_line(raw, last_hash, place, row)
            kind, seal = line["kind"], str(line.get("seal", ""))
            yield line
        is_sealed |= bool(seal)
        if kind != "end":
            raise DataError(place, row=len(rows), found="no closing line", expected="a line of the kind 'end'")
    # The seal of the last file is over all of them; versions up to 0.2 sealed none.
    if sealed and is_sealed and identity.keys(data) and not identity.is_digest(data, _SEAL + before, seal):
        raise DataError(
            place,
            found="a register that was sealed by another key, or written anew",
            expected=f"the key of its seal: restore {identity.FILE} from a back-up, or see SECURITY.md for a key that is lost",
        )


def _verified_line(raw: str, previous_hash: str, place: str, row: int) -> tuple[dict[str, Any], str]:
    try:
        line = json.loads(raw)
        stated_hash = line.pop("hash")
        line["kind"]
    except (ValueError, KeyError, AttributeError, TypeError):
        raise DataError(
            place, row=row, found="a torn line or none of the register", expected="JSON with a kind and a hash"
        ) from None
    if _hash(previous_hash, line) != stated_hash:
        raise DataError(place, row=row, found="a line that doesn't follow from the one before", expected="the line as written")
    return line | {"hash": stated_hash}, stated_hash


def _hash(previous_hash: str, entry: dict[str, Any]) -> str:
    return hashlib.sha256((previous_hash + json.dumps(entry, sort_keys=True, ensure_ascii=False)).encode()).hexdigest()
