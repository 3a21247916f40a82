"""The ledger is whole, verbatim and judged as a person judged it: every digit of the report's text is a statement, or named as none."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from conftest import RAW, ROOT

from analysis import claims, store
from analysis.claims.language.grammar import parse

GOLDEN = ROOT / "tests" / "golden"
REPORT = RAW / "annual-report" / "2012-13"


def fold(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def prose(text: str) -> str:
    """The report's own words: what stands above the first mark, and the marks themselves, were added to the text."""
    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("#####"))
    return fold("\n".join(line for line in lines[first:] if not line.startswith("#####")))


def said() -> Iterator[str]:
    """Everything that counts a stretch of the text as dealt with: statements, rows of the tables, and what is named as no claim."""
    yield from (row["quote"] for row in rows(REPORT / "claims.csv"))
    yield from (row["text"] for row in rows(GOLDEN / "not-claims.csv"))
    for table in sorted(REPORT.glob("*.csv")):
        if table.name != "claims.csv":
            with table.open(encoding="utf-8", newline="") as handle:
                yield from (" ".join(row) for row in csv.reader(handle))


def missed(text: str, known: Iterator[str]) -> list[str]:
    """The surroundings of every digit of the text that no known stretch covers."""
    covered = bytearray(len(text))
    for words in {fold(each) for each in known}:
        if any(sign.isdigit() for sign in words):
            for match in re.finditer(re.escape(words), text):
                covered[match.start() : match.end()] = b"\1" * len(words)
    return [text[max(0, at - 40) : at + 40] for at, sign in enumerate(text) if sign.isdigit() and not covered[at]]


@pytest.fixture(scope="module")
def source() -> str:
    folder = os.environ.get("OPEN_DATA_DIR")
    if not folder:
        pytest.skip("OPEN_DATA_DIR names no folder")
    found = Path(folder).resolve().parent / "source" / "annual-report-2012-13.txt"
    if not found.is_file():
        pytest.skip("the text of the report does not lie beside the open data")
    return prose(found.read_text(encoding="utf-8"))


@pytest.mark.real_data
def test_every_digit_of_the_text_is_a_statement_or_named_as_none(source: str) -> None:
    assert len(source) > 35_000
    assert missed(source, said()) == []


@pytest.mark.real_data
def test_the_walk_misses_a_statement_that_is_taken_out(source: str) -> None:
    without = (words for words in said() if "eight times" not in words and "102 professionals" not in words)
    assert any("102" in each for each in missed(source, without))


@pytest.mark.real_data
def test_every_quote_stands_in_the_text_word_for_word(source: str) -> None:
    assert [row["id"] for row in rows(REPORT / "claims.csv") if fold(row["quote"]) not in source] == []


def test_the_ledger_has_450_rows_of_prose_in_all_sections() -> None:
    ledger = rows(REPORT / "claims.csv")
    assert len(ledger) >= 450
    assert {row["section"] for row in ledger} >= {
        "2",
        "3",
        "4.2",
        "4.4",
        "5a",
        "5c",
        "6",
        "8.2",
        "9.1",
        "9.2",
        "9.3",
        "9.4",
        "9.5",
    }
    assert all(row["stated"].casefold() in row["quote"].casefold() for row in ledger)
    assert len({row["id"] for row in ledger}) == len(ledger)
    for row in ledger:
        if row["asserts"]:
            parse(row["asserts"])
        else:
            assert row["series"], row["id"]


def test_every_exclusion_has_a_reason_and_is_no_statement() -> None:
    quotes = {fold(row["quote"]) for row in rows(REPORT / "claims.csv")}
    for row in rows(GOLDEN / "not-claims.csv"):
        assert row["reason"]
        assert fold(row["text"]) not in quotes


def verdicts(judged: pd.DataFrame) -> list[str]:
    """One line a statement, as the golden file has it: id, verdict, severity, and the rule that names the cause."""
    lines = judged.assign(rule=judged["cause"].str.partition(":")[0]).sort_values("id")
    return lines[["id", "verdict", "severity", "rule"]].to_csv(index=False, lineterminator="\n").splitlines()


def test_the_verdicts_are_those_that_were_reviewed_by_hand(held: store.Store) -> None:
    """A change of code or figures that changes a verdict changes `verdicts.csv` with it, for a person to read.

    To write it anew: `PYTHONPATH=tests python tests/claims/test_claims_ledger.py`, then read the difference line by line.
    """
    golden = (GOLDEN / "verdicts.csv").read_text(encoding="utf-8").splitlines()
    found = verdicts(claims.review(held))
    assert found == golden


if __name__ == "__main__":
    text = "\n".join(verdicts(claims.review(store.load(ROOT / "data")))) + "\n"
    (GOLDEN / "verdicts.csv").write_text(text, encoding="utf-8")
