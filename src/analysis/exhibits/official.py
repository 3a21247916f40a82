"""Exhibits of official statistics: an area compared with its statistical neighbours and the rest of its region and England."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.analyses import benchmark
from analysis.analyses.benchmark import comparators
from analysis.analyses.benchmark.numerators_and_bases import BAND
from analysis.analyses.findings import Finding, findings_of_places
from analysis.catalogue import areas, periods, wording
from analysis.exhibits.parts import context
from analysis.exhibits.parts.charts import dots, panel
from analysis.exhibits.parts.comparator_lines import beside_over_time
from analysis.exhibits.parts.exhibit import Exhibit, Sentences, Table, slug
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope
from analysis.statistics import proportion_interval, rate_interval

_SHORT_TITLES = {
    comparators.NEIGHBOURS: "Neighbours",
    comparators.MEDIAN: "Neighbours, median",
    comparators.REGION: "Rest of region",
    comparators.COUNTRY: "Rest of England",
    comparators.KIND: "Areas of its kind",
    comparators.OWN: "Areas chosen",
}
_OVER_TIME = (comparators.NEIGHBOURS, comparators.REGION, comparators.COUNTRY)
_BAND = "Most neighbours"
_FIRST = "Area or comparator"
_REPORT = "By the report itself"
_FIGURE = ["indicator", "area", "period", "category"]


@otherwise("No official figure is held for these areas.")
def comparator_sets(scope: Scope) -> list[Sentences]:
    """Return a sentence on the year that is compared, and one on each area's statistical neighbours and their set."""
    sentences = [f"The figures compared are those of {periods.label(scope.official_year)}, the latest year held for this page."]
    for area in scope.official_areas:
        neighbours, vintage = benchmark.neighbours(area, scope.official_figures)
        if neighbours:
            names_of_neighbours = wording.listing([areas.label(code) for code in neighbours])
            sentences.append(
                f"{areas.label(area)}: statistical neighbours of the set of {_month(vintage)}, the newest held, "
                f"are {names_of_neighbours}."
            )
        else:
            sentences.append(f"{areas.label(area)}: no set of statistical neighbours that is held names any.")
    return [Sentences(tuple(sentences))]


@otherwise("No council among these areas was reorganised: every series is of one ground.")
def ground(scope: Scope) -> list[Sentences]:
    """Return a sentence for each area that was made by a reorganisation: whether earlier figures belong to the same series."""
    sentences = []
    for area in scope.official_areas:
        valid_from, continues = areas.valid_from(area), areas.continues(area)
        if valid_from and continues:
            sentences.append(
                f"{areas.label(area)} took over the whole ground of its predecessor on {periods.label(valid_from)}: one series."
            )
        elif valid_from:
            sentences.append(
                f"{areas.label(area)} dates from {periods.label(valid_from)}. Figures of before are of other areas and are not "
                "joined to its own, unless their publisher has worked them out anew."
            )
    return [Sentences((" ".join(sentences),), statement=True)] if sentences else []


