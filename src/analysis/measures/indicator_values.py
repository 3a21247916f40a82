"""Measures: the value of each indicator, with its interval, numerator, denominator, base period, status and source.

A percentage of a year is the year's numerator over the year's denominator, never a mean of quarters, and a year is summed
from its quarters only where no year was printed and the series is a flow. A percentage that can't be
computed from printed counts (there are none, or the numerator is larger than the base) is given as printed, with a note.
A level that the source gives only through a change (status implied) has no value: `low` and `high` are the range that rounding
leaves, which is no interval of chance (`lower`, `upper`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods
from analysis.errors import SummingError
from analysis.measures.context import CONTEXT, with_context
from analysis.measures.current_figures import current
from analysis.measures.populations import join_mid_year, join_nearest
from analysis.measures.terms import PLACE, evaluated, with_years, worst
from analysis.statistics import proportion_interval, rate_interval
from analysis.store import IMPLIED, RANGE, WITH_VALUE

COLUMNS = (
    "indicator", "area", "period", "category", "value", "lower", "upper", "numerator", "denominator", "denominator_period",
    "status", "origin", "source", "note", *RANGE, *CONTEXT,
)  # fmt: skip
_WITHOUT_LIMITS = [column for column in COLUMNS if column not in ("lower", "upper", *CONTEXT)]
_SIDES = ("numerator", "denominator", "printed")
_POPULATION_DOMAIN = "census"  # its series are the bases of rates, whichever source the numerator is from
_INDICATOR_COLUMNS = [*_SIDES, "denominator_period", "kind", "per"]
_KEY = ["indicator", *PLACE]
_JOINS = {"nearest": join_nearest, "mid_year": join_mid_year}  # by `denominator_period` of indicators.csv


def measure(observations: pd.DataFrame, indicators: Iterable[str] | None = None) -> pd.DataFrame:
    """Return one row for each indicator, area, period and category that has a figure, in COLUMNS.

    `value` is in the indicator's unit: a count, pounds, a percentage (0 to 100) or a rate per its `per`. `origin` is counted,
    computed (numerator over denominator), summed (four quarters) or printed. Rates are given for years and dates only: a rate
    of one quarter would read like one of a year. `denominator_period` is the period of the base where it differs. Figures of
    reports and returns come before official statistics of the same figure (`official` returns only the latter). What a change
    is set against stands in the columns of `context.CONTEXT`. Raises UnknownNameError for an indicator that is not in the
    catalogue.

    >>> from analysis.scope import scope
    >>> rows = measure(scope(period="2012-13").store.observations, ["referrals_of_contacts_pct"])
    >>> rows.loc[rows["period"] == "2012-13", ["area", "value", "lower", "upper"]].head(1).round(1).values.tolist()
    [['E06000017', 59.9, 56.0, 63.7]]
    """
    names = _checked_indicators(indicators)
    is_official = catalogue.is_official(observations["release"])
    is_population = _is_population(observations)
    own = _measures_of(observations[~is_official | is_population], names)
    official_measures = (
        _measures_of(observations[is_official | is_population], _without_populations(names))
        if is_official.any()
        else own.iloc[:0]
    )
    # Numerator and base come from the same kind of source: reports and returns first, official statistics after them.
    parts = [own[own["value"].notna()], official_measures[official_measures["value"].notna()], own, official_measures]
    preferred = pd.concat([part for part in parts if not part.empty] or [own]).drop_duplicates(_KEY)
    return with_context(_in_order(preferred, names), official_measures, observations[~is_official])[list(COLUMNS)]


def official(observations: pd.DataFrame, indicators: Iterable[str] | None = None) -> pd.DataFrame:
    """Return the measures of official statistics only, as `measure` does: one collection, the same in all years and areas.

    >>> from analysis.scope import scope
    >>> rows = official(scope(period="2023-24").official_figures, ["plans_in_force_per_10k"])
    >>> of_date = rows[(rows["area"] == "E10000018") & (rows["period"] == "2024-03-31")]
    >>> of_date[["value", "denominator"]].round(1).values.tolist()
    [[29.6, 145169.0]]
    """
    rows = catalogue.is_official(observations["release"]) | _is_population(observations)
    measures = _measures_of(observations[rows], _without_populations(_checked_indicators(indicators)))
    return with_context(measures, measures, observations.iloc[:0])[list(COLUMNS)]


def _checked_indicators(indicators: Iterable[str] | None) -> list[str]:
    known = catalogue.indicators()
    names = list(known.index) if indicators is None else list(indicators)
    for indicator in names:
        if indicator not in known.index:
            catalogue.check_known(indicator, known.index, "indicator")
    return names


def _is_population(observations: pd.DataFrame) -> pd.Series:
    domains = catalogue.series()["domain"]
    return observations["series"].isin(domains.index[domains == _POPULATION_DOMAIN])


def _without_populations(names: list[str]) -> list[str]:
    domains = catalogue.indicators()["domain"]
    return [name for name in names if domains[name] != _POPULATION_DOMAIN]


def _measures_of(observations: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    table = catalogue.indicators().loc[names, _INDICATOR_COLUMNS].rename_axis("indicator").reset_index()
    series_needed = {term.series for side in _SIDES for reference in table[side] for term in catalogue.terms(reference)}
    figures = with_years(current(observations[observations["series"].isin(series_needed)]))
    sums = evaluated(figures, (reference for side in _SIDES for reference in table[side]))
    sides = {side: table.merge(sums, left_on=side, right_on="reference") for side in _SIDES}
    has_no_base = sides["numerator"]["denominator"] == ""
    counts = sides["numerator"][has_no_base]
    counts = counts.assign(
        origin=np.where(counts["summed"], "summed", "counted"),
        numerator=counts["value"],
        denominator=np.nan,
        denominator_period="",
    )
    parts = [
        measures[_WITHOUT_LIMITS] for measures in (counts, *_all_ratios(sides["numerator"][~has_no_base], sides["denominator"]))
    ]
    measures = pd.concat([part for part in parts if not part.empty] or parts[:1], ignore_index=True)
    printed = sides["printed"].assign(origin="printed", numerator=np.nan, denominator=np.nan, denominator_period="")
    return _in_order(_with_intervals(_prefer_computed(measures, printed[_WITHOUT_LIMITS])), names)


def _in_order(measures: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    rank = {name: number for number, name in enumerate(names)}
    return measures.sort_values(
        _KEY, key=lambda column: column.map(rank) if column.name == "indicator" else column, ignore_index=True
    )


def year_of_quarters(observations: pd.DataFrame, series: str, area: str, year: str) -> float:
    """Return the sum of a series' four quarters in one area, for a year that was not printed (its total, no breakdown).

    Raises SummingError where there is no such sum: for a snapshot, for a share, for a printed year (its quarters may have been
    restated since), and where a quarter has no figure.

    >>> from analysis.scope import scope
    >>> observations = scope(period="2012-13").store.observations
    >>> quarters = observations[observations["period"].str.contains("Q")]
    >>> year_of_quarters(quarters, "contacts", "E10000018", "2012-13")
    14741.0
    """
    entry, name = catalogue.series().loc[series], areas.label(area)
    if entry["kind"] != "flow":
        raise SummingError(
            f"{entry['title']} is a {entry['kind'].replace('_', ' ')}, not a flow: it is never added up over time."
        )
    if entry["unit"] == "percent":
        raise SummingError(f"{entry['title']} is a share: the share of a year is pooled, never added up.")
    figures = current(observations[(observations["series"] == series) & (observations["area"] == area)])
    years = with_years(figures[figures["category"] == catalogue.TOTAL]).query("period == @year")
    if years.empty:
        raise SummingError(f"{entry['title']}, {name}: not every quarter of {periods.label(year)} has a figure.")
    [whole] = years.to_dict("records")
    if not whole["summed"]:
        raise SummingError(f"{entry['title']}, {name}: the year {periods.label(year)} is printed, and its quarters are not it.")
    return float(whole["value"])


def _with_intervals(measures: pd.DataFrame) -> pd.DataFrame:
    """Return the measures with their 95 % limits, by the indicator's `uncertainty`: poisson, binomial or none.

    A count of events is treated as a Poisson count (`rate_interval`), a share as a binomial proportion of its base
    (`proportion_interval`). A percentage printed without its base has no limits.
    """
    known = catalogue.indicators()
    uncertainty = measures["indicator"].map(known["uncertainty"])
    per = measures["indicator"].map(known["per"]).to_numpy(float)
    poisson = (uncertainty == "poisson") & measures["value"].notna() & measures["numerator"].notna()
    binomial = (uncertainty == "binomial") & measures["value"].notna() & measures["denominator"].notna()
    count = measures["numerator"].where(poisson).to_numpy(float)
    base = measures["denominator"].where(poisson).fillna(1.0).to_numpy(float)
    rate = rate_interval(count, base)
    share = proportion_interval(
        measures["numerator"].where(binomial).to_numpy(float), measures["denominator"].where(binomial).to_numpy(float)
    )
    return measures.assign(
        lower=np.where(poisson, np.multiply(rate.lower, per), np.multiply(share.lower, 100.0)),
        upper=np.where(poisson, np.multiply(rate.upper, per), np.multiply(share.upper, 100.0)),
    )


def _all_ratios(numerators: pd.DataFrame, bases: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the measures that are numerator over base, one frame for each way of joining the two."""
    of_base = {each: f"base_{each}" for each in ("status", "source", *RANGE)} | {"value": "base"}
    bases = bases.rename(columns=of_base)[["indicator", *PLACE, *of_base.values()]]
    # Each category has its own base (a question has those who answered it), or all of them share one.
    own_base = numerators["denominator"].str.contains(f":{catalogue.SAME_CATEGORY}", regex=False)
    for (period, has_own_base), group in numerators.groupby(["denominator_period", own_base], sort=False):
        base = bases[bases["indicator"].isin(group["indicator"])]
        base = base if has_own_base else base.drop(columns="category")
        group = group.drop(columns="denominator_period")
        if period in _JOINS:
            joined = _JOINS[period](group[group["period"].map(periods.kind) != "quarter"], base)
        else:
            joined = group.merge(base, on=_KEY if has_own_base else ["indicator", "area", "period"]).assign(denominator_period="")
        yield _divided(joined)


