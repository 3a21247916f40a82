"""Tables check themselves: a mistake is one sentence with table, row, column, found and expected, and none passes in silence."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, copied

from analysis import catalogue, clean, cli, store
from analysis.analyses import trend
from analysis.catalogue import tables
from analysis.catalogue.tables import rows
from analysis.catalogue.tables.document import document
from analysis.errors import DataError

TABLES = ROOT / "src" / "analysis" / "catalogue" / "tables"
FILES = {path.stem: path for path in TABLES.rglob("*.csv")}
Change = Callable[[bytes], bytes]


def cell(row: int, column: str, text: str) -> Change:
    """Write a text into a column of a row, counted from 1 with the heading."""

    def change(content: bytes) -> bytes:
        lines = list(csv.reader(io.StringIO(content.decode(), newline="")))
        lines[row - 1][lines[0].index(column)] = text
        return written(lines)

    return change


def written(lines: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue().encode()


def lines(change: Callable[[list[list[str]]], object]) -> Change:
    """Change the cells of a file, row by row."""

    def changed(content: bytes) -> bytes:
        found = list(csv.reader(io.StringIO(content.decode(), newline="")))
        change(found)
        return written(found)

    return changed


def instead(old: str, new: str) -> Change:
    def change(content: bytes) -> bytes:
        assert content.decode().count(old) >= 1
        return content.decode().replace(old, new, 1).encode()

    return change


def twice(row: int) -> Change:
    return lines(lambda found: found.append(found[row - 1]))


def without(row: int) -> Change:
    return lines(lambda found: found.pop(row - 1))


def encoded(name: str) -> Change:
    return lambda content: content.decode().encode(name, errors="replace")


# Table, mistake, and the one sentence that it makes.
BROKEN: dict[str, tuple[str, Change, str]] = {
    "an unquoted comma": (
        "indicators",
        instead('"Usual residents on Census day, 27 March 2011."', "Usual residents on Census day, 27 March 2011."),
        "indicators.csv, row 2, column 27: found 27 cells, expected 26 as in the heading: a text with a comma stands in quotation marks.",
    ),
    "an unquoted comma in a name": (
        "agencies",
        instead("Rutland children's social care", "Rutland, children's social care"),
        "agencies.csv, row 3, column 8: found 8 cells, expected 7 as in the heading: a text with a comma stands in quotation marks.",
    ),
    "a cell missing": (
        "peers",
        instead(
            "report,the areas named in the annual report,2012-13,E06000017,peer",
            "report,the areas named in the annual report,E06000017,peer",
        ),
        "peers.csv, row 3, column role: found 4 cells, expected 5 as in the heading.",
    ),
    "a quotation mark missing": (
        "counting",
        instead(
            '"Children, by the day on which the council recorded the contact',
            "Children, by the day on which the council recorded the contact",
        ),
        "counting.csv, row 2, column 3: found a quotation mark inside a cell that doesn't begin with one, expected the whole cell in quotation marks, with each mark inside it doubled.",
    ),
    "a quotation mark too many": (
        "counting",
        instead("Contacts that became referrals are", '"Contacts that became referrals are'),
        "counting.csv, row 3: found ',' expected after '\"', expected well-formed CSV.",
    ),
    "a line break in a cell": (
        "names",
        instead("Safeguarding Boards", '"Safeguarding\nBoards"'),
        "names.csv, row 4, column text: found a line break, expected a cell of one line: a quotation mark may be missing.",
    ),
    "a column too many": (
        "schedules",
        lines(lambda found: [line.append("x") for line in found]),
        "schedules.csv, row 1, column 4: found the heading 'x', expected the columns id, working_days, rule.",
    ),
    "a column missing": (
        "domains",
        lines(lambda found: [line.pop() for line in found]),
        "domains.csv, row 1, column title: found no such column, expected the columns id, title.",
    ),
    "a column renamed": (
        "statements",
        instead("frequency", "frequencey"),
        "statements.csv, row 1, column 6: found the heading 'frequencey', expected the columns id, framework_category, statement, reporters, area, frequency, subject, form, indicators, from_period, to_period, source; the nearest is 'frequency'.",
    ),
    "a heading twice": (
        "agencies",
        instead("from_period,to_period", "from_period,from_period"),
        "agencies.csv, row 1, column 7: found the column 'from_period' once more, expected the columns id, title, sector, areas, schedule, from_period, to_period.",
    ),
    "no heading": (
        "scorecard",
        without(1),
        "scorecard.csv, row 1, column 1: found the heading 'contacts', expected the columns indicator, category, compared_by.",
    ),
    "an empty file": ("rag", lambda content: b"", "rag.csv: found an empty file, expected a table."),
    "a file of blanks": ("markers", lambda content: b"\n\n", "markers.csv: found an empty file, expected a table."),
    "UTF-16 text": (
        "agencies",
        encoded("utf-16"),
        "agencies.csv, row 1: found UTF-16 text, expected UTF-8 text: save it as CSV UTF-8.",
    ),
    "letters of Windows": (
        "layouts",
        encoded("cp1252"),
        "layouts.csv, row 34: found the byte 0x96, expected UTF-8 text: save it as CSV UTF-8.",
    ),
    "semicolons between cells": (
        "schedules",
        lambda content: content.replace(b",", b";"),
        "schedules.csv, row 1: found cells separated by semicolons, expected a table as text: in a spreadsheet program save it as “CSV UTF-8 (comma delimited)”.",
    ),
    "tabs between cells": (
        "domains",
        lambda content: content.replace(b",", b"\t"),
        "domains.csv, row 1: found cells separated by tabs, expected a table as text: in a spreadsheet program save it as “CSV UTF-8 (comma delimited)”.",
    ),
    "a workbook": (
        "peers",
        lambda content: b"PK\x03\x04" + content,
        "peers.csv: found a workbook, expected a table as text: save it as CSV UTF-8.",
    ),
    "a NUL": ("domains", lambda content: content + b"\0", "domains.csv, row 8: found a NUL character, expected text."),
    "an id twice": (
        "indicators",
        twice(5),
        "indicators.csv, row 163, column id: found 'population_adult_pct' once more, expected it once: row 5 has it.",
    ),
    "an area twice": (
        "areas",
        cell(9, "code", "E12000001"),
        "areas.csv, row 9, column code: found 'E12000001' once more, expected it once: row 3 has it.",
    ),
    "a series twice": (
        "series",
        twice(30),
        "series.csv, row 223, column id: found 'lado_referrals' once more, expected it once: row 30 has it.",
    ),
    "an agency twice": (
        "agencies",
        cell(4, "id", "rutland-children"),
        "agencies.csv, row 4, column id: found 'rutland-children' once more, expected it once: row 3 has it.",
    ),
    "a member twice": (
        "area_members",
        twice(2),
        "area_members.csv, row 9, column area, member: found 'LR', 'E10000018' once more, expected it once: row 2 has it.",
    ),
    "a row of the score card twice": (
        "scorecard",
        twice(3),
        "scorecard.csv, row 44, column indicator, category: found 'referrals', 'all' once more, expected it once: row 3 has it.",
    ),
    "a phrase missing": (
        "phrases",
        without(2),
        "phrases.csv, column id: found no row 'rose', expected one row for each name that the program asks for.",
    ),
    "a cause missing": (
        "claim_causes",
        without(4),
        "claim_causes.csv, column id: found no row 'years_swapped', expected one row for each name that the program asks for.",
    ),
    "a name that the program doesn't know": (
        "names",
        cell(2, "id", "title"),
        "names.csv, row 2, column id: found 'title', expected one of pack, group, sender, framework.",
    ),
    "no title": (
        "indicators",
        cell(3, "title", ""),
        "indicators.csv, row 3, column title: found an empty cell, expected a text.",
    ),
    "no definition of a series": (
        "series",
        cell(12, "definition", ""),
        "series.csv, row 12, column definition: found an empty cell, expected a text.",
    ),
    "no sector": (
        "agencies",
        cell(3, "sector", ""),
        "agencies.csv, row 3, column sector: found an empty cell, expected a short name of small letters, digits and underscores, a letter first.",
    ),
    "a target without a source": (
        "indicators",
        cell(9, "target", "95"),
        "indicators.csv, row 9, column target_source: found an empty cell, expected a text.",
    ),
    "the source of a target that isn't there": (
        "indicators",
        cell(9, "target_source", "Minutes of the Board"),
        "indicators.csv, row 9, column target: found an empty cell, expected a number, or a band such as 10 to 15.",
    ),
    "no numerator and nothing printed": (
        "indicators",
        cell(2, "numerator", ""),
        "indicators.csv, row 2, column numerator: found an empty cell, expected series of series.csv, each with or without a category (series:category), joined by + or -.",
    ),
    "a base without its date": (
        "indicators",
        lines(lambda found: next(line for line in found if line[7] == "nearest").__setitem__(7, "")),
        "indicators.csv, row 77, column denominator_period: found an empty cell, expected one of same, nearest, mid_year.",
    ),
    "a row of data without a format": (
        "layouts",
        cell(4, "format", ""),
        "layouts.csv, row 4, column format: found an empty cell, expected one of count, percent, subset, money.",
    ),
    "an unknown series in an indicator": (
        "indicators",
        cell(2, "numerator", "contactz"),
        "indicators.csv, row 2, column numerator: found 'contactz', expected series of series.csv, each with or without a category (series:category), joined by + or -; the nearest is 'contacts'.",
    ),
    "an unknown category in an indicator": (
        "indicators",
        cell(3, "numerator", "population:0_71"),
        "indicators.csv, row 3, column numerator: found 'population:0_71', expected series of series.csv, each with or without a category (series:category), joined by + or -; the nearest is 'population:0_17'.",
    ),
    "a reference that is none": (
        "indicators",
        cell(2, "numerator", "referrals + contacts"),
        "indicators.csv, row 2, column numerator: found 'referrals + contacts', expected series of series.csv, each with or without a category (series:category), joined by + or -.",
    ),
    "an unknown domain": (
        "indicators",
        cell(4, "domain", "childrens"),
        "indicators.csv, row 4, column domain: found 'childrens', expected an id of domains.csv; the nearest is 'children'.",
    ),
    "an unknown domain of a series": (
        "series",
        cell(4, "domain", "adult"),
        "series.csv, row 4, column domain: found 'adult', expected an id of domains.csv; the nearest is 'adults'.",
    ),
    "an unknown indicator in a statement": (
        "statements",
        cell(2, "indicators", "contactz"),
        "statements.csv, row 2, column indicators: found 'contactz', expected an id of indicators.csv, several separated by spaces; the nearest is 'contacts'.",
    ),
    "an unknown reporter": (
        "statements",
        cell(4, "reporters", "rutland-childen"),
        "statements.csv, row 4, column reporters: found 'rutland-childen', expected an id of agencies.csv or a sector of agencies.csv or *, several separated by spaces; the nearest is 'rutland-children'.",
    ),
    "an unknown area of an agency": (
        "agencies",
        cell(2, "areas", "E10000018 E06000117"),
        "agencies.csv, row 2, column areas: found 'E06000117', expected a code of areas.csv, several separated by spaces; the nearest is 'E06000017'.",
    ),
    "an unknown schedule": (
        "agencies",
        cell(2, "schedule", "standart"),
        "agencies.csv, row 2, column schedule: found 'standart', expected an id of schedules.csv; the nearest is 'standard'.",
    ),
    "an unknown area of a set": (
        "peers",
        cell(3, "area", "Rutland"),
        "peers.csv, row 3, column area: found 'Rutland', expected a code of areas.csv.",
    ),
    "an unknown indicator on the score card": (
        "scorecard",
        cell(2, "indicator", "contact"),
        "scorecard.csv, row 2, column indicator: found 'contact', expected an id of indicators.csv; the nearest is 'contacts'.",
    ),
    "an unknown comparing indicator": (
        "scorecard",
        cell(2, "compared_by", "contacts_per_100k"),
        "scorecard.csv, row 2, column compared_by: found 'contacts_per_100k', expected an id of indicators.csv; the nearest is 'contacts_per_10k'.",
    ),
    "an unknown series that breaks": (
        "breaks",
        cell(2, "series", "initial_assesments"),
        "breaks.csv, row 2, column series: found 'initial_assesments', expected an id of series.csv; the nearest is 'initial_assessments'.",
    ),
    "an unknown category asked for": (
        "breakdowns",
        cell(2, "category", "substantiate"),
        "breakdowns.csv, row 2, column category: found 'substantiate', expected an id of categories.csv; the nearest is 'substantiated'.",
    ),
    "an unknown alias's area": (
        "area_aliases",
        cell(3, "code", "E1000018"),
        "area_aliases.csv, row 3, column code: found 'E1000018', expected a code of areas.csv; the nearest is 'E10000018'.",
    ),
    "an unknown region": (
        "areas",
        cell(11, "region", "E12000099"),
        "areas.csv, row 11, column region: found 'E12000099', expected a code of areas.csv; the nearest is 'E12000009'.",
    ),
    "an unknown category of the framework": (
        "statements",
        cell(2, "framework_category", "8"),
        "statements.csv, row 2, column framework_category: found '8', expected an id of framework_categories.csv.",
    ),
    "an unknown indicator of the index": (
        "front_page",
        cell(3, "indicator", "referals"),
        "front_page.csv, row 3, column indicator: found 'referals', expected an id of indicators.csv; the nearest is 'referrals'.",
    ),
    "an unknown series of an official column": (
        "official_layouts",
        lines(lambda found: next(line for line in found if line[4] == "figure").__setitem__(5, "refferals")),
        "official_layouts.csv, row 17, column reference: found 'refferals', expected a series of series.csv, with or without a category (series:category), several joined by bars; the nearest is 'referrals'.",
    ),
    "a misspelt uncertainty": (
        "indicators",
        cell(2, "uncertainty", "possion"),
        "indicators.csv, row 2, column uncertainty: found 'possion', expected one of poisson, binomial, census, none; the nearest is 'poisson'.",
    ),
    "a misspelt polarity": (
        "indicators",
        cell(2, "polarity", "high_is_god"),
        "indicators.csv, row 2, column polarity: found 'high_is_god', expected one of high_is_good, low_is_good, neutral, band; the nearest is 'high_is_good'.",
    ),
    "a misspelt unit of a series": (
        "series",
        cell(2, "unit", "counts"),
        "series.csv, row 2, column unit: found 'counts', expected one of count, percent, pounds, rank, ratio; the nearest is 'count'.",
    ),
    "a misspelt kind of a series": (
        "series",
        cell(2, "kind", "stock"),
        "series.csv, row 2, column kind: found 'stock', expected one of flow, snapshot.",
    ),
    "a misspelt frequency": (
        "statements",
        cell(2, "frequency", "quaterly"),
        "statements.csv, row 2, column frequency: found 'quaterly', expected one of quarterly, annual, report, census; the nearest is 'quarterly'.",
    ),
    "a misspelt role of an official column": (
        "official_layouts",
        cell(2, "role", "publischer"),
        "official_layouts.csv, row 2, column role: found 'publischer', expected one of the 30 names that the program knows; the nearest is 'publisher'.",
    ),
    "a misspelt word in braces": (
        "phrases",
        instead("{value}", "{valeu}"),
        "phrases.csv, row 2, column text: found '{valeu}', expected a text in which only words of the 43 that the program knows stand in braces; the nearest is 'value'.",
    ),
    "braces that don't close": (
        "phrases",
        instead("{title}", "{title"),
        "phrases.csv, row 2, column text: found '{title in {area} rose from {reference} {reference_when} to {value} {when}.', expected a text in which only words of the 43 that the program knows stand in braces.",
    ),
    "per 0": (
        "indicators",
        cell(2, "per", "0"),
        "indicators.csv, row 2, column per: found '0', expected a whole number of 1 or more.",
    ),
    "decimals below 0": (
        "indicators",
        cell(2, "decimals", "-1"),
        "indicators.csv, row 2, column decimals: found '-1', expected a whole number from 0 to 6.",
    ),
    "a number as a word": (
        "indicators",
        cell(2, "per", "ten"),
        "indicators.csv, row 2, column per: found 'ten', expected a whole number of 1 or more.",
    ),
    "a target as a percentage": (
        "indicators",
        cell(9, "target", "95%"),
        "indicators.csv, row 9, column target: found '95%', expected a number, or a band such as 10 to 15.",
    ),
    "a target the wrong way round": (
        "indicators",
        cell(9, "target", "15 to 10"),
        "indicators.csv, row 9, column target: found '15 to 10', expected a number, or a band such as 10 to 15.",
    ),
    "working days with a comma": (
        "schedules",
        cell(2, "working_days", "15,5"),
        "schedules.csv, row 2, column working_days: found '15,5', expected a whole number of 1 or more.",
    ),
    "a date that isn't one": (
        "breaks",
        cell(2, "from", "2013-02-30"),
        "breaks.csv, row 2, column from: found '2013-02-30', expected a date such as 2013-03-31.",
    ),
    "a date as Excel writes it": (
        "bank_holidays",
        cell(2, "date", "02/01/2012"),
        "bank_holidays.csv, row 2, column date: found '02/01/2012', expected a date such as 2013-03-31.",
    ),
    "an end that isn't a date": (
        "areas",
        cell(9, "valid_to", "2013"),
        "areas.csv, row 9, column valid_to: found '2013', expected a date such as 2013-03-31, not before valid_from.",
    ),
    "a quarter that isn't one": (
        "agencies",
        cell(2, "from_period", "2013-Q1"),
        "agencies.csv, row 2, column from_period: found '2013-Q1', expected a quarter such as 2013-14-Q1.",
    ),
    "a year for a quarter": (
        "statements",
        cell(2, "to_period", "2013-14"),
        "statements.csv, row 2, column to_period: found '2013-14', expected a quarter such as 2013-14-Q1, not before from_period.",
    ),
    "an area that ends before it began": (
        "areas",
        cell(68, "valid_to", "2019-03-31"),
        "areas.csv, row 68, column valid_to: found '2019-03-31', before valid_from '2019-04-01', expected a date such as 2013-03-31, not before valid_from.",
    ),
    "an agency that ends before it began": (
        "agencies",
        cell(2, "to_period", "2012-13-Q4"),
        "agencies.csv, row 2, column to_period: found '2012-13-Q4', before from_period '2013-14-Q1', expected a quarter such as 2013-14-Q1, not before from_period.",
    ),
    "a quotation mark in a cell without": (
        "counting",
        instead(",Contacts that became referrals are", ',Contacts that became "referrals" are'),
        "counting.csv, row 2, column 3: found a quotation mark inside a cell that doesn't begin with one, expected the whole cell in quotation marks, with each mark inside it doubled.",
    ),
    "an id with a space": (
        "agencies",
        cell(2, "id", "leicestershire children"),
        "agencies.csv, row 2, column id: found 'leicestershire children', expected a short name of letters, digits and hyphens, without spaces.",
    ),
    "a space before a reference": (
        "agencies",
        cell(2, "schedule", " standard"),
        "agencies.csv, row 2, column schedule: found ' standard', expected an id of schedules.csv; the nearest is 'standard'.",
    ),
    "a regular expression that is none": (
        "claim_labels",
        cell(2, "word", "rates("),
        "claim_labels.csv, row 2, column word: found 'rates(', expected a regular expression.",
    ),
    "a subject that is no sheet": (
        "statements",
        cell(2, "subject", "Contacts/assessments"),
        "statements.csv, row 2, column subject: found 'Contacts/assessments', expected a name of at most 31 letters without [ ] : * ? / \\, as a sheet has it.",
    ),
    "a name with signs of a page": (
        "names",
        cell(2, "text", "<b>Safe</b>"),
        "names.csv, row 2, column text: found '<b>Safe</b>', expected a name of at most 120 letters, digits and & ' ( ) : , . -.",
    ),
    "a column of a printed table": (
        "layouts",
        instead("2012-13-Q1|2012-13-Q2", "2012-13-Q1|2012-13-Q5"),
        "layouts.csv, row 3, column columns: found 'label|2012-13-Q1|2012-13-Q5|2012-13-Q3|2012-13-Q4|2012-13|', expected label, sign, nothing, or a period such as 2013-14-Q1 for each column, joined by bars.",
    ),
    "areas that replace each other": (
        "areas",
        lines(lambda found: next(line for line in found if line[0] == "E06000060").__setitem__(6, "E10000002")),
        "areas.csv, row 70, column replaced_by: found 'E10000002', which leads back to 'E06000060', expected no circle.",
    ),
    "a series that is a part of its own part": (
        "series",
        lines(
            lambda found: (
                [line for line in found if line[0] in ("referrals", "contacts")]
                and [
                    line.__setitem__(11, {"referrals": "contacts", "contacts": "referrals"}[line[0]])
                    for line in found
                    if line[0] in ("referrals", "contacts")
                ]
            )
        ),
        "series.csv, row 16, column subset_of: found 'referrals', which leads back to 'contacts', expected no circle.",
    ),
    "a region in itself": (
        "areas",
        cell(3, "region", "E12000001"),
        "areas.csv, row 3, column region: found 'E12000001', which leads back to 'E12000001', expected no circle.",
    ),
}


@pytest.fixture
def fresh() -> Iterator[None]:
    """Nothing worked out of tables before, and nothing left behind of those that a test broke."""
    tables.own.forget()
    yield
    tables.own.forget()


@pytest.fixture
def own(tmp_path: Path, fresh: None) -> Iterator[Path]:
    """The folder of one's own tables in a data folder that is in use."""
    folder = tmp_path / "data" / "tables"
    folder.mkdir(parents=True)
    yield folder
    tables.use(None)


