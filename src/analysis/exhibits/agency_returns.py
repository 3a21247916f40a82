"""Exhibits of returns: who has sent, what was restated, how much figures usually move, and the framework they belong to."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis import catalogue
from analysis.analyses.punctuality import IN_TIME, LATE, OVERDUE, REFUSED, WITHDRAWN, as_of, status
from analysis.analyses.restatements import ANY, fresh
from analysis.catalogue import areas, framework, periods, wording
from analysis.exhibits.parts import context
from analysis.exhibits.parts.exhibit import Exhibit, Sentences, Table
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope

_FREQUENCY = {"quarterly": "Each quarter", "annual": "Once a year", "report": "With the annual report", "census": "Census"}
_MOST = 40  # restated figures in a table


@otherwise("No figure here is made up.")
def made_up(scope: Scope) -> list[Sentences]:
    """Return one statement that figures are made up, if any in the store are; else nothing."""
    if not any(origin.get("made_up") for origin in scope.store.origins.values()):
        return []
    said = "The figures from 2013/14 on are made up, as an example. No agency has reported them."
    return [Sentences((said,), statement=True)]


@otherwise("Returns are of quarters, from Q1 2013/14 on; none is held for it.")
def returns_status(scope: Scope) -> list[Exhibit]:
    """Return the exhibit of who has sent a return for the quarter and who is late; empty where no return was asked for."""
    receipts = scope.store.receipts
    if receipts.empty or not framework.returning(scope.period):
        return []
    day = as_of(receipts, scope.period)
    rows = status(receipts, scope.period, day)
    cells = tuple(
        (
            row.title,
            row.status.capitalize() + (f" on {_day(row.withdrawn)}" if row.withdrawn else ""),
            _day(row.due),
            _day(row.received) if row.received else "None stands" if row.withdrawn else "Not received",
            str(row.working_days_late),
            f"{row.given} of {row.asked}",
            row.note or "Nothing",
        )
        for row in rows.itertuples(index=False)
    )
    columns = ("Agency", "Status", "Due", "Received", "Working days late", "Figures given", "What was refused")
    return [
        Exhibit(
            identity="returns-status",
            headline=_status_headline(rows),
            subtitle=f"Returns for {periods.label(scope.period)}, as at {_day(day.isoformat())}. What was not received "
            "is left out: nothing is carried forward",
            table=Table(f"Returns for {periods.label(scope.period)} by agency", columns, cells),
            source="The register of returns received.",
            open_table=True,
        )
    ]


@otherwise("No figure has been restated.")
def restatements(figures: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of figures that were first given with another value (`restatements.by_figure`); empty if there are none.

    The table shows the first of them, and it and the line above it say how many of how many.
    """
    upto = figures[figures["period"].map(periods.end) <= periods.year_end(scope.period)]
    if upto.empty:
        return []
    shown = upto.head(_MOST)
    cells = tuple(
        (
            _figure(row),
            _value(row.series, row.first),
            _value(row.series, row.now, row.status) + ("" if pd.isna(row.now) else " [r]"),
            "" if pd.isna(row.now) else _signed(row.change, row.change_pct),
            _corrected(row.times, row.change),
            _when(row.when),
            row.by,
            row.why,
        )
        for row in shown.itertuples(index=False)
    )
    many, totals = wording.number(len(upto)), int((upto["category"] == catalogue.TOTAL).sum())
    of_all = f"{wording.number(len(shown))} of {many} figures that were restated"
    whole = "a total" if totals == 1 else "totals"
    split = f", {wording.number(totals)} of them {whole}" if len(upto) > 1 and totals else ""
    said = "What was first given, what stands now, how often it was corrected, and by whom and why the last time"
    first = f". {wording.number(totals)} of {many} {'is' if totals == 1 else 'are'} {whole}" if split else ""
    cut = len(shown) < len(upto)
    columns = ("Figure", "First given", "Now", "Change", "Corrected", "Last on", "By", "Why")
    return [
        Exhibit(
            identity="restatements",
            headline=f"{many} {'figure has' if len(upto) == 1 else 'figures have'} been restated since first given{split}",
            subtitle=said + first + (f". The table shows {of_all}: totals first, then the latest corrections" if cut else ""),
            table=Table(of_all if cut else "Figures that were restated", columns, cells),
            source=context.source_line(upto["source"], scope),
            open_table=True,
        )
    ]


