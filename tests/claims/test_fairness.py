"""No accusation that a fair editor would dispute: the kinds that were, each with the statements that showed it."""

from __future__ import annotations

import doctest
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from analysis import claims, store
from analysis.claims import accusations, readings


@pytest.fixture(scope="module")
def judged(held: store.Store) -> pd.DataFrame:
    return claims.review(held).set_index("id")


NOT_ITS_WHOLE = "a part is held against no whole that the report says it isn't a part of"
CLOSED = "what was closed in a period is no part of what was received in it"
ONE_BODY = "one body's row is not held against a sentence on all of them"
PAIR = "of two statements that disagree the one that its own arithmetic shows right is not accused"
BASE = "a share whose base the sentence doesn't name is held against every base that gives it"
LABEL = "a label that runs over two rows is held against both"

# Kind, and the ids of statements that were called wrong by it.
DISPUTED = [
    (NOT_ITS_WHOLE, [f"parts_to_whole/figure-4/14,{column}/5" for column in (2, 5, 6)]),
    (NOT_ITS_WHOLE, [f"subset/figure-2/13,{column}" for column in (2, 3, 4, 5, 6)]),
    (CLOSED, [f"above_base/figure-4/14,{column}" for column in (4, 5, 6)]),
    (ONE_BODY, ["c567", "c584"]),
    (PAIR, ["c446", "c461", "c532", "said_twice/claims/246,7"]),
    (BASE, ["c235", "c237"]),
    (LABEL, ["label/figure-1/7,1"]),
]


@pytest.mark.parametrize(("kind", "ids"), DISPUTED, ids=[kind for kind, _ in DISPUTED])
def test_what_a_fair_editor_would_dispute_is_no_contradiction(judged: pd.DataFrame, kind: str, ids: list[str]) -> None:
    verdicts = judged["verdict"].reindex(ids)
    assert not (verdicts == "contradicts").any(), kind


# --- every accusation, as it was read against the report ---------------------------------------------------------------------

READ = pd.read_csv(Path(__file__).with_name("fair_accusations.csv"), dtype=str, keep_default_na=False).set_index("id")


def test_every_contradiction_was_read_against_the_report_and_at_least_98_in_100_are_fair(judged: pd.DataFrame) -> None:
    contradicted = judged[judged["verdict"] == "contradicts"]
    assert set(contradicted.index) <= set(READ.index)
    read = READ.loc[contradicted.index]
    assert (read["fair"] == "yes").mean() >= 0.98
    assert all(row.quote.startswith(READ.at[row.Index, "quote"]) for row in contradicted.itertuples())
    assert (contradicted["stated"] == read["stated"]).all()
    assert (READ["reason"] != "").all()


def test_no_fair_accusation_is_lost_and_no_disputed_one_comes_back(judged: pd.DataFrame) -> None:
    verdicts = judged["verdict"].reindex(READ.index).fillna("not made")
    assert (verdicts[READ["fair"] == "yes"] == "contradicts").all()
    assert (verdicts[READ["fair"] == "ambiguous"] == "ambiguous").all()
    assert verdicts.to_dict() == READ["verdict"].to_dict()


# --- one error, one accusation -----------------------------------------------------------------------------------------------


def test_the_size_of_the_section_11_survey_is_one_error(judged: pd.DataFrame) -> None:
    survey = judged[(judged["verdict"] == "contradicts") & judged.index.isin(["c063", "c075", "c315", "c327", "c347", "c348"])]
    [error] = survey["error"].unique()
    assert (judged["error"] == error).sum() == 14


@pytest.mark.parametrize(
    ("ids", "size"),
    [
        (["c009", "c011", "c139", "c141", "c276", "c415"], 6),  # the shares of two years changed places
        (["c043", "c044", "c045", "c299"], 4),  # Rutland's lone parents are called Leicestershire's
        (["c050", "c051", "c303"], 3),  # who did, and who did not
        (["c118", "c119"], 2),  # 16% rests on the 61
        (["c151", "c152", "c423", "official/c151"], 4),  # 31% rests on the 86
        (["c449", "c452", "shares_to_100/claims/175,7"], 3),  # 3% for 23%
        (
            ["c572", "c576", "c586", "c597", "c599", "label/figure-5/1,1", "label/figure-6/1,1"],
            7,
        ),  # numbers that are called rates
    ],
)
def test_what_follows_from_one_error_is_one_accusation(judged: pd.DataFrame, ids: list[str], size: int) -> None:
    [error] = judged.loc[ids, "error"].unique()
    assert (judged["error"] == error).sum() == size


def test_two_errors_of_one_sentence_are_two(judged: pd.DataFrame) -> None:
    assert judged.at["c464", "error"] != judged.at["c187", "error"]
    assert judged.at["c451", "error"] != judged.at["c449", "error"]
    assert judged.at["c255", "error"] != judged.at["c542", "error"]


def test_the_year_of_a_table_that_was_restated_is_one_error(judged: pd.DataFrame) -> None:
    rows = judged[judged.index.str.startswith("quarters_to_year/figure-3/") & (judged["verdict"] == "contradicts")]
    assert rows["error"].nunique() == 1 and len(rows) > 25


@pytest.mark.parametrize("module", [accusations, readings])
def test_the_examples_run(module: ModuleType) -> None:
    done = doctest.testmod(module, extraglobs={"pd": pd})
    assert done.attempted and not done.failed


# --- how bad it is, by what a reader would decide otherwise ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "severity"),
    [
        ("quarters_to_year/figure-3/30,6", "minor"),  # 6 against 5
        ("quarters_to_year/figure-4/60,6", "minor"),  # 27 against 28
        ("c276", "material"),  # a share is printed as risen that fell
        ("c158", "material"),  # all, and it was 17 of 20
        ("official/c154", "material"),  # 23 plans, and 35
        ("c143", "moderate"),  # 71% against 69%, of a national indicator
        ("c152", "moderate"),  # it fell by 39%, and not by 31%
        ("c043", "moderate"),  # another area's name
        ("c044", "moderate"),
        ("c327", "minor"),  # one person in a hundred
        ("c508", "moderate"),  # the fourth, called the third
        ("c500", "wording"),
    ],
)
def test_severity_is_what_a_reader_would_decide_otherwise(judged: pd.DataFrame, statement: str, severity: str) -> None:
    assert judged.at[statement, "severity"] == severity


# --- two readings ------------------------------------------------------------------------------------------------------------


def test_a_statement_that_can_be_read_in_two_ways_has_both_readings(judged: pd.DataFrame) -> None:
    rows = judged[judged["verdict"] == "ambiguous"]
    assert "539 / 1,341 = 40.2%" in rows.at["c235", "note"] and "539 / 1,426" in rows.at["c235", "note"]
    assert "Read one way, 321, 532, 559, 604, and it is so." in rows.at["c584", "note"]
    assert "132, 154, 151, 167, and it is not so" in rows.at["c584", "note"]
    assert (rows[["severity", "cause", "error", "right"]] == "").all(axis=None)


def test_a_base_that_is_named_is_held_to(judged: pd.DataFrame) -> None:
    """Of the 1,341 referrals received 38% is wrong, and of referrals as such it may be right."""
    assert judged.at["c229", "verdict"] == "contradicts" and judged.at["c235", "verdict"] == "ambiguous"


def test_both_of_a_pair_are_accused_where_arithmetic_proves_neither_or_both(judged: pd.DataFrame) -> None:
    assert (judged.loc[["c315", "c347", "c299"], "verdict"] == "contradicts").all()
