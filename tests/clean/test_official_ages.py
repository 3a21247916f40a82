"""Mid-year estimates as a download of Nomis has them: a row an age, single years or groups, with titles above."""

from __future__ import annotations

from pathlib import Path

import pytest
from official_files import read, text_of

from analysis.clean import official
from analysis.errors import DataError

HEADER = ["GEOGRAPHY_NAME", "GEOGRAPHY_CODE", "DATE_NAME", "GENDER_NAME", "C_AGE_NAME", "OBS_VALUE"]
LINCOLNSHIRE = ["Lincolnshire", "E10000019", "2024"]
SINGLE = [*(f"Age {age}" for age in range(90)), "Aged 90+"]


def rows(ages: dict[str, str], gender: str = "Total", place: list[str] = LINCOLNSHIRE) -> list[list[str]]:
    return [[*place, gender, age, value] for age, value in ages.items()]


def estimates(folder: Path, *parts: list[list[str]]) -> official.Reading:
    (folder / "nomis.csv").write_bytes(text_of([row for part in parts for row in part]))
    return read("ons-population", folder / "nomis.csv")


def values(reading: official.Reading, area: str = "E10000019") -> dict[str, float]:
    mine = reading.observations.query("area == @area")
    return dict(zip(mine["category"], mine["value"], strict=True))


def test_single_years_are_summed_to_children_and_adults(tmp_path: Path) -> None:
    men, women = rows({"All Ages": "450", "Age 0": "3"}, "Male"), rows({"All Ages": "460"}, "Female")
    reading = estimates(tmp_path, [HEADER], rows({"All Ages": "910"} | dict.fromkeys(SINGLE, "10")), men, women)
    assert values(reading) == {"all": 910, "0_17": 180, "18_and_over": 730}
    assert set(reading.observations["period"]) == {"2024-06-30"}
    assert reading.rows == reading.rows_read + len(reading.left) and len(reading.left) == 3
    children = reading.observations.query("category == '0_17'")
    assert children["source"].iloc[0].endswith("#cell=3,6-20,6")
    assert set(official.check(reading.observations, reading.published)["outcome"]) == {"agrees"}


def test_groups_of_ages_are_read_and_others_left(tmp_path: Path) -> None:
    ages = {"All Ages": "910", "Aged 0 to 15": "160", "Aged 0 to 17": "181"}
    england = rows({"All Ages": "5000"}, place=["England", "E92000001", "2024"])
    reading = estimates(tmp_path, [["Population estimates"], [], HEADER], rows(ages), england)
    assert values(reading) == {"all": 910, "0_17": 181} and values(reading, "E92000001") == {"all": 5000}
    assert reading.left[5].startswith("An age, or a group of ages")


def test_a_group_that_is_printed_is_not_summed_besides(tmp_path: Path) -> None:
    reading = estimates(tmp_path, [HEADER], rows({"Aged 0 to 17": "180"} | dict.fromkeys(SINGLE, "10")))
    assert values(reading) == {"0_17": 180, "18_and_over": 730}


def test_a_year_of_age_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"found no row 'Total \| Age 5' for 2024 near it, expected each from 'Total \| Age 0' to"
    ):
        estimates(tmp_path, [HEADER], rows(dict.fromkeys([age for age in SINGLE if age != "Age 5"], "10")))
    with pytest.raises(DataError, match=r"column 6 \(OBS_VALUE\): found 'c', expected a whole number"):
        estimates(tmp_path, [HEADER], rows(dict.fromkeys(SINGLE, "10") | {"Age 7": "c"}))
