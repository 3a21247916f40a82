"""Checks of official figures: totals against their authorities, breakdowns against their whole, published rates against counts.

A difference is a finding and is never corrected.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas
from analysis.statistics import round_half_up
from analysis.store import CHECK_COLUMNS

RULES = {
    "national_total": "England and each region are the sum of their authorities, as far as rounding and withheld figures allow",
    "breakdown": "The parts of an official breakdown add up to its whole",
    "published_rate": "A published rate is its count over the mid-year population",
    "published_percentage": "A published percentage is its numerator over its base",
}
BASE = "population_mid_year"
_ALL_AUTHORITIES = 145  # a year with fewer is an extract
_ROUNDING = 5.0  # the largest error of a figure that was rounded to the nearest 10
_NO_CHECKS = pd.DataFrame(columns=list(CHECK_COLUMNS))
_PLACE = ["release", "file", "series", "period", "category"]


def check(observations: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each check of official figures, in CHECK_COLUMNS, with the outcomes of `clean.checks`.

    `agrees_at_rounding` is a difference that the publisher's rounding explains. A total with some authorities withheld is only
    checked not to be smaller than the sum of the others.
    """
    figures = observations.assign(
        file=observations["source"].str.partition("#")[0],
        rounded=observations["note"].str.startswith("Rounded to the nearest 10"),
    )
    check_frames = [_check_national_totals(figures), _check_breakdowns(figures), *_check_formulas(figures)]
    if not published.empty:
        published = published.assign(file=published["source"].str.partition("#")[0])
        check_frames += [_check_rates(figures, published), _check_percentages(figures, published)]
    rows = pd.concat([part for part in check_frames if not part.empty] or [pd.DataFrame(columns=list(CHECK_COLUMNS))])
    return rows[list(CHECK_COLUMNS)].sort_values(["check", "source", "series", "category"], ignore_index=True)


