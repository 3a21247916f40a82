"""The published figures of every authority as tables of areas by years, for the calibration of the methods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.catalogue import areas
from analysis.clean import official
from analysis.statistics import FunnelKind
from analysis.store.raw_files import Release

ENGLAND = "E92000001"
NEIGHBOUR_SETS = {"2021-04": "sn_april_2021.xlsx", "2025-05": "sn_may_2025.xlsx"}
YEARS = tuple(range(2012, 2025))
_MONTHS = (
    "april", "may", "june", "july", "august", "september", "october", "november", "december", "january", "february", "march",
)  # fmt: skip
# The files that have a figure of the table below.
FILES = {
    "dfe-cin": ("b1_", "b2_", "c1_", "c2_", "c4_", "c6_", "d1_", "d3_", "d6_", "d7_", "ons_"),
    "dfe-cla": ("2012_", "2013_", "2014_", "cla_number_", "la_cla_"),
}
_POPULATION = "population_mid_year:0_17"
_IN_45_DAYS = " + ".join(
    f"assessments_duration:{days}" for days in ("same_day", "days_1_10", "days_11_20", "days_21_30", "days_31_40", "days_41_45")
)
# Indicator: what is counted and of what; series, or series:category, summed.
RATES = (
    "referrals", "children_referred", "need_episodes_started", "need_episodes_ended", "children_in_need", "assessments",
    "section_47_enquiries", "section_47_children", "conference_children", "plans_started", "plans_ended",
    "plans_in_force", "plans_repeat", "plans_ended_2_years", "re_referrals", "referrals_no_further_action",
    "children_awaiting_assessment", "children_in_need_disability", "children_in_care", "children_in_care_started",
    "children_in_care_ended",
)  # fmt: skip
SHARES = {
    "re_referrals_pct": ("re_referrals", "referrals"),
    "no_further_action_pct": ("referrals_no_further_action", "referrals"),
    "not_in_need_pct": ("referrals_not_in_need", "referrals"),
    "assessments_45_days_pct": (_IN_45_DAYS, "assessments"),
    "conferences_15_days_pct": ("conference_duration:days_0_10 + conference_duration:days_11_15", "conference_children"),
    "plans_repeat_pct": ("plans_repeat", "plans_started"),
    "plans_ended_2_years_pct": ("plans_ended_2_years", "plans_ended"),
    "plans_reviewed_pct": ("plans_reviewed_on_time", "plans_3_months"),
    "section_47_to_conference_pct": ("conference_children", "section_47_enquiries"),
    "care_3_placements_pct": ("children_in_care_3_placements", "children_in_care"),
    "care_stable_pct": ("children_in_care_stable", "children_in_care_long_term"),
}
# The single assessment came in from 2013-14 to 2015-16: what was counted before is another thing.
_SINGLE_ASSESSMENT = {"assessments", "assessments_45_days_pct"}


@dataclass(frozen=True)
class Figures:
    """One indicator of all authorities: counts `x` of bases `n`, areas by steps (years, or quarters), and England's."""

    name: str
    kind: FunnelKind
    codes: tuple[str, ...]
    x: np.ndarray
    n: np.ndarray
    england_x: np.ndarray
    england_n: np.ndarray

    def window(self, first: int, last: int) -> Figures:
        """Return the figures of the steps from `first` up to, and without, `last`."""
        return replace(
            self, x=self.x[:, first:last], n=self.n[:, first:last],
            england_x=self.england_x[first:last], england_n=self.england_n[first:last],
        )  # fmt: skip


def observations(folder: Path) -> pd.DataFrame:
    """Return the figures of the published files in `folder` that an indicator here is made of, each once."""
    frames = []
    for source, names in FILES.items():
        for path in sorted((folder / source).glob("*.csv")):
            if path.name.startswith(names):
                release = Release(source, "", path.parent, "", "", "", "", True, True, {path.name: ""})
                frames.append(official.read(release, path.name).observations[["series", "area", "period", "category", "value"]])
    rows = pd.concat(frames, ignore_index=True).drop_duplicates(["series", "area", "period", "category"])
    year = rows["period"].str[:4].astype(int) + ~rows["period"].str[5:].isin(("03-31",))
    reference = rows["series"] + (":" + rows["category"]).where(rows["category"] != "all", "")
    return rows.assign(year=year, reference=reference)[["reference", "area", "year", "value"]]


def neighbours(folder: Path, vintage: str) -> dict[str, list[str]]:
    """Return {code: codes of its statistical neighbours} of the set of a month, such as 2021-04."""
    path = folder / "neighbours" / NEIGHBOUR_SETS[vintage]
    release = Release("neighbours", vintage, path.parent, "", "", "", "", True, True, {path.name: ""})
    rows = official.read(release, path.name).observations
    return rows.groupby("area")["category"].agg(list).to_dict()


def by_indicator(rows: pd.DataFrame, names: Iterable[str] = (*RATES, *SHARES)) -> dict[str, Figures]:
    """Return the figures of each indicator of `names`, by years ending in 2012 to 2024; NaN where none was published."""
    local = tuple(sorted(areas.authorities(rows["area"])))
    tables = _tables(rows, local)
    pairs = {name: ("rate", name, _POPULATION) for name in RATES}
    pairs |= {name: ("proportion", *terms) for name, terms in SHARES.items()}
    figures = {}
    for name in names:
        kind, numerator, denominator = pairs[name]
        x, n = (sum(tables[term] for term in side.split(" + ")) for side in (numerator, denominator))
        if name in _SINGLE_ASSESSMENT:
            x = np.where(np.array(YEARS) < 2016, np.nan, x)
        # Counts of two things, of which the one can be the more in a year: no share then.
        n = np.where(n > 0, n, np.nan) if kind == "rate" else np.where((n > 0) & (x <= n), n, np.nan)
        figures[name] = Figures(name, kind, local, x[:-1], n[:-1], x[-1], n[-1])
    return figures


def quarters(rows: pd.DataFrame) -> Figures:
    """Return the referrals of each quarter from 2012-13 on, as counts."""
    local = tuple(sorted(areas.authorities(rows["area"])))
    tables = _tables(rows, local)
    months = np.stack([tables[f"referrals_month:{month}"] for month in _MONTHS], axis=-1)[:, 1:]
    counts = months.reshape(len(local) + 1, -1, 3).sum(axis=-1)
    bases = np.ones(counts.shape)
    return Figures("referrals, quarters", "rate", local, counts[:-1], bases[:-1], counts[-1], bases[-1])


def _tables(rows: pd.DataFrame, local: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Return {reference: areas by years}, England last."""
    tables = {}
    for reference, group in rows.groupby("reference"):
        table = group.pivot(index="area", columns="year", values="value")
        tables[reference] = table.reindex(index=[*local, ENGLAND], columns=YEARS).to_numpy(float, copy=True)
    # The estimates begin in mid-2012; March 2012 takes the next ones.
    tables[_POPULATION][:, 0] = tables[_POPULATION][:, 1]
    return tables
