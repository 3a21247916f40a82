"""A review of an analyst's own statements: the rows that somebody has confirmed, judged; those that can't be read, all named."""

from __future__ import annotations

import re

import pandas as pd

from analysis import catalogue
from analysis.claims.accusations import grouped
from analysis.claims.ledger import CONFIRMED, YES
from analysis.claims.lookup import Figures
from analysis.claims.statement_verdicts import judge_statements
from analysis.errors import DataError, SafeguardingError
from analysis.store import Store

_MOST_ERRORS = 50  # of a draft that are listed at once


def review_draft(store: Store, draft: pd.DataFrame) -> pd.DataFrame:
    """Return the verdicts on an analyst's own statements, by all figures; a row that nobody has confirmed is not judged.

    Raises DataError for the row that can't be read, or StatementsError with a line for each where there are several.
    """
    confirmed = draft[CONFIRMED].str.strip().str.casefold().isin(YES)
    judged = _judged_or_all_errors(draft[confirmed].reset_index(drop=True), Figures(store, official=None))
    waiting = draft[~confirmed].reindex(columns=judged.columns, fill_value="")
    waiting = waiting.assign(verdict="not_checkable", reason="unconfirmed", note="Nobody has confirmed this row.", kind="draft")
    return grouped(pd.concat([part for part in (judged, waiting) if not part.empty] or [judged], ignore_index=True))


class StatementsError(SafeguardingError):
    """Several rows of a draft can't be read; each line is the sentence of one."""


def _judged_or_all_errors(statements: pd.DataFrame, figures: Figures) -> pd.DataFrame:
    errors = _unit_errors(statements)
    left = statements.drop(index=list(errors))
    while len(errors) < _MOST_ERRORS:
        try:
            judged = judge_statements(left, figures, "draft")
        except DataError as error:
            row = re.match(r".*?, row (\d+),", str(error))
            at = left.index[left["source"].str.contains(f"#cell={row[1]},", regex=False)] if row else []
            if not len(at):
                raise
            errors[int(at[0])] = error
            left = left.drop(index=at)
        else:
            break
    if not errors:
        return judged
    listed = [errors[at] for at in sorted(errors)]
    raise listed[0] if len(listed) == 1 else StatementsError("\n".join(map(str, listed)))


def _unit_errors(statements: pd.DataFrame) -> dict[int, DataError]:
    """Return the errors of rows whose unit is not that of their series: a percentage is no level of a series of counts."""
    known = statements["series"].map(catalogue.series()["unit"])
    wrong = known.notna() & (known != statements["unit"])
    errors = {}
    for at, row in statements[wrong].iterrows():
        file, _, cell = row["source"].partition("#cell=")
        expected = f"{known[at]!r}, as {row['series']} has it, or no series where the row asserts a formula"
        errors[int(at)] = DataError(
            file, row=int(cell.partition(",")[0]), column="unit", found=repr(row["unit"]), expected=expected
        )
    return errors
