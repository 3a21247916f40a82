"""Writing a pack's folder: its pages, their executed notebooks, their figures as data, the index, the manifest."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analysis import catalogue, store
from analysis.catalogue import areas, periods, wording
from analysis.disclosure import gate, policy
from analysis.pack.applicable import has_own_figures, notes_on_missing_domains, notes_on_missing_period
from analysis.pack.dependency_versions import versions
from analysis.pack.downloads import csv_files, workbook
from analysis.pack.downloads.page_tables import tables_in
from analysis.pack.pages import corrections
from analysis.pack.pages.arrangement import LINKED, elsewhere, rows_elsewhere
from analysis.pack.pages.front_page import Dashboard
from analysis.pack.pages.index_summary import summarise
from analysis.pack.pages.page import SYMBOLS, IndexEntry, PageContext, PageError, Part, render_index, render_page
from analysis.pack.plan import cell_numbers
from analysis.pack.results import MANIFEST, Contents, ExecutedReport, by_page
from analysis.pack.signing import front_from_manifest
from analysis.scope import Scope

STAMP = "%d %B %Y, %H:%M UTC"
_DOWNLOADS = (
    IndexEntry("Workbook", workbook.FILE, "Every table of these pages, one a sheet, for a spreadsheet program (.xlsx)."),
    IndexEntry(
        "CSV files",
        f"{csv_files.FOLDER}/{csv_files.METADATA}",
        "The same tables as CSV files in the folder data; this file says what each column is (CSVW).",
    ),
    IndexEntry(
        "Notebooks",
        gate.NOTEBOOKS,
        "The notebooks that made these pages, as they were run, for whoever wants to follow a figure (.zip, for JupyterLab).",
    ),
)


def write(folder: Path, contents: Contents, helped: Executor, before: Path) -> list[str]:
    """Write everything of a pack into an empty folder, the manifest last, and return the sentences of its index.

    `before` is where the pack lies that this one takes the place of: its index says what has been corrected. `helped` makes the
    dashboard and the workbook in the meantime.
    """
    stamp = datetime.now(UTC).strftime(STAMP).lstrip("0")
    reports = [each.report for each in contents.executed]
    # The areas of the score card: what the census or official statistics are shown for besides has no row of its own.
    carded = [report for report in reports if report.notebook.stem == "scorecard"]
    names = [name for report in carded or reports for name in report.parameters.get("areas", [])]
    named = [areas.resolve(name) for name in names]
    asked = contents.scope
    coming = helped.submit(summarise, asked.period, named, asked.audience, reports, asked.unnoted_store.build["inputs"])
    _write_reports(folder, contents, stamp)
    against = helped.submit(corrections.compare, before, folder, contents.parameters)
    _write_figures(folder, contents, helped)
    summary = coming.result()
    summary = replace(summary, first=tuple(notes_on_missing_period(reports, asked)), lacking=tuple(_lacking(contents)))
    corrected = corrections.corrections(against.result(), stamp.partition(",")[0], asked.unnoted_store.observations)
    _write_index(folder, contents, stamp, summary, corrected)
    write_manifest(folder, contents, stamp, corrected)
    return [*(each.sentence for each in summary.matters), *filter(None, (summary.nothing, summary.reliance.answer))]


def _lacking(contents: Contents) -> list[str]:
    """Return a sentence for each thing that a reader would look for in this pack and not find: nothing is dropped in silence."""
    planned = [*(each.report for each in contents.executed), *(report for report, _ in contents.failed), *contents.omitted]
    said = notes_on_missing_domains(planned, contents.scope)
    if contents.omitted:
        said.append(f"Left out of this pack: {'; '.join(dict.fromkeys(report.title for report in contents.omitted))}.")
    return [*said, *(f"{report.name}: this report could not be made this time." for report, _ in contents.failed)]


def write_manifest(folder: Path, contents: Contents, stamp: str, corrected: Sequence[dict[str, Any]] = ()) -> None:
    """Write `manifest.json`: what went in, what came out, and the sha256 of every other file of the pack."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "made": stamp,
        "key": contents.key,
        "version": store.version(),
        "versions": versions(),
        "parameters": contents.parameters,
        "inputs": contents.scope.unnoted_store.identities,
        "reports": {
            page: {
                "notebooks": [each.report.notebook.name for each in parts],
                "parameters": _parameters(parts),
                "seconds": {each.report.id: round(each.seconds, 2) for each in parts},
            }
            for page, parts in by_page(contents.executed).items()
        },
        "failed": [report.id for report, _ in contents.failed],
        "left_out": list(dict.fromkeys(report.page for report in contents.omitted)),
        "own_figures": has_own_figures([each.report for each in contents.executed], contents.scope),
        "signed_off": [],  # see `signing`
        "corrections": list(corrected),
        "files": {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _write_reports(folder: Path, contents: Contents, stamp: str) -> None:
    """Write each page, and the executed notebooks that made it into one archive."""
    asked = contents.scope
    nothing = notes_on_missing_period([each.report for each in contents.executed], asked)
    failed = {page: [each for each, _ in contents.failed if each.page == page] for page in by_page(contents.executed)}
    more = elsewhere(
        {page: [_part(each) for each in parts] for page, parts in by_page(contents.executed).items() if page in LINKED}
    )
    rows = rows_elsewhere({page: [_part(each) for each in parts] for page, parts in by_page(contents.executed).items()})
    with zipfile.ZipFile(folder / gate.NOTEBOOKS, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for page, parts in by_page(contents.executed).items():  # one at a time: three hundred at once would fill the memory
            parameters, title = _parameters(parts), parts[0].report.title
            lacking = [f"{each.part.capitalize()}: this part could not be made this time." for each in failed[page]]
            if parameters.get("areas"):
                lacking += [*nothing, *(line for each in parts for line in areas_without(asked, each.report.parameters))]
            said = context(asked, title, parameters, stamp, lacking)
            try:
                html = render_page([_part(each) for each in parts], said, more, rows)
            except PageError as error:
                raise PageError(f"The report {page!r} failed: {error}") from None
            (folder / f"{page}.html").write_text(html, encoding="utf-8", newline="\n")
            for each in parts:
                name = zipfile.ZipInfo(f"{each.report.id}.ipynb", workbook.NO_TIME)
                archive.writestr(name, _titled(each), zipfile.ZIP_DEFLATED)


def _part(each: ExecutedReport) -> Part:
    return Part(each.notebook, cell_numbers(each.report.notebook), each.report.notebook.name)


def _parameters(parts: Sequence[ExecutedReport]) -> dict[str, Any]:
    """Return the parameters of a page: those of its notebooks, where one has several values that of the first."""
    return {name: value for each in reversed(parts) for name, value in each.report.parameters.items()}


def _titled(each: ExecutedReport) -> str:
    """Return the executed notebook with the report's title in its metadata, by which JupyterLab exports the same page."""
    notebook = json.loads(each.text)
    notebook["metadata"]["title"] = each.report.title
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _write_figures(folder: Path, contents: Contents, helped: Executor) -> None:
    """Write what the pages show in tables as one workbook and as CSV files with their metadata."""
    label, rule = policy.banner(contents.scope.audience)
    cover = workbook.Cover(
        _pack_title(contents), _title(contents.scope.period, contents.scope.unnoted_store), label, rule, store.version()
    )
    titles = {page: parts[0].report.title for page, parts in by_page(contents.executed).items()}
    book = helped.submit(workbook.of_pack, folder, cover, SYMBOLS, titles)
    csv_files.write(folder, f"{cover.title}, {cover.period}", tables_in(folder, titles))
    book.result()


def _write_index(folder: Path, contents: Contents, stamp: str, summary: Dashboard, corrected: Sequence[dict[str, Any]]) -> None:
    sections: dict[str, list[IndexEntry]] = {}
    pages = by_page(contents.executed)
    for page, parts in pages.items():
        first = parts[0].report
        sections.setdefault(first.section, []).append(IndexEntry(first.title, f"{page}.html", first.summary))
    sections["The figures as data"] = list(_DOWNLOADS)
    said = context(contents.scope, _pack_title(contents), contents.parameters, stamp)
    front = front_from_manifest({"signed_off": [], "corrections": corrected}, {f"{page}.html" for page in pages})
    page = render_index(said, list(sections.items()), summary, front)
    (folder / gate.front.INDEX).write_text(page, encoding="utf-8", newline="\n")


def _pack_title(contents: Contents) -> str:
    """Return the title of a pack, with the areas that were asked for instead of the plan's own."""
    named = contents.parameters.get("areas")
    title = catalogue.names()["pack"]
    return f"{title}: {wording.listing(named)}" if named else title


def context(asked: Scope, title: str, parameters: Mapping[str, Any], stamp: str, missing: Sequence[str] = ()) -> PageContext:
    """Return what a page says of itself: its title, period, audience and parameters, what its figures come from and lacks."""
    inputs = tuple(asked.unnoted_store.identities.items())
    shown = tuple((name, _shown(value)) for name, value in parameters.items())
    when = _title(asked.period, asked.unnoted_store)
    on = _named(parameters.get("areas", []))
    return PageContext(title, when, asked.audience, stamp, store.version(), inputs, shown, tuple(dict.fromkeys(missing)), on)


def _named(names: Sequence[str]) -> str:
    """Return the areas in words, without a partnership of which every authority is named itself."""
    codes = [areas.resolve(name) for name in names]
    members = {code: set(areas.authorities(areas.members(code))) for code in codes}
    return wording.listing([areas.label(code) for code in codes if not members[code] or not members[code] <= set(codes)])


def areas_without(asked: Scope, parameters: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each area of a report of which no figure of its subject is held for the year of its period."""
    domain, named = parameters.get("domain"), parameters.get("areas", [])
    if not domain:
        return []
    year, series = periods.year_of(asked.period), catalogue.series()
    held = asked.unnoted_store.observations
    mine = held[held["series"].isin(series.index[series["domain"] == domain]) & (held["period"].map(periods.year_of) == year)]
    if mine.empty:  # a census, or a year of which nobody has reported: the page itself says what it lacks
        return []
    have, subject = set(mine["area"]), catalogue.domains()[domain]
    missing = [name for name in named if areas.resolve(name) not in have]
    return [f"{subject}: no figure of {periods.label(year)} is held for {name}." for name in missing]


def _title(period: str, held: store.Store) -> str:
    made_up = ", with made-up example returns" if any(each.get("made_up") for each in held.origins.values()) else ""
    if periods.kind(period) == "quarter":
        return f"Quarter {period[-1]} of {periods.label(period[:7])}{made_up}"
    return periods.label(period) + made_up


def _shown(value: object) -> str:
    return wording.listing([str(item) for item in value]) if isinstance(value, list) else str(value)
