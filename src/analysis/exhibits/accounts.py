"""Exhibits that are tables without a chart: accounts with their lines and totals, and attendance at meetings."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import title
from analysis.catalogue import periods, wording
from analysis.exhibits.parts import context
from analysis.exhibits.parts.exhibit import Exhibit, Table, slug
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope

_BELOW_ZERO = "Money that came in stands below zero, as the Boards' budget prints it."


@otherwise("No account is held for this year.")
def accounts(rows: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each topic in pounds, with its totals and lines in the order of the catalogue (`trend.of_year`)."""
    exhibits = []
    for topic, rows_of_topic in rows[_of(rows, "unit") == "pounds"].groupby(_of(rows, "topic"), sort=False):
        totals = rows_of_topic[rows_of_topic["category"] == catalogue.TOTAL]
        totals_in_words = [f"{wording.lower_first(title(row.indicator))} {_value(row)}" for row in totals.itertuples(index=False)]
        cells = tuple(
            (
                title(row.indicator, row.category),
                context.bare(row.indicator, row.value, row.status),
                context.printed_at(row.source),
            )
            for row in rows_of_topic.itertuples(index=False)
        )
        headline, columns = f"{topic}: {wording.listing(totals_in_words)}", ("Line", "Pounds", "Printed at")
        exhibits.append(_exhibit(headline, str(topic), columns, cells, rows_of_topic, scope))
    return exhibits


@otherwise("Nothing that is broken down side by side is held for this year.")
def attendance(rows: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each topic whose indicators have the same breakdown, with a row for each member.

    Each indicator has a column. A member of one Board only has [z], not applicable, in the column of the other Board; a blank of
    the printed table is [x].
    """
    shares = rows[crossed(rows) & (rows["category"] != catalogue.TOTAL)]
    exhibits = []
    for topic, rows_of_topic in shares.groupby(_of(shares, "topic"), sort=False):
        names = list(dict.fromkeys(rows_of_topic["indicator"]))
        row_by_cell = {(row.category, row.indicator): row for row in rows_of_topic.itertuples(index=False)}
        notes = list(dict.fromkeys(note for note in rows_of_topic["note"] if note))
        cells = tuple(
            (catalogue.category_label(category), *(_cell(row_by_cell.get((category, name)), notes) for name in names))
            for category in dict.fromkeys(rows_of_topic["category"])
        )
        lowest = rows_of_topic.loc[rows_of_topic["value"].idxmin()] if rows_of_topic["value"].notna().any() else None
        blanks = int((rows_of_topic["status"] == "not_available").sum())
        lowest_in_words = (
            "no figure"
            if lowest is None
            else (f"lowest {_value(lowest)}, {wording.lower_first(catalogue.category_label(lowest['category']))}")
        )
        headline = f"{topic}: {lowest_in_words}" + (f"; {blanks} members' figures are blank in the report" if blanks else "")
        columns = ("Member", *(title(name) for name in names))
        exhibits.append(_exhibit(headline, str(topic), columns, cells, rows_of_topic, scope, tuple(notes)))
    return exhibits


def crossed(rows: pd.DataFrame) -> pd.Series:
    """Return for each row whether `attendance` shows it: a share, in a breakdown that several indicators of one topic have."""
    indicators = catalogue.indicators()
    shared = indicators[indicators["breakdown"] != ""].groupby(["topic", "breakdown"]).size()
    topic_and_breakdown = pd.MultiIndex.from_arrays([_of(rows, "topic"), _of(rows, "breakdown")])
    is_crossed = topic_and_breakdown.map(shared).to_series(index=rows.index).fillna(0) > 1
    return is_crossed & (_of(rows, "unit") == "percent") & (_of(rows, "uncertainty") == "none") & (_of(rows, "numerator") == "")


def tabled(rows: pd.DataFrame) -> pd.Series:
    """Return for each row whether `accounts` or `attendance` shows it, so that no chart shows it again."""
    return crossed(rows) | (_of(rows, "unit") == "pounds")


def _of(rows: pd.DataFrame, column: str) -> pd.Series:
    return rows["indicator"].map(catalogue.indicators()[column])


def _value(row: Any) -> str:
    return context.value(row.indicator, row.value, row.status)


def _cell(row: Any | None, notes: list[str]) -> str:
    if row is None:
        return "[z]"
    note = row.note
    return _value(row) + (f" [note {notes.index(note) + 1}]" if note else "")


def _exhibit(
    headline: str,
    topic: str,
    columns: tuple[str, ...],
    cells: tuple[tuple[str, ...], ...],
    rows: pd.DataFrame,
    scope: Scope,
    footnotes: tuple[str, ...] = (),
) -> Exhibit:
    when = wording.listing(sorted({periods.label(period) for period in rows["period"]}))
    return Exhibit(
        identity=slug(f"table-{topic}"),
        headline=headline,
        subtitle=when,
        table=Table(f"{topic}, {when}", columns, cells),
        source=context.source_line(rows["source"], scope),
        notes=(_BELOW_ZERO,) if (rows["value"] < 0).any() else (),
        footnotes=footnotes,
        open_table=True,
    )
