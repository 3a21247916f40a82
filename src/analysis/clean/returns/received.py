"""Read the stored returns of agencies: each figure becomes an observation of its version, and actions are counted by state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analysis import catalogue
from analysis.catalogue import framework, periods
from analysis.catalogue.framework import return_form
from analysis.clean.printed.cell_formats import UnreadableError, read_cell
from analysis.errors import DataError
from analysis.store import CELL_COLUMNS, COLUMNS, FIGURE, WITH_VALUE
from analysis.store.raw_files import AS_RECEIVED, Release
from analysis.store.returns_folder import SOURCE

ACTION_COLUMNS = ("period", "release", *(name.lower() for name in return_form.ACTION_COLUMNS), "state", "source")
RESULT = "result.json"
OPEN, OVERDUE, FINISHED, WORKS, NO_EFFECT = "open", "overdue", "done", "shown_to_work", "audited_no_effect"
_FATE_OF_COLUMN = {return_form.REMARK: "remark", return_form.LAST: "label"}


def place_of(release: Release) -> tuple[str, str, int]:
    """Return agency, period and version of a return; raises DataError for a release with another form of name."""
    parts = release.release.split("/")
    if len(parts) != 3 or not parts[2].isdigit():
        raise DataError(release.id, found=f"the release {release.release!r}", expected="agency/period/version")
    return parts[0], parts[1], int(parts[2])


@dataclass(frozen=True, eq=False)
class Returned:
    """All returns: figures and actions of those in force, the fate of every cell, and {release: number of figures}."""

    observations: pd.DataFrame
    cells: pd.DataFrame
    actions: pd.DataFrame
    figure_counts: dict[str, int]


def withdrawals(releases: list[Release]) -> dict[str, Release]:
    """Return {release: its withdrawal} for every withdrawn version of a return, and for the withdrawals themselves."""
    withdrawal_of: dict[str, Release] = {}
    latest: dict[tuple[str, str], Release] = {}
    returns = [release for release in releases if release.source == SOURCE]
    for release in sorted(returns, key=lambda release: place_of(release)[2], reverse=True):
        agency_and_period = place_of(release)[:2]
        if release.withdrawn:
            latest[agency_and_period] = release
        if agency_and_period in latest:
            withdrawal_of[release.id] = latest[agency_and_period]
    return withdrawal_of


def read_all(releases: list[Release]) -> Returned:
    """Return the content of the returns among the releases; of withdrawn returns only the fate of the cells is given."""
    withdrawal_of = withdrawals(releases)
    observations = [pd.DataFrame(columns=list(COLUMNS)).astype({"value": float})]
    cells, actions = [pd.DataFrame(columns=list(CELL_COLUMNS))], [pd.DataFrame(columns=list(ACTION_COLUMNS), dtype="str")]
    figure_counts: dict[str, int] = {}
    for release in releases:
        if release.source != SOURCE or release.withdrawn:
            continue
        figures, return_cells, return_actions = read_return(release)
        figure_counts[release.id] = int(figures["status"].isin(WITH_VALUE).sum())
        if release.id in withdrawal_of:
            withdrawal = withdrawal_of[release.id]
            reason = f"Withdrawn on {withdrawal.date}: {withdrawal.reason}"
            return_cells = return_cells.assign(
                fate=return_cells["fate"].where(return_cells["fate"] == "padding", "withdrawn"), reason=reason
            )
        else:
            observations.append(figures)
            actions.append(return_actions)
        cells.append(return_cells)
    return Returned(_joined(observations), _joined(cells), _joined(actions), figure_counts)


def read_return(release: Release) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return (observations, cells, actions) of one version of a return.

    Each action is one row in ACTION_COLUMNS, with its state at the end of the period. Raises DataError naming file, row and
    column for a figure that can't be read or that was not requested from the agency.
    """
    agency, period, _ = place_of(release)
    requests = framework.asked(agency, period).set_index("key")
    observations: list[dict[str, object]] = []
    cells: list[dict[str, str]] = []
    actions: list[dict[str, str]] = []
    for file in sorted(release.checksums):
        if not file.endswith(".csv") or file.startswith(AS_RECEIVED):
            continue
        columns: dict[str, int] = {}
        for number, row in enumerate(release.rows(file), start=1):
            if return_form.REF in row or return_form.ACTION in row:
                columns = {name: index for index, name in enumerate(row) if name}
                cells += _cells(release, file, number, row, "header", {})
            elif return_form.REF in columns and _cell_text(row, columns[return_form.REF]):
                observations.append(_observation(release, file, number, row, columns, requests))
                cells += _cells(release, file, number, row, "label", columns)
            elif return_form.ACTION in columns and _cell_text(row, columns[return_form.ACTION]):
                actions.append(_action(release, period, file, number, row, columns))
                cells += _cells(release, file, number, row, "action", {})
            else:
                cells += _cells(release, file, number, row, "title", {})
    observations += _counts_of_actions(release, requests, actions)
    return (
        pd.DataFrame(observations, columns=list(COLUMNS)).astype({"value": float}),
        pd.DataFrame(cells, columns=list(CELL_COLUMNS)),
        pd.DataFrame(actions, columns=list(ACTION_COLUMNS)),
    )


