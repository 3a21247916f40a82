"""Causes that lie in another figure: another year, area, column, base or release, or the statement beside this one."""

from __future__ import annotations

from dataclasses import replace

from analysis import areas, catalogue, periods
from analysis.claims.case import Case
from analysis.claims.evaluate import Value, place_of, value_of
from analysis.claims.figures import Printed
from analysis.claims.grammar import Call, Figure, Node, Operation
from analysis.statistics import round_half_up


def other_year(case: Case) -> str:
    """The arithmetic of the year before or after, where that gives what is printed."""
    at, stated = case.context.at, case.stated
    if stated is None or periods.kind(at.period) == "quarter" or stated.value in (0, 100):
        return ""
    before = periods.year_before(at.period)
    after = next((each for each in _periods(case) if periods.year_before(each) == at.period), "")
    for period in (after, before):
        value = case.at(replace(at, period=period)) if period else None
        if value is not None and case.gives(value.number):
            return f"{_arithmetic(case, value)} is {periods.label(period)}'s{_counterpart(case, period)}"
    return ""


def _counterpart(case: Case, period: str) -> str:
    """Say so where the other year's statement in turn states this year's figure: then the two have changed places."""
    for row in case.neighbours:
        same = (row["series"], row["category"], row["area"]) == tuple(case.row[name] for name in ("series", "category", "area"))
        if same and row["series"] and case.value is not None and periods.parse(row["period"]) == period:
            shown = {case.shown(case.value.number), f"{float(round_half_up(case.value.number)):,.0f}%"}
            if row["stated"] in shown:
                return f", and {periods.label(period)} is given this year's {row['stated']}"
    return ""


def _periods(case: Case) -> list[str]:
    found = {each.period for each in case.context.figures.all if each.area == case.context.at.area}
    return sorted((each for each in found if periods.kind(each) == periods.kind(case.context.at.period)), key=periods.order)


def other_area(case: Case) -> str:
    """The arithmetic of another area, where that gives what is printed to at least two digits."""
    at = case.context.at
    if case.stated is None or abs(case.stated.value) < 10 or case.stated.value == 100:
        return ""
    for code in dict.fromkeys(each.area for each in case.context.figures.all if each.period == at.period):
        value = case.at(replace(at, area=code)) if code != at.area else None
        if value is not None and case.gives(value.number):
            return f"{_arithmetic(case, value)} is {areas.label(code)}'s"
    return ""


def mean_of_quarters(case: Case) -> str:
    """The mean of the four quarters' percentages, printed or computed, where the year's is pooled."""
    at = case.context.at
    if case.stated is None or case.stated.unit != "percent" or periods.kind(at.period) != "year" or case.node is None:
        return ""
    quarters = [replace(at, period=each) for each in periods.quarters(at.period)]
    shown = [case.context.figures.get(case.row["series"], case.row["category"], each) for each in quarters]
    printed = [value_of(each) for each in shown if each is not None]
    for values in (printed, [value for each in quarters if (value := case.at(each)) is not None]):
        if len(values) == 4 and case.gives(sum(value.number for value in values) / 4):
            words = " + ".join(case.shown(value.number).rstrip("%") for value in values)
            mean = sum(value.number for value in values) / 4
            return f"({words}) / 4 = {case.shown(mean)}, where the year's counts give {case.shown(case.value.number) if case.value else ''}"
    return ""


def other_base(case: Case) -> str:
    """The same numerator over a count printed beside it, or over the sum of its breakdown; for a change, over the later figure."""
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


def _over_the_later(case: Case) -> str:
    match case.node:
        case Call("rise" | "fall" as name, (later, *rest)) if isinstance(later, Figure) or rest:
            earlier = rest[0] if rest else Figure(later.series, later.category, (*later.places, "before"))  # type: ignore[union-attr]
        case _:
            return ""
    new, old = case.value_of(later), case.value_of(earlier)
    if new is None or old is None or not new.number:
        return ""
    sign = 1 if name == "rise" else -1
    value = sign * 100 * (new.number - old.number) / new.number
    return f"({new.words} − {old.words}) / {new.words} = {case.shown(value)}" if case.gives(value) else ""


