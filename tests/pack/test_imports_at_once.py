"""A run's imports: some libraries import in a circle, and two threads that go round it from two sides find half a module."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from projects import PERIOD, QUICK, Project, environment, make_project

# A run in an interpreter of its own, in which threads change as often as they can and a module takes a while to be found, as on a
# machine under load. Says what was looked for in other threads than the first, but for Python's own modules.
RUN = f"""
import sys, threading, time
from pathlib import Path

class Slow:
    looked_for = set()

    def find_spec(self, name, path=None, target=None):
        if threading.current_thread() is not threading.main_thread():
            self.looked_for.add(name.partition(".")[0])
        if name.startswith(("jupyter_client", "nbclient", "nbconvert", "IPython")):
            time.sleep(0.002)

from analysis.pack.run import publish

sys.setswitchinterval(1e-6)
sys.meta_path.insert(0, Slow())
publish.publish(Path("data"), Path("reports"), period={PERIOD!r}, jobs=3, resume=False, report_event=lambda event: None)
print(*(Slow.looked_for - sys.stdlib_module_names))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, printed: Path) -> Project:
    return make_project(tmp_path_factory.mktemp("imports") / "project", printed, QUICK)


@pytest.mark.parametrize("runs", [1, pytest.param(25, marks=pytest.mark.slow)])
def test_a_run_imports_in_one_thread(project: Project, runs: int) -> None:
    for _ in range(runs):
        done = subprocess.run(
            [sys.executable, "-c", RUN], cwd=project.root, env=environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert set(done.stdout.split()) <= {"black"}  # papermill asks for it with each notebook: there is none, and no circle


@pytest.mark.parametrize(
    ("module", "others"),
    [
        ("analysis.pack.run.publish", ("scipy.special", "scipy.optimize", "scipy.sparse", "nbformat", "jinja2", "openpyxl")),
        ("analysis.pack.pack_folder", ("analysis.exhibits", "matplotlib", "seaborn", "scipy.stats", "nbconvert")),
    ],
    ids=["to find that nothing has changed", "to write a pack"],
)
def test_a_run_loads_only_what_it_needs(module: str, others: tuple[str, ...]) -> None:
    source = f"import sys, {module}; print(*(name for name in {others!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", source], env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
