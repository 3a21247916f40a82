"""The run, disturbed: killed, stopped, started twice, watched, without room, as somebody else. The last pack stands each time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from projects import BIN, PERIOD, Project, environment, make_project

from analysis.errors import SafeguardingError
from analysis.files import folders, locks
from analysis.pack.run import processes
from analysis.store import register

REPORT = 'title = "T"\nsection = "S"\nsummary = "W"\n'
MARK = "RUN_SAFETY_MARK"
BEGUN = "(raw_files.data_folder().parent / 'begun')"  # as a notebook names the file; the gate lets no path of a machine through
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
pytestmark = LINUX


@pytest.fixture
def project(tmp_path: Path, printed: Path) -> Iterator[Project]:
    """A project of three reports, each of which says which edition it is of."""
    made = make_project(
        tmp_path / "project", printed, "".join(f'[reports.{name}]\nnotebook = "{name}"\n{REPORT}' for name in "abc")
    )
    short = tempfile.mkdtemp(prefix="t-", dir="/tmp")
    (tmp_path / "t").symlink_to(short)
    edition(made, 0)
    yield made
    shutil.rmtree(short, ignore_errors=True)


def edition(project: Project, number: int) -> None:
    for name in "abc":
        project.notebook(name, f"from IPython.display import Markdown\nMarkdown('Edition {number}.')")


def start(project: Project, *words: str) -> subprocess.Popen[str]:
    env = environment({MARK: str(project.root), "TMPDIR": str((project.root.parent / "t").resolve())})
    command = [BIN / "safeguarding", "run", "--jobs", "2", *words]
    return subprocess.Popen(
        command, cwd=project.root, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def finish(project: Project, *words: str) -> tuple[int, str, str]:
    run = start(project, *words)
    out, err = run.communicate(timeout=300)
    return run.returncode, out, err


def succeed(project: Project) -> None:
    status, _, err = finish(project)
    assert status == 0, err


def alive(project: Project) -> list[str]:
    """The command lines of all processes that a run of this project has started, directly or not."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"{MARK}={project.root}\0".encode() in path.read_bytes():
                found.append((path.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:  # gone, or somebody else's
            continue
    return found


def wait_until(true: Callable[[], object], seconds: float = 60) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if true():
            return True
        time.sleep(0.02)
    return False


def whole(pack: Path) -> int:
    """The edition of a pack in which every file is the one that its manifest names and every page is of one edition."""
    manifest = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))
    files = {
        path.relative_to(pack).as_posix(): path for path in pack.rglob("*") if path.is_file() and path.name != "manifest.json"
    }
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()} == manifest["files"]
    pages = [(pack / f"{name}.html").read_text(encoding="utf-8") for name in "abc"]
    editions = {re.search(r"Edition (\d+)\.", page)[1] for page in pages}  # type: ignore[index]
    assert len(editions) == 1
    return int(editions.pop())


def slow(project: Project, seconds: int = 60) -> Path:
    """Make report b a slow one, that says when it has begun."""
    begun = project.root / "begun"
    project.notebook("b", f"import time\nfrom analysis.store import raw_files\n{BEGUN}.touch()\ntime.sleep({seconds})")
    return begun


def nothing_left(project: Project) -> None:
    assert wait_until(lambda: not alive(project), 10), alive(project)
    left = list((project.root.parent / "t").iterdir())
    assert left == []
    if (project.root / "reports").exists():
        assert set(project.hidden()) <= {".earlier"} and not (project.root / "reports" / ".run").exists()


# Killed


def kill_at_random(project: Project, times: int, seed: int) -> None:
    succeed(project)
    good, chance = 0, random.Random(seed)  # noqa: S311
    edition(project, 1)
    started = time.monotonic()
    succeed(project)
    lasts, good = time.monotonic() - started, 1
    for number in range(2, times + 2):
        edition(project, number)
        run = start(project)
        time.sleep(chance.uniform(0.05, 1.1) * lasts)
        run.kill()
        run.communicate()
        assert wait_until(lambda: not alive(project), 10), alive(project)
        found = whole(project.pack)
        assert found in (good, number)
        assert whole(project.root / "reports" / "latest") == found
        good = found
    edition(project, times + 2)
    status, _, err = finish(project)
    assert status == 0, err
    assert whole(project.pack) == times + 2
    nothing_left(project)


