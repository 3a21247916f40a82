"""A pack of two reports that is made again after a figure of its printed report was put right."""

from __future__ import annotations

from collections.abc import Callable

PLAN = """
[reports.dols]
notebook = "year_on_year"
title = "DoLS: year on year"
section = "DoLS"
summary = "What changed."
parameters = { domain = "dols", areas = ["Leicestershire", "Rutland"] }

[reports.trend]
notebook = "trend"
title = "DoLS: trend"
section = "DoLS"
summary = "What moves."
parameters = { domain = "dols", areas = ["Leicestershire", "Rutland"] }
"""


def put(row: int, *cells: str) -> Callable[[list[list[str]]], None]:
    """Put cells into a row of Figure 6, from its second cell on."""

    def change(rows: list[list[str]]) -> None:
        rows[row - 1][1 : 1 + len(cells)] = cells

    return change
