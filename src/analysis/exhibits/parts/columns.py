"""The columns of any tidy frame as a page prints them: headings in words, figures in the format of their indicator."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.catalogue import areas, periods, wording
from analysis.exhibits.parts import context
from analysis.exhibits.parts.exhibit import Table

# Columns of measures that say how a figure came about: a reader has them in words in other columns.
_INNER = ("status", "title", "area_name", "domain", "kind", "unit", "per", "denominator_period", "upper", "summed", "release")
_HEADINGS = {"indicator": "Indicator", "area": "Area", "period": "When", "category": "Of", "lower": "95% interval",
             "numerator": "Numerator", "denominator": "Base", "source": "Printed at", "value": "Figure"}  # fmt: skip
_MOST_DECIMALS = 2


def table(rows: pd.DataFrame, caption: str) -> Table:
    """Return a frame as the table of an exhibit: columns of words first, the figures in the formats of the catalogue."""
    columns = [column for column in rows if column not in _INNER and not _is_total(rows, column)]
    # The first cell of a row is what it is called: words before numbers.
    columns.sort(key=lambda column: pd.api.types.is_numeric_dtype(rows[column]))
    printed = {heading(rows, column): _cells(rows, column) for column in columns}
    if len(printed) < len(columns):
        raise ValueError("Two columns of the frame have one heading: leave one of them out, or give it a name of its own.")
    return Table(caption, tuple(printed), tuple(zip(*printed.values(), strict=True)))


def _is_total(rows: pd.DataFrame, column: Hashable) -> bool:
    return column == "category" and bool((rows[column] == catalogue.TOTAL).all())


def heading(rows: pd.DataFrame, column: Hashable) -> str:
    """Return the heading of a column: of an indicator its title and unit, else the field's word, else the column's own name."""
    if column in catalogue.indicators().index:
        return context.measured(str(column))
    if column == "value" and rows.get("indicator", pd.Series(dtype=str)).nunique() == 1:
        return context.unit_heading(rows["indicator"].iloc[0])
    plain = str(column).replace("_", " ")
    return _HEADINGS.get(str(column), plain[:1].upper() + plain[1:])


def _cells(rows: pd.DataFrame, column: Hashable) -> list[str]:
    statuses = rows["status"] if "status" in rows else pd.Series("final", rows.index)
    if column in catalogue.indicators().index:
        return [context.bare(str(column), value, status) for value, status in zip(rows[column], statuses, strict=True)]
    if column in ("value", "lower") and "indicator" in rows:
        return [_figure(row, str(column), len(rows["indicator"].unique()) > 1) for row in rows.to_dict("records")]
    if column == "source":
        return [context.printed_at(str(text)) for text in rows[column]]
    if pd.api.types.is_bool_dtype(rows[column]):
        return ["yes" if value else "no" for value in rows[column]]
    if pd.api.types.is_numeric_dtype(rows[column]):
        print_number = partial(_number, decimals=_decimals(rows[column]))
        return [print_number(value, status) for value, status in zip(rows[column], statuses, strict=True)]
    return [in_words(str(column), value) for value in rows[column]]


def _figure(row: dict[Hashable, Any], column: str, with_unit: bool) -> str:
    name, status = row["indicator"], row.get("status", "final")
    if column == "lower":
        return context.interval(name, row["lower"], row.get("upper", np.nan))
    return (context.value if with_unit else context.bare)(name, row["value"], status)


def words(rows: pd.DataFrame, column: str) -> Callable[[float], str]:
    """Return how the figures of a column are put into words, beside a point or a bar."""
    if column in catalogue.indicators().index:
        return partial(context.value, column)
    indicators = rows["indicator"].unique() if "indicator" in rows else []
    if column == "value" and len(indicators) == 1:
        return partial(context.value, indicators[0])
    if not pd.api.types.is_numeric_dtype(rows[column]):
        raise ValueError(f"The column {column!r} holds no numbers, so it can't be drawn.")
    return partial(_number, decimals=_decimals(rows[column]))


def _number(value: float, status: str = "final", *, decimals: int) -> str:
    return wording.value(float(value), "count", decimals, status)


def _decimals(values: pd.Series) -> int:
    numbers = values.dropna().astype(float)
    return next((each for each in range(_MOST_DECIMALS) if np.allclose(numbers, numbers.round(each))), _MOST_DECIMALS)


def in_words(column: str, value: Any) -> str:
    """Return a cell that is no figure in words: the name of an area, the label of a period, a title, or the text as it is."""
    if not isinstance(value, str) and pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return periods.label(f"{value:%Y-%m-%d}")
    text = str(value)
    if column == "indicator" and text in catalogue.indicators().index:
        return str(catalogue.indicators().at[text, "title"])
    if column in ("period", "reference_period") and is_period(text):
        return periods.label(text)
    if column == "category":
        return catalogue.category_label(text)
    return areas.label(text) if column in ("area", "reference_area") else text


def is_period(text: str) -> bool:
    """Return whether a text is a canonical period: `2012-13`, `2012-13-Q4` or `2013-03-31`."""
    return bool(re.fullmatch(r"\d{4}-\d{2}(-Q[1-4]|-\d{2})?", text))


def tick(period: str) -> str:
    """Return the label of a period at the axis of a chart, on two lines where it is long."""
    match periods.kind(period):
        case "quarter":
            return f"Q{period[-1]}\n{period[:7].replace('-', '/')}" if period[-1] == "1" else f"Q{period[-1]}"
        case "date":
            return f"Mar\n{period[:4]}" if period[5:] == "03-31" else period
        case _:
            return period[2:].replace("-", "/")
