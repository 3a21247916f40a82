"""Red, amber and green: given only against a target, or where one direction is good and the change was tested."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.analyses import targets
from analysis.catalogue import tables


def rag(card: pd.DataFrame) -> pd.DataFrame:
    """Return the card with `target` (text, or empty), `basis`, `result`, `rag` (red, amber, green or empty) and `words`.

    A target counts before the change: it is met, missed within the figure's 95% interval (near), or missed for sure; a figure
    without an interval that misses is missed. Without a target the change is judged by the indicator's polarity. What the
    results mean and look like is `rag.csv`. Raises SafeguardingError for a target that can't be judged (`targets.aims`).

    >>> row = {"indicator": "re_referrals_pct", "category": "all", "latest": 29.0, "lower_limit": 27.9, "upper_limit": 30.1}
    >>> rows = rag(pd.DataFrame([row | {"verdict": "up", "judgement": "worse", "stands": True}]))
    >>> rows[["basis", "result", "rag"]].values.tolist()
    [['change', 'worse for sure', 'red']]
    """
    indicators = catalogue.indicators()
    target, polarity = card["indicator"].map(indicators["target"]), card["indicator"].map(indicators["polarity"])
    is_total = card["category"] == catalogue.TOTAL  # a target is one of the whole
    by_target = targets.against(card["indicator"], card["latest"], card["lower_limit"], card["upper_limit"])
    has_target = is_total & (by_target != targets.NO_TARGET)
    has_good_side = polarity.isin(("high_is_good", "low_is_good")) & (card["verdict"] != "values only")
    worse, better = card["judgement"] == "worse", card["judgement"] == "better"
    no_change = has_good_side & card["verdict"].isin(("no clear change", "no events"))
    result = np.select(
        [has_target, worse & card["stands"], worse, better & card["stands"], better, no_change],
        [by_target, "worse for sure", "worse", "better for sure", "better", "no clear change"],
        "",
    )
    judged = card.assign(
        target=target.where(is_total, ""), basis=np.where(has_target, "target", np.where(result == "", "none", "change"))
    )
    return judged.assign(result=result).merge(_table(), how="left", on=["basis", "result"])


def judged_words() -> list[tuple[str, str, str]]:
    """Return every judgement that a card can show: its words with their shape, its colour or nothing, and what it means.

    Those against a target are left out while no indicator has one.

    >>> judged_words()[0][:2]
    ('■ Worse', 'red')
    """
    table = tables.read("rag")
    if (catalogue.indicators()["target"] == "").all():
        table = table[table["basis"] != "target"]
    return list(zip(table["words"], table["rag"], table["meaning"], strict=True))


def _table() -> pd.DataFrame:
    return tables.read("rag")[["basis", "result", "rag", "words"]]
