"""Slopes: how far a series of five points or more has moved, and in how many of 100 authorities as far in as much time.

Years: an ordinary slope, judged by the usual movement over as many years. Quarters: the same with the season taken out where
there are eight or more. What is counted at a date is never added up over quarters, and years to date and rolling sums have no
slope by quarter. A series begins after its last break.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.analyses import movement
from analysis.analyses.findings import STANDS_OUT, UNUSUAL, USUAL, VERY_UNUSUAL, break_of
from analysis.analyses.trend.time_series import POINTS_OF_A_SLOPE
from analysis.catalogue import periods
from analysis.statistics import QUARTERS_EXPONENT, REFUSED_KINDS, YEARS_EXPONENT, FunnelKind, usual_range, usual_slope

COLUMNS = (
    "indicator", "area", "spans", "points", "first_period", "first_value", "last_period", "last_value", "slope", "lower",
    "upper", "rarity", "rises", "falls", "direction", "verdict", "assumed", "net", "restated",
    "next_lower", "next_upper",
)  # fmt: skip
SEASONS_FROM = 8  # quarters: below, a season can't be told from a slope
_EXPONENTS = {"years": YEARS_EXPONENT, "quarters": QUARTERS_EXPONENT}
_PLACE = ["indicator", "area"]


def slopes(measures: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return one row for each series of five points or more up to `period`, in COLUMNS, the most unusual first.

    `slope` with `lower` and `upper` (95 %) is the change a year: a ratio for counts, percentage points at the series' own
    level for shares, net of England's where that is held for all points (`net`). `rarity`: in so many of 100 authorities a
    figure moves as far in as many years or quarters. `rises` and `falls` count the steps up and down. `verdict` is usual,
    unusual (fewer than 5) or very unusual (fewer than 0.2, never where the movement is assumed). `restated` counts points
    that were restated after their first return. Series by quarter are not judged by year as well.

    `next_lower` and `next_upper` hold next year's figure four times in five, on the same base; NaN for quarters.

    Source: see `statistics.usual_slope`.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2023-24", areas=["Leicestershire"])
    >>> rows = slopes(here.official_measures, here.official_year)
    >>> rows.loc[rows["indicator"] == "plans_in_force_per_10k", ["points", "verdict"]].values.tolist()
    [[12, 'usual']]
    """
    indicators = catalogue.indicators()
    # A percentage as printed may have a number of its own and no base: it is no point of a series.
    has_base = (measures["indicator"].map(indicators["kind"]) != "percentage") | measures["denominator"].notna()
    usable = measures[
        has_base
        & (measures["indicator"].map(indicators["movement"]) != "")
        & (measures["category"] == catalogue.TOTAL)
        & measures["numerator"].notna()
        & measures["value"].notna()
    ]
    kinds, ends = usable["period"].map(periods.kind), usable["period"].map(periods.end)
    is_quarter = (kinds == "quarter") & (ends <= periods.end(period)) & ~usable["indicator"].map(_kind_of).isin(REFUSED_KINDS)
    # Of dates only the 31 Marches make a series of years.
    is_year = (kinds != "quarter") & (ends <= periods.year_end(period)) & (ends == usable["period"].map(periods.year_end))
    by_quarter = _judged(_after_breaks(usable[is_quarter], period), "quarters")
    years = _worth_judging(usable[is_year], by_quarter)
    by_year = _judged(_after_breaks(years, periods.year_of(period)), "years")
    result = pd.concat([part for part in (by_quarter, by_year) if not part.empty] or [by_year], ignore_index=True)
    position = result["indicator"].map({name: number for number, name in enumerate(catalogue.indicators().index)})
    keys = result.assign(_usual=~result["verdict"].isin(STANDS_OUT), _position=position)
    return keys.sort_values(["_usual", "_position", "area"], kind="stable", ignore_index=True)[list(COLUMNS)]


@cache
def _kind_of(name: str) -> str:
    """Return the kind of series that an indicator is made of; a year to date or a rolling sum among several counts."""
    entry = catalogue.indicators().loc[name]
    named = [term.series for side in ("numerator", "denominator") for term in catalogue.terms(entry[side])]
    kinds = [str(catalogue.series().at[each, "kind"]) for each in named]
    return next((kind for kind in kinds if kind in REFUSED_KINDS), kinds[0])


def _worth_judging(years: pd.DataFrame, by_quarter: pd.DataFrame) -> pd.DataFrame:
    """Return the years of series that were not judged by quarter, without rates over one and the same population.

    Such a rate changes exactly as its count does: it would be said twice.
    """
    already = pd.MultiIndex.from_frame(years[_PLACE]).isin(pd.MultiIndex.from_frame(by_quarter[_PLACE]))
    rate = years["indicator"].map(catalogue.indicators()["kind"]) == "rate"
    constant = years.groupby(_PLACE)["denominator"].transform("nunique") <= 1
    return years[~already & ~(rate & constant)]


