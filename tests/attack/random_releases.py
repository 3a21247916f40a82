"""Random releases of linked tables over four quarters: breakdowns, two areas and their sum, restatements and a late total."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from identities import Count
from releases import Office

from analysis.catalogue import areas

TOGETHER = "LR"
AREAS = tuple(areas.members(TOGETHER))
QUARTERS = tuple(f"2013-14-Q{number}" for number in range(1, 5))
BREAKDOWNS = {
    "adult_referrals_age": ("18_64", "65_74", "75_84"),
    "adult_referrals_setting": ("residential", "community"),
}


def run(seed: int, data: Path, *, joint: bool = True) -> Office:
    """Publish two audiences over four quarters, in an order of the seed, with restatements and a late total; return the office."""
    rng = np.random.default_rng(seed)
    office = Office(data, joint=joint)
    mine = AREAS if rng.random() < 0.3 else AREAS[:1]
    inner: dict[tuple[str, str], np.ndarray] = {}
    for number, quarter in enumerate(QUARTERS):
        for area in mine:
            inner[quarter, area] = rng.poisson(rng.gamma(0.7, 4.0, size=(3, 2)))
            office.receive(_table(area, quarter, inner[quarter, area]), area)
        if number and rng.random() < 0.5:
            earlier, area = QUARTERS[rng.integers(number)], mine[rng.integers(len(mine))]
            place = tuple(rng.integers(size) for size in (3, 2))
            inner[earlier, area][place] = max(inner[earlier, area][place] + rng.integers(-6, 7), 0)
            office.receive(_table(area, earlier, inner[earlier, area]), area, version=number + 1)
        if number == 3:  # the year's figures come with the last quarter; the total of the areas later still
            for area in mine:
                office.receive(_table(area, "2013-14", sum(inner[each, area] for each in QUARTERS)), area)
        order = ("seg", "public") if rng.random() < 0.5 else ("public", "seg")
        for audience in order:
            if rng.random() < 0.9:
                office.publish(audience)
    if len(mine) > 1:
        for quarter in QUARTERS:
            office.receive(_table(TOGETHER, quarter, sum(inner[quarter, area] for area in mine)), "together")
    for audience in ("public", "seg"):
        office.publish(audience)
    return office


def _table(area: str, period: str, inner: np.ndarray) -> dict[Count, float]:
    sides = zip(BREAKDOWNS.items(), (inner.sum(axis=1), inner.sum(axis=0)), strict=True)
    counts: dict[Count, float] = {("adult_referrals", area, period, "all"): int(inner.sum())}
    for (series, categories), values in sides:
        counts |= {(series, area, period, category): int(value) for category, value in zip(categories, values, strict=True)}
    return counts
