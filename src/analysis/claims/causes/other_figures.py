"""Causes that lie in another figure: of another year, area, column or release, or of the statement beside this one.

Each function returns the arithmetic that gives the printed figure, or the empty string.
"""

from __future__ import annotations

from dataclasses import replace

from analysis import catalogue
from analysis.catalogue import areas, periods
from analysis.claims.causes.contradiction import Contradiction
from analysis.claims.language.evaluate import Value, value_of
from analysis.claims.language.grammar import Call, Figure
from analysis.statistics import round_half_up


def other_year(case: Contradiction) -> str:
    """Return the arithmetic of the year before or after, where that gives what is printed."""
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


def _counterpart(case: Contradiction, period: str) -> str:
    """Return the words for two figures that changed places: the statement on the other year gives this year's figure."""
    for row in case.neighbours:
        same = (row["series"], row["category"], row["area"]) == tuple(case.row[name] for name in ("series", "category", "area"))
        if same and row["series"] and case.value is not None and periods.parse(row["period"]) == period:
            shown = {case.shown(case.value.number), f"{float(round_half_up(case.value.number)):,.0f}%"}
            if row["stated"] in shown:
                return f", and {periods.label(period)} is given this year's {row['stated']}"
    return ""


def _periods(case: Contradiction) -> list[str]:
    known_periods = {each.period for each in case.context.figures.all if each.area == case.context.at.area}
    return sorted(
        (each for each in known_periods if periods.kind(each) == periods.kind(case.context.at.period)), key=periods.order
    )


def other_area(case: Contradiction) -> str:
    """Return the arithmetic of another area, where that gives what is printed to at least two digits."""
    at = case.context.at
    if case.stated is None or abs(case.stated.value) < 10 or case.stated.value == 100:
        return ""
    for code in dict.fromkeys(each.area for each in case.context.figures.all if each.period == at.period):
        value = case.at(replace(at, area=code)) if code != at.area else None
        if value is not None and case.gives(value.number):
            return f"{_arithmetic(case, value)} is {areas.label(code)}'s"
    return ""


def other_column(case: Contradiction) -> str:
    """Return the figure of another quarter or of the year in the same row of a table."""
    at = case.context.at
    if case.stated is None or not case.row["series"] or case.stated.value in (0, 100) or case.rule:
        return ""
    columns = [*periods.quarters(at.period), periods.year_of(at.period)] if periods.kind(at.period) != "date" else []
    for period in columns:
        figure = case.context.figures.get(case.row["series"], case.row["category"], replace(at, period=period))
        if period != at.period and figure is not None and case.gives(figure.value):
            return f"{value_of(figure).words} is printed for {periods.label(period)}"
    return ""


def same_sentence(case: Contradiction) -> str:
    """Return the arithmetic with the figures of the same sentence, where those are themselves contradicted."""
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


def _over_stated_difference(case: Contradiction) -> str:
    """Return the difference that the sentence states, over the earlier figure."""
    match case.node:
        case Call("rise" | "fall", (Figure() as later,)):
            earlier_value = case.value_of(Figure(later.series, later.category, (*later.places, "before")))
        case _:
            return ""
    for row in case.neighbours if earlier_value is not None and earlier_value.number else ():
        change = case.context.stated_figures.get(row["id"])
        if (
            row["quote"] != case.row["quote"]
            or row["series"]
            or row["unit"] != "count"
            or change is None
            or earlier_value is None
        ):
            continue
        value = 100 * change.number / earlier_value.number
        if case.gives(value):
            return f"{change.words} / {earlier_value.words} = {case.shown(value)}"
    return ""


def earlier_release(case: Contradiction) -> str:
    """Return the figure as an earlier release gave it."""
    return _of_status(case, earlier=True)


def _of_status(case: Contradiction, *, earlier: bool) -> str:
    for figure in case.figures[:1]:
        prints = case.context.figures.prints(figure.series, figure.category, case.context.at)
        releases = {print_of_figure.file.rpartition("/")[0] for print_of_figure in prints}
        for print_of_figure in prints if len(releases) > 1 and earlier else ():
            if case.gives(print_of_figure.value) and print_of_figure.file.rpartition("/")[0] != max(releases):
                return f"{value_of(print_of_figure).words} in the release {print_of_figure.file.rpartition('/')[0]}"
    return ""


def restated(case: Contradiction) -> str:
    """Return the proof that a year was restated: its parts add up to it, and its quarters as first returned do not."""
    match case.node:
        case Call("sum", (Call("quarters", (Figure() as figure,)),)):
            prints = case.context.figures.prints(figure.series, figure.category, replace(case.context.at, cell=""))
        case _:
            return ""
    revised = next((each for each in prints if each.status == "revised"), None)
    if revised is None or case.value is None or not case.gives(revised.value):
        return ""
    series_table = catalogue.series()
    for series in series_table.index[series_table["parts_of"] != ""]:
        whole = series_table.at[series, "parts_of"]
        if revised.series not in (series, whole) or series_table.at[series, "exclusive"] != "yes":
            continue
        total = case.context.figures.get(whole, catalogue.TOTAL, case.context.at)
        parts = [each for each in case.context.figures.categories(series, case.context.at) if each.file == revised.file]
        if total is not None and parts and sum(part.value for part in parts) == total.value:
            return (
                f"the year's {len(parts)} parts add up to its total of {total.value:,.0f}; "
                f"the quarters as first returned give {case.shown(case.value.number)}"
            )
    return ""


def as_in_table(case: Contradiction) -> str:
    """Return the figure of a table where the statement repeats it, rounded, and the counts don't give it."""
    if case.rule or case.stated is None or case.share is None or not case.row["series"]:
        return ""
    for figure in case.context.figures.best_prints(case.row["series"], case.row["category"], case.context.at, computed=True):
        if case.gives(figure.value):
            return f"{case.context.figures.where(figure.source)} has {value_of(figure).words}"
    return ""


def copied(case: Contradiction) -> str:
    """Return what the statement before or after says, where it states another figure with the same words."""
    if case.stated is None or abs(case.stated.value) < 10:
        return ""
    for row in case.neighbours:
        another = row["quote"] != case.row["quote"] and (row["series"] != case.row["series"] or not row["series"])
        if (
            another
            and row["stated"].strip("%") == case.row["stated"].strip("%")
            and row["unit"] == case.row["unit"]
            and row["area"] == case.row["area"]
        ):
            title = catalogue.series()["title"].get(row["series"], "another figure")
            return f"{row['stated']} stands beside it for: {title.removesuffix(', % as printed')}"
    return ""


def _arithmetic(case: Contradiction, value: Value) -> str:
    return value.words if value.atomic and value.figure else f"{value.words} = {case.shown(value.number)}"
