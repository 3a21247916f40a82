"""What the parts of a workbook may be made of: the elements and attributes of a list (`allowed_workbook.csv`), and no other.

A spreadsheet program reads far more than the pack writes: links, names, checks of entries, headers, rows of no height.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from analysis.catalogue import tables
from analysis.disclosure.gate.rules import Broken

_KINDS = {
    "content types": re.compile(r"\[Content_Types\]\.xml"),
    "relations": re.compile(r"(?:.*/)?_rels/[^/]*\.rels"),
    "properties": re.compile(r"docProps/(?:app|core)\.xml"),
    "workbook": re.compile(r"xl/workbook\.xml"),
    "table": re.compile(r"xl/tables/table\d+\.xml"),
    "sheet": re.compile(r"xl/worksheets/sheet\d+\.xml"),
    "texts": re.compile(r"xl/sharedStrings\.xml"),
}
# Elements that break a rule of their own name, wherever they stand.
_NAMED = {
    "f": "formula", "formula1": "formula", "formula2": "formula", "definedName": "formula", "dataValidation": "formula",
    "cfRule": "formula", "externalReference": "remote-address", "headerFooter": "hidden-text", "comments": "sheet-comment",
}  # fmt: skip
_HIDING = {"hidden", "ht", "zeroHeight", "collapsed", "outlineLevel"}
_FORMAT = re.compile(r"(?:#,##)?0(?:\.0+)?|General")  # of numbers: another could print words of its own
_TARGET = re.compile(r"/?(?:[\w-]+/)*[\w-]+\.xml")
_APPLICATION = re.compile(r"Microsoft Excel(?: Compatible / Openpyxl [\d.]+)?|[\d.]+")
_NARROWEST = 1.0  # letters: a narrower column isn't seen


def look(file: str, name: str, content: bytes) -> Iterator[Broken]:
    """Yield what a part of a workbook holds that the pack doesn't write; raises ParseError for what is no XML."""
    kind = next((kind for kind, form in _KINDS.items() if form.fullmatch(name)), "")
    for element in fromstring(content).iter():
        tag = _plain(element.tag)
        attributes = {_plain(each): value for each, value in element.attrib.items()}
        yield from (
            Broken(rule, file, f"a part of the kind {kind or 'style'!r}") for rule in _broken(kind, tag, attributes, element)
        )


def _broken(kind: str, tag: str, attributes: dict[str, str], element: Element) -> Iterator[str]:
    if tag in _NAMED:
        yield _NAMED[tag]
    if kind == "sheet" and (_HIDING & set(attributes) or (tag == "col" and _width(attributes) < _NARROWEST)):
        yield "hidden-sheet"
    if "TargetMode" in attributes or (tag == "Relationship" and not _TARGET.fullmatch(attributes.get("Target", ""))):
        yield "remote-address"
    if tag == "hyperlink" and "id" in attributes:
        yield "remote-address"
    if "formatCode" in attributes and not _FORMAT.fullmatch(attributes["formatCode"]):
        yield "workbook-structure"
    if tag in ("Application", "AppVersion") and not _APPLICATION.fullmatch((element.text or "").strip()):
        yield "document-properties"
    if kind and (tag not in _allowed(kind) or set(attributes) - _allowed(kind)[tag]):
        yield "workbook-structure"
    if tag not in _SPEAKING and (element.text or "").strip():
        yield "workbook-structure"
    if (element.tail or "").strip():
        yield "workbook-structure"


_SPEAKING = {"t", "v", "f", "Application", "AppVersion", "creator", "title", "language"}


def _width(attributes: dict[str, str]) -> float:
    try:
        return float(attributes.get("width", "9"))
    except ValueError:
        return 0.0


def _plain(name: str) -> str:
    return name.rpartition("}")[2]


@cache
def _allowed(kind: str) -> dict[str, frozenset[str]]:
    rows = tables.read("allowed_workbook")
    mine = rows[rows["part"] == kind]
    return {row.element: frozenset(row.attributes.split()) for row in mine.itertuples(index=False)}
