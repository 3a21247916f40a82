"""Punctuality: which agencies have sent their return, how many working days late, and how many of the figures they gave."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.catalogue import framework, periods
from analysis.clean.returns import receipts as register
from analysis.errors import SafeguardingError

COLUMNS = (
    "agency", "title", "period", "due", "status", "received", "working_days_late", "version", "asked", "given", "withdrawn",
    "note",
)  # fmt: skip
HISTORY = ("agency", "day", "event", "given", "said")
IN_TIME, LATE, WITHDRAWN = "received", "received late", "withdrawn"
REFUSED, OVERDUE, EXPECTED = "refused", "not received", "not yet due"


def status(receipts: pd.DataFrame, period: str | None, on: date) -> pd.DataFrame:
    """Return one row for each agency that owes a return for the quarter, in COLUMNS, those that have not sent first.

    `status`, as of the day `on`, is received, received late, withdrawn (nothing came since), refused (nothing else came), not
    received, or not yet due. `working_days_late` counts to the first version that stands, or to `on`; `version` is how many
    versions stand; `withdrawn` is the day of a withdrawal that nothing followed. `asked` and `given` are numbers of figures as
    they were received, including those withheld from an audience. Without a period the quarter is the latest with a return.
    Raises SafeguardingError when there is no return at all, UnknownNameError for a period that is no quarter.

    >>> receipt = {"agency": "police", "period": "2013-14-Q1", "received": "2013-07-10", "outcome": "received"}
    >>> rows = status(pd.DataFrame([receipt | {"version": 1, "given": 40}]), "2013-14-Q1", date(2013, 7, 12))
    >>> rows.loc[rows["agency"] == "police", ["status", "received", "given"]].values.tolist()
    [['received', '2013-07-10', 40]]
    """
    quarter = framework.check_quarter(period or latest(receipts))
    receipts_so_far = receipts[(receipts["period"] == quarter) & (receipts["received"] <= on.isoformat())]
    rows = [
        _row(agency, quarter, receipts_so_far[receipts_so_far["agency"] == agency], on) for agency in framework.returning(quarter)
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    order = {name: number for number, name in enumerate((OVERDUE, WITHDRAWN, REFUSED, EXPECTED, LATE, IN_TIME))}
    return frame.sort_values("status", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def history(receipts: pd.DataFrame, period: str | None, on: date) -> pd.DataFrame:
    """Return what came, was refused or was withdrawn for the quarter up to the day `on`, in HISTORY, by agency and day.

    `said` is why a version was sent again or withdrawn, which figures need an explanation, or what was wrong with a refused one.

    >>> receipt = {"agency": "police", "period": "2013-14-Q1", "received": "2013-07-10", "outcome": "received"}
    >>> receipts = pd.DataFrame([receipt | {"given": 40, "reason": "", "asked_about": ""}])
    >>> history(receipts, "2013-14-Q1", date(2013, 7, 12)).values.tolist()
    [['police', '2013-07-10', 'version 1 received', 40, '']]
    """
    quarter = period or latest(receipts)
    receipts_so_far = receipts[(receipts["period"] == quarter) & (receipts["received"] <= on.isoformat())]
    rows: list[tuple[str, str, str, int, str]] = []
    for agency in framework.returning(quarter):
        version = 0
        for row in receipts_so_far[receipts_so_far["agency"] == agency].itertuples(index=False):
            version = {register.RECEIVED: version + 1, register.WITHDRAWN: 0}.get(row.outcome, version)
            event = f"version {version} received" if row.outcome == register.RECEIVED else row.outcome
            question = f"a word is asked for on {row.asked_about}" if row.asked_about else ""
            rows.append((agency, row.received, event, row.given, "; ".join(filter(None, (row.reason, question)))))
    return pd.DataFrame(rows, columns=list(HISTORY))


def latest(receipts: pd.DataFrame) -> str:
    """Return the latest quarter that a return came for; raises SafeguardingError when none did.

    >>> latest(pd.DataFrame({"period": ["2013-14-Q1", "2012-13-Q4"]}))
    '2013-14-Q1'
    """
    quarters = [period for period in receipts["period"].unique() if period]
    if not quarters:
        raise SafeguardingError("No return has come yet: name the period.")
    return max(quarters, key=periods.order)


def as_of(receipts: pd.DataFrame, period: str) -> date:
    """Return the date of a report on the quarter: the last day on which a return for it was due, came or was withdrawn.

    >>> as_of(pd.DataFrame({"period": ["2013-14-Q1"], "received": ["2013-12-02"]}), "2013-14-Q1").isoformat()
    '2013-12-02'
    """
    due_days = [due for agency in framework.returning(period) if (due := framework.due(agency, period)) is not None]
    days_received = [date.fromisoformat(day) for day in receipts.loc[receipts["period"] == period, "received"]]
    return max([*due_days, *days_received], default=date.fromisoformat(periods.end(period)))


def _row(agency: str, period: str, agency_receipts: pd.DataFrame, on: date) -> dict[str, object]:
    due = framework.due(agency, period) or on
    received, refused, withdrawn = (
        agency_receipts[agency_receipts["outcome"] == outcome]
        for outcome in (register.RECEIVED, register.REFUSED, register.WITHDRAWN)
    )
    standing = received[received["version"] > (withdrawn["version"].max() if not withdrawn.empty else 0)].sort_values("version")
    first = date.fromisoformat(standing["received"].min()) if not standing.empty else None
    late = framework.working_days_between(due, first or on)
    if first is not None:
        state = LATE if late else IN_TIME
    elif not withdrawn.empty:
        state = WITHDRAWN
    elif not refused.empty:
        state = REFUSED
    else:
        state = OVERDUE if late else EXPECTED
    note = "; ".join(f"refused on {row.received}: {row.reason}" for row in refused.itertuples(index=False))
    values = (
        agency, framework.title(agency), period, due.isoformat(), state, first.isoformat() if first else "", late, len(standing),
        len(framework.asked(agency, period)), int(standing["given"].iloc[-1]) if first else 0,
        str(withdrawn["received"].max()) if state == WITHDRAWN else "", note,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))
