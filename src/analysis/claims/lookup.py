"""Figures looked up for a statement: by series, area, period and category, each with the rounding that it was printed with."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods
from analysis.catalogue.areas import ENGLAND
from analysis.clean.printed.statements import FILE, HEADER
from analysis.store import WITH_VALUE, Store, returns_folder

_Key: TypeAlias = tuple[str, str]  # series and category


@dataclass(frozen=True)
class Place:
    """Where a statement stands: its area (code), its period, and its own cell, which can't prove what it states.

    The figures of the cells in `prefer` are taken before all others.
    """

    area: str
    period: str
    cell: str = ""
    prefer: frozenset[str] = frozenset()

    @property
    def file(self) -> str:
        """The file of the statement's own cell."""
        return self.cell.partition("#")[0]

    def moved(self, where: str) -> Place:
        """Return the place that a word behind `@` leads to: before, end, year, Q1 … Q4, a period or an area."""
        match where:
            case "before":
                return replace(self, period=periods.year_before(self.period))
            case "end":
                return replace(self, period=periods.year_end(self.period))
            case "year":
                return replace(self, period=periods.year_of(self.period))
            case _ if where.startswith("Q"):
                return replace(self, period=f"{periods.year_of(self.period)}-{where}")
            case _ if where.startswith('"'):
                return replace(self, area=areas.resolve(where[1:-1]))
            case _:
                return replace(self, period=where)


@dataclass(frozen=True)
class Printed:
    """One print of a figure: its value, how far its rounding reaches to either side, and the cell."""

    series: str
    area: str
    period: str
    category: str
    value: float
    half: float
    decimals: int
    source: str
    status: str

    @property
    def file(self) -> str:
        """The file that it was printed in."""
        return self.source.partition("#")[0]


class Figures:
    """The figures of a store, for thousands of look-ups.

    `official` chooses the figures: True those whose publisher controlled disclosure, False those that reports print (neither
    official nor returned by an agency), None all. With `areas` only the figures of these areas.
    """

    def __init__(self, store: Store, official: bool | None = False, areas: Collection[str] = ()) -> None:
        frame = store.observations
        frame = frame[frame["status"].isin(WITH_VALUE)]
        self._england = _of_england(frame)
        self._titles = {name: origin["title"] for name, origin in store.origins.items() if origin.get("controlled")}
        if official is not None:
            published = frame["release"].isin(set(self._titles))
            frame = frame[published if official else ~published & ~frame["release"].str.startswith(f"{returns_folder.SOURCE}/")]
        if areas:
            frame = frame[frame["area"].isin(areas)]
        text_by_cell = dict(zip(store.cells["source"], store.cells["text"], strict=True))
        percent_series = set(catalogue.series().index[catalogue.series()["unit"] == "percent"])
        self.all = [_printed(row, text_by_cell, percent_series) for row in frame.itertuples(index=False)]
        self.files = {figure.file for figure in self.all}
        self._statements = _statements(text_by_cell)
        self._by_key: dict[tuple[str, str, str, str], list[Printed]] = {}
        for figure in self.all:
            self._by_key.setdefault((figure.series, figure.area, figure.period, figure.category), []).append(figure)

    def prints(self, series: str, category: str, at: Place) -> list[Printed]:
        """Return every print of a figure except the statement's own cell, the one that takes precedence first."""
        prints = self._by_key.get((series, at.area, at.period, category), [])
        others = [figure for figure in prints if figure.source != at.cell]
        return sorted(others, key=lambda each: (catalogue.precedence(each.source), each.file != at.file, -_row(each.source)))

    def get(self, series: str, category: str, at: Place) -> Printed | None:
        """Return the print of a figure that takes precedence, or None; the statement's own cell where there is no other."""
        prints = self._by_key.get((series, at.area, at.period, category), [])
        for figure in prints if at.prefer else ():
            if figure.source in at.prefer:
                return figure
        return next(iter(self.prints(series, category, at)), None) or next(iter(prints), None)

    def total(self, reference: str, category: str, at: Place) -> float:
        """Return the figure of a reference of `indicators.csv`; NaN where one of its terms has none."""
        found = {key: self.get(*key, at) for key in _signs(reference, category)}
        return _sum({key: figure.value for key, figure in found.items() if figure}, reference, category)

    def of_england(self, reference: str, category: str, period: str) -> float:
        """Return England's figure of a reference by official statistics; NaN where one of its terms has none."""
        return _sum(self._england.get(period, {}), reference, category)

    def best_prints(self, series: str, category: str, at: Place, *, computed: bool) -> list[Printed]:
        """Return the other prints that a statement is held against: those of the best rank.

        Where the figure could be `computed`, only prints that take precedence over the statement's own count beside it.
        """
        prints = self.prints(series, category, at)
        if not prints:
            return []
        best = min(catalogue.precedence(each.source) for each in prints)
        own = catalogue.precedence(at.cell) if at.file in self.files else best + 1
        return [] if computed and best >= own else [each for each in prints if catalogue.precedence(each.source) == best]

    def where(self, source: str) -> str:
        """Return a source cell in words: "Figure 2 row 15, column 6" or "section 9.2 (c151)"."""
        file, _, cell = source.partition("#cell=")
        row, _, column = cell.partition(",")
        if (file, row) in self._statements:
            return self._statements[file, row]
        title = self._titles.get(file.rpartition("/")[0])
        name = title or file.rpartition("/")[2].removesuffix(".csv").replace("-", " ").capitalize()
        return f"{name}{',' if title else ''} row {row}, column {column}"

    def own(self, at: Place, series: str, category: str) -> Printed | None:
        """Return the print in the place's own cell, or None."""
        prints = self._by_key.get((series, at.area, at.period, category), [])
        return next((each for each in prints if each.source == at.cell), None)

    def best(self, figure: Printed) -> Printed:
        """Return the print of the same figure that takes precedence."""
        return self.prints(figure.series, figure.category, Place(figure.area, figure.period))[0]

    def categories(self, series: str, at: Place) -> list[Printed]:
        """Return the parts of a breakdown at a place, in the order in which they were printed."""
        names = self._categories.get((series, at.area, at.period), ())
        return [found for name in names if (found := self.get(series, name, at)) is not None]

    def years(self, series: str, category: str, at: Place) -> list[Printed]:
        """Return the figure of every year (or of the same day in every year) up to the place's period, first to last."""
        kind, day = periods.kind(at.period), at.period[4:]
        same_kind = [each for each in self._periods.get((series, at.area, category), ()) if periods.kind(each) == kind]
        up_to_place = [
            each for each in same_kind if (kind != "date" or each[4:] == day) and periods.order(each) <= periods.order(at.period)
        ]
        figures = [self.get(series, category, replace(at, period=each)) for each in sorted(up_to_place, key=periods.order)]
        return [each for each in figures if each is not None]

    def areas(self, series: str, category: str, at: Place) -> list[Printed]:
        """Return the figure of every single area (a council or a trust, no group of them) at the period of the place."""
        codes = [code for code in self._areas.get((series, at.period, category), ()) if not areas.members(code)]
        return [found for code in codes if (found := self.get(series, category, replace(at, area=code))) is not None]

    def beside(self, file: str, area: str, period: str) -> Iterable[Printed]:
        """Return what is printed in one file for one area and period."""
        return self._beside.get((file, area, period), ())

    @cached_property
    def _categories(self) -> dict[tuple[str, str, str], tuple[str, ...]]:
        return _grouped(((e.series, e.area, e.period), e.category) for e in self.all if e.category != catalogue.TOTAL)

    @cached_property
    def _periods(self) -> dict[tuple[str, str, str], tuple[str, ...]]:
        return _grouped(((e.series, e.area, e.category), e.period) for e in self.all)

    @cached_property
    def _areas(self) -> dict[tuple[str, str, str], tuple[str, ...]]:
        return _grouped(((e.series, e.period, e.category), e.area) for e in self.all)

    @cached_property
    def _beside(self) -> dict[tuple[str, str, str], tuple[Printed, ...]]:
        return _grouped(((e.file, e.area, e.period), e) for e in self.all)


