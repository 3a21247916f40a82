"""The review as readers get it: one error once, with the sentence that would be right where there is one; the result in words."""

from __future__ import annotations

import pandas as pd

from analysis.claims.accusations import grouped
from analysis.claims.implied import implied
from analysis.claims.ledger import printed_statements
from analysis.claims.lookup import Figures
from analysis.claims.right_sentences import right_sentences
from analysis.claims.statement_verdicts import AMBIGUOUS, VERDICTS, judge_statements
from analysis.claims.triangulation import triangulated
from analysis.store import Store

_WORDS = ("agree", "agree once rounded", "are contradicted", "can't be checked", "can be read in two ways, one of them right")


def review(store: Store) -> pd.DataFrame:
    """Return the verdicts on all statements of a report, on the claims that its figures imply, and on official returns.

    The columns are those of `judge_statements`, with the number of the error in `error`, and `right`, the whole sentence that
    would be right in place of a contradicted one, or empty (`right_sentences`). `kind` is printed, implied or official.
    """
    figures = Figures(store)
    official = Figures(store, official=True, areas={each.area for each in figures.all})
    statements = printed_statements(store)
    parts = [
        triangulated(statements, figures, official),
        judge_statements(statements, figures, official=official),
        judge_statements(implied(store, figures), figures, "implied", beside=statements),
    ]
    judged = grouped(pd.concat([part for part in parts if not part.empty], ignore_index=True))
    proposals = right_sentences(judged, statements, figures, official)
    return judged.assign(right=[proposals[each].sentence if each in proposals else "" for each in judged["id"]])


def summary_sentence(judged: pd.DataFrame) -> str:
    """Return the result in one sentence: how many statements there are, how many of each verdict, and how many errors."""
    counts = judged["verdict"].value_counts()
    words = dict(zip(VERDICTS, _WORDS, strict=True))
    named = [
        f"{counts.get(verdict, 0):,} {words[verdict]}" for verdict in VERDICTS if verdict != AMBIGUOUS or counts.get(verdict, 0)
    ]
    contradicted = judged[judged["verdict"] == "contradicts"].drop_duplicates("error")
    material = int((contradicted["severity"] == "material").sum())
    errors = f"{len(contradicted)} error{'s' if len(contradicted) != 1 else ''}"
    return f"{len(judged):,} statements: {', '.join(named)}. The contradictions are {errors}, {material} of them material."
