"""Prose against a table of the same text: the figure of a row said in a sentence, a change said the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from analysis.claims.draft.reading.dates import dates_of
from analysis.claims.draft.reading.grids import Grid, is_change, is_total, is_year
from analysis.claims.draft.reading.scopes import Scope
from analysis.claims.draft.reading.sentences import Sentence
from analysis.claims.draft.relation_check import AGREES, CONTRADICTS, RelationCheck, meet
from analysis.claims.draft.relations.changes import level_pairs
from analysis.claims.draft.relations.repeats import Quantity, bare_words


def against_prose(grid: Grid, scope: Scope, sentences: list[Sentence], said: list[Quantity]) -> Iterator[RelationCheck]:
    """Yield each number in prose, one of `said`, of which a row of the table gives the same quantity."""
    totals = [at for at, label in enumerate(grid.columns) if is_total(label)]
    yield from _reversed(grid, sentences)
    labels = {bare_words(label): row for row, label in enumerate(grid.rows) if bare_words(label)}
    for quantity in said:
        sentence = quantity.sentence
        row = labels.get(quantity.words)
        if row is None or (scope.area and quantity.scope.area and scope.area != quantity.scope.area):
            continue
        column = _column_for(grid, quantity.scope.period, scope.period, totals)
        cell = grid.cells[row][column] if column is not None else None
        if cell is None or (cell.unit == "percent") != (quantity.number.unit == "percent"):
            continue
        if len(quantity.words) == 1 and not quantity.named:
            continue
        agrees = meet(cell.low, cell.high, quantity.number.low, quantity.number.high)
        says = f"{grid.rows[row]}: {quantity.number.text} in the text, {cell.text} in the table"
        yield RelationCheck(
            "repeat",
            AGREES if agrees else CONTRADICTS,
            sentence.text,
            sentence.line,
            sentence.heading,
            says,
            says,
            "Which of the two is right, or do they count different things?",
            "likely",
            f"Table “{grid.caption}”, line {grid.line}",
        )


def _reversed(grid: Grid, sentences: list[Sentence]) -> Iterator[RelationCheck]:
    """Yield each change in prose whose two levels a row of years has in the other order."""
    years = [at for at, label in enumerate(grid.columns) if is_year(label) and not is_change(label)]
    if len(years) < 2 or grid.columns[years[0]] > grid.columns[years[-1]]:
        return
    for sentence in sentences:
        if abs(sentence.block - grid.block) > 12:
            continue
        for levels in level_pairs(sentence):
            orders = []
            for row, line in enumerate(grid.cells):
                values = [cell.value if (cell := line[at]) is not None else None for at in years]
                if levels.before.value in values and levels.after.value in values and levels.before.value != levels.after.value:
                    orders.append((values.index(levels.before.value) < values.index(levels.after.value), row))
            if orders and not any(forwards for forwards, _ in orders):
                label = grid.rows[orders[0][1]]
                says = (
                    f"{label}: from {levels.before.text} to {levels.after.text} in the text, from {levels.after.text} to "
                    f"{levels.before.text} in the table"
                )
                yield RelationCheck(
                    "repeat",
                    CONTRADICTS,
                    sentence.text,
                    sentence.line,
                    sentence.heading,
                    says,
                    says,
                    "Have the two years changed places?",
                    "likely",
                    f"Table “{grid.caption}”, line {grid.line}",
                )


@cache
def _periods(label: str) -> tuple[str, ...]:
    return tuple(each.period for each in dates_of(label))


def _column_for(grid: Grid, period: str, table_period: str, totals: list[int]) -> int | None:
    """Return the column that gives the figure of a period: the one that names it, else the only one, else the total."""
    named = {at: _periods(label) for at, label in enumerate(grid.columns)}
    dated = [at for at, found in named.items() if period and period in found]
    if dated:
        return dated[0]
    if any(found and not any("Q" in each for each in found) for found in named.values()):
        return None
    same = not period or not table_period or period[:7] == table_period[:7]
    if not same:
        return None
    return totals[-1] if totals else 0 if len(grid.columns) == 1 else None
