"""The functions of the formula language that speak of words: what is named, where it is printed, what a label says."""

from __future__ import annotations

from analysis import catalogue
from analysis.claims.language.evaluate import MEANINGS, Context, Truth, UnfitError, Value, evaluate, exact, name_of, place_of
from analysis.claims.language.grammar import Figure, Node


def _figure(arguments: tuple[Node, ...]) -> Figure:
    if not isinstance(arguments[0], Figure):
        raise UnfitError("a figure")
    return arguments[0]


def _items(arguments: tuple[Node, ...], context: Context) -> Value:
    return exact(float(len(arguments)))


def _printed_in(arguments: tuple[Node, ...], context: Context) -> Truth:
    node, file = _figure(arguments), evaluate(arguments[1], context)
    at = place_of(node, context.at)
    prints = [each for each in context.figures.prints(node.series, node.category, at) if each.file.endswith(f"/{file}.csv")]
    words = f"{file} gives {prints[0].value:,g}" if prints else f"{file} does not give {name_of(node, at)}"
    return Truth(bool(prints), words)


_PLURALS = {"count": "numbers", "percent": "percentages", "rate": "rates"}


def _unit_is(arguments: tuple[Node, ...], context: Context) -> Truth:
    node, wanted = _figure(arguments), evaluate(arguments[1], context)
    unit = str(catalogue.series().at[node.series, "unit"])
    words = _PLURALS.get(unit, unit)
    return Truth(unit == wanted, f"the figures are {words}", f"{words}, not {_PLURALS.get(str(wanted), wanted)}")


MEANINGS |= {"items": _items, "printed_in": _printed_in, "unit_is": _unit_is}
