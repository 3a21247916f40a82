"""The things that matter in words: figure, heading, line, what it may mean and whom to ask, by the tables of words."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.analyses import scorecard
from analysis.analyses.findings import place_words, title
from analysis.analyses.findings.places import value_words
from analysis.catalogue import areas, tables, wording
from analysis.pack.pages.front_page import Matter

_OTHERS = 3  # that a line names
_FACTORS = ((2.95, "trebled"), (1.95, "doubled"), (1.0, "rose"), (0.52, "fell"), (0.0, "halved"))


def things_that_matter(ranked: pd.DataFrame, leads_to: dict[str, str], most: int) -> tuple[Matter, ...]:
    """Return the first findings (`scorecard.matters`) that have a question to ask, at most so many, in words.

    `leads_to` says of a subject (`catalogue.subject`) where more of it stands.
    """
    asked = [(row, scorecard.question(row, row["side"])) for row in ranked.to_dict("records")]
    named = [_matter(row, *words, leads_to) for row, words in asked if words]
    return tuple(named[:most])


def short(indicator: str, category: str) -> str:
    """Return the short name of an indicator, that of its count for a rate; its title where the table has none.

    >>> short("section_47_enquiries_per_10k", "all")
    'Section 47 enquiries'
    """
    known = tables.read("front_page").set_index(["indicator", "category"])["short"]
    count = catalogue.indicators().at[indicator, "numerator"]
    names = ((indicator, category), (count, category))
    return str(next((known[name] for name in names if name in known.index), title(indicator, category)))


def brief(indicator: str, figure: float) -> str:
    """Return a figure as the index gives it: whole percentages, and whole numbers from 100 up.

    >>> brief("plans_reviewed_on_time_pct", 94.6), brief("section_47_enquiries_per_10k", 480.549)
    ('95%', '481')
    """
    entry = catalogue.indicators().loc[indicator]
    decimals = 0 if entry["unit"] == "percent" or abs(figure) >= 100 else int(entry["decimals"])
    return wording.value(figure, entry["unit"], decimals)


def either(indicator: str, latest: float, others: str) -> str:
    """Return the figures that two returns give: "23 or 35"; with their decimals where two would look alike."""
    values = [latest, *(float(each) for each in others.split())]
    words = list(dict.fromkeys(brief(indicator, value) for value in values))
    if len(words) < len(set(values)):
        words = list(dict.fromkeys(value_words(indicator, value) for value in values))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def whom(indicator: str, area: str) -> str:
    """Return who answers for an indicator in an area.

    >>> whom("plans_in_force", "E06000017")
    "Rutland children's social care"
    """
    agency = catalogue.indicators().at[indicator, "agency"].partition(" (")[0]
    return f"{areas.label(area)} {agency.removeprefix('Council ')}" if agency.startswith("Council ") else agency


def _matter(row: dict[str, Any], so_what: str, question: str, leads_to: dict[str, str]) -> Matter:
    template = tables.read("matters").set_index("kind").loc[row["kind"]]
    name, kind = row["indicator"], row["kind"]
    compared = row["compared_by"] if isinstance(row["compared_by"], str) else name
    reference = _reference(row, name, compared)
    fields = {
        "short": short(name, row["category"]),
        "area": areas.label(row["area"]),
        "moved": moved(name, row["size"]),
        "side": row["side"],
        "number": wording.number(max(row["rarity"], 1)) if pd.notna(row["rarity"]) else "",
        "place": place_words(row["compared_place"], row["compared_members"]).capitalize(),
        "target": catalogue.indicators().at[name, "target"],
        "per": _per(name),
        "also": _also(row, kind),
    }
    return Matter(
        figure=_figure(row, name, compared, reference),
        heading=template["heading"].format(**fields),
        line=template["line"].format(**fields).strip(),
        so_what=so_what,
        whom=whom(name, row["area"]),
        question=question,
        href=leads_to.get(catalogue.subject(name), ""),
    )


def _figure(row: dict[str, Any], name: str, compared: str, reference: str) -> str:
    match row["kind"]:
        case "disagree" | "little":
            return either(name, row["latest"], row["other_latest"])
        case "outside":
            return f"{brief(name, row['latest'])} against {reference}"
        case "unlike" | "wanted":
            return f"{brief(compared, row['compared_value'])} against {reference}"
        case "off_target":
            return brief(name, row["latest"])
        case _:
            return f"{brief(name, row['reference'])} → {brief(name, row['latest'])}"


def _per(name: str) -> str:
    entry = catalogue.indicators().loc[name]
    return f"For every {float(entry['per']):,.0f}" if entry["unit"] not in ("percent", "count") else "Per cent"


def _reference(row: dict[str, Any], name: str, compared: str) -> str:
    if row["kind"] == "outside":
        return brief(name, row["target_value"])
    return brief(compared, row["compared_reference"]) if pd.notna(row["compared_reference"]) else ""


def moved(name: str, size: float) -> str:
    """Return how a figure moved, by the log of its ratio to the one before.

    >>> moved("dols_referrals", 0.72), moved("plans_in_force", -0.29)
    ('doubled', 'fell')
    """
    if catalogue.indicators().at[name, "unit"] == "percent":
        return "rose" if size >= 0 else "fell"
    factor = math.exp(size)
    return next(word for least, word in _FACTORS if factor >= least)


def _also(row: dict[str, Any], kind: str) -> str:
    """Return what else the finding names: others of which two returns disagree, or that lie on the same side."""
    named = [wording.lower_first(short(other["indicator"], other["category"])) for other in row["others"][:_OTHERS]]
    if len(row["others"]) > _OTHERS:
        named.append(f"{len(row['others']) - _OTHERS} more on the score card")
    return f"{' ' if kind == 'outside' else ''}Also {wording.listing(named)}." if named else ""
