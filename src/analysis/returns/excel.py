"""An Excel workbook as plain cells, with everything else that it holds: each part of the file is of a known kind or is named."""

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

_MACROS = re.compile(r".*vbaProject\.bin\Z|xl/(?:macro|dialog)sheets/", re.IGNORECASE)  # found whatever their letters are
_ADVICE = "Save it as an Excel workbook (.xlsx) and send that."
_BOOK, _SHEET = "xl/workbook.xml", re.compile(r"xl/worksheets/[^/]+\.xml")
# The parts that Excel and LibreOffice write when they save the template, also with a sensitivity label or from SharePoint.
_PLAIN_PARTS = re.compile(
    r"\[Content_Types\]\.xml|(?:.*/)?_rels/[^/]*\.rels|docProps/(?:app|core|custom)\.xml|docProps/thumbnail\.\w+|"
    r"docMetadata/LabelInfo\.xml|xl/(?:workbook|styles|sharedStrings|calcChain|metadata)\.xml|xl/theme/theme\d*\.xml|"
    r"xl/printerSettings/printerSettings\d+\.bin|xl/featurePropertyBag/\w+\.xml|.*/"
)
# Parts that may come with a plain save as long as they are empty, with the elements that they must not hold.
_EMPTY_PARTS = (
    (re.compile(r"xl/drawings/[^/]*\.(?:xml|vml)"), ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor", "shape")),
    (re.compile(r"xl/persons/[^/]*\.xml"), ("person",)),
)
# What SharePoint adds to every workbook: its own forms and columns, without values.
_SHAREPOINT = ("http://schemas.microsoft.com/office/2006/metadata/", "http://schemas.microsoft.com/sharepoint/")
_KINDS_OF_FOREIGN_PARTS = (
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
_FOREIGN_ELEMENTS = {
    "scenarios": "scenarios", "oleObjects": "an embedded file or control", "controls": "an embedded file or control",
    "picture": "a picture or drawing", "customSheetViews": "views with names of their own",
}  # fmt: skip
_MOST_NAMES = 1_000  # a template has one for each sheet
_MARGINS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_MARGIN_CODES = re.compile(r'&"[^"]*"|&K[0-9A-Fa-f]{6}|&\d+|&[A-Za-z]')
_OUTSIDE = re.compile(r"(?!file:)[a-z][a-z0-9+.-]+:", re.IGNORECASE)


@dataclass
class _Besides:
    """What the XML of one sheet holds besides values."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)
    merged: int = 0


def is_kind(package: zipfile.ZipFile) -> bool:
    """Return whether a package is an Excel workbook."""
    return _BOOK in package.namelist()


def read(package: zipfile.ZipFile, content: bytes) -> dict[str, Any]:
    """Return the sheets of a workbook and what it holds besides cells (see `sandbox.Book`).

    Raises RefusedError, or an error of `packed_xml` for a file that is too large or broken.
    """
    if any(map(_MACROS.match, names := package.namelist())):
        raise RefusedError(f"It holds macros (.xlsm). {_ADVICE}")
    screen = packed_xml.Screen(PACKAGE)
    links = _links(package, screen)
    part_of_sheet, foreign = _sheets_and_names(package, screen, links)
    parts = list(part_of_sheet.values())
    sheet_parts = [part for part in parts if _SHEET.fullmatch(part) and part in names]
    besides_of_part = {part: _besides_values(package.read(part), screen) for part in sheet_parts}
    foreign += [(parts.index(part) + 1, words) for part, besides in besides_of_part.items() for words in besides.foreign]
    foreign += _unknown_parts(package, screen, parts, links, set(besides_of_part))
    margins = [(parts.index(part) + 1, words) for part, besides in besides_of_part.items() for words in besides.margins]
    book, results = _load(content)
    budget = Budget()
    if any(part_of_sheet.get(sheet.title) not in besides_of_part for sheet in book.worksheets):
        raise RefusedError(f"Its list of sheets is not in order. {_ADVICE}")
    sheets = []
    for worksheet in book.worksheets:
        part = part_of_sheet[worksheet.title]
        sheets.append(_sheet(parts.index(part) + 1, worksheet, results, besides_of_part[part], budget))
    return {"sheets": sheets, "foreign": sorted(set(foreign)), "margins": margins, "suffix": ".xlsx"}


def _links(package: zipfile.ZipFile, screen: packed_xml.Screen) -> dict[str, list[tuple[str, str, str]]]:
    """Return {part: [(id, target, kind of an outside link or "")]} for each part with links; the package is the part ""."""
    links: dict[str, list[tuple[str, str, str]]] = {}
    for name in package.namelist():
        if not name.endswith(".rels"):
            continue
        folder, _, file = name.rpartition("_rels/")
        part = folder + file.removesuffix(".rels")
        links.setdefault(part, [])

        def start(tag: str, attributes: Mapping[str, str], folder: str = folder, part: str = part) -> None:
            if tag == "Relationship":
                outside = attributes.get("TargetMode", "") == "External"
                target = attributes.get("Target", "")
                place = target if outside else posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                kind = attributes.get("Type", "").rpartition("/")[2]
                links[part].append((attributes.get("Id", ""), place, kind if outside else ""))

        screen.walk(package.read(name), start)
    return links


def _sheets_and_names(
    package: zipfile.ZipFile, screen: packed_xml.Screen, links: dict[str, list[tuple[str, str, str]]]
) -> tuple[dict[str, str], list[tuple[int, str]]]:
    """Return {name of a sheet: its part} in their order, and the names that the workbook defines."""
    places = {identity: place for identity, place, _ in links.get(_BOOK, [])}
    parts: dict[str, str] = {}
    foreign: list[tuple[int, str]] = []
    in_defined_name, number_of_names = False, 0

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal in_defined_name, number_of_names
        if tag == "sheet":
            parts[attributes.get("name", "")] = places.get(attributes.get("id", ""), "")
        in_defined_name = tag == "definedName"
        number_of_names += in_defined_name
        if number_of_names > _MOST_NAMES:
            raise packed_xml.TooMuchError(f"more than {_MOST_NAMES:,} defined names")
        if in_defined_name and not attributes.get("name", "").startswith("_xl"):
            foreign.append((0, "a name that was defined for cells or text"))

    def text(words: str) -> None:
        if in_defined_name and re.search(r"\[|://", words):
            foreign.append((0, "links to other files"))

    screen.walk(package.read(_BOOK), start, text=text)
    return parts, foreign


def _unknown_parts(
    package: zipfile.ZipFile,
    screen: packed_xml.Screen,
    sheets: list[str],
    links: dict[str, list[tuple[str, str, str]]],
    already_screened: set[str],
) -> list[tuple[int, str]]:
    """Return each part of no known kind, with the number of the sheet that leads to it, and each link that leads outside."""
    owners: dict[str, int] = {}
    for number, sheet in enumerate(sheets, start=1):
        to_visit = [sheet]
        while to_visit:
            part = to_visit.pop()
            if part not in owners:
                owners[part] = number
                to_visit += [place for _, place, outside in links.get(part, []) if not outside]
    foreign = []
    for name in package.namelist():
        content = package.read(name)  # proves the checksum of the part
        if name in already_screened or name == _BOOK or name.endswith(".rels"):
            continue
        if not _is_plain(name, content, screen):
            words = next(words for kind, words in _KINDS_OF_FOREIGN_PARTS if re.match(kind, name))
            foreign.append((owners.get(name, 0), words))
    for part, targets in links.items():
        for _, place, outside in targets:
            if outside and (outside != "hyperlink" or _OUTSIDE.match(place)):
                words = "a link to an address" if outside == "hyperlink" else "links to other files"
                foreign.append((owners.get(part, 0), words))
    return foreign


def _is_plain(name: str, content: bytes, screen: packed_xml.Screen) -> bool:
    """Return whether a plain save writes this part, with nothing in it where it has to be empty."""
    tags: set[str] = set()
    words: list[str] = []
    if name.endswith((".xml", ".vml")):
        # Excel's own drawings are not always well-formed XML: such a drawing counts as one that holds something.
        elements_not_allowed = next((forbidden for kind, forbidden in _EMPTY_PARTS if kind.fullmatch(name)), None)
        try:
            screen.walk(content, lambda tag, _: tags.add(tag), text=words.append)
        except expat.ExpatError:
            if elements_not_allowed is None:
                raise
            return False
        if elements_not_allowed is not None:
            return tags.isdisjoint(elements_not_allowed)
    if name.startswith("customXml/"):
        return name.endswith(".xml") and _is_sharepoint(name, content, "".join(words))
    return _PLAIN_PARTS.fullmatch(name) is not None


def _is_sharepoint(name: str, content: bytes, words: str) -> bool:
    if re.fullmatch(r"customXml/itemProps\d+\.xml", name):
        return True
    root = re.search(rb"<[\w:]*(properties|contentTypeSchema|FormTemplates)\b[^>]*>", content)
    if root is None or not any(namespace.encode() in root[0] for namespace in _SHAREPOINT):
        return False
    return root[1] != b"properties" or not words.strip()


def _besides_values(content: bytes, screen: packed_xml.Screen) -> _Besides:
    """Return what the XML of a sheet holds besides values; raises RefusedError for merged cells far beyond the table."""
    from openpyxl.utils import range_boundaries

    besides = _Besides()
    margin = ""

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal margin
        margin = tag if tag in _MARGINS else ""
        hidden = attributes.get("hidden", "") in ("1", "true")
        if tag == "row" and (hidden or attributes.get("ht") == "0"):
            besides.hidden_rows.append(int(attributes.get("r", "0")))
        elif tag == "col" and (hidden or attributes.get("width") == "0"):
            last = min(int(attributes["max"]), LARGEST_SHEET[1])
            besides.hidden_columns.extend(range(int(attributes["min"]), last + 1))
        elif tag == "mergeCell":
            left, top, right, bottom = (int(side or 0) for side in range_boundaries(attributes["ref"]))
            besides.merged += (right - left + 1) * (bottom - top + 1)
            if besides.merged > LARGEST_SHEET[0] * LARGEST_SHEET[1] or bottom > LARGEST_SHEET[0] or right > LARGEST_SHEET[1]:
                raise RefusedError("It has merged cells far beyond the table. Send the template as it was, with figures only.")
        elif tag in _FOREIGN_ELEMENTS:
            besides.foreign.append(_FOREIGN_ELEMENTS[tag])

    def text(words: str) -> None:
        if margin and _MARGIN_CODES.sub(" ", words).strip():
            besides.margins.append(_MARGIN_CODES.sub(" ", words).strip())

    screen.walk(content, start, text=text)
    return besides


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


def _sheet(number: int, sheet: Any, results: Any, besides: _Besides, budget: Budget) -> dict[str, Any]:
    cells = []
    for (row, column), cell in sorted(sheet._cells.items()):
        if cell.value is None:
            continue
        kind, text = _content(cell.value, cell.data_type)
        result_content = None
        if kind == "formula":
            result = results[sheet.title].cell(row, column)
            result_content = _content(result.value, result.data_type) if result.value is not None else None
        budget.take(number, cell.coordinate, row, column, text if result_content is None else text + result_content[1])
        cells.append([row, column, kind, text, "%" in cell.number_format, result_content])
    return {
        "name": sheet.title,
        "number": number,
        "hidden": sheet.sheet_state != "visible",
        "cells": cells,
        "merged": [str(each) for each in sheet.merged_cells.ranges],
        "hidden_rows": besides.hidden_rows,
        "hidden_columns": besides.hidden_columns,
    }


def _content(value: Any, kind: str) -> tuple[str, str]:
    """Return what a cell holds (number, text, date, yes or no, formula, error) and its exact value as text."""
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
