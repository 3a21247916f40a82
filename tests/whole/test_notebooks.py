"""The notebooks: each runs by itself, says in one sentence what it can't do, and is stored the way that it must be."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbformat import NotebookNode
from notebook_cells import DOMAINS, NOTEBOOKS, shown_by
from papermill.exceptions import PapermillExecutionError

from analysis import catalogue
from analysis.catalogue import tables
from analysis.exhibits import Sentences
from analysis.pack.plan import ANALYST, declared_parameters

ALL = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
BIN = Path(sys.executable).parent


def read(name: str) -> NotebookNode:
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def is_for_an_analyst(cell: NotebookNode) -> bool:
    return ANALYST in cell.metadata.get("tags", [])


def run(name: str, output: Path, cwd: Path, **parameters: Any) -> NotebookNode:
    # Plain papermill talks to its kernel by a port of the machine, which another may take: then no answer ever comes.
    return papermill.execute_notebook(
        NOTEBOOKS / f"{name}.ipynb", output, parameters=parameters, cwd=str(cwd), execution_timeout=300, progress_bar=False,
        log_output=False,
    )  # fmt: skip


@pytest.fixture
def elsewhere(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    return tmp_path


# Running


@pytest.mark.parametrize("name", ALL)
def test_notebook_runs_by_itself_with_its_defaults(name: str, elsewhere: Path) -> None:
    done = run(name, elsewhere / "out.ipynb", elsewhere)
    assert all(cell.execution_count for cell in code(done))
    outputs = [output for cell in code(done) for output in cell.outputs]
    assert outputs and {output.output_type for output in outputs} <= {"display_data", "execute_result"}
    # Of learning no return is held before the example year: the page says so instead of showing a figure.
    shown = 'class="statement"' if name == "learning" else 'class="exhibit"'
    assert any(shown in output.data.get("text/html", "") for output in outputs)


def test_notebook_finds_the_data_of_the_project_that_it_lies_in(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SAFEGUARDING_DATA", raising=False)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data").symlink_to(data)
    done = run("data_quality", tmp_path / "out.ipynb", tmp_path / "notebooks")
    assert all(cell.execution_count for cell in code(done))


@pytest.mark.parametrize(
    ("name", "parameters", "kind", "names"),
    [
        ("trend", {"domian": "adults"}, "ParameterError", ("'domian'", "areas, audience, domain, period")),
        ("year_on_year", {"domain": "adult"}, "UnknownNameError", ("'adult'", *DOMAINS, "'adults'?")),
        ("benchmarking", {"areas": ["Rutlnd"]}, "UnknownNameError", ("'Rutlnd'", "Rutland")),
        ("benchmarking", {"comparators": "all"}, "UnknownNameError", ("'all'", "report")),
        ("data_quality", {"period": "2031-32-Q1"}, "UnknownNameError", ("2031-32-Q1", "2012-13")),
    ],
)
def test_what_is_not_known_stops_with_one_sentence(
    name: str, parameters: dict[str, Any], kind: str, names: tuple[str, ...], elsewhere: Path
) -> None:
    output = elsewhere / "out.ipynb"
    with pytest.raises(PapermillExecutionError) as stopped:
        run(name, output, elsewhere, **parameters)
    assert stopped.value.ename == kind
    assert "\n" not in stopped.value.evalue
    assert all(each in stopped.value.evalue for each in names)
    # What the analyst sees is the sentence and no frame.
    assert list(stopped.value.traceback) == [f"{kind}: {stopped.value.evalue}"]
    (error,) = [each for cell in code(nbformat.read(output, 4)) for each in cell.outputs if each.output_type == "error"]
    assert error.traceback == [f"{kind}: {stopped.value.evalue}"]


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"period": "last year"}, ("'last year'", "2012-13-Q4")),
        ({"areas": "Rutland"}, ('["Leicestershire", "Rutland"]',)),
        ({"audience": "all"}, ("'all'", "internal, seg, public")),
        ({"areas": ["Zzyzx"]}, ("'Zzyzx'", "`safeguarding areas`")),
    ],
)
@pytest.mark.parametrize("name", ["trend", "year_on_year", "benchmarking"])
def test_every_notebook_checks_what_it_was_asked(
    name: str, parameters: dict[str, Any], names: tuple[str, ...], data: Path
) -> None:
    with pytest.raises(ValueError, match=re.escape(names[0])) as stopped:
        shown_by(name, data, **parameters)
    assert all(each in str(stopped.value) for each in names)
    assert len(str(stopped.value).splitlines()) == 1
    assert stopped.value._render_traceback_() == [f"{type(stopped.value).__name__}: {stopped.value}"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("period", ["2012-13", "2011-12", "2012-13-Q1", "2013-03-31"])
def test_other_periods_give_exhibits_or_a_sentence(period: str, data: Path) -> None:
    for name in ("year_on_year", "benchmarking"):
        cells = [cell for cell in shown_by(name, data, domain="dols", period=period)[2:] if cell]
        assert len(cells) >= 3
        for cell in cells:
            assert all(not isinstance(each, Sentences) or "".join(each.items) for each in cell)


def test_papermill_on_the_command_line(elsewhere: Path) -> None:
    output = elsewhere / "out.ipynb"
    line = [BIN / "papermill", NOTEBOOKS / "trend.ipynb", output, "-p", "domain", "dols", "-y", 'areas: ["Rutland"]']
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(line, cwd=elsewhere, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    notebook = nbformat.read(output, as_version=4)
    html = "".join(each.data.get("text/html", "") for cell in code(notebook) for each in cell.outputs)
    assert "DoLS referrals" in html and "Rutland" in html and "Leicestershire, Q" not in html


# Structure


@pytest.mark.parametrize("name", ALL)
def test_notebook_is_stored_without_outputs_and_with_its_kernel(name: str) -> None:
    notebook = read(name)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert notebook.metadata.get("language_info", {"name": "python"}) == {"name": "python"}
    for cell in code(notebook):
        assert cell.outputs == [] and cell.execution_count is None
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}


@pytest.mark.parametrize("name", ALL)
def test_cell_ids_are_stable_and_say_where_they_stand(name: str) -> None:
    stem = name.replace("_", "-")
    shown = [cell.id for cell in read(name).cells if not is_for_an_analyst(cell)]
    assert shown == [f"{stem}-{n:02d}" for n in range(len(shown))]
    last, letters = "", iter("")
    for cell in read(name).cells:  # those beside it are lettered: a page's cells keep their names whatever is added for analysts
        if is_for_an_analyst(cell):
            assert cell.id == f"{last}-{next(letters)}"
        else:
            last, letters = cell.id, iter("abcdefgh")


@pytest.mark.parametrize("name", ALL)
def test_notebook_opens_with_its_title_and_what_to_see(name: str) -> None:
    first = read(name).cells[0]
    assert first.cell_type == "markdown" and re.match(r"# .+\n\n.+", first.source)
    headings = [line for cell in read(name).cells[1:] for line in cell.source.splitlines() if line.startswith("#")]
    assert not [line for line in headings if line.startswith("# ")]


@pytest.mark.parametrize("name", ALL)
def test_one_cell_declares_the_parameters_and_explains_each(name: str) -> None:
    (cell,) = [cell for cell in read(name).cells if "parameters" in cell.metadata.get("tags", [])]
    lines = cell.source.splitlines()
    assert all(re.fullmatch(r"[a-z_]+ = .+  # .+", line) for line in lines)
    known = declared_parameters(NOTEBOOKS / f"{name}.ipynb")
    assert len(known) == len(lines) == len(ast.parse(cell.source).body)
    assert {"period", "audience"} <= set(known) <= {"period", "domain", "areas", "audience", "comparators", "chosen"}
    assert known["audience"] in tables.read("audiences")["id"].tolist()
    assert known.get("domain", "adults") in catalogue.domains()


@pytest.mark.parametrize("name", ALL)
def test_cells_call_the_library_and_do_nothing_themselves(name: str) -> None:
    for cell in code(read(name)):
        tree = ast.parse(cell.source)
        if "parameters" in cell.metadata.get("tags", []):
            continue
        assert 1 <= len(tree.body) <= 3
        for node in ast.walk(tree):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.For | ast.While | ast.With | ast.Try)
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] == "analysis"
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= {"analysis"}
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("open", "exec", "eval", "print")
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
                assert node.value == 1  # the first exhibit of several; every other number has a name in the library


def test_repository_has_no_trace_of_a_run_in_a_notebook() -> None:
    for path in NOTEBOOKS.glob("*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r'/home/|/tmp/|"papermill"|"execution"|injected', text)
        assert text.endswith("}\n")
