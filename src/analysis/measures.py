"""Measures: the value of each indicator, with its numerator, denominator, base period, status and where it came from.

A percentage of a year is the year's numerator over the year's denominator, never a mean of quarters, and a year is summed
from its quarters only where no year was printed and the series is a flow. A percentage that its printed counts don't give
(none printed, or a numerator above its base) stands as printed, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis import areas, catalogue, periods
from analysis.bases import join_mid_year, join_nearest
from analysis.errors import SummingError
from analysis.statistics import proportion_interval, rate_interval
from analysis.store import WITH_VALUE, latest_versions

COLUMNS = (
    "indicator", "area", "period", "category", "value", "lower", "upper", "numerator", "denominator", "denominator_period",
    "status", "origin", "source", "note",
)  # fmt: skip
# What is made of several figures is as doubtful as the most doubtful of them, and missing as the least known of them.
_WORSE = ("final", "revised", "provisional", "not_applicable", "not_available", "suppressed")
_WITHOUT_LIMITS = [column for column in COLUMNS if column not in ("lower", "upper")]
_PLACE = ["area", "period", "category"]
_SIDES = ("numerator", "denominator", "printed")
_BASES = "census"  # the domain of the populations that every family of sources is divided by
_FIGURE = [*_PLACE, "value", "status", "source", "note"]
# Of the same types as if it had rows: joins by place compare them.
_NO_FIGURES = pd.DataFrame(columns=[*_FIGURE, "summed"]).astype(dict.fromkeys(_FIGURE, "str") | {"value": float, "summed": bool})


def current(observations: pd.DataFrame) -> pd.DataFrame:
    """Return one row a figure: of several prints of the same figure the one that takes precedence, by `precedence.csv`.

    Of equal rank the newest release counts, and in it the later cell; a blank cell gives way to any print. The other prints
    stay in `observations`, and `reconcile` compares them.
    """
    observations = latest_versions(observations)
    ranks = {source: catalogue.precedence(source) for source in observations["source"].unique()}
    ordered = observations.assign(
        rank=observations["source"].map(ranks),
        row=observations["source"].str.extract(r"#cell=(\d+)", expand=False).astype(int),
        blank=observations["status"] == "not_available",
    ).sort_values(["blank", "rank", "release", "row"], ascending=[True, True, False, False], kind="stable")
    chosen = ordered.drop_duplicates(["series", *_PLACE]).drop(columns=["blank", "rank", "row"])
    return chosen.sort_values(["series", *_PLACE], ignore_index=True)


def measure(observations: pd.DataFrame, indicators: Iterable[str] | None = None) -> pd.DataFrame:
    """Return one row for each indicator, area, period and category that has a figure, in COLUMNS.

    `value` is in the indicator's unit: a count, pounds, a percentage (0 to 100) or a rate per its `per`. `origin` is counted,
    computed (numerator over denominator), summed (four quarters) or printed. Rates are given for years and dates only: a rate
    of one quarter would read like one of a year. `denominator_period` is the vintage of the base where it differs. What reports
    and returns say comes before official statistics of the same figure (`official` gives those alone).
    Raises UnknownNameError for an indicator that the catalogue lacks.
    """
    wanted = _wanted(indicators)
    official = catalogue.is_official(observations["release"])
    bases = _is_base(observations)
    received = _measured(observations[~official | bases], wanted)
    published = _measured(observations[official | bases], _without_bases(wanted)) if official.any() else received.iloc[:0]
    # A figure is of one family of sources, numerator and base alike: the report's own stand before official ones.
    parts = [received[received["value"].notna()], published[published["value"].notna()], received, published]
    chosen = pd.concat([part for part in parts if not part.empty] or [received]).drop_duplicates(["indicator", *_PLACE])
    order = {name: number for number, name in enumerate(wanted)}
    by = ["indicator", *_PLACE]
    return chosen.sort_values(
        by, key=lambda column: column.map(order) if column.name == "indicator" else column, ignore_index=True
    )


def official(observations: pd.DataFrame, indicators: Iterable[str] | None = None) -> pd.DataFrame:
    """Return the measures of official statistics alone, as `measure` gives them: one collection, that years and areas share."""
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
    return observations["series"].map(catalogue.series()["domain"]) == _BASES


def _without_bases(wanted: list[str]) -> list[str]:
    domains = catalogue.indicators()["domain"]
    return [name for name in wanted if domains[name] != _BASES]


def _measured(observations: pd.DataFrame, wanted: list[str]) -> pd.DataFrame:
    known = catalogue.indicators()
    needed = {term.series for name in wanted for side in _SIDES for term in catalogue.terms(known.at[name, side])}
    observations = observations[observations["series"].isin(needed)]
    held = set(observations["series"])
    figures = dict(tuple(_with_years(current(observations)).groupby("series")))
    parts = [_measure(name, known.loc[name], figures) for name in wanted if _can_be_made(known.loc[name], held)]
    found = [part for part in parts if not part.empty]
    if not found:
        return pd.DataFrame(columns=list(COLUMNS))
    return _with_intervals(pd.concat(found, ignore_index=True))[list(COLUMNS)]


def year_of_quarters(observations: pd.DataFrame, series: str, area: str, year: str) -> float:
    """Return the sum of a series' four quarters in one area, for a year that was not printed (its total, no breakdown).

    Raises SummingError where there is no such sum: for what is counted at a date, for a share, for a year that is printed (its
    quarters may have been restated since), and where a quarter has no figure.
    """
    entry, name = catalogue.series().loc[series], areas.label(area)
    if entry["kind"] != "flow":
        raise SummingError(
            f"{entry['title']} is a {entry['kind'].replace('_', ' ')}, not a flow: it is never added up over time."
        )
    if entry["unit"] == "percent":
        raise SummingError(f"{entry['title']} is a share: the share of a year is pooled, never added up.")
    mine = current(observations[(observations["series"] == series) & (observations["area"] == area)])
    found = _with_years(mine[mine["category"] == catalogue.TOTAL]).query("period == @year")
    if found.empty:
        raise SummingError(f"{entry['title']}, {name}: not every quarter of {periods.label(year)} has a figure.")
    if not found["summed"].all():
        raise SummingError(f"{entry['title']}, {name}: the year {periods.label(year)} is printed, and its quarters are not it.")
    return float(found["value"].iloc[0])


def _can_be_made(entry: pd.Series, held: set[str]) -> bool:
    """Return whether any figure of the indicator's numerator, or of its printed value, is held."""
    return any(term.series in held for side in ("numerator", "printed") for term in catalogue.terms(entry[side]))


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


