"""Protects the figures of a pack once, before any analysis, so that everything after it sees only what may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.disclosure import policy
from analysis.disclosure.protection import percentages
from analysis.disclosure.protection.links import KEY, Links, allow_differences, families, link
from analysis.disclosure.protection.optimise import protect
from analysis.disclosure.protection.percentages import Tie
from analysis.measures import current
from analysis.store import IMPLIED, RANGE

_PASSES = 6


@dataclass(frozen=True)
class Protected:
    """The observations as an audience may see them, and a row for each family: family, cells, small, withheld, method."""

    observations: pd.DataFrame
    families: pd.DataFrame


def origin_of(origins: Mapping[str, Mapping[str, Any]], releases: pd.Series) -> pd.Series:
    """Return the origin of each release: controlled by its publisher, published by its producer, or returned by an agency."""
    origin_of_release = {
        name: "controlled" if record.get("controlled") else "published" if record["published"] else "returned"
        for name, record in origins.items()
    }
    return releases.map(origin_of_release)


def protected(
    observations: pd.DataFrame, origins: Mapping[str, Mapping[str, Any]], audience: str, shown_before: pd.DataFrame
) -> Protected:
    """Return the observations with small numbers, and what gives them away, withheld, and rounded where the policy says so.

    `shown_before` is what this audience has been shown earlier: series, area, period, category, low, high. Raises
    ProtectionError, which names the table, if a small number can't be protected: then nothing is to be published.
    """
    no_families = pd.DataFrame(columns=["family", "cells", "small", "withheld", "method"])
    if policy.is_exact(audience) or observations.empty:
        return Protected(observations, no_families)
    series = catalogue.series()
    origin = origin_of(origins, observations["release"])
    units = observations["series"].map(series["unit"])
    rules = policy.policy(audience, observations["series"], origin)
    if not rules["threshold"].any():
        return Protected(observations, no_families)
    rows = observations.assign(threshold=rules["threshold"], rounding=rules["rounding"], origin=origin, unit=units)
    is_of_people = rules["kind"] == "people"
    counts = rows[is_of_people & (units == "count") & rows["value"].notna()]
    shares = rows[is_of_people & (units == "percent") & rows["value"].notna() & (rows["threshold"] > 0)]
    cells = _cells(counts, shown_before)
    links = link(cells)
    ties = percentages.tie(shares, links, shares["rounding"])
    allow_differences(links)
    withheld, report = _patterns(links, cells)
    return Protected(_as_shown(rows, counts, withheld, links, ties)[list(observations.columns)], report)


def _cells(counts: pd.DataFrame, shown_before: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each count: its value, its policy, and what readers know of it when it is shown and when withheld."""
    # A row has the range of an implied level under the names of what was shown before: of counts with a value it is empty.
    cells = current(counts).drop(columns=list(RANGE), errors="ignore")
    cells = cells.merge(_published_counts(counts), on=[*KEY, "value"], how="left")
    cells = cells.merge(shown_before, on=KEY, how="left")
    values, thresholds = cells["value"].to_numpy(float), cells["threshold"].to_numpy(float)
    is_whole_number = (values >= 0) & (values == np.floor(values))
    free = (thresholds > 0) & cells["published"].isna().to_numpy() & is_whole_number
    low, high = policy.known_range(values, thresholds, cells["rounding"].to_numpy(float))
    floor = np.maximum(cells["low"].to_numpy(float), 0.0) if "low" in cells else np.zeros(len(cells))
    ceiling = cells["high"].to_numpy(float) if "high" in cells else np.full(len(cells), np.inf)
    # What was shown before counts only if the figure hasn't been restated since.
    still_holds = (floor <= values) & (values <= ceiling)
    return cells[[*KEY, "value", "origin", "threshold"]].assign(
        free=free,
        low=np.where(free, np.minimum(low, values), values),
        high=np.where(free, np.maximum(high, values), values),
        floor=np.where(still_holds, floor, 0.0),
        ceiling=np.where(still_holds, ceiling, np.inf),
        hidden=False,
        difference=False,
        sensitive=free & policy.is_small(values, thresholds),
    )


