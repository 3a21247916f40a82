"""Exhibits of breakdowns: stacked shares of a whole, and small charts by quarter, one for each category."""

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
    """Return whether a breakdown can be drawn as stacked bars: two to four shares of one whole, complete in each area."""
    numerators = catalogue.terms(catalogue.indicators().at[name, "numerator"])
    is_exclusive = bool(numerators) and all(catalogue.series().at[term.series, "exclusive"] == "yes" for term in numerators)
    parts = rows[rows["value"].notna()]["category"].nunique()
    is_percentage = catalogue.indicators().at[name, "unit"] == "percent"
    # A part that one area doesn't print would be drawn as zero.
    is_complete = rows["value"].notna().all() and (rows.groupby("area")["category"].nunique() == parts).all()
    return is_percentage and is_exclusive and 2 <= parts <= MOST_PARTS and bool(is_complete)


def stacked(name: str, rows: pd.DataFrame, scope: Scope) -> Exhibit:
    """Return the exhibit of stacked shares, with a bar for each area and a part of it for each category."""
    entry = catalogue.indicators().loc[name]
    words = partial(context.value, name)
    labelled = rows.assign(
        place=[areas.label(code) for code in rows["area"]], part=rows["category"].map(catalogue.category_label)
    )
    order = list(dict.fromkeys(labelled["part"]))
    places = list(dict.fromkeys(labelled["place"]))
    wide = labelled.pivot(index="place", columns="part", values="value").loc[places, order]
    when = wording.listing(list(dict.fromkeys(periods.label(period) for period in rows["period"])))
    areas_in_words = [
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
        panels=(panel(shares(wide, when, words), identity, f"{caption}: {'; '.join(areas_in_words)}.", rows=len(wide) + 1),),
        table=_table(labelled, caption, name),
        source=context.source_line(rows["source"], scope),
        about=catalogue.subject(name),
    )


@otherwise("This breakdown is not held by quarter.")
def multiples(parts: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each breakdown and area: small charts on one scale, one a category (`trend.parts_by_quarter`)."""
    groups = parts.groupby(["indicator", "area"], sort=False)
    return [_multiples(str(name), str(area), rows, scope) for (name, area), rows in groups]


def _multiples(name: str, area: str, rows: pd.DataFrame, scope: Scope) -> Exhibit:
    entry = catalogue.indicators().loc[name]
    words = partial(context.value, name)
    place = areas.label(area)
    quarters = sorted(rows["period"].unique(), key=periods.order)
    wide = rows.pivot(index="category", columns="period", values="value").reindex(columns=quarters)
    statuses = rows.pivot(index="category", columns="period", values="status").reindex(columns=quarters)
    order = wide.sum(axis=1).sort_values(ascending=False, kind="stable").index
    drawn_categories = [category for category in order if wide.loc[category].fillna(0).any()][:MOST_CHARTS]
    highest = float(wide.max().max())
    panels = []
    for category in drawn_categories:
        label = catalogue.category_label(category)
        points = pd.DataFrame({"label": [f"Q{quarter[-1]}" for quarter in quarters], "value": wide.loc[category].to_numpy(float)})
        quarterly_values = zip(quarters, wide.loc[category], statuses.loc[category], strict=True)
        quarters_in_words = [
            f"{periods.label(quarter)} {words(value, str(status))}" for quarter, value, status in quarterly_values
        ]
        description = f"{label}, {place}: {wording.listing(quarters_in_words)}."
        identity = slug(f"multiple-{name}-{area}-{category}")
        panels.append(panel(multiple(points, label, words, highest), identity, description, small=True))
    sentence_on_omitted = (
        f". {len(drawn_categories)} of {len(order)} categories are drawn; the table has all"
        if len(drawn_categories) < len(order)
        else ""
    )
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
    latest = quarters[-1]
    return Exhibit(
        identity=slug(f"multiples-{name}-{area}"),
        headline=f"{entry['title']}, {place}: {wording.lower_first(first)} is the largest, "
        f"{words(wide.at[order[0], latest])} {periods.phrase(latest)}",
        subtitle=f"{context.unit_heading(name)} by quarter, all on one scale{sentence_on_omitted}",
        panels=tuple(panels),
        table=Table(
            f"{entry['title']}, {place}, by quarter", ("Category", *(periods.label(quarter) for quarter in quarters)), cells
        ),
        source=context.source_line(rows["source"], scope),
        small=True,
        about=catalogue.subject(name),
    )


def _table(labelled: pd.DataFrame, caption: str, name: str) -> Table:
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
        for row in labelled.itertuples(index=False)
    )
    return Table(caption, columns, cells)


def _base(rows: pd.DataFrame) -> str:
    bases = rows.drop_duplicates("area")
    if bases["denominator"].isna().any():
        return "The base is not printed."
    bases_in_words = [f"{areas.label(row.area)} {context.count(row.denominator)}" for row in bases.itertuples(index=False)]
    return f"Shares of {wording.listing(bases_in_words)}"
