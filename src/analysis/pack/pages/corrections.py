"""What a pack that is made again has corrected: the figures of the one that readers have, against those of the new one."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import measures
from analysis.disclosure.audit.cells import Cell, cells, number
from analysis.disclosure.audit.pages import exhibits
from analysis.pack.results import MANIFEST

Place = tuple[str, str, str, str]  # indicator, area, period, category
_BOTH = ("Before", "Now")  # a row that tells a figure's history has both


@dataclass(frozen=True)
class Compared:
    """Two packs: what the first said of corrections, figures that changed or are on no page now, and those that have a number."""

    earlier: list[dict[str, Any]]
    changed: list[dict[str, str]]
    lost: list[dict[str, str]]
    shown: dict[Place, list[str]]


def compare(before: Path, folder: Path, given: Mapping[str, Any]) -> Compared:
    """Return what differs between the pack that lies at `before` and the pages in `folder`; nothing where no pack is.

    One that was made with other parameters than those `given` is another pack: of other areas or for other readers. Only pages
    that are as they were signed are read: what readers have not been shown is not corrected.
    """
    try:
        manifest = json.loads((before / MANIFEST).read_text(encoding="utf-8"))
        signed, earlier = dict(manifest["files"]), list(manifest.get("corrections", []))
        other = manifest["parameters"] != given
    except (OSError, ValueError, KeyError, TypeError):
        return Compared([], [], [], {})
    if other:
        return Compared([], [], [], {})
    pages = [path.name for path in sorted(folder.glob("*.html"))]
    was = [cell for name in pages for cell in _cells(before / name, signed.get(name))]
    now = [cell for name in pages for cell in _cells(folder / name)]
    there = {_key(cell): cell.text for cell in now}
    shown: dict[Place, list[str]] = defaultdict(list)
    for cell in now:
        if number(cell.text) is not None:
            shown[_place(cell)].append(cell.text)
    changed, lost = dict[tuple[str, ...], dict[str, str]](), dict[Place, dict[str, str]]()
    for cell in was:
        place, new = _place(cell), there.get(_key(cell))
        if number(cell.text) is None:
            continue  # what is shown for the first time corrects nothing
        if place not in shown:
            lost.setdefault(place, _row(cell, "", ""))
        elif new is not None and number(new) not in (None, number(cell.text)):
            changed.setdefault((*place, cell.text, new), _row(cell, cell.text, new))
    return Compared(earlier, list(changed.values()), list(lost.values()), dict(shown))


def corrections(compared: Compared, on: str, observations: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the corrections that the manifest has: this day's first, then those of before.

    `observations` are those that the new pack is made of: a figure that has a value among them is no longer on a page, and is
    neither withheld nor withdrawn. Of one that is, no earlier entry keeps a number.
    """
    still = _with_value(observations, compared.lost)
    figures = [*compared.changed, *(row for row in compared.lost if _of(row) not in still)]
    known = {_of(row) for day in compared.earlier for row in day["figures"] if not row["now"]}
    figures = [row for row in figures if row["now"] or _of(row) not in known]
    days = [{"on": on, "figures": figures}, *compared.earlier] if figures else compared.earlier
    latest: set[Place] = set()
    return [{"on": day["on"], "figures": [_as_now(row, compared.shown, latest) for row in day["figures"]]} for day in days]


def _as_now(row: dict[str, str], shown: dict[Place, list[str]], latest: set[Place]) -> dict[str, str]:
    """Return an entry as it may stand now: without a number where its figure has none, the latest with the one of today."""
    place = _of(row)
    first = place not in latest
    latest.add(place)
    if place not in shown:
        return row | {"was": "", "now": ""}
    if first and row["now"] and number(row["now"]) not in {number(text) for text in shown[place]}:
        return row | {"now": shown[place][0]}
    return row


def _cells(path: Path, signed: str | None = None) -> Iterable[Cell]:
    """Return the figures of a page, and none of one that is not as it was signed."""
    if not path.is_file():
        return []
    content = path.read_bytes()
    if signed is not None and hashlib.sha256(content).hexdigest() != signed:
        return []
    found = [cell for cell in cells(exhibits(content.decode())) if cell.side == "value"]
    columns = defaultdict(set)
    for cell in found:
        columns[_place(cell), cell.place].add(cell.column)
    history = {at for at, names in columns.items() if names.issuperset(_BOTH)}
    return [replace(cell, place=f"{path.name}#{cell.place}") for cell in found if (_place(cell), cell.place) not in history]


def _key(cell: Cell) -> tuple[str, ...]:
    return (*_place(cell), cell.place, cell.column)


def _place(cell: Cell) -> Place:
    return cell.indicator, cell.area, cell.period, cell.category


def _of(row: dict[str, str]) -> Place:
    return row["indicator"], row["area"], row["period"], row["category"]


def _row(cell: Cell, was: str, now: str) -> dict[str, str]:
    names = dict(zip(("indicator", "area", "period", "category"), _place(cell), strict=True))
    return names | {"was": was, "now": now, "page": cell.place.partition("#")[0]}


def _with_value(observations: pd.DataFrame, rows: list[dict[str, str]]) -> set[Place]:
    """Return those of these figures that have a value among the observations."""
    if not rows:
        return set()
    names = tuple(sorted({row["indicator"] for row in rows}))
    mine = observations[observations["area"].isin({row["area"] for row in rows})]
    both = pd.concat([measures.measure(mine, names), measures.official(mine, names)], ignore_index=True)
    columns = ["indicator", "area", "period", "category"]
    return set(both.loc[both["value"].notna(), columns].itertuples(index=False, name=None))