def test_a_run_killed_at_any_moment_leaves_a_whole_pack_and_the_next_one_works(project: Project) -> None:
    kill_at_random(project, 8, seed=9)


@pytest.mark.slow
def test_a_run_killed_a_hundred_times_leaves_a_whole_pack_each_time(project: Project) -> None:
    kill_at_random(project, 100, seed=10)


def test_what_a_killed_run_had_done_is_taken_over(project: Project) -> None:
    begun = slow(project)
    run = start(project, "--log-format", "json")
    assert run.stdout is not None
    made = [json.loads(run.stdout.readline()) for _ in range(2)]
    assert {line["report"] for line in made} == {"a", "c"} and wait_until(begun.exists)
    run.kill()
    run.communicate()
    project.notebook("b", "from IPython.display import Markdown\nMarkdown('Edition 0.')")
    status, out, err = finish(project, "--log-format", "json")
    assert status == 0, err
    events = {line["event"]: line for line in map(json.loads, out.splitlines())}
    assert "was killed" in events["took over"]["sentence"]
    assert events["taken over"]["reports"] == ["a", "c"] and events["made"]["report"] == "b"
    nothing_left(project)


# Told to stop


@pytest.mark.parametrize(
    "signals", [[signal.SIGTERM], [signal.SIGINT, signal.SIGINT], [signal.SIGHUP]], ids=["TERM", "INT twice", "HUP"]
)
def test_a_run_that_is_told_to_stop_stops_and_tidies_up(project: Project, signals: list[signal.Signals]) -> None:
    succeed(project)
    edition(project, 1)
    begun = slow(project)
    run = start(project)
    assert wait_until(begun.exists)
    asked = time.monotonic()
    for number in signals:
        os.killpg(run.pid, number)  # as a terminal or a service manager does: everything that hasn't left the group
        time.sleep(0.05)
    _, err = run.communicate(timeout=30)
    assert run.returncode == 1 and time.monotonic() - asked < 15
    assert err == f"Error: The run was stopped by {signals[0].name}: the last pack stands as it was.\n"
    assert whole(project.pack) == 0
    nothing_left(project)


