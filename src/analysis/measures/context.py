"""What a figure's change is set against: England's own, how many of the events were repeats, and what else is given for it."""

from __future__ import annotations

import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas
from analysis.measures.disagreements import other_values

_ENGLAND = {"numerator": "england_numerator", "denominator": "england_denominator"}
CONTEXT = (*_ENGLAND.values(), "repeat_share", "other_values")
_TEXT = dict.fromkeys(("note", "other_values"), "str")  # of one type, whether any is missing, all are or none
_SPAN = ["indicator", "period", "category"]


def with_context(measures: pd.DataFrame, official: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Return the measures with the columns of CONTEXT.

    `england_numerator` and `england_denominator` are England's by official statistics (`official`), of the same indicator,
    period and category. `repeat_share` is the percentage of the events that were repeats, by the indicator that
    `repeat_share` of `indicators.csv` names, in the area or in the partnership that it belongs to. NaN where none is held.
    `other_values` are those that another return or another place (`printed`, observations of reports and returns) gives for
    the figure, as text with spaces between.
    """
    of_england = official[(official["area"] == areas.ENGLAND) & official["value"].notna()]
    beside = measures.merge(of_england[[*_SPAN, *_ENGLAND]].rename(columns=_ENGLAND), how="left", on=_SPAN)
    shares = _repeat_shares(measures)
    named = beside["indicator"].map(catalogue.indicators()["repeat_share"])
    has_name = named != ""
    keys = zip(named[has_name], beside.loc[has_name, "area"], beside.loc[has_name, "period"], strict=True)
    repeat_share = pd.Series([shares.get(key, float("nan")) for key in keys], index=beside.index[has_name], dtype=float)
    others = other_values(beside, official, printed)
    return beside.assign(repeat_share=repeat_share.reindex(beside.index), other_values=others).astype(_TEXT)


def _repeat_shares(measures: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    """Return {(indicator, area, period): percentage}, a partnership's also under the areas that have none of their own."""
    named = set(catalogue.indicators()["repeat_share"]) - {""}
    rows = measures[measures["indicator"].isin(named) & (measures["category"] == catalogue.TOTAL) & measures["value"].notna()]
    own = dict(zip(zip(rows["indicator"], rows["area"], rows["period"], strict=True), rows["value"], strict=True))
    of_members = {(name, member, period): share for (name, area, period), share in own.items() for member in areas.members(area)}
    return of_members | own
