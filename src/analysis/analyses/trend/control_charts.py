"""Control charts: how a quarterly series varies of itself, and which of its points say that something has changed."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import break_of
from analysis.catalogue import periods, tables
from analysis.statistics import CHART_FROM, REFUSED_KINDS, SeriesKind, SeriesKindError, xmr

COLUMNS = (
    "indicator", "area", "period", "value", "centre", "lower", "upper", "beyond_limit", "run", "trend", "two_of_three",
    "phase", "restated", "figure_status", "status", "icon", "assurance",
)  # fmt: skip
_PLACE = ["indicator", "area"]
_WHY_NONE = ("suppressed", "not_applicable")
_RULES = ("beyond_limit", "run", "trend", "two_of_three")


def control(measures: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the XmR chart of every series of five quarters or more up to `period`: one row a point, in COLUMNS.

    A missing or withheld quarter between two others is a row without a value (`figure_status` says which), and no rule runs
    across it. Limits and rules begin anew at a break of the series (`breaks.csv`), where `rebases.csv` says who agreed to it
    and why, and where quarters that were restated meet quarters as first returned (`restated`): the step between the two is the
    restatement's. `icon` (in words) and `assurance` stand for the latest point and need thirteen; `status` says how far the
    limits can be trusted. Raises SeriesKindError, with its name, for an indicator made of a year-to-date or rolling series.

    >>> import pandas as pd
    >>> counts = [20.0, 22, 19, 21, 20, 23, 21, 20, 22, 21, 19, 20, 45]
    >>> quarters = periods.through("2010-11-Q1", "2013-14-Q1")
    >>> series = {"indicator": "contacts", "area": "E10000018", "category": "all", "period": quarters, "status": "final"}
    >>> chart = control(pd.DataFrame(series | {"value": counts}), "2013-14-Q1")
    >>> chart.loc[chart["beyond_limit"], ["period", "value", "icon"]].values.tolist()
    [['2013-14-Q1', 45.0, 'neutral high']]
    """
    quarters = measures[
        (measures["period"].map(periods.kind) == "quarter")
        & (measures["category"] == catalogue.TOTAL)
        & (measures["period"].map(periods.end) <= periods.end(period))
    ]
    points = quarters.groupby(_PLACE)["value"].transform("count")
    enough = quarters[points >= CHART_FROM]
    if enough.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    enough = enough.assign(restated=(enough["status"] == "revised").astype(float).where(enough["value"].notna()))
    wide = enough.pivot(index=_PLACE, columns="period", values="value")
    spans = sorted(wide.columns, key=periods.order)
    wide = wide.reindex(columns=periods.through(spans[0], spans[-1]))
    vintages = enough.pivot(index=_PLACE, columns="period", values="restated").reindex(columns=wide.columns)
    statuses_given = enough.pivot(index=_PLACE, columns="period", values="status").reindex(columns=wide.columns).astype(object)
    statuses = statuses_given.where(
        wide.notna() | statuses_given.isin(_WHY_NONE), "not_available"
    )  # a quarter that nobody has a row for
    rows = zip(wide.index, wide.to_numpy(float), vintages.to_numpy(float), statuses.to_numpy(object), strict=True)
    charts = [_chart(str(name), str(area), row, vintage, status, wide.columns) for (name, area), row, vintage, status in rows]
    return pd.DataFrame({column: np.concatenate([chart[column] for chart in charts]) for column in COLUMNS})


def _chart(
    name: str, area: str, row: np.ndarray, vintage: np.ndarray, statuses: np.ndarray, spans: pd.Index
) -> dict[str, np.ndarray]:
    has_value = np.flatnonzero(np.isfinite(row))
    span = slice(has_value[0], has_value[-1] + 1)
    vintage_changes = has_value[1:][np.diff(vintage[has_value]) != 0] - has_value[0]
    values, quarters = row[span], spans[span].to_numpy(object)
    kind, percentage, target, polarity = _about(name)
    if kind in REFUSED_KINDS:
        raise SeriesKindError(f"A control chart of {name} can't be drawn, since {REFUSED_KINDS[kind]}: difference it first.")
    chart = xmr(
        values,
        kind=kind,
        rebase_at=sorted({*_phases(name, area, tuple(quarters)), *vintage_changes.tolist()}),
        ceiling=100.0 if percentage and np.nanmax(values) <= 100 else None,
        target=target,
        polarity=polarity,
    )
    size = len(values)
    return {
        "indicator": np.full(size, name, dtype=object),
        "area": np.full(size, area, dtype=object),
        "period": quarters,
        "value": values,
        "centre": chart.centre,
        "lower": chart.lower,
        "upper": chart.upper,
        **{rule: getattr(chart, rule) for rule in _RULES},
        "phase": chart.phase,
        "restated": vintage[span] == 1,
        "figure_status": statuses[span],
        "status": np.array([chart.statuses[phase] for phase in chart.phase], dtype=object),
        "icon": np.full(size, chart.icon or "", dtype=object),
        "assurance": np.full(size, chart.assurance or "", dtype=object),
    }


@cache
def _about(name: str) -> tuple[SeriesKind, bool, float | None, Any]:
    """Return an indicator's kind of series, whether it is a percentage, its target and its polarity.

    The kind is that of the series it is made of; a year to date or a rolling sum among them counts.
    """
    entry = catalogue.indicators().loc[name]
    named = [term.series for side in ("numerator", "denominator", "printed") for term in catalogue.terms(entry[side])]
    kinds = catalogue.series().loc[named, "kind"].tolist()
    refused: list[SeriesKind] = [kind for kind in kinds if kind in REFUSED_KINDS]
    # A band has two sides: a chart that says how surely one target is met has nothing to say of it.
    target = float(entry["target"]) if entry["target"] and " to " not in entry["target"] else None
    return refused[0] if refused else kinds[0], entry["kind"] == "percentage", target, entry["polarity"]


@cache
def _phases(name: str, area: str, quarters: tuple[str, ...]) -> list[int]:
    """Return the positions at which a new phase begins: after a break, or where a dated decision says so."""
    table = tables.read("rebases")
    agreed = set(table.loc[(table["indicator"] == name) & (table["area"] == area), "from_period"])
    return [
        place
        for place in range(1, len(quarters))
        if quarters[place] in agreed or break_of(name, quarters[place - 1], quarters[place])
    ]
