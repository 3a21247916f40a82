"""Writing a pack's folder: a page and an executed notebook a report, the index, and the manifest of all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analysis import areas, catalogue, change, measures, periods, reconcile, store, wording
from analysis.findings import findings
from analysis.pack.choose import OFFICIAL, not_held
from analysis.pack.made import MANIFEST, Contents, Executed
from analysis.pack.page import IndexEntry, PageContext, render_index, render_page
from analysis.pack.plan import Report
from analysis.pack.versions import versions
from analysis.scope import Scope

_HEADLINES = 5


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
    known = catalogue.indicators()
    mine = held.observations[held.observations["area"].isin(shown)]
    measured = measures.measure(mine, known.index[known["breakdown"] == ""])
    judged = change.year_on_year(measured[measured["category"] == catalogue.TOTAL], period)
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
        context = _context(contents, each.report.title, each.report.parameters, stamp, areas_without(contents.asked, each.report))
        (folder / f"{each.report.id}.html").write_text(render_page(each.notebook, context), encoding="utf-8")
        (folder / "notebooks" / f"{each.report.id}.ipynb").write_text(each.text, encoding="utf-8")


def _write_index(folder: Path, contents: Contents, stamp: str, said: list[str]) -> None:
    sections: dict[str, list[IndexEntry]] = {}
    for report in (each.report for each in contents.executed):
        sections.setdefault(report.section, []).append(IndexEntry(report.title, f"{report.id}.html", report.summary))
    not_made = [f"{report.title}: this report could not be made this time." for report, _ in contents.failed]
    said = [*said, *not_held([each.report for each in contents.executed], contents.asked)]
    context = _context(contents, "Safeguarding performance", contents.given, stamp, not_made)
    (folder / "index.html").write_text(render_index(context, list(sections.items()), said), encoding="utf-8")


def _context(contents: Contents, title: str, parameters: dict[str, Any], stamp: str, missing: Sequence[str]) -> PageContext:
    asked = contents.asked
    inputs = tuple(asked.held.build["inputs"].items())
    shown = tuple((name, _shown(value)) for name, value in parameters.items())
    return PageContext(title, _title(asked.period), asked.audience, stamp, store.version(), inputs, shown, tuple(missing))


def areas_without(asked: Scope, report: Report) -> list[str]:
    """Return a sentence for each area of a report of which no figure of its subject is held for the year of its period."""
    domain, named = report.parameters.get("domain"), report.parameters.get("areas", [])
    if not domain or report.needs == OFFICIAL:
        return []
    year, series = periods.year_of(asked.period), catalogue.series()
    held = asked.held.observations
    held = held[~catalogue.is_official(held["release"])]
    mine = held[held["series"].isin(series.index[series["domain"] == domain]) & (held["period"].map(periods.year_of) == year)]
    if mine.empty:  # a census, or a year of which nobody has reported: the page itself says what it lacks
        return []
    have, subject = set(mine["area"]), catalogue.domains()[domain]
    missing = [name for name in named if areas.resolve(name) not in have]
    return [f"{subject}: no figure of {periods.label(year)} is held for {name}." for name in missing]


def _title(period: str) -> str:
    if periods.kind(period) == "quarter":
        return f"Quarter {period[-1]} of {periods.label(period[:7])}"
    return periods.label(period)


def _shown(value: object) -> str:
    return wording.listing([str(item) for item in value]) if isinstance(value, list) else str(value)
