"""Disagreements: one figure given with two values, by two places of a report, two returns, or a report and an official return."""

from __future__ import annotations

import pandas as pd

from analysis import catalogue
from analysis.measures.current_figures import current
from analysis.statistics import round_half_up
from analysis.store import FIGURE, WITH_VALUE, latest_versions

_FIGURE = list(FIGURE)
_MEASURE = ["indicator", "area", "period", "category"]


def disagreements(observations: pd.DataFrame) -> pd.DataFrame:
    """Return each figure that is printed with two values: the one used and the other, with their cells and difference.

    Columns: series, area, period, category, used, used_source, other, other_source, difference. Two prints agree when the
    finer, rounded half up, gives the coarser. Values that agree are not listed.

    >>> from analysis.scope import scope
    >>> rows = disagreements(scope(period="2012-13").store.observations)
    >>> rows.loc[:0, ["series", "period", "used", "other", "difference"]].values.tolist()
    [['adult_completed', '2012-13', 98.0, 59.0, -39.0]]
    """
    observations = latest_versions(observations)  # a later version of a return restates it: that's no disagreement
    printed = observations[observations["status"].isin(WITH_VALUE)]
    printed = printed[printed.duplicated(_FIGURE, keep=False)]
    used = current(printed)[[*_FIGURE, "value", "source"]].rename(columns={"value": "used", "source": "used_source"})
    prints = printed[[*_FIGURE, "value", "source"]].merge(used, on=_FIGURE)
    prints = prints.rename(columns={"value": "other", "source": "other_source"})
    agree = [agree_as_printed(*pair) for pair in zip(prints["used"], prints["other"], strict=True)]
    differing = prints[~pd.Series(agree, index=prints.index, dtype=bool)]
    differing = differing.assign(difference=differing["other"] - differing["used"])
    columns = [*_FIGURE, "used", "used_source", "other", "other_source", "difference"]
    return differing[columns].sort_values([*_FIGURE, "other_source"], ignore_index=True)


def agree_as_printed(one: float, other: float) -> bool:
    """Return whether the finer of two printed numbers, rounded half up, gives the coarser.

    >>> agree_as_printed(96.25, 96.3), agree_as_printed(96.2, 96.3)
    (True, False)
    """
    places = min(_decimals(one), _decimals(other))
    return bool(round_half_up(one, places) == round_half_up(other, places))


def other_values(preferred: pd.DataFrame, official: pd.DataFrame, printed: pd.DataFrame) -> pd.Series:
    """Return for each measure of `preferred` the other values of its figure, as text with spaces between; empty without any.

    They are the official return's (`official`, measures of the same kind), and those that other cells of the reports and returns
    print (`printed`, observations). Rates are left out: their counts say the same.
    """
    indicators = catalogue.indicators()
    others: dict[tuple, list[float]] = {}
    comparable = official[official["value"].notna() & official["indicator"].map(indicators["kind"]).ne("rate")]
    own = preferred.loc[preferred["value"].notna(), [*_MEASURE, "value"]]
    both = own.merge(comparable[[*_MEASURE, "value"]], on=_MEASURE, suffixes=("", "_in_return")).query("value != value_in_return")
    decimals = both["indicator"].map(indicators["decimals"]).astype(int)
    for (*key, value, other), places in zip(both.itertuples(index=False, name=None), decimals, strict=True):
        if round_half_up(value, places) != round_half_up(other, places):
            others.setdefault(tuple(key), []).append(round_half_up(other, places))
    ratio = indicators["kind"].isin(("rate", "percentage"))
    twice = disagreements(printed)
    for side, origin, entries in (("numerator", "counted", indicators[~ratio]), ("printed", "printed", indicators)):
        of_series = catalogue.made_of_one_series(entries, side)
        named = twice.assign(indicator=twice["series"].map(of_series)).dropna(subset=["indicator"])
        usable = set(preferred.loc[preferred["origin"] == origin, _MEASURE].itertuples(index=False, name=None))
        for row in named.itertuples(index=False):
            key = (row.indicator, row.area, row.period, row.category)
            if key in usable and row.other not in others.get(key, []):
                others.setdefault(key, []).append(row.other)
    texts = {key: " ".join(f"{each:g}" for each in values) for key, values in others.items()}
    result = pd.Series("", index=preferred.index, dtype=object)
    places_with_others = preferred["area"].isin({key[1] for key in texts})
    result[places_with_others] = [
        texts.get(key, "") for key in preferred.loc[places_with_others, _MEASURE].itertuples(index=False, name=None)
    ]
    return result


def beyond_rounding(measures: pd.DataFrame, rounding: int) -> pd.DataFrame:
    """Return the measures without other sources' values that differ no more than by an audience's rounding.

    A percentage worked out of rounded counts can't be told from its source's own, so that none is kept beside it.

    >>> rows = pd.DataFrame({"indicator": ["contacts"], "value": [380.0], "other_values": ["372 378"]})
    >>> beyond_rounding(rows, 5)["other_values"].tolist()
    ['372']
    """
    several = measures["other_values"] != ""
    if rounding == 1 or not several.any():
        return measures
    rows = measures[several]
    share = rows["indicator"].map(catalogue.indicators()["kind"]) == "percentage"
    kept = [
        "" if is_share else " ".join(each for each in others.split() if abs(float(each) - value) >= rounding)
        for others, value, is_share in zip(rows["other_values"], rows["value"], share, strict=True)
    ]
    return measures.assign(other_values=measures["other_values"].where(~several, pd.Series(kept, index=rows.index)))


def _decimals(value: float) -> int:
    return len(f"{value:.6f}".rstrip("0").partition(".")[2])