def _measure(name: str, entry: pd.Series, figures: dict[str, pd.DataFrame]) -> pd.DataFrame:
    numerator = _evaluate(entry["numerator"], figures)
    if not entry["denominator"]:
        found = numerator.assign(origin=np.where(numerator.pop("summed"), "summed", "counted"), numerator=numerator["value"])
    else:
        found = _ratio(entry, numerator, _evaluate(entry["denominator"], figures))
    if entry["printed"]:
        printed = _evaluate(entry["printed"], figures)
        found = _prefer_computed(found, printed.assign(origin="printed").drop(columns="summed"))
    sides = {side: pd.to_numeric(found[side]) if side in found else np.nan for side in ("numerator", "denominator")}
    periods_of_bases = found["denominator_period"].fillna("") if "denominator_period" in found else ""
    return found.assign(indicator=name, denominator_period=periods_of_bases, **sides)[_WITHOUT_LIMITS]


def _ratio(entry: pd.Series, numerator: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """Return numerator over base where both are there; a numerator above its base gives not_available and says why."""
    base = base.rename(columns={"value": "base", "status": "base_status", "source": "base_source"})
    base = base.drop(columns=["note", "summed"])
    # Each category over its own base (a question over those who answered it), or all of them over one.
    own_base = f":{catalogue.SAME_CATEGORY}" in entry["denominator"]
    if not own_base:
        base = base.drop(columns="category")
    if entry["denominator_period"] == "nearest":
        joined = join_nearest(numerator[numerator["period"].map(periods.kind) != "quarter"], base)
    elif entry["denominator_period"] == "mid_year":
        joined = join_mid_year(numerator[numerator["period"].map(periods.kind) != "quarter"], base)
    else:
        joined = numerator.merge(base, on=_PLACE if own_base else ["area", "period"]).assign(denominator_period="")
    usable = joined["value"].notna() & (joined["base"] > 0)
    share = entry["kind"] == "percentage" and entry["numerator"].partition(":")[0] != entry["denominator"]
    above = share & usable & (joined["value"] > joined["base"])
    scale = 100.0 if entry["kind"] == "percentage" else float(entry["per"])
    note = joined["note"].astype(object)
    counts = joined.loc[above, ["value", "base"]].map("{:,.0f}".format).astype(object)
    note[above] = counts["value"] + " is more than its base, " + counts["base"]
    status = _worst(joined["status"], joined["base_status"])
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


def _worst(*statuses: pd.Series) -> np.ndarray:
    """Return row by row the worst of several statuses."""
    rank = {status: number for number, status in enumerate(_WORSE)}
    ranks = np.array([status.map(rank).to_numpy(int) for status in statuses])
    return np.array(_WORSE, dtype=object)[ranks.max(axis=0)]


def _without(status: np.ndarray) -> np.ndarray:
    """Return the status of a ratio that has no value: why one of its sides has none, else not_available (a base of 0)."""
    return np.where(np.isin(status, WITH_VALUE), "not_available", status)


def _prefer_computed(found: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Return the computed rows, with the printed figure wherever there is no computed value.

    What the arithmetic couldn't use stays in the note, so the reader knows why a figure stands as printed.
    """
    usable = found[found["value"].notna()] if not found.empty else found
    reasons = found.loc[found["value"].isna(), [*_PLACE, "note"]] if not found.empty else pd.DataFrame(columns=[*_PLACE, "note"])
    both = printed.merge(reasons.rename(columns={"note": "reason"}), on=_PLACE, how="left")
    both["note"] = (both["note"] + " " + both.pop("reason").fillna("")).str.strip()
    place = pd.MultiIndex.from_frame(usable[_PLACE])
    kept = both[~pd.MultiIndex.from_frame(both[_PLACE]).isin(place)]
    left = pd.MultiIndex.from_frame(found[_PLACE]).isin(pd.MultiIndex.from_frame(kept[_PLACE]))
    parts = [part for part in (found[~left], kept) if not part.empty]
    return pd.concat(parts, ignore_index=True).sort_values(_PLACE, ignore_index=True) if parts else found


def _evaluate(reference: str, figures: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the sum of a reference's terms wherever all of them have a row: _FIGURE columns and `summed`.

    A term without a value makes the sum one without a value, of that term's status: missing is not zero. Of several statuses
    the sum has the worst.
    """
    parts = [_term(term, figures) for term in catalogue.terms(reference)]
    if not parts or any(part.empty for part in parts):
        return _NO_FIGURES.copy()
    if len(parts) == 1:
        return parts[0].sort_values(_PLACE, ignore_index=True)
    first, *others = (part.set_index(_PLACE).sort_index() for part in parts)
    for other in others:
        here = first.index.intersection(other.index)
        left, right = first.loc[here], other.loc[here]
        first = left.assign(
            value=left["value"] + right["value"],
            status=_worst(left["status"], right["status"]),
            source=left["source"] + " + " + right["source"],
            summed=left["summed"] | right["summed"],
        )
    return first.reset_index()


def _term(term: catalogue.Term, figures: dict[str, pd.DataFrame]) -> pd.DataFrame:
    found = figures.get(term.series, pd.DataFrame(columns=[*_FIGURE, "summed"]))
    if term.category == catalogue.SAME_CATEGORY:
        return found.loc[found["category"] != catalogue.TOTAL, [*_FIGURE, "summed"]].reset_index(drop=True)
    mine = found[found["category"] == term.category]
    signed = mine.assign(category=catalogue.TOTAL, value=term.sign * mine["value"])
    return signed[[*_FIGURE, "summed"]].reset_index(drop=True)


def _with_years(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the figures with a year added wherever four quarters of a flow have a value and no year was printed."""
    figures = figures.assign(summed=False)
    flows = catalogue.series().query("kind == 'flow' and unit != 'percent'").index
    quarters = figures[figures["period"].str.contains("-Q") & figures["series"].isin(flows)]
    if quarters.empty:
        return figures
    given = quarters.assign(year=quarters["period"].str[:7], has=quarters["value"].notna())
    place = ["series", "area", "category", "year"]
    whole = given[given.groupby(place)["has"].transform("sum") == 4].sort_values([*place, "period"], kind="stable")
    # Four rows a year now, in order: one row of four columns each.
    sources = whole["source"].to_numpy(object).reshape(-1, 4)
    years = whole.iloc[3::4].assign(
        period=whole["year"].iloc[3::4],
        value=whole["value"].to_numpy(float).reshape(-1, 4).sum(axis=1),
        status=_worst(*(whole["status"].iloc[quarter::4] for quarter in range(4))),
        source=sources[:, 0] + " + " + sources[:, 1] + " + " + sources[:, 2] + " + " + sources[:, 3],
        summed=True,
        note="Sum of the four quarters: no year was printed.",
        release="",
    )
    printed = pd.MultiIndex.from_frame(figures[["series", *_PLACE]])
    new = years[~pd.MultiIndex.from_frame(years[["series", *_PLACE]]).isin(printed)]
    return pd.concat([figures, new[figures.columns]], ignore_index=True) if not new.empty else figures
