"""Exhibits of data quality: the checks of arithmetic, figures printed with two values, and the fate of raw cells."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods, wording
from analysis.clean import RULES
from analysis.exhibits.parts import context
from analysis.exhibits.parts.exhibit import Exhibit, Table
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope

_FAILING = {
    "quarters_to_year": "of the year are not the sum of the four quarters",
    "parts_to_whole": "are not the sum of their parts",
    "members_to_total": "are not the sum of the areas",
    "formula": "are not what their items give",
    "percentage": "are not the percentage that their numerator and base give",
    "subset": "are larger than the whole that they are a part of",
    "national_total": "of official files are not the sum of their authorities",
    "breakdown": "of official files are not the sum of their parts",
    "published_rate": "are published as another rate than their counts give",
    "published_percentage": "are published as another percentage than their counts give",
}
_ONE = {"they are": "it is", "are ": "is ", " their ": " its "}
_FATES = {
    "observation": "Became a figure, or belongs to a statement that gives one",
    "printed blank": "A blank cell where a figure belongs: not available, not zero",
    "statement": "Belongs to a statement that gives no level, only a change",
    "label": "The label of a row",
    "remark": "A remark of the agency",
    "action": "Belongs to an action of the master action plan",
    "withdrawn": "Belongs to a return that its agency has withdrawn",
    "header": "The header of a table",
    "title": "The title of a table",
    "block": "The heading of a block of rows",
    "sign": "A currency sign",
    "footnote": "A footnote",
    "noise": "A mark left by scanning, named in a table with the reason",
    "padding": "An empty cell that only fills the row",
    "official column": "A whole column of an official file, read as its layout says",
    "official column left": "A whole column of an official file that is left, with the reason in a table",
    "official row left": "A whole row of an official file that is left, with the reason in a table",
    "error of the source": "An error of the publisher's spreadsheet: no figure",
}


@otherwise("No check applies to these figures.")
def rules(summary: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of how many checks of each kind agree and differ (`reconcile.summary`)."""
    total, differ = int(summary["checked"].sum()), int(summary["differs"].sum())
    cells = tuple(
        (row.words, *(wording.number(n) for n in (row.checked, row.agrees, row.agrees_at_rounding, row.differs)))
        for row in summary.itertuples(index=False)
    )
    columns = ("What was checked", "Checked", "Agree", "Agree once rounded", "Differ")
    return [
        Exhibit(
            identity="rules",
            headline=f"{wording.number(differ)} of {wording.number(total)} sums checked fail",
            subtitle="Every printed total against its parts, every printed percentage against its numerator and base",
            table=Table("Checks of arithmetic, by kind", columns, cells),
            source=context.source_line(scope.store.checks["source"], scope),
            open_table=True,
        )
    ]


@otherwise("Every check comes out.")
def differences(rows: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each rule with checks that differ, the largest differences first (`reconcile.differences`)."""
    return [_differences(rule, rows[rows["check"] == rule], scope) for rule in RULES if (rows["check"] == rule).any()]


@otherwise("No figure is printed with two values.")
def disagreements(rows: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of figures printed with two values (`reconcile.disagreements`); empty if there are none."""
    if rows.empty:
        return []
    cells = tuple(
        (
            _figure(row),
            _printed(row.series, row.used),
            context.printed_at(row.used_source),
            _printed(row.series, row.other),
            context.printed_at(row.other_source),
        )
        for row in rows.itertuples(index=False)
    )
    columns = ("Figure", "Used here", "Printed at", "Also printed as", "At")
    return [
        Exhibit(
            identity="disagreements",
            headline=f"{len(rows)} figures are printed elsewhere with another value",
            subtitle="The value used follows a fixed order: tables before prose, the later of two statements before the earlier",
            table=Table(
                "Figures that are printed with two values",
                columns,
                cells,
                anchors=context.anchors("disagreements", rows["series"]),
            ),
            source=context.source_line(rows["used_source"], scope),
            open_table=True,
        )
    ]


@otherwise("No cell was read.")
def fates(cells: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of what became of the raw cells: the number of cells with each fate."""
    counts = cells["fate"].value_counts()
    rows = tuple((words, wording.number(counts.get(fate, 0))) for fate, words in _FATES.items())
    return [
        Exhibit(
            identity="fates",
            headline=f"Every one of {wording.number(len(cells))} raw cells, official columns and rows is accounted for",
            subtitle="Cells of printed tables one by one, official files by whole columns and rows, by what became of them",
            table=Table("What became of the raw cells", ("What became of it", "Number"), rows),
            source=context.source_line(cells["source"], scope),
            open_table=True,
        )
    ]


def _differences(rule: str, rows: pd.DataFrame, scope: Scope) -> Exhibit:
    cells = tuple(
        (
            _figure(row),
            _printed(row.series, row.printed),
            _printed(row.series, row.computed),
            row.arithmetic,
            context.printed_at(row.source),
        )
        for row in rows.itertuples(index=False)
    )
    number, failing = f"{len(rows)} figures", _FAILING[rule]
    if len(rows) == 1:
        number = "1 figure"
        for several, one in _ONE.items():
            failing = failing.replace(several, one)
    identity = f"differences-{rule.replace('_', '-')}"
    return Exhibit(
        identity=identity,
        headline=f"{number} {failing}",
        subtitle="",
        table=Table(
            f"{RULES[rule]}: where it does not come out",
            ("Figure", "Printed", "The arithmetic gives", "Arithmetic", "Printed at"),
            cells,
            anchors=context.anchors(identity, rows["series"]),
        ),
        source=context.source_line(rows["source"], scope),
        open_table=True,
    )


def _figure(row: Any) -> str:
    series, area, period, category = row.series, row.area, row.period, row.category
    name = catalogue.series().at[series, "title"].removesuffix(", % as printed")
    part = "" if category == catalogue.TOTAL else f", {wording.lower_first(catalogue.category_label(category))}"
    return f"{name}{part}, {areas.label(area)}, {periods.label(period)}"


def _printed(series: str, figure: float) -> str:
    unit = catalogue.series().at[series, "unit"]
    decimals = 1 if unit == "percent" else 0
    return wording.value(figure, unit, decimals)
