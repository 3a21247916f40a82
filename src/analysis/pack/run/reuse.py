"""What was made before and still holds: a report is made again only when what it is made of has changed.

An executed notebook is kept with a key: its notebook, parameters, library and packages, and the figures that it looked at
(`seen`). It is kept as soon as it is made, so that a run that was killed costs what it had not finished. It lies in the data
folder, beside the figures that it shows: what is in `reports/` is for readers.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import store
from analysis.files import folders
from analysis.pack.dependency_versions import versions
from analysis.pack.plan import Report
from analysis.pack.results import Executed
from analysis.scope.shared import figures
from analysis.store import reads

FOLDER = ".executed"
_UNUSED_FOR = 100 * 24 * 3600  # seconds: a quarter, and some days
_REASONS = {
    "notebook": "its notebook has changed",
    "parameters": "its parameters have changed",
    "library": "the library or a table has changed",
    "packages": "another version of a package is installed",
    "figures": "figures that it looks at have changed",
}
Digest = Callable[[tuple[reads.View, ...]], str]


def take_over(folder: Path, report: Report, digest: Digest) -> tuple[Executed | None, str]:
    """Return the report as it was made before, or None and why it has to be made (again)."""
    path = _path(folder, report)
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        text, views = entry["notebook"], tuple(reads.View(domain, tuple(areas)) for domain, areas in entry["seen"])
        whole = _sha256(text) == entry["sha256"]
    except FileNotFoundError:
        return None, "it has not been made before"
    except (OSError, ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        return None, "what was kept of it can't be read"
    now = _key(report) | {"figures": digest(views)}
    for part, reason in _REASONS.items():
        if entry["key"].get(part) != now[part]:
            return None, reason
    return Executed.of(report, text, entry["seconds"], views), ""


def keep(folder: Path, made: Executed, digest: Digest) -> None:
    """Keep a report as it was made. Raises OSError where nothing can be written."""
    text = made.text
    entry = {
        "key": _key(made.report) | {"figures": digest(made.seen)},
        "seen": made.seen,
        "seconds": made.seconds,
        "sha256": _sha256(text),
        "notebook": text,
    }
    folder.mkdir(parents=True, exist_ok=True)
    folders.write_whole(_path(folder, made.report), json.dumps(entry).encode())


def prune(folder: Path, used: list[Report]) -> None:
    """Mark what these reports took over or kept as used, and remove what no run has used for a quarter."""
    for report in used:
        if _path(folder, report).exists():
            os.utime(_path(folder, report))
    for path in folder.glob("*.json"):
        if time.time() - path.stat().st_mtime > _UNUSED_FOR:
            path.unlink(missing_ok=True)


def key(executed: list[Executed], more: dict[str, Any], digest: Digest) -> str:
    """Return what stands for a whole pack: its reports in their order with all that they are made of, and `more`."""
    reports = [
        [each.report.id, each.report.title, each.report.section, each.report.summary, _key(each.report), digest(each.seen)]
        for each in executed
    ]
    return _sha256(json.dumps([reports, more], sort_keys=True))


@lru_cache(maxsize=1)
def digest_of(held: store.Store) -> Digest:
    """Return the function that gives the digest of views of these figures: the same views of the same figures, the same digest.

    Every row is hashed once, with what is known of its release, and the rows of an area are added up once a domain: the reports
    of a nation are looked up in seconds.
    """
    origins = {release: json.dumps(origin, sort_keys=True) for release, origin in held.origins.items()}
    rows = held.observations.assign(origin=held.observations["release"].map(origins).fillna(""))
    hashes = pd.DataFrame({"area": rows["area"], "rows": 1, "sum": pd.util.hash_pandas_object(rows, index=False)})

    @cache
    def by_area(domain: str) -> pd.DataFrame:
        mine = hashes.loc[figures(held, reads.View(domain)).index]
        return mine.groupby("area", observed=True)[["rows", "sum"]].sum()

    @cache
    def of_view(view: reads.View) -> str:
        if view == reads.EVERYTHING:
            frames = (rows, held.checks, held.cells, held.receipts, held.actions, held.commentary)
            parts = [pd.util.hash_pandas_object(frame, index=False).to_numpy() for frame in frames]
            return _sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts) + json.dumps(origins).encode())
        sums = by_area(view.domain)
        chosen = sums[sums.index.isin(view.areas)] if view.areas else sums
        return _sha256(chosen.sort_index().to_csv(lineterminator="\n"))

    return lambda views: _sha256("".join(of_view(view) for view in views))


def _key(report: Report) -> dict[str, str]:
    return {
        "notebook": _sha256(report.notebook.read_bytes()),
        "parameters": _sha256(json.dumps(report.parameters, sort_keys=True)),
        "library": store.version(),
        "packages": _sha256(json.dumps(versions(), sort_keys=True)),
    }


def _path(folder: Path, report: Report) -> Path:
    return folder / f"{report.id}-{_sha256(json.dumps(report.parameters, sort_keys=True))[:16]}.json"


def _sha256(content: str | bytes) -> str:
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()
