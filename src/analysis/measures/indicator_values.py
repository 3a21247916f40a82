"""Measures: the value of each indicator, with its numerator, denominator, base period, status and where it came from.

A percentage of a year is the year's numerator over the year's denominator, never a mean of quarters, and a year is summed
from its quarters only where no year was printed and the series is a flow. A percentage that its printed counts don't give
(none printed, or a numerator above its base) stands as printed, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods
from analysis.errors import SummingError
from analysis.measures.denominators import join_mid_year, join_nearest
from analysis.measures.terms import PLACE, evaluated, with_years, worst
from analysis.statistics import proportion_interval, rate_interval
from analysis.store import WITH_VALUE, latest_versions

COLUMNS = (
    "indicator", "area", "period", "category", "value", "lower", "upper", "numerator", "denominator", "denominator_period",
    "status", "origin", "source", "note",
)  # fmt: skip
_WITHOUT_LIMITS = [column for column in COLUMNS if column not in ("lower", "upper")]
_SIDES = ("numerator", "denominator", "printed")
_BASES = "census"  # the domain of the populations that every family of sources is divided by
_ENTRY = [*_SIDES, "denominator_period", "kind", "per"]
_AT = ["indicator", *PLACE]
_JOINS = {"nearest": join_nearest, "mid_year": join_mid_year}  # by `denominator_period` of indicators.csv


def current(observations: pd.DataFrame) -> pd.DataFrame:
    """Return one row a figure: of several prints of the same figure the one that takes precedence, by `precedence.csv`.

    Of equal rank the newest release counts, and in it the later cell; a blank cell gives way to any print. The other prints
    stay in `observations`, and `reconcile` compares them.

    >>> from analysis.scope import scope
    >>> observations = scope(period="2012-13").store.observations
    >>> len(current(observations)) < len(observations)  # some figures were printed twice
    True
    """
    observations = latest_versions(observations)
    sources = observations["source"].tolist()
    ranks = {file: catalogue.precedence(file) for file in {source.partition("#")[0] for source in sources}}
    # Nearly every figure was printed once: only the others are ranked.
    several = observations.duplicated(["series", *PLACE], keep=False)
    printed = observations[several]
    ordered = printed.assign(
        rank=[ranks[source.partition("#")[0]] for source in printed["source"]],
        row=printed["source"].str.extract(r"#cell=(\d+)", expand=False).astype(int),
        blank=printed["status"] == "not_available",
    ).sort_values(["blank", "rank", "release", "row"], ascending=[True, True, False, False], kind="stable")
    chosen = ordered.drop_duplicates(["series", *PLACE])[observations.columns]
    return pd.concat([observations[~several], chosen]).sort_values(["series", *PLACE], ignore_index=True)


def measure(observations: pd.DataFrame, indicators: Iterable[str] | None = None) -> pd.DataFrame:
    """Return one row for each indicator, area, period and category that has a figure, in COLUMNS.

    `value` is in the indicator's unit: a count, pounds, a percentage (0 to 100) or a rate per its `per`. `origin` is counted,
    computed (numerator over denominator), summed (four quarters) or printed. Rates are given for years and dates only: a rate
    of one quarter would read like one of a year. `denominator_period` is the vintage of the base where it differs. What reports
    and returns say comes before official statistics of the same figure (`official` gives those alone).
    Raises UnknownNameError for an indicator that the catalogue lacks.

    >>> from analysis.scope import scope
    >>> rows = measure(scope(period="2012-13").store.observations, ["referrals_of_contacts_pct"])
    >>> rows.loc[rows["period"] == "2012-13", ["area", "value", "lower", "upper"]].head(1).round(1).values.tolist()
    [['E06000017', 59.9, 56.0, 63.7]]
    """
    wanted = _wanted(indicators)
    official = catalogue.is_official(observations["release"])
    bases = _is_base(observations)
    received = _measured(observations[~official | bases], wanted)
    published = _measured(observations[official | bases], _without_bases(wanted)) if official.any() else received.iloc[:0]
    # A figure is of one family of sources, numerator and base alike: the report's own stand before official ones.
    parts = [received[received["value"].notna()], published[published["value"].notna()], received, published]
    chosen = pd.concat([part for part in parts if not part.empty] or [received]).drop_duplicates(_AT)
    return _in_order(chosen, wanted)


def official(observations: pd.DataFrame, indicators: Iterable[str] | None = None) -> pd.DataFrame:
    """Return the measures of official statistics alone, as `measure` gives them: one collection, that years and areas share.

    >>> from analysis.scope import scope
    >>> rows = official(scope(period="2023-24").official_figures, ["plans_in_force_per_10k"])
    >>> of_date = rows[(rows["area"] == "E10000018") & (rows["period"] == "2024-03-31")]
    >>> of_date[["value", "denominator"]].round(1).values.tolist()
    [[29.6, 145169.0]]
    """
    kept = catalogue.is_official(observations["release"]) | _is_base(observations)
    return _measured(observations[kept], _without_bases(_wanted(indicators)))


def _wanted(indicators: Iterable[str] | None) -> list[str]:
    known = catalogue.indicators()
    wanted = list(known.index) if indicators is None else list(indicators)
    for each in wanted:
        if each not in known.index:
            catalogue.check_known(each, known.index, "indicator")
    return wanted


def _is_base(observations: pd.DataFrame) -> pd.Series:
    domains = catalogue.series()["domain"]
    return observations["series"].isin(domains.index[domains == _BASES])


def _without_bases(wanted: list[str]) -> list[str]:
    domains = catalogue.indicators()["domain"]
    return [name for name in wanted if domains[name] != _BASES]


def _measured(observations: pd.DataFrame, wanted: list[str]) -> pd.DataFrame:
    table = (
        catalogue.indicators().loc[wanted, [*_SIDES, "denominator_period", "kind", "per"]].rename_axis("indicator").reset_index()
    )
    needed = {term.series for side in _SIDES for reference in table[side] for term in catalogue.terms(reference)}
    figures = with_years(current(observations[observations["series"].isin(needed)]))
    sums = evaluated(figures, (reference for side in _SIDES for reference in table[side]))
    sides = {side: table.merge(sums, left_on=side, right_on="reference") for side in _SIDES}
    alone = sides["numerator"]["denominator"] == ""
    counted = sides["numerator"][alone]
    counted = counted.assign(
        origin=np.where(counted["summed"], "summed", "counted"),
        numerator=counted["value"],
        denominator=np.nan,
        denominator_period="",
    )
    computed = [found[_WITHOUT_LIMITS] for found in (counted, *_ratios(sides["numerator"][~alone], sides["denominator"]))]
    found = pd.concat([part for part in computed if not part.empty] or computed[:1], ignore_index=True)
    printed = sides["printed"].assign(origin="printed", numerator=np.nan, denominator=np.nan, denominator_period="")
    return _in_order(_with_intervals(_prefer_computed(found, printed[_WITHOUT_LIMITS])), wanted)[list(COLUMNS)]


def _in_order(measures: pd.DataFrame, wanted: list[str]) -> pd.DataFrame:
    order = {name: number for number, name in enumerate(wanted)}
    return measures.sort_values(
        _AT, key=lambda column: column.map(order) if column.name == "indicator" else column, ignore_index=True
    )


def year_of_quarters(observations: pd.DataFrame, series: str, area: str, year: str) -> float:
    """Return the sum of a series' four quarters in one area, for a year that was not printed (its total, no breakdown).

    Raises SummingError where there is no such sum: for what is counted at a date, for a share, for a year that is printed (its
    quarters may have been restated since), and where a quarter has no figure.

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
    mine = current(observations[(observations["series"] == series) & (observations["area"] == area)])
    found = with_years(mine[mine["category"] == catalogue.TOTAL]).query("period == @year")
    if found.empty:
        raise SummingError(f"{entry['title']}, {name}: not every quarter of {periods.label(year)} has a figure.")
    if not found["summed"].all():
        raise SummingError(f"{entry['title']}, {name}: the year {periods.label(year)} is printed, and its quarters are not it.")
    return float(found["value"].iloc[0])


