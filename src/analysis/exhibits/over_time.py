"""Exhibits of values in order of time, of breakdowns, and of figures with too few points to draw."""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis import areas, catalogue, periods, wording
from analysis.exhibits import context
from analysis.exhibits.drawing import bars, over_time, panel
from analysis.exhibits.exhibit import Exhibit, Table, slug
from analysis.findings import title
from analysis.scope import Scope


def by_quarter(quarters: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return an exhibit an indicator: a panel an area with its quarters, a table with quarters and years (`trend.by_quarter`)."""
    return [_series(name, rows, scope, "quarter") for name, rows in quarters.groupby("indicator", sort=False)]


def by_year(years: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return an exhibit an indicator: a panel an area with its years or 31 Marches (`trend.by_year`)."""
    return [_series(name, rows, scope, "year") for name, rows in years.groupby("indicator", sort=False)]


def profile(rows: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return an exhibit for each breakdown and area: a bar a category (`trend.profile`)."""
    groups = rows.groupby(["indicator", "area"], sort=False)
    return [_breakdown(name, area, group, scope) for (name, area), group in groups]


def too_few(rows: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return one exhibit, a table of the figures with too few points to draw (`trend.too_few`); empty if there are none."""
    shown = rows[rows["value"].notna()]
    if shown.empty:
        return []
    table = Table(
        caption="Figures given for one or two points in time",
        columns=("Indicator", "Area", "When", "Figure", "Printed at"),
        rows=tuple(
            (
                title(row.indicator),
                areas.label(row.area),
                context.period_words(row.period, row.status),
                context.value(row.indicator, row.value, row.status),
                context.printed_at(row.source),
            )
            for row in shown.itertuples(index=False)
        ),
    )
    return [
        Exhibit(
            identity="too-few",
            headline=f"{len(shown)} figures are given for one or two points in time only",
            subtitle="Too few to draw over time. Those with two points are compared in the year-on-year report",
            table=table,
            source=context.source_line(shown["source"], scope),
            open_table=True,
        )
    ]


def _series(name: str, rows: pd.DataFrame, scope: Scope, kind: str) -> Exhibit:
    entry = catalogue.indicators().loc[name]
    words = partial(context.value, name)
    top = 100.0 if entry["unit"] == "percent" else None
    drawn = rows[rows["period"].map(periods.kind).eq("quarter") == (kind == "quarter")]
    panels = []
    for area, points in drawn.groupby("area", sort=False):
        if points["value"].notna().sum() < 2:
            continue
        points = _without_gaps(points)
        points = points.assign(label=[_tick(period) for period in points["period"]])
        spoken = (f"{label} {words(value, status)}" for label, value, status in _spoken(points))
        description = f"{entry['title']} in {areas.label(area)}: {wording.listing(list(spoken))}."
        identity = slug(f"{kind}-{name}-{area}")
        panels.append(panel(over_time(points, areas.label(area), words, top), identity, description))
    latest = drawn.dropna(subset="value").groupby("area", sort=False).last()
    held = [f"{areas.label(area)} {words(row.value)}" for area, row in latest.iterrows()]
    when = periods.phrase(latest["period"].iloc[-1]) if latest["period"].nunique() == 1 else ""
    if not when:
        held = [f"{each} {periods.phrase(row.period)}" for each, (_, row) in zip(held, latest.iterrows(), strict=True)]
    return Exhibit(
        identity=slug(f"{kind}-{name}"),
        headline=f"{entry['title']}: {wording.listing(held) or 'no figure'} {when}".strip(),
        subtitle=f"{context.unit_heading(name)} by {kind}. {_interval_words(rows)}",
        panels=tuple(panels),
        table=_series_table(name, rows, f"{context.measured(name)}, by {kind}"),
        source=context.source_line(rows["source"], scope),
        definition=context.definition(name),
    )


def _without_gaps(points: pd.DataFrame) -> pd.DataFrame:
    """Return the points with a row without a value for every period between them that has no figure: no line leads over it."""
    held = points.drop_duplicates("period", keep="last").set_index("period")
    spans = {*held.index, *periods.through(held.index[0], held.index[-1])}
    every = held.reindex(sorted(spans, key=periods.order))
    return every.fillna({"status": "not_available"}).rename_axis("period").reset_index()


def _spoken(points: pd.DataFrame) -> list[tuple[str, float, str]]:
    labels = [periods.label(period) for period in points["period"]]
    return list(zip(labels, points["value"], points["status"], strict=True))


def _interval_words(rows: pd.DataFrame) -> str:
    if rows["lower"].notna().any():
        return "The bars show how far chance alone could move each figure (95% interval)."
    return "No interval is drawn: what the figures are a share of is not printed, or they are not a matter of chance."


def _series_table(name: str, rows: pd.DataFrame, caption: str) -> Table:
    ratio = bool(catalogue.indicators().at[name, "denominator"])
    columns = ["Area and period", context.unit_heading(name), "95% interval"]
    columns += (["Numerator", "Base"] if ratio else []) + ["Printed at"]
    cells = []
    for row in rows.itertuples(index=False):
        line = [
            f"{areas.label(row.area)}, {context.period_words(row.period, row.status)}",
            context.bare(name, row.value, row.status),
            context.interval(name, row.lower, row.upper),
        ]
        line += [context.count(row.numerator), _base(row)] if ratio else []
        cells.append((*line, context.printed_at(row.source)))
    return Table(caption, tuple(columns), tuple(cells))


def _base(row: object) -> str:
    denominator, vintage = row.denominator, row.denominator_period  # type: ignore[attr-defined]
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
        spoken = [f"{label} {words(value)}" for label, value in zip(drawn["label"], drawn["value"], strict=True)]
        description = f"{entry['title']} in {place}, {when}: {wording.listing(spoken)}."
        panels = (panel(bars(drawn, f"{place}, {when}", words), identity, description, rows=len(drawn)),)
    largest = drawn.loc[drawn["value"].abs().idxmax()] if not drawn.empty else None  # income is printed below zero
    said = f": {wording.lower_first(largest['label'])} is {words(largest['value'])}" if largest is not None else ": no figure"
    return Exhibit(
        identity=identity,
        headline=f"{entry['title']}, {place}{said}" + (", the largest printed" if len(drawn) > 1 else ""),
        subtitle=f"{context.unit_heading(name)}, {when}",
        panels=panels,
        table=_breakdown_table(name, points, f"{entry['title']}, {place}, {when}"),
        source=context.source_line(rows["source"], scope),
        definition=context.definition(name),
    )


def _breakdown_table(name: str, points: pd.DataFrame, caption: str) -> Table:
    ratio = bool(catalogue.indicators().at[name, "denominator"])
    columns = [
        "Category",
        context.unit_heading(name),
        "95% interval",
        *(["Numerator", "Base"] if ratio else []),
        "Printed at",
    ]
    cells = []
    for row in points.itertuples(index=False):
        line = [row.label + (" [r]" if row.status == "revised" else ""), context.bare(name, row.value, row.status)]
        line.append(context.interval(name, row.lower, row.upper))
        line += [context.count(row.numerator), _base(row)] if ratio else []
        cells.append((*line, context.printed_at(row.source)))
    return Table(caption, tuple(columns), tuple(cells))


def _tick(period: str) -> str:
    match periods.kind(period):
        case "quarter":
            return f"Q{period[-1]}\n{period[:7].replace('-', '/')}" if period[-1] == "1" else f"Q{period[-1]}"
        case "date":
            return f"Mar\n{period[:4]}" if period[5:] == "03-31" else period
        case _:
            return period[2:].replace("-", "/")
