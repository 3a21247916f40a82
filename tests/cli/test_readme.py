"""README.md and docs/: the commands that they show are run as they stand there, what they name exists, and they are up to date."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from conftest import ROOT
from projects import QUICK, Project, environment, make_project

PAGES = {path: path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
README = PAGES[ROOT / "README.md"]
LONGEST = 150  # lines of a README that is read
ACTIVATE = ". .venv/bin/activate"


def blocks(language: str) -> list[str]:
    texts = [
        text for page, text in PAGES.items() if page.name != "backup.md"
    ]  # which has a test of its own, from folder to folder
    shown = (re.findall(rf"^ *```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL) for text in texts)
    return [textwrap.dedent(block) for found in shown for block in found]


COMMANDS = list(dict.fromkeys(line for block in blocks("sh") for line in block.splitlines() if line and not line.startswith("#")))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Project:
    """A copy of the project to run the commands in, its pack cut down to one report."""
    project = make_project(tmp_path_factory.mktemp("readme") / "project", data, QUICK.split("[reports.quality]")[0])
    (project.root / "export.csv").write_text(blocks("csv")[0], encoding="utf-8")  # the export that docs/returns.md shows first
    return project


def test_readme_shows_the_commands_that_people_need() -> None:
    assert {"make report", "make test"} <= set(COMMANDS)
    first = {shlex.split(command)[0] for command in COMMANDS if command != ACTIVATE}
    assert first == {"make", "safeguarding", "papermill"}


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("make ")])
def test_make_target_is_there(command: str) -> None:
    words = shlex.split(command)
    done = subprocess.run(["make", "--dry-run", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(re.search(rf"^make {word} +\S", listed, re.MULTILINE) for word in words[1:] if "=" not in word and word != "help")


@pytest.mark.parametrize("command", [command for command in COMMANDS if not command.startswith("make ") and command != ACTIVATE])
def test_command_works_as_it_is_written(command: str, copy: Project) -> None:
    done = subprocess.run(shlex.split(command), cwd=copy.root, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    if "run" in shlex.split(command):
        index = Path(done.stdout.strip().rpartition("The pack is ready: ")[2])
        assert (copy.root / index).is_file()


def test_python_of_the_readme_runs(copy: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(copy.root / "data"))
    for block in blocks("python"):
        exec(block, {})  # noqa: S102 (the README is our own)


def test_the_readme_is_read_in_five_minutes() -> None:
    assert len(README.splitlines()) <= LONGEST


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_files_that_a_page_names_are_there(page: Path) -> None:
    text = PAGES[page]
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert "://" in link or (page.parent / link).exists(), link
    for path in re.findall(r"`((?:data/raw|src|notebooks|tests|docs|examples)/[\w./-]+)`", text):
        assert (ROOT / path).exists() or path.startswith("data/raw/returns-layouts/"), path  # which a command makes


def test_every_page_of_the_docs_is_named_in_the_readme() -> None:
    assert [page.name for page in PAGES if page.name != "README.md" and f"(docs/{page.name})" not in README] == []


def test_the_reference_is_what_the_docstrings_say() -> None:
    """After a change of a docstring run `python docs/make_reference.py`."""
    made = subprocess.run(
        [sys.executable, ROOT / "docs" / "make_reference.py", "--print"], capture_output=True, text=True, check=True
    )
    assert made.stdout == PAGES[ROOT / "docs" / "reference.md"]


def test_the_indicator_that_the_docs_add_is_a_row_that_the_tables_take(copy: Project) -> None:
    (row,) = re.findall(r"(?m)^strategy_discussions_per_10k,\".*$", PAGES[ROOT / "docs" / "analyst.md"])
    shipped = ROOT / "src" / "analysis" / "catalogue" / "tables" / "indicators.csv"
    own = copy.root / "data" / "tables" / "indicators.csv"
    own.parent.mkdir()
    own.write_text(f"{shipped.read_text(encoding='utf-8').splitlines()[0]}\n{row}\n", encoding="utf-8")
    try:
        done = subprocess.run(
            ["safeguarding", "tables"], cwd=copy.root, env=environment(), capture_output=True, text=True, check=False
        )
    finally:
        shutil.rmtree(own.parent)
    assert done.returncode == 0, done.stdout
    assert re.search(r"(?m)^indicators +ok .*added", done.stdout)


def test_options_that_the_readme_names_exist() -> None:
    helps = "".join(
        subprocess.run(
            ["safeguarding", *name.split(), "--help"],
            env=environment() | {"COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for name in (
            "clean",
            "run",
            "indicators",
            "areas",
            "import",
            "returns template",
            "returns status",
            "withheld",
            "layouts copy",
        )
    )
    named = {
        word for command in COMMANDS if command.startswith("safeguarding") for word in command.split() if word.startswith("--")
    }
    assert named and all(option in helps for option in named)
