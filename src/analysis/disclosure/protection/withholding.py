"""Protecting a pack's figures once, before anything is worked out from them: all that follows can see only what may be shown."""

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

_PASSES = 6


@dataclass(frozen=True)
class Protected:
    """Observations as an audience may see them, and a row for each protected family: name, cells, small, withheld, method."""

    observations: pd.DataFrame
    families: pd.DataFrame


def origin_of(origins: Mapping[str, Mapping[str, Any]], releases: pd.Series) -> pd.Series:
    """Return for each release whether its publisher controlled it, its producer published it, or it is a return."""
    words = {
        name: "controlled" if record.get("controlled") else "published" if record["published"] else "returned"
        for name, record in origins.items()
    }
    return releases.map(words)


def protected(
    observations: pd.DataFrame, origins: Mapping[str, Mapping[str, Any]], audience: str, known: pd.DataFrame
) -> Protected:
    """Return the observations with small numbers and what gives them away withheld, and rounded where the policy says so.

    `known` is what readers of this audience have been shown before: columns series, area, period, category, low, high. Raises
    ProtectionError, naming the table, when a small number can't be protected: nothing is to be published then.
    """
    none = pd.DataFrame(columns=["family", "cells", "small", "withheld", "method"])
    if policy.is_exact(audience) or observations.empty:
        return Protected(observations, none)
    series = catalogue.series()
    origin = origin_of(origins, observations["release"])
    units = observations["series"].map(series["unit"])
    rules = policy.policy(audience, observations["series"], origin)
    if not rules["threshold"].any():
        return Protected(observations, none)
    prints = observations.assign(threshold=rules["threshold"], rounding=rules["rounding"], origin=origin, unit=units)
    people = rules["kind"] == "people"
    counts = prints[people & (units == "count") & prints["value"].notna()]
    shares = prints[people & (units == "percent") & prints["value"].notna() & (prints["threshold"] > 0)]
    cells = _cells(counts, known)
    links = link(cells)
    ties = percentages.tie(shares, links, shares["rounding"])
    allow_differences(links)
    withheld, report = _patterns(links, cells)
    return Protected(_applied(prints, counts, withheld, links, ties)[list(observations.columns)], report)


