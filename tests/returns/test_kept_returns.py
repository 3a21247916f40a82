"""What becomes of returns that were kept: a word sent afterwards, a withdrawal, files forgotten, and who has given what."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from conftest import copied
from projects import QUICK, make_project
from returned import ON, example, filled, plausible, put, tree
from typer.testing import CliRunner

from analysis import clean, exhibits, measures, store
from analysis.analyses import punctuality, restatements
from analysis.catalogue import framework, tables
from analysis.cli import app
from analysis.errors import DataError, SafeguardingError
from analysis.returns.forgetting import forget
from analysis.returns.receiving import receive
from analysis.returns.withdrawing import withdraw
from analysis.scope import scope
from analysis.store import raw_files

RUTLAND, PERIOD = "E06000017", "2013-14-Q1"
AGENCY = "rutland-children"
LATER = date(2013, 10, 1)


@pytest.fixture
def data(printed: Path, tmp_path: Path) -> Path:
    return copied(printed, tmp_path / "copy" / "data")  # without official figures: every return received has all cleaned anew


def held_of(data: Path) -> store.Store:
    clean.clean(data)
    return store.load(data)


def returned(held: store.Store) -> pd.DataFrame:
    current = measures.current(held.observations)
    return current[current["release"].str.startswith(f"returns/{AGENCY}/{PERIOD}/")]


def status_of(held: store.Store, day: date) -> pd.DataFrame:
    return punctuality.status(held.receipts, PERIOD, day).set_index("agency")


# A word sent afterwards


def test_a_remark_sent_afterwards_is_kept_as_what_it_is(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "r.xlsx")
    receive(data, [path], ON)
    before, seen = tree(data / "raw"), returned(held_of(data))
    example.fill(path, {}, remarks={f"contacts:all@{RUTLAND}": "The school holidays fell early."})
    (outcome,) = receive(data, [path], LATER)
    assert (outcome.state, outcome.version) == ("kept", 2)
    assert outcome.line().endswith("kept as version 2: the figures are the same, remarks have changed.")
    assert {name: content for name, content in tree(data / "raw").items() if name in before} == before
    held = held_of(data)
    now = returned(held)
    assert now["value"].tolist() == seen["value"].tolist() and set(now["status"]) == {"final"}
    assert now.set_index("series").at["contacts", "note"] == "Remark of the agency: The school holidays fell early."
    entries = restatements.ledger(held.observations, held.checks, held.origins)
    assert not entries["release"].str.startswith("returns/").any()
    row = status_of(held, date(2013, 12, 1)).loc[AGENCY]
    assert (row["status"], row["received"], row["version"]) == ("received", ON.isoformat(), 2)
    assert receive(data, [path], LATER)[0].state == "known"


def test_a_figure_that_changes_with_a_remark_needs_a_reason(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "r.xlsx")
    receive(data, [path], ON)
    before = tree(data / "raw")
    put(path, "contacts", plausible(AGENCY, PERIOD, data)[f"contacts:all@{RUTLAND}"] + 7)
    example.fill(path, {}, remarks={f"contacts:all@{RUTLAND}": "Another word."})
    (outcome,) = receive(data, [path], LATER)
    assert outcome.state == "refused" and "with other figures" in outcome.remarks[0].found
    assert tree(data / "raw") == before


def test_a_mark_that_becomes_a_number_is_another_figure(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "r.xlsx")
    put(path, "lado_referrals", "x")
    receive(data, [path], ON)
    put(path, "lado_referrals", 3)
    assert receive(data, [path], LATER)[0].state == "refused"


def test_the_same_said_in_rows_that_were_moved_is_nothing_new(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "r.xlsx")
    receive(data, [path], ON)
    before = tree(data / "raw")
    book = openpyxl.load_workbook(path)
    sheet = book["Contacts and assessments"]
    for column in range(1, sheet.max_column + 1):
        here, there = sheet.cell(5, column), sheet.cell(6, column)
        here.value, there.value = there.value, here.value
    book.save(path)
    assert receive(data, [path], LATER)[0].state == "known"
    assert tree(data / "raw") == before


def test_an_action_that_changed_is_no_mere_remark(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "r.xlsx", agency="boards-office")
    receive(data, [path], ON)
    book = openpyxl.load_workbook(path)
    sheet = next(each for each in book.worksheets if each["A4"].value == "Action")
    sheet["A5"] = "Another action altogether"
    book.save(path)
    (outcome,) = receive(data, [path], LATER)
    assert outcome.state == "refused" and "with other figures" in outcome.remarks[0].found


# Withdrawn


def test_a_withdrawn_return_leaves_the_figures_and_its_files_stay(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "r.xlsx")
    receive(data, [path], ON)
    put(path, "contacts", 150)
    put(path, "referrals", 60)
    example.fill(path, {}, reason="Late recording.")
    receive(data, [path], date(2013, 8, 1))
    before, cells = tree(data / "raw"), held_of(data).cells
    said = withdraw(data, AGENCY, PERIOD, "The wrong quarter was sent.", LATER)
    assert said.startswith("The return of Rutland children's social care for Q1 2013/14 is withdrawn")
    held = held_of(data)
    assert {name: content for name, content in tree(data / "raw").items() if name in before} == before
    assert not held.observations["release"].str.startswith(f"returns/{AGENCY}").any()
    assert restatements.ledger(held.observations, held.checks, held.origins)["release"].str.startswith("returns/").sum() == 0
    mine = held.cells["source"].str.startswith(f"returns/{AGENCY}/")
    assert mine.sum() == cells["source"].str.startswith(f"returns/{AGENCY}/").sum() > 100
    assert set(held.cells.loc[mine, "fate"]) == {"withdrawn", "padding"}
    assert "Withdrawn on 2013-10-01: The wrong quarter was sent." in set(held.cells.loc[mine, "reason"])
    row = status_of(held, date(2013, 12, 1)).loc[AGENCY]
    assert (row["status"], row["withdrawn"], row["received"], row["given"]) == ("withdrawn", "2013-10-01", "", 0)
    # On an earlier day nothing had been withdrawn yet.
    row = status_of(held, date(2013, 9, 1)).loc[AGENCY]
    assert (row["status"], row["version"], row["given"]) == ("received", 2, row["asked"])


def test_the_return_after_a_withdrawal_is_a_first_one(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "r.xlsx")
    receive(data, [path], ON)
    withdraw(data, AGENCY, PERIOD, "The wrong quarter was sent.", LATER)
    figure = int(plausible(AGENCY, PERIOD, data)[f"contacts:all@{RUTLAND}"])
    put(path, "contacts", figure + 7)
    (outcome,) = receive(data, [path], date(2013, 10, 2))
    assert (outcome.state, outcome.version) == ("kept", 1) and outcome.line().endswith("kept as version 1.")
    held = held_of(data)
    now = returned(held)
    assert set(now["status"]) == {"final"} and set(now["release"]) == {f"returns/{AGENCY}/{PERIOD}/3"}
    assert held.origins[f"returns/{AGENCY}/{PERIOD}/3"]["title"] == "Return for Q1 2013/14"
    entries = restatements.ledger(held.observations, held.checks, held.origins)
    assert not entries["release"].str.startswith("returns/").any()
    row = status_of(held, date(2013, 12, 1)).loc[AGENCY]
    assert (row["status"], row["received"], row["version"]) == ("received late", "2013-10-02", 1)
    # The very file that was withdrawn is no file received before, and what comes after the new one needs a reason again.
    put(path, "contacts", figure)
    assert receive(data, [path], date(2013, 10, 3))[0].state == "refused"
    withdraw(data, AGENCY, PERIOD, "Again.", date(2013, 10, 4))
    assert receive(data, [path], date(2013, 10, 5))[0].state == "kept"


@pytest.mark.parametrize(
    ("agency", "period", "reason", "said"),
    [
        (AGENCY, PERIOD, "Why.", "Rutland children's social care for Q1 2013/14 was withdrawn on 2013-10-01"),
        ("police", PERIOD, "Why.", "the return of Police for Q1 2013/14 has not been received"),
        (AGENCY, "2013-14-Q2", "Why.", "has not been received"),
        ("police", PERIOD, "  ", "Say with --reason why"),
        ("polce", PERIOD, "Why.", "Did you mean 'police'"),
        ("police", "2013-14", "Why.", "Returns are of quarters"),
        (AGENCY, PERIOD, "Mr Quill said so.", "The reason holds the name of a person"),
    ],
)
def test_what_cannot_be_withdrawn_is_one_sentence(
    agency: str, period: str, reason: str, said: str, data: Path, tmp_path: Path
) -> None:
    receive(data, [filled(data, tmp_path / "r.xlsx")], ON)
    withdraw(data, AGENCY, PERIOD, "First.", LATER)
    before = tree(data / "raw")
    with pytest.raises(SafeguardingError, match=re.escape(said)):
        withdraw(data, agency, period, reason, LATER)
    assert tree(data / "raw") == before


def test_the_pages_say_when_a_return_was_withdrawn(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    receive(data, [filled(data, tmp_path / "r.xlsx"), filled(data, tmp_path / "p.xlsx", agency="police")], ON)
    withdraw(data, AGENCY, PERIOD, "The wrong quarter was sent.", LATER)
    clean.clean(data)
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    here = scope(period=PERIOD, audience="seg")
    (status,) = exhibits.returns_status(here)
    assert "withdrawn: Rutland children's social care (on 1 October 2013)" in status.headline
    row = next(row for row in status.table.rows if row[0] == "Rutland children's social care")
    assert row[1] == "Withdrawn on 1 October 2013"
    assert not any("Rutland children" in str(row) for row in exhibits.sources(here)[0].table.rows)


# Who has given what


def test_what_was_given_is_counted_as_it_came_whatever_an_audience_may_see(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = filled(data, tmp_path / "r.xlsx")
    for series in ("missing_episodes", "missing_children", "return_interviews_offered", "return_interviews_done"):
        put(path, series, 2)
    put(path, "lado_referrals", "x")
    receive(data, [path], ON)
    clean.clean(data)
    asked = len(framework.asked(AGENCY, PERIOD))
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    for audience in ("seg", "internal"):
        (status,) = exhibits.returns_status(scope(period=PERIOD, audience=audience))
        row = next(row for row in status.table.rows if row[0] == "Rutland children's social care")
        assert f"{asked - 1} of {asked}" in row, audience


def test_the_command_shows_a_line_an_agency_and_the_history_when_asked(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "r.xlsx")
    example.fill(path, {}, remarks={f"section_47_enquiries:all@{RUTLAND}": None})
    put(path, "section_47_enquiries", 90)
    receive(data, [path], ON)
    bad = filled(data, tmp_path / "bad.xlsx", agency="police")
    put(bad, "police_protection", "few")
    receive(data, [bad], ON)
    withdraw(data, AGENCY, PERIOD, "The wrong quarter was sent.", LATER)
    shown = CliRunner().invoke(app, ["returns", "status", "--data", str(data), "--on", "2013-10-01"])
    assert shown.exit_code == 0, shown.output
    lines = shown.output.splitlines()
    assert len(lines) == 1 + len(framework.returning(PERIOD))
    assert lines[0].split() == ["agency", "status", "due", "received", "working_days_late", "given", "asked"]
    assert "few" not in shown.output and "wrong quarter" not in shown.output
    told = CliRunner().invoke(app, ["returns", "status", "--data", str(data), "--on", "2013-10-01", "--history"]).output
    assert "version 1 received" in told and "90, after 26" in told
    assert "The wrong quarter was sent." in told and "refused" in told and "'few'" in told


def came(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """Return the receipts of one agency from rows of (day, what happened, version)."""
    columns = ["received", "outcome", "version"]
    return pd.DataFrame(rows, columns=columns).assign(agency=AGENCY, period=PERIOD, given=1, reason="")


@pytest.mark.parametrize(
    ("receipts", "on", "state", "late"),
    [
        (came(), date(2013, 7, 19), "not yet due", 0),  # a Friday
        (came(), date(2013, 7, 21), "not yet due", 0),
        (came(), date(2013, 7, 22), "not received", 1),
        (came(("2013-07-19", "received", 1)), date(2013, 8, 1), "received", 0),
        (came(("2013-07-22", "received", 1)), date(2013, 8, 1), "received late", 1),
        (came(("2013-07-22", "received", 1)), date(2013, 7, 21), "not yet due", 0),
        (came(("2013-07-23", "received", 2), ("2013-07-18", "received", 1)), date(2013, 8, 1), "received", 0),
    ],
)
def test_a_return_is_late_from_the_working_day_after_it_was_due(receipts: pd.DataFrame, on: date, state: str, late: int) -> None:
    row = punctuality.status(receipts, PERIOD, on).set_index("agency").loc[AGENCY]
    assert (row["due"], row["status"], row["working_days_late"]) == ("2013-07-19", state, late)


def test_of_two_withdrawals_the_last_is_told() -> None:
    receipts = came(
        ("2013-07-10", "received", 1),
        ("2013-07-11", "withdrawn", 1),
        ("2013-07-15", "received", 2),
        ("2013-07-16", "withdrawn", 2),
    )
    row = punctuality.status(receipts, PERIOD, LATER).set_index("agency").loc[AGENCY]
    assert (row["status"], row["withdrawn"], row["version"]) == ("withdrawn", "2013-07-16", 0)


# Forgotten


def as_received(data: Path) -> set[str]:
    return {path.relative_to(data / "raw" / "returns").as_posix() for path in (data / "raw").rglob("as-received.*")}


def test_files_as_received_are_forgotten_and_figures_and_packs_stay(tmp_path: Path) -> None:
    data = tmp_path / "kept" / "data"
    example.start(data)
    receive(data, [filled(data, tmp_path / "r.xlsx"), filled(data, tmp_path / "p.xlsx", agency="police")], ON)
    receive(data, [filled(data, tmp_path / "2.xlsx", period="2013-14-Q2")], LATER)
    bad = filled(data, tmp_path / "bad.xlsx", agency="schools")
    put(bad, "schools", "few")
    receive(data, [bad], ON)
    clean.clean(data)
    tables.use(None)  # the made-up targets, which lie beside the figures
    project = make_project(tmp_path / "project", data, QUICK.split("[reports.quality]")[0])
    run = ("run", "--period", PERIOD, "--audience", "seg")
    assert project.command(*run).returncode == 0
    processed, raw_tree = project.raw.processed(), tree(project.root / "data" / "raw")

    told = project.command("returns", "forget", "--before", "2013-14-Q2", "--on", "2015-04-01")
    assert told.returncode == 0, told.stderr
    lines = told.stdout.splitlines()
    assert f"Deleted: raw/returns/{AGENCY}/{PERIOD}/1/as-received.xlsx" in lines and len(lines) == 2 + 2 + 1
    assert lines[-1] == "4 files of quarters before Q2 2013/14 were deleted; figures and the register stay."
    assert as_received(project.root / "data") == {f"{AGENCY}/2013-14-Q2/1/as-received.xlsx"}
    gone = set(raw_tree) - set(tree(project.root / "data" / "raw"))
    assert gone == {f"returns/{agency}/{PERIOD}/1/as-received.xlsx" for agency in (AGENCY, "police")}
    new = set(tree(project.root / "data" / "raw")) - set(raw_tree)
    assert new == {f"returns/{agency}/{PERIOD}/1/forgotten.toml" for agency in (AGENCY, "police")}
    record = tomllib.loads((project.root / "data" / "raw" / sorted(new)[0]).read_text(encoding="utf-8"))
    assert record["forgotten"] == "2015-04-01" and list(record["files"]) == ["as-received.xlsx"]
    assert not list((project.root / "data").glob("returns-refused/*/remarks.*"))
    assert "refused" in project.command("returns", "status", "--period", PERIOD, "--history").stdout

    assert project.command("clean").returncode == 0 and project.raw.processed() == processed
    again = project.command(*run)
    assert "othing has changed" in again.stderr + again.stdout
    assert project.command("check", f"reports/{PERIOD}").returncode == 0
    again = project.command("returns", "forget", "--before", "2013-14-Q2", "--on", "2015-05-01")
    assert again.stdout.startswith("0 files") and project.command("clean").returncode == 0
    # The same file sent once more is known by what it says, and one with other figures needs a reason.
    assert receive(project.root / "data", [tmp_path / "r.xlsx"], LATER)[0].state == "known"


@pytest.mark.parametrize("unlinks", [0, 1])
def test_forgetting_that_died_is_finished_by_the_next_call(
    unlinks: int, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(data, [filled(data, tmp_path / "r.xlsx"), filled(data, tmp_path / "p.xlsx", agency="police")], ON)
    clean.clean(data)
    done, unlink = 0, Path.unlink

    def dying(self: Path, missing_ok: bool = False) -> None:
        nonlocal done
        if self.name.startswith("as-received"):
            if done == unlinks:
                raise KeyboardInterrupt
            done += 1
        unlink(self, missing_ok=missing_ok)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Path, "unlink", dying)
        forget(data, "2013-14-Q2", LATER)
    assert not clean.clean(data) and len(as_received(data)) == 2 - unlinks
    forget(data, "2013-14-Q2", LATER)
    assert not as_received(data) and not clean.clean(data)


def test_only_what_is_recorded_as_forgotten_may_be_missing(data: Path, tmp_path: Path) -> None:
    receive(data, [filled(data, tmp_path / "r.xlsx")], ON)
    folder = data / "raw" / "returns" / AGENCY / PERIOD / "1"
    (folder / "as-received.xlsx").unlink()
    with pytest.raises(DataError, match=r"as-received\.xlsx: found no such file"):
        clean.clean(data)
    sheet = next(folder.glob("contacts*.csv"))
    digest = raw_files.digest(sheet)
    (folder / raw_files.FORGOTTEN).write_text(
        f'forgotten = "2015-04-01"\n[files]\n"{sheet.name}" = "{digest}"\n', encoding="utf-8"
    )
    with pytest.raises(DataError, match=r"as-received\.xlsx: found no such file"):
        clean.clean(data)
    sheet.unlink()
    with pytest.raises(DataError, match="found no such file"):
        clean.clean(data)


def test_forgetting_names_a_quarter(data: Path) -> None:
    with pytest.raises(SafeguardingError, match="Name the first quarter whose files stay, such as 2014-15-Q1, not '2013-14'"):
        forget(data, "2013-14", LATER)
    assert forget(data, "2013-14-Q1", LATER) == []
