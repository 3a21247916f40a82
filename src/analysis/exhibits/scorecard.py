"""Exhibits of the score card: the exceptions, the seven categories, and what the judgements mean."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.analyses.findings import phrases, title
from analysis.analyses.scorecard import RESULTS, absent, comments, judged_words, question, side_of_change, without_comment
from analysis.catalogue import areas, periods, wording
from analysis.disclosure import policy
from analysis.exhibits.parts import context
from analysis.exhibits.parts.exhibit import Exhibit, Point, Points, Sentences, Table
from analysis.exhibits.parts.nothing import otherwise
from analysis.exhibits.score_table import finding_by_key, sums_fail
from analysis.scope import Scope

_ONE = {" figures,": " figure,", " have ": " has ", " are ": " is ", " miss their ": " misses its "}
_KEY = ["indicator", "category", "area"]


@otherwise("No indicator of the framework has a figure in this period.")
def card_summary(card: pd.DataFrame) -> list[Sentences]:
    """Return a sentence with the counts of the whole card, by what is to be done about its rows."""
    if card.empty:
        return []
    counts = {name: int(card["result"].isin(results).sum()) for name, results in RESULTS.items()}
    parts = [_counted(phrases()[f"card_{name}"], count) for name, count in counts.items() if count]
    return [Sentences((_counted(phrases()["card_summary"].replace("{parts}", "; ".join(parts)), len(card)),))]


@otherwise("No indicator has to be passed on this time.")
def passed_on(exceptions: pd.DataFrame, scope: Scope) -> list[Points]:
    """Return the exceptions (`scorecard.exceptions`) by recipient, each with what to ask and the agencies' commentary."""
    found = finding_by_key(exceptions)
    shows_commentary = policy.shows_commentary(scope.audience)
    comments_by_indicator = comments(exceptions, scope.store.commentary, scope.period) if shows_commentary else {}
    return [
        Points(
            str(recipient),
            tuple(_point(row, found, comments_by_indicator) for row in rows.itertuples(index=False)),
        )
        for recipient, rows in exceptions.groupby("goes_to", sort=False)
    ]


@otherwise("Every indicator of the framework has a figure.")
def not_held(card: pd.DataFrame) -> list[Sentences]:
    """Return a sentence on the indicators of the card's categories of which no figure is held."""
    lacking = absent(card)
    lacking = lacking[lacking["framework"].isin(card["framework"])]
    missing = [wording.lower_first(title(row.indicator, row.category)) for row in lacking.itertuples(index=False)]
    return [Sentences((f"Not held: {wording.listing(missing)}.",), statement=True)] if missing else []


@otherwise("Every exception has a commentary, or there are none.")
def no_commentary(exceptions: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of the exceptions without commentary from an agency; empty if there are none."""
    uncommented = without_comment(exceptions, scope.store.commentary, scope.period)
    if uncommented.empty:
        return []
    rows = tuple((title(row.indicator), row.agency) for row in uncommented.itertuples(index=False))
    when = periods.label(scope.period)
    number = f"{len(rows)} exception{'s have' if len(rows) > 1 else ' has'}"
    return [
        Exhibit(
            identity="no-commentary",
            headline=f"{number} no commentary from the agency for {when}",
            subtitle="",
            table=Table(f"Exceptions without commentary, {when}", ("Indicator", "Agency asked"), rows),
            source="Commentary received for the period.",
            open_table=True,
        )
    ]


@otherwise("There are no judgements.")
def judgements() -> list[Exhibit]:
    """Return the exhibit of the judgements and their meanings."""
    rows = tuple((words, meaning) for words, _, meaning in judged_words())
    return [
        Exhibit(
            identity="judgements",
            headline="What is to be done about a figure: resolve, explain, watch, or nothing",
            subtitle="",
            table=Table("What each judgement means", ("Judgement", "Meaning"), rows),
            source="The rules of this project.",
            open_table=True,
        )
    ]


def _counted(phrase: str, count: int) -> str:
    """Return a phrase that is written for several with a count in it, in the singular where it is one.

    >>> _counted("{number} are not judged", 1)
    '1 is not judged'
    """
    for several, one in _ONE.items() if count == 1 else ():
        phrase = phrase.replace(several, one)
    return phrase.format(number=wording.number(count))


def _point(row: Any, found: dict, comments_by_indicator: dict) -> Point:
    key = tuple(getattr(row, column) for column in _KEY)
    finding = found.get(key)
    # Of two returns that disagree nothing is said to have changed until it is known which stands.
    headline = finding.headline if finding and row.result != "resolve" else _latest_only(row)
    remarks = [f"{role}: {text}" for role, text in comments_by_indicator.get(key[0], [])]
    if row.doubt:
        remarks.insert(0, f"{sums_fail(row.checked, row.differing)}.")
    values = row._asdict()
    asked = question(values, side_of_change(values))
    return Point(headline, row.words, row.rag, (f"{asked[0]} {asked[1]}" if asked else row.why, *remarks))


def _latest_only(row: Any) -> str:
    sentence = phrases()["latest_only"].format(
        title=title(row.indicator, row.category),
        area=areas.label(row.area),
        value=context.value(row.indicator, row.latest, row.latest_status),
        when=periods.phrase(row.latest_period),
    )
    others = [context.value(row.indicator, float(each)) for each in row.other_latest.split()]
    more = phrases()["latest_other" if len(others) == 1 else "latest_others"] if others else ""
    return sentence + more.format(others=wording.listing(others))
