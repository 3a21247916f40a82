"""Leaving reports out: those that a run is asked to, by name, and the command that publishes the rest of a pack held back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from analysis import catalogue
from analysis.disclosure import gate, policy
from analysis.errors import SafeguardingError
from analysis.pack.plan import Report
from analysis.pack.results import Contents


def leave_out(reports: Sequence[Report], named: Iterable[str], known: Iterable[str]) -> tuple[list[Report], list[Report]]:
    """Return the reports that stay and those that are left out.

    Raises UnknownNameError for a name that the plan doesn't know, SafeguardingError if none would stay.
    """
    wanted = {catalogue.check_known(name, known, "report") for name in named}
    kept = [report for report in reports if report.id not in wanted]
    if reports and not kept:
        raise SafeguardingError("Every report of this pack is left out: name fewer of them with --without.")
    return kept, [report for report in reports if report.id in wanted]


def way_out(broken: Iterable[gate.Broken], made: Contents, out: Path, data: Path) -> str:
    """Return which reports break the rules of the gate and the command that publishes the others; empty where none would."""
    from analysis.pack.downloads import csv_files, workbook  # which a run that is not held back has no need of here

    whole = (workbook.FILE, f"{csv_files.FOLDER}/{csv_files.METADATA}")  # made of all pages: mended with the page
    titles = {each.report.id: each.report.title for each in made.executed}
    rules, blamed = gate.rules(), set[str]()
    for each in broken:
        report = _report_of(each, titles)
        if not rules[each.rule]["leave_out"] or not (report or each.file in whole):
            return ""
        blamed |= {report} - {""}
    if not blamed or blamed == set(titles):
        return ""
    ids = [name for name in titles if name in blamed]
    it = f"{len(ids)} reports: {'; '.join(titles[name] for name in ids)}" if len(ids) > 1 else f"one report: {titles[ids[0]]}"
    return f"This concerns {it}. The others can be published without:\n  {_command(made, ids, out, data)}"


def _report_of(broken: gate.Broken, known: Iterable[str]) -> str:
    """Return the report that a file of a pack is of, or a notebook in its archive; empty where it is of none or of all."""
    if broken.file == gate.NOTEBOOKS:
        name = broken.place.partition(".ipynb")[0]
    else:
        name = Path(broken.file).stem.partition("--")[0]
    return name if name in known else ""


def _command(made: Contents, ids: Sequence[str], out: Path, data: Path) -> str:
    audience = made.asked.audience
    words = ["safeguarding", "run", "--period", made.asked.period]
    words += ["--audience", audience] if audience != "seg" else []
    words += [word for area in made.given.get("areas", []) for word in ("--area", area)]
    words += [word for name in (*(report.id for report in made.left_out), *ids) for word in ("--without", name)]
    words += ["--out", str(out)] if out.resolve() != Path(policy.packs_folder(audience)).resolve() else []
    words += ["--data", str(data)] if data.resolve() != Path("data").resolve() else []
    return " ".join(f'"{word}"' if " " in word else word for word in words)  # as every shell takes them
