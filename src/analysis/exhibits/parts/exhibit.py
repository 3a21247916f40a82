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
from analysis.exhibits.parts.fragments import fragment
from analysis.exhibits.parts.typed_table import typed

# A cell that a spreadsheet would run as a formula is text: it gets an apostrophe in front.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMERIC = re.compile(r"^[−+]?£?[\d,.]+%?( points)?( to [−+]?[\d,.]+%?)?( \[(r|p|note \d+)\])*$|^\[[cxz]\]$|^$")
_LONG = 40  # letters of a cell whose column a wide table must not squeeze to a word's width
_NOTHING = "No figure is held for this question."


@dataclass(frozen=True)
class Table:
    """Rows of text under column headings; the first cell of a row is its heading. `caption` says what the table holds."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    badges: Mapping[str, str] = field(default_factory=dict)  # words of a cell → red, amber or green: the words say it too
    marks: Mapping[tuple[int, int], Markup] = field(default_factory=dict)  # row and column → a small picture before the words
    links: Mapping[str, str] = field(default_factory=dict)  # heading of a row → an id of the page
    anchors: Mapping[int, str] = field(default_factory=dict)  # row → its own id, to which other pages lead

    def html(self, *, beneath_headline: bool = False) -> Markup:
        """Return the table as HTML: a caption, a scope on every heading, numbers set to the right, no empty heading.

        Right beneath a headline the caption is for screen readers alone.
        """
        numeric = [all(_NUMERIC.match(row[index]) for row in self.rows) for index in range(len(self.columns))]
        long = [any(len(row[index]) > _LONG for row in self.rows) for index in range(len(self.columns))]
        kinds = ["num" if number else "long" if much else "" for number, much in zip(numeric, long, strict=True)]
        return fragment("table", self, kinds, beneath_headline)

    def csv(self) -> str:
        """Return the table as CSV text, cells that a spreadsheet would take for a formula neutralised."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerows([[_neutral(cell) for cell in row] for row in (self.columns, *self.rows)])
        return buffer.getvalue()


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
    about: str = ""  # the subject (`catalogue.subject`) that all of it is on; empty where it is on several
    rows_about: tuple[str, ...] = ()  # of an overview: the subject of each row

    def __repr__(self) -> str:
        return f"Exhibit: {self.headline}"

    def _repr_html_(self) -> str:
        return str(self.html())

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return {wording.TABLE_TYPE: self.typed()}

    def typed(self) -> dict[str, object]:
        """Return the table as numbers, with what is said around it: workbook, data files and corrections are made of this."""
        said = {"id": self.identity, "headline": self.headline, "subtitle": self.subtitle, "caption": self.table.caption}
        rest = {
            "source": self.source,
            "footnotes": list(self.footnotes),
            "about": self.about,
            "rows_about": list(self.rows_about),
        }
        return said | rest | typed(self.table.columns, self.table.rows)

    def html(self) -> Markup:
        """Return the exhibit as an HTML fragment, everything from outside escaped."""
        withheld = self._withheld()
        notes = (*self.notes, withheld) if withheld else self.notes
        panels = [_spoken(panel, withheld) for panel in self.panels]
        # The byte-order mark makes Excel read the file as UTF-8.
        download = base64.b64encode(("\ufeff" + self.table.csv()).encode()).decode()
        return fragment("exhibit", self, notes, panels, download)

    def _withheld(self) -> str:
        """Return the sentence on withheld figures; empty where there are none."""
        count = sum(cell == wording.WITHHELD for row in self.table.rows for cell in row[1:])
        if not count:
            return ""
        figures = "figure is" if count == 1 else "figures are"
        return f"{count} {figures} withheld, shown as {wording.WITHHELD}."


@dataclass(frozen=True)
class Sentences:
    """Sentences that stand by themselves: findings as a list, one statement, or the prose of a report.

    `how` are the methods by which findings were judged, each with its line. `nothing` is the statement that there is nothing to
    show: a page leaves it out.
    """

    items: tuple[str, ...]
    statement: bool = False
    how: tuple[tuple[str, str], ...] = ()
    prose: bool = False
    nothing: bool = False

    def __repr__(self) -> str:
        return " ".join(self.items)

    def _repr_html_(self) -> str:
        words = " ".join(self.items)
        return str(fragment("statement", words, self.nothing) if self.statement else fragment("sentences", self))


def _spoken(panel: str, withheld: str) -> Markup:
    """Return a chart whose description says, too, what it leaves out."""
    return Markup(panel.replace("</desc>", f" {withheld}</desc>", 1) if withheld else panel)  # noqa: S704 (`svg` has escaped it)


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
        return str(fragment("points", self.title, self.items))


def show(exhibits: Sequence[Exhibit | Sentences | Points] | Exhibit | Sentences | Points, otherwise: str = "") -> None:
    """Display an exhibit, or several one after the other; where there are none, the sentence `otherwise`.

    Not given, it is that of the function that was to return the exhibits. On a page a section with nothing to show isn't
    there (`arrangement.with_something`).
    """
    from IPython.display import display

    several = exhibits if isinstance(exhibits, Sequence) else (exhibits,)
    sentence = otherwise or getattr(exhibits, "otherwise", "")
    for exhibit in several or (Sentences((sentence or _NOTHING,), statement=True, nothing=bool(sentence)),):
        display(exhibit)


def slug(text: str) -> str:
    """Return text as an id: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _neutral(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMERIC.match(cell) else cell
