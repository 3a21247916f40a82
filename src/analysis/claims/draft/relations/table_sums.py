"""What a table of a text says by its totals, percentages, changes and rates, tested by the other figures of its rows.

A derived column is tested by the formula that most of its rows follow; a formula that few follow is not what it means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.claims.draft.reading.blocks import Block
from analysis.claims.draft.reading.grids import Grid, grid_of, is_aside, is_change, is_share, is_total, is_year, rate_per
from analysis.claims.draft.reading.numbers import Number
from analysis.claims.draft.reading.scopes import Scope, scope_of_block
from analysis.claims.draft.reading.sentences import Sentence
from analysis.claims.draft.relations.changes import level_pairs
from analysis.claims.draft.relations.repeats import bare_words, quantities
from analysis.claims.draft.tested import AGREES, CONTRADICTS, Tested, meet, shown

ASK = "Is the total or one of its parts wrong?"
_SHARE_ASK = "Which is wrong: the figure, its base or the percentage?"


@dataclass(frozen=True)
class _Row:
    """One application of a formula: the range that it gives, in words, and the figure that is printed."""

    row: int
    printed: Number
    low: float
    high: float
    words: str

    @property
    def agrees(self) -> bool:
        return meet(self.low, self.high, self.printed.low, self.printed.high)


def table_tests(
    blocks: list[Block], sentences: list[Sentence], scopes: list[list[Scope]], area: str = "", period: str = ""
) -> Iterator[Tested]:
    """Yield what each table of a text says by itself, and where prose gives the figure of one of its rows."""
    caption = ""
    for place, block in enumerate(blocks):
        if block.kind in ("heading", "text"):
            caption = block.text if block.kind == "heading" or len(block.text) < 200 else caption
        grid = grid_of(block, place, caption) if block.kind == "table" else None
        if grid is None:
            continue
        tests = [*_grid(grid), *_grid(grid.turn())]
        yield from _unless_explained(tests)
        scope = scope_of_block(blocks, place, area, period)
        yield from _against_prose(grid, scope, sentences, scopes)


def _unless_explained(tests: list[Tested]) -> list[Tested]:
    """Return the tests of a table; a wrong figure that both its row and its column show is one finding, not two."""
    return list({(test.arithmetic, test.verdict): test for test in tests}.values())


def _grid(grid: Grid) -> Iterator[Tested]:
    for column, label in enumerate(grid.columns):
        if is_total(label):
            yield from _totals(grid, column)
        elif is_change(label):
            yield from _best(grid, column, list(_change_formulas(grid, column)), "change")
        elif _all_percent(grid, column):
            yield from _best(grid, column, list(_share_formulas(grid, column)), "share")
        elif rate_per(label):
            yield from _best(grid, column, list(_rate_formulas(grid, column, rate_per(label))), "rate")
    yield from _columns_of_shares(grid)


def _all_percent(grid: Grid, column: int) -> bool:
    figures = [line[column] for line in grid.cells if line[column] is not None]
    return bool(figures) and all(cell.unit == "percent" for cell in figures if cell is not None)


def _parts(grid: Grid, column: int) -> list[int]:
    """Return the columns whose figures make up a total's: those around it up to the next total, of no years or percentages."""
    def plain(at: int) -> bool:
        label = grid.columns[at]
        return not (is_change(label) or rate_per(label) or is_aside(label) or _all_percent(grid, at))

    before = []
    for at in range(column - 1, -1, -1):
        if is_total(grid.columns[at]) or grid.turned and not any(line[at] for line in grid.cells) and before:
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
    return [at for at in found if not is_year(grid.columns[at]) or grid.turned and not is_year(grid.columns[column])]


def _totals(grid: Grid, column: int) -> Iterator[Tested]:
    parts = _parts(grid, column)
    if len(parts) < 2:
        return
    rows: list[_Row] = []
    for row, line in enumerate(grid.cells):
        printed = line[column]
        label = grid.rows[row]
        cells = [line[at] for at in parts]
        figures = [cell for cell in cells if cell is not None]
        if printed is None or len(figures) < 2 or len(figures) < len(cells) - (1 if grid.turned else 0) and not grid.turned:
            continue
        if printed.unit in ("percent", "rate", "decimal") or any(each.unit in ("percent", "rate") for each in figures):
            continue
        if is_share(label) or rate_per(label) or is_change(label) or _is_stock(label):
            continue
        low, high = sum(each.low for each in figures), sum(each.high for each in figures)
        rows.append(_Row(row, printed, low, high, " + ".join(each.text for each in figures) + f" = {shown(low)}"))
    yield from _judged(grid, column, rows, "table_total", ASK, needs_majority=False)


