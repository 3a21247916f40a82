"""The value of a formula at a place: a number with its range and its arithmetic in words, a truth, or why there is none.

Printed percentages are known to half a unit of their last digit only. What is computed from them is known within a range, and
the range is carried along (interval arithmetic; Moore RE, 1966), so that nothing is called wrong that rounding explains.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from analysis import catalogue
from analysis.catalogue import periods
from analysis.claims.language.grammar import Call, Day, Figure, Node, Number, Operation, Reason, StatementReference, Text
from analysis.claims.lookup import Figures, Place, Printed


@dataclass(frozen=True)
class Value:
    """A number, the range that it lies in, and its arithmetic in words ("378 / 631")."""

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
class Numbers:
    """Several numbers in order."""

    values: tuple[Value, ...]


@dataclass(frozen=True)
class Truth:
    """Whether an assertion holds, the arithmetic, and what would be right instead (empty where the words say it).

    `divided` says that of two readings of a sentence one holds and one doesn't.
    """

    holds: bool
    words: str
    instead: str = ""
    divided: bool = False


@dataclass(frozen=True)
class Moment:
    """A date, ISO."""

    date: str


@dataclass(frozen=True)
class Unknown(Exception):  # noqa: N818 - not an error: the answer that there is no answer
    """There is no value: the reason (an id of `claim_reasons.csv`) and, in `what`, which figure is missing."""

    reason: str
    what: str = ""


class UnfitError(Exception):
    """An operation on things of the wrong kind; the text says what was expected."""


Result = Value | Numbers | Truth | Moment | str


@dataclass(frozen=True)
class Context:
    """What a formula is evaluated against: the figures, the place, and what other statements state ({id: figure}).

    `official` figures are asked where a report gives a figure in one place only.
    """

    figures: Figures
    at: Place
    stated_figures: dict[str, Value] = field(default_factory=dict)
    official: Figures | None = None


Function: TypeAlias = Callable[[tuple[Node, ...], Context], Result]
ORDER = "order"  # the sign of a place in an order, whose words say it
MEANINGS: dict[str, Function] = {}  # by name; `functions` puts them here, and they evaluate their own arguments


def evaluate(node: Node, context: Context) -> Result:
    """Return the value of the tree. Raises Unknown where a figure is missing, UnfitError for operands of the wrong kind."""
    match node:
        case Number(value):
            return exact(value)
        case Day(date):
            return Moment(date)
        case Text(text):
            return text
        case Reason(reason):
            raise Unknown(reason)
        case StatementReference(statement):
            if statement not in context.stated_figures:
                raise Unknown("figure_not_printed", f"statement {statement}")
            return context.stated_figures[statement]
        case Figure():
            return figure_value(node, context)
        case Call(name, arguments):
            return MEANINGS[name](arguments, context)
        case Operation("and", left, right):
            return _both(truth(evaluate(left, context)), truth(evaluate(right, context)))
    sign, left_result, right_result = node.sign, evaluate(node.left, context), evaluate(node.right, context)
    if isinstance(left_result, Moment) and isinstance(right_result, Moment):
        return _compare_dates(sign, left_result, right_result)
    return _OPERATIONS[sign](sign, number(left_result), number(right_result))


def place_of(node: Figure, at: Place) -> Place:
    """Return the place that a figure is looked up at."""
    for where in node.places:
        at = at.moved(where)
    return at


def figure_value(node: Figure, context: Context) -> Value:
    """Return a figure as a value; raises Unknown where it is missing, with a reason of its own for an earlier period."""
    at = place_of(node, context.at)
    figure = context.figures.get(node.series, node.category, at)
    if figure is None:
        earlier = periods.order(at.period) < periods.order(context.at.period)
        raise Unknown("earlier_not_printed" if earlier else "figure_not_printed", name_of(node, at))
    return value_of(figure)


def value_of(figure: Printed) -> Value:
    """Return a printed figure as a value, whose range is all that would be printed so."""
    words = f"{figure.value:,.{figure.decimals}f}" + ("%" if catalogue.series().at[figure.series, "unit"] == "percent" else "")
    return Value(figure.value, figure.value - figure.half, figure.value + figure.half, words, figure.decimals, figure)


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


def _both(left: Truth, right: Truth) -> Truth:
    failing = [each for each in (left, right) if not each.holds]
    shown = failing or [left, right]
    return Truth(not failing, "; ".join(each.words for each in shown), next((e.instead for e in failing if e.instead), ""))


def _compare_dates(sign: str, left: Moment, right: Moment) -> Truth:
    holds = {"<": left.date < right.date, "<=": left.date <= right.date, ">": left.date > right.date,
             ">=": left.date >= right.date, "=": left.date == right.date, "!=": left.date != right.date}  # fmt: skip
    if sign not in holds:
        raise UnfitError("a comparison of dates")
    before = periods.label(left.date)
    relation = "is before" if left.date < right.date else "is after" if left.date > right.date else "is"
    return Truth(holds[sign], f"{before} {relation} {periods.label(right.date)}")


def _add(sign: str, left: Value, right: Value) -> Value:
    if sign == "+":
        return Value(left.number + right.number, left.low + right.low, left.high + right.high,
                     f"{left.words} + {right.words}", atomic=False)  # fmt: skip
    return Value(left.number - right.number, left.low - right.high, left.high - right.low,
                 f"{left.words} − {right.inner}", atomic=False)  # fmt: skip


def _multiply(sign: str, left: Value, right: Value) -> Value:
    if sign == "/":
        if right.low <= 0 <= right.high:
            raise Unknown("base_not_printed", "a base of 0")
        ends = [a / b for a in (left.low, left.high) for b in (right.low, right.high)]
        return Value(left.number / right.number, min(ends), max(ends), f"{left.inner} / {right.inner}", atomic=False)
    ends = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return Value(left.number * right.number, min(ends), max(ends), f"{left.inner} × {right.inner}", atomic=False)


def _compare(sign: str, left: Value, right: Value) -> Truth:
    overlap = left.low <= right.high and right.low <= left.high
    holds = {
        "=": overlap, "!=": not overlap or (left.number != right.number and left.low != left.high),
        "<": left.number < right.number, "<=": left.low <= right.high,
        ">": left.number > right.number, ">=": left.high >= right.low,
    }[sign]  # fmt: skip
    # What the arithmetic says, not what was asserted.
    relation = "is" if left.number == right.number else "is below" if left.number < right.number else "is above"
    left_words, right_words = _side(left), _side(right)
    words = (
        f"{left_words} {relation} {right_words}"
        if left.figure or not left.atomic or right.figure
        else f"{left_words} {_and(left, right)} {right_words}"
    )
    against = f"{_rounded(left)} against {_rounded(right)}"
    return Truth(holds, words, "" if holds else left.words if left.sign == ORDER else f"{_INSTEAD[sign]}: {against}")


def _and(left: Value, right: Value) -> str:
    return "as" if left.number == right.number else "and"


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
    "<=": "it is above",
    ">": "it is not higher",
    ">=": "it is below",
}
_OPERATIONS = {"+": _add, "-": _add, "*": _multiply, "/": _multiply} | dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _compare)
