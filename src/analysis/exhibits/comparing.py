"""Exhibits of comparisons: what changed, and how an area stands beside others, each with its certainty."""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis import catalogue
from analysis.analyses.benchmark import coverage, peers
from analysis.analyses.findings import Finding, findings, how_judged, how_many_by_chance
from analysis.catalogue import areas, periods, wording
from analysis.exhibits.parts import context
from analysis.exhibits.parts.charts import dots, forest, panel
from analysis.exhibits.parts.exhibit import Exhibit, Sentences, Table, slug
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope

_VERDICTS = {
    "up": "A rise",
    "down": "A fall",
    "no clear change": "No clear change",
    "no events": "None in either",
    "not comparable": "Not one series: not compared",
    "not tested": "Can't be said: a base is not printed",
    "values only": "A difference; no test applies",
}
_SPANS = {"year": "this year and the year before", "quarter": "this quarter and the same quarter a year before"}
_METHODS = {
    "ratio": ("Numbers", "change in per cent"),
    "points": ("Shares", "change in percentage points"),
    "none": ("What could not be tested", ""),
}


@otherwise("No figure in this report is held for both years, so nothing can be compared.")
def sure_findings(judged: pd.DataFrame, limit: int = 8) -> list[Sentences]:
    """Return the findings that an interval supports, most important first, at most `limit`, and how many chance would give."""
    every = findings(judged)
    sure = [finding.headline for finding in every if finding.sure]
    chance = how_many_by_chance(judged)
    if not sure and not chance:
        return []
    shown = sure[:limit]
    if len(sure) > limit:
        shown.append(f"{len(sure) - limit} more are in the tables below.")
    return [Sentences((*shown, chance), how=how_judged(every))]


