"""The family of the score card: its rows judged together, and which unusual ones are more than is expected of so many."""

from __future__ import annotations

import pandas as pd

from analysis import catalogue
from analysis.analyses import change
from analysis.analyses.findings import JUDGED, PAIR_COLUMNS, STANDS_OUT, Flags
from analysis.catalogue import tables
from analysis.scope import Scope
from analysis.statistics import benjamini_hochberg

_KEY = ["indicator", "category"]
PLACE = [*_KEY, "area"]


def listed() -> pd.DataFrame:
    """Return the entries of `scorecard.csv` in their order, with their category of the framework."""
    table = tables.read("scorecard")
    framework = table["indicator"].map(catalogue.indicators()["framework_category"])
    return table.assign(framework=framework, position=range(len(table)))


def pairs(measures: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the pair of each row of the card: the same quarter a year before where both are held, else the year or 31 March."""
    return change.latest(measures.merge(listed()[_KEY], on=_KEY), period)[list(PAIR_COLUMNS)]


def stands(judged: pd.DataFrame) -> pd.Series:
    """Return which unusual rows of a judged card stand out among all its judged rows of their area (5 %).

    Source: Benjamini Y, Hochberg Y (1995), Journal of the Royal Statistical Society B 57, 289-300.
    """
    flagged = pd.Series(False, index=judged.index)
    considered = judged[judged["verdict"].isin(JUDGED)]
    for _, rows in considered.groupby("area", sort=False):
        flagged[rows.index] = benjamini_hochberg(rows["most_rarity"].to_numpy(float) / 100).flags
    return flagged & judged["verdict"].isin(STANDS_OUT)


def flags(scope: Scope) -> Flags:
    """Return {(indicator, category, area, period): whether it stands} of every unusual row of the card of the scope's areas.

    It is the same on every page, whichever domain the page is of.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13-Q4", areas=["Leicestershire", "Rutland"])
    >>> {key[0]: stands for key, stands in flags(here).items()}
    {'core_assessments_35_days_pct': False}
    """
    judged = change.judge(pairs(scope.of_all_domains, scope.period))
    unusual = judged[judged["verdict"].isin(STANDS_OUT)]
    keys = zip(unusual["indicator"], unusual["category"], unusual["area"], unusual["period"], strict=True)
    return dict(zip(keys, stands(judged)[unusual.index].tolist(), strict=True))
