"""Exhibits on learning: the statements of the framework with their figures, training, the budget and the action plan."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from analysis import catalogue
from analysis.analyses import targets
from analysis.catalogue import areas, framework, periods, wording
from analysis.exhibits.parts import context
from analysis.exhibits.parts.charts import dots, panel
from analysis.exhibits.parts.exhibit import Exhibit, Sentences, Table, slug
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope

_AGAINST = {targets.MET: "Met", targets.NEAR: "Missed, by no more than chance", targets.MISSED: "Missed", targets.NO_TARGET: ""}
_TARGET_COLUMNS = ("Target", "Against the target")


@otherwise("Nothing is set that these figures could be held against.")
def against_targets(rows: pd.DataFrame) -> list[Sentences]:
    """Return a sentence for each indicator of which figures miss the target (`learning.latest`), and a count.

    Figures that chance alone could have put on the wrong side are counted, and named in no sentence: nobody need act on them. An
    empty list if no figure has a target.
    """
    with_target = rows[rows["against"] != targets.NO_TARGET]
    if with_target.empty:
        return []
    missed = with_target[with_target["against"] == targets.MISSED]
    lowest = targets.aims(missed["indicator"])[0]
    sides = missed.assign(side=["below" if value < low else "above" for value, low in zip(missed["value"], lowest, strict=True)])
    sentences = []
    for (name, side), group in sides.groupby(["indicator", "side"], sort=False):
        who = [f"{_part(row)} {context.value(str(name), row.value)}" for row in group.itertuples(index=False)]
        aim = f"{side} the {context.target(str(name))} aimed at"
        sentences.append(f"{catalogue.indicators().at[name, 'title']}, {aim}: {wording.listing(who)}.")
    near = int((with_target["against"] == targets.NEAR).sum())
    met = int((with_target["against"] == targets.MET).sum())
    count = f"{met} of {len(with_target)} figures with a target meet it; {near + len(missed)} miss it"
    count += f", {near} of them by no more than chance alone can move them." if near else "."
    return [Sentences((*sentences, count))]


@otherwise("No figure of this category was received for this period.")
def in_category(rows: pd.DataFrame, category: str, scope: Scope) -> list[Exhibit]:
    """Return one exhibit for each indicator in a category of the framework (`learning.latest`)."""
    catalogue.check_known(category, framework.categories(), "category of the framework")
    rows_of_category = rows[(rows["framework_category"] == category) & (rows["indicator"] != "plan_actions")]
    return [
        _indicator(str(name), rows_of_indicator, scope)
        for name, rows_of_indicator in rows_of_category.groupby("indicator", sort=False)
    ]


@otherwise("No evaluation of training was received for this period.")
def training(effect: pd.DataFrame, rows: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of confidence before and after training (`learning.training_effect`)."""
    if effect.empty:
        return []
    cells = tuple(
        (
            catalogue.category_label(row.category),
            wording.value(row.before, "percent", 1, row.status),
            wording.value(row.after, "percent", 1, row.status),
            _points(row.change, row.status),
            wording.value(row.answered, "count", 0, row.status),
        )
        for row in effect.itertuples(index=False)
    )
    known = effect["change"].dropna()
    count_more_confident = int((known > 0).sum())
    sources = rows.loc[rows["indicator"].str.startswith("training_confident_"), "source"]
    return [
        Exhibit(
            identity="training-effect",
            headline=f"After training more people were confident in {count_more_confident} of {len(known)} agencies",
            subtitle=f"Share of those who answered both evaluations, {periods.label(scope.period)}",
            table=Table(
                "Confident to act on a concern, by agency", ("Agency", "Before", "After", "Change", "Answered both"), cells
            ),
            source=context.source_line(sources, scope),
            open_table=True,
        )
    ]