def _published_counts(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that this audience knows from a published source, whoever else gives the same; `published` is true."""
    return counts[counts["threshold"] == 0].drop_duplicates([*KEY, "value"])[[*KEY, "value"]].assign(published=True)


def _patterns(links: Links, cells: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """Return (which cells are withheld, the report of the families).

    The figures are protected from two readers. One knows only our releases. The other knows the published sources too, and only
    returns are new to them. What must be withheld from the second is withheld from the first too, until neither needs more.
    """
    count = len(links.cells)
    returned = np.zeros(count, dtype=bool)
    returned[: len(cells)] = cells["origin"].eq("returned")
    withheld = np.zeros(count, dtype=bool)
    family_rows: dict[str, dict[str, object]] = {}
    has_two_readers = bool(returned.any() and (cells["free"] & cells["origin"].ne("returned")).any())
    for _ in range(_PASSES):
        withheld_before = withheld.copy()
        for numbers, family in families(links):
            pattern = protect(family, also_withheld=withheld[numbers])
            withheld[numbers] |= pattern.withheld
            family_rows[f"{family.name} {numbers[0]}"] = {
                "family": family.name,
                "cells": len(numbers),
                "small": int((family.sensitive & family.free).sum()),
                "withheld": int(pattern.withheld.sum()),
                "method": pattern.method,
            }
        if not has_two_readers:
            break
        for numbers, family in families(_with_sources(links, returned)):
            withheld[numbers] |= protect(family, also_withheld=withheld[numbers] & returned[numbers]).withheld
        if (withheld_before == withheld).all():
            break
    return withheld, pd.DataFrame(list(family_rows.values()), columns=["family", "cells", "small", "withheld", "method"])


def _with_sources(links: Links, returned: np.ndarray) -> Links:
    """Return the links as a reader of the published sources sees them: such a reader knows every published figure.

    They know the rest of a published whole too, whatever we release.
    """
    published = {number for number, cell in enumerate(links.cells) if not (returned[number] or cell["hidden"])}
    rests_of_published = {
        number
        for equation in links.equations
        for number, _ in equation
        if number not in published
        and not returned[number]
        and all(other in published for other, _ in equation if other != number)
    }
    changes = {
        number: {"free": False, "sensitive": False, "low": cell["value"], "high": cell["value"]}
        for number, cell in enumerate(links.cells)
        if number in published
    }
    changes |= {number: {"sensitive": False} for number in rests_of_published}
    cells = [cell | changes.get(number, {}) for number, cell in enumerate(links.cells)]
    return Links(cells, links.at, links.equations)


def _as_shown(rows: pd.DataFrame, counts: pd.DataFrame, withheld: np.ndarray, links: Links, ties: list[Tie]) -> pd.DataFrame:
    """Return the rows as the audience sees them: each row of a withheld cell is withheld, and the others are rounded."""
    withheld_keys = {key for key, number in links.at.items() if withheld[number]}
    keys = pd.Series(list(counts[KEY].itertuples(index=False, name=None)), index=counts.index)
    values, thresholds = counts["value"].to_numpy(float), counts["threshold"].to_numpy(float)
    with_published = counts[[*KEY, "value"]].merge(_published_counts(counts), on=[*KEY, "value"], how="left")
    is_published = with_published["published"].notna().to_numpy()
    is_withheld = (keys.isin(withheld_keys) & (counts["threshold"] > 0)) | (policy.is_small(values, thresholds) & ~is_published)
    value, status, note = rows["value"].copy(), rows["status"].copy(), rows["note"].copy()
    # A figure that this audience has from a published source stands as it is there, whoever else gives it.
    value[counts.index] = np.where(is_published, values, policy.rounded(values, counts["rounding"].to_numpy(float)))
    withheld_rows = list(is_withheld.index[is_withheld])
    for tie in ties:
        rounding = float(rows.at[tie.row, "rounding"])
        if tie.numerator is None or tie.base is None:
            if not percentages.stands(rows.at[tie.row, "area"]):
                withheld_rows.append(tie.row)
        elif withheld[tie.numerator] or withheld[tie.base] or (rounding > 1 and not tie.agrees):
            withheld_rows.append(tie.row)
        elif rounding > 1:
            rounded_values = policy.rounded(np.array([links.value(tie.numerator), links.value(tie.base)]), np.full(2, rounding))
            value[tie.row] = percentages.recomputed(value[tie.row], rounded_values[0], rounded_values[1])
            if np.isnan(value[tie.row]):
                withheld_rows.append(tie.row)
    value[withheld_rows], status[withheld_rows] = np.nan, "suppressed"
    # A note quotes the printed figure.
    note[[*withheld_rows, *rows.index[rows["rounding"] > 1]]] = ""
    if not set(RANGE) <= set(rows):
        return rows.assign(value=value, status=status, note=note)
    # The range of an implied level is rounded outwards: it tells no more than rounded figures do.
    step = rows["rounding"].clip(lower=1)
    low, high = np.floor(rows["low"] / step) * step, np.ceil(rows["high"] / step) * step
    is_implied = status == IMPLIED
    return rows.assign(value=value, status=status, note=note, low=low.where(is_implied), high=high.where(is_implied))