@otherwise("No figure has moved after it was first given.")
def usual_moves(table: pd.DataFrame) -> list[Exhibit]:
    """Return the exhibit of how much figures usually move after they were first given (`restatements.moves`)."""
    rows = table[table["restated"] > 0]
    if rows.empty:
        return []
    titles = catalogue.series()["title"]
    cells = tuple(
        (
            titles[row.series],
            {"year": "Year", ANY: "Any quarter"}.get(row.quarter, row.quarter),
            f"{row.restated} of {row.figures}",
            _percent(row.median_pct),
            _percent(row.largest_pct),
        )
        for row in rows.itertuples(index=False)
    )
    columns = ("Figure", "Quarter", "Restated", "Middle movement", "Largest movement")
    return [
        Exhibit(
            identity="usual-moves",
            headline="How much figures have moved after they were first given",
            subtitle="Of all figures with time to be restated; those that stood count as no movement. With few figures this is a "
            "warning and no forecast",
            table=Table("Movement after the first return, in per cent", columns, cells),
            source="The ledger of restatements.",
            open_table=True,
        )
    ]


@otherwise("No figure of this period is of a kind that was restated before.")
def still_moving(table: pd.DataFrame, scope: Scope) -> list[Sentences]:
    """Return the warnings on figures of the period that usually move later (`restatements.moves`); empty if there are none."""
    warnings = fresh(table, scope.period)
    return [Sentences(tuple(warnings))] if warnings else []


@otherwise("The framework has no statement.")
def the_framework() -> list[Exhibit]:
    """Return an exhibit a category of the framework: its statements, who reports them, how often, and the target."""
    statements, agencies = framework.statements(), framework.agencies()
    found = []
    for category, title in framework.categories().items():
        mine = statements[statements["framework_category"] == category]
        cells = tuple(
            (row.statement, _reporters(row.reporters, agencies), _FREQUENCY[row.frequency], _target(row), row.source)
            for row in mine.itertuples(index=False)
        )
        columns = ("Statement", "Reported by", "When", "Target", "From")
        found.append(
            Exhibit(
                identity=f"framework-{category}",
                headline=f"{category}. {title}: {len(mine)} statements",
                subtitle="What the agencies report against, who reports it, and what is aimed at",
                table=Table(f"Statements of category {category}", columns, cells),
                source="The performance framework of the Boards (annual report 2012-13, section 8.2).",
            )
        )
    return found


def _value(series: str, figure: float, status: str = "final") -> str:
    """Return a figure of a series in words."""
    unit = catalogue.series().at[series, "unit"]
    return wording.value(figure, unit, 1 if unit == "percent" else 0, status)


def _corrected(times: int, change: float) -> str:
    """Return how often a figure was corrected, and whether it is what it was at first."""
    often = "Once" if times == 1 else f"{times} times"
    return f"{often}, back to the first figure" if change == 0 else often


def _status_headline(rows: pd.DataFrame) -> str:
    sent = rows["status"].isin((IN_TIME, LATE)).sum()
    late = [f"{row.title} ({row.working_days_late} working days)" for row in rows[rows["status"] == LATE].itertuples(index=False)]
    back = [f"{row.title} (on {_day(row.withdrawn)})" for row in rows[rows["status"] == WITHDRAWN].itertuples(index=False)]
    gone = rows.loc[rows["status"].isin((OVERDUE, REFUSED)), "title"].tolist()
    said = f"{sent} of {len(rows)} agencies have sent their return"
    said += f"; late: {wording.listing(late)}" if late else ""
    said += f"; withdrawn: {wording.listing(back)}" if back else ""
    return said + (f"; not received: {wording.listing(gone)}" if gone else "")


def _reporters(named: str, agencies: pd.DataFrame) -> str:
    if named == "*":
        return "Every agency"
    parts = named.split()
    mine = agencies[agencies["sector"].isin(parts) | agencies.index.isin(parts)]
    return wording.listing(mine["title"].tolist())


def _target(row: object) -> str:
    if not row.target:  # type: ignore[attr-defined]
        return ""
    within = f", {row.tolerance} points tolerated" if row.tolerance not in ("", "0") else ""  # type: ignore[attr-defined]
    return f"{row.target}%{within}"  # type: ignore[attr-defined]


def _figure(row: object) -> str:
    name, part = catalogue.series().at[row.series, "title"], row.category  # type: ignore[attr-defined]
    words = "" if part == catalogue.TOTAL else f", {wording.lower_first(catalogue.category_label(part))}"
    return f"{name}{words}, {areas.label(row.area)}, {periods.label(row.period)}"  # type: ignore[attr-defined]


def _signed(change: float, pct: float) -> str:
    sign = "+" if change > 0 else ""
    return f"{sign}{wording.number(change)}" + ("" if pd.isna(pct) else f" ({_percent(pct)})")


def _percent(figure: float) -> str:
    return f"{'+' if figure > 0 else ''}{wording.number(figure, 1)}%"


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"


def _when(text: str) -> str:
    return _day(text) if len(text) == len("2013-10-21") else text
