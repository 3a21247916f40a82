"""Official counts that belong together: a stock with its starters and leavers, and events with the children behind them.

Open it to see when a year of the two tables is whole, and what is said of one that isn't.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis import catalogue
from analysis.catalogue import periods, tables
from analysis.measures import current
from analysis.measures.reorganisations import joined_across_reorganisations

_PLACE = ["area", "year"]
_MISSING = {"status": "not_available", "source": ""}
_PER = 100


def stocks(observations: pd.DataFrame, upto: str) -> pd.DataFrame:
    """Return for each stock (`stocks.csv`), area and financial year how many were there, came, left and were there at its end.

    `observations` are official figures (`Scope.official_figures`), `upto` is the last financial year. Columns: stock, area, year;
    `start`, `started`, `ended` and `end` (children or plans), each with its `_status` and `_source`. What the year comes to,
    `expected` (start + started − ended), and `difference` (end − expected) are held only where all four are, else `status` says
    why not. Years run from the first to the last of which all four are held or withheld; a gap between them is no zero.

    >>> from analysis.scope import scope
    >>> rows = stocks(scope(period="2023-24").official_figures, "2023-24")
    >>> of_year = rows[(rows["stock"] == "plans_in_force") & (rows["area"] == "E06000017") & (rows["year"] == "2013-14")]
    >>> of_year[["start", "started", "ended", "expected", "end", "difference"]].values.tolist()
    [[35.0, 44.0, 32.0, 47.0, 34.0, -13.0]]
    """
    found = []
    for entry in tables.read("stocks").itertuples(index=False):
        sides = {"started": entry.started, "ended": entry.ended, "end": entry.stock}
        figures = _figures(observations, sides, upto)
        at_the_end = figures[figures["side"] == "end"]
        rows = _beside(pd.concat([figures, at_the_end.assign(side="start", year=at_the_end["year"] + 1)]), ("start", *sides))
        is_there = (rows[[f"{side}_status" for side in ("start", *sides)]] != "not_available").all(axis=1)
        whole_years = rows["year"].where(is_there).groupby(rows["area"])
        rows = rows[rows["year"].between(whole_years.transform("min"), whole_years.transform("max"))]
        difference = rows["end"] - (rows["start"] + rows["started"] - rows["ended"])
        rows = rows.assign(stock=entry.stock, expected=rows["end"] - difference, difference=difference)
        found.append(rows.assign(status=_status(rows, ("start", *sides))))
    return _in_years(pd.concat(found, ignore_index=True))


def persons(observations: pd.DataFrame, upto: str) -> pd.DataFrame:
    """Return for each count of events (`persons.csv`), area and financial year the events, the children and events per 100.

    `observations` are official figures (`Scope.official_figures`), `upto` is the last financial year. Columns: area, year;
    `events` and `persons`, each with its `_status` and `_source`; the series `of` whose events they are, and `per_100`, which is
    held only where both counts are and a child was counted, else `status` says why not.

    >>> from analysis.scope import scope
    >>> rows = persons(scope(period="2023-24").official_figures, "2023-24")
    >>> of_year = rows[(rows["of"] == "section_47_enquiries") & (rows["area"] == "E10000016") & (rows["year"] == "2023-24")]
    >>> of_year[["events", "persons", "per_100"]].round(1).values.tolist()
    [[7339.0, 6347.0, 115.6]]
    """
    found = []
    for entry in tables.read("persons").itertuples(index=False):
        sides = {"events": entry.events, "persons": entry.persons}
        rows = _beside(_figures(observations, sides, upto), tuple(sides))
        per_100 = _PER * rows["events"] / rows["persons"].where(rows["persons"] > 0)
        status = _status(rows, tuple(sides)).mask(rows["persons"] == 0, "not_applicable")
        found.append(rows.assign(of=entry.events, per_100=per_100, status=status))
    return _in_years(pd.concat(found, ignore_index=True))


def _figures(observations: pd.DataFrame, sides: Mapping[str, str], upto: str) -> pd.DataFrame:
    """Return the figures of some series by area, side and year (in which theirs ends); a successor has its predecessor's."""
    side_of = {series: side for side, series in sides.items()}
    is_asked = observations["series"].isin(side_of) & (observations["category"] == catalogue.TOTAL)
    figures = current(observations[is_asked & catalogue.is_official(observations["release"])])
    figures = joined_across_reorganisations(figures.rename(columns={"series": "indicator"}))
    year_of = {period: int(periods.year_end(period)[:4]) for period in figures["period"].unique()}
    figures = figures.assign(side=figures["indicator"].map(side_of), year=figures["period"].map(year_of).astype(int))
    return figures[figures["year"] <= int(periods.year_end(upto)[:4])]


def _beside(figures: pd.DataFrame, sides: tuple[str, ...]) -> pd.DataFrame:
    """Return a row for each area and year with the value, status and source of each side; all years of the figures, gaps too."""
    years = range(figures["year"].min(), figures["year"].max() + 1) if len(figures) else range(0)
    every = pd.MultiIndex.from_product([figures["area"].unique(), years], names=_PLACE)
    rows = pd.DataFrame(index=every)
    for side in sides:
        of_side = figures[figures["side"] == side].set_index(_PLACE).reindex(every)
        rows[side] = of_side["value"].astype(float)
        for column, missing in _MISSING.items():
            rows[f"{side}_{column}"] = of_side[column].astype(object).fillna(missing)
    has_any = rows[list(sides)].notna().any(axis=1) | (rows[[f"{side}_status" for side in sides]] != "not_available").any(axis=1)
    return rows[has_any | _between(has_any)].reset_index()


def _between(has_any: pd.Series) -> pd.Series:
    """Return a mask of the rows of an area that lie between two that have a figure."""
    by_area = has_any.groupby(level="area")
    return by_area.cummax() & has_any[::-1].groupby(level="area").cummax()[::-1]


def _status(rows: pd.DataFrame, sides: tuple[str, ...]) -> pd.Series:
    """Return final where all sides are held; where not, suppressed if one of them is withheld, else not available."""
    is_withheld = (rows[[f"{side}_status" for side in sides]] == "suppressed").any(axis=1)
    is_held = rows[list(sides)].notna().all(axis=1)
    return pd.Series("final", rows.index).where(is_held, pd.Series("not_available", rows.index).mask(is_withheld, "suppressed"))


def _in_years(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(year=[f"{year - 1}-{year % 100:02d}" for year in rows["year"]])
