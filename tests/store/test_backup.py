"""Back-up and restore of the data folder, as docs/backup.md says it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT
from editions import PLAN, put
from projects import PERIOD, Project, make_project

from analysis.store import register

DOCS = (ROOT / "docs" / "backup.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, printed: Path) -> Project:
    project = make_project(tmp_path_factory.mktemp("kept") / "project", printed, PLAN)
    assert project.command("run", "--jobs", "2").returncode == 0
    return project


def elsewhere(made: Project, place: Path) -> Project:
    """The back-up of a project restored in another place by the lines of the docs."""
    pack, unpack, *_ = [line.partition("#")[0].strip() for line in re.search(r"```sh\n(.*?)```", DOCS, re.DOTALL)[1].splitlines()]  # type: ignore[index]
    archive = "backup-2014-05-03.tar.gz"
    place.mkdir()
    shutil.copytree(made.root / "notebooks", place / "notebooks")
    subprocess.run(pack.split(), cwd=made.root, check=True)
    subprocess.run(unpack.replace("/path/to/new/place", str(place)).split(), cwd=made.root, check=True)
    (made.root / archive).unlink()
    return Project(place)


def test_a_restored_back_up_goes_on_as_if_nothing_had_been(made: Project, tmp_path: Path) -> None:
    restored = elsewhere(made, tmp_path / "new")
    before = restored.files()
    done = restored.command("run", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    assert "Nothing has changed" in done.stdout + done.stderr
    assert "register" not in done.stdout + done.stderr
    assert restored.files() == before
    assert register.verify(restored.root / "data") == register.verify(made.root / "data")


def test_a_back_up_older_than_the_last_pack_is_noticed(made: Project, tmp_path: Path) -> None:
    now = elsewhere(made, tmp_path / "now")
    old = shutil.copytree(now.root / "data", tmp_path / "old")
    now.raw.edit("figure-6.csv", put(4, "12", "14", "10", "9", "45"))
    assert now.command("run", "--jobs", "2").returncode == 0
    assert "register" not in now.command("run").stderr
    shutil.rmtree(now.root / "data")
    shutil.copytree(old, now.root / "data")
    done = now.command("run", "--jobs", "2")
    assert f"The register doesn't know the pack {PERIOD}" in done.stdout + done.stderr
