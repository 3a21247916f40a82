"""Agencies' returns as they were kept: every figure an observation of its version, every action counted in its state."""

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
_FATES = {return_form.REMARK: "remark", return_form.LAST: "label"}


def place_of(release: Release) -> tuple[str, str, int]:
    """Return agency, period and version of a return; raises DataError for a release that is named otherwise."""
    parts = release.release.split("/")
    if len(parts) != 3 or not parts[2].isdigit():
        raise DataError(release.id, found=f"the release {release.release!r}", expected="agency/period/version")
    return parts[0], parts[1], int(parts[2])


@dataclass(frozen=True, eq=False)
class Returned:
    """What all returns say: the figures and actions of those that stand, the fate of every cell, {release: figures given}."""

    observations: pd.DataFrame
    cells: pd.DataFrame
    actions: pd.DataFrame
    given: dict[str, int]


def withdrawals(releases: list[Release]) -> dict[str, Release]:
    """Return {release: the withdrawal} for every version of a return that was withdrawn, and for the withdrawals themselves."""
    found: dict[str, Release] = {}
    last: dict[tuple[str, str], Release] = {}
    mine = [each for each in releases if each.source == SOURCE]
    for each in sorted(mine, key=lambda each: place_of(each)[2], reverse=True):
        place = place_of(each)[:2]
        if each.withdrawn:
            last[place] = each
        if place in last:
            found[each.id] = last[place]
    return found


def read_all(releases: list[Release]) -> Returned:
    """Return what the returns among the releases say; the cells of those that were withdrawn are accounted for all the same."""
    taken_back = withdrawals(releases)
    observations = [pd.DataFrame(columns=list(COLUMNS)).astype({"value": float})]
    cells, actions = [pd.DataFrame(columns=list(CELL_COLUMNS))], [pd.DataFrame(columns=list(ACTION_COLUMNS), dtype="str")]
    given: dict[str, int] = {}
    for release in releases:
        if release.source != SOURCE or release.withdrawn:
            continue
        figures, read, listed = read_return(release)
        given[release.id] = int(figures["status"].isin(WITH_VALUE).sum())
        if release.id in taken_back:
            withdrawal = taken_back[release.id]
            reason = f"Withdrawn on {withdrawal.date}: {withdrawal.reason}"
            read = read.assign(fate=read["fate"].where(read["fate"] == "padding", "withdrawn"), reason=reason)
        else:
            observations.append(figures)
            actions.append(listed)
        cells.append(read)
    return Returned(_joined(observations), _joined(cells), _joined(actions), given)


def read_return(release: Release) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return (observations, cells, actions) of one version of a return.

    Actions are one row each, ACTION_COLUMNS, with their state at the end of the period. Raises DataError naming file, row and
    column for a figure that can't be read or that the agency was not asked for.
    """
    agency, period, _ = place_of(release)
    asked = framework.asked(agency, period).set_index("key")
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
            elif return_form.REF in columns and _at(row, columns[return_form.REF]):
                observations.append(_observation(release, file, number, row, columns, asked))
                cells += _cells(release, file, number, row, "label", columns)
            elif return_form.ACTION in columns and _at(row, columns[return_form.ACTION]):
                actions.append(_action(release, period, file, number, row, columns))
                cells += _cells(release, file, number, row, "action", {})
            else:
                cells += _cells(release, file, number, row, "title", {})
    observations += _counted(release, asked, actions)
    return (
        pd.DataFrame(observations, columns=list(COLUMNS)).astype({"value": float}),
        pd.DataFrame(cells, columns=list(CELL_COLUMNS)),
        pd.DataFrame(actions, columns=list(ACTION_COLUMNS)),
    )


def clean(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the observations of the domain that only returns give. It may be empty: there may be no return yet."""
    return observations[observations["series"].map(catalogue.series()["domain"]) == "learning"]


