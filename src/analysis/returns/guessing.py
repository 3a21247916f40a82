"""Guesses the layout of an agency's export: whether figures stand in rows or in columns, and which of its names mean which."""

from __future__ import annotations

import difflib
import re

import pandas as pd

from analysis.catalogue.framework import return_form
from analysis.returns.sandbox import Sheet
from analysis.returns.sheet_tables import text_at

_ALIKE = 0.85  # likeness of two names by difflib: below it, they are more often different things than two spellings
_FIGURE = re.compile(r"[0-9][0-9,. ]*|[xz]", re.IGNORECASE)


def shape(sheet: Sheet) -> tuple[dict[str, str], list[str]]:
    """Return ({column: label, value or nothing}, labels); the labels are empty where each figure has a column of its own.

    An export with one row under its headings, and with a number in front or three columns or more, has a column for each figure.
    """
    rows = sorted({row for row, _ in sheet.cells})
    width = max(column for _, column in sheet.cells)
    name_of_column = {column: text_at(sheet, rows[0], column) for column in range(1, width + 1)}
    data_rows = rows[1:]
    columns = {name: "" for name in name_of_column.values() if name}
    if len(data_rows) == 1 and (width > 2 or _FIGURE.fullmatch(text_at(sheet, data_rows[0], 1))):
        return columns, []
    texts_of_column = {column: [text for row in data_rows if (text := text_at(sheet, row, column))] for column in name_of_column}
    figures = {column: [text for text in texts if _FIGURE.fullmatch(text)] for column, texts in texts_of_column.items()}
    labels = {column: set(texts) - set(figures[column]) for column, texts in texts_of_column.items()}
    label_column = max(labels, key=lambda column: (len(labels[column]), -column))
    other_columns = [column for column in figures if column != label_column]
    value_column = max(other_columns, key=lambda column: (len(figures[column]), column), default=label_column)
    columns |= {name_of_column[label_column]: "label", name_of_column[value_column]: "value"}
    return columns, list(dict.fromkeys(text for row in data_rows if (text := text_at(sheet, row, label_column))))


def guess(export_names: list[str], requested: pd.DataFrame) -> dict[str, str]:
    """Return {name in the export: reference} for names that are like that of a requested figure; each figure is used once."""
    labels = return_form.labels(requested)
    is_unique_label = ~labels[return_form.FIGURE].duplicated(keep=False)  # a figure in one area only need not name its area
    key_of_name: dict[str, str] = {}
    for key, figure, area, is_unique in zip(
        requested["key"], labels[return_form.FIGURE], labels[return_form.AREA], is_unique_label, strict=True
    ):
        full_names = [f"{figure} {area}", f"{area} {figure}", key]
        for name in [figure, key.partition("@")[0].removesuffix(":all"), *full_names] if is_unique else full_names:
            key_of_name.setdefault(_plain(name), key)
    guesses: dict[str, str] = {}
    for exactly in (True, False):
        for name in export_names:
            closest = difflib.get_close_matches(_plain(name), key_of_name, n=1, cutoff=1.0 if exactly else _ALIKE)
            if closest and name not in guesses and key_of_name[closest[0]] not in guesses.values():
                guesses[name] = key_of_name[closest[0]]
    return guesses


def _plain(name: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", name.casefold()))
