"""Areas: every spelling one code, the unknown refused with a suggestion, successors by date."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.catalogue import areas, tables
from analysis.errors import UnknownNameError

CODES = tables.read("areas")["code"].tolist()


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("Leicestershire", "E10000018"),
        ("  leicestershire ", "E10000018"),
        ("LEICESTERSHIRE", "E10000018"),
        ("Leics", "E10000018"),
        ("e10000018", "E10000018"),
        ("Rutland County Council", "E06000017"),
        ("Leicester City", "E06000016"),
        ("Leicester City Council", "E06000016"),
        ("Sheffield City Council", "E08000019"),
        ("London Borough of Hackney", "E09000012"),
        ("Royal Borough of Kensington and Chelsea", "E09000020"),
        ("Nottingham City Council", "E06000018"),
        ("Nottinghamshire County Council", "E10000024"),
        ("Barnsley Metropolitan Borough Council", "E08000016"),
        ("Leicester", "E06000016"),
        ("Leicestershire & Rutland", "LR"),
        ("Leicestershire  and  Rutland", "LR"),
        ("PCT - Leicestershire County and Rutland", "5PA"),
        ("East Midlands", "E12000004"),
        ("England", "E92000001"),
        ("Buckinghamshire", "E10000002"),
        ("E06000060", "E06000060"),
    ],
)
def test_every_spelling_is_one_code(spelling: str, code: str) -> None:
    assert areas.resolve(spelling) == code


@pytest.mark.parametrize(("typed", "meant"), [("Leicestershyre", "Leicestershire"), ("Ruttland", "Rutland")])
def test_a_near_miss_is_refused_with_what_may_have_been_meant(typed: str, meant: str) -> None:
    with pytest.raises(UnknownNameError, match=rf"No area is called '{typed}': did you mean .*{meant}"):
        areas.resolve(typed)


def test_a_far_miss_is_refused_with_where_to_look() -> None:
    with pytest.raises(UnknownNameError, match=r"'Xanadu-on-Sea': `safeguarding areas` lists what is known\."):
        areas.resolve("Xanadu-on-Sea")


@given(st.sampled_from(CODES))
def test_every_code_resolves_to_itself_and_its_name_to_an_area_of_that_name(code: str) -> None:
    assert areas.resolve(code) == code
    assert areas.label(areas.resolve(areas.label(code))) == areas.label(code)


@pytest.mark.parametrize("ask", [areas.label, areas.region, lambda code: areas.successors(code, "2024-04-01")])
def test_an_unknown_code_is_one_sentence(ask) -> None:
    with pytest.raises(UnknownNameError, match="No area has the code 'E99999999'"):
        ask("E99999999")


def test_labels_keep_the_order_asked_for() -> None:
    assert areas.labels(["E06000017", "E10000018"]) == {"E06000017": "Rutland", "E10000018": "Leicestershire"}


def test_a_region_lies_in_the_country_and_an_area_in_a_region() -> None:
    assert areas.region("E10000018") == "E12000004"
    assert areas.region("E12000004") == "E92000001"
    assert areas.region("E92000001") == ""


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        ("E10000018", "2024-04-01", ["E10000018"]),
        ("E10000002", "2020-03-31", ["E10000002"]),
        ("E10000002", "2020-04-01", ["E06000060"]),
        ("E10000009", "2019-04-01", ["E06000058", "E06000059"]),
        ("5PA", "2013-04-01", []),
    ],
)
def test_successors_come_from_dated_rows(code: str, on: str, expected: list[str]) -> None:
    assert areas.successors(code, on) == expected


def test_members_of_a_partnership_in_order_and_none_of_another_area() -> None:
    assert areas.members("LR") == ["E10000018", "E06000017", "5PA"]
    assert areas.members("E10000018") == []


def test_the_table_is_sound() -> None:
    table, aliases = tables.read("areas"), tables.read("area_aliases")
    known = set(table["code"])
    assert table["code"].is_unique
    assert aliases["alias"].is_unique
    assert set(aliases["code"]) <= known
    assert set(table["region"]) <= known | {""}
    assert {code for codes in table["replaced_by"] for code in codes.split()} <= known
    assert all(re.fullmatch(r"(\d{4}-\d{2}-\d{2})?", day) for column in ("valid_from", "valid_to") for day in table[column])
    assert (table.loc[table["replaced_by"] != "", "valid_to"] != "").all()


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("YORKSHIRE AND THE HUMBER", "E12000003"), ("Leicester UA", "E06000016"), ("Dorset UA", "E06000059"), ("St Helens", "E08000013"),
        ("ST. HELENS", "E08000013"), ("Kingston Upon Hull, City of", "E06000010"), ("Herefordshire, County of", "E06000019"),
        ("City of Bristol", "E06000023"), ("Durham", "E06000047"), ("E06000048", "E06000057"), ("E08000020", "E08000037"),
        ("Bedford Borough", "E06000055"), ("Bath & North East Somerset", "E06000022"),
    ],
)  # fmt: skip
def test_spellings_of_official_files(spelling: str, code: str) -> None:
    assert areas.resolve(spelling) == code


KNOWN = {re.sub(r"\s+", " ", text.replace("&", " and ")).strip().casefold() for text in (
    *tables.read("areas")["name"], *CODES, *tables.read("area_aliases")["alias"])}  # fmt: skip


@given(st.one_of(st.text(max_size=30), st.sampled_from(sorted(KNOWN)).flatmap(
    lambda name: st.integers(0, len(name)).map(lambda at: name[:at] + "x" + name[at:]))))  # fmt: skip
def test_the_unknown_never_resolves_to_something(text: str) -> None:
    if re.sub(r"\s+", " ", text.replace("&", " and ")).strip().casefold() in KNOWN:
        return
    with pytest.raises(UnknownNameError):
        areas.resolve(text)


@pytest.mark.parametrize(
    ("name", "on", "codes"),
    [
        ("Buckinghamshire", "2024-03-31", ["E06000060"]),
        ("Buckinghamshire", "2013-03-31", ["E10000002"]),
        ("Dorset", "2024-03-31", ["E06000059"]),
        ("Cumbria", "2024-03-31", ["E06000063", "E06000064"]),
        ("Northamptonshire", "2024-03-31", ["E06000061", "E06000062"]),
        ("Bournemouth", "2020-03-31", ["E06000058"]),
    ],
)
def test_a_name_means_what_it_meant_on_the_day(name: str, on: str, codes: list[str]) -> None:
    assert areas.standing(areas.resolve(name), on) == codes


def test_only_the_very_same_ground_is_one_series() -> None:
    assert areas.continues("E06000066") == "E10000027"
    assert areas.continues("E06000059") == ""


@pytest.mark.parametrize(("old", "new"), [("E08000016", "E08000038"), ("E08000019", "E08000039")])
def test_barnsley_and_sheffield_have_new_codes_since_april_2025_and_go_on_as_they_were(old: str, new: str) -> None:
    assert areas.successors(old, "2025-03-31") == [old] and areas.successors(old, "2025-04-01") == [new]
    assert areas.continues(new) == old and areas.label(new) == areas.label(old)
    assert areas.resolve(areas.label(new)) == old  # what a name means on a day is said by `standing`
    assert areas.standing(old, "2026-03-31") == [new]
