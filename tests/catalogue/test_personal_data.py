"""Personal data is found in remarks by its form, and remarks without any are let through."""

from __future__ import annotations

import csv

import pytest
from conftest import ROOT

from analysis.catalogue.personal_data import kind_of, kind_of_number


def cases() -> list[tuple[str, str]]:
    with (ROOT / "tests" / "golden" / "remarks.csv").open(encoding="utf-8", newline="") as handle:
        return [(row["text"], row["found"] or "") for row in csv.DictReader(handle)]


@pytest.mark.parametrize(("text", "found"), cases())
def test_forty_remarks_half_of_them_harmless(text: str, found: str) -> None:
    assert kind_of(text) == found


def test_half_of_the_remarks_are_harmless() -> None:
    assert [bool(found) for _, found in cases()].count(False) == 20
    assert len(cases()) == 40


@pytest.mark.parametrize(
    "text",
    ["0116 2321234", "020 7946 0000", "0300 123 4567", "+447700900123", "0044 116 232 1234", "01572-722577", "Mr. J. Smith", "MRS SMITH",
     "PC 1234 Smith", "AB123456C", "nhs no: 943 476 5918", "943-476-5919.", "Date of birth 2009-04-03", "DOB: 030409", "a\u00a0Mr\u00a0Smith"],
)  # fmt: skip
def test_other_spellings_are_found(text: str) -> None:
    assert kind_of(text)


@pytest.mark.parametrize(
    "text",
    ["0300 0400 0500 1200", "0 0 0 0 0 0 0 0 0 0 0", "01.04.2013-30.06.2013", "2013-14 Q1: 0101 0202 0303", "seen by the Dr. Figures are right",
     "MR scan used", "12 Mill Dr Oakham", "born in 2009", "contacts:all@E06000017", "12 @ 30/6", "Total 943,476,5919", "Dr", "x", ""],
)  # fmt: skip
def test_what_looks_like_it_is_let_through(text: str) -> None:
    assert kind_of(text) == ""


def test_a_digest_is_no_telephone_number() -> None:
    assert kind_of_number("02252788822af88b2c2baac1786a95941116a175a") == ""
    assert kind_of_number("0225 278 8822") == "a telephone number"
