"""Cleaning: what is printed arrives as itself, every cell is accounted for, and what can't be read stops the run."""

from __future__ import annotations

import csv
import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import RAW, RawCopy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import catalogue, store
from analysis.catalogue import tables
from analysis.clean import clean, domains
from analysis.clean.printed.cell_formats import UnreadableError, read_cell
from analysis.clean.printed.layout import read_table
from analysis.clean.printed.statements import read_statements
from analysis.errors import DataError
from analysis.store import raw_files

Rows = list[list[str]]
Figure = tuple[str, str, str, str, float | None]  # series, area, period, category, value

LEICESTERSHIRE, RUTLAND = "E10000018", "E06000017"
QUARTERS = {f"Q{number}": f"2012-13-Q{number}" for number in (1, 2, 3, 4)}
HEADINGS = QUARTERS | dict.fromkeys(("Total", "Full Year", "Total Referrals", "Referrals", "t end of period 12"), "2012-13")
# Official statistics are tables with a header, read by column; test_import and test_official_real have theirs.
PRINTED = sorted(path for path in RAW.rglob("*.csv") if "official" not in path.parts)
FIGURES = {path.name: path for path in PRINTED if path.name != "claims.csv"}
RELEASES = ("annual-report/2012-13/", "census-2011/2011/")

# What each printed row is, read off the page and not off the library's tables. A row without a label is named by the one above.
CHILDREN = ["initial_assessments", "initial_assessments_10_days", "initial_to_core", "core_assessments_35_days"]
PAIRS = [name for each in CHILDREN for name in (each, f"{each}_printed_pct")]
LAST = ["strategy_discussions", "section_47_enquiries", "lado_referrals"]
IN_ORDER = {
    "figure-1.csv": ["contacts", "referrals", *PAIRS, *LAST],
    "figure-2.csv": ["contacts", "referrals", "referrals_domestic_abuse", "referrals_out_of_hours", *PAIRS, *LAST],
}
LABELS = {
    "Substantiated": "substantiated", "Partly Substantiated": "partly_substantiated", "Not Substantiated": "not_substantiated",
    "Not Determined/ Inconclusive": "not_determined", "Phys. Disability / Frailty / Sensory Imp.": "physical_disability",
    "Mental Health Needs": "mental_health", "Learning Disability": "learning_disability", "Substance Misuse": "substance_misuse",
    "Other Vulnerable People": "other_vulnerable", "Not Recorded": "not_recorded", "18-64": "18_64", "65-74": "65_74",
    "75-84": "75_84", "85 +": "85_and_over", "Physical": "physical", "Sexual": "sexual", "Emotional / Psychological": "emotional",
    "Financial": "financial", "Neglect": "neglect", "Discriminatory": "discriminatory", "Institutional": "institutional",
    "Not Known": "not_known", "Primary Health Care": "primary_health", "Secondary Health Care": "secondary_health",
    "Adult Mental Health Setting": "mental_health_setting", "Residential": "residential", "Day Care": "day_care",
    "Social Worker/Care Manager": "social_worker", "Self-Directed Care Staff": "self_directed_care", "Domiciliary": "domiciliary",
    "Other Care Workers": "other_care_workers", "Self": "self", "Family Member": "family", "Police": "police", "Other": "other",
    "Other Service User": "other_service_user", "Friend/Neighbour": "friend_neighbour", "Care Quality Commission": "cqc",
    "Housing": "housing", "Education": "education", "Community": "community", "Unknown": "unknown",
    "Adult Protection Plans accepted": "accepted", "Adult Protection Plans not accepted": "not_accepted",
    "Could not consent": "could_not_consent",
}  # fmt: skip
RECEIVED = {
    "Outcome": "adult_completed_outcome", "Primary Client Type": "adult_referrals_client_type",
    "Primary Age Group": "adult_referrals_age", "Type of abuse": "adult_referrals_abuse_type",
    "Source of Referral": "adult_referrals_source", "Protection Plans": "adult_plans",
}  # fmt: skip
CLOSED = {
    "Referral by type": "adult_referrals_setting", "Outcome of Referrals Closed within the": "adult_completed_outcome",
    "Primary Client Type": "adult_completed_client_type", "Primary Age Group": "adult_completed_age",
    "Type of abuse": "adult_completed_abuse_type", "Source of Referral": "adult_completed_source",
    "Protection Plans": "adult_plans",
}  # fmt: skip
BUDGET = [
    "lscb_training", "domestic_homicide_reviews", "office", "lscb_staff", "lscb_serious_case_reviews", "lscb_learning_reviews",
    "sab_staff", "sab_serious_case_reviews", "sab_learning_reviews", "sab_training",
]  # fmt: skip
MEMBERS = {
    "Independent Chair": ["independent_chair"], "District Council representation": ["district_councils"], "Police": ["police"],
    "Probation Service": ["probation"], "Youth Offending Team": ["youth_offending"],
    "SHA/NHS commissioning Board and PCTs": ["nhs_commissioning"], "Leicestershire Partnership Trust": ["partnership_trust"],
    "Leicestershire Partnership Trust:": ["partnership_trust"], "University Hospitals Leicester Trust": ["university_hospitals"],
    "EMAS": ["ambulance"], "Consultant Paediatrician": ["paediatrician"], "CAFCASS": ["cafcass"], "Schools": ["schools"],
    "Further Education Colleges": ["further_education"], "Vista Blind": ["vista"], "NSPCC": ["nspcc"],
    "Voluntary Action Leicestershire": ["voluntary_action"],
    "Leicestershire County Council: Head of legal Services Adult Learning Officer": ["legal_services", "adult_learning"],
    "CDOP – Chair CDOP - Manager Melton Borough Council": ["child_death_panel_and_melton"],
    "Rutland County Council Officers": ["rutland_officers"],
    "Rutland County Council Officers Lead Member": ["rutland_officers", "rutland_lead_member"],
    "Lay members – Leicestershire Rutland (Lay member resigned early 2013)": ["lay_member_leicestershire", "lay_member_rutland"],
}  # fmt: skip
COUNCILS = {
    "Leicestershire": LEICESTERSHIRE, "Rutland": RUTLAND, "PCT - Leicestershire County and Rutland": "5PA", "Totals": "LR",
    "Buckinghamshire": "E10000002", "Hampshire": "E10000014", "Essex": "E10000012", "Leicester City": "E06000016",
    "Derbyshire": "E10000007", "Leicester": "E06000016", "East Midlands": "E12000004", "England": "E92000001",
}  # fmt: skip


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def numbers(text: str) -> list[float]:
    return [float(number.replace(",", "")) for number in re.findall(r"[0-9][0-9,]*(?:\.[0-9]+)?", text)]