def part_of_numerator(case: Case) -> str:
    """One term of a sum over the whole base."""
    if case.share is None or not isinstance(case.share[0], Operation):
        return ""
    base = case.value_of(case.share[1])
    for figure in _terms(case.share[0]):
        term = case.value_of(figure)
        if term is not None and base is not None and base.number and case.gives(100 * term.number / base.number):
            return f"{term.words} / {base.inner} = {case.shown(100 * term.number / base.number)} counts {_label(figure)} alone"
    return ""


def other_column(case: Case) -> str:
    """The same row of a table, another quarter or the year."""
    at = case.context.at
    if case.stated is None or not case.row["series"] or case.stated.value in (0, 100) or case.rule:
        return ""
    columns = [*periods.quarters(at.period), periods.year_of(at.period)] if periods.kind(at.period) != "date" else []
    for period in columns:
        found = case.context.figures.get(case.row["series"], case.row["category"], replace(at, period=period))
        if period != at.period and found is not None and case.gives(found.value):
            return f"{value_of(found).words} is printed for {periods.label(period)}"
    return ""


def same_sentence(case: Case) -> str:
    """The arithmetic with the figures of the same sentence, where those are themselves contradicted."""
    sources = frozenset(row["source"] for row in (case.row, *case.neighbours) if row["quote"] == case.row["quote"])
    if case.rule or not case.row["asserts"] or not sources:
        return ""
    stated = _over_stated_difference(case)
    if stated:
        return stated
    value = case.at(replace(case.context.at, prefer=sources))
    if value is None or case.value is None or value.number == case.value.number or not case.gives(value.number):
        return ""
    return _arithmetic(case, value)


def _over_stated_difference(case: Case) -> str:
    """The difference that the sentence states, over the earlier figure."""
    match case.node:
        case Call("rise" | "fall", (Figure() as later,)):
            old = case.value_of(Figure(later.series, later.category, (*later.places, "before")))
        case _:
            return ""
    for row in case.neighbours if old is not None and old.number else ():
        change = case.context.said.get(row["id"])
        if row["quote"] != case.row["quote"] or row["series"] or row["unit"] != "count" or change is None or old is None:
            continue
        value = 100 * change.number / old.number
        if case.gives(value):
            return f"{change.words} / {old.words} = {case.shown(value)}"
    return ""


def earlier_release(case: Case) -> str:
    """The same figure as an earlier release gave it."""
    return _of_status(case, earlier=True)


def _of_status(case: Case, *, earlier: bool) -> str:
    for figure in case.figures[:1]:
        prints = case.context.figures.prints(figure.series, figure.category, case.context.at)
        releases = {each.file.rpartition("/")[0] for each in prints}
        for each in prints if len(releases) > 1 and earlier else ():
            if case.gives(each.value) and each.file.rpartition("/")[0] != max(releases):
                return f"{value_of(each).words} in the release {each.file.rpartition('/')[0]}"
    return ""


def restated(case: Case) -> str:
    """A year marked as revised: it closes with the other figures of its own column, and its quarters as first returned don't."""
    match case.node:
        case Call("sum", (Call("quarters", (Figure() as figure,)),)):
            prints = case.context.figures.prints(figure.series, figure.category, replace(case.context.at, cell=""))
        case _:
            return ""
    mine = next((each for each in prints if each.status == "revised"), None)
    if mine is None or case.value is None or not case.gives(mine.value):
        return ""
    known = catalogue.series()
    for series in known.index[known["parts_of"] != ""]:
        whole = known.at[series, "parts_of"]
        if mine.series not in (series, whole) or known.at[series, "exclusive"] != "yes":
            continue
        total = case.context.figures.get(whole, catalogue.TOTAL, case.context.at)
        parts = [each for each in case.context.figures.categories(series, case.context.at) if each.file == mine.file]
        if total is not None and parts and sum(part.value for part in parts) == total.value:
            return (
                f"the year's {len(parts)} parts add up to its total of {total.value:,.0f}; "
                f"the quarters as first returned give {case.shown(case.value.number)}"
            )
    return ""


