"""Implied claims of labels: a row called a percentage holds percentages, a table of rates holds rates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis import catalogue
from analysis.catalogue import tables
from analysis.claims.implied.claim_row import row_of
from analysis.claims.lookup import Figures, Printed
from analysis.store import Store


def labels(store: Store, figures: Figures) -> Iterator[dict[str, str]]:
    """Yield a row for each printed title and row label that says of what kind its figures are, by `claim_labels.csv`."""
    label_words = tables.read("claim_labels")
    by_row: dict[tuple[str, str], Printed] = {}
    by_file: dict[str, Printed] = {}
    for figure in figures.all:
        file, _, cell = figure.source.partition("#cell=")
        by_row.setdefault((file, cell.partition(",")[0]), figure)
        by_file.setdefault(file, figure)
    cells = store.cells[store.cells["fate"].isin(("title", "label"))]
    for source, text, fate in zip(cells["source"], cells["text"], cells["fate"], strict=True):
        file, _, cell = source.partition("#cell=")
        units = [
            unit
            for word, unit in zip(label_words["word"], label_words["unit"], strict=True)
            if re.search(rf"\b{word}\b", text, re.I)
        ]
        labelled = by_file.get(file) if fate == "title" else by_row.get((file, cell.partition(",")[0]))
        if len(units) != 1 or labelled is None:
            continue  # a label that names two kinds heads a row of each
        beneath = by_row.get((file, str(int(cell.partition(",")[0]) + 1)))
        if fate == "label" and beneath is not None and _is_share_of(beneath, labelled) and units[0] == "percent":
            continue  # a label that runs over two rows is of the numbers and of their shares beneath
        row = row_of(figures, "label", labelled, f'unit_is({labelled.series}, "{units[0]}")')
        yield row | {
            "id": f"label/{source.rpartition('/')[2].replace('.csv#cell=', '/')}",
            "quote": text,
            "stated": text,
            "unit": "word",
        }


def _is_share_of(share: Printed, count: Printed) -> bool:
    """Whether a figure is the printed share that another is the numerator of."""
    return str(catalogue.series().at[share.series, "numerator"]) == count.series
