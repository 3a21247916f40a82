"""Reuses executed reports of earlier runs: a report is made again only when something that it is made of has changed.

An executed notebook is stored with a key: digests of its notebook, its parameters, the library, the packages, and the figures
that it looked at (`seen`). It is stored as soon as it is finished, so that a run that is killed loses only unfinished reports.
It lies in the data folder, beside the figures that it shows; what is in `reports/` is for readers.
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

from analysis.files import folders
from analysis.pack.dependency_versions import versions
from analysis.pack.plan import Report
from analysis.pack.results import ExecutedReport
from analysis.scope.shared import figures_of_view
from analysis.store import Store, reads, version

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


def take_over(folder: Path, report: Report, digest: Digest) -> tuple[ExecutedReport | None, str]:
    """Return the report as an earlier run executed it, or None and the reason why it has to be executed."""
    path = _path(folder, report)
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        text, views = entry["notebook"], tuple(reads.View(domain, tuple(areas)) for domain, areas in entry["seen"])
        is_intact = _sha256(text) == entry["sha256"]
    except FileNotFoundError:
        return None, "it has not been made before"
    except (OSError, ValueError, KeyError, TypeError):
        is_intact = False
    if not is_intact:
        return None, "what was kept of it can't be read"
    current = _key(report) | {"figures": digest(views)}
    for part, reason in _REASONS.items():
        if entry["key"].get(part) != current[part]:
            return None, reason
    return ExecutedReport.of(report, text, entry["seconds"], views), ""


def store_report(folder: Path, executed: ExecutedReport, digest: Digest) -> None:
    """Store an executed report for later runs. Raises OSError if nothing can be written."""
    text = executed.text
    entry = {
        "key": _key(executed.report) | {"figures": digest(executed.views)},
        "seen": executed.views,
        "seconds": executed.seconds,
        "sha256": _sha256(text),
        "notebook": text,
    }
    folder.mkdir(parents=True, exist_ok=True)
    folders.write_whole(_path(folder, executed.report), json.dumps(entry).encode())


def remove_unused(folder: Path, reports: list[Report]) -> None:
    """Mark the stored notebooks of these reports as used, and remove those that no run has used for a quarter."""
    for report in reports:
        if _path(folder, report).exists():
            os.utime(_path(folder, report))
    for path in folder.glob("*.json"):
        if time.time() - path.stat().st_mtime > _UNUSED_FOR:
            path.unlink(missing_ok=True)


def key_of_pack(executed: list[ExecutedReport], other_inputs: dict[str, Any], digest: Digest) -> str:
    """Return a digest of a whole pack: of its reports in their order, all that they are made of, and `other_inputs`."""
    reports = [
        [each.report.id, each.report.title, each.report.section, each.report.summary, _key(each.report), digest(each.views)]
        for each in executed
    ]
    return _sha256(json.dumps([reports, other_inputs], sort_keys=True))


@lru_cache(maxsize=1)
def digest_function(store: Store) -> Digest:
    """Return a function from views to a digest of the figures in them, which is the same as long as these figures are.

    Every row is hashed once, together with the origin of its release, and the hashes are summed once for each domain and area,
    so that hundreds of reports are looked up in seconds.
    """
    origins = {release: json.dumps(origin, sort_keys=True) for release, origin in store.origins.items()}
    rows = store.observations.assign(origin=store.observations["release"].map(origins).fillna(""))
    hashes = pd.DataFrame({"area": rows["area"], "rows": 1, "sum": pd.util.hash_pandas_object(rows, index=False)})

    @cache
    def by_area(domain: str) -> pd.DataFrame:
        rows_of_domain = hashes.loc[figures_of_view(store, reads.View(domain)).index]
        return rows_of_domain.groupby("area", observed=True)[["rows", "sum"]].sum()

    @cache
    def of_view(view: reads.View) -> str:
        if view == reads.EVERYTHING:
            frames = (rows, store.checks, store.cells, store.receipts, store.actions, store.commentary)
            parts = [pd.util.hash_pandas_object(frame, index=False).to_numpy() for frame in frames]
            return _sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts) + json.dumps(origins).encode())
        sums = by_area(view.domain)
        sums_of_areas = sums[sums.index.isin(view.areas)] if view.areas else sums
        return _sha256(sums_of_areas.sort_index().to_csv(lineterminator="\n"))

    return lambda views: _sha256("".join(of_view(view) for view in views))


def _key(report: Report) -> dict[str, str]:
    return {
        "notebook": _sha256(report.notebook.read_bytes()),
        "parameters": _sha256(json.dumps(report.parameters, sort_keys=True)),
        "library": version(),
        "packages": _sha256(json.dumps(versions(), sort_keys=True)),
    }


def _path(folder: Path, report: Report) -> Path:
    return folder / f"{report.id}-{_sha256(json.dumps(report.parameters, sort_keys=True))[:16]}.json"


def _sha256(content: str | bytes) -> str:
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()
