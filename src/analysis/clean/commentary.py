"""Agencies' commentary on a period's figures: a text for each indicator, with the role of its author."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis import catalogue
from analysis.catalogue import periods
from analysis.errors import DataError, SafeguardingError
from analysis.store import COMMENTARY_COLUMNS, raw_files

_HEADER = ["indicator", "role", "text"]
# As much as readers take in beside a figure on the score card.
MAX_LETTERS = {"role": 80, "text": 600}


def commentary(data: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the received commentary in COMMENTARY_COLUMNS, and {file: sha256}.

    Each `commentary/<period>.csv` has the columns indicator, role and text. Raises DataError naming file, row and column for a
    file name that isn't a period, another header, an unknown indicator, and an empty, too long or unprintable role or text.
    """
    rows: list[dict[str, str]] = []
    files = raw_files.commentary(data)
    for name, _, cells in files:
        period = _period_of(name)
        if cells[0] != _HEADER:
            raise DataError(name, row=1, found=", ".join(cells[0]), expected=", ".join(_HEADER))
        rows += [_parsed_row(name, number, row) | {"period": period} for number, row in enumerate(cells[1:], start=2) if row]
    return pd.DataFrame(rows, columns=list(COMMENTARY_COLUMNS), dtype=str), {name: digest for name, digest, _ in files}


def _period_of(name: str) -> str:
    try:
        return periods.parse(Path(name).stem)
    except SafeguardingError:
        raise DataError(name, found="a name that is no period", expected="a name such as 2012-13-Q4.csv") from None


def _parsed_row(name: str, number: int, row: list[str]) -> dict[str, str]:
    if len(row) != len(_HEADER):
        raise DataError(name, row=number, found=f"{len(row)} cells", expected=f"{len(_HEADER)}")
    entry = {column: cell.strip() for column, cell in zip(_HEADER, row, strict=True)}
    if entry["indicator"] not in catalogue.indicators().index:
        raise DataError(name, row=number, column=1, found=repr(entry["indicator"]), expected="the id of an indicator")
    for column, (field, most) in enumerate(MAX_LETTERS.items(), start=2):
        text = " ".join(entry[field].split())
        if not 0 < len(text) <= most or not text.isprintable():
            problem = f"{len(text)} letters" if text.isprintable() else "letters that can't be printed"
            raise DataError(name, row=number, column=column, found=problem, expected=f"1 to {most} letters")
        entry[field] = text
    return entry
