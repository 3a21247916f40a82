"""Exhibits of breakdowns: shares of a whole stacked beside each other, and one small chart a category by quarter."""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods, wording
from analysis.exhibits.parts import context
from analysis.exhibits.parts.charts import panel
from analysis.exhibits.parts.composite_charts import MOST_PARTS, multiple, shares
from analysis.exhibits.parts.exhibit import Exhibit, Table, slug
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope

# Small charts in one exhibit; the table has every category.
MOST_CHARTS = 12


def stackable(name: str, rows: pd.DataFrame) -> bool:
    """Return whether the rows of a breakdown can be stacked: shares of one whole in each area, two to four of them."""
    numerators = catalogue.terms(catalogue.indicators().at[name, "numerator"])
    exclusive = bool(numerators) and all(catalogue.series().at[term.series, "exclusive"] == "yes" for term in numerators)
    parts = rows[rows["value"].notna()]["category"].nunique()
    percent = catalogue.indicators().at[name, "unit"] == "percent"
    # A part that one area doesn't print would be drawn as none.
    complete = rows["value"].notna().all() and (rows.groupby("area")["category"].nunique() == parts).all()
    return percent and exclusive and 2 <= parts <= MOST_PARTS and bool(complete)


def stacked(name: str, rows: pd.DataFrame, scope: Scope) -> Exhibit:
    """Return the exhibit of stacked shares: a bar an area, a part a category, all of one base."""
    entry = catalogue.indicators().loc[name]
    words = partial(context.value, name)
    named = rows.assign(place=[areas.label(code) for code in rows["area"]], part=rows["category"].map(catalogue.category_label))
    order = list(dict.fromkeys(named["part"]))
    places = list(dict.fromkeys(named["place"]))
    wide = named.pivot(index="place", columns="part", values="value").loc[places, order]
    when = wording.listing(list(dict.fromkeys(periods.label(period) for period in rows["period"])))
    spoken = [
        f"{place} {wording.listing([f'{wording.lower_first(part)} {words(value)}' for part, value in row.items()])}"
        for place, row in wide.iterrows()
    ]
    identity = slug(f"shares-{name}")
    largest = [f"{place} {wording.lower_first(row.idxmax())} {words(row.max())}" for place, row in wide.iterrows()]
    caption = f"{entry['title']}, {when}"
    return Exhibit(
        identity=f"{identity}-exhibit",
        headline=f"{entry['title']}: most often in {'; in '.join(largest)}",
        subtitle=f"Percentage, {when}. {_base(rows)}",
        panels=(panel(shares(wide, when, words), identity, f"{caption}: {'; '.join(spoken)}.", rows=len(wide) + 1),),
        table=_table(named, caption, name),
        source=context.source_line(rows["source"], scope),
        definition=context.definition(name),
    )


@otherwise("This breakdown is not held by quarter.")
def multiples(parts: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return an exhibit for each breakdown and area: a small chart a category, all on one scale (`trend.parts_by_quarter`)."""
    groups = parts.groupby(["indicator", "area"], sort=False)
    return [_multiples(str(name), str(area), rows, scope) for (name, area), rows in groups]


def _multiples(name: str, area: str, rows: pd.DataFrame, scope: Scope) -> Exhibit:
    entry = catalogue.indicators().loc[name]
    words = partial(context.value, name)
    place = areas.label(area)
    spans = sorted(rows["period"].unique(), key=periods.order)
    wide = rows.pivot(index="category", columns="period", values="value").reindex(columns=spans)
    statuses = rows.pivot(index="category", columns="period", values="status").reindex(columns=spans)
    order = wide.sum(axis=1).sort_values(ascending=False, kind="stable").index
    drawn = [category for category in order if wide.loc[category].fillna(0).any()][:MOST_CHARTS]
    highest = float(wide.max().max())
    panels = []
    for category in drawn:
        label = catalogue.category_label(category)
        points = pd.DataFrame({"label": [f"Q{span[-1]}" for span in spans], "value": wide.loc[category].to_numpy(float)})
        given = zip(spans, wide.loc[category], statuses.loc[category], strict=True)
        spoken = [f"{periods.label(span)} {words(value, str(status))}" for span, value, status in given]
        description = f"{label}, {place}: {wording.listing(spoken)}."
        identity = slug(f"multiple-{name}-{area}-{category}")
        panels.append(panel(multiple(points, label, words, highest), identity, description, small=True))
    when = f"{periods.label(spans[0])} to {periods.label(spans[-1])}"
    left_out = f". {len(drawn)} of {len(order)} categories are drawn; the table has all" if len(drawn) < len(order) else ""
    cells = tuple(
        (
            catalogue.category_label(category),
            *(
                context.bare(name, value, str(status))
                for value, status in zip(wide.loc[category], statuses.loc[category], strict=True)
            ),
        )
        for category in order
    )
    first = catalogue.category_label(order[0])
    latest = spans[-1]
    return Exhibit(
        identity=slug(f"multiples-{name}-{area}"),
        headline=f"{entry['title']}, {place}: {wording.lower_first(first)} is the largest, "
        f"{words(wide.at[order[0], latest])} {periods.phrase(latest)}",
        subtitle=f"{context.unit_heading(name)} by quarter, {when}, all charts on one scale. "
        f"Four quarters cannot tell a change from a season{left_out}",
        panels=tuple(panels),
        table=Table(f"{entry['title']}, {place}, by quarter", ("Category", *(periods.label(span) for span in spans)), cells),
        source=context.source_line(rows["source"], scope),
        definition=context.definition(name),
        small=True,
    )


def _table(named: pd.DataFrame, caption: str, name: str) -> Table:
    columns = ("Area and category", context.unit_heading(name), "95% interval", "Numerator", "Base", "Printed at")
    cells = tuple(
        (
            f"{row.place}, {wording.lower_first(row.part)}" + (" [r]" if row.status == "revised" else ""),
            context.bare(name, row.value, row.status),
            context.interval(name, row.lower, row.upper),
            context.count(row.numerator),
            context.count(row.denominator),
            context.printed_at(row.source),
        )
        for row in named.itertuples(index=False)
    )
    return Table(caption, columns, cells)


def _base(rows: pd.DataFrame) -> str:
    bases = rows.drop_duplicates("area")
    if bases["denominator"].isna().any():
        return "The base is not printed."
    spoken = [f"{areas.label(row.area)} {context.count(row.denominator)}" for row in bases.itertuples(index=False)]
    return f"Shares of {wording.listing(spoken)}"
