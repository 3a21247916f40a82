"""The blocks of a text in order: headings, paragraphs, list items and tables, each with the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

_LONGEST_HEADING = 110  # letters of a line that may be a heading
_LETTERS = re.compile(r"[A-Za-z]")
_NUMBERED = re.compile(r"^\d{1,2}(?:\.\d{1,2})*\.?\s+[A-Z]|^[a-z]\)\s+[A-Z]|^(?:Section|Chapter|Part|Appendix)\s+\w+\b")
_BULLET = re.compile(r"^\s*[-*•▪◦o–]\s+(?:\d{1,2}\.\s+)?|^\s*(?:\d{1,2}|[a-z]|[ivx]+)[.)]\s+(?=\S)")
_MARKED = re.compile(r"^\s*(#{1,6})\s*")
# What a heading may have a digit for: its number, a year, the number of a figure or of a law's section.
_NO_FIGURE = re.compile(
    r"^\s*\d{1,2}(?:\.\d{1,2})*\.?\s|\b(?:19|20)\d\d(?:\s*[-/–]\s*(?:\d{4}|\d{2}))?\b|\b(?:Figure|Table|Section|Appendix|Q)\s*\d+"
)
_CAPTION = re.compile(r"^(?:Figure|Table|Chart)\s+\d+", re.IGNORECASE)
_RULE = re.compile(r"^[\s|:+=-]+$")


@dataclass(frozen=True)
class Block:
    """A piece of a text: `kind` is heading, text, item or table; `line` counts from 1 (paragraphs in a Word document).

    `rows` are the cells of a table; `level` is that of a heading, 1 for the highest.
    """

    kind: str
    text: str
    line: int
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


def blocks_of(lines: list[str]) -> list[Block]:
    """Return the blocks of plain text or Markdown, line by line.

    >>> [(block.kind, block.text) for block in blocks_of(["# Rutland", "", "- 23 plans", "- 31 children"])]
    [('heading', 'Rutland'), ('item', '23 plans'), ('item', '31 children')]
    """
    found: list[Block] = []
    position = 0
    while position < len(lines):
        if not lines[position].strip():
            position += 1
            continue
        rows, after = _table(lines, position)
        if rows:
            # A table that goes on behind a blank line or a page has no header of its own.
            if (
                found
                and found[-1].kind == "table"
                and abs(len(rows[0]) - max(map(len, found[-1].rows))) <= 1
                and _has_figures(rows[0])
            ):
                found[-1] = replace(found[-1], rows=(*found[-1].rows, *rows))
            else:
                found.append(Block("table", "", position + 1, rows=rows))
            position = after
            continue
        end = position + 1
        while end < len(lines) and not _starts_anew(lines, end):
            end += 1
        found += _paragraph(lines[position:end], position + 1)
        position = end
    return [block for block in found if block.text or block.rows]


def heading_or_text(text: str, line: int, style: str = "", listed: bool = False) -> Block:
    """Return the block of one paragraph of a Word document, by the name of its style."""
    folded = " ".join(text.split())
    if match := re.search(r"heading\s*(\d)", style, re.IGNORECASE):
        return Block("heading", folded, line, int(match[1]))
    if re.search(r"^(?:title|subtitle|caption)", style, re.IGNORECASE):
        return Block("heading", folded, line, 1 if style.lower().startswith("title") else 6)
    if listed or (_BULLET.match(text) and not _NUMBERED.match(folded)):
        return Block("item", _BULLET.sub("", folded, count=1), line)
    return Block("heading", folded, line, _level(folded)) if _is_heading(folded) else Block("text", folded, line)


def _starts_anew(lines: list[str], position: int) -> bool:
    line = lines[position]
    return not line.strip() or bool(_BULLET.match(line) or _MARKED.match(line)) or bool(_table(lines, position)[0])


def _paragraph(lines: list[str], line: int) -> list[Block]:
    first = lines[0]
    if marked := _MARKED.match(first):
        heading = Block("heading", " ".join(_MARKED.sub("", first).split()), line, len(marked[1]))
        return [heading, *(_paragraph(lines[1:], line + 1) if lines[1:] else [])]
    if len(lines) > 1 and _NUMBERED.match(first.strip()) and _is_heading(" ".join(first.split())):
        return [*_paragraph(lines[:1], line), *_paragraph(lines[1:], line + 1)]
    block = heading_or_text(first if len(lines) == 1 else first + " ", line)
    if len(lines) == 1:
        return [block]
    kind = "item" if block.kind == "item" else "text"
    folded = " ".join(" ".join(lines).split())
    return [replace(block, kind=kind, level=0, text=_BULLET.sub("", folded, count=1) if kind == "item" else folded)]


def _is_heading(text: str) -> bool:
    if not 2 < len(text) <= _LONGEST_HEADING or text[-1] in ".;:,!" or not _LETTERS.search(text):
        return False
    if _CAPTION.match(text):
        return True
    bare = re.sub(r"\([^)]*\)", "", text)
    return (
        text[0] not in "(•"
        and not re.search(r"\d", _NO_FIGURE.sub(" ", f"{bare} "))
        and (text[0].isupper() or bool(_NUMBERED.match(text)))
    )


def _level(text: str) -> int:
    number = re.match(r"^(\d{1,2}(?:\.\d{1,2})*)", text)
    if number:
        return number[1].count(".") + 1
    return 6 if _CAPTION.match(text) else 3 if re.match(r"[a-z]\) |(?:Section|Chapter|Part|Appendix) ", text) else 4


def _table(lines: list[str], start: int) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Return the cells of the table that begins at a line, and the line behind it; no cells where none begins."""
    for split in (_by_bars, _by_tabs, _by_spaces):
        end = start
        rows: list[tuple[str, ...]] = []
        while end < len(lines) and (
            cells := split(lines[end]) or _title_between(lines, end, split) if rows else split(lines[end])
        ):
            if not _RULE.match(lines[end]):
                rows.append(cells)
            end += 1
        if len(rows) >= 2:
            return tuple(rows), end
    return (), start


def _title_between(lines: list[str], position: int, split: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    """Return the title of a group of rows, which has a line of a tabbed table to itself."""
    line = lines[position].strip()
    behind = lines[position + 1] if position + 1 < len(lines) else ""
    return (line,) if split is _by_tabs and 0 < len(line) <= 60 and split(behind) and not re.search(r"[.:]$", line) else ()


def _has_figures(row: tuple[str, ...]) -> bool:
    return any(re.fullmatch(r"[-−£]?\d[\d,.]*%?", cell) for cell in row[1:])


def _by_bars(line: str) -> tuple[str, ...]:
    if line.count("|") < 2:
        return ()
    return tuple(_plain(cell) for cell in line.strip().removeprefix("|").removesuffix("|").split("|"))


def _by_tabs(line: str) -> tuple[str, ...]:
    return tuple(_plain(cell) for cell in line.rstrip().split("\t")) if "\t" in line.rstrip() else ()


def _by_spaces(line: str) -> tuple[str, ...]:
    cells = re.split(r"\s{2,}", line.strip())
    figures = sum(bool(re.fullmatch(r"[-−£]?\d[\d,.]*%?|-|–|Q[1-4]|\d{4}[-/]\d{2,4}|[A-Z][a-z]+|%", cell)) for cell in cells[1:])
    return tuple(map(_plain, cells)) if len(cells) >= 2 and figures == len(cells) - 1 else ()


def _plain(cell: str) -> str:
    return re.sub(r"</?\w+>|\*\*|__", "", cell).strip()
