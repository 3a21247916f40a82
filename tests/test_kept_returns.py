"""What becomes of returns that were kept: a word sent afterwards, a withdrawal, files forgotten, and who has given what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from conftest import RawCopy
from returned import ON, example, filled, plausible, put, tree

from analysis import clean, measures, punctuality, restatements, store
from analysis.returns.receiving import receive

RUTLAND, PERIOD = "E06000017", "2013-14-Q1"
AGENCY = "rutland-children"
LATER = date(2013, 10, 1)


@pytest.fixture
def data(raw_copy: Callable[[], RawCopy]) -> Path:
    return raw_copy().data


def held_of(data: Path) -> store.Store:
    clean.clean(data)
    return store.load(data)


def returned(held: store.Store) -> pd.DataFrame:
    current = measures.current(held.observations)
    return current[current["release"].str.startswith(f"returns/{AGENCY}/{PERIOD}/")]


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
    row = punctuality.status(held.receipts, held.observations, PERIOD, date(2013, 12, 1)).set_index("agency").loc[AGENCY]
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
