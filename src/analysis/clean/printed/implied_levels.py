"""Levels that a report gives only through a change: "6,165, a fall of 3%" says of the year before no figure, but a range.

The printed change is the evidence: a statement in percent that asserts `rise(series)` or `fall(series)` (`claims.csv`). What
rounding leaves of it is worked out here: "28%" is 27.5 to 28.5. A level with a range has the status implied and no value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from analysis import catalogue
from analysis.catalogue import periods, tables
from analysis.store import FIGURE, IMPLIED, WITH_VALUE

_CHANGE = re.compile(r"(rise|fall)\(([a-z0-9_]+)(?::([a-z0-9_]+))?[,)]")
_PERCENT = re.compile(r"([0-9]+(?:\.([0-9]+))?)%")
_SIGNS = {"rise": 1, "fall": -1}
CHANGES = tuple(f"{direction}(" for direction in _SIGNS)  # how the formula of a change begins
Statement = Mapping[str, str]


def before(level: int, percent: str, direction: str) -> tuple[int, int] | None:
    """Return the lowest and the highest whole count of a year before, from which a change as printed leads to `level`.

    `percent` is the text of the change, rounded to its last digit; `direction` is rise or fall. None where no count leads there,
    or where any does (a fall of all there was).

    >>> before(14741, "1%", "rise"), before(6165, "3%", "fall"), before(1341, "28%", "rise")
    ((14524, 14667), (6324, 6388), (1044, 1051))
    """
    match = _PERCENT.fullmatch(percent)
    if match is None:
        return None
    printed, half = Fraction(match[1]), Fraction(1, 2 * 10 ** len(match[2] or ""))
    factors = [1 + _SIGNS[direction] * (printed + each) / 100 for each in (half, -half)]
    if min(factors) <= 0:
        return None
    low, high = math.ceil(level / max(factors)), math.floor(level / min(factors))
    return (low, high) if low <= high else None


def implied_levels(observations: pd.DataFrame, statements: Iterable[Statement]) -> pd.DataFrame:
    """Return an observation with status implied, and its range in `low` and `high`, for each count given only through a change.

    `observations` are the figures of one release, `statements` the rows of its `claims.csv` as corrected, each with `source`,
    its cell. Several changes to one level leave what all of them leave; printed parts of the level and their shares narrow it
    further. A level that the release prints, or of which its changes contradict each other, has no row.

    >>> said = {"id": "c2", "section": "2", "area": "E06000017", "period": "2012-13", "stated": "21%", "unit": "percent"}
    >>> change = said | {"asserts": "rise(contacts)", "source": "report/claims.csv#cell=3,7"}
    >>> figure = {"series": "contacts", "area": "E06000017", "period": "2012-13", "category": "all", "value": 631.0}
    >>> figures = pd.DataFrame([figure | {"status": "final", "release": "report", "source": "report/claims.csv#cell=2,7"}])
    >>> implied_levels(figures, [change])[["period", "status", "low", "high"]].values.tolist()
    [['2011-12', 'implied', 520.0, 523.0]]
    """
    printed = observations[observations["status"].isin(WITH_VALUE)]
    levels = {tuple(key): value for *key, value in printed[[*FIGURE, "value"]].itertuples(index=False, name=None)}
    units = catalogue.series()["unit"]
    changes: dict[tuple[str, ...], list[tuple[Statement, float, tuple[int, int] | None]]] = {}
    for statement in statements:
        match = _CHANGE.match(statement["asserts"]) if statement["unit"] == "percent" else None
        if match is None or units.get(match[2]) != "count":
            continue
        place = (match[2], statement["area"])
        category = match[3] or catalogue.TOTAL
        level = levels.get((*place, statement["period"], category))
        key = (*place, periods.year_before(statement["period"]), category)
        if level is not None and key not in levels:
            changes.setdefault(key, []).append((statement, level, before(int(level), statement["stated"], match[1])))
    rows = [_row(key, said, levels) for key, said in changes.items()]
    release = str(observations["release"].iloc[0]) if len(observations) else ""
    return pd.DataFrame([row | {"release": release} for row in rows if row])


def without_printed(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the observations of all files without the implied levels that any of them prints."""
    keys = pd.MultiIndex.from_frame(observations[list(FIGURE)])
    is_printed = keys.isin(keys[observations["status"].isin(WITH_VALUE)])
    return observations[(observations["status"] != IMPLIED) | ~is_printed]


