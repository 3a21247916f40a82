"""What a kernel of this project imports anyway: importing this module leaves a process that kernels can be forked from.

The server of `warm` imports it before its first fork. One chart is drawn and thrown away, because drawing imports and prepares as
much again as importing does. Nothing random is drawn; figures are read only where the server was told to (`ahead`).
"""

from __future__ import annotations

import gc
import os
import signal
import sys

_interrupted = signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal: the run itself ends what it has started
PATH = [entry for entry in sys.path if entry]  # as a kernel started by itself has it, before IPython adds its own

# Threads don't survive a fork, and reports that run side by side have their cores already.
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
# A kernel has a debugger, which would say on import that it can't see into Python's own modules.
_QUIET = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}
os.environ.update(ONE_THREAD | _QUIET)
_before = set(os.environ)

import ipykernel.debugger  # noqa: E402
import ipykernel.ipkernel  # noqa: E402
import ipykernel.kernelapp  # noqa: E402
import ipykernel.zmqshell  # noqa: E402, F401

BY_IMPORTS = {
    name: value for name, value in os.environ.items() if name not in _before
}  # a kernel that imports it itself has them

import pandas as pd  # noqa: E402
import pyarrow.parquet  # noqa: E402, F401

from analysis.analyses import benchmark, change, reconcile, trend  # noqa: E402, F401
from analysis.exhibits.parts import charts  # noqa: E402
from analysis.pack.run import precompute  # noqa: E402

_POINTS = pd.DataFrame(
    {"label": ["a", "b"], "value": [1.0, 2.0], "lower": [0.5, 1.0], "upper": [2.0, 3.0], "focus": [True, False]}
)
for _draw in (charts.over_time, charts.dots, charts.bars):
    charts.panel(_draw(_POINTS, "", str), "ready", "", 2)

precompute.work_out()
gc.collect()
signal.signal(signal.SIGINT, _interrupted)
gc.freeze()  # what is there now is shared with every kernel: a collection in one of them would copy it
