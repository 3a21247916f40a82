"""`safeguarding import`: kept as received, all or nothing, twice is once, a newer release beside the old one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from official_files import SHIPPED, read, rows_of, text_of

from analysis import store
from analysis.catalogue import areas, tables
from analysis.clean import official
from analysis.clean.official import coverage
from analysis.clean.official.file_import import receive
from analysis.errors import DataError, SafeguardingError, UnknownNameError
from analysis.store.raw_files import ORIGIN, Release

CIN = next(SHIPPED.glob("dfe-cin/*/children-in-need.csv"))
POPULATION = next(SHIPPED.glob("dfe-cin/*/population.csv"))
SAC = ["GEOGRAPHY", "COUNCIL_TYPE", "REGION_CODE", "REGION_NAME", "ONS_CODE", "LA_CODE", "LA_NAME", "TABLE_REFERENCE", "ENQUIRY_TYPE",
       "CATEGORY", "SUBCATEGORY", "VALUE"]  # fmt: skip


def everything(data: Path) -> dict[str, bytes]:
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in data.rglob("*") if path.is_file()}


def test_files_are_kept_as_received_and_the_table_holds_them(tmp_path: Path) -> None:
    done = receive(tmp_path, "dfe-cin", [CIN, POPULATION])
    kept = tmp_path / "raw" / "official" / "dfe-cin" / done.release
    assert (kept / CIN.name).read_bytes() == CIN.read_bytes()
    assert (done.release, done.files, done.left) == ("2024", 2, 0)
    held = store.load(tmp_path)
    mine = held.observations.query("series == 'referrals' and area == 'E10000018' and period == '2012-13'")
    assert mine["value"].tolist() == [6165]
    assert mine["source"].iloc[0].startswith(f"dfe-cin/2024/{CIN.name}#cell=")
    origin = held.origins["dfe-cin/2024"]
    assert (origin["producer"], origin["published"], origin["controlled"]) == ("Department for Education", True, True)
    assert len(held.observations) == done.figures


def test_a_column_that_is_left_says_why_and_the_others_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "check_coverage", lambda *_: None)  # one row will do: every authority has one in a file
    layout = tables.read("official_layouts").query("source == 'dfe-cin' and layout == 'assessments' and column != ''")
    place = ["2014", "Reporting year", "Local authority", "E92000001", "England", "E12000004", "East Midlands", "855"]
    figures = ["100", "300", "10", "20", "30", "10", "10", "5", "5", "5", "5", "12", "20", "31"]
    row = [*place, "E10000018", "Leicestershire", "Duration of assessment", *figures]
    (tmp_path / "a.csv").write_bytes(text_of([layout["column"].tolist(), row]))
    cells = read("dfe-cin", tmp_path / "a.csv").cells.set_index("text")
    left = {"25th_Percentile_days", "Median_days", "75th_Percentile_days"}
    assert set(cells.index[cells["fate"] == "official column left"]) == left
    assert set(cells.index[cells["fate"] == "official column"]) == set(layout["column"]) - left
    assert set(cells.loc[sorted(left), "reason"]) == set(layout[layout["role"] == "left"]["note"])
    assert (cells.drop(sorted(left))["reason"] == "").all()


def test_the_same_files_twice_change_nothing(tmp_path: Path) -> None:
    receive(tmp_path, "dfe-cin", [CIN])
    before = everything(tmp_path)
    assert receive(tmp_path, "dfe-cin", [CIN]).files == 0
    assert everything(tmp_path) == before


def changed(path: Path, folder: Path, change: Callable[[list[list[str]]], object]) -> Path:
    rows = rows_of(path)
    change(rows)
    new = folder / path.name
    new.write_bytes(text_of(rows))
    return new


def test_a_newer_release_is_a_second_vintage_and_the_newest_is_used(tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "new"
    other.mkdir()
    receive(data, "dfe-cin", [CIN])
    column = rows_of(CIN)[0].index("referrals")
    row = next(at for at, cells in enumerate(rows_of(CIN)) if cells[2] == "E10000018" and cells[0] == "2013")
    done = receive(data, "dfe-cin", [changed(CIN, other, lambda rows: rows[row].__setitem__(column, "6170"))])
    assert done.release == "2024-2"
    held = store.load(data).observations.query("series == 'referrals' and area == 'E10000018' and period == '2012-13'")
    assert sorted(held["value"]) == [6165, 6170]
    from analysis.measures import official as measured

    used = measured(store.load(data).observations, ["referrals"]).query("area == 'E10000018' and period == '2012-13'")
    assert used["value"].tolist() == [6170]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows[0].__setitem__(5, "refferals"), r"row 1, column 6: found 'refferals', expected 'referrals'"),
        (lambda rows: rows[3].__setitem__(2, "E10000099"), r"row 4, column area_code: found 'E10000099', expected a code"),
        (lambda rows: rows[3].__setitem__(3, "Atlantis"), r"row 4, column area_name: found 'Atlantis'"),
        (
            lambda rows: rows[3].__setitem__(5, "q"),
            r"row 4, column 6 \(referrals\): found 'q', expected a whole number or a symbol",
        ),
        (lambda rows: rows.append(rows[3]), r"found the area and year of row 4 once more"),
        (lambda rows: rows[3].pop(), r"row 4, column \d+: found \d+ cells"),
    ],
)
def test_a_file_that_can_not_be_read_leaves_everything_as_it_was(change: Callable, said: str, tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "new"
    other.mkdir()
    receive(data, "dfe-cin", [POPULATION])
    before = everything(data)
    with pytest.raises(DataError, match=said):
        receive(data, "dfe-cin", [POPULATION, changed(CIN, other, change)])
    assert everything(data) == before


def test_what_stops_the_build_puts_the_release_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    receive(tmp_path, "dfe-cin", [POPULATION])
    before = everything(tmp_path)

    def fail(_: Path) -> bool:
        raise SafeguardingError("No.")

    monkeypatch.setattr("analysis.clean.official.file_import.clean", fail)
    with pytest.raises(SafeguardingError):
        receive(tmp_path, "dfe-cin", [CIN])
    assert everything(tmp_path) == before


def test_usage(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'dfe-cin'"):
        receive(tmp_path, "dfe-cim", [CIN])
    with pytest.raises(SafeguardingError, match="there is no such file"):
        receive(tmp_path, "dfe-cin", [tmp_path / "nothing.csv"])
    strange = tmp_path / "-figures;.csv"
    shutil.copy(CIN, strange)
    with pytest.raises(SafeguardingError, match="with a plain name"):
        receive(tmp_path, "dfe-cin", [strange])


def sac(*values: str) -> bytes:
    head = ["ENGLAND", "Shire County", "E12000004", "East Midlands", "E10000018", "509", "Leicestershire"]
    kinds = [
        ("SG1f", "Safeguarding Concerns", "Total", "Total"),
        ("SG1f", "Section 42 Enquiries", "Total", "Total"),
        ("SG1f", "Other Enquiries", "Total", "Total"),
        ("SG1a", "Section 42 Enquiries", "Age", "18 to 64"),
    ]
    return text_of([SAC, *([*head, *kind, value] for kind, value in zip(kinds, values, strict=True))])


def test_the_adults_collection_by_its_header(tmp_path: Path) -> None:
    file = tmp_path / "sac.csv"
    file.write_bytes(sac("1235", "[c]", "40", "5"))
    with pytest.raises(DataError, match="give it with --release"):
        receive(tmp_path / "data", "nhs-sac", [file])
    done = receive(tmp_path / "data", "nhs-sac", [file], "2022-23")
    assert (done.figures, done.left) == (3, 1)
    held = store.load(tmp_path / "data").observations.set_index("series")
    assert held.at["adult_concerns", "value"] == 1235
    assert held.at["adult_concerns", "period"] == "2022-23"
    assert held.at["adult_concerns", "note"].startswith("Rounded to the nearest 5")
    assert held.at["adult_section_42_enquiries", "status"] == "suppressed"
    assert held.at["adult_other_enquiries", "value"] == 40


def test_a_deprivation_of_liberty_file_by_its_header(tmp_path: Path) -> None:
    rows = [["GEOGRAPHY", "REGION_CODE", "REGION_NAME", "ONS_CODE", "LA_NAME", "MEASURE", "VALUE"],
            ["England", "", "", "", "", "Applications received", "137540"], ["England", "", "", "", "", "Withdrawn", "5"]]  # fmt: skip
    (tmp_path / "dols.csv").write_bytes(text_of(rows))
    found = Release("nhs-dols", "2014-15", tmp_path, "", "", "", "", True, True, {"dols.csv": ""})
    reading = official.read(found, "dols.csv")
    assert reading.observations["value"].tolist() == [137_540]
    assert reading.left == {3: "A measure that no report of the Boards uses."}


def test_neighbours_are_ranked_from_the_nearest_as_1() -> None:
    folder = SHIPPED / "neighbours" / "2025-05-extract"
    found = Release("neighbours", "2025-05-extract", folder, "", "", "", "", True, True, {"neighbours.csv": ""})
    observations = official.read(found, "neighbours.csv").observations
    mine = observations[observations["area"] == "E06000017"].sort_values("value")
    assert mine["value"].tolist() == list(range(1, 11)) and set(mine["period"]) == {"2025-05-01"}
    assert set(mine["note"]) == {"Close"}
    names = [areas.label(code) for code in mine["category"]]
    assert names[:3] == ["Wiltshire", "North Yorkshire", "Shropshire"] and names[7] == "Leicestershire"


def neighbours_file(folder: Path, rows: list[list[str]]) -> Release:
    (folder / "sn.csv").write_bytes(text_of(rows))
    return Release("neighbours", "2021-04", folder, "", "", "", "", True, True, {"sn.csv": ""})


def test_a_set_of_neighbours_has_its_header_where_it_stands(tmp_path: Path) -> None:
    rows = [[*row, ""] for row in rows_of(SHIPPED / "neighbours" / "2021-04-extract" / "neighbours.csv") if row]
    header = next(at for at, row in enumerate(rows) if row[0] == "LA num")
    found = official.read(neighbours_file(tmp_path, rows[header:]), "sn.csv").observations
    assert len(found) > 1_400
    rows[header][5] = "SN 1"
    with pytest.raises(DataError, match=rf"row {header + 1}, column 6: found 'SN 1', expected 'SN1'"):
        official.read(neighbours_file(tmp_path, rows), "sn.csv")
    with pytest.raises(DataError, match="found no heading of a set of neighbours"):
        official.read(neighbours_file(tmp_path, rows[header + 1 :]), "sn.csv")


def test_the_shipped_extract_is_small_and_has_its_origin() -> None:
    files = [path for path in SHIPPED.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 3_000_000
    for folder in {path.parent for path in files}:
        text = (folder / ORIGIN).read_text(encoding="utf-8")
        assert "Open Government Licence v3.0" in text
        assert "controlled = true" in text
