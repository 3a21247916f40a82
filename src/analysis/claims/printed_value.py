"""The figure that a statement states, read from its words, with the rounding that its digits show."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from analysis.clean.printed.statements import level_of
from analysis.statistics import round_half_up

_ABOUT = re.compile(r"(?:approximately|approx\.?|about|around|roughly|nearly|almost|some)(?: an?)? *$", re.IGNORECASE)
_BOUND = re.compile(r"(less than|fewer than|under|more than|over|at least) *$", re.IGNORECASE)
_FIGURE = re.compile(r"[−-]?£?(\d[\d,]*(?:\.(\d+))?)%?")


@dataclass(frozen=True)
class Stated:
    """A stated figure: its value, the decimals printed, and the range of values that would be printed so.

    `bound` is "below" or "above" for a figure such as "less than 1%", else empty; `about` says that the words round it further.
    """

    value: float
    decimals: int
    unit: str
    low: float
    high: float
    about: bool = False
    bound: str = ""

    def agrees(self, value: float, low: float, high: float) -> str:
        """Return the verdict on a recomputed value that lies between `low` and `high` (all three equal where it is exact)."""
        if self.bound:
            return "agrees" if (high < self.value if self.bound == "below" else low > self.value) else "contradicts"
        if value == self.value and low == high and not self.about:
            return "agrees"
        if not self.about and low == high:
            same = float(round_half_up(value, self.decimals)) == self.value
            return "agrees_at_rounding" if same else "contradicts"
        # A half rounds up: a figure's range holds its lower end and not its upper, so that 96.2 and 96.3 have nothing in common.
        slack = 1e-9 * max(1.0, abs(value))
        meets = (
            self.low - slack <= value < self.high - slack if low == high else low < self.high - slack and high > self.low + slack
        )
        return "agrees_at_rounding" if meets else "contradicts"

    def agrees_with_print(self, value: float, decimals: int) -> str:
        """Return the verdict on another print of the figure: the finer of the two, rounded half up, gives the coarser."""
        if self.bound or self.about:
            return self.agrees(value, value, value)
        if value == self.value:
            return "agrees"
        places = min(decimals, self.decimals)
        same = float(round_half_up(value, places)) == float(round_half_up(self.value, places))
        return "agrees_at_rounding" if same and decimals != self.decimals else "contradicts"


def read_stated(stated: str, unit: str, quote: str = "") -> Stated | None:
    """Return the figure of a statement, or None where its words state none (an order, a quantity word, a date).

    A figure counts as rounded further where the quote puts "approximately" or such a word before it: it then stands for all
    values that round to it at its last digit that is not zero.
    """
    bound = _BOUND.match(stated.strip()[: -len(stated.strip().split(" ")[-1])] or " ")
    bare = stated.strip().split(" ")[-1] if bound else stated.strip()
    value = level_of(bare, unit)
    if value is None:
        return None
    match = _FIGURE.search(bare)
    decimals = len(match[2] or "") if match else 0
    before = quote[: quote.find(stated)] if stated in quote else ""
    about = bool(_ABOUT.search(before))
    place = 10.0**-decimals
    if about and value:
        while value % (10 * place) == 0 and place < value:
            place *= 10
    half = place / 2
    kind = "" if not bound else "above" if bound[1].lower() in ("more than", "over", "at least") else "below"
    low, high = (value - half, value + half) if math.isfinite(value) else (value, value)
    return Stated(value, decimals, unit, low, high, about, kind)


def as_printed(value: float, decimals: int, unit: str) -> str:
    """Return a recomputed value as a statement of this unit would print it."""
    text = f"{float(round_half_up(abs(value), decimals)):,.{decimals}f}"
    sign = "−" if float(round_half_up(value, decimals)) < 0 else ""
    return f"{sign}£{text}" if unit == "pounds" else f"{sign}{text}%" if unit == "percent" else f"{sign}{text}"
