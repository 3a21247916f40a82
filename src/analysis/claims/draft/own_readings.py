"""What an analyst has corrected of the statements read from a draft: kept beside it, and used whenever it is read again.

Beside `draft.docx` lies `draft.docx.statements.csv`, as `claims extract --keep` writes it. A row with yes under `confirmed` says
what its number counts; one with no says that it is no figure. A row belongs to its sentence and number, wherever they stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from analysis.claims.ledger import CONFIRMED, decision, read_draft
from analysis.clean.printed.statements import HEADER
from analysis.files.folders import write_whole

Key = tuple[str, str, int]  # the sentence, the words, and how many of the same words stand before them in it


def readings_file(report: Path) -> Path:
    """Return the file of an analyst's readings of a report.

    >>> readings_file(Path("drafts/report.docx")).name
    'report.docx.statements.csv'
    """
    return report.with_name(f"{report.name}.statements.csv")


def own_readings(report: Path) -> dict[Key, dict[str, str]]:
    """Return the rows that the analyst has decided, yes or no, in the order of the file; none where there is no file.

    Raises DataError for a file that is no CSV of statements.
    """
    path = readings_file(report)
    if not path.is_file():
        return {}
    rows = read_draft(path).to_dict("records")
    return {key: row for key, row in zip(_keys(rows), rows, strict=True) if decision(row) is not None}


def with_readings(rows: list[dict[str, str]], own: Mapping[Key, dict[str, str]]) -> list[dict[str, str]]:
    """Return proposed statements, those that the analyst has decided as they were decided (with `source`, their own cell)."""
    return [own[key] | {"id": row["id"]} if key in own else row for key, row in zip(_keys(rows), rows, strict=True)]


def keep_readings(report: Path, proposed: pd.DataFrame) -> int:
    """Write proposed statements beside the report; what was decided there before stays decided.

    Returns how many decided rows are of sentences that the report no longer has: they are kept, at the end of the file.
    """
    rows, own = proposed.to_dict("records"), own_readings(report)
    here = set(_keys(rows))
    gone = [row for key, row in own.items() if key not in here]
    numbered = [row | {"id": f"d{number}"} for number, row in enumerate([*with_readings(rows, own), *gone], start=1)]
    text = pd.DataFrame(numbered, columns=[*HEADER, CONFIRMED]).to_csv(index=False, lineterminator="\n")
    write_whole(readings_file(report), text.encode("utf-8-sig"), mode=0o644)  # by the mark Excel takes it for UTF-8
    return len(gone)


def _keys(rows: list[dict[str, str]]) -> list[Key]:
    before: Counter[tuple[str, str]] = Counter()
    keys = []
    for row in rows:
        words = (row["quote"], row["stated"])
        keys.append((*words, before[words]))
        before[words] += 1
    return keys
