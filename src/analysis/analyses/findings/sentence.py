"""The sentence of a change: the verdict chooses its words from `phrases.csv`, the judged row gives its numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

import pandas as pd

from analysis import catalogue
from analysis.analyses.findings.finding import Finding
from analysis.analyses.findings.verdicts import JUDGED, STANDS_OUT
from analysis.catalogue import areas, periods, tables, wording

# No percentage change on a base below this: the two numbers say more (methods: words).
SMALL_BASE = 20
# {(indicator, category, area, period): whether the row of the score card still stands out among its rows}
Flags: TypeAlias = Mapping[tuple[str, str, str, str], bool]
_NONE_FLAGGED: Flags = {}
_FACTS = {"up": "rose", "down": "fell", "level": "level", "": "side_by_side"}
_SPECIAL = ("no events", "not comparable", "values only")


def findings(judged: pd.DataFrame, flags: Flags = _NONE_FLAGGED) -> list[Finding]:
    """Return a Finding for each row of a frame that `judge` made, in its order; rows without both figures give none.

    `flags` are those of `scorecard.flags`: without them nothing is said of how many such changes are expected.

    >>> from analysis.analyses import change
    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2012-13", areas=["Leicestershire"])
    >>> judged = change.year_on_year(here.measures, here.period).query("indicator == 'plans_in_force' and category == 'all'")
    >>> print(findings(judged)[0].headline)
    Child protection plans in force in Leicestershire fell from 524 on 31 March 2012 to 393 on 31 March 2013. Usual: about 20 in
    100 such authorities move as far (usual range 334 to 792).
    """
    return [_finding(row._asdict(), flags) for row in judged.itertuples(index=False) if row.verdict != "missing"]


def _finding(row: dict[str, Any], flags: Flags) -> Finding:
    entry = catalogue.indicators().loc[row["indicator"]]
    name = title(row["indicator"], row["category"])
    value, reference = _value(row["value"], entry), _reference(row, entry)
    verdict = row["verdict"]
    stands = flags.get((row["indicator"], row["category"], row["area"], row["period"])) if verdict in STANDS_OUT else None
    key = verdict.replace(" ", "_") if verdict in _SPECIAL else _FACTS[row["direction"]]
    assumed = bool(row["assumed"])
    rarity = rarity_words(row["rarity"]) if verdict in JUDGED else ""
    usual = _usual(row, entry)
    headline = phrases()[key].format(
        title=name,
        area=areas.label(row["area"]),
        value=value,
        reference=reference,
        when=periods.phrase(row["period"]),
        reference_when=periods.phrase(row["reference_period"]),
        reason=phrases().get(row["reason"], row["reason"]),
        difference=_change(row, entry),
    )
    if verdict not in _SPECIAL:
        headline += _judged_words(row, entry, rarity, usual, stands)
    estimate, lower, upper = _drawn(row)
    judged = verdict in JUDGED
    return Finding(
        method="" if not judged else "movement_share" if entry["kind"] == "percentage" else "movement",
        verdict=verdict,
        judgement=row["judgement"],
        indicator=row["indicator"],
        area=row["area"],
        category=row["category"],
        title=name,
        headline=headline,
        direction=row["direction"],
        stands=stands,
        rarity=float(row["rarity"]) if judged else math.nan,
        before_words=f"{_reference_cell(row, entry)} ({periods.label(row['reference_period'])})",
        now_words=f"{value} ({periods.label(row['period'])})",
        change_words=_change(row, entry),
        usual_words=usual,
        rarity_words=f"{rarity}, assumed" if rarity and assumed else rarity,
        verdict_words=phrases()[f"verdict_{verdict.replace(' ', '_')}"],
        estimate=estimate,
        lower=lower,
        upper=upper,
    )


def _judged_words(row: dict[str, Any], entry: pd.Series, rarity: str, usual: str, stands: bool | None) -> str:
    """Return what is said after the fact: how rare it is, England's change, another return, and how many are expected."""
    verdict = row["verdict"]
    words = phrases()[f"said_{verdict.replace(' ', '_')}"].format(
        rarity=rarity,
        assumed=phrases()["said_assumed"] if row["assumed"] else "",
        usual=f" ({usual})" if usual else "",
        reason=phrases().get(row["reason"], ""),
    )
    parts = [words]
    if row["net"] and verdict in JUDGED:
        parts.append(phrases()["said_england"].format(change=_england(row)))
    if verdict in JUDGED and row["other_values"]:
        others = wording.listing([_value(float(each), entry) for each in str(row["other_values"]).split()])
        parts.append(phrases()["said_other_values"].format(others=others))
    if stands is False:
        parts.append(phrases()["said_expected"])
    return "".join(parts)


def title(indicator: str, category: str = catalogue.TOTAL) -> str:
    """Return the indicator's title, with the category where it is one of a breakdown.

    >>> title("adult_referrals_age", "18_64")
    'Adult safeguarding referrals by age group (aged 18 to 64)'
    """
    name = str(catalogue.indicators().at[indicator, "title"])
    return name if category == catalogue.TOTAL else f"{name} ({wording.lower_first(catalogue.category_label(category))})"


