"""Imports everything that a kernel of this project needs, so that kernels can be forked from the process that has done it.

The server of `kernels` imports this module before its first fork. One chart of each kind is drawn and thrown away, because the
first drawing takes as long as the imports. No random number is used, and figures are read only on request (`precompute`).
"""

from __future__ import annotations

import gc
import os
import signal
import sys

_interrupt_handler = signal.signal(
    signal.SIGINT, signal.SIG_IGN
)  # Ctrl-C in the terminal: the run itself ends what it has started
PATH = [entry for entry in sys.path if entry]  # as a kernel started by itself finds it, before IPython adds to it

# Threads don't survive a fork, and reports that run side by side already use all cores.
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
# The debugger of a kernel would warn on import that it can't see into Python's own modules.
_QUIET = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}
os.environ.update(ONE_THREAD | _QUIET)
_names_before = set(os.environ)

import ipykernel.debugger  # noqa: E402
import ipykernel.ipkernel  # noqa: E402
import ipykernel.kernelapp  # noqa: E402
import ipykernel.zmqshell  # noqa: E402, F401

BY_IMPORTS = {
    name: value for name, value in os.environ.items() if name not in _names_before
}  # a kernel that does these imports itself gets them too

import pandas as pd  # noqa: E402
import pyarrow.dataset  # noqa: E402 (pandas imports it when it first reads a file)
import pyarrow.parquet  # noqa: E402, F401
import scipy.optimize  # noqa: E402, F401 (loaded when it is first used)

from analysis.analyses import benchmark, change, reconcile, trend  # noqa: E402, F401
from analysis.exhibits.parts import charts  # noqa: E402
from analysis.pack.run import precompute  # noqa: E402

_POINTS = pd.DataFrame(
    {"label": ["a", "b"], "value": [1.0, 2.0], "lower": [0.5, 1.0], "upper": [2.0, 3.0], "focus": [True, False]}
)
for _draw in (charts.over_time, charts.dots, charts.bars):
    charts.panel(_draw(_POINTS, "", str), "ready", "", 2)

precompute.work_ahead()
gc.collect()
signal.signal(signal.SIGINT, _interrupt_handler)
gc.freeze()  # the objects of now are shared with every kernel; garbage collection in one would copy them
