"""The test of each series: the one that its number of points allows.

Quarters: 5 to 7 exact and indicative, 8 to 11 the last four against the four before, 12 or more a quasi-Poisson regression with
the quarters of the year and, beside it, the exact seasonal Mann–Kendall test of their order alone. Years: 5 to 11 exact (to 7
indicative), 12 or more quasi-Poisson. Fewer than five: nothing.
What is counted at a date is never added up over quarters, and years to date and rolling sums aren't tested by quarter.
"""

from __future__ import annotations

from copy import copy
from functools import cache

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import break_of
from analysis.analyses.findings.whole_series import FOURS
from analysis.catalogue import periods
from analysis.statistics import (
    REFUSED_KINDS,
    benjamini_hochberg,
    poisson_trend_exact,
    quasi_poisson_trends,
    rate_ratio,
    seasonal_mann_kendall,
)

EXACT_FROM, INDICATIVE_TO, REGRESSION_FROM = 5, 7, 12
ALPHA, NO_TREND = 0.05, "no clear trend"
YEARS_OF_QUARTERS = 8  # from here on four quarters can be held against the four before
COLUMNS = (
    "indicator", "area", "spans", "points", "first_period", "first_value", "last_period", "last_value", "base_count",
    "restated", "method", "change", "lower", "upper", "p_value", "dispersion", "verdict", "by_ranks", "indicative",
    "stands",
)  # fmt: skip
_PLACE = ["indicator", "area"]


