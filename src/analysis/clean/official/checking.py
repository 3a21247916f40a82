"""Official figures against each other: totals against their authorities, breakdowns against their whole, published rates against
what their counts give. All at once, by column; a difference is a finding and never mended.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas
from analysis.clean.official.geography import COUNTRY
from analysis.statistics import round_half_up
from analysis.store import CHECK_COLUMNS

RULES = {
    "national_total": "England and each region are the sum of their authorities, as far as rounding and withheld figures allow",
    "breakdown": "The parts of an official breakdown add up to its whole",
    "published_rate": "A published rate is its count over the mid-year population",
    "published_percentage": "A published percentage is its numerator over its base",
}
BASE = "population_mid_year"
_HALF = 5.0  # figures rounded to the nearest 10 may lie this far from what they stand for
_NONE = pd.DataFrame(columns=list(CHECK_COLUMNS))
_PLACE = ["release", "file", "series", "period", "category"]


def check(observations: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Return one row a check of official figures, in CHECK_COLUMNS, with the same outcomes as those of printed tables.

    `agrees_at_rounding` is a difference that the publisher's rounding explains. A total whose authorities are partly withheld is
    held only against the sum of those that are given: it must not be below it.
    """
    held = observations.assign(
        file=observations["source"].str.partition("#")[0],
        rounded=observations["note"].str.startswith("Rounded to the nearest 10"),
    )
    parts = [_national(held), _breakdowns(held)]
    if not published.empty:
        published = published.assign(file=published["source"].str.partition("#")[0])
        parts += [_rates(held, published), _percentages(held, published)]
    rows = pd.concat([part for part in parts if not part.empty] or [pd.DataFrame(columns=list(CHECK_COLUMNS))])
    return rows[list(CHECK_COLUMNS)].sort_values(["check", "source", "series", "category"], ignore_index=True)


def _national(held: pd.DataFrame) -> pd.DataFrame:
    """Return the checks of England and of each region against the sum of its authorities."""
    counts = held[held["series"].map(catalogue.series()["unit"]) == "count"]
    local = counts[counts["area"].str.match(r"E(06|08|09|10)")]
    whole = local["area"].map(areas.region)
    parts = [local.assign(whole=COUNTRY), local.assign(whole=whole)]
    # Inner and outer London are regions of these files, and London is both of them.
    london = whole.map(areas.region_above)
    parts.append(local[london != ""].assign(whole=london[london != ""]))
    members = pd.concat(parts, ignore_index=True)
    sums = members.groupby([*_PLACE, "whole"])["value"].agg(computed="sum", known="count", rows="size").reset_index()
    totals = counts[~counts["area"].str.match(r"E(06|08|09|10)") & counts["value"].notna()]
    found = totals.merge(sums.rename(columns={"whole": "area"}), on=[*_PLACE, "area"])
    # An extract of some authorities adds up to nothing: only years with a row of every authority are held against their total.
    everyone = local.groupby(_PLACE)["area"].nunique().rename("everyone").reset_index()
    found = found.merge(everyone, on=_PLACE).query("everyone >= @_ALL_AUTHORITIES")
    complete = found["known"] == found["rows"]
    gap = found["value"] - found["computed"]
    slack = np.where(found["rounded"], _HALF, 0.0)
    fits = np.where(complete, gap.abs() <= slack, gap >= -slack)
    words = found["known"].astype(str) + " of " + found["rows"].astype(str) + " authorities with a figure"
    return _rows("national_total", found, fits, gap == 0, words)


_ALL_AUTHORITIES = 145


def _breakdowns(held: pd.DataFrame) -> pd.DataFrame:
    known = catalogue.series()
    parts_of = known.loc[known["exclusive"] == "yes", "parts_of"]
    parts = held[held["series"].isin(parts_of[parts_of != ""].index) & (held["category"] != catalogue.TOTAL)]
    place = ["release", "file", "series", "area", "period", "row"]
    parts = parts.assign(row=_row(parts["source"]))
    sums = parts.groupby(place).agg(
        computed=("value", "sum"), known=("value", "count"), rows=("value", "size"), rounded=("rounded", "any")
    )  # fmt: skip
    sums = sums.reset_index().assign(part=lambda rows: rows["series"], series=lambda rows: rows["series"].map(parts_of))
    whole = held[(held["category"] == catalogue.TOTAL) & held["value"].notna()]
    whole = whole.assign(row=_row(whole["source"])).drop(columns="rounded")
    found = sums.merge(whole, on=place)
    found = found[found["rows"] > 1]
    gap = found["value"] - found["computed"]
    slack = np.where(found["rounded"], _HALF * (found["rows"] + 1), 0.0)
    fits = np.where(found["known"] == found["rows"], gap.abs() <= slack, gap >= -slack)
    words = found["part"] + ": " + found["known"].astype(str) + " of " + found["rows"].astype(str) + " parts given"
    return _rows("breakdown", found, fits, gap == 0, words)


