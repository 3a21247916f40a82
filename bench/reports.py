"""Times the making of the same reports in several ways: papermill's commands, its API in a pool, this project, and the floor.

Every way has the same number of workers, and the rounds are interleaved. It also times a run with nothing changed and one with
one figure changed, and measures how time and memory grow with the number of reports.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
JOBS = os.cpu_count() or 1
PERIOD = "2012-13-Q4"
SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "1,12,48,300").split(",")]
_POOL = """
import json, sys
from concurrent.futures import ProcessPoolExecutor
import papermill
def one(job): papermill.execute_notebook(job[0], job[1], parameters=job[2], progress_bar=False, log_output=False)
if __name__ == "__main__":
    jobs = json.load(sys.stdin)
    with ProcessPoolExecutor(int(sys.argv[1])) as pool: list(pool.map(one, jobs))
    from nbconvert import HTMLExporter
    import nbformat
    for _, out, _ in jobs: open(out + ".html", "w").write(HTMLExporter().from_filename(out)[0])
"""


class Workplace:
    """A folder with a copy of the data and the notebooks, in which the reports are made."""

    def __init__(self, root: Path) -> None:
        self.root, self.data, self.out = root, root / "data", root / "reports"
        shutil.copytree(ROOT / "data" / "raw", self.data / "raw")
        shutil.copytree(ROOT / "notebooks", root / "notebooks")
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("SAFEGUARDING_")}
        self.env |= {"SAFEGUARDING_DATA": str(self.data), "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
        self.call([BIN / "safeguarding", "clean"])

    def call(self, command: list[object], stdin: str = "") -> float:
        """Run a command and return its seconds by the clock; its standard output is in `output`."""
        started = time.perf_counter()
        process = subprocess.run(
            [str(word) for word in command], cwd=self.root, env=self.env, input=stdin, capture_output=True, text=True
        )
        seconds = time.perf_counter() - started
        if process.returncode:
            raise SystemExit(process.stderr[-2000:])
        self.output = process.stdout
        return seconds

    def plan(self, count: int) -> list[tuple[str, Path, dict[str, object]]]:
        """Write a plan of `count` reports, which repeats those of the pack, and return (id, notebook, parameters) of each."""
        from analysis.pack.plan import read_plan

        blocks = re.split(r"(?m)^(?=\[reports\.)", (ROOT / "notebooks" / "pack.toml").read_text(encoding="utf-8"))[1:]
        # Twelve that represent all; the reports on the census are left out.
        chosen = [block for block in blocks if "census" not in block][:12]
        tables = [
            re.sub(r"^\[reports\.([a-z0-9-]+)\]", rf"[reports.\1-{turn}]", block)
            for turn in range(-(-count // len(chosen)))
            for block in chosen
        ][:count]
        (self.root / "notebooks" / "pack.toml").write_text("".join(tables), encoding="utf-8")
        reports = read_plan(self.root / "notebooks", {"period": PERIOD, "audience": "seg"})
        return [(report.id, report.notebook, report.parameters) for report in reports]

    def ours(self, *words: str) -> float:
        """Return the seconds of this project's command; with `--force` nothing is left of an earlier one."""
        if "--force" in words:
            self.forget()
        return self.call([BIN / "safeguarding", "run", "--data", self.data, "--out", self.out, "--jobs", JOBS, *words])

    def forget(self) -> None:
        """Remove what earlier runs kept."""
        for kept in (".kept", ".executed", ".protected"):
            shutil.rmtree(self.data / kept, ignore_errors=True)

    def reports_alone(self) -> float:
        """Return the seconds up to the last report, without what the other ways lack: dashboard, workbook, gate and register."""
        started = datetime.now(UTC)
        self.ours("--force", "--log-format", "json")
        events = [json.loads(line) for line in self.output.splitlines() if line.startswith("{")]
        last_made = max(datetime.fromisoformat(event["time"]) for event in events if event["event"] == "made")
        return (last_made - started).total_seconds()


def _commands(workplace: Workplace, reports: list[tuple[str, Path, dict[str, object]]], folder: Path) -> float:
    seconds = 0.0
    for name, notebook, parameters in reports:
        (folder / "p.yaml").write_text(json.dumps(parameters), encoding="utf-8")
        out = folder / f"{name}.ipynb"
        for command in (
            [BIN / "papermill", notebook, out, "-f", folder / "p.yaml", "--no-progress-bar"],
            [BIN / "jupyter", "nbconvert", "--to", "html", out],
        ):
            seconds += workplace.call(command)
    return seconds


def _pool(workplace: Workplace, reports: list[tuple[str, Path, dict[str, object]]], folder: Path) -> float:
    (folder / "pool.py").write_text(_POOL, encoding="utf-8")
    jobs = [(str(notebook), str(folder / f"{name}.ipynb"), parameters) for name, notebook, parameters in reports]
    return workplace.call([sys.executable, folder / "pool.py", JOBS], json.dumps(jobs))


