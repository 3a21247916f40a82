"""What the Boards learn from: surveys, training, audits, reviews of deaths, attendance, the budget, and actions from reviews."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.analyses import targets
from analysis.catalogue import framework, periods
from analysis.statistics import sample_interval
from analysis.store import WITH_VALUE

__all__ = ["ACTION_ORDER", "SMALLEST_BASE", "action_plan", "budget", "latest", "training_effect"]

# The basis of series that count the people who were asked: the population of a sample.
_ASKED = "asked"
# A share of fewer than four says nothing against a target: one meeting attended of one is no performance.
SMALLEST_BASE = 4
ACTION_ORDER = ("overdue", "open", "audited_no_effect", "done", "shown_to_work")


def latest(measures: pd.DataFrame, observations: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the measures of a quarter, of its last day, and of its year if it is the fourth, with their targets.

    Where the base of a fourth quarter is below SMALLEST_BASE the year stands instead. Added: `statement` and
    `framework_category`, `target` (text, or empty where none is set), `against` (`targets.against`; empty also with too small a
    base), and `population`, of which a survey's sample is a part: its interval allows for it. One row an indicator, area and
    category, in the order of the framework.

    >>> figure = {"indicator": "staff_trained_pct", "area": "E10000018", "period": "2013-14-Q1", "category": "police"}
    >>> figure |= {"numerator": 90.0, "denominator": 100.0, "value": 90.0, "lower": 82.6, "upper": 94.5}
    >>> observations = pd.DataFrame({"series": [], "area": [], "period": [], "value": []})
    >>> rows = latest(pd.DataFrame([figure]), observations, "2013-14-Q1")
    >>> rows[["indicator", "value", "target", "against"]].values.tolist()
    [['staff_trained_pct', 90.0, '', '']]
    """
    periods_shown = {period, periods.end(period)} | ({periods.year_of(period)} if period.endswith("Q4") else set())
    framework_rows = framework.statements().reset_index(names="statement_id")
    framework_rows = framework_rows.assign(indicator=framework_rows["indicators"].str.split()).explode("indicator")
    framework_rows = framework_rows.assign(order=range(len(framework_rows))).drop_duplicates("indicator").set_index("indicator")
    rows = measures[measures["period"].isin(periods_shown)]
    rows = rows.join(framework_rows[["statement", "framework_category", "frequency", "order"]], on="indicator")
    rows = _sampled(_quarter_or_year(rows), observations)
    rows = rows.assign(target=rows["indicator"].map(catalogue.indicators()["target"]))
    position = {name: number for number, name in enumerate(catalogue.categories())}
    rows = rows.assign(against=_against(rows), _category=rows["category"].map(position))
    ordered = rows.sort_values(["framework_category", "order", "area", "_category"], kind="stable", ignore_index=True)
    return ordered.drop(columns=["frequency", "order", "_category"])