def _rates(held: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    rates = published[published["kind"] == "rate"]
    base = held[(held["series"] == BASE) & (held["category"] == "0_17") & held["value"].notna()]
    base = base.sort_values("release").drop_duplicates(["area", "period"], keep="last")
    base = base.assign(year=base["period"].str[:4].astype(int))[["area", "year", "value"]].rename(columns={"value": "base"})
    counts = _totals(held)
    found = rates.rename(columns={"reference": "series"}).merge(counts, on=["series", "area", "period", "file"], how="inner")
    # The financial year 2012-13 and its end, 31 March 2013, have the population of mid-2012.
    dated = found["period"].str.len() == len("2013-03-31")
    found["year"] = found["period"].str[:4].astype(int) - dated
    found = found.merge(base, on=["area", "year"]).query("base > 0").assign(part="")
    if found.empty:
        return _NONE
    return _recomputed("published_rate", found, 10_000.0)


def _percentages(held: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    shares = published[published["kind"] == "percent"]
    if shares.empty:
        return _NONE
    sides = shares["reference"].str.partition("/")
    counts = _by_reference(held)
    found = shares.assign(numerator=sides[0], denominator=sides[2])
    found = found.merge(counts.rename(columns={"reference": "numerator"}), on=["numerator", "area", "period", "file"])
    found[["series", "part"]] = found["numerator"].str.partition(":")[[0, 2]]
    bases = counts.rename(columns={"reference": "denominator", "count": "base"}).drop(columns="slack")
    found = found.merge(bases, on=["denominator", "area", "period", "file"]).query("base > 0")
    return _recomputed("published_percentage", found, 100.0)


def _totals(held: pd.DataFrame) -> pd.DataFrame:
    totals = held[(held["category"] == catalogue.TOTAL) & held["value"].notna()]
    totals = totals.assign(slack=np.where(totals["rounded"], _HALF, 0.0))
    return totals[["series", "area", "period", "file", "value", "slack"]].rename(columns={"value": "count"})


def _by_reference(held: pd.DataFrame) -> pd.DataFrame:
    given = held[held["value"].notna()]
    reference = given["series"] + (":" + given["category"]).where(given["category"] != catalogue.TOTAL, "")
    return pd.DataFrame(
        {
            "reference": reference,
            "area": given["area"],
            "period": given["period"],
            "file": given["file"],
            "count": given["value"],
            "slack": np.where(given["rounded"], _HALF, 0.0),
        }
    ).drop_duplicates(["reference", "area", "period", "file"])


def _recomputed(rule: str, found: pd.DataFrame, per: float) -> pd.DataFrame:
    """Return the checks of published ratios: equal at the printed decimals, or within what the rounding of counts allows."""
    printed = found["text"].astype(float)
    computed = per * found["count"] / found["base"]
    of_population = rule == "published_rate"  # which is not rounded
    loose = 0.0 if of_population else found["slack"]
    low = per * (found["count"] - found["slack"]) / (found["base"] + loose)
    high = per * (found["count"] + found["slack"]) / (found["base"] - loose).clip(lower=1)
    half = 0.5 * 10.0 ** -found["decimals"] + 1e-9
    scale = 10.0 ** found["decimals"]
    equal = np.isclose(round_half_up(computed * scale) / scale, printed, rtol=0, atol=1e-9)
    fits = equal | ((printed >= low - half) & (printed <= high + half) & (found["slack"] > 0))
    words = found["count"].map("{:,.0f}".format) + " / " + found["base"].map("{:,.0f}".format) + f" × {per:,.0f}"
    category = found["part"].where(found["part"] != "", catalogue.TOTAL)
    return _rows(rule, found.assign(value=printed, computed=computed, category=category), fits, equal, words)


def _rows(rule: str, found: pd.DataFrame, fits: Any, exact: Any, words: pd.Series) -> pd.DataFrame:
    outcome = np.where(exact, "agrees", np.where(fits, "agrees_at_rounding", "differs"))
    return found.assign(
        check=rule, printed=found["value"], difference=found["value"] - found["computed"], outcome=outcome, arithmetic=words
    )[list(CHECK_COLUMNS)]


def _row(source: pd.Series) -> pd.Series:
    return source.str.extract(r"#cell=(\d+)", expand=False)
