"""Statements judged: what is found in the printed report, how an analyst judges a draft, and what the command says."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import RawCopy
from scipy import stats
from statements_of_findings import from_findings
from typer.testing import CliRunner

from analysis import catalogue, claims, exhibits, measures, store
from analysis.analyses import change
from analysis.catalogue import tables
from analysis.claims import statement_verdicts
from analysis.claims.draft.extract import propose
from analysis.claims.draft.reading.report_file import read_report
from analysis.clean.printed.statements import HEADER
from analysis.cli import app
from analysis.errors import DataError, SafeguardingError
from analysis.scope import Scope


@pytest.fixture(scope="module")
def judged(held: store.Store) -> pd.DataFrame:
    return claims.review(held)


def found(judged: pd.DataFrame, **where: str) -> pd.DataFrame:
    for column, value in where.items():
        judged = judged[judged[column] == value]
    return judged


# --- what an auditor would find ----------------------------------------------------------------------------------------------

# Nothing in the code names any of these: area, words, what is stated, what the figures give, and the words of the cause.
FOUND = [
    ("Rutland", "63% (378) went onto referral", "63%", "59.9%", "327 / 523 = 62.5% is 2011/12's"),
    ("Rutland", "63% (378) went onto referral", "60%", "62.5%", "378 / 631 = 59.9% is 2012/13's"),
    ("Rutland", "section 47 enquiries recorded was 86", "86", "76", ""),
    ("Rutland", "section 47 enquiries recorded was 86", "31%", "39.2%", "(125 − 86) / 125 = 31.2%"),
    ("Rutland", "(NI 68) was 71%", "71%", "69.0%", "71.1% is printed for Q3 2012/13"),
    ("Rutland", "(NI 60) was 96.3%", "96.3%", "97.3%", "96.3% stands beside it"),
    ("Rutland", "(NI 59) between April 2012 and March 2013 is 96.3%", "96.3%", "96.2%", "96.3% is printed for Q4 2012/13"),
    ("Rutland", "54% were substantiated", "54%", "64.3%", "53 / 98 = 54.1% counts substantiated alone"),
    ("Rutland", "(where recorded)", "52%", "75.0%", "(22 + 29) / 98"),
    ("Rutland", "the majority, 41%, related to neglect", "41%", "41.8%", "41 is the number"),
    ("Rutland", "31 children in care on 31st Mar 2012", "31", "29", "The wrong period is named"),
    ("Leicestershire", "an increase of 61 (16%)", "61", "62", "61 stands beside it"),
    ("Leicestershire", "an increase of 61 (16%)", "16%", "16.6%", "61 / 373 = 16.4%"),
    ("Leicestershire", "31% were relating to people aged 18-64", "31%", "31.5%", "cut off and not rounded"),
    ("Leicestershire", "the majority, 38%, related to neglect", "38%", "40.2%", "539 / 1,426"),
    ("Leicestershire", "from 282 in Q1", "282", "279", ""),
    ("Leicestershire", "4951 (1.8%) of households", "1.8%", "3.0%", "4,951 is 1.8% of 267,622 to 282,914"),
    ("Rutland", "All ethnic minorities listed for Rutland", "less than 1%", "5.7%", ""),
    ("Leicestershire and Rutland", "102 professionals", "102", "100", ""),
    ("Leicestershire and Rutland", "replies from 100 individuals", "100", "102", ""),
]


@pytest.mark.parametrize(("area", "words", "stated", "right", "cause"), FOUND)
def test_found_among_others(judged: pd.DataFrame, area: str, words: str, stated: str, right: str, cause: str) -> None:
    rows = found(judged, kind="printed", area=area, stated=stated, recomputed=right, verdict="contradicts")
    [row] = rows[rows["quote"].str.contains(words, regex=False)].drop_duplicates("stated").to_dict("records")
    assert cause in row["cause"]
    assert bool(cause) == bool(row["cause"])
    assert row["severity"] in claims.SEVERITIES
    assert row["note"]


@pytest.mark.parametrize(
    ("start", "area", "note", "cause"),
    [
        ("subset/claims", "Leicestershire", "861 is above 842", ""),
        ("percentage/figure-2/8,3", "Rutland", "57 / 107 = 53.3%", "57 / 180 (Contacts to children's social care) = 31.7%"),
        ("percentage/figure-2/8,6", "Rutland", "261 / 378 = 69.0%", "(75.6 + 31.7 + 71.1 + 78.4) / 4 = 64.2%"),
        ("shares_to_100/claims", "Rutland", "= 80 is below 100", "3% printed where 23% makes them add to 100%"),
        ("one_value/claims", "Leicestershire", "10,530 is 10,530", ""),
        ("attainable/claims/71", "Leicestershire and Rutland", "98 / 100 = 98.0%", "94 / 95 = 98.9%"),
        ("plausible/claims/31", "Leicestershire", "650,489 / 166,511 = 3.9", ""),
        ("label/figure-5", "Leicestershire County and Rutland PCT", "the figures are numbers", ""),
        ("label/figure-4", "Rutland", "the figures are percentages", ""),
        (
            "quarters_to_year/figure-3/4,6",
            "Leicestershire",
            "279 + 262 + 326 + 424 = 1,291",
            "parts add up to its total of 1,341",
        ),
    ],
)
def test_implied_claims_are_made_by_rules(judged: pd.DataFrame, start: str, area: str, note: str, cause: str) -> None:
    rows = found(judged, kind="implied", area=area, verdict="contradicts")
    row = rows[rows["id"].str.startswith(start)].iloc[0]
    assert note in row["note"]
    assert cause in row["cause"]


def test_the_year_of_figure_3_is_never_the_sum_of_its_quarters(judged: pd.DataFrame) -> None:
    rows = judged[judged["id"].str.startswith("quarters_to_year/figure-3/4,")]
    assert (rows["verdict"] == "contradicts").all()
    revised = judged[judged["id"].str.startswith("quarters_to_year/figure-3/") & (judged["verdict"] == "contradicts")]
    assert len(revised) > 25


def test_the_official_return_comes_first(judged: pd.DataFrame) -> None:
    first = judged.drop_duplicates("error").head(3)
    assert (first["kind"] == "official").all()
    assert (first["severity"] == "material").all()
    shown = {(row.area, row.series, row.stated, row.recomputed) for row in first.itertuples()}
    assert ("Rutland", "plans_in_force", "23", "35") in shown
    assert ("Rutland", "plans_reviewed_on_time_printed_pct", "all", "85.0%") in shown
    assert judged.iloc[0]["note"].startswith("The report has 23, the official return 35: a difference of −12.")
    agreeing = found(judged, kind="official", verdict="agrees")
    assert {"6,165", "393", "536", "667", "435"} <= set(agreeing["stated"])


def test_every_row_has_a_verdict_and_what_goes_with_it(judged: pd.DataFrame) -> None:
    assert set(judged["verdict"]) == set(claims.VERDICTS)
    wrong = judged["verdict"] == "contradicts"
    assert judged.loc[wrong, "severity"].isin(claims.SEVERITIES).all()
    assert (judged.loc[~wrong, ["severity", "cause"]] == "").all(axis=None)
    unchecked = judged["verdict"] == "not_checkable"
    assert (judged.loc[unchecked, "reason"] != "").all()
    assert (judged.loc[~unchecked, "reason"] == "").all()
    assert judged["id"].is_unique


def test_what_can_not_be_checked_says_why(judged: pd.DataFrame) -> None:
    by_id = judged.set_index("id")
    assert by_id.at["c077", "reason"] == "earlier_not_printed"
    assert by_id.at["c081", "reason"] == "base_not_printed"
    assert by_id.at["c266", "reason"] == "forecast"
    assert by_id.at["c074", "reason"] == "said_once"


def test_significance_is_held_against_usual_movement(judged: pd.DataFrame) -> None:
    """261 to 365 is more than chance (a ratio of 1.19 to 1.65), and yet about as much as a quarter of authorities see.

    It can be read in two ways: as a large increase, which it is, and as one that is unusual, which it isn't.

    By hand, with c = 4, s = 0.20 and 4 degrees of freedom: log(365/261) = 0.335 over sqrt(4/365 + 4/261 + 0.04) = 0.258 is 1.30.
    """
    [row] = judged[judged["stated"] == "significant increases"].to_dict("records")
    assert (row["verdict"], row["recomputed"], row["severity"]) == ("ambiguous", "usual", "")
    found = re.search(r"261 and 365: about (\d+) in 100 authorities of that size see as large a change, assumed", row["note"])
    assert found and int(found[1]) == pytest.approx(200 * stats.t.sf(0.3354 / 0.2575, 4), abs=1.5)
    by_id = judged.set_index("id")
    # 118 are printed beside the 97.3%, and so it is of 121; after 57% that is 0.556 over sqrt(2 / (4 * 121) + 0.095 ** 2) = 4.85.
    assert by_id.at["c421", "stated"] == "a significant improvement" and by_id.at["c421", "verdict"] == "agrees"
    assert "about 1 in 100 authorities" in by_id.at["c421", "note"]
    assert 200 * stats.t.sf(4.85, 3.6) == pytest.approx(1.1, abs=0.1)
    # Of the two shares by setting nothing is printed but the percentages; of the final quarter no year before.
    assert by_id.loc[["c517", "c518"], "reason"].tolist() == ["base_not_printed"] * 2
    assert by_id.at["c514", "reason"] == "earlier_not_printed"


# --- a new table has its claims by itself ------------------------------------------------------------------------------------


def test_a_changed_table_changes_what_is_implied(raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()

    def change_cell(rows: list[list[str]]) -> None:
        rows[2][2] = "418"

    copy.edit("figure-5.csv", change_cell)
    from analysis.clean import clean

    clean(copy.data)
    judged = claims.review(store.load(copy.data))
    wrong = judged[(judged["verdict"] == "contradicts") & judged["id"].str.contains("/figure-5/")]
    assert any(each.startswith("members_to_total/figure-5/") for each in wrong["id"])


# --- drafts ------------------------------------------------------------------------------------------------------------------


def draft(path: Path, *rows: dict[str, str], header: tuple[str, ...] = HEADER) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({"id": f"a{n}"} | row for n, row in enumerate(rows, start=1))
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


RISE = {
    "area": "Rutland",
    "period": "2012-13",
    "quote": "Contacts rose by 21%.",
    "stated": "21%",
    "unit": "percent",
    "asserts": "rise(contacts)",
}


def test_a_draft_is_judged(held: store.Store, tmp_path: Path) -> None:
    path = draft(tmp_path / "draft.csv", RISE, RISE | {"quote": "Contacts rose by 25%.", "stated": "25%"})
    judged = claims.review_draft(held, claims.read_draft(path)).set_index("id")
    assert judged.at["a1", "verdict"] == "agrees_at_rounding"
    assert judged.at["a2", "verdict"] == "contradicts"
    assert judged.at["a2", "instead"] == "21%"


def test_nothing_is_judged_unconfirmed(held: store.Store, tmp_path: Path) -> None:
    header = (*HEADER, "confirmed")
    unread = RISE | {"area": "", "period": "", "asserts": "nonsense("}
    path = draft(tmp_path / "draft.csv", RISE | {"confirmed": "yes"}, unread, header=header)
    judged = claims.review_draft(held, claims.read_draft(path)).set_index("id")
    assert judged.at["a1", "verdict"] == "agrees_at_rounding"
    assert (judged.at["a2", "verdict"], judged.at["a2", "reason"]) == ("not_checkable", "unconfirmed")


@pytest.mark.parametrize(
    ("row", "column", "found", "expected"),
    [
        ({"asserts": "rise(contacts.__class__)"}, "asserts", "'.' at character 14", "a figure, a number"),
        ({"asserts": "9**9"}, "asserts", "'*' at character 3", "a figure"),
        ({"asserts": "import os"}, "asserts", "'import' at character 1", "a catalogued series"),
        ({"asserts": "parts(contacts)"}, "", "", ""),
        ({"asserts": "rising(contacts)"}, "asserts", "'rising(contacts)'", "a list"),
        ({"area": "Rutlnd"}, "area", "did you mean Rutland", "a known area"),
        ({"period": "2012-14"}, "period", "is no financial year", "a known period"),
        ({"stated": "22%"}, "stated", "'22%'", "words that stand in the quote"),
        ({"series": "contact"}, "series", "'contact'", "a catalogued series"),
    ],
)
def test_a_draft_that_can_not_be_read_is_one_sentence(
    held: store.Store, tmp_path: Path, row: dict[str, str], column: str, found: str, expected: str
) -> None:
    path = draft(tmp_path / "draft.csv", RISE, RISE | row)
    if not column:
        assert claims.review_draft(held, claims.read_draft(path)).set_index("id").at["a2", "verdict"] == "not_checkable"
        return
    with pytest.raises(DataError) as error:
        claims.review_draft(held, claims.read_draft(path))
    message = str(error.value)
    assert message.startswith(f"draft.csv, row 3, column {column}: found ")
    assert found in message
    assert expected in message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "found an empty file"),
        (b"id,quote\n", "row 1: found id,quote"),
        (",".join(HEADER).encode() + b"\na1,2\n", "row 2: found 2 cells"),
        (b"\xff\xfe", "row 1: found UTF-16 text"),
        ((",".join(HEADER) + '\na1,a 5" gap\n').encode(), "row 2, column 2: found a quotation mark inside a cell"),
    ],
)
def test_a_file_that_is_no_draft_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "draft.csv"
    path.write_bytes(content)
    with pytest.raises(DataError) as error:
        claims.read_draft(path)
    assert message in str(error.value)


def test_per_cent_in_words_is_judged(held: store.Store, tmp_path: Path) -> None:
    path = draft(tmp_path / "draft.csv", RISE | {"quote": "Contacts rose by 21 per cent.", "stated": "21 per cent"})
    assert claims.review_draft(held, claims.read_draft(path))["verdict"][0] == "agrees_at_rounding"


def test_only_yes_confirms(held: store.Store, tmp_path: Path) -> None:
    header = (*HEADER, "confirmed")
    rows = [RISE | {"confirmed": words} for words in ("yes", "Yes", "no", "No", "")]
    judged = claims.review_draft(held, claims.read_draft(draft(tmp_path / "draft.csv", *rows, header=header))).set_index("id")
    assert (
        list(judged.loc[[f"a{number}" for number in range(1, 6)], "reason"].replace("", "judged"))
        == ["judged"] * 2 + ["unconfirmed"] * 3
    )


def test_every_row_that_can_not_be_read_is_named_at_once(held: store.Store, tmp_path: Path) -> None:
    path = draft(
        tmp_path / "draft.csv", RISE, RISE | {"area": "Rutlnd"}, RISE, RISE | {"period": "2012-14"}, RISE | {"stated": "22%"}
    )
    with pytest.raises(SafeguardingError) as error:
        claims.review_draft(held, claims.read_draft(path))
    assert [line.split(": found")[0] for line in str(error.value).split("\n")] == [
        "draft.csv, row 3, column area",
        "draft.csv, row 5, column period",
        "draft.csv, row 6, column stated",
    ]


def test_a_percentage_is_no_level_of_a_series_of_counts(held: store.Store, tmp_path: Path) -> None:
    path = draft(
        tmp_path / "draft.csv", RISE | {"series": "contacts", "category": "all", "asserts": "share(referrals, contacts)"}
    )
    with pytest.raises(DataError, match="row 2, column unit: found 'percent', expected 'count'"):
        claims.review_draft(held, claims.read_draft(path))


def test_a_rate_with_decimals_can_be_asserted(held: store.Store, tmp_path: Path) -> None:
    rate = {
        "quote": "That is 168.9 for every 10,000 residents.",
        "unit": "rate",
        "asserts": "10000 * contacts / population@2011-03-27",
    }
    path = draft(
        tmp_path / "draft.csv",
        RISE | rate | {"stated": "168.9"},
        RISE | rate | {"stated": "168.9", "asserts": "10000 * contacts / 40000"},
    )
    judged = claims.review_draft(held, claims.read_draft(path)).set_index("id")
    assert judged.at["a2", "verdict"] == "contradicts"


def test_a_draft_from_excel_is_read_as_it_is_saved(tmp_path: Path) -> None:
    path = draft(tmp_path / "draft.csv", RISE | {"quote": "The Board’s contacts – all – rose by 21%."})
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    assert claims.read_draft(path)["quote"][0] == "The Board’s contacts – all – rose by 21%."


# --- findings ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("domain", ["children", "adults", "dols"])
def test_the_sentences_of_findings_are_right_by_construction(held: store.Store, domain: str) -> None:
    known = catalogue.indicators()
    measured = measures.measure(held.observations, known.index[known["domain"] == domain])
    here = measured[measured["area"].isin(["E10000018", "E06000017"])]
    sentences = from_findings(change.year_on_year(here, "2012-13"))
    judged = claims.review_draft(held, sentences)
    assert len(judged) >= 7 and sentences["asserts"].str.contains("clear_change").any()
    assert judged["verdict"].str.startswith("agrees").all(), judged[~judged["verdict"].str.startswith("agrees")].to_string()


def test_a_finding_of_other_figures_is_contradicted(held: store.Store) -> None:
    known = catalogue.indicators()
    measured = measures.measure(held.observations, known.index[known["domain"] == "dols"])
    here = measured[measured["area"] == "E10000018"]
    other = here.assign(value=here["value"] + 11, numerator=here["numerator"] + 11)
    judged = claims.review_draft(held, from_findings(change.year_on_year(other, "2012-13")))
    assert (judged["verdict"] == "contradicts").any()


# --- proposals from prose ----------------------------------------------------------------------------------------------------

PROSE = """# Section 9

