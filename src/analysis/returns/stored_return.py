"""What a return says, as far as it is kept: its figures, remarks and actions, of a version on the disk or of a file just read."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

from analysis.catalogue.framework import return_form
from analysis.returns.parsing import Return
from analysis.store.raw_files import AS_RECEIVED

# How a return differs from the version before it, the strongest first.
FIRST, FIGURES, REMARKS, NOTHING = "first", "figures", "remarks", "nothing"


@dataclass(frozen=True)
class Said:
    """What a return says: {reference: figure as text}, {reference: remark} and the actions, by ACTION_COLUMNS."""

    figures: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    actions: tuple[tuple[str, ...], ...] = ()


def said_by(mine: Return) -> Said:
    """Return what a file that was read says."""
    rows = mine.figures[["key", "text", "remark"]].itertuples(index=False, name=None)
    given = [(key, text or "", remark or "") for key, text, remark in rows]
    return Said({key: text for key, text, _ in given}, {key: remark for key, _, remark in given}, mine.actions)


def said_in(folder: Path) -> Said:
    """Return what a version that was kept says."""
    figures: dict[str, str] = {}
    remarks: dict[str, str] = {}
    actions: list[tuple[str, ...]] = []
    for path in sorted(folder.glob("*.csv")):
        if path.name.startswith(AS_RECEIVED):
            continue
        columns: dict[str, int] = {}
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.reader(handle):
                if return_form.REF in row or return_form.ACTION in row:
                    columns = {
                        name: row.index(name) for name in (*return_form.COLUMNS, *return_form.ACTION_COLUMNS) if name in row
                    }
                elif return_form.REF in columns and (key := _at(row, columns[return_form.REF])):
                    figures[key], remarks[key] = (
                        _at(row, columns[return_form.YOURS]),
                        _at(row, columns.get(return_form.REMARK, len(row))),
                    )
                elif return_form.ACTION in columns and _at(row, columns[return_form.ACTION]):
                    actions.append(tuple(_at(row, columns[name]) for name in return_form.ACTION_COLUMNS))
    return Said(figures, remarks, tuple(actions))


def difference(before: Path | None, mine: Return) -> str:
    """Return how a file differs from the version that stands before it: FIRST where there is none, FIGURES, REMARKS or NOTHING.

    Only what is said counts: the same said in a file that was saved once more, or in rows that were moved, is nothing new.
    """
    if before is None:
        return FIRST
    now, then = said_by(mine), said_in(before)
    if (now.figures, now.actions) != (then.figures, then.actions):
        return FIGURES
    return NOTHING if now.remarks == then.remarks else REMARKS


def _at(row: list[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""
