"""A pack of its own for every area: what one run makes of many is what a run for each would have made."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_notebook
from projects import PERIOD, QUICK, Project

EACH = ("run", "--each", "--period", PERIOD)
PICKY = """
[reports.picky]
notebook = "picky"
title = "Picky"
section = "DoLS"
summary = "Refuses some areas."
"""


@pytest.fixture
def project(printed: Path, tmp_path: Path) -> Project:
    made = Project(tmp_path)
    shutil.copytree(printed, made.root / "data")
    shutil.copytree(ROOT / "notebooks", made.root / "notebooks", ignore=shutil.ignore_patterns(".*"))
    made.plan(QUICK)
    return made


def plain(pack: Path) -> dict[str, Any]:
    """The files of a pack by name, without when and how quickly they were made."""
    found: dict[str, Any] = {path.relative_to(pack).as_posix(): path.read_bytes() for path in pack.rglob("*") if path.is_file()}
    manifest = json.loads(found.pop("manifest.json"))
    pages = {name: re.sub(rb"<dt>Made</dt><dd>[^<]+</dd>", b"", found[name]) for name in found if name.endswith(".html")}
    return found | pages | {"reports": list(manifest["reports"]), "key": manifest["key"]}


def test_each_area_has_the_pack_that_a_run_of_its_own_would_make(project: Project) -> None:
    """Of figures read, protected and measured once for all, byte for byte what comes of reading and measuring them alone."""
    done = project.command(*EACH, "--area", "Leicestershire", "--area", "Rutland")
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("Pack ")] == [
        "Pack 1 of 2: Leicestershire.",
        "Pack 2 of 2: Rutland.",
    ]
    assert done.stdout.splitlines()[-1] == "2 packs are ready: reports"
    for name in ("Leicestershire", "Rutland"):
        alone = project.root / "alone" / name
        assert project.command("run", "--force", "--period", PERIOD, "--area", name, "--out", str(alone)).returncode == 0
        together = project.root / "reports" / name.lower()
        assert (together / "latest").resolve() == together / PERIOD
        assert plain(together / PERIOD) == plain(alone / PERIOD)
        assert project.command("check", str(together / PERIOD)).returncode == 0
        assert json.loads((together / PERIOD / "manifest.json").read_text())["parameters"]["areas"] == [name]

    again = project.command(*EACH, "--area", "Leicestershire", "--area", "Rutland")
    assert again.stdout.count("Nothing has changed") == 2


def test_an_area_whose_pack_fails_keeps_its_last_one_and_the_others_go_on(project: Project, tmp_path: Path) -> None:
    assert project.command(*EACH, "--area", "Rutland").returncode == 0
    before = plain(project.root / "reports" / "rutland" / PERIOD)
    first = new_code_cell('period = ""\nareas = []\naudience = ""', id="first", metadata={"tags": ["parameters"]})
    cells = [first, new_code_cell('assert areas != ["Rutland"]', id="second")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), project.root / "notebooks" / "picky.ipynb")
    project.plan(QUICK + PICKY)
    notes = tmp_path / "notes.json"
    areas = [word for name in ("Rutland", "Leicestershire", "Essex") for word in ("--area", name)]
    done = project.command(*EACH, *areas, "--notify", f"tee {notes}")
    assert done.returncode == 1
    assert "1 of 3 packs could not be made: Rutland." in done.stderr
    assert "Rutland: no new pack. The report 'picky' failed: picky.ipynb, cell 2: AssertionError" in done.stdout
    assert plain(project.root / "reports" / "rutland" / PERIOD) == before
    assert sorted(path.name for path in (project.root / "reports").iterdir()) == ["essex", "leicestershire", "rutland"]
    told = json.loads(notes.read_text(encoding="utf-8"))
    assert told["status"] == "failed"
    assert [Path(each["pack"]).parent.name for each in told["packs"]] == ["leicestershire", "essex"]
    assert [each["area"] for each in told["failures"]] == ["Rutland"]
    assert [sorted(each["made"]) for each in told["packs"]] == [["dols", "picky"]] * 2
    assert [each["taken_over"] for each in told["packs"]] == [["quality"]] * 2  # it knows no areas


def test_what_would_be_done_is_said_and_nothing_is_done(project: Project) -> None:
    def restate(rows: list[list[str]]) -> None:
        next(row for row in rows if row[0] == "Essex")[1] = "958"

    words = (*EACH, "--area", "Rutland", "--area", "Essex", "--dry-run")
    said = project.command(*words).stdout.splitlines()
    assert said[0] == "Rutland: DoLS: year on year: would be made: it has not been made before."
    assert said[-1] == f"Essex: The pack {PERIOD} would be made."
    before = project.raw.processed()
    project.raw.edit("figure-7.csv", restate)
    assert project.command(*words).stdout.startswith("The raw figures would be cleaned first")
    assert project.raw.processed() == before and not (project.root / "reports").exists()


def test_a_folder_of_areas_holds_packs_of_one_audience_too(project: Project) -> None:
    """Exact figures never lie where others look, be it one folder further down; what the gate holds back is status 3."""
    assert project.command(*EACH, "--area", "Rutland").returncode == 0
    for words in (("--each", "--area", "Essex"), ("--area", "Essex")):
        done = project.command("run", "--period", PERIOD, "--audience", "internal", "--out", "reports", *words)
        assert done.returncode == 3 and "internal-pack: 2012-13-Q4" in done.stderr
    assert sorted(path.name for path in (project.root / "reports").iterdir()) == ["rutland"]
    # The public has a folder of its own below that of the group.
    project.plan(QUICK.split("[reports.quality]")[0])
    assert project.command(*EACH, "--area", "Rutland", "--audience", "public").returncode == 0
    assert project.command(*EACH, "--area", "Rutland").returncode == 0


def test_without_areas_it_is_every_authority_with_official_figures(data: Path, tmp_path: Path) -> None:
    project = Project(tmp_path)
    (project.root / "data").symlink_to(data)
    shutil.copytree(ROOT / "notebooks", project.root / "notebooks", ignore=shutil.ignore_patterns(".*"))
    project.plan(QUICK)
    said = project.command("run", "--each", "--period", "2023-24", "--dry-run").stdout.splitlines()
    names = list(dict.fromkeys(line.partition(":")[0] for line in said))
    assert len(names) == 153  # upper-tier authorities of England from 1 April 2023
    assert {"Rutland", "Cumberland", "North Northamptonshire"} < set(names) and not {"Cumbria", "England"} & set(names)
    assert not (project.root / "reports").exists()