There were 650 contacts to children's social care in Rutland in 2013/14, an increase of 3% on the year before.
The majority of referrals (NI 68) went on within 10 working days; see Figure 2.

- 24 plans ended by 31st March 2014.
"""


def test_prose_is_proposed_as_statements(tmp_path: Path) -> None:
    path = tmp_path / "draft.md"
    path.write_text(PROSE, encoding="utf-8")
    proposed = propose(read_report(path))
    assert list(proposed.columns) == [*HEADER, "confirmed"]
    assert list(proposed["stated"]) == ["650", "increase", "3%", "majority", "24"]
    first = proposed.iloc[0]
    assert (first["area"], first["period"], first["series"]) == ("Rutland", "2013-14", "contacts")
    assert proposed.iloc[2]["asserts"] == "rise(contacts)"
    assert (proposed["confirmed"] == "").all()
    assert all(row["stated"] in row["quote"] for row in proposed.to_dict("records"))


def test_a_word_document_is_read(tmp_path: Path) -> None:
    body = "<w:p><w:r><w:t>There were 650 contacts</w:t></w:r><w:r><w:t xml:space='preserve'> in Rutland.</w:t></w:r></w:p><w:p><w:r><w:t>Next.</w:t></w:r></w:p>"
    path = tmp_path / "draft.docx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", f"<?xml version='1.0'?><w:document xmlns:w='w'><w:body>{body}</w:body></w:document>")
    assert [block.text for block in read_report(path)] == ["There were 650 contacts in Rutland.", "Next."]


BOMB = "<!DOCTYPE a [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]><w:document xmlns:w='w'><w:t>&b;</w:t></w:document>"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("draft.docx", b"not a zip", "a file that can't be opened"),
        ("draft.pdf", b"%PDF", "a file of the kind '.pdf'"),
        ("draft.txt", b"\xff", "the byte 0xff"),
        ("bomb.docx", BOMB.encode(), "declares entities"),
        ("broken.docx", b"<w:document", "a file that can't be opened"),
    ],
)
def test_a_file_that_is_no_prose_is_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    if name in ("bomb.docx", "broken.docx"):
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("word/document.xml", content)
    with pytest.raises(DataError) as error:
        read_report(path)
    assert message in str(error.value)
    with pytest.raises(DataError, match="no such file"):
        read_report(tmp_path / "nothing.txt")


# --- the command -------------------------------------------------------------------------------------------------------------


def test_the_command_gives_only_data_on_standard_output(data: Path) -> None:
    for form in ("csv", "json", "table"):
        done = CliRunner().invoke(app, ["claims", "--format", form, "--data", str(data)])
        assert done.exit_code == 0, done.output
        assert "statements:" in done.stderr
        assert "statements:" not in done.stdout
        if form == "csv":
            rows = list(csv.DictReader(io.StringIO(done.stdout)))
            assert tuple(rows[0]) == claims.COLUMNS
        if form == "json":
            assert json.loads(done.stdout)[0]["verdict"] == "contradicts"


def test_a_draft_and_its_proposals_by_the_command(data: Path, tmp_path: Path) -> None:
    text = tmp_path / "draft.txt"
    text.write_text("There were 631 contacts to children's social care in Rutland in 2012/13.\n", encoding="utf-8")
    proposed = CliRunner().invoke(app, ["claims", "extract", str(text)])
    assert proposed.exit_code == 0
    assert "1 statements are proposed" in proposed.stderr
    path = tmp_path / "draft.csv"
    path.write_text(proposed.stdout, encoding="utf-8")
    waiting = CliRunner().invoke(app, ["claims", "--file", str(path), "--format", "csv", "--data", str(data)])
    assert "not_checkable" in waiting.stdout
    path.write_text(proposed.stdout.rstrip("\n") + "yes\n", encoding="utf-8")
    judged = CliRunner().invoke(app, ["claims", "--file", str(path), "--format", "csv", "--data", str(data)])
    assert judged.exit_code == 0
    assert ",agrees," in judged.stdout
    missing = CliRunner().invoke(app, ["claims", "--file", str(tmp_path / "none.csv"), "--data", str(data)])
    assert isinstance(missing.exception, DataError)


# --- the page ----------------------------------------------------------------------------------------------------------------


def test_the_errata_put_the_worst_first_with_words_that_would_be_right(held: store.Store, judged: pd.DataFrame) -> None:
    here = Scope("", "2012-13-Q4", (), "seg", held)
    shown = exhibits.errata(judged, here)
    kinds = ["errata-material", "errata-moderate", "errata-minor", "errata-wording", "errata-ambiguous"]
    assert [each.identity for each in shown] == kinds
    swapped = [
        row for row in shown[0].table.rows if row[0].startswith("“63% (378) went onto referral, compared to 60% (327) last year")
    ]
    [row] = swapped
    assert "“60% (378) went onto referral, compared to 63% (327) last year.”" in row[4] and row[5] == "6"
    assert "“But the largest group, 37%, related to those aged 85 or over.”" in {row[4] for row in shown[3].table.rows}
    quotes = [(row[0], row[1]) for each in shown for row in each.table.rows]
    assert len(quotes) == len(set(quotes))


def test_an_erratum_gives_its_likely_cause_or_says_that_none_gives_the_printed_figure(
    held: store.Store, judged: pd.DataFrame
) -> None:
    shown = exhibits.errata(judged, Scope("", "2012-13-Q4", (), "seg", held))
    explained = [
        (row[2], row[3]) for each in shown if each.identity != "errata-wording" for row in each.table.rows if len(row) > 3
    ]
    without_cause = [given for given, how in explained if "No rule gives the printed figure." in how]
    assert without_cause and all(re.match(r"[−£]?\d", given) for given in without_cause)
    assert any("Likely cause: " in how for _, how in explained)
    for given, how in explained:
        if re.match(r"[−£]?\d", given):
            assert ("Likely cause: " in how) != ("No rule gives the printed figure." in how), how


def test_the_page_says_what_differs_from_the_return_and_what_to_print_next_year(held: store.Store, judged: pd.DataFrame) -> None:
    here = Scope("", "2012-13-Q4", (), "seg", held)
    [official] = exhibits.against_return(judged, here)
    assert official.table.rows[0][:4] == ("Child protection plans in force, Rutland, 31 March 2013", "23", "35", "−12")
    assert "Department for Education" in official.source
    assert "neighbours" not in official.source
    [unchecked] = exhibits.unchecked(judged, here)
    counted = sum(int(row[1]) for row in unchecked.table.rows)
    assert counted == (judged["verdict"] == "not_checkable").sum()
    assert all(row[3] for row in unchecked.table.rows)
    [short] = exhibits.statements_summary(judged, here)
    assert "the report has 23, the official return 35" in short.items[0]


def test_nothing_is_shown_where_nothing_is_wrong(held: store.Store, judged: pd.DataFrame) -> None:
    here = Scope("", "2012-13-Q4", (), "seg", held)
    right = judged[judged["verdict"] == "agrees"]
    assert exhibits.errata(right, here) == []
    assert exhibits.against_return(right, here) == []
    assert exhibits.unchecked(right, here) == []


def constants(path: Path) -> list[str]:
    """The text constants of a module that aren't docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    docs = {id(node.body[0].value) for node in nodes if node.body and isinstance(node.body[0], ast.Expr)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [node.value for node in found if id(node) not in docs]


def test_no_area_indicator_or_quote_is_named_in_code() -> None:
    package = Path(claims.__file__).parent
    modules = [*package.rglob("*.py"), package.parent / "exhibits" / "statements.py", package.parent / "cli" / "reviewing.py"]
    names = {
        *catalogue.series().index,
        *catalogue.indicators().index,
        *tables.read("areas")["name"],
        *tables.read("areas")["code"],
    }
    for module in modules:
        words = {word for text in constants(module) for word in re.findall(r"[A-Za-z][A-Za-z0-9_]+", text)}
        assert not words & {name for name in names if "_" in name or name[:1].isupper()}, module.name


def test_a_cause_is_looked_for_in_the_six_statements_before_and_the_five_after_of_the_same_section() -> None:
    rows = [{"id": str(number), "section": "a" if number < 15 else "b"} for number in range(20)]
    near = [row["id"] for row in statement_verdicts.neighbours(10, rows)]
    assert near == ["9", "8", "7", "6", "5", "4", "11", "12", "13", "14"]  # 15 is of another section
    assert [row["id"] for row in statement_verdicts.neighbours(2, rows)] == ["1", "0", "3", "4", "5", "6", "7"]
