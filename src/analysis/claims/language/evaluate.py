"""Working out what a formula gives at a place: a number with its range and its arithmetic in words, a truth, or why it can't be.

Printed percentages are known to half a unit of their last digit only. What is computed from them is known within a range, and
the range is carried along (interval arithmetic; Moore RE, 1966), so that nothing is called wrong that rounding explains.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from analysis import catalogue
from analysis.catalogue import periods
from analysis.claims.language.grammar import Call, Day, Figure, Node, Number, Operation, Reason, Said, Text
from analysis.claims.lookup import Figures, Place, Printed


@dataclass(frozen=True)
class Value:
    """A number, the range that it lies in, and how it came about ("378 / 631")."""

    number: float
    low: float
    high: float
    words: str
    decimals: int = 0
    figure: Printed | None = None
    atomic: bool = True
    sign: str = ""

    @property
    def inner(self) -> str:
        """The words as a part of longer arithmetic, in brackets where they need them."""
        return self.words if self.atomic else f"({self.words})"


@dataclass(frozen=True)
class Many:
    """Several numbers in order."""

    values: tuple[Value, ...]


@dataclass(frozen=True)
class Truth:
    """Whether an assertion holds, the arithmetic, and what would be right instead (empty where the words say it)."""

    holds: bool
    words: str
    instead: str = ""


@dataclass(frozen=True)
class Moment:
    """A date, ISO."""

    date: str


@dataclass(frozen=True)
class Unknown(Exception):  # noqa: N818 - not an error: the answer that there is no answer
    """Nothing can be worked out: the reason (an id of `claim_reasons.csv`) and which figure is missing."""

    reason: str
    what: str = ""


class UnfitError(Exception):
    """An operation between things that it doesn't fit; the text says what would fit."""


Result = Value | Many | Truth | Moment | str


@dataclass(frozen=True)
class Context:
    """What a formula is evaluated against: the figures, the place, and what other statements state ({id: figure}).

    `official` figures are asked where a report gives a figure in one place only.
    """

    figures: Figures
    at: Place
    said: dict[str, Value] = field(default_factory=dict)
    official: Figures | None = None


Function: TypeAlias = Callable[[tuple[Node, ...], Context], Result]
MEANINGS: dict[str, Function] = {}  # by name; `functions` puts them here, and they evaluate their own arguments


def evaluate(node: Node, context: Context) -> Result:
    """Return what the tree gives; raises Unknown where a figure isn't held, UnfitError for an operation between unlike things."""
    match node:
        case Number(value):
            return exact(value)
        case Day(date):
            return Moment(date)
        case Text(text):
            return text
        case Reason(reason):
            raise Unknown(reason)
        case Said(statement):
            if statement not in context.said:
                raise Unknown("figure_not_printed", f"statement {statement}")
            return context.said[statement]
        case Figure():
            return figure_value(node, context)
        case Call(name, arguments):
            return MEANINGS[name](arguments, context)
        case Operation("and", left, right):
            return _both(truth(evaluate(left, context)), truth(evaluate(right, context)))
    sign, one, other = node.sign, evaluate(node.left, context), evaluate(node.right, context)
    if isinstance(one, Moment) and isinstance(other, Moment):
        return _compare_dates(sign, one, other)
    return _OPERATIONS[sign](sign, number(one), number(other))


def place_of(node: Figure, at: Place) -> Place:
    """Return the place that a figure is looked up at."""
    for where in node.places:
        at = at.moved(where)
    return at


def figure_value(node: Figure, context: Context) -> Value:
    """Return a held figure; raises Unknown saying whether it is an earlier year's."""
    at = place_of(node, context.at)
    found = context.figures.get(node.series, node.category, at)
    if found is None:
        earlier = periods.order(at.period) < periods.order(context.at.period)
        raise Unknown("earlier_not_printed" if earlier else "figure_not_printed", name_of(node, at))
    return value_of(found)


def value_of(found: Printed) -> Value:
    """Return a print as a value: its range is what would be printed so."""
    words = f"{found.value:,.{found.decimals}f}" + ("%" if catalogue.series().at[found.series, "unit"] == "percent" else "")
    return Value(found.value, found.value - found.half, found.value + found.half, words, found.decimals, found)