def children_rows(file: str, rows: Rows) -> dict[int, tuple[str, str]]:
    printed = [number for number, cells in enumerate(rows) if number > 1 and any(cells)]
    return {number: (series, "all") for number, series in zip(printed, IN_ORDER[file], strict=True)}


def adult_rows(blocks: dict[str, str], rows: Rows) -> dict[int, tuple[str, str]]:
    found, block = {}, ""
    for number, cells in enumerate(rows):
        if not cells or "Q1" in cells or cells[0].startswith("Safeguarding Adults"):
            continue
        if cells[0] in {*blocks, "Number of Referrals", "Repeat Referrals"}:
            block = cells[0]
        elif cells[0] == "":
            found[number] = ("adult_referrals", "all")
        elif cells[0] == "Total":
            found[number] = ("adult_completed", "all")
        elif block == "Repeat Referrals":
            found[number] = ("adult_repeat_referrals" + "_printed_pct" * (blocks is CLOSED), "all")
        else:
            found[number] = (blocks[block], LABELS[cells[0]])
    return found


def headed(rows: Rows) -> dict[int, str]:
    """Return {column: period} of the header of a table."""
    header = next(cells for cells in rows if set(cells) & set(HEADINGS))
    return {column: HEADINGS[text] for column, text in enumerate(header) if text in HEADINGS}


def expected(file: str, rows: Rows) -> dict[tuple[int, int], list[Figure]]:
    """Return the figures of each cell (row and column from 1) as the page prints them."""
    found: dict[tuple[int, int], list[Figure]] = {}
    if file in ("figure-1.csv", "figure-2.csv", "figure-3.csv", "figure-4.csv"):
        area = LEICESTERSHIRE if file in ("figure-1.csv", "figure-3.csv") else RUTLAND
        what = children_rows(file, rows) if file in IN_ORDER else adult_rows(RECEIVED if "3" in file else CLOSED, rows)
        for number, (series, category) in what.items():
            for column, period in headed(rows).items():
                values = numbers(rows[number][column]) or [None]
                names = [series, f"{series}_bracketed"][: len(values)]
                found[number + 1, column + 1] = [
                    (name, area, period, category, value) for name, value in zip(names, values, strict=True)
                ]
    elif file in ("figure-5.csv", "figure-6.csv", "figure-7.csv", "population.csv"):
        spans = {1: "2009-10", 2: "2010-11", 3: "2011-12", 4: "2012-13"} if file == "figure-5.csv" else {}
        ages = {1: "all", 2: "0_17", 3: "18_and_over"}
        if file in ("figure-6.csv", "figure-7.csv"):
            spans = headed(rows)
        for number, cells in enumerate(rows):
            for column, text in enumerate(cells[1:], start=1):
                if cells[0] in COUNCILS and text and file == "population.csv":
                    found[number + 1, column + 1] = [
                        ("population", COUNCILS[cells[0]], "2011-03-27", ages[column], numbers(text)[0])
                    ]
                elif cells[0] in COUNCILS and text:
                    found[number + 1, column + 1] = [
                        ("dols_referrals", COUNCILS[cells[0]], spans[column], "all", numbers(text)[0])
                    ]
    elif file == "budget.csv":
        names = [("board_expenditure_line", line) for line in BUDGET] + [("board_expenditure", "all")]
        names += [
            ("board_income_source", "sab"),
            ("board_income_source", "lscb"),
            ("board_income", "all"),
            ("board_underspend", "all"),
        ]
        for number, (series, category) in enumerate(names, start=2):
            value = numbers(rows[number][2])[0] * (-1 if rows[number][1].startswith("-") else 1)
            found[number + 1, 3] = [(series, "LR", "2012-13", category, value)]
    else:
        series = file.removesuffix(".csv").replace("-", "_")
        column = 3 if "non" in file else 2
        for number, cells in enumerate(rows[1:], start=2):
            if len(cells) < 2 or cells[0] == "Lead Member":
                continue
            officers = ["leicestershire_officers", "leicestershire_lead_member"][: len(numbers(cells[column - 1]))]
            members = officers if cells[0] == "Leicestershire County Council Officers" else MEMBERS[cells[0]]
            values = numbers(cells[column - 1]) or [None] * len(members)
            found[number, column] = [
                (series, "LR", "2012-13", member, value) for member, value in zip(members, values, strict=True)
            ]
    return found


