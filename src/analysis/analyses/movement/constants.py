"""The constants of usual movement of an indicator in a year, and how the spread grows with the span between two dates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from analysis import catalogue
from analysis.catalogue import periods, tables
from analysis.statistics import QUARTER_BEFORE, SAME_QUARTER

ASSUMED = "assumed_"  # begins the id of a movement that no authorities' figures were fitted for
_NUMBERS = ("c", "s", "freedom", "gross_c", "gross_s", "gross_freedom")
_ALL_YEARS = "all"
_OVER_YEARS = 0.35  # two ends of a series: the spread grows with years to this power


@dataclass(frozen=True)
class Movement:
    """How an indicator usually moves in a year: variance = `c` times that of counting, plus `s` squared; t with `freedom`.

    `s` is on the scale of logarithms for counts and of arcsines for shares. The three with `gross_` are for a change from which
    England's hasn't been taken off. `assumed` where no figures of authorities were fitted; `source` says what it rests on.
    """

    c: float
    s: float
    freedom: float
    gross_c: float
    gross_s: float
    gross_freedom: float
    assumed: bool
    source: str

    def constants(self, *, net: bool) -> tuple[float, float, float]:
        """Return c, s and freedom: net of England's change, or gross."""
        return (self.c, self.s, self.freedom) if net else (self.gross_c, self.gross_s, self.gross_freedom)


@cache
def movement_of(indicator: str, period: str) -> Movement | None:
    """Return the usual movement of an indicator in the financial year of `period`; None for one that isn't judged by it.

    Before the first year of `usual_movement.csv` the constants of the first stand, after the last those of the last.

    >>> movement_of("dols_referrals", "2012-13").assumed
    True
    """
    name = str(catalogue.indicators().at[indicator, "movement"])
    if not name:
        return None
    years = _years(name)
    year = periods.year_of(period)
    nearest = _ALL_YEARS if _ALL_YEARS in years else min(max(year, min(years)), max(years))
    # A year without constants of its own, inside the table, takes those of the last one before it.
    row = years.get(nearest) or years[max(each for each in years if each <= nearest)]
    numbers = {column: float(row[column]) for column in _NUMBERS}
    return Movement(**numbers, assumed=name.startswith(ASSUMED), source=row["source"])


@cache
def _years(name: str) -> dict[str, dict[str, str]]:
    table = tables.read("usual_movement")
    return {row["year"]: row for row in table[table["indicator"] == name].to_dict("records")}


@cache
def spread_over(reference: str, period: str) -> float:
    """Return by how much the yearly spread is multiplied between two periods of a kind: 1 for a year, 1.35 for the same quarter
    of two years, 0.7 for one quarter after the other.

    >>> spread_over("2011-12", "2012-13"), spread_over("2011-12-Q4", "2012-13-Q4"), round(spread_over("2002-03", "2012-13"), 2)
    (1.0, 1.35, 2.24)
    """
    if periods.kind(period) == "quarter":
        quarters = len(periods.through(*sorted((reference, period), key=periods.order))) - 1
        years, rest = divmod(quarters, 4)
        return float(
            SAME_QUARTER * years**_OVER_YEARS if years and not rest else min(QUARTER_BEFORE * quarters**0.5, SAME_QUARTER + years)
        )
    years = abs(int(periods.year_of(period)[:4]) - int(periods.year_of(reference)[:4]))
    return float(max(years, 1) ** _OVER_YEARS)