def test_a_folder_that_a_killed_run_left_is_gone_before_anything_in_it_is_removed() -> None:
    # Another run may have made it a moment ago and be about to lock it: it must find it whole or gone.
    here = Path(tempfile.mkdtemp(prefix="swept-"))  # a short name: in a long one a run makes no folder of its own
    left = here / "safeguarding-left"
    left.mkdir()
    (left / "in-use").touch()
    code = f"""if True:
        import shutil
        from pathlib import Path
        remove = shutil.rmtree
        def told(folder, **how):
            print(Path({str(left)!r}).exists(), (Path(folder) / "in-use").exists())
            remove(folder, **how)
        shutil.rmtree = told
        from analysis.pack.run import processes
        processes.temporary_folder()
        shutil.rmtree = remove
    """
    environ = {**os.environ, "TMPDIR": str(here)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environ)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, ["False", "True"], "")
    here.rmdir()  # nothing is left in it


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kernels and helpers are forked from a server on Linux")
def test_a_terminal_that_closes_leaves_the_tracker_of_semaphores_to_the_run() -> None:
    # What a pool of helpers does when it is shut down, at the worst moment: after the signal has reached all of the group.
    code = """if True:
        import multiprocessing, os, signal, time
        from analysis.pack.run import processes
        signal.signal(signal.SIGHUP, lambda *_: None)  # the run outlives it for a moment
        processes.start_server()
        os.killpg(0, signal.SIGHUP)
        time.sleep(0.5)
        multiprocessing.get_context("forkserver").Semaphore()
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, start_new_session=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_run_for_many_areas_that_is_told_to_stop_leaves_the_pack_of_each(project: Project) -> None:
    words = ("--each", "--area", "Leicestershire", "--area", "Rutland")
    assert finish(project, *words)[0] == 0
    edition(project, 1)
    begun = slow(project)
    run = start(project, *words)
    assert wait_until(begun.exists)
    run.send_signal(signal.SIGTERM)
    out, err = run.communicate(timeout=30)
    assert run.returncode == 1 and err == "Error: The run was stopped by SIGTERM: the last pack stands as it was.\n"
    assert "Pack 2" not in out
    assert [whole(project.root / "reports" / area / PERIOD) for area in ("leicestershire", "rutland")] == [0, 0]
    nothing_left(project)


# Kernels that die, hang, or want too much


@pytest.mark.parametrize(
    ("source", "words", "says"),
    [
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", (), "killed by the system"),
        ("import re\nre.match('(a+)+$', 'a' * 60 + 'b')", ("--timeout", "3"), "stopped after 3 seconds"),
        ("import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32))\nx = bytearray(2**40)", (), "MemoryError"),
    ],
    ids=["killed", "hangs", "memory"],
)
def test_a_kernel_in_trouble_fails_its_report_and_nothing_else(
    project: Project, source: str, words: tuple[str, ...], says: str
) -> None:
    succeed(project)
    edition(project, 1)
    project.notebook("b", source)
    status, _, err = finish(project, *words)
    assert status == 1 and err.startswith("Error: The report 'b' failed: b.ipynb") and says in err and err.count("\n") == 1
    assert whole(project.pack) == 0
    nothing_left(project)


def test_children_of_a_kernel_end_with_a_run_that_is_killed(project: Project) -> None:
    # A thread in the kernel that watches its client would wait for the interpreter's lock, which this cell never gives back.
    begun = project.root / "begun"
    source = f"import re, subprocess\nfrom analysis.store import raw_files\nsubprocess.Popen(['sleep', '60'])\n{BEGUN}.touch()\n"
    project.notebook("b", source + "re.match('(a+)+$', 'a' * 60 + 'b')")
    run = start(project)
    assert wait_until(begun.exists)
    assert any("sleep" in line for line in alive(project))
    run.kill()
    run.communicate()
    assert wait_until(lambda: not alive(project), 5), alive(project)


# Two runs, and readers


def test_two_runs_at_once_are_one_run_and_one_sentence(project: Project) -> None:
    begun = slow(project, 4)
    source = (project.root / "notebooks" / "b.ipynb").read_text(encoding="utf-8")
    project.notebook("b", "from IPython.display import Markdown\nMarkdown('Edition 0.')")
    succeed(project)
    (project.root / "notebooks" / "b.ipynb").write_text(source, encoding="utf-8")
    first = start(project)
    assert wait_until(begun.exists)
    status, _, err = finish(project)
    assert status == 1 and re.fullmatch(
        r"Error: Another run works on the folder 'reports' \(process \d+ .*\): wait for it\.\n", err
    )
    assert whole(project.pack) == 0
    _, err = first.communicate(timeout=60)
    assert first.returncode == 0, err
    nothing_left(project)


def test_a_reader_who_copies_the_pack_while_it_is_replaced_gets_one_pack(project: Project, tmp_path: Path) -> None:
    succeed(project)
    edition(project, 1)
    reader = os.open(project.pack, os.O_RDONLY)  # as tar -C, rsync or a shell standing in the folder have it
    copy = tmp_path / "copy"
    names = [path.relative_to(project.pack).as_posix() for path in sorted(project.pack.rglob("*")) if path.is_file()]

    def take(name: str) -> None:
        with os.fdopen(os.open(name, os.O_RDONLY, dir_fd=reader), "rb") as file:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(file.read())

    for name in names[:3]:
        take(name)
    succeed(project)
    assert whole(project.pack) == 1
    for name in names[3:]:
        take(name)
    os.close(reader)
    assert whole(copy) == 0


def test_readers_find_a_whole_folder_at_every_moment(tmp_path: Path) -> None:
    target, stop, seen = tmp_path / "pack", threading.Event(), set()
    trouble: list[BaseException] = []

    def put(number: int, keep: int = 60) -> None:  # a reader is promised the pack it has begun on as long as that is kept
        with folders.replacing(target, keep) as new:
            for name in ("one", "two"):
                (new / name).write_text(str(number))

    def read() -> None:
        try:
            while not stop.is_set():
                folder = os.open(target, os.O_RDONLY)
                texts = set()
                for name in ("one", "two"):
                    with os.fdopen(os.open(name, os.O_RDONLY, dir_fd=folder)) as file:
                        texts.add(file.read())
                os.close(folder)
                assert len(texts) == 1
                seen.update(texts)
        except BaseException as error:
            trouble.append(error)

    put(0)
    thread = threading.Thread(target=read)
    thread.start()
    try:
        for number in range(1, 60):
            put(number)
    finally:
        stop.set()
        thread.join()
    assert trouble == [] and len(seen) > 2
    put(60, keep=2)
    assert [path.name for path in tmp_path.iterdir() if path.name != "pack"] == [".earlier"]
    assert [(path / "one").read_text() for path in folders.earlier(target)] == ["59", "58"]


# Disk, rights, clock


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder with room for less than a pack."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", folder], capture_output=True, check=False
        ).returncode
        == 0
    )
    if not mounted:
        pytest.skip("only root can make a small disk")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_one_sentence_and_leaves_the_last_pack(project: Project, small_disk: Path) -> None:
    out = small_disk / "reports"
    project.plan(f'[reports.a]\nnotebook = "a"\n{REPORT}')
    status, _, err = finish(project, "--out", str(out))
    assert status == 0, err
    before = {path.name: path.read_bytes() for path in (out / PERIOD).glob("*.html")}
    (small_disk / "more").write_bytes(b"x" * (os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize - 8192))
    project.notebook("a", "from IPython.display import Markdown\nMarkdown('word ' * 20_000)")
    status, _, err = finish(project, "--out", str(out))
    assert status == 1 and re.fullmatch(r"Error: [^\n]*No space left on device\.\n", err)
    assert {path.name: path.read_bytes() for path in (out / PERIOD).glob("*.html")} == before
    assert sorted(path.name for path in out.iterdir()) == [PERIOD, "index.html", "latest"]
    nothing_left(project)


def test_no_room_at_any_write_leaves_the_last_folder(tmp_path: Path) -> None:
    target = tmp_path / "pack"
    with folders.replacing(target) as new:
        (new / "a").write_text("old")
    with pytest.raises(OSError, match="No space"), folders.replacing(target, keep=2) as new:
        (new / "a").write_text("half")
        raise OSError(28, "No space left on device")
    assert (target / "a").read_text() == "old" and [path.name for path in tmp_path.iterdir()] == ["pack"]


def as_nobody(command: list[str]) -> list[str]:
    """The command run by a user who may read everything and write nothing but what is theirs."""
    caps = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search", "--bounding-set=-all,+dac_read_search"]
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *caps, *command]


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can become somebody else")
def test_another_user_makes_a_pack_from_a_checkout_that_they_cannot_write(project: Project) -> None:
    theirs = (project.root.parent / "t").resolve()
    theirs.chmod(0o755)
    shutil.copytree(project.root / "data" / "raw", theirs / "data" / "raw")
    (theirs / "t").mkdir()
    for path in (theirs, *theirs.rglob("*")):
        os.chown(path, 65534, 65534)
    before = {path: path.stat().st_mtime_ns for path in project.root.rglob("*")}
    env = environment({"HOME": "/nonexistent", "TMPDIR": str(theirs / "t")})
    words = ["run", "--data", str(theirs / "data"), "--out", str(theirs / "reports")]
    command = as_nobody([str(BIN / "safeguarding"), *words])
    for expected in ("Published 3 pages and the index.", "Nothing has changed"):
        done = subprocess.run(command, cwd=project.root, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout and "one by one" not in done.stdout
    assert whole(theirs / "reports" / PERIOD) == 0
    assert list((theirs / "t").iterdir()) == []
    assert {path: path.stat().st_mtime_ns for path in project.root.rglob("*")} == before
    refused = subprocess.run(
        as_nobody([str(BIN / "safeguarding"), "run", "--data", str(theirs / "data")]),
        cwd=project.root, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 1 and refused.stderr == "Error: reports: Permission denied.\n"


def test_a_clock_that_is_set_back_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "pack"
    days = iter(["2031-01-01", "1999-01-01", "2026-01-01", "1970-01-01"])

    class Jumping:
        @staticmethod
        def now(zone: object) -> Jumping:
            return Jumping()

        def __format__(self, spec: str) -> str:
            return next(days)

    monkeypatch.setattr(folders, "datetime", Jumping)
    for number in range(4):
        with folders.replacing(target, keep=2) as new:
            (new / "a").write_text(str(number))
    assert (target / "a").read_text() == "3"
    assert [(path / "a").read_text() for path in folders.earlier(target)] == ["2", "1"]
    assert "since 0 minutes" in str(locks.Owner(1, "here", time.time() + 1e6))


# The lock


def test_the_owner_of_a_lock_is_named_with_the_minutes_that_it_has_held_it() -> None:
    assert str(locks.Owner(17, "office-pc", time.time() - 190)) == "process 17 on office-pc, since 3 minutes"


def test_the_lock_of_a_dead_owner_is_taken_over_and_named(tmp_path: Path) -> None:
    path = tmp_path / ".run"
    code = f"import os\nfrom pathlib import Path\nfrom analysis.files import locks\nwith locks.holding(Path({str(path)!r})):\n    os._exit(9)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert path.exists()
    with locks.holding(path) as left:
        assert left is not None and left.process != os.getpid()
        with pytest.raises(locks.HeldError, match=f"process {os.getpid()} on "), locks.holding(path):
            pass
        with pytest.raises(locks.HeldError), locks.holding(path, timeout=0.2):
            pass
    assert not path.exists()
    path.write_text("torn")
    with locks.holding(path) as left:
        assert left is None


def test_who_has_patience_gets_the_lock_when_its_owner_leaves(tmp_path: Path) -> None:
    path = tmp_path / ".run"
    with contextlib.ExitStack() as first:
        first.enter_context(locks.holding(path))
        threading.Timer(0.3, first.close).start()
        with locks.holding(path, timeout=30) as left:
            assert left is None and path.exists()
    assert not path.exists()


def test_two_entries_at_once_never_take_one_place_in_the_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = register.verify
    cells = pd.DataFrame(columns=[*register.KEY, "value", "low", "high"])
    entry = {"audience": "seg", "made": "now", "pack": "0", "cells": cells}

    def slower(data: Path) -> list[dict[str, object]]:
        lines = before(data)
        monkeypatch.setattr(register, "verify", before)
        register.record(data, period="2012-13-Q4", **entry)  # another run writes between our reading and our writing
        return lines

    monkeypatch.setattr(register, "verify", slower)
    with pytest.raises(SafeguardingError, match="just now: start again"):
        register.record(tmp_path, period="2012-13-Q3", **entry)
    assert [line["kind"] for line in register.verify(tmp_path)] == ["release", "end"]


def test_the_temporary_folder_of_a_killed_process_is_removed_by_the_next(project: Project) -> None:
    scratch = (project.root.parent / "t").resolve()
    code = "import os\nfrom analysis.pack.run import processes\nprint(processes.temporary_folder(), flush=True)\n"
    env = environment({"TMPDIR": str(scratch)})

    def run(more: str) -> Path:
        done = subprocess.run([sys.executable, "-c", code + more], env=env, capture_output=True, text=True, check=False)
        return Path(done.stdout.strip())

    left = run("os._exit(9)")
    assert left.exists() and left.parent == scratch
    assert not run("").exists() and not left.exists()
    assert processes.temporary_folder().exists()
