"""The place of an area among others: how many have more, and whether it lies where one more like them would."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import judgement
from analysis.statistics import FunnelKind, unlike_neighbours

UNLIKE, AMONG, BESIDE = "unlike", "among", "beside"
COLUMNS = ("place", "members_placed", "like_lower", "like_upper", "unlike", "rarity")
_DIRECTIONS = {1: "up", -1: "down"}


def placed(indicators: pd.Series, x: np.ndarray, n: np.ndarray, others_x: np.ndarray, others_n: np.ndarray) -> pd.DataFrame:
    """Return for each row the area's place among the others, in COLUMNS; `others_…` have one column for each of them.

    `place` counts from the lowest, of `members_placed` others with a figure, and is missing where there are none. `like_lower`
    and `like_upper`, in the indicator's unit, hold 95 of 100 areas like the others; `unlike` is -1 below and 1 above them, and 0
    within or where fewer than six others have a figure. Source: see `statistics.unlike_neighbours`.
    """
    entries = catalogue.indicators().loc[indicators]
    share = (entries["kind"] == "percentage").to_numpy()
    scale = np.where(share, 100.0, entries["per"].to_numpy(float))
    result = pd.DataFrame(np.nan, index=indicators.index, columns=list(COLUMNS))
    kinds: tuple[tuple[FunnelKind, np.ndarray], ...] = (("proportion", share), ("rate", ~share))
    for kind, rows in kinds:
        if not rows.any():
            continue
        found = unlike_neighbours(x[rows], n[rows], others_x[rows], others_n[rows], kind)
        fields = (found.place, found.members, found.lower * scale[rows], found.upper * scale[rows], found.flag, found.rarity)
        result.loc[rows, list(COLUMNS)] = np.column_stack([np.asarray(field, float) for field in fields])
    return result.assign(place=result["place"].where(result["members_placed"] > 0))


def verdicts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with `verdict` (unlike, among, or beside where there is no place), `direction` and `judgement`."""
    unlike = rows["unlike"].fillna(0)
    direction = unlike.map(_DIRECTIONS).fillna("")
    polarity = rows["indicator"].map(catalogue.indicators()["polarity"])
    return rows.assign(
        verdict=np.select([unlike != 0, rows["place"].notna()], [UNLIKE, AMONG], BESIDE),
        direction=direction,
        judgement=[judgement(*side) for side in zip(polarity, direction, strict=True)],
    )


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with those first that are unlike the others and worse, then the other unlike ones; else by indicator."""
    position = rows["indicator"].map({name: number for number, name in enumerate(catalogue.indicators().index)})
    rank = np.select([rows["judgement"] == "worse", rows["verdict"] == UNLIKE], [0, 1], 2)
    keys = rows.assign(_rank=rank, _position=position)
    return keys.sort_values(["_rank", "_position", "area"], kind="stable", ignore_index=True).drop(columns=["_rank", "_position"])
