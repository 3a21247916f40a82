"""Protects the figures of a pack once, before any analysis, so that everything after it sees only what may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.disclosure import policy
from analysis.disclosure.protection import earlier, percentages
from analysis.disclosure.protection.family import Family, ProtectionError
from analysis.disclosure.protection.links import KEY, Key, Links, allow_differences, families, link
from analysis.disclosure.protection.optimise import Pattern, protect
from analysis.disclosure.protection.percentages import Tie
from analysis.disclosure.protection.proof import what_is_left
from analysis.measures import current
from analysis.store import IMPLIED, RANGE

_PASSES = 6
_FAMILY = ("family", "cells", "small", "withheld", "method", "given_away")


@dataclass(frozen=True)
class Protected:
    """The observations as an audience may see them, and a row for each family of linked figures.

    The row has family, cells, small, withheld, method and `given_away`: the small counts that earlier releases have narrowed
    already, whatever is withheld now.
    """

    observations: pd.DataFrame
    families: pd.DataFrame


@dataclass(frozen=True)
class _Choice:
    """What is withheld from one audience (`withheld`, by the number of the cell in `links`), and what it was chosen by."""

    rows: pd.DataFrame
    counts: pd.DataFrame
    links: Links
    ties: list[Tie]
    withheld: np.ndarray
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

    `shown_before` is the register's `history`; without its columns release and audience, what this audience was shown last. What
    is withheld from an audience is withheld from those below it, whichever pack is published, so that nobody who holds both has
    more from the lower one. What was withheld stays withheld. Where earlier releases have narrowed a figure nothing widens it
    again; it becomes no narrower, and everything else is protected.
    """
    nothing = Protected(observations, pd.DataFrame(columns=list(_FAMILY)))
    if policy.is_exact(audience) or observations.empty:
        return nothing
    rules = policy.policy(audience, observations["series"], origin_of(origins, observations["release"]))
    if not rules["threshold"].any():
        return nothing
    history = shown_before if "audience" in shown_before else shown_before.assign(release=0, audience=audience)
    withheld_above: set[Key] = set()
    for higher in policy.above(audience):
        withheld_above |= _withheld_keys(_choice(observations, origins, higher, history, withheld_above))
    choice = _choice(observations, origins, audience, history, withheld_above)
    return Protected(_as_shown(choice)[list(observations.columns)], choice.families)


def _choice(
    observations: pd.DataFrame,
    origins: Mapping[str, Mapping[str, Any]],
    audience: str,
    history: pd.DataFrame,
    withheld_above: set[Key],
) -> _Choice:
    """Return what is withheld from an audience: what its own releases ask for first, then what packs below it make needful.

    So what an audience is shown is the same whether or not a pack below it was published before.
    """
    series = catalogue.series()
    origin = origin_of(origins, observations["release"])
    units = observations["series"].map(series["unit"])
    rules = policy.policy(audience, observations["series"], origin)
    rows = observations.assign(threshold=rules["threshold"], rounding=rules["rounding"], origin=origin, unit=units)
    is_of_people = rules["kind"] == "people"
    counts = rows[is_of_people & (units == "count") & rows["value"].notna()]
    shares = rows[is_of_people & (units == "percent") & rows["value"].notna() & (rows["threshold"] > 0)]
    cells = _cells(counts)
    links = link(cells)
    ties = percentages.tie(shares, links, shares["rounding"])
    sums, printed = len(links.equations), earlier.printed_values(counts)
    own = history[history["audience"] == audience]
    below = history[history["audience"].isin(set(policy.reads(audience)) - {audience})]
    keys = withheld_above | earlier.withheld(own)
    withheld = np.array([cell["free"] and tuple(cell[name] for name in KEY) in keys for cell in links.cells], dtype=bool)
    earlier.narrow(links, own)
    earlier.add_sums(links, own, printed, sums)
    allow_differences(links)
    withheld, report = _patterns(links, cells, withheld)
    if len(below):
        before = len(links.equations)
        earlier.narrow(links, history[history["audience"].isin(policy.reads(audience))])
        earlier.add_sums(links, below, printed, sums)
        allow_differences(links, before)
        withheld, report = _patterns(links, cells, np.pad(withheld, (0, len(links.cells) - len(withheld))))
    return _Choice(rows, counts, links, ties, withheld, report)


def _withheld_keys(choice: _Choice) -> set[Key]:
    return {key for key, number in choice.links.at.items() if choice.withheld[number]}


