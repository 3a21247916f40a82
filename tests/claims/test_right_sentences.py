"""What is proposed in place of a wrong sentence is right: the judge agrees, and nothing else in the report speaks against it."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from analysis import claims, store
from analysis.claims.lookup import Figures
from analysis.claims.right_sentences import Proposal, right_sentences
from analysis.claims.statement_verdicts import judge_statements


@pytest.fixture(scope="module")
def judged(held: store.Store) -> pd.DataFrame:
    return claims.review(held)


@pytest.fixture(scope="module")
def figures(held: store.Store) -> tuple[Figures, Figures]:
    every = Figures(held)
    return every, Figures(held, official=True, areas={each.area for each in every.all})


@pytest.fixture(scope="module")
def proposals(held: store.Store, judged: pd.DataFrame, figures: tuple[Figures, Figures]) -> dict[str, Proposal]:
    return right_sentences(judged, claims.printed_statements(held), *figures)


def test_each_proposed_sentence_agrees_and_contradicts_no_other_statement(
    held: store.Store, judged: pd.DataFrame, figures: tuple[Figures, Figures], proposals: dict[str, Proposal]
) -> None:
    """Every statement of the report is judged anew with one sentence replaced."""
    every, official = figures
    statements = claims.printed_statements(held)
    contradicted = set(judged.loc[judged["verdict"] == "contradicts", "id"])
    by_sentence = {proposal.sentence: proposal for proposal in proposals.values()}
    assert len(by_sentence) >= 12
    for sentence, proposal in by_sentence.items():
        new = pd.DataFrame(proposal.rows)
        others = statements[~statements["id"].isin(new["id"])]
        # What the old words said of its figures is in the new figures: these statements are gone with it.
        gone = set(statements.loc[[row.rstrip(".,; ") in {each.rstrip(".,; ") for each in statements.loc[
            statements["id"].isin(new["id"]), "quote"]} for row in statements["quote"]], "id"]) - set(new["id"])  # fmt: skip
        whole = pd.concat([others[~others["id"].isin(gone)], new], ignore_index=True)
        verdicts = judge_statements(whole, every, beside=statements, official=official).set_index("id")["verdict"]
        assert verdicts.loc[new["id"]].isin(["agrees", "agrees_at_rounding", "not_checkable"]).all(), sentence
        assert verdicts.loc[new["id"]].str.startswith("agrees").any(), sentence
        assert set(verdicts.index[verdicts == "contradicts"]) <= contradicted, sentence


def test_a_proposal_is_a_whole_sentence_and_other_than_the_printed_one(
    judged: pd.DataFrame, proposals: dict[str, Proposal]
) -> None:
    quotes = dict(zip(judged["id"], judged["quote"], strict=True))
    for statement, proposal in proposals.items():
        assert re.fullmatch(r"[A-Z0-9].*[^.,;]\.", proposal.sentence)
        assert "against" not in proposal.sentence
        assert proposal.sentence.rstrip(".") not in quotes[statement]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("c009", "60% (378) went onto referral, compared to 63% (327) last year."),
        ("c019", "64% were substantiated or partially substantiated."),
        ("c043", "713 households in Rutland described themselves"),
        ("c118", "which is an increase of 62 (17%) compared to 373"),
        ("c168", "There were 31 children in care on 31st Mar 2013. This was a similar trend to that of 2011/12 with 29."),
        ("c542", "the largest group, 42%, related to neglect, followed by 26%"),
    ],
)
def test_what_is_right_is_proposed(proposals: dict[str, Proposal], statement: str, words: str) -> None:
    assert words in proposals[statement].sentence


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("c056", "3.0% is of a number of households that is itself in doubt"),
        ("c035", "36.7% is of a number of households that is itself in doubt"),
        ("c149", "97.3% is a mean of quarters"),
        ("c151", "76 by the table, 71 by the official return"),
        ("c229", "40% of the referrals beside 38% of the types recorded: two bases in one section"),
        ("c238", "98 were completed, or 59 received"),
        ("c257", "75% of those recorded, or 52% of all"),
        ("c063", "100 or 102"),
        ("c187", "the rest of the sentence stays wrong"),
        ("c143", "the table prints 64.2%"),
    ],
)
def test_nothing_is_proposed_where_it_is_in_doubt(proposals: dict[str, Proposal], statement: str, why: str) -> None:
    assert statement not in proposals, why
