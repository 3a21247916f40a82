"""From template to store: what an agency fills in arrives as it was given, or goes back with remarks and changes nothing."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from conftest import copied
from returned import ON, example, filled, plausible, put, tree

from analysis import clean, measures, store
from analysis.catalogue import framework
from analysis.catalogue.framework import return_form
from analysis.errors import SafeguardingError
from analysis.returns.issuing import issue
from analysis.returns.receiving import receive
from analysis.store import returns_folder

RUTLAND = "E06000017"


@pytest.fixture
def data(printed: Path, tmp_path: Path) -> Path:
    return copied(printed, tmp_path / "copy" / "data")  # without official figures: every return received has all cleaned anew


def held_of(data: Path) -> pd.DataFrame:
    clean.clean(data)
    return measures.current(store.load(data).observations)


def value(frame: pd.DataFrame, series: str, period: str, category: str = "all") -> tuple[float, str]:
    rows = frame[(frame["series"] == series) & (frame["period"] == period) & (frame["category"] == category)]
    rows = rows[rows["area"].isin((RUTLAND, "LR"))]
    assert len(rows) == 1, series
    return float(rows["value"].iloc[0]), str(rows["status"].iloc[0])


# The template


def test_a_template_says_what_it_is_and_shows_definitions_and_last_figures(data: Path, tmp_path: Path) -> None:
    issue(data, "rutland-children", "2013-14-Q1", tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames[0] == "Cover" and book.sheetnames[-1] == "Machine"
    assert set(book.sheetnames[2:-1]) == set(framework.asked("rutland-children", "2013-14-Q1")["subject"])
    assert book["Cover"]["A1"].value == "Safeguarding return: Rutland children's social care, Q1 2013/14"
    assert "19 July 2013" in book["Cover"]["A2"].value
    said = {row[0].value: row[1].value for row in book["Machine"].iter_rows(max_row=5)}
    assert said["Agency"] == "rutland-children" and said["Period"] == "2013-14-Q1" and said["Template version"] == "1"
    sheet = book["Contacts and assessments"]
    first = {sheet.cell(4, column).value: sheet.cell(5, column).value for column in range(1, sheet.max_column + 1)}
    assert (
        first["Figure"] == "Contacts to children's social care" and first["Last return"] == 152 and first["Your figure"] is None
    )
    assert first["Definition"].startswith("Contacts to children's social care recorded")
    assert first["Ref"] == f"contacts:all@{RUTLAND}"
    assert first["How it is counted"].startswith("Children, by the day on which the council recorded the contact.")


def test_a_template_is_accessible_and_hard_to_get_wrong(data: Path, tmp_path: Path) -> None:
    issue(data, "rutland-children", "2013-14-Q1", tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.properties.title and book.properties.language == "en-GB"
    for sheet in book.worksheets:
        assert sheet["A1"].value and not sheet.merged_cells.ranges and sheet.protection.sheet and not sheet.protection.password
        assert sheet.sheet_state == "visible"
    sheet = book["Contacts and assessments"]
    place = f"H{sheet.max_row}"
    assert not sheet[place].protection.locked and sheet["A5"].protection.locked and sheet.freeze_panes == "B5"
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert len(rules) == sheet.max_row - 4
    # A part can't be typed above its whole: referrals are among the contacts.
    assert "H6<=H5" in rules["H6"] and "INT(H5)" in rules["H5"]


def test_the_same_template_twice_is_the_same(data: Path, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        issue(data, "boards-office", "2013-14-Q1", tmp_path / name)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    with pytest.raises(SafeguardingError, match=r"name the file t\.xlsx or t\.csv"):
        issue(data, "police", "2013-14-Q1", tmp_path / "t.pdf")
    with pytest.raises(SafeguardingError, match="Police returns no figures for Q4 2012/13"):
        issue(data, "police", "2012-13-Q4", tmp_path / "t.xlsx")


# Accepted


def test_what_was_filled_in_arrives_where_it_belongs(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "r.xlsx")
    given = plausible("rutland-children", "2013-14-Q1", data)
    (outcome,) = receive(data, [path], ON)
    assert (outcome.state, outcome.version, outcome.agency) == ("kept", 1, "rutland-children")
    current = held_of(data)
    mine = current[current["release"] == "returns/rutland-children/2013-14-Q1/1"]
    keys = mine["series"] + ":" + mine["category"] + "@" + mine["area"]
    assert dict(zip(keys, mine["value"], strict=True)) == given
    assert set(mine["period"]) == {"2013-14-Q1"} and set(mine["status"]) == {"final"}
    source = mine.loc[mine["series"] == "contacts", "source"].iloc[0]
    assert source == "returns/rutland-children/2013-14-Q1/1/contacts-and-assessments.csv#cell=5,8"
    kept = data / "raw" / "returns" / "rutland-children" / "2013-14-Q1" / "1"
    for source, value in zip(mine["source"], mine["value"], strict=True):  # the address leads to the cell that holds the figure
        file, _, cell = source.rpartition("/")[2].partition("#cell=")
        row, column = map(int, cell.split(","))
        cells = list(csv.reader((kept / file).read_text(encoding="utf-8").splitlines()))
        assert float(cells[row - 1][column - 1]) == value, source
    assert (kept / "as-received.xlsx").read_bytes() == path.read_bytes()
    assert not store.load(data).origins["returns/rutland-children/2013-14-Q1/1"]["published"]


def test_the_same_file_twice_is_nothing_new_and_the_same_figures_saved_again_neither(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "r.xlsx")
    receive(data, [path], ON)
    before = tree(data / "raw")
    assert receive(data, [path], ON)[0].state == "known"
    openpyxl.load_workbook(path).save(tmp_path / "again.xlsx")
    assert receive(data, [tmp_path / "again.xlsx"], ON)[0].state == "known"
    assert tree(data / "raw") == before


def test_a_later_version_needs_a_reason_and_restates(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "r.xlsx")
    receive(data, [path], ON)
    before = tree(data / "raw")
    first = plausible("rutland-children", "2013-14-Q1", data)[f"contacts:all@{RUTLAND}"]
    put(path, "contacts", first + 7)
    (refused,) = receive(data, [path], ON)
    assert refused.state == "refused" and "Why it is sent again" in refused.remarks[0].todo
    assert tree(data / "raw") == before
    example.fill(path, {}, reason="Late recording")
    (kept,) = receive(data, [path], date(2013, 10, 1))
    assert kept.version == 2
    assert {name: content for name, content in tree(data / "raw").items() if name in before} == before
    assert value(held_of(data), "contacts", "2013-14-Q1") == (first + 7, "revised")
    assert store.load(data).origins["returns/rutland-children/2013-14-Q1/2"]["reason"] == "Late recording"


def test_a_later_version_revises_the_figure_that_changed_and_no_other(data: Path, tmp_path: Path) -> None:
    before = set(store.load(data).observations.query("status == 'revised'")["source"])
    path = filled(data, tmp_path / "r.xlsx")
    receive(data, [path], ON)
    put(path, "contacts", plausible("rutland-children", "2013-14-Q1", data)[f"contacts:all@{RUTLAND}"] + 7)
    example.fill(path, {}, reason="Late recording")
    receive(data, [path], date(2013, 10, 1))
    clean.clean(data)
    revised = store.load(data).observations.query("status == 'revised'").set_index("source")
    mine = revised.drop(index=list(before))[["series", "area", "release"]]  # what was revised before still is
    assert mine.to_numpy().tolist() == [["contacts", RUTLAND, "returns/rutland-children/2013-14-Q1/2"]]


def test_missing_and_impossible_are_not_zero(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "r.xlsx")
    put(path, "exploitation_concerns", "x")
    put(path, "lado_referrals", "Z ")
    put(path, "referrals_out_of_hours", 0)
    receive(data, [path], ON)
    current = held_of(data)
    assert value(current, "referrals_out_of_hours", "2013-14-Q1") == (0.0, "final")
    statuses = {name: value(current, name, "2013-14-Q1")[1] for name in ("exploitation_concerns", "lado_referrals")}
    assert statuses == {"exploitation_concerns": "not_available", "lado_referrals": "not_applicable"}


def test_a_return_as_csv_says_the_same(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    issue(data, "boards-office", "2013-14-Q1", path)
    given = plausible("boards-office", "2013-14-Q1", data)
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    header = next(row for row in rows if return_form.REF in row)
    for row in rows:
        if row and len(row) == len(header) and row[-1] in given:
            row[header.index(return_form.YOURS)] = str(given[row[-1]])
    rows.append(list(example.ACTIONS[1]))
    with path.open("w", encoding="cp1252", newline="") as handle:
        csv.writer(handle, delimiter=";").writerows(rows)
    (outcome,) = receive(data, [path], ON)
    assert outcome.state == "kept", outcome.remarks
    current = held_of(data)
    assert value(current, "lscb_meetings", "2013-14-Q1") == (1.0, "final")
    assert value(current, "plan_actions", "2013-06-30", "done") == (1.0, "final")


def test_a_template_that_was_sent_out_before_it_said_how_figures_are_counted_is_received(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        names = [cell.value for cell in sheet[4]]
        if return_form.HOW in names:
            sheet.delete_cols(names.index(return_form.HOW) + 1)
            sheet.data_validations.dataValidation.clear()  # they stay where they were, which is another column now
    book.save(path)
    (outcome,) = receive(data, [path], ON)
    assert outcome.state == "kept", outcome.remarks
    assert (
        value(held_of(data), "contacts", "2013-14-Q1")[0]
        == plausible("rutland-children", "2013-14-Q1", data)[f"contacts:all@{RUTLAND}"]
    )


def test_a_definition_that_changed_is_named_and_not_compared(data: Path, tmp_path: Path) -> None:
    for quarter in ("2013-14-Q1", "2013-14-Q2"):
        (outcome,) = receive(data, [filled(data, tmp_path / f"{quarter}.xlsx", period=quarter)], ON)
        assert outcome.state == "kept", outcome.remarks
    said = [remark for remark in outcome.remarks if remark.found == "a figure whose meaning has changed"]
    assert said and "single assessment" in said[0].todo


# Refused


@pytest.mark.parametrize(
    ("series", "wrong", "number_format", "found", "todo"),
    [
        ("contacts", None, "", "nothing", "0 if there were none"),
        ("contacts", "many", "", "'many'", "whole number"),
        ("contacts", 12.5, "", "12.5, which is no whole number", "not a share"),
        ("contacts", -3, "", "less than 0", "again"),
        ("contacts", 0.4, "0%", "a percentage", "not the share"),
        ("contacts", "40%", "", "'40%'", "per cent sign"),
        ("contacts", date(2013, 4, 3), "", "the date 2013-04-03", "format of the cell"),
        ("contacts", True, "", "no number", "again"),
        ("contacts", "=1/0", "", "a formula without a result", "save it"),
        ("contacts", 10**12, "", "far too large", "again"),
        ("contacts", "\u0663\u0664", "", "'\u0663\u0664'", "whole number"),
        ("referrals", 9999, "", "more than the", "can't be right"),
    ],
)
def test_a_figure_that_is_none_goes_back_with_its_cell(
    data: Path, tmp_path: Path, series: str, wrong: object, number_format: str, found: str, todo: str
) -> None:
    path = filled(data, tmp_path / "r.xlsx")
    place = put(path, series, wrong, number_format)
    before = tree(data / "raw")
    (outcome,) = receive(data, [path], ON)
    assert outcome.state == "refused" and tree(data / "raw") == before
    remark = outcome.remarks[0]
    assert (remark.sheet, remark.cell) == ("Contacts and assessments", place)
    assert found in remark.found and todo in remark.todo
    assert outcome.page is not None
    page, text = outcome.page.read_text(encoding="utf-8"), outcome.page.with_name("remarks.txt").read_text(encoding="utf-8")
    assert place in page and place in text and "<script" not in page
    assert "Rutland children's social care, Q1 2013/14" in text


def test_parts_have_to_add_up(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "r.xlsx", agency="leicestershire-adults")
    put(path, "adult_referrals_age", 0)
    (outcome,) = receive(data, [path], ON)
    assert outcome.state == "refused" and "its parts add up to" in outcome.remarks[0].found
    assert "age group" in outcome.remarks[0].found


def test_a_figure_far_from_the_last_is_asked_about_and_taken(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "r.xlsx")
    example.fill(path, {}, remarks={f"section_47_enquiries:all@{RUTLAND}": None})
    put(path, "section_47_enquiries", 90)
    (outcome,) = receive(data, [path], ON)
    asked = [remark for remark in outcome.remarks if remark.weight == "asked"]
    assert outcome.state == "kept" and [remark.found for remark in asked] == ["90, after 26 in the quarter before"]
    result = json.loads((data / "raw/returns/rutland-children/2013-14-Q1/1/result.json").read_text(encoding="utf-8"))
    assert any("90, after 26" in each["found"] for each in result)


def test_years_to_date_are_recognised(data: Path, tmp_path: Path) -> None:
    first = plausible("police", "2013-14-Q1", data)
    assert receive(data, [filled(data, tmp_path / "1.xlsx", agency="police")], ON)[0].state == "kept"
    path = filled(data, tmp_path / "2.xlsx", agency="police", period="2013-14-Q2")
    honest = plausible("police", "2013-14-Q2", data)
    remarks = dict.fromkeys(honest, "Right.")
    example.fill(path, {key: figure + first.get(key, 0) for key, figure in honest.items()}, remarks=remarks)
    (outcome,) = receive(data, [path], ON)
    assert outcome.state == "refused" and "as if they ran from April" in outcome.remarks[0].found
    example.fill(path, honest)
    assert receive(data, [path], ON)[0].state == "kept"


def test_a_call_is_kept_whole_or_not_at_all(data: Path, tmp_path: Path) -> None:
    good, bad = filled(data, tmp_path / "good.xlsx", agency="probation"), filled(data, tmp_path / "bad.xlsx", agency="police")
    put(bad, "police_protection", "few")
    before = tree(data / "raw")
    assert [each.state for each in receive(data, [good, bad], ON)] == ["waiting", "refused"]
    assert tree(data / "raw") == before
    put(bad, "police_protection", 12)
    assert [each.state for each in receive(data, [good, bad], ON)] == ["kept", "kept"]


def test_a_cover_that_says_another_quarter_is_refused(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(path)
    book["Cover"]["B5"] = "Q2 2013/14"
    book.save(path)
    (outcome,) = receive(data, [path], ON)
    assert outcome.state == "refused" and "another period" in outcome.remarks[0].found


def test_what_an_agency_writes_is_never_markup_and_long_texts_are_not_repeated(data: Path, tmp_path: Path) -> None:
    path = filled(data, tmp_path / "<b>r.xlsx")
    put(path, "contacts", "<i>x</i>")
    put(path, "referrals", "Jane Smith of 5 Mill Lane, aged nine")
    (outcome,) = receive(data, [path], ON)
    assert outcome.page is not None
    page = outcome.page.read_text(encoding="utf-8")
    assert "<i>" not in page and "<b>" not in page and "&lt;i&gt;" in page
    assert "Smith" not in page and "a text of 36 characters" in page


def test_two_receivers_at_once_take_turns(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(returns_folder, "_TIMEOUT", 0.2)
    path = filled(data, tmp_path / "r.xlsx")
    with (
        returns_folder.lock(data),
        pytest.raises(SafeguardingError, match=rf"another process \(process {os.getpid()} on .*try again"),
    ):
        receive(data, [path], ON)
    assert receive(data, [path], ON)[0].state == "kept"


def test_every_refusal_can_be_read_as_a_sentence(data: Path, tmp_path: Path) -> None:
    (tmp_path / "r.xlsx").write_bytes(b"PK\x03\x04 half")
    (outcome,) = receive(data, [tmp_path / "r.xlsx"], ON)
    assert re.fullmatch(r"The file: found .*\. Send it once more\.|The file: .*once more\.", outcome.remarks[0].sentence())
    with pytest.raises(SafeguardingError, match=r"no file 'gone\.xlsx'"):
        receive(data, [tmp_path / "gone.xlsx"], ON)
