"""The judgement of a row of the card: to be resolved, off target, to be explained, watched, usual, or not judged."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.analyses import targets
from analysis.analyses.findings import JUDGED, STANDS_OUT, USUAL
from analysis.catalogue import tables

# {count of a summary: results that it counts}; a target that is met or nearly so gives no cause to act.
RESULTS = {
    "resolve": ("resolve",),
    "missed": ("missed",),
    "explain": ("explain",),
    "watch": ("watch",),
    "usual": ("usual", "met", "near"),
    "not_judged": ("not judged",),
}
_FAR, _FAR_IF_ASSUMED = 10.0, 15.0  # authorities in 100: fewer move as far


def rag(card: pd.DataFrame) -> pd.DataFrame:
    """Return the card with `target` (text, or empty), `basis`, `result`, `rag` (a colour or empty), `words` and `large`.

    Two returns that disagree come first (`other_latest`), then a target: it is met, missed within the figure's 95% interval
    (near), or missed; a figure without an interval that misses is missed. Else the change is judged: to be explained where it is
    unusual, watched where it is far (`large` where that rests on an assumed movement), or usual. What the results mean and look
    like is `rag.csv`. Raises SafeguardingError for a target that can't be judged (`targets.aims`).

    >>> row = {"indicator": "contacts", "category": "all", "latest": 29.0, "lower_limit": 27.9, "upper_limit": 30.1}
    >>> rows = rag(pd.DataFrame([row | {"verdict": "usual", "rarity": 12.0, "assumed": True, "other_latest": ""}]))
    >>> rows[["basis", "result", "large"]].values.tolist()
    [['change', 'watch', 'yes']]
    """
    target = card["indicator"].map(catalogue.indicators()["target"])
    is_total = card["category"] == catalogue.TOTAL  # a target is one of the whole
    by_target = targets.against(card["indicator"], card["latest"], card["lower_limit"], card["upper_limit"])
    has_target = is_total & (by_target != targets.NO_TARGET)
    assumed, rarity = card["assumed"].astype(bool), card["rarity"].astype(float)
    judged = card["verdict"].isin(JUDGED)
    far = (card["verdict"] == USUAL) & (rarity < np.where(assumed, _FAR_IF_ASSUMED, _FAR))
    result = np.select(
        [
            card["other_latest"] != "",
            has_target,
            card["verdict"].isin(STANDS_OUT),
            far,
            judged | card["verdict"].isin(("no events", "few")),
        ],
        ["resolve", by_target, "explain", "watch", "usual"],
        "not judged",
    )
    large = np.where((result == "watch") & assumed, "yes", "")
    return card.assign(target=target.where(is_total, ""), result=result, large=large).merge(_table(), how="left", on="result")


def judged_words() -> list[tuple[str, str, str]]:
    """Return every judgement that a card can show: its words with their shape, its colour or nothing, and what it means.

    Those against a target are left out while no indicator has one.

    >>> judged_words()[0][:2]
    ('■ Resolve', 'red')
    """
    table = tables.read("rag")
    if (catalogue.indicators()["target"] == "").all():
        table = table[table["basis"] != "target"]
    return list(zip(table["words"], table["rag"], table["meaning"], strict=True))


def _table() -> pd.DataFrame:
    return tables.read("rag")[["basis", "result", "rag", "words"]]