def _divided(joined: pd.DataFrame) -> pd.DataFrame:
    """Return numerator over base where both have a value; a numerator larger than its base gives not_available, with a note."""
    has_ratio = joined["value"].notna() & (joined["base"] > 0)
    is_percentage = joined["kind"] == "percentage"
    is_share = is_percentage & (joined["numerator"].str.split(":").str[0] != joined["denominator"])
    exceeds_base = is_share & has_ratio & (joined["value"] > joined["base"])
    scale = np.where(is_percentage, 100.0, joined["per"].astype(float))
    note = joined["note"].astype(object)
    texts = joined.loc[exceeds_base, ["value", "base"]].map("{:,.0f}".format).astype(object)
    note[exceeds_base] = texts["value"] + " is more than its base, " + texts["base"]
    status = worst(joined["status"], joined["base_status"])
    same_source = joined["source"] == joined["base_source"]
    # Of a level that is known the range is the level: a ratio is lowest where its numerator is lowest and its base highest.
    low, high = (joined[each].fillna(joined["value"]) for each in RANGE)
    base_low, base_high = (joined[f"base_{each}"].fillna(joined["base"]) for each in RANGE)
    is_implied = (status == IMPLIED) & (base_low > 0)
    return joined.assign(
        low=(scale * low / base_high).where(is_implied),
        high=(scale * high / base_low).where(is_implied),
        numerator=joined["value"],
        denominator=joined["base"],
        value=(scale * joined["value"] / joined["base"]).where(has_ratio & ~exceeds_base),
        status=np.where(
            has_ratio & ~exceeds_base, status, np.where(exceeds_base, "not_available", _status_without_value(status))
        ),
        note=note,
        source=joined["source"].where(same_source, joined["source"] + " / " + joined["base_source"]),
        origin=np.where(joined["summed"], "summed", "computed"),
    )


