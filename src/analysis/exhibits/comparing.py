"""Exhibits of comparisons: what has changed, and how an area compares with others, each with how unusual it is."""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis import catalogue
from analysis.analyses import scorecard
from analysis.analyses.benchmark import coverage, peers
from analysis.analyses.findings import JUDGED, Finding, findings, findings_of_places, how_judged
from analysis.catalogue import areas, periods, wording
from analysis.exhibits.parts import context
from analysis.exhibits.parts.charts import dots, forest, panel
from analysis.exhibits.parts.exhibit import Exhibit, Sentences, Table, slug
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope

_SPANS = {"year": "on the year before", "quarter": "on last year's quarter"}
# {method of a finding: what is compared, and the unit of a change}
_METHODS = {
    "movement": ("Numbers", "change in per cent"),
    "movement_share": ("Shares", "change in percentage points"),
    "": ("Not judged", ""),
}
_NONE_UNUSUAL = "Nothing moved unusually: {changes} that could be judged {are} within the usual ups and downs."
_MANY_UNUSUAL = "Of {judged} {changes} judged, {unusual}."
_SOME_UNLIKE = "Of {judged} {comparisons} with six others or more, {unlike} outside the range for one more like them."
_NONE_UNLIKE = "No area of this report lies outside the range for one more like those that it is compared with."


@otherwise("No figure in this report is held for both years, so nothing can be compared.")
def unusual_findings(judged: pd.DataFrame, scope: Scope, limit: int = 8) -> list[Sentences]:
    """Return the headlines of unusual changes (`findings.judge`), the most important first and at most `limit`, and how many
    were judged."""
    all_findings = [finding for finding in findings(judged, scorecard.flags(scope)) if finding.verdict in JUDGED]
    if not all_findings:
        return []
    unusual = [finding.headline for finding in all_findings if finding.unusual]
    headlines = unusual[:limit]
    if len(unusual) > limit:
        headlines.append(f"{len(unusual) - limit} more are in the tables below.")
    judged_changes, one = len(all_findings), len(all_findings) == 1
    if not unusual:
        changes = "the one change" if one else f"all {judged_changes} changes"
        return [Sentences((_NONE_UNUSUAL.format(changes=changes, are="is" if one else "are"),), statement=True)]
    number = f"{len(unusual)} {'is' if len(unusual) == 1 else 'are'} unusual"
    sentence = _MANY_UNUSUAL.format(judged=judged_changes, changes="change" if one else "changes", unusual=number)
    return [Sentences((*headlines, sentence), how=how_judged(all_findings))]


@otherwise("No figure in this report can be compared between areas.")
def place_findings(compared: pd.DataFrame) -> list[Sentences]:
    """Return the headlines of areas that are unlike those they are compared with, and of how many; or that none is."""
    placed = [finding for finding in findings_of_places(compared) if finding.verdict != "beside"]
    if not placed:
        return []
    unlike = [finding.headline for finding in placed if finding.unusual]
    if not unlike:
        return [Sentences((_NONE_UNLIKE,), statement=True)]
    judged = sum(bool(finding.method) for finding in placed)
    number = f"{len(unlike)} {'is' if len(unlike) == 1 else 'are'}"
    sentence = _SOME_UNLIKE.format(judged=judged, comparisons=_comparisons(judged), unlike=number)
    return [Sentences((*unlike, sentence), how=how_judged(placed))]


def _comparisons(number: int) -> str:
    return "comparison" if number == 1 else "comparisons"


