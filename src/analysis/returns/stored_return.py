"""The content of a return that is compared from version to version: its figures, remarks and actions."""

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
class ReturnContent:
    """The content of a return: {reference: figure as text}, {reference: remark}, and the actions by ACTION_COLUMNS."""

    figures: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    actions: tuple[tuple[str, ...], ...] = ()


def content_of_return(agency_return: Return) -> ReturnContent:
    """Return the content of a file that was just read."""
    rows = agency_return.figures[["key", "text", "remark"]].itertuples(index=False, name=None)
    texts = [(key, text or "", remark or "") for key, text, remark in rows]
    return ReturnContent({key: text for key, text, _ in texts}, {key: remark for key, _, remark in texts}, agency_return.actions)


def content_of_version(folder: Path) -> ReturnContent:
    """Return the content of a version in the folder of returns."""
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
                elif return_form.REF in columns and (key := _text_at(row, columns[return_form.REF])):
                    figures[key], remarks[key] = (
                        _text_at(row, columns[return_form.YOURS]),
                        _text_at(row, columns.get(return_form.REMARK, len(row))),
                    )
                elif return_form.ACTION in columns and _text_at(row, columns[return_form.ACTION]):
                    actions.append(tuple(_text_at(row, columns[name]) for name in return_form.ACTION_COLUMNS))
    return ReturnContent(figures, remarks, tuple(actions))


def difference(version_before: Path | None, agency_return: Return) -> str:
    """Return how a file differs from the version before it: FIRST if there is none, else FIGURES, REMARKS or NOTHING.

    Only the content counts: the same content in a file that was saved again, or in rows that were moved, is no difference.
    """
    if version_before is None:
        return FIRST
    content, earlier_content = content_of_return(agency_return), content_of_version(version_before)
    if (content.figures, content.actions) != (earlier_content.figures, earlier_content.actions):
        return FIGURES
    return NOTHING if content.remarks == earlier_content.remarks else REMARKS


def _text_at(row: list[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""
