"""What a statement asserts, in a small language of its own: text becomes a tree, and nothing in it is ever executed as Python.

    fall(plans_in_force)                                 a percentage: how far below the year before
    share(referrals, contacts) > share(referrals@before, contacts@before)
    rising(quarters(adult_referrals)) and largest(adult_referrals_abuse_type:neglect)
    2012-08-01 < 2013-03-06                              an order of dates
    #c063 = #c075                                        two statements give one figure
    qualitative                                          nothing here can be held against a figure

A figure is a reference as in `series.csv`, `series` or `series:category`, of the area and period of the statement; behind `@`
stands another place: `@before` (a year earlier), `@end` (31 March of the year), `@year`, `@Q1` to `@Q4`, a period, or an area in
double quotes. Comparisons are `=`, `!=`, `<`, `<=`, `>`, `>=`, joined by `and`; the arithmetic is `+ - * /` and brackets. There
is no power, no attribute, no index and no assignment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from analysis import catalogue
from analysis.claims.language.vocabulary import FUNCTIONS, reasons
from analysis.errors import SafeguardingError

MAX_LENGTH = 400
MAX_DEPTH = 12
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<day>\d{4}-\d{2}-\d{2})(?!\d)
    | (?P<period>\d{4}-\d{2}(?:-Q[1-4])?)(?![\dA-Za-z])
    | (?P<number>\d{1,12}(?:\.\d{1,6})?)(?![\w.])
    | (?P<said>\#[a-z]{1,3}\d{1,6})(?!\w)
    | (?P<quarter>Q[1-4])(?!\w)
    | (?P<name>[a-z][a-z0-9_]*(?::[a-z0-9_]+)?)(?![\w:])
    | (?P<text>"[^"\\]{1,80}")
    | (?P<mark><=|>=|!=|[-+*/(),@=<>])
    )""",
    re.VERBOSE | re.ASCII,
)
_COMPARISONS = ("<=", ">=", "!=", "=", "<", ">")
_PLACES = ("before", "end", "year")


class FormulaError(SafeguardingError):
    """A formula that can't be read; the sentence names the token, where it stands and what was expected."""

    def __init__(self, token: str, position: int, expected: str) -> None:
        self.token, self.position, self.expected = token, position, expected
        super().__init__(f"{self.found} in the formula: {expected} was expected.")

    @property
    def found(self) -> str:
        """The token and where it stands, in words."""
        return f"{self.token!r} at character {self.position}" if self.token else f"the end at character {self.position}"


@dataclass(frozen=True)
class Number:
    """A number that is written out."""

    value: float


@dataclass(frozen=True)
class Day:
    """A date that is written out, ISO."""

    date: str


@dataclass(frozen=True)
class Text:
    """Words in double quotes: the name of a table, a unit or a thing that is counted."""

    text: str


@dataclass(frozen=True)
class Figure:
    """A figure of the tidy table: reference and, in the order written, the places that it is looked up at."""

    series: str
    category: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class StatementReference:
    """The figure that another statement states."""

    statement: str


@dataclass(frozen=True)
class Reason:
    """Why nothing can be checked: an id of `claim_reasons.csv`."""

    reason: str


@dataclass(frozen=True)
class Call:
    """A function of the vocabulary and its arguments."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Operation:
    """Arithmetic (`+ - * /`), a comparison, or `and`."""

    sign: str
    left: Node
    right: Node


Node = Number | Day | Text | Figure | StatementReference | Reason | Call | Operation


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int


@cache
def parse(formula: str) -> Node:
    """Return the tree of a formula. Raises FormulaError naming the token that can't stand where it stands."""
    if len(formula) > MAX_LENGTH:
        raise FormulaError(formula[:20] + "…", 1, f"a formula of at most {MAX_LENGTH} characters")
    return _Parser(list(_tokens(formula))).whole()


def _tokens(formula: str) -> Iterator[_Token]:
    position, end = 0, len(formula.rstrip())
    while position < end:
        match = _TOKEN.match(formula, position)
        if match is None:
            start = position + len(formula[position:]) - len(formula[position:].lstrip())
            word = re.match(r"\w+|.", formula[start:], re.DOTALL)
            raise FormulaError(word[0][:40] if word else "", start + 1, "a figure, a number, a date, a function or a sign")
        kind = str(match.lastgroup)
        yield _Token(kind, match[kind], match.start(kind) + 1)
        position = match.end()
    yield _Token("end", "", end + 1)


class _Parser:
    """Recursive descent, one token ahead; depth is bounded, so that no formula can exhaust the stack."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def fail(self, expected: str) -> FormulaError:
        return FormulaError(self.token.text, self.token.position, expected)

    def take(self, *texts: str) -> str:
        """Return the token's text and step on if it is one of these, else the empty string."""
        text = self.token.text
        if self.token.kind in ("mark", "name") and text in texts:
            self.at += 1
            return text
        return ""

    def whole(self) -> Node:
        node = self.conjunction()
        if self.token.kind != "end":
            raise self.fail("a sign or the end")
        return node

    def conjunction(self) -> Node:
        node = self.comparison()
        while self.take("and"):
            node = Operation("and", node, self.comparison())
        return node

    def comparison(self) -> Node:
        node = self.sum()
        sign = self.take(*_COMPARISONS)
        return Operation(sign, node, self.sum()) if sign else node

    def sum(self) -> Node:
        node = self.product()
        while sign := self.take("+", "-"):
            node = Operation(sign, node, self.product())
        return node

    def product(self) -> Node:
        node = self.atom()
        while sign := self.take("*", "/"):
            node = Operation(sign, node, self.atom())
        return node

    def atom(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(f"brackets at most {MAX_DEPTH} deep")
        node = self.inner()
        self.depth -= 1
        return node

    def inner(self) -> Node:
        token = self.token
        if self.take("("):
            node = self.conjunction()
            self.close()
            return node
        if self.take("-"):
            return Operation("-", Number(0.0), self.atom())
        if token.kind not in ("number", "day", "text", "said", "name") or token.text == "and":
            raise self.fail("a figure, a number, a date or a function")
        self.at += 1
        match token.kind:
            case "number":
                return Number(float(token.text))
            case "day":
                return Day(token.text)
            case "text":
                return Text(token.text[1:-1])
            case "said":
                return StatementReference(token.text[1:])
        return self.call(token) if self.take("(") else self.figure(token)

    def close(self) -> None:
        if not self.take(")"):
            raise self.fail("')'")

    def call(self, token: _Token) -> Node:
        if token.text not in FUNCTIONS:
            raise FormulaError(token.text, token.position, f"one of the functions {', '.join(sorted(FUNCTIONS))}")
        arguments = [self.conjunction()]
        while self.take(","):
            arguments.append(self.conjunction())
        least, most = FUNCTIONS[token.text]
        if not least <= len(arguments) <= most:
            raise FormulaError(token.text, token.position, f"{least} to {most} arguments in its brackets")
        self.close()
        return Call(token.text, tuple(arguments))

    def figure(self, token: _Token) -> Node:
        series, _, category = token.text.partition(":")
        if token.text in reasons():
            return Reason(token.text)
        if series not in catalogue.series().index:
            raise FormulaError(token.text, token.position, "a catalogued series, a function or a reason")
        places = []
        while self.take("@"):
            place = self.token
            is_place = place.kind in ("quarter", "period", "day", "text") or place.text in _PLACES
            if not is_place:
                raise self.fail(f"{', '.join(_PLACES)}, Q1 to Q4, a period or an area in double quotes")
            self.at += 1
            places.append(place.text)
        return Figure(series, category or catalogue.TOTAL, tuple(places))
