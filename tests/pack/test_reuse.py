"""Nothing changed, nothing done; one figure changed, the reports that look at it made again, and no other."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from projects import PERIOD, Project, make_project

from analysis import catalogue
from analysis.measures import measure
from analysis.pack.plan import Report, read_plan
from analysis.pack.results import ExecutedReport, ReportError
from analysis.pack.run import reuse
from analysis.pack.run.events import Event
from analysis.pack.run.publish import dry_run, publish
from analysis.scope import Scope, scope
from analysis.scope.shared import figures_of_view
from analysis.store import Store, reads

PLAN = "".join(
    f"""
[reports.{name}]
notebook = "{notebook}"
title = "{name}"
section = "S"
summary = "W"
parameters = {{ {parameters} }}
"""
    for name, notebook, parameters in (
        ("leicestershire", "year_on_year", 'domain = "dols", areas = ["Leicestershire"]'),
        ("rutland", "year_on_year", 'domain = "dols", areas = ["Rutland"]'),
        ("beside", "benchmarking", 'domain = "dols", areas = ["Rutland"]'),
        ("budget", "the_year", 'domain = "governance", areas = ["Leicestershire and Rutland"]'),
        ("quality", "data_quality", ""),
    )
)
ALL = {"leicestershire", "rutland", "beside", "budget", "quality"}


@pytest.fixture
def project(tmp_path: Path, printed: Path) -> Project:
    return make_project(tmp_path / "project", printed, PLAN)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[set[str], list[Event]]]:
    """Publish a project and give the reports that were executed, and what was said."""
    monkeypatch.setenv("SAFEGUARDING_DATA", "")

    def run(project: Project, **more: Any) -> tuple[set[str], list[Event]]:
        said: list[Event] = []
        publish(project.root / "data", project.root / "reports", report_event=said.append, **more)
        return {event.fields["report"] for event in said if event.name == "made"}, said

    return run


def change(project: Project, file: str, row: int, column: int, old: str, new: str) -> None:
    def edit(rows: list[list[str]]) -> None:
        assert rows[row][column] == old, rows[row]
        rows[row][column] = new

    project.raw.edit(file, edit)


def test_a_changed_figure_makes_again_exactly_the_reports_that_show_it(project: Project, made: Callable[..., Any]) -> None:
    assert made(project)[0] == ALL
    pages = {name: (project.pack / f"{name}.html").read_bytes() for name in ALL}
    executed, said = made(project)
    assert executed == set() and said[-1].name == "unchanged"
    assert {name: (project.pack / f"{name}.html").read_bytes() for name in ALL} == pages

    # Essex's DoLS referrals: nobody shows them but the comparison and the page on all figures.
    change(project, "figure-7.csv", 5, 1, "259", "958")
    assert made(project)[0] == {"beside", "quality"}
    assert "958" in (project.pack / "beside.html").read_text(encoding="utf-8")

    # Rutland's own: its page, the comparison, the page on all figures.
    change(project, "figure-5.csv", 3, 4, "43", "44")
    assert made(project)[0] == {"rutland", "beside", "quality"}
    assert "44" in (project.pack / "rutland.html").read_text(encoding="utf-8")


def test_force_a_notebook_a_parameter_and_harm_to_the_pack_make_again(project: Project, made: Callable[..., Any]) -> None:
    project.plan(PLAN.split("[reports.rutland]")[0])
    assert made(project)[0] == {"leicestershire"}
    assert made(project, resume=False)[0] == {"leicestershire"}
    page = project.pack / "leicestershire.html"
    whole = page.read_bytes()
    page.write_bytes(whole[:-100])  # somebody's editor, or a disk
    executed, said = made(project)
    assert executed == set() and said[-1].name == "published" and len(page.read_bytes()) == len(whole)
    notebook = project.root / "notebooks" / "year_on_year.ipynb"
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("surest", "surest of all", 1) + "\n", encoding="utf-8")
    data, out = project.root / "data", project.root / "reports"
    assert dry_run(data, out)[0] == "leicestershire: would be made: its notebook has changed."
    assert made(project)[0] == {"leicestershire"}
    assert dry_run(data, out) == ["leicestershire: would be taken over.", "The pack would stay as it is: nothing has changed."]
    assert made(project, period="2011-12-Q4")[0] == {"leicestershire"}
    assert (out / "latest").resolve().name == PERIOD  # an older pack doesn't move it
    (kept,) = data.glob(f"{reuse.FOLDER}/leicestershire-*{next(iter(data.glob(f'{reuse.FOLDER}/*'))).name[-10:]}")
    kept.write_text(kept.read_text(encoding="utf-8").replace("Leicestershire", "Leicester", 3), encoding="utf-8")
    assert sum("can't be read" in line for period in (PERIOD, "2011-12-Q4") for line in dry_run(data, out, period=period)) == 1


def test_a_dry_run_writes_nothing(project: Project) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.root.rglob("*")}
    done = project.command("run", "--dry-run")
    assert done.returncode == 0
    assert done.stdout.count("would be made: it has not been made before.") == len(ALL)
    assert done.stdout.endswith(f"The pack {PERIOD} would be made.\n")
    project.raw.write("figure-1.csv", project.raw.path("figure-1.csv").read_bytes() + b"\n")
    assert "would be cleaned first" in project.command("run", "--dry-run").stdout
    project.raw.write("figure-1.csv", project.raw.path("figure-1.csv").read_bytes()[:-1])
    assert {path: path.stat().st_mtime_ns for path in project.root.rglob("*") if "figure-1" not in path.name and path.name not in ("annual-report", "2012-13", "origin.toml")}.items() <= before.items()  # fmt: skip


# What a report can show is what it has looked at


@pytest.fixture
def asked(data: Path, monkeypatch: pytest.MonkeyPatch) -> Scope:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    return scope(period=PERIOD, domain="children", areas=["Rutland", "Leicestershire"])


def test_measures_of_areas_are_made_of_their_own_figures_and_are_those_of_everywhere(asked: Scope) -> None:
    order = {code: number for number, code in enumerate(asked.areas)}
    mine = asked.everywhere[asked.everywhere["area"].isin(order)]
    expected = mine.sort_values("area", key=lambda codes: codes.map(order), kind="stable", ignore_index=True)
    pd.testing.assert_frame_equal(asked.measures.drop(columns=["area_name", "title"]), expected)
    known = catalogue.indicators()
    of_all = measure(asked.unnoted_store.observations, known.index[known["domain"] == "children"])
    pd.testing.assert_frame_equal(asked.everywhere, of_all)


def test_what_is_looked_at_is_noted_and_nothing_noted_is_everything(
    asked: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "seen"
    monkeypatch.setenv(reads.VARIABLE, str(file))
    assert reads.views_in(file) == (reads.EVERYTHING,)
    fresh = scope(period=PERIOD, domain="children", areas=["Rutland"])
    assert fresh.measures is fresh.measures
    # England's figures and those of the joint area come with an authority's: its change is set against England's.
    assert reads.views_in(file) == (reads.View("children", ("E06000017", "LR", "E92000001")),)
    assert not fresh.everywhere.empty
    assert reads.views_in(file)[1:] == (reads.View("children"),)
    assert fresh.store.observations.equals(fresh.unnoted_store.observations)
    assert reads.EVERYTHING in reads.views_in(file)


@pytest.mark.parametrize("name", ["receipts", "actions", "commentary"])
def test_a_refusal_an_action_and_a_commentary_are_looked_at_too(name: str, held: Store) -> None:
    row = pd.DataFrame([{"agency": "police", "outcome": "refused", "given": 0}])
    before = reuse.digest_function(held)((reads.EVERYTHING,))
    assert reuse.digest_function(replace(held, **{name: row}))((reads.EVERYTHING,)) != before


def test_digest_of_a_view_changes_with_each_of_its_figures_and_with_no_other(held: Store) -> None:
    view = reads.View("dols", ("E06000017",))
    mine = figures_of_view(held, view).index
    before = reuse.digest_function(held)((view,))
    assert before == reuse.digest_function(held)((view,)) and 0 < len(mine) < len(held.observations)
    for number in range(0, len(held.observations), len(held.observations) // 50):
        changed = held.observations.copy()
        changed.loc[number, "note"] = "changed"
        now = reuse.digest_function(Store(changed, held.checks, held.cells, held.build))((view,))
        assert (now != before) == (number in mine), number
    origins = {name: origin | {"title": "Another"} for name, origin in held.build["origins"].items()}
    renamed = Store(held.observations, held.checks, held.cells, held.build | {"origins": origins})
    assert reuse.digest_function(renamed)((view,)) != before  # the source line prints it


def test_what_no_run_has_used_for_a_quarter_is_removed(tmp_path: Path, held: Store) -> None:
    notebook = tmp_path / "n.ipynb"
    notebook.write_text("{}", encoding="utf-8")
    digest = reuse.digest_function(held)
    old, new = (Report(name, notebook, "T", "S", "W", {}) for name in ("old", "new"))
    for report in (old, new):
        reuse.store_report(tmp_path / "kept", ExecutedReport.of(report, "{}", 1.0), digest)
    for path in (tmp_path / "kept").iterdir():
        os.utime(path, (0, 0))
    reuse.remove_unused(tmp_path / "kept", [new])
    assert reuse.take_over(tmp_path / "kept", new, digest)[0] is not None
    assert reuse.take_over(tmp_path / "kept", old, digest) == (None, "it has not been made before")


# Required and not


def test_a_report_that_is_not_required_is_named_on_the_index_when_it_fails(project: Project, made: Callable[..., Any]) -> None:
    head = PLAN.split("[reports.rutland]")[0]
    project.notebook("broken", "1 / 0")
    broken = '\n[reports.broken]\nnotebook = "broken"\ntitle = "The broken one"\nsection = "S"\nsummary = "W"\n'
    project.plan(head + broken + "required = false\n")
    executed, said = made(project)
    assert executed == {"leicestershire"}
    (failed,) = (event for event in said if event.name == "failed")
    assert "ZeroDivisionError" in failed.sentence
    index = (project.pack / "index.html").read_text(encoding="utf-8")
    assert "The broken one: this report could not be made this time." in index and "ZeroDivisionError" not in index
    assert json.loads((project.pack / "manifest.json").read_text(encoding="utf-8"))["failed"] == ["broken"]
    assert [event.name for event in made(project)[1]][:2] == ["taken over", "failed"]  # it is tried again
    project.plan(head + broken)
    with pytest.raises(ReportError, match="ZeroDivisionError"):
        made(project)
    project.plan(head + broken + 'required = "no"\n')
    with pytest.raises(ValueError, match="true or false, without quotes"):
        read_plan(project.root / "notebooks", {})


def test_an_area_without_a_figure_of_the_year_is_said_on_the_page(project: Project, made: Callable[..., Any]) -> None:
    project.plan(PLAN.split("[reports.rutland]")[0].replace('["Leicestershire"]', '["Leicestershire", "Nottingham"]'))
    made(project)
    page = (project.pack / "leicestershire.html").read_text(encoding="utf-8")
    assert "Deprivation of Liberty Safeguards: no figure of 2012/13 is held for Nottingham." in page
    assert "held for Leicestershire." not in page
