"""Exhibits on returns: who has sent one, what was restated, how much figures usually move, and the performance framework."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.analyses.punctuality import IN_TIME, LATE, OVERDUE, REFUSED, WITHDRAWN, as_of, status
from analysis.analyses.restatements import ANY, fresh
from analysis.catalogue import areas, framework, periods, wording
from analysis.exhibits.parts import context
from analysis.exhibits.parts.exhibit import Exhibit, Sentences, Table
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope
from analysis.store import WITH_VALUE
from analysis.store.returns_folder import SOURCE

_FREQUENCY = {"quarterly": "Each quarter", "annual": "Once a year", "report": "With the annual report", "census": "Census"}
_MOST = 40  # restated figures in a table


@otherwise("No figure here is made up.")
def made_up(scope: Scope) -> list[Sentences]:
    """Return a statement that figures are made up, if any in the store are; else an empty list."""
    if not any(origin.get("made_up") for origin in scope.store.origins.values()):
        return []
    sentence = "The figures from 2013/14 on are made up, as an example. No agency has reported them."
    return [Sentences((sentence,), statement=True)]


@otherwise("Returns are of quarters, from Q1 2013/14 on; none is held for it.")
def returns_status(scope: Scope) -> list[Exhibit]:
    """Return the exhibit of who has sent a return for the quarter and who is late; an empty list if no return is due."""
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
            f"{_given(row, scope)} of {row.asked}",
            row.note or "Nothing",
        )
        for row in rows.itertuples(index=False)
    )
    columns = ("Agency", "Status", "Due", "Received", "Working days late", "Figures given", "What was refused")
    return [
        Exhibit(
            identity="returns-status",
            headline=_status_headline(rows),
            subtitle=f"Returns for {periods.label(scope.period)}, as at {_day(day.isoformat())}",
            table=Table(f"Returns for {periods.label(scope.period)} by agency", columns, cells),
            source="The register of returns received.",
            open_table=True,
        )
    ]


def _given(row: Any, scope: Scope) -> int:
    """Return how many figures a return gives. One that is withheld was given, and its number isn't told by leaving it out."""
    held = scope.store.observations
    given = held["status"].isin((*WITH_VALUE, "suppressed")) & held["release"].str.startswith(
        f"{SOURCE}/{row.agency}/{row.period}/"
    )
    versions = held.loc[given, "release"].str.split("/").str[-1].astype(int)
    return int((versions == versions.max()).sum()) if row.given and len(versions) else int(row.given)


