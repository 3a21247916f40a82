"""Claims that a label makes of its figures: a row called a percentage holds percentages, a table of rates holds rates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.catalogue import tables
from analysis.claims.implied.row import row_of
from analysis.claims.lookup import Figures, Printed
from analysis.store import Store


def labels(held: Store, figures: Figures) -> Iterator[dict[str, str]]:
    """Yield a row for each printed title and row label that says of what kind its figures are, by `claim_labels.csv`."""
    named = tables.read("claim_labels")
    by_row: dict[tuple[str, str], Printed] = {}
    by_file: dict[str, Printed] = {}
    for figure in figures.all:
        file, _, cell = figure.source.partition("#cell=")
        by_row.setdefault((file, cell.partition(",")[0]), figure)
        by_file.setdefault(file, figure)
    cells = held.cells[held.cells["fate"].isin(("title", "label"))]
    for source, text, fate in zip(cells["source"], cells["text"], cells["fate"], strict=True):
        file, _, cell = source.partition("#cell=")
        units = [unit for word, unit in zip(named["word"], named["unit"], strict=True) if re.search(rf"\b{word}\b", text, re.I)]
        found = by_file.get(file) if fate == "title" else by_row.get((file, cell.partition(",")[0]))
        if len(units) != 1 or found is None:
            continue  # a label that names two kinds heads a row of each
        row = row_of(figures, "label", found, f'unit_is({found.series}, "{units[0]}")')
        yield row | {
            "id": f"label/{source.rpartition('/')[2].replace('.csv#cell=', '/')}",
            "quote": text,
            "stated": text,
            "unit": "word",
        }
