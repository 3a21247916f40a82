"""Change: each figure held against the same span a year earlier, or another, judged by the interval of the difference."""

from __future__ import annotations

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import PAIR_COLUMNS, break_of, judge, title
from analysis.catalogue import periods
from analysis.errors import BreakError

__all__ = ["between", "judge", "latest", "same_quarter", "year_on_year"]

_PLACE = ["indicator", "area", "category"]
_NUMBERS = ["value", "numerator", "denominator", "england_numerator", "england_denominator"]
_LATEST = [*_NUMBERS, "repeat_share", "other_values"]
_EARLIER = {"value": "reference", "low": "reference_low", "high": "reference_high"}
_EARLIER |= {column: f"reference_{column}" for column in _NUMBERS[1:]}


def year_on_year(measures: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return judged pairs: the financial year of `period`, and 31 March at its end, against the year before.

    One row for each indicator, area and category that has a figure in either year, most important first; the columns are
    those of `findings.judge`. Rates are left out: they change as their counts do. Quarters are never
    summed here: a year is what was printed for it, or what `measure` pooled.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire"])
    >>> year_on_year(here.measures, here.period).loc[[1], ["indicator", "reference", "value", "verdict"]].values.tolist()
    [['conference_children', 804.0, 662.0, 'usual']]
    """
    return _against(measures, [(span, periods.year_before(span)) for span in (periods.year_of(period), periods.year_end(period))])


def same_quarter(measures: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return judged pairs: the quarter `period` against the same quarter a year before, so that seasons cancel out.

    None for a year or a date, which `year_on_year` compares already.

    >>> from analysis.scope import scope
    >>> here = scope(domain="adults", period="2012-13-Q4", areas=["Leicestershire"])
    >>> same_quarter(here.measures, here.period)["verdict"].unique().tolist()  # no quarters of 2011/12 are held
    ['missing']
    """
    quarters = measures[measures["period"].map(periods.kind) == "quarter"]
    return _against(quarters, [(period, periods.year_before(period))])


def latest(measures: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return one judged pair for each figure: of the same quarter where both quarters are held, else of the year or 31 March.

    Figures without an earlier one are left out.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13-Q4", areas=["Leicestershire"])
    >>> rows = latest(here.over_time, here.period)
    >>> rows.loc[rows["indicator"] == "plans_in_force", ["period", "reference", "value"]].values.tolist()[0]
    ['2013-03-31', 524.0, 393.0]
    """
    both = pd.concat(
        [rows[rows["verdict"] != "missing"] for rows in (same_quarter(measures, period), year_on_year(measures, period))]
    )
    return both.drop_duplicates(_PLACE, ignore_index=True)


def between(measures: pd.DataFrame, period: str, reference: str) -> pd.DataFrame:
    """Return judged pairs: `period` against any other period of its kind, `reference`, as an analyst asks for it.

    Of years, what is counted at a date is held against the same date: 31 March at the end of each.

    A report sets what lies either side of a break side by side and says so. Whoever names the two asks for one series: raises
    BreakError for an indicator whose definition, base or collection changed between them, and for a quarter against a year.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire"])
    >>> between(here.measures, "2012-13", "2011-12").loc[[1], ["indicator", "reference", "value", "verdict"]].values.tolist()
    [['conference_children', 804.0, 662.0, 'usual']]
    """
    if periods.kind(period) != periods.kind(reference):
        kinds = f"a {periods.kind(period)} and a {periods.kind(reference)}"
        raise BreakError(f"{periods.label(period)} and {periods.label(reference)} can't be compared: {kinds} are two things.")
    spans = [(period, reference)]
    if periods.kind(period) == "year":  # what is counted at a date is of 31 March at the year's end
        spans.append((periods.year_end(period), periods.year_end(reference)))
    both = measures[measures["period"].isin([each for span in spans for each in span])]
    for name in both["indicator"].unique():
        if reason := break_of(name, reference, period):
            when = f"{periods.phrase(reference)} and {periods.phrase(period)}"
            raise BreakError(f"{title(name)}: the figures {when} are not one series and can't be compared. {reason}")
    return _against(both, spans)


def _against(measures: pd.DataFrame, spans: list[tuple[str, str]]) -> pd.DataFrame:
    # A rate over one census's population changes exactly as its numerator does: it would be the same comparison twice.
    kinds = measures["indicator"].map(catalogue.indicators()["kind"])
    measures = measures[kinds != "rate"]
    pairs = []
    for span, before in spans:
        now, then = measures[measures["period"] == span], measures[measures["period"] == before]
        earlier = then[[*_PLACE, *_EARLIER]].rename(columns=_EARLIER)
        joined = now[[*_PLACE, *_LATEST]].merge(earlier, on=_PLACE, how="outer")
        pairs.append(joined.assign(period=span, reference_period=before))
    return judge(pd.concat(pairs, ignore_index=True)[list(PAIR_COLUMNS)])


def __dir__() -> list[str]:
    return __all__