@otherwise("There is nothing to compare in the latest year.")
def against_comparators(judged: pd.DataFrame, comparator_values: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each indicator: each area with its comparators in the official year, intervals and verdicts.

    Those in which an area is unlike its neighbours come first and are drawn; of the others the table says it all.
    """
    unlike = set(judged.loc[judged["verdict"] == "unlike", "indicator"])
    order = [name for name in catalogue.indicators().index if (judged["indicator"] == name).any()]
    order.sort(key=lambda name: name not in unlike)
    return [
        _against(
            name,
            judged[judged["indicator"] == name],
            comparator_values[comparator_values["indicator"] == name],
            scope,
            name in unlike,
        )
        for name in order
    ]


@otherwise("No figure is held for two years or more.")
def comparators_over_time(comparator_values: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each indicator: each area and its comparators over all years that are held."""
    names = [name for name in catalogue.indicators().index if (comparator_values["indicator"] == name).any()]
    exhibits = [_over_time(name, comparator_values[comparator_values["indicator"] == name], scope) for name in names]
    return [exhibit for exhibit in exhibits if exhibit.panels]


def _against(name: str, judged: pd.DataFrame, comparator_values: pd.DataFrame, scope: Scope, is_drawn: bool) -> Exhibit:
    words = partial(context.value, name)
    period = judged["period"].iloc[0]
    judgements = list(zip(judged["comparator"], findings_of_places(judged), strict=True))
    against_neighbours = [finding for comparator, finding in judgements if comparator == comparators.NEIGHBOURS]
    headline_findings = against_neighbours or [judgements[0][1]]
    own_measures = scope.official_measures
    own_measures = own_measures[
        (own_measures["indicator"] == name) & (own_measures["period"] == period) & (own_measures["category"] == catalogue.TOTAL)
    ]
    panels, cells = [], []
    others = _by_the_report(name, own_measures, scope)
    for area in [code for code in scope.official_areas if code in set(judged["area"])]:
        own = own_measures[own_measures["area"] == area].iloc[0]
        rows = comparator_values[(comparator_values["area"] == area) & (comparator_values["period"] == period)]
        points = _points(own, rows, name)
        points_in_words = [f"{row.label} {words(row.value, row.status)}" for row in points.itertuples(index=False)]
        identity = slug(f"official-{name}-{area}")
        title = f"{areas.label(area)}, {periods.label(period)}"
        description = f"{catalogue.indicators().at[name, 'title']}, {title}: {wording.listing(points_in_words)}."
        if is_drawn:
            panels.append(panel(dots(points, title, words), identity, description, rows=len(points)))
        verdicts = {comparator: finding for comparator, finding in judgements if finding.area == area}
        rows_of_area = [_row(name, point, verdicts, area) for point in points.itertuples(index=False)]
        in_report = [others.get(area, ""), *[""] * (len(rows_of_area) - 1)]  # the area itself stands first
        cells += [(*row, other) if others else row for row, other in zip(rows_of_area, in_report, strict=True)]
    return Exhibit(
        identity=slug(f"official-{name}"),
        headline=headline_findings[0].headline
        if len(headline_findings) == 1
        else f"{catalogue.indicators().at[name, 'title']}: {_values(own_measures, words)}",
        subtitle=f"{context.unit_heading(name)}, {periods.label(period)}, by the official return"
        + (", with 95% intervals" if is_drawn else ""),
        notes=tuple(finding.headline for finding in headline_findings) if is_drawn and len(headline_findings) > 1 else (),
        panels=tuple(panels),
        table=Table(
            f"{context.measured(name)}, {periods.label(period)}: areas and their comparators",
            (
                _FIRST,
                context.unit_heading(name),
                "95% interval",
                "Numerator",
                "Base",
                "Verdict",
                *context.PLACE,
                "No figure from",
                *((_REPORT,) if others else ()),
            ),
            tuple(cells),
        ),
        source=context.source_line(own_measures["source"], scope),
        about=catalogue.subject(name),
    )


def _by_the_report(name: str, official: pd.DataFrame, scope: Scope) -> dict[str, str]:
    """Return {area: the figure of reports and returns} where it is another than that of the official return."""
    own = scope.measures.merge(official[[*_FIGURE, "value"]], on=_FIGURE, suffixes=("", "_official"))
    other = own[(own["indicator"] == name) & own["value"].notna() & ~np.isclose(own["value"], own["value_official"])]
    return {row.area: context.bare(name, row.value, row.status) for row in other.itertuples(index=False)}


def _points(own: pd.Series, rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the area and its comparators as rows of a chart, each with its 95% interval; a median has no interval."""
    entry = catalogue.indicators().loc[name]
    limits = rate_interval if entry["kind"] == "rate" else proportion_interval
    per = float(entry["per"]) if entry["kind"] == "rate" else 100.0
    has_counts = rows["denominator"].notna()
    intervals = limits(rows["numerator"].where(has_counts).to_numpy(float), rows["denominator"].where(has_counts).to_numpy(float))
    others = rows.assign(
        label=rows["comparator"].map(_SHORT_TITLES),
        lower=per * intervals.lower,
        upper=per * intervals.upper,
        focus=False,
        status="not_available",
    )
    area = pd.DataFrame([{**own.to_dict(), "label": areas.label(own["area"]), "focus": True, "comparator": "", "missing": ""}])
    columns = ["label", "comparator", "value", "status", "lower", "upper", "numerator", "denominator", "focus", "missing"]
    return pd.concat([area[columns], others[columns]], ignore_index=True)


def _row(name: str, point: Any, verdicts: dict[str, Finding], area: str) -> tuple[str, ...]:
    comparator = point.comparator
    verdict = verdicts.get(comparator)
    label = point.label if not comparator else f"{areas.label(area)}: {comparators.name(comparator, area)}"
    return (
        label,
        context.bare(name, point.value, point.status),
        context.interval(name, point.lower, point.upper),
        context.count(point.numerator),
        context.count(point.denominator),
        "" if verdict is None else verdict.verdict_words,
        *(("", "") if verdict is None else (verdict.change_words, verdict.usual_words)),
        point.missing,
    )


def _values(rows: pd.DataFrame, words: partial[str]) -> str:
    return wording.listing([f"{areas.label(row.area)} {words(row.value, row.status)}" for row in rows.itertuples(index=False)])


def _over_time(name: str, comparator_values: pd.DataFrame, scope: Scope) -> Exhibit:
    words = partial(context.value, name)
    title = catalogue.indicators().at[name, "title"]
    own_measures = scope.official_measures
    own_measures = own_measures[(own_measures["indicator"] == name) & (own_measures["category"] == catalogue.TOTAL)]
    panels, cells = [], []
    for area in scope.official_areas:
        own = own_measures[own_measures["area"] == area]
        wide = _by_year(own, comparator_values[comparator_values["area"] == area], area)
        years = own["period"].map(periods.year_of)
        status, spans = dict(zip(years, own["status"], strict=True)), dict(zip(years, own["period"], strict=True))
        if wide["area"].notna().sum() < 2:
            continue
        ends = wide[list(BAND)]
        has_band = bool(ends.notna().any(axis=None))
        lines = [comparators.COUNTRY] if has_band else [each for each in _OVER_TIME if each in wide]
        lines = [each for each in lines if each in wide]
        titles = [areas.label(area), *(_SHORT_TITLES[each] for each in lines)]
        drawn = wide[["area", *lines]].set_axis(titles, axis=1).assign(label=[year[2:].replace("-", "/") for year in wide.index])
        last = drawn.dropna(subset=titles[0]).iloc[-1]
        latest_in_words = [f"{title} {words(last[title])}" for title in titles if pd.notna(last[title])]
        description = f"{title} by year; the latest: {wording.listing(latest_in_words)}. All years are in the table."
        drawing = beside_over_time(drawn, areas.label(area), words, (_BAND, ends) if has_band else None)
        panels.append(panel(drawing, slug(f"over-{name}-{area}"), description))
        cells += [
            (
                f"{areas.label(area)}, {periods.label(spans.get(year, year))}",
                context.bare(name, row["area"], status.get(year, "not_available")),
                *(context.bare(name, row.get(comparator, math.nan), "not_available") for comparator in _OVER_TIME),
                context.interval(name, *row[list(BAND)]),
            )
            for year, row in wide.iterrows()
        ]
    latest = own_measures[own_measures["value"].notna()].groupby("area", sort=False).last().reset_index()
    when = wording.listing([periods.label(each) for each in latest["period"].unique()])
    return Exhibit(
        identity=slug(f"over-{name}"),
        headline=f"{title}: {_values(latest, words)}, {when}",
        subtitle=f"{context.unit_heading(name)} by year",
        panels=tuple(panels),
        table=Table(
            f"{context.measured(name)}, by year: areas and their comparators",
            ("Area and year", "Area", *(_SHORT_TITLES[comparator] for comparator in _OVER_TIME), _BAND),
            tuple(cells),
        ),
        source=context.source_line(own_measures["source"], scope),
        about=catalogue.subject(name),
    )


def _by_year(own_rows: pd.DataFrame, comparator_values: pd.DataFrame, area: str) -> pd.DataFrame:
    """Return a row for each year: the area's value, its comparators' and the ends of the band of its neighbours."""
    rows = comparator_values[comparator_values["comparator"].isin(_OVER_TIME)]
    all_rows = pd.concat([own_rows.assign(comparator="area"), rows])
    all_rows = all_rows.assign(year=all_rows["period"].map(periods.year_of))
    wide = all_rows.pivot_table(index="year", columns="comparator", values="value", aggfunc="last", dropna=False)
    near = all_rows[all_rows["comparator"] == comparators.NEIGHBOURS].drop_duplicates("year", keep="last").set_index("year")
    first, last = (int(year[:4]) for year in (wide.index.min(), wide.index.max()))
    # A year without figures takes its place on the axis too.
    wide = wide.join(near[list(BAND)]).reindex([f"{year}-{(year + 1) % 100:02d}" for year in range(first, last + 1)])
    return wide.reindex(columns=[column for column in ("area", *_OVER_TIME, *BAND) if column not in _OVER_TIME or column in wide])


def _month(vintage: str) -> str:
    return pd.Timestamp(f"{vintage}-01").strftime("%B %Y")
