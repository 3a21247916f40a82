"""A year after: what version 0.1 has written is read by this one. `golden/store-0.1` was written by it, and is never made anew."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from projects import PERIOD, Project, environment
from returned import tree

from analysis import store
from analysis.analyses import punctuality
from analysis.clean import clean
from analysis.disclosure import gate
from analysis.errors import SafeguardingError
from analysis.store import register, returns_folder

BEFORE = ROOT / "tests" / "golden" / "store-0.1"
COLUMNS = ["series", "area", "period", "category", "value", "status", "release", "source", "note"]
PLAN = """
[reports.dols]
notebook = "year_on_year"
title = "DoLS: year on year"
section = "DoLS"
summary = "What changed."
parameters = { domain = "dols", areas = ["Leicestershire", "Rutland"] }
"""


@pytest.fixture
def before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of what version 0.1 has left: data, register, returns and a pack."""
    monkeypatch.setenv("SAFEGUARDING_DATA", "")
    shutil.copytree(BEFORE, tmp_path / "project")
    return Project(tmp_path / "project")


def test_the_store_of_before_is_small() -> None:
    assert sum(len(content) for content in tree(BEFORE).values()) < 200_000


def test_processed_figures_of_before_are_read_or_one_sentence_says_to_clean(before: Project) -> None:
    data = before.root / "data"
    was = pd.read_parquet(data / "processed" / "observations.parquet")
    try:
        assert store.read(data).observations[COLUMNS].equals(was[COLUMNS])
    except SafeguardingError as error:
        assert "safeguarding clean" in str(error) and "\n" not in str(error)
    shutil.rmtree(data / "processed")
    assert clean(data)
    figure = COLUMNS[:5]
    now = store.read(data).observations
    printed = now[now["status"] != store.IMPLIED].reset_index(
        drop=True
    )  # ranges without a figure, which a version of before hadn't
    pd.testing.assert_frame_equal(printed[figure], was[figure])


def test_figures_of_another_form_say_to_clean(before: Project) -> None:
    (before.root / "data" / "processed" / "build.json").write_text('{"version": "0.0.9", "outputs": {"figures.csv": ""}}')
    with pytest.raises(SafeguardingError, match="another version.*run `safeguarding clean`"):
        store.read(before.root / "data")


def test_the_register_of_before_is_whole_and_known(before: Project) -> None:
    data = before.root / "data"
    lines = register.verify(data)
    assert [line["period"] for line in lines if line["kind"] == "release"] == [PERIOD]
    known = register.known(data, "seg").set_index(register.KEY)
    assert known.loc[("contacts", "E06000017", PERIOD, "all")].tolist() == [152, 152]


def test_the_pack_of_before_keeps_the_rules_of_the_gate(before: Project) -> None:
    assert gate.check(before.pack, before.root / "data") == []


def test_returns_of_before_are_known_and_the_next_is_their_next_version(before: Project) -> None:
    data = before.root / "data"
    clean(data)
    held = store.read(data)
    rows = punctuality.status(held.receipts, "2013-14-Q1", date(2013, 8, 1)).set_index("agency")
    assert int(rows.at["police", "version"]) == 1
    (folder,) = returns_folder.standing(data, "police", "2013-14-Q1")
    assert folder.name == "1" and (folder / "as-received.xlsx").is_file()
    assert returns_folder.next_number(data, "police", "2013-14-Q1") == 2


def test_a_run_goes_on_from_the_store_and_the_register_of_before(before: Project) -> None:
    shutil.copytree(ROOT / "notebooks", before.root / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    before.plan(PLAN)
    kept = tree(before.root / "data" / "published")
    done = before.command("run", "--period", PERIOD, "--jobs", "1", env=environment())
    assert done.returncode == 0, done.stderr
    now = tree(before.root / "data" / "published")
    assert {name: now[name] for name in kept} == kept, "what stands in the register is never written anew"
    assert register.verify(before.root / "data")
    assert gate.check(before.pack, before.root / "data") == []
