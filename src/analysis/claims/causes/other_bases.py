"""Causes that lie in numerator or base: another base, a part of the numerator, averaged quarters, another number of respondents.

Each function returns the arithmetic that gives the printed figure, or the empty string.
"""

from __future__ import annotations

from dataclasses import replace

from analysis import catalogue
from analysis.catalogue import periods
from analysis.claims.causes.contradiction import Contradiction
from analysis.claims.language.evaluate import place_of, value_of
from analysis.claims.language.grammar import Call, Figure, Node, Operation
from analysis.claims.lookup import Printed
from analysis.statistics import round_half_up


def mean_of_quarters(case: Contradiction) -> str:
    """Return the mean of the four quarters' percentages where that is printed for the year, whose own figure pools the counts."""
    at = case.context.at
    if case.stated is None or case.stated.unit != "percent" or periods.kind(at.period) != "year" or case.node is None:
        return ""
    quarters = [replace(at, period=each) for each in periods.quarters(at.period)]
    prints = [case.context.figures.get(case.row["series"], case.row["category"], each) for each in quarters]
    printed_values = [value_of(each) for each in prints if each is not None]
    for values in (printed_values, [value for each in quarters if (value := case.at(each)) is not None]):
        if len(values) == 4 and case.gives(sum(value.number for value in values) / 4):
            words = " + ".join(case.shown(value.number).rstrip("%") for value in values)
            mean = sum(value.number for value in values) / 4
            pooled = f", where the year's counts give {case.shown(case.value.number)}" if case.value else ""
            return f"({words}) / 4 = {case.shown(mean)}{pooled}"
    return ""


def other_base(case: Contradiction) -> str:
    """Return the numerator over a count printed beside it or over the sum of its breakdown; a change over the later figure."""
    if case.share is None:
        return _over_the_later(case)
    top = case.value_of(case.share[0])
    if top is None or top.number <= 0 or not case.figures:
        return ""
    first = case.figures[0]
    parts = case.value_of(Call("sum", (Call("parts", (Figure(first.series, first.category, first.places),)),)))
    if parts is not None and case.gives(100 * top.number / parts.number):
        whole = f"the sum of {catalogue.series().at[first.series, 'title']}"
        return f"{top.inner} / {parts.number:,.0f} ({whole}) = {case.shown(100 * top.number / parts.number)}"
    for base in _counts_beside(case):
        if base.value >= top.number and _label_of(base) != _label_of(first) and case.gives(100 * top.number / base.value):
            return f"{top.inner} / {base.value:,.0f} ({_title(base)}) = {case.shown(100 * top.number / base.value)}"
    return ""


def _over_the_later(case: Contradiction) -> str:
    match case.node:
        case Call("rise" | "fall" as name, (later, earlier)):
            pass
        case Call("rise" | "fall" as name, (Figure() as figure,)):
            later, earlier = figure, Figure(figure.series, figure.category, (*figure.places, "before"))
        case _:
            return ""
    later_value, earlier_value = case.value_of(later), case.value_of(earlier)
    if later_value is None or earlier_value is None or not later_value.number:
        return ""
    sign = 1 if name == "rise" else -1
    value = sign * 100 * (later_value.number - earlier_value.number) / later_value.number
    return (
        f"({later_value.words} − {earlier_value.words}) / {later_value.words} = {case.shown(value)}" if case.gives(value) else ""
    )


def part_of_numerator(case: Contradiction) -> str:
    """Return one term of the numerator alone over the base."""
    if case.share is None or not isinstance(case.share[0], Operation):
        return ""
    base = case.value_of(case.share[1])
    for figure in _terms(case.share[0]):
        term = case.value_of(figure)
        if term is not None and base is not None and base.number and case.gives(100 * term.number / base.number):
            return f"{term.words} / {base.inner} = {case.shown(100 * term.number / base.number)} counts {_label(figure)} alone"
    return ""


def other_respondents(case: Contradiction) -> str:
    """Return the largest smaller base that gives all the shares which the printed base does not give, if there are several."""
    match case.node:
        case Call("attainable", (Figure() as share, base)):
            printed = case.value_of(base)
        case _:
            return ""
    bases = catalogue.series()["denominator"]
    place = place_of(share, case.context.at)
    same_place = [each for each in case.context.figures.all if (each.area, each.period) == (place.area, place.period)]
    shares = [each for each in same_place if bases[each.series] == bases[share.series]]
    if printed is None:
        return ""
    failing = [each for each in shares if not _attainable(each, printed.number)]
    for size in range(int(printed.number) - 1, int(printed.number) // 2, -1):
        if len(failing) > 1 and all(_attainable(each, size) for each in failing):
            example = next(
                (each for each in failing if (each.series, each.category) == (share.series, share.category)), failing[0]
            )
            count = round(example.value * size / 100)
            return (
                f"{count} / {size} = {float(round_half_up(100 * count / size, example.decimals))}%, "
                f"as would be the {len(failing) - 1} others that {printed.words} does not give"
            )
    return ""


def implied_base(case: Contradiction) -> str:
    """Return the base that the printed share and its numerator imply, where it is far from the base that is named."""
    if case.share is None or case.stated is None or case.stated.low <= 0 or case.rule or case.value is None:
        return ""
    top, base = (case.value_of(each) for each in case.share)
    if top is None or base is None or top.number < 50 or abs(case.value.number / case.stated.value - 1) < 0.2:
        return ""
    low, high = (100 * top.number / end for end in (case.stated.high, case.stated.low))
    return f"{top.words} is {case.row['stated']} of {low:,.0f} to {high:,.0f}, not of {base.words}"


def _attainable(share: Printed, base: float) -> bool:
    count = round(share.value * base / 100)
    return any(float(round_half_up(100 * each / base, share.decimals)) == share.value for each in (count - 1, count, count + 1))


def _counts_beside(case: Contradiction) -> list[Printed]:
    at, counts = case.context.at, []
    units = catalogue.series()["unit"]
    files = dict.fromkeys(
        print_of_figure.file
        for figure in case.figures
        if (print_of_figure := case.context.figures.get(figure.series, figure.category, at)) is not None
    )
    for file in files:
        counts += [each for each in case.context.figures.beside(file, at.area, at.period) if units[each.series] == "count"]
    # Totals before parts: a base is rather a whole than one cell of a breakdown.
    return sorted(counts, key=lambda each: each.category != catalogue.TOTAL)


def _terms(node: Node) -> list[Figure]:
    match node:
        case Figure():
            return [node]
        case Operation("+", left, right):
            return [*_terms(left), *_terms(right)]
    return []


def _label_of(figure: Printed | Figure) -> tuple[str, str]:
    return figure.series, figure.category


def _title(figure: Printed) -> str:
    title = str(catalogue.series().at[figure.series, "title"])
    return title if figure.category == catalogue.TOTAL else f"{title}: {catalogue.category_label(figure.category)}"


def _label(figure: Figure) -> str:
    if figure.category == catalogue.TOTAL:
        return str(catalogue.series().at[figure.series, "title"])
    return catalogue.category_label(figure.category).lower()