def _floor(workplace: Workplace, reports: list[tuple[str, Path, dict[str, object]]], folder: Path) -> float:
    request = {
        "notebooks": str(workplace.root / "notebooks"), "parameters": {"period": PERIOD, "audience": "seg"},
        "ids": [name for name, _, _ in reports], "jobs": JOBS, "out": str(folder),
    }  # fmt: skip
    workplace.forget()
    return workplace.call([sys.executable, "-m", "bench.floor"], json.dumps(request))


def _memory(stop: threading.Event, memory: dict[str, float]) -> None:
    """Record the largest proportional set size, in MB, of one process and of all that this process has started."""
    while not stop.wait(0.3):
        parent_and_size: dict[int, tuple[int, float]] = {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
                match = re.search(r"^Pss: +(\d+)", (path / "smaps_rollup").read_text(), re.MULTILINE)
                parent_and_size[int(path.name)] = (parent, int(match[1]) / 1024 if match else 0.0)
            except (OSError, ValueError, IndexError):
                continue
        descendants = {os.getpid()}
        while children := {
            pid for pid, (parent, _) in parent_and_size.items() if parent in descendants and pid not in descendants
        }:
            descendants |= children
        sizes_of_descendants = [parent_and_size[pid][1] for pid in descendants - {os.getpid()} if pid in parent_and_size]
        memory["all, MB"] = round(max(memory.get("all, MB", 0), sum(sizes_of_descendants)))
        memory["one process, MB"] = round(max(memory.get("one process, MB", 0), *sizes_of_descendants, 0))


def run() -> dict[str, object]:
    """Return the seconds by the clock (median, min, max) of each way, their ratios, the growth and the memory."""
    with tempfile.TemporaryDirectory(prefix="b-") as folder:
        return _run(Workplace(Path(folder)))


def _run(workplace: Workplace) -> dict[str, object]:
    reports = workplace.plan(12)
    ways: dict[str, Callable[[Path], float]] = {
        "papermill + nbconvert commands": lambda folder: _commands(workplace, reports, folder),
        "papermill's API in a pool": lambda folder: _pool(workplace, reports, folder),
        "safeguarding run, reports alone": lambda _: workplace.reports_alone(),
        "safeguarding run": lambda _: workplace.ours("--force"),
        "the floor": lambda folder: _floor(workplace, reports, folder),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS):
        for name, way in ways.items():
            with tempfile.TemporaryDirectory(dir=workplace.root) as folder:
                times[name].append(way(Path(folder)))
                print(f"round {number + 1}: {times[name][-1]:7.1f} s  {name}", flush=True)
    timings: dict[str, object] = {"workers": JOBS, "reports": len(reports)}
    timings["ways"] = {name: _spread(rounds) for name, rounds in times.items()}
    commands, pool, alone, ours, floor = times.values()

    def ratio(over: list[float], under: list[float]) -> float:
        return round(statistics.median(a / b for a, b in zip(over, under, strict=True)), 2)

    timings["ratios"] = {
        "papermill_cli_over_ours": ratio(commands, ours),
        "papermill_pool_over_ours": ratio(pool, ours),
        "ours_over_floor": ratio(ours, floor),
        "papermill_cli_over_reports_alone": ratio(commands, alone),
        "papermill_pool_over_reports_alone": ratio(pool, alone),
        "reports_alone_over_floor": ratio(alone, floor),
    }
    timings["nothing changed"] = _spread([workplace.ours() for _ in range(ROUNDS)])
    figure = workplace.data / "raw" / "annual-report" / "2012-13" / "figure-7.csv"
    for _ in range(2):  # what was kept of files that don't change is there again with the second one
        restate(figure)
        timings["one figure changed"] = round(workplace.ours(), 2)
    timings["growth"] = _growth(workplace)
    print(json.dumps(timings, indent=1, ensure_ascii=False))
    return timings


def _growth(workplace: Workplace) -> dict[str, dict[str, float]]:
    """Return {number of reports: total seconds, seconds for each report, and memory in MB}."""
    growth = {}
    for count in SIZES:
        workplace.plan(count)
        memory: dict[str, float] = {}
        stop = threading.Event()
        watch = threading.Thread(target=_memory, args=(stop, memory))
        watch.start()
        seconds = workplace.ours("--force")
        stop.set()
        watch.join()
        growth[str(count)] = {"seconds": round(seconds, 1), "a report": round(seconds / count, 2)} | memory
        print(count, growth[str(count)], flush=True)
    return growth


def restate(figure: Path) -> None:
    """Raise one figure of another county in the raw file by one, and change the checksum in its origin."""
    import hashlib

    text = figure.read_text(encoding="utf-8")
    assert "Essex," in text
    figure.write_text(re.sub(r"Essex,(\d+)", lambda found: f"Essex,{int(found[1]) + 1}", text), encoding="utf-8")
    origin = figure.with_name("origin.toml")
    digest = hashlib.sha256(figure.read_bytes()).hexdigest()
    origin.write_text(
        re.sub(rf'(?m)^"{figure.name}" = ".*"$', f'"{figure.name}" = "{digest}"', origin.read_text(encoding="utf-8")),
        encoding="utf-8",
    )


def _spread(values: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(values), 2), "min": round(min(values), 2), "max": round(max(values), 2)}
