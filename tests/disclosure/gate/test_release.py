"""The release of a pack by the command: what stops it, with which exit status, and that the last pack stands then."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from projects import QUICK, Project, make_project

from analysis import store
from analysis.disclosure.protection import for_audience
from analysis.store import register

KEY = register.KEY
PLAN = f'{QUICK}audiences = ["internal", "seg"]\n'  # of its last report, as pack.toml has it
# A small number of which a reader who knows every other figure works out the value: its table adds up.
LAST = ("adult_completed_abuse_type", "E06000017", "2012-13", "discriminatory")


def public(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    return project.command("run", "--audience", "public", "--out", "reports", *words)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Project:
    """A project that has published a pack for the public."""
    made = make_project(tmp_path_factory.mktemp("release") / "project", data, PLAN)
    done = public(made)
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(autouse=True)
def standing(project: Project) -> Iterator[None]:
    """Whatever a test tries, the pack that was there is there afterwards, and nothing beside it."""
    before = project.files()
    assert before
    yield
    assert project.files() == before and project.packs() == ["2012-13-Q4"]


@pytest.mark.parametrize(("audience", "rule"), [("internal", "internal-pack"), ("seg", "other-audience")])
def test_a_folder_holds_packs_of_one_audience_and_no_exact_ones_beside_them(
    project: Project, audience: str, rule: str, tmp_path: Path
) -> None:
    held = register.verify(project.root / "data")
    done = project.command("run", "--audience", audience, "--out", "reports", "--notify", f"tee {tmp_path / 'told.json'}")
    assert done.returncode == 3
    assert json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))["status"] == "held back"
    assert f"{rule}: 2012-13-Q4" in done.stderr and "Give another folder with --out" in done.stderr
    assert register.verify(project.root / "data") == held


def test_pages_that_quote_printed_figures_are_not_for_the_public(project: Project) -> None:
    names = {name.partition("/")[2] for name in project.files()}
    assert "dols.html" in names and not any("quality" in name for name in names)


def test_what_an_earlier_release_gives_away_is_listed_and_does_not_stop_the_run(project: Project) -> None:
    data = project.root / "data"
    held = store.load(data)
    exact = held.observations[held.observations["value"].notna()].drop_duplicates(KEY).set_index(KEY).drop(LAST).reset_index()
    cells = exact[KEY].assign(value=exact["value"], low=exact["value"], high=exact["value"])
    given_away = register.record(data, period="2012-13-Q4", audience="public", made="m", pack="p", cells=cells)
    assert given_away is not None
    before = set((data / register.FOLDER).glob("*.jsonl")) - {given_away}
    try:
        listed = project.command("withheld", "--audience", "public", "--format", "csv")
        done = project.command("run", "--audience", "public", "--out", "elsewhere", "--force")
        shown = for_audience(held, "public", data).observations
    finally:
        for file in set((data / register.FOLDER).glob("*.jsonl")) - before:
            file.unlink()
    assert listed.returncode == 0, listed.stderr
    rows = list(csv.DictReader(listed.stdout.splitlines()))
    assert "Adult safeguarding referrals completed, Rutland" in {row["table"] for row in rows if row["given_away"] != "0"}
    assert done.returncode == 0, done.stderr
    assert set(shown.loc[(shown[KEY] == list(LAST)).all(axis=1), "status"]) == {"suppressed"}


def test_what_was_shown_changes_nothing_of_what_is_shown_again(project: Project) -> None:
    """The same figures are the same store, before they were published and after: what was worked out of them still stands."""
    data = project.root / "data"
    (file,) = sorted((data / register.FOLDER).glob("*.jsonl"))
    text, held = file.read_bytes(), store.read(data)
    file.unlink()
    try:
        before = for_audience(held, "public", data)
    finally:
        file.write_bytes(text)
    assert len(register.known(data, "public"))
    assert for_audience(held, "public", data) is before


def test_a_register_that_was_changed_stops_the_run(project: Project) -> None:
    (file,) = sorted((project.root / "data" / register.FOLDER).glob("*.jsonl"))
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"value": null', '"value": 3.0', 1), encoding="utf-8")
    try:
        done = public(project)
    finally:
        file.write_text(text, encoding="utf-8")
    assert done.returncode == 1 and "found a line that doesn't follow" in done.stderr
