"""The tidy table: its schema is kept, what is written is what is read, and a folder is replaced whole or not at all."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import RAW, RawCopy

from analysis import store
from analysis.clean import clean
from analysis.errors import DataError, SafeguardingError
from analysis.files import folders


def observation(**fields: object) -> dict[str, object]:
    return {
        "series": "contacts", "area": "E10000018", "period": "2012-13", "category": "all", "value": 1.0, "status": "final",
        "release": "annual-report/2012-13", "source": "annual-report/2012-13/figure-1.csv#cell=3,6", "note": "",
    } | fields  # fmt: skip


def frame(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(store.COLUMNS)).astype({"value": float})


def test_a_sound_frame_comes_back_in_the_order_of_its_key() -> None:
    rows = [observation(period=period) for period in ("2012-13-Q2", "2012-13", "2012-13-Q1")]
    found = store.check(frame(*rows))
    assert found["period"].tolist() == ["2012-13", "2012-13-Q1", "2012-13-Q2"]


@pytest.mark.parametrize("status", ["suppressed", "not_available", "not_applicable"])
def test_a_status_without_a_value_is_sound(status: str) -> None:
    assert len(store.check(frame(observation(status=status, value=None)))) == 1


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([observation(), observation()], "a key that occurs twice"),
        ([observation(status="guessed")], "a status outside the schema"),
        ([observation(value=None)], "a figure without a value"),
        ([observation(value=float("inf"))], "a figure without a value"),
        ([observation(status="suppressed")], "a value where the status says there is none"),
    ],
)
def test_a_broken_frame_is_refused_and_names_the_cell(rows: list[dict[str, object]], found: str) -> None:
    with pytest.raises(DataError) as caught:
        store.check(frame(*rows))
    figure = "(contacts, E10000018, 2012-13, all)"
    assert str(caught.value).startswith(f"annual-report/2012-13/figure-1.csv#cell=3,6: found {found} {figure}")


def test_a_missing_column_is_refused() -> None:
    with pytest.raises(DataError, match="observations: found series, area, .*, expected series, area"):
        store.check(frame(observation()).drop(columns="note"))


def test_the_schema_holds_for_what_was_cleaned(held: store.Store) -> None:
    assert store.check(held.observations).equals(held.observations)
    assert tuple(held.checks.columns) == store.CHECK_COLUMNS
    assert tuple(held.cells.columns) == store.CELL_COLUMNS
    assert held.origins["census-2011/2011"]["licence"] == "Open Government Licence v3.0"


def test_the_record_names_every_input_and_output(data: Path, held: store.Store) -> None:
    inputs = {path.relative_to(RAW).as_posix() for path in RAW.rglob("*") if path.is_file()}
    assert len(held.build["inputs"]) == len(inputs)
    assert {name.rpartition("/")[2] for name in held.build["inputs"]} == {name.rpartition("/")[2] for name in inputs}
    assert set(held.build["outputs"]) == {
        f"{name}.parquet" for name in ("observations", "checks", "cells", "receipts", "actions", "commentary")
    }
    assert held.build["version"] == store.version()
    assert {path.name for path in (data / "processed").iterdir()} == {*held.build["outputs"], "build.json"}


def test_the_same_input_gives_the_same_bytes_in_another_folder(data: Path, tmp_path: Path) -> None:
    shutil.copytree(RAW, tmp_path / "another" / "raw")
    assert clean(tmp_path / "another")
    there, here = RawCopy(tmp_path / "another"), RawCopy(data)
    assert there.processed() == here.processed()


def test_a_second_clean_does_nothing(raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()
    before = {path: path.stat().st_mtime_ns for path in (copy.data / "processed").iterdir()}
    assert not clean(copy.data)
    assert {path: path.stat().st_mtime_ns for path in (copy.data / "processed").iterdir()} == before


def test_another_version_of_the_library_cleans_anew(raw_copy: Callable[[], RawCopy], monkeypatch: pytest.MonkeyPatch) -> None:
    copy = raw_copy()
    monkeypatch.setattr("analysis.store.tidy_table.version", lambda: "another")
    assert clean(copy.data)
    assert store.load(copy.data).build["version"] == "another"


def test_nothing_processed_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SafeguardingError, match=r"There are no processed figures yet: run `safeguarding clean` first\."):
        store.load(tmp_path)
    monkeypatch.setenv("SAFEGUARDING_DATA", str(tmp_path))
    with pytest.raises(SafeguardingError, match="no processed figures yet"):
        store.load()


@pytest.mark.parametrize("file", ["observations.parquet", "checks.parquet", "cells.parquet"])
def test_a_processed_file_that_was_altered_is_refused_and_mended_by_the_next_clean(
    file: str, raw_copy: Callable[[], RawCopy]
) -> None:
    copy = raw_copy()
    before = copy.processed()
    path = copy.data / "processed" / file
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DataError, match=f"processed/{file}: found other bytes, expected what `safeguarding clean` wrote"):
        store.load(copy.data)
    assert clean(copy.data)
    assert copy.processed() == before
    path.unlink()
    with pytest.raises(DataError, match=f"processed/{file}"):
        store.load(copy.data)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": "1"}'])
def test_a_record_that_cannot_be_read_is_refused_and_mended_by_the_next_clean(text: str, raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()
    before = copy.processed()
    (copy.data / "processed" / "build.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"processed/build\.json: found no record of a build"):
        store.load(copy.data)
    assert clean(copy.data)
    assert copy.processed() == before


def test_a_broken_frame_leaves_what_was_there(raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()
    before = copy.processed()
    broken = frame(observation(), observation())
    beside = sorted(copy.data.iterdir())
    with pytest.raises(DataError):
        store.write(copy.data, broken, broken, broken, {}, {})
    assert copy.processed() == before
    assert sorted(copy.data.iterdir()) == beside


KILL = """
import ctypes, os, sys
from pathlib import Path
from analysis.files import folders
def no_library(*given, **more):
    raise OSError  # a system that can't let two folders change places
