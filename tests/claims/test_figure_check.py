"""A draft against the figures held: what contradicts them, what another reading bears out, and what an analyst has decided."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis import store
from analysis.claims.draft.figure_check import check_figures
from analysis.claims.draft.own_readings import own_readings, readings_file
from analysis.claims.draft.reading.blocks import blocks_of
from analysis.claims.draft.relation_check import RelationCheck
from analysis.claims.draft.self_check import check_text, with_figures
from analysis.cli import app
from analysis.errors import DataError

WRONG = "There were 92 section 47 enquiries in Rutland in 2012/13."


def against(held: store.Store, *lines: str) -> list[RelationCheck]:
    return check_figures(blocks_of(list(lines)), held)


def test_a_level_that_the_figures_do_not_bear_out_contradicts_with_its_source(held: store.Store) -> None:
    (wrong,) = against(held, WRONG)
    assert (wrong.verdict, wrong.sure, wrong.sentence) == ("contradicts", "likely", WRONG)
    assert wrong.says == "92: Section 47 enquiries, Rutland, 2012/13"
    assert wrong.arithmetic.endswith("Figure 2 row 17, column 6 has 76")


def test_the_official_return_is_asked_where_our_own_figures_agree(held: store.Store) -> None:
    (wrong,) = against(held, "There were 1,201 section 47 enquiries in Leicestershire in 2012/13.")
    assert (
        wrong.verdict == "contradicts"
        and "has 1,237" in wrong.arithmetic
        and "Characteristics of children in need" in wrong.arithmetic
    )


@pytest.mark.parametrize(
    "text",
    [
        "Leicestershire received 14,741 contacts in 2012/13.",
        "There were 435 children in care in Leicestershire at 31 March 2013, a rise of 17% on the year before.",
    ],
)
def test_what_the_figures_bear_out_agrees(text: str, held: store.Store) -> None:
    assert {each.verdict for each in against(held, text)} == {"agrees"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # Rutland's, where the clause seems to speak of Leicestershire.
        ("In Leicestershire and in Rutland contacts differ. Leicestershire received 631 contacts in 2012/13.", "Rutland"),
        ("In Rutland there were 378 section 47 enquiries in 2012/13.", "Referrals to children's social care"),
    ],
)
def test_what_another_reading_bears_out_is_ambiguous(text: str, words: str, held: store.Store) -> None:
    found = [each for each in against(held, text) if each.verdict != "agrees"]
    assert all(each.verdict == "ambiguous" and each.sure == "unclear" for each in found)
    assert any(words in each.arithmetic for each in found)


def test_what_nobody_holds_or_nobody_can_place_is_not_listed(held: store.Store) -> None:
    assert not against(
        held, "There were 92 section 47 enquiries.", "Three local authorities share the DoLS service of Leicester."
    )


def test_one_error_is_accused_once(held: store.Store) -> None:
    blocks = blocks_of(["In Rutland 63% (378) of 631 contacts went on to referral in 2012/13."])
    both = with_figures(check_text(blocks), check_figures(blocks, held))
    assert len([each for each in both if each.verdict == "contradicts" and "63%" in each.says]) == 1


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.md"
    path.write_text(f"{WRONG}\n\nThere were 631 contacts in Rutland in 2012/13.\n", encoding="utf-8")
    return path


def call(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["claims", *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout + done.stderr


def decide(draft: Path, answer: str, **changed: str) -> None:
    """Write yes or no under `confirmed` of the first row, as an analyst does, and correct what it says."""
    path = readings_file(draft)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    rows[0] |= {"confirmed": answer} | changed
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def test_what_an_analyst_corrects_is_kept_beside_the_draft_and_used_again(draft: Path, data: Path, held: store.Store) -> None:
    assert "2 statements are in" in call("extract", str(draft), "--keep")
    decide(draft, "no")
    rows = list(csv.DictReader(call("check", str(draft), "--data", str(data), "--all", "--format", "csv").splitlines()))
    assert [row["sentence"] for row in rows if row["relation"] == "figures held"] == [
        "There were 631 contacts in Rutland in 2012/13."
    ]
    decide(draft, "Yes", period="2011-12")
    call("extract", str(draft), "--keep")
    found = check_figures(blocks_of(draft.read_text(encoding="utf-8").splitlines()), held, own_readings(draft))
    (wrong,) = [each for each in found if "92" in each.says]
    assert (wrong.verdict, wrong.sure) == ("contradicts", "certain") and wrong.says.endswith("2011/12")
    draft.write_text("There were 631 contacts in Rutland in 2012/13.\n", encoding="utf-8")
    assert "The last 1 rows are of sentences that the draft no longer has." in call("extract", str(draft), "--keep")
    assert len(own_readings(draft)) == 1


def test_a_confirmed_row_that_cannot_be_read_is_named(draft: Path, data: Path) -> None:
    call("extract", str(draft), "--keep")
    decide(draft, "yes", area="Rutlnd")
    done = CliRunner().invoke(app, ["claims", "check", str(draft), "--data", str(data)])
    assert isinstance(done.exception, DataError) and "draft.md.statements.csv, row 2" in str(done.exception)


def test_an_empty_draft_and_a_folder_that_is_not_there_are_said(draft: Path, tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["claims", "check", str(draft), "--data", str(tmp_path / "nowhere")]).exit_code == 2
    draft.write_text("\n \n", encoding="utf-8")
    for command in ("check", "extract"):
        done = CliRunner().invoke(app, ["claims", command, str(draft)])
        assert isinstance(done.exception, DataError) and "draft.md: found no text" in str(done.exception)


def test_the_command_needs_no_figures_and_says_where_they_contradict(draft: Path, data: Path, tmp_path: Path) -> None:
    assert "92" not in call("check", str(draft))
    page = tmp_path / "page.html"
    assert "Figure 2 row 17" in call("check", str(draft), "--data", str(data), "--page", str(page), "--format", "csv")
    assert "has 76" in page.read_text(encoding="utf-8")
