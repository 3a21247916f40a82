"""Running one notebook by papermill: parameters in, the executed notebook out, or one line that says where it failed."""

from __future__ import annotations

import logging
import os
import time
from copy import deepcopy
from pathlib import Path
from typing import Any

import ipykernel.kernelspec  # noqa: F401 (jupyter_client imports it when a kernel is looked for, in a thread: see `work`)
import nbformat
import papermill
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from traitlets import CaselessStrEnum, Type, Unicode

from analysis.pack.plan import ANALYST, Report
from analysis.pack.results import Executed, ReportError
from analysis.pack.run import processes
from analysis.pack.run.handshake import PromptClient
from analysis.store import reads

POSIX = os.name == "posix"
if POSIX:  # jupyter_client imports it by its name when the first kernel starts, in a thread
    import analysis.pack.run.kernels  # noqa: F401
WARM = "safeguarding-warm"  # the entry point of `warm.WarmProvisioner`
# Threads of a matrix library would share the cores with the reports beside, and two numbers of them round differently.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def execute(
    report: Report, progress: bool = False, timeout: float | None = None, warm: bool = True, data: Path | None = None
) -> Executed:
    """Return the executed notebook of a report. Raises ReportError naming notebook, cell and error, in one line.

    `timeout` is in seconds, for the whole report. The kernel is forked from one that is ready if `warm` and the system allows it.
    `data` is the data folder of the notebook, that of this process when not given.
    """
    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # the bar and the error say what its log would
    started = time.monotonic()
    ends = started + timeout if timeout else None
    with processes.folder() as folder:
        try:
            cells = _for_readers(report.notebook, folder / "notebook.ipynb")
            notebook = papermill.execute_notebook(
                folder / "notebook.ipynb",
                None,  # it is kept in memory: saved after every cell, it would be written some twenty times
                parameters=report.parameters,
                progress_bar={"desc": report.id, "leave": False} if progress else False,
                log_output=False,
                extra_arguments=["--log-level=CRITICAL"],  # of the kernel: stopped after an error, it would say so beside it
                kernel_manager_class=_kernels_in(folder, warm, data),
                timeout_func=(lambda _: max(1, round(ends - time.monotonic()))) if ends else None,
                shutdown_kernel="immediate",  # it is thrown away: what it would tidy is its own folder
            )
        except PapermillExecutionError as error:
            said = " ".join(f"{error.ename}: {error.evalue}".split())
            # Counted from 1 as in the stored notebook: above it papermill has put a cell of its own with the parameters.
            place = f"{report.notebook.name}, cell {cells[error.cell_index - bool(report.parameters)]}"
            raise ReportError(f"The report {report.id!r} failed: {place}: {said}") from None
        except CellTimeoutError:
            said = f"stopped after {timeout:g} seconds, the longest that a report may take"
            raise ReportError(f"The report {report.id!r} failed: {report.notebook.name}: {said}.") from None
        except DeadKernelError as error:
            said = "its kernel ended in the middle, killed by the system (for lack of memory?) or by itself"
            raise ReportError(f"The report {report.id!r} failed: {report.notebook.name}: DeadKernelError: {said}.") from error
        except Exception as error:  # a kernel that never starts: whatever it raises, the report has failed
            said = " ".join(f"{type(error).__name__}: {error}".split())
            raise ReportError(f"The report {report.id!r} failed: {report.notebook.name}: {said}") from error
        views = reads.read(folder / "seen")
    return Executed.of(report, nbformat.writes(_without_traces(notebook)) + "\n", time.monotonic() - started, views)


def _for_readers(notebook: Path, target: Path) -> list[int]:
    """Write the notebook without the cells that are for an analyst; return the numbers, from 1, of the stored cells that stay.

    They are tagged `analyst`: frames and steps between, for whoever has the notebook open.
    """
    stored = nbformat.read(notebook, as_version=4)
    numbers = [number for number, cell in enumerate(stored.cells, start=1) if ANALYST not in cell.metadata.get("tags", [])]
    stored.cells = [stored.cells[number - 1] for number in numbers]
    nbformat.write(stored, target)
    return numbers


def _kernels_in(folder: Path, warm: bool, data: Path | None = None) -> type[AsyncKernelManager]:
    """Return a kernel manager whose kernel is reached through files in `folder`, which only this user can open.

    The ports that it would use otherwise are open to everyone on the machine. Windows has no such files, and keeps the ports.
    What the kernel writes for itself lies in `folder` too, and is gone with it; so is its note of the figures looked at.
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

        async def start_kernel(self, **more: Any) -> None:
            env = (
                os.environ
                | _ONE_THREAD
                | {"TMPDIR": str(folder), "IPYTHONDIR": str(folder / "ipython"), reads.VARIABLE: str(folder / "seen")}
            )
            if data is not None:
                env["SAFEGUARDING_DATA"] = str(data)
            await super().start_kernel(env=env, **more)
            processes.note(self.provisioner.pid)

    return KernelsInFolder


def _without_traces(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook without what would differ from run to run or name this machine: paths, times, durations."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for trace in ("papermill", "execution"):
            cell.metadata.pop(trace, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
    return notebook
