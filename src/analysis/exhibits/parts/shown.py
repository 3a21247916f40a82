"""Whether an audience is shown the figures of a frame, and why a figure of it has no value."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods
from analysis.disclosure import policy
from analysis.disclosure.policy import DisclosureError
from analysis.scope import Scope

_PLACE = ["area", "period", "category"]
_KEY = ["name", *_PLACE]


def check_shown(rows: pd.DataFrame, source: Scope) -> None:
    """Raise DisclosureError for a figure of an indicator, or of a series, that isn't the one that the audience is shown.

    A frame that was made for another audience says so itself, unless what was done to it made it forget.
    """
    if policy.is_exact(source.audience):
        return
    for column, kind, figures in _figures(rows):
        left = figures.dropna(subset="value").reset_index(drop=True)
        for shown in _shown(kind, set(left["area"]), source):
            left = left[~_is_among(left, shown)].reset_index(drop=True)
            if left.empty:
                break
        else:
            name, area, period = left.iloc[0][["name", "area", "period"]]
            title = catalogue.indicators()["title"].get(name, name)
            raise DisclosureError(
                f"The column {column!r} has a figure for {title}, {areas.label(area)}, {periods.label(period)} that the audience "
                f"{source.audience!r} isn't shown: take it from `here`, and give what you work out of it another column."
            )


def _is_among(figures: pd.DataFrame, shown: pd.DataFrame) -> np.ndarray:
    both = figures.reset_index().merge(shown[[*_KEY, "value"]], on=_KEY, how="left", suffixes=("", "_shown"))
    same = np.isclose(both["value"].astype(float), both["value_shown"].astype(float))
    return both.assign(same=same).groupby("index")["same"].any().reindex(figures.index).to_numpy(bool)


def statuses(rows: pd.DataFrame, source: Scope) -> dict[Hashable, pd.Series]:
    """Return the status of each figure by column: as the frame has it, or of a pivoted one as `source` has it."""
    found = dict.fromkeys(rows, rows["status"]) if "status" in rows else {}
    for column, kind, figures in _figures(rows):
        if column in found or figures["value"].notna().all():
            continue
        known = pd.Series("", pd.MultiIndex.from_frame(figures[_KEY]), dtype=object)
        for shown in _shown(kind, set(figures["area"]), source):
            held = shown.drop_duplicates(_KEY).set_index(_KEY)["status"].reindex(known.index).fillna("")
            known = known.where(known != "", held)
        found[column] = pd.Series(known.to_numpy(), rows.index)
    return found


def _figures(rows: pd.DataFrame) -> Iterator[tuple[Hashable, str, pd.DataFrame]]:
    """Yield each column of figures whose place a frame tells: its name, by what it is known, and its rows by the key."""
    if not {"area", "period"} <= set(rows):
        return
    placed = rows[["area", "period"]].assign(category=rows.get("category", catalogue.TOTAL))
    for kind in ("indicator", "series"):
        if {kind, "value"} <= set(rows):
            yield "value", kind, placed.assign(name=rows[kind], value=rows["value"])
    for column in rows:
        if column in catalogue.indicators().index:
            yield column, "indicator", placed.assign(name=column, value=rows[column])


def _shown(kind: str, codes: set[str], source: Scope) -> Iterator[pd.DataFrame]:
    """Yield the figures that the audience is shown: observations, or measures, and then official ones of another family."""
    if kind == "series":
        yield source.store.observations.rename(columns={"series": "name"})
        return
    yield (source.measures if codes <= set(source.areas) else source.everywhere).rename(columns={"indicator": "name"})
    yield source.official.rename(columns={"indicator": "name"})
