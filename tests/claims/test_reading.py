"""Reading a report: its blocks, numbers, dates, tables; files that are none are refused in a sentence."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import zipfile
from pathlib import Path

import pytest

from analysis.claims import draft
from analysis.claims.draft.reading.blocks import blocks_of
from analysis.claims.draft.reading.dates import dates_of
from analysis.claims.draft.reading.grids import grid_of
from analysis.claims.draft.reading.numbers import numbers_of
from analysis.claims.draft.reading.report_file import read_report
from analysis.errors import DataError
from analysis.files.plain_text import decoded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Within 10 working days (NI 59) 48.8% of those aged 5 to 9 were seen; see Figure 2.", ["48.8%"]),
        ("Under section 47 there were 86 enquiries about under 5s and people over 65.", ["86"]),
        ("from 97 in 2017 to 146", ["97", "146"]),
        ("18 per cent, 18 percent and 2 percentage points", ["18 per cent", "18 percent", "2 percentage points"]),
        ("Thirty-one of the 62, one in six, nearly two thirds", ["Thirty-one", "62", "one in six", "two thirds"]),
        ("£1.2m, £61,193 and 232.9 per 10,000 children", ["£1.2m", "£61,193", "232.9 per 10,000"]),
        ("In the county's 58,900 children", ["58,900"]),
        ("The rate per 10,000 was 45.0", ["45.0"]),
    ],
)
def test_numbers_that_count_are_read_and_names_are_not(text: str, expected: list[str]) -> None:
    assert [number.text for number in numbers_of(text)] == expected


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("63%", 62.5, 63.5),
        ("631", 631, 631),
        ("about 1,500", 1425, 1575),
        ("over 500", 500, float("inf")),
        ("less than 1%", 0, 1),
        ("one in six", 100 / 6.5, 100 / 5.5),
        ("£1.2m", 1_150_000, 1_250_000),
    ],
)
def test_a_number_is_what_its_digits_and_words_allow(text: str, low: float, high: float) -> None:
    [number] = numbers_of(f"There were {text} there")
    assert (number.low, number.high) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("20/21", "2020-21"),
        ("March 2017", "2017-03-31"),
        ("the end of September 2021", "2021-09-30"),
        ("31st March 2013", "2013-03-31"),
        ("1/4/2012 and 31/3/2013", "2012-13"),
        ("April 2012 and March 2013", "2012-13"),
        ("Q4 of 2012/13", "2012-13-Q4"),
        ("the 2011 Census", "2011-03-27"),
        ("31 June 2013", ""),
    ],
)
def test_dates_are_read_however_they_are_written(text: str, period: str) -> None:
    [found] = dates_of(f"It was so in {text}, and later.")
    assert found.period == period


def test_blocks_are_headings_paragraphs_items_and_tables() -> None:
    text = """4.1. Children - Rutland
There were 23 plans
at the end of the year.
- 12 boys
- 11 girls

Table 2: Referrals by source

Source\tQ1\tQ2
Group
Police\t12\t15

Source   Q1  Q2
Health   9   11
Schools  4    6
"""
    found = blocks_of(text.splitlines())
    assert [block.kind for block in found] == ["heading", "text", "item", "item", "heading", "table", "table"]
    assert found[1].text == "There were 23 plans at the end of the year."
    assert found[5].rows[1] == ("Group",)


def test_a_grid_has_labels_numbers_and_units() -> None:
    rows = "| Measure | 2012/13 | % |\n|---|---|---|\n| **Plans** | 1,204 | 12.5 |\n| Spending | £3,000 | 4 |"
    grid = grid_of(blocks_of(rows.splitlines())[0], 0, "")
    assert grid is not None
    assert grid.rows == ("Plans", "Spending")
    assert [cell.value for cell in grid.cells[0] if cell] == [1204.0, 12.5]
    assert [cell.unit for cell in grid.cells[1] if cell] == ["pounds", "percent"]


def word(path: Path, body: str) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", f"<?xml version='1.0'?><w:document xmlns:w='w'><w:body>{body}</w:body></w:document>")
    return path


def cell(text: str) -> str:
    return f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def test_headings_lists_and_tables_of_a_word_document(tmp_path: Path) -> None:
    body = (
        "<w:p><w:pPr><w:pStyle w:val='Heading2'/></w:pPr><w:r><w:t>Rutland</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>23 plans</w:t></w:r></w:p>"
        f"<w:tbl><w:tr>{cell('')}{cell('Q1')}</w:tr><w:tr>{cell('Plans')}{cell('12')}</w:tr></w:tbl>"
        "<w:p><w:r><w:t>It was 12.</w:t></w:r></w:p>"
    )
    found = read_report(word(tmp_path / "a.docx", body))
    assert [(block.kind, block.text, block.level) for block in found] == [
        ("heading", "Rutland", 2),
        ("item", "23 plans", 0),
        ("table", "", 0),
        ("text", "It was 12.", 0),
    ]
    assert found[2].rows == (("", "Q1"), ("Plans", "12"))


def test_windows_text_is_read_and_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "draft.txt"
    path.write_bytes(b"The Board\x92s reserve is \xa361,193 \x96 more than planned.\n")
    assert read_report(path)[0].text == "The Board’s reserve is £61,193 – more than planned."
    with pytest.raises(DataError, match="row 2: found the byte 0x00, expected text"):
        decoded(b"a\n\x00", "draft.txt")
    with pytest.raises(DataError, match="the byte 0xff"):
        decoded(b"\xff", "draft.txt")


@pytest.mark.parametrize("module", sorted(found.name for found in pkgutil.walk_packages(draft.__path__, f"{draft.__name__}.")))
def test_the_examples_of_the_reader_run(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0
