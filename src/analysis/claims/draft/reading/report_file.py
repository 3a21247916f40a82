"""A report as .txt, .md or .docx, read into blocks; nothing in the file is run or fetched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from analysis.claims.draft.reading.blocks import Block, blocks_of, heading_or_text
from analysis.errors import DataError
from analysis.files import packed_xml, plain_text
from analysis.files.packed_xml import Limits

_LARGEST = 2_000_000  # letters: a report of a thousand pages has as many
_LONGEST = 20_000  # letters of a paragraph: what is longer is no prose, and slow to search
# A thousand pages in Word have some 200,000 elements; pictures pack hardly at all.
_PACKAGE = Limits(unpacked=500_000_000, elements=1_000_000, letters=_LARGEST)
_DOCUMENT = "word/document.xml"
_BROAD = 1_000  # cells of a row


def read_report(path: Path) -> list[Block]:
    """Return the blocks of a report in order: headings, paragraphs, list items, tables; white space is folded.

    Raises DataError naming the file for one that isn't there, of another kind, too large, or not what its name says.
    """
    name = path.name
    if not path.is_file():
        raise DataError(name, found="no such file", expected="a report as .txt, .md or .docx")
    match path.suffix.lower():
        case ".txt" | ".md":
            found = blocks_of(_plain(path, name))
        case ".docx":
            found = _document(path, name)
        case other:
            raise DataError(name, found=f"a file of the kind {other or 'without an ending'!r}", expected=".txt, .md or .docx")
    if not found:
        raise DataError(name, found="no text", expected="sentences or tables")
    longest = max((len(block.text) for block in found), default=0)
    if longest > _LONGEST:
        raise DataError(name, found=f"a paragraph of {longest:,} letters", expected=f"at most {_LONGEST:,}")
    return found


def _plain(path: Path, name: str) -> list[str]:
    if path.stat().st_size > _LARGEST:
        raise DataError(name, found=f"{path.stat().st_size:,} bytes", expected=f"at most {_LARGEST:,}")
    return plain_text.decoded(path.read_bytes(), name).splitlines()


def _document(path: Path, name: str) -> list[Block]:
    try:
        with packed_xml.opened(path, _PACKAGE) as packed:
            return _blocks(packed.read(_DOCUMENT))
    except packed_xml.TooMuchError as error:
        raise DataError(name, found=str(error), expected="a report in Word of a thousand pages at most") from None
    except packed_xml.DeclaredError:
        raise DataError(name, found="a document that declares entities", expected="a Word document without them") from None
    except packed_xml.BROKEN:
        raise DataError(name, found="a file that can't be opened", expected="a Word document (.docx)") from None


class _Paragraph:
    """The paragraph that is open: its pieces of text, the name of its style, whether it is an item of a list."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.style, self.listed = "", False

    def text(self) -> str:
        return "".join(self.pieces)


def _blocks(content: bytes) -> list[Block]:
    """Return the blocks of a document's XML; `line` counts paragraphs, and a table is one block."""
    found: list[Block] = []
    rows: list[list[str]] = []
    cell: list[str] = []
    paragraph = _Paragraph()
    in_text, tables, number, began = False, 0, 0, 0

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal in_text, tables, began
        in_text = tag == "t"
        if tag == "tbl":
            tables += 1
            began = number + 1 if tables == 1 else began
        elif tag == "tr" and tables == 1:
            rows.append([])
        elif tag == "pStyle":
            paragraph.style = attributes.get("val", "")
        elif tag == "numPr":
            paragraph.listed = True
        elif tag in ("tab", "br"):
            paragraph.pieces.append(" ")

    def end(tag: str) -> None:
        nonlocal in_text, tables, number, paragraph
        in_text = False
        if tag == "p":
            number += 1
            text = re.sub(r"\s+", " ", paragraph.text()).strip()
            if tables:
                cell.append(text)
            elif text:
                found.append(heading_or_text(text, number, paragraph.style, paragraph.listed))
            paragraph = _Paragraph()
        elif tag == "tc" and tables == 1 and rows and len(rows[-1]) < _BROAD:
            rows[-1].append(" ".join(filter(None, cell)))
            cell.clear()
        elif tag == "tbl":
            tables -= 1
            if not tables:
                kept = tuple(tuple(row) for row in rows if row)
                if kept:
                    found.append(Block("table", "", began, rows=kept))
                rows.clear()

    def text(words: str) -> None:
        if in_text:
            paragraph.pieces.append(words)

    packed_xml.Screen(_PACKAGE).walk(content, start, end, text)
    rest = " ".join(paragraph.text().split())
    return [*found, Block("text", rest, number + 1)] if rest else found
