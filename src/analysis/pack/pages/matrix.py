"""The matrix of the index: of each indicator, for each area, its figure, its change, its path and its place among neighbours."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis import catalogue
from analysis.analyses.findings import STANDS_OUT, place_words
from analysis.analyses.scorecard import FEWEST_OTHERS, latest_points
from analysis.catalogue import areas, periods, tables, wording
from analysis.exhibits.parts import marks
from analysis.pack.pages.front_page import Row, Standing
from analysis.pack.pages.matter_words import brief, moved, short

_FAR = 15.0  # authorities in 100: of a change that fewer see, the number is said
_GROUPS = {"children": "Children's social care", "adults": "Adults and DoLS", "dols": "Adults and DoLS"}


def groups(
    card: pd.DataFrame, measures: pd.DataFrame, period: str, codes: tuple[str, ...], leads_to: dict[str, str]
) -> tuple[Any, ...]:
    """Return the rows of the matrix by their group: those of `front_page.csv` that the card has a figure of."""
    by_key = {(row["indicator"], row["category"], row["area"]): row for row in card.to_dict("records")}
    own = _own_rates(measures)
    result: dict[str, list[Row]] = {}
    for entry in tables.read("front_page").itertuples(index=False):
        rows = [by_key.get((entry.indicator, entry.category, code)) for code in codes]
        if not any(rows):
            continue
        scale = _scale([row for row in rows if row], own)
        standings = tuple(_standing(row, measures, period, scale, own) if row else Standing() for row in rows)
        group = _GROUPS[catalogue.indicators().at[entry.indicator, "domain"]]
        unit = _unit(entry.unit, {row["latest_period"] for row in rows if row})
        result.setdefault(group, []).append(
            Row(entry.short, unit, leads_to.get(catalogue.subject(entry.indicator), ""), standings)
        )
    return tuple((name, tuple(rows)) for name, rows in result.items())


def _unit(words: str, spans: set[str]) -> str:
    """Return the words for what a figure is, with "quarter" in place of "year" where quarters are compared."""
    kinds = {periods.kind(span) for span in spans}
    spoken = "quarter" if kinds == {"quarter"} else "year or quarter" if "quarter" in kinds else "year"
    return re.sub(r"\byear\b", spoken, words)


def _own_rates(measures: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    rows = measures[(measures["category"] == catalogue.TOTAL) & measures["value"].notna()]
    keys = zip(rows["indicator"], rows["area"], rows["period"], strict=True)
    return dict(zip(keys, rows["value"].astype(float), strict=True))


def _is_placed(row: dict[str, Any]) -> bool:
    known = isinstance(row["compared_by"], str) and pd.notna(row["compared_value"])
    return known and pd.notna(row["compared_members"]) and row["compared_members"] >= FEWEST_OTHERS


def _others(row: dict[str, Any], own: dict[tuple[str, str, str], float]) -> list[float]:
    """Return the report's own figure, in the unit of the comparison, where the compared one is another."""
    mine = own.get((row["compared_by"], row["area"], row["latest_period"]), math.nan)
    is_other = row["other_latest"] and not math.isnan(mine) and not np.isclose(mine, row["compared_value"])
    return [mine] if is_other else []


def _scale(rows: list[dict[str, Any]], own: dict[tuple[str, str, str], float]) -> tuple[float, float]:
    """Return one scale for all areas of a row: from the lowest to the highest of what is drawn."""
    columns = ("compared_value", "compared_reference", "compared_lower", "compared_upper")
    placed = [row for row in rows if _is_placed(row)]
    drawn = [float(row[column]) for row in placed for column in columns] + [each for row in placed for each in _others(row, own)]
    known = [each for each in drawn if not math.isnan(each)]
    return (min(known), max(known)) if known else (0.0, 1.0)


def _standing(
    row: dict[str, Any], measures: pd.DataFrame, period: str, scale: tuple[float, float], own: dict[tuple[str, str, str], float]
) -> Standing:
    name = row["indicator"]
    change, before, verdict = _change(row)
    spine, place = _place(row, scale, own)
    return Standing(
        figure=brief(name, row["latest"]),
        trust=_trust(row),
        change=change,
        before=before,
        verdict=verdict,
        path=_path(row, measures, period),
        spine=spine,
        place=place,
    )


def _trust(row: dict[str, Any]) -> str:
    """Return what to know before the figure is relied on: what another return gives, and how many of its sums fail."""
    name, others = row["indicator"], [float(each) for each in row["other_latest"].split()]
    words = [f"or {' or '.join(brief(name, each) for each in others)}"] if others else []
    if row["differing"]:
        words.append("a sum fails" if row["differing"] == 1 else f"{row['differing']} sums fail")
    return ", ".join(words)


def _change(row: dict[str, Any]) -> tuple[str, str, str]:
    """Return the fact, the figure before, and how unusual that is."""
    name, now, then = row["indicator"], row["latest"], row["reference"]
    low, high = row["reference_low"], row["reference_high"]
    if pd.isna(then) and pd.isna(low):
        return "", "earlier figure withheld" if row["reference_status"] == "suppressed" else "no earlier figure", ""
    if pd.isna(then):
        then, before = (low + high) / 2, f"from {brief(name, low)}–{brief(name, high)}, implied"
    else:
        before = f"from {brief(name, then)}"
    if brief(name, now) == brief(name, then):
        fact = "→ Level"
    else:
        size = math.log(now / then) if now > 0 and then > 0 else math.copysign(0.3, now - then)
        fact = f"{'↑' if now > then else '↓'} {moved(name, size).capitalize()}"
    rarity = row["rarity"]
    if row["verdict"] in STANDS_OUT:
        verdict = "very unusual" if row["verdict"] == "very unusual" else "unusual"
    elif row["verdict"] == "usual" and rarity < _FAR:
        verdict = f"about {wording.number(rarity)} in 100"
    else:
        verdict = "usual" if row["verdict"] in ("usual", "chance") else "not judged"
    return fact, before, verdict


def _path(row: dict[str, Any], measures: pd.DataFrame, period: str) -> Markup:
    points = latest_points(measures, row["indicator"], row["area"], period, row["category"])
    said = [f"{periods.label(when)} {brief(row['indicator'], value)}" for when, value in points]
    name = f"{short(row['indicator'], row['category'])}, {areas.label(row['area'])}"
    return marks.path([value for _, value in points], f"{name}: {wording.listing(said)}.")


def _place(row: dict[str, Any], scale: tuple[float, float], own: dict[tuple[str, str, str], float]) -> tuple[Markup, str]:
    if not _is_placed(row):
        return Markup(), ""
    is_unlike = row["compared_verdict"] == "unlike"
    place = place_words(row["compared_place"], row["compared_members"])
    words = f"unlike: {place}" if is_unlike else place
    compared = row["compared_by"]
    said = f"{brief(compared, row['compared_value'])}, neighbours together {brief(compared, row['compared_reference'])}"
    description = f"{short(row['indicator'], row['category'])}, {areas.label(row['area'])}: {said}: {words}."
    band = (float(row["compared_lower"]), float(row["compared_upper"]))
    middle = float(row["compared_reference"])
    drawn = marks.spine(row["compared_value"], band, middle, scale, description, is_unlike, _others(row, own))
    return drawn, words