def _grouped(pairs: Iterable) -> dict:
    groups: dict = {}
    for key, value in pairs:
        groups.setdefault(key, {})[value] = None
    return {key: tuple(values) for key, values in groups.items()}


def _statements(text: dict[str, str]) -> dict[tuple[str, str], str]:
    """Return {(file, row): section and id} of the statements in prose."""
    id_column, section_column = (HEADER.index(name) + 1 for name in ("id", "section"))
    statements = {}
    for source, text_of_cell in text.items():
        file, _, cell = source.partition("#cell=")
        row, _, column = cell.partition(",")
        if file.endswith(f"/{FILE}") and column == str(id_column):
            statements[file, row] = f"section {text.get(f'{file}#cell={row},{section_column}', '')} ({text_of_cell})"
    return statements


def _row(source: str) -> int:
    return int(source.rpartition("=")[2].partition(",")[0])


def _printed(row: Any, text_by_cell: dict[str, str], percent_series: set[str]) -> Printed:
    series, source, value = row.series, row.source, float(row.value)
    printed_text = text_by_cell.get(source, "").split(" ")[0].strip("*%") if series in percent_series else ""
    shown = printed_text if any(sign.isdigit() for sign in printed_text) else f"{value:.6f}".rstrip("0")
    decimals = len(shown.partition(".")[2]) if series in percent_series else 0
    # A count is exact; a percentage stands for all that would be printed so. All of something is all of it.
    half = 0.5 * 10.0**-decimals if series in percent_series and printed_text and printed_text[:1].isdigit() else 0.0
    return Printed(series, row.area, row.period, row.category, value, half, decimals, source, row.status)


def _of_england(frame: pd.DataFrame) -> dict[str, dict[_Key, float]]:
    """Return {period: {(series, category): value}} of England's official figures."""
    rows = frame[(frame["area"] == ENGLAND) & catalogue.is_official(frame["release"])]
    return {
        period: dict(zip(zip(of_period["series"], of_period["category"], strict=True), of_period["value"], strict=True))
        for period, of_period in rows.groupby("period")
    }


def _sum(values: dict[_Key, float], reference: str, category: str) -> float:
    signs = _signs(reference, category)
    return sum(sign * values[key] for key, sign in signs.items()) if signs and signs.keys() <= values.keys() else math.nan


def _signs(reference: str, category: str) -> dict[_Key, int]:
    """Return {(series, category): sign} of the terms of a reference, its own category being `category`; none if it is empty."""
    terms = catalogue.terms(reference) if reference else ()
    return {(each.series, category if each.category == catalogue.SAME_CATEGORY else each.category): each.sign for each in terms}
