"""Words and numbers for readers: how a value, a unit and a list are printed on every page, in every table and sentence."""

from __future__ import annotations

import math
from functools import lru_cache

from analysis.statistics import round_half_up

# The type under which an exhibit hands on its table as numbers, beside its HTML.
TABLE_TYPE = "application/vnd.safeguarding.table+json"
# What readers see in place of a missing value, by status; the key on every page explains the symbols.
WITHHELD = "[c]"
STANDS = "What stands out"  # the heading of a column of "at a glance", which the pages look for
SYMBOLS = {"suppressed": WITHHELD, "not_available": "[x]", "not_applicable": "[z]", "implied": "[i]"}


# Text that begins with one of these names keeps its capital in the middle of a sentence.
_CAPITALISED = (
    "Asian", "Black", "Cafcass", "Care Quality", "Deprivation of Liberty", "DoLS", "East Midlands", "Leicester", "Rutland",
    "Safeguarding Adults Board", "Safeguarding Children Board", "Section", "University Hospitals", "Vista", "Voluntary Action",
    "White British",
)  # fmt: skip


@lru_cache(maxsize=1 << 16)  # a page prints the same few hundred figures again and again
def number(value: float, decimals: int = 0) -> str:
    """Return a number as text: rounded half up, with commas between thousands and a true minus sign."""
    rounded = float(round_half_up(value, decimals))
    text = f"{abs(rounded):,.{decimals}f}"
    return f"−{text}" if rounded < 0 else text


def value(figure: float, unit: str, decimals: int, status: str = "final") -> str:
    """Return a figure with its unit ("6,165", "57.2%", "£409,397", "94.5"), or the symbol of its status if it has no value."""
    if math.isnan(figure):
        return SYMBOLS.get(status, SYMBOLS["not_available"])
    text = number(figure, decimals)
    match unit:
        case "percent":
            return f"{text}%"
        case "pounds":
            return f"−£{text[1:]}" if text.startswith("−") else f"£{text}"
        case _:
            return text


def level_range(low: float, high: float, unit: str, decimals: int) -> str:
    """Return a level that is only known within a range, as a table gives it.

    >>> level_range(14524, 14667, "count", 0)
    '14,524 to 14,667 [i]'
    """
    return f"{value(low, unit, decimals)} to {value(high, unit, decimals)} {SYMBOLS['implied']}"


def unit_words(unit: str, per: float) -> str:
    """Return what one unit of a value is: "number", "%", "£" or "per 10,000"."""
    return {"count": "number", "percent": "%", "pounds": "£"}.get(unit, f"per {per:,.0f}")


def listing(items: list[str]) -> str:
    """Return items as a phrase: "a", "a and b", "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def lower_first(text: str) -> str:
    """Return the text with a small first letter, for the middle of a sentence; names and abbreviations keep theirs."""
    keeps_capital = text[1:2].isupper() or text.startswith(_CAPITALISED)
    return text if keeps_capital else text[:1].lower() + text[1:]
