"""Cells tagged `analyst` are for whoever has the notebook open: no run executes them, no page shows them."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbconvert import get_exporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis.pack.plan import Report
from analysis.pack.results import ReportError
from analysis.pack.run.execute import execute

SHOWN = (
    "from analysis import exhibits\nfrom analysis.scope import scope\n"
    'here = scope(period=period, domain="dols", areas=["Rutland"], audience=audience)\n'
    'exhibits.show(exhibits.table(here.measures, headline="All that is held", source=here))'
)
ANALYST = {"tags": ["analyst"]}


def report(folder: Path, *cells: NotebookNode) -> Report:
    first = new_code_cell('period = ""\naudience = ""', id="first", metadata={"tags": ["parameters"]})
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = folder / "own.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Own", id="head"), first, *cells], metadata=kernel), path)
    return Report("own", path, "Own", "Section", "Summary", {"period": "2012-13-Q4", "audience": "seg"})


@pytest.fixture
def in_the_project(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))


def test_a_run_leaves_them_out_of_the_notebook_that_it_executes(tmp_path: Path) -> None:
    cells = (
        new_code_cell("x = 1", id="a"),
        new_code_cell("raise ValueError('for an analyst only')", id="b", metadata=ANALYST),
        new_markdown_cell("Words for an analyst", id="c", metadata=ANALYST),
        new_code_cell("x", id="d"),
    )
    done = execute(report(tmp_path, *cells))
    assert [cell.id for cell in done.notebook.cells] == ["head", "first", "injected-parameters", "a", "d"]
    assert done.notebook.cells[-1].outputs[0].data["text/plain"] == "1"
    assert "for an analyst" not in done.text and "Words" not in done.text


def test_a_failing_cell_is_numbered_as_in_the_stored_notebook(tmp_path: Path) -> None:
    cells = (new_code_cell("1", metadata=ANALYST), new_code_cell("2", metadata=ANALYST), new_code_cell("no_such_name"))
    with pytest.raises(ReportError, match=r"own\.ipynb, cell 5: NameError"):
        execute(report(tmp_path, *cells))


def test_a_failing_cell_is_numbered_so_without_parameters_too(tmp_path: Path) -> None:
    one = report(tmp_path, new_code_cell("1", metadata=ANALYST), new_code_cell("no_such_name"))
    with pytest.raises(ReportError, match=r"own\.ipynb, cell 4: NameError"):
        execute(Report(one.id, one.notebook, one.title, one.section, one.summary, {}))


@pytest.mark.usefixtures("in_the_project")
def test_the_page_from_jupyterlab_leaves_them_out(tmp_path: Path) -> None:
    frame = new_code_cell("here.measures", id="frame", metadata=ANALYST)
    words = new_markdown_cell("Words for an analyst", id="words", metadata=ANALYST)
    notebook = nbformat.read(report(tmp_path, new_code_cell(SHOWN, id="shown"), frame, words).notebook, as_version=4)
    notebook.cells[1].source = 'period = "2012-13-Q4"\naudience = "seg"'
    exporter = get_exporter("safeguarding")()
    exporter.register_preprocessor("nbconvert.preprocessors.ExecutePreprocessor", enabled=True)
    page, _ = exporter.from_notebook_node(notebook)
    assert "All that is held" in page
    assert "Words for an analyst" not in page and "dataframe" not in page