def use(own: Path, **contents: str) -> None:
    for name, text in contents.items():
        (own / f"{name}.csv").write_text(text, encoding="utf-8")
    tables.use(own.parent)


def header(name: str) -> str:
    return FILES[name].read_text(encoding="utf-8").partition("\n")[0] + "\n"


def row(name: str, number: int) -> str:
    return FILES[name].read_text(encoding="utf-8").split("\n")[number - 1] + "\n"


# The package's tables


def test_every_table_is_as_the_schema_says() -> None:
    tables.use(None)
    stands = tables.survey()
    assert len(stands) == len(FILES) >= 55
    assert [each.mistake for each in stands if each.mistake] == []
    assert {each.name: each.rows for each in stands}["names"] == 4


def test_every_column_has_a_meaning_that_says_something() -> None:
    schema = tables.read("schema")
    assert (schema["meaning"].str.len() > 8).all()
    assert schema["meaning"].str.endswith(".").all()


@pytest.mark.parametrize("name", FILES)
def test_a_table_reads_as_pandas_reads_it(name: str) -> None:
    tables.use(None)
    pd.testing.assert_frame_equal(tables.read(name), pd.read_csv(FILES[name], dtype=str, keep_default_na=False))


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_table_is_one_sentence(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, change, sentence = BROKEN[case]
    broken = tmp_path / f"{name}.csv"
    broken.write_bytes(change(FILES[name].read_bytes()))
    monkeypatch.setattr(rows, "packaged", lambda: FILES | {name: broken})
    tables.use(None)
    with pytest.raises(DataError) as error:
        tables.read(name)
    assert str(error.value) == sentence
    assert [each.mistake for each in tables.survey() if each.name == name] == [sentence]


def test_there_are_sixty_broken_tables() -> None:
    assert len(BROKEN) >= 60
    assert len({name for name, _, _ in BROKEN.values()}) >= 20


@pytest.mark.usefixtures("fresh")
def test_a_table_that_is_missing_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "packaged", lambda: {name: path for name, path in FILES.items() if name != "peers"})
    tables.use(None)
    with pytest.raises(DataError, match=r"^peers\.csv: found no such file, expected the table that schema\.csv describes\.$"):
        tables.read("peers")