def _after_breaks(rows: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the rows that are one series with the latest: what lies before a break of definition, base or collection goes."""
    keys = rows[["indicator", "period"]].drop_duplicates()
    unbroken = [not break_of(key.indicator, key.period, period) for key in keys.itertuples(index=False)]
    return rows.merge(keys[np.array(unbroken, dtype=bool)], on=["indicator", "period"])


def _judged(rows: pd.DataFrame, spans: str) -> pd.DataFrame:
    """Return the judged series of one kind of span: those of five points or more, without a gap that hides the first or last."""
    parts = []
    for name, of_indicator in rows.groupby("indicator", sort=False):
        points = of_indicator.groupby("area")["period"].transform("nunique")
        if (points >= POINTS_OF_A_SLOPE).any():
            parts.append(_of_indicator(str(name), of_indicator[points >= POINTS_OF_A_SLOPE], spans))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))


def _of_indicator(name: str, rows: pd.DataFrame, spans: str) -> pd.DataFrame:
    column = rows["period"] if spans == "quarters" else rows["period"].map(periods.year_of)
    keyed = rows.assign(span=column).drop_duplicates(["area", "span"], keep="last")
    present = sorted(keyed["span"].unique(), key=periods.order)
    steps = periods.through(present[0], present[-1])
    sides = ("numerator", "denominator", "value", "england_numerator", "england_denominator", "period", "status")
    wide = {side: keyed.pivot(index="area", columns="span", values=side).reindex(columns=steps) for side in sides}
    share = catalogue.indicators().at[name, "kind"] == "percentage"
    kind: FunnelKind = "proportion" if share else "rate"
    per = 100.0 if share else float(catalogue.indicators().at[name, "per"])
    x, n = wide["numerator"].to_numpy(float), wide["denominator"].to_numpy(float)
    n = np.where(np.isfinite(x) & np.isnan(n), 1.0, n)  # a count without a base is one over equal spans of time
    nation = _nation(wide, share)
    # England has one figure a step: a series that lacks it at one of its points is judged gross.
    net = bool(np.isfinite(nation[np.isfinite(x).any(axis=0)]).all())
    rule = movement.movement_of(name, steps[-1])
    if rule is None:
        return pd.DataFrame(columns=list(COLUMNS))
    c, s, freedom = rule.constants(net=net)
    if spans == "quarters":
        s *= movement.spread_over(periods.previous(steps[-1]), steps[-1])
    seasons = np.array([int(step[-1]) for step in steps]) if spans == "quarters" and len(steps) >= SEASONS_FROM else None
    result = usual_slope(x, n, kind, c, s, freedom, nation=nation if net else None, exponent=_EXPONENTS[spans], seasons=seasons)
    a_year = 4 if spans == "quarters" else 1
    level = np.nansum(x, axis=1) / np.nansum(n, axis=1)
    slope, lower, upper = (_a_year(getattr(result, side), a_year, level, share) for side in ("value", "lower", "upper"))
    present_values = wide["value"].to_numpy(float)
    places = np.arange(len(x))
    first = np.isfinite(present_values).argmax(axis=1)
    last = present_values.shape[1] - 1 - np.isfinite(present_values)[:, ::-1].argmax(axis=1)
    moves = [np.diff(values[np.isfinite(values)]) for values in present_values]
    moved = present_values[places, last] - present_values[places, first]
    rarity = 100 * np.asarray(result.rarity)
    table = pd.DataFrame(
        {
            "indicator": name,
            "area": wide["value"].index,
            "spans": spans,
            "points": np.asarray(result.points),
            "first_period": wide["period"].to_numpy(object)[places, first],
            "first_value": present_values[places, first],
            "last_period": wide["period"].to_numpy(object)[places, last],
            "last_value": present_values[places, last],
            "slope": slope,
            "lower": lower,
            "upper": upper,
            "rarity": rarity,
            "rises": [int((each > 0).sum()) for each in moves],
            "falls": [int((each < 0).sum()) for each in moves],
            "direction": np.select([moved > 0, moved < 0], ["up", "down"], "level"),
            "verdict": np.select(
                [(rarity < movement.VERY_RARE) & (not rule.assumed), rarity < movement.RARE], [VERY_UNUSUAL, UNUSUAL], USUAL
            ),
            "assumed": rule.assumed,
            "net": net,
            **(_next(x[places, last], n[places, last], kind, rule, per) if spans == "years" else {}),
            "restated": ((wide["status"] == "revised") & np.isfinite(x)).sum(axis=1).to_numpy(),
        }
    )
    return table.reindex(columns=list(COLUMNS))[np.asarray(result.status) == "ok"]


def _next(x: np.ndarray, n: np.ndarray, kind: FunnelKind, rule: movement.Movement, per: float) -> dict[str, np.ndarray]:
    """Return where the next figure lies four times in five: the usual range after the last one, gross of England's change."""
    c, s, freedom = rule.constants(net=False)
    usual = usual_range(x, n, n, kind, c, s, freedom, confidence=0.80)
    return {"next_lower": per * np.asarray(usual.lower) / n, "next_upper": per * np.asarray(usual.upper) / n}


def _nation(wide: dict[str, pd.DataFrame], share: bool) -> np.ndarray:
    """Return England's figure at each step, on the scale of logarithms for counts and rates, of arcsines for shares."""
    count, base = (wide[f"england_{side}"].max(axis=0).to_numpy(float) for side in ("numerator", "denominator"))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = count / np.where(np.isfinite(base), base, 1.0)
        return np.asarray(np.arcsin(np.sqrt(rate)) if share else np.log(rate))


def _a_year(step: np.ndarray, steps: int, level: np.ndarray, share: bool) -> np.ndarray:
    """Return a slope a step as one a year: a ratio to that power, or percentage points where the series lies."""
    values = np.asarray(step, float)
    if not share:
        return np.asarray(values**steps)
    angle = np.arcsin(np.sqrt(level))
    return np.asarray(100 * (np.sin(np.clip(angle + steps * values, 0, np.pi / 2)) ** 2 - level))
