"""One row of two authorities is read as the area of both, and never as one of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from official_files import Rows, made_up, read, text_of

from analysis.catalogue import areas, tables
from analysis.clean import official
from analysis.errors import DataError

HEADER = tables.read("official_layouts").query("source == 'dfe-csww' and column != ''")["column"].tolist()
OUTER = ["2025", "Reporting year", "Local authority", "E92000001", "England", "E13000002", "Outer London"]
BOTH = ["314 / 318", "E09000021 / E09000027", "Kingston upon Thames / Richmond upon Thames"]
FIGURES = {"turnover_rate_fte": "12.5", "agency_rate_fte": "7", "caseload_fte": "14.2"}


def workforce(folder: Path, *rows: list[str]) -> official.Reading:
    cells = [FIGURES.get(name, "x") for name in HEADER[10:]]
    (folder / "workforce.csv").write_bytes(text_of([HEADER, *([*row, *cells] for row in rows)]))
    return read("dfe-csww", folder / "workforce.csv", "2025")


def test_a_joint_row_is_of_its_members_together(tmp_path: Path) -> None:
    reading = workforce(tmp_path, [*OUTER, *BOTH], [*OUTER, "319", "E09000029", "Sutton"])
    assert set(reading.observations["area"]) == {"KR", "E09000029"}
    assert areas.members("KR") == ["E09000021", "E09000027"]
    mine = reading.observations.query("area == 'KR'").set_index("series")
    assert mine["value"].to_dict() == {
        "social_worker_turnover_printed_pct": 12.5,
        "social_worker_agency_printed_pct": 7.0,
        "social_worker_caseload": 14.2,
    }
    assert set(mine["period"]) == {"2025-09-30"}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (["314 / 318", BOTH[1], "Kingston upon Thames"], "column la_name: found 'Kingston upon Thames', expected 2 authorities"),
        (["314 / 318", BOTH[1], "Richmond upon Thames / Kingston upon Thames"], "column la_name: found 'Richmond upon Thames'"),
        (["314 / 319", BOTH[1], BOTH[2]], "column old_la_code: found '319'"),
        (
            ["314 / 319", "E09000021 / E09000029", "Kingston upon Thames / Sutton"],
            "found a row of Kingston upon Thames and Sutton together, expected authorities that area_members.csv has",
        ),
    ],
)
def test_a_joint_row_that_does_not_agree_is_refused(tmp_path: Path, row: list[str], found: str) -> None:
    with pytest.raises(DataError, match=found):
        workforce(tmp_path, [*OUTER, *row])


def test_an_authority_is_not_in_a_joint_row_and_alone(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="found a row of Kingston upon Thames for 2025, expected none beside that of Kingston"):
        workforce(tmp_path, [*OUTER, *BOTH], [*OUTER, "314", "E09000021", "Kingston upon Thames"])


def joined(rows: Rows) -> Rows:
    """The rows of a table in which Kingston and Richmond have one row a year, with the sum of their count."""
    code, count = rows[0].index("new_la_code"), len(rows[0]) - 3
    by_year = {row[0]: row for row in rows if row[code] == "E09000027"}
    new = []
    for row in rows:
        if row[code] == "E09000027":
            continue
        if row[code] == "E09000021":
            both = str(int(row[count]) + int(by_year[row[0]][count]))
            row = [*row[: code - 1], *BOTH, *row[code + 2 : count], both, *row[count + 1 :]]
        new.append(row)
    return new


def test_a_joint_row_stands_for_its_members_in_coverage_and_totals(tmp_path: Path) -> None:
    words = "Child Protection Plans which are a second or subsequent plan"
    rows = made_up(["CPP_start", "CPP_subsequent", "CPP_subsequent_percent"], [2013], words, lambda *_: ["10", "x", "x"])
    england = next(row for row in rows if row[2] == "National")
    england[-3] = str(10 * sum(row[2] == "Local authority" for row in rows))
    (tmp_path / "d3.csv").write_bytes(text_of(joined(rows)))
    reading = read("dfe-cin", tmp_path / "d3.csv")
    [check] = official.check(reading.observations, reading.published).query("check == 'national_total'").to_dict("records")
    assert (check["outcome"], check["difference"]) == ("agrees", 0)
    lost = [row for row in joined(rows) if "E09000021" not in row[8]]
    (tmp_path / "d3.csv").write_bytes(text_of(lost))
    with pytest.raises(DataError, match="no row of Kingston upon Thames for 2013"):
        read("dfe-cin", tmp_path / "d3.csv")


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("E09000999", "Sutton", "'E09000029' is that of Sutton; a new code is a row of areas.csv"),
        ("E09000999", "Suton", "such as 'E09000029' \\(Sutton\\)"),
        ("E09000299", "", "such as 'E090000[0-9]+'"),
        ("X", "A person", "expected a code of areas.csv\\."),
    ],
)
def test_an_unknown_code_suggests_by_name_then_by_code(tmp_path: Path, code: str, name: str, expected: str) -> None:
    with pytest.raises(DataError, match=expected):
        workforce(tmp_path, [*OUTER, "319", code, name])