def _check_national_totals(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the checks of England and of each region against the sum of its authorities."""
    counts = figures[figures["series"].map(catalogue.series()["unit"]) == "count"]
    if counts.empty:  # a set of neighbours alone
        return _NO_CHECKS
    # A joint row of several authorities is one of those that add up.
    single = [area for area in counts["area"].unique() if areas.authorities(areas.members(area) or [area])]
    is_authority = counts["area"].isin(single)
    authorities = counts[is_authority]
    region = authorities["area"].map(areas.region)
    parts = [authorities.assign(whole=areas.ENGLAND), authorities.assign(whole=region)]
    # These files have inner and outer London as regions; London is the two together.
    london = region.map(areas.region_above)
    parts.append(authorities[london != ""].assign(whole=london[london != ""]))
    members = pd.concat(parts, ignore_index=True)
    sums = members.groupby([*_PLACE, "whole"])["value"].agg(computed="sum", known="count", rows="size").reset_index()
    totals = counts[~is_authority & counts["value"].notna()]
    checks = totals.merge(sums.rename(columns={"whole": "area"}), on=[*_PLACE, "area"])
    # An extract of some authorities has no total: check only years with a row of every authority.
    everyone = authorities.groupby(_PLACE)["area"].nunique().rename("everyone").reset_index()
    checks = checks.merge(everyone, on=_PLACE).query("everyone >= @_ALL_AUTHORITIES")
    complete = checks["known"] == checks["rows"]
    gap = checks["value"] - checks["computed"]
    tolerance = np.where(checks["rounded"], _ROUNDING, 0.0)
    fits = np.where(complete, gap.abs() <= tolerance, gap >= -tolerance)
    arithmetic = checks["known"].astype(str) + " of " + checks["rows"].astype(str) + " authorities with a figure"
    return _outcomes("national_total", checks, fits, gap == 0, arithmetic)


def _check_breakdowns(figures: pd.DataFrame) -> pd.DataFrame:
    all_series = catalogue.series()
    parts_of = all_series.loc[all_series["exclusive"] == "yes", "parts_of"]
    parts = figures[figures["series"].isin(parts_of[parts_of != ""].index) & (figures["category"] != catalogue.TOTAL)]
    key = ["release", "file", "series", "area", "period"]
    parts = parts.drop_duplicates([*key, "category"])
    sums = parts.groupby(key).agg(
        computed=("value", "sum"), known=("value", "count"), rows=("value", "size"), rounded=("rounded", "any")
    )  # fmt: skip
    sums = sums.reset_index().assign(part=lambda rows: rows["series"], series=lambda rows: rows["series"].map(parts_of))
    whole = figures[(figures["category"] == catalogue.TOTAL) & figures["value"].notna()]
    checks = sums.merge(whole.drop(columns="rounded"), on=key)
    checks = checks[checks["rows"] > 1]
    gap = checks["value"] - checks["computed"]
    tolerance = np.where(checks["rounded"], _ROUNDING * (checks["rows"] + 1), 0.0)
    fits = np.where(checks["known"] == checks["rows"], gap.abs() <= tolerance, gap >= -tolerance)
    arithmetic = checks["part"] + ": " + checks["known"].astype(str) + " of " + checks["rows"].astype(str) + " parts given"
    return _outcomes("breakdown", checks, fits, gap == 0, arithmetic)


def _check_formulas(figures: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the checks of totals against the figures of the same file that they must equal (`equals` of `series.csv`)."""
    formulas = catalogue.series()["equals"]
    formulas = formulas[(formulas != "") & formulas.index.isin(figures["series"].unique())]
    return [_check_formula(figures, str(name), formula) for name, formula in formulas.items()]


def _check_formula(figures: pd.DataFrame, series: str, formula: str) -> pd.DataFrame:
    key = ["release", "file", "area", "period"]
    checks = figures[(figures["series"] == series) & (figures["category"] == catalogue.TOTAL) & figures["value"].notna()]
    checks = checks.assign(computed=0.0, tolerance=np.where(checks["rounded"], _ROUNDING, 0.0), arithmetic="")
    for term in catalogue.terms(formula):
        rows = figures[(figures["series"] == term.series) & (figures["category"] == term.category) & figures["value"].notna()]
        of_term = rows.drop_duplicates(key)[[*key, "value", "rounded"]].rename(columns={"value": "part", "rounded": "loose"})
        checks = checks.merge(of_term, on=key)
        words = ("− " if term.sign < 0 else "+ ") + checks["part"].map("{:,.0f}".format).astype(str)
        checks = checks.assign(
            computed=checks["computed"] + term.sign * checks["part"],
            tolerance=checks["tolerance"] + np.where(checks["loose"], _ROUNDING, 0.0),
            arithmetic=(checks["arithmetic"] + " " + words).str.removeprefix(" + "),
        ).drop(columns=["part", "loose"])
    gap = checks["value"] - checks["computed"]
    return _outcomes("formula", checks, gap.abs() <= checks["tolerance"], gap == 0, checks["arithmetic"])


def _check_rates(figures: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Return the checks of published rates, each against the population that its publisher had.

    That is the one of its own release, or else one that ends with the year of the latest rate in its file: estimates are revised
    with each later year, and a rate is right by those of its day. A rate without such a population isn't checked.
    """
    rates = published[published["kind"] == "rate"]
    counts = _totals(figures)
    checks = rates.rename(columns={"reference": "series"}).merge(counts, on=["series", "area", "period", "file"], how="inner")
    if checks.empty:
        return _NO_CHECKS
    # The base of 2012-13 and of its last day, 31 March 2013, is the population of mid-2012.
    dated = checks["period"].str.len() == len("2013-03-31")
    checks["year"] = checks["period"].str[:4].astype(int) - dated
    checks["release"] = checks["file"].str.rpartition("/")[0]
    checks["last"] = checks.groupby("file")["year"].transform("max")
    pairs = checks.reset_index().merge(_populations(figures), on=["area", "year"], suffixes=("", "_of_base"))
    is_own = pairs["release"] == pairs["release_of_base"]
    pairs = pairs[is_own | (pairs["last"] == pairs["last_of_base"])].assign(other=~is_own)
    own = pairs.sort_values(["index", "other", "release_of_base"], kind="stable").drop_duplicates("index").query("base > 0")
    if own.empty:
        return _NO_CHECKS
    return _recomputed("published_rate", own.assign(part=""), 10_000.0)


def _populations(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the populations of children by area, year and release, with the last year of their file."""
    rows = figures[(figures["series"] == BASE) & (figures["category"] == "0_17") & figures["value"].notna()]
    years = rows["period"].str[:4].astype(int)
    rows = rows.assign(year=years, last=years.groupby(rows["file"]).transform("max"))
    return rows[["area", "year", "release", "last", "value"]].rename(columns={"value": "base"})


def _check_percentages(figures: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    shares = published[published["kind"] == "percent"]
    if shares.empty:
        return _NO_CHECKS
    sides = shares["reference"].str.partition("/")
    counts = _by_reference(figures)
    checks = shares.assign(numerator=sides[0], denominator=sides[2])
    checks = checks.merge(counts.rename(columns={"reference": "numerator"}), on=["numerator", "area", "period", "file"])
    checks[["series", "part"]] = checks["numerator"].str.partition(":")[[0, 2]]
    bases = counts.rename(columns={"reference": "denominator", "count": "base"}).drop(columns="slack")
    checks = checks.merge(bases, on=["denominator", "area", "period", "file"]).query("base > 0")
    return _recomputed("published_percentage", checks, 100.0)


def _totals(figures: pd.DataFrame) -> pd.DataFrame:
    totals = figures[(figures["category"] == catalogue.TOTAL) & figures["value"].notna()]
    totals = totals.assign(slack=np.where(totals["rounded"], _ROUNDING, 0.0))
    return totals[["series", "area", "period", "file", "value", "slack"]].rename(columns={"value": "count"})


def _by_reference(figures: pd.DataFrame) -> pd.DataFrame:
    with_value = figures[figures["value"].notna()]
    reference = with_value["series"] + (":" + with_value["category"]).where(with_value["category"] != catalogue.TOTAL, "")
    return pd.DataFrame(
        {
            "reference": reference,
            "area": with_value["area"],
            "period": with_value["period"],
            "file": with_value["file"],
            "count": with_value["value"],
            "slack": np.where(with_value["rounded"], _ROUNDING, 0.0),
        }
    ).drop_duplicates(["reference", "area", "period", "file"])


def _recomputed(rule: str, checks: pd.DataFrame, per: float) -> pd.DataFrame:
    """Return the checks of published ratios: they agree at the printed decimals, or within the rounding of their counts."""
    printed = checks["text"].astype(float)
    computed = per * checks["count"] / checks["base"]
    of_population = rule == "published_rate"  # populations are not rounded
    base_tolerance = 0.0 if of_population else checks["slack"]
    low = per * (checks["count"] - checks["slack"]) / (checks["base"] + base_tolerance)
    high = per * (checks["count"] + checks["slack"]) / (checks["base"] - base_tolerance).clip(lower=1)
    half_digit = 0.5 * 10.0 ** -checks["decimals"] + 1e-9
    scale = 10.0 ** checks["decimals"]
    equal = np.isclose(round_half_up(computed * scale) / scale, printed, rtol=0, atol=1e-9)
    fits = equal | ((printed >= low - half_digit) & (printed <= high + half_digit) & (checks["slack"] > 0))
    arithmetic = checks["count"].map("{:,.0f}".format) + " / " + checks["base"].map("{:,.0f}".format) + f" × {per:,.0f}"
    category = checks["part"].where(checks["part"] != "", catalogue.TOTAL)
    return _outcomes(rule, checks.assign(value=printed, computed=computed, category=category), fits, equal, arithmetic)


def _outcomes(rule: str, checks: pd.DataFrame, fits: Any, is_equal: Any, arithmetic: pd.Series) -> pd.DataFrame:
    outcome = np.where(is_equal, "agrees", np.where(fits, "agrees_at_rounding", "differs"))
    return checks.assign(
        check=rule,
        printed=checks["value"],
        difference=checks["value"] - checks["computed"],
        outcome=outcome,
        arithmetic=arithmetic,
    )[list(CHECK_COLUMNS)]
