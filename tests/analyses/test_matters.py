"""What matters: a ranking over all findings of a card and of the places among all authorities, by a table of rules."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import catalogue
from analysis.analyses import scorecard
from analysis.analyses.findings import JUDGED, STANDS_OUT, USUAL
from analysis.catalogue import tables
from analysis.pack.pages.matter_words import things_that_matter
from analysis.scope import Scope, scope

LEICESTERSHIRE, RUTLAND = "E10000018", "E06000017"


@pytest.fixture(scope="module")
def here(data: Path) -> Scope:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAFEGUARDING_DATA", str(data))
        return scope(period="2012-13-Q4", areas=["Leicestershire", "Rutland", "Leicestershire and Rutland"])


@pytest.fixture(scope="module")
def card(here: Scope) -> pd.DataFrame:
    return scorecard.card(here, "report")


@pytest.fixture(scope="module")
def ranked(card: pd.DataFrame, here: Scope) -> pd.DataFrame:
    return scorecard.matters(card, here)


def test_what_a_fair_member_of_the_board_would_pick_is_picked(ranked: pd.DataFrame) -> None:
    found = things_that_matter(ranked, {"plans_in_force": "children.html#row-plans_in_force"}, scorecard.MOST)
    assert found[0].figure == "23 or 35" and "plans reviewed on time" in found[0].line
    assert {each.figure for each in found[1:]} >= {"57% → 97%", "269 → 461", "21 → 43"}
    assert all(each.whom and each.question and each.so_what for each in found)


def test_the_kinds_come_in_the_order_of_their_scores_and_the_rarer_change_first(ranked: pd.DataFrame) -> None:
    scores = dict(zip(*tables.read("matters")[["kind", "score"]].T.to_numpy(), strict=True))
    assert (ranked["score"] == ranked["kind"].map(scores).astype(float)).all()
    assert ranked["score"].is_monotonic_decreasing
    for _, rows in ranked[~ranked["kind"].isin(("disagree", "little"))].groupby(["kind", "doubt", "spread"]):
        assert rows["rarity"].fillna(100).is_monotonic_increasing


def test_nothing_usual_stands_before_something_unusual(card: pd.DataFrame, ranked: pd.DataFrame) -> None:
    unusual = ranked["verdict"].isin(STANDS_OUT) & ranked["kind"].isin(("worse", "unusual"))
    usual = (ranked["verdict"] == USUAL) & ranked["kind"].isin(("large", "watch"))
    assert unusual.any() and ranked.index[unusual].max() < ranked.index[usual].min()
    # Every unusual change of the card is among the findings, whatever else is said of its figure.
    keys = ["indicator", "category", "area"]
    named = {tuple(row[key] for key in keys) for row in ranked.to_dict("records")}
    named |= {tuple(other[key] for key in keys) for others in ranked["others"] for other in others}
    assert {tuple(row) for row in card.loc[card["verdict"].isin(STANDS_OUT), keys].to_numpy()} <= named


def test_a_figure_is_said_once(ranked: pd.DataFrame) -> None:
    keys = ["indicator", "category", "area"]
    said = [tuple(row[key] for key in keys) for row in ranked.to_dict("records")]
    said += [tuple(other[key] for key in keys) for others in ranked["others"] for other in others]
    assert len(said) == len(set(said))


def test_two_returns_that_hardly_differ_are_no_matter_for_the_front(ranked: pd.DataFrame) -> None:
    little = ranked[ranked["kind"] == "little"]
    assert set(little["area"]) == {LEICESTERSHIRE, RUTLAND}
    assert (little["spread"] < 0.1).all() and little.index.min() >= scorecard.MOST


def one(card: pd.DataFrame, here: Scope, **changed: object) -> pd.DataFrame:
    row = card[(card["indicator"] == "plans_in_force") & (card["area"] == LEICESTERSHIRE)]
    return scorecard.matters(row.assign(**changed), here)


def test_a_change_for_the_worse_comes_before_one_for_the_better(card: pd.DataFrame, here: Scope) -> None:
    unusual = {"verdict": STANDS_OUT[0], "result": "explain"}
    worse = one(card, here, judgement="worse", **unusual).iloc[0]
    better = one(card, here, judgement="better", **unusual).iloc[0]
    assert (worse["kind"], better["kind"]) == ("worse", "unusual") and worse["score"] > better["score"]


@pytest.mark.parametrize(
    ("now", "before", "kind"),
    [
        (43.0, 21.0, "repeats"),
        (30.0, 21.0, None),
        (20.0, 13.0, "repeats"),
        (19.0, 12.0, None),
    ],  # half as many again, of twenty people or more
)
def test_a_large_change_that_repeats_leave_unjudged_is_a_finding(
    card: pd.DataFrame, here: Scope, now: float, before: float, kind: str | None
) -> None:
    row = card[(card["indicator"] == "dols_referrals") & (card["area"] == RUTLAND)]
    changed = row.assign(latest=now, reference=before, latest_numerator=np.nan, reference_numerator=np.nan)
    found = scorecard.matters(changed, here)
    assert found.loc[found["indicator"] == "dols_referrals", "kind"].tolist() == ([kind] if kind else [])


def test_an_authority_opens_with_where_it_lies_outside_all_authorities(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    barnsley = scope(period="2023-24", areas=["Barnsley"])
    first = scorecard.matters(scorecard.card(barnsley, "report"), barnsley).iloc[0]
    assert (first["kind"], first["indicator"], first["side"]) == ("outside", "conference_children_per_10k", "high")
    assert [other["indicator"] for other in first["others"]] == ["plans_started_per_10k"]


def test_a_card_without_a_judgement_has_no_finding(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    first = scope(period="2011-12", areas=["Suffolk"])
    card = scorecard.card(first, "report")
    assert not card["verdict"].isin(JUDGED).any() and scorecard.matters(card, first).empty


def test_every_question_is_short_and_of_an_indicator_that_can_be_found() -> None:
    questions = tables.read("questions")
    for column in ("so_what", "question"):
        assert (questions[column].str.split().map(len) <= 12).all()
    entry = catalogue.indicators().loc[questions["indicator"]]
    assert (entry["domain"] != "census").all()
    directions = questions.groupby(["indicator", "category"])["direction"].agg(set)
    assert all(("rose" in each) == ("fell" in each) and ("high" in each) == ("low" in each) for each in directions)
