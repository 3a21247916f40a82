"""One contradiction between a statement and the figures, with all that its cause and its severity are found from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analysis.claims.language.evaluate import Context, UnfitError, Unknown, Value, evaluate, name_of, place_of
from analysis.claims.language.grammar import Call, Figure, Node, Operation
from analysis.claims.lookup import Place
from analysis.claims.printed_value import Stated, as_printed


@dataclass(frozen=True)
class Contradiction:
    """A contradicted statement: its row, the figure it states, the figure that the arithmetic gives, and the formula (a tree)."""

    row: dict[str, str]
    stated: Stated | None
    value: Value | None
    node: Node | None
    context: Context
    neighbours: tuple[dict[str, str], ...] = ()
    sentence: tuple[dict[str, str], ...] = ()  # all statements of its own sentence, itself among them

    @property
    def rule(self) -> str:
        """The rule that made an implied statement, or the empty string."""
        return self.row.get("rule", "")

    @property
    def gap(self) -> float | None:
        """How far what is stated is from what the arithmetic gives, in the statement's unit."""
        return None if self.stated is None or self.value is None else abs(self.stated.value - self.value.number)

    def gives(self, value: float) -> bool:
        """Return whether a number would be printed as what is stated; never for a bound or an approximate figure."""
        stated = self.stated
        return stated is not None and not stated.bound and stated.agrees(value, value, value) != "contradicts"

    def shown(self, value: float) -> str:
        """Return a number as the statement would print it, percentages with one decimal at least."""
        decimals = max(self.stated.decimals, int(self.stated.unit == "percent")) if self.stated else 0
        return as_printed(value, decimals, self.stated.unit if self.stated else "count")

    def at(self, place: Place) -> Value | None:
        """Return what the tree gives at another place, or None where it gives no number there."""
        if self.node is None:
            return None
        return self.value_of(self.node, replace(self.context, at=place))

    def value_of(self, node: Node, context: Context | None = None) -> Value | None:
        """Return the number that a tree gives, or None."""
        try:
            result = evaluate(node, context or self.context)
        except (Unknown, UnfitError):
            return None
        return result if isinstance(result, Value) else None

    @property
    def share(self) -> tuple[Node, Node] | None:
        """The numerator and the base where the tree is a share, else None."""
        match self.node:
            case Call("share", (top, base)):
                return top, base
        return None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures that the tree names, from left to right."""
        return tuple(_figures(self.node)) if self.node is not None else ()

    def name(self, figure: Figure) -> str:
        """Return a figure in words, with its period."""
        return name_of(figure, place_of(figure, self.context.at))


def _figures(node: Node) -> list[Figure]:
    match node:
        case Figure():
            return [node]
        case Call(_, arguments):
            return [figure for argument in arguments for figure in _figures(argument)]
        case Operation(_, left, right):
            return [*_figures(left), *_figures(right)]
    return []
