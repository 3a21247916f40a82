"""The tables of a pack as its pages show them, and the same as data: a number in every cell that holds one, one unit a column.

Read back from what the notebooks have shown, so that workbook and CSV files hold what the pages hold, and no other.
"""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from analysis.catalogue import wording
from analysis.disclosure import gate

_FRAGMENT = re.compile(
    r'<figure class="exhibit" id="(?P<id>[^"]*)"><div class="whole"><h3>(?P<headline>.*?)</h3>'
    r'<p class="subtitle">(?P<subtitle>.*?)</p>',
    re.DOTALL,
)
_CAPTION = re.compile(r"<caption>(.*?)</caption>", re.DOTALL)
_SOURCE = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)
_FOOTNOTE = re.compile(r'<ol class="footnotes">(.*?)</ol>', re.DOTALL)
_ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_DATA = re.compile(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"')

_NUMBER = r"[−+]?£?\d[\d,]*(?:\.\d+)?"
_PLAIN = re.compile(_NUMBER)
_PERCENT = re.compile(rf"({_NUMBER})%")
_POINTS = re.compile(rf"({_NUMBER}) points")
_RANGE = re.compile(rf"({_NUMBER})(%?) to ({_NUMBER})(%?)")
_DATED = re.compile(rf"({_NUMBER}%?) \(([^()]+)\)")
_MARKED = re.compile(r"(.*?)((?: \[(?:r|p|note \d+)\])+)")
SYMBOLS = tuple(wording.SYMBOLS.values())


@dataclass(frozen=True)
class PageTable:
    """One table of a page: where it stands, what is said above and below it, its heading and its rows as they are shown."""

    page: str
    identity: str
    headline: str
    subtitle: str
    caption: str
    source: str
    footnotes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        """The name of its data file, without an ending."""
        return f"{self.page}--{self.identity}"


@dataclass(frozen=True)
class Column:
    """One column of data: its heading with its unit, and its cells: numbers, texts, or None where there is nothing."""

    heading: str
    cells: tuple[float | int | str | None, ...]
    decimals: int | None  # of its numbers; None where the column is text

    @property
    def numeric(self) -> bool:
        """Whether every cell is a number, a symbol or nothing."""
        return self.decimals is not None


def tables_in(folder: Path, pages: Iterable[str]) -> Iterator[PageTable]:
    """Yield the tables of these pages of a pack in their order, as their executed notebooks in it show them."""
    for page in pages:
        # Of one that can't be read the gate says so, and holds the pack back.
        yield from tables_of(page, gate.outputs(folder / gate.NOTEBOOKS, f"{page}.ipynb") or ())


def tables_of(page: str, outputs: Iterable[str]) -> list[PageTable]:
    """Return the tables of a page among the outputs of its notebook, in their order."""
    fragments = (output.strip() for output in outputs)
    return [_table(page, fragment, head) for fragment in fragments if (head := _FRAGMENT.match(fragment))]


def _table(page: str, fragment: str, head: re.Match[str]) -> PageTable:
    caption, source, data = (pattern.search(fragment) for pattern in (_CAPTION, _SOURCE, _DATA))
    assert caption is not None and source is not None and data is not None  # every exhibit has all three
    text = base64.b64decode(data[1]).decode("utf-8-sig")
    columns, *rows = csv.reader(io.StringIO(text, newline=""))
    notes = _FOOTNOTE.search(fragment)
    return PageTable(
        page=page,
        identity=head["id"],
        headline=unescape(head["headline"]),
        subtitle=unescape(head["subtitle"]),
        caption=unescape(caption[1]),
        source=unescape(source[1]).removeprefix("Source: "),
        footnotes=tuple(unescape(item) for item in _ITEM.findall(notes[1])) if notes else (),
        columns=tuple(columns),
        rows=tuple(tuple(row) for row in rows),
    )


def as_data(table: PageTable) -> list[Column]:
    """Return the table's columns as data.

    An interval becomes two columns, a figure with its period or its marks ([r], [note 1]) two; a sign, a comma and a unit that
    all cells share go into the heading. A column that mixes units stays as it is shown.
    """
    found: list[Column] = []
    for number, heading in enumerate(table.columns):
        found += _columns(heading, [row[number] for row in table.rows])
    taken: set[str] = set()
    return [_unique(column, taken) for column in found]


def _unique(column: Column, taken: set[str]) -> Column:
    heading, number = column.heading, 2
    while heading.casefold() in taken:
        heading, number = f"{column.heading} ({number})", number + 1
    taken.add(heading.casefold())
    return Column(heading, column.cells, column.decimals)


def _columns(heading: str, cells: list[str]) -> list[Column]:
    held = [cell for cell in cells if cell and cell not in SYMBOLS]
    if not held:
        return [Column(heading, tuple(cell or None for cell in cells), None)]
    if any(_MARKED.fullmatch(cell) for cell in held):
        parts = [_MARKED.fullmatch(cell) for cell in cells]
        figures = [part[1] if part else cell for part, cell in zip(parts, cells, strict=True)]
        marks = tuple(part[2].strip() if part else None for part in parts)
        return [*_columns(heading, figures), Column(f"{heading}, marks", marks, None)]
    for pattern, unit in ((_PLAIN, ""), (_PERCENT, ", %"), (_POINTS, ", points")):
        matches = [pattern.fullmatch(cell) for cell in cells]
        if all(match or not cell or cell in SYMBOLS for match, cell in zip(matches, cells, strict=True)):
            texts = [(match[match.lastindex or 0] if match else cell) for match, cell in zip(matches, cells, strict=True)]
            return [_numbers(f"{heading}{_pounds(texts)}{unit}", texts)]
    if all(_RANGE.fullmatch(cell) for cell in held):
        ranges = [_RANGE.fullmatch(cell) for cell in cells]
        unit = ", %" if all(match[2] for match in ranges if match) else ""
        sides = ((1, "lower"), (3, "upper"))
        return [
            _numbers(
                f"{heading}, {side}{unit}", [match[group] if match else cell for match, cell in zip(ranges, cells, strict=True)]
            )
            for group, side in sides
        ]
    if all(_DATED.fullmatch(cell) for cell in held):
        dated = [_DATED.fullmatch(cell) for cell in cells]
        first = [match[1] if match else cell for match, cell in zip(dated, cells, strict=True)]
        return [*_columns(heading, first), Column(f"{heading}, of", tuple(match[2] if match else None for match in dated), None)]
    return [Column(heading, tuple(cell or None for cell in cells), None)]


def _pounds(texts: list[str]) -> str:
    return ", pounds" if any("£" in text for text in texts) else ""


def _numbers(heading: str, texts: list[str]) -> Column:
    found = tuple(number_of(text) if text and text not in SYMBOLS else (text or None) for text in texts)
    decimals = max((len(text.partition(".")[2]) for text in texts if text not in SYMBOLS), default=0)
    return Column(heading, found, decimals)


def number_of(text: str) -> float | int:
    """Return the number that a printed one stands for: "−1,204.5" is -1204.5, "£61,193" is 61193."""
    plain = text.replace("−", "-").replace(",", "").replace("£", "").replace("+", "")
    return float(plain) if "." in plain else int(plain)
