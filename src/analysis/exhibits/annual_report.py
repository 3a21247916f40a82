"""Exhibits that make the Boards' annual report from the data: its sentences and figures, with wrong figures marked."""

from __future__ import annotations

import re
from functools import partial

import pandas as pd

from analysis import catalogue
from analysis.analyses import change, scorecard
from analysis.analyses.findings import findings, title
from analysis.catalogue import areas, periods, tables, wording
from analysis.exhibits.comparing import change_table
from analysis.exhibits.parts import context
from analysis.exhibits.parts.charts import panel
from analysis.exhibits.parts.composite_charts import steps
from analysis.exhibits.parts.exhibit import Exhibit, Sentences, Table, slug
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope
from analysis.store import FIGURE

_YEARS = 4
_CHECKED = ["check", "series", "area", "category"]


@otherwise("No figure of this section is held for two years.")
def section(number: str, scope: Scope) -> list[Exhibit | Sentences]:
    """Return a section of the report: what moved unusually in sentences, and each total against the year before as a table.

    `report_sections.csv` gives the domain and the areas of a section. Raises UnknownNameError for a section that is not in it.
    """
    measures = _of(scope, _places(number))
    judged = change.year_on_year(measures[measures["category"] == catalogue.TOTAL], scope.period)
    both = judged[judged["verdict"] != "missing"]
    all_findings = findings(both, scorecard.flags(scope))
    if not all_findings:
        return []
    unusual = tuple(finding.headline for finding in all_findings if finding.unusual)
    codes = list(dict.fromkeys(finding.area for finding in all_findings))
    named = wording.listing([areas.label(code) for code in codes])
    domain = catalogue.domains()[catalogue.indicators().at[all_findings[0].indicator, "domain"]]
    caption = f"{domain}, {named}: {periods.label(scope.year)} and the year before"
    table = Exhibit(
        identity=slug(f"section-{number}"),
        headline=f"{named}: the year and the year before",
        subtitle="",
        table=change_table(caption, all_findings, with_area=len(codes) > 1),
        source=context.source_line(measures.loc[measures["indicator"].isin(both["indicator"]), "source"], scope),
        open_table=True,
    )
    return [Sentences(unusual, prose=True), table] if unusual else [table]


@otherwise("No census figure is held for these areas.")
def levels(number: str, scope: Scope) -> list[Exhibit]:
    """Return the table of a section's latest totals, with a row for each indicator and a column for each area."""
    measures = _of(scope, _places(number))
    totals = measures[(measures["category"] == catalogue.TOTAL)].assign(has_value=lambda rows: rows["value"].notna())
    if not totals["has_value"].any():
        return []
    latest = totals.assign(end=totals["period"].map(periods.end)).sort_values(["has_value", "end"], kind="stable")
    latest = latest.drop_duplicates(["indicator", "area"], keep="last")
    latest = latest[latest["indicator"].isin(latest.loc[latest["has_value"], "indicator"])]
    columns = list(dict.fromkeys(_places(number)["area"]))
    words_by_cell = {
        (row.indicator, row.area): context.value(row.indicator, row.value, row.status) for row in latest.itertuples(index=False)
    }
    order = [name for name in catalogue.indicators().index if name in set(latest["indicator"])]
    unknown = wording.SYMBOLS["not_available"]
    rows = tuple((context.measured(name), *(words_by_cell.get((name, code), unknown) for code in columns)) for name in order)
    when = wording.listing(sorted({periods.label(period) for period in latest.loc[latest["has_value"], "period"]}))
    domain = catalogue.domains()[catalogue.indicators().at[order[0], "domain"]]
    return [
        Exhibit(
            identity=slug(f"levels-{number}"),
            headline=f"{domain}: {len(rows)} figures, {wording.listing([areas.label(code) for code in columns])}",
            subtitle=when,
            table=Table(f"{domain}, {when}", ("Figure", *(areas.label(code) for code in columns)), rows),
            source=context.source_line(latest["source"], scope),
            open_table=True,
        )
    ]