def name_of(node: Figure, at: Place) -> str:
    """Return a figure in words: its title, category and period."""
    title = str(catalogue.series().at[node.series, "title"])
    part = "" if node.category == catalogue.TOTAL else f" ({catalogue.category_label(node.category)})"
    return f"{title}{part}, {periods.label(at.period)}"


def exact(value: float) -> Value:
    """Return a number that is exactly what it says."""
    return Value(value, value, value, f"{value:,.10g}")


def number(result: Result) -> Value:
    """Return the result as a number; raises UnfitError for anything else."""
    if not isinstance(result, Value):
        raise UnfitError("a number")
    return result


def truth(result: Result) -> Truth:
    """Return the result as a truth; raises UnfitError for anything else."""
    if not isinstance(result, Truth):
        raise UnfitError("a comparison")
    return result


def _both(one: Truth, other: Truth) -> Truth:
    failing = [each for each in (one, other) if not each.holds]
    shown = failing or [one, other]
    return Truth(not failing, "; ".join(each.words for each in shown), next((e.instead for e in failing if e.instead), ""))


def _compare_dates(sign: str, one: Moment, other: Moment) -> Truth:
    holds = {"<": one.date < other.date, "<=": one.date <= other.date, ">": one.date > other.date,
             ">=": one.date >= other.date, "=": one.date == other.date, "!=": one.date != other.date}  # fmt: skip
    if sign not in holds:
        raise UnfitError("a comparison of dates")
    before = periods.label(one.date)
    relation = "is before" if one.date < other.date else "is after" if one.date > other.date else "is"
    return Truth(holds[sign], f"{before} {relation} {periods.label(other.date)}")


def _add(sign: str, one: Value, other: Value) -> Value:
    if sign == "+":
        return Value(one.number + other.number, one.low + other.low, one.high + other.high,
                     f"{one.words} + {other.words}", atomic=False)  # fmt: skip
    return Value(one.number - other.number, one.low - other.high, one.high - other.low,
                 f"{one.words} − {other.inner}", atomic=False)  # fmt: skip


def _multiply(sign: str, one: Value, other: Value) -> Value:
    if sign == "/":
        if other.low <= 0 <= other.high:
            raise Unknown("base_not_printed", "a base of 0")
        ends = [a / b for a in (one.low, one.high) for b in (other.low, other.high)]
        return Value(one.number / other.number, min(ends), max(ends), f"{one.inner} / {other.inner}", atomic=False)
    ends = [a * b for a in (one.low, one.high) for b in (other.low, other.high)]
    return Value(one.number * other.number, min(ends), max(ends), f"{one.inner} × {other.inner}", atomic=False)


def _compare(sign: str, one: Value, other: Value) -> Truth:
    overlap = one.low <= other.high and other.low <= one.high
    holds = {
        "=": overlap, "!=": not overlap or (one.number != other.number and one.low != one.high),
        "<": one.number < other.number, "<=": one.low <= other.high, ">": one.number > other.number, ">=": one.high >= other.low,
    }[sign]  # fmt: skip
    # What the arithmetic says, not what was asserted.
    shown = "is" if one.number == other.number else "is below" if one.number < other.number else "is above"
    left, right = _side(one), _side(other)
    words = f"{left} {shown} {right}" if one.figure or not one.atomic or other.figure else f"{left} {_and(one, other)} {right}"
    against = f"{_rounded(one)} against {_rounded(other)}"
    return Truth(holds, words, "" if holds else f"{_INSTEAD[sign]}: {against}")


def _and(one: Value, other: Value) -> str:
    return "as" if one.number == other.number else "and"


def _rounded(value: Value) -> str:
    return value.words if value.atomic else f"{_short(value.number)}{value.sign}"


def _side(value: Value) -> str:
    return value.words if value.atomic else f"{value.words} = {_short(value.number)}{value.sign}"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:,.1f}"


# What to say where a comparison does not hold.
_INSTEAD = {
    "=": "the two should be one figure",
    "!=": "two separate counts can hardly be one number",
    "<": "it is not lower",
    "<=": "a part can't be above its whole",
    ">": "it is not higher",
    ">=": "it is too low",
}
_OPERATIONS = {"+": _add, "-": _add, "*": _multiply, "/": _multiply} | dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _compare)
