"""What a workbook of a pack may hold: sheets, styles and texts. Its archive is opened and looked through part by part."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException

from analysis.disclosure.audit.pages import Shown
from analysis.disclosure.gate import forbidden_text, shown_figures, workbook_front, workbook_structure
from analysis.disclosure.gate.rules import Broken
from analysis.disclosure.gate.workbook_parts import Rows, sheets
from analysis.files import archives

_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml|xl/(workbook|styles|sharedStrings)\.xml|xl/theme/theme\d+\.xml|"
    r"xl/_rels/workbook\.xml\.rels|xl/worksheets/sheet\d+\.xml|xl/worksheets/_rels/sheet\d+\.xml\.rels|xl/tables/table\d+\.xml"
)
# Bytes unpacked that are let through in any case, and how many times more than its own a large file may hold.
_LARGEST, _TIMES = 60_000_000, 40
_PERSON = re.compile(rb"<(?:dc:creator|cp:lastModifiedBy|Manager|Company)>([^<]*)<")
_MAKERS = (b"", b"safeguarding-analysis", b"openpyxl")


def look(file: str, content: bytes, shown: Iterator[Shown] | None = None) -> list[Broken]:
    """Return the rules that a workbook breaks. `shown` are the exhibits of all pages in their order, a sheet for each."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if archives.is_bomb(package.infolist(), max(_LARGEST, _TIMES * len(content))):
                return [Broken("unreadable", file, "the archive, which unpacks to far more than it holds")]
            broken = list(_parts(file, package))
            if not any(each.rule in ("unreadable", "workbook-part") for each in broken):
                broken += _sheets(file, package, shown)
    except (*archives.BROKEN, ParseError, DefusedXmlException):
        return [Broken("unreadable", file, "the archive")]
    return broken


def _parts(file: str, package: zipfile.ZipFile) -> Iterator[Broken]:
    if package.comment or any(entry.comment for entry in package.infolist()):
        yield Broken("hidden-text", file, "a remark in the archive")
    if len(set(map(str.lower, package.namelist()))) < len(package.namelist()):  # of two of one name only one is looked through
        yield Broken("workbook-part", file, "a part that is there twice")
    for name in package.namelist():
        content = package.read(name)
        if "comments" in name.lower():
            yield Broken("sheet-comment", file, "a part with comments")
        elif not _PARTS.fullmatch(name):
            yield Broken("workbook-part", file, "a part that is no sheet, style or text")
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            yield Broken("unreadable", file, "a part that declares a document type")
        elif name.endswith((".xml", ".rels")):
            yield from dict.fromkeys(workbook_structure.look(file, name, content))
        if name.startswith("docProps/") and any(found.strip() not in _MAKERS for found in _PERSON.findall(content)):
            yield Broken("document-properties", file, "the name of a person or company")
        if not name.startswith("xl/worksheets/sheet"):  # these are looked through cell by cell
            yield from forbidden_text.look(file, f"the part {name}", unescape(content.decode("utf-8", errors="replace")))


def _sheets(file: str, package: zipfile.ZipFile, shown: Iterator[Shown] | None) -> list[Broken]:
    broken: list[Broken] = []
    fronts, captions = dict[str, Rows](), list[str]()
    try:
        for number, sheet in enumerate(sheets(package), start=1):
            place = f"sheet {number}"
            if sheet.hidden:
                broken.append(Broken("hidden-sheet", file, place))
            if sheet.hidden_within:
                broken.append(Broken("hidden-sheet", file, f"{place}, a hidden row or column"))
            broken += [Broken("formula", file, f"{place}, {cell}") for cell in sheet.formulas]
            texts = (value.replace("\n", " ") for row in sheet.rows for value in row if isinstance(value, str))
            broken += forbidden_text.look_by_line(f"{file}, {place}", said := "\n".join(texts))
            broken += forbidden_text.look(file, place, said)
            if sheet.title in workbook_front.SHEETS:
                fronts[sheet.title] = sheet.rows
                continue
            if shown is None:
                continue
            exhibit = next(shown, None)
            captions.append(exhibit.caption if exhibit else "")
            if exhibit is None or sheet.title != f"Table {len(captions)}":
                broken.append(Broken("figure-in-file", file, "a table that no page shows"))
            else:
                broken += shown_figures.in_file(f"{file}, {sheet.title}", sheet.rows, exhibit)
        if shown is not None and next(shown, None) is not None:
            broken.append(Broken("figure-in-file", file, "its tables, fewer than those of the pages"))
        if shown is not None:
            broken += workbook_front.look(file, fronts, captions, package.read("docProps/core.xml"))
    except (ParseError, ValueError, KeyError, IndexError):  # a file that can't be looked through stays out
        return [Broken("unreadable", file, "the workbook")]
    return broken
