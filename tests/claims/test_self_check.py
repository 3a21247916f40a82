"""A text against itself: what it states and its own numbers contradict is found, and what is right is left alone."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.claims.draft.reading.blocks import Block, blocks_of
from analysis.claims.draft.relation_check import RelationCheck
from analysis.claims.draft.self_check import check_sentence, check_text
from analysis.cli import app

HERE = Path(__file__).parent


def check(text: str) -> list[RelationCheck]:
    return check_text(blocks_of(text.splitlines()))


def wrong(text: str) -> list[str]:
    return [each.arithmetic for each in check(text) if each.verdict == "contradicts"]


# --- the benches: sentences and tables of our own, and those that another person wrote before the reader was tuned ----------


def sentences(name: str) -> list[tuple[bool, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return [((row.get("wrong") or row["error"]) == "yes", row["text"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("name", "least"), [("bench_of_texts.csv", 150), ("bench_of_unseen_texts.csv", 50)])
def test_nine_planted_errors_in_ten_are_found_and_right_sentences_are_left_alone(name: str, least: int) -> None:
    rows = sentences(name)
    found = {
        text: bool([each for each in check_text([Block("text", text, 1)]) if each.verdict == "contradicts"]) for _, text in rows
    }
    planted = [text for is_wrong, text in rows if is_wrong]
    right = [text for is_wrong, text in rows if not is_wrong]
    assert len(rows) >= least and 0.4 < len(planted) / len(rows) < 0.6
    missed = [text for text in planted if not found[text]]
    assert len(missed) <= 0.1 * len(planted), missed
    cried = [text for text in right if found[text]]
    assert len(cried) <= 0.01 * len(right), cried


def test_nine_wrong_tables_in_ten_are_found_and_right_tables_are_left_alone() -> None:
    own = json.loads((HERE / "bench_of_tables.json").read_text(encoding="utf-8"))
    unseen = json.loads((HERE / "bench_of_unseen_tables.json").read_text(encoding="utf-8"))
    assert len(own) >= 12
    results = []
    for table in own:
        blocks = [Block("text", table["before"], 1)] if table["before"] else []
        blocks.append(Block("table", "", 3, rows=tuple(map(tuple, table["rows"]))))
        blocks += [Block("text", table["after"], 20)] if table["after"] else []
        results.append((table["wrong"], table["kind"], check_text(blocks)))
    results += [(table["error"], table["id"], check(table["markdown"])) for table in unseen]
    verdicts = [(is_wrong, any(each.verdict == "contradicts" for each in tests), name) for is_wrong, name, tests in results]
    assert [name for is_wrong, found, name in verdicts if is_wrong and not found] == []
    assert [name for is_wrong, found, name in verdicts if found and not is_wrong] == []


# --- what is fair ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "12.5% is printed as 13% or as 12%: 1 of 8 is right both ways. 13% (1) of 8 came.",
        "12% (1) of 8 came.",
        "About 1,500 of the 2,000 leaflets (73%) were used.",
        "Contacts rose from 10% to 15%, an increase of 5%.",
        "Contacts rose from 10% to 15%, an increase of 50%.",
        "Nearly half (47%) were girls.",
        "The proportion in time improved by 4 percentage points, from 23% to 19%.",
    ],
)
def test_what_the_printed_digits_and_words_allow_is_no_contradiction(text: str) -> None:
    assert wrong(text) == []


@pytest.mark.parametrize(
    "text",
    [
        # Sentences of public reports, with other figures.
        "There were 402,400 in 2016 compared to 397,430 in 2017, a decrease of 1.2% at 31st March.",
        "There were 905 applications in 2015-16, compared to 540 in 2014-15. This was an increase of 68% and followed a 380% increase.",
        "The share has risen since DoLS were introduced in 2009, and the share granted in 2015-16 fell.",
        "Of 3,907 cases, 9% (355) were looked after by the council (28 of which have a plan too), and 9% (356) have a plan.",
        "It was highest in the East, where eight of the 11 councils reported 100% of their enquiries as section 42s.",
    ],
)
def test_what_public_reports_say_rightly_is_left_alone(text: str) -> None:
    assert not wrong(text)
    for right, other in (("1.2%", "2.1%"), ("68%", "86%"), ("9% (356)", "6% (356)")):
        assert right not in text or wrong(text.replace(right, other))


def test_what_followed_was_not_before() -> None:
    assert wrong("Following the inspection on 3 May 2013, the plan was approved on 1 April 2013.")
    assert not wrong("Following the inspection on 3 May 2013, the plan was approved on 1 June 2013.")


def test_two_readings_of_which_one_agrees_are_listed_apart() -> None:
    [found] = [each for each in check("Of the 400 cases, 250 were new; 100 (40%) concerned neglect.") if each.relation == "share"]
    assert (found.verdict, found.sure) == ("ambiguous", "unclear")


def test_a_finding_says_where_what_by_which_arithmetic_and_what_to_ask() -> None:
    [found] = [each for each in check("# Rutland\n\nOf the 631 contacts, 378 (63%) went on.") if each.verdict == "contradicts"]
    assert (found.heading, found.line, found.relation) == ("Rutland", 3, "share")
    assert found.arithmetic == "378 of 631 is 59.9%, not 63%"
    assert found.ask.endswith("?")


def test_a_text_says_more_than_its_numbers_can_hold() -> None:
    text = """# Summary

