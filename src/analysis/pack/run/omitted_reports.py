"""Leaves reports out of a pack: those that a run names, or those for which the gate held the pack back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from analysis import catalogue
from analysis.disclosure import gate, policy
from analysis.errors import SafeguardingError
from analysis.pack.plan import Report
from analysis.pack.results import Contents


def omit(reports: Sequence[Report], names: Iterable[str], known_ids: Iterable[str]) -> tuple[list[Report], list[Report]]:
    """Return the reports that stay, and those of these names, which are left out.

    Raises UnknownNameError for a name that is not in the plan, and SafeguardingError if no report would stay.
    """
    omitted_ids = {catalogue.check_known(name, known_ids, "report") for name in names}
    kept_reports = [report for report in reports if report.page not in omitted_ids]
    if reports and not kept_reports:
        raise SafeguardingError("Every report of this pack is left out: name fewer of them with --without.")
    return kept_reports, [report for report in reports if report.page in omitted_ids]


def advice_on_omitting(violations: Iterable[gate.Broken], contents: Contents, out: Path, data: Path) -> str:
    """Return a sentence on the reports that break the gate's rules, with the command that publishes the others; else nothing."""
    from analysis.pack.downloads import csv_files, workbook  # imported only for a pack that is held back

    # Made from all pages: they are right once the page is.
    files_of_all_pages = (workbook.FILE, f"{csv_files.FOLDER}/{csv_files.METADATA}")
    titles = {each.report.page: each.report.title for each in contents.executed}
    rules, ids_to_omit = gate.rules(), set[str]()
    for violation in violations:
        report, file = _report_of(violation, titles), violation.file.partition(", ")[0]  # of a workbook the sheet is named too
        if not rules[violation.rule]["leave_out"] or not (report or file in files_of_all_pages):
            return ""
        ids_to_omit |= {report} - {""}
    if not ids_to_omit or ids_to_omit == set(titles):
        return ""
    ordered_ids = [name for name in titles if name in ids_to_omit]
    count = f"{len(ordered_ids)} reports" if len(ordered_ids) > 1 else "one report"
    listing = "; ".join(titles[name] for name in ordered_ids)
    return (
        f"This concerns {count}: {listing}. The others can be published without:\n  {_command(contents, ordered_ids, out, data)}"
    )


def _report_of(violation: gate.Broken, ids: Iterable[str]) -> str:
    """Return the id of the page that a file of the pack (or a notebook in its archive) belongs to; empty if to none."""
    name = violation.place if violation.file == gate.NOTEBOOKS else Path(violation.file).stem
    name = name.partition(".ipynb")[0].partition("--")[0]
    return name if name in ids else ""


def _command(contents: Contents, more_omitted_ids: Sequence[str], out: Path, data: Path) -> str:
    audience = contents.scope.audience
    words = ["safeguarding", "run", "--period", contents.scope.period]
    words += ["--audience", audience] if audience != "seg" else []
    words += [word for area in contents.parameters.get("areas", []) for word in ("--area", area)]
    words += [
        word
        for name in (*dict.fromkeys(report.page for report in contents.omitted), *more_omitted_ids)
        for word in ("--without", name)
    ]
    words += ["--out", str(out)] if out.resolve() != Path(policy.packs_folder(audience)).resolve() else []
    words += ["--data", str(data)] if data.resolve() != Path("data").resolve() else []
    return " ".join(f'"{word}"' if " " in word else word for word in words)  # quoted as every shell understands it
