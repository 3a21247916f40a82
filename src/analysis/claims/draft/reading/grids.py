"""A table of a text as a grid: labels of rows and columns, and the number in each cell where it holds one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from analysis.claims.draft.reading.blocks import Block
from analysis.claims.draft.reading.numbers import Number

_CELL = re.compile(
    r"^[-−+(]?\s*(?P<minus>[-−])?\s*(?P<pound>£)?\s*(?P<digits>\d{1,3}(?:,\d{3})+|"
    r"\d+)(?P<decimals>\.\d+)?\s*(?P<percent>%)?\)?(?:\s*[(\[][^)]*[)\]])?\s*\**$"
)
_TOTAL = re.compile(
    (
        r"^(?:grand |overall |sub-?)?(?:totals?|all|full year|year total|annual total|sum|whole year|year to "
        r"date|ytd|overall)\b(?! (?:in |at ))|\btotals?$|\b(?:full year|year total)\b"
    ),
    re.IGNORECASE,
)
_SHARE = re.compile(r"%|\bper ?cent(?:age)?\b|\bproportion\b|\bshare\b", re.IGNORECASE)
_CHANGED = re.compile(r"\bchange\b|\bdifference\b|\bincrease\b|\bdecrease\b|\bvariance\b|\bmovement\b|\+/[-−]", re.IGNORECASE)
_RATE = re.compile(
    r"\b(?:rate|per) (?:per )?(?P<per>10,?000|100,?000|1,?000)\b|\bper (?P<per2>10,?000|100,?000|1,?000)\b", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:19|20)\d\d(?:\s*[-/–]\s*(?:\d{4}|\d{2}))?\b|^\d\d/\d\d$")
_TARGET = re.compile(r"\btarget|\baverage|\bmean\b|\bmedian\b|\bengland\b|\bnational (?:figure|rate|mean)", re.IGNORECASE)


@dataclass(frozen=True)
class Grid:
    """A table: `cells[row][column]` is a number or None; `columns` and `rows` are their labels; `line` is that of the table."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Number | None, ...], ...]
    caption: str
    line: int
    block: int
    turned: bool = False

    def turn(self) -> Grid:
        """Return the table with rows as columns."""
        cells = tuple(zip(*self.cells, strict=True))
        return replace(self, rows=self.columns, columns=self.rows, cells=cells, turned=not self.turned)


def grid_of(block: Block, place: int, caption: str) -> Grid | None:
    """Return the grid of a table block, or None for one without labels or without numbers.

    >>> grid = grid_of(Block("table", "", 1, rows=(("", "Q1", "Q2"), ("Contacts", "12", "15"))), 0, "")
    >>> grid.rows, grid.columns, grid.cells[0][1].value
    (('Contacts',), ('Q1', 'Q2'), 15.0)
    """
    rows = [_joined(row) for row in block.rows]
    width = max(len(row) for row in rows)
    rows = [[*row, *[""] * (width - len(row))] for row in rows]
    numbers = [[_number(cell) for cell in row] for row in rows]
    first = next((at for at, row in enumerate(rows) if _is_data(row)), None)
    if first is None or width < 2:
        return None
    header = rows[first - 1] if first else [""] * width
    if first and sum(map(bool, header)) == 1 and first > 1:
        header = rows[first - 2]
    used = [column for column in range(1, width) if any(line[column] is not None for line in numbers[first:])]
    body = [(rows[at][0], tuple(numbers[at][column] for column in used)) for at in range(first, len(rows)) if any(rows[at])]
    body = _with_split_labels(body)
    columns = tuple(header[column] for column in used)
    if not used or not any(label for label, _ in body):
        return None
    signs = any(cell is not None and cell.unit == "percent" for _, line in body for cell in line)
    units = [_unit_of(label, [line[at] for _, line in body], signs) for at, label in enumerate(columns)]
    cells = tuple(
        tuple(_in_unit(cell, unit or across) for cell, unit in zip(line, units, strict=True))
        for label, line in body
        for across in [_unit_of(label, list(line), signs)]
    )
    return Grid(tuple(label for label, _ in body), columns, cells, caption, block.line, place)


def is_total(label: str) -> bool:
    """Return whether a label says that its figures are totals."""
    return bool(_TOTAL.search(label.strip())) and not _SHARE.search(label)


