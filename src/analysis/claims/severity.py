"""How much a contradiction matters, by what a reader would decide otherwise: the first rule of `claim_severity.csv` that fits."""

from __future__ import annotations

from analysis import catalogue
from analysis.catalogue import tables
from analysis.claims.causes.contradiction import Contradiction
from analysis.claims.language.evaluate import UnfitError, Unknown, Value, evaluate
from analysis.claims.language.grammar import Call, Figure, Node, Operation

SEVERITIES = ("material", "moderate", "minor", "wording")
_CHANGES = ("rise", "fall", "gain", "loss")
# At most so many people: a slip of the pen. So many at least: another size of work.
_FEW, _MANY = 2, 10


def severity_of(case: Contradiction, cause: tuple[str, str]) -> str:
    """Return material, moderate, minor or wording; a `cause` without an id is a known error of place, date or group."""
    for rule in tables.read("claim_severity").itertuples(index=False):
        size = 1.0 if rule.rule == "named" and cause[1] and not cause[0] else _RULES[rule.rule](case)
        if size is not None and size >= float(rule.at_least):
            return str(rule.severity)
    raise AssertionError("the last rule of claim_severity.csv applies to everything")


def _label(case: Contradiction) -> float | None:
    return 1.0 if _has(case.node, ("unit_is", "majority", "printed_in", "items")) else None


def _assurance(case: Contradiction) -> float | None:
    """All or none is stated, and there are some."""
    if case.stated is None or case.row["unit"] != "percent" or case.stated.value not in (0, 100) or not case.gap:
        return None
    return 1.0 if case.gap >= 1 else None


def _order(case: Contradiction) -> float | None:
    """A comparison of two figures or of years that comes out the other way."""
    if isinstance(case.node, Operation) and case.node.sign in ("<", ">") and _figures(case.node):
        return 1.0
    if _is_change(case) and case.value is not None and case.stated is not None:
        return 1.0 if case.value.number * case.stated.value < 0 else None
    return 1.0 if _has(case.node, ("largest", "rank_of_areas")) else None


def _rank(case: Contradiction) -> float | None:
    return 1.0 if _has(case.node, ("rank",)) else None


def _steps(case: Contradiction) -> float | None:
    return 1.0 if _has(case.node, ("rising", "falling", "clear_change")) else None


def _few(case: Contradiction) -> float | None:
    """A number of people, stated or worked out, that is off by two of them at most."""
    gap = _gap(case)
    return 1.0 if gap is not None and 0 < gap <= _FEW and _unit(case) == "count" and not _in_two_places(case) else None


def _in_two_places(case: Contradiction) -> bool:
    """Whether two statements disagree on how many people they are about: their shares rest on it, however near the two are."""
    return isinstance(case.node, Operation) and not _figures(case.node)


def _named(_case: Contradiction) -> float | None:
    return None


def _change(case: Contradiction) -> float | None:
    return case.gap if _is_change(case) and _unit(case) == "percent" else None


def _points(case: Contradiction) -> float | None:
    return _gap(case) if _unit(case) == "percent" else None


def _rounding(case: Contradiction) -> float | None:
    return 1.0 if _has(case.node, ("attainable",)) else None


def _relative(case: Contradiction) -> float | None:
    """Per cent by which a number is off; of fewer than ten people at most moderate, however large the share."""
    gap, sides = _gap(case), _sides(case)
    if gap is None or sides is None or _unit(case) == "percent":
        return None
    size = 100 * gap / max(abs(sides[1]), 1e-9)
    return min(size, 24.9) if gap < _MANY else size


def _anything(_case: Contradiction) -> float | None:
    return 0.0


def _gap(case: Contradiction) -> float | None:
    sides = _sides(case)
    return None if sides is None else abs(sides[0] - sides[1])


def _sides(case: Contradiction) -> tuple[float, float] | None:
    """Return what is stated and what is right: the figure and its arithmetic, or both sides of an equality of figures."""
    if case.stated is not None and case.value is not None:
        return case.stated.value, case.value.number
    match case.node:
        case Operation("=" | "<=", left, right) if _figures(case.node) and not _has(case.node, ("ratio", "rank")):
            values = [_number(each, case) for each in (left, right)]
            if values[0] is not None and values[1] is not None:
                return values[0].number, values[1].number
    return None


def _number(node: Node, case: Contradiction) -> Value | None:
    try:
        result = evaluate(node, case.context)
    except (Unknown, UnfitError):
        return None
    return result if isinstance(result, Value) else None


def _unit(case: Contradiction) -> str:
    """Return the unit of what is stated, or of the figures that an equality is made of."""
    if case.row["unit"] != "word":
        return case.row["unit"]
    units = {str(catalogue.series().at[each.series, "unit"]) for each in case.figures}
    return units.pop() if len(units) == 1 else ""


def _is_change(case: Contradiction) -> bool:
    return isinstance(case.node, Call) and case.node.name in _CHANGES


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


_RULES = {
    "label": _label,
    "assurance": _assurance,
    "order": _order,
    "few": _few,
    "steps": _steps,
    "rank": _rank,
    "named": _named,
    "change": _change,
    "points": _points,
    "rounding": _rounding,
    "relative": _relative,
    "anything": _anything,
}
