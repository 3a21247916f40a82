"""What ties contradictions to one error: two that share a key are one error, told in two places or by two of its consequences.

The keys of a contradiction name what is wrong: the figure as it is stated, the statement that is referred to, the base that is in
doubt, the word that doesn't fit. `accusations.grouped` joins them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis import catalogue
from analysis.claims.causes.contradiction import Contradiction
from analysis.claims.language.evaluate import place_of
from analysis.claims.language.grammar import Call, Figure, Node, Operation, StatementReference, Text
from analysis.claims.lookup import Place, Printed

SEPARATOR = "\n"
# Rules whose row hangs on the first figure of many: that figure is not what is wrong.
_OF_MANY = ("quarters_to_year", "shares_to_100", "label")
_SAME_WORDS = ("", "lost_digit")


def error_keys(case: Contradiction, cause: tuple[str, str], arithmetic: str) -> str:
    """Return the keys of a contradiction, joined by SEPARATOR; `cause` is the id of its cause, if it has one, and its words."""
    keys = [*_of_statement(case, arithmetic), *_of_cause(case, *cause), *_of_formula(case, cause[0])]
    return SEPARATOR.join(dict.fromkeys(keys))


def _of_statement(case: Contradiction, arithmetic: str) -> Iterator[str]:
    row = case.row
    yield _statement(row["id"].rpartition("/")[2] if not case.rule else row["id"])
    if not case.rule:
        yield f"words {row['quote'].rstrip('. ')} {row['stated']} {case.context.at.area}"
    if isinstance(case.node, Operation) or _calls(case.node, "attainable"):
        yield f"arithmetic {arithmetic} {case.context.at.area}"


def _of_cause(case: Contradiction, name: str, words: str) -> Iterator[str]:
    at, row = case.context.at, case.row
    if name in _SAME_WORDS and words:
        yield f"cause {words}"
    if name == "years_swapped":
        yield f"years {row['series']} {row['category']} {at.area}"
    if name == "wrong_denominator" and (base := re.search(r"/ ([\d,]+ \(.+?\))", words)):
        yield f"base {base[1]} {at.area} {at.period}"
    if name == "same_sentence":
        for each in case.sentence:
            if re.search(rf"(?<!\d){re.escape(each['stated'])}(?![\d%])", words):
                yield _statement(each["id"])
    if name == "as_in_table" and row["series"]:
        prints = case.context.figures.best_prints(row["series"], row["category"], at, computed=True)
        yield from (_figure(each.series, each.category, at, each.value) for each in prints)
    if row["series"] and case.rule not in _OF_MANY and name not in ("other_respondents", "base_implied"):
        value = case.stated.value if case.stated else None
        yield _figure(row["series"], row["category"], at, value)


def _of_formula(case: Contradiction, name: str) -> Iterator[str]:
    at = case.context.at
    yield from (_statement(each) for each in _references(case.node))
    match case.node:
        case Call("attainable", (_, Figure() as base)) if name == "other_respondents":
            yield from _in_prose(case, base)
        case Call("unit_is", (Figure(series), Text(unit))):
            yield f"label {series} {unit}"
        case Operation("!=", Figure() as left, Figure() as right):
            yield from (*_in_prose(case, left), *_in_prose(case, right))
    if name == "base_implied" and case.share and isinstance(case.share[1], Figure):
        yield f"base {case.share[1].series} {at.area} {at.period}"
    for ratio in _calls(case.node, "ratio"):
        if isinstance(ratio.arguments[1], Figure):
            yield f"base {ratio.arguments[1].series} {at.area} {at.period}"
    if case.rule == "quarters_to_year" and _is_revised(case):
        yield f"quarters {at.file} {at.area}"
    if isinstance(case.node, Operation) and not case.rule:
        yield from _of_same_sentence(case)


def _of_same_sentence(case: Contradiction) -> Iterator[str]:
    """Yield the statements of the same sentence whose figures a comparison is made of."""
    named = {figure.series for figure in case.figures}
    sources = {found.source for figure in case.figures if (found := _printed(case, figure)) is not None}
    if _calls(case.node, "parts"):
        parts = [each for name in named for each in case.context.figures.categories(name, case.context.at)]
        sources |= {each.source for each in parts}
    for each in case.sentence:
        sides = (
            {catalogue.series().at[each["series"], side] for side in ("numerator", "denominator")} if each["series"] else set()
        )
        if each["source"] in sources or (all(sides) and sides and sides <= named):
            yield _statement(each["id"])


def _is_revised(case: Contradiction) -> bool:
    row = case.row
    return any(each.status == "revised" for each in case.context.figures.prints(row["series"], row["category"], Place(
        case.context.at.area, case.context.at.period)))  # fmt: skip


def _in_prose(case: Contradiction, figure: Figure) -> Iterator[str]:
    """Yield the statement that prints a figure, where it stands in prose."""
    found = _printed(case, figure)
    words = case.context.figures.where(found.source) if found else ""
    if words.endswith(")"):
        yield _statement(words.rpartition("(")[2].removesuffix(")"))


def _printed(case: Contradiction, figure: Figure) -> Printed | None:
    return case.context.figures.get(figure.series, figure.category, place_of(figure, case.context.at))


def _references(node: Node | None) -> Iterator[str]:
    match node:
        case StatementReference(statement):
            yield statement
        case Call(_, arguments):
            for each in arguments:
                yield from _references(each)
        case Operation(_, left, right):
            yield from (*_references(left), *_references(right))


def _calls(node: Node | None, name: str) -> list[Call]:
    match node:
        case Call(called, arguments):
            inner = [found for each in arguments for found in _calls(each, name)]
            return [node, *inner] if called == name else inner
        case Operation(_, left, right):
            return [*_calls(left, name), *_calls(right, name)]
    return []


def _statement(statement: str) -> str:
    return f"statement {statement}"


def _figure(series: str, category: str, at: Place, value: float | None) -> str:
    return f"figure {series} {category} {at.area} {at.period} {value}"
