"""Writing a pack's folder: a page and an executed notebook a report, the index, and the manifest of all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat

from analysis import areas, catalogue, change, measures, periods, reconcile, store, wording
from analysis.findings import findings
from analysis.pack.execute import Executed
from analysis.pack.page import IndexEntry, PageContext, render_index, render_page
from analysis.pack.plan import Report
from analysis.pack.versions import versions
from analysis.scope import Scope

MANIFEST = "manifest.json"
_HEADLINES = 5


@dataclass(frozen=True)
class Contents:
    """What goes into a pack: what was asked, the parameters given with it, the reports made, and those that failed with why.

    `key` stands for everything that the pack is made of; a pack with the same key would hold the same.
    """

    asked: Scope
    given: dict[str, Any]
    executed: Sequence[Executed]
    failed: Sequence[tuple[Report, str]] = ()
    key: str = ""


def write(folder: Path, contents: Contents) -> list[str]:
    """Write everything of a pack into an empty folder, the manifest last, and return the headlines of its index."""
    stamp = datetime.now(UTC).strftime("%d %B %Y, %H:%M UTC").lstrip("0")
    _write_reports(folder, contents, stamp)
    said = headlines(contents.asked.held, contents.asked.period, contents.executed)
    _write_index(folder, contents, stamp, said)
    write_manifest(folder, contents, stamp)
    return said


def headlines(held: store.Store, period: str, executed: Sequence[Executed]) -> list[str]:
    """Return at most five sentences for the index: the surest changes of the year in the pack's areas, and data quality."""
    shown = {areas.resolve(name) for each in executed for name in each.report.parameters.get("areas", [])}
    measured = measures.measure(held.observations)
    judged = change.year_on_year(measured[measured["area"].isin(shown) & (measured["category"] == catalogue.TOTAL)], period)
    sure = [each.headline for each in findings(judged) if each.verdict in ("up", "down") and each.stands]
    summary = reconcile.summary(held.checks)
    differ, checked = summary["differs"].sum(), summary["checked"].sum()
    quality = f"{wording.number(differ)} of {wording.number(checked)} checks of the printed arithmetic do not come out."
    return [*sure[: _HEADLINES - 1], quality]


def write_manifest(folder: Path, contents: Contents, stamp: str) -> None:
    """Write `manifest.json`: what went in, what came out, and the sha256 of every other file of the pack."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "made": stamp,
        "key": contents.key,
        "version": store.version(),
        "versions": versions(),
        "parameters": contents.given,
        "inputs": contents.asked.held.build["inputs"],
        "reports": {
            each.report.id: {
                "notebook": each.report.notebook.name,
                "parameters": each.report.parameters,
                "seconds": round(each.seconds, 2),
            }
            for each in contents.executed
        },
        "failed": {report.id: reason for report, reason in contents.failed},
        "files": {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_reports(folder: Path, contents: Contents, stamp: str) -> None:
    (folder / "notebooks").mkdir()
    for each in contents.executed:
        context = _context(contents, each.report.title, each.report.parameters, stamp)
        (folder / f"{each.report.id}.html").write_text(render_page(each.notebook, context), encoding="utf-8")
        nbformat.write(each.notebook, folder / "notebooks" / f"{each.report.id}.ipynb")


def _write_index(folder: Path, contents: Contents, stamp: str, said: list[str]) -> None:
    sections: dict[str, list[IndexEntry]] = {}
    for report in (each.report for each in contents.executed):
        sections.setdefault(report.section, []).append(IndexEntry(report.title, f"{report.id}.html", report.summary))
    context = _context(contents, "Safeguarding performance", contents.given, stamp)
    (folder / "index.html").write_text(render_index(context, list(sections.items()), said), encoding="utf-8")


def _context(contents: Contents, title: str, parameters: dict[str, Any], stamp: str) -> PageContext:
    asked = contents.asked
    inputs = tuple(asked.held.build["inputs"].items())
    shown = tuple((name, _shown(value)) for name, value in parameters.items())
    return PageContext(title, _title(asked.period), asked.audience, stamp, store.version(), inputs, shown)


def _title(period: str) -> str:
    if periods.kind(period) == "quarter":
        return f"Quarter {period[-1]} of {periods.label(period[:7])}"
    return periods.label(period)


def _shown(value: object) -> str:
    return wording.listing([str(item) for item in value]) if isinstance(value, list) else str(value)
