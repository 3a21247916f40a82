"""Exhibits of long series and of many areas: tested trends, control charts and funnel plots."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import Finding, finding_of_chart, finding_of_funnel, findings_of_slopes, how_judged, title
from analysis.catalogue import areas, periods, wording
from analysis.exhibits.comparing import sources
from analysis.exhibits.parts import context
from analysis.exhibits.parts.charts import control_chart, funnel_plot, panel
from analysis.exhibits.parts.exhibit import Exhibit, Sentences, Table, slug
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope
from analysis.statistics.arguments import TOO_FEW_POINTS

_RULES = {
    "beyond_limit": "beyond a limit",
    "run": "seven in a row on one side of the mean",
    "trend": "seven points moving one way",
    "two_of_three": "two of three beyond two thirds of the way to a limit",
}
_NONE_UNUSUAL = "No series of five points or more moved further than authorities usually do in as much time."
_TWO_VINTAGES = (
    "Quarters marked [r] were restated after their first return. Limits begin anew where they meet quarters as first returned."
)
# {flag of a funnel: where the area lies}
_POSITIONS = {
    -2: "below the outer line",
    -1: "below the inner line",
    0: "within the usual spread",
    1: "above the inner line",
    2: "above the outer line",
}
_LINES = "dashed: 95%, full: 99.8%"
_STATUS = {"ok": "Full limits", "trial": "Trial limits", "no variation": "No variation", "too few points": "Too few points"}


@otherwise("No series in this report is long enough to be judged: none has five points.")
def trend_findings(slopes: pd.DataFrame) -> list[Sentences]:
    """Return a sentence for each subject and area that moved unusually far (`trend.slopes`), by its rate or share if that did."""
    if slopes.empty:
        return []
    all_findings = findings_of_slopes(slopes)
    kinds = catalogue.indicators()["kind"]
    told: dict[tuple[str, str], Finding] = {}
    for finding in all_findings:
        subject = (catalogue.subject(finding.indicator), finding.area)
        if finding.unusual and (subject not in told or kinds[finding.indicator] in ("rate", "percentage")):
            told[subject] = finding
    if not told:
        return [Sentences((_NONE_UNUSUAL,), statement=True)]
    return [Sentences(tuple(finding.headline for finding in told.values()), how=how_judged(all_findings))]


@otherwise("No series in this report has five points or more.")
def trend_table(slopes: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the table of all series that were judged: from where to where, how rare that is, and the slope a year."""
    if slopes.empty:
        return []
    all_findings = findings_of_slopes(slopes)
    columns = (
        "Indicator and area",
        "From",
        "To",
        "As far in as much time",
        "A year",
        "95% interval",
        "Next year, four times in five",
        "Verdict",
    )
    cells = tuple(
        (
            f"{finding.title}, {areas.label(finding.area)}",
            finding.before_words,
            finding.now_words,
            finding.rarity_words,
            finding.change_words,
            finding.usual_words,
            finding.next_words,
            finding.verdict_words,
        )
        for finding in all_findings
    )
    return [
        Exhibit(
            identity="series-judged",
            headline=f"{len(slopes)} series of five points or more, judged by how far authorities move in as much time",
            subtitle="The slope a year stands with its interval; where England's figures are held, England's slope is taken off",
            table=Table("Series of five points or more", columns, cells),
            source=context.source_line(sources(slopes, scope), scope),
        )
    ]


@otherwise("No series in this report has five quarters, so no control chart is drawn.")
def control_charts(charts: pd.DataFrame, scope: Scope) -> list[Exhibit | Sentences]:
    """Return one exhibit for each control chart (`trend.control`); those whose latest quarter stands out come first.

    A series whose limits began anew too recently has no chart: a sentence names it.
    """
    series = [rows for _, rows in charts.groupby(["indicator", "area"], sort=False)]
    drawn = [rows for rows in series if rows["status"].iloc[-1] != TOO_FEW_POINTS]
    drawn.sort(key=lambda rows: rows["icon"].iloc[-1] in ("", "common cause"))
    sentences_without_chart = [finding_of_chart(rows).headline for rows in series if rows["status"].iloc[-1] == TOO_FEW_POINTS]
    without_chart = [Sentences(tuple(sentences_without_chart), statement=True)] if sentences_without_chart else []
    return [*(_control(rows, scope) for rows in drawn), *without_chart]


