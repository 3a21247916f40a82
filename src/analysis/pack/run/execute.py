"""Runs one notebook by papermill and returns it executed, or raises an error whose one line says where it failed."""

from __future__ import annotations

import logging
import os
import time
from copy import deepcopy
from pathlib import Path
from typing import Any

import ipykernel.kernelspec  # noqa: F401 (jupyter_client imports it when it looks for a kernel, in a thread: see `executor`)
import nbformat
import papermill
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from traitlets import CaselessStrEnum, Type, Unicode

from analysis.pack.plan import ANALYST, Report
from analysis.pack.results import ExecutedReport, ReportError
from analysis.pack.run import processes
from analysis.pack.run.handshake import PromptClient
from analysis.store import reads

POSIX = os.name == "posix"
if POSIX:  # jupyter_client would import it by its name in a thread, when the first kernel starts
    import analysis.pack.run.kernels  # noqa: F401
WARM = "safeguarding-warm"  # the entry point of `kernels.WarmProvisioner`
# The threads of a matrix library would compete with the other reports for the cores, and their number changes the rounding.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def execute(
    report: Report, progress: bool = False, timeout: float | None = None, warm: bool = True, data: Path | None = None
) -> ExecutedReport:
    """Return the executed notebook of a report. Raises ReportError, whose one line names the notebook, the cell and the error.

    `timeout` is in seconds, for the whole report. With `warm` the kernel is forked from a server that has done its imports, if
    the system allows it. `data` is the data folder that the notebook reads; that of this process when not given.
    """
    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # the progress bar and the error say the same
    started = time.monotonic()
    deadline = started + timeout if timeout else None
    with processes.report_folder() as folder:
        try:
            cells = _for_readers(report.notebook, folder / "notebook.ipynb")
            notebook = papermill.execute_notebook(
                folder / "notebook.ipynb",
                None,  # kept in memory: papermill would write a file after every cell
                parameters=report.parameters,
                progress_bar={"desc": report.id, "leave": False} if progress else False,
                log_output=False,
                extra_arguments=["--log-level=CRITICAL"],  # of the kernel: it would also log that it was stopped after an error
                kernel_manager_class=_kernel_manager_in(folder, warm, data),
                timeout_func=(lambda _: max(1, round(deadline - time.monotonic()))) if deadline else None,
                shutdown_kernel="immediate",  # it has nothing to tidy but its own folder, which is removed
            )
        except PapermillExecutionError as error:
            reason = " ".join(f"{error.ename}: {error.evalue}".split())
            # Counted from 1 as in the stored notebook; papermill has inserted a cell with the parameters above it.
            place = f"{report.notebook.name}, cell {cells[error.cell_index - bool(report.parameters)]}"
            raise ReportError(f"The report {report.id!r} failed: {place}: {reason}") from None
        except CellTimeoutError:
            reason = f"stopped after {timeout:g} seconds, the longest that a report may take"
            raise ReportError(f"The report {report.id!r} failed: {report.notebook.name}: {reason}.") from None
        except DeadKernelError as error:
            reason = "its kernel ended in the middle, killed by the system (for lack of memory?) or by itself"
            raise ReportError(f"The report {report.id!r} failed: {report.notebook.name}: DeadKernelError: {reason}.") from error
        except Exception as error:  # of a kernel that never starts: whatever it is, the report has failed
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            raise ReportError(f"The report {report.id!r} failed: {report.notebook.name}: {reason}") from error
        views = reads.views_in(folder / "seen")
    return ExecutedReport.of(report, nbformat.writes(_without_run_details(notebook)) + "\n", time.monotonic() - started, views)


def _for_readers(notebook: Path, target: Path) -> list[int]:
    """Write the notebook without the cells that are for an analyst; return the numbers, from 1, of the stored cells that stay.

    They are tagged `analyst`: frames and steps between, for whoever has the notebook open.
    """
    stored = nbformat.read(notebook, as_version=4)
    numbers = [number for number, cell in enumerate(stored.cells, start=1) if ANALYST not in cell.metadata.get("tags", [])]
    stored.cells = [stored.cells[number - 1] for number in numbers]
    nbformat.write(stored, target)
    return numbers


def _kernel_manager_in(folder: Path, warm: bool, data: Path | None = None) -> type[AsyncKernelManager]:
    """Return a kernel manager whose kernel is reached through sockets in `folder`, which only this user can open.

    The network ports that it would use otherwise are open to everyone on the machine. Windows has no such sockets, and keeps the
    ports. The kernel's own files, and its list of the figures that it looked at, lie in `folder` too and are removed with it.
    """

    class KernelsInFolder(AsyncKernelManager):
        client_factory = Type(PromptClient)
        connection_file = Unicode(str(folder / "kernel.json"), config=True)
        if POSIX:
            transport = CaselessStrEnum(["tcp", "ipc"], default_value="ipc", config=True)
            ip = Unicode(str(folder / "kernel"), config=True)

        @property
        def kernel_spec(self) -> KernelSpec | None:
            spec = deepcopy(super().kernel_spec)
            if spec is not None and warm and POSIX:
                spec.metadata["kernel_provisioner"] = {"provisioner_name": WARM}
            return spec

        async def start_kernel(self, **options: Any) -> None:
            env = (
                os.environ
                | _ONE_THREAD
                | {"TMPDIR": str(folder), "IPYTHONDIR": str(folder / "ipython"), reads.VARIABLE: str(folder / "seen")}
            )
            if data is not None:
                env["SAFEGUARDING_DATA"] = str(data)
            await super().start_kernel(env=env, **options)
            processes.note_kernel(self.provisioner.pid)

    return KernelsInFolder


def _without_run_details(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook without paths, times and durations, which differ from run to run or name this machine."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for trace in ("papermill", "execution"):
            cell.metadata.pop(trace, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
    return notebook