@otherwise("This figure cannot be made: none of its rows is held.")
def figure(number: str, scope: Scope) -> list[Exhibit]:
    """Return a figure of the report as one table with a column for each quarter and the year, or for each of four years.

    Its rows are those of `report_rows.csv`, in that order; a breakdown has a row for each category. A cell whose printed figure
    is not what the arithmetic gives carries the number of a note; a restated one is marked [r]. Empty if no row has a figure.
    """
    entry = tables.read("report_figures").set_index("figure").loc[number]
    listed = tables.read("report_rows")
    names = listed.loc[listed["figure"] == number, "indicator"].tolist()
    codes = entry["areas"].split("|")
    measures = scope.everywhere[scope.everywhere["indicator"].isin(names) & scope.everywhere["area"].isin(codes)]
    columns = [*periods.quarters(scope.year), scope.year] if entry["spans"] == "quarters" else _years(measures, scope.year)
    measures = measures[measures["period"].isin(columns)]
    if measures.empty:
        return []
    notes = _Notes(scope.store.checks)
    rows = [
        _row(name, category, code, measures, columns, notes, many_areas=len(codes) > 1)
        for name in names
        for code in codes
        for category in _categories(measures[(measures["indicator"] == name) & (measures["area"] == code)])
    ]
    caption = f"Figure {number}: {entry['title']}"
    return [
        Exhibit(
            identity=f"figure-{number}",
            headline=caption,
            subtitle=_marks(notes),
            footnotes=tuple(notes.texts),
            table=Table(caption, ("Figure", *(periods.label(span) for span in columns)), tuple(rows)),
            source=context.source_line(measures["source"], scope),
            open_table=True,
        )
    ]


