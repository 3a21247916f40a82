"""The sentence of a place among others: neighbours, the peers of a set, or all authorities in a funnel."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings.finding import Finding
from analysis.analyses.findings.sentence import phrases, title
from analysis.analyses.findings.verdicts import judgement
from analysis.catalogue import areas, wording

_FUNNEL = {"up": "funnel_high", "down": "funnel_low", "": "funnel_within"}


def findings_of_places(compared: pd.DataFrame) -> list[Finding]:
    """Return a Finding for each row of `benchmark.compared` or `benchmark.against_others`, in its order.

    >>> from analysis.analyses import benchmark
    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2023-24", areas=["Leicestershire"])
    >>> references = benchmark.references(here.official, here.official_figures, here.official_areas, here.official_year)
    >>> rows = benchmark.compared(here.official_measures, references, here.official_year)
    >>> near = rows[(rows["comparator"] == "neighbours") & (rows["indicator"] == "plans_reviewed_on_time_pct")]
    >>> print(findings_of_places(near)[0].headline)
    Child protection plans reviewed on time: Leicestershire (83.4%) is 3rd lowest of 10; its neighbours
    together: 87.9%.
    """
    return [_of_place(row._asdict()) for row in compared.itertuples(index=False)]


def _of_place(row: dict[str, Any]) -> Finding:
    name = row["indicator"]
    value, reference = value_words(name, row["value"]), value_words(name, row["reference"])
    place = place_words(row["place"], row["members_placed"])
    known = pd.notna(row["like_lower"])
    usual = f"{value_words(name, row['like_lower'])} to {value_words(name, row['like_upper'])}" if known else ""
    key = row["verdict"] if pd.notna(row["reference"]) or row["verdict"] != "among" else "among_alone"
    return Finding(
        method="neighbours" if known else "",
        verdict=row["verdict"],
        judgement=row["judgement"],
        indicator=name,
        area=row["area"],
        category=row["category"],
        title=title(name),
        headline=phrases()[f"place_{key}"].format(
            title=title(name),
            area=areas.label(row["area"]),
            value=value,
            place=place,
            usual=usual,
            reference=reference,
            reference_name=row["reference_name"],
        ),
        direction=row["direction"],
        rarity=100 * float(row["rarity"]),
        before_words=f"{reference} ({row['reference_name']})",
        now_words=value,
        change_words=place,
        usual_words=usual,
        verdict_words=phrases()[f"verdict_{row['verdict']}"],
    )


def place_words(place: float, others: float) -> str:
    """Return a place, counted from the lowest, among an area and the others; empty if it has none.

    >>> place_words(1, 10), place_words(3, 10), place_words(10, 10), place_words(11, 10)
    ('lowest of 11', '3rd lowest of 11', '2nd highest of 11', 'highest of 11')
    """
    if pd.isna(place):
        return ""
    total = int(others) + 1
    from_top = total + 1 - int(place)
    step, side = (int(place), "lowest") if place <= from_top else (from_top, "highest")
    return f"{'' if step == 1 else _ordinal(step) + ' '}{side} of {total}"


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def finding_of_funnel(row: pd.Series) -> Finding:
    """Return what the funnel says of one area (a row of `benchmark.funnel`).

    >>> from analysis.analyses import benchmark
    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2023-24")
    >>> rows = benchmark.funnel(here.official, here.official_year)
    >>> finding_of_funnel(rows[rows["area"] == "E10000018"].iloc[0]).verdict
    'among'
    """
    direction = "up" if row["flag"] > 0 else "down" if row["flag"] < 0 else ""
    name = row["indicator"]
    value, target = value_words(name, row["value"]), value_words(name, row["target"])
    return Finding(
        method="funnel",
        verdict="unlike" if direction else "among",
        judgement=judgement(catalogue.indicators().at[name, "polarity"], direction),
        indicator=name,
        area=row["area"],
        category=catalogue.TOTAL,
        title=title(name),
        headline=phrases()[_FUNNEL[direction]].format(
            title=title(name), area=areas.label(row["area"]), value=value, areas=row["areas"], target=target
        ),
        direction=direction,
        before_words=target,
        now_words=value,
    )


def value_words(indicator: str, figure: float) -> str:
    """Return a figure of an indicator as a sentence gives it."""
    entry = catalogue.indicators().loc[indicator]
    return wording.value(figure, entry["unit"], int(entry["decimals"]))