def training_effect(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how confident people were before and after a training, by agency: category, before, after, change, answered, status.

    Percentages and percentage points, NaN where `status` says why there is none; `rows` is what `latest` returns. The same people
    answered twice and nobody knows who changed their mind, so the change has no interval.

    >>> asked = {"indicator": ["training_confident_before_pct", "training_confident_after_pct"], "category": "police"}
    >>> rows = pd.DataFrame(asked | {"value": [50.0, 80.0], "denominator": [40.0, 40.0], "status": "final"})
    >>> training_effect(rows).values.tolist()
    [['police', 50.0, 80.0, 30.0, 40.0, 'final']]
    """
    asked = rows[rows["indicator"].str.startswith("training_confident_")]
    if asked.empty:
        return pd.DataFrame(columns=["category", "before", "after", "change", "answered", "status"])
    when = {f"training_confident_{when}_pct": when for when in ("before", "after")}
    wide = asked.pivot(index="category", columns="indicator", values="value").reindex(columns=list(when)).rename(columns=when)
    answered = asked[asked["indicator"] == "training_confident_after_pct"].set_index("category")["denominator"]
    without = asked[asked["value"].isna()].drop_duplicates("category").set_index("category")["status"]
    effect = wide.assign(change=wide["after"] - wide["before"], answered=answered)
    missing = pd.Series("final", effect.index).mask(effect["change"].isna(), "not_available")
    return effect.assign(status=without.reindex(effect.index).fillna(missing)).reset_index()


def budget(observations: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return plan, actual and variance (actual less plan, pounds) of each line of the year's budget; empty without a plan.

    >>> lines = {"series": ["board_plan_line", "board_expenditure_line"], "category": "training", "period": "2012-13"}
    >>> budget(pd.DataFrame(lines | {"status": "final", "value": [9000.0, 8200.0]}), "2012-13").values.tolist()
    [['training', 9000.0, 8200.0, -800.0]]
    """
    rows_of_year = observations[(observations["period"] == periods.year_of(period)) & observations["status"].isin(WITH_VALUE)]
    wide = rows_of_year[rows_of_year["series"].isin(("board_plan_line", "board_expenditure_line"))].pivot_table(
        index="category", columns="series", values="value", aggfunc="last"
    )
    if "board_plan_line" not in wide or "board_expenditure_line" not in wide:
        return pd.DataFrame(columns=["category", "plan", "actual", "variance"])
    lines = wide.rename(columns={"board_plan_line": "plan", "board_expenditure_line": "actual"}).dropna()
    return lines.assign(variance=lines["actual"] - lines["plan"]).reset_index()[["category", "plan", "actual", "variance"]]


def action_plan(actions: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the actions as last returned for the quarter, overdue ones first, oldest first, with `days_overdue` at its end.

    >>> actions = {"period": "2013-14-Q1", "release": "returns/police/2013-14-Q1/1", "state": ["done", "overdue"]}
    >>> actions = pd.DataFrame(actions | {"due": ["2013-06-30", "2013-05-31"]})
    >>> action_plan(actions, "2013-14-Q1")[["state", "due", "days_overdue"]].values.tolist()
    [['overdue', '2013-05-31', 30], ['done', '2013-06-30', 0]]
    """
    rows_of_period = actions[actions["period"] == period]
    if rows_of_period.empty:
        return rows_of_period.assign(days_overdue=pd.Series(dtype=int))
    version = rows_of_period["release"].str.extract(r"/(\d+)$", expand=False).astype(int)
    rows_of_period = rows_of_period[version == version.max()]
    end = date.fromisoformat(periods.end(period))
    days_late = [max((end - date.fromisoformat(due)).days, 0) for due in rows_of_period["due"]]
    rows_of_period = rows_of_period.assign(days_overdue=np.where(rows_of_period["state"] == ACTION_ORDER[0], days_late, 0))
    order = {state: number for number, state in enumerate(ACTION_ORDER)}
    return rows_of_period.sort_values(
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
    series = catalogue.series()
    asked_figures = observations[
        observations["series"].isin(series.index[series["basis"] == _ASKED]) & observations["value"].notna()
    ]
    sizes = {(row.series, row.area, row.period): row.value for row in asked_figures.itertuples(index=False)}
    populations = np.array(
        [sizes.get((_root(row.indicator), row.area, row.period), np.nan) for row in rows.itertuples(index=False)], dtype=float
    )
    is_sample = ~np.isnan(populations) & rows["value"].notna().to_numpy() & rows["lower"].notna().to_numpy()
    count, base = (rows[column].where(is_sample).to_numpy(float) for column in ("numerator", "denominator"))
    interval = sample_interval(count, base, np.where(is_sample, populations, np.nan))
    return rows.assign(
        population=np.where(is_sample, populations, np.nan),
        lower=np.where(is_sample, 100 * np.asarray(interval.lower), rows["lower"]),
        upper=np.where(is_sample, 100 * np.asarray(interval.upper), rows["upper"]),
    )


def _root(indicator: str) -> str:
    """Return the series that the indicator's base is a part of, at the end of the chain of `subset_of`."""
    series = catalogue.series()
    terms = catalogue.terms(catalogue.indicators().at[indicator, "denominator"])
    name = terms[0].series if len(terms) == 1 else ""
    while name and (wholes := catalogue.terms(series.at[name, "subset_of"])):
        name = wholes[0].series
    return name


def _against(rows: pd.DataFrame) -> np.ndarray:
    judged = targets.against(rows["indicator"], rows["value"], rows["lower"], rows["upper"])
    return np.where(rows["denominator"] < SMALLEST_BASE, targets.NO_TARGET, judged)


def __dir__() -> list[str]:
    return __all__
