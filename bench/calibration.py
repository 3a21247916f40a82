"""Back-tests the rules of usual movement on the published figures of every authority: how often they call what is usual.

Needs OPEN_DATA_DIR, the folder of the files as they were published. Every year is judged with constants from other years; each
share printed stands beside the bound that it has to keep.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.statistics import (
    FIT_FROM,
    QUARTER_BEFORE,
    QUARTERS_EXPONENT,
    SAME_QUARTER,
    MovementFit,
    changes_on_scale,
    figures_on_scale,
    fit_usual_movement,
    unlike_neighbours,
    usual_change,
    usual_slope,
)
from bench import funnels, official_figures
from bench.official_figures import YEARS, Figures

# What each share has to lie between, in per cent.
BOUNDS = {
    "outside 95": (4, 6),
    "outside 95, small": (3, 7),
    "outside 95, middle": (3, 7),
    "outside 95, large": (3, 7),
    "outside 99.8": (0, 0.5),
    "N below 50": (46, 54),
    "N below 20": (18, 22),
    "N below 10": (8.5, 11.5),
    "N below 5": (4, 6),
    "forward, outside 95": (2.5, 6),
    "neighbours, outside 95": (4, 6),
    "funnels simulated, beyond 95": (4.5, 5.7),
    "funnels simulated, outliers found": (90, 100),
    "trends of 5 years": (4, 7),
    "trends of 8 years": (4, 7),
    "trends of 12 years": (4, 7),
    "next year, in the 80 range": (78, 86),
    "next year, in the 95 range": (94, 97),
    "same quarter a year before": (3, 6),
    "quarter before": (3, 6),
    "trends of 5 quarters": (3, 6),
    "trends of 8 quarters": (3, 6),
}
_NEAREST, _LAST, _LAST_FROM = 5, 4, 3
_SIZES = np.array(["small", "middle", "large"])


def run() -> dict[str, float]:
    """Return {share: per cent} of all indicators together, print them beside their bounds, and say which are not kept."""
    folder = os.environ.get("OPEN_DATA_DIR")
    if folder is None:
        print("OPEN_DATA_DIR names no folder of published files: nothing is calibrated.")
        return {}
    started = time.process_time()
    rows = official_figures.observations(Path(folder))
    indicators = official_figures.by_indicator(rows)
    sets = {vintage: official_figures.neighbours(Path(folder), vintage) for vintage in official_figures.NEIGHBOUR_SETS}
    print(f"read in {time.process_time() - started:.0f} s of the processor")
    shares, table = shares_of(list(indicators.values()))
    shares |= {"neighbours, outside 95": neighbours_called(list(indicators.values()), sets)}
    shares |= funnels.simulated() | {"funnels, real figures, beyond 95": funnels.beyond(list(indicators.values()))}
    shares |= quarters_called(official_figures.quarters(rows), all_years(indicators["referrals"]))
    print(table.round(2).to_string())
    for name, share in shares.items():
        low, high = BOUNDS.get(name, (-np.inf, np.inf))
        bound = f"{low:g} to {high:g}" if name in BOUNDS else ""
        print(f"{name:36s} {share:6.2f} %  {bound:12s} {'' if low <= share <= high else 'NOT KEPT'}")
    print(f"{time.process_time() - started:.0f} s of the processor")
    return {name: round(share, 2) for name, share in shares.items()}


def not_kept(shares: dict[str, float]) -> list[str]:
    """Return the names of the shares that are outside their bound."""
    return [name for name, share in shares.items() if name in BOUNDS and not BOUNDS[name][0] <= share <= BOUNDS[name][1]]


def shares_of(indicators: list[Figures]) -> tuple[dict[str, float], pd.DataFrame]:
    """Return the shares over all `indicators`, and the table of each: constants of all years, and what its rule calls."""
    left_out = pd.concat([judged(each, nearest_pairs) for each in indicators], ignore_index=True)
    forward = pd.concat([judged(each, last_pairs) for each in indicators], ignore_index=True)
    next_year = pd.concat([judged(each, last_pairs, net=False) for each in indicators], ignore_index=True)
    rarity = left_out["rarity"]
    shares = {"outside 95": _per_cent(rarity < 0.05), "outside 99.8": _per_cent(rarity < 0.002)}
    shares |= {f"outside 95, {size}": _per_cent(rows["rarity"] < 0.05) for size, rows in left_out.groupby("size", sort=False)}
    shares |= {f"N below {number}": _per_cent(rarity < number / 100) for number in (50, 20, 10, 5, 2, 1)}
    shares |= {"forward, outside 95": _per_cent(forward["rarity"] < 0.05)}
    shares |= {f"next year, in the {level} range": _per_cent(next_year["rarity"] >= 1 - level / 100) for level in (50, 80, 95)}
    slopes = {length: {each.name: slopes_called(each, length) for each in indicators} for length in (5, 8, 12)}
    shares |= {f"trends of {length} years": _per_cent(np.concatenate([*called.values()])) for length, called in slopes.items()}
    table = pd.DataFrame({each.name: _row(each, left_out, forward, next_year) for each in indicators}).T
    for length, called in slopes.items():
        table[f"trend {length}"] = pd.Series({name: _per_cent(each) for name, each in called.items() if each.size})
    return shares, table


def _row(figures: Figures, *judgements: pd.DataFrame) -> dict[str, float]:
    left_out, forward, next_year = (rows[rows["indicator"] == figures.name] for rows in judgements)
    fit = all_years(figures)
    by_size = {size: _per_cent(left_out.loc[left_out["size"] == size, "rarity"] < 0.05) for size in _SIZES}
    return {
        "pairs": float(len(left_out)), "c": fit.c, "s": fit.s, "freedom": fit.freedom,
        "out 95": _per_cent(left_out["rarity"] < 0.05), **by_size, "out 99.8": _per_cent(left_out["rarity"] < 0.002),
        "N < 20": _per_cent(left_out["rarity"] < 0.2), "forward": _per_cent(forward["rarity"] < 0.05),
        "in 80": _per_cent(next_year["rarity"] >= 0.2), "in 95": _per_cent(next_year["rarity"] >= 0.05),
    }  # fmt: skip


def nearest_pairs(year: int, years: list[int]) -> list[int]:
    """Return the five years nearest to `year` and without it, the later of two as near first."""
    return sorted((each for each in years if each != year), key=lambda each: (abs(each - year), -each))[:_NEAREST]


def last_pairs(year: int, years: list[int]) -> list[int]:
    """Return the last four years before `year`; none where there are fewer than three."""
    before = [each for each in years if each < year][-_LAST:]
    return before if len(before) >= _LAST_FROM else []


def judged(figures: Figures, chosen: Callable[[int, list[int]], list[int]], *, net: bool = True) -> pd.DataFrame:
    """Return the rarity of each change of an indicator, judged with constants of the years that `chosen` gives for its year.

    `net` of the median change of all areas that year. `size` is the third of the indicator's changes by last year's base, or
    count.
    """
    d, counting = _changes(figures)
    common = _medians(d) if net else np.zeros(d.shape[1])
    years = [year for year, changes in zip(YEARS[1:], d.T, strict=True) if (~np.isnan(changes)).any()]
    parts = []
    for year in years:
        column = year - YEARS[1]
        training = [each - YEARS[1] for each in chosen(year, years)]
        if (~np.isnan(d[:, training])).sum() < FIT_FROM:
            continue
        fit = fit_usual_movement((d - common)[:, training].ravel(), counting[:, training].ravel())
        present = ~np.isnan(d[:, column])
        x1, n1, x0, n0 = (side[present] for side in (*_step(figures, column + 1), *_step(figures, column)))
        rarity = usual_change(x1, n1, x0, n0, figures.kind, *fit, nation=common[column]).rarity
        size = x0 if figures.kind == "rate" else n0
        parts.append(pd.DataFrame({"indicator": figures.name, "year": year, "rarity": rarity, "size": size}))
    if not parts:
        return pd.DataFrame({"indicator": [], "year": [], "rarity": [], "size": []})
    rows = pd.concat(parts, ignore_index=True)
    third = np.searchsorted(rows["size"].quantile([1 / 3, 2 / 3]), rows["size"])
    return rows.assign(size=_SIZES[third])


def all_years(figures: Figures) -> MovementFit:
    """Return the usual movement over all years, net."""
    d, counting = _changes(figures)
    return fit_usual_movement((d - _medians(d)).ravel(), counting.ravel())


def slopes_called(figures: Figures, length: int) -> np.ndarray:
    """Return for each complete series of `length` years, net of England's, whether its slope is called at 95 %."""
    fit = all_years(figures)
    called = []
    for first in range(len(YEARS) - length + 1):
        window = figures.window(first, first + length)
        nation, _ = figures_on_scale(window.england_x, window.england_n, window.kind)
        complete = ~np.isnan(window.x + window.n).any(axis=1)
        if np.isnan(nation).any() or not complete.any():
            continue
        slopes = usual_slope(window.x[complete], window.n[complete], window.kind, *fit, nation=nation)
        called.append(slopes.rarity < 0.05)
    return np.concatenate(called) if called else np.zeros(0, bool)