def is_share(label: str) -> bool:
    """Return whether a label says that its figures are percentages."""
    return bool(_SHARE.search(label)) and not _CHANGED.search(label)


def is_change(label: str) -> bool:
    """Return whether a label says that its figures are changes."""
    return bool(_CHANGED.search(label))


def rate_per(label: str) -> float:
    """Return the number of people that a rate in a label is per; 0 for none."""
    match = _RATE.search(label)
    return float((match["per"] or match["per2"]).replace(",", "")) if match else 0.0


def is_year(label: str) -> bool:
    """Return whether a label names a year, so that figures under it are no parts of one whole."""
    return bool(_YEAR.search(label)) and not re.search(r"\bQ[1-4]\b|quarter", label, re.IGNORECASE)


def is_aside(label: str) -> bool:
    """Return whether figures under a label belong to no sum: a target, an average, another area, a part "of which"."""
    return bool(_TARGET.search(label)) or bool(
        re.match(r"\s*(?:of which|of whom|including|includes|-|–|•)", label, re.IGNORECASE)
    )


def _joined(row: tuple[str, ...]) -> list[str]:
    """Return the cells of a row, a pound sign in a cell of its own put before its figure."""
    cells: list[str] = []
    for cell in row:
        if cells and re.fullmatch(r"[-−]?\s*£", cells[-1]) and re.match(r"\d", cell):
            cells[-1] += cell
            cells.append("")
        else:
            cells.append(cell)
    return cells


def _is_figure(cell: str) -> bool:
    return bool(_CELL.match(cell.strip())) and not _YEAR.fullmatch(cell.strip())


def _is_data(row: list[str]) -> bool:
    filled = [cell for cell in row[1:] if cell.strip()]
    return not _is_header(row) and sum(_is_figure(cell) for cell in filled) * 2 >= max(1, len(filled))


def _is_header(row: list[str]) -> bool:
    figures = [cell for cell in row[1:] if cell.strip()]
    return bool(figures) and all(_YEAR.search(cell) or not _is_figure(cell) for cell in figures)


def _number(cell: str) -> Number | None:
    match = _CELL.match(cell.strip())
    if not match:
        return None
    decimals = len(match["decimals"] or ".") - 1
    value = float(match["digits"].replace(",", "") + (match["decimals"] or ""))
    if cell.strip()[0] in "-−" or match["minus"]:
        value = -value
    unit = "percent" if match["percent"] else "pounds" if match["pound"] else "decimal" if decimals else "count"
    half = 10.0**-decimals / 2 if unit in ("percent", "decimal") else 0.0
    text = re.sub(r"(?<=.)\s*[(\[].*$", "", cell.strip()) or cell.strip()
    return Number(0, 0, text, unit, value, value - half, value + half, decimals)


def _unit_of(label: str, figures: list[Number | None], signs: bool) -> str:
    """Return the unit that a label gives bare figures: percent, rate or none; `signs`, that percentages have their sign."""
    if rate_per(label):
        return "rate"
    values = [each.value for each in figures if each is not None]
    plain = (
        is_share(label)
        and not re.search(r"\bnumber\b|\bno\b", label, re.IGNORECASE)
        and all(abs(value) <= 1000 for value in values)
    )
    if is_change(label) and "%" in label:
        return "percent"
    return "percent" if plain and (not signs or len(label.split()) <= 3) else ""


def _in_unit(cell: Number | None, unit: str) -> Number | None:
    """Return a bare number in the unit that its label gives: 63 under "%" is rounded, and no count."""
    if cell is None or not unit or cell.unit in ("percent", "pounds"):
        return cell
    half = 10.0**-cell.decimals / 2
    if unit:
        return replace(cell, unit=unit, low=cell.value - half, high=cell.value + half)
    return cell


def _with_split_labels(body: list[tuple[str, tuple[Number | None, ...]]]) -> list[tuple[str, tuple[Number | None, ...]]]:
    """Return rows in which counts and the percentages under them share a label that is split over both."""
    found = []
    above = ""
    for label, line in body:
        figures = [cell for cell in line if cell is not None]
        if (
            figures
            and all(cell.unit == "percent" for cell in figures)
            and above
            and (not label or label[:1].islower() or re.match(r"[A-Z][a-z]+ ?[A-Z]?\w*$|\d", label))
        ):
            label = f"{above} {label}, %".replace(" ,", ",")
        found.append((label, line))
        above = label if figures else ""
    return found