def _with_intervals(measures: pd.DataFrame) -> pd.DataFrame:
    """Return the measures with their 95 % limits, by the indicator's `uncertainty`: poisson, binomial or none.

    A count of events is read as one outcome of a process that might have given a few more or less (`rate_interval`), a share
    as one of all that its base might have given (`proportion_interval`). What was printed without its base has no limits.
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


def _ratios(numerators: pd.DataFrame, bases: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the measures that are numerator over base, the indicators of one way of joining the two at a time."""
    bases = bases.rename(columns={"value": "base", "status": "base_status", "source": "base_source"})
    bases = bases[["indicator", *PLACE, "base", "base_status", "base_source"]]
    # Each category over its own base (a question over those who answered it), or all of them over one.
    own_base = numerators["denominator"].str.contains(f":{catalogue.SAME_CATEGORY}", regex=False)
    for (period, own), mine in numerators.groupby(["denominator_period", own_base], sort=False):
        base = bases[bases["indicator"].isin(mine["indicator"])]
        base = base if own else base.drop(columns="category")
        mine = mine.drop(columns="denominator_period")
        if period in _JOINS:
            joined = _JOINS[period](mine[mine["period"].map(periods.kind) != "quarter"], base)
        else:
            joined = mine.merge(base, on=_AT if own else ["indicator", "area", "period"]).assign(denominator_period="")
        yield _ratio(joined)


