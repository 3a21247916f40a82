"""Results that are kept beside the figures: the same as made anew, and never those of anything else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis import scope
from analysis.catalogue import tables
from analysis.store import kept_frames
from analysis.store.kept_frames import kept

FIGURES = pd.DataFrame({"area": ["E06000017", "E10000018"], "value": [3.0, float("nan")], "note": ["", None]})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "processed").mkdir()
    (tmp_path / "processed" / "build.json").write_text("{}")
    monkeypatch.setenv("SAFEGUARDING_DATA", str(tmp_path))
    return tmp_path / kept_frames.FOLDER


def for_audience(figures: pd.DataFrame, audience: str) -> pd.DataFrame:
    noted = figures.copy()
    noted.attrs["audience"] = audience
    return noted


class Work:
    """Doubles the figures, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def of(self, figures: pd.DataFrame = FIGURES, name: str = "doubled", others: list[str] | None = None) -> pd.DataFrame:
        def work() -> pd.DataFrame:
            self.times += 1
            return figures.assign(value=2 * figures["value"])

        return kept(name, figures, others or [], work)


def test_what_is_kept_is_what_was_made_and_is_made_once(folder: Path) -> None:
    work = Work()
    made, kept_one = work.of(), work.of()
    pd.testing.assert_frame_equal(made, kept_one, check_exact=True)
    assert made["value"].tolist()[0] == 6.0 and work.times == 1
    (file,) = folder.iterdir()
    assert os.name != "posix" or file.stat().st_mode & 0o077 == 0, "somebody else may read it"


@pytest.mark.parametrize(
    "other",
    [
        lambda work: work.of(FIGURES.assign(value=[3.0, 0.0])),
        lambda work: work.of(FIGURES[::-1]),
        lambda work: work.of(FIGURES.rename(columns={"note": "remark"})),
        lambda work: work.of(name="tripled"),
        lambda work: work.of(others=["2012-13"]),
        lambda work: work.of(for_audience(FIGURES, "internal")),
    ],
    ids=["a figure", "their order", "a column", "what is worked out", "what else it is made of", "whom they are for"],
)
def test_what_is_made_of_anything_else_is_made_anew(folder: Path, other: Callable[[Work], object]) -> None:
    work = Work()
    work.of()
    other(work)
    assert work.times == 2


@pytest.mark.parametrize(
    ("place", "name", "new"),
    [
        (kept_frames, "version", lambda: "1+other"),
        (tables, "inputs", lambda: {"tables/scorecard.csv": "other"}),
        (kept_frames.pd, "__version__", "0"),
        (kept_frames.scipy, "__version__", "0"),
    ],
    ids=["the library", "a table of one's own", "pandas", "scipy"],
)
def test_another_library_table_or_package_makes_it_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch, place: object, name: str, new: object
) -> None:
    work = Work()
    work.of()
    monkeypatch.setattr(place, name, new)
    work.of()
    assert work.times == 2


def test_the_audience_that_is_noted_on_a_result_stays_on_it(folder: Path) -> None:
    work = Work()
    for _ in range(2):
        assert work.of(for_audience(FIGURES, "seg")).attrs == {"audience": "seg"}
    assert work.times == 1


def test_what_can_not_be_read_is_made_anew(folder: Path) -> None:
    work = Work()
    work.of()
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    assert work.of()["value"].tolist()[0] == 6.0 and work.times == 2
    assert file.read_bytes() == whole


def test_the_results_used_longest_ago_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work()
    for number in range(3):
        work.of(others=[str(number)])
    oldest, middle, _ = sorted(folder.iterdir())
    os.utime(oldest, (1, 1))
    monkeypatch.setattr(kept_frames, "_MOST", sum(path.stat().st_size for path in folder.iterdir()) - 1)
    kept_frames.remove_unused(folder.parent)
    assert not oldest.exists() and middle.exists() and len(list(folder.iterdir())) == 2


def test_a_folder_that_can_not_be_written_keeps_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(kept_frames.folders, "write_whole", refuse)
    work = Work()
    pd.testing.assert_frame_equal(work.of(), work.of())
    assert work.times == 2


def test_the_measures_of_a_scope_are_those_that_nothing_was_kept_of(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))

    def measures() -> list[pd.DataFrame]:
        scope.shared.measured.cache_clear()
        scope.shared.official.cache_clear()
        here = scope.scope(period="2012-13-Q4", domain="children", areas=["Leicestershire", "Rutland"], audience="internal")
        return [here.everywhere, here.measures, here.official, here.of_all_domains]

    monkeypatch.setattr(kept_frames, "FOLDER", ".kept-for-a-test")
    made = measures()
    assert len(list((data / ".kept-for-a-test").iterdir())) >= 4
    for first, again in zip(made, measures(), strict=True):
        pd.testing.assert_frame_equal(first, again, check_exact=True)
