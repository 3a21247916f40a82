"""Exhibits of the Boards' annual report, made from data: its figures in its order, corrections marked, and its sentences."""

from __future__ import annotations

import re
from functools import partial

import pandas as pd

from analysis import catalogue
from analysis.analyses import change
from analysis.analyses.findings import findings, title
from analysis.catalogue import areas, periods, tables, wording
from analysis.clean.checks import RULES
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
def section(number: str, scope: Scope) -> list[Sentences]:
    """Return the sentences of a section of the report: each total of its areas against the year before, judged and in order.

    `report_sections.csv` says which domain and areas a section is about. Nothing is said that a Finding doesn't say.
    """
    measures = _of(scope, _places(number))
    judged = change.year_on_year(measures[measures["category"] == catalogue.TOTAL], scope.period)
    said = [finding.headline for finding in findings(judged)]
    return [Sentences(tuple(said), prose=True)] if said else []


@otherwise("No census figure is held for these areas.")
def levels(number: str, scope: Scope) -> list[Exhibit]:
    """Return the table of a section's totals: a row an indicator, a column an area, for what is given once."""
    measures = _of(scope, _places(number))
    held = measures[(measures["category"] == catalogue.TOTAL)].assign(given=lambda rows: rows["value"].notna())
    if not held["given"].any():
        return []
    latest = held.assign(end=held["period"].map(periods.end)).sort_values(["given", "end"], kind="stable")
    latest = latest.drop_duplicates(["indicator", "area"], keep="last")
    latest = latest[latest["indicator"].isin(latest.loc[latest["given"], "indicator"])]
    columns = list(dict.fromkeys(_places(number)["area"]))
    printed = {
        (row.indicator, row.area): context.value(row.indicator, row.value, row.status) for row in latest.itertuples(index=False)
    }
    order = [name for name in catalogue.indicators().index if name in set(latest["indicator"])]
    unknown = wording.SYMBOLS["not_available"]
    rows = tuple((context.measured(name), *(printed.get((name, code), unknown) for code in columns)) for name in order)
    when = wording.listing(sorted({periods.label(period) for period in latest.loc[latest["given"], "period"]}))
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
    """Return a figure of the report as one table: its rows in the report's order, quarters and year, or years.

    The rows are those of `report_rows.csv`, a breakdown with all its categories. A cell whose printed figure is not what the
    arithmetic gives carries the number of a note; a restated one is marked [r]. Empty where none of the rows has a figure.
    """
    entry = tables.read("report_figures").set_index("figure").loc[number]
    listed = tables.read("report_rows")
    names = listed.loc[listed["figure"] == number, "indicator"].tolist()
    codes = entry["areas"].split("|")
    held = scope.everywhere[scope.everywhere["indicator"].isin(names) & scope.everywhere["area"].isin(codes)]
    spans = [*periods.quarters(scope.year), scope.year] if entry["spans"] == "quarters" else _years(held, scope.year)
    held = held[held["period"].isin(spans)]
    if held.empty:
        return []
    notes = _Notes(scope.store.checks)
    rows = [
        _row(name, category, code, held, spans, notes, many_areas=len(codes) > 1)
        for name in names
        for code in codes
        for category in _categories(held[(held["indicator"] == name) & (held["area"] == code)])
    ]
    caption = f"Figure {number}: {entry['title']}"
    return [
        Exhibit(
            identity=f"figure-{number}",
            headline=caption,
            subtitle=f"{periods.label(spans[0])} to {periods.label(spans[-1])}. {_marks(notes)}",
            footnotes=tuple(notes.texts),
            table=Table(caption, ("Figure", *(periods.label(span) for span in spans)), tuple(rows)),
            source=context.source_line(held["source"], scope),
            open_table=True,
        )
    ]