@otherwise("No figure has been restated.")
def restatements(figures: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of figures that were restated since first given (`restatements.by_figure`); empty if there are none.

    The table shows at most the first 40; its caption and the subtitle then say how many there are.
    """
    restated = figures[figures["period"].map(periods.end) <= periods.year_end(scope.period)]
    if restated.empty:
        return []
    rows_shown = restated.head(_MOST)
    cells: tuple[tuple[str, ...], ...] = tuple(
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
        for row in rows_shown.itertuples(index=False)
    )
    count, totals = wording.number(len(restated)), int((restated["category"] == catalogue.TOTAL).sum())
    of_all = f"{wording.number(len(rows_shown))} of {count} figures that were restated"
    noun = "a total" if totals == 1 else "totals"
    clause = f", {wording.number(totals)} of them {noun}" if len(restated) > 1 and totals else ""
    subtitle = "What was first given, what stands now, how often it was corrected, and by whom and why the last time"
    totals_note = f". {wording.number(totals)} of {count} {'is' if totals == 1 else 'are'} {noun}" if clause else ""
    is_cut = len(rows_shown) < len(restated)
    columns: tuple[str, ...] = ("Figure", "First given", "Now", "Change", "Corrected", "Last on", "By", "Why")
    told = Counter(zip(rows_shown["by"], rows_shown["why"], strict=True))
    (by, why), times = told.most_common(1)[0]
    if 1 < times < len(cells):  # what most rows would say is said once
        cells = tuple((*row[:-2], "", "") if row[-2:] == (by, why) else row for row in cells)
        subtitle += f". Where nobody is named, {by} corrected it. {why.rstrip('.')}"
    if len(told) == 1:
        cells, columns = tuple(row[:-2] for row in cells), columns[:-2]
        subtitle = f"What was first given and what stands now. All were corrected by {by}. {why.rstrip('.')}"
    return [
        Exhibit(
            identity="restatements",
            headline=f"{count} {'figure has' if len(restated) == 1 else 'figures have'} been restated since first given{clause}",
            subtitle=subtitle
            + totals_note
            + (f". The table shows {of_all}: totals first, then the latest corrections" if is_cut else ""),
            table=Table(of_all if is_cut else "Figures that were restated", columns, cells),
            source=context.source_line(restated["source"], scope),
            open_table=True,
        )
    ]


@otherwise("No figure has moved after it was first given.")
def usual_moves(table: pd.DataFrame) -> list[Exhibit]:
    """Return the exhibit of how much figures have moved after they were first given (`restatements.moves`)."""
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
    """Return one exhibit for each category of the framework: its statements, who reports them, how often, and targets if any."""
    statements, agencies = framework.statements(), framework.agencies()
    agencies = agencies[agencies["to_period"] == ""]  # those that still report
    has_targets = (catalogue.indicators()["target"] != "").any()
    exhibits = []
    for category, title in framework.categories().items():
        statements_of_category = statements[statements["framework_category"] == category]
        cells = tuple(
            (
                row.statement,
                _reporters(row.reporters, agencies),
                _FREQUENCY[row.frequency],
                *((_targets(row.indicators),) if has_targets else ()),
                row.source,
            )
            for row in statements_of_category.itertuples(index=False)
        )
        columns = ("Statement", "Reported by", "When", *(("Target and who set it",) if has_targets else ()), "From")
        exhibits.append(
            Exhibit(
                identity=f"framework-{category}",
                headline=f"{category}. {title}: {len(statements_of_category)} statements",
                subtitle=f"What the agencies report against{',' if has_targets else ' and'} who reports it"
                + (", and what is aimed at" if has_targets else ""),
                table=Table(f"Statements of category {category}", columns, cells),
                source=f"{catalogue.names()['framework']}.",
            )
        )
    return exhibits


def _value(series: str, figure: float, status: str = "final") -> str:
    """Return a figure of a series in words."""
    unit = catalogue.series().at[series, "unit"]
    return wording.value(figure, unit, 1 if unit == "percent" else 0, status)


def _corrected(times: int, change: float) -> str:
    """Return in words how often a figure was corrected, and whether it is back at its first value."""
    often = "Once" if times == 1 else f"{times} times"
    return f"{often}, back to the first figure" if change == 0 else often


def _status_headline(rows: pd.DataFrame) -> str:
    sent = rows["status"].isin((IN_TIME, LATE)).sum()
    late = [f"{row.title} ({row.working_days_late} working days)" for row in rows[rows["status"] == LATE].itertuples(index=False)]
    withdrawn = [f"{row.title} (on {_day(row.withdrawn)})" for row in rows[rows["status"] == WITHDRAWN].itertuples(index=False)]
    not_received = rows.loc[rows["status"].isin((OVERDUE, REFUSED)), "title"].tolist()
    headline = f"{sent} of {len(rows)} agencies have sent their return"
    headline += f"; late: {wording.listing(late)}" if late else ""
    headline += f"; withdrawn: {wording.listing(withdrawn)}" if withdrawn else ""
    return headline + (f"; not received: {wording.listing(not_received)}" if not_received else "")


def _reporters(ids: str, agencies: pd.DataFrame) -> str:
    if ids == "*":
        return "Every agency"
    ids_or_sectors = ids.split()
    reporters = agencies[agencies["sector"].isin(ids_or_sectors) | agencies.index.isin(ids_or_sectors)]
    return wording.listing(reporters["title"].tolist())


def _targets(indicators: str) -> str:
    """Return the targets of a statement's indicators, each with its source."""
    entries = catalogue.indicators().loc[indicators.split()]
    entries = entries[entries["target"] != ""]
    return "; ".join(
        f"{entry['title']} {context.target(str(name))} ({entry['target_source'].rstrip('.')})"
        for name, entry in entries.iterrows()
    )


def _figure(row: Any) -> str:
    name, category = catalogue.series().at[row.series, "title"], row.category
    category_words = "" if category == catalogue.TOTAL else f", {wording.lower_first(catalogue.category_label(category))}"
    return f"{name}{category_words}, {areas.label(row.area)}, {periods.label(row.period)}"


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
