"""An import that is killed has changed nothing, or everything: what it left is put back before anything reads it."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from official_files import SHIPPED

from analysis import store
from analysis.clean import clean
from analysis.clean.official import unfinished
from analysis.clean.official.file_import import receive
from analysis.errors import SafeguardingError

SET = SHIPPED / "neighbours" / "2021-04-extract" / "neighbours.csv"
POPULATION = next(SHIPPED.glob("dfe-cin/*/population.csv"))
IMPORT = (
    "import sys; from pathlib import Path; from analysis.clean.official.file_import import receive;"
    " receive(Path(sys.argv[1]), 'dfe-cin', [Path(sys.argv[2])])"
)


def raw(data: Path) -> dict[str, bytes]:
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in (data / "raw").rglob("*") if path.is_file()}


def killed(data: Path, after: float) -> None:
    """Import a file in a process of its own and kill it so many seconds after it has begun to change the raw data."""
    process = subprocess.Popen([sys.executable, "-c", IMPORT, data, POPULATION])
    while process.poll() is None and not (data / ".official-import").exists():
        time.sleep(0.002)
    time.sleep(after)
    process.kill()
    process.wait()


def check_kills(folder: Path, moments: list[float]) -> None:
    start, whole = folder / "start", folder / "whole"
    receive(start, "neighbours", [SET], "2021-04")
    shutil.copytree(start, whole)
    receive(whole, "dfe-cin", [POPULATION])
    ends = {False: raw(start), True: raw(whole)}
    for number, moment in enumerate(moments):
        data = folder / f"data-{number}"
        shutil.copytree(start, data)
        killed(data, moment)
        clean(data)
        after = raw(data)
        assert after in ends.values(), sorted(set(after) ^ set(ends[False]))
        is_there = "population_mid_year" in set(store.load(data).observations["series"])
        assert is_there == (after == ends[True])
        assert not (data / ".official-import").exists()
        receive(data, "dfe-cin", [POPULATION])
        assert raw(data) == ends[True]
        shutil.rmtree(data)


def test_an_import_that_is_killed_is_all_or_nothing(tmp_path: Path) -> None:
    check_kills(tmp_path, [0.0, random.Random(7).uniform(0, 2)])  # noqa: S311


@pytest.mark.slow
def test_thirty_imports_that_are_killed_are_all_or_nothing(tmp_path: Path) -> None:
    rng = random.Random(8)  # noqa: S311
    check_kills(tmp_path, [rng.uniform(0, rng.choice([0.05, 0.5, 4])) for _ in range(30)])


def test_a_killed_import_that_had_replaced_a_release_is_put_back(tmp_path: Path) -> None:
    receive(tmp_path, "dfe-cin", [POPULATION])
    before = raw(tmp_path)
    target = tmp_path / "raw" / "official" / "dfe-cin" / "2023"
    change = unfinished.changing(tmp_path, target)
    change.__enter__()  # and never left, as by a process that was killed
    shutil.rmtree(target)
    half = target.with_name(".2023-half")
    half.mkdir()
    (half / "origin.toml").write_text("half", encoding="utf-8")
    clean(tmp_path)
    assert raw(tmp_path) == before


def test_nothing_is_put_back_while_an_import_is_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    receive(tmp_path, "dfe-cin", [POPULATION])
    target = tmp_path / "raw" / "official" / "dfe-cin" / "2024"
    monkeypatch.setattr(unfinished, "_TIMEOUT", 0.1)
    with unfinished.lock(tmp_path), unfinished.changing(tmp_path, target):
        target.mkdir()
        unfinished.undo(tmp_path)
        assert target.exists()
        with pytest.raises(SafeguardingError, match="Another import is running"), unfinished.lock(tmp_path):
            pass
