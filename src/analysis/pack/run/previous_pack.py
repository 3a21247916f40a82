"""Reads the manifest of the last pack: whether a new pack would be the same, and how long its reports took."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from analysis.pack.results import MANIFEST, Contents


def is_current(target: Path, contents: Contents) -> bool:
    """Return whether the pack at `target` has the same key, no failed report, and each of its files as it was written."""
    manifest = _manifest(target)
    if contents.failed or not contents.key or manifest.get("key") != contents.key:
        return False
    there = (path for path in target.rglob("*") if path.is_file() and path != target / MANIFEST)
    files = {path.relative_to(target).as_posix(): path for path in there}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()} == manifest.get("files")


def seconds_of_last_run(target: Path) -> dict[str, float]:
    """Return {id: seconds} of the notebooks of the last pack; empty if there is no pack, or one that only gave those of pages."""
    entries = [entry.get("seconds", {}) for entry in _manifest(target).get("reports", {}).values()]
    return {name: seconds for entry in entries if isinstance(entry, dict) for name, seconds in entry.items()}


def packs_with_own_figures(folder: Path) -> list[Path]:
    """Return the packs in a folder that have figures of their own period; older packs that don't record it count too."""
    packs = (path.parent for path in folder.glob(f"[!.]*/{MANIFEST}"))
    return [pack for pack in packs if _manifest(pack).get("own_figures", True)]


def _manifest(target: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((target / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