@otherwise("There is no pair of years to show.")
def changes(judged: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return an exhibit for each area and kind of comparison: a chart of the changes, and a table of all pairs."""
    held = judged[judged["verdict"] != "missing"]
    return [
        _changes(area, method, held[(held["area"] == area) & (held["method"] == method)], scope)
        for area in scope.areas
        for method in _METHODS
        if ((held["area"] == area) & (held["method"] == method)).any()
    ]


@otherwise("No rate or share in this report is held for two areas or more, so there is nothing to compare.")
def beside(compared: pd.DataFrame, judged: pd.DataFrame, comparators: str, scope: Scope) -> list[Exhibit]:
    """Return an exhibit an indicator: the areas beside each other with intervals, and what may be said of those asked for."""
    held = coverage(compared, comparators).set_index("indicator")
    said = findings(judged)
    return [
        _beside(name, rows, [each for each in said if each.indicator == name], held.loc[name], comparators, scope)
        for name, rows in compared.groupby("indicator", sort=False)
    ]


def _changes(area: str, method: str, rows: pd.DataFrame, scope: Scope) -> Exhibit:
    place = areas.label(area)
    kind, measured = _METHODS[method]
    span = "quarter" if rows["period"].map(periods.kind).eq("quarter").all() else "year"
    every = findings(rows)
    drawn = [finding for finding in every if finding.drawn]
    panels: tuple[str, ...] = ()
    if drawn:
        points = pd.DataFrame(
            [(each.title, each.estimate, each.lower, each.upper, each.change_words) for each in drawn],
            columns=["label", "estimate", "lower", "upper", "words"],
        )
        description = f"{kind} in {place}, {measured}: {wording.listing([each.spoken for each in drawn])}."
        identity = slug(f"change-{span}-{area}-{method}")
        panels = (panel(forest(points, f"{place}: {measured}"), identity, description, rows=len(points)),)
    return Exhibit(
        identity=slug(f"changes-{span}-{area}-{method}"),
        headline=_count_changes(place, kind, every),
        subtitle=f"{kind}, {place}: each figure against the same span a year before. {_reading(method)}",
        panels=panels,
        table=_change_table(f"{kind}, {place}: {_SPANS[span]}", every),
        source=context.source_line(sources(rows, scope), scope),
        definition=how_judged(every),
    )


def _reading(method: str) -> str:
    if method == "none":
        return "The figures are side by side; nothing is claimed of their difference."
    return "The line through each point is its 95% interval: a change is sure only where the line doesn't touch 0."


def _count_changes(place: str, kind: str, every: list[Finding]) -> str:
    if kind == _METHODS["none"][0]:
        figure = "figure" if len(every) == 1 else "figures"
        return f"{place}: {len(every)} {figure} could be set side by side but not tested"
    rose = sum(each.verdict == "up" for each in every)
    fell = sum(each.verdict == "down" for each in every)
    none = sum(each.verdict == "no events" for each in every)
    rest = len(every) - rose - fell - none
    counts = ((rose, "rose"), (fell, "fell"), (rest, "without a clear change"), (none, "none in either"))
    return f"{place}, {wording.lower_first(kind)}: {', '.join(f'{count} {words}' for count, words in counts if count)}"


def _change_table(caption: str, every: list[Finding]) -> Table:
    columns = ("Indicator", "Before", "Now", "Change", "95% interval", "What can be said", "Judgement")
    cells = tuple(
        (
            finding.title,
            finding.before_words,
            finding.now_words,
            finding.change_words,
            finding.interval_words,
            _VERDICTS[finding.verdict],
            finding.judgement.capitalize() or "No judgement",
        )
        for finding in every
    )
    return Table(caption, columns, cells)


def sources(rows: pd.DataFrame, scope: Scope) -> pd.Series:
    """Return the source cells of the rows' indicators in the rows' areas."""
    mine = scope.measures if rows["area"].isin(scope.areas).all() else scope.everywhere
    return mine.loc[mine["indicator"].isin(rows["indicator"]) & mine["area"].isin(rows["area"]), "source"]


def _beside(name: str, rows: pd.DataFrame, said: list[Finding], held: pd.Series, comparators: str, scope: Scope) -> Exhibit:
    entry = catalogue.indicators().loc[name]
    words = partial(context.value, name)
    points = rows.assign(label=[areas.label(area) for area in rows["area"]], focus=rows["area"].isin(scope.areas)).sort_values(
        "value", ascending=False, kind="stable"
    )
    spoken = [f"{row.label} {words(row.value, row.status)}" for row in points.itertuples(index=False)]
    when = wording.listing(sorted({periods.label(period) for period in rows["period"]}))
    description = f"{entry['title']}, {when}: {wording.listing(spoken)}."
    chosen = peers(comparators)
    mine = [each for each, focus in zip(spoken, points["focus"], strict=True) if focus]
    headline = said[0].headline if len(said) == 1 else f"{entry['title']}: {wording.listing(mine or spoken)}"
    compared_with = (
        f"{chosen['title'].iloc[0].capitalize()}, as of {chosen['vintage'].iloc[0].replace('-', '/')}. An area is left out of "
        "what it is compared with. " + (f"No figure is held for {held['missing']}." if held["missing"] else "")
    )
    identity = slug(f"beside-{name}")
    return Exhibit(
        identity=f"{identity}-exhibit",
        headline=headline,
        subtitle=f"{context.unit_heading(name)}, {when}, with 95% intervals. {held['had']} of {held['of']} areas had a figure",
        notes=tuple(each.headline for each in said) if len(said) > 1 else (),
        panels=(panel(dots(points, f"{when}", words), identity, description, rows=len(points)),),
        table=_beside_table(name, points, said, f"{entry['title']}, {when}, by area"),
        source=context.source_line(rows["source"], scope),
        definition=(*context.definition(name), ("Compared with", compared_with), *how_judged(said)),
    )


def _beside_table(name: str, points: pd.DataFrame, said: list[Finding], caption: str) -> Table:
    columns = (
        "Area",
        context.unit_heading(name),
        "95% interval",
        "Numerator",
        "Base",
        "Compared with",
        *context.DIFFERENCE,
        "Printed at",
    )
    found = {each.area: (each.before_words, each.change_words, each.interval_words) for each in said}
    cells = tuple(
        (
            row.label,
            context.bare(name, row.value, row.status),
            context.interval(name, row.lower, row.upper),
            context.count(row.numerator),
            context.count(row.denominator) + (f" ({periods.label(row.denominator_period)})" if row.denominator_period else ""),
            *found.get(row.area, ("", "", "")),
            context.printed_at(row.source),
        )
        for row in points.itertuples(index=False)
    )
    return Table(caption, columns, cells)
