"""Change: each figure held against the same span a year earlier, judged by the interval of the difference."""

from __future__ import annotations

import pandas as pd

from analysis import catalogue, periods
from analysis.findings import PAIR_COLUMNS, judge

_PLACE = ["indicator", "area", "category"]


def year_on_year(measures: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return judged pairs: the financial year of `period`, and 31 March at its end, against the year before.

    One row for each indicator, area and category that has a figure in either year, most important first; the columns are
    those of `findings.judge`. Rates are left out: they change as their counts do. Quarters are never
    summed here: a year is what was printed for it, or what `measure` pooled.
    """
    return _against(measures, [periods.year_of(period), periods.year_end(period)])


def same_quarter(measures: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return judged pairs: the quarter `period` against the same quarter a year before, so that seasons cancel out.

    None for a year or a date, which `year_on_year` compares already.
    """
    return _against(measures[measures["period"].map(periods.kind) == "quarter"], [period])


def _against(measures: pd.DataFrame, spans: list[str]) -> pd.DataFrame:
    # A rate over one census's population changes exactly as its numerator does: it would be the same comparison twice.
    kinds = measures["indicator"].map(catalogue.indicators()["kind"])
    measures = measures[kinds != "rate"]
    pairs = []
    for span in spans:
        before = periods.year_before(span)
        now = measures[measures["period"] == span]
        then = measures[measures["period"] == before]
        columns = [*_PLACE, "value", "numerator", "denominator"]
        joined = now[columns].merge(then[columns], on=_PLACE, how="outer", suffixes=("", "_before"))
        pairs.append(joined.assign(period=span, reference_period=before, reference_name=""))
    before_as_reference = {f"{side}_before": f"reference_{side}" for side in ("numerator", "denominator")}
    found = pd.concat(pairs, ignore_index=True).rename(columns=before_as_reference | {"value_before": "reference"})
    return judge(found[list(PAIR_COLUMNS)])