@otherwise("The budget by line is returned once a year, with the fourth quarter.")
def budget(lines: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of the budget: plan, actual and variance of each line, in pounds (`learning.budget`)."""
    if lines.empty:
        return []
    total = lines[["plan", "actual", "variance"]].sum()
    cells = [
        (catalogue.category_label(row.category), *(_pounds(amount) for amount in (row.plan, row.actual, row.variance)))
        for row in lines.itertuples(index=False)
    ]
    cells.append(("Total", *(_pounds(amount) for amount in total)))
    less_or_more = "less" if total["variance"] < 0 else "more"
    observations = scope.store.observations
    sources = observations.loc[observations["series"].isin(("board_plan_line",)), "source"]
    return [
        Exhibit(
            identity="budget-lines",
            headline=f"{_pounds(abs(total['variance']))} {less_or_more} was spent than planned",
            subtitle=f"Plan and actual by line, pounds, {periods.label(scope.year)}",
            table=Table("Budget by line", ("Line", "Plan", "Actual", "Actual less plan"), tuple(cells)),
            source=context.source_line(sources, scope),
            open_table=True,
        )
    ]


@otherwise("No action plan was received for this period.")
def action_plan(plan: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of the master action plan, with the longest overdue actions first (`learning.action_plan`)."""
    if plan.empty:
        return []
    cells = tuple(
        (
            row.action,
            row.review,
            row.agency,
            periods.label(row.due),
            catalogue.category_label(row.state) + (f" ({row.days_overdue} days)" if row.days_overdue else ""),
            row.evidence,
        )
        for row in plan.itertuples(index=False)
    )
    states = plan["state"].value_counts()
    overdue = states.get("overdue", 0)
    oldest = f", the oldest by {plan['days_overdue'].max()} days" if overdue else ""
    shown = states.get("shown_to_work", 0)
    headline = f"{overdue} of {len(plan)} actions from reviews are overdue{oldest}; {shown} shown by audit to work"
    return [
        Exhibit(
            identity="action-plan",
            headline=headline,
            subtitle=f"The master action plan of case reviews (SCR, SILP, DHR) at {periods.label(periods.end(scope.period))}",
            table=Table("Actions from reviews", ("Action", "Review", "Agency", "Due", "State", "Evidence"), cells),
            source=context.source_line(plan["source"], scope),
            open_table=True,
        )
    ]


def _indicator(name: str, rows: pd.DataFrame, scope: Scope) -> Exhibit:
    entry = catalogue.indicators().loc[name]
    by_category = bool(entry["breakdown"])
    points = rows.assign(label=[_part(row) for row in rows.itertuples(index=False)])
    drawn = points[points["value"].notna()]
    words = partial(context.value, name)
    panels: tuple[str, ...] = ()
    if len(drawn) > 1:
        points_in_words = [f"{label} {words(value)}" for label, value in zip(drawn["label"], drawn["value"], strict=True)]
        identity = slug(f"learning-{name}")
        description = f"{entry['title']}: {wording.listing(points_in_words)}."
        panels = (panel(dots(drawn.assign(focus=True), _when(drawn), words), identity, description, rows=len(drawn)),)
    has_base = bool(entry["denominator"])
    columns = ["Agency, member or question" if by_category else "Area and period", context.unit_heading(name), "95% interval"]
    columns += (["Numerator", "Base"] if has_base else []) + [*(_TARGET_COLUMNS if entry["target"] else ()), "Printed at"]
    cells = tuple(_cells(name, row, has_base) for row in points.itertuples(index=False))
    populations = drawn["population"].dropna()
    sentence_on_population = ""
    if len(populations):
        sentence_on_population = (
            f" {wording.number(populations.iloc[0])} people were asked; the intervals allow for how many of them answered."
        )
    return Exhibit(
        identity=slug(f"learning-{name}-exhibit"),
        headline=_headline(name, points),
        subtitle=f"{context.unit_heading(name)}, {_when(points)}.{sentence_on_population}",
        panels=panels,
        table=Table(f"{context.measured(name)}, {_when(points)}", tuple(columns), cells),
        source=context.source_line(rows["source"], scope),
        definition=(("Statement", rows["statement"].iloc[0]), *context.definition(name)),
    )


def _cells(name: str, row: Any, has_base: bool) -> tuple[str, ...]:
    cells = [row.label + (" [r]" if row.status == "revised" else "")]
    cells.append(context.bare(name, row.value, row.status))
    cells.append(context.interval(name, row.lower, row.upper))
    cells += [context.count(row.numerator), context.count(row.denominator)] if has_base else []
    cells += [context.target(name), _AGAINST[row.against]] if row.target else []
    return (*cells, context.printed_at(row.source))


def _headline(name: str, points: pd.DataFrame) -> str:
    title, with_value = catalogue.indicators().at[name, "title"], points[points["value"].notna()]
    if with_value.empty:
        return f"{title}: no figure"
    if len(with_value) <= 2:
        points_in_words = [f"{row.label} {context.value(name, row.value)}" for row in with_value.itertuples(index=False)]
        return f"{title}: {wording.listing(points_in_words)}"
    lowest, highest = (with_value.loc[with_value["value"].idxmin()], with_value.loc[with_value["value"].idxmax()])
    return (
        f"{title}: from {context.value(name, lowest['value'])} ({wording.lower_first(lowest['label'])}) to "
        f"{context.value(name, highest['value'])} ({wording.lower_first(highest['label'])})"
    )


def _part(row: Any) -> str:
    if row.category == catalogue.TOTAL:
        return areas.label(row.area)
    return catalogue.category_label(row.category)


def _when(rows: pd.DataFrame) -> str:
    return wording.listing(sorted({periods.label(period) for period in rows["period"]}))


def _points(change: float, status: str) -> str:
    """Return a change in percentage points, or the sign of why there is none."""
    if pd.isna(change):
        return wording.value(change, "count", 1, status)
    return f"{'+' if change > 0 else ''}{wording.number(change, 1)} points"


def _pounds(figure: float) -> str:
    return wording.value(figure, "pounds", 0)
