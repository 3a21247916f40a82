"""What an agency's export looks like: a figure a row or a figure a column, and which of its names may be which of our figures."""

from __future__ import annotations

import difflib
import re

import pandas as pd

from analysis.catalogue.framework import return_form
from analysis.returns.sandbox import Sheet
from analysis.returns.sheets import text_at

_ALIKE = 0.85  # of two names, by difflib: below that they are more often different things than two spellings
_FIGURE = re.compile(r"[0-9][0-9,. ]*|[xz]", re.IGNORECASE)


def shape(sheet: Sheet) -> tuple[dict[str, str], list[str]]:
    """Return ({column: label, value or nothing}, labels): with labels for a figure a row, without any for a figure a column.

    One row under the headings, with a number in front or three columns or more, is a figure a column.
    """
    rows = sorted({row for row, _ in sheet.cells})
    width = max(column for _, column in sheet.cells)
    names = {column: text_at(sheet, rows[0], column) for column in range(1, width + 1)}
    body = rows[1:]
    columns = {name: "" for name in names.values() if name}
    if len(body) == 1 and (width > 2 or _FIGURE.fullmatch(text_at(sheet, body[0], 1))):
        return columns, []
    texts = {column: [text for row in body if (text := text_at(sheet, row, column))] for column in names}
    figures = {column: sum(bool(_FIGURE.fullmatch(text)) for text in mine) for column, mine in texts.items()}
    label = max(names, key=lambda column: (len({text for text in texts[column] if not _FIGURE.fullmatch(text)}), -column))
    value = max((column for column in names if column != label), key=lambda column: (figures[column], column), default=label)
    columns |= {names[label]: "label", names[value]: "value"}
    return columns, list(dict.fromkeys(text for row in body if (text := text_at(sheet, row, label))))


def guess(theirs: list[str], asked: pd.DataFrame) -> dict[str, str]:
    """Return {their name: reference} for names that are like that of one of the figures asked for, each figure once."""
    shown = return_form.labels(asked)
    alone = ~shown[return_form.FIGURE].duplicated(keep=False)  # one of that name, so that it need not name its area
    names: dict[str, str] = {}
    for key, figure, area, one in zip(asked["key"], shown[return_form.FIGURE], shown[return_form.AREA], alone, strict=True):
        spoken = [f"{figure} {area}", f"{area} {figure}", key]
        for name in [figure, key.partition("@")[0].removesuffix(":all"), *spoken] if one else spoken:
            names.setdefault(_plain(name), key)
    found: dict[str, str] = {}
    for exactly in (True, False):
        for name in theirs:
            like = difflib.get_close_matches(_plain(name), names, n=1, cutoff=1.0 if exactly else _ALIKE)
            if like and name not in found and names[like[0]] not in found.values():
                found[name] = names[like[0]]
    return found


def _plain(name: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", name.casefold()))