ctypes.CDLL = no_library
rename, calls = Path.rename, []
def dies_at_the_second(path, target):
    calls.append(path)
    if len(calls) == 2:
        os._exit(9)
    return rename(path, target)
Path.rename = dies_at_the_second
with folders.replacing(Path(sys.argv[1])) as new:
    (new / "build.json").write_text("{}")
"""


def test_a_kill_between_the_two_renames_is_healed_by_the_next_load(raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()
    before = copy.processed()
    killed = subprocess.run([sys.executable, "-c", KILL, str(copy.data / "processed")], check=False)
    assert killed.returncode == 9
    assert not (copy.data / "processed").exists()
    assert json.loads(json.dumps(store.load(copy.data).build))["version"] == store.version()
    assert copy.processed() == before


def test_an_error_between_the_two_renames_puts_the_old_folder_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "kept"
    target.mkdir()
    (target / "old").write_text("old", encoding="utf-8")
    rename, calls = Path.rename, []

    def fails_at_the_second(path: Path, other: Path) -> Path:
        calls.append(path)
        if len(calls) == 2:
            raise OSError("no room")
        return rename(path, other)

    def no_library(*given: object, **more: object) -> None:
        raise OSError("a system that can't let two folders change places")

    monkeypatch.setattr(ctypes, "CDLL", no_library)
    monkeypatch.setattr(Path, "rename", fails_at_the_second)
    with pytest.raises(OSError, match="no room"), folders.replacing(target) as new:
        (new / "new").write_text("new", encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert [path.name for path in target.iterdir()] == ["old"]


def test_a_folder_replaced_is_readable_by_others_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "target"
    for text in ("first", "second"):
        with folders.replacing(target) as new:
            (new / "text").write_text(text, encoding="utf-8")
        assert (target / "text").read_text(encoding="utf-8") == text
    assert target.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in target.parent.iterdir()] == ["target"]


def test_what_a_killed_process_left_half_made_is_swept_away_once_it_is_old(tmp_path: Path) -> None:
    old, young = tmp_path / ".target-old", tmp_path / ".target-young"
    for folder in (old, young):
        folder.mkdir()
    os.utime(old, (0, 0))
    with folders.replacing(tmp_path / "target"):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == [".target-young", "target"]


def test_a_folder_set_aside_beside_a_finished_one_is_removed(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / ".target.previous").mkdir()
    folders.recover(tmp_path / "target")
    assert [path.name for path in tmp_path.iterdir()] == ["target"]
