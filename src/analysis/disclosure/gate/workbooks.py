"""What a workbook of a pack may hold: sheets, styles and texts. Its archive is opened and looked through part by part."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

from analysis.disclosure.audit.pages import Shown
from analysis.disclosure.gate import forbidden_text, shown_figures
from analysis.disclosure.gate.rules import Broken
from analysis.disclosure.gate.workbook_parts import sheets
from analysis.files import archives

_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml|xl/(workbook|styles|sharedStrings)\.xml|xl/theme/theme\d+\.xml|"
    r"xl/_rels/workbook\.xml\.rels|xl/worksheets/sheet\d+\.xml|xl/worksheets/_rels/sheet\d+\.xml\.rels|xl/tables/table\d+\.xml"
)
# Bytes unpacked that are let through in any case, and how many times more than its own a large file may hold.
_LARGEST, _TIMES = 60_000_000, 40
_PERSON = re.compile(rb"<(?:dc:creator|cp:lastModifiedBy|Manager|Company)>([^<]*)<")
_MAKERS = (b"", b"safeguarding-analysis", b"openpyxl")

_WORDS = ("Cover", "Contents", "Notes")  # sheets that hold no table of a page


def look(file: str, content: bytes, shown: Iterator[Shown] | None = None) -> list[Broken]:
    """Return the rules that a workbook breaks. `shown` are the exhibits of all pages in their order, a sheet for each."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if archives.is_bomb(package.infolist(), max(_LARGEST, _TIMES * len(content))):
                return [Broken("unreadable", file, "the archive, which unpacks to far more than it holds")]
            broken = list(_parts(file, package))
            if not any(each.rule in ("unreadable", "workbook-part") for each in broken):
                broken += _sheets(file, package, shown)
    except archives.BROKEN:
        return [Broken("unreadable", file, "the archive")]
    return broken


def _parts(file: str, package: zipfile.ZipFile) -> Iterator[Broken]:
    for name in package.namelist():
        content = package.read(name)
        if "comments" in name.lower():
            yield Broken("sheet-comment", file, "a part with comments")
        elif not _PARTS.fullmatch(name):
            yield Broken("workbook-part", file, "a part that is no sheet, style or text")
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            yield Broken("unreadable", file, "a part that declares a document type")
        if b'TargetMode="External"' in content:
            yield Broken("remote-address", file, "a link that leads out of the workbook")
        if name.startswith("docProps/"):
            if any(found.strip() not in _MAKERS for found in _PERSON.findall(content)):
                yield Broken("document-properties", file, "the name of a person or company")
            yield from forbidden_text.look(file, "the document properties", content.decode("utf-8", errors="replace"))


def _sheets(file: str, package: zipfile.ZipFile, shown: Iterator[Shown] | None) -> list[Broken]:
    broken: list[Broken] = []
    tables = 0
    try:
        for number, sheet in enumerate(sheets(package), start=1):
            place = f"sheet {number}"
            if sheet.hidden:
                broken.append(Broken("hidden-sheet", file, place))
            if sheet.hidden_within:
                broken.append(Broken("hidden-sheet", file, f"{place}, a hidden row or column"))
            broken += [Broken("formula", file, f"{place}, {cell}") for cell in sheet.formulas]
            texts = (value.replace("\n", " ") for row in sheet.rows for value in row if isinstance(value, str))
            broken += forbidden_text.look_by_line(f"{file}, {place}", "\n".join(texts))
            if sheet.title in _WORDS or shown is None:
                continue
            tables += 1
            exhibit = next(shown, None)
            if exhibit is None or sheet.title != f"Table {tables}":
                broken.append(Broken("figure-in-file", file, "a table that no page shows"))
            else:
                broken += shown_figures.in_file(f"{file}, {sheet.title}", sheet.rows, exhibit)
        if shown is not None and next(shown, None) is not None:
            broken.append(Broken("figure-in-file", file, "its tables, fewer than those of the pages"))
    except (ParseError, ValueError, KeyError, IndexError):  # a file that can't be looked through stays out
        return [Broken("unreadable", file, "the workbook")]
    return broken
