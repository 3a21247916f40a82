"""How much a contradiction matters: the first rule of `claim_severity.csv` that applies to it."""

from __future__ import annotations

from functools import cache

from analysis import catalogue
from analysis.catalogue import tables
from analysis.claims.causes.contradiction import Contradiction
from analysis.claims.language.grammar import Call, Figure, Node, Operation

SEVERITIES = ("material", "moderate", "minor", "wording")
_CHANGES = ("rise", "fall", "gain", "loss")


def severity_of(case: Contradiction, level: bool) -> str:
    """Return material, moderate, minor or wording; `level` says that the statement gives the level of a figure."""
    for rule in tables.read("claim_severity").itertuples(index=False):
        size = _RULES[rule.rule](case)
        if size is not None and size >= float(rule.at_least):
            return str(rule.severity)
    raise AssertionError("the last rule of claim_severity.csv applies to everything")


def _impossible(case: Contradiction) -> float | None:
    """A part above its whole, whatever the sizes."""
    return 1.0 if case.rule == "subset" else None


def _label(case: Contradiction) -> float | None:
    return 1.0 if _has(case.node, ("unit_is", "majority", "printed_in", "items")) else None


def _order(case: Contradiction) -> float | None:
    """A comparison of two figures or of years that comes out the other way."""
    if isinstance(case.node, Operation) and case.node.sign in ("<", ">") and _figures(case.node):
        return 1.0
    if isinstance(case.node, Call) and case.node.name in _CHANGES and case.value is not None and case.stated is not None:
        return 1.0 if case.value.number * case.stated.value < 0 else None
    return 1.0 if _has(case.node, ("largest", "rank", "rank_of_areas")) else None


def _steps(case: Contradiction) -> float | None:
    return 1.0 if _has(case.node, ("rising", "falling", "clear_change")) else None


def _headline(case: Contradiction) -> float | None:
    return 1.0 if case.value is not None and case.row["section"] in _headlines() else None


def _decision(case: Contradiction) -> float | None:
    """Percentage points by which a national indicator is off: Boards and inspectors act on these."""
    if case.row["series"] not in _national() or case.gap is None:
        return None
    return case.gap


def _points(case: Contradiction) -> float | None:
    return case.gap if case.row["unit"] == "percent" else None


def _relative(case: Contradiction) -> float | None:
    if case.gap is None or case.value is None:
        return None
    return 100 * case.gap / max(abs(case.value.number), 1e-9)


def _anything(case: Contradiction) -> float | None:
    return 0.0


def _has(node: Node | None, names: tuple[str, ...]) -> bool:
    match node:
        case Call(name, arguments):
            return name in names or any(_has(each, names) for each in arguments)
        case Operation(_, left, right):
            return _has(left, names) or _has(right, names)
    return False


def _figures(node: Node) -> bool:
    match node:
        case Operation(_, left, right):
            return _figures(left) or _figures(right)
        case Call(_, arguments):
            return any(_figures(each) for each in arguments)
    return isinstance(node, Figure)


@cache
def _headlines() -> frozenset[str]:
    table = tables.read("claim_sections")
    return frozenset(table.loc[table["headline"] == "yes", "section"])


@cache
def _national() -> frozenset[str]:
    indicators = catalogue.indicators()
    printed = indicators.loc[indicators["ni_code"] != "", "printed"]
    return frozenset(term.series for reference in printed for term in catalogue.terms(reference))


_RULES = {
    "impossible": _impossible,
    "label": _label,
    "order": _order,
    "steps": _steps,
    "headline": _headline,
    "national_indicator": _decision,
    "points": _points,
    "relative": _relative,
    "anything": _anything,
}
