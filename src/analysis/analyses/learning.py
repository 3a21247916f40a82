"""What the Boards learn by: surveys, training, audits, reviews of deaths, attendance, the budget, and actions from reviews."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue import framework, periods
from analysis.statistics import sample_interval
from analysis.store import WITH_VALUE

__all__ = ["ACTION_ORDER", "SMALLEST_BASE", "action_plan", "budget", "latest", "training_effect"]

# What the members of a population were asked, so that a sample of them has a known whole.
_ASKED = "asked"
# A share of fewer than four says nothing against a target: one meeting attended of one is no performance.
SMALLEST_BASE = 4
_DIRECTIONS = ("high_is_good", "low_is_good")
MET, NEAR, MISSED, NO_TARGET = "met", "missed, within tolerance", "missed", ""
ACTION_ORDER = ("overdue", "open", "audited_no_effect", "done", "shown_to_work")


def latest(measures: pd.DataFrame, observations: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the measures of a quarter, of its last day, and of its year if it is the fourth, held against the framework.

    Where a quarter's base is below SMALLEST_BASE the fourth quarter gives the year instead. Added: `statement` and
    `framework_category`, `target` and `tolerance`, `against` (met, missed within tolerance, missed, or empty without a target
    or with too small a base), and `population`, of which a survey's sample is a part: its interval allows for it. One row an
    indicator, area and category, in the order of the framework.
    """
    spans = {period, periods.end(period)} | ({periods.year_of(period)} if period.endswith("Q4") else set())
    serving = framework.statements().reset_index(names="statement_id")
    serving = serving.assign(indicator=serving["indicators"].str.split()).explode("indicator")
    serving = serving.assign(order=range(len(serving))).drop_duplicates("indicator").set_index("indicator")
    rows = measures[measures["period"].isin(spans)]
    rows = rows.join(serving[["statement", "framework_category", "frequency", "target", "tolerance", "order"]], on="indicator")
    rows = _quarter_or_year(rows)
    known = catalogue.indicators()
    aimed = (rows["indicator"].map(known["kind"]) == "percentage") & rows["indicator"].map(known["polarity"]).isin(_DIRECTIONS)
    rows = rows.assign(target=pd.to_numeric(rows["target"]).where(aimed), tolerance=pd.to_numeric(rows["tolerance"]).where(aimed))
    rows = _sampled(rows, observations)
    position = {name: number for number, name in enumerate(catalogue.categories())}
    rows = rows.assign(against=_against(rows), _category=rows["category"].map(position))
    ordered = rows.sort_values(["framework_category", "order", "area", "_category"], kind="stable", ignore_index=True)
    return ordered.drop(columns=["frequency", "order", "_category"])


def training_effect(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how confident people were before and after a training, by agency: columns category, before, after, change, answered.

    Percentages and percentage points. The same people answered twice, and who changed their mind isn't known, so that the change
    has no interval. `rows` is what `latest` returns.
    """
    wide = rows[rows["indicator"].str.startswith("training_confident_")].pivot(
        index="category", columns="indicator", values=["value", "denominator"]
    )
    if wide.empty:
        return pd.DataFrame(columns=["category", "before", "after", "change", "answered"])
    before, after = (wide["value"][f"training_confident_{when}_pct"] for when in ("before", "after"))
    answered = wide["denominator"]["training_confident_after_pct"]
    return pd.DataFrame({"before": before, "after": after, "change": after - before, "answered": answered}).reset_index()


def budget(observations: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return plan, actual and variance (actual less plan, pounds) of each line of the year's budget; empty without a plan."""
    mine = observations[(observations["period"] == periods.year_of(period)) & observations["status"].isin(WITH_VALUE)]
    wide = mine[mine["series"].isin(("board_plan_line", "board_expenditure_line"))].pivot_table(
        index="category", columns="series", values="value", aggfunc="last"
    )
    if "board_plan_line" not in wide or "board_expenditure_line" not in wide:
        return pd.DataFrame(columns=["category", "plan", "actual", "variance"])
    lines = wide.rename(columns={"board_plan_line": "plan", "board_expenditure_line": "actual"}).dropna()
    return lines.assign(variance=lines["actual"] - lines["plan"]).reset_index()[["category", "plan", "actual", "variance"]]


def action_plan(actions: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the actions as last returned for the quarter, overdue ones first, oldest first, with `days_overdue` at its end."""
    mine = actions[actions["period"] == period]
    if mine.empty:
        return mine.assign(days_overdue=pd.Series(dtype=int))
    version = mine["release"].str.extract(r"/(\d+)$", expand=False).astype(int)
    mine = mine[version == version.max()]
    end = date.fromisoformat(periods.end(period))
    late = [max((end - date.fromisoformat(due)).days, 0) for due in mine["due"]]
    mine = mine.assign(days_overdue=np.where(mine["state"] == ACTION_ORDER[0], late, 0))
    order = {state: number for number, state in enumerate(ACTION_ORDER)}
    return mine.sort_values(
        ["state", "due"], key=lambda each: each.map(order) if each.name == "state" else each, ignore_index=True
    )


def _quarter_or_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the year for what is asked once a year, and where a quarter's base is too small to be judged; else the quarter."""
    of_year = rows["period"].map(periods.kind) == "year"
    place = pd.MultiIndex.from_frame(rows[["indicator", "area", "category"]])
    small = place[~of_year & (rows["denominator"] < SMALLEST_BASE) & (rows["frequency"] != "annual")]
    with_year = place[of_year & rows["value"].notna()]
    by_year = (rows["frequency"] == "annual") | (place.isin(small) & place.isin(with_year))
    return rows[(of_year == by_year) | ((rows["frequency"] == "annual") & ~of_year)]


def _sampled(rows: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the population of those that are a sample of one, and their limits by it."""
    known = catalogue.series()
    asked = observations[observations["series"].isin(known.index[known["basis"] == _ASKED]) & observations["value"].notna()]
    sizes = {(row.series, row.area, row.period): row.value for row in asked.itertuples(index=False)}
    populations = np.array(
        [sizes.get((_root(row.indicator), row.area, row.period), np.nan) for row in rows.itertuples(index=False)], dtype=float
    )
    sample = ~np.isnan(populations) & rows["value"].notna().to_numpy() & rows["lower"].notna().to_numpy()
    count, base = (rows[column].where(sample).to_numpy(float) for column in ("numerator", "denominator"))
    found = sample_interval(count, base, np.where(sample, populations, np.nan))
    return rows.assign(
        population=np.where(sample, populations, np.nan),
        lower=np.where(sample, 100 * np.asarray(found.lower), rows["lower"]),
        upper=np.where(sample, 100 * np.asarray(found.upper), rows["upper"]),
    )


def _root(indicator: str) -> str:
    """Return the series that the base of an indicator is in the end a part of."""
    known = catalogue.series()
    terms = catalogue.terms(catalogue.indicators().at[indicator, "denominator"])
    name = terms[0].series if len(terms) == 1 else ""
    while name and (wholes := catalogue.terms(known.at[name, "subset_of"])):
        name = wholes[0].series
    return name


def _against(rows: pd.DataFrame) -> np.ndarray:
    low = rows["indicator"].map(catalogue.indicators()["polarity"]) == "low_is_good"
    short = (rows["target"] - rows["value"]).where(~low, rows["value"] - rows["target"])
    return np.select(
        [short.isna() | (rows["denominator"] < SMALLEST_BASE), short <= 0, short <= rows["tolerance"]],
        [NO_TARGET, MET, NEAR],
        MISSED,
    )


def __dir__() -> list[str]:
    return __all__
