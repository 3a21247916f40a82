"""Windows, without make and without an administrator's rights: the commands in processes that lack what Windows lacks.

`tests/windows/sitecustomize.py` makes a process so. It is no Windows: a run there remains to be made by whoever has one.
"""

from __future__ import annotations

import ast
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from projects import PERIOD, QUICK, Project, environment, make_project
from returned import filled

SHIM = Path(__file__).parents[1] / "windows"
MAIN = "from analysis.cli import main; main()"
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="stands in for Windows by what Linux has")


def there(project: Project, **more: str) -> dict[str, str]:
    """The environment of such a process: its output is cp1252 when it is no screen's, as there."""
    scratch = project.root.parent / "temp"
    scratch.mkdir(exist_ok=True)
    return environment(
        {"PYTHONPATH": str(SHIM), "PYTHONIOENCODING": "cp1252", "SYSTEMROOT": r"C:\Windows", "TMPDIR": str(scratch)} | more
    )


def command(project: Project, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", MAIN, *words], cwd=project.root, env=there(project, **more),
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, printed: Path) -> Iterator[Project]:
    made = make_project(tmp_path / "project", printed, QUICK)
    yield made
    assert list((tmp_path / "temp").iterdir()) == []  # nothing is left behind in the folder for temporary files


def test_the_stand_in_is_as_windows_in_what_the_project_relies_on(tmp_path: Path) -> None:
    code = "import os, signal\nprint(os.name, hasattr(os, 'fork'), hasattr(signal, 'SIGHUP'))\nimport fcntl"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment({"PYTHONPATH": str(SHIM)}), capture_output=True, text=True, check=False
    )
    assert done.stdout == "nt False False\n" and "No module named 'fcntl'" in done.stderr


@pytest.mark.parametrize("links", ["yes", "no"])
def test_a_pack_is_made_and_made_again(project: Project, links: str) -> None:
    cleaned = command(project, "clean")
    assert (cleaned.returncode, cleaned.stderr) == (0, "")
    done = command(project, "run", "--period", PERIOD, WINDOWS_HARD_LINKS=links)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "The pack is ready" in done.stdout
    assert not [path.name for path in project.pack.rglob("*.html") if b"\r" in path.read_bytes()]
    again = command(project, "run", "--period", PERIOD)
    assert again.returncode == 0 and "Nothing has changed" in again.stdout
    forced = command(project, "run", "--period", PERIOD, "--force", "--keep", "1")
    assert (forced.returncode, forced.stderr) == (0, "")
    shown = command(project, "published")
    assert shown.returncode == 0 and PERIOD in shown.stdout
    checked = command(project, "check", str(Path("reports") / PERIOD))
    assert checked.returncode == 0, checked


def test_a_return_is_received_and_its_quarter_published(project: Project) -> None:
    template = command(
        project, "returns", "template", "--agency", "rutland-children", "--period", "2013-14-Q1", "--out", "née.xlsx"
    )
    assert (template.returncode, template.stderr) == (0, ""), template.stderr
    filled(project.root / "data", project.root / "née.xlsx")
    (project.root / "broken.xlsx").write_bytes(b"PK\x03\x04 half")
    refused = command(project, "returns", "receive", "broken.xlsx")
    assert refused.returncode == 1 and "Traceback" not in refused.stderr
    assert all(b"\r" not in path.read_bytes() for path in (project.root / "data" / "returns-refused").rglob("*.*"))
    kept = command(project, "returns", "receive", "née.xlsx")
    assert (kept.returncode, kept.stderr) == (0, ""), kept
    status = command(project, "returns", "status", "--period", "2013-14-Q1")
    assert status.returncode == 0 and "rutland-children" in status.stdout
    project.plan(QUICK.split("[reports.quality]")[0].replace("dols", "children"))
    made = command(project, "run", "--period", "2013-14-Q1", "--area", "Rutland", "--audience", "public")
    assert (made.returncode, made.stderr) == (0, ""), made
    assert (project.root / "reports" / "public" / "2013-14-Q1" / "index.html").is_file()


