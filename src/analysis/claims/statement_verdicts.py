"""The verdict on each statement: it agrees, agrees once rounded, contradicts the figures, or can't be checked.

A row that states a figure is compared with the numerator and base behind the figure, and with every other place where the figure
is printed. What a row `asserts` is evaluated as a formula. The first contradiction decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods, tables
from analysis.claims.causes.contradiction import Contradiction
from analysis.claims.causes.likely_cause import likely_cause
from analysis.claims.language.evaluate import Context, Truth, UnfitError, Unknown, Value, evaluate, value_of
from analysis.claims.language.grammar import Call, Figure, FormulaError, Node, StatementReference, parse
from analysis.claims.language.vocabulary import reasons
from analysis.claims.lookup import Figures, Place, Printed
from analysis.claims.printed_value import Stated, as_printed, read_stated
from analysis.claims.severity import severity_of
from analysis.clean.printed.statements import FILE
from analysis.errors import DataError, UnknownNameError

COLUMNS = (
    "id", "section", "domain", "area", "period", "quote", "stated", "recomputed", "verdict", "severity", "cause", "note",
)  # fmt: skip
VERDICTS = ("agrees", "agrees_at_rounding", "contradicts", "not_checkable")
# Further columns, for code that works on the result: why it can't be checked, the words that would be right, the arithmetic.
DETAIL_COLUMNS = ("reason", "instead", "arithmetic", "series", "category", "source", "kind")


# The one rule that compares a figure with its other prints; all others assert arithmetic only.
_TWICE = "printed_twice"


_LABELS: dict[str, Callable[[str], str]] = {
    "area": str,
    "period": periods.label,
    "category": catalogue.category_label,
}


@dataclass(frozen=True)
class _Outcome:
    verdict: str
    recomputed: str = ""
    arithmetic: str = ""
    reason: str = ""
    instead: str = ""
    value: Value | None = None
    node: Node | None = None
    what: str = ""


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
    stated_figures = _said(_rows(beside), None) if beside is not None else {}
    stated_figures |= _said(rows, stated)
    corrections = _corrections()
    judged = [
        _judged(number, rows, stated[number], Context(figures, _place(row), stated_figures, official), corrections, kind)
        for number, row in enumerate(rows)
    ]
    return pd.DataFrame(judged, columns=[*COLUMNS, *DETAIL_COLUMNS])


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
    corrections: dict[str, tuple[str, str]],
    kind: str,
) -> dict[str, str]:
    row = rows[number]
    outcomes = list(_outcomes(row, stated, context)) or [_Outcome("not_checkable", reason=_unchecked(row))]
    rank = {"contradicts": 0, "agrees": 1, "agrees_at_rounding": 1, "not_checkable": 2}
    outcome = min(outcomes, key=lambda each: rank[each.verdict])
    correction, right = corrections.get(f"{row['source'].partition('#')[0]} {row['id']}", ("", ""))
    if correction and outcome.verdict != "contradicts":
        outcome = _Outcome("contradicts", outcome.recomputed, outcome.arithmetic, value=outcome.value, node=outcome.node)
    cause = severity = ""
    if outcome.verdict == "contradicts":
        case = Contradiction(row, stated, outcome.value, outcome.node, context, neighbours(number, rows))
        severity = severity_of(case, isinstance(outcome.node, Figure))
        cause = correction or likely_cause(case)
    what = f" ({outcome.what})" if outcome.what else ""
    note = f"{reasons()[outcome.reason]}{what}" if outcome.reason else outcome.arithmetic
    return {name: row[name] for name in COLUMNS if name in row} | {
        "recomputed": outcome.recomputed,
        "verdict": outcome.verdict,
        "severity": severity,
        "cause": cause,
        "note": note,
        "reason": outcome.reason,
        "instead": right or outcome.instead,
        "arithmetic": outcome.arithmetic,
        "series": row["series"],
        "category": row["category"],
        "source": row["source"],
        "kind": kind,
    }


def _outcomes(row: dict[str, str], stated: Stated | None, context: Context) -> Iterator[_Outcome]:
    if row["asserts"]:
        yield _asserted(row, stated, context)
    if not row["series"] or stated is None or row.get("rule", _TWICE) != _TWICE:
        return
    entry = catalogue.series().loc[row["series"]]
    by_category = f":{catalogue.SAME_CATEGORY}" in entry["numerator"]
    could_be_computed = False
    if entry["numerator"] and (row["category"] == catalogue.TOTAL or by_category):
        node = parse(share_formula(row["series"], row["category"]))
        outcome = _numeric(node, row, stated, context)
        if outcome.verdict != "not_checkable":
            could_be_computed = True
            yield outcome
    prints = context.figures.best_prints(row["series"], row["category"], context.at, computed=could_be_computed)
    yield from (_print(each, stated, context.figures) for each in prints)
    if context.official is not None and not could_be_computed and not prints:
        official = replace(context, figures=context.official, official=None)
        yield from (each for each in _outcomes(row | {"asserts": ""}, stated, official) if each.verdict != "not_checkable")


def _print(figure: Printed, stated: Stated, figures: Figures) -> _Outcome:
    value = value_of(figure)
    verdict = stated.agrees_with_print(figure.value, figure.decimals)
    words = f"{figures.where(figure.source)} has {value.words}"
    return _Outcome(verdict, value.words, words, instead=value.words, value=value, node=Figure(figure.series, figure.category))


def share_formula(series: str, category: str) -> str:
    """Return the formula of a printed percentage by `series.csv`: its numerator over its base, of this category."""
    entry = catalogue.series().loc[series]
    top, base = (entry[side].replace(f":{catalogue.SAME_CATEGORY}", f":{category}") for side in ("numerator", "denominator"))
    return f"share({top}, {base})"


def _asserted(row: dict[str, str], stated: Stated | None, context: Context) -> _Outcome:
    try:
        return _numeric(parse(row["asserts"]), row, stated, context)
    except FormulaError as error:
        raise _unfit(row, "asserts", error.found, error.expected) from None


def _numeric(node: Node, row: dict[str, str], stated: Stated | None, context: Context) -> _Outcome:
    try:
        result = evaluate(node, context)
    except Unknown as unknown:
        return _Outcome("not_checkable", reason=unknown.reason, what=unknown.what)
    except (UnfitError, UnknownNameError) as error:
        raise _unfit(row, "asserts", repr(row["asserts"]), str(error).rstrip(".?")) from None
    if isinstance(result, Truth):
        verdict = "agrees" if result.holds else "contradicts"
        return _Outcome(verdict, result.instead if not result.holds else "", result.words, instead=result.instead, node=node)
    if not isinstance(result, Value) or stated is None:
        raise _unfit(row, "asserts", repr(row["asserts"]), f"a comparison, or a number beside a figure in {row['stated']!r}")
    if _above_base(node, result, stated):
        return _Outcome("not_checkable", reason="base_not_printed", what=f"{result.words} is more than all of it")
    if isinstance(node, StatementReference):
        verdict = stated.agrees_with_print(result.number, result.decimals)
    else:
        verdict = stated.agrees(result.number, result.low, result.high)
    shown = as_printed(result.number, max(stated.decimals, int(stated.unit == "percent")), stated.unit)
    words = result.words if result.atomic and result.figure else f"{result.words} = {shown}"
    return _Outcome(
        verdict, shown, words, instead=as_printed(result.number, stated.decimals, stated.unit), value=result, node=node
    )


def _stated(row: dict[str, str]) -> Stated | None:
    if row["stated"].casefold() not in row["quote"].casefold():
        raise _unfit(row, "stated", repr(row["stated"]), "words that stand in the quote")
    return read_stated(row["stated"], row["unit"], row["quote"])


def _place(row: dict[str, str]) -> Place:
    try:
        area = areas.resolve(row["area"])
    except UnknownNameError as error:
        raise _unfit(row, "area", str(error).rstrip(".?"), "a known area") from None
    try:
        period = periods.parse(row["period"])
    except UnknownNameError as error:
        raise _unfit(row, "period", str(error).rstrip("."), "a known period") from None
    series_table = catalogue.series()
    if row["series"] and row["series"] not in series_table.index:
        raise _unfit(row, "series", repr(row["series"]), "a catalogued series")
    return Place(area, period, row["source"])


def _unfit(row: dict[str, str], column: str, found: str, expected: str) -> DataError:
    file, _, cell = row["source"].partition("#cell=")
    number = int(cell.partition(",")[0]) if cell else None
    return DataError(file, row=number, column=column, found=found, expected=expected)


def _unchecked(row: dict[str, str]) -> str:
    return "base_not_printed" if row["unit"] == "percent" else "said_once" if row["series"] else "qualitative"


def neighbours(number: int, rows: list[dict[str, str]]) -> tuple[dict[str, str], ...]:
    """Return the statements around one, the nearest before it first, that stand in the same section."""
    near = [*rows[max(number - 6, 0) : number][::-1], *rows[number + 1 : number + 6]]
    return tuple(row for row in near if row["section"] == rows[number]["section"])


def _corrections() -> dict[str, tuple[str, str]]:
    """Return {file and id: what is wrong, what is right for it} of the statements whose place or category is a known error."""
    table = tables.read("corrections")
    of_statements = table[table["file"] == FILE]
    return {
        f"{row.source}/{row.release}/{row.file} {row.row}": (
            f"The wrong {row.column} is named: {row.reason}",
            f"{_LABELS[row.column](row.corrected)} in place of {_LABELS[row.column](row.printed)}",
        )
        for row in of_statements.itertuples(index=False)
    }


def _above_base(node: Node, result: Value, stated: Stated) -> bool:
    """Whether a share comes out above 100 where one of at most 100 is stated: the base that is printed is not its base."""
    return isinstance(node, Call) and node.name == "share" and result.number > 100 >= stated.value
