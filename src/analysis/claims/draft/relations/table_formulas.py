"""The formulas that a column of percentages, changes or rates of a table may follow, each applied to every row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.claims.draft.reading.grids import Grid, is_change, is_total, rate_per
from analysis.claims.draft.reading.numbers import Number
from analysis.claims.draft.relation_check import meet, shown


@dataclass(frozen=True)
class Applied:
    """One application of a formula: the range that it gives, in words, and the figure that is printed."""

    row: int
    printed: Number
    low: float
    high: float
    words: str

    @property
    def agrees(self) -> bool:
        """Whether the printed figure is one that the formula may give."""
        return meet(self.low, self.high, self.printed.low, self.printed.high)


def all_percent(grid: Grid, column: int) -> bool:
    """Return whether all figures of a column are percentages."""
    figures = [line[column] for line in grid.cells if line[column] is not None]
    return bool(figures) and all(cell.unit == "percent" for cell in figures if cell is not None)


def share_formulas(grid: Grid, column: int) -> Iterator[list[Applied]]:
    """Yield, for each formula that a column of percentages may follow, what it gives in each row."""
    counts = [
        at
        for at in range(len(grid.columns))
        if at != column and not all_percent(grid, at) and not is_change(grid.columns[at]) and not rate_per(grid.columns[at])
    ]
    for part in counts:
        totals = [(row, line[part]) for row, line in enumerate(grid.cells) if is_total(grid.rows[row]) and line[part] is not None]
        if len(totals) == 1:
            total_row, whole = totals[0]
            yield [
                each
                for row, line in enumerate(grid.cells)
                if row <= total_row or total_row == 0
                for each in _share(row, line[part], whole, line[column])
            ]
        for base in counts:
            if base != part:
                yield [each for row, line in enumerate(grid.cells) for each in _share(row, line[part], line[base], line[column])]


def _share(row: int, part: Number | None, whole: Number | None, printed: Number | None) -> Iterator[Applied]:
    if part is None or whole is None or printed is None or whole.low <= 0 or part.value < 0 or part.value > whole.value:
        if part is not None and whole is not None and printed is not None and whole.value > 0 and part.value > whole.value:
            value = 100 * part.value / whole.value
            yield Applied(row, printed, value, value, f"{part.text} of {whole.text} is {shown(value, max(1, printed.decimals))}%")
        return
    low, high = 100 * part.low / whole.high, 100 * part.high / whole.low
    yield Applied(
        row,
        printed,
        low,
        high,
        f"{part.text} of {whole.text} is {shown(100 * part.value / whole.value, max(1, printed.decimals))}%",
    )


def change_formulas(grid: Grid, column: int) -> Iterator[list[Applied]]:
    """Yield, for each pair of columns, the change between them in each row: in per cent, then in units."""
    levels = [at for at in range(len(grid.columns)) if at != column and not is_change(grid.columns[at])]
    for at, first in enumerate(levels):
        for second in levels[at + 1 :]:
            for before, after in ((first, second), (second, first)):
                relative, absolute = [], []
                for row, line in enumerate(grid.cells):
                    a, b, printed = line[before], line[after], line[column]
                    if a is None or b is None or printed is None:
                        continue
                    words = f"from {a.text} to {b.text}"
                    if a.low > 0:
                        value = 100 * (b.value / a.value - 1)
                        relative.append(
                            Applied(
                                row,
                                printed,
                                100 * (b.low / a.high - 1),
                                100 * (b.high / a.low - 1),
                                f"{words} is {shown(value, max(1, printed.decimals))}%",
                            )
                        )
                    absolute.append(
                        Applied(
                            row,
                            printed,
                            b.low - a.high,
                            b.high - a.low,
                            f"{words} is {shown(b.value - a.value, max(a.decimals, b.decimals))}",
                        )
                    )
                yield relative
                yield absolute


def rate_formulas(grid: Grid, column: int, per: float) -> Iterator[list[Applied]]:
    """Yield, for each pair of a count and a population, the rate per so many people in each row."""
    counts = [
        at for at in range(len(grid.columns)) if at != column and not all_percent(grid, at) and not rate_per(grid.columns[at])
    ]
    for part in counts:
        for base in counts:
            if part == base:
                continue
            rows = []
            for row, line in enumerate(grid.cells):
                count, people, printed = line[part], line[base], line[column]
                if count is None or people is None or printed is None or people.low <= 0 or count.value >= people.value:
                    continue
                value = per * count.value / people.value
                rows.append(
                    Applied(
                        row,
                        printed,
                        per * count.low / people.high,
                        per * count.high / people.low,
                        f"{count.text} of {people.text} is {shown(value, max(1, printed.decimals))} per {per:,.0f}",
                    )
                )
            yield rows
