"""Numerators and bases of all areas side by side: many comparators of many areas are summed from it without a search for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.catalogue import areas

KEY = ["indicator", "period"]


@dataclass(frozen=True)
class Sides:
    """Numerator, base and value by area (rows, by `row`) and by indicator and period (columns, as in `keys`); NaN for none."""

    row: dict[str, int]
    keys: pd.DataFrame
    numerator: np.ndarray
    base: np.ndarray
    value: np.ndarray

    @classmethod
    def of(cls, measures: pd.DataFrame) -> Sides:
        """Return the sides of measures that have a value, one row an area, indicator and period."""
        keys = measures[KEY].drop_duplicates(ignore_index=True)
        row, codes = pd.factorize(measures["area"])
        column = pd.MultiIndex.from_frame(keys).get_indexer(pd.MultiIndex.from_frame(measures[KEY]))
        sides = []
        for side in ("numerator", "denominator", "value"):
            table = np.full((len(codes), len(keys)), np.nan)
            table[row, column] = measures[side].to_numpy(float)
            sides.append(table)
        return cls({str(code): number for number, code in enumerate(codes)}, keys, *sides)

    def pooled(self, codes: Sequence[str], area: str) -> pd.DataFrame:
        """Return the sums of numerators and of bases of the areas but `area`; `had` of `of` members, and the `missing` ones."""
        rows, usable = self._members(codes, area)
        sums = {
            side: np.where(usable, table[rows], 0.0).sum(axis=0)
            for side, table in (("numerator", self.numerator), ("denominator", self.base))
        }
        return self._of_members(codes, area, usable, pd.DataFrame(sums).assign(value=np.nan))

    def median(self, codes: Sequence[str], area: str) -> pd.DataFrame:
        """Return the median of the values of the areas but `area`; it has no numerator and no base."""
        rows, usable = self._members(codes, area)
        some = usable.any(axis=0)
        middle = np.full(len(self.keys), np.nan)
        middle[some] = np.nanmedian(np.where(usable, self.value[rows], np.nan)[:, some], axis=0)
        return self._of_members(codes, area, usable, pd.DataFrame({"value": middle}).assign(numerator=np.nan, denominator=np.nan))

    def rest(self, whole: str, area: str) -> pd.DataFrame:
        """Return the figures of a region or country less those of the area, wherever both have a number and a base."""
        if whole not in self.row or area not in self.row:
            return self.keys.iloc[:0]
        at, of = self.row[area], self.row[whole]
        numerator, base = self.numerator[of] - self.numerator[at], self.base[of] - self.base[at]
        found = self.keys.assign(numerator=numerator, denominator=base, value=np.nan, had=1, of=1, missing="")
        return found[(base > 0) & (numerator >= 0)]

    def _members(self, codes: Sequence[str], area: str) -> tuple[list[int], np.ndarray]:
        """Return the rows of the members that are held, and where each has a value and a base."""
        rows = [self.row[code] for code in codes if code != area and code in self.row]
        return rows, ~np.isnan(self.value[rows]) & (self.base[rows] > 0)

    def _of_members(self, codes: Sequence[str], area: str, usable: np.ndarray, figures: pd.DataFrame) -> pd.DataFrame:
        others = [code for code in codes if code != area]
        names = np.array([areas.label(code) for code in others], dtype=object)
        lacking = np.ones((len(others), len(self.keys)), dtype=bool)
        lacking[[number for number, code in enumerate(others) if code in self.row]] = ~usable
        had = usable.sum(axis=0)
        missing = [", ".join(names[without]) for without in lacking.T]
        return pd.concat([self.keys, figures], axis=1).assign(had=had, of=len(others), missing=missing)[had > 0]