@otherwise("There is no pair of years to show.")
def changes(judged: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each area and kind of comparison, with a chart of the changes and a table of all pairs."""
    with_figures = judged[judged["verdict"] != "missing"]
    all_findings = findings(with_figures, scorecard.flags(scope))
    method = pd.Series([finding.method for finding in all_findings], index=with_figures.index, dtype=object)
    exhibits = []
    for area in scope.areas:
        for name in _METHODS:
            chosen = (with_figures["area"] == area) & (method == name)
            if chosen.any():
                of_kind = [finding for finding, here in zip(all_findings, chosen, strict=True) if here]
                exhibits.append(_changes(area, name, with_figures[chosen], of_kind, scope))
    return exhibits


@otherwise("No rate or share in this report is held for two areas or more, so there is nothing to compare.")
def beside(compared: pd.DataFrame, judged: pd.DataFrame, comparators: str, scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each indicator: all areas side by side with intervals, and the findings on the areas of the page."""
    coverage_by_indicator = coverage(compared, comparators).set_index("indicator")
    all_findings = findings_of_places(judged)
    # Of few others a place says nothing that their figures don't.
    told = findings_of_places(judged[judged["members_placed"] >= scorecard.FEWEST_OTHERS])
    exhibits = []
    for name, rows in compared.groupby("indicator", sort=False):
        own, said = ([finding for finding in each if finding.indicator == name] for each in (all_findings, told))
        exhibits.append(_beside(name, rows, own, said, coverage_by_indicator.loc[name], comparators, scope))
    return exhibits


def _changes(area: str, method: str, rows: pd.DataFrame, all_findings: list[Finding], scope: Scope) -> Exhibit:
    place = areas.label(area)
    kind, unit_of_change = _METHODS[method]
    span = "quarter" if rows["period"].map(periods.kind).eq("quarter").all() else "year"
    drawn = [finding for finding in all_findings if finding.drawn]
    panels: tuple[str, ...] = ()
    if drawn:
        points = pd.DataFrame(
            [(finding.title, finding.estimate, finding.lower, finding.upper, finding.change_words) for finding in drawn],
            columns=["label", "estimate", "lower", "upper", "words"],
        )
        description = f"{kind} in {place}, {unit_of_change}: {wording.listing([finding.spoken for finding in drawn])}."
        identity = slug(f"change-{span}-{area}-{method or 'none'}")
        panels = (panel(forest(points, f"{place}: {unit_of_change}"), identity, description, rows=len(points)),)
    return Exhibit(
        identity=slug(f"changes-{span}-{area}-{method or 'none'}"),
        headline=count_changes(f"{place}, {wording.lower_first(kind)}" if method else place, all_findings),
        subtitle=_reading(method),
        panels=panels,
        table=change_table(f"{kind}, {place}: {_SPANS[span]}", all_findings),
        source=context.source_line(sources(rows, scope), scope),
    )


def _reading(method: str) -> str:
    return "Line beside a point: where the change would be usual" if method else ""


def count_changes(what: str, all_findings: list[Finding]) -> str:
    """Return how many of the changes are unusual, how many are not, and how many aren't judged."""
    judged = [finding for finding in all_findings if finding.verdict in JUDGED]
    unusual = sum(finding.unusual for finding in judged)
    counts = (
        (unusual, "moved unusually"),
        (len(judged) - unusual, "as authorities usually move"),
        (len(all_findings) - len(judged), "not judged"),
    )
    return f"{what}: {', '.join(f'{count} {words}' for count, words in counts if count)}"


def change_table(caption: str, all_findings: list[Finding], *, with_area: bool = False) -> Table:
    """Return the table of changes, a row each; `with_area` names the area where the table has several."""
    columns = ("Indicator", "Before", "Now", "Change", "Usual after that", "As large a change", "Verdict")
    cells = tuple(
        (
            f"{finding.title}, {areas.label(finding.area)}" if with_area else finding.title,
            finding.before_words,
            finding.now_words,
            finding.change_words,
            finding.usual_words.removeprefix("usual range "),
            finding.rarity_words,
            _verdict(finding),
        )
        for finding in all_findings
    )
    return Table(caption, columns, cells)


def _verdict(finding: Finding) -> str:
    return f"{finding.verdict_words}, {finding.judgement}" if finding.judgement else finding.verdict_words


def sources(rows: pd.DataFrame, scope: Scope) -> pd.Series:
    """Return the source cells of the rows' indicators in the rows' areas."""
    measures = scope.measures if rows["area"].isin(scope.areas).all() else scope.everywhere
    return measures.loc[measures["indicator"].isin(rows["indicator"]) & measures["area"].isin(rows["area"]), "source"]


def _beside(
    name: str,
    rows: pd.DataFrame,
    own_findings: list[Finding],
    told: list[Finding],
    coverage_row: pd.Series,
    comparators: str,
    scope: Scope,
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
    headline = told[0].headline if len(told) == 1 else f"{entry['title']}: {wording.listing(focus_in_words or areas_in_words)}"
    compared_with = f"{chosen['title'].iloc[0].capitalize()}, as of {chosen['vintage'].iloc[0].replace('-', '/')}." + (
        f" No figure is held for {coverage_row['missing']}." if coverage_row["missing"] else ""
    )
    identity = slug(f"beside-{name}")
    return Exhibit(
        identity=f"{identity}-exhibit",
        headline=headline,
        subtitle=f"{context.unit_heading(name)}, {when}, with 95% intervals. "
        f"{coverage_row['members_with_figure']} of {coverage_row['members']} areas had a figure",
        notes=tuple(finding.headline for finding in told) if len(told) > 1 else (),
        panels=(panel(dots(points, f"{when}", words), identity, description, rows=len(points)),),
        table=_beside_table(name, points, own_findings, f"{entry['title']}, {when}, by area"),
        source=context.source_line(rows["source"], scope),
        definition=(("Compared with", compared_with),),
        about=catalogue.subject(name),
    )


def _beside_table(name: str, points: pd.DataFrame, own_findings: list[Finding], caption: str) -> Table:
    columns = (
        "Area",
        context.unit_heading(name),
        "95% interval",
        "Numerator",
        "Base",
        "Compared with",
        *context.PLACE,
        "Printed at",
    )
    words_by_area = {finding.area: (finding.before_words, finding.change_words, finding.usual_words) for finding in own_findings}
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
