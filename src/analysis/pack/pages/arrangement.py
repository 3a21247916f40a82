"""The order of a page that several notebooks make: the first as it is, then what stands out, each subject in a row, the rest.

The first notebook is the overview. What the others say of one subject (`Exhibit.about`) stands together under its name, whichever
notebook it is of, so that a reader finds the years, the neighbours and the breakdowns of a figure in one place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from analysis import catalogue
from analysis.catalogue import wording
from analysis.disclosure import gate
from analysis.exhibits.glance import STANDS
from analysis.pack.pages.blocks import EXHIBIT, FINDINGS, Block

_MOST_OPEN = 3  # rows that are open when the page is: those of which something stands out, in the order of the overview
Typed = Mapping[str, Any]
_PICTURE = 'role="img"'  # what every chart has
_BESIDE, _ALONE = "over-", "year-"  # how the ids of exhibits begin that draw years beside neighbours, and years alone
_UNITS = {"%": "percent", "pounds": "pounds"}  # of a column of a typed table


@dataclass(frozen=True)
class Row:
    """What a page has on one subject: its name, its figures in words, what stands out, and the exhibits, if there are any."""

    subject: str
    name: str
    figures: str
    stands_out: str
    is_open: bool
    definition: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Arrangement:
    """The blocks of a page in their order."""

    first: tuple[Block, ...]
    findings: tuple[Block, ...] = ()
    rows: tuple[Row, ...] = ()
    rest: tuple[Block, ...] = ()


def arranged(parts: Sequence[Sequence[Block]]) -> Arrangement:
    """Return the blocks of a page's notebooks in the order in which it shows them.

    The prose of the second notebook and of later ones stays in these, and so does what they say is not held: on a page a section
    that has nothing to say isn't there.
    """
    first, others = parts[0], [block for part in parts[1:] for block in part]
    if not others:
        return Arrangement(tuple(first))
    by_subject: dict[str, list[Block]] = {}
    for block in others:
        if block.kind == EXHIBIT and block.table.get("about"):
            by_subject.setdefault(block.table["about"], []).append(block)
    overview = _overview([block.table for block in first if block.table])
    rows, opened = list[Row](), 0
    for subject in _in_order(by_subject, overview):
        figures, stands_out = overview.get(subject, ("", ""))
        blocks = _drawn_once(by_subject.get(subject, []))
        is_open = bool(stands_out and blocks) and opened < _MOST_OPEN
        opened += is_open
        entry = catalogue.indicators().loc[subject]
        definition = " ".join(filter(None, (entry["definition"], entry["caveats"])))
        rows.append(Row(subject, entry["title"], figures, stands_out, is_open, definition, blocks))
    findings = {block.html: block for block in others if block.kind == FINDINGS}
    rest = [block for block in others if block.kind == EXHIBIT and not block.table.get("about")]
    return Arrangement(tuple(first), tuple(findings.values()), tuple(rows), tuple(rest))


def _drawn_once(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks of a subject, years beside neighbours first; what these draw, years alone don't draw again."""
    charts = {block.table["id"]: block.html.count(_PICTURE) for block in blocks}
    drawn = []
    for block in sorted(blocks, key=lambda block: _is_later(block.table)):
        beside = str(block.table["id"]).replace(_ALONE, _BESIDE, 1)
        if beside != block.table["id"] and charts[block.table["id"]] <= charts.get(beside, 0):
            block = replace(block, html=Markup(gate.without_charts(block.html)))  # noqa: S704 (a part of what was safe)
        drawn.append(block)
    return tuple(drawn)


def _is_later(table: Typed) -> bool:
    return not str(table["id"]).startswith(_BESIDE)


def tables_in_order(parts: Sequence[Sequence[Typed]]) -> list[Typed]:
    """Return the tables of a page's notebooks in the order in which the page shows them (`arranged`)."""
    first, others = parts[0], [table for part in parts[1:] for table in part]
    by_subject: dict[str, list[Typed]] = {}
    for table in others:
        if table.get("about"):
            by_subject.setdefault(table["about"], []).append(table)
    in_rows = [
        table
        for subject in _in_order(by_subject, _overview(first))
        for table in sorted(by_subject.get(subject, ()), key=_is_later)
    ]
    return [*first, *in_rows, *(table for table in others if not table.get("about"))]


def _in_order(subjects: Mapping[str, object], overview: Mapping[str, object]) -> list[str]:
    """Return the subjects of the overview, each of which has a row, and after these the others in the order of the catalogue."""
    return [*overview, *(name for name in catalogue.indicators().index if name in subjects and name not in overview)]


def _overview(tables: Sequence[Typed]) -> dict[str, tuple[str, str]]:
    """Return {subject: (its figures in words, what stands out)} of the rows of the overview tables."""
    known: dict[str, tuple[str, str]] = {}
    for table in tables:
        headings = [column["heading"] for column in table["columns"]]
        for subject, row in zip(table.get("rows_about", ()), table["rows"], strict=False):
            cells = dict(zip(headings, zip(row, table["columns"], strict=True), strict=True))
            stands_out, _ = cells.get(STANDS, ("", {}))
            named = [name for name in headings if f"{name}, on the year before" in cells]
            words = [f"{name} {_printed(*cells[name])}" for name in named if _printed(*cells[name])]
            before = known.get(subject, ("", ""))
            known[subject] = (
                "; ".join(filter(None, (before[0], *words))),
                "; ".join(filter(None, (before[1], stands_out or ""))),
            )
    return known


def _printed(cell: Any, column: Mapping[str, Any]) -> str:
    """Return a cell of a typed table as it is printed."""
    if isinstance(cell, Mapping):
        cell = cell.get("value", cell.get("text", cell.get("status")))
    if cell is None or isinstance(cell, str):
        return cell or ""
    # A whole number is printed without decimals, whatever the others of its column have.
    decimals = 0 if isinstance(cell, int) else column["decimals"]
    return wording.value(float(cell), _UNITS.get(column["unit"], "count"), decimals, "final")