def _cells(counts: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Return one row a count: its value, policy, and what is known of it when it is shown and when it is withheld."""
    cells = current(counts)
    cells = cells.merge(_out(counts), on=[*KEY, "value"], how="left").merge(known, on=KEY, how="left", suffixes=("", "_before"))
    values, thresholds = cells["value"].to_numpy(float), cells["threshold"].to_numpy(float)
    whole = (values >= 0) & (values == np.floor(values))
    free = (thresholds > 0) & cells["out"].isna().to_numpy() & whole
    low, high = policy.known_range(values, thresholds, cells["rounding"].to_numpy(float))
    floor = np.maximum(cells["low"].to_numpy(float), 0.0) if "low" in cells else np.zeros(len(cells))
    ceiling = cells["high"].to_numpy(float) if "high" in cells else np.full(len(cells), np.inf)
    # What was shown before holds only while the figure has not been restated since.
    holds = (floor <= values) & (values <= ceiling)
    return cells[[*KEY, "value", "origin", "threshold"]].assign(
        free=free,
        low=np.where(free, np.minimum(low, values), values),
        high=np.where(free, np.maximum(high, values), values),
        floor=np.where(holds, floor, 0.0),
        ceiling=np.where(holds, ceiling, np.inf),
        hidden=False,
        difference=False,
        sensitive=free & policy.is_small(values, thresholds),
    )


def _out(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that this audience knows from a source that has published them, whoever else gives the same."""
    return counts[counts["threshold"] == 0].drop_duplicates([*KEY, "value"])[[*KEY, "value"]].assign(out=True)


def _patterns(links: Links, cells: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """Return which cells are withheld, and the report of the families.

    Two readers are held off: one who knows our releases only, and one who has the published sources beside them, to whom only
    returns are still unknown. What the second needs is withheld from the first too, until both are.
    """
    count = len(links.cells)
    returned = np.zeros(count, dtype=bool)
    returned[: len(cells)] = cells["origin"].eq("returned")
    withheld = np.zeros(count, dtype=bool)
    rows: dict[str, dict[str, object]] = {}
    mixed = bool(returned.any() and (cells["free"] & cells["origin"].ne("returned")).any())
    for _ in range(_PASSES):
        before = withheld.copy()
        for numbers, family in families(links):
            pattern = protect(family, also=withheld[numbers])
            withheld[numbers] |= pattern.withheld
            rows[f"{family.name} {numbers[0]}"] = {
                "family": family.name,
                "cells": len(numbers),
                "small": int((family.sensitive & family.free).sum()),
                "withheld": int(pattern.withheld.sum()),
                "method": pattern.method,
            }
        if not mixed:
            break
        for numbers, family in families(_with_sources(links, returned)):
            withheld[numbers] |= protect(family, also=withheld[numbers] & returned[numbers]).withheld
        if (before == withheld).all():
            break
    return withheld, pd.DataFrame(list(rows.values()), columns=["family", "cells", "small", "withheld", "method"])


def _with_sources(links: Links, returned: np.ndarray) -> Links:
    """Return the links as a reader of the published sources sees them: of what is published every figure is known.

    The rest of a published whole is known too: no release of ours gives it away.
    """
    printed = {number for number, cell in enumerate(links.cells) if not (returned[number] or cell["hidden"])}
    rests = {
        number
        for equation in links.equations
        for number, _ in equation
        if number not in printed and not returned[number] and all(other in printed for other, _ in equation if other != number)
    }
    known = {
        number: {"free": False, "sensitive": False, "low": cell["value"], "high": cell["value"]}
        for number, cell in enumerate(links.cells)
        if number in printed
    }
    known |= {number: {"sensitive": False} for number in rests}
    cells = [cell | known.get(number, {}) for number, cell in enumerate(links.cells)]
    return Links(cells, links.at, links.equations)


def _applied(prints: pd.DataFrame, counts: pd.DataFrame, withheld: np.ndarray, links: Links, ties: list[Tie]) -> pd.DataFrame:
    """Return the prints as the audience sees them: every print of a withheld cell withheld, the rest rounded."""
    hidden = {key for key, number in links.at.items() if withheld[number]}
    keys = pd.Series(list(counts[KEY].itertuples(index=False, name=None)), index=counts.index)
    values, thresholds = counts["value"].to_numpy(float), counts["threshold"].to_numpy(float)
    out = counts[[*KEY, "value"]].merge(_out(counts), on=[*KEY, "value"], how="left")["out"].notna().to_numpy()
    gone = (keys.isin(hidden) & (counts["threshold"] > 0)) | (policy.is_small(values, thresholds) & ~out)
    value, status, note = prints["value"].copy(), prints["status"].copy(), prints["note"].copy()
    value[counts.index] = policy.rounded(values, counts["rounding"].to_numpy(float))
    lost = list(gone.index[gone])
    for tie in ties:
        rounding = float(prints.at[tie.row, "rounding"])
        if tie.numerator is None or tie.base is None:
            if not percentages.stands(prints.at[tie.row, "area"]):
                lost.append(tie.row)
        elif withheld[tie.numerator] or withheld[tie.base] or (rounding > 1 and not tie.agrees):
            lost.append(tie.row)
        elif rounding > 1:
            shown = policy.rounded(np.array([links.value(tie.numerator), links.value(tie.base)]), np.full(2, rounding))
            value[tie.row] = percentages.recomputed(value[tie.row], shown[0], shown[1])
            if np.isnan(value[tie.row]):
                lost.append(tie.row)
    value[lost], status[lost] = np.nan, "suppressed"
    # A note quotes what was printed.
    note[[*lost, *prints.index[prints["rounding"] > 1]]] = ""
    return prints.assign(value=value, status=status, note=note)