def _row(
    key: tuple[str, ...],
    said: list[tuple[Statement, float, tuple[int, int] | None]],
    levels: Mapping[tuple[str, ...], float],
) -> dict[str, object]:
    ranges = [each for _, _, each in said if each is not None]
    low, high = max((low for low, _ in ranges), default=1), min((high for _, high in ranges), default=0)
    if low > high:
        return {}
    breakdowns = _breakdowns(key, levels)
    fitting = [count for count in range(low, high + 1) if all(_fits(count, each) for each in breakdowns)]
    narrowed = fitting and len(fitting) < high - low + 1
    statement, level, _ = said[-1]
    note = f"Section {statement['section']}, statement {statement['id']}. "
    note += f"Implied by a change of {statement['stated']} to {level:,.0f}{', and by its printed parts' * bool(narrowed)}."
    return dict(zip(FIGURE, key, strict=True)) | {
        "status": IMPLIED,
        "source": statement["source"],
        "note": note,
        "low": float(fitting[0] if fitting else low),
        "high": float(fitting[-1] if fitting else high),
    }


@dataclass(frozen=True)
class _Breakdown:
    """What is printed of the parts of a level: counts, shares, and whether they are all of its parts."""

    counts: Mapping[str, float]
    shares: Mapping[str, float]
    complete: bool


def _breakdowns(key: tuple[str, ...], levels: Mapping[tuple[str, ...], float]) -> list[_Breakdown]:
    """Return the printed breakdowns of a level; those of a part of a breakdown are none."""
    series, area, period, category = key
    if category != catalogue.TOTAL:
        return []
    table, found = catalogue.series(), []
    for parts in table.index[(table["parts_of"] == series) & (table["exclusive"] == "yes")]:
        counts = _by_category(levels, parts, area, period)
        of_parts = table["numerator"] == f"{parts}:{catalogue.SAME_CATEGORY}"
        shares = {
            each: share
            for name in table.index[of_parts & (table["denominator"] == series)]
            for each, share in _by_category(levels, name, area, period).items()
        }
        complete = _is_complete(str(table.at[parts, "dimension"]), counts.keys() | shares.keys())
        found.append(_Breakdown(counts, shares, complete))
    return found


def _fits(whole: int, parts: _Breakdown) -> bool:
    """Return whether a whole agrees with a printed breakdown: parts with their shares, and the rest with what is left."""
    counts, shares = parts.counts, parts.shares
    if any(not _is_share(counts[each], whole, shares[each]) for each in counts.keys() & shares.keys()):
        return False
    rest, unnumbered = whole - sum(counts.values()), [shares[each] for each in shares.keys() - counts.keys()]
    least = sum(share - _half(share) for share in unnumbered) * whole / 100
    most = sum(share + _half(share) for share in unnumbered) * whole / 100
    return rest >= least and not (parts.complete and rest > most)


def _by_category(levels: Mapping[tuple[str, ...], float], series: str, area: str, period: str) -> dict[str, float]:
    return {key[3]: value for key, value in levels.items() if key[:3] == (series, area, period) and key[3] != catalogue.TOTAL}


def _half(share: float) -> float:
    """Return half a unit of the last digit of a printed share, at most: 14.0 may have been printed as 14."""
    return 0.5 if share == int(share) else 0.05


def _is_share(count: float, whole: int, share: float) -> bool:
    return abs(100 * count / whole - share) <= _half(share)


def _is_complete(dimension: str, categories: set[str]) -> bool:
    table = tables.read("partitions")
    wholes = table.loc[table["dimension"] == dimension, "categories"]
    return any(set(each.split("|")) <= categories for each in wholes)
