"""Exhibits of comparisons: what has changed, and how an area compares with others, each with its certainty."""

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
    """Return the headlines of sure findings, the most important first and at most `limit`, and how many chance would give."""
    all_findings = findings(judged)
    sure = [finding.headline for finding in all_findings if finding.sure]
    sentence_on_chance = how_many_by_chance(judged)
    if not sure and not sentence_on_chance:
        return []
    headlines = sure[:limit]
    if len(sure) > limit:
        headlines.append(f"{len(sure) - limit} more are in the tables below.")
    return [Sentences((*headlines, sentence_on_chance), how=how_judged(all_findings))]


@otherwise("There is no pair of years to show.")
def changes(judged: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each area and kind of comparison, with a chart of the changes and a table of all pairs."""
    with_figures = judged[judged["verdict"] != "missing"]
    return [
        _changes(area, method, with_figures[(with_figures["area"] == area) & (with_figures["method"] == method)], scope)
        for area in scope.areas
        for method in _METHODS
        if ((with_figures["area"] == area) & (with_figures["method"] == method)).any()
    ]


@otherwise("No rate or share in this report is held for two areas or more, so there is nothing to compare.")
def beside(compared: pd.DataFrame, judged: pd.DataFrame, comparators: str, scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each indicator: all areas side by side with intervals, and the findings on the areas of the page."""
    coverage_by_indicator = coverage(compared, comparators).set_index("indicator")
    all_findings = findings(judged)
    exhibits = []
    for name, rows in compared.groupby("indicator", sort=False):
        own_findings = [finding for finding in all_findings if finding.indicator == name]
        exhibits.append(_beside(name, rows, own_findings, coverage_by_indicator.loc[name], comparators, scope))
    return exhibits


def _changes(area: str, method: str, rows: pd.DataFrame, scope: Scope) -> Exhibit:
    place = areas.label(area)
    kind, unit_of_change = _METHODS[method]
    span = "quarter" if rows["period"].map(periods.kind).eq("quarter").all() else "year"
    all_findings = findings(rows)
    drawn = [finding for finding in all_findings if finding.drawn]
    panels: tuple[str, ...] = ()
    if drawn:
        points = pd.DataFrame(
            [(finding.title, finding.estimate, finding.lower, finding.upper, finding.change_words) for finding in drawn],
            columns=["label", "estimate", "lower", "upper", "words"],
        )
        description = f"{kind} in {place}, {unit_of_change}: {wording.listing([finding.spoken for finding in drawn])}."
        identity = slug(f"change-{span}-{area}-{method}")
        panels = (panel(forest(points, f"{place}: {unit_of_change}"), identity, description, rows=len(points)),)
    return Exhibit(
        identity=slug(f"changes-{span}-{area}-{method}"),
        headline=_count_changes(place, kind, all_findings),
        subtitle=f"{kind}, {place}: each figure against the same span a year before. {_reading(method)}",
        panels=panels,
        table=_change_table(f"{kind}, {place}: {_SPANS[span]}", all_findings),
        source=context.source_line(sources(rows, scope), scope),
        definition=how_judged(all_findings),
    )


def _reading(method: str) -> str:
    if method == "none":
        return "The figures are side by side; nothing is claimed of their difference."
    return "The line through each point is its 95% interval: a change is sure only where the line doesn't touch 0."


def _count_changes(place: str, kind: str, all_findings: list[Finding]) -> str:
    if kind == _METHODS["none"][0]:
        figure = "figure" if len(all_findings) == 1 else "figures"
        return f"{place}: {len(all_findings)} {figure} could be set side by side but not tested"
    count_up = sum(finding.verdict == "up" for finding in all_findings)
    count_down = sum(finding.verdict == "down" for finding in all_findings)
    count_none = sum(finding.verdict == "no events" for finding in all_findings)
    count_unclear = len(all_findings) - count_up - count_down - count_none
    counts = ((count_up, "rose"), (count_down, "fell"), (count_unclear, "without a clear change"), (count_none, "none in either"))
    return f"{place}, {wording.lower_first(kind)}: {', '.join(f'{count} {words}' for count, words in counts if count)}"


def _change_table(caption: str, all_findings: list[Finding]) -> Table:
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
        for finding in all_findings
    )
    return Table(caption, columns, cells)


def sources(rows: pd.DataFrame, scope: Scope) -> pd.Series:
    """Return the source cells of the rows' indicators in the rows' areas."""
    measures = scope.measures if rows["area"].isin(scope.areas).all() else scope.everywhere
    return measures.loc[measures["indicator"].isin(rows["indicator"]) & measures["area"].isin(rows["area"]), "source"]


def _beside(
    name: str, rows: pd.DataFrame, own_findings: list[Finding], coverage_row: pd.Series, comparators: str, scope: Scope
) -> Exhibit:
    entry = catalogue.indicators().loc[name]
    words = partial(context.value, name)
    points = rows.assign(label=[areas.label(area) for area in rows["area"]], focus=rows["area"].isin(scope.areas)).sort_values(
        "value", ascending=False, kind="stable"
    )
    areas_in_words = [f"{row.label} {words(row.value, row.status)}" for row in points.itertuples(index=False)]
    when = wording.listing(sorted({periods.label(period) for period in rows["period"]}))
    description = f"{entry['title']}, {when}: {wording.listing(areas_in_words)}."
    chosen = peers(comparators)
    focus_in_words = [words_of_area for words_of_area, focus in zip(areas_in_words, points["focus"], strict=True) if focus]
    headline = (
        own_findings[0].headline
        if len(own_findings) == 1
        else f"{entry['title']}: {wording.listing(focus_in_words or areas_in_words)}"
    )
    compared_with = (
        f"{chosen['title'].iloc[0].capitalize()}, as of {chosen['vintage'].iloc[0].replace('-', '/')}. An area is left out of "
        "what it is compared with. " + (f"No figure is held for {coverage_row['missing']}." if coverage_row["missing"] else "")
    )
    identity = slug(f"beside-{name}")
    return Exhibit(
        identity=f"{identity}-exhibit",
        headline=headline,
        subtitle=f"{context.unit_heading(name)}, {when}, with 95% intervals. "
        f"{coverage_row['members_with_figure']} of {coverage_row['members']} areas had a figure",
        notes=tuple(finding.headline for finding in own_findings) if len(own_findings) > 1 else (),
        panels=(panel(dots(points, f"{when}", words), identity, description, rows=len(points)),),
        table=_beside_table(name, points, own_findings, f"{entry['title']}, {when}, by area"),
        source=context.source_line(rows["source"], scope),
        definition=(*context.definition(name), ("Compared with", compared_with), *how_judged(own_findings)),
    )


def _beside_table(name: str, points: pd.DataFrame, own_findings: list[Finding], caption: str) -> Table:
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
    words_by_area = {
        finding.area: (finding.before_words, finding.change_words, finding.interval_words) for finding in own_findings
    }
    cells = tuple(
        (
            row.label,
            context.bare(name, row.value, row.status),
            context.interval(name, row.lower, row.upper),
            context.count(row.numerator),
            context.count(row.denominator) + (f" ({periods.label(row.denominator_period)})" if row.denominator_period else ""),
            *words_by_area.get(row.area, ("", "", "")),
            context.printed_at(row.source),
        )
        for row in points.itertuples(index=False)
    )
    return Table(caption, columns, cells)
