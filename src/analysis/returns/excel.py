"""An Excel workbook as plain cells, and what it holds besides: every part of the package is of a known kind or is named."""

from __future__ import annotations

import io
import math
import posixpath
import re
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from xml.parsers import expat

from analysis.files import packed_xml
from analysis.returns.file_limits import LARGEST_SHEET, PACKAGE, Budget, RefusedError

_ADVICE = "Save it as an Excel workbook (.xlsx) and send that."
_BOOK, _SHEET = "xl/workbook.xml", re.compile(r"xl/worksheets/[^/]+\.xml")
# What Excel and LibreOffice write when they save the template, with a sensitivity label or from SharePoint too.
_PLAIN = re.compile(
    r"\[Content_Types\]\.xml|(?:.*/)?_rels/[^/]*\.rels|docProps/(?:app|core|custom)\.xml|docProps/thumbnail\.\w+|"
    r"docMetadata/LabelInfo\.xml|xl/(?:workbook|styles|sharedStrings|calcChain|metadata)\.xml|xl/theme/theme\d*\.xml|"
    r"xl/printerSettings/printerSettings\d+\.bin|xl/featurePropertyBag/\w+\.xml|.*/"
)
# What may also come with a plain save, as long as it is empty: the elements that it must not hold.
_EMPTY = (
    (re.compile(r"xl/drawings/[^/]*\.(?:xml|vml)"), ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor", "shape")),
    (re.compile(r"xl/persons/[^/]*\.xml"), ("person",)),
)
# What SharePoint puts beside every workbook: its own forms and columns, without a value in any of them.
_SHAREPOINT = ("http://schemas.microsoft.com/office/2006/metadata/", "http://schemas.microsoft.com/sharepoint/")
_KINDS = (
    (r"xl/(?:comments|threadedComments|persons)", "comments on cells"),
    (r"xl/(?:media|drawings|richData)/", "a picture or drawing"),
    (r"xl/(?:charts|chartsheets|chartEx)/", "a chart"),
    (r"xl/(?:embeddings|activeX|ctrlProps|webextensions)/", "an embedded file or control"),
    (r"xl/externalLinks/", "links to other files"),
    (r"customXml/", "data of another program (custom XML)"),
    (r"xl/(?:pivotTables|pivotCache|slicers|slicerCaches)/", "a pivot table with the data that it was made of"),
    (r"xl/(?:connections\.xml|queryTables/|model/|customData/)", "a connection to other data"),
    (r"xl/worksheets/", "a sheet that the workbook doesn't list"),
    (r"xl/revisions/", "a record of changes (a shared workbook)"),
    (r"", "a part that no template has"),
)
_ELEMENTS = {"scenarios": "scenarios", "oleObjects": "an embedded file or control", "controls": "an embedded file or control",
             "picture": "a picture or drawing", "customSheetViews": "views with names of their own"}  # fmt: skip
_NAMES = 1_000  # a template has one a sheet
_MARGINS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_MARGIN_CODES = re.compile(r'&"[^"]*"|&K[0-9A-Fa-f]{6}|&\d+|&[A-Za-z]')
_OUTSIDE = re.compile(r"(?!file:)[a-z][a-z0-9+.-]+:", re.IGNORECASE)


@dataclass
class _Looked:
    """What stands in the XML of one sheet besides values."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)
    merged: int = 0


def is_kind(package: zipfile.ZipFile) -> bool:
    """Return whether a package is an Excel workbook."""
    return _BOOK in package.namelist()


def read(package: zipfile.ZipFile, content: bytes) -> dict[str, Any]:
    """Return the sheets of a workbook and what it holds besides cells (see `child.Book`).

    Raises RefusedError, or an error of `screening` for what is too much or broken.
    """
    names = package.namelist()
    if any(name.endswith("vbaProject.bin") or name.startswith(("xl/macrosheets/", "xl/dialogsheets/")) for name in names):
        raise RefusedError(f"It holds macros (.xlsm). {_ADVICE}")
    screen = packed_xml.Screen(PACKAGE)
    links = _links(package, screen)
    listed, foreign = _book(package, screen, links)
    parts = list(listed.values())
    looked = {part: _look(package.read(part), screen) for part in parts if _SHEET.fullmatch(part) and part in names}
    foreign += [(parts.index(part) + 1, words) for part, found in looked.items() for words in found.foreign]
    foreign += _parts(package, screen, parts, links, set(looked))
    margins = [(parts.index(part) + 1, words) for part, found in looked.items() for words in found.margins]
    book, results = _load(content)
    budget = Budget()
    if any(listed.get(sheet.title) not in looked for sheet in book.worksheets):
        raise RefusedError(f"Its list of sheets is not in order. {_ADVICE}")
    numbers = {sheet.title: parts.index(listed[sheet.title]) + 1 for sheet in book.worksheets}
    sheets = [_sheet(numbers[each.title], each, results, looked[listed[each.title]], budget) for each in book.worksheets]
    return {"sheets": sheets, "foreign": sorted(set(foreign)), "margins": margins, "suffix": ".xlsx"}


def _links(package: zipfile.ZipFile, screen: packed_xml.Screen) -> dict[str, list[tuple[str, str, str]]]:
    """Return {part: [(id, what it leads to, whether outside)]} of every part that leads to others; the package is the part ""."""
    links: dict[str, list[tuple[str, str, str]]] = {}
    for name in package.namelist():
        if not name.endswith(".rels"):
            continue
        folder, _, file = name.rpartition("_rels/")
        into = links.setdefault(folder + file.removesuffix(".rels"), [])

        def start(tag: str, held: Mapping[str, str], folder: str = folder, into: list[tuple[str, str, str]] = into) -> None:
            if tag == "Relationship":
                outside = held.get("TargetMode", "") == "External"
                target = held.get("Target", "")
                place = target if outside else posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                kind = held.get("Type", "").rpartition("/")[2]
                into.append((held.get("Id", ""), place, kind if outside else ""))

        screen.walk(package.read(name), start)
    return links


def _book(
    package: zipfile.ZipFile, screen: packed_xml.Screen, links: dict[str, list[tuple[str, str, str]]]
) -> tuple[dict[str, str], list[tuple[int, str]]]:
    """Return {name of a sheet: its part} in their order, and names that the workbook defines."""
    places = {identity: place for identity, place, _ in links.get(_BOOK, [])}
    parts: dict[str, str] = {}
    foreign: list[tuple[int, str]] = []
    inside, names = False, 0

    def start(tag: str, held: Mapping[str, str]) -> None:
        nonlocal inside, names
        if tag == "sheet":
            parts[held.get("name", "")] = places.get(held.get("id", ""), "")
        inside = tag == "definedName"
        names += inside
        if names > _NAMES:
            raise packed_xml.TooMuchError(f"more than {_NAMES:,} defined names")
        if inside and not held.get("name", "").startswith("_xl"):
            foreign.append((0, "a name that was defined for cells or text"))

    def text(words: str) -> None:
        if inside and re.search(r"\[|://", words):
            foreign.append((0, "links to other files"))

    screen.walk(package.read(_BOOK), start, text=text)
    return parts, foreign


def _parts(
    package: zipfile.ZipFile,
    screen: packed_xml.Screen,
    sheets: list[str],
    links: dict[str, list[tuple[str, str, str]]],
    walked: set[str],
) -> list[tuple[int, str]]:
    """Return every part that is of no known kind, with the number of the sheet that leads to it, and links that lead outside."""
    owners: dict[str, int] = {}
    for number, sheet in enumerate(sheets, start=1):
        open_ = [sheet]
        while open_:
            part = open_.pop()
            if part not in owners:
                owners[part] = number
                open_ += [place for _, place, outside in links.get(part, []) if not outside]
    foreign = []
    for name in package.namelist():
        content = package.read(name)  # proves the checksum of the part
        if name in walked or name == _BOOK or name.endswith(".rels"):
            continue
        if not _is_plain(name, content, screen):
            words = next(words for kind, words in _KINDS if re.match(kind, name))
            foreign.append((owners.get(name, 0), words))
    for part, targets in links.items():
        for _, place, outside in targets:
            if outside and (outside != "hyperlink" or _OUTSIDE.match(place)):
                foreign.append(
                    (owners.get(part, 0), "links to other files" if outside != "hyperlink" else "a link to an address")
                )
    return foreign


def _is_plain(name: str, content: bytes, screen: packed_xml.Screen) -> bool:
    """Return whether a part is what a plain save writes, and holds nothing where it has to be empty."""
    tags: set[str] = set()
    words: list[str] = []
    if name.endswith((".xml", ".vml")):
        # A drawing is let off being well-formed (Excel's own are not always): it counts as one that holds something.
        empty = next((forbidden for kind, forbidden in _EMPTY if kind.fullmatch(name)), None)
        try:
            screen.walk(content, lambda tag, _: tags.add(tag), text=words.append)
        except expat.ExpatError:
            if empty is None:
                raise
            return False
        if empty is not None:
            return not tags & set(empty)
    if name.startswith("customXml/"):
        return name.endswith(".xml") and _is_sharepoint(name, content, "".join(words))
    return _PLAIN.fullmatch(name) is not None


def _is_sharepoint(name: str, content: bytes, words: str) -> bool:
    if re.fullmatch(r"customXml/itemProps\d+\.xml", name):
        return True
    root = re.search(rb"<[\w:]*(properties|contentTypeSchema|FormTemplates)\b[^>]*>", content)
    known = root is not None and any(each.encode() in root[0] for each in _SHAREPOINT)
    return known and root is not None and (root[1] != b"properties" or not words.strip())


def _look(content: bytes, screen: packed_xml.Screen) -> _Looked:
    """Return what stands in the XML of a sheet besides values; raises RefusedError for merged ranges without measure."""
    from openpyxl.utils import range_boundaries

    looked = _Looked()
    margin = ""

    def start(tag: str, held: Mapping[str, str]) -> None:
        nonlocal margin
        margin = tag if tag in _MARGINS else ""
        hidden = held.get("hidden", "") in ("1", "true")
        if tag == "row" and (hidden or held.get("ht") == "0"):
            looked.hidden_rows.append(int(held.get("r", "0")))
        elif tag == "col" and (hidden or held.get("width") == "0"):
            last = min(int(held["max"]), LARGEST_SHEET[1])
            looked.hidden_columns.extend(range(int(held["min"]), last + 1))
        elif tag == "mergeCell":
            left, top, right, bottom = (int(side or 0) for side in range_boundaries(held["ref"]))
            looked.merged += (right - left + 1) * (bottom - top + 1)
            if looked.merged > LARGEST_SHEET[0] * LARGEST_SHEET[1] or bottom > LARGEST_SHEET[0] or right > LARGEST_SHEET[1]:
                raise RefusedError("It has merged cells far beyond the table. Send the template as it was, with figures only.")
        elif tag in _ELEMENTS:
            looked.foreign.append(_ELEMENTS[tag])

    def text(words: str) -> None:
        if margin and _MARGIN_CODES.sub(" ", words).strip():
            looked.margins.append(_MARGIN_CODES.sub(" ", words).strip())

    screen.walk(content, start, text=text)
    return looked


def _load(content: bytes) -> tuple[Any, Any]:
    """Return the workbook with its formulas, and with their results."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of extensions that it leaves out: they hold no figures
        try:
            book = openpyxl.load_workbook(io.BytesIO(content))
            formulas = any(cell.data_type == "f" for sheet in book.worksheets for cell in sheet._cells.values())
            return book, openpyxl.load_workbook(io.BytesIO(content), data_only=True) if formulas else book
        except MemoryError:
            raise
        except Exception as error:  # a broken part: whatever the library stumbles over
            raise RefusedError(f"It can't be read as an Excel workbook ({type(error).__name__}). {_ADVICE}") from None


def _sheet(number: int, sheet: Any, results: Any, looked: _Looked, budget: Budget) -> dict[str, Any]:
    cells = []
    for (row, column), cell in sorted(sheet._cells.items()):
        if cell.value is None:
            continue
        kind, text = _content(cell.value, cell.data_type)
        shown = None
        if kind == "formula":
            result = results[sheet.title].cell(row, column)
            shown = _content(result.value, result.data_type) if result.value is not None else None
        budget.take(number, cell.coordinate, row, column, text if shown is None else text + shown[1])
        cells.append([row, column, kind, text, "%" in cell.number_format, shown])
    return {
        "name": sheet.title,
        "number": number,
        "hidden": sheet.sheet_state != "visible",
        "cells": cells,
        "merged": [str(each) for each in sheet.merged_cells.ranges],
        "hidden_rows": looked.hidden_rows,
        "hidden_columns": looked.hidden_columns,
    }


def _content(value: Any, kind: str) -> tuple[str, str]:
    """Return what a cell holds (number, text, date, yes or no, formula, error) and the text that says it exactly."""
    if kind == "f":
        return "formula", str(getattr(value, "text", value))
    if kind == "e":
        return "error", str(value)
    if isinstance(value, bool):
        return "yes or no", str(value).upper()
    if isinstance(value, datetime | date | time):
        return "date", value.isoformat()[:10]
    if isinstance(value, int | float):
        return ("number" if math.isfinite(value) else "error"), _exact(value)
    return "text", str(value)


def _exact(value: float) -> str:
    return str(int(value)) if math.isfinite(value) and value == int(value) else repr(value)