def mark_restated(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the observations with the status `revised` wherever a later version of a return gives another value."""
    returned = observations["release"].str.startswith(f"{SOURCE}/")
    mine = observations[returned & (observations["status"] == "final")]
    version = mine["release"].str.extract(r"/(\d+)$", expand=False).astype(int)
    ordered = mine.assign(version=version).sort_values("version", kind="stable")
    first = ordered.groupby(list(FIGURE))["value"].transform("first")
    changed = ordered.index[ordered["value"] != first]
    return observations.assign(status=observations["status"].mask(observations.index.isin(changed), "revised"))


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in frames if not frame.empty] or frames[:1]
    return pd.concat(filled, ignore_index=True)


def _at(row: list[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""


def _source(release: Release, file: str, row: int, column: int) -> str:
    return f"{release.id}/{file}#cell={row},{column}"


def _cells(release: Release, file: str, number: int, row: list[str], fate: str, columns: dict[str, int]) -> list[dict[str, str]]:
    named = {index: _FATES.get(name, "observation" if name == return_form.YOURS else fate) for name, index in columns.items()}
    return [
        {
            "source": _source(release, file, number, index + 1),
            "text": text,
            "fate": named.get(index, fate) if text else "padding",
            "reason": "",
        }
        for index, text in enumerate(row)
    ]


def _observation(
    release: Release, file: str, number: int, row: list[str], columns: dict[str, int], asked: pd.DataFrame
) -> dict[str, object]:
    key, text, name = _at(row, columns[return_form.REF]), _at(row, columns[return_form.YOURS]), f"{release.id}/{file}"
    column = columns[return_form.YOURS] + 1
    if key not in asked.index:
        raise DataError(
            name, row=number, column=columns[return_form.REF] + 1, found=repr(key), expected="a figure of the agreement"
        )
    try:
        (figure,) = read_cell("count", text, 1, release.source)
    except UnreadableError as error:
        raise DataError(name, row=number, column=column, found=repr(text), expected=str(error)) from None
    item = asked.loc[key]
    remark = _at(row, columns[return_form.REMARK])
    return {
        "series": item["series"],
        "area": item["area"],
        "period": item["period"],
        "category": item["category"],
        "value": figure.value,
        "status": figure.status,
        "release": release.id,
        "source": _source(release, file, number, column),
        "note": f"Remark of the agency: {remark}" if remark else "",
    }


def _action(release: Release, period: str, file: str, number: int, row: list[str], columns: dict[str, int]) -> dict[str, str]:
    said = {name.lower(): _at(row, columns[name]) for name in return_form.ACTION_COLUMNS}
    said |= {"period": period, "release": release.id, "source": _source(release, file, number, columns[return_form.ACTION] + 1)}
    return said | {"state": _state(said, date.fromisoformat(periods.end(period)))}


def _state(action: dict[str, str], at: date) -> str:
    done = action["done"] and date.fromisoformat(action["done"]) <= at
    if not done:
        return OVERDUE if date.fromisoformat(action["due"]) < at else OPEN
    if not action["audited"] or date.fromisoformat(action["audited"]) > at:
        return FINISHED
    return WORKS if action["effect"] == return_form.EFFECTS[0] else NO_EFFECT


def _counted(release: Release, asked: pd.DataFrame, actions: list[dict[str, str]]) -> list[dict[str, object]]:
    """Return the figures that are counted from the list, with the place of the list as their source."""
    rows = asked[asked["form"] == "list"]
    file = (
        next((action["source"] for action in actions), f"{release.id}/{return_form.sheet_file(rows['subject'].iloc[0])}#cell=4,1")
        if len(rows)
        else ""
    )
    return [
        {
            "series": item.series,
            "area": item.area,
            "period": item.period,
            "category": item.category,
            "value": float(sum(action["state"] == item.category for action in actions)),
            "status": "final",
            "release": release.id,
            "source": file,
            "note": "Counted from the list of actions.",
        }
        for item in rows.itertuples(index=False)
    ]