@otherwise("Fewer than two steps are held, so no flow is drawn.")
def flow(name: str, area: str, scope: Scope) -> list[Exhibit]:
    """Return the steps of a process in one area in the year, from its first to its last (`flows.csv`), with their counts."""
    code = areas.resolve(area)
    listed = tables.read("flows")
    asked = listed[listed["flow"] == name]
    held = scope.everywhere
    held = held[(held["area"] == code) & (held["period"] == scope.year) & (held["category"] == catalogue.TOTAL)]
    rows = asked.merge(held[held["value"].notna()], on="indicator")
    if len(rows) < 2:
        return []
    first = rows["value"].iloc[0]
    per_hundred = [f" ({wording.number(100 * value / first)} for every 100)" if first else "" for value in rows["value"]]
    per_hundred[0] = ""
    points = rows.assign(label=[title(each) for each in rows["indicator"]], beside=per_hundred)
    place, when = areas.label(code), periods.label(scope.year)
    words = partial(wording.number, decimals=0)
    spoken = [f"{row.label} {words(row.value)}{row.beside}" for row in points.itertuples(index=False)]
    identity = slug(f"flow-{name}-{place}")
    opening = wording.lower_first(points["label"].iloc[0])
    description = f"{asked['title'].iloc[0]}, {place}, {when}: {wording.listing(spoken)}."
    cells = tuple(
        (row.label, words(row.value), "" if pd.isna(row.value) or not first else words(100 * row.value / first))
        for row in points.itertuples(index=False)
    )
    absent = [title(each) for each in asked["indicator"] if each not in set(rows["indicator"])]
    missing = (f"No figure is held for {wording.listing([wording.lower_first(each) for each in absent])}.",) if absent else ()
    return [
        Exhibit(
            identity=f"{identity}-exhibit",
            headline=f"{asked['title'].iloc[0]}, {place}: {spoken[0].lower()} to {wording.lower_first(spoken[-1])}",
            subtitle=f"Counts in {when}, and for every 100 {opening}",
            notes=("Each step counts what happened in the year: not every case of a step is one of the step before.", *missing),
            panels=(panel(steps(points, f"{place}, {when}", words), identity, description, rows=len(points)),),
            table=Table(
                f"{asked['title'].iloc[0]}, {place}, {when}", ("Step", "Number", "For every 100 of the first step"), cells
            ),
            source=context.source_line(rows["source"], scope),
        )
    ]


class _Notes:
    """The numbered notes of one figure, one for each row and rule: what was printed where the arithmetic gives something else."""

    def __init__(self, checks: pd.DataFrame) -> None:
        self._differing = checks[(checks["outcome"] == "differs") & (checks["check"] != "quarters_to_year")]
        self._by_place = dict(tuple(self._differing.groupby(list(FIGURE))))
        self._numbers: dict[tuple[str, ...], int] = {}

    def mark(self, indicator: str, area: str, period: str, category: str) -> str:
        """Return " [note 1]" and remember the note, or nothing where every check comes out."""
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
        held = self._differing
        rows = held[(held[_CHECKED] == pd.Series((rule, name, area, category), index=_CHECKED)).all(axis=1)]
        series = catalogue.series().loc[name]
        decimals = 1 if series["unit"] == "percent" else 0
        spoken = [
            f"{periods.label(row.period)} printed {wording.value(row.printed, series['unit'], decimals)}, "
            f"{_in_words(row.arithmetic)}"
            if row.arithmetic  # empty for readers who may not see the figures of a check: then only where it is
            else periods.label(row.period)
            for row in rows.drop_duplicates(["period", "printed"]).itertuples(index=False)
        ]
        return f"{series['title'].removesuffix(', % as printed')}. {RULES[rule]}, and does not here: {'; '.join(spoken)}."


def _in_words(arithmetic: str) -> str:
    """Return the arithmetic of a check with the titles of series in the place of their ids."""
    known = catalogue.series()["title"]
    return re.sub(r"[a-z]+(?:_[a-z0-9]+)+", lambda match: known.get(match[0], match[0]), arithmetic)


def _of(scope: Scope, places: pd.DataFrame) -> pd.DataFrame:
    domain = scope.everywhere["indicator"].map(catalogue.indicators()["domain"])
    keys = pd.MultiIndex.from_arrays([domain, scope.everywhere["area"]])
    return scope.everywhere[keys.isin(pd.MultiIndex.from_frame(places))]


def _places(number: str) -> pd.DataFrame:
    table = tables.read("report_sections")
    catalogue.check_known(number, table["section"].unique(), "section of the report")
    return table.loc[table["section"] == number, ["domain", "area"]]


def _years(held: pd.DataFrame, year: str) -> list[str]:
    years = {period for period in held["period"] if periods.kind(period) == "year" and periods.end(period) <= periods.end(year)}
    return sorted(years, key=periods.order)[-_YEARS:]


def _categories(held: pd.DataFrame) -> list[str]:
    order = {name: number for number, name in enumerate(catalogue.categories())}
    return sorted(held["category"].unique(), key=lambda name: order.get(name, len(order)))


def _row(
    name: str, category: str, code: str, held: pd.DataFrame, spans: list[str], notes: _Notes, *, many_areas: bool
) -> tuple[str, ...]:
    mine = held[(held["indicator"] == name) & (held["area"] == code) & (held["category"] == category)].set_index("period")
    percentage = ", percentage" if catalogue.indicators().at[name, "unit"] == "percent" else ""
    label = areas.label(code) if many_areas else title(name, category) + percentage
    cells = []
    for span in spans:
        if span not in mine.index:
            cells.append("[x]")
            continue
        row = mine.loc[span]
        revised = " [r]" if row["status"] == "revised" else ""
        cells.append(context.value(name, row["value"], row["status"]) + revised + notes.mark(name, code, span, category))
    return (label, *cells)


def _marks(notes: _Notes) -> str:
    return "Notes say where a printed figure is not what the arithmetic gives." if notes.texts else "Every check comes out."