- 700 contacts, of which 420 (63%) were referred

# Contacts

There were 710 contacts. Children in care: 29% aged 5 to 9, 25% aged 0 to 4, 23% aged 16 and over and 3% aged 10 to 15.
"""
    assert wrong(text) == [
        "420 of 700 is 60%, not 63%",
        "29% + 25% + 23% + 3% = 80%, not 100%",
        "contact: 710 here, 700 in “Summary”, line 3",
    ]


def test_summary_and_body_of_two_areas_are_no_repetition() -> None:
    text = "- Leicestershire: 435 contacts recorded.\n- Rutland: 31 contacts recorded.\n\n## Rutland\n\nThere were 31 contacts."
    assert wrong(text) == []


def test_quarters_add_up_to_the_column_or_row_year() -> None:
    table = "| Enquiries | Q1 | Q2 | Q3 | Q4 | Year |\n|---|---|---|---|---|---|\n| Rutland | 29 | 12 | 19 | 26 | {} |"
    assert wrong(table.format(76)) and not wrong(table.format(86))
    turned = "| | Contacts | Referrals |\n|---|---|---|\n| Q1 | 29 | 5 |\n| Q2 | 12 | 6 |\n| Q3 | 19 | 7 |\n| Q4 | 26 | 8 |\n| Year | {} | 26 |"
    assert wrong(turned.format(76)) and not wrong(turned.format(86))
    assert not wrong("| Year | Q1 | Q2 |\n|---|---|---|\n| 2011 | 29 | 12 |\n| 2012 | 31 | 14 |")


def test_the_same_words_of_one_area_with_another_number_were_copied() -> None:
    text = "{} households in Rutland described themselves as lone parents with a child, of which {} were male."
    (found,) = wrong(f"{text.format('14,956', '1,821')} {text.format('713', '130')}")
    assert found == "14,956, and in the same words 713"
    assert not wrong(f"{text.format('14,956', '1,821')} {text.format('713', '130').replace('Rutland', 'Leicestershire')}")
    assert not wrong(f"{text.format('713', '130')} {text.format('713', '130')}")


def test_a_table_whose_totals_fit_no_row_is_one_finding() -> None:
    rows = "\n".join(
        f"| {name} | {a} | {b} | {a + b + 7} |" for name, a, b in (("A", 1, 2), ("B", 3, 4), ("C", 5, 6), ("D", 7, 8))
    )
    found = wrong(f"| | Q1 | Q2 | Total |\n|---|---|---|---|\n{rows}\n")
    assert len(found) == 1
    assert "4 of 4 rows" in found[0]


def test_a_long_report_is_checked_in_time() -> None:
    rows = [text for _, text in sentences("bench_of_texts.csv")]
    pages = [line for page in range(60) for line in (f"## {page}. Section", "", *rows[page % 40 : page % 40 + 30], "")]
    started = time.process_time()
    found = check_text(blocks_of(pages))
    assert time.process_time() - started < 20  # a quarter of it on a machine by itself
    assert check_sentence(found).startswith(f"{len(found):,} relations")


# --- the command -------------------------------------------------------------------------------------------------------------


def test_the_command_prints_a_table_csv_or_json_and_writes_a_page(tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    report.write_text("Of the 631 contacts, 378 (63%) went on; 378 of the 630 (60%) <b>too</b>.\n", encoding="utf-8")
    page = tmp_path / "page.html"
    for form in ("table", "csv", "json"):
        done = CliRunner().invoke(app, ["claims", "check", str(report), "--format", form, "--page", str(page)])
        assert done.exit_code == 0, done.output
        assert "relations of the text were tested" in done.stderr
        assert "59.9%" in done.stdout
    assert json.loads(done.stdout)[0]["ask"]
    html = page.read_text(encoding="utf-8")
    assert "378 of 631 is 59.9%, not 63%" in html
    assert "<b>too" not in html
    everything = CliRunner().invoke(app, ["claims", "check", str(report), "--all", "--format", "csv"])
    assert ",agrees," in everything.stdout or "agrees," in everything.stdout
