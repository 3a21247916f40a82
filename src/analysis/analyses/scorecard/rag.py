"""Red, amber and green: given only against a target, or where one direction is good and the change was tested."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue import tables
from analysis.errors import SafeguardingError

_BAND = re.compile(r"(\d+(?:\.\d+)?) to (\d+(?:\.\d+)?)")


def rag(card: pd.DataFrame) -> pd.DataFrame:
    """Return the card with `target` (text, or empty), `basis`, `result`, `rag` (red, amber, green or empty) and `words`.

    A target counts before the change: it is met, missed within the figure's 95% interval (near), or missed for sure; a figure
    without an interval that misses is missed. Without a target the change is judged by the indicator's polarity. What the
    results mean and look like is `rag.csv`. Raises SafeguardingError for a target that is no number (or "10 to 15" for a band).

    >>> row = {"indicator": "re_referrals_pct", "category": "all", "latest": 29.0, "lower_limit": 27.9, "upper_limit": 30.1}
    >>> rows = rag(pd.DataFrame([row | {"verdict": "up", "judgement": "worse", "stands": True}]))
    >>> rows[["basis", "result", "rag"]].values.tolist()
    [['change', 'worse for sure', 'red']]
    """
    indicators = catalogue.indicators()
    target, polarity = card["indicator"].map(indicators["target"]), card["indicator"].map(indicators["polarity"])
    floor, ceiling = np.array([_wanted(*pair) for pair in zip(target, polarity, strict=True)], dtype=float).reshape(-1, 2).T
    value = card["latest"].to_numpy(float)
    lower, upper = card["lower_limit"].fillna(card["latest"]), card["upper_limit"].fillna(card["latest"])
    is_total = (card["category"] == catalogue.TOTAL).to_numpy()  # a target is one of the whole
    has_target = is_total & (np.isfinite(floor) | np.isfinite(ceiling))
    met = (value >= floor) & (value <= ceiling)
    near = (upper >= floor) & (lower <= ceiling)
    has_good_side = polarity.isin(("high_is_good", "low_is_good")) & (card["verdict"] != "values only")
    worse, better = card["judgement"] == "worse", card["judgement"] == "better"
    no_change = has_good_side & card["verdict"].isin(("no clear change", "no events"))
    result = np.select(
        [
            has_target & met,
            has_target & near,
            has_target,
            worse & card["stands"],
            worse,
            better & card["stands"],
            better,
            no_change,
        ],
        ["met", "near", "missed", "worse for sure", "worse", "better for sure", "better", "no clear change"],
        "",
    )
    judged = card.assign(
        target=target.where(is_total, ""), basis=np.where(has_target, "target", np.where(result == "", "none", "change"))
    )
    return judged.assign(result=result).merge(_table(), how="left", on=["basis", "result"])


def judged_words() -> list[tuple[str, str, str]]:
    """Return every judgement that a card can show: its words with their shape, its colour or nothing, and what it means.

    >>> judged_words()[0][:2]
    ('● On target', 'green')
    """
    table = tables.read("rag")
    return list(zip(table["words"], table["rag"], table["meaning"], strict=True))


def _table() -> pd.DataFrame:
    return tables.read("rag")[["basis", "result", "rag", "words"]]


def _wanted(target: str, polarity: str) -> tuple[float, float]:
    """Return the lowest and the highest figure that meet the target; both NaN without a target."""
    if not target:
        return np.nan, np.nan
    band = _BAND.fullmatch(target)
    try:
        if band:
            return float(band[1]), float(band[2])
        return (float(target), np.inf) if polarity == "high_is_good" else (-np.inf, float(target))
    except ValueError:
        raise SafeguardingError(f'A target in indicators.csv is {target!r}: it must be a number, or "10 to 15".') from None
