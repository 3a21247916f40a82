"""The floor: the same cells, executed in forked processes without Jupyter, and exported. Started by `bench.reports`.

This is what a notebook costs at least: its cells in their order, each output turned into what a kernel would send, and the page.
There is no kernel, no messages and no papermill.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import sys
from pathlib import Path

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from analysis.pack.pages.page import PageContext, render_page
from analysis.pack.plan import Report, read_plan


def execute(report: Report) -> nbformat.NotebookNode:
    """Return the report's notebook with the outputs of its cells, executed here."""
    notebook = nbformat.read(report.notebook, as_version=4)
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    for number, cell in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
        source = cell.source
        if "parameters" in cell.metadata.get("tags", []):
            source = "\n".join(f"{name} = {value!r}" for name, value in report.parameters.items())
        with capture_output() as captured:
            result = shell.run_cell(source, silent=False)
        result.raise_error()
        cell["execution_count"] = number + 1
        cell["outputs"] = [nbformat.v4.new_output("display_data", data=output.data) for output in captured.outputs]
    return notebook


def _make(job: tuple[Report, str]) -> None:
    report, folder = job
    context = PageContext(report.title, "P", "seg", "now", "1", (), ())
    (Path(folder) / f"{report.id}.html").write_text(render_page(execute(report), context), encoding="utf-8")


def main() -> None:
    """Make pages in forked processes; a JSON object on standard input gives notebooks, parameters, ids, jobs and out."""
    from analysis.pack.run import preloaded
    from analysis.store import kept_frames

    request = json.load(sys.stdin)
    assert preloaded.PATH
    kept_frames._keep = lambda content, file: None
    reports = [each for each in read_plan(Path(request["notebooks"]), request["parameters"]) if each.id in request["ids"]]
    with contextlib.closing(multiprocessing.get_context("fork").Pool(request["jobs"], maxtasksperchild=1)) as pool:
        pool.map(_make, [(report, request["out"]) for report in reports], chunksize=1)
        pool.close()
        pool.join()


if __name__ == "__main__":
    main()
