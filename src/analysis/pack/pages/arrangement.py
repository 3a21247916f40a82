"""The order of a page that several notebooks make: the first as it is, then what stands out, each subject in a row, the rest.

The first notebook is the overview. What the others say of one subject (`Exhibit.about`) stands together under its name, whichever
notebook it is of, so that a reader finds the years, the neighbours and the breakdowns of a figure in one place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from analysis import catalogue
from analysis.catalogue import wording
from analysis.catalogue.wording import TABLE_TYPE
from analysis.disclosure import gate
from analysis.pack.pages.blocks import EXHIBIT, FINDINGS, NOTHING, PROSE, Block, Part, blocks
from analysis.pack.pages.markdown import Prose

_MOST_OPEN = 3  # rows that are open when the page is: those of which something stands out, in the order of the overview
Typed = Mapping[str, Any]
NOWHERE: Mapping[str, Sequence[tuple[str, str]]] = {}
NO_ROWS: Mapping[str, str] = {}
# {page: what a reader finds there of a subject}; of those the first row on it
LINKED = {"methods": "Definition", "data-quality": "Errors found in it"}
_ANCHOR = re.compile(r' id="([a-z-]+--([a-z0-9_]+))"')
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
    definition: str  # where no other page of the pack has it
    links: tuple[tuple[str, str], ...]  # where other pages have more of it: address and words
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Arrangement:
    """The blocks of a page in their order."""

    first: tuple[Block, ...]
    findings: tuple[Block, ...] = ()
    rows: tuple[Row, ...] = ()
    rest: tuple[Block, ...] = ()


def elsewhere(executed: Mapping[str, Sequence[Part]]) -> dict[str, list[tuple[str, str]]]:
    """Return {subject: [(address, words)]} of what the pages of definitions and of errors have of each."""
    found: dict[str, dict[str, str]] = {}
    for page, words in LINKED.items():
        shown = [block.html for part in executed.get(page, ()) for block in blocks(part, Prose())]
        for anchor, subject in (match for html in shown for match in _ANCHOR.findall(html)):
            found.setdefault(subject, {}).setdefault(words, f"{page}.html#{anchor}")
    return {subject: [(address, words) for words, address in links.items()] for subject, links in found.items()}


def rows_elsewhere(executed: Mapping[str, Sequence[Part]]) -> dict[str, str]:
    """Return {subject: the address of its row} of the pages of several notebooks, which have a row for each of their subjects."""
    places: dict[str, str] = {}
    for page, parts in executed.items():
        outputs = [[out for cell in part.notebook.cells for out in cell.get("outputs", ())] for part in parts]
        held = [[out["data"][TABLE_TYPE] for out in of_part if TABLE_TYPE in out.get("data", {})] for of_part in outputs]
        subjects = {table["about"] for of_part in held[1:] for table in of_part if table["about"]}
        for subject in _in_order(dict.fromkeys(subjects), _overview(held[0])) if len(held) > 1 else ():
            places.setdefault(subject, f"{page}.html#row-{subject}")
    return places


def linked(block: Block, places: Mapping[str, str]) -> Block:
    """Return an exhibit with the heading of each row leading to the row of its subject on another page, if there is one."""
    hrefs = [places.get(subject, "") for subject in block.table.get("rows_about", ())]
    return replace(block, html=Markup(gate.with_links(block.html, hrefs)))  # noqa: S704 (a part of what was safe)


def with_something(of_page: Sequence[Block]) -> tuple[list[Block], dict[str, str]]:
    """Return the blocks of a notebook without what says that there is nothing to show, and {id: heading} of the sections that
    hold nothing else: these are left out, heading and all."""
    kept, without = list[Block](), dict[str, str]()
    place = 0
    while place < len(of_page):
        block, end = of_page[place], _end_of_section(of_page, place)
        inside = {each.kind for each in of_page[place + 1 : end]}
        if NOTHING in inside and inside <= {NOTHING, PROSE} and len(block.headings) == 1:
            without[block.headings[0].name] = block.headings[0].words
            place = end
            continue
        if block.kind != NOTHING:
            kept.append(block)
        place += 1
    return kept, without


def _end_of_section(of_page: Sequence[Block], start: int) -> int:
    """Return where the section ends that the block at `start` opens: at the next heading of its level or a higher one."""
    own = of_page[start].headings
    if not own:
        return start + 1
    later = range(start + 1, len(of_page))
    return next((place for place in later for each in of_page[place].headings if each.level <= own[-1].level), len(of_page))


def arranged(parts: Sequence[Sequence[Block]], more: Mapping[str, Sequence[tuple[str, str]]] = NOWHERE) -> Arrangement:
    """Return the blocks of a page's notebooks in the order in which it shows them; `more` is what `elsewhere` returns.

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
        drawn = _drawn_once(by_subject.get(subject, []))
        is_open = bool(stands_out and drawn) and opened < _MOST_OPEN
        opened += is_open
        entry, links = catalogue.indicators().loc[subject], tuple(more.get(subject, ()))
        definition = "" if links else " ".join(filter(None, (entry["definition"], entry["caveats"])))
        rows.append(Row(subject, entry["title"], figures, stands_out, is_open, definition, links, drawn))
    findings = {block.html: block for block in others if block.kind == FINDINGS}
    rest = [block for block in others if block.kind == EXHIBIT and not block.table.get("about")]
    return Arrangement(tuple(first), tuple(findings.values()), tuple(rows), tuple(rest))


def _drawn_once(of_subject: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks of a subject, years beside neighbours first; what these draw, years alone don't draw again."""
    charts = {block.table["id"]: block.html.count(_PICTURE) for block in of_subject}
    drawn = []
    for block in sorted(of_subject, key=lambda block: _is_later(block.table)):
        beside = str(block.table["id"]).replace(_ALONE, _BESIDE, 1)
        if beside != block.table["id"] and charts[block.table["id"]] <= charts.get(beside, 0):
            html = Markup(gate.without_charts(block.html))  # noqa: S704 (a part of what was safe)
            block = replace(block, html=html, folded=html != block.html)
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
            stands_out, _ = cells.get(wording.STANDS, ("", {}))
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
