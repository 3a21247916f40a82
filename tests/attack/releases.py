"""Releases without pages: figures are protected and entered in a register, and an attacker has what each release let through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from identities import ALL, Count
from knowledge import Knowledge

from analysis import measures
from analysis.disclosure import policy
from analysis.disclosure.protection.withholding import Protected, protected
from analysis.store import register

KEY = ["series", "area", "period", "category"]
NOTHING_SHOWN = pd.DataFrame(columns=["release", "audience", *KEY, "low", "high"])
Rows = dict[tuple[Count, str], float]  # a count and the release that gives it


@dataclass
class Office:
    """A Board's office: its returns, what it has published, and what a reader of everything has."""

    data: Path
    rows: Rows = field(default_factory=dict)
    published: dict[Count, float] = field(default_factory=dict)
    told: list[tuple[str, dict[Count, float], dict[Count, tuple[float, float]]]] = field(default_factory=list)
    joint: bool = True  # whether packs are protected together with those of other audiences, and with earlier ones
    protections: list[Protected] = field(default_factory=list)

    def receive(self, figures: Mapping[Count, float], agency: str, version: int = 1) -> None:
        """Receive a return, or one anew."""
        self.rows |= {(count, f"returns/{agency}/{count[2]}/{version}"): value for count, value in figures.items()}

    def publish(self, audience: str) -> None:
        """Protect the figures for an audience, and enter and show what is let through."""
        observations = self.observations()
        history = register.history(self.data) if self.joint else NOTHING_SHOWN
        made = protected(observations, origins(observations), audience, history)
        self.protections.append(made)
        truth = _values(measures.current(observations))
        shown = measures.current(made.observations)
        given = pd.Series("returned", shown.index)
        shown = shown[policy.policy(audience, shown["series"], given)["kind"] == "people"]
        cells = shown[KEY].assign(value=shown["value"].to_numpy())
        ranges = {count: _range(value, audience, self.published.get(count)) for count, value in _values(cells).items()}
        ends = [ranges[count] for count in cells[KEY].itertuples(index=False, name=None)]
        cells = cells.assign(low=[low for low, _ in ends], high=[high for _, high in ends])
        number = sum(line["kind"] == "release" for line in register.verify(self.data))
        register.record(self.data, period="2012-13", audience=audience, made=f"{number}", pack=f"{number}", cells=cells)
        self.told.append((audience, truth, ranges))

    def observations(self) -> pd.DataFrame:
        """Return what a store holds of all returns and published reports."""
        printed = {(count, "annual-report/2012-13"): value for count, value in self.published.items()}
        rows = [
            (*count, float(value), "final", release, f"{release}/figure-2.csv#cell={number + 2},2", "")
            for number, ((count, release), value) in enumerate((self.rows | printed).items())
        ]
        return pd.DataFrame(rows, columns=[*KEY, "value", "status", "release", "source", "note"])


def origins(observations: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return the origin of each release: a return, or a report that was printed."""
    return {name: {"published": name.startswith("annual-report")} for name in observations["release"].unique()}


@dataclass(frozen=True)
class Found:
    """What an attacker found: how many small counts were returned and withheld, those that packs narrowed, with their ranges,
    and those that were as narrow before a pack was published, because of figures shown earlier which hold still."""

    tried: int
    narrowed: dict[tuple[Any, ...], tuple[float, float]]
    before: dict[tuple[Any, ...], tuple[float, float]]


def found(office: Office, identities: tuple[Callable[..., Any], ...] = ALL) -> Found:
    """Return what somebody finds who holds every pack, and knows which figures were restated (pages mark them)."""
    highest = "seg" if any(audience == "seg" for audience, *_ in office.told) else "public"
    asked = dict[tuple[Any, ...], None]()
    for audience, truth, ranges in office.told:
        for count, (_, high) in ranges.items():
            if audience == highest and np.isinf(high) and 1 <= truth[count] <= 4 and count not in office.published:
                asked[*count, truth[count]] = None
    known = _known(office, len(office.told), identities)
    shown = {count for count in asked if known.ranges[count][0] == known.ranges[count][1]}
    ends = {count: each for count, each in known.worked_out(asked).items() if count not in shown}
    narrowed = {count: each for count, each in ends.items() if each[0] > 1 or each[1] < 4}
    before = dict[tuple[Any, ...], tuple[float, float]]()
    for number, (_, truth, ranges) in enumerate(office.told):
        mine = [count for count in narrowed if count[:4] in ranges and truth[count[:4]] == count[4] and count not in before]
        if mine:
            left = _known(office, number, identities, untold=True).worked_out(mine)
            before |= {
                count: each
                for count, each in left.items()
                if max(each[0], 1) >= narrowed[count][0] and min(each[1], 4) <= narrowed[count][1]
            }
    return Found(len(ends), {count: each for count, each in narrowed.items() if count not in before}, before)


def _known(office: Office, number: int, identities: tuple[Callable[..., Any], ...], *, untold: bool = False) -> Knowledge:
    """Return what the first releases tell; with `untold`, that the next one has been made too, and nothing of its figures."""
    known = Knowledge()
    for place, (_, truth, ranges) in enumerate(office.told[: number + untold]):
        at: dict[Count, Any] = {count: (*count, truth[count]) for count in ranges}
        for count, (low, high) in ranges.items():
            known.see(at[count], *((low, high) if place < number else (0.0, np.inf)))
        for count, value in office.published.items():
            known.see((*count, value), value, value)
            at[count] = (*count, value)
        for identity in identities:
            for factors, low, high in identity(set(at)):
                if low < high or sum(at[count][4] * factor for count, factor in factors.items()) == 0:
                    known.tie({at[count]: factor for count, factor in factors.items()}, low, high)
    return known


def _values(rows: pd.DataFrame) -> dict[Count, float]:
    return {tuple(row[:4]): row[4] for row in rows[[*KEY, "value"]].itertuples(index=False, name=None)}


def _range(value: float, audience: str, published: float | None) -> tuple[float, float]:
    if np.isnan(value):
        return 0.0, np.inf
    if audience == "seg" or value == published or value == 0:
        return value, value
    return max(value - 2, 5), value + 2
