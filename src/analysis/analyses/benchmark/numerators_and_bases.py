"""Numerators and bases of all areas as arrays, so that many comparators of many areas are summed without a search for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.analyses.benchmark.place import COLUMNS as PLACE_COLUMNS
from analysis.analyses.benchmark.place import placed
from analysis.catalogue import areas

KEY = ["indicator", "period"]
BAND = ("second_lowest", "second_highest")
FEWEST_OF_A_BAND = 6


@dataclass(frozen=True)
class NumeratorsAndBases:
    """Numerators, bases and values as arrays: a row for each area (`row` says which), a column for each row of `keys`."""

    row: dict[str, int]
    keys: pd.DataFrame
    numerator: np.ndarray
    base: np.ndarray
    value: np.ndarray

    @classmethod
    def of(cls, measures: pd.DataFrame) -> NumeratorsAndBases:
        """Return the arrays of measures that have a value; the frame has one row for each area, indicator and period."""
        keys = measures[KEY].drop_duplicates(ignore_index=True)
        row, codes = pd.factorize(measures["area"])
        column = pd.MultiIndex.from_frame(keys).get_indexer(pd.MultiIndex.from_frame(measures[KEY]))
        tables = []
        for side in ("numerator", "denominator", "value"):
            table = np.full((len(codes), len(keys)), np.nan)
            table[row, column] = measures[side].to_numpy(float)
            tables.append(table)
        return cls({str(code): number for number, code in enumerate(codes)}, keys, *tables)

    def pooled(self, codes: Sequence[str], area: str) -> pd.DataFrame:
        """Return the sums of the numerators and of the bases of all areas of `codes` but `area`, for each indicator and period.

        `members_with_figure` of the `members` have a figure; `missing` names the others.
        """
        rows, usable = self._members(codes, area)
        totals = {
            side: np.where(usable, table[rows], 0.0).sum(axis=0)
            for side, table in (("numerator", self.numerator), ("denominator", self.base))
        }
        return self._of_members(codes, area, usable, pd.DataFrame(totals).assign(value=np.nan))

    def place(self, codes: Sequence[str], area: str) -> pd.DataFrame:
        """Return the place of the area among those of `codes`, for each indicator and period (see `place.placed`)."""
        rows, usable = self._members(codes, area)
        if area not in self.row or not rows:
            return pd.DataFrame(np.nan, index=self.keys.index, columns=list(PLACE_COLUMNS))
        own = self.row[area]
        others = (np.where(usable, table[rows], np.nan).T for table in (self.numerator, self.base))
        return placed(self.keys["indicator"], self.numerator[own], self.base[own], *others)

    def band(self, codes: Sequence[str], area: str) -> pd.DataFrame:
        """Return the second lowest and second highest value of all areas of `codes` but `area`, for each indicator and period.

        One wrong return is then no part of the band. Missing where fewer than six have a figure.
        """
        rows, usable = self._members(codes, area)
        values = np.sort(np.where(usable, self.value[rows], np.nan), axis=0)  # those without a figure come last
        members = usable.sum(axis=0)
        ends = np.full((len(self.keys), len(BAND)), np.nan)
        column = np.flatnonzero(members >= FEWEST_OF_A_BAND)
        ends[column] = np.column_stack([values[1, column], values[members[column] - 2, column]]) if len(column) else ends[column]
        return pd.DataFrame(ends, index=self.keys.index, columns=list(BAND))

    def median(self, codes: Sequence[str], area: str) -> pd.DataFrame:
        """Return the median of the values of all areas of `codes` but `area`; it has no numerator and no base."""
        rows, usable = self._members(codes, area)
        has_member = usable.any(axis=0)
        medians = np.full(len(self.keys), np.nan)
        medians[has_member] = np.nanmedian(np.where(usable, self.value[rows], np.nan)[:, has_member], axis=0)
        return self._of_members(
            codes, area, usable, pd.DataFrame({"value": medians}).assign(numerator=np.nan, denominator=np.nan)
        )

    def rest(self, whole: str, area: str) -> pd.DataFrame:
        """Return the figures of a region or country less those of the area, wherever both have a number and a base."""
        if whole not in self.row or area not in self.row:
            return self.keys.iloc[:0]
        area_row, whole_row = self.row[area], self.row[whole]
        numerator, base = self.numerator[whole_row] - self.numerator[area_row], self.base[whole_row] - self.base[area_row]
        figures = self.keys.assign(
            numerator=numerator, denominator=base, value=np.nan, members_with_figure=1, members=1, missing=""
        )
        return figures[(base > 0) & (numerator >= 0)]

    def _members(self, codes: Sequence[str], area: str) -> tuple[list[int], np.ndarray]:
        """Return the rows of the members that have figures at all, and where each has a value and a base."""
        rows = [self.row[code] for code in codes if code != area and code in self.row]
        return rows, ~np.isnan(self.value[rows]) & (self.base[rows] > 0)

    def _of_members(self, codes: Sequence[str], area: str, usable: np.ndarray, figures: pd.DataFrame) -> pd.DataFrame:
        others = [code for code in codes if code != area]
        names = np.array([areas.label(code) for code in others], dtype=object)
        has_no_figure = np.ones((len(others), len(self.keys)), dtype=bool)
        has_no_figure[[number for number, code in enumerate(others) if code in self.row]] = ~usable
        members_with_figure = usable.sum(axis=0)
        missing = [", ".join(names[absent]) for absent in has_no_figure.T]
        return pd.concat([self.keys, figures], axis=1).assign(
            members_with_figure=members_with_figure, members=len(others), missing=missing
        )[members_with_figure > 0]