def of_release(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a frame that come from a printed table."""
    return frame[frame["source"].str.startswith(RELEASES)]


@pytest.mark.parametrize("file", FIGURES)
def test_every_printed_figure_arrives_as_itself_and_nothing_else_does(file: str, held: store.Store) -> None:
    rows = read(FIGURES[file])
    wanted = {
        (f"{file}#cell={row},{column}", *figure) for (row, column), figures in expected(file, rows).items() for figure in figures
    }
    mine = of_release(held.observations)
    mine = mine[mine["source"].str.contains(f"/{file}#", regex=False)]
    values = mine["value"].astype(object).where(mine["value"].notna(), None)
    place = mine["source"].str.rpartition("/")[2]
    found = set(zip(place, mine["series"], mine["area"], mine["period"], mine["category"], values, strict=True))
    assert len(found) == len(mine)
    assert found == wanted


def test_what_holds_a_number_and_is_no_figure_is_a_heading_a_label_or_named_noise(held: store.Store) -> None:
    figures = set(held.observations["source"])
    cells = of_release(held.cells)
    with_digit = cells[cells["text"].str.contains("[0-9]") & ~cells["source"].str.contains("claims")]
    others = with_digit[~with_digit["source"].isin(figures)]
    noise = others[others["fate"] == "noise"]
    assert noise["text"].tolist() == ["17", "13", "30", "30"]
    assert noise["reason"].str.contains("no quarter of the block adds up to it").all()
    beside = others[others["fate"].isin(("title", "header"))]
    labels = others[others["source"].str.endswith(",1") & ~others["fate"].isin(("title", "header", "noise"))]
    assert len(noise) + len(beside) + len(labels) == len(others)
    assert set(labels["fate"]) <= {"label", "footnote"}


@pytest.mark.parametrize("path", PRINTED, ids=lambda path: path.name)
def test_every_raw_cell_has_exactly_one_fate(path: Path, held: store.Store) -> None:
    raw_cells = [(r, c, text) for r, row in enumerate(read(path), start=1) for c, text in enumerate(row, start=1)]
    mine = of_release(held.cells)
    mine = mine[mine["source"].str.contains(f"/{path.name}#", regex=False)]
    place = mine["source"].str.extract(r"#cell=(\d+),(\d+)$").astype(int)
    assert sorted(zip(place[0], place[1], mine["text"], strict=True)) == raw_cells
    assert set(mine["fate"]) <= {
        "title", "header", "footnote", "block", "label", "sign", "padding", "noise", "observation", "printed blank", "statement",
    }  # fmt: skip


def test_a_cell_is_an_observation_if_and_only_if_its_fate_says_so(held: store.Store) -> None:
    cells, observations = of_release(held.cells), of_release(held.observations)
    figures = cells[cells["fate"].isin(("observation", "printed blank")) & ~cells["source"].str.contains("claims")]
    in_tables = observations[~observations["source"].str.contains("claims")]
    assert set(figures["source"]) == set(in_tables["source"])


def figure(held: store.Store, series: str, area: str, period: str, category: str = "all") -> list[tuple[float, str, str]]:
    """Return (value, status, file) of every print of one figure."""
    frame = held.observations
    at = frame[
        (frame["series"] == series) & (frame["area"] == area) & (frame["period"] == period) & (frame["category"] == category)
    ]
    return sorted((row.value, row.status, re.split("[/#]", row.source)[2]) for row in at.itertuples())


def test_the_year_of_figure_3_is_restated_and_its_quarters_are_not(held: store.Store) -> None:
    rows = held.observations[held.observations["source"].str.contains("figure-3")]
    assert set(rows.loc[rows["period"] == "2012-13", "status"]) == {"revised"}
    assert set(rows.loc[rows["period"] != "2012-13", "status"]) == {"final"}


def test_a_printed_percentage_is_kept_beside_what_the_arithmetic_gives(held: store.Store, measured: pd.DataFrame) -> None:
    assert figure(held, "initial_assessments_printed_pct", RUTLAND, "2012-13-Q2") == [(31.7, "final", "figure-2.csv")]
    at = measured[(measured["indicator"] == "initial_assessments_pct") & (measured["area"] == RUTLAND)]
    assert at.set_index("period").at["2012-13-Q2", "value"] == pytest.approx(100 * 57 / 107)


def test_two_prints_of_one_figure_are_both_kept(held: store.Store) -> None:
    assert figure(held, "adult_referrals", LEICESTERSHIRE, "2012-13-Q1") == [
        (279, "final", "figure-3.csv"),
        (282, "final", "claims.csv"),
    ]


def test_stars_carry_their_footnotes(held: store.Store) -> None:
    rows = held.observations[held.observations["series"] == "attendance_lscb_statutory"].set_index("category")
    assert rows.at["rutland_officers", "value"] == 75
    assert "Ofsted inspection" in rows.at["rutland_officers", "note"]
    assert rows.at["rutland_lead_member", "note"].startswith("The Rutland lead member")
    assert rows.at["police", "note"] == ""


def test_both_bases_of_figure_4_are_kept_apart(held: store.Store) -> None:
    rows = held.observations[held.observations["source"].str.contains("figure-4")]
    received = set(rows.loc[rows["series"].str.startswith("adult_referrals"), "series"])
    assert received == {"adult_referrals", "adult_referrals_setting"}
    assert figure(held, "adult_referrals", RUTLAND, "2012-13")[0][0] == 59
    assert [value for value, _, file in figure(held, "adult_completed", RUTLAND, "2012-13") if file == "figure-4.csv"] == [98]


# --- one cell ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "names", "sign", "figures"),
    [
        ("count", "3819", 1, "", [(3819, "final", "")]),
        ("count", "14,741", 1, "", [(14741, "final", "")]),
        ("count", "0", 1, "", [(0, "final", "")]),
        ("count", "", 1, "", [(None, "not_available", "")]),
        ("count", "  ", 2, "", [(None, "not_available", ""), (None, "not_available", "")]),
        ("percent", "84.9%", 1, "", [(84.9, "final", "")]),
        ("percent", "0", 1, "", [(0, "final", "")]),
        ("percent", "100% 75%", 2, "", [(100, "final", ""), (75, "final", "")]),
        ("percent", "75%* 50%**", 2, "", [(75, "final", "*"), (50, "final", "**")]),
        ("subset", "120 (92)", 2, "", [(120, "final", ""), (92, "final", "")]),
        ("subset", "5 (5)", 2, "", [(5, "final", ""), (5, "final", "")]),
        ("money", "29,502", 1, "£", [(29502, "final", "")]),
        ("money", "470,590", 1, "- <u>£</u>", [(-470590, "final", "")]),
    ],
)
def test_what_a_cell_says(kind: str, text: str, names: int, sign: str, figures: list[tuple]) -> None:
    found = read_cell(kind, text, names, "annual-report", sign)
    assert [(each.value, each.status, each.marker) for each in found] == figures


@pytest.mark.parametrize(
    ("kind", "text", "names", "wanted"),
    [
        ("count", "n/a", 1, "a whole number"),
        ("count", "1.5", 1, "a whole number"),
        ("count", "1,23", 1, "a whole number"),
        ("count", "-3", 1, "a whole number"),
        ("count", "12 ", 1, "a whole number"),
        ("count", "٣", 1, "a whole number"),
        ("count", "50%", 1, "a whole number"),
        ("count", "3", 2, "2 figures"),
        ("percent", "84.9", 1, "a percentage between 0% and 100%"),
        ("percent", "101%", 1, "a percentage between 0% and 100%"),
        ("percent", "-1%", 1, "a percentage between 0% and 100%"),
        ("percent", "75% 50%", 1, "one figure"),
        ("percent", "75%", 2, "2 figures"),
        ("subset", "120", 2, "a whole number and, in brackets, how many of them"),
        ("subset", "120 (130)", 2, "a whole number and, in brackets, how many of them"),
        ("money", "29,502", 1, r"one of the signs £, -£, - <u>£</u> before it, not ''"),
    ],
)
def test_a_cell_not_of_its_format_says_what_was_expected(kind: str, text: str, names: int, wanted: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_cell(kind, text, names, "annual-report")
    assert str(caught.value) == wanted


# --- a broken file -----------------------------------------------------------------------------------------------------------


def cell(row: int, column: int, text: str) -> Callable[[Rows], object]:
    """Put a text in a cell, row and column counted from 1 as in messages."""
    return lambda rows: rows[row - 1].__setitem__(column - 1, text)


def without(row: int) -> Callable[[Rows], object]:
    return lambda rows: rows.pop(row - 1)


def twice(row: int) -> Callable[[Rows], object]:
    return lambda rows: rows.insert(row, rows[row - 1])


def wider(rows: Rows) -> None:
    for each in rows:
        each.append("")


def swapped(row: int, one: int, other: int) -> Callable[[Rows], object]:
    def swap(rows: Rows) -> None:
        cells = rows[row - 1]
        cells[one - 1], cells[other - 1] = cells[other - 1], cells[one - 1]

    return swap


BROKEN: list[tuple[str, Callable[[Rows], object], str, str, str]] = [
    # file, what is done to it, where the sentence says it is, what was found, what was expected
    ("figure-1.csv", without(4), "row 4, column 1", "no such row", "the row \"Number of referrals to Children's Social Care\""),
    ("figure-3.csv", without(13), "row 13, column 1", "no such row", "the row 'Learning Disability' in the block 'Primary"),
    ("figure-3.csv", without(4), "row 4, column 1", "no such row", "the row without a label that gives adult_referrals"),
    ("figure-4.csv", without(15), "row 15, column 1", "the label 'Phys. Disability / Frailty / Sensory Imp.'", "a row that the"),
    ("figure-6.csv", without(2), "row 2, column 1", "'Leicestershire'", "'Supervisory Body'"),
    ("attendance-sab.csv", without(4), "row 4, column 1", "no such row", "the row 'Leicestershire County Council Officers'"),
    ("population.csv", without(3), "row 3, column 1", "no such row", "the row 'Rutland'"),
    ("figure-1.csv", wider, "row 1, column 8", "8 cells", "7: 'Leicestershire - Contact"),
    ("figure-5.csv", wider, "row 1, column 8", "8 cells", "7"),
    ("population.csv", wider, "row 1, column 5", "5 cells", "4: 'Area|All ages|Aged 0 to 17|Aged 18 and over'"),
    ("figure-2.csv", lambda rows: rows[2].pop(), "row 3, column 6", "5 cells", "6, as in the header in row 2"),
    ("figure-7.csv", lambda rows: rows[3].append("1"), "row 4, column 7", "7 cells", "6, as in the header in row 2"),
    ("figure-1.csv", swapped(2, 2, 3), "row 2, column 2", "'Q2'", "'Q1'"),
    ("figure-3.csv", swapped(20, 5, 6), "row 20, column 5", "'Full Year'", "'Q4'"),
    ("population.csv", swapped(1, 3, 4), "row 1, column 3", "'Aged 18 and over'", "'Aged 0 to 17'"),
    ("figure-1.csv", cell(3, 2, "n/a"), "row 3, column 2 (2012-13-Q1)", "'n/a'", "a whole number"),
    ("figure-2.csv", cell(8, 3, "n/a"), "row 8, column 3 (2012-13-Q2)", "'n/a'", "a percentage between 0% and 100%"),
    ("figure-5.csv", cell(4, 3, "n/a"), "row 4, column 3 (2010-11)", "'n/a'", "a whole number"),
    ("budget.csv", cell(3, 3, "n/a"), "row 3, column 3 (2012-13)", "'n/a'", "a whole number"),
    ("attendance-sab.csv", cell(3, 2, "n/a"), "row 3, column 2 (2012-13)", "'n/a'", "a percentage between 0% and 100%"),
    ("population.csv", cell(2, 3, "n/a"), "row 2, column 3 (2011-03-27/0_17)", "'n/a'", "a whole number"),
    ("figure-4.csv", cell(27, 4, "1.5"), "row 27, column 4 (2012-13-Q3)", "'1.5'", "a whole number"),
    ("figure-3.csv", cell(54, 2, "120 (130)"), "row 54, column 2 (2012-13-Q1)", "'120 (130)'", "in brackets, how many of them"),
    ("figure-3.csv", cell(54, 6, "596"), "row 54, column 6 (2012-13)", "'596'", "in brackets, how many of them"),
    ("figure-1.csv", twice(3), "row 4, column 1", "the row \"Number of contacts", "it once, as in row 3"),
    ("figure-3.csv", twice(4), "row 5, column 1", "the row without a label once more", "it once, as in row 4"),
    ("figure-4.csv", twice(6), "row 7, column 1", "the row 'Community' once more", "it once, as in row 6"),
    ("figure-3.csv", twice(1), "row 20, column 1", "once more", "it 2 times, as in row 1"),
    ("figure-7.csv", twice(3), "row 4, column 1", "the row 'Leicestershire' once more", "it once"),
    ("figure-1.csv", cell(3, 7, "9"), "row 3, column 7", "'9'", "a blank cell"),
    ("figure-3.csv", cell(5, 3, "7"), "row 5, column 3", "'7'", "a blank: it's a heading"),
    ("figure-4.csv", cell(15, 3, "18"), "row 15, column 3", "'18'", "a blank: it's a heading"),
    ("figure-4.csv", cell(31, 1, "Neglcet"), "row 31, column 1", "the label 'Neglcet'", "such as 'Neglect'"),
    ("figure-5.csv", cell(3, 1, "Xyzzy"), "row 3, column 1", "the label 'Xyzzy'", "a row of the layout"),
    ("figure-1.csv", cell(1, 1, "Leicester - Contact"), "row 1, column 1", "'Leicester - Contact'", "'Leicestershire - Contact"),
    ("budget.csv", cell(3, 2, "$"), "row 3, column 3 (2012-13)", "'29,502'", "one of the signs £, -£"),
    ("attendance-lscb-statutory.csv", cell(7, 2, "75%* 50%***"), "row 7, column 2", "the footnote marker '***'", "footnotes.csv"),
    ("attendance-lscb-statutory.csv", cell(4, 2, "100%"), "row 4, column 2 (2012-13)", "'100%'", "2 figures"),
    ("claims.csv", swapped(1, 4, 5), "row 1, column 4", "id,section,domain,period,area", "id,section,domain,area,period"),
    ("claims.csv", wider, "row 1, column 12", "id,section", "id,section"),
    ("claims.csv", lambda rows: rows[4].pop(), "row 5, column 11", "10 cells", "11, as in the header"),
    ("claims.csv", twice(3), "row 4, column id", "'c002' once more", "a new id"),
    ("claims.csv", cell(2, 7, "n/a"), "row 2, column 7", "'n/a'", "a level in the unit count, in figures or in words"),
    ("claims.csv", cell(2, 7, "1.5"), "row 2, column 7", "'1.5'", "a level in the unit count"),
    ("claims.csv", cell(2, 7, "all"), "row 2, column 7", "'all'", "a level in the unit count"),
    ("claims.csv", cell(10, 7, "63"), "row 10, column 7", "'63'", "a level in the unit percent"),
    ("claims.csv", cell(10, 7, "163%"), "row 10, column 7", "'163%'", "a level in the unit percent"),
    ("claims.csv", cell(54, 7, "less than much"), "row 54, column 7", "'less than much'", "a level in the unit percent"),
    ("claims.csv", cell(2, 8, "percent"), "row 2, column unit", "'percent'", "'count', as series.csv has it"),
    ("claims.csv", cell(2, 3, "adults"), "row 2, column domain", "'adults'", "'children', as series.csv has it"),
    ("claims.csv", cell(2, 9, "contact"), "row 2, column series", "'contact'", "a catalogued series"),
    ("claims.csv", cell(2, 10, "everything"), "row 2, column category", "'everything'", "a catalogued category"),
    ("claims.csv", cell(2, 4, "Leicestershyre"), "row 2, column area", "did you mean Leicestershire", "a known area"),
    ("claims.csv", cell(2, 5, "2012-14"), "row 2, column period", "is no financial year", "a known period"),
    ("claims.csv", cell(169, 5, "2013-03-31"), "row 169, column period", "'2013-03-31'", "'2012-03-31', which correction 1"),
    ("claims.csv", without(169), "", "no statement 'c168'", "the one that correction 1 names"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "change", "where", "found", "wanted"), BROKEN, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_broken_file_is_one_sentence_and_changes_nothing(
    file: str, change: Callable[[Rows], object], where: str, found: str, wanted: str, raw_copy: Callable[[], RawCopy]
) -> None:
    copy = raw_copy()
    before = copy.processed()
    copy.edit(file, change)
    with pytest.raises(DataError) as caught:
        clean(copy.data)
    message = str(caught.value)
    place, _, rest = message.partition(": found ")
    assert place.startswith(copy.name(file))
    assert where in place
    assert found in rest.partition(", expected ")[0]
    assert wanted in rest.partition(", expected ")[2]
    assert message.endswith(".")
    assert "\n" not in message
    assert copy.processed() == before


@pytest.mark.parametrize("file", ["figure-2.csv", "claims.csv", "population.csv"])
@pytest.mark.parametrize("spoil", [lambda _: b"", lambda text: text.decode().encode("utf-16")], ids=["empty", "UTF-16"])
def test_a_file_that_is_no_text_changes_nothing(
    file: str, spoil: Callable[[bytes], bytes], raw_copy: Callable[[], RawCopy]
) -> None:
    copy = raw_copy()
    before = copy.processed()
    copy.write(file, spoil(copy.path(file).read_bytes()))
    with pytest.raises(DataError, match=file):
        clean(copy.data)
    assert copy.processed() == before


def test_a_file_that_no_layout_knows_is_refused(raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()
    path = copy.path("population.csv")
    path.with_name("more.csv").write_text("a,b\n", encoding="utf-8")
    origin = path.with_name(raw_files.ORIGIN)
    origin.write_text(origin.read_text(encoding="utf-8") + '"more.csv" = ""\n', encoding="utf-8")
    copy.seal("more.csv")
    with pytest.raises(DataError, match=r"more\.csv: found a file that layouts\.csv doesn't know, expected a layout for it"):
        clean(copy.data)


@pytest.mark.parametrize(
    ("file", "row", "column", "text", "series", "value"),
    [
        ("figure-1.csv", 3, 2, "3818", "contacts", 3818),
        ("figure-3.csv", 54, 2, "120 (91)", "adult_plans_bracketed", 91),
        ("figure-4.csv", 62, 3, "12.00%", "adult_repeat_referrals_printed_pct", 12),
        ("budget.csv", 15, 3, "308,670", "board_income_source", -308670),
        ("claims.csv", 2, 7, "14,742", "contacts", 14742),
    ],
)
def test_a_changed_figure_arrives_once_its_checksum_is_mended(
    file: str, row: int, column: int, text: str, series: str, value: float, raw_copy: Callable[[], RawCopy]
) -> None:
    copy = raw_copy()
    copy.edit(file, cell(row, column, text))
    assert clean(copy.data)
    at = store.load(copy.data).observations.set_index(["source", "series"])["value"]
    assert at.at[(f"annual-report/2012-13/{file}#cell={row},{column}", series)] == value


def test_blank_rows_are_accounted_for_and_say_nothing(raw_copy: Callable[[], RawCopy], held: store.Store) -> None:
    copy = raw_copy()
    copy.edit("figure-7.csv", lambda rows: rows.append(["", "", ""]))
    assert clean(copy.data)
    after = store.load(copy.data)
    assert after.observations.equals(held.observations)
    new = after.cells[~after.cells["source"].isin(held.cells["source"])]
    assert new["fate"].tolist() == ["padding"] * 3


def cleaned(received: pd.DataFrame) -> pd.DataFrame:
    parts = [checked(received) for checked in domains.DOMAIN_CHECKS]
    return store.check(pd.concat(parts, ignore_index=True))


TEXTS = st.one_of(
    st.sampled_from(
        ["", " ", "n/a", "1.5", "-3", "NaN", "1e3", "٣", "½", "x", "J", "'", "£", "-£", "Q1", "Total", "=1+1", "<b>5</b>"]
    ),
    st.integers(0, 20000).map(str),
    st.integers(0, 9_999_999).map("{:,}".format),
    st.integers(0, 1200).map(lambda tenths: f"{tenths / 10}%"),
    st.tuples(st.integers(0, 99), st.integers(0, 99)).map("{0[0]} ({0[1]})".format),
    st.tuples(st.integers(0, 110), st.integers(0, 100)).map("{0[0]}% {0[1]}%*".format),
    st.text(max_size=6),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(draw=st.data())
def test_any_single_edit_is_refused_or_arrives_as_exactly_the_changed_figure(
    draw: st.DataObject, data: Path, held: store.Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = draw.draw(st.sampled_from(sorted(FIGURES)))
    rows = read(FIGURES[file])
    row = draw.draw(st.sampled_from([number for number, cells in enumerate(rows) if cells]))
    column = draw.draw(st.integers(0, len(rows[row]) - 1))
    old, new = rows[row][column], draw.draw(TEXTS)
    rows[row][column] = new
    folder = tmp_path_factory.mktemp("edited")
    with (folder / file).open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    release = next(each for each in raw_files.releases(data) if file in each.checksums)
    name = f"{release.id}/{file}"
    others = held.observations[~held.observations["source"].str.startswith(f"{name}#")]
    try:
        observations, cells = read_table(dataclasses.replace(release, folder=folder), file)
        after = cleaned(pd.concat([others, observations], ignore_index=True))
    except DataError as error:
        assert old != new, "a file as it was received is never refused"
        assert name in str(error)
        return
    edited = f"{name}#cell={row + 1},{column + 1}"
    untouched = held.observations[held.observations["source"] != edited].reset_index(drop=True)
    assert after[after["source"] != edited].reset_index(drop=True).equals(untouched)
    assert cells.loc[cells["source"] == edited, "text"].item() == read(folder / file)[row][column]
    mine = after[after["source"] == edited]
    if not mine.empty and not new.strip():
        assert set(mine["status"]) == {"not_available"}
    elif not mine.empty:
        assert sorted(mine["value"].abs()) == sorted(numbers(new))
    else:  # a sign of the same direction, or a blank in place of noise
        assert new == old or not new.strip() or (file == "budget.csv" and {old[:1], new[:1]} == {"-"})


# --- statements --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stated(data: Path) -> pd.DataFrame:
    observations, _ = read_statements(raw_files.releases(data)[0])
    return observations.assign(id=observations["note"].str.extract(r"statement (c\d+)\.", expand=False)).set_index("id")


@pytest.mark.parametrize(
    ("statement", "series", "area", "period", "category", "value"),
    [
        ("c001", "contacts", LEICESTERSHIRE, "2012-13", "all", 14741),
        ("c012", "referrals", RUTLAND, "2011-12", "all", 327),
        ("c061", "agencies_full_funding_printed_pct", "LR", "2012-13", "all", 100),
        ("c062", "board_underspend", "LR", "2012-13", "all", 61193),
        ("c074", "seg_meetings", "LR", "2012-13", "all", 8),
        ("c116", "population_0_17_ethnicity_printed_pct", LEICESTERSHIRE, "2001-04-29", "minority_ethnic", 8),
        ("c160", "plans_ended_2_years", RUTLAND, "2012-13", "all", 0),
        ("c187", "adult_referrals", LEICESTERSHIRE, "2012-13-Q1", "all", 282),
        ("c264", "dols_referrals", "5NX", "2012-13", "all", 0),
    ],
)
def test_a_statement_gives_its_level(
    stated: pd.DataFrame, statement: str, series: str, area: str, period: str, category: str, value: float
) -> None:
    row = stated.loc[statement]
    assert row[["series", "area", "period", "category", "value"]].tolist() == [series, area, period, category, value]
    assert row["status"] == "final"


def test_every_statement_with_a_series_is_one_observation_and_no_other_is(stated: pd.DataFrame) -> None:
    header, *rows = read(next(RAW.rglob("claims.csv")))
    statements = [dict(zip(header, row, strict=True)) for row in rows]
    implied = stated["status"] == "implied"  # from a change that a statement without a series gives
    assert stated.index[~implied].tolist() == [each["id"] for each in statements if each["series"]]
    assert implied.sum() == 3 and stated.loc[implied, "value"].isna().all()
    for each in statements:
        exact = re.fullmatch(r"£?([\d,]+(?:\.\d+)?)%?", each["stated"])
        if each["series"] and exact:
            assert stated.at[each["id"], "value"] == float(exact[1].replace(",", ""))
            assert stated.at[each["id"], "series"] == each["series"]


def test_a_bound_is_no_level_and_says_what_was_printed(stated: pd.DataFrame) -> None:
    row = stated.loc["c223"]
    assert row["status"] == "not_available"
    assert pd.isna(row["value"])
    assert "Printed as a bound: Less than 0.5%." in row["note"]


@pytest.mark.parametrize(
    ("statement", "column", "printed", "read_as"),
    [("c168", "period", "2012-03-31", "2013-03-31"), ("c043", "area", "Leicestershire", "Rutland"),
     ("c051", "category", "minority_ethnic", "white_british")],
)  # fmt: skip
def test_a_known_error_of_the_source_is_corrected_and_noted(
    stated: pd.DataFrame, held: store.Store, statement: str, column: str, printed: str, read_as: str
) -> None:
    row = stated.loc[statement]
    assert row[column] == (RUTLAND if column == "area" else read_as)
    assert f"Printed {column} '{printed}', read as '{read_as}': " in row["note"]
    kept = held.cells[
        held.cells["source"].str.contains(r"claims\.csv#cell=" + row["source"].partition("cell=")[2].split(",")[0] + ",")
    ]
    assert printed in kept["text"].tolist()


def test_every_correction_says_why_and_who_says_so() -> None:
    table = tables.read("corrections")
    assert (table[["reason", "authority", "status", "printed", "corrected"]] != "").all(axis=None)
    assert (table["printed"] != table["corrected"]).all()


# --- one module a domain -----------------------------------------------------------------------------------------------------


def changed(held: store.Store, series: str, **fields: object) -> pd.DataFrame:
    """Return the observations with the first figure of a series changed."""
    frame = held.observations.copy()
    at = frame.index[(frame["series"] == series) & frame["value"].notna()][0]
    for column, value in fields.items():
        frame.loc[at, column] = value
    return frame


@pytest.mark.parametrize(
    ("domain", "series", "value", "wanted"),
    [
        (domains.census, "households", -1.0, "a number of at least 0"),
        (domains.children, "contacts", -1.0, "a number of at least 0"),
        (domains.children, "initial_assessments_printed_pct", 101.0, "a percentage up to 100%"),
        (domains.adults, "adult_referrals", -1.0, "a number of at least 0"),
        (domains.adults, "adult_completed_printed_pct", 101.0, "a percentage up to 100%"),
        (domains.dols, "dols_referrals", -1.0, "a number of at least 0"),
        (domains.dols, "dols_referrals", 1.5, "a whole number"),
        (domains.governance, "board_income", 1.0, "income below 0, as the budget prints it"),
        (domains.governance, "board_expenditure", -1.0, "a number of at least 0"),
        (domains.governance, "attendance_sab", 101.0, "a percentage up to 100%"),
    ],
)
def test_a_figure_that_cannot_be_meant_stops_the_run(domain, series: str, value: float, wanted: str, held: store.Store) -> None:
    with pytest.raises(DataError) as caught:
        domain(changed(held, series, value=value))
    assert f"found {value:g} for {series}" in str(caught.value)
    assert str(caught.value).endswith(f"expected {wanted}.")
    assert "#cell=" in str(caught.value)


@pytest.mark.parametrize("domain", ["census", "children", "adults", "dols", "governance"])
def test_a_domain_without_a_figure_stops_the_run(domain: str, held: store.Store) -> None:
    with pytest.raises(DataError, match=f"raw data: found no figure for the domain '{domain}', expected at least one"):
        getattr(domains, domain)(held.observations.head(0))


def test_a_project_of_returns_alone_need_not_hold_every_domain(held: store.Store) -> None:
    known = catalogue.series()["domain"]
    mine = held.observations[held.observations["series"].map(known).isin(("children", "learning"))]
    assert domains.checks_of(mine) == (domains.children,)
    assert domains.checks_of(held.observations) == domains.DOMAIN_CHECKS


def test_a_population_that_does_not_add_up_stops_the_run(held: store.Store) -> None:
    frame = held.observations
    census_table = frame["source"].str.contains("population.csv") & (frame["category"] == "0_17") & (frame["area"] == RUTLAND)
    with pytest.raises(DataError, match="expected the two ages to add up to all ages"):
        domains.census(frame.assign(value=frame["value"].where(~census_table, 8121.0)))


def test_a_missing_stage_or_age_or_member_stops_the_run(held: store.Store) -> None:
    frame = held.observations
    with pytest.raises(DataError, match=rf"no row of section_47_enquiries for the area {RUTLAND}, expected one each"):
        domains.children(frame[(frame["series"] != "section_47_enquiries") | (frame["area"] != RUTLAND)])
    with pytest.raises(DataError, match="no row of population for the category 0_17"):
        domains.census(frame[frame["category"] != "0_17"])
    with pytest.raises(DataError, match="no row of dols_referrals for the area 5PA"):
        domains.dols(frame[frame["area"] != "5PA"])


def test_one_area_may_not_be_broken_down_on_both_bases(held: store.Store) -> None:
    frame = held.observations
    both = frame.assign(area=frame["area"].where(frame["series"] != "adult_completed_client_type", LEICESTERSHIRE))
    with pytest.raises(DataError, match=r"client types on one base \(received or closed\) in one area"):
        domains.adults(both)