def other_respondents(case: Case) -> str:
    """The largest smaller base of which all shares that the printed base does not give would be shares, if there are several."""
    match case.node:
        case Call("attainable", (Figure() as share, base)):
            printed = case.value_of(base)
        case _:
            return ""
    bases = catalogue.series()["denominator"]
    place = place_of(share, case.context.at)
    shares = [each for each in case.context.figures.all
              if bases[each.series] == bases[share.series] and (each.area, each.period) == (place.area, place.period)]  # fmt: skip
    if printed is None:
        return ""
    failing = [each for each in shares if not _attainable(each, printed.number)]
    for size in range(int(printed.number) - 1, int(printed.number) // 2, -1):
        if len(failing) > 1 and all(_attainable(each, size) for each in failing):
            mine = next((each for each in failing if (each.series, each.category) == (share.series, share.category)), failing[0])
            count = round(mine.value * size / 100)
            return (
                f"{count} / {size} = {float(round_half_up(100 * count / size, mine.decimals))}%, "
                f"as would be the {len(failing) - 1} others that {printed.words} does not give"
            )
    return ""


def as_in_table(case: Case) -> str:
    """The figure of a table, rounded, where that is itself not what the counts give."""
    if case.rule or case.stated is None or case.share is None or not case.row["series"]:
        return ""
    for each in case.context.figures.best_prints(case.row["series"], case.row["category"], case.context.at, computed=True):
        if case.gives(each.value):
            return f"{case.context.figures.where(each.source)} has {value_of(each).words}"
    return ""


def implied_base(case: Case) -> str:
    """The base that the printed share and its numerator imply, where it is far from the one that is named."""
    if case.share is None or case.stated is None or case.stated.low <= 0 or case.rule or case.value is None:
        return ""
    top, base = (case.value_of(each) for each in case.share)
    if top is None or base is None or top.number < 50 or abs(case.value.number / case.stated.value - 1) < 0.2:
        return ""
    low, high = (100 * top.number / end for end in (case.stated.high, case.stated.low))
    return f"{top.words} is {case.row['stated']} of {low:,.0f} to {high:,.0f}, not of {base.words}"


def copied(case: Case) -> str:
    """The same words state another figure in the statement before or after."""
    if case.stated is None or abs(case.stated.value) < 10:
        return ""
    for row in case.neighbours:
        another = row["quote"] != case.row["quote"] and (row["series"] != case.row["series"] or not row["series"])
        if another and row["stated"].strip("%") == case.row["stated"].strip("%") and row["unit"] == case.row["unit"] and row["area"] == case.row["area"]:
            title = catalogue.series()["title"].get(row["series"], "another figure")
            return f"{row['stated']} stands beside it for: {title.removesuffix(', % as printed')}"
    return ""


def _attainable(share: Printed, base: float) -> bool:
    count = round(share.value * base / 100)
    return any(float(round_half_up(100 * each / base, share.decimals)) == share.value for each in (count - 1, count, count + 1))


def _counts_beside(case: Case) -> list[Printed]:
    at, found = case.context.at, []
    units = catalogue.series()["unit"]
    files = dict.fromkeys(
        print_.file
        for figure in case.figures
        if (print_ := case.context.figures.get(figure.series, figure.category, at)) is not None
    )
    for file in files:
        found += [each for each in case.context.figures.beside(file, at.area, at.period) if units[each.series] == "count"]
    # Totals before parts: a base is rather a whole than one cell of a breakdown.
    return sorted(found, key=lambda each: each.category != catalogue.TOTAL)


def _terms(node: Node) -> list[Figure]:
    match node:
        case Figure():
            return [node]
        case Operation("+", left, right):
            return [*_terms(left), *_terms(right)]
    return []


def _arithmetic(case: Case, value: Value) -> str:
    return value.words if value.atomic and value.figure else f"{value.words} = {case.shown(value.number)}"


def _label_of(figure: Printed | Figure) -> tuple[str, str]:
    return figure.series, figure.category


def _title(figure: Printed) -> str:
    title = str(catalogue.series().at[figure.series, "title"])
    return title if figure.category == catalogue.TOTAL else f"{title}: {catalogue.category_label(figure.category)}"


def _label(figure: Figure) -> str:
    if figure.category == catalogue.TOTAL:
        return str(catalogue.series().at[figure.series, "title"])
    return catalogue.category_label(figure.category).lower()
