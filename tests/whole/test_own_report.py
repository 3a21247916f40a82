"""A report of an analyst's own, as the README says it: written by five lines of Python, in the pack by five lines of pack.toml."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from conftest import ROOT
from nbconvert import get_exporter
from nbformat.v4 import new_code_cell
from notebook_cells import NOTEBOOKS, shown_by
from projects import Project, make_project

from analysis.exhibits.parts.exhibit import Exhibit, Sentences

README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION = README.partition("\n## A report of your own\n")[2].partition("\n## ")[0]
PLAN = re.findall(r"^```toml\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)[0]


def in_words(shown: list[list[Any]]) -> str:
    return " ".join(repr(each) for cell in shown for each in cell)


def test_the_question_is_answered_from_figures_to_finding(data: Path) -> None:
    shown = shown_by("question", data)
    exhibits = [each for cell in shown for each in cell if isinstance(each, Exhibit)]
    assert [len(each.panels) for each in exhibits] == [1, 1, 1, 0, 1, 0]
    said = in_words(shown)
    # 224 to 276 is a fact; what can be said of it is that it is no more than such authorities see.
    assert "Nothing moved unusually: all 2 changes that could be judged are within the usual ups and downs." in said
    assert "No series of five points or more moved further than authorities usually do in as much time." in said
    [leicestershire, rutland] = [each.table.rows[0] for each in exhibits[1:3]]
    assert leicestershire[1:4] == ("5,316 (2022/23)", "6,236 (2023/24)", "+17%") and leicestershire[-1] == "Usual"
    assert rutland[1:4] == ("224 (2022/23)", "276 (2023/24)", "+23%") and rutland[-1] == "Usual"
    # Nor do its neighbours go one way: of those with a figure in both years six fell and three rose, none of them unusually.
    assert {row[0]: row[-1] for row in exhibits[4].table.rows}["Rutland"] == "1.23"
    assert exhibits[-1].table.columns == ("Direction", "Verdict", "Number of authorities")
    assert exhibits[-1].table.rows == (
        ("down", "No more than chance", "2"),
        ("down", "Usual", "4"),
        ("up", "No more than chance", "1"),
        ("up", "Usual", "2"),
    )


@pytest.mark.parametrize("period", ["2012-13-Q4", "2011-12", "2023-24"])
def test_the_question_has_an_answer_for_any_period(data: Path, period: str) -> None:
    for cell in shown_by("question", data, period=period, areas=["Rutland"], audience="public")[2:]:
        assert cell and all(isinstance(each, Exhibit | Sentences) for each in cell)


def test_papermill_and_nbconvert_make_its_page(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    output = tmp_path / "question.ipynb"
    papermill.execute_notebook(NOTEBOOKS / "question.ipynb", output, execution_timeout=300, progress_bar=False, log_output=False)
    page, _ = get_exporter("safeguarding")().from_notebook_node(nbformat.read(output, as_version=4))
    assert "Referrals for each one of the year before" in page and "224 (2022/23)" in page
    assert "For the analyst" not in page and "dataframe" not in page  # steps between are for whoever opens it


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Project:
    return make_project(tmp_path_factory.mktemp("own") / "project", data, PLAN)


@pytest.mark.parametrize(("audience", "folder"), [("seg", "reports"), ("public", "reports/public")])
def test_five_lines_put_it_into_the_pack_and_the_gate_passes_it(project: Project, audience: str, folder: str) -> None:
    assert len(PLAN.strip().splitlines()) == 5
    done = project.command("run", "--period", "2023-24", "--area", "Leicestershire", "--area", "Rutland", "--audience", audience)
    assert done.returncode == 0, done.stderr
    pack = project.root / folder / "2023-24"
    page = (pack / "referrals.html").read_text(encoding="utf-8")
    assert page.count('<figure class="exhibit"') == 6 and "For the analyst" not in page
    assert "Are referrals rising?" in (pack / "index.html").read_text(encoding="utf-8")
    checked = project.command("check", str(pack))
    assert checked.returncode == 0, checked.stderr


def test_lines_of_the_readme_pasted_into_a_copy_are_a_page(project: Project) -> None:
    """As a new user does it: a copy of the notebook, its cells below the parameters thrown away, those of the README instead."""
    code = re.findall(r"^```python\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)[0]
    copy = nbformat.read(NOTEBOOKS / "question.ipynb", as_version=4)
    copy.cells = copy.cells[:2]
    head, *ends = re.split(r"^(?=exhibits\.)", code, flags=re.MULTILINE)
    copy.cells += [new_code_cell(source.strip(), id=f"own-{n}") for n, source in enumerate([head, *ends])]
    nbformat.write(copy, project.root / "notebooks" / "mine.ipynb")
    project.plan(PLAN.replace('"question"', '"mine"').replace("reports.referrals", "reports.mine"))
    done = project.command("run", "--period", "2012-13-Q4")
    assert done.returncode == 0, done.stderr
    page = (project.root / "reports" / "2012-13-Q4" / "mine.html").read_text(encoding="utf-8")
    assert page.count('<figure class="exhibit"') == 2 and 'class="findings"' in page


def test_a_frame_that_a_page_cannot_show_is_refused_with_what_to_do(project: Project) -> None:
    copy = nbformat.read(NOTEBOOKS / "question.ipynb", as_version=4)
    copy.cells = [*copy.cells[:5], new_code_cell("here.measures", id="frame")]  # the fourth and the fifth are for analysts
    nbformat.write(copy, project.root / "notebooks" / "frame.ipynb")
    project.plan(PLAN.replace('"question"', '"frame"').replace("reports.referrals", "reports.frame"))
    done = project.command("run", "--period", "2012-13-Q4")
    assert done.returncode == 1
    assert "The report 'frame' failed: frame.ipynb: Cell 6 (id frame) shows HTML that" in done.stderr
    assert "shows HTML that is not an exhibit; show it with the module exhibits, or tag the cell 'analyst'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_figure_that_only_a_headline_has_is_held_back(project: Project) -> None:
    copy = nbformat.read(NOTEBOOKS / "question.ipynb", as_version=4)
    shown = 'exhibits.table(here.measures.query("indicator == \'referrals\'"), headline="They rose by 77.7%", source=here)'
    copy.cells = [*copy.cells[:3], new_code_cell(shown, id="own")]
    nbformat.write(copy, project.root / "notebooks" / "headline.ipynb")
    project.plan(PLAN.replace('"question"', '"headline"').replace("reports.referrals", "reports.headline"))
    done = project.command("run", "--period", "2012-13-Q4")
    assert done.returncode == 3
    assert "figure-in-words" in done.stderr and "take the figure out of its headline" in done.stderr