@otherwise("No area of this report lies outside the usual spread of ten areas or more, so no funnel is drawn.")
def funnels(rows: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each indicator of which an area of the scope lies beyond a line, with shrunk values and ranks.

    A funnel in which every area of the scope lies within the usual spread says nothing and is not shown. Without an area of the
    scope all are.
    """
    focus = rows["area"].isin(scope.areas)
    outside = set(rows.loc[(focus & (rows["flag"] != 0)) | ~focus.any(), "indicator"])
    return [_funnel(str(name), group, scope) for name, group in rows.groupby("indicator", sort=False) if name in outside]


def _control(rows: pd.DataFrame, scope: Scope) -> Exhibit:
    name, area = str(rows["indicator"].iloc[0]), str(rows["area"].iloc[0])
    words = partial(context.value, name)
    is_marked = rows[list(_RULES)].astype(bool)
    points = rows.assign(label=[_tick(period) for period in rows["period"]], signal=is_marked.any(axis=1))
    finding = finding_of_chart(rows)
    headline = finding.headline
    quarters_in_words = [
        f"{periods.label(row.period)} {words(row.value, row.figure_status)}" for row in rows.itertuples(index=False)
    ]
    identity = slug(f"control-{name}-{area}")
    caption = f"{context.measured(name)}, {areas.label(area)}: control chart by quarter"
    cells = tuple(
        (
            context.period_words(row.period, "revised" if row.restated else "final"),
            context.bare(name, row.value, row.figure_status),
            context.bare(name, row.centre),
            context.interval(name, row.lower, row.upper),
            wording.listing([text for rule, text in _RULES.items() if getattr(row, rule)]) or "No rule",
        )
        for row in rows.itertuples(index=False)
    )
    return Exhibit(
        identity=f"{identity}-exhibit",
        headline=headline,
        subtitle=f"{context.unit_heading(name)} by quarter. {_STATUS[rows['status'].iloc[-1]]}"
        f"{'; diamond: outside the usual variation' if points['signal'].any() else ''}{_restart_of_limits(rows)}",
        notes=(_TWO_VINTAGES,) if rows["restated"].nunique() > 1 else (),
        panels=(
            panel(
                control_chart(points, areas.label(area), words),
                identity,
                f"{caption}: {wording.listing(quarters_in_words)}. {headline}",
            ),
        ),
        table=Table(caption, ("Quarter", context.unit_heading(name), "Mean", "Limits", "Rules that mark it"), cells),
        source=context.source_line(sources(rows, scope), scope),
        about=catalogue.subject(name),
    )


def _restart_of_limits(rows: pd.DataFrame) -> str:
    """Return a clause on when the limits of a chart began anew, with the quarters since; empty if they never did."""
    last_phase = rows[rows["phase"] == rows["phase"].iloc[-1]]
    if len(last_phase) == len(rows):
        return ""
    quarters = int(last_phase["value"].notna().sum())
    return f". Limits begin anew {periods.phrase(last_phase['period'].iloc[0])}: {quarters} quarters since"


def _funnel(name: str, rows: pd.DataFrame, scope: Scope) -> Exhibit:
    words = partial(context.value, name)
    points = rows.assign(
        base=rows["denominator"], focus=rows["area"].isin(scope.areas), label=[areas.label(area) for area in rows["area"]]
    )
    own_findings = [finding_of_funnel(row) for _, row in points[points["focus"]].iterrows()]
    headlines = [finding.headline for finding in own_findings]
    when = wording.listing(sorted({periods.label(period) for period in rows["period"]}))
    identity = slug(f"funnel-{name}")
    count_outside = int((rows["flag"] != 0).sum())
    usual = wording.number(0.05 * len(rows))
    summary = f"{count_outside} of {len(rows)} areas lie beyond the lines; about {usual} would if they differed as usual."
    cells = tuple(
        (
            row.label,
            context.bare(name, row.value),
            row.label_words,
            f"{context.bare(name, row.shrunk)} ({context.interval(name, row.shrunk_lower, row.shrunk_upper)})",
            f"{row.rank:.0f} ({row.rank_lower:.0f} to {row.rank_upper:.0f})",
        )
        for row in points.assign(label_words=rows["label"]).itertuples(index=False)
    )
    phi, tau2 = rows["phi"].iloc[0], rows["tau2"].iloc[0]
    return Exhibit(
        identity=f"{identity}-exhibit",
        headline=headlines[0]
        if len(headlines) == 1
        else f"{title(name)}: {_positions_in_words(points[points['focus']], words) or summary}",
        subtitle=f"{context.unit_heading(name)}, {when}; {_LINES}",
        notes=tuple(headlines) if len(headlines) > 1 else (),
        panels=(panel(funnel_plot(points, when), identity, f"{title(name)}, {when}. {summary} {_named(points)}"),),
        table=Table(
            f"{title(name)}, {when}: all areas",
            ("Area", context.unit_heading(name), "Funnel", "Shrunk towards the mean (95% interval)", "Rank (95% interval)"),
            cells,
        ),
        source=context.source_line(rows["source"], scope),
        definition=(
            ("Mean of all areas", words(rows["target"].iloc[0])),
            ("Spread between areas allowed for", f"over-dispersion φ {phi:.1f}, variance between areas τ² {tau2:.4f}"),
        ),
        about=catalogue.subject(name),
    )


def _positions_in_words(focus: pd.DataFrame, words: Callable[[float], str]) -> str:
    """Return where the areas of the page lie, with one clause for each position; empty if none has a figure."""
    clauses = []
    for flag, rows in focus.groupby("flag", sort=False):
        areas_in_words = wording.listing([f"{row.label} ({words(row.value)})" for row in rows.itertuples(index=False)])
        clauses.append(f"{areas_in_words} {'lie' if len(rows) > 1 else 'lies'} {_POSITIONS[int(flag)]}")
    return "; ".join(clauses)


def _named(points: pd.DataFrame) -> str:
    """Return the sentence for the description of a chart that names the areas marked in it."""
    marked = wording.listing(points.loc[points["focus"], "area"].map(areas.label).tolist())
    return f"Marked: {marked}; their figures are in the table." if marked else "All figures are in the table."


def _tick(period: str) -> str:
    return f"Q{period[-1]}\n{period[2:7].replace('-', '/')}"
