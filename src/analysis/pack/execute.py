"""Running one notebook by papermill: parameters in, the executed notebook out, or one line that says where it failed."""

from __future__ import annotations

import logging
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
from jupyter_client.manager import AsyncKernelManager
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from traitlets import CaselessStrEnum, Unicode

from analysis.errors import SafeguardingError
from analysis.pack.plan import Report


class ReportError(SafeguardingError):
    """A report that could not be made; the sentence names notebook, cell and error."""


@dataclass(frozen=True)
class Executed:
    """One report's executed notebook, free of paths and times, and the seconds that it took."""

    report: Report
    notebook: NotebookNode
    seconds: float


def execute(report: Report, progress: bool = False) -> Executed:
    """Return the executed notebook of a report. Raises ReportError naming notebook, cell and error, in one line."""
    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # the bar and the error say what its log would
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / report.notebook.name
        try:
            papermill.execute_notebook(
                report.notebook,
                output,
                parameters=report.parameters,
                progress_bar={"desc": report.id, "leave": False} if progress else False,
                log_output=False,
                extra_arguments=["--log-level=CRITICAL"],  # of the kernel: stopped after an error, it would say so beside it
                kernel_manager_class=_kernels_in(Path(folder)),
            )
        except PapermillExecutionError as error:
            said = " ".join(f"{error.ename}: {error.evalue}".split())
            # Counted from 1 as in the stored notebook: above it papermill has put a cell of its own with the parameters.
            place = f"{report.notebook.name}, cell {error.cell_index + (not report.parameters)}"
            raise ReportError(f"The report {report.id!r} failed: {place}: {said}") from None
        except Exception as error:  # a kernel that dies or never starts: whatever it raises, the report has failed
            said = " ".join(f"{type(error).__name__}: {error}".split())
            raise ReportError(f"The report {report.id!r} failed: {report.notebook.name}: {said}") from error
        notebook = nbformat.read(output, as_version=4)
    return Executed(report, _without_traces(notebook), time.monotonic() - started)


def _kernels_in(folder: Path) -> type[AsyncKernelManager]:
    """Return a kernel manager whose kernel is reached through files in `folder`, which only this user can open.

    The ports that it would use otherwise are open to everyone on the machine. Windows has no such files, and keeps the ports.
    """
    if os.name != "posix":
        return AsyncKernelManager
    traits = {
        "transport": CaselessStrEnum(["tcp", "ipc"], default_value="ipc", config=True),
        "ip": Unicode(str(folder / "kernel"), config=True),
    }
    return type("KernelsInFolder", (AsyncKernelManager,), traits)


def _without_traces(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook without what would differ from run to run or name this machine: paths, times, durations."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for trace in ("papermill", "execution"):
            cell.metadata.pop(trace, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
    return notebook