def _ratio(joined: pd.DataFrame) -> pd.DataFrame:
    """Return numerator over base where both are there; a numerator above its base gives not_available and says why."""
    usable = joined["value"].notna() & (joined["base"] > 0)
    percentage = joined["kind"] == "percentage"
    share = percentage & (joined["numerator"].str.split(":").str[0] != joined["denominator"])
    above = share & usable & (joined["value"] > joined["base"])
    scale = np.where(percentage, 100.0, joined["per"].astype(float))
    note = joined["note"].astype(object)
    counts = joined.loc[above, ["value", "base"]].map("{:,.0f}".format).astype(object)
    note[above] = counts["value"] + " is more than its base, " + counts["base"]
    status = worst(joined["status"], joined["base_status"])
    same_source = joined["source"] == joined["base_source"]
    return joined.assign(
        numerator=joined["value"],
        denominator=joined["base"],
        value=(scale * joined["value"] / joined["base"]).where(usable & ~above),
        status=np.where(usable & ~above, status, np.where(above, "not_available", _without(status))),
        note=note,
        source=joined["source"].where(same_source, joined["source"] + " / " + joined["base_source"]),
        origin=np.where(joined["summed"], "summed", "computed"),
    )


def _without(status: np.ndarray) -> np.ndarray:
    """Return the status of a ratio that has no value: why one of its sides has none, else not_available (a base of 0)."""
    return np.where(np.isin(status, WITH_VALUE), "not_available", status)


def _prefer_computed(found: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Return the computed rows, with the printed figure wherever there is no computed value.

    What the arithmetic couldn't use stays in the note, so the reader knows why a figure stands as printed.
    """
    reasons = found.loc[found["value"].isna(), [*_AT, "note"]].rename(columns={"note": "reason"})
    both = printed.merge(reasons, on=_AT, how="left")
    both["note"] = (both["note"] + " " + both.pop("reason").fillna("")).str.strip()
    usable = pd.MultiIndex.from_frame(found.loc[found["value"].notna(), _AT])
    kept = both[~pd.MultiIndex.from_frame(both[_AT]).isin(usable)]
    left = pd.MultiIndex.from_frame(found[_AT]).isin(pd.MultiIndex.from_frame(kept[_AT]))
    parts = [part for part in (found[~left], kept) if not part.empty]
    return pd.concat(parts, ignore_index=True) if parts else found
