"""Exhibits of official counts that belong together: starters and leavers beside stocks, and the children behind events."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.analyses import counts
from analysis.analyses.findings.sentence import signed
from analysis.catalogue import areas, periods, tables, wording
from analysis.exhibits.parts import context
from analysis.exhibits.parts.exhibit import Exhibit, Table, slug
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope

_ROUNDED_KINDS = ("country", "region")
_ROUNDED = "Figures of England and its regions are rounded to the nearest ten: a difference of up to twenty is no more than that."
_STOCK_COLUMNS = (
    "Area and year",
    "There at the start",
    "Started",
    "Ended",
    "Comes to",
    "There at the end",
    "Difference",
)
_PERSONS_COLUMNS = (
    "Counted, and where",
    "Events",
    "Children",
    "Events per 100 children",
    "The same a year before",
    "The same five years before",
)
_DISTANT = 5  # years: the span that trends are judged over at least
_NOT_JUDGED = "How far these ratios usually move is not known, so no change of theirs is judged."


@otherwise("No official count is held at both ends of a year together with its starters and leavers.")
def stocks(scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each stock (`stocks.csv`): at the start of the year + started − ended, beside the count at its end.

    A row for each area of the page and each year of which all four are held. Where one of the four is withheld or missing, what
    it comes to and the difference are too.
    """
    rows = _of_page(counts.stocks(scope.official_figures, scope.official_year), "stock", scope)
    known = tables.read("stocks").set_index("stock")
    of_stock = {name: rows[rows["stock"] == name] for name in known.index}
    return [_stock(name, held, known.loc[name], scope) for name, held in of_stock.items() if not held.empty]


@otherwise("No official count of events is held together with the children behind them.")
def persons(scope: Scope) -> list[Exhibit]:
    """Return the exhibit of the official year's events with the children behind them (`persons.csv`), each counted once.

    Each count and area has a row, with the events per 100 children of this year, of the year before and of five years before.
    """
    rows = _of_page(counts.persons(scope.official_figures, scope.official_year), "of", scope)
    now = rows[rows["year"] == scope.official_year]
    if now["per_100"].isna().all():
        return []
    pairs = tables.read("persons").set_index("events")["persons"]
    now = now.sort_values("of", key=pairs.index.get_indexer, kind="stable")
    earlier = {(row.of, row.area, row.year): row for row in rows.itertuples(index=False)}
    years = [periods.from_pandas(periods.to_pandas(scope.official_year) - span) for span in (1, _DISTANT)]
    cells = tuple(
        (
            f"{_title(row.of)}, {areas.label(row.area)}",
            _bare(row.events, row.events_status),
            _bare(row.persons, row.persons_status),
            _ratio(row),
            *(_ratio(earlier.get((row.of, row.area, year))) for year in years),
        )
        for row in now.itertuples(index=False)
    )
    first = now[now["of"] == now.loc[now["per_100"].notna(), "of"].iloc[0]]
    said = [
        f"{areas.label(row.area)} {wording.number(row.events)} for {wording.number(row.persons)} children"
        for row in first[first["per_100"].notna()].itertuples(index=False)
    ]
    when = periods.label(scope.official_year)
    return [
        Exhibit(
            identity="events-and-children",
            headline=f"{_title(first['of'].iloc[0])} in {when}: {wording.listing(said)}",
            subtitle=f"Events of {when} and the children whom they were about, each counted once. 100 events per 100 children "
            "means that no child came twice",
            notes=(_NOT_JUDGED,),
            table=Table(f"Events and children, {when}", _PERSONS_COLUMNS, cells),
            source=context.source_line(pd.concat([now["events_source"], now["persons_source"]]), scope),
        )
    ]


def _stock(name: str, rows: pd.DataFrame, entry: pd.Series, scope: Scope) -> Exhibit:
    title = _title(name)
    cells = tuple(
        (
            f"{areas.label(row.area)}, {periods.label(row.year)}",
            _bare(row.start, row.start_status),
            _bare(row.started, row.started_status),
            _bare(row.ended, row.ended_status),
            _bare(row.expected, row.status),
            _bare(row.end, row.end_status),
            signed(row.difference, 0) if row.status == "final" else _bare(row.difference, row.status),
        )
        for row in rows.itertuples(index=False)
    )
    is_rounded = any(areas.kind(code) in _ROUNDED_KINDS for code in rows["area"].unique())
    furthest = " ".join(filter(None, (_furthest(of_area) for _, of_area in rows.groupby("area", sort=False))))
    return Exhibit(
        identity=slug(f"stock-{name}"),
        headline=f"{title}: {'; '.join(_latest(of_area) for _, of_area in rows.groupby('area', sort=False))}",
        subtitle="At the start of the year + started − ended, beside the count at its end. Years run from April to March",
        notes=tuple(note for note in (furthest, str(entry["caution"]), _ROUNDED if is_rounded else "") if note),
        table=Table(f"{title}: start of the year, starters, leavers and end, by year", _STOCK_COLUMNS, cells),
        source=context.source_line(pd.concat([rows[f"{side}_source"] for side in ("start", "started", "ended", "end")]), scope),
        about=catalogue.subject(name),
    )


def _latest(rows: pd.DataFrame) -> str:
    """Return the latest year of an area as a sum: "Rutland 23 + 39 − 36 = 26 in 2023/24, as counted"."""
    place = areas.label(rows["area"].iloc[0])
    whole = rows[rows["status"] == "final"]
    if whole.empty:
        return f"{place} has no year of which all four counts are given"
    last = whole.iloc[-1]
    start, started, ended, expected = (wording.number(last[side]) for side in ("start", "started", "ended", "expected"))
    counted = "as counted" if last["difference"] == 0 else f"and {wording.number(last['end'])} were counted"
    return f"{place} {start} + {started} − {ended} = {expected} in {periods.label(last['year'])}, {counted}"


def _furthest(rows: pd.DataFrame) -> str:
    """Return a sentence on the year of an area that comes out worst, or that all of them come out."""
    place = areas.label(rows["area"].iloc[0])
    whole = rows[rows["status"] == "final"]
    if whole.empty:
        return ""
    if (whole["difference"] == 0).all():
        return f"{place} comes out in every year that is given in full."
    worst = whole.loc[whole["difference"].abs().idxmax()]
    return f"{place} is furthest out in {periods.label(worst['year'])}: {signed(worst['difference'], 0)}."


def _of_page(rows: pd.DataFrame, of: str, scope: Scope) -> pd.DataFrame:
    """Return the rows of the page's areas, in their order, and of its domain if it has one; `of` is their column of series."""
    position = {code: place for place, code in enumerate(scope.official_areas)}
    is_of_domain = rows[of].map(catalogue.series()["domain"]).eq(scope.domain or "") | (not scope.domain)
    rows = rows[rows["area"].isin(position) & is_of_domain]
    return rows.sort_values("area", key=lambda codes: codes.map(position), kind="stable", ignore_index=True)


def _title(series: str) -> str:
    return str(catalogue.series().at[series, "title"])


def _bare(figure: float, status: str) -> str:
    return wording.value(figure, "count", 0, status)


def _ratio(row: Any) -> str:
    return wording.value(float("nan") if row is None else row.per_100, "count", 1, "not_available" if row is None else row.status)