def _cells(counts: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each count: its value, its policy, and what readers know of it when it is shown."""
    # A row has the range of an implied level: of counts with a value it is empty.
    cells = current(counts).drop(columns=list(RANGE), errors="ignore")
    cells = cells.merge(_published_counts(counts), on=[*KEY, "value"], how="left")
    values, thresholds = cells["value"].to_numpy(float), cells["threshold"].to_numpy(float)
    is_whole_number = (values >= 0) & (values == np.floor(values))
    free = (thresholds > 0) & cells["published"].isna().to_numpy() & is_whole_number
    low, high = policy.known_range(values, thresholds, cells["rounding"].to_numpy(float))
    return cells[[*KEY, "value", "origin", "threshold"]].assign(
        free=free,
        low=np.where(free, np.minimum(low, values), values),
        high=np.where(free, np.maximum(high, values), values),
        floor=0.0,
        ceiling=np.inf,
        hidden=False,
        difference=False,
        sensitive=free & policy.is_small(values, thresholds),
    )


def _published_counts(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that this audience knows from a published source, whoever else gives the same; `published` is true."""
    return counts[counts["threshold"] == 0].drop_duplicates([*KEY, "value"])[[*KEY, "value"]].assign(published=True)


def _patterns(links: Links, cells: pd.DataFrame, withheld: np.ndarray) -> tuple[np.ndarray, pd.DataFrame]:
    """Return (which cells are withheld, those of `withheld` among them; the report of the families).

    The figures are protected from two readers. One knows only our releases. The other knows the published sources too, and only
    returns are new to them. What must be withheld from the second is withheld from the first too, until neither needs more.
    """
    count = len(links.cells)
    returned = np.zeros(count, dtype=bool)
    returned[: len(cells)] = cells["origin"].eq("returned")
    withheld = np.pad(withheld, (0, count - len(withheld)))
    family_rows: dict[str, dict[str, object]] = {}
    has_two_readers = bool(returned.any() and (cells["free"] & cells["origin"].ne("returned")).any())
    for _ in range(_PASSES):
        withheld_before = withheld.copy()
        for numbers, family in families(links, withheld):
            pattern, given_away = _protect(family, withheld[numbers])
            withheld[numbers] |= pattern.withheld
            family_rows[f"{family.name} {numbers[0]}"] = {
                "family": family.name,
                "cells": len(numbers),
                "small": int((family.sensitive & family.free).sum()),
                "withheld": int(pattern.withheld.sum()),
                "method": pattern.method,
                "given_away": given_away,
            }
        if not has_two_readers:
            break
        for numbers, family in families(_with_sources(links, returned), withheld & returned):
            withheld[numbers] |= _protect(family, withheld[numbers] & returned[numbers])[0].withheld
        if (withheld_before == withheld).all():
            break
    return withheld, pd.DataFrame(list(family_rows.values()), columns=list(_FAMILY))


def _protect(family: Family, also_withheld: np.ndarray) -> tuple[Pattern, int]:
    """Return (a pattern, how many small counts earlier releases narrow whatever is withheld); publication never locks itself up.

    Those cells can't be made wider; they are kept as wide as they are. If that isn't proven either, everything is withheld.
    """
    try:
        return protect(family, also_withheld), 0
    except ProtectionError:
        left = what_is_left(family)
    given_away = sum(bool(family.sensitive[cell]) for cell in left.left)
    try:
        return protect(left, also_withheld), given_away
    except ProtectionError:
        return Pattern(family.free.copy(), "everything"), given_away


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


def _as_shown(choice: _Choice) -> pd.DataFrame:
    """Return the rows as the audience sees them: each row of a withheld cell is withheld, and the others are rounded."""
    rows, counts, links, withheld = choice.rows, choice.counts, choice.links, choice.withheld
    withheld_keys = _withheld_keys(choice)
    keys = pd.Series(list(counts[KEY].itertuples(index=False, name=None)), index=counts.index)
    values, thresholds = counts["value"].to_numpy(float), counts["threshold"].to_numpy(float)
    with_published = counts[[*KEY, "value"]].merge(_published_counts(counts), on=[*KEY, "value"], how="left")
    is_published = with_published["published"].notna().to_numpy()
    is_withheld = (keys.isin(withheld_keys) & (counts["threshold"] > 0)) | (policy.is_small(values, thresholds) & ~is_published)
    value, status, note = rows["value"].copy(), rows["status"].copy(), rows["note"].copy()
    # A figure that this audience has from a published source stands as it is there, whoever else gives it.
    value[counts.index] = np.where(is_published, values, policy.rounded(values, counts["rounding"].to_numpy(float)))
    withheld_rows = list(is_withheld.index[is_withheld])
    for tie in choice.ties:
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