@pytest.mark.usefixtures("fresh")
def test_a_table_that_nothing_describes_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "packaged", lambda: FILES | {"fruit": tmp_path / "fruit.csv"})
    tables.use(None)
    (mistake,) = [each.mistake for each in tables.survey() if each.mistake]
    assert mistake == "fruit.csv: found a table that schema.csv doesn't describe, expected its columns there."


def test_the_document_is_current() -> None:
    written = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    assert written == document(), "write it anew: safeguarding tables --describe > docs/tables.md"


# One's own


def test_rows_of_ones_own_are_added_and_replaced_by_their_key(own: Path) -> None:
    mine = header("agencies") + "york-children,York children's services,children,E06000014,standard,2013-14-Q1,\n"
    mine += row("agencies", 2).replace("2013-14-Q1,", "2013-14-Q1,2013-14-Q4")
    use(own, agencies=mine)
    read = tables.read("agencies").set_index("id")
    assert len(read) == len(pd.read_csv(FILES["agencies"])) + 1
    assert read.at["york-children", "title"] == "York children's services"
    assert read.index[0] == "leicestershire-children"  # in the place of the one replaced
    assert read.at["leicestershire-children", "to_period"] == "2013-14-Q4"
    line = next(each.line() for each in tables.survey() if each.name == "agencies")
    assert line.split()[:4] == ["agencies", "ok", "19", "rows"]
    assert line.endswith("package and tables/agencies.csv: 1 added, 1 replaced")


