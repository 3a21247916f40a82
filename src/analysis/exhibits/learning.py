"""Exhibits of what the Boards learn by: each statement of the framework with its figures, training, budget and actions."""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis import catalogue
from analysis.analyses import learning
from analysis.catalogue import areas, framework, periods, wording
from analysis.exhibits.parts import context
from analysis.exhibits.parts.charts import dots, panel
from analysis.exhibits.parts.exhibit import Exhibit, Sentences, Table, slug
from analysis.exhibits.parts.nothing import otherwise
from analysis.scope import Scope

_AGAINST = {learning.MET: "Met", learning.NEAR: "Missed, within tolerance", learning.MISSED: "Missed", learning.NO_TARGET: ""}


@otherwise("No figure with a target was received for this period.")
def against_targets(rows: pd.DataFrame) -> list[Sentences]:
    """Return what missed its target by more than the tolerance, as sentences: more than chance first (`learning.latest`)."""
    missed = rows[rows["against"] == learning.MISSED]
    missed = missed.assign(_chance=_by_chance(missed)).sort_values("_chance", kind="stable")
    judged = rows[rows["against"] != learning.NO_TARGET]
    if judged.empty:
        return []
    said = [
        f"{_name(row)}: {context.value(row.indicator, row.value)}, "
        f"{'below' if row.value < row.target else 'above'} the {wording.number(row.target)}% aimed at"
        f"{'; chance alone could account for it' if by_chance else ''}."
        for row, by_chance in zip(missed.itertuples(index=False), missed["_chance"], strict=True)
    ]
    met = int((judged["against"] == learning.MET).sum())
    count = f"{met} of {len(judged)} figures with a target meet it; {len(missed)} miss it by more than is tolerated."
    return [Sentences((*said, count))]


@otherwise("No figure of this category was received for this period.")
def in_category(rows: pd.DataFrame, category: str, scope: Scope) -> list[Exhibit]:
    """Return an exhibit for each indicator of one category of the framework (`learning.latest`)."""
    catalogue.check_known(category, framework.categories(), "category of the framework")
    mine = rows[(rows["framework_category"] == category) & (rows["indicator"] != "plan_actions")]
    return [_indicator(str(name), held, scope) for name, held in mine.groupby("indicator", sort=False)]


