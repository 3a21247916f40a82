"""Past one machine: a scheduler and two workers on this one, as the README starts them, and one of them killed."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from projects import BIN, Project, environment, make_project

pytest.importorskip("distributed")
REPORT = 'title = "T"\nsection = "S"\nsummary = "W"\n'
NAMES = ("a", "b", "c", "d")


@pytest.fixture
def project(tmp_path: Path, printed: Path) -> Project:
    made = make_project(
        tmp_path / "project", printed, "".join(f'[reports.{name}]\nnotebook = "{name}"\n{REPORT}' for name in NAMES)
    )
    for name in NAMES:
        made.notebook(name, f"from IPython.display import Markdown\nMarkdown('Report {name}.')")
    return made


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler, and its two workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment(), "cwd": tmp_path}
    scheduler = subprocess.Popen([BIN / "dask", "scheduler", "--host", address, "--no-dashboard"], **quiet)
    worker = [BIN / "dask", "worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard"]
    workers = [subprocess.Popen(worker, **quiet) for _ in range(2)]
    yield address, workers
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


def test_reports_are_made_by_workers_and_by_the_other_when_one_is_killed(
    project: Project, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, workers = cluster
    begun = project.root / "begun"
    # Whoever makes report a first is killed while it does; the second time it is quick.
    source = (
        "import os, time\nfrom IPython.display import Markdown\nfrom analysis.store import raw_files\n"
        "begun = raw_files.data_folder().parent / 'begun'\nfirst = not begun.exists()\n"
        "begun.write_text(os.environ['JPY_PARENT_PID'])\ntime.sleep(60 * first)\nMarkdown('Report a.')"
    )
    project.notebook("a", source)
    command = [BIN / "safeguarding", "run", "--cluster", address, "--log-format", "json"]
    run = subprocess.Popen(
        command, cwd=project.root, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    ends = time.monotonic() + 90
    while not (begun.exists() and begun.read_text()) and time.monotonic() < ends:
        time.sleep(0.1)
    (killed,) = (worker for worker in workers if worker.pid == int(begun.read_text()))
    killed.kill()
    out, err = run.communicate(timeout=120)
    assert run.returncode == 0, err
    events = [json.loads(line) for line in out.splitlines()]
    assert {event["report"] for event in events if event["event"] == "made"} == set(NAMES)
    assert all(f"Report {name}." in (project.pack / f"{name}.html").read_text(encoding="utf-8") for name in NAMES)
    # A report that fails is no trouble of a worker's: it is one sentence, as without a cluster.
    project.notebook("b", "1 / 0")
    failed = project.command("run", "--cluster", address)
    assert failed.returncode == 1
    assert failed.stderr == "Error: The report 'b' failed: b.ipynb, cell 2: ZeroDivisionError: division by zero\n"


def test_a_worker_with_other_figures_is_not_believed(project: Project) -> None:
    from analysis.pack.plan import read_plan
    from analysis.pack.results import ReportError
    from analysis.pack.run.cluster import Task, _execute_on_worker
    from analysis.store import version

    report = read_plan(project.root / "notebooks", {})[0]
    for its_version, words in (("0+other", "another version"), (version(), "other processed figures")):
        task = Task(report, "{}", str(project.root / "data"), its_version, "another build")
        said = _execute_on_worker(task, lambda *_: pytest.fail("it was executed"))
        assert isinstance(said, ReportError) and words in str(said)


def test_no_scheduler_is_one_sentence(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.errors import SafeguardingError
    from analysis.pack.run import cluster

    monkeypatch.setattr(cluster, "_TIMEOUT", 1)
    with (
        pytest.raises(SafeguardingError, match=r"No scheduler answers at 'tcp://127\.0\.0\.1:9'"),
        cluster.workers("tcp://127.0.0.1:9", lambda *_: pytest.fail("nobody is there")),
    ):
        pass
