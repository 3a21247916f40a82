"""Punctuality: which agency has sent its return, which is late by how many working days, and what of it is there."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis import framework, measures, periods
from analysis.errors import SafeguardingError
from analysis.store import WITH_VALUE

COLUMNS = (
    "agency", "title", "period", "due", "status", "received", "working_days_late", "version", "asked", "given", "note",
)  # fmt: skip
IN_TIME, LATE, REFUSED, OVERDUE, EXPECTED = "received", "received late", "refused", "not received", "not yet due"


def status(receipts: pd.DataFrame, observations: pd.DataFrame, period: str | None, on: date) -> pd.DataFrame:
    """Return one row for each agency that owes a return for the quarter, in COLUMNS, those that have not sent first.

    `status` is received, received late, refused (nothing else came), not received, or not yet due, as of the day `on`;
    `working_days_late` counts to the first version that was taken, or to `on`; `asked` and `given` are numbers of figures. The
    quarter is the latest with a return when not given. Nothing is carried forward. Raises SafeguardingError when there is none,
    UnknownNameError for a period that is no quarter.
    """
    quarter = framework.check_quarter(period or latest(receipts))
    mine = receipts[(receipts["period"] == quarter) & (receipts["received"] <= on.isoformat())]
    current = measures.current(observations)
    held = current[current["release"].str.contains(f"/{quarter}/", regex=False)]
    rows = [_row(agency, quarter, mine[mine["agency"] == agency], held, on) for agency in framework.returning(quarter)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    order = {name: number for number, name in enumerate((OVERDUE, REFUSED, EXPECTED, LATE, IN_TIME))}
    return frame.sort_values("status", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def latest(receipts: pd.DataFrame) -> str:
    """Return the latest quarter that a return came for; raises SafeguardingError when none did."""
    known = [period for period in receipts["period"].unique() if period]
    if not known:
        raise SafeguardingError("No return has come yet: name the period.")
    return max(known, key=periods.order)


def as_of(receipts: pd.DataFrame, period: str) -> date:
    """Return the day that a report on the quarter is of: the last on which a return for it was due, or came."""
    dues = [due for agency in framework.returning(period) if (due := framework.due(agency, period)) is not None]
    came = [date.fromisoformat(day) for day in receipts.loc[receipts["period"] == period, "received"]]
    return max([*dues, *came], default=date.fromisoformat(periods.end(period)))


def _row(agency: str, period: str, mine: pd.DataFrame, held: pd.DataFrame, on: date) -> dict[str, object]:
    due = framework.due(agency, period) or on
    taken, refused = (mine[mine["outcome"] == outcome] for outcome in ("received", "refused"))
    asked = framework.asked(agency, period)
    given = held[held["release"].str.startswith(f"returns/{agency}/") & held["status"].isin(WITH_VALUE)]
    first = date.fromisoformat(taken["received"].min()) if not taken.empty else None
    late = framework.working_days_between(due, first or on)
    if first is not None:
        said = LATE if late else IN_TIME
    elif not refused.empty:
        said = REFUSED
    else:
        said = OVERDUE if late else EXPECTED
    note = "; ".join(f"refused on {row.received}: {row.reason}" for row in refused.itertuples(index=False))
    values = (
        agency, framework.title(agency), period, due.isoformat(), said, first.isoformat() if first else "", late,
        int(taken["version"].max()) if not taken.empty else 0, len(asked), len(given), note,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))
