"""Funnel: which of many areas differ from the rest by more than their size and the usual spread between areas explain.

Ten areas or more. The line and the label come from the same test; the spread between areas beyond chance is estimated and
allowed for; values of small areas are shown shrunk towards the common rate too, with an interval for the rank.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods
from analysis.errors import RankingError
from analysis.statistics import FunnelKind, between_area_variance, funnel_flags, funnel_limits, shrink
from analysis.store.kept_frames import kept

FUNNEL_FROM = 10
COLUMNS = (
    "indicator", "area", "period", "value", "numerator", "denominator", "target", "expected", "flag", "label", "lower_998",
    "lower_95", "upper_95", "upper_998", "shrunk", "shrunk_lower", "shrunk_upper", "rank", "rank_lower", "rank_upper", "phi",
    "tau2", "areas", "source",
)  # fmt: skip


def funnel(measures: pd.DataFrame, period: str, codes: Sequence[str] | None = None) -> pd.DataFrame:
    """Return one row for each indicator and area with a figure in the year of `period` or at its end, in COLUMNS.

    Only rates and shares with their bases, of indicators for which ten of the areas or more have a figure: those of `codes`, by
    name or code, or every upper-tier authority of `measures`. The target is the pooled figure of all of them, in the indicator's
    unit. `flag` is −2 to 2 (beyond the 99.8 % or the 95 % line, or within); `phi` and `tau2` are the over-dispersion that the
    lines allow for (Spiegelhalter 2005). Ranks count from the highest, and stand with their 95 % interval: without it they are
    not to be shown.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2023-24")
    >>> rows = funnel(here.official, here.official_year)
    >>> rows.loc[rows["area"] == "E10000018", ["indicator", "value", "target", "label"]].head(1).round(1).values.tolist()
    [['plans_repeat_pct', 26.9, 24.7, 'within limits']]
    """
    indicators = catalogue.indicators()
    usable = measures[
        measures["period"].isin((periods.year_of(period), periods.year_end(period)))
        & measures["area"].isin(areas.authorities(measures["area"]) if codes is None else [areas.resolve(each) for each in codes])
        & measures["indicator"].map(indicators["uncertainty"]).isin(("poisson", "binomial"))
        & measures["value"].notna()
        & (measures["denominator"] > 0)
        & (measures["category"] == catalogue.TOTAL)
    ]
    return kept("funnel", usable, [], lambda: _funnels(usable))


def _funnels(usable: pd.DataFrame) -> pd.DataFrame:
    parts = [_funnel(name, rows) for name, rows in usable.groupby("indicator", sort=False) if len(rows) >= FUNNEL_FROM]
    non_empty = [part for part in parts if not part.empty]
    return pd.concat(non_empty, ignore_index=True) if non_empty else pd.DataFrame(columns=list(COLUMNS))


def ranking(measures: pd.DataFrame, period: str, codes: Sequence[str], indicator: str) -> pd.DataFrame:
    """Return the areas by rank, the highest first: area, value, shrunk, rank, each of the last two with its 95 % interval.

    There is no other way to a rank. Raises RankingError where an interval can't stand beside it: for an indicator without bases
    or without chance in it, and for fewer than ten areas with a figure.

    >>> from analysis.scope import scope
    >>> here = scope(domain="children", period="2023-24")
    >>> codes = areas.authorities(here.official["area"])
    >>> rows = ranking(here.official, here.official_year, codes, "plans_in_force_per_10k")
    >>> rows.loc[:0, ["area", "rank", "rank_lower", "rank_upper"]].values.tolist()
    [['E06000009', 2.0, 1.0, 5.0]]
    """
    rows = funnel(measures[measures["indicator"] == indicator], period, codes)
    if rows.empty:
        title = catalogue.indicators().at[indicator, "title"]
        raise RankingError(
            f"{title}: no ranks are given {periods.phrase(periods.year_of(period))}. They need an interval, and so "
            f"{FUNNEL_FROM} areas or more that have a figure with its base."
        )
    columns = ["area", "value", "shrunk", "shrunk_lower", "shrunk_upper", "rank", "rank_lower", "rank_upper"]
    return rows.sort_values(["rank", "area"], ignore_index=True)[columns]


def _funnel(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    entry = catalogue.indicators().loc[name]
    share = entry["uncertainty"] == "binomial"
    kind: FunnelKind = "proportion" if share else "rate"
    per = 100.0 if share else float(entry["per"])
    count, base = rows["numerator"].to_numpy(float), rows["denominator"].to_numpy(float)
    pooled = count.sum() / base.sum()
    if pooled <= 0 or (share and pooled >= 1):
        return pd.DataFrame(columns=list(COLUMNS))  # nothing happened anywhere, or to everybody: there is no spread to judge
    spread = between_area_variance(count, base, pooled * per, kind, per=per)
    flags = funnel_flags(count, base, pooled * per, kind, per=per, tau2=spread.tau2)
    lines = funnel_limits(base, pooled * per, kind, per=per, tau2=spread.tau2)
    shrunk = _shrunk(count, base, per, share)
    return rows[["indicator", "area", "period", "value", "numerator", "denominator", "source"]].assign(
        target=pooled * per,
        expected=np.asarray(flags.expected),
        flag=np.asarray(flags.flag),
        label=np.asarray(flags.label),
        lower_998=np.asarray(lines.lower_998),
        lower_95=np.asarray(lines.lower_95),
        upper_95=np.asarray(lines.upper_95),
        upper_998=np.asarray(lines.upper_998),
        **shrunk,
        phi=spread.phi,
        tau2=spread.tau2,
        areas=len(rows),
    )[list(COLUMNS)]


def _shrunk(count: np.ndarray, base: np.ndarray, per: float, share: bool) -> dict[str, np.ndarray]:
    """Return shrunk values and ranks with their intervals.

    A share of more than half is shrunk by those to whom it did not happen: the Poisson variance of a common event is far above
    the binomial one, so that true differences would pass for chance. No limit of a share lies below 0 or above 100 %.
    """
    more_than_half = share and 2 * count.sum() > base.sum()
    result = shrink(base - count if more_than_half else count, base, per=per)
    values, ranks = [result.value, result.lower, result.upper], [result.rank, result.rank_lower, result.rank_upper]
    if more_than_half:
        values = [per - result.value, per - result.upper, per - result.lower]
        ranks = [len(count) + 1 - each for each in (result.rank, result.rank_upper, result.rank_lower)]
    columns = [*(np.clip(each, 0, per if share else None) for each in values), *ranks]
    return dict(zip(("shrunk", "shrunk_lower", "shrunk_upper", "rank", "rank_lower", "rank_upper"), columns, strict=True))
