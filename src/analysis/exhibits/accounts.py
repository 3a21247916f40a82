"""Exhibits that are tables by nature: an account with its lines and totals, and who came to which meetings."""

from __future__ import annotations

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
    """Return an exhibit for each topic in pounds: its totals and lines in the order of the catalogue (`trend.of_year`)."""
    found = []
    for topic, held in rows[_of(rows, "unit") == "pounds"].groupby(_of(rows, "topic"), sort=False):
        totals = held[held["category"] == catalogue.TOTAL]
        spoken = [f"{wording.lower_first(title(row.indicator))} {_value(row)}" for row in totals.itertuples(index=False)]
        cells = tuple(
            (
                title(row.indicator, row.category),
                context.bare(row.indicator, row.value, row.status),
                context.printed_at(row.source),
            )
            for row in held.itertuples(index=False)
        )
        found.append(
            _exhibit(f"{topic}: {wording.listing(spoken)}", str(topic), ("Line", "Pounds", "Printed at"), cells, held, scope)
        )
    return found


@otherwise("Nothing that is broken down side by side is held for this year.")
def attendance(rows: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return an exhibit for each topic whose indicators are broken down by the same thing: a row each, a column an indicator.

    A member of one Board only has [z], not applicable, in the column of the other; a blank in the printed table is [x].
    """
    kept = rows[crossed(rows) & (rows["category"] != catalogue.TOTAL)]
    found = []
    for topic, held in kept.groupby(_of(kept, "topic"), sort=False):
        names = list(dict.fromkeys(held["indicator"]))
        wide = {(row.category, row.indicator): row for row in held.itertuples(index=False)}
        notes = list(dict.fromkeys(note for note in held["note"] if note))
        cells = tuple(
            (catalogue.category_label(category), *(_cell(wide.get((category, name)), notes) for name in names))
            for category in dict.fromkeys(held["category"])
        )
        lowest = held.loc[held["value"].idxmin()] if held["value"].notna().any() else None
        blank = int((held["status"] == "not_available").sum())
        said = (
            "no figure"
            if lowest is None
            else (f"lowest {_value(lowest)}, {wording.lower_first(catalogue.category_label(lowest['category']))}")
        )
        headline = f"{topic}: {said}" + (f"; {blank} members' figures are blank in the report" if blank else "")
        columns = ("Member", *(title(name) for name in names))
        found.append(_exhibit(headline, str(topic), columns, cells, held, scope, tuple(notes)))
    return found


def crossed(rows: pd.DataFrame) -> pd.Series:
    """Return for each row whether `attendance` shows it: a share of a breakdown that several indicators of one topic have."""
    known = catalogue.indicators()
    shared = known[known["breakdown"] != ""].groupby(["topic", "breakdown"]).size()
    keys = pd.MultiIndex.from_arrays([_of(rows, "topic"), _of(rows, "breakdown")])
    several = keys.map(shared).to_series(index=rows.index).fillna(0) > 1
    return several & (_of(rows, "unit") == "percent") & (_of(rows, "uncertainty") == "none") & (_of(rows, "numerator") == "")


def tabled(rows: pd.DataFrame) -> pd.Series:
    """Return for each row whether `accounts` or `attendance` shows it, so that no chart shows it again."""
    return crossed(rows) | (_of(rows, "unit") == "pounds")


def _of(rows: pd.DataFrame, column: str) -> pd.Series:
    return rows["indicator"].map(catalogue.indicators()[column])


def _value(row: object) -> str:
    return context.value(row.indicator, row.value, row.status)  # type: ignore[attr-defined]


def _cell(row: object | None, notes: list[str]) -> str:
    if row is None:
        return "[z]"
    note = row.note  # type: ignore[attr-defined]
    return _value(row) + (f" [note {notes.index(note) + 1}]" if note else "")


def _exhibit(
    headline: str,
    topic: str,
    columns: tuple[str, ...],
    cells: tuple[tuple[str, ...], ...],
    held: pd.DataFrame,
    scope: Scope,
    footnotes: tuple[str, ...] = (),
) -> Exhibit:
    when = wording.listing(sorted({periods.label(period) for period in held["period"]}))
    return Exhibit(
        identity=slug(f"table-{topic}"),
        headline=headline,
        subtitle=when,
        table=Table(f"{topic}, {when}", columns, cells),
        source=context.source_line(held["source"], scope),
        notes=(_BELOW_ZERO,) if (held["value"] < 0).any() else (),
        footnotes=footnotes,
        open_table=True,
    )
