"""Writing a pack's folder: a page and an executed notebook a report, their figures as data, the index, the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat

from analysis import areas, disclosure, periods, store, wording
from analysis.pack import datafiles, workbook
from analysis.pack.dashboard import Dashboard, dashboard
from analysis.pack.execute import Executed
from analysis.pack.figures import tables_of
from analysis.pack.page import SYMBOLS, IndexEntry, PageContext, render_index, render_page
from analysis.pack.plan import Report
from analysis.pack.versions import versions
from analysis.scope import Scope

MANIFEST = "manifest.json"
STAMP = "%d %B %Y, %H:%M UTC"
_TITLE = "Safeguarding performance"
_DOWNLOADS = (
    IndexEntry("Workbook", workbook.FILE, "Every table of these pages, one a sheet, for a spreadsheet program (.xlsx)."),
    IndexEntry(
        "CSV files",
        f"{datafiles.FOLDER}/{datafiles.METADATA}",
        "The same tables as CSV files in the folder data; this file says what each column is (CSVW).",
    ),
)


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
    """Write everything of a pack into an empty folder, the manifest last, and return the sentences of its index."""
    stamp = datetime.now(UTC).strftime(STAMP).lstrip("0")
    _write_reports(folder, contents, stamp)
    _write_figures(folder, contents)
    reports = [each.report for each in contents.executed]
    names = [name for report in reports for name in report.parameters.get("areas", [])]
    shown = replace(contents.asked, areas=tuple(dict.fromkeys(areas.resolve(name) for name in names)))
    summary = dashboard(shown, reports)
    failed = tuple(f"The report {report.title!r} could not be made: {reason}" for report, reason in contents.failed)
    summary = replace(summary, lacking=(*summary.lacking, *failed))
    _write_index(folder, contents, stamp, summary)
    write_manifest(folder, contents, stamp)
    return [each.text for each in (*summary.headlines, summary.quality)]


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
        asked = contents.asked
        said = context(asked.held, each.report.title, each.report.parameters, asked.period, asked.audience, stamp)
        (folder / f"{each.report.id}.html").write_text(render_page(each.notebook, said), encoding="utf-8")
        titled = each.notebook.copy()
        titled["metadata"] = each.notebook.metadata | {"title": each.report.title}
        nbformat.write(titled, folder / "notebooks" / f"{each.report.id}.ipynb")


def _write_figures(folder: Path, contents: Contents) -> None:
    """Write what the pages show in tables as one workbook and as CSV files with their metadata."""
    shown = [table for each in contents.executed for table in tables_of(each.report.id, each.notebook)]
    label, rule = disclosure.banner(contents.asked.audience)
    cover = workbook.Cover(_TITLE, _title(contents.asked.period), label, rule, store.version())
    workbook.write(folder, cover, SYMBOLS, {each.report.id: each.report.title for each in contents.executed}, shown)
    datafiles.write(folder, f"{_TITLE}, {_title(contents.asked.period)}", shown)


def _write_index(folder: Path, contents: Contents, stamp: str, summary: Dashboard) -> None:
    sections: dict[str, list[IndexEntry]] = {}
    for report in (each.report for each in contents.executed):
        sections.setdefault(report.section, []).append(IndexEntry(report.title, f"{report.id}.html", report.summary))
    sections["The figures as data"] = list(_DOWNLOADS)
    asked = contents.asked
    said = context(asked.held, _TITLE, contents.given, asked.period, asked.audience, stamp)
    (folder / "index.html").write_text(render_index(said, list(sections.items()), summary), encoding="utf-8")


def context(held: store.Store, title: str, parameters: Mapping[str, Any], period: str, audience: str, stamp: str) -> PageContext:
    """Return what a page says of itself: its title, period, audience and parameters, and what its figures come from."""
    inputs = tuple(held.build["inputs"].items())
    shown = tuple((name, _shown(value)) for name, value in parameters.items())
    return PageContext(title, _title(periods.parse(period)), audience, stamp, store.version(), inputs, shown)


def _title(period: str) -> str:
    if periods.kind(period) == "quarter":
        return f"Quarter {period[-1]} of {periods.label(period[:7])}"
    return periods.label(period)


def _shown(value: object) -> str:
    return wording.listing([str(item) for item in value]) if isinstance(value, list) else str(value)
