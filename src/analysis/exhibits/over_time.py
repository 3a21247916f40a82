"""Exhibits of values by quarter or year, of breakdowns, and of figures with too few points to draw."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import title
from analysis.catalogue import areas, periods, wording
from analysis.exhibits.breakdowns import stackable, stacked
from analysis.exhibits.parts import context
from analysis.exhibits.parts.charts import bars, over_time, panel
from analysis.exhibits.parts.columns import tick
from analysis.exhibits.parts.exhibit import Exhibit, Table, slug
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope

_QUARTERS = 4  # of a year


@otherwise("No figure in this report is given by quarter.")
def by_quarter(quarters: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each indicator, a chart of quarters for each area; the table has years too (`trend.by_quarter`)."""
    return [_series(name, rows, scope, "quarter") for name, rows in quarters.groupby("indicator", sort=False)]


@otherwise("No figure in this report is given for three years or more.")
def by_year(years: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each indicator, with a chart of each area's years or 31 Marches (`trend.by_year`).

    A count has none where its rate is drawn over populations that changed: the rate tells the years apart.
    """
    kinds, bases = years["indicator"].map(catalogue.indicators()["kind"]), years.groupby("indicator")["denominator"].nunique()
    rated = set(years.loc[(kinds == "rate") & (years["indicator"].map(bases) > 1), "indicator"].map(_numerators()))
    shown = years[(kinds == "rate") | ~years["indicator"].map(_numerators()).isin(rated) | (kinds == "percentage")]
    return [_series(name, rows, scope, "year") for name, rows in shown.groupby("indicator", sort=False)]


def _numerators() -> pd.Series:
    return catalogue.indicators()["numerator"]


@otherwise("No figure in this report is broken down further.")
def profile(rows: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibits of breakdowns (`trend.profile`): stacked if they are shares of a whole, else one for each area."""
    exhibits = []
    for name, rows_of_indicator in rows.groupby("indicator", sort=False):
        if stackable(str(name), rows_of_indicator):
            exhibits.append(stacked(str(name), rows_of_indicator, scope))
        else:
            exhibits += [
                _breakdown(name, area, rows_of_area, scope)
                for area, rows_of_area in rows_of_indicator.groupby("area", sort=False)
            ]
    return exhibits


@otherwise("Every figure in this report is drawn above.")
def too_few(rows: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return one exhibit, a table of the figures with too few points to draw (`trend.too_few`); empty if there are none."""
    rows_with_value = rows[rows["value"].notna()]
    if rows_with_value.empty:
        return []
    of_domain = f": {wording.lower_first(catalogue.domains()[scope.domain])}" if scope.domain else ""
    table = Table(
        caption=f"Too few points to draw{of_domain}",
        columns=("Indicator", "Area", "When", "Figure", "Printed at"),
        rows=tuple(
            (
                title(row.indicator),
                areas.label(row.area),
                context.period_words(row.period, row.status),
                context.value(row.indicator, row.value, row.status),
                context.printed_at(row.source),
            )
            for row in rows_with_value.itertuples(index=False)
        ),
    )
    return [
        Exhibit(
            identity=slug(f"too-few-{scope.domain}"),
            headline=f"{len(rows_with_value)} figures are given for one or two points in time only",
            subtitle="",
            table=table,
            source=context.source_line(rows_with_value["source"], scope),
            open_table=True,
        )
    ]


def _series(name: str, rows: pd.DataFrame, scope: Scope, kind: str) -> Exhibit:
    entry = catalogue.indicators().loc[name]
    words = partial(context.value, name)
    highest = 100.0 if entry["unit"] == "percent" else None
    is_drawn = rows["period"].map(periods.kind).eq("quarter") == (kind == "quarter")
    drawn = pd.concat([_without_gaps(points) for _, points in rows[is_drawn].groupby("area", sort=False)], ignore_index=True)
    panels = []
    for area, points in drawn.groupby("area", sort=False):
        if points["value"].notna().sum() < 2:
            continue
        points = points.assign(label=[tick(period) for period in points["period"]])
        points_in_words = (f"{label} {words(value, status)}" for label, value, status in _labelled_values(points))
        description = f"{entry['title']} in {areas.label(area)}: {wording.listing(list(points_in_words))}."
        identity = slug(f"{kind}-{name}-{area}")
        panels.append(panel(over_time(points, areas.label(area), words, highest), identity, description))
    latest = drawn.dropna(subset="value").groupby("area", sort=False).last()
    slides = {area: _slide(points, words) for area, points in drawn.groupby("area", sort=False)} if kind == "quarter" else {}
    latest_in_words = [f"{areas.label(area)} {slides.get(area) or ''}{words(row.value)}" for area, row in latest.iterrows()]
    when = periods.phrase(latest["period"].iloc[-1]) if latest["period"].nunique() == 1 else ""
    if not when:
        rows_of_latest = latest.itertuples(index=False)
        latest_in_words = [
            f"{each} {periods.phrase(row.period)}" for each, row in zip(latest_in_words, rows_of_latest, strict=True)
        ]
    together = "; ".join(latest_in_words) if any(slides.values()) else wording.listing(latest_in_words)
    return Exhibit(
        identity=slug(f"{kind}-{name}"),
        headline=f"{entry['title']}: {together or 'no figure'} {when}".strip(),
        subtitle=f"{context.unit_heading(name)} by {kind}",
        panels=tuple(panels),
        table=_series_table(name, _in_order(drawn, rows[~is_drawn]), f"{context.measured(name)}, by {kind}"),
        source=context.source_line(rows["source"], scope),
        about=catalogue.subject(name),
    )


def _slide(points: pd.DataFrame, words: Callable[[float], str]) -> str:
    """Return the words for four quarters that all went one way, further than chance makes of the first and the last; else none.

    Further than chance: their 95 % intervals don't meet.
    """
    last = points.tail(_QUARTERS)
    steps = last["value"].diff().iloc[1:]
    if len(last) < _QUARTERS or not ((steps < 0).all() or (steps > 0).all()):
        return ""
    first, end = last.iloc[0], last.iloc[-1]
    if not (end["upper"] < first["lower"] or end["lower"] > first["upper"]):
        return ""
    return f"{'fell' if steps.iloc[0] < 0 else 'rose'} every quarter, from {words(first['value'])} to "


def _without_gaps(points: pd.DataFrame) -> pd.DataFrame:
    """Return the points with an empty row for every period between them without a figure, so that the line is interrupted."""
    by_period = points.drop_duplicates("period", keep="last").set_index("period")
    all_periods = {*by_period.index, *periods.through(by_period.index[0], by_period.index[-1])}
    with_gaps = by_period.reindex(sorted(all_periods, key=periods.order))
    constants = {column: by_period[column].iloc[0] for column in ("indicator", "area", "category")}
    return (
        with_gaps.fillna(constants | {"status": "not_available", "source": "", "denominator_period": ""})
        .rename_axis("period")
        .reset_index()
    )


def _in_order(drawn: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the table, those drawn and the others, by area and in order of time."""
    rows = pd.concat([drawn, others], ignore_index=True) if len(others) else drawn
    with_order = rows.assign(_area=pd.factorize(rows["area"])[0], _period=rows["period"].map(periods.order))
    return with_order.sort_values(["_area", "_period"], kind="stable").drop(columns=["_area", "_period"])


def _labelled_values(points: pd.DataFrame) -> list[tuple[str, float, str]]:
    labels = [periods.label(period) for period in points["period"]]
    return list(zip(labels, points["value"], points["status"], strict=True))


def _series_table(name: str, rows: pd.DataFrame, caption: str) -> Table:
    has_base = bool(catalogue.indicators().at[name, "denominator"])
    columns = ["Area and period", context.unit_heading(name), "95% interval"]
    columns += (["Numerator", "Base"] if has_base else []) + ["Printed at"]
    cells = []
    for row in rows.itertuples(index=False):
        cells_of_row = [
            f"{areas.label(row.area)}, {context.period_words(row.period, row.status)}",
            context.bare(name, row.value, row.status),
            context.interval(name, row.lower, row.upper),
        ]
        cells_of_row += [context.count(row.numerator), _base(row)] if has_base else []
        cells.append((*cells_of_row, context.printed_at(row.source)))
    return Table(caption, tuple(columns), tuple(cells))


def _base(row: Any) -> str:
    denominator, vintage = row.denominator, row.denominator_period
    return context.count(denominator) + (f" ({periods.label(vintage)})" if vintage else "")


def _breakdown(name: str, area: str, rows: pd.DataFrame, scope: Scope) -> Exhibit:
    entry = catalogue.indicators().loc[name]
    words = partial(context.value, name)
    place = areas.label(area)
    points = rows.assign(label=[catalogue.category_label(category) for category in rows["category"]])
    drawn = points[points["value"].notna()]
    when = wording.listing(list(dict.fromkeys(periods.label(period) for period in rows["period"])))
    identity = slug(f"profile-{name}-{area}")
    panels: tuple[str, ...] = ()
    if len(drawn) > 1:
        points_in_words = [f"{label} {words(value)}" for label, value in zip(drawn["label"], drawn["value"], strict=True)]
        description = f"{entry['title']} in {place}, {when}: {wording.listing(points_in_words)}."
        panels = (panel(bars(drawn, f"{place}, {when}", words), identity, description, rows=len(drawn)),)
    # Absolute values, because income is printed below zero.
    largest = drawn.loc[drawn["value"].abs().idxmax()] if not drawn.empty else None
    if largest is None:
        largest_in_words = "no figure"
    elif largest["value"] == 0:  # the others are withheld, so the largest is not known
        largest_in_words = "no figure above zero is printed"
    else:
        largest_in_words = f"{wording.lower_first(largest['label'])} is {words(largest['value'])}"
        largest_in_words += ", the largest printed" if len(drawn) > 1 else ""
    return Exhibit(
        identity=identity,
        headline=f"{entry['title']}, {place}: {largest_in_words}",
        subtitle=f"{context.unit_heading(name)}, {when}",
        panels=panels,
        table=_breakdown_table(name, points, f"{entry['title']}, {place}, {when}"),
        source=context.source_line(rows["source"], scope),
        about=catalogue.subject(name),
    )


def _breakdown_table(name: str, points: pd.DataFrame, caption: str) -> Table:
    has_base = bool(catalogue.indicators().at[name, "denominator"])
    columns = [
        "Category",
        context.unit_heading(name),
        "95% interval",
        *(["Numerator", "Base"] if has_base else []),
        "Printed at",
    ]
    cells = []
    for row in points.itertuples(index=False):
        cells_of_row = [row.label + (" [r]" if row.status == "revised" else ""), context.bare(name, row.value, row.status)]
        cells_of_row.append(context.interval(name, row.lower, row.upper))
        cells_of_row += [context.count(row.numerator), _base(row)] if has_base else []
        cells.append((*cells_of_row, context.printed_at(row.source)))
    return Table(caption, tuple(columns), tuple(cells))
