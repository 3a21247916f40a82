"""Files of official statistics are read again only when something of them has changed, and what comes out is the same either way."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import RawCopy

from analysis import store
from analysis.clean import build, clean, official
from analysis.store import kept_frames

OFFICIAL = "official/dfe-cla/2024-11-extract/looked-after.csv"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files of official statistics that are read; nothing of an earlier reading is left in this process."""
    files: list[str] = []

    def reading(release: store.raw_files.Release, file: str) -> official.Reading:
        files.append(f"{release.id}/{file}")
        official._readings.clear()
        return official.read(release, file)

    monkeypatch.setattr(build, "official", Noting(reading))
    return files


class Noting:
    """The package `official` with another `read`."""

    def __init__(self, read: Callable[..., official.Reading]) -> None:
        self.read = read

    def __getattr__(self, name: str) -> object:
        return getattr(official, name)


def edited(copy: RawCopy, old: str, new: str) -> None:
    path = copy.data / "raw" / OFFICIAL
    assert old in path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8", newline="")
    origin = path.with_name("origin.toml")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    said = re.sub(rf'(?m)^"{path.name}" = ".*"$', f'"{path.name}" = "{digest}"', origin.read_text(encoding="utf-8"))
    origin.write_text(said, encoding="utf-8")


def test_a_changed_print_leaves_official_files_unread_and_gives_the_same_bytes(
    raw_copy: Callable[[], RawCopy], read: list[str]
) -> None:
    copy = raw_copy()
    copy.edit("figure-7.csv", lambda rows: rows[2].__setitem__(1, "489"))
    assert clean(copy.data) and read == []
    kept = copy.processed()
    shutil.rmtree(copy.data / kept_frames.FOLDER)
    shutil.rmtree(copy.data / "processed")
    assert clean(copy.data) and len(read) == 5
    assert copy.processed() == kept


def test_a_changed_official_file_is_read_again_and_no_other(raw_copy: Callable[[], RawCopy], read: list[str]) -> None:
    copy = raw_copy()
    edited(copy, "E06000001,Hartlepool,176,", "E06000001,Hartlepool,177,")
    assert clean(copy.data)
    assert [Path(each).name for each in read] == ["looked-after.csv"]
    figures = store.load(copy.data).observations
    changed = figures[(figures["area"] == "E06000001") & (figures["period"] == "2012-03-31") & (figures["category"] == "all")]
    assert changed.loc[changed["series"] == "children_in_care", "value"].tolist() == [177.0]


def test_another_library_reads_every_file_again(
    raw_copy: Callable[[], RawCopy], read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = raw_copy()
    monkeypatch.setattr(kept_frames, "version", lambda: "1+other")
    copy.edit("figure-7.csv", lambda rows: rows[2].__setitem__(1, "489"))
    assert clean(copy.data) and len(read) == 5
