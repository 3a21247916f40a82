"""The child's journey on the index: the rates of all areas on one scale, from contact to care, beside their neighbours'."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.analyses.scorecard import FEWEST_OTHERS
from analysis.catalogue import areas, periods, tables
from analysis.exhibits.parts import marks
from analysis.pack.pages.front_page import Bar, Panel
from analysis.pack.pages.matter_words import brief

_RATE = "_per_10k"


def panels(card: pd.DataFrame, measures: pd.DataFrame, period: str, codes: tuple[str, ...]) -> tuple[Panel, ...]:
    """Return the panels of the journey: those steps of `front_page.csv` of which an area has a rate in the year of `period`."""
    placed = {(row["compared_by"], row["area"]): row for row in card.to_dict("records") if isinstance(row["compared_by"], str)}
    rows = measures[
        measures["period"].isin((periods.year_of(period), periods.year_end(period)))
        & (measures["category"] == catalogue.TOTAL)
        & measures["value"].notna()
    ]
    rates = dict(zip(zip(rows["indicator"], rows["area"], strict=True), rows["value"].astype(float), strict=True))
    steps = tables.read("front_page").query("step != ''")
    result = []
    for heading, group in steps.groupby("step", sort=False):
        names = [(f"{row.indicator}{_RATE}", row.short) for row in group.itertuples(index=False)]
        drawn = [(name, short) for name, short in names if any((name, code) in rates for code in codes)]
        figures = [(name, code) for name, _ in drawn for code in codes if (name, code) in rates]
        if not figures:
            continue
        ticks = [tick for key in figures if not math.isnan(tick := _tick(placed.get(key)))]
        longest = max([rates[key] for key in figures] + ticks)
        bars = [
            (short, _bars(name, short, codes, rates, placed, longest, is_named=number == 0))
            for number, (name, short) in enumerate(drawn)
        ]
        result.append(Panel(str(heading), tuple(bars)))
    return tuple(result)


def _tick(row: dict[str, Any] | None) -> float:
    return float(row["compared_reference"]) if row and row["compared_members"] >= FEWEST_OTHERS else math.nan


def _bars(
    name: str, short: str, codes: tuple[str, ...], rates: dict, placed: dict, longest: float, *, is_named: bool
) -> tuple[Bar, ...]:
    """Return the bars of a step; the areas are named at the first, and where one has no bar."""
    bars = []
    is_named = len(codes) > 1 and (is_named or any((name, code) not in rates for code in codes))
    for number, code in enumerate(codes):
        value = rates.get((name, code))
        if value is None:
            continue
        row = placed.get((name, code))
        other = float(row["compared_value"]) if row and row["other_latest"] and pd.notna(row["compared_value"]) else math.nan
        is_other = not math.isnan(other) and brief(name, other) != brief(name, value)
        words = brief(name, value) + (f" or {brief(name, other)}" if is_other else "")
        tick = _tick(row)
        said = f"{short}, {areas.label(code)}: {words}" + ("" if math.isnan(tick) else f"; neighbours {brief(name, tick)}")
        drawn = marks.bar(value, longest, number, f"{said}.", tick, other if is_other else math.nan)
        bars.append(Bar(areas.label(code) if is_named else "", words, drawn))
    return tuple(bars)
