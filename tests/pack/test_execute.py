"""Running one notebook: what it may not do to the process that runs it."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest

from analysis.pack.plan import Report
from analysis.pack.results import ReportError
from analysis.pack.run import processes
from analysis.pack.run.execute import execute


def report(folder: Path, source: str) -> Report:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1", metadata={"tags": ["parameters"]})])
    notebook.cells.append(nbformat.v4.new_code_cell(source))
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / "one.ipynb"
    nbformat.write(notebook, path)
    return Report("one", path, "One", "Section", "Summary", {"x": 2})


def test_the_working_directory_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Several reports run side by side in threads: one that changed the directory would send another's pack elsewhere.
    here = Path.cwd()

    def refuse(path: str) -> None:
        assert Path(path) == here, f"changed to {path}"

    monkeypatch.setattr(os, "chdir", refuse)
    executed = execute(report(tmp_path, "print(x)"))
    assert executed.notebook.cells[-1].outputs[0].text == "2\n"


def test_a_failing_cell_is_one_line_with_notebook_cell_and_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError) as caught:
        execute(report(tmp_path, "raise ValueError('two\\nlines')"))
    assert str(caught.value) == "The report 'one' failed: one.ipynb, cell 2: ValueError: two lines"


def test_the_notebook_kept_names_no_path_and_no_time(tmp_path: Path) -> None:
    text = execute(report(tmp_path, "x")).text
    assert str(tmp_path) not in text
    assert "start_time" not in text
    assert "duration" not in text


@pytest.mark.parametrize("warm", [True, False], ids=["forked", "started"])
def test_a_kernel_that_starts_while_the_run_ends_is_killed_too(tmp_path: Path, warm: bool) -> None:
    processes.kill_kernels()
    try:
        with pytest.raises(ReportError, match="Kernel died|kernel ended"):
            execute(report(tmp_path, "import time; time.sleep(60)"), warm=warm)
    finally:
        processes.allow_kernels()
    assert execute(report(tmp_path, "x"), warm=warm).seconds > 0