def _is_stock(label: str) -> bool:
    words = label.lower()
    return any(word in words for word in ("at end", "at the end", "as at", "in force", "average", "rate", "current", "on 31", "at 31", "snapshot", "open at"))


def _share_formulas(grid: Grid, column: int) -> Iterator[list[_Row]]:
    """Yield, for each formula that a column of percentages may follow, what it gives in each row."""
    counts = [at for at in range(len(grid.columns)) if at != column and not _all_percent(grid, at) and not is_change(grid.columns[at]) and not rate_per(grid.columns[at])]
    for part in counts:
        totals = [(row, line[part]) for row, line in enumerate(grid.cells) if is_total(grid.rows[row]) and line[part] is not None]
        if len(totals) == 1:
            total_row, whole = totals[0]
            yield [each for row, line in enumerate(grid.cells) if row <= total_row or total_row == 0 for each in _share(row, line[part], whole, line[column])]
        for base in counts:
            if base != part:
                yield [each for row, line in enumerate(grid.cells) for each in _share(row, line[part], line[base], line[column])]


def _share(row: int, part: Number | None, whole: Number | None, printed: Number | None) -> Iterator[_Row]:
    if part is None or whole is None or printed is None or whole.low <= 0 or part.value < 0 or part.value > whole.value:
        if part is not None and whole is not None and printed is not None and whole.value > 0 and part.value > whole.value:
            value = 100 * part.value / whole.value
            yield _Row(row, printed, value, value, f"{part.text} of {whole.text} is {shown(value, max(1, printed.decimals))}%")
        return
    low, high = 100 * part.low / whole.high, 100 * part.high / whole.low
    yield _Row(row, printed, low, high, f"{part.text} of {whole.text} is {shown(100 * part.value / whole.value, max(1, printed.decimals))}%")


def _change_formulas(grid: Grid, column: int) -> Iterator[list[_Row]]:
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
                        relative.append(_Row(row, printed, 100 * (b.low / a.high - 1), 100 * (b.high / a.low - 1), f"{words} is {shown(value, max(1, printed.decimals))}%"))
                    absolute.append(_Row(row, printed, b.low - a.high, b.high - a.low, f"{words} is {shown(b.value - a.value, max(a.decimals, b.decimals))}"))
                yield relative
                yield absolute


def _rate_formulas(grid: Grid, column: int, per: float) -> Iterator[list[_Row]]:
    counts = [at for at in range(len(grid.columns)) if at != column and not _all_percent(grid, at) and not rate_per(grid.columns[at])]
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
                rows.append(_Row(row, printed, per * count.low / people.high, per * count.high / people.low, f"{count.text} of {people.text} is {shown(value, max(1, printed.decimals))} per {per:,.0f}"))
            yield rows


def _best(grid: Grid, column: int, formulas: list[list[_Row]], relation: str) -> Iterator[Tested]:
    """Yield the rows of the formula that most rows follow, if at least two do and more than half."""
    scored = [(sum(row.agrees for row in rows), -len(rows), rows) for rows in formulas if rows]
    if not scored:
        return
    agreeing, _, rows = max(scored, key=lambda each: each[:2])
    if agreeing >= 2 and agreeing * 2 > len(rows):
        yield from _judged(grid, column, rows, f"table_{relation}", _SHARE_ASK, needs_majority=True)


def _judged(grid: Grid, column: int, rows: list[_Row], relation: str, ask: str, needs_majority: bool) -> Iterator[Tested]:
    wrong = [row for row in rows if not row.agrees]
    if len(rows) >= 3 and len(wrong) * 2 > len(rows) and not needs_majority:
        # A total that fits few of its rows was counted in another way: one finding, not one a row.
        first = wrong[0]
        yield _tested(grid, column, first, relation, f"{len(wrong)} of {len(rows)} {'columns' if grid.turned else 'rows'} don't add up to “{grid.columns[column]}”, such as {grid.rows[first.row]}: {first.words}, not {first.printed.text}", "Are the parts counted in another way than the total?", "likely")
        return
    for row in rows:
        label = grid.rows[row.row] if not grid.turned else grid.rows[row.row]
        says = f"{grid.columns[column]}, {label}: {row.words}"
        yield _tested(grid, column, row, relation, says if row.agrees else f"{says}, not {row.printed.text}", ask, "certain" if needs_majority or len(rows) > 2 else "likely")


