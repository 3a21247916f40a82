"""The verdict on each statement: it agrees, agrees once rounded, contradicts the figures, or can't be checked.

A row that states a figure is compared with the numerator and base behind the figure, and with every other place where the figure
is printed. What a row `asserts` is evaluated as a formula. The first contradiction decides.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods
from analysis.claims.causes.contradiction import Contradiction
from analysis.claims.causes.likely_cause import likely_cause
from analysis.claims.error_keys import error_keys
from analysis.claims.known_errors import known_error
from analysis.claims.language.evaluate import Context, Value
from analysis.claims.language.vocabulary import reasons
from analysis.claims.lookup import Figures, Place
from analysis.claims.outcomes import AMBIGUOUS, Outcome, is_proven, outcomes, share_formula, unfit
from analysis.claims.printed_value import Stated, read_stated
from analysis.claims.readings import fair_reading, of_the_whole, same_sentence
from analysis.claims.severity import severity_of
from analysis.errors import UnknownNameError

__all__ = ["AMBIGUOUS", "COLUMNS", "DETAIL_COLUMNS", "VERDICTS", "judge_statements", "neighbours", "place_of", "share_formula"]

COLUMNS = (
    "id", "section", "domain", "area", "period", "quote", "stated", "recomputed", "verdict", "severity", "cause", "note", "error",
)  # fmt: skip
VERDICTS = ("agrees", "agrees_at_rounding", "contradicts", "not_checkable", AMBIGUOUS)
# Further columns, for code that works on the result: why it can't be checked, the figure or words that the arithmetic gives, the
# arithmetic, the id of the likely cause, and what ties a contradiction to others that are the same error.
DETAIL_COLUMNS = ("reason", "instead", "arithmetic", "series", "category", "source", "kind", "asserts", "cause_id", "keys")


def judge_statements(
    statements: pd.DataFrame,
    figures: Figures,
    kind: str = "printed",
    beside: pd.DataFrame | None = None,
    official: Figures | None = None,
) -> pd.DataFrame:
    """Return the statements with their verdicts, in COLUMNS and DETAIL_COLUMNS, in the order given.

    A formula may refer to another statement of the same frame or of `beside`. A figure that the report prints in one place only
    is compared with the `official` figure, where there is one.

    Raises DataError naming file, row and column for an area, a period, a series or a formula that can't be read, and for a
    statement whose figure or words do not stand in its quote.
    """
    rows = _rows(statements)
    stated = [_stated(row) for row in rows]
    rows_beside = _rows(beside) if beside is not None else []
    stated_figures = _said(rows_beside, None) | _said(rows, stated)
    contexts = [Context(figures, place_of(row), stated_figures, official) for row in rows]
    every_row = [*rows_beside, *rows]
    proven = _proof(every_row, figures, stated_figures)
    judged = [_judged(number, rows, stated[number], contexts[number], every_row, proven, kind) for number in range(len(rows))]
    for row in judged:
        whole = of_the_whole(row, judged) if row["verdict"] == "contradicts" and kind != "implied" else None
        if whole is not None:
            note = f"Of all together: {whole['note']}"
            row |= {"verdict": whole["verdict"], "note": note, "severity": "", "cause": "", "cause_id": "", "keys": ""}
    return pd.DataFrame(judged, columns=[*COLUMNS, *DETAIL_COLUMNS])


def _proof(rows: list[dict[str, str]], figures: Figures, stated_figures: dict[str, Value]) -> Callable[[str], bool]:
    """Return what tells of a statement's id whether arithmetic gives its figure: its own, or that of its sentence's rows."""
    by_id = {row["id"]: row for row in rows}

    @cache
    def proven(statement: str) -> bool:
        row = by_id[statement]
        same = [each for each in rows if each["stated"] == row["stated"] or each["stated"].startswith(f"{row['stated']} ")]
        of_sentence = [each for each in same if same_sentence(each["quote"], row["quote"])]
        return any(is_proven(each, _stated(each), Context(figures, place_of(each), stated_figures)) for each in of_sentence)

    return proven


def _rows(statements: pd.DataFrame) -> list[dict[str, str]]:
    return [dict(zip(statements.columns, row, strict=True)) for row in statements.itertuples(index=False, name=None)]


def _said(rows: list[dict[str, str]], stated: list[Stated | None] | None) -> dict[str, Value]:
    """Return what each statement states, by id: a percentage within its rounding, anything else exactly."""
    figures = {}
    for row, figure in zip(rows, stated or [_stated(row) for row in rows], strict=True):
        if figure is not None:
            low, high = (figure.low, figure.high) if figure.unit == "percent" else (figure.value, figure.value)
            figures[row["id"]] = Value(figure.value, low, high, row["stated"], figure.decimals)
    return figures


def _judged(
    number: int,
    rows: list[dict[str, str]],
    stated: Stated | None,
    context: Context,
    every_row: list[dict[str, str]],
    proven: Callable[[str], bool],
    kind: str,
) -> dict[str, str]:
    row = rows[number]
    every = list(outcomes(row, stated, context)) or [Outcome("not_checkable", reason=_unchecked(row))]
    rank = {"contradicts": 0, AMBIGUOUS: 1, "agrees": 2, "agrees_at_rounding": 2, "not_checkable": 3}
    outcome = min(every, key=lambda each: rank[each.verdict])
    known = known_error(row)
    if known and outcome.verdict != "contradicts":
        outcome = Outcome("contradicts", outcome.recomputed, outcome.arithmetic, value=outcome.value, node=outcome.node)
    verdict, words = outcome.verdict, outcome.arithmetic
    cause, keys, severity = ("", ""), "", ""
    if verdict == "contradicts":
        sentence = tuple(each for each in every_row if _is_own(each, row))
        case = Contradiction(row, stated, outcome.value, outcome.node, context, neighbours(number, rows), sentence)
        cause = ("", known.cause) if known else likely_cause(case)
        reading = fair_reading(case, cause, proven)
        if reading is not None:
            (verdict, words), cause = reading, ("", "")
        else:
            severity, keys = severity_of(case, cause), error_keys(case, cause, outcome.arithmetic)
    what = f" ({outcome.what})" if outcome.what else ""
    contradicted = verdict == "contradicts"
    return {name: row[name] for name in COLUMNS if name in row} | {
        "recomputed": outcome.recomputed,
        "verdict": verdict,
        "severity": severity,
        "cause": cause[1],
        "note": f"{reasons()[outcome.reason]}{what}" if outcome.reason else words,
        "error": "",
        "reason": outcome.reason,
        "instead": known.right if known else outcome.instead if contradicted else "",
        "arithmetic": outcome.arithmetic,
        "series": row["series"],
        "category": row["category"],
        "source": row["source"],
        "kind": kind,
        "asserts": row["asserts"],
        "cause_id": cause[0],
        "keys": keys,
    }


def _is_own(each: dict[str, str], row: dict[str, str]) -> bool:
    return each["source"] == row["source"] or same_sentence(each["quote"], row["quote"])


def _stated(row: dict[str, str]) -> Stated | None:
    if row["stated"].casefold() not in row["quote"].casefold():
        raise unfit(row, "stated", repr(row["stated"]), "words that stand in the quote")
    return read_stated(row["stated"], row["unit"], row["quote"])


def place_of(row: dict[str, str]) -> Place:
    """Return where a statement stands; raises DataError naming file, row and column for what can't be read."""
    try:
        area = areas.resolve(row["area"])
    except UnknownNameError as error:
        raise unfit(row, "area", str(error).rstrip(".?"), "a known area") from None
    try:
        period = periods.parse(row["period"])
    except UnknownNameError as error:
        raise unfit(row, "period", str(error).rstrip("."), "a known period") from None
    series_table = catalogue.series()
    if row["series"] and row["series"] not in series_table.index:
        raise unfit(row, "series", repr(row["series"]), "a catalogued series")
    return Place(area, period, row["source"])


def _unchecked(row: dict[str, str]) -> str:
    return "base_not_printed" if row["unit"] == "percent" else "said_once" if row["series"] else "qualitative"


def neighbours(number: int, rows: list[dict[str, str]]) -> tuple[dict[str, str], ...]:
    """Return the statements around one, the nearest before it first, that stand in the same section."""
    near = [*rows[max(number - 6, 0) : number][::-1], *rows[number + 1 : number + 6]]
    return tuple(row for row in near if row["section"] == rows[number]["section"])
