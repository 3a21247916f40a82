"""What a finding may mean and what to ask whom, from the table that the Boards may edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.catalogue import tables


def question(row: Mapping[str, Any], side: str) -> tuple[str, str] | None:
    """Return (what it may mean, what to ask) of a row of the card; None where the table has no words for it.

    `side` is "rose" or "fell" of a change, "high" or "low" of a place, or "disagree". A place is asked about by the indicator
    that compares areas (`compared_by`), where the row's own has no words.

    >>> question({"indicator": "plans_in_force", "category": "all"}, "fell")
    ('Need fell, or was missed; children in care may tell.', 'Are plans started less often, or ended sooner?')
    """
    known = tables.read("questions").set_index(["indicator", "category", "direction"])
    for name in (row["indicator"], row.get("compared_by")):
        key = (name, row["category"], side)
        if isinstance(name, str) and key in known.index:
            return str(known.at[key, "so_what"]), str(known.at[key, "question"])
    return None


def side_of_change(row: Mapping[str, Any]) -> str:
    """Return "disagree" where two returns do, else whether the figure of the row rose or fell; empty without one before.

    >>> side_of_change({"other_latest": "", "latest": 393.0, "reference": 524.0})
    'fell'
    """
    if row["other_latest"]:
        return "disagree"
    if pd.isna(row["reference"]):
        return ""
    return "rose" if row["latest"] >= row["reference"] else "fell"