def test_what_was_worked_out_of_other_tables_is_forgotten(own: Path) -> None:
    tables.use(None)
    assert catalogue.names()["pack"] == "Safeguarding performance"
    version = store.version()
    use(own, names="id,text\npack,York and North Yorkshire: safeguarding\n")
    assert catalogue.names()["pack"] == "York and North Yorkshire: safeguarding"
    assert catalogue.names()["sender"] == "Safeguarding Boards"
    assert store.version() != version
    assert store.version().startswith(version)
    (own / "names.csv").unlink()
    use(own)
    assert catalogue.names()["pack"] == "Safeguarding performance"
    assert store.version() == version


def test_a_file_with_a_byte_order_mark_and_other_ends_of_lines_is_no_mistake(own: Path) -> None:
    (own / "names.csv").write_bytes("\ufefftext,id\r\nThe Board of Ely,sender\r\n".encode())
    use(own)
    assert catalogue.names()["sender"] == "The Board of Ely"


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("agencies", "york,York,children,E06000014,fortnightly,,",
         "tables/agencies.csv, row 2, column schedule: found 'fortnightly', expected an id of schedules.csv."),
        ("agencies", "york,York,children,E06000014,standard,,\nyork,York,children,E06000014,standard,,",
         "tables/agencies.csv, row 3, column id: found 'york' once more, expected it once: row 2 has it."),
        ("names", "board,York",
         "tables/names.csv, row 2, column id: found 'board', expected one of pack, group, sender, framework."),
        ("statements", "a,1,Said.,children,,quarterly,Sheet,figures,contactz,,,Here",
         "tables/statements.csv, row 2, column indicators: found 'contactz', expected an id of indicators.csv, several separated by "
         "spaces; the nearest is 'contacts'."),
    ],
)  # fmt: skip
def test_a_mistake_of_ones_own_names_the_file_and_the_row_in_it(own: Path, name: str, text: str, sentence: str) -> None:
    use(own, **{name: header(name) + text + "\n"})
    with pytest.raises(DataError) as error:
        tables.read(name)
    assert str(error.value) == sentence
    with pytest.raises(DataError) as error:
        tables.check_own()
    assert str(error.value) == sentence