def clean(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the observations of the learning domain, which only returns have; there may be none yet."""
    return observations[observations["series"].map(catalogue.series()["domain"]) == "learning"]


def mark_restated(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the observations, with the status `revised` wherever a later version of a return has another value."""
    is_returned = observations["release"].str.startswith(f"{SOURCE}/")
    final = observations[is_returned & (observations["status"] == "final")]
    version = final["release"].str.extract(r"/(\d+)$", expand=False).astype(int)
    ordered = final.assign(version=version).sort_values("version", kind="stable")
    first_value = ordered.groupby(list(FIGURE))["value"].transform("first")
    changed = ordered.index[ordered["value"] != first_value]
    return observations.assign(status=observations["status"].mask(observations.index.isin(changed), "revised"))


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    with_rows = [frame for frame in frames if not frame.empty] or frames[:1]
    return pd.concat(with_rows, ignore_index=True)


def _cell_text(row: list[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""


def _source(release: Release, file: str, row: int, column: int) -> str:
    return f"{release.id}/{file}#cell={row},{column}"


def _cells(release: Release, file: str, number: int, row: list[str], fate: str, columns: dict[str, int]) -> list[dict[str, str]]:
    fate_of_column = {
        index: _FATE_OF_COLUMN.get(name, "observation" if name == return_form.YOURS else fate) for name, index in columns.items()
    }
    return [
        {
            "source": _source(release, file, number, index + 1),
            "text": text,
            "fate": fate_of_column.get(index, fate) if text else "padding",
            "reason": "",
        }
        for index, text in enumerate(row)
    ]


def _observation(
    release: Release, file: str, number: int, row: list[str], columns: dict[str, int], requests: pd.DataFrame
) -> dict[str, object]:
    key, text, name = (
        _cell_text(row, columns[return_form.REF]),
        _cell_text(row, columns[return_form.YOURS]),
        f"{release.id}/{file}",
    )
    column = columns[return_form.YOURS] + 1
    if key not in requests.index:
        raise DataError(
            name, row=number, column=columns[return_form.REF] + 1, found=repr(key), expected="a figure of the agreement"
        )
    try:
        (figure,) = read_cell("count", text, 1, release.source)
    except UnreadableError as error:
        raise DataError(name, row=number, column=column, found=repr(text), expected=str(error)) from None
    request = requests.loc[key]
    remark = _cell_text(row, columns[return_form.REMARK])
    return {
        "series": request["series"],
        "area": request["area"],
        "period": request["period"],
        "category": request["category"],
        "value": figure.value,
        "status": figure.status,
        "release": release.id,
        "source": _source(release, file, number, column),
        "note": f"Remark of the agency: {remark}" if remark else "",
    }


def _action(release: Release, period: str, file: str, number: int, row: list[str], columns: dict[str, int]) -> dict[str, str]:
    action = {name.lower(): _cell_text(row, columns[name]) for name in return_form.ACTION_COLUMNS}
    action |= {"period": period, "release": release.id, "source": _source(release, file, number, columns[return_form.ACTION] + 1)}
    return action | {"state": _state(action, date.fromisoformat(periods.end(period)))}


def _state(action: dict[str, str], day: date) -> str:
    is_done = action["done"] and date.fromisoformat(action["done"]) <= day
    if not is_done:
        return OVERDUE if date.fromisoformat(action["due"]) < day else OPEN
    if not action["audited"] or date.fromisoformat(action["audited"]) > day:
        return FINISHED
    return WORKS if action["effect"] == return_form.EFFECTS[0] else NO_EFFECT


def _counts_of_actions(release: Release, requests: pd.DataFrame, actions: list[dict[str, str]]) -> list[dict[str, object]]:
    """Return the figures that are counts of the listed actions; their source is the first cell of the list."""
    list_requests = requests[requests["form"] == "list"]
    source = (
        next(
            (action["source"] for action in actions),
            f"{release.id}/{return_form.sheet_file(list_requests['subject'].iloc[0])}#cell=4,1",
        )
        if len(list_requests)
        else ""
    )
    return [
        {
            "series": request.series,
            "area": request.area,
            "period": request.period,
            "category": request.category,
            "value": float(sum(action["state"] == request.category for action in actions)),
            "status": "final",
            "release": release.id,
            "source": source,
            "note": "Counted from the list of actions.",
        }
        for request in list_requests.itertuples(index=False)
    ]