def _status_without_value(status: np.ndarray) -> np.ndarray:
    """Return the status of a ratio without a value: that of its missing side, else not_available (the base is 0)."""
    return np.where(np.isin(status, WITH_VALUE), "not_available", status)


def _prefer_computed(computed: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Return the computed rows, with the printed figure wherever there is no computed value; its note says why.

    A percentage as printed keeps the number of the computed row, whose base can't be its own.
    """
    unused = computed.loc[computed["value"].isna(), [*_KEY, "note", "numerator"]]
    unused = unused.rename(columns={"note": "reason", "numerator": "number"})
    both = printed.merge(unused, on=_KEY, how="left")
    both["numerator"] = both.pop("number").where(both["value"].notna())  # its own number is known, though not of how many
    both["note"] = (both["note"] + " " + both.pop("reason").fillna("")).str.strip()
    with_value = pd.MultiIndex.from_frame(computed.loc[computed["value"].notna(), _KEY])
    as_printed = both[~pd.MultiIndex.from_frame(both[_KEY]).isin(with_value)]
    replaced = pd.MultiIndex.from_frame(computed[_KEY]).isin(pd.MultiIndex.from_frame(as_printed[_KEY]))
    parts = [part for part in (computed[~replaced], as_printed) if not part.empty]
    return pd.concat(parts, ignore_index=True) if parts else computed
