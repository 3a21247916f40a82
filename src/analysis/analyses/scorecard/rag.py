"""The judgement of a row of the card: to be resolved, off target, to be explained, watched, usual, or not judged."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import JUDGED, STANDS_OUT, USUAL
from analysis.catalogue import tables
from analysis.errors import SafeguardingError

_FAR, _FAR_IF_ASSUMED = 10.0, 15.0  # authorities in 100: fewer move as far
_BAND = re.compile(r"(\d+(?:\.\d+)?) to (\d+(?:\.\d+)?)")


def rag(card: pd.DataFrame) -> pd.DataFrame:
    """Return the card with `target` (text, or empty), `basis`, `result`, `rag` (a colour or empty), `words` and `large`.

    Two returns that disagree come first (`other_latest`), then a target: it is met, missed within the figure's 95% interval
    (near), or missed; a figure without an interval that misses is missed. Else the change is judged: to be explained where it is
    unusual, watched where it is far (`large` where that rests on an assumed movement), or usual. What the results mean and look
    like is `rag.csv`. Raises SafeguardingError for a target that is no number (or "10 to 15" for a band).

    >>> row = {"indicator": "contacts", "category": "all", "latest": 29.0, "lower_limit": 27.9, "upper_limit": 30.1}
    >>> rows = rag(pd.DataFrame([row | {"verdict": "usual", "rarity": 12.0, "assumed": True, "other_latest": ""}]))
    >>> rows[["basis", "result", "large"]].values.tolist()
    [['change', 'watch', 'yes']]
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
    assumed, rarity = card["assumed"].astype(bool), card["rarity"].astype(float)
    judged = card["verdict"].isin(JUDGED)
    far = (card["verdict"] == USUAL) & (rarity < np.where(assumed, _FAR_IF_ASSUMED, _FAR))
    result = np.select(
        [
            card["other_latest"] != "",
            has_target & met,
            has_target & near,
            has_target,
            card["verdict"].isin(STANDS_OUT),
            far,
            judged | card["verdict"].isin(("no events", "few")),
        ],
        ["resolve", "met", "near", "missed", "explain", "watch", "usual"],
        "not judged",
    )
    large = np.where((result == "watch") & assumed, "yes", "")
    return card.assign(target=target.where(is_total, ""), result=result, large=large).merge(_table(), how="left", on="result")


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
