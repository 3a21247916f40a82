"""The sheets of a workbook as its parts write them: texts, numbers, formulas, what is hidden. Anything else is not known here."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element  # of which only the type is used

from defusedxml.ElementTree import fromstring, iterparse

Rows = list[list[object]]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BOOK, _RELATIONS, _TEXTS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"


@dataclass
class Sheet:
    """One sheet: its title, the cells of its rows that hold something, where formulas stand, and whether any of it is hidden."""

    title: str
    hidden: bool
    rows: Rows = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    hidden_within: bool = False


def sheets(package: zipfile.ZipFile) -> Iterator[Sheet]:
    """Yield the sheets in their order, from the parts of a workbook, which declare no document type.

    Raises ValueError, KeyError, IndexError or ParseError for what is not written as a workbook is, ValueError for a sheet that
    the workbook doesn't list.
    """
    parts = set(package.namelist())
    texts = [_text(each) for each in fromstring(package.read(_TEXTS)).iter(f"{_MAIN}si")] if _TEXTS in parts else []
    targets = {each.get("Id"): str(each.get("Target")) for each in fromstring(package.read(_RELATIONS))}
    listed = set()
    for entry in fromstring(package.read(_BOOK)).iter(f"{_MAIN}sheet"):
        target = targets[entry.get(_RELATION)]
        name = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        listed.add(name)
        yield _sheet(str(entry.get("name")), entry.get("state", "visible") != "visible", package.read(name), texts)
    if {name for name in parts if name.startswith("xl/worksheets/sheet")} != listed:
        raise ValueError("a sheet that the workbook doesn't list")


def _sheet(title: str, hidden: bool, content: bytes, texts: list[str]) -> Sheet:
    found, row = Sheet(title, hidden), list[object]()
    for _, element in iterparse(io.BytesIO(content)):
        tag = element.tag.removeprefix(_MAIN)
        if tag == "c":
            if element.find(f"{_MAIN}f") is not None:
                found.formulas.append(str(element.get("r")))
            value = _value(element, texts)
            if value is not None:
                row.append(value)
        elif tag == "row":
            if row:
                found.rows.append(row)
            row = []
        if tag in ("row", "col") and element.get("hidden") in ("1", "true"):
            found.hidden_within = True
        if tag in ("c", "row"):
            element.clear()
    return found


def _value(cell: Element, texts: list[str]) -> object:
    """Return the text or the number of a cell, None of an empty one; a value of any other kind as the text that stands there."""
    kind, written = cell.get("t", "n"), cell.find(f"{_MAIN}v")
    if kind == "inlineStr":
        return _text(cell)
    if written is None or written.text is None:
        return None
    if kind == "s":
        return texts[int(written.text)]
    if kind == "n":
        return float(written.text) if set(written.text) & set(".eE") else int(written.text)
    return written.text


def _text(element: Element) -> str:
    return "".join(each.text or "" for each in element.iter(f"{_MAIN}t"))