def neighbours_called(indicators: list[Figures], sets: dict[str, dict[str, list[str]]]) -> float:
    """Return the per cent of areas that are unlike their neighbours: the set of 2021 to 2022-23, that of 2025 from then on."""
    flags = []
    for figures in indicators:
        for vintage, chosen in (("2021-04", range(1, YEARS.index(2024))), ("2025-05", range(YEARS.index(2024), len(YEARS)))):
            place = {code: row for row, code in enumerate(figures.codes)}
            # Row -1 has no figure: a neighbour that isn't there.
            rows = np.array(
                [[place.get(code, -1) for code in sets[vintage].get(area, ())] or [-1] * 10 for area in figures.codes]
            )
            x, n = (np.vstack([side, np.full(side.shape[1], np.nan)]) for side in (figures.x, figures.n))
            for step in chosen:
                result = unlike_neighbours(x[:-1, step], n[:-1, step], x[rows, step], n[rows, step], figures.kind)
                flags.append(result.flag[result.status == "ok"] != 0)
    return _per_cent(np.concatenate(flags))


def quarters_called(figures: Figures, year: MovementFit) -> dict[str, float]:
    """Return what is called of quarterly referrals with the movement of a `year`, each net of the median of all areas."""
    shares = {}
    for name, lag, factor in (("same quarter a year before", 4, SAME_QUARTER), ("quarter before", 1, QUARTER_BEFORE)):
        x1, x0 = figures.x[:, lag:], figures.x[:, :-lag]
        d, _ = changes_on_scale(x1, 1, x0, 1, "rate")
        rarity = usual_change(x1, 1, x0, 1, "rate", year.c, factor * year.s, year.freedom, nation=_medians(d)).rarity
        rarity = rarity[~np.isnan(rarity)]
        shares |= {name: _per_cent(rarity < 0.05), f"{name}, outside 99.8": _per_cent(rarity < 0.002)}
    nation, _ = figures_on_scale(figures.england_x, 1, "rate")
    quarter = (year.c, QUARTER_BEFORE * year.s, year.freedom)
    for length in (5, 6, 8):
        called = []
        for first in range(figures.x.shape[1] - length + 1):
            steps = slice(first, first + length)
            x = figures.x[:, steps]
            x = x[~np.isnan(x).any(axis=1)]
            slopes = usual_slope(x, 1, "rate", *quarter, nation=nation[steps], exponent=QUARTERS_EXPONENT)
            called.append(slopes.rarity < 0.05)
        shares[f"trends of {length} quarters"] = _per_cent(np.concatenate(called))
    return shares


def _step(figures: Figures, step: int) -> tuple[np.ndarray, np.ndarray]:
    return figures.x[:, step], figures.n[:, step]


def _changes(figures: Figures) -> tuple[np.ndarray, np.ndarray]:
    """Return the changes from year to year on the transformed scale, and their counting variances; NaN for none after none."""
    x, n = figures.x, figures.n
    d, counting = changes_on_scale(x[:, 1:], n[:, 1:], x[:, :-1], n[:, :-1], figures.kind)
    nothing = (x[:, 1:] + x[:, :-1] == 0) & (figures.kind == "rate")
    return np.where(nothing, np.nan, d), np.where(nothing, np.nan, counting)


def _medians(d: np.ndarray) -> np.ndarray:
    """Return the median change of each year; 0 for a year without any."""
    return np.array([np.median(column[~np.isnan(column)]) if (~np.isnan(column)).any() else 0.0 for column in d.T])


def _per_cent(called: np.ndarray | pd.Series) -> float:
    return float(100 * np.mean(called))
