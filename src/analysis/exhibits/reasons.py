"""Why a view of the explorer has nothing to show, worked out from what is held: one sentence that says what there is instead."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis import catalogue
from analysis.analyses import benchmark
from analysis.analyses.trend.time_series import POINTS_OF_A_TREND
from analysis.catalogue import areas, periods, wording
from analysis.scope import Scope
from analysis.statistics import CHART_FROM

_LISTED = 4  # periods or areas that a sentence names one by one
_KINDS = {"quarter": "by quarter", "year": "by year", "date": "at a date"}


def no_quarters(mine: pd.DataFrame, here: Scope) -> str:
    """Return why an indicator's figures can't be shown by quarter."""
    return _in_parts(mine) or _only_held(mine)


def no_years(mine: pd.DataFrame, here: Scope) -> str:
    """Return why an indicator's figures can't be shown by year."""
    spans = _spans(mine, "year", "date")
    upto = [span for span in spans if periods.end(span) <= periods.year_end(here.period)]
    if not upto:
        return _in_parts(mine) or _only_held(mine)
    held = f"{_figures(len(upto), 'year')} held for {_places(mine)} up to {periods.label(here.year)} ({_listed(upto)})"
    return f"{held}; a series over the years needs {POINTS_OF_A_TREND}."


def no_pair(mine: pd.DataFrame, here: Scope) -> str:
    """Return why an indicator's figures of two years can't be compared."""
    if mine["indicator"].map(catalogue.indicators()["kind"]).eq("rate").any():
        return "It is a rate, which changes as the number that it is made of does: choose that number."
    before = periods.year_before(here.year)
    has = {year: _of_year(mine, year) for year in (here.year, before)}
    if not any(map(len, has.values())):
        return f"No figure is held for {here.year.replace('-', '/')} or {before.replace('-', '/')}. {_only_held(mine)}"
    for year, other in ((here.year, before), (before, here.year)):
        if len(has[year]) and not len(has[other]):
            return (
                f"{_named(has[year]['area'])} {_has(has[year]['area'])} a figure in {_label(year)}, and none in {_label(other)}."
            )
    return f"No area, and no part, has a figure in both {_label(before)} and {_label(here.year)}."


def no_control_chart(mine: pd.DataFrame, here: Scope) -> str:
    """Return why an indicator's quarters can't make a control chart."""
    quarters = _totals(mine)[_totals(mine)["period"].map(periods.kind) == "quarter"]
    upto = quarters[quarters["period"].map(periods.end) <= periods.end(here.period)]
    if upto.empty:
        return no_quarters(mine, here)
    most = int(upto.groupby("area")["period"].nunique().max())
    return f"{_figures(most, 'quarter')} held up to {periods.label(here.period)}; a control chart needs {CHART_FROM}."


def no_breakdown(mine: pd.DataFrame, here: Scope) -> str:
    """Return why an indicator's parts can't be shown."""
    parts = mine[(mine["category"] != catalogue.TOTAL) & mine["value"].notna()]
    if parts.empty:
        return f"It is not broken down for {_places(mine)}: only its total is held."
    if len(_of_year(parts, here.year)):
        return "Its parts stand as shares, with their numbers beside them: choose the percentage of the same name."
    return f"Its parts are held for {_listed(_spans(parts, *_KINDS, total=False))}, and not for {_label(here.year)}."


def none_beside(mine: pd.DataFrame, here: Scope, *, indicator: str, comparators: str) -> str:
    """Return why an indicator's figures can't be shown beside those of a set of areas."""
    if (why := _is_raw(indicator) or _in_parts(mine)) or comparators == benchmark.NEIGHBOURS:
        return why or _no_neighbours(indicator, here)
    chosen = benchmark.peers(comparators)
    everyone = here.everywhere[(here.everywhere["indicator"] == indicator) & here.everywhere["area"].isin(chosen["area"])]
    has = _of_year(_totals(everyone), here.year)["area"]
    if has.empty:
        return f"None of {chosen['title'].iloc[0]} has a figure in {_label(here.year)}."
    return f"Only {_named(has)} has a figure in {_label(here.year)}."


def _no_neighbours(name: str, here: Scope) -> str:
    year, places = here.official_year, wording.listing([areas.label(code) for code in here.official_areas])
    mine = here.official_measures
    if _of_year(_totals(mine[mine["indicator"] == name]), year).empty:
        return f"No official figure of it is held for {places} in {_label(year)}, and neighbours are compared by those alone."
    if not any(benchmark.neighbours(code, here.official_figures)[0] for code in here.official_areas):
        return f"No set of statistical neighbours that is held names {places}."
    return f"No area has an official figure in {_label(year)} that {places} could be held against."


def _is_raw(name: str) -> str:
    raw = catalogue.indicators().at[name, "kind"] not in ("rate", "percentage")
    return "It is a raw number, and areas differ in size: choose a rate or a share." if raw else ""


def _in_parts(mine: pd.DataFrame) -> str:
    if _totals(mine).empty and mine["value"].notna().any():
        return "It is held by its parts alone, without a total: choose the view Breakdown."
    return ""


def _only_held(mine: pd.DataFrame) -> str:
    spans = _spans(mine, *_KINDS, total=not _totals(mine).empty)
    if not spans:
        return f"No figure is held for {_places(mine)}."
    kinds = [_KINDS[kind] for kind in _KINDS if any(periods.kind(span) == kind for span in spans)]
    return f"Held for {_places(mine)} {' and '.join(kinds)} only: {_listed(spans)}."


def _totals(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows["category"] == catalogue.TOTAL) & rows["value"].notna()]


def _of_year(rows: pd.DataFrame, year: str) -> pd.DataFrame:
    return rows[rows["period"].isin((year, periods.year_end(year))) & rows["value"].notna()]


def _spans(rows: pd.DataFrame, *kinds: str, total: bool = True) -> list[str]:
    held = _totals(rows) if total else rows[rows["value"].notna()]
    return sorted((span for span in held["period"].unique() if periods.kind(span) in kinds), key=periods.order)


def _listed(spans: list[str]) -> str:
    labels = [periods.label(span) for span in spans]
    return wording.listing(labels) if len(labels) <= _LISTED else f"{labels[0]} to {labels[-1]}, {len(labels)} in all"


def _places(rows: pd.DataFrame) -> str:
    return _named(rows.loc[rows["value"].notna(), "area"]) or "these areas"


def _named(codes: Iterable[str]) -> str:
    names = [areas.label(code) for code in dict.fromkeys(codes)]
    return wording.listing(names) if len(names) <= _LISTED else f"{len(names)} areas"


def _has(codes: pd.Series) -> str:
    return "has" if codes.nunique() == 1 else "have"


def _figures(count: int, kind: str) -> str:
    return f"1 {kind} is" if count == 1 else f"{count} {kind}s are"


def _label(year: str) -> str:
    return periods.label(year)