def _tested(grid: Grid, column: int, row: _Row, relation: str, arithmetic: str, ask: str, sure: str) -> Tested:
    verdict = AGREES if row.agrees else CONTRADICTS
    place = f"Table “{grid.caption}”" if grid.caption else "Table"
    return Tested(relation, verdict, f"{grid.columns[column]} | {grid.rows[row.row]} | {row.printed.text}", grid.line, place, f"{grid.columns[column]}: {row.printed.text}", arithmetic, ask, sure)


def _columns_of_shares(grid: Grid) -> Iterator[Tested]:
    """Yield a column of percentages that ends in a total of 100."""
    for column, label in enumerate(grid.columns):
        ends = [row for row, line in enumerate(grid.cells) if is_total(grid.rows[row]) and line[column] is not None]
        if len(ends) != 1 or not _all_percent(grid, column):
            continue
        end = ends[0]
        total = grid.cells[end][column]
        figures = [line[column] for line in (grid.cells[:end] if end else grid.cells[1:]) if line[column] is not None]
        numbers = [each for each in figures if each is not None]
        if total is None or total.value != 100 or len(numbers) < 2:
            continue
        low, high = sum(each.low for each in numbers), sum(each.high for each in numbers)
        row = _Row(end, total, low, high, " + ".join(each.text for each in numbers) + f" = {shown(sum(each.value for each in numbers), total.decimals)}%")
        says = f"{label or 'Percentages'}: {row.words}"
        yield _tested(grid, column, row, "table_hundred", says if row.agrees else f"{says}, not {total.text}", ASK, "certain")


def _against_prose(grid: Grid, scope: Scope, sentences: list[Sentence], scopes: list[list[Scope]]) -> Iterator[Tested]:
    """Yield each number in prose of which a row of the table gives the same quantity."""
    totals = [at for at, label in enumerate(grid.columns) if is_total(label)]
    yield from _reversed(grid, sentences)
    labels = {bare_words(label): row for row, label in enumerate(grid.rows) if bare_words(label)}
    for sentence, scope_list in zip(sentences, scopes, strict=True):
        for quantity in quantities(sentence, scope_list):
            row = labels.get(quantity.words)
            if row is None or scope.area and quantity.scope.area and scope.area != quantity.scope.area:
                continue
            column = _column_for(grid, quantity.scope.period, scope.period, totals)
            cell = grid.cells[row][column] if column is not None else None
            if cell is None or (cell.unit == "percent") != (quantity.number.unit == "percent"):
                continue
            if len(quantity.words) == 1 and not quantity.named:
                continue
            agrees = meet(cell.low, cell.high, quantity.number.low, quantity.number.high)
            says = f"{grid.rows[row]}: {quantity.number.text} in the text, {cell.text} in the table"
            yield Tested("repeat", AGREES if agrees else CONTRADICTS, sentence.text, sentence.line, sentence.heading, says, says, "Which of the two is right, or do they count different things?", "likely", f"Table “{grid.caption}”, line {grid.line}")


def _reversed(grid: Grid, sentences: list[Sentence]) -> Iterator[Tested]:
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
                says = f"{label}: from {levels.before.text} to {levels.after.text} in the text, from {levels.after.text} to {levels.before.text} in the table"
                yield Tested("repeat", CONTRADICTS, sentence.text, sentence.line, sentence.heading, says, says, "Have the two years changed places?", "likely", f"Table “{grid.caption}”, line {grid.line}")


def _column_for(grid: Grid, period: str, table_period: str, totals: list[int]) -> int | None:
    """Return the column that gives the figure of a period: the one that names it, else the only one, else the total."""
    from analysis.claims.draft.reading.dates import dates_of

    named = {at: [each.period for each in dates_of(label)] for at, label in enumerate(grid.columns)}
    dated = [at for at, found in named.items() if period and period in found]
    if dated:
        return dated[0]
    if any(found and not any("Q" in each for each in found) for found in named.values()):
        return None
    same = not period or not table_period or period[:7] == table_period[:7]
    if not same:
        return None
    return totals[-1] if totals else 0 if len(grid.columns) == 1 else None
