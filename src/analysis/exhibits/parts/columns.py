"""The columns of any tidy frame as a page prints them: headings in words, figures in the format of their indicator."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalogue
from analysis.analyses.findings import phrases
from analysis.catalogue import areas, periods, wording
from analysis.errors import FrameError
from analysis.exhibits.parts import context
from analysis.exhibits.parts.exhibit import Table
from analysis.store import RANGE

# Columns of measures that say how a figure came about, and those that name what another column names.
_INNER = (
    "status", "domain", "kind", "unit", "per", "denominator_period", "summed", "release", "origin", "note",
    "england_numerator", "england_denominator", "repeat_share", "other_values",
)  # fmt: skip
_NAMES = {"area_name": "area", "title": "indicator"}
_HEADINGS = {"indicator": "Indicator", "area": "Area", "period": "When", "category": "Of", "lower": "95% interval",
             "numerator": "Numerator", "denominator": "Base", "source": "Printed at", "value": "Figure",
             "area_name": "Area", "title": "Indicator"}  # fmt: skip
_LIMITS = {
    "slope": "Its 95% interval",
    "centre": "Control limits",
}  # of what a frame has `lower` and `upper`, if not of `value`
_MAY_BE_EMPTY = ("lower", "numerator", "denominator", "source", *RANGE)  # left out where no row has one
_MOST_DECIMALS = 2

# How a column's figures stand, for those that have no value: withheld, not available. Empty where nobody can tell.
Statuses = Mapping[Hashable, pd.Series]


def table(rows: pd.DataFrame, caption: str, statuses: Statuses, first: str = "") -> Table:
    """Return a frame as the table of an exhibit: words first, then the figures in the formats of the catalogue.

    A row is called by the column `first`, else by the first one that tells its rows apart.
    """
    columns = [column for column in rows if column not in _INNER and not _says_nothing(rows, column)]
    columns.sort(key=lambda column: (column != first, column == "source", _is_figure(rows, column), _is_constant(rows, column)))
    if not columns:
        raise FrameError("The frame has no column to show.")
    printed = {heading(rows, column): _cells(rows, column, statuses) for column in columns}
    if len(printed) < len(columns):
        raise FrameError("Two columns of the frame have one heading: leave one of them out, or give it a name of its own.")
    return Table(caption, tuple(printed), tuple(zip(*printed.values(), strict=True)))


def _is_figure(rows: pd.DataFrame, column: Hashable) -> bool:
    return pd.api.types.is_numeric_dtype(rows[column]) and not pd.api.types.is_bool_dtype(rows[column])


def _is_constant(rows: pd.DataFrame, column: Hashable) -> bool:
    return not _is_figure(rows, column) and len(rows) > 1 and rows[column].nunique(dropna=False) == 1


def _says_nothing(rows: pd.DataFrame, column: Hashable) -> bool:
    """Return whether a column only repeats another, or is empty where it may be."""
    if column == "category":
        return bool((rows[column] == catalogue.TOTAL).all())
    if column == "upper":  # it stands in one cell with the lower limit
        return "lower" in rows
    if column in _NAMES:
        return _NAMES[str(column)] in rows
    if column in _MAY_BE_EMPTY:
        return bool(rows[column].isna().all()) or (column == "numerator" and rows[column].equals(rows.get("value")))
    return False


def heading(rows: pd.DataFrame, column: Hashable) -> str:
    """Return the heading of a column: of an indicator its title and unit, else the field's word, else the column's own name."""
    if is_indicator(column):
        return context.measured(str(column))
    if column == "value" and len(_indicators(rows)) == 1:
        return context.unit_heading(_indicators(rows)[0])
    if column == "lower" and "upper" in rows and limits_of(rows) in _LIMITS:
        return _LIMITS[limits_of(rows)]
    plain = str(column).replace("_", " ")
    return _HEADINGS.get(str(column), plain[:1].upper() + plain[1:])


def is_indicator(column: Hashable) -> bool:
    """Return whether a column is named by an indicator's id, as the columns of a pivoted frame are."""
    return column in catalogue.indicators().index