def tested(measures: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return one row for each series of five points or more up to `period` that its length allows to test, in COLUMNS.

    `change` with `lower` and `upper` is the ratio from one year to the next; `verdict` is up, down or no clear trend, by the
    interval; `by_ranks` what the order of twelve quarters or more alone says (empty for other series); `indicative` where the
    points are few; `base_count` the events of the first year, which a percentage would be of;
    `restated` how many of the points were restated after their first return, which the sentence says where others were not.
    A series begins after its last break (`breaks.csv`). Shares are tested as counts over their bases, which is on the safe
    side. `stands` allows for the number of series (Benjamini and Hochberg). A series without an estimate has no row: one
    without any event, or one that the regression can't fit.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2023-24", areas=["Leicestershire"])
    >>> trends = tested(here.official_measures, here.official_year)
    >>> trends.loc[:0, ["indicator", "points", "method", "verdict"]].values.tolist()
    [['children_in_care_3_placements_pct', 7, 'exact, few points', 'no clear trend']]
    """
    usable = measures[
        measures["indicator"].map(catalogue.indicators()["uncertainty"]).isin(("poisson", "binomial"))
        & (measures["category"] == catalogue.TOTAL)
        & measures["numerator"].notna()
        & measures["value"].notna()
    ]
    kinds, ends = usable["period"].map(periods.kind), usable["period"].map(periods.end)
    quarters = (kinds == "quarter") & (ends <= periods.end(period)) & ~usable["indicator"].map(_kind_of).isin(REFUSED_KINDS)
    # Of dates only the 31 Marches make a series of years.
    yearly = (kinds != "quarter") & (ends <= periods.year_end(period)) & (ends == usable["period"].map(periods.year_end))
    by_quarter = _quarterly(usable[quarters], period)
    years = _worth_testing(usable[yearly], by_quarter)
    parts = [by_quarter, _yearly(years, period)]
    non_empty = [part[part["p_value"].notna()] for part in parts if part["p_value"].notna().any()]
    if not non_empty:
        return pd.DataFrame(columns=list(COLUMNS))
    result = pd.concat(non_empty, ignore_index=True)
    result["verdict"] = np.select([result["lower"] > 1, result["upper"] < 1], ["up", "down"], NO_TREND)
    result["stands"] = benjamini_hochberg(result["p_value"].to_numpy(float)).flags
    return result[list(COLUMNS)]


@cache
def _kind_of(name: str) -> str:
    """Return the kind of series that an indicator is made of; a year to date or a rolling sum among several counts."""
    entry = catalogue.indicators().loc[name]
    named = [term.series for side in ("numerator", "denominator") for term in catalogue.terms(entry[side])]
    kinds = [str(catalogue.series().at[each, "kind"]) for each in named]
    return next((kind for kind in kinds if kind in REFUSED_KINDS), kinds[0])


def _worth_testing(years: pd.DataFrame, by_quarter: pd.DataFrame) -> pd.DataFrame:
    """Return the years of series that were not tested by quarter, without rates over one and the same population.

    Such a rate changes exactly as its count does: it would be the same test twice.
    """
    tested_already = pd.MultiIndex.from_frame(years[_PLACE]).isin(pd.MultiIndex.from_frame(by_quarter[_PLACE]))
    rate = years["indicator"].map(catalogue.indicators()["kind"]) == "rate"
    constant = years.groupby(_PLACE)["denominator"].transform("nunique") <= 1
    return years[~tested_already & ~(rate & constant)]


def _quarterly(rows: pd.DataFrame, period: str) -> pd.DataFrame:
    comparable = _after_breaks(rows, period)
    if comparable.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    series = _Series(comparable, "quarters")
    seasons = np.array([int(span[-1]) for span in series.spans])
    parts = []
    is_short = series.where(series.points, EXACT_FROM, INDICATIVE_TO)
    if is_short.any():
        parts.append(series.result(is_short, "exact, few points", *_exact(series, is_short), indicative=True, steps=4))
    is_middle = series.where(series.points, YEARS_OF_QUARTERS, REGRESSION_FROM - 1)
    # Four counts of who is there at a date are not a year of anything, and most are the same persons.
    is_middle &= (series.places["indicator"].map(_kind_of) == "flow").to_numpy()
    if is_middle.any():
        is_middle &= np.isfinite(series.count[:, -YEARS_OF_QUARTERS:]).all(axis=1)
    if is_middle.any():
        parts.append(series.last(YEARS_OF_QUARTERS).result(is_middle, FOURS, *_fours(series, is_middle), steps=1))
    is_long = series.points >= REGRESSION_FROM
    if is_long.any():
        regression = series.result(is_long, "quasi-Poisson with quarters", *_regression(series, is_long, seasons), steps=4)
        parts.append(regression.assign(by_ranks=[_by_ranks(values) for values in series.value[is_long]]))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))


def _yearly(rows: pd.DataFrame, period: str) -> pd.DataFrame:
    comparable = _after_breaks(rows, periods.year_of(period))
    if comparable.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    series = _Series(comparable, "years")
    parts = []
    for low, high in ((EXACT_FROM, INDICATIVE_TO), (INDICATIVE_TO + 1, REGRESSION_FROM - 1)):
        of_length = series.where(series.points, low, high)
        if of_length.any():
            words = "exact, few points" if high == INDICATIVE_TO else "exact"
            indicative = high == INDICATIVE_TO
            parts.append(series.result(of_length, words, *_exact(series, of_length), indicative=indicative, steps=1))
    is_long = series.points >= REGRESSION_FROM
    if is_long.any():
        parts.append(series.result(is_long, "quasi-Poisson", *_regression(series, is_long, np.ones(len(series.spans))), steps=1))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))


class _Series:
    """Series × time: counts, bases and values as arrays, a missing point as NaN."""

    def __init__(self, rows: pd.DataFrame, spans: str) -> None:
        self.kind = spans
        column = rows["period"] if spans == "quarters" else rows["period"].map(periods.year_of)
        keyed = rows.assign(span=column).drop_duplicates([*_PLACE, "span"], keep="last").set_index([*_PLACE, "span"])
        columns = ["numerator", "denominator", "value", "period", "status"]
        wide = keyed[columns].unstack("span").sort_index(axis=1)
        spans_present = sorted(wide["value"].columns, key=periods.order)
        self.spans = periods.through(spans_present[0], spans_present[-1])
        wide = wide.reindex(columns=pd.MultiIndex.from_product([columns, self.spans]))
        self.places = wide.index.to_frame(index=False)
        shape = (len(self.places), len(self.spans))
        self.count = wide["numerator"].to_numpy(float).reshape(shape)
        base = wide["denominator"].to_numpy(float).reshape(shape)
        # A count without a base is one over equal spans of time.
        self.base = np.where(np.isfinite(self.count) & np.isnan(base), 1.0, base)
        self.value = wide["value"].to_numpy(float).reshape(shape)
        self.period = wide["period"].to_numpy(object).reshape(shape)
        self.revised = (wide["status"] == "revised").to_numpy(bool).reshape(shape)
        self.points = np.isfinite(self.count + self.base).sum(axis=1)

    def last(self, points: int) -> _Series:
        """Return the same series with their last points only."""
        shortened = copy(self)
        shortened.count, shortened.base, shortened.value, shortened.period, shortened.revised = (
            array[:, -points:] for array in (self.count, self.base, self.value, self.period, self.revised)
        )
        shortened.points = np.isfinite(shortened.count + shortened.base).sum(axis=1)
        return shortened

    @staticmethod
    def where(points: np.ndarray, low: int, high: int) -> np.ndarray:
        return (points >= low) & (points <= high)

    def result(
        self, rows: np.ndarray, method: str, change: np.ndarray, extra: np.ndarray, *, steps: int, indicative: bool = False
    ) -> pd.DataFrame:
        """Return the rows' results; `change` is value, lower, upper a step, to the power of `steps` a year."""
        present = np.isfinite(self.value[rows])
        first, last = present.argmax(axis=1), present.shape[1] - 1 - present[:, ::-1].argmax(axis=1)
        here, counts = np.arange(rows.sum()), self.count[rows]
        first_year = np.cumsum(np.isfinite(counts), axis=1) <= (4 if self.kind == "quarters" else 1)
        return self.places[rows].assign(
            spans=self.kind,
            points=self.points[rows],
            first_period=self.period[rows][here, first],
            first_value=self.value[rows][here, first],
            last_period=self.period[rows][here, last],
            last_value=self.value[rows][here, last],
            restated=(self.revised[rows] & np.isfinite(counts)).sum(axis=1),
            base_count=np.nansum(np.where(first_year, counts, 0.0), axis=1),
            method=method,
            change=change[0] ** steps,
            lower=change[1] ** steps,
            upper=change[2] ** steps,
            p_value=extra[0],
            dispersion=extra[1],
            by_ranks="",
            indicative=indicative,
        )


def _after_breaks(rows: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the rows that are one series with the latest: what lies before a break of definition, base or collection goes."""
    keys = rows[["indicator", "period"]].drop_duplicates()
    unbroken = [not break_of(key.indicator, key.period, period) for key in keys.itertuples(index=False)]
    return rows.merge(keys[np.array(unbroken, dtype=bool)], on=["indicator", "period"])


def _by_ranks(values: np.ndarray) -> str:
    test = seasonal_mann_kendall(values)
    if not test.p_value <= ALPHA:
        return NO_TREND
    return "up" if test.statistic > 0 else "down"


def _exact(series: _Series, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    trends = [poisson_trend_exact(x, n) for x, n in zip(series.count[rows], series.base[rows], strict=True)]
    change = np.array([[trend.value, trend.lower, trend.upper] for trend in trends]).T
    return change, np.array([[trend.p_value, trend.dispersion] for trend in trends]).T


def _regression(series: _Series, rows: np.ndarray, seasons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    trends = quasi_poisson_trends(series.count[rows], series.base[rows], seasons)
    return np.array([trends.value, trends.lower, trends.upper]), np.array([trends.p_value, trends.dispersion])


def _fours(series: _Series, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    count, base = (array[rows][:, -YEARS_OF_QUARTERS:] for array in (series.count, series.base))
    ratio = rate_ratio(count[:, 4:].sum(axis=1), base[:, 4:].sum(axis=1), count[:, :4].sum(axis=1), base[:, :4].sum(axis=1))
    change = np.array([np.atleast_1d(field) for field in (ratio.value, ratio.lower, ratio.upper)])
    return change, np.array([np.atleast_1d(ratio.p_value), np.ones(rows.sum())])