@otherwise("Fewer than two steps are held, so no flow is drawn.")
def flow(name: str, area: str, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of a process (`flows.csv`) in one area and year: its steps in their order, with their counts."""
    code = areas.resolve(area)
    listed = tables.read("flows")
    flow_steps = listed[listed["flow"] == name]
    measures = scope.everywhere
    measures = measures[
        (measures["area"] == code) & (measures["period"] == scope.year) & (measures["category"] == catalogue.TOTAL)
    ]
    rows = flow_steps.merge(measures[measures["value"].notna()], on="indicator")
    if len(rows) < 2:
        return []
    first = rows["value"].iloc[0]
    per_hundred = [f" ({wording.number(100 * value / first)} for every 100)" if first else "" for value in rows["value"]]
    per_hundred[0] = ""
    points = rows.assign(label=[title(indicator) for indicator in rows["indicator"]], beside=per_hundred)
    place, when = areas.label(code), periods.label(scope.year)
    words = partial(wording.number, decimals=0)
    step_words = [f"{row.label} {words(row.value)}{row.beside}" for row in points.itertuples(index=False)]
    identity = slug(f"flow-{name}-{place}")
    description = f"{flow_steps['title'].iloc[0]}, {place}, {when}: {wording.listing(step_words)}."
    cells = tuple(
        (row.label, words(row.value), "" if pd.isna(row.value) or not first else words(100 * row.value / first))
        for row in points.itertuples(index=False)
    )
    missing_titles = [title(indicator) for indicator in flow_steps["indicator"] if indicator not in set(rows["indicator"])]
    missing = wording.listing([wording.lower_first(each) for each in missing_titles])
    note_on_missing = (f"No figure is held for {missing}.",) if missing_titles else ()
    return [
        Exhibit(
            identity=f"{identity}-exhibit",
            headline=f"{flow_steps['title'].iloc[0]}, {place}: {step_words[0].lower()} to {wording.lower_first(step_words[-1])}",
            subtitle="Counts in the year",
            notes=note_on_missing,
            panels=(panel(steps(points, f"{place}, {when}", words), identity, description, rows=len(points)),),
            table=Table(
                f"{flow_steps['title'].iloc[0]}, {place}, {when}", ("Step", "Number", "For every 100 of the first step"), cells
            ),
            source=context.source_line(rows["source"], scope),
        )
    ]


class _Notes:
    """The numbered notes of one figure, one for each row and rule whose printed value is not what the arithmetic gives."""

    def __init__(self, checks: pd.DataFrame) -> None:
        self._differing = checks[(checks["outcome"] == "differs") & (checks["check"] != "quarters_to_year")]
        self._by_place = dict(tuple(self._differing.groupby(list(FIGURE))))
        self._numbers: dict[tuple[str, ...], int] = {}

    def mark(self, indicator: str, area: str, period: str, category: str) -> str:
        """Return the mark of a cell, such as " [note 1]", and keep its note; an empty string if every check comes out."""
        entry = catalogue.indicators().loc[indicator]
        side = "printed" if entry["printed"] else "numerator"
        numbers = []
        for term in catalogue.terms(entry[side]):
            part = category if term.category == catalogue.SAME_CATEGORY else term.category
            rules = self._by_place[place]["check"] if (place := (term.series, area, period, part)) in self._by_place else ()
            numbers += [self._number(rule, term.series, area, part) for rule in rules]
        return "".join(f" [note {number}]" for number in dict.fromkeys(numbers))

    def _number(self, *key: str) -> int:
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    @property
    def texts(self) -> list[str]:
        """The notes in the order of their numbers."""
        return [self._text(*key) for key in self._numbers]

    def _text(self, rule: str, name: str, area: str, category: str) -> str:
        differing = self._differing
        rows = differing[(differing[_CHECKED] == pd.Series((rule, name, area, category), index=_CHECKED)).all(axis=1)]
        series = catalogue.series().loc[name]
        decimals = 1 if series["unit"] == "percent" else 0
        spoken = [
            f"{periods.label(row.period)} printed {wording.value(row.printed, series['unit'], decimals)}, "
            f"{_in_words(row.arithmetic)}"
            if row.arithmetic  # empty for readers who may not see the figures of a check: they get the periods only
            else periods.label(row.period)
            for row in rows.drop_duplicates(["period", "printed"]).itertuples(index=False)
        ]
        return f"{series['title'].removesuffix(', % as printed')}: {'; '.join(spoken)}."


def _in_words(arithmetic: str) -> str:
    """Return the arithmetic of a check, with the titles of series in place of their ids."""
    titles = catalogue.series()["title"]
    return re.sub(r"[a-z]+(?:_[a-z0-9]+)+", lambda match: titles.get(match[0], match[0]), arithmetic)


def _of(scope: Scope, places: pd.DataFrame) -> pd.DataFrame:
    domain = scope.everywhere["indicator"].map(catalogue.indicators()["domain"])
    keys = pd.MultiIndex.from_arrays([domain, scope.everywhere["area"]])
    return scope.everywhere[keys.isin(pd.MultiIndex.from_frame(places))]


def _places(number: str) -> pd.DataFrame:
    table = tables.read("report_sections")
    catalogue.check_known(number, table["section"].unique(), "section of the report")
    return table.loc[table["section"] == number, ["domain", "area"]]


def _years(measures: pd.DataFrame, year: str) -> list[str]:
    years = {
        period for period in measures["period"] if periods.kind(period) == "year" and periods.end(period) <= periods.end(year)
    }
    return sorted(years, key=periods.order)[-_YEARS:]


def _categories(measures: pd.DataFrame) -> list[str]:
    order = {name: number for number, name in enumerate(catalogue.categories())}
    return sorted(measures["category"].unique(), key=lambda name: order.get(name, len(order)))


def _row(
    name: str, category: str, code: str, measures: pd.DataFrame, columns: list[str], notes: _Notes, *, many_areas: bool
) -> tuple[str, ...]:
    row_by_period = measures[
        (measures["indicator"] == name) & (measures["area"] == code) & (measures["category"] == category)
    ].set_index("period")
    percentage = ", percentage" if catalogue.indicators().at[name, "unit"] == "percent" else ""
    label = areas.label(code) if many_areas else title(name, category) + percentage
    cells = []
    for span in columns:
        if span not in row_by_period.index:
            cells.append("[x]")
            continue
        row = row_by_period.loc[span]
        revised = " [r]" if row["status"] == "revised" else ""
        cells.append(context.value(name, row["value"], row["status"]) + revised + notes.mark(name, code, span, category))
    return (label, *cells)


def _marks(notes: _Notes) -> str:
    return "Notes say where a sum fails" if notes.texts else ""
