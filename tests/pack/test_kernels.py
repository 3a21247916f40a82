"""Kernels that are forked ready: each as good as one that was started by itself, whatever ran before it."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from projects import BIN, PERIOD, environment
from test_execute import report

from analysis.pack.pages.page import PageContext, Part, render_page
from analysis.pack.plan import ANALYST, read_plan
from analysis.pack.run import kernels
from analysis.pack.run.execute import execute

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kernels are forked on Linux")

POLLUTE = """
import atexit, builtins, decimal, gc, locale, logging, os, random, signal, sys, threading, time, warnings
import numpy as np, pandas as pd, matplotlib as mpl, seaborn as sns
from matplotlib import pyplot as plt
import analysis.catalogue, analysis.catalogue.areas, analysis.store, analysis.catalogue.wording
builtins.polluted = builtins.sum = len
sys.modules["json"] = None
sys.path.insert(0, "/nowhere"); sys.argv.append("more"); sys.setrecursionlimit(5000)
os.environ["POLLUTED"] = "1"; os.environ["SAFEGUARDING_DATA"] = "/nowhere"; os.environ["TZ"] = "Asia/Tokyo"; time.tzset()
os.chdir("/"); os.umask(0o777)
random.seed(1); np.random.seed(1); np.seterr(all="ignore"); np.set_printoptions(precision=1)
pd.set_option("display.max_rows", 3); pd.set_option("display.precision", 1)
sns.set_theme(); mpl.rcParams["figure.dpi"] = 13; mpl.use("agg"); plt.figure()
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL); decimal.getcontext().prec = 3
gc.disable(); signal.signal(signal.SIGTERM, signal.SIG_IGN); threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
analysis.catalogue.indicators().drop(analysis.catalogue.indicators().index, inplace=True)
analysis.catalogue.areas.resolve = analysis.store.read = analysis.store.load = analysis.catalogue.wording.number = lambda *_, **__: 1 / 0
float.__class__; polluted = "here"
"""
LOOK = """
import builtins, decimal, gc, json, logging, os, random, signal, sys, threading, time, warnings
import numpy as np, pandas as pd, matplotlib as mpl, scipy.special
import analysis.catalogue, analysis.catalogue.areas, analysis.store, analysis.catalogue.wording
before = {
    "builtins": hasattr(builtins, "polluted") or builtins.sum([2, 3]) != 5, "names": "polluted" in globals(), "main": __name__,
    "file": "__file__" in globals(), "path": sys.path, "argv": len(sys.argv), "recursion": sys.getrecursionlimit(),
    "variables": sorted(set(os.environ) - {"PYTHONHASHSEED"}), "folder": os.getcwd(), "zone": time.tzname, "umask": os.umask(0o22),
    "errors": np.geterr(), "print": np.get_printoptions()["precision"], "rows": pd.get_option("display.max_rows"),
    "dpi": mpl.rcParams["figure.dpi"], "backend": mpl.rcParams["backend"], "axes": mpl.rcParams["axes.grid"],
    "warnings": sorted({f[0] + f[2].__name__ for f in warnings.filters}), "logging": logging.root.manager.disable,
    "decimal": decimal.getcontext().prec, "gc": gc.isenabled(), "term": str(signal.getsignal(signal.SIGTERM)),
    "int": str(signal.getsignal(signal.SIGINT)), "indicators": len(analysis.catalogue.indicators()),
    "area": analysis.catalogue.areas.resolve("Rutland"), "words": analysis.catalogue.wording.number(1234), "group": os.getpgrp() == os.getpid(),
    "threads": sorted(t.name for t in threading.enumerate() if not t.name.startswith("Thread")), "child": __import__("multiprocessing").current_process().daemon,
}
print(json.dumps(before, default=str))
"""
INLINE = "from matplotlib import pyplot as plt\nplt.plot([1, 2]);"


def looked(folder: Path, forked: bool) -> dict[str, object]:
    executed = execute(report(folder, LOOK), warm=forked)
    return dict(json.loads(executed.notebook.cells[-1].outputs[0].text))


def test_a_kernel_knows_nothing_of_the_one_before_and_is_like_one_started_by_itself(tmp_path: Path) -> None:
    cold = looked(tmp_path, forked=False)
    first = looked(tmp_path, forked=True)
    execute(report(tmp_path, POLLUTE), warm=True)
    assert looked(tmp_path, forked=True) == first
    differ = {name: (cold[name], first[name]) for name in cold if cold[name] != first[name]}
    assert differ == {}


def test_two_kernels_draw_other_random_numbers(tmp_path: Path) -> None:
    source = "import random, numpy as np\nprint(random.random(), np.random.rand())"
    drawn = [execute(report(tmp_path, source)).notebook.cells[-1].outputs[0].text.split() for _ in range(2)]
    assert drawn[0][0] != drawn[1][0] and drawn[0][1] != drawn[1][1]


def test_a_figure_is_shown_inline_as_in_a_kernel_started_by_itself(tmp_path: Path) -> None:
    shown = [execute(report(tmp_path, INLINE), warm=forked).notebook.cells[-1].outputs for forked in (True, False)]
    assert [output.data.keys() for output in shown[0]] == [output.data.keys() for output in shown[1]]
    assert "image/png" in shown[0][0].data
    assert shown[0] == shown[1]


def test_the_server_has_one_thread_and_all_that_reports_import(tmp_path: Path) -> None:
    source = (
        "import os, sys\nfrom pathlib import Path\n"
        "print(len(list(Path(f'/proc/{os.getppid()}/task').iterdir())), sorted(name for name in sys.modules if name.startswith(('analysis.', 'scipy.', 'seaborn.'))))"
    )
    text = execute(report(tmp_path, source)).notebook.cells[-1].outputs[0].text
    assert text.startswith("1 [") and all(
        f"'analysis.{name}'" in text for name in ("scope", "analyses.trend", "analyses.change", "analyses.benchmark", "exhibits")
    )


def test_a_kernel_that_cannot_be_forked_is_started_and_one_line_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(kernels, "ForkedProcess", refuse)
    kernels._warned.clear()
    records: list[logging.LogRecord] = []
    monkeypatch.setattr(kernels._log, "handlers", [listener := logging.Handler()])
    monkeypatch.setattr(listener, "emit", records.append)
    for _ in range(2):
        assert execute(report(tmp_path, "print(x)")).notebook.cells[-1].outputs[0].text == "2\n"
    (said,) = (record.getMessage() for record in records)
    assert "none could be forked (BlockingIOError: no more processes)" in said


def test_outputs_are_those_of_plain_papermill_and_nbconvert(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    wanted = {"dols-benchmarking", "census-year"}
    context = PageContext("T", "P", "seg", "now", "1", (), ())
    for each in (each for each in read_plan(ROOT / "notebooks", {"period": PERIOD}) if each.id in wanted):
        ours = execute(each)
        (tmp_path / "parameters.yaml").write_text(json.dumps(each.parameters), encoding="utf-8")
        command = [
            BIN / "papermill",
            each.notebook,
            tmp_path / "plain.ipynb",
            "-f",
            tmp_path / "parameters.yaml",
            "--no-progress-bar",
        ]
        subprocess.run(command, check=True, capture_output=True, env=environment({"SAFEGUARDING_DATA": str(data)}))
        plain = nbformat.read(tmp_path / "plain.ipynb", as_version=4)
        plain.metadata.pop("papermill")
        # What is for an analyst a run leaves out, and so counts the cells that it runs.
        plain.cells = [cell for cell in plain.cells if ANALYST not in cell.metadata.get("tags", [])]
        for number, cell in enumerate((cell for cell in plain.cells if cell.cell_type == "code"), start=1):
            cell.execution_count = number
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = number
        for cell in plain.cells:  # the stamp: when each cell began and ended, and papermill's random name for its own cell
            for stamp in ("papermill", "execution"):
                cell.metadata.pop(stamp, None)
            if "injected-parameters" in cell.metadata.get("tags", []):
                cell["id"] = "injected-parameters"
        assert ours.text == nbformat.writes(plain) + "\n"
        assert render_page([Part(ours.notebook)], context) == render_page([Part(plain)], context)
        exported = []
        for text in (ours.text, nbformat.writes(plain)):
            (tmp_path / "one.ipynb").write_text(text, encoding="utf-8")
            subprocess.run(
                [BIN / "jupyter", "nbconvert", "--to", "html", "--output", "one.html", tmp_path / "one.ipynb"],
                check=True, capture_output=True, env=environment() | {"JUPYTER_CONFIG_DIR": str(tmp_path)},
            )  # fmt: skip
            exported.append((tmp_path / "one.html").read_bytes())
        assert exported[0] == exported[1] and re.search(rb"<svg|<table", exported[0])
    assert os.environ["SAFEGUARDING_DATA"] == str(data)
