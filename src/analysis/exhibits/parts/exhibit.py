"""One exhibit: a headline, a chart with its description, the table of its figures, a CSV of them, definition and source."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from analysis.catalogue import wording

# A cell that a spreadsheet would run as a formula is text: it gets an apostrophe in front.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMERIC = re.compile(r"^[−+]?£?[\d,.]+%?( points)?( to [−+]?[\d,.]+%?)?( \[(r|p|note \d+)\])*$|^\[[cxz]\]$|^$")
# By whether the column is of numbers, and whether a note is named beside one, which may stand on a line of its own.
_CELLS = {
    (False, False): "<td>{}</td>",
    (False, True): "<td>{}</td>",
    (True, False): '<td class="num">{}</td>',
    (True, True): '<td class="num noted">{}</td>',
}
_HEADINGS = {
    "": Markup('<th scope="col">{}</th>'),
    "num": Markup('<th scope="col" class="num">{}</th>'),
    "long": Markup('<th scope="col" class="long">{}</th>'),
}
_LONG = 40  # letters of a cell whose column a wide table must not squeeze to a word's width
_NOTE, _NOTE_KEPT = "[note ", "[note\u00a0"  # on one line with its number
_NOTHING = "No figure is held for this question."
_MOST_PRINTED = 60  # rows of a closed table: a longer one takes pages that nobody reads, and is in the file and its download


@dataclass(frozen=True)
class Table:
    """Rows of text under column headings; the first cell of a row is its heading. `caption` says what the table holds."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    badges: Mapping[str, str] = field(default_factory=dict)  # words of a cell → red, amber or green: the words say it too

    def html(self) -> Markup:
        """Return the table as HTML: a caption, a scope on every heading, numbers set to the right, no empty heading."""
        numeric = [all(_NUMERIC.match(row[index]) for row in self.rows) for index in range(len(self.columns))]
        long = [any(len(row[index]) > _LONG for row in self.rows) for index in range(len(self.columns))]
        kinds = ["num" if number else "long" if much else "" for number, much in zip(numeric, long, strict=True)]
        head = Markup("").join(_HEADINGS[kind].format(column) for kind, column in zip(kinds, self.columns, strict=True))
        body = Markup("").join(self._row(row, numeric) for row in self.rows)
        return Markup(
            '<div class="table-scroll" tabindex="0" role="region" aria-label="{}"><table><caption>{}</caption>'
            "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
        ).format(self.caption, self.caption, head, body)

    def csv(self) -> str:
        """Return the table as CSV text, cells that a spreadsheet would take for a formula neutralised."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerows([[_neutral(cell) for cell in row] for row in (self.columns, *self.rows)])
        return buffer.getvalue()

    def _row(self, row: tuple[str, ...], numeric: list[bool]) -> Markup:
        first, *rest = row
        cells = (
            Markup(_CELLS[number, _NOTE in cell]).format(badge(cell.replace(_NOTE, _NOTE_KEPT), self.badges.get(cell, "")))
            for cell, number in zip(rest, numeric[1:], strict=True)
        )
        return Markup('<tr><th scope="row">{}</th>{}</tr>').format(first, Markup("").join(cells))


@dataclass(frozen=True)
class Exhibit:
    """What a reader sees of one question. `panels` are inline SVGs made by `drawing`; there may be none."""

    identity: str
    headline: str
    subtitle: str
    table: Table
    source: str
    notes: tuple[str, ...] = ()
    panels: tuple[str, ...] = ()
    definition: tuple[tuple[str, str], ...] = ()
    open_table: bool = field(default=False)
    footnotes: tuple[str, ...] = ()  # numbered as the cells name them: [note 1] is the first
    small: bool = field(default=False)  # small charts, several in a row

    def __repr__(self) -> str:
        return f"Exhibit: {self.headline}"

    def _repr_html_(self) -> str:
        return str(self.html())

    def html(self) -> Markup:
        """Return the exhibit as an HTML fragment, everything from outside escaped."""
        figures = self.table.html() + self._footnotes() + self._download()
        more = self._definition()
        if self.open_table:
            inner = figures + self._details("Definition", more)
        else:
            inner = self._details("Table and definition" if more else "Table", figures + more, len(self.table.rows))
        withheld = self._withheld()
        panels = Markup("").join(_spoken(panel, withheld) for panel in self.panels)
        frame = Markup('<div class="chart small">{}</div>' if self.small else '<div class="chart">{}</div>')
        charts = frame.format(panels) if self.panels else ""
        said = (*self.notes, withheld) if withheld else self.notes
        notes = Markup("").join(Markup("<p>{}</p>").format(note) for note in said)
        return Markup(
            '<figure class="exhibit" id="{}"><div class="whole"><h3>{}</h3><p class="subtitle">{}</p>{}{}</div>{}'
            "<figcaption>Source: {}</figcaption></figure>"
        ).format(self.identity, self.headline, self.subtitle, notes, charts, inner, self.source)

    def _withheld(self) -> str:
        """Return the sentence on withheld figures; empty where there are none."""
        count = sum(cell == wording.WITHHELD for row in self.table.rows for cell in row[1:])
        if not count:
            return ""
        figures, drawn = ("figure is", "it") if count == 1 else ("figures are", "them")
        left_out = f" The chart leaves {drawn} out: a gap is not zero." if self.panels else ""
        return f"{count} {figures} withheld, shown as {wording.WITHHELD}, so that no person can be recognised.{left_out}"

    def _footnotes(self) -> Markup:
        items = Markup("").join(Markup("<li>{}</li>").format(text) for text in self.footnotes)
        return Markup('<ol class="footnotes">{}</ol>').format(items) if self.footnotes else Markup()

    def _details(self, summary: str, inner: Markup, rows: int = 0) -> Markup:
        if rows > _MOST_PRINTED:
            said = f": {rows} rows, on the screen and in the workbook of this pack"
            summary = Markup('{}<span class="on-paper">{}</span>').format(summary, said)
        # The table's caption, which no other has, tells a screen reader one of twenty such summaries from the next.
        hidden = Markup('<span class="visually-hidden">: {}</span>').format(self.table.caption)
        opening = Markup('<details class="long">' if rows > _MOST_PRINTED else "<details>")
        return Markup("{}<summary>{}{}</summary>{}</details>").format(opening, summary, hidden, inner) if inner else Markup()

    def _download(self) -> Markup:
        # The byte-order mark makes Excel read the file as UTF-8.
        data = base64.b64encode(("\ufeff" + self.table.csv()).encode()).decode()
        return Markup(
            '<p class="download"><a download="{}.csv" href="data:text/csv;charset=utf-8;base64,{}">'
            'Download these figures (CSV)<span class="visually-hidden">: {}</span></a></p>'
        ).format(self.identity, data, self.table.caption)

    def _definition(self) -> Markup:
        return _terms(self.definition) if self.definition else Markup()


@dataclass(frozen=True)
class Sentences:
    """Sentences that stand by themselves: findings as a list, one statement of what is not held, or the prose of a report.

    `how` are the methods by which findings were judged, each with its line.
    """

    items: tuple[str, ...]
    statement: bool = False
    how: tuple[tuple[str, str], ...] = ()
    prose: bool = False

    def __repr__(self) -> str:
        return " ".join(self.items)

    def _repr_html_(self) -> str:
        if self.statement:
            return str(Markup('<p class="statement">{}</p>').format(" ".join(self.items)))
        items = Markup("").join(Markup("<li>{}</li>").format(item) for item in self.items)
        how = Markup("<details><summary>How these were judged</summary>{}</details>").format(_terms(self.how)) if self.how else ""
        kind = Markup(' data-kind="prose"') if self.prose else Markup()
        return str(Markup('<section class="findings"{}><ul>{}</ul>{}</section>').format(kind, items, how))


def _spoken(panel: str, withheld: str) -> Markup:
    """Return a chart whose description says, too, what it leaves out."""
    return Markup(panel.replace("</desc>", f" {withheld}</desc>", 1) if withheld else panel)


@dataclass(frozen=True)
class Point:
    """One thing that has to be passed on: the sentence, its judgement in words with a colour or none, and what stands beneath."""

    headline: str
    words: str = ""
    colour: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Points:
    """Points under one heading, each with its reason and what was said about it."""

    title: str
    items: tuple[Point, ...]

    def __repr__(self) -> str:
        return f"{self.title}: {' '.join(item.headline for item in self.items)}"

    def _repr_html_(self) -> str:
        items = Markup("").join(self._item(item) for item in self.items)
        return str(Markup('<section class="findings"><h3>{}</h3><ul>{}</ul></section>').format(self.title, items))

    @staticmethod
    def _item(item: Point) -> Markup:
        words = badge(item.words, item.colour) + " " if item.colour else Markup()
        lines = Markup("").join(Markup('<p class="beneath">{}</p>').format(line) for line in item.lines)
        return Markup("<li>{}{}{}</li>").format(words, item.headline, lines)


def badge(words: str, colour: str) -> Markup:
    """Return words as they are, or on a ground of the colour (red, amber, green): the words say by themselves what it says."""
    return Markup('<span class="rag rag-{}">{}</span>').format(colour, words) if colour else Markup("{}").format(words)


def show(exhibits: Sequence[Exhibit | Sentences | Points] | Exhibit | Sentences | Points, otherwise: str = "") -> None:
    """Display an exhibit, or several one after the other; where there are none, the sentence `otherwise`.

    Not given, it is that of the function that was to return the exhibits.
    """
    from IPython.display import display

    several = exhibits if isinstance(exhibits, Sequence) else (exhibits,)
    sentence = otherwise or getattr(exhibits, "otherwise", _NOTHING)
    for exhibit in several or (Sentences((sentence,), statement=True),):
        display(exhibit)


def _terms(pairs: tuple[tuple[str, str], ...]) -> Markup:
    terms = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*pair) for pair in pairs)
    return Markup('<dl class="definition">{}</dl>').format(terms)


def slug(text: str) -> str:
    """Return text as an id: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _neutral(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMERIC.match(cell) else cell
