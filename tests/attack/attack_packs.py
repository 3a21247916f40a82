"""The attack: everything that a reader of some packs has is parsed, tied together, and solved for each small count withheld.

`python tests/attack/attack_packs.py DATA PACK...` says how many of the returned counts of 1 to 4 in DATA it finds.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from figures_of_tables import Count, Figure, figures, learn
from identities import ALL
from knowledge import Knowledge
from tables_of_pack import tables

from analysis import measures, store

ROUNDING = {"seg": 1, "public": 5}
KEY = ["series", "area", "period", "category"]


@dataclass(frozen=True)
class Outcome:
    """What an attack found: the small counts tried, those found exactly, those narrower than 1 to 4, and what was beside them."""

    tried: int
    exact: list[Count]
    narrowed: dict[Count, tuple[float, float]]
    leaks: list[Figure]


def small_returned(data: Path) -> tuple[dict[Count, float], dict[Count, float]]:
    """Return (the returned counts of 1 to 4 people, what sources have published) of a data folder."""
    held = store.load(data)
    rows = held.observations
    published = rows["release"].map({name: bool(origin["published"]) for name, origin in held.origins.items()})
    has = rows["value"].notna()
    returned = measures.current(rows[has & ~published])
    small = returned[(returned["value"] >= 1) & (returned["value"] <= 4)]
    printed = rows[has & published].drop_duplicates(KEY, keep="last")
    return _as_counts(small), _as_counts(printed)


def attack(packs: Sequence[Path], small: dict[Count, float], published: dict[Count, float]) -> Outcome:
    """Return what a reader finds who has these packs, in the order of their publication, and all that was published."""
    known, withheld, leaks = Knowledge(), dict[str, set[Count]](), list[Figure]()
    for count, value in published.items():
        known.see(count, value, value)
    for pack in packs:
        audience = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))["parameters"]["audience"]
        mine, beside = learn(known, figures(tables(pack)), ROUNDING[audience])
        withheld.setdefault(audience, set()).update(mine)
        leaks += beside
    highest = withheld.get("seg", withheld.get("public", set()))
    return solve(known, {count: value for count, value in small.items() if count in highest}, leaks)


def solve(known: Knowledge, asked: dict[Count, float], leaks: Iterable[Figure] = ()) -> Outcome:
    """Return what follows from everything known and the sums of `identities` for the counts asked for."""
    counts = {count for count in known.ranges if len(count) == 4} | set(asked)
    for identity in ALL:
        for tie in identity(counts):
            known.tie(*tie)
    found = known.worked_out(asked)
    exact = [count for count, (low, high) in found.items() if low == high]
    narrowed = {count: ends for count, ends in found.items() if ends[0] > 1 or ends[1] < 4}
    return Outcome(len(asked), exact, narrowed, list(leaks))


def _as_counts(rows: pd.DataFrame) -> dict[Count, float]:
    return {tuple(row[:4]): row[4] for row in rows[[*KEY, "value"]].itertuples(index=False, name=None)}


if __name__ == "__main__":
    outcome = attack([Path(each) for each in sys.argv[2:]], *small_returned(Path(sys.argv[1])))
    lines = [
        f"{outcome.tried} small counts: {len(outcome.exact)} exact, {len(outcome.narrowed)} narrower than 1 to 4,",
        f"{len(outcome.leaks)} figures beside a withheld one that are made of it",
        *map(str, [*outcome.narrowed.items(), *outcome.leaks]),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