PROTECTING = [*(path.stem for path in (TABLES / "disclosure").glob("*.csv")), "implied_bases"]


@pytest.mark.parametrize("name", PROTECTING)
def test_no_row_of_ones_own_touches_what_protects_people(own: Path, name: str) -> None:
    use(own, **{name: FILES[name].read_text(encoding="utf-8")})
    sentence = (
        f"tables/{name}.csv: found rows of your own for {name}.csv, expected no such file: this table belongs to what protects "
        "people, and is the package's alone."
    )
    with pytest.raises(DataError) as error:
        tables.read("areas")  # whatever is read: a file that is ignored would be a promise broken
    assert str(error.value) == sentence
    assert [each.mistake for each in tables.survey() if each.mistake] == [sentence]


def test_a_series_of_the_package_is_not_replaced_and_another_is_added(own: Path) -> None:
    use(own, series=header("series") + row("series", 12))
    with pytest.raises(DataError, match=r"^tables/series\.csv, row 2, column id: found '\w+', which the package has, expected "
                       r"another: rows of series\.csv may be added, not replaced\.$"):  # fmt: skip
        catalogue.series()
    use(own, series=header("series") + row("series", 12).replace(row("series", 12).partition(",")[0], "young_carers", 1))
    assert "young_carers" in catalogue.series().index


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("agencys.csv", "tables/agencys.csv: found the name 'agencys', expected that of a table: `safeguarding tables` lists them; "
         "the nearest is 'agencies'."),
        ("agencies.xlsx", "tables/agencies.xlsx: found a file that is no CSV, expected tables as CSV UTF-8, and nothing else."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_said_and_never_passed_over(own: Path, file: str, sentence: str) -> None:
    (own / file).write_text("id\n", encoding="utf-8")
    use(own)
    with pytest.raises(DataError) as error:
        tables.read("agencies")
    assert str(error.value) == sentence


@pytest.mark.usefixtures("fresh")
def test_figures_are_cleaned_anew_when_a_table_of_ones_own_has_changed(printed: Path, tmp_path: Path) -> None:
    data = copied(printed, tmp_path / "data")
    assert not clean.clean(data)
    own = data / "tables" / "names.csv"
    own.parent.mkdir()
    own.write_text("id,text\npack,Ely\n", encoding="utf-8")
    with pytest.raises(DataError, match="cleaned with other tables of your own.*run `safeguarding clean`"):
        store.load(data)
    assert clean.is_due(data)
    assert clean.clean(data)
    assert [name for name in store.load(data).build["inputs"] if name.startswith("tables/")] == ["tables/names.csv"]
    assert not clean.clean(data)
    own.write_text("id,text\npack,Wells\n", encoding="utf-8")
    assert clean.clean(data)
    own.write_text("id,text\npack\n", encoding="utf-8")
    with pytest.raises(
        DataError, match=r"^tables/names\.csv, row 2, column text: found 1 cells, expected 2 as in the heading\.$"
    ):
        clean.clean(data)
    tables.use(None)


@pytest.mark.parametrize("command", [["tables"], ["indicators"], ["areas"], ["clean"], ["claims"], ["run", "--dry-run"]])
def test_every_command_stops_at_a_broken_table_with_the_same_sentence(
    command: list[str], printed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    data = copied(printed, tmp_path / "data")
    (data / "tables").mkdir()
    (data / "tables" / "agencys.csv").write_text("id\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["safeguarding", *command, "--data", str(data)])
    with pytest.raises(SystemExit) as done:
        cli.main()
    said = capfd.readouterr()
    assert done.value.code == 1
    sentence = "tables/agencys.csv: found the name 'agencys', expected that of a table: `safeguarding tables` lists them"
    assert (said.out + said.err).count(sentence) == 1
    assert "Traceback" not in said.out + said.err
    tables.use(None)


def test_a_band_as_a_target_draws_a_control_chart_without_assurance(own: Path) -> None:
    line = row("indicators", 1 + catalogue.indicators().index.get_loc("referrals") + 1)
    cells = next(csv.reader([line]))
    columns = header("indicators").strip().split(",")
    cells[columns.index("target")], cells[columns.index("target_source")] = "80 to 100", "Made up for this test"
    use(own, indicators=header("indicators") + written([cells]).decode())
    assert catalogue.indicators().at["referrals", "target"] == "80 to 100"
    quarters = [f"{year}-{(year + 1) % 100:02d}-Q{quarter}" for year in range(2013, 2017) for quarter in (1, 2, 3, 4)]
    measures = pd.DataFrame(
        {"indicator": "referrals", "area": "E06000017", "period": quarters, "category": "all", "value": 90.0, "status": "final"}
    )
    assert set(trend.control(measures, quarters[-1])["assurance"]) == {""}