def test_listings_can_be_kept_in_a_file(project: Project) -> None:
    for words in (
        ["areas", "--format", "csv"],
        ["indicators"],
        ["claims", "--format", "csv"],
        ["withheld", "--audience", "public"],
    ):
        done = command(project, *words)
        assert done.returncode == 0 and "Traceback" not in done.stderr, (words, done.stderr)
        assert "\r" not in done.stdout


def test_one_run_at_a_time_and_the_other_says_whose_turn_it_is(project: Project) -> None:
    run = started(project)
    second = command(project, "run", "--period", PERIOD)
    assert second.returncode == 1
    assert re.fullmatch(
        rf"Error: Another run works on the folder 'reports' \(process {run.pid} on .*, since 0 minutes\): wait for it.\n",
        second.stderr,
    )
    run.send_signal(signal.SIGINT)
    _, error = run.communicate(timeout=60)
    assert (run.returncode, error) == (1, "Error: The run was stopped by SIGINT: the last pack stands as it was.\n")
    project.plan(QUICK.split("[reports.quality]")[0])
    after = command(project, "run", "--period", PERIOD)  # nobody was killed, and nothing is in its way
    assert (after.returncode, after.stderr) == (0, "") and "killed" not in after.stdout


def test_what_a_run_that_was_killed_has_left_is_gone_with_the_next(project: Project) -> None:
    run = started(project)
    run.kill()
    run.communicate(timeout=60)
    project.plan(QUICK.split("[reports.quality]")[0])
    after = command(project, "run", "--period", PERIOD)
    assert (after.returncode, after.stderr) == (0, "") and f"was killed (process {run.pid} " in after.stdout
    assert project.hidden() == []


def started(project: Project) -> subprocess.Popen[str]:
    """A run whose one report has begun and takes a minute."""
    project.plan('[reports.slow]\nnotebook = "slow"\ntitle = "T"\nsection = "S"\nsummary = "W"\n')
    begun = project.root / "begun"
    project.notebook("slow", "import pathlib, time", f"pathlib.Path({str(begun)!r}).touch()", "time.sleep(60)")
    run = subprocess.Popen(
        [sys.executable, "-c", MAIN, "run", "--period", PERIOD], cwd=project.root, env=there(project), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    ends = time.monotonic() + 120
    while not begun.exists() and time.monotonic() < ends:
        time.sleep(0.05)
    assert begun.exists()
    return run


def test_a_pack_that_a_program_has_open_stands_and_one_sentence_says_so(project: Project) -> None:
    assert command(project, "run", "--period", PERIOD).returncode == 0
    code = f"workbook = open({str(project.pack / 'figures.xlsx')!r}, 'rb')\n{MAIN}"
    done = subprocess.run(
        [sys.executable, "-c", code, "run", "--period", PERIOD, "--force"], cwd=project.root, env=there(project),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    assert "another program has one of its files open, Excel perhaps: close it, and run again" in done.stderr
    assert (project.pack / "index.html").is_file()


def test_whoever_is_to_be_told_is(project: Project) -> None:
    told = project.root / "told.py"
    told.write_text("import sys\nopen('told', 'w', encoding='utf-8').write(sys.stdin.read())\n", encoding="utf-8")
    project.plan(QUICK.split("[reports.quality]")[0])
    done = command(project, "run", "--period", PERIOD, "--notify", f'"{sys.executable}" told.py')
    assert (done.returncode, done.stderr) == (0, "")
    assert '"status": "done"' in (project.root / "told").read_text(encoding="utf-8")


def test_every_text_is_written_and_read_in_a_named_encoding_and_with_the_same_ends_of_lines() -> None:
    found = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                given = {word.arg for word in call.keywords}
                modes = {arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
                match call.func.attr:
                    case "write_text":
                        whole = {"encoding", "newline"} <= given
                    case "read_text":
                        whole = "encoding" in given
                    case "open" if modes & {"w", "a", "x"}:
                        whole = {"encoding", "newline"} <= given
                    case "run" | "Popen" | "check_output":
                        whole = not given & {"text", "universal_newlines"}
                    case _:
                        whole = True
                if not whole:
                    found.append(f"{path.relative_to(ROOT)}:{call.lineno}: {call.func.attr}")
    assert found == []
