"""The analyst's own copies of the notebooks, and a page of one notebook from nbconvert."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT
from projects import BIN, QUICK, Project, environment, make_project

from analysis.pack.pages.exporter import PageExporter
from analysis.pack.workspace import copy_notebooks


def notebook(path: Path, *sources: str, outputs: str = "") -> None:
    shown = [{"output_type": "stream", "name": "stdout", "text": outputs}] if outputs else []
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": shown, "execution_count": None} for source in sources
    ]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")


@pytest.fixture
def notebooks(tmp_path: Path) -> Path:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    notebook(folder / "trend.ipynb", "first")
    notebook(folder / "explore.ipynb", "look")
    return folder


def names(workspace: Path) -> list[str]:
    return sorted(path.name for path in workspace.glob("*.ipynb"))


def source(path: Path) -> str:
    return str(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])


def test_copies_are_made_and_kept_as_they_were_left(notebooks: Path) -> None:
    workspace, said = copy_notebooks(notebooks)
    assert workspace == notebooks.parent / "workspace" and said == [] and names(workspace) == ["explore.ipynb", "trend.ipynb"]
    notebook(workspace / "trend.ipynb", "mine", outputs="12")
    kept = (workspace / "trend.ipynb").read_bytes()
    (workspace / "explore.ipynb").unlink()
    assert copy_notebooks(notebooks)[1] == []
    assert (workspace / "trend.ipynb").read_bytes() == kept
    assert source(workspace / "explore.ipynb") == "look"  # one that was thrown away is made again


def test_a_copy_that_was_only_run_follows_its_original(notebooks: Path) -> None:
    workspace, _ = copy_notebooks(notebooks)
    notebook(workspace / "trend.ipynb", "first", outputs="12")
    notebook(notebooks / "trend.ipynb", "second")
    assert copy_notebooks(notebooks)[1] == []
    assert names(workspace) == ["explore.ipynb", "trend.ipynb"] and source(workspace / "trend.ipynb") == "second"


def test_a_copy_that_was_changed_is_kept_and_the_new_original_lies_beside_it_once(notebooks: Path) -> None:
    workspace, _ = copy_notebooks(notebooks)
    notebook(workspace / "trend.ipynb", "mine")
    notebook(notebooks / "trend.ipynb", "second")
    (said,) = copy_notebooks(notebooks)[1]
    assert "trend.ipynb" in said and "'trend (new).ipynb'" in said and "yours is kept" in said
    assert (source(workspace / "trend.ipynb"), source(workspace / "trend (new).ipynb")) == ("mine", "second")
    (workspace / "trend (new).ipynb").unlink()  # looked at, and not wanted
    assert copy_notebooks(notebooks)[1] == [] and names(workspace) == ["explore.ipynb", "trend.ipynb"]
    notebook(notebooks / "trend.ipynb", "third")
    copy_notebooks(notebooks)
    assert source(workspace / "trend (new).ipynb") == "third"
    notebook(workspace / "trend (new).ipynb", "mine too")
    notebook(notebooks / "trend.ipynb", "fourth")
    (said,) = copy_notebooks(notebooks)[1]
    assert "'trend (new 2).ipynb'" in said and source(workspace / "trend (new 2).ipynb") == "fourth"
    assert (source(workspace / "trend.ipynb"), source(workspace / "trend (new).ipynb")) == ("mine", "mine too")


@pytest.mark.parametrize("left", ["", "{", "[]", '{"cells": 3}'])
def test_nothing_that_is_there_is_lost_when_half_of_it_was_written(notebooks: Path, left: str) -> None:
    workspace, _ = copy_notebooks(notebooks)
    (workspace / "trend.ipynb").write_text(left, encoding="utf-8")
    (workspace / ".originals.json").write_text(left, encoding="utf-8")
    copy_notebooks(notebooks)
    assert (workspace / "trend.ipynb").read_text(encoding="utf-8") == left
    assert source(workspace / "trend (new).ipynb") == "first"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, printed: Path) -> Project:
    """A project under git, as it is checked out."""
    made = make_project(tmp_path_factory.mktemp("workspace") / "project", printed, QUICK)
    shutil.copy(ROOT / ".gitignore", made.root)
    git(made, "init", "--quiet")
    git(made, "add", "--all")
    git(made, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "--message", "All")
    return made


def git(project: Project, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=project.root, capture_output=True, text=True, check=True).stdout


def convert(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "jupyter", "nbconvert", *words], cwd=project.root, env=environment({"HOME": str(project.root.parent)}),
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_working_on_a_copy_finds_the_figures_and_leaves_git_nothing_to_commit(project: Project) -> None:
    copy_notebooks(project.root / "notebooks")
    done = convert(project, "--execute", "--inplace", "--to", "notebook", "workspace/trend.ipynb")
    assert done.returncode == 0, done.stderr
    assert '"execution_count": 1' in (project.root / "workspace" / "trend.ipynb").read_text(encoding="utf-8")
    assert git(project, "status", "--porcelain") == ""


def test_lab_is_a_command_that_needs_no_make(project: Project) -> None:
    done = project.command("lab", "--version")
    assert done.returncode == 0 and done.stdout.strip()[0].isdigit(), done.stderr
    assert (project.root / "workspace" / "explore.ipynb").is_file()


def test_nbconvert_runs_a_notebook_and_makes_its_page(project: Project) -> None:
    done = convert(project, "--execute", "--to", "safeguarding", "notebooks/trend.ipynb", "--output-dir", "page")
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    page = (project.root / "page" / "trend.html").read_text(encoding="utf-8")
    assert 'class="provenance"' in page and "<figure" in page
    shutil.rmtree(project.root / "page")


def test_nbconvert_says_in_one_sentence_what_keeps_a_page_from_being_made(project: Project) -> None:
    project.notebook("broken", "raise ValueError('two\\nlines')")
    for words, said in (
        (
            ["notebooks/trend.ipynb"],
            "Error: The notebook has not been run: run all its cells and save it, or add --execute to nbconvert.",
        ),
        (["--execute", "notebooks/broken.ipynb"], "Error: The notebook can't be run: ValueError: two lines"),
    ):
        done = convert(project, "--to", "safeguarding", *words, "--output-dir", "page")
        assert done.returncode == 1 and "Traceback" not in done.stderr
        assert done.stderr.strip().splitlines()[-1] == said
    (project.root / "notebooks" / "broken.ipynb").unlink()


def test_the_readme_names_the_menu_as_jupyterlab_shows_it() -> None:
    # JupyterLab's menu has the entry point's name with a capital; the exporter's own name is what other programs show.
    (entry,) = (line for line in (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines() if ":PageExporter" in line)
    shown = entry.split(" = ")[0].capitalize()
    assert PageExporter.export_from_notebook == shown
    for path in ("README.md", "src/analysis/pack/pages/exporter.py"):
        assert f"Save and Export Notebook As, {shown}" in (ROOT / path).read_text(encoding="utf-8")
        assert f"{shown} page" not in (ROOT / path).read_text(encoding="utf-8")
