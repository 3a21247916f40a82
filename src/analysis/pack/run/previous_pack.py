"""The last pack: whether it is what a new one would be, and how long its reports took."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from analysis.pack.results import MANIFEST, Contents


def is_current(target: Path, contents: Contents) -> bool:
    """Return whether the pack at `target` was made of the same, nothing failed, and each of its files is as it was written."""
    manifest = _manifest(target)
    if contents.failed or not contents.key or manifest.get("key") != contents.key:
        return False
    files = {path.relative_to(target).as_posix(): path for path in target.rglob("*") if path.is_file() and path.name != MANIFEST}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()} == manifest.get("files")


def seconds_before(target: Path) -> dict[str, float]:
    """Return how long each report of the last pack took to make, by id; nothing where there is no pack."""
    return {name: entry["seconds"] for name, entry in _manifest(target).get("reports", {}).items()}


def packs_of_their_period(folder: Path) -> list[Path]:
    """Return the packs in a folder that have figures of their own period; those made before this was written down count too."""
    found = (path.parent for path in folder.glob(f"[!.]*/{MANIFEST}"))
    return [pack for pack in found if _manifest(pack).get("own_figures", True)]


def _manifest(target: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((target / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
