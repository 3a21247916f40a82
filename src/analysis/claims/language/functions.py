"""The functions of the formula language. Each takes trees and a context and returns a value, a list of values or a truth."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from analysis import catalogue
from analysis.catalogue import areas
from analysis.claims.language.evaluate import (
    MEANINGS,
    ORDER,
    Context,
    Numbers,
    Truth,
    UnfitError,
    Unknown,
    Value,
    evaluate,
    figure_value,
    name_of,
    number,
    place_of,
    truth,
    value_of,
)
from analysis.claims.language.grammar import Call, Figure, Node
from analysis.claims.language.significance import clear_change
from analysis.claims.printed_value import as_printed
from analysis.statistics import round_half_up


def _share(arguments: tuple[Node, ...], context: Context) -> Value:
    part, whole = (number(evaluate(each, context)) for each in arguments)
    if whole.low <= 0 <= whole.high:
        raise Unknown("base_not_printed", "a base of 0")
    ends = [100 * a / b for a in (part.low, part.high) for b in (whole.low, whole.high)]
    return Value(100 * part.number / whole.number, min(ends), max(ends), f"{part.inner} / {whole.inner}", atomic=False, sign="%")


def _pair(arguments: tuple[Node, ...], context: Context) -> tuple[Value, Value]:
    """Return a figure and what it is held against: the second argument, or the same figure a year before."""
    node, *rest = arguments
    if rest:
        before = rest[0]
    elif isinstance(node, Figure):
        before = Figure(node.series, node.category, (*node.places, "before"))
    else:
        raise UnfitError("a figure, or two numbers")
    return number(evaluate(node, context)), number(evaluate(before, context))


def _relative(sign: int) -> Callable[[tuple[Node, ...], Context], Value]:
    def change(arguments: tuple[Node, ...], context: Context) -> Value:
        later, earlier = _pair(arguments, context)
        if earlier.low <= 0 <= earlier.high:
            raise Unknown("base_not_printed", "a base of 0")
        ends = [sign * 100 * (a / b - 1) for a in (later.low, later.high) for b in (earlier.low, earlier.high)]
        first, second = (later, earlier) if sign > 0 else (earlier, later)
        words = f"({first.words} − {second.inner}) / {earlier.inner}"
        return Value(sign * 100 * (later.number / earlier.number - 1), min(ends), max(ends), words, atomic=False, sign="%")

    return change


def _absolute(sign: int) -> Callable[[tuple[Node, ...], Context], Value]:
    def change(arguments: tuple[Node, ...], context: Context) -> Value:
        later, earlier = _pair(arguments, context)
        first, second = (later, earlier) if sign > 0 else (earlier, later)
        words = f"{first.words} − {second.inner}"
        return Value(first.number - second.number, first.low - second.high, first.high - second.low, words, atomic=False)

    return change


def _ratio(arguments: tuple[Node, ...], context: Context) -> Value:
    share = _share(arguments, context)
    return Value(share.number / 100, share.low / 100, share.high / 100, share.words, atomic=False)


def _figure(arguments: tuple[Node, ...]) -> Figure:
    if not isinstance(arguments[0], Figure):
        raise UnfitError("a figure")
    return arguments[0]


def _many(arguments: tuple[Node, ...], context: Context) -> tuple[Value, ...]:
    result = evaluate(arguments[0], context)
    if not isinstance(result, Numbers):
        raise UnfitError("a list, such as quarters(…)")
    return result.values


def _sum(arguments: tuple[Node, ...], context: Context) -> Value:
    values = _many(arguments, context)
    words = " + ".join(value.inner for value in values)
    low, high = sum(value.low for value in values), sum(value.high for value in values)
    # Added as printed, so that 31.0 + 30.8 + 19.5 + 18.6 is 99.9 and not 99.90000000000001.
    total = float(round_half_up(sum(value.number for value in values), 6))
    return Value(total, low, high, words, max(value.decimals for value in values), atomic=len(values) == 1)


def _mean(arguments: tuple[Node, ...], context: Context) -> Value:
    values, total = _many(arguments, context), _sum(arguments, context)
    size = len(values)
    return Value(total.number / size, total.low / size, total.high / size, f"({total.words}) / {size}", atomic=False)


def _quarters(arguments: tuple[Node, ...], context: Context) -> Numbers:
    node = _figure(arguments)
    named = [Figure(node.series, node.category, (*node.places, f"Q{quarter}")) for quarter in (1, 2, 3, 4)]
    return Numbers(tuple(figure_value(each, context) for each in named))


def _years(arguments: tuple[Node, ...], context: Context) -> Numbers:
    node = _figure(arguments)
    at = place_of(node, context.at)
    figures = context.figures.years(node.series, node.category, at)
    if len(figures) < 2:
        raise Unknown("earlier_not_printed", name_of(node, at))
    return Numbers(tuple(value_of(each) for each in figures))


def _parts(arguments: tuple[Node, ...], context: Context) -> Numbers:
    node = _figure(arguments)
    at = place_of(node, context.at)
    figures = context.figures.categories(node.series, at)
    if not figures:
        raise Unknown("figure_not_printed", name_of(node, at))
    return Numbers(tuple(value_of(each) for each in figures))


def _members(arguments: tuple[Node, ...], context: Context) -> Numbers:
    node = _figure(arguments)
    at = place_of(node, context.at)
    named = [Figure(node.series, node.category, (*node.places, f'"{code}"')) for code in areas.members(at.area)]
    if not named:
        raise UnfitError("a figure of an area that has members")
    return Numbers(tuple(figure_value(each, context) for each in named))


def _moving(sign: int) -> Callable[[tuple[Node, ...], Context], Truth]:
    def moving(arguments: tuple[Node, ...], context: Context) -> Truth:
        values = _many(arguments, context)
        holds = all(sign * (later.number - earlier.number) > 0 for earlier, later in pairwise(values))
        words = ", ".join(value.words for value in values)
        ends = values[0].words, values[-1].words
        return Truth(holds, words, f"{'rose' if values[-1].number > values[0].number else 'fell'} from {ends[0]} to {ends[1]}, "
                     f"but not at every step ({words})")  # fmt: skip

    return moving


def _siblings(arguments: tuple[Node, ...], context: Context) -> tuple[Value, list[Value]]:
    node = _figure(arguments)
    at = place_of(node, context.at)
    value = figure_value(node, context)
    siblings = [each for each in context.figures.categories(node.series, at) if each.category != node.category]
    if not siblings:
        raise Unknown("figure_not_printed", f"the other parts of: {name_of(node, at)}")
    return value, [value_of(each) for each in siblings]


def _largest(arguments: tuple[Node, ...], context: Context) -> Truth:
    value, others = _siblings(arguments, context)
    largest = max(others, key=lambda each: each.number)
    name = catalogue.category_label(largest.figure.category) if largest.figure else ""
    words = f"{value.words} against {largest.words} for the largest of the others ({name})"
    return Truth(value.number > largest.number, words, f"the largest is {name}, {largest.words}")


def _rank(arguments: tuple[Node, ...], context: Context) -> Value:
    value, others = _siblings(arguments, context)
    rank = 1.0 + sum(other.number > value.number for other in others)
    order = sorted((each.number for each in (value, *others)), reverse=True)[: max(int(rank), 3)]
    words = f"{value.words} comes {rank:.0f} among {', '.join(f'{each:,g}' for each in order)}"
    return Value(rank, rank, rank, words, sign=ORDER)


def _rank_of_areas(arguments: tuple[Node, ...], context: Context) -> Value:
    node = _figure(arguments)
    at = place_of(node, context.at)
    value = figure_value(node, context)
    other_areas = [each for each in context.figures.areas(node.series, node.category, at) if each.area != at.area]
    if not other_areas:
        raise Unknown("figure_not_printed", f"other areas' {name_of(node, at)}")
    ranked = sorted([*other_areas], key=lambda each: -each.value)
    words = ", ".join(f"{areas.label(each.area)} {value_of(each).words}" for each in ranked[:3])
    rank = 1.0 + sum(each.value > value.number for each in other_areas)
    return Value(rank, rank, rank, f"{value.words} against {words}")


def _majority(arguments: tuple[Node, ...], context: Context) -> Truth:
    share = _share(arguments, context) if len(arguments) == 2 else number(evaluate(arguments[0], context))
    shown = f"{float(round_half_up(share.number, share.decimals if len(arguments) == 1 else 1)):g}%"
    words = shown if len(arguments) == 1 else f"{share.words} = {shown}"
    return Truth(
        share.number > 50, f"{words}, {'more' if share.number > 50 else 'not more'} than half", f"{shown}, which is no majority"
    )


def _attainable(arguments: tuple[Node, ...], context: Context) -> Truth:
    """Whether a whole number of people can be the printed percentage of a printed base."""
    share, base = (number(evaluate(each, context)) for each in arguments)
    near = range(int(share.low * base.number / 100), int(share.high * base.number / 100) + 2)
    holds = any(float(round_half_up(100 * count / base.number, share.decimals)) == share.number for count in near)
    tried = [f"{count} / {base.words} = {as_printed(100 * count / base.number, share.decimals, 'percent')}" for count in near[:2]]
    return Truth(holds, "; ".join(tried), f"no number out of {base.words} is {share.words}")


def _not(arguments: tuple[Node, ...], context: Context) -> Truth:
    node = arguments[0]
    assertion = truth(evaluate(node, context))
    # Only of a change is the verdict in words what would be right in place of its denial.
    names_its_verdict = assertion.holds and isinstance(node, Call) and node.name == "clear_change"
    return Truth(not assertion.holds, assertion.words, assertion.instead if names_its_verdict else "")


def _either(arguments: tuple[Node, ...], context: Context) -> Truth:
    """Whether a sentence that can be read in two ways holds in both; where it holds in one only, it is divided."""
    first, second = (truth(evaluate(each, context)) for each in arguments)
    divided = first.holds != second.holds
    one, other = (f"{each.words}, and it is {'so' if each.holds else 'not so'}" for each in (first, second))
    words = f"Read one way, {one}. Read another way, {other}"
    return Truth(first.holds and second.holds, words, first.instead or second.instead, divided)


MEANINGS |= {
    "attainable": _attainable,
    "clear_change": clear_change,
    "either": _either,
    "fall": _relative(-1),
    "falling": _moving(-1),
    "gain": _absolute(1),
    "largest": _largest,
    "loss": _absolute(-1),
    "majority": _majority,
    "mean": _mean,
    "members": _members,
    "not": _not,
    "parts": _parts,
    "quarters": _quarters,
    "rank": _rank,
    "rank_of_areas": _rank_of_areas,
    "ratio": _ratio,
    "rise": _relative(1),
    "rising": _moving(1),
    "share": _share,
    "sum": _sum,
    "years": _years,
}
