"""Where the processor time of a run goes: the default pack, nothing and one figure changed, one report, a pack of a nation.

All processes of a run are counted, kernels too (on Linux). The nation needs OPEN_DATA_DIR, the folder of the published files.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import statistics
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from bench import national, tracing
from bench.reports import ROOT, ROUNDS, Workplace, restate

_SUBREAPER = 36  # of Linux's prctl: processes whose parent has ended become children of this one, and count with it
_OTHER, _ALL = "not told apart", "in all"
_NATION = ("--each", "--period", "2023-24", "--area", "Leicestershire", "--force")


def run() -> dict[str, dict[str, float]]:
    """Return {case: {part: median seconds of the processor}} and print them as a table."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory(prefix="b-") as folder:
        place = Workplace(Path(folder))
        place.env["TRACE_FILE"] = str(place.root / "trace")
        hook = place.root / "hook" / "sitecustomize.py"
        hook.parent.mkdir()
        hook.write_text("from bench import tracing\n\ntracing.install()\n", encoding="utf-8")
        place.env["PYTHONPATH"] += f"{os.pathsep}{hook.parent}"
        figure = place.data / "raw" / "annual-report" / "2012-13" / "figure-7.csv"
        cases = {"the pack": _parts(place, "--force"), "nothing changed": _parts(place)}
        restate(figure)
        place.ours()  # what was kept of files that don't change is there again
        cases["one figure changed"] = _parts(place, before=lambda: restate(figure))
        place.plan(1)
        cases["one report"] = _parts(place, "--force")
        if open_data := os.environ.get("OPEN_DATA_DIR"):
            shutil.rmtree(place.data)
            national.import_files(place.data, Path(open_data), {})
            shutil.copytree(ROOT / "notebooks", place.root / "notebooks", dirs_exist_ok=True)
            cases["one pack of a nation"] = _parts(place, *_NATION)
    _print(cases)
    return cases


def _parts(place: Workplace, *words: str, before: Callable[[], object] = lambda: None) -> dict[str, float]:
    """Return {part: median seconds of the processor} of a run with these options; `before` is called ahead of each round."""
    rounds = []
    for _ in range(ROUNDS):
        before()
        Path(place.env["TRACE_FILE"]).write_text("", encoding="utf-8")
        started = _processor_seconds()
        place.ours(*words)
        _reap()
        sums: Counter[str] = Counter()
        for line in Path(place.env["TRACE_FILE"]).read_text(encoding="utf-8").splitlines():
            part, _, seconds = line.partition("\t")
            sums[part] += float(seconds)
        total = _processor_seconds() - started
        rounds.append({**sums, _OTHER: total - sums.total(), _ALL: total})
    return {part: statistics.median(each.get(part, 0.0) for each in rounds) for part in _order(rounds[0])}


def _order(parts: Iterable[str]) -> list[str]:
    return [part for part in (tracing.IMPORTS, *tracing.PARTS, _OTHER, _ALL) if part in parts]


def _processor_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def _reap() -> None:
    """Wait for the processes that a run leaves to end: the server of its kernels ends once the run has gone."""
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _print(cases: dict[str, dict[str, float]]) -> None:
    print("| seconds of the processor | " + " | ".join(cases) + " |")
    print("|---" * (len(cases) + 1) + "|")
    for part in _order({part for each in cases.values() for part in each}):
        print(f"| {part} | " + " | ".join(f"{each.get(part, 0.0):.2f}" for each in cases.values()) + " |")