def rarity_words(rarity: float) -> str:
    """Return in how many authorities of 100 a change is as large, in words; a whole hundred is "nearly all".

    >>> rarity_words(19.4), rarity_words(0.04), rarity_words(99.8)
    ('about 19 in 100', 'fewer than 1 in 100', 'nearly all')
    """
    if rarity < 1:
        return "fewer than 1 in 100"
    return "nearly all" if rarity >= 99.5 else f"about {wording.number(rarity)} in 100"


def _value(figure: float, entry: pd.Series) -> str:
    return wording.value(figure, entry["unit"], entry["decimals"])


def _reference(row: dict[str, Any], entry: pd.Series) -> str:
    if pd.notna(row["reference"]) or pd.isna(row["reference_low"]):
        return _value(row["reference"], entry)
    return phrases()["implied_level"].format(low=_value(row["reference_low"], entry), high=_value(row["reference_high"], entry))


def _reference_cell(row: dict[str, Any], entry: pd.Series) -> str:
    if pd.notna(row["reference"]) or pd.isna(row["reference_low"]):
        return _value(row["reference"], entry)
    return wording.level_range(row["reference_low"], row["reference_high"], entry["unit"], int(entry["decimals"]))


def _usual(row: dict[str, Any], entry: pd.Series) -> str:
    """Return the range in which this year's figure would have been usual; empty where it has no upper end or none was judged."""
    low, high = row["usual_lower"], row["usual_upper"]
    if row["verdict"] not in JUDGED or not (math.isfinite(low) and math.isfinite(high)):
        return ""
    decimals = 0 if entry["unit"] == "percent" else entry["decimals"]
    low_words, high_words = (wording.value(each, entry["unit"], decimals) for each in (low, high))
    return phrases()["usual_range"].format(low=low_words, high=high_words)


def percent_change(ratio: float, decimals: int = 0) -> str:
    """Return a ratio as a signed percentage change: 0.75 → "−25"."""
    return signed(100 * (ratio - 1), decimals)


def signed(number: float, decimals: int) -> str:
    """Return a number with its sign, as a table prints a change: +3, −2.5, 0."""
    text = wording.number(number, decimals)
    zero = wording.number(0, decimals)
    return text if text.startswith("−") or text == zero else f"+{text}"


def _england(row: dict[str, Any]) -> str:
    x1, n1, x0, n0 = (row[f"{side}england_{part}"] for side in ("", "reference_") for part in ("numerator", "denominator"))
    if n1 > 0 and n0 > 0:
        return f"{signed(100 * (x1 / n1 - x0 / n0), 1)} points"
    return f"{percent_change(x1 / x0)}%"


def _change(row: dict[str, Any], entry: pd.Series) -> str:
    """Return the change as a table shows it: in per cent of a base of twenty or more, else as a difference."""
    if pd.isna(row["reference"]):
        return _change_from_range(row, entry)
    difference, unit, decimals = row["value"] - row["reference"], entry["unit"], int(entry["decimals"])
    if unit == "percent":
        return f"{signed(difference, decimals)} points"
    if unit == "pounds":
        return wording.value(difference, unit, decimals)
    if row["verdict"] in JUDGED and row["reference"] >= SMALL_BASE:
        return f"{percent_change(row['value'] / row['reference'])}%"
    return signed(difference, decimals)


def _change_from_range(row: dict[str, Any], entry: pd.Series) -> str:
    low, high, value = row["reference_low"], row["reference_high"], row["value"]
    if pd.isna(low):
        return ""
    if entry["unit"] == "percent":
        least, most, unit = signed(value - high, int(entry["decimals"])), signed(value - low, int(entry["decimals"])), " points"
    elif low < SMALL_BASE:
        return ""
    else:
        least, most, unit = percent_change(value / high), percent_change(value / low), "%"
    return f"{least}{unit}" if least == most else f"{least} to {most}{unit}"


def _drawn(row: dict[str, Any]) -> tuple[float, float, float]:
    """Return the change and its usual range as a chart draws them; NaN where none was judged or no percentage may be shown."""
    low, high, before, value = row["usual_lower"], row["usual_upper"], row["reference"], row["value"]
    if row["verdict"] not in JUDGED or pd.isna(before):
        return (math.nan, math.nan, math.nan)
    if catalogue.indicators().at[row["indicator"], "kind"] == "percentage":
        return value - before, low - before, high - before
    if before < SMALL_BASE:
        return (math.nan, math.nan, math.nan)
    return 100 * (value / before - 1), 100 * (low / before - 1), 100 * (high / before - 1)


@cache
def phrases() -> dict[str, str]:
    """Return {key: template} of `phrases.csv`: every sentence that judges figures is one of these.

    >>> phrases()["reason_missing"]
    'There is no figure for one of the two.'
    """
    table = tables.read("phrases")
    return dict(zip(table["id"], table["text"], strict=True))
