"""What a table of a text says by its totals, percentages, changes and rates, tested by the other figures of its rows.

A derived column is tested by the formula that most of its rows follow; a formula that few follow is not what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.claims.draft.reading.blocks import Block
from analysis.claims.draft.reading.grids import Grid, grid_of, is_aside, is_change, is_share, is_total, is_year, rate_per
from analysis.claims.draft.reading.scopes import Scope, scopes_of_headings
from analysis.claims.draft.reading.sentences import Sentence
from analysis.claims.draft.relation_check import AGREES, CONTRADICTS, RelationCheck, shown
from analysis.claims.draft.relations.repeats import quantities
from analysis.claims.draft.relations.table_formulas import (
    Applied,
    all_percent,
    change_formulas,
    rate_formulas,
    share_formulas,
)
from analysis.claims.draft.relations.table_prose import against_prose

_QUARTER = re.compile(r"q(?:uarter )?[1-4]\b", re.IGNORECASE)
ASK = "Is the total or one of its parts wrong?"
_SHARE_ASK = "Which is wrong: the figure, its base or the percentage?"


def table_tests(
    blocks: list[Block], sentences: list[Sentence], scopes: list[list[Scope]], area: str = "", period: str = ""
) -> Iterator[RelationCheck]:
    """Yield what each table of a text says by itself, and where prose gives the figure of one of its rows."""
    caption = ""
    above = scopes_of_headings(blocks, area, period)
    said = [quantity for sentence, scope in zip(sentences, scopes, strict=True) for quantity in quantities(sentence, scope)]
    for place, block in enumerate(blocks):
        if block.kind in ("heading", "text"):
            caption = block.text if block.kind == "heading" or len(block.text) < 200 else caption
        grid = grid_of(block, place, caption) if block.kind == "table" else None
        if grid is None:
            continue
        tests = [*_grid(grid), *_grid(grid.turn())]
        yield from _unless_explained(tests)
        yield from against_prose(grid, above[place], sentences, said)


def _unless_explained(tests: list[RelationCheck]) -> list[RelationCheck]:
    """Return the tests of a table; a wrong figure that both its row and its column show is one finding, not two."""
    return list({(test.arithmetic, test.verdict): test for test in tests}.values())


def _grid(grid: Grid) -> Iterator[RelationCheck]:
    for column, label in enumerate(grid.columns):
        if is_total(label) or _is_year_of_quarters(grid, label):
            yield from _totals(grid, column)
        elif is_change(label):
            yield from _best(grid, column, list(change_formulas(grid, column)), "change")
        elif all_percent(grid, column):
            yield from _best(grid, column, list(share_formulas(grid, column)), "share")
        elif rate_per(label):
            yield from _best(grid, column, list(rate_formulas(grid, column, rate_per(label))), "rate")
    yield from _columns_of_shares(grid)


def _is_year_of_quarters(grid: Grid, label: str) -> bool:
    return label.strip().casefold() in ("year", "the year") and sum(bool(_QUARTER.match(each)) for each in grid.columns) > 1


def _parts(grid: Grid, column: int) -> list[int]:
    """Return the columns whose figures make up a total's: those around it up to the next total, of no years or percentages."""

    def plain(at: int) -> bool:
        label = grid.columns[at]
        return not (is_change(label) or rate_per(label) or is_aside(label) or all_percent(grid, at))

    before: list[int] = []
    for at in range(column - 1, -1, -1):
        if is_total(grid.columns[at]) or (grid.turned and not any(line[at] for line in grid.cells) and before):
            break
        before.append(at)
    if not before:
        before = []
        for at in range(column + 1, len(grid.columns)):
            if is_total(grid.columns[at]):
                break
            before.append(at)
    found = [at for at in sorted(before) if plain(at)]
    # Years beside one another are no parts of a whole, unless all that a total could add up are years.
    return [at for at in found if not is_year(grid.columns[at]) or (grid.turned and not is_year(grid.columns[column]))]


