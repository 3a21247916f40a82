"""Exhibits of values in order of time, of breakdowns, and of figures with too few points to draw."""

from __future__ import annotations

from functools import partial

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


@otherwise("No figure in this report is given by quarter.")
def by_quarter(quarters: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return an exhibit an indicator: a panel an area with its quarters, a table with quarters and years (`trend.by_quarter`)."""
    return [_series(name, rows, scope, "quarter") for name, rows in quarters.groupby("indicator", sort=False)]


@otherwise("No figure in this report is given for three years or more.")
def by_year(years: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return an exhibit an indicator: a panel an area with its years or 31 Marches (`trend.by_year`)."""
    return [_series(name, rows, scope, "year") for name, rows in years.groupby("indicator", sort=False)]


@otherwise("No figure in this report is broken down further.")
def profile(rows: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibits of breakdowns (`trend.profile`): shares of one whole stacked, else a bar a category for each area."""
    found = []
    for name, held in rows.groupby("indicator", sort=False):
        if stackable(str(name), held):
            found.append(stacked(str(name), held, scope))
        else:
            found += [_breakdown(name, area, group, scope) for area, group in held.groupby("area", sort=False)]
    return found


@otherwise("Every figure in this report is drawn above.")
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
    mine = rows["period"].map(periods.kind).eq("quarter") == (kind == "quarter")
    drawn = pd.concat([_without_gaps(points) for _, points in rows[mine].groupby("area", sort=False)], ignore_index=True)
    panels = []
    for area, points in drawn.groupby("area", sort=False):
        if points["value"].notna().sum() < 2:
            continue
        points = points.assign(label=[tick(period) for period in points["period"]])
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
        table=_series_table(name, _in_rows(drawn, rows[~mine]), f"{context.measured(name)}, by {kind}"),
        source=context.source_line(rows["source"], scope),
        definition=context.definition(name),
    )


def _without_gaps(points: pd.DataFrame) -> pd.DataFrame:
    """Return the points with a row without a value for every period between them that has no figure: no line leads over it."""
    held = points.drop_duplicates("period", keep="last").set_index("period")
    spans = {*held.index, *periods.through(held.index[0], held.index[-1])}
    every = held.reindex(sorted(spans, key=periods.order))
    same = {column: held[column].iloc[0] for column in ("indicator", "area", "category")}
    return (
        every.fillna(same | {"status": "not_available", "source": "", "denominator_period": ""})
        .rename_axis("period")
        .reset_index()
    )


def _in_rows(drawn: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the table, an area after the other in order of time: those drawn, and years beside quarters."""
    together = pd.concat([drawn, others], ignore_index=True) if len(others) else drawn
    keys = together.assign(_area=pd.factorize(together["area"])[0], _period=together["period"].map(periods.order))
    return keys.sort_values(["_area", "_period"], kind="stable").drop(columns=["_area", "_period"])


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
    if largest is None:
        said = "no figure"
    elif largest["value"] == 0:  # the others are withheld: which of them is the largest can't be told
        said = "no figure above zero is printed"
    else:
        said = f"{wording.lower_first(largest['label'])} is {words(largest['value'])}"
        said += ", the largest printed" if len(drawn) > 1 else ""
    return Exhibit(
        identity=identity,
        headline=f"{entry['title']}, {place}: {said}",
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