@otherwise("No evaluation of training was received for this period.")
def training(effect: pd.DataFrame, rows: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of confidence before and after training (`learning.training_effect`)."""
    if effect.empty:
        return []
    cells = tuple(
        (
            catalogue.category_label(row.category),
            f"{wording.number(row.before, 1)}%",
            f"{wording.number(row.after, 1)}%",
            _points(row.change),
            context.count(row.answered),
        )
        for row in effect.itertuples(index=False)
    )
    more = int((effect["change"] > 0).sum())
    sources = rows.loc[rows["indicator"].str.startswith("training_confident_"), "source"]
    return [
        Exhibit(
            identity="training-effect",
            headline=f"After training more people were confident in {more} of {len(effect)} agencies",
            subtitle=f"Share of those who answered both evaluations, {periods.label(scope.period)}",
            notes=("The same people answered twice, and how many changed their mind is not returned: no interval is given.",),
            table=Table(
                "Confident to act on a concern, by agency", ("Agency", "Before", "After", "Change", "Answered both"), cells
            ),
            source=context.source_line(sources, scope),
            open_table=True,
        )
    ]


@otherwise("The budget by line is returned once a year, with the fourth quarter.")
def budget(lines: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of plan, actual and variance by line (`learning.budget`)."""
    if lines.empty:
        return []
    total = lines[["plan", "actual", "variance"]].sum()
    cells = [
        (catalogue.category_label(row.category), *(_pounds(each) for each in (row.plan, row.actual, row.variance)))
        for row in lines.itertuples(index=False)
    ]
    cells.append(("Total", *(_pounds(each) for each in total)))
    way = "less" if total["variance"] < 0 else "more"
    held = scope.store.observations
    sources = held.loc[held["series"].isin(("board_plan_line",)), "source"]
    return [
        Exhibit(
            identity="budget-lines",
            headline=f"{_pounds(abs(total['variance']))} {way} was spent than planned",
            subtitle=f"Plan and actual by line, pounds, {periods.label(scope.year)}",
            table=Table("Budget by line", ("Line", "Plan", "Actual", "Actual less plan"), tuple(cells)),
            source=context.source_line(sources, scope),
            open_table=True,
        )
    ]


@otherwise("No action plan was received for this period.")
def action_plan(plan: pd.DataFrame, scope: Scope) -> list[Exhibit]:
    """Return the exhibit of the master action plan, what is longest overdue first (`learning.action_plan`)."""
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
    said = f"{overdue} of {len(plan)} actions from reviews are overdue{oldest}; {shown} shown by audit to work"
    return [
        Exhibit(
            identity="action-plan",
            headline=said,
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
        spoken = [f"{label} {words(value)}" for label, value in zip(drawn["label"], drawn["value"], strict=True)]
        identity = slug(f"learning-{name}")
        description = f"{entry['title']}: {wording.listing(spoken)}."
        panels = (panel(dots(drawn.assign(focus=True), _when(drawn), words), identity, description, rows=len(drawn)),)
    ratio = bool(entry["denominator"])
    columns = ["Agency, member or question" if by_category else "Area and period", context.unit_heading(name), "95% interval"]
    columns += (["Numerator", "Base"] if ratio else []) + ["Target", "Against the target", "Printed at"]
    cells = tuple(_cells(name, row, ratio) for row in points.itertuples(index=False))
    of = drawn["population"].dropna()
    asked = ""
    if len(of):
        asked = f" {wording.number(of.iloc[0])} people were asked; the intervals allow for how many of them answered."
    return Exhibit(
        identity=slug(f"learning-{name}-exhibit"),
        headline=_headline(name, points),
        subtitle=f"{context.unit_heading(name)}, {_when(points)}.{asked}",
        panels=panels,
        table=Table(f"{context.measured(name)}, {_when(points)}", tuple(columns), cells),
        source=context.source_line(rows["source"], scope),
        definition=(("Statement", rows["statement"].iloc[0]), *context.definition(name)),
    )


def _cells(name: str, row: object, ratio: bool) -> tuple[str, ...]:
    line = [row.label + (" [r]" if row.status == "revised" else "")]  # type: ignore[attr-defined]
    line.append(context.bare(name, row.value, row.status))  # type: ignore[attr-defined]
    line.append(context.interval(name, row.lower, row.upper))  # type: ignore[attr-defined]
    line += [context.count(row.numerator), context.count(row.denominator)] if ratio else []  # type: ignore[attr-defined]
    target = row.target  # type: ignore[attr-defined]
    line.append("" if pd.isna(target) else wording.number(target))
    return (*line, _AGAINST[row.against], context.printed_at(row.source))  # type: ignore[attr-defined]


def _headline(name: str, points: pd.DataFrame) -> str:
    title, held = catalogue.indicators().at[name, "title"], points[points["value"].notna()]
    if held.empty:
        return f"{title}: no figure"
    if len(held) <= 2:
        said = [f"{row.label} {context.value(name, row.value)}" for row in held.itertuples(index=False)]
        return f"{title}: {wording.listing(said)}"
    low, high = (held.loc[held["value"].idxmin()], held.loc[held["value"].idxmax()])
    return (
        f"{title}: from {context.value(name, low['value'])} ({wording.lower_first(low['label'])}) to "
        f"{context.value(name, high['value'])} ({wording.lower_first(high['label'])})"
    )


def _part(row: object) -> str:
    if row.category == catalogue.TOTAL:  # type: ignore[attr-defined]
        return areas.label(row.area)  # type: ignore[attr-defined]
    return catalogue.category_label(row.category)  # type: ignore[attr-defined]


def _name(row: object) -> str:
    return f"{catalogue.indicators().at[row.indicator, 'title']}, {_part(row)}"  # type: ignore[attr-defined]


def _by_chance(rows: pd.DataFrame) -> pd.Series:
    """Return whether each figure's interval holds its target."""
    return (rows["lower"] <= rows["target"]) & (rows["target"] <= rows["upper"])


def _when(rows: pd.DataFrame) -> str:
    return wording.listing(sorted({periods.label(period) for period in rows["period"]}))


def _points(change: float) -> str:
    return f"{'+' if change > 0 else ''}{wording.number(change, 1)} points"


def _pounds(figure: float) -> str:
    return wording.value(figure, "pounds", 0)