def _totals(grid: Grid, column: int) -> Iterator[RelationCheck]:
    parts = _parts(grid, column)
    if len(parts) < 2:
        return
    rows: list[Applied] = []
    for row, line in enumerate(grid.cells):
        printed = line[column]
        label = grid.rows[row]
        cells = [line[at] for at in parts]
        figures = [cell for cell in cells if cell is not None]
        if printed is None or len(figures) < 2 or (len(figures) < len(cells) - (1 if grid.turned else 0) and not grid.turned):
            continue
        if printed.unit in ("percent", "rate", "decimal") or any(each.unit in ("percent", "rate") for each in figures):
            continue
        if is_share(label) or rate_per(label) or is_change(label) or _is_stock(label):
            continue
        low, high = sum(each.low for each in figures), sum(each.high for each in figures)
        rows.append(Applied(row, printed, low, high, " + ".join(each.text for each in figures) + f" = {shown(low)}"))
    yield from _judged(grid, column, rows, "table_total", ASK, needs_majority=False)


def _is_stock(label: str) -> bool:
    words = label.lower()
    return any(
        word in words
        for word in (
            "at end",
            "at the end",
            "as at",
            "in force",
            "average",
            "rate",
            "current",
            "on 31",
            "at 31",
            "snapshot",
            "open at",
        )
    )


def _best(grid: Grid, column: int, formulas: list[list[Applied]], relation: str) -> Iterator[RelationCheck]:
    """Yield the rows of the formula that most rows follow, if at least two do and more than half."""
    scored = [(sum(row.agrees for row in rows), -len(rows), rows) for rows in formulas if rows]
    if not scored:
        return
    agreeing, _, rows = max(scored, key=lambda each: each[:2])
    if agreeing >= 2 and agreeing * 2 > len(rows):
        yield from _judged(grid, column, rows, f"table_{relation}", _SHARE_ASK, needs_majority=True)


def _judged(
    grid: Grid, column: int, rows: list[Applied], relation: str, ask: str, needs_majority: bool
) -> Iterator[RelationCheck]:
    wrong = [row for row in rows if not row.agrees]
    if len(rows) >= 3 and len(wrong) * 2 > len(rows) and not needs_majority:
        # A total that fits few of its rows was counted in another way: one finding, not one a row.
        first = wrong[0]
        yield _tested(
            grid,
            column,
            first,
            relation,
            (
                f"{len(wrong)} of {len(rows)} {'columns' if grid.turned else 'rows'} don't add up to "
                f"“{grid.columns[column]}”, such as {grid.rows[first.row]}: {first.words}, not {first.printed.text}"
            ),
            "Are the parts counted in another way than the total?",
            "likely",
        )
        return
    for row in rows:
        label = grid.rows[row.row]
        says = f"{grid.columns[column]}, {label}: {row.words}"
        yield _tested(
            grid,
            column,
            row,
            relation,
            says if row.agrees else f"{says}, not {row.printed.text}",
            ask,
            "certain" if needs_majority or len(rows) > 2 else "likely",
        )


def _tested(grid: Grid, column: int, row: Applied, relation: str, arithmetic: str, ask: str, sure: str) -> RelationCheck:
    verdict = AGREES if row.agrees else CONTRADICTS
    place = f"Table “{grid.caption}”" if grid.caption else "Table"
    return RelationCheck(
        relation,
        verdict,
        f"{grid.columns[column]} | {grid.rows[row.row]} | {row.printed.text}",
        grid.line,
        place,
        f"{grid.columns[column]}: {row.printed.text}",
        arithmetic,
        ask,
        sure,
    )


def _columns_of_shares(grid: Grid) -> Iterator[RelationCheck]:
    """Yield a column of percentages that ends in a total of 100."""
    for column, label in enumerate(grid.columns):
        ends = [row for row, line in enumerate(grid.cells) if is_total(grid.rows[row]) and line[column] is not None]
        if len(ends) != 1 or not all_percent(grid, column):
            continue
        end = ends[0]
        total = grid.cells[end][column]
        figures = [line[column] for line in (grid.cells[:end] if end else grid.cells[1:]) if line[column] is not None]
        numbers = [each for each in figures if each is not None]
        if total is None or total.value != 100 or len(numbers) < 2:
            continue
        low, high = sum(each.low for each in numbers), sum(each.high for each in numbers)
        row = Applied(
            end,
            total,
            low,
            high,
            " + ".join(each.text for each in numbers) + f" = {shown(sum(each.value for each in numbers), total.decimals)}%",
        )
        says = f"{label or 'Percentages'}: {row.words}"
        yield _tested(grid, column, row, "table_hundred", says if row.agrees else f"{says}, not {total.text}", ASK, "certain")
