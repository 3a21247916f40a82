"""What the figures give for one statement: one outcome for each way in which it can be held against them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from analysis import catalogue
from analysis.claims.language.evaluate import Context, Truth, UnfitError, Unknown, Value, evaluate, value_of
from analysis.claims.language.grammar import Call, Figure, FormulaError, Node, Operation, StatementReference, parse
from analysis.claims.lookup import Figures, Printed
from analysis.claims.printed_value import Stated, as_printed
from analysis.errors import DataError, UnknownNameError

AMBIGUOUS = "ambiguous"
# The one rule that compares a figure with its other prints; all others assert arithmetic only.
_TWICE = "printed_twice"


@dataclass(frozen=True)
class Outcome:
    """A verdict with what it rests on: the right figure, the arithmetic, why there is none, and the formula (a tree)."""

    verdict: str
    recomputed: str = ""
    arithmetic: str = ""
    reason: str = ""
    instead: str = ""
    value: Value | None = None
    node: Node | None = None
    what: str = ""


def outcomes(row: dict[str, str], stated: Stated | None, context: Context) -> Iterator[Outcome]:
    """Yield what a row's formula gives, what the catalogue's arithmetic gives, and what other prints of the figure say.

    Raises DataError naming file, row and column for a formula that can't be read or evaluated.
    """
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
        yield from (each for each in outcomes(row | {"asserts": ""}, stated, official) if each.verdict != "not_checkable")


def _print(figure: Printed, stated: Stated, figures: Figures) -> Outcome:
    value = value_of(figure)
    verdict = stated.agrees_with_print(figure.value, figure.decimals)
    words = f"{figures.where(figure.source)} has {value.words}"
    return Outcome(verdict, value.words, words, instead=value.words, value=value, node=Figure(figure.series, figure.category))


def share_formula(series: str, category: str) -> str:
    """Return the formula of a printed percentage by `series.csv`: its numerator over its base, of this category."""
    entry = catalogue.series().loc[series]
    top, base = (entry[side].replace(f":{catalogue.SAME_CATEGORY}", f":{category}") for side in ("numerator", "denominator"))
    return f"share({top}, {base})"


def _asserted(row: dict[str, str], stated: Stated | None, context: Context) -> Outcome:
    try:
        return _numeric(parse(row["asserts"]), row, stated, context)
    except FormulaError as error:
        raise unfit(row, "asserts", error.found, error.expected) from None


def _numeric(node: Node, row: dict[str, str], stated: Stated | None, context: Context) -> Outcome:
    try:
        result = evaluate(node, context)
    except Unknown as unknown:
        return Outcome("not_checkable", reason=unknown.reason, what=unknown.what)
    except (UnfitError, UnknownNameError) as error:
        raise unfit(row, "asserts", repr(row["asserts"]), str(error).rstrip(".?")) from None
    if isinstance(result, Truth):
        verdict = "agrees" if result.holds else AMBIGUOUS if result.divided else "contradicts"
        return Outcome(verdict, result.instead if not result.holds else "", result.words, instead=result.instead, node=node)
    if not isinstance(result, Value) or stated is None:
        raise unfit(row, "asserts", repr(row["asserts"]), f"a comparison, or a number beside a figure in {row['stated']!r}")
    if _above_base(node, result, stated):
        return Outcome("not_checkable", reason="base_not_printed", what=f"{result.words} is more than all of it")
    if isinstance(node, StatementReference):
        verdict = stated.agrees_with_print(result.number, result.decimals)
    else:
        verdict = stated.agrees(result.number, result.low, result.high)
    shown = as_printed(result.number, max(stated.decimals, int(stated.unit == "percent")), stated.unit)
    words = result.words if result.atomic and result.figure else f"{result.words} = {shown}"
    return Outcome(
        verdict, shown, words, instead=as_printed(result.number, stated.decimals, stated.unit), value=result, node=node
    )


def is_proven(row: dict[str, str], stated: Stated | None, context: Context) -> bool:
    """Whether arithmetic of its own, and no mere print, shows that the figure of a statement is right."""
    computed = [each for each in outcomes(row, stated, context) if isinstance(each.node, Call | Operation) and each.value]
    return bool(computed) and all(each.verdict.startswith("agrees") for each in computed)


def _above_base(node: Node, result: Value, stated: Stated) -> bool:
    """Whether a share comes out above 100 where one of at most 100 is stated: the base that is printed is not its base."""
    return isinstance(node, Call) and node.name == "share" and result.number > 100 >= stated.value


def unfit(row: dict[str, str], column: str, found: str, expected: str) -> DataError:
    """Return the error that a column of a statement can't be read, with file and row."""
    file, _, cell = row["source"].partition("#cell=")
    number = int(cell.partition(",")[0]) if cell else None
    return DataError(file, row=number, column=column, found=found, expected=expected)