def _indicators(rows: pd.DataFrame) -> list[str]:
    return rows["indicator"].unique().tolist() if "indicator" in rows else []


def _cells(rows: pd.DataFrame, column: Hashable, statuses: Statuses) -> list[str]:
    if column == "lower" and "upper" in rows:
        return _intervals(rows)
    if column in ("numerator", "denominator"):
        return [context.count(figure) for figure in rows[column]]
    if column == "source":
        return [context.printed_at(str(text)) for text in rows[column]]
    if pd.api.types.is_bool_dtype(rows[column]):
        return ["yes" if value else "no" for value in rows[column]]
    if column == "period" and "status" in rows:
        return [
            context.period_words(*when) if is_period(str(when[0])) else str(when[0])
            for when in _columns(rows, "period", "status")
        ]
    if not _is_figure(rows, column):
        return [in_words(str(column), value) for value in rows[column]]
    return in_figures(rows, column, statuses, bare=True)


def limits_of(rows: pd.DataFrame) -> str:
    """Return the column that `lower` and `upper` are the limits of: a slope or a centre where there is one, else `value`."""
    return next((column for column in _LIMITS if column in rows), "value")


def _intervals(rows: pd.DataFrame) -> list[str]:
    if "indicator" in rows and limits_of(rows) != "slope":  # in the unit of the figures
        return [context.interval(*limits) for limits in _columns(rows, "indicator", "lower", "upper")]
    number = partial(wording.number, decimals=max(_decimals(rows[each]) for each in ("lower", "upper")))
    limits = _columns(rows, "lower", "upper")
    return ["" if pd.isna(low) or pd.isna(high) else f"{number(low)} to {number(high)}" for low, high in limits]


def in_figures(rows: pd.DataFrame, column: Hashable, statuses: Statuses, *, bare: bool = False) -> list[str]:
    """Return the figures of a column as text, each with its unit (without it if `bare`, where the heading says it)."""
    held = statuses.get(column, pd.Series("", rows.index))
    if column == "value" and len(_indicators(rows)) > 1:
        return [context.value(*figure) for figure in zip(rows["indicator"], rows[column], held, strict=True)]
    name = str(column) if is_indicator(column) else _indicators(rows)[0] if column == "value" and _indicators(rows) else ""
    if name:
        printed = context.bare if bare else context.value
        return [printed(name, figure, status) for figure, status in zip(rows[column], held, strict=True)]
    number = words(rows, column)
    return [
        number(figure) if pd.notna(figure) else wording.SYMBOLS.get(status, "")
        for figure, status in zip(rows[column], held, strict=True)
    ]


def _columns(rows: pd.DataFrame, *names: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(rows.get(name, pd.Series(np.nan, rows.index)) for name in names), strict=True)


def words(rows: pd.DataFrame, column: Hashable) -> Callable[[float], str]:
    """Return how a figure of a column is put into words, beside a point or a bar."""
    if is_indicator(column):
        return partial(context.value, str(column))
    if column == "value" and len(_indicators(rows)) == 1:
        return partial(context.value, _indicators(rows)[0])
    if not _is_figure(rows, column):
        raise FrameError(f"The column {column!r} holds no numbers, so it can't be drawn.")
    return partial(wording.number, decimals=_decimals(rows[column]))


def _decimals(values: pd.Series) -> int:
    numbers = values.dropna().astype(float)
    return next((each for each in range(_MOST_DECIMALS) if np.allclose(numbers, numbers.round(each))), _MOST_DECIMALS)


def in_words(column: str, value: Any) -> str:
    """Return a cell that is no figure in words: the name of an area, the label of a period, a title, a verdict, or the text."""
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
    if column == "verdict":
        return phrases().get(f"verdict_{text.replace(' ', '_')}", text)
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
